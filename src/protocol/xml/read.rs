//! An answer read by meaning: whatever its declaration, namespaces, comments, order or entities.
//!
//! A conforming reader has to be strict where a false success could hide: a truncated document, two
//! codes, or a code inside a comment is no answer.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};
use thiserror::Error;

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
#[derive(Debug, Clone, PartialEq, Eq, Error)]
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
    #[error("the answer is cut off: <{open}> is never closed")]
    Truncated {
        /// The innermost element that is still open.
        open: String,
    },
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
    #[error("<code> holds {text:?}, which is no whole number")]
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
    let mut reader = Reader::from_str(text);
    // A reader would otherwise take `<a>` for closed at the end of the document.
    reader.config_mut().check_end_names = true;
    let mut document = Document::default();
    loop {
        let event = reader.read_event().map_err(|error| Unreadable::Malformed { reason: error.to_string() })?;
        match event {
            Event::Start(tag) => {
                check_attributes(&tag)?;
                document.open(local(tag.local_name().as_ref()))?;
            }
            Event::Empty(tag) => {
                check_attributes(&tag)?;
                document.open(local(tag.local_name().as_ref()))?;
                document.close()?;
            }
            Event::End(_) => document.close()?,
            Event::Text(text) => document.text(&text.xml10_content())?,
            Event::CData(text) => document.cdata(&text.xml10_content())?,
            Event::GeneralRef(reference) => document.text(&resolve(&reference)?)?,
            Event::DocType(_) => return Err(Unreadable::DocumentType),
            Event::Decl(declaration) => check_declaration(&declaration, text.is_ascii())?,
            Event::PI(instruction) => check_target(instruction.target())?,
            Event::Comment(_) => {}
            Event::Eof => {
                let reading = document.finish()?;
                return check_strictly(text).map(|()| reading);
            }
        }
    }
}

/// quick-xml takes much that is no XML: characters and names that are not allowed, prefixes that stand for nothing,
/// a declaration in the middle. Clients have stricter parsers, to which such an answer says nothing at all.
fn check_strictly(text: &str) -> Result<(), Unreadable> {
    // The first one is gone by now; this reader would pass over another.
    if text.starts_with('\u{FEFF}') {
        return Err(Unreadable::Malformed { reason: "it begins with two byte order marks".into() });
    }
    let checked = roxmltree::Document::parse(text);
    checked.map(drop).map_err(|error| Unreadable::Malformed { reason: error.to_string() })
}

/// Bytes that were read as UTF-8 may be said to be something else only where that makes no difference.
fn check_declaration(declaration: &str, is_ascii: bool) -> Result<(), Unreadable> {
    let malformed = |reason: String| Err(Unreadable::Malformed { reason });
    let Some((version, encoding, standalone)) = declared(declaration) else {
        return malformed(format!("this is no XML declaration: <?{}?>", shortened(declaration)));
    };
    if !matches!(version, "1.0" | "1.1") || !matches!(standalone, None | Some("yes" | "no")) {
        return malformed(format!("there is no such XML: <?{}?>", shortened(declaration)));
    }
    let is_one_of =
        |names: &[&str]| encoding.is_none_or(|sent| names.iter().any(|name| name.eq_ignore_ascii_case(sent)));
    if is_one_of(&["utf-8"]) || is_ascii && is_one_of(&["us-ascii", "iso-8859-1"]) {
        return Ok(());
    }
    malformed(format!("it is not in the encoding it declares: {:?}", shortened(encoding.unwrap_or_default())))
}

/// Version, encoding and standalone of a declaration. They have to stand in this order.
fn declared(declaration: &str) -> Option<(&str, Option<&str>, Option<&str>)> {
    let mut rest = declaration.strip_prefix("xml")?;
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

/// The name of a processing instruction, which ends with white space or with the instruction.
fn check_target(target: &str) -> Result<(), Unreadable> {
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{b7}');
    let is_name = target.starts_with(|c: char| c.is_alphabetic() || c == '_') && target.chars().all(is_inside);
    if is_name && !target.eq_ignore_ascii_case("xml") {
        return Ok(());
    }
    Err(Unreadable::Malformed { reason: format!("this is no processing instruction: <?{}", shortened(target)) })
}

/// What XML calls white space; a no-break space is none.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

fn local(name: impl AsRef<str>) -> String {
    name.as_ref().to_owned()
}

fn check_attributes(tag: &quick_xml::events::BytesStart<'_>) -> Result<(), Unreadable> {
    tag.attributes().try_for_each(|attribute| match attribute {
        // XML 1.0 knows no way to take a prefix back.
        Ok(attribute) if attribute.key.as_ref().starts_with("xmlns:") && attribute.value.is_empty() => {
            Err(Unreadable::Malformed { reason: format!("a prefix without a namespace: {}", attribute.key.as_ref()) })
        }
        Ok(_) => Ok(()),
        Err(error) => Err(Unreadable::Malformed { reason: error.to_string() }),
    })
}

fn resolve(reference: &BytesRef<'_>) -> Result<String, Unreadable> {
    let malformed = |reason: String| Unreadable::Malformed { reason };
    if let Some(character) = reference.resolve_char_ref().map_err(|error| malformed(error.to_string()))? {
        return Ok(character.into());
    }
    let name = reference.xml10_content();
    resolve_predefined_entity(&name).map(str::to_owned).ok_or_else(|| malformed(format!("unknown entity &{name};")))
}

/// What has been read so far. Only children of the root carry meaning.
#[derive(Default)]
struct Document {
    open: Vec<String>,
    root_closed: bool,
    code: Option<String>,
    msg: Option<String>,
    extra: Vec<String>,
}

impl Document {
    fn open(&mut self, name: String) -> Result<(), Unreadable> {
        match self.open.len() {
            0 if self.root_closed => {
                return Err(Unreadable::Malformed { reason: format!("a second root element <{name}>") });
            }
            0 if name != "result" => return Err(Unreadable::OtherRoot { root: name }),
            1 => match name.as_str() {
                "code" => start(&mut self.code, "code")?,
                "msg" => start(&mut self.msg, "msg")?,
                _ => self.extra.push(name.clone()),
            },
            2 if self.open[1] == "code" => {
                return Err(Unreadable::CodeIsNoNumber { text: format!("<{name}>") });
            }
            _ => {}
        }
        self.open.push(name);
        Ok(())
    }

    fn close(&mut self) -> Result<(), Unreadable> {
        if self.open.pop().is_none() {
            return Err(Unreadable::Malformed { reason: "an end tag without a start tag".into() });
        }
        self.root_closed = self.open.is_empty();
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Unreadable> {
        if self.open.is_empty() && !text.trim_matches(is_space).is_empty() {
            let reason = format!("text outside the root element: {:?}", shortened(text.trim()));
            return Err(Unreadable::Malformed { reason });
        }
        if self.open.len() == 2 {
            match self.open[1].as_str() {
                "code" => self.code.get_or_insert_default().push_str(text),
                "msg" => self.msg.get_or_insert_default().push_str(text),
                _ => {}
            }
        }
        Ok(())
    }

    fn cdata(&mut self, text: &str) -> Result<(), Unreadable> {
        if self.open.is_empty() {
            return Err(Unreadable::Malformed { reason: "CDATA outside the root element".into() });
        }
        self.text(text)
    }

    fn finish(mut self) -> Result<Reading, Unreadable> {
        if let Some(open) = self.open.pop() {
            return Err(Unreadable::Truncated { open });
        }
        if !self.root_closed {
            return Err(Unreadable::Malformed { reason: "no element at all".into() });
        }
        let code = self.code.ok_or(Unreadable::NoCode)?;
        let digits = code.trim_matches(is_space);
        let is_whole = digits.strip_prefix('-').unwrap_or(digits).bytes().all(|byte| byte.is_ascii_digit());
        let number = is_whole.then(|| digits.parse().ok()).flatten();
        Ok(Reading {
            code: Code(number.ok_or_else(|| Unreadable::CodeIsNoNumber { text: shortened(digits) })?),
            msg: self.msg.unwrap_or_default().trim_matches(is_space).to_owned(),
            extra: self.extra,
        })
    }
}

fn start(slot: &mut Option<String>, name: &'static str) -> Result<(), Unreadable> {
    match slot.replace(String::new()) {
        None => Ok(()),
        Some(_) => Err(Unreadable::Repeated { name }),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
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
        assert_eq!(error("<result><code>0</code>"), Unreadable::Truncated { open: "result".into() });
        assert_eq!(error("<result><code>0"), Unreadable::Truncated { open: "code".into() });
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
            "<result><code>0</code></result",
            "</result>",
            "<!-- only -->",
            "<result a><code>0</code></result>",
            "<?xml versionrsion=\"1.0\"?><result><code>0</code></result>",
            "<?xml version='1.0' standalone='maybe'?><result><code>0</code></result>",
            "<?xml versiorsion=\"1.0\"?><result><code>0</code></result>",
            "<?xml version=\"1.0\" encoding=\"utf-16\"?><result><code>0</code></result>",
            "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><result><code>0</code><msg>ü</msg></result>",
            "<?xmL a?><result><code>0</code></result>",
            "<?a/b c?><result><code>0</code></result>",
            "<c:result><code>0</code></c:result>",
            "<result><code>0</code><msg>\u{1}</msg></result>",
            "<result><code>0</code><1/></result>",
            "<result a='<'><code>0</code></result>",
            "<result><!-- a -- b --><code>0</code></result>",
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
