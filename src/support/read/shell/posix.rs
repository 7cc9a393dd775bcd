//! `sh`, `bash` and `zsh`.

use super::scan::Scan;
use super::{Context, Split, is_smart_quote, name_len, quoted};
use crate::support::code::unescaped_at;
use crate::support::read::text::line_at;
use crate::support::ticket::MarkKind;

/// The words of the command that begins here.
pub(in crate::support::read) fn words(context: &Context<'_>, start: usize, limit: usize) -> Split {
    let mut shell = Scan::new(context, start, limit);
    run(&mut shell);
    shell.ended()
}

fn run(shell: &mut Scan<'_>) {
    while let Some(c) = shell.rest().chars().next() {
        if shell.context.closer == Some(c) {
            return;
        }
        match c {
            ' ' | '\t' => {
                shell.end_word();
                shell.at += 1;
            }
            '\n' | '\r' if shell.rest().starts_with("\r\n") || c == '\n' => return shell.newline(),
            '\\' => escape(shell),
            '\'' => single(shell),
            '"' => double(shell),
            '$' => dollar(shell, false),
            '`' => substitution(shell, '`', 1),
            '#' if shell.word.is_none() => return shell.pass_line(),
            '>' | '<' => redirect(shell, c),
            '&' if shell.rest().starts_with("&>") => {
                shell.at += 1;
                redirect(shell, '>');
            }
            '&' => return shell.ampersand(),
            ';' | '|' | ')' => return,
            c if is_smart_quote(c) => {
                shell.note(MarkKind::ShellQuotes, c.len_utf8(), c);
                shell.take(c.len_utf8());
            }
            c => shell.take(c.len_utf8()),
        }
    }
}

fn escape(shell: &mut Scan<'_>) {
    if shell.joins_lines(false) {
        return;
    }
    shell.at += 1;
    match shell.rest().chars().next() {
        Some(c) => shell.take(c.len_utf8()),
        None => shell.take_as(b"\\", 0),
    }
}

fn single(shell: &mut Scan<'_>) {
    let Some(end) = quoted(shell.text(), shell.at + 1, shell.limit, |inner| inner.find('\'')) else {
        return shell.unclosed(1);
    };
    shell.at += 1;
    for piece in shell.pieces(end) {
        shell.at = piece.start;
        shell.take(piece.len());
    }
    shell.at = end + 1;
}

fn double(shell: &mut Scan<'_>) {
    let closing = |inner: &str| unescaped_at(inner.as_bytes(), b'"');
    let Some(end) = quoted(shell.text(), shell.at + 1, shell.limit, closing) else {
        return shell.unclosed(1);
    };
    shell.at += 1;
    for piece in shell.pieces(end) {
        shell.at = piece.start;
        while shell.at < piece.end {
            in_double(shell, piece.end);
        }
    }
    shell.at = end + 1;
}

fn in_double(shell: &mut Scan<'_>, end: usize) {
    let rest = &shell.text()[shell.at..end];
    match rest.as_bytes()[0] {
        b'\\' if rest.starts_with("\\\n") => shell.at += 2,
        b'\\' if rest.len() > 1 && b"\"\\$`".contains(&rest.as_bytes()[1]) => {
            shell.at += 1;
            shell.take(1);
        }
        b'$' => dollar(shell, true),
        b'`' => substitution(shell, '`', 1),
        b'\\' => shell.take(1),
        // Up to what means something.
        _ => shell.take(rest.find(['\\', '$', '`']).unwrap_or(rest.len())),
    }
}

fn dollar(shell: &mut Scan<'_>, is_quoted: bool) {
    let behind = &shell.rest()[1..];
    let name = name_len(behind);
    match behind.as_bytes().first() {
        Some(b'\'') if !is_quoted => ansi_c(shell),
        Some(b'"') if !is_quoted => {
            shell.at += 1;
            double(shell);
        }
        Some(b'(') => substitution(shell, ')', 2),
        Some(b'{') => match behind.find('}').filter(|len| *len < 200 && !behind[..*len].contains('\n')) {
            Some(len) => shell.variable(&behind[1..=name_len(&behind[1..])], len + 2),
            None => shell.take(1),
        },
        Some(digit) if digit.is_ascii_digit() => {
            // `$2`, the second argument, which nobody gave; what follows stays.
            let len = 1 + behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
            shell.note_itself(MarkKind::ShellDollar, len);
            shell.take_as(b"", 2);
        }
        Some(b'?' | b'$' | b'!' | b'#' | b'*' | b'@' | b'-') if !(is_quoted && behind.starts_with(['*', '@'])) => {
            shell.note_itself(MarkKind::ShellDollar, 2);
            shell.take_as(b"", 2);
        }
        _ if name > 0 => shell.variable(&behind[..name], 1 + name),
        _ => shell.take(1),
    }
}

/// What a command would print: unknown.
fn substitution(shell: &mut Scan<'_>, close: char, open: usize) {
    let line = line_at(shell.text(), shell.at, shell.limit);
    match shell.text()[shell.at + open..line.end].find(close) {
        Some(len) => {
            let whole = open + len + 1;
            shell.note_itself(MarkKind::Variable, whole);
            shell.take(whole);
        }
        None => shell.take(open),
    }
}

fn ansi_c(shell: &mut Scan<'_>) {
    shell.at += 2;
    shell.word.get_or_insert_default();
    while let Some(c) = shell.rest().chars().next() {
        match c {
            '\'' => {
                shell.at += 1;
                return;
            }
            '\\' => {
                let (sent, len) = ansi_c_escape(shell.rest());
                shell.take_as(&sent, len);
            }
            c => shell.take(c.len_utf8()),
        }
    }
}

/// A redirection is not for the program. `=<KEY>` is somebody's placeholder.
fn redirect(shell: &mut Scan<'_>, sign: char) {
    let behind = &shell.rest()[1..];
    let ends_in_equals = shell.word.as_ref().is_some_and(|word| word.bytes().ends_with(b"="));
    let placeholder = behind.find(['>', ' ', '\n']).filter(|len| behind[*len..].starts_with('>') && *len < 60);
    if let Some(len) = placeholder.filter(|_| sign == '<' && ends_in_equals) {
        return shell.take(len + 2);
    }
    if shell.word.as_ref().is_some_and(|word| word.bytes().iter().all(u8::is_ascii_digit)) {
        shell.word = None;
    }
    shell.end_word();
    let signs = shell.rest().find(|c: char| !"<>&|".contains(c)).unwrap_or(shell.rest().len());
    shell.at += signs;
    let blank = shell.rest().len() - shell.rest().trim_start_matches([' ', '\t']).len();
    shell.at += blank;
    let len = shell.rest().find(|c: char| c.is_whitespace() || "|;&)".contains(c)).unwrap_or(shell.rest().len());
    shell.at += len;
}

/// What an escape within `$'…'` stands for, and how long it is.
fn ansi_c_escape(text: &str) -> (Vec<u8>, usize) {
    const LETTERS: [(u8, u8); 9] = [
        (b'n', b'\n'),
        (b't', b'\t'),
        (b'r', b'\r'),
        (b'a', 7),
        (b'b', 8),
        (b'e', 27),
        (b'E', 27),
        (b'f', 12),
        (b'v', 11),
    ];
    let Some(letter) = text.as_bytes().get(1).copied() else { return (vec![b'\\'], 1) };
    let (from, most, radix) = match letter {
        b'x' => (2, 2, 16),
        b'u' => (2, 4, 16),
        b'U' => (2, 8, 16),
        b'0'..=b'7' => (1, 3, 8),
        b'\'' | b'"' | b'\\' | b'?' => return (vec![letter], 2),
        _ => {
            let meant = LETTERS.iter().find(|(known, _)| *known == letter);
            return meant.map_or((vec![b'\\'], 1), |(_, byte)| (vec![*byte], 2));
        }
    };
    let len = text[from..].bytes().take(most).take_while(|byte| char::from(*byte).is_digit(radix)).count();
    let Ok(value) = u32::from_str_radix(&text[from..from + len], radix) else { return (vec![b'\\', letter], 2) };
    let sent = match letter {
        b'u' | b'U' => char::from_u32(value).unwrap_or('\u{fffd}').to_string().into_bytes(),
        _ => vec![u8::try_from(value & 0xFF).unwrap_or_default()],
    };
    (sent, from + len)
}

#[cfg(test)]
mod tests {
    use super::{Context, words};
    use crate::support::read::shell::Split;
    use crate::support::read::variables::Values;
    use crate::support::traced::{Traced, View};
    use proptest::prelude::*;

    fn run(text: &str) -> Split {
        let values = Values::from([("KNOWN".into(), Traced::at(0, "v"))]);
        let view = View::of(text);
        words(&Context { view: &view, values: &values, closer: None }, 0, text.len())
    }

    fn told(text: &str) -> (Vec<String>, Vec<String>) {
        let words = run(text);
        let marks = words.marks.iter().map(|mark| format!("{:?} {}", mark.kind, mark.detail)).collect();
        (words.words.iter().map(|word| word.text().into_owned()).collect(), marks)
    }

    #[test]
    fn a_program_gets_what_the_shell_makes_of_a_line() {
        for (line, words) in [
            ("curl 'a b' \"c d\" e\\ f", &["curl", "a b", "c d", "e f"][..]),
            ("curl a\\\n  b\\\r\n c", &["curl", "a", "b", "c"]),
            ("curl \"$KNOWN\" '$KNOWN' ${KNOWN}x", &["curl", "v", "$KNOWN", "vx"]),
            ("curl \"a\\\"b\\$c\\x\"", &["curl", "a\"b$c\\x"]),
            ("curl $'a\\'b\\n\\x41\\u00e9\\101'", &["curl", "a'b\nAéA"]),
            ("curl '' \"\"", &["curl", "", ""]),
            ("curl a > out.txt b 2>&1 | jq .", &["curl", "a", "b"]),
            ("curl a; echo b", &["curl", "a"]),
            ("curl a && echo", &["curl", "a"]),
            ("curl a &", &["curl", "a"]),
            ("curl a # comment", &["curl", "a"]),
            ("curl a\nb", &["curl", "a"]),
            ("curl x?k=<KEY>&a", &["curl", "x?k=<KEY>"]),
            ("curl 'it'\\''s'", &["curl", "it's"]),
        ] {
            assert_eq!(told(line).0, words, "{line}");
        }
    }

    #[test]
    fn what_the_shell_takes_away_is_marked() {
        for (line, words, marks) in [
            ("curl h?a=1&b=2&c=3", &["curl", "h?a=1"][..], &["ShellAmpersand b=2&c=3"][..]),
            ("curl \"h?a=$25000\"", &["curl", "h?a=5000"], &["ShellDollar $25000"]),
            ("curl \"h?a=$KEY&b=$(date)\"", &["curl", "h?a=$KEY&b=$(date)"], &["Variable KEY", "Variable $(date)"]),
            ("curl “h?a=1&b=2”", &["curl", "“h?a=1"], &["ShellQuotes “", "ShellAmpersand b=2”"]),
            ("curl \"h?a=1&b=2\nnext line", &["curl", "h?a=1&b=2"], &["ShellQuotes \""]),
            ("curl \"https://h?a=1&b=Fun\nded\"", &["curl", "https://h?a=1&b=Funded"], &["ShellNewline 2 lines"]),
            ("curl 'h'\n  -d 'a=b'\n  -d c\n\nx", &["curl", "h"], &["ShellNewline -d 'a=b'\n  -d c"]),
            ("curl 'h' \\ \n  -d 'a=b'", &["curl", "h"], &["ShellNewline \\ ", "ShellNewline -d 'a=b'"]),
            ("curl \"https://h?a=1&\\\nb=2\"", &["curl", "https://h?a=1&b=2"], &[]),
        ] {
            assert_eq!(
                told(line),
                (words.iter().map(|&word| word.into()).collect(), marks.iter().map(|&mark| mark.into()).collect()),
                "{line}"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[ \n'\"\\\\$`&<>{}()!#“]|\\$\\(|\\$'|http){0,60}") {
            let words = run(&text);
            prop_assert!(words.end <= text.len() && text.is_char_boundary(words.end));
            for mark in words.marks {
                prop_assert!(text.get(mark.place.range()).is_some());
            }
        }
    }
}
