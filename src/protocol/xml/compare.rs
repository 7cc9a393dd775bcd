//! Compares two answers by meaning.

use super::read::{Reading, Unreadable, read};

/// What the expected answer and the actual one are called.
type Names = [&'static str; 2];

/// How an answer relates to the expected one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// The same bytes.
    Identical,
    /// The same code and message in other bytes; the text says in what respect.
    SameMeaning(String),
    /// Another meaning; each text is one difference, with both values.
    Different(Vec<String>),
}

/// Compares an answer with the expected one. Where the expected one is no CAKE answer (an error
/// page, say) there is no meaning to compare, and the bytes decide.
pub fn compare(expected: &[u8], actual: &[u8]) -> Comparison {
    compare_called(["expected", "got"], expected, actual)
}

/// The same with other names for the two.
pub fn compare_called(names: Names, expected: &[u8], actual: &[u8]) -> Comparison {
    if expected == actual {
        return Comparison::Identical;
    }
    match (read(expected), read(actual)) {
        (Ok(expected), Ok(actual)) => by_meaning(names, &expected, &actual),
        (Ok(_), Err(unreadable)) => Comparison::Different(vec![unreadable.to_string()]),
        (Err(_), _) => by_text(names, expected, actual),
    }
}

fn by_meaning([was, is]: Names, expected: &Reading, actual: &Reading) -> Comparison {
    let mut differences = Vec::new();
    if expected.code != actual.code {
        differences.push(format!("code: {was} {}, {is} {}", expected.code, actual.code));
    }
    if expected.msg != actual.msg {
        differences.push(format!("msg: {was} {:?}, {is} {:?}", expected.msg, actual.msg));
    }
    if !differences.is_empty() {
        return Comparison::Different(differences);
    }
    Comparison::SameMeaning(if expected.extra == actual.extra {
        "the same code and message, written in other bytes".into()
    } else {
        format!("other elements beside code and msg: {was} {}, {is} {}", listed(&expected.extra), listed(&actual.extra))
    })
}

fn by_text([was, is]: Names, expected: &[u8], actual: &[u8]) -> Comparison {
    let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n").trim_end().to_owned();
    if lines(expected) == lines(actual) {
        Comparison::SameMeaning("the same text with other line ends".into())
    } else {
        let unreadable = |bytes| match read(bytes) {
            Ok(reading) => format!("an answer with code {}", reading.code),
            Err(Unreadable::Empty) => "an empty body".to_owned(),
            Err(_) => format!("{} bytes that are no CAKE answer", bytes.len()),
        };
        Comparison::Different(vec![format!(
            "{was} {}, {is} {} with other text",
            unreadable(expected),
            unreadable(actual)
        )])
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, compare, compare_called};

    #[test]
    fn bytes_that_mean_the_same_are_no_difference() {
        let expected = b"<result><code>0</code><msg>success</msg></result>";
        assert_eq!(compare(expected, expected), Comparison::Identical);
        let declared = b"<?xml version=\"1.0\"?>\r\n<result>\r\n<msg>success</msg><code>0</code></result>";
        assert!(matches!(compare(expected, declared), Comparison::SameMeaning(_)));
        let extended = b"<result><code>0</code><msg>success</msg><id>7</id></result>";
        assert_eq!(
            compare(expected, extended),
            Comparison::SameMeaning("other elements beside code and msg: expected none, got id".into())
        );
    }

    #[test]
    fn another_meaning_is_a_difference_with_both_values() {
        let expected = b"<result><code>0</code><msg>success</msg></result>";
        let refused = b"<result><code>3</code><msg>no</msg></result>";
        assert_eq!(
            compare(expected, refused),
            Comparison::Different(vec![
                "code: expected 0, got 3".into(),
                "msg: expected \"success\", got \"no\"".into()
            ])
        );
        assert!(matches!(compare(expected, b"<result>"), Comparison::Different(_)));
    }

    #[test]
    fn pages_that_are_no_answer_are_compared_as_text() {
        assert!(matches!(compare(b"a\r\nb", b"a\nb\n"), Comparison::SameMeaning(_)));
        assert!(matches!(compare(b"a", b"b"), Comparison::Different(_)));
        assert!(matches!(compare(b"", b"<result><code>0</code></result>"), Comparison::Different(_)));
    }

    #[test]
    fn other_names_for_the_two_leave_their_texts_alone() {
        let answer = |msg: &str| format!("<result><code>1</code><msg>{msg}</msg></result>");
        let (before, now) = (answer("expected a key"), answer("got no key"));
        assert_eq!(
            compare_called(["before", "now"], before.as_bytes(), now.as_bytes()),
            Comparison::Different(vec![r#"msg: before "expected a key", now "got no key""#.to_owned()])
        );
    }
}
