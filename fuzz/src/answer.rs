//! An answer: whatever arrives is read or refused, and what is read as a success is one to another reader as well.
//!
//! The other reader may take more than ours (a `code` in a document type we refuse), never less, and never another
//! code: then a client in another language could not have read what we say was there.

use ::xml::reader::{EventReader, ParserConfig, XmlEvent};
use caketester::protocol::{Code, xml};

/// Holds the reader of answers against these bytes.
pub fn check(data: &[u8]) {
    match xml::read(data) {
        Err(unreadable) => assert!(!unreadable.to_string().is_empty()),
        Ok(reading) => {
            let other = read_otherwise(data);
            // The parser takes a carriage return and `&#10;` for one end of a line; which lines a message has decides nothing.
            let without_lines = |(code, msg): (Code, String)| (code, msg.replace(['\r', '\n'], ""));
            let ours = without_lines((reading.code, reading.msg.clone()));
            assert_eq!(other.map(without_lines), Ok(ours), "another reader disagrees");
            for shape in [xml::Shape::Documented, xml::Shape::Declared, xml::Shape::Namespaced, xml::Shape::Compact] {
                let written = xml::write(shape, reading.code, &reading.msg);
                let again = xml::read(written.as_bytes()).expect("what we write can be read");
                assert_eq!((again.code, again.msg), (reading.code, reading.msg.clone()), "{written}");
            }
        }
    }
}

/// The code and the message, by a parser that shares nothing with ours.
fn read_otherwise(data: &[u8]) -> Result<(Code, String), String> {
    let config = ParserConfig::new().cdata_to_characters(true).whitespace_to_characters(true);
    let mut open: Vec<String> = Vec::new();
    let (mut codes, mut msgs) = (Vec::new(), Vec::new());
    for event in EventReader::new_with_config(data, config) {
        match event.map_err(|error| error.to_string())? {
            XmlEvent::StartElement { name, .. } => {
                open.push(name.local_name);
                match &*open.iter().map(String::as_str).collect::<Vec<_>>() {
                    ["result", "code"] => codes.push(String::new()),
                    ["result", "msg"] => msgs.push(String::new()),
                    ["result", "code", _] => return Err("an element in the code".into()),
                    ["result", ..] => {}
                    _ => return Err("another root".into()),
                }
            }
            XmlEvent::EndElement { .. } => drop(open.pop()),
            XmlEvent::Characters(text) => match &*open.iter().map(String::as_str).collect::<Vec<_>>() {
                ["result", "code"] => codes.last_mut().expect("it is open").push_str(&text),
                ["result", "msg"] => msgs.last_mut().expect("it is open").push_str(&text),
                _ => {}
            },
            _ => {}
        }
    }
    let trimmed = |text: &str| text.trim_matches([' ', '\t', '\r', '\n']).to_owned();
    let msg = match &*msgs {
        [] => String::new(),
        [msg] => trimmed(msg),
        _ => return Err("two messages".into()),
    };
    match &*codes {
        [code] => trimmed(code).parse().map(|code| (Code(code), msg)).map_err(|error| format!("{code:?}: {error}")),
        _ => Err(format!("{} codes", codes.len())),
    }
}
