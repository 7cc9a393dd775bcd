//! The requests that curl sends for its arguments.

use super::address::{form_encoded, request};
use super::curl_options::{long, name_of, short};
use super::found::mark;
use crate::support::ticket::{Header, Mark, MarkKind, Request};
use crate::support::traced::Traced;

/// More URLs than these stand in no command.
const MOST_URLS: usize = 100;

/// As many files are named.
const MOST_MARKS: usize = 100;

/// What the arguments ask for, up to the next `--next`.
#[derive(Default)]
struct Arguments {
    urls: Vec<Traced>,
    method: Option<Traced>,
    headers: Vec<Header>,
    data: Option<Traced>,
    query: Vec<Traced>,
    content_type: Option<&'static str>,
    user: Option<Traced>,
    is_get: bool,
    is_head: bool,
    is_upload: bool,
    marks: Vec<Mark>,
}

/// The requests that these words are for, the first of which is curl itself, with the marks on its arguments.
pub(super) fn requests(words: &[Traced]) -> Vec<(Request, Vec<Mark>)> {
    let mut asked = Vec::new();
    let mut arguments = Arguments::default();
    let mut words = words.iter().skip(1);
    while let Some(word) = words.next() {
        let text = word.text();
        if let Some(name) = text.strip_prefix("--").filter(|name| !name.is_empty()) {
            if name == "next" {
                asked.extend(std::mem::take(&mut arguments).requests());
            } else if !long(name) {
                arguments.option(name, word);
            } else if let Some(value) = words.next() {
                arguments.option(name, value);
            }
        } else if text.len() > 1 && text.starts_with('-') {
            short_options(word, &text, &mut words, &mut arguments);
        } else if matches!(&*text, "\\" | "^" | "`") && !arguments.urls.is_empty() {
            // The mark of another shell: it joins no lines in this one.
            arguments.marks.push(mark(MarkKind::ShellNewline, word.whole(), text));
        } else if arguments.urls.len() < MOST_URLS {
            arguments.urls.push(word.clone());
        }
    }
    asked.extend(arguments.requests());
    asked
}

/// `-sSd value`, `-XPOST`: letters, the last of which may have a value behind it.
fn short_options<'w>(
    word: &Traced,
    text: &str,
    words: &mut impl Iterator<Item = &'w Traced>,
    arguments: &mut Arguments,
) {
    if text.len() != word.len() {
        return;
    }
    for (at, letter) in text.char_indices().skip(1) {
        if !short(letter) {
            arguments.option(name_of(letter), word);
            continue;
        }
        let behind = at + letter.len_utf8();
        if behind < text.len() {
            arguments.option(name_of(letter), &word.slice(behind..word.len()));
        } else if let Some(value) = words.next() {
            arguments.option(name_of(letter), value);
        }
        return;
    }
}

impl Arguments {
    fn option(&mut self, name: &str, value: &Traced) {
        const FORM: &str = "application/x-www-form-urlencoded";
        match name {
            "url" => self.urls.push(value.clone()),
            "request" => self.method = Some(value.clone()),
            "get" => self.is_get = true,
            "head" => self.is_head = true,
            "data" | "data-ascii" | "data-binary" if value.bytes().starts_with(b"@") => {
                self.content_type.get_or_insert(FORM);
                self.file(value);
                self.add_data(&value.slice(0..0), "&");
            }
            "data" | "data-ascii" | "data-binary" | "data-raw" => {
                self.content_type.get_or_insert(FORM);
                self.add_data(value, "&");
            }
            "data-urlencode" => {
                self.content_type.get_or_insert(FORM);
                let encoded = self.encoded(value);
                self.add_data(&encoded, "&");
            }
            "json" => {
                self.content_type = Some("application/json");
                if value.bytes().starts_with(b"@") {
                    self.file(value);
                } else {
                    self.add_data(value, "");
                }
            }
            "url-query" => {
                let query =
                    if value.bytes().starts_with(b"+") { value.slice(1..value.len()) } else { self.encoded(value) };
                self.query.push(query);
            }
            "form" | "form-string" => {
                self.content_type = Some("multipart/form-data");
                if name == "form" && value.bytes().windows(2).any(|two| two == b"=@" || two == b"=<") {
                    self.file(value);
                }
            }
            "header" => self.header(value),
            "user-agent" => self.set("User-Agent", value),
            "referer" => self.set("Referer", value),
            "cookie" if value.bytes().contains(&b'=') => self.set("Cookie", value),
            "oauth2-bearer" => {
                let mut bearer = Traced::standing_for("Bearer ", value.whole().begin());
                bearer.append(value);
                self.set("Authorization", &bearer);
            }
            "user" => self.user = Some(value.clone()),
            "upload-file" => {
                self.is_upload = true;
                self.file(value);
            }
            "config" => self.file(value),
            _ => {}
        }
    }

    fn file(&mut self, value: &Traced) {
        self.marked(MarkKind::FileValue, value);
    }

    fn marked(&mut self, kind: MarkKind, value: &Traced) {
        let text = value.text();
        let name = text.find(['@', '<']).map_or(&*text, |at| &text[at + 1..]);
        if self.marks.len() < MOST_MARKS {
            self.marks.push(mark(kind, value.whole(), name));
        }
    }

    fn header(&mut self, value: &Traced) {
        if value.bytes().starts_with(b"@") {
            return self.file(value);
        }
        let Some(colon) = value.bytes().iter().position(|byte| *byte == b':') else { return };
        let name = value.slice(0..colon).text().trim().to_owned();
        let behind = value.slice(colon + 1..value.len());
        let space = behind.bytes().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let behind = behind.slice(space..behind.len());
        // A header without a value is one that curl leaves out.
        if !behind.is_empty() {
            self.headers.push(Header { name, value: behind });
        }
    }

    fn set(&mut self, name: &str, value: &Traced) {
        if !value.is_empty() {
            self.headers.push(Header { name: name.into(), value: value.clone() });
        }
    }

    fn add_data(&mut self, value: &Traced, between: &str) {
        match &mut self.data {
            Some(data) => {
                data.push(between.as_bytes(), value.whole().begin());
                data.append(value);
            }
            None => self.data = Some(value.clone()),
        }
    }

    /// `--data-urlencode` in its five ways: `content`, `=content`, `name=content`, `@file`, `name@file`.
    fn encoded(&mut self, value: &Traced) -> Traced {
        let position = |wanted: u8| value.bytes().iter().position(|byte| *byte == wanted);
        let (name, content) = match (position(b'='), position(b'@')) {
            (Some(equals), _) => (equals, equals + 1),
            (None, Some(at)) => {
                let kind = if at > 0 { MarkKind::FileValue } else { MarkKind::NamelessFile };
                self.marked(kind, value);
                let mut named = value.slice(0..at);
                if at > 0 {
                    named.push(b"=", value.place(at..at + 1));
                }
                return named;
            }
            (None, None) => (0, 0),
        };
        let mut encoded = value.slice(0..if name > 0 { content } else { 0 });
        encoded.append(&form_encoded(&value.slice(content..value.len())));
        encoded
    }

    fn requests(self) -> Vec<(Request, Vec<Mark>)> {
        self.urls.iter().map(|url| (self.request(url), self.marks.clone())).collect()
    }

    fn request(&self, url: &Traced) -> Request {
        let has_body = (self.data.is_some() || self.content_type.is_some()) && !self.is_get && !self.is_head;
        let method = if let Some(method) = &self.method {
            method.clone()
        } else {
            let name = match (self.is_head, has_body, self.is_upload) {
                (true, ..) => "HEAD",
                (_, true, _) => "POST",
                (_, _, true) => "PUT",
                _ => "GET",
            };
            Traced::standing_for(name, url.whole().begin())
        };
        let mut request = request(method, url);
        let mut added: Vec<&Traced> = self.query.iter().collect();
        added.extend(self.data.iter().filter(|data| !has_body && !data.is_empty() || self.is_get && !data.is_empty()));
        for part in added {
            request.query.get_or_insert_default().join("&", part);
        }
        request.headers.clone_from(&self.headers);
        if has_body {
            request.body.clone_from(&self.data);
            if let Some(content_type) = self.content_type {
                let place = self.data.as_ref().map_or_else(|| url.whole(), Traced::whole);
                request.default_header("Content-Type", Traced::standing_for(content_type, place));
            }
        }
        if self.user.is_some() {
            request.user.clone_from(&self.user);
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use super::requests;
    use crate::support::Traced;

    fn told(words: &[&str]) -> Vec<String> {
        let mut at = 0;
        let traced = |word: &&str| {
            at += word.len() + 1;
            Traced::at(at - word.len() - 1, word)
        };
        let words: Vec<Traced> = ["curl"].iter().chain(words).map(traced).collect();
        let one = |(request, marks): (crate::support::Request, Vec<crate::support::Mark>)| {
            let body = request.body.as_ref().map_or("-".into(), |body| body.text().into_owned());
            let marks: Vec<_> = marks.iter().map(|mark| format!("{:?}:{}", mark.kind, mark.detail)).collect();
            let content_type =
                request.header("content-type").map_or("-".into(), |header| header.value.text().into_owned());
            format!("{} {} {body} {content_type} {}", request.method.text(), request.target().text(), marks.join(","))
        };
        requests(&words).into_iter().map(one).collect()
    }

    #[test]
    fn arguments_become_the_request_that_curl_sends() {
        let form = "application/x-www-form-urlencoded";
        for (words, expected) in [
            (&["-G", "h/p", "-d", "a=b", "--data-urlencode", "c=d e&f"][..], "GET /p?a=b&c=d+e%26f - - ".to_owned()),
            (&["-G", "h/p?x=y", "--data-urlencode", "Funded"], "GET /p?x=y&Funded - - ".into()),
            (&["-G", "h/p", "--data-urlencode", "=a=b"], "GET /p?a%3Db - - ".into()),
            (
                &["-G", "h/p", "--data-urlencode", "n@f.txt", "--data-urlencode", "@g", "-d", "@h"],
                "GET /p?n=&& - - FileValue:f.txt,NamelessFile:g,FileValue:h".into(),
            ),
            (&["h/p", "-d", "a=b", "-d", "c=é"], format!("POST /p a=b&c=é {form} ")),
            (&["h/p", "--json", "{}"], "POST /p {} application/json ".into()),
            (&["-XPOST", "h/p?a=b"], "POST /p?a=b - - ".into()),
            (&["-sI", "h/p?a=b"], "HEAD /p?a=b - - ".into()),
            (&["-sSd@x", "h/p"], format!("POST /p  {form} FileValue:x")),
            (&["h/p", "--url-query", "a=b c", "--url-query", "+d=%20"], "GET /p?a=b+c&d=%20 - - ".into()),
            (&["h/p", "-T", "f"], "PUT /p - - FileValue:f".into()),
            (&["h/p", "-H", "Content-Type: text/xml", "-d", "x"], "POST /p x text/xml ".into()),
            (&["-F", "a=@f", "h/p"], "POST /p - multipart/form-data FileValue:f".into()),
            (&["-o", "/dev/null", "-m", "20", "-w", "%{http_code}", "h/p"], "GET /p - - ".into()),
        ] {
            assert_eq!(told(words), [expected], "{words:?}");
        }
        assert_eq!(told(&["h/p", "--frobnicate"]), ["GET /p - - "]);
        assert_eq!(told(&["h/a", "h/b", "-d", "x", "--next", "h/c"]).len(), 3);
        assert!(told(&["-s"]).is_empty());
    }
}
