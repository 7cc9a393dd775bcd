//! The two things that happen to text on its way into a snapshot or onto a terminal, in one place so that both stay the same everywhere.

use std::borrow::Cow;

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

/// The text on one line. Escaped is what a terminal would act upon, what a reader cannot see,
/// or that YAML does not allow to stand as it is.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_unseen(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Whether a character is a control, a line or paragraph separator, a byte order mark, a mark that
/// reorders what stands around it, or no character at all.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{fffe}'
                | '\u{ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::{normal_form, visible};
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

    #[test]
    fn what_a_terminal_would_act_upon_is_escaped() {
        assert_eq!(visible("a\u{1b}[31mb\r\nc"), "a\\u{1b}[31mb\\r\\nc");
        assert_eq!(visible("\u{feff}Grüße, 世界"), "\\u{feff}Grüße, 世界");
        assert_eq!(visible("a\u{202e}b"), "a\\u{202e}b");
    }

    proptest! {
        #[test]
        fn both_are_settled_after_once(text in any::<String>()) {
            let normal = normal_form(&text);
            prop_assert_eq!(normal_form(&normal), normal);
            let shown = visible(&text).into_owned();
            prop_assert_eq!(visible(&shown), shown.as_str());
        }
    }
}
