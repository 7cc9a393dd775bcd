//! URLs in prose: where one begins, and where it ends although a mail program broke it or its values hold spaces.

use std::ops::Range;

use super::found::mark;
use super::text::{Signs, line_at, line_start, lines, next_line, trim};
use super::wrapped::{
    closing, continues, floor_boundary, in_request_line, is_half_a_status, rest_of_value, variable_in_quotes,
};
use super::{entities, protected, template};
use crate::support::json;
use crate::support::phrases::Says;
use crate::support::ticket::{Mark, MarkKind};
use crate::support::traced::{Traced, View};

/// A URL in the text.
pub(super) struct Link {
    /// Where it stands in the view, with what encloses it.
    pub(super) part: Range<usize>,
    pub(super) url: Traced,
    /// A variable that holds what comes before it.
    pub(super) base: Option<Traced>,
    pub(super) marks: Vec<Mark>,
}

/// As much as a URL in quotes may take up, and as many lines as one may be broken over.
const LONGEST: usize = 16 * 1024;
const MOST_LINES: usize = 40;

/// What shows that there is a URL, of which nothing else may be left.
const SIGNS: [&str; 7] = ["://", ":\\/\\/", ".asmx", "lead_id=", "api_key=", "?api", "UpdateLeadStatus?"];

/// Every URL in a part of the view.
pub(super) fn find(view: &View<'_>, part: Range<usize>) -> Vec<Link> {
    let text = &*view.text;
    let mut links: Vec<Link> = Vec::new();
    let mut floor = part.start;
    let mut signs = Signs::of(SIGNS);
    while let Some((sign, _)) = signs.next(&text[..part.end], floor) {
        let start = start_of(text, floor, sign);
        let link = start.map(|start| link(view, start, &part));
        let end = link.as_ref().map_or(0, |link| link.part.end);
        floor = text.ceil_char_boundary(end.max(sign + 1));
        links.extend(link);
    }
    links
}

fn encloses(c: char) -> bool {
    c.is_whitespace() || "\"'`<>()[]{}|,;“”„‘«»=".contains(c)
}

/// Where the URL begins that a sign belongs to.
fn start_of(text: &str, floor: usize, sign: usize) -> Option<usize> {
    let before = &text[floor..sign];
    if text[sign..].starts_with(':') {
        let scheme = before.len() - before.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).len();
        let name = before[before.len() - scheme..].to_ascii_lowercase();
        // A word before it, glued on: `urlhttps://`.
        let known = ["https", "http", "hxxps", "hxxp"].into_iter().find(|known| name.ends_with(known))?;
        return Some(sign - known.len());
    }
    let glued = before.trim_end_matches(|c: char| !encloses(c) && c != '&' && c != '?');
    let mut start = floor + glued.len();
    if let Some(variable) = variable_in_quotes(glued) {
        return Some(floor + variable);
    }
    // A query without the rest of its URL begins with a name, of which the sign may be the second.
    if text[..start].ends_with(['?', '&']) && !text[sign..].starts_with(".asmx") {
        start = floor + before.trim_end_matches(|c: char| !c.is_whitespace() && !"\"'`<>()|“”".contains(c)).len();
    }
    let first = text[start..].chars().next()?;
    (start < sign || first.is_alphanumeric() || first == '?').then_some(start)
}

fn link(view: &View<'_>, start: usize, part: &Range<usize>) -> Link {
    let text = &*view.text;
    let opener = text[part.start..start].chars().next_back();
    let enclosed = opener.and_then(closer).and_then(|close| enclosed(text, start, part.end, close));
    let enclosed = enclosed.or_else(|| in_call(text, part.start, start, part.end));
    let enclosed = enclosed.or_else(|| in_request_line(text, part.start, start, window(text, start, part.end)));
    let is_enclosed = enclosed.is_some();
    let pieces = enclosed.unwrap_or_else(|| open(text, start, part.end));
    let mut url = Traced::default();
    for piece in &pieces {
        if is_half_a_status(&url.text()) {
            url.push(b" ", view.place(piece.start..piece.start));
        }
        url.append(&view.traced(piece.clone()));
    }
    let end = pieces.last().map_or(start, |piece| piece.end);
    let mut marks = Vec::new();
    if pieces.len() > 1 {
        marks.push(mark(MarkKind::JoinedLines, view.place(start..end), pieces.len().to_string()));
    }
    // Cut out of JSON, where it has escapes.
    if url.bytes().windows(2).any(|two| two == b"\\/" || two == b"\\u") {
        let inner = View::made(url);
        let whole = 0..inner.text.len();
        url = json::unescaped(&inner, whole);
    }
    let is_html = is_attribute(&text[part.start..start]) || opener == Some('>') && text[end..part.end].starts_with('<');
    // Chat programs write <https://…> with entities.
    if is_html || opener == Some('<') && is_enclosed {
        url = entities::decoded(&url);
    }
    for _ in 0..3 {
        let Some(inner) = protected::unwrap(&url) else { break };
        url = inner;
    }
    let found = String::from_utf8_lossy(url.bytes());
    if found.len() == url.len() {
        for (at, entity) in found.match_indices("&amp;") {
            marks.push(mark(MarkKind::AmpEntity, url.place(at..at + entity.len()), entity));
        }
    }
    let mut whole = if is_enclosed {
        start - opener.map_or(0, char::len_utf8)..end + closing_width(&text[end..part.end])
    } else {
        start..end
    };
    let behind = &text[whole.end..window(text, whole.end, part.end)];
    let (url, base) = match template::built_query(view, whole.end, behind, &mut marks) {
        Some(query) if url.text().ends_with('?') => {
            url.append(&query);
            (url, None)
        }
        _ => {
            let adds = is_enclosed && template::goes_on(behind, &url.text());
            let joined =
                if adds { template::joined(view, whole.end, whole.end + behind.len(), &mut marks) } else { None };
            let joined = joined.map(|(joined, end)| {
                whole.end = end;
                joined
            });
            template::of_code(url, (&text[..start], behind), joined, &mut marks)
        }
    };
    Link { part: whole, url, base, marks }
}

fn closing_width(behind: &str) -> usize {
    behind.chars().next().filter(|c| "\"'`>”’»".contains(*c)).map_or(0, char::len_utf8)
}

fn closer(opener: char) -> Option<char> {
    Some(match opener {
        '"' | '\'' | '`' => opener,
        '<' => '>',
        '“' | '„' => '”',
        '‘' => '’',
        '«' => '»',
        _ => return None,
    })
}

/// Whether a value of an HTML attribute begins here.
fn is_attribute(before: &str) -> bool {
    let Some(before) = before.strip_suffix(['"', '\'']) else { return false };
    let Some(before) = before.trim_end().strip_suffix('=') else { return false };
    let name = before.trim_end();
    let name = &name[name.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '-').len()..];
    ["href", "src", "action", "data-url", "data-href", "content", "value"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// The URL up to what closes it, in one piece a line; nothing where that is too far away, or has more in it than a URL.
fn enclosed(text: &str, start: usize, limit: usize, close: char) -> Option<Vec<Range<usize>>> {
    let end = start + closing(&text[start..window(text, start, limit)], close)?;
    // Chat programs write a link's text behind a bar.
    let end = if close == '>' { start + text[start..end].find('|').unwrap_or(end - start) } else { end };
    let pieces = pieces(text, start..end)?;
    let mut has_query = false;
    let is_fit = pieces.iter().all(|piece| {
        let line = text[piece.clone()].trim_end();
        let space = line.find(' ');
        has_query |= line[..space.unwrap_or(line.len())].contains('?');
        // A space is part of a value, and not the beginning of what else is quoted.
        space.is_none() || has_query && (pieces.len() == 1 || line.contains(['&', '=']))
    });
    is_fit.then_some(pieces)
}

/// A URL as PHP's warnings name it, spaces and all: `file_get_contents(https://…): Failed to open stream`.
fn in_call(text: &str, floor: usize, start: usize, limit: usize) -> Option<Vec<Range<usize>>> {
    text[floor..start].strip_suffix('(')?.ends_with(|c: char| c.is_alphanumeric() || c == '_').then_some(())?;
    let line = line_at(text, start, window(text, start, limit));
    let end = start + text[line.clone()].find(')')?;
    text[end..].starts_with("): ").then_some(())?;
    Some(std::iter::once(start..end).collect())
}

/// The end of what is looked at, so that a line without end is not read again for every URL in it.
fn window(text: &str, start: usize, limit: usize) -> usize {
    text.floor_char_boundary(limit.min(start + LONGEST))
}

/// The lines of a URL without their indentation. A space at the end of a broken line belongs to a value.
fn pieces(text: &str, part: Range<usize>) -> Option<Vec<Range<usize>>> {
    let mut pieces = Vec::new();
    for line in lines(text, part.clone()) {
        let inner = trim(text, line.clone());
        let is_last = line.end == part.end;
        if inner.is_empty() || pieces.len() == MOST_LINES {
            return (inner.is_empty() && is_last && !pieces.is_empty()).then_some(pieces);
        }
        let start = if pieces.is_empty() { line.start } else { inner.start };
        let flowed = !is_last && text[inner.end..line.end] == *" ";
        pieces.push(start..if flowed { line.end } else { inner.end });
    }
    (!pieces.is_empty()).then_some(pieces)
}

/// A URL that nothing encloses.
fn open(text: &str, start: usize, limit: usize) -> Vec<Range<usize>> {
    let limit = window(text, start, limit);
    let mut pieces = Vec::new();
    let mut at = start;
    loop {
        let line = line_at(text, at, limit);
        let end = end_in_line(text, at, line.end, start);
        pieces.push(at..end);
        let is_at_end = text[end..line.end].trim().is_empty();
        let next = trim(text, line_at(text, next_line(text, line.end, limit), limit));
        let width = line.end - line_start(text, at, floor_boundary(text, at));
        let is_continued = is_at_end
            && line.end < limit
            && pieces.len() < MOST_LINES
            && continues(&text[start..end], &text[next.clone()], width);
        if !is_continued {
            break;
        }
        at = next.start;
    }
    if let Some(last) = pieces.last_mut() {
        last.end = last.start + trimmed(&text[last.clone()]).len();
    }
    pieces
}

/// Where a URL ends in its line.
fn end_in_line(text: &str, start: usize, line_end: usize, url_start: usize) -> usize {
    let mut end = token_end(text, start, line_end);
    loop {
        let rest = &text[end..line_end];
        if !rest.starts_with([' ', '\t']) || !text[url_start..end].contains('?') {
            return end;
        }
        // A value with spaces goes on where another parameter follows it.
        let next = rest.find("://").map_or(rest.len(), |other| rest[..other].rfind(' ').unwrap_or(0));
        let mut ampersands = rest[..next].match_indices('&').map(|(at, _)| at);
        let Some(ampersand) = ampersands.find(|at| is_parameter(&rest[*at + 1..])) else {
            if let Some(end) = rest_of_value(text, url_start, end, line_end) {
                return end;
            }
            if let Some(end) = rest_of_name(text, url_start, end, line_end) {
                return end;
            }
            return if is_value_in_words(text, url_start, end, line_end) { line_end } else { end };
        };
        if rest[..ampersand].len() > 80 || rest[..ampersand].contains(['"', '<', '>']) {
            return end;
        }
        end = token_end(text, end + ampersand, line_end);
    }
}

fn is_parameter(text: &str) -> bool {
    let name = text.trim_start_matches("amp;");
    let len = name.find(|c: char| !c.is_ascii_alphanumeric() && !"_-.".contains(c)).unwrap_or(name.len());
    len > 0 && name[len..].starts_with('=')
}

/// Whether a line holds nothing but a URL whose last value is `In Progress` and the like.
fn is_value_in_words(text: &str, url_start: usize, end: usize, line_end: usize) -> bool {
    let before = &text[line_start(text, url_start, floor_boundary(text, url_start))..url_start];
    let rest = text[end..line_end].trim_end();
    let words: Vec<&str> = rest.split(' ').skip(1).collect();
    let is_word = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.chars().all(|c| c.is_alphanumeric() || "+%&=_-'’".contains(c))
    };
    let value = text[url_start..end].rsplit('=').next().unwrap_or_default();
    (before.trim().is_empty() || before.trim_end().ends_with([':', '=', '|', '*']))
        && (1..=3).contains(&words.len())
        && words.iter().all(is_word)
        && is_word(&value)
}

/// Where `Number=P-99` ends, behind a URL that ends in `&Policy`: a name has a space.
fn rest_of_name(text: &str, url_start: usize, end: usize, line_end: usize) -> Option<usize> {
    let last = text[url_start..end].rsplit(['&', '?']).next()?;
    let is_bare = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let behind = text[end..line_end].strip_prefix(' ')?;
    (is_bare && is_parameter(behind)).then(|| token_end(text, end + 1, line_end))
}

fn token_end(text: &str, start: usize, limit: usize) -> usize {
    let rest = &text[start..limit];
    let mut until = 0;
    for (at, c) in rest.char_indices() {
        if at < until {
            continue;
        }
        match c {
            c if c.is_whitespace() && c != '\u{a0}' => return start + at,
            // A placeholder in place of a value.
            '<' | '[' | '{' if rest[..at].ends_with('=') => match placeholder(&rest[at..]) {
                Some(len) => until = at + len,
                None if c == '<' => return start + at,
                None => {}
            },
            // A word in brackets within a value in words, and quotes around a value.
            '<' if rest[..at].ends_with(['+', '0']) && rest[..at].contains('?') => match placeholder(&rest[at..]) {
                Some(len) => until = at + len,
                None => return start + at,
            },
            '"' if rest[..at].ends_with('=') => match rest[at + 1..].find('"').map(|len| at + len + 2) {
                Some(end) if rest[end..].starts_with('&') && !rest[at..end].contains(char::is_whitespace) => {
                    until = end;
                }
                _ => return start + at,
            },
            '"' | '<' | '>' | '`' | '“' | '”' => return start + at,
            _ => {}
        }
    }
    limit
}

fn placeholder(text: &str) -> Option<usize> {
    let close = match text.as_bytes().first()? {
        b'<' => '>',
        b'[' => ']',
        _ => '}',
    };
    let (end, _) = text.char_indices().take(60).find(|(_, c)| *c == close || *c == '&')?;
    (text[end..].starts_with(close) && !text[1..end].contains('/')).then_some(end + 1)
}

/// The text without the punctuation that ends a sentence.
fn trimmed(text: &str) -> &str {
    let mut rest = text;
    // More of it is no punctuation, and counting brackets takes time.
    for _ in 0..8 {
        let Some(last) = rest.chars().next_back() else { break };
        let inner = &rest[..rest.len() - last.len_utf8()];
        let opens = |open: char| inner.matches(open).count() < rest.matches(last).count();
        let is_outside = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '”' | '»' | '…' | '|' | '\\' | '\'' | '’' => true,
            '*' => !inner.ends_with('*'),
            ')' => opens('('),
            ']' => opens('['),
            '}' => opens('{'),
            _ => false,
        };
        if !is_outside {
            break;
        }
        rest = inner;
    }
    rest
}

/// Whether a URL could be meant for CAKE: nobody asks about the link in a signature.
pub(super) fn concerns_cake(url: &Traced) -> bool {
    let text = url.text().to_ascii_lowercase();
    let (address, query) = text.split_once('?').unwrap_or((&text, ""));
    let named = address.says(&["asmx", "updatelead", "leadstatus", "/api/"]);
    let known = ["key=", "lead", "status=", "buyer"].iter().filter(|word| query.contains(**word)).count();
    // Of a URL whose beginning is in a variable that the ticket does not have.
    let begins = address.is_empty() && query.starts_with("api") && query.contains("key=");
    named || known >= 2 || begins
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::support::traced::View;
    use proptest::prelude::*;

    fn urls(text: &str) -> Vec<String> {
        find(&View::of(text), 0..text.len()).iter().map(|link| link.url.text().into_owned()).collect()
    }

    #[test]
    fn a_url_ends_where_a_person_would_say() {
        for (text, url) in [
            ("see https://h/p?a=b.", "https://h/p?a=b"),
            ("(https://h/p?a=b(c))", "https://h/p?a=b(c)"),
            ("<https://h/p?a=b c&d=e>", "https://h/p?a=b c&d=e"),
            ("\"https://h/p?a=In Progress\"", "https://h/p?a=In Progress"),
            (
                "https://h/p?status=In Progress&sub_status=Docs requested",
                "https://h/p?status=In Progress&sub_status=Docs",
            ),
            ("https://h/p?status=In Progress", "https://h/p?status=In Progress"),
            ("https://h/p?status=Funded gives code 3", "https://h/p?status=Funded"),
            ("[x](https://h/p?a=b)", "https://h/p?a=b"),
            ("**https://h/p?a=b**", "https://h/p?a=b**"),
            ("url=https://h/p?a=b, status 3", "https://h/p?a=b"),
            ("h.example/api/1/buyers.asmx/X?a=b", "h.example/api/1/buyers.asmx/X?a=b"),
            ("call /api/1/buyers.asmx/X?api_key=b&c", "/api/1/buyers.asmx/X?api_key=b&c"),
            ("https://h/p?api_key=<YOUR KEY>&a=b", "https://h/p?api_key=<YOUR KEY>&a=b"),
            ("<https://h/p?a=b|h/p>", "https://h/p?a=b"),
            ("https://h/p?a=Don’t&b=c", "https://h/p?a=Don’t&b=c"),
            ("hxxps://h/p?a", "hxxps://h/p?a"),
            ("fopen(https://h/p?a=Not Now): Failed to open (https)", "https://h/p?a=Not Now"),
            ("see(https://h/p?a=b) or https", "https://h/p?a=b"),
            ("get(https://h/p?a=b) failed (see below): code 3", "https://h/p?a=b"),
            (
                "https://h/p?\n  api_key=K\n  &lead_id=L\n  &status=S\nThanks",
                "https://h/p?api_key=K&lead_id=L&status=S",
            ),
            ("<a href='https://h/p?a=b&amp;c=d'>", "https://h/p?a=b&c=d"),
            ("<url>https://h/p?a=b&amp;c=d</url>", "https://h/p?a=b&c=d"),
            ("https://h/p?a=b&amp;c=d", "https://h/p?a=b&amp;c=d"),
            ("api_key=K&lead_id=L", "api_key=K&lead_id=L"),
        ] {
            assert_eq!(urls(text), [url], "{text}");
        }
    }

    #[test]
    fn lines_that_a_mail_program_broke_are_joined() {
        let broken = "Link: \"https://track.example.com/api/1/buyers.asmx/UpdateLeadStatu\r\ns?api_key=K&status=Docs%20Reques\r\nted\"";
        assert_eq!(
            urls(broken),
            ["https://track.example.com/api/1/buyers.asmx/UpdateLeadStatus?api_key=K&status=Docs%20Requested"]
        );
        let bare = broken.replace('"', "").replace("Link:", "the link is this one:");
        assert_eq!(
            urls(&format!("{bare}\n\nBest")),
            ["https://track.example.com/api/1/buyers.asmx/UpdateLeadStatus?api_key=K&status=Docs%20Reques"]
        );
        let text = "https://h/p?a=b\nhttps://h/p?c=d\n";
        assert_eq!(urls(text), ["https://h/p?a=b", "https://h/p?c=d"]);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[\"'<>&=?%\n ]|https://|&amp;|lead_id=|.asmx){0,60}") {
            for link in find(&View::of(&text), 0..text.len()) {
                let place = link.url.whole();
                prop_assert!(text.get(place.range()).is_some());
            }
        }
    }
}
