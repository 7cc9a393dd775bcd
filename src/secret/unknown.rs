//! Unknown keys: found by the name before them, as configurations, headers, command lines and dumps of many
//! languages write it, encoded or not.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::known::{backslashes, entities, hexadecimal, percent};

/// The longest value that is looked for, in bytes. Without this bound many quotes that are never closed would cost the
/// square of their number.
const LONGEST_VALUE: usize = 4 * 1024;

/// What a value belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    /// `api_key`, and what begins with another word: `X-Api-Key`.
    ApiKey,
    /// The same in words, which also stand in sentences: `API key`.
    Words,
    /// A header whose whole value is secret.
    Header,
    /// The word before a token.
    Bearer,
}

/// In lower case.
const NAMES: [(&str, Name); 11] = [
    ("apikey", Name::ApiKey),
    ("api_key", Name::ApiKey),
    ("api-key", Name::ApiKey),
    ("api%5fkey", Name::ApiKey),
    ("api%255fkey", Name::ApiKey),
    ("api\\_key", Name::ApiKey),
    ("api%2dkey", Name::ApiKey),
    ("api key", Name::Words),
    ("authorization", Name::Header),
    ("cookie", Name::Header),
    ("bearer ", Name::Bearer),
];

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let mut finder = AhoCorasick::builder();
    finder.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true);
    #[expect(clippy::expect_used, reason = "these few names are always the same")]
    finder.build(NAMES.map(|(name, _)| name)).expect("a few short names")
});

/// Where keys stand.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut from = 0;
    for named in FINDER.find_iter(text) {
        // Within a value nothing else is looked for.
        if named.start() < from {
            continue;
        }
        let (_, name) = NAMES[named.pattern().as_usize()];
        let value = match name {
            Name::Bearer => token(text, named.end()),
            name => value(text, named.range(), name),
        };
        if let Some(value) = value.filter(|value| !says_where_the_key_is(&text[value.clone()])) {
            from = value.end;
            found.push(value);
        }
    }
}

/// A character of a text, however it is written.
#[derive(Clone, Copy)]
struct Mark {
    character: char,
    length: usize,
    is_encoded: bool,
}

fn mark(text: &str, at: usize) -> Option<Mark> {
    let bytes = &text.as_bytes()[at..];
    let encoded = match bytes.first()? {
        b'%' => percent(bytes).filter(|(byte, _)| byte.is_ascii()).map(|(byte, length)| (byte.into(), length)),
        b'&' => entities(bytes).last(),
        b'\\' => behind_backslashes(bytes),
        _ => None,
    };
    encoded.map(|(character, length)| Mark { character, length, is_encoded: true }).or_else(|| {
        let character = text[at..].chars().next()?;
        Some(Mark { character, length: character.len_utf8(), is_encoded: false })
    })
}

/// `\"`, `\\\"` or `\u0022`. A backslash before anything else is one.
fn behind_backslashes(bytes: &[u8]) -> Option<(char, usize)> {
    let slashes = backslashes(bytes);
    match *bytes.get(slashes)? {
        quote @ (b'"' | b'\'' | b'/' | b'`') => Some((quote.into(), slashes + 1)),
        b'u' => Some((char::from_u32(hexadecimal(bytes, slashes + 1, 4)?)?, slashes + 5)),
        _ => None,
    }
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '\'' | '`')
}

/// Walks over a text mark by mark.
struct MarkWalk<'t> {
    text: &'t str,
    at: usize,
}

impl MarkWalk<'_> {
    fn peek(&self) -> Option<Mark> {
        mark(self.text, self.at)
    }

    fn take_if(&mut self, is_meant: impl Fn(char) -> bool) -> Option<Mark> {
        let mark = self.peek().filter(|mark| is_meant(mark.character))?;
        self.at += mark.length;
        Some(mark)
    }

    fn skip(&mut self, most: usize, is_meant: impl Fn(char) -> bool) -> usize {
        (0..most).take_while(|_| self.take_if(&is_meant).is_some()).count()
    }

    /// Over `:protected]` and `:"Config":private]`, as PHP shows properties.
    fn skip_visibility(&mut self) {
        let rest = window(self.text, self.at);
        if rest.starts_with(':')
            && let Some(length) = rest.bytes().take(80).position(|byte| byte == b']')
            && (rest[..length].ends_with("private") || rest[..length].ends_with("protected"))
        {
            self.at += length + 1;
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let is_there =
            self.text.as_bytes()[self.at..].get(..word.len()).is_some_and(|b| b.eq_ignore_ascii_case(word.as_bytes()));
        self.at += if is_there { word.len() } else { 0 };
        is_there
    }
}

/// How sure it is that a value follows a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follows {
    Surely,
    /// If it looks like a key: in a sentence, what looks like a word is one.
    Perhaps,
}

/// The value of a name, if one follows.
fn value(text: &str, name: Range<usize>, kind: Name) -> Option<Range<usize>> {
    let mut walk = MarkWalk { text, at: name.end };
    let before = &text.as_bytes()[..name.start];
    if walk.peek().is_some_and(|next| next.character.is_alphanumeric() || next.character == '_') {
        return None;
    }
    let closed = walk.skip(4, |c| is_quote(c) || matches!(c, ']' | ')'));
    walk.skip_visibility();
    let spaces = walk.skip(64, is_blank);
    let (follows, is_encoded) = match separator(&mut walk, before, closed, spaces) {
        Some(separated) => separated,
        None if spaces > 0 && is_an_option(before) => (Follows::Surely, false),
        None if spaces > 0 && kind != Name::Header => {
            let _ = walk.take("is ") || walk.take("was ");
            (Follows::Perhaps, false)
        }
        None => return None,
    };
    let follows = if kind == Name::Words { Follows::Perhaps } else { follows };
    let gap = walk.at;
    // In a form, a + is a space.
    walk.skip(64, |c| c.is_whitespace() || is_encoded && c == '+');
    let is_on_another_line = text[gap..walk.at].contains('\n');
    // `api_key=` and then a space is the end of something.
    let is_cut_off = spaces == 0 && walk.at > gap && text[..gap].ends_with('=');
    let follows = if is_cut_off { Follows::Perhaps } else { follows };
    // As var_dump, Node, Go and Rust write what has a type or several values.
    if walk.take("string(") {
        walk.skip(20, |c| c.is_ascii_digit());
        walk.skip(2, |c| matches!(c, ')' | ' '));
    }
    let _ = walk.take("[]string{") || walk.take("Some(");
    walk.skip(1, |c| matches!(c, '[' | '('));
    walk.skip(8, is_blank);
    let start = walk.at;
    // b"…", u'…', @"…"
    walk.skip(1, |c| matches!(c, 'b' | 'u' | 'r' | '@' | '$'));
    let quote = walk.peek().filter(|mark| is_quote(mark.character));
    let (start, end) = if let Some(quote) = quote {
        let start = walk.at + quote.length;
        // The quote may as well be the end of a text that the name stands in: then no value follows.
        let begins = mark(text, start)?.character;
        if !begins.is_alphanumeric() && !matches!(begins, '+' | '_' | '=' | '/') {
            return None;
        }
        (start, quoted_end(text, start, quote))
    } else if is_on_another_line {
        // It belongs to something else.
        return None;
    } else {
        let is_in_a_url = before.ends_with(b"?") || before.ends_with(b"&");
        let end = bare_end(text, start, is_encoded, |c| match kind {
            Name::Header => is_quote(c) || matches!(c, '<' | '\n' | '\r' | '\\'),
            _ if c.is_whitespace() || is_quote(c) || matches!(c, '&' | '<' | '>' | '#' | '\\') => true,
            _ => !is_in_a_url && matches!(c, ',' | ';' | ')' | ']' | '}' | '|'),
        });
        (start, end)
    };
    let start = if kind == Name::Header { behind_scheme(text, start..end) } else { start };
    let is_one = follows == Follows::Surely || looks_like_a_key(&text[start..end]);
    (start < end && is_one).then_some(start..end)
}

/// Whether it is long, and no word.
fn looks_like_a_key(value: &str) -> bool {
    value.len() >= 8 && value.bytes().any(|byte| byte.is_ascii_digit())
}

/// How sure it is that a value follows, and whether what stands between the two is encoded; none where nothing does.
fn separator(walk: &mut MarkWalk<'_>, before: &[u8], closed: usize, spaces: usize) -> Option<(Follows, bool)> {
    let start = walk.at;
    let surely = |mark: Mark| (Follows::Surely, mark.is_encoded);
    if let Some(first) = walk.take_if(|c| matches!(c, '=' | ':')) {
        walk.skip(2, |c| matches!(c, '=' | '>' | ':'));
        return Some(surely(first));
    }
    if let Some(first) = walk.take_if(|c| c == '-') {
        return walk.take_if(|c| c == '>').map(|_| surely(first));
    }
    if let Some(first) = walk.take_if(|c| c == ',') {
        // {"name": "api_key", "value": "K"}
        walk.skip(8, is_blank);
        let is_named = walk.skip(1, is_quote) == 1
            && walk.take("value")
            && walk.skip(1, is_quote) == 1
            && walk.skip(8, |c| matches!(c, ':' | ' ')) > 0;
        // ('api_key', 'K'), [api_key, K]
        let is_a_pair = match before {
            [.., b'(', b'\'' | b'"'] => closed > 0,
            [.., b'['] => closed == 0,
            _ => false,
        };
        if !is_named {
            walk.at = start + first.length;
        }
        return (is_named || is_a_pair).then(|| surely(first));
    }
    if closed > 0 && walk.take(";s:") {
        // s:7:"api_key";s:11:"K";
        walk.skip(20, |c| c.is_ascii_digit());
        return walk.take_if(|c| c == ':').map(surely);
    }
    if let Some(first) = walk.take_if(|c| c == '>') {
        // <api_key>K</api_key>, <entry key="api_key">K</entry>
        let openings: [&[u8]; 6] = [b"<", b"&lt;", b"&amp;lt;", b"%3c", b"%253c", b"\\u003c"];
        let is_tag = openings.iter().any(|opening| {
            before.len() >= opening.len() && before[before.len() - opening.len()..].eq_ignore_ascii_case(opening)
        });
        return (is_tag || closed > 0)
            .then_some((if is_tag { Follows::Surely } else { Follows::Perhaps }, first.is_encoded));
    }
    // <add key="ApiKey" value="K"/>
    let is_attribute = closed > 0 && spaces > 0 && walk.take("value") && walk.skip(8, |c| matches!(c, '=' | ' ')) > 0;
    is_attribute.then_some((Follows::Surely, false))
}

/// Whether the name is that of an option, `--api-key` or `--cake-api-key`, and no end of another word, `x-api-key`.
fn is_an_option(before: &[u8]) -> bool {
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    before.iter().rev().take(40).take_while(is_part).last() == Some(&b'-')
}

/// Where a value ends that stands in quotes: at the same quote, and in a text that is itself quoted, at the end of that.
fn quoted_end(text: &str, start: usize, quote: Mark) -> usize {
    let closing = &text[start - quote.length..start];
    let end = start + window(text, start).len();
    let mut at = start;
    while at < end
        && let Some(mark) = mark(text, at)
    {
        // Two backslashes are one, and the quote behind them is not escaped.
        let slashes = text[at..].bytes().take_while(|byte| *byte == b'\\').count();
        let is_outer = mark.character == '"' && slashes % 2 == 0 && (slashes > 0 || !mark.is_encoded);
        if is_outer || matches!(mark.character, '\n' | '\r') || text[at..].starts_with(closing) {
            break;
        }
        at += mark.length;
    }
    at
}

/// Where a value ends that has no quotes around it. What ends it is encoded as often as what began it.
fn bare_end(text: &str, start: usize, is_encoded: bool, ends: impl Fn(char) -> bool) -> usize {
    let window = window(text, start);
    // {api_key}, ${ACME_KEY}
    if let Some(name) = window.strip_prefix("${").or_else(|| window.strip_prefix('{'))
        && let Some(length) = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        && name[length..].starts_with('}')
    {
        return start + window.len() - name.len() + length + 1;
    }
    let mut walk = MarkWalk { text, at: start };
    while walk.at < start + window.len()
        && let Some(raw) = text[walk.at..].chars().next()
    {
        let encoded = walk.peek().filter(|mark| is_encoded && mark.is_encoded);
        if ends(raw) || encoded.is_some_and(|mark| ends(mark.character)) {
            break;
        }
        walk.at += encoded.map_or(raw.len_utf8(), |mark| mark.length);
    }
    walk.at
}

/// Behind `Basic ` and the like, which are no secret.
fn behind_scheme(text: &str, value: Range<usize>) -> usize {
    let schemes = ["Basic ", "Bearer ", "Digest ", "Token "];
    let scheme = schemes.iter().find(|scheme| {
        text.as_bytes()[value.clone()].get(..scheme.len()).is_some_and(|b| b.eq_ignore_ascii_case(scheme.as_bytes()))
    });
    value.start + scheme.map_or(0, |scheme| scheme.len())
}

/// A token behind the word `Bearer`: what is long, and no word.
fn token(text: &str, start: usize) -> Option<Range<usize>> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte);
    let length = window(text, start).bytes().take_while(is_part).count();
    let token = &text[start..start + length];
    looks_like_a_key(token).then_some(start..start + length)
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

fn window(text: &str, start: usize) -> &str {
    &text[start..text.floor_char_boundary(start.saturating_add(LONGEST_VALUE))]
}

/// Whether a value is no key but says where it comes from, `{api_key}`, `$ACME_KEY` or `${ACME_KEY}`, or that there is none. A
/// command that is shown with such a value can be run again.
fn says_where_the_key_is(value: &str) -> bool {
    let is_variable = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    let name = value
        .strip_prefix('$')
        .map(|name| name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name));
    let nothing = ["null", "none", "nil", "undefined", "false", "true", "{api_key}"];
    // In our own advice a value is left out.
    let is_masked = value.bytes().all(|byte| byte == b'*');
    is_masked
        || nothing.iter().any(|word| value.eq_ignore_ascii_case(word))
        || value.starts_with('…')
        || name.is_some_and(is_variable)
}
