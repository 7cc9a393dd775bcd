//! A snapshot that awaits review, for the person who decides over it.

use super::page::Page;
use crate::snapshot::Snapshot;

/// What was asked, and in what the answer differs from the accepted one. Without an accepted one, all of it is new.
pub fn pending_snapshot(accepted: Option<&Snapshot>, pending: &Snapshot, color: bool) -> String {
    let mut page = Page { text: String::new(), color };
    for (what, text) in [("scenario", &pending.source), ("asked", &pending.expression)] {
        if !text.is_empty() {
            page.line(&format!("  {what}: {text}"));
        }
    }
    let Some(accepted) = accepted else {
        page.line("  nothing to compare with; all of it is new");
        page.difference("", &pending.contents);
        return page.text;
    };
    if accepted.contents == pending.contents {
        page.line("  the text is the same");
    } else {
        page.difference(&accepted.contents, &pending.contents);
    }
    for difference in accepted.byte_differences(pending) {
        page.line(&format!("  {difference}"));
    }
    page.text
}

#[cfg(test)]
mod tests {
    use super::{Snapshot, pending_snapshot};

    fn answer(content_type: &str, body: &str) -> Snapshot {
        Snapshot::of("a.yaml", "a: status=Funded", 200, content_type, body.as_bytes())
    }

    #[test]
    fn changed_lines_stand_between_unchanged_ones() {
        let accepted = answer("text/xml", "1\n2\n3\n4\n<code>3</code>\n6\n7\n8\n9\n10\n11\n12\n13\n14");
        let new = answer("text/xml", "1\n2\n3\n4\n<code>4</code>\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15");
        let text = pending_snapshot(Some(&accepted), &new, false);
        insta::assert_snapshot!(text.split("  SHA-256").next().unwrap(), @"
        scenario: a.yaml
        asked: a: status=Funded
              2
              3
              4
            - <code>3</code>
            + <code>4</code>
              6
              7
              8
              …
              12
              13
              14
            + 15
        length: expected 45 bytes, was 48 bytes
        ");
    }

    #[test]
    fn a_first_snapshot_is_all_new() {
        insta::assert_snapshot!(pending_snapshot(None, &answer("text/xml", "<a>\n\tb\n</a>"), false), @"
        scenario: a.yaml
        asked: a: status=Funded
        nothing to compare with; all of it is new
            + <a>
            + 	b
            + </a>
        ");
    }

    #[test]
    fn facts_are_shown_where_the_text_is_the_same() {
        let text = pending_snapshot(Some(&answer("text/xml", "<a>\n</a>")), &answer("", "<a>\r\n</a>\r\n"), false);
        insta::assert_snapshot!(text, @"
        scenario: a.yaml
        asked: a: status=Funded
        the text is the same
        content type: expected text/xml, was none
        length: expected 8 bytes, was 11 bytes
        line ends: expected LF, was CRLF
        final newline: expected no, was yes
        SHA-256: expected 230a684833848dbc10ed6d2c0b48df5ee422da790ab3d92fc34e5d4d4e77e319, was 9139fb06ad4d0c158785d9901163c5af650f98a8b7e2bab8e06670e26f0d8aba
        ");
    }

    #[test]
    fn colours_come_only_when_asked_for() {
        let (accepted, new) = (answer("text/xml", "a\u{1b}[1m"), answer("text/xml", "b"));
        let plain = pending_snapshot(Some(&accepted), &new, false);
        assert!(!plain.contains('\u{1b}'), "{plain}");
        assert!(plain.contains("- a[U+001B][1m\n"), "{plain}");
        let colored = pending_snapshot(Some(&accepted), &new, true);
        assert!(colored.contains("\u{1b}[31m      - a[U+001B][1m\u{1b}[0m\n"), "{colored}");
        assert!(colored.contains("\u{1b}[32m      + b\u{1b}[0m\n"), "{colored}");
    }
}
