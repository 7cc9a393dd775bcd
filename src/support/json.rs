//! JSON as it is pasted: cut off at either end, with comments, with single quotes, as JavaScript writes it. What does not
//! fit is passed over.

use std::ops::Range;

use super::code::{expression_end, unescaped_at};
use crate::support::traced::{Traced, View};

/// Deeper than this nobody looks.
const DEEPEST: usize = 48;

/// As far an expression is read that begins with a string.
const LONGEST_EXPRESSION: usize = 400;

/// What stands before a variable whose members are put into an object.
pub(super) const SPREADS: [&str; 2] = ["...", "**"];

/// A value, by its places in the view.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// The members, in order, and where they stand. A variable without a value of its own is its own value.
    Object(Vec<(Range<usize>, Node)>, Range<usize>),
    Array(Vec<Node>, Range<usize>),
    /// What stands between the quotes.
    String(Range<usize>),
    /// A number, a word, code.
    Bare(Range<usize>),
}

impl Node {
    /// Where it stands.
    pub(super) fn part(&self) -> Range<usize> {
        match self {
            Self::Object(_, part) | Self::Array(_, part) | Self::String(part) | Self::Bare(part) => part.clone(),
        }
    }

    /// A member of an object.
    pub(super) fn get<'n>(&'n self, text: &str, name: &str) -> Option<&'n Node> {
        let Self::Object(members, _) = self else { return None };
        members.iter().find(|(known, _)| &text[known.clone()] == name).map(|(_, value)| value)
    }

    /// The text of a member that is a string or a number.
    pub(super) fn text(&self, view: &View<'_>, name: &str) -> Option<Traced> {
        self.get(&view.text, name)?.string(view)
    }

    /// A member of a member.
    pub(super) fn path<'n>(&'n self, text: &str, names: &[&str]) -> Option<&'n Node> {
        names.iter().try_fold(self, |node, name| node.get(text, name))
    }

    /// The elements of an array.
    pub(super) fn elements(&self) -> &[Node] {
        if let Self::Array(elements, _) = self { elements } else { &[] }
    }

    /// The members of an object.
    pub(super) fn members(&self) -> &[(Range<usize>, Node)] {
        if let Self::Object(members, _) = self { members } else { &[] }
    }

    /// A string without its escapes, or a number as it stands.
    pub(super) fn string(&self, view: &View<'_>) -> Option<Traced> {
        match self {
            Self::String(part) => Some(unescaped(view, part.clone())),
            Self::Bare(part) if !matches!(&view.text[part.clone()], "null" | "undefined" | "") => {
                Some(view.traced(part.clone()))
            }
            _ => None,
        }
    }
}

/// A value that begins here, and where it ends.
pub(super) struct Parsed {
    pub(super) node: Node,
    pub(super) end: usize,
    /// Whether something was left out because there is too much of it.
    pub(super) is_cut: bool,
    /// Whether it ends as it should.
    pub(super) is_whole: bool,
}

/// Reads the value that begins at a place. No more than so many values are kept.
pub(super) fn parse(text: &str, start: usize, limit: usize, most: usize) -> Parsed {
    let mut reader = Reader { text, at: start, limit, left: most, is_whole: true };
    let node = reader.value(0);
    Parsed { node, end: reader.at, is_cut: reader.left == 0, is_whole: reader.is_whole }
}

/// Reads what stands within an object whose beginning is not there.
pub(super) fn parse_members(text: &str, start: usize, limit: usize, most: usize) -> Parsed {
    let mut reader = Reader { text, at: start, limit, left: most, is_whole: false };
    let mut members = Vec::new();
    reader.members(&mut members, 0);
    // An end without a beginning: what follows belonged to the object around it.
    while reader.skip_closers() {
        reader.members(&mut members, 0);
    }
    Parsed { node: Node::Object(members, start..reader.at), end: reader.at, is_cut: reader.left == 0, is_whole: false }
}

/// Whether code makes another value of a string: `'a' . $b`, `"%s" % x`, `"a" if x else "b"`, `"a".strip()`, `"a"[1:]`.
fn goes_on(behind: &str) -> bool {
    let below = behind.trim_start();
    if below.starts_with("+ ") || below.strip_prefix(". ").is_some_and(|rest| rest.starts_with(['\'', '"', '$'])) {
        return true;
    }
    let rest = behind.trim_start_matches([' ', '\t']);
    let is_call = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.contains('(');
    match rest.chars().next() {
        Some('+' | '%' | '?') => rest[1..].starts_with(' '),
        Some('.') => rest[1..].trim_start().starts_with(['\'', '"', '$']) || is_call(&rest[1..]),
        Some('[') => behind.starts_with('['),
        _ => rest.starts_with("if "),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    limit: usize,
    left: usize,
    is_whole: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        (self.at < self.limit).then(|| self.text.as_bytes()[self.at])
    }

    fn skip(&mut self) {
        while let Some(byte) = self.peek() {
            if byte.is_ascii_whitespace() {
                self.at += 1;
            } else if self.rest().starts_with("//") || self.rest().starts_with("/*") {
                let end = if self.rest().starts_with("//") { "\n" } else { "*/" };
                self.at = self.rest().find(end).map_or(self.limit, |found| self.at + found + end.len());
            } else if self.rest().starts_with("# ") {
                // PHP, Python and YAML.
                self.at = self.rest().find('\n').map_or(self.limit, |found| self.at + found + 1);
            } else if self.rest().starts_with(['\u{a0}', '\u{feff}']) {
                self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            } else {
                break;
            }
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..self.limit]
    }

    fn skip_closers(&mut self) -> bool {
        let start = self.at;
        self.skip();
        while matches!(self.peek(), Some(b'}' | b']')) {
            self.at += 1;
            self.skip();
        }
        let has_closed = self.text[start..self.at].contains(['}', ']']);
        has_closed && self.peek() == Some(b',') && {
            self.at += 1;
            self.skip();
            matches!(self.peek(), Some(b'"'))
        }
    }

    fn value(&mut self, depth: usize) -> Node {
        self.skip();
        let start = self.at;
        if depth > DEEPEST || self.left == 0 {
            self.pass_over();
            return Node::Bare(start..start);
        }
        self.left -= 1;
        match self.peek() {
            Some(b'{') => {
                self.at += 1;
                let mut members = Vec::new();
                self.members(&mut members, depth + 1);
                self.close(b'}');
                Node::Object(members, start..self.at)
            }
            Some(b'[') => {
                self.at += 1;
                let mut elements = Vec::new();
                loop {
                    self.skip();
                    match self.peek() {
                        None | Some(b']' | b'}' | b')') => break,
                        Some(b',') => self.at += 1,
                        Some(_) => self.element(&mut elements, depth + 1),
                    }
                }
                self.close(b']');
                Node::Array(elements, start..self.at)
            }
            Some(quote @ (b'"' | b'\'' | b'`')) => {
                let string = self.string(quote);
                let near = self.limit.min(self.text.floor_char_boundary(self.at + LONGEST_EXPRESSION));
                if goes_on(&self.text[self.at..near]) {
                    let end = expression_end(self.text, self.at, near, '\n');
                    self.at = end;
                    return Node::Bare(start..start + self.text[start..end].trim_end().len());
                }
                Node::String(string)
            }
            _ => self.bare(),
        }
    }

    fn element(&mut self, elements: &mut Vec<Node>, depth: usize) {
        let start = self.at;
        let value = self.value(depth);
        if self.left > 0 {
            elements.push(value);
        }
        if self.at == start {
            // Nothing can begin so.
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
        }
    }

    fn close(&mut self, closer: u8) {
        if self.peek() == Some(closer) {
            self.at += 1;
        } else {
            self.is_whole = false;
        }
    }

    fn members(&mut self, members: &mut Vec<(Range<usize>, Node)>, depth: usize) {
        loop {
            self.skip();
            let name = match self.peek() {
                None | Some(b'}' | b']' | b')') => return,
                Some(b',' | b';') => {
                    self.at += 1;
                    continue;
                }
                Some(quote @ (b'"' | b'\'')) => self.string(quote),
                Some(_) => {
                    let start = self.at;
                    let len = self.rest().find(|c: char| !c.is_alphanumeric() && !"_$-.*".contains(c));
                    self.at += len.unwrap_or(self.limit - self.at);
                    if self.at == start {
                        // No name can begin so; what it is belongs to nobody.
                        self.at += self.rest().chars().next().map_or(1, char::len_utf8);
                        self.is_whole = false;
                        continue;
                    }
                    start..self.at
                }
            };
            self.skip();
            if matches!(self.peek(), Some(b':' | b'=')) {
                self.at += 1;
                if self.peek() == Some(b'>') {
                    self.at += 1;
                }
                let value = self.value(depth);
                if self.left > 0 {
                    members.push((name, value));
                }
            } else if matches!(self.peek(), Some(b',' | b'}')) && self.is_variable(&name) {
                members.push((name.clone(), Node::Bare(name)));
            } else if matches!(self.peek(), Some(b',' | b'}') | None) {
                // Cut off behind a name.
            } else {
                self.is_whole = false;
                self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            }
        }
    }

    /// Whether a name without a value is a variable: `{ params }`, `{ ...base }`, `{**base}`.
    fn is_variable(&self, name: &Range<usize>) -> bool {
        let is_quoted = self.text[..name.start].ends_with(['"', '\'']);
        let bare = &self.text[name.clone()];
        let bare = SPREADS.iter().find_map(|spread| bare.strip_prefix(spread)).unwrap_or(bare);
        !is_quoted && bare.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$')
    }

    /// The inside of a string; its end is where the text ends, if it has none.
    fn string(&mut self, quote: u8) -> Range<usize> {
        let start = (self.at + 1).min(self.limit);
        let len = unescaped_at(&self.text.as_bytes()[start..self.limit], quote);
        let end = len.map_or(self.limit, |len| start + len);
        self.is_whole &= len.is_some();
        self.at = (end + 1).min(self.limit);
        start..end
    }

    /// Everything up to the comma or the end of what is around it, brackets and strings included.
    fn pass_over(&mut self) {
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' | b'\'' | b'`' => {
                    self.string(byte);
                    continue;
                }
                b'{' | b'[' | b'(' => open += 1,
                b'}' | b']' | b')' | b',' | b';' | b'\n' if open == 0 => return,
                b'}' | b']' | b')' => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn bare(&mut self) -> Node {
        let start = self.at;
        self.pass_over();
        if self.at == start && self.peek().is_some_and(|byte| byte == b';') {
            self.at += 1;
        }
        let len = self.text[start..self.at].trim_end().len();
        Node::Bare(start..start + len)
    }
}

/// A string without the escapes of JSON and JavaScript.
pub(super) fn unescaped(view: &View<'_>, part: Range<usize>) -> Traced {
    let text = &view.text[part.clone()];
    view.traced(part).replaced(|rest| {
        let (c, len) = escape(text.get(text.len() - rest.len()..).filter(|rest| rest.starts_with('\\'))?);
        Some((c.map(String::from).unwrap_or_default().into_bytes().into(), len))
    })
}

/// The character that an escape stands for, and how long the escape is.
fn escape(text: &str) -> (Option<char>, usize) {
    let Some(letter) = text[1..].chars().next() else { return (Some('\\'), 1) };
    let simple = match letter {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'f' => '\u{c}',
        '\n' => return (None, 2),
        'u' => {
            let Some(first) = hex(text.get(2..6)) else { return (Some('u'), 2) };
            if !(0xD800..0xDC00).contains(&first) {
                return (Some(char::from_u32(first).unwrap_or('\u{fffd}')), 6);
            }
            let second = text.get(6..8).filter(|escape| *escape == "\\u").and_then(|_| hex(text.get(8..12)));
            return match second {
                Some(second @ 0xDC00..0xE000) => {
                    (char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + second - 0xDC00), 12)
                }
                _ => (Some('\u{fffd}'), 6),
            };
        }
        'x' => return hex(text.get(2..4)).map_or((Some('x'), 2), |byte| (char::from_u32(byte), 4)),
        other => other,
    };
    (Some(simple), 1 + letter.len_utf8())
}

fn hex(digits: Option<&str>) -> Option<u32> {
    digits
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
}

#[cfg(test)]
mod tests {
    use super::{Node, parse, parse_members};
    use crate::support::traced::View;
    use proptest::prelude::*;

    fn read(text: &str) -> Node {
        parse(text, 0, text.len(), 1_000).node
    }

    fn at(text: &str, path: &[&str]) -> String {
        let view = View::of(text);
        let node = read(text);
        let found = node.path(text, path).and_then(|node| node.string(&view));
        found.map_or("-".into(), |found| found.text().into_owned())
    }

    #[test]
    fn json_is_read_whole_or_cut_and_javascript_too() {
        for (text, value) in [
            (r#"{"a": {"b": "c\u0026\/\ud83d\ude00\n"}}"#, "c&/😀\n"),
            (r#"{"a": {"b": "cut off"#, "cut off"),
            ("{ a: { 'b': 'single', }, }", "single"),
            ("{ /* x */ a: { b: 12.5e3, c: [1,2 } }", "12.5e3"),
            (r#"{"x": [}, "a": {"b": "astray"}}"#, "-"),
            (r#"{"a": {"b": null}}"#, "-"),
            (r#"{"a" {"b": 1}}"#, "-"),
            ("{\"a\": {\"b\": \"two\nlines\"}}", "two\nlines"),
        ] {
            assert_eq!(at(text, &["a", "b"]), value, "{text}");
        }
    }

    #[test]
    fn what_begins_in_the_middle_is_read_to_its_end() {
        let text = r#""method": "GET", "url": "u", "headers": [] }, "response": { "status": 500 } }, { "request": {}"#;
        let node = parse_members(text, 0, text.len(), 1_000).node;
        let names: Vec<_> = node.members().iter().map(|(name, _)| &text[name.clone()]).collect();
        assert_eq!(names, ["method", "url", "headers", "response"]);
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep = "[".repeat(100_000);
        assert!(!parse(&deep, 0, deep.len(), 1_000_000).is_whole);
        let many = format!("[{}]", "1,".repeat(100_000));
        let parsed = parse(&many, 0, many.len(), 100);
        assert!(parsed.is_cut && parsed.node.elements().len() > 90);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[{}\\[\\]\",:'`\\\\u0d8 \n]){0,80}") {
            let view = View::of(&text);
            let node = read(&text);
            for (_, value) in node.members() {
                let _ = value.string(&view);
            }
            let _ = parse_members(&text, 0, text.len(), 50);
        }
    }
}
