//! Reads an answer by meaning: declaration, namespaces, comments, order and entities make no difference.
//!
//! A conforming reader has to be strict where a false success could hide: a truncated document, two
//! codes, or a code inside a comment is no answer.

use roxmltree::{Document, Error, Node};
use thiserror::Error as ThisError;

use crate::protocol::code::Code;

/// What an answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The number in `code`.
    pub code: Code,
    /// The text in `msg`, without the white space around it; empty where there is none.
    pub msg: String,
    /// Names of other children of `result`, in document order.
    pub extra: Vec<String>,
}

/// Why bytes are no CAKE answer.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
pub enum Unreadable {
    /// Nothing at all.
    #[error("the answer is empty")]
    Empty,
    /// Bytes that are no UTF-8.
    #[error("the answer is not UTF-8 (byte {at})")]
    NotUtf8 {
        /// The position of the first byte that does not fit.
        at: usize,
    },
    /// Not well-formed XML.
    #[error("the answer is not well-formed XML: {reason}")]
    Malformed {
        /// What the parser said.
        reason: String,
    },
    /// XML that stops before its root is closed.
    #[error("the answer is cut off")]
    Truncated,
    /// XML about something else.
    #[error("the root element is <{root}>, not <result>")]
    OtherRoot {
        /// The local name of the root.
        root: String,
    },
    /// A document type, which no answer of CAKE has and which could smuggle entities in.
    #[error("the answer has a document type declaration")]
    DocumentType,
    /// A `result` without a `code`.
    #[error("<result> has no <code>")]
    NoCode,
    /// A `result` with several.
    #[error("<result> has more than one <{name}>")]
    Repeated {
        /// `code` or `msg`.
        name: &'static str,
    },
    /// A `code` that is no whole number.
    #[error("<code> holds {text:?}, which is not a whole number")]
    CodeIsNoNumber {
        /// What it holds.
        text: String,
    },
}

/// Reads an answer.
pub fn read(body: &[u8]) -> Result<Reading, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|error| Unreadable::NotUtf8 { at: error.valid_up_to() })?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.trim_matches(is_space).is_empty() {
        return Err(Unreadable::Empty);
    }
    let malformed = |reason: String| Unreadable::Malformed { reason };
    // The parser would pass over another one.
    if text.starts_with('\u{FEFF}') {
        return Err(malformed("it begins with two byte order marks".into()));
    }
    let begins = text.trim_start_matches(is_space);
    if !begins.starts_with('<') {
        let shown: String = begins.trim_end_matches(is_space).chars().take(40).collect();
        return Err(malformed(format!("text outside the root element: {shown:?}")));
    }
    let document = Document::parse(text).map_err(|error| match error {
        Error::DtdDetected => Unreadable::DocumentType,
        Error::UnclosedRootNode | Error::UnexpectedEndOfStream => Unreadable::Truncated,
        other => malformed(other.to_string()),
    })?;
    check_declaration(text).map_err(malformed)?;
    document.descendants().try_for_each(|node| check_node(node, text)).map_err(malformed)?;
    let root = document.root_element();
    if root.tag_name().name() != "result" {
        return Err(Unreadable::OtherRoot { root: root.tag_name().name().to_owned() });
    }
    let (mut code, mut msg, mut extra) = (None, None, Vec::new());
    for child in root.children().filter(Node::is_element) {
        let (slot, name) = match child.tag_name().name() {
            "code" => (&mut code, "code"),
            "msg" => (&mut msg, "msg"),
            other => {
                extra.push(other.to_owned());
                continue;
            }
        };
        if slot.replace(child).is_some() {
            return Err(Unreadable::Repeated { name });
        }
    }
    let msg = msg.map(|msg| text_of(msg).trim_matches(is_space).to_owned());
    Ok(Reading { code: number(code.ok_or(Unreadable::NoCode)?)?, msg: msg.unwrap_or_default(), extra })
}

/// The number that `code` holds.
fn number(code: Node<'_, '_>) -> Result<Code, Unreadable> {
    let no_number = |text: &str| Unreadable::CodeIsNoNumber { text: text.chars().take(40).collect() };
    if let Some(inside) = code.children().find(Node::is_element) {
        return Err(no_number(&format!("<{}>", inside.tag_name().name())));
    }
    let text = text_of(code);
    let digits = text.trim_matches(is_space);
    let is_whole = digits.strip_prefix('-').unwrap_or(digits).bytes().all(|byte| byte.is_ascii_digit());
    let number = is_whole.then(|| digits.parse().ok()).flatten();
    number.map(Code).ok_or_else(|| no_number(digits))
}

/// The text that stands in an element, and not in those inside it.
fn text_of(element: Node<'_, '_>) -> String {
    element.children().filter(Node::is_text).filter_map(|node| node.text()).collect()
}

/// What the parser takes, and parsers of other languages do not: an instruction without a name of its own, and a prefix that stands for
/// nothing.
fn check_node(node: Node<'_, '_>, text: &str) -> Result<(), String> {
    if let Some(instruction) = node.pi() {
        let target = instruction.target;
        let behind = text[node.range()].strip_prefix("<?").and_then(|rest| rest.strip_prefix(target));
        let is_ended = behind.is_some_and(|rest| rest.starts_with(is_space) || rest.starts_with("?>"));
        if !is_ended || target.eq_ignore_ascii_case("xml") {
            let shown: String = text[node.range()].chars().take(40).collect();
            return Err(format!("this is no processing instruction: {shown}"));
        }
    }
    let values = node.attributes().map(|one| (one.value(), one.range()));
    let texts = node.text().filter(|_| node.is_text()).map(|shown| (shown, node.range()));
    for (shown, place) in values.chain(texts) {
        if let Some(reference) = no_character(&text[place]).filter(|_| shown.contains(char::REPLACEMENT_CHARACTER)) {
            return Err(format!("a reference to no character: {reference}"));
        }
    }
    if node.is_element()
        && let Some(prefix) = unbound_prefix(&text[node.range()])
    {
        return Err(format!(
            "a prefix that no namespace may have, or that has none: {}",
            prefix.chars().take(40).collect::<String>()
        ));
    }
    Ok(())
}

/// A reference by a number that no character has, which the parser replaces.
fn no_character(written: &str) -> Option<String> {
    const LONGEST: usize = 32;
    let references = written.match_indices("&#").filter_map(|(at, sign)| {
        let start = at + sign.len();
        written[start..written.floor_char_boundary(start + LONGEST)].split_once(';')
    });
    let number = |digits: &str| match digits.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    };
    let mut wrong = references.filter(|(digits, _)| number(digits).and_then(char::from_u32).is_none());
    wrong.next().map(|(digits, _)| format!("&#{};", digits.chars().take(20).collect::<String>()))
}

/// A prefix that the start tag at the beginning of an element takes back, one before `xmlns`, or a name with a colon and no prefix before
/// it; that of the end tag too.
fn unbound_prefix(mut tag: &str) -> Option<&str> {
    let names = [tag.strip_prefix('<'), tag.rsplit_once("</").map(|(_, name)| name)];
    if let Some(name) = names.into_iter().flatten().find(|name| name.starts_with(':')) {
        return Some(name.split(|c| is_space(c) || matches!(c, '>' | '/')).next().unwrap_or(name));
    }
    loop {
        let (name, rest) = tag.split_at(tag.find(['"', '\'', '>'])?);
        let quote = rest.chars().next().filter(|quote| *quote != '>')?;
        let (value, behind) = rest[1..].split_once(quote)?;
        let name = name.trim_end_matches(|c| is_space(c) || c == '=');
        let name = name.rsplit(is_space).next().unwrap_or_default();
        if value.is_empty() && name.starts_with("xmlns:") || name.starts_with(':') || name.ends_with(":xmlns") {
            return Some(name);
        }
        tag = behind;
    }
}

/// The declaration, which the parser takes as it comes. Bytes that were read as UTF-8 may be said to be something else only where
/// that makes no difference.
fn check_declaration(text: &str) -> Result<(), String> {
    let declaration = text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    let Some((declaration, _)) = declaration else { return Ok(()) };
    let shown = || declaration.chars().take(40).collect::<String>();
    let Some((version, encoding, standalone)) = declared(declaration) else {
        return Err(format!("this is no XML declaration: <?xml{}?>", shown()));
    };
    // .NET reads no other version.
    if version != "1.0" || !matches!(standalone, None | Some("yes" | "no")) {
        return Err(format!("there is no such XML: <?xml{}?>", shown()));
    }
    let is_one_of =
        |names: &[&str]| encoding.is_none_or(|sent| names.iter().any(|name| name.eq_ignore_ascii_case(sent)));
    if is_one_of(&["utf-8"]) || text.is_ascii() && is_one_of(&["us-ascii", "iso-8859-1"]) {
        return Ok(());
    }
    Err(format!("it is not in the encoding it declares: <?xml{}?>", shown()))
}

/// Version, encoding and standalone of a declaration. They have to stand in this order.
fn declared(mut rest: &str) -> Option<(&str, Option<&str>, Option<&str>)> {
    let mut next = |name: &str| {
        let behind_name = rest.strip_prefix(is_space)?.trim_start_matches(is_space).strip_prefix(name)?;
        let value = behind_name.trim_start_matches(is_space).strip_prefix('=')?.trim_start_matches(is_space);
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, behind) = value[1..].split_once(quote)?;
        rest = behind;
        Some(value)
    };
    let found = (next("version")?, next("encoding"), next("standalone"));
    rest.trim_matches(is_space).is_empty().then_some(found)
}

/// What XML calls white space; a no-break space is none.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::{Unreadable, read};
    use crate::protocol::code::Code;
    use crate::protocol::xml::write::{Shape, write};
    use proptest::prelude::*;

    fn code(xml: &str) -> i64 {
        read(xml.as_bytes()).unwrap_or_else(|error| panic!("{xml}: {error}")).code.0
    }

    fn error(xml: &str) -> Unreadable {
        read(xml.as_bytes()).expect_err(xml)
    }

    #[test]
    fn the_same_meaning_is_read_in_any_bytes() {
        for xml in [
            "<result>\n  <code>3</code>\n  <msg>m</msg>\n</result>",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<result><msg>m</msg><code> 3\r\n</code></result>\r\n",
            "\u{FEFF}<result xmlns=\"http://cakemarketing.com/api/1/\"><code>3</code><msg>m</msg></result>",
            "<c:result xmlns:c=\"x\"><c:code>3</c:code><c:msg>m</c:msg></c:result>",
            "<!-- <code>0</code> --><result><!-- x --><code><!--0-->3</code><msg>m</msg></result>",
            "<result><code><![CDATA[3]]></code><msg><![CDATA[m]]></msg></result>",
            "<result><code>&#51;</code><msg>&#x6d;</msg></result>",
            "<result a='1'><x><code>0</code></x><code n='0'>3</code><y/><msg>m</msg></result>",
            "<?xml version='1.0' encoding='ISO-8859-1'?><result><code>3</code><msg>m</msg></result>",
            "<?pi code=0?><result><code>3</code><msg>m</msg></result>",
            "<result a='' b=\"xmlns:p=''\"><code>3</code><msg>m<![CDATA[]]></msg><!-- xmlns:p='' --></result>",
        ] {
            let reading = read(xml.as_bytes()).unwrap();
            assert_eq!((reading.code, reading.msg.as_str()), (Code(3), "m"), "{xml}");
        }
        assert_eq!(code("<result><code>-1</code></result>"), -1);
    }

    #[test]
    fn what_is_no_answer_is_said_to_be_none() {
        assert_eq!(error(""), Unreadable::Empty);
        assert_eq!(error(" \n"), Unreadable::Empty);
        assert_eq!(error("<result><code>0</code>"), Unreadable::Truncated);
        assert_eq!(error("<result><code>0"), Unreadable::Truncated);
        assert_eq!(error("<result><code>0</code></result"), Unreadable::Truncated);
        assert_eq!(error("<result></result>"), Unreadable::NoCode);
        assert_eq!(error("<result><!--<code>0</code>--></result>"), Unreadable::NoCode);
        assert_eq!(error("<result><code>0</code><code>3</code></result>"), Unreadable::Repeated { name: "code" });
        assert_eq!(error("<html></html>"), Unreadable::OtherRoot { root: "html".into() });
        assert_eq!(error("<!DOCTYPE result><result><code>0</code></result>"), Unreadable::DocumentType);
        assert_eq!(read(b"\xff<result/>").unwrap_err(), Unreadable::NotUtf8 { at: 0 });
        for text in ["", "zero", "0x0", "\u{a0}0", "+0", "0.0", "99999999999999999999"] {
            assert!(matches!(
                error(&format!("<result><code>{text}</code></result>")),
                Unreadable::CodeIsNoNumber { .. }
            ));
        }
        for xml in [
            "Restricted",
            "<result><code>0</msg></result>",
            "<result><code>0</code></result><result/>",
            "<result><code>0</code></result>trailing",
            "<result><code>&zero;</code></result>",
            "</result>",
            "<!-- only -->",
            "<result a><code>0</code></result>",
            "<?xml versionrsion=\"1.0\"?><result><code>0</code></result>",
            "<?xml version='1.0' standalone='maybe'?><result><code>0</code></result>",
            "<?xml versiorsion=\"1.0\"?><result><code>0</code></result>",
            "<?xml version=\"1.0\" encoding=\"utf-16\"?><result><code>0</code></result>",
            "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><result><code>0</code><msg>ü</msg></result>",
            "<c:result><code>0</code></c:result>",
            "<result><code>0</code><msg>\u{1}</msg></result>",
            "<result><code>0</code><1/></result>",
            "<result a='<'><code>0</code></result>",
            "<result><!-- a -- b --><code>0</code></result>",
            "<result xmlns:p=''><code>0</code></result>",
            "<?xmL a?><result><code>0</code></result>",
            "<?a/b c?><result><code>0</code></result>",
            "\u{FEFF}\u{FEFF}<result><code>0</code></result>",
            "<result><code>0</code><?xml version='1.0'?></result>",
            "<result><code>0]]></code></result>",
            "<?xml version='2.0'?><result><code>0</code></result>",
            "<result><code>&#0;0</code></result>",
            "<result><code>0</code><msg>&#x3DDDDDD0;</msg></result>",
            "<result a='&#xD800;'><code>0</code></result>",
            "<result a='1' a='2'><code>0</code></result>",
        ] {
            assert!(matches!(error(xml), Unreadable::Malformed { .. }), "{xml}: {:?}", error(xml));
        }
        assert!(matches!(error("<result><code><b>0</b></code></result>"), Unreadable::CodeIsNoNumber { .. }));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_in_every_shape(code in any::<i64>(), msg in "[^\\p{C}\\s]{0,20}") {
            for shape in [Shape::Documented, Shape::Declared, Shape::Namespaced, Shape::Compact] {
                let reading = read(write(shape, Code(code), &msg).as_bytes()).unwrap();
                prop_assert_eq!((reading.code, &reading.msg), (Code(code), &msg));
            }
        }

        #[test]
        fn no_truncation_of_an_answer_is_taken_for_one(cut in 0_usize..50, shape in 0_usize..4) {
            let shape = [Shape::Documented, Shape::Declared, Shape::Namespaced, Shape::Compact][shape];
            let whole = write(shape, Code(0), "success");
            let cut = cut.min(whole.len() - 1);
            prop_assert!(read(&whole.as_bytes()[..cut]).is_err());
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = read(&bytes);
        }

        #[test]
        fn no_markup_makes_the_reader_panic(xml in "(<|>|/|code|result|msg|&|;|#|!|\\[|\\]|-|CDATA|\\?|0| |\"|=){0,30}") {
            let _ = read(xml.as_bytes());
        }
    }
}
