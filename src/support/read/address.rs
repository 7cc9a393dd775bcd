//! A URL taken to pieces. Nothing is decoded or put right: a mistake in it is what the ticket is about.

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

use crate::support::ticket::Request;
use crate::support::traced::Traced;

/// The request that a URL stands for.
pub(super) fn request(method: Traced, url: &Traced) -> Request {
    let text = url.text();
    // Bytes that are no text would move the places; ASCII is all that is looked for.
    let text = if text.len() == url.len() { text } else { url.bytes().iter().map(|byte| ascii(*byte)).collect() };
    let mut request = Request { method, ..Request::default() };
    let mut rest = 0;
    if let Some(at) = text.find("://").filter(|at| is_scheme(&text[..*at])) {
        request.scheme = url.slice(scheme_start(&text[..at])..at);
        rest = at + 3;
    } else if text.starts_with("//") {
        rest = 2;
    }
    // `api/1/…` is put behind a base address.
    let is_relative = rest == 0 && text.starts_with("api/");
    if rest > 0 || !text.starts_with('/') && !is_relative {
        let end = text[rest..].find(['/', '?', '#']).map_or(text.len(), |end| rest + end);
        authority(url, &text, rest, end, &mut request);
        rest = end;
    }
    locate(url, &text, rest, &mut request);
    if is_relative {
        let path = std::mem::replace(&mut request.path, Traced::standing_for("/", url.place(0..0)));
        request.path.append(&path);
    }
    request
}

fn ascii(byte: u8) -> char {
    if byte.is_ascii() { char::from(byte) } else { '_' }
}

/// Where the scheme begins: a quote that is none stands before it.
fn scheme_start(text: &str) -> usize {
    text.rfind(|c: char| !c.is_ascii_alphanumeric())
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8))
}

fn is_scheme(text: &str) -> bool {
    let scheme = &text[scheme_start(text)..];
    let before = &text[..text.len() - scheme.len()];
    !scheme.is_empty() && scheme.len() <= 10 && before.chars().all(|c| "“”‘’'\"«".contains(c))
}

fn authority(url: &Traced, text: &str, start: usize, end: usize, request: &mut Request) {
    let host = match text[start..end].rfind('@') {
        Some(at) => {
            request.user = Some(url.slice(start..start + at));
            start + at + 1
        }
        None => start,
    };
    let port = text[host..end].rfind(':').map(|at| host + at);
    let port = port.filter(|at| text[*at + 1..end].bytes().all(|byte| byte.is_ascii_digit()) && *at + 1 < end);
    request.host = url.slice(host..port.unwrap_or(end));
    request.port = port.map(|at| url.slice(at + 1..end));
}

/// Path, query and fragment.
fn locate(url: &Traced, text: &str, start: usize, request: &mut Request) {
    let hash = text[start..].match_indices('#').map(|(at, _)| start + at).find(|at| !is_in_mask(text, *at));
    let end = hash.unwrap_or(text.len());
    request.fragment = hash.map(|at| url.slice(at + 1..text.len()));
    let question = text[start..end].find('?').map(|at| start + at);
    request.query = question.map(|at| url.slice(at + 1..end));
    let path = start..question.unwrap_or(end);
    request.path = if path.is_empty() {
        let place = url.place(start..start);
        Traced::standing_for("/", place)
    } else {
        url.slice(path)
    };
}

/// `api_key=#####` hides the key.
fn is_in_mask(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches('#');
    let run = text.len() - before.len() - text[before.len()..].trim_start_matches('#').len();
    before.ends_with("key=") && run > 2
}

/// A method that nobody wrote down.
pub(super) fn get(url: &Traced) -> Traced {
    Traced::standing_for("GET", url.whole().begin())
}

/// The URL as a program sends it that does not send what may not stand in one: space and what is not ASCII are encoded.
pub(super) fn encoded(url: &Traced) -> Traced {
    let mut is_fragment = false;
    url.replaced(|rest| {
        is_fragment |= rest[0] == b'#';
        let is_unfit = rest[0] <= b' ' || rest[0] >= 0x7f || b"\"<>".contains(&rest[0]);
        (is_unfit && !is_fragment).then(|| escaped(rest))
    })
}

/// A value as a form sends it: everything but letters, digits and a few signs encoded, and a space as `+`.
pub(super) fn form_encoded(value: &Traced) -> Traced {
    value.replaced(|rest| match rest[0] {
        b' ' => Some((b"+".into(), 1)),
        byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => None,
        _ => Some(escaped(rest)),
    })
}

/// The escapes of the first character, and how long that is. A byte that is no text stands alone.
fn escaped(rest: &[u8]) -> (Cow<'static, [u8]>, usize) {
    let first = rest[..rest.len().min(4)].utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    let len = first.map_or(1, char::len_utf8);
    (percent_encode(&rest[..len], NON_ALPHANUMERIC).to_string().into_bytes().into(), len)
}

#[cfg(test)]
mod tests {
    use super::{encoded, get, request};
    use crate::support::{Request, Span, Traced};

    fn of(url: &str) -> Request {
        let url = Traced::at(0, url);
        request(get(&url), &url)
    }

    fn parts(url: &str) -> String {
        let request = of(url);
        let shown = |found: &Option<Traced>| found.as_ref().map_or("-".into(), |found| found.text().into_owned());
        let Request { scheme, host, port, path, query, fragment, user, .. } = &request;
        let [port, query, fragment, user] = [port, query, fragment, user].map(shown);
        format!("{} {user} {} {port} {} {query} {fragment}", scheme.text(), host.text(), path.text())
    }

    #[test]
    fn a_url_falls_into_its_parts_whatever_stands_in_them() {
        for (url, expected) in [
            ("https://h/p?q#f", "https - h - /p q f"),
            ("https://h:8443/p?a=:1/", "https - h 8443 /p a=:1/ -"),
            ("h/p", " - h - /p - -"),
            ("h:80", " - h 80 / - -"),
            ("/p?x=https://y", " -  - /p x=https://y -"),
            ("https://u:p@h?q", "https u:p h - / q -"),
            ("https://h?a=b://c", "https - h - / a=b://c -"),
            ("HTTPS://h/p#?q", "HTTPS - h - /p - ?q"),
            ("“https://h/”", "https - h - /” - -"),
            ("https://[::1]:80/p?", "https - [::1] 80 /p  -"),
            ("", " -  - / - -"),
        ] {
            assert_eq!(parts(url), expected, "{url}");
        }
        assert_eq!(of("https://h/p?ab=c").query.unwrap().whole(), Span::new(12, 16));
    }

    #[test]
    fn what_may_not_stand_in_a_url_is_encoded_and_keeps_its_place() {
        let sent = encoded(&Traced::at(5, "/?a=Don’t Call"));
        assert_eq!(sent.text(), "/?a=Don%E2%80%99t%20Call");
        assert_eq!(sent.place(16..17), Span::new(15, 16));
    }
}
