//! What changed between an accepted and a new snapshot, written for a person: lines of the text, then facts about the bytes.

use std::io::{self, Write};

use similar::{ChangeTag, TextDiff};

use super::file::Snapshot;
use crate::visible::visible_line;

/// How many unchanged lines stand around a change.
const CONTEXT: usize = 3;

/// The colours of a review, or none where the terminal shows none.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ink {
    Plain,
    Bold,
    Red,
    Green,
}

impl Ink {
    /// Writes the text in this colour if colours are wanted.
    pub(super) fn write(self, output: &mut dyn Write, color: bool, text: &str) -> io::Result<()> {
        let code = match self {
            Self::Plain => None,
            Self::Bold => Some(1),
            Self::Red => Some(31),
            Self::Green => Some(32),
        };
        match code.filter(|_| color) {
            Some(code) => write!(output, "\x1b[{code}m{text}\x1b[0m"),
            None => output.write_all(text.as_bytes()),
        }
    }
}

/// Writes everything in which the two differ, each line with its number in the accepted and in the new
/// text. Without an accepted one, everything is new.
pub(super) fn write_difference(
    output: &mut dyn Write,
    accepted: Option<&Snapshot>,
    new: &Snapshot,
    color: bool,
) -> io::Result<()> {
    let old_text = accepted.map_or("", |accepted| &*accepted.contents);
    if old_text == new.contents {
        let both = if old_text.is_empty() { "empty" } else { "the same" };
        writeln!(output, "  the text is {both}")?;
    } else {
        write_lines(output, old_text, &new.contents, color)?;
    }
    write_facts(output, accepted, new, color)
}

fn write_lines(output: &mut dyn Write, old: &str, new: &str, color: bool) -> io::Result<()> {
    // Lines without their ends, or the last one would differ as soon as another follows it.
    let old: Vec<&str> = old.lines().collect();
    let new: Vec<&str> = new.lines().collect();
    let number = |index: Option<usize>| index.map_or(String::new(), |index| (index + 1).to_string());
    let diff = TextDiff::from_slices(&old, &new);
    for (position, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if position > 0 {
            writeln!(output, "      ...")?;
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, ink) = match change.tag() {
                ChangeTag::Delete => ("-", Ink::Red),
                ChangeTag::Insert => ("+", Ink::Green),
                ChangeTag::Equal => (" ", Ink::Plain),
            };
            let (old_number, new_number) = (number(change.old_index()), number(change.new_index()));
            write!(output, "  {old_number:>4} {new_number:>4} ")?;
            let line = match visible_line(change.value()) {
                empty if empty.is_empty() => sign.to_owned(),
                line => format!("{sign} {line}"),
            };
            ink.write(output, color, &line)?;
            writeln!(output)?;
        }
    }
    Ok(())
}

fn write_facts(output: &mut dyn Write, accepted: Option<&Snapshot>, new: &Snapshot, color: bool) -> io::Result<()> {
    let (Some(accepted), Some(new)) = (accepted, &new.info) else {
        return Ok(());
    };
    match accepted.byte_differences(new) {
        None => writeln!(output, "  the accepted snapshot records no facts about the bytes"),
        Some(differences) if differences.is_empty() => {
            writeln!(output, "  the facts about the bytes are the same")
        }
        Some(differences) => differences.iter().try_for_each(|difference| {
            write!(output, "  {}: ", difference.fact)?;
            Ink::Red.write(output, color, &difference.expected)?;
            write!(output, " -> ")?;
            Ink::Green.write(output, color, &difference.actual)?;
            writeln!(output)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Snapshot, write_difference};

    fn answer(content_type: &str, body: &str) -> Snapshot {
        Snapshot::of("a.yaml", "a", 200, content_type, body.as_bytes())
    }

    fn shown(accepted: Option<&Snapshot>, new: &Snapshot, color: bool) -> String {
        let mut output = Vec::new();
        write_difference(&mut output, accepted, new, color).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn changed_lines_stand_between_unchanged_ones() {
        let accepted = answer("text/xml", "1\n2\n3\n4\n<code>3</code>\n6\n7\n8\n9\n10\n11\n12\n13\n14");
        let new = answer("text/xml", "1\n2\n3\n4\n<code>4</code>\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15");
        let text = shown(Some(&accepted), &new, false);
        insta::assert_snapshot!(text.split("  SHA-256").next().unwrap(), @"
           2    2   2
           3    3   3
           4    4   4
           5      - <code>3</code>
                5 + <code>4</code>
           6    6   6
           7    7   7
           8    8   8
            ...
          12   12   12
          13   13   13
          14   14   14
               15 + 15
        length: 45 bytes -> 48 bytes
        ");
    }

    #[test]
    fn a_first_snapshot_is_all_new() {
        insta::assert_snapshot!(shown(None, &answer("text/xml", "<a>\n\tb\n</a>"), false), @"
        1 + <a>
        2 + 	b
        3 + </a>
        ");
    }

    #[test]
    fn facts_are_told_where_the_text_is_the_same() {
        let text = shown(Some(&answer("text/xml", "<a>\n</a>")), &answer("", "<a>\r\n</a>\r\n"), false);
        insta::assert_snapshot!(text, @"
        the text is the same
        content type: text/xml -> none
        length: 8 bytes -> 11 bytes
        line ends: LF -> CRLF
        final newline: no -> yes
        SHA-256: 230a684833848dbc10ed6d2c0b48df5ee422da790ab3d92fc34e5d4d4e77e319 -> 9139fb06ad4d0c158785d9901163c5af650f98a8b7e2bab8e06670e26f0d8aba
        ");
        let same = answer("text/xml", "");
        insta::assert_snapshot!(shown(Some(&same), &same, false), @"
        the text is empty
        the facts about the bytes are the same
        ");
    }

    #[test]
    fn colours_come_only_when_asked_for() {
        let (accepted, new) = (answer("text/xml", "a\u{1b}[1m"), answer("text/xml", "b"));
        let plain = shown(Some(&accepted), &new, false);
        assert!(!plain.contains('\u{1b}'), "{plain}");
        assert!(plain.contains("- a[U+001B][1m\n"), "{plain}");
        let colored = shown(Some(&accepted), &new, true);
        assert!(colored.contains("\u{1b}[31m- a[U+001B][1m\u{1b}[0m\n"), "{colored}");
        assert!(colored.contains("\u{1b}[32m+ b\u{1b}[0m\n"), "{colored}");
    }
}
