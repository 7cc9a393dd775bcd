//! What happens to a body on its way into a snapshot.

/// The normal form of a body: what a snapshot holds of it, and what it is compared by.
///
/// The format cannot hold every body: its readers drop the CR of a CRLF, and its writers drop white
/// space at the end. So the normal form is what survives any number of trips through both:
///
/// - CRLF, and a CR that stands alone, become LF, as an XML parser reads them;
/// - white space at the end, line ends included, is dropped, so an answer of white space alone is empty;
/// - all else stays: line ends at the beginning (there they make XML malformed), a byte order mark,
///   control characters, and U+FFFD in place of bytes that are not UTF-8.
///
/// What is lost here is kept as facts about the bytes, see [`Info`](super::Info).
pub(super) fn normal_form(text: &str) -> String {
    let text = text.trim_end();
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::normal_form;
    use proptest::prelude::*;

    #[test]
    fn line_ends_become_lf_and_the_end_is_trimmed() {
        assert_eq!(normal_form("a\r\nb\rc\nd\r\n\r\n \t"), "a\nb\nc\nd");
        assert_eq!(normal_form("a\r\r\nb"), "a\n\nb");
    }

    #[test]
    fn what_stands_at_the_beginning_stays() {
        assert_eq!(normal_form("\r\n\n <a/>"), "\n\n <a/>");
        assert_eq!(normal_form("\u{feff}<a/>\n"), "\u{feff}<a/>");
    }

    #[test]
    fn white_space_alone_is_nothing() {
        assert_eq!(normal_form(" \r\n\t\r \u{a0}\u{2003}"), "");
        assert_eq!(normal_form(""), "");
    }

    proptest! {
        #[test]
        fn it_is_settled_after_once(text in any::<String>()) {
            let normal = normal_form(&text);
            prop_assert_eq!(normal_form(&normal), normal);
        }
    }
}
