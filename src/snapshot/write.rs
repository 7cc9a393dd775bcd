//! The writer of insta's format, since insta offers no public constructor of a snapshot.
//!
//! What it writes is, byte for byte, what insta writes for the same snapshot, so a file does not change
//! when `cargo insta accept` saves it. The tests hold it to that.

use serde_json::{Map, Value};

use super::file::{FENCE, Snapshot};
use crate::visible::visible_line;

impl Snapshot {
    /// The text of the snapshot's file, which [`Snapshot::parse`] and insta read.
    pub fn to_text(&self) -> String {
        let mut text = format!("{FENCE}\nsource: {}\nexpression: {}\n", scalar(&self.source), scalar(&self.expression));
        if let Some(Ok(Value::Object(facts))) = self.info.as_ref().map(serde_json::to_value) {
            text.push_str("info:\n");
            write_map(&mut text, "  ", &facts);
        }
        text.extend([FENCE, "\n", &self.contents, "\n"]);
        text
    }
}

/// Writes each entry on a line of its own, and the maps in them further in.
fn write_map(text: &mut String, indent: &str, map: &Map<String, Value>) {
    for (key, value) in map {
        text.extend([indent, &scalar(key), ":"]);
        match value {
            Value::Object(below) => {
                text.push('\n');
                write_map(text, &format!("{indent}  "), below);
            }
            Value::String(value) => text.extend([" ", &scalar(value), "\n"]),
            other => text.extend([" ", &other.to_string(), "\n"]),
        }
    }
}

/// A string as a YAML value: plain where insta writes it plain, otherwise quoted as in JSON, which YAML
/// reads alike.
fn scalar(text: &str) -> String {
    let text = visible_line(text);
    if needs_quotes(&text) { serde_json::Value::from(text).to_string() } else { text }
}

/// insta's own condition, and two kinds of strings that it writes plain and then reads as numbers.
fn needs_quotes(text: &str) -> bool {
    const WORDS: [&str; 22] = [
        "yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE", "false", "False", "FALSE", "on", "On", "ON",
        "off", "Off", "OFF", "null", "Null", "NULL", "~",
    ];
    text.is_empty()
        || text.starts_with([' ', '&', '*', '?', '|', '-', '<', '>', '=', '!', '%', '@', '.'])
        || text.ends_with(' ')
        || text.contains([':', '{', '}', '[', ']', ',', '#', '`', '"', '\'', '\\', '\t'])
        || WORDS.contains(&text)
        || text.starts_with("0x")
        || text.parse::<f64>().is_ok()
        || text.starts_with("0o")
        || text.starts_with("+.")
}

#[cfg(test)]
mod tests {
    use super::{Snapshot, needs_quotes, scalar};
    use crate::snapshot::Info;
    use insta::internals::{Content, SnapshotContents};
    use proptest::prelude::*;

    fn sample(body: &[u8]) -> Snapshot {
        let asked = "codes/wrong-case: lead_id=5A1E0003 status=Funded";
        let source = "scenarios/codes/wrong-case.yaml";
        Snapshot::of(source, asked, 200, "text/xml; charset=utf-8", body)
    }

    /// Has insta read our text and save it again, as `cargo insta accept` does.
    fn through_insta(text: &str) -> (insta::Snapshot, String) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("codes.wrong-case.snap");
        std::fs::write(&path, text).unwrap();
        let read = insta::Snapshot::from_file(&path).unwrap();
        read.save(&path).unwrap();
        (read, std::fs::read_to_string(&path).unwrap())
    }

    fn insta_contents(read: &insta::Snapshot) -> String {
        match read.contents() {
            SnapshotContents::Text(text) => text.to_string(),
            SnapshotContents::Binary(_) => panic!("not text"),
        }
    }

    fn insta_info(read: &insta::Snapshot) -> Info {
        let Some(Content::Map(facts)) = read.metadata().private_info() else {
            panic!("no info");
        };
        let json = facts.iter().map(|(fact, value)| {
            let value = match value {
                Content::String(text) => text.clone().into(),
                Content::Bool(yes) => (*yes).into(),
                Content::Map(headers) => {
                    let text = |content: &Content| content.as_str().unwrap().to_owned();
                    serde_json::Value::Object(
                        headers
                            .iter()
                            .map(|(name, value)| (text(name), serde_json::Value::String(text(value))))
                            .collect(),
                    )
                }
                number => number.as_u64().unwrap().into(),
            };
            (fact.as_str().unwrap().to_owned(), value)
        });
        serde_json::from_value(serde_json::Value::Object(json.collect())).unwrap()
    }

    fn assert_insta_agrees(snapshot: &Snapshot) {
        let text = snapshot.to_text();
        assert_eq!(Snapshot::parse(&text).as_ref(), Ok(snapshot));
        let (read, saved) = through_insta(&text);
        assert_eq!(insta_contents(&read), snapshot.contents);
        assert_eq!(read.metadata().source(), Some(&*snapshot.source));
        assert_eq!(read.metadata().expression(), Some(&*snapshot.expression));
        assert_eq!(Some(insta_info(&read)), snapshot.info);
        assert_eq!(saved, text, "insta changes the file");
    }

    #[test]
    fn the_text_is_as_insta_writes_it() {
        let text = sample(b"<result>\r\n  <code>3</code>\r\n</result>").to_text();
        insta::assert_snapshot!(text, @r#"
        ---
        source: scenarios/codes/wrong-case.yaml
        expression: "codes/wrong-case: lead_id=5A1E0003 status=Funded"
        info:
          http_status: 200
          content_type: text/xml; charset=utf-8
          length: 37
          line_ends: crlf
          final_newline: false
          sha256: b195d6079e5e252b24f21dda14be9b6b01a76f4052648a8c1ff3f0475e42299c
        ---
        <result>
          <code>3</code>
        </result>
        "#);
    }

    #[test]
    fn headers_are_written_as_insta_writes_them() {
        let headers = [("allow", "GET, HEAD"), ("x-a", ""), ("x-b", "yes"), ("x-c", "a: \"b\""), ("100", "1e5")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_insta_agrees(&sample(b"<a/>").with_headers(headers));
    }

    #[test]
    fn bodies_the_format_cannot_hold_are_read_back_in_normal_form() {
        for body in [
            &b""[..],
            b" ",
            b"\n\n",
            b"\r\n \t\r\n",
            b"\n\n<a/>\n\n",
            b"  <a/>  ",
            b"a\rb\r\r\nc\r",
            b"\xef\xbb\xbf<a/>\r\n",
            b"\xff\xfea\0\x1b[31m",
            b"---\n---\n---\n",
            "\u{85}a\u{2028}b\u{3000}".as_bytes(),
        ] {
            assert_insta_agrees(&sample(body));
        }
    }

    #[test]
    fn a_snapshot_without_info_stays_without() {
        let text = "---\nsource: a.yaml\nexpression: \"\"\n---\n<a/>\n";
        assert_eq!(Snapshot::parse(text).unwrap().to_text(), text);
    }

    #[test]
    fn a_string_that_looks_like_something_else_is_quoted() {
        for text in ["", " a", "a ", "yes", "null", "~", "12", "1e5", "0x1f", "0o17", "+.inf", "a: b", "-"] {
            assert!(needs_quotes(text), "{text}");
        }
        assert_eq!(scalar("a \"b\" \\"), r#""a \"b\" \\""#);
        assert_eq!(scalar("text/xml; charset=utf-8"), "text/xml; charset=utf-8");
    }

    fn bodies() -> impl Strategy<Value = Vec<u8>> {
        let pieces = prop_oneof!["[\r\n \t]", "(---|<a>|</a>|\u{feff}|\u{85})", any::<String>()];
        let text = prop::collection::vec(pieces, 0..8).prop_map(|all| all.concat().into_bytes());
        prop_oneof![text, any::<Vec<u8>>()]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_by_us_and_by_insta(
            source in "scenarios/[a-z0-9-]{1,8}/[a-z0-9-]{1,8}\\.yaml",
            expression in any::<String>().prop_filter("insta reads these as numbers", |text| !text.starts_with("0o") && !text.starts_with("+.")),
            status in 100_u16..600,
            content_type in prop_oneof!["text/[a-z]{2,8}(; charset=[a-z0-9-]{1,8})?", "[ -~]{0,12}"]
                .prop_filter("insta reads these as numbers", |text| !text.starts_with("0o") && !text.starts_with("+.")),
            body in bodies(),
        ) {
            assert_insta_agrees(&Snapshot::of(&source, &expression, status, &content_type, &body));
        }
    }
}
