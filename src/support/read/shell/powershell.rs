//! PowerShell. Its strings know variables too, and a number behind a `$` is one.

use std::ops::Range;

use super::scan::Scan;
use super::{Context, Split, name_len, quoted};
use crate::support::read::text::line_at;
use crate::support::ticket::MarkKind;
use crate::support::traced::Traced;

/// A longer table in brackets is none.
const LONGEST_TABLE: usize = 4 * 1024;

/// One argument: text, or a hash table, whose place stands here.
#[derive(Debug, Clone)]
pub(in crate::support::read) enum Argument {
    Text(Traced),
    Table(Range<usize>),
}

impl From<Traced> for Argument {
    fn from(text: Traced) -> Self {
        Self::Text(text)
    }
}

/// The words of the command that begins here, hash tables as they are written.
pub(in crate::support::read) fn words(context: &Context<'_>, start: usize, limit: usize) -> Split {
    let Split { words, end, marks } = arguments(context, start, limit);
    let text_of = |argument| match argument {
        Argument::Text(text) => text,
        Argument::Table(part) => context.view.traced(part),
    };
    Split { words: words.into_iter().map(text_of).collect(), end, marks }
}

/// The arguments of the command that begins here, and where it ends.
pub(in crate::support::read) fn arguments(context: &Context<'_>, start: usize, limit: usize) -> Split<Argument> {
    let mut shell = Scan::new(context, start, limit);
    run(&mut shell);
    shell.ended()
}

fn is_double(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

fn is_single(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’' | '‚')
}

fn run(shell: &mut Scan<'_, Argument>) {
    while let Some(c) = shell.rest().chars().next() {
        if shell.context.closer == Some(c) {
            return;
        }
        match c {
            ' ' | '\t' | ',' => {
                shell.end_word();
                shell.at += 1;
            }
            '\r' if shell.rest().starts_with("\r\n") => return shell.newline(),
            '\n' => return shell.newline(),
            '`' => backtick(shell),
            '@' if shell.word.is_none() && shell.rest().starts_with("@{") => table(shell),
            '@' if shell.word.is_none() && (shell.rest().starts_with("@\"") || shell.rest().starts_with("@'")) => {
                here(shell);
            }
            '(' if shell.word.is_none() => expression(shell),
            '$' => dollar(shell),
            '#' if shell.word.is_none() => return shell.pass_line(),
            '&' => return shell.ampersand(),
            ';' | '|' | ')' | '}' | '>' => return,
            c if is_double(c) => string(shell, c, true),
            c if is_single(c) => string(shell, c, false),
            c => shell.take(c.len_utf8()),
        }
    }
}

fn backtick(shell: &mut Scan<'_, Argument>) {
    if !shell.joins_lines(true) {
        escape(shell);
    }
}

fn escape(shell: &mut Scan<'_, Argument>) {
    let Some(c) = shell.rest()[1..].chars().next() else {
        shell.at += 1;
        return;
    };
    let meant = match c {
        'n' => b"\n",
        't' => b"\t",
        'r' => b"\r",
        '0' => b"\0",
        _ => {
            shell.at += 1;
            return shell.take(c.len_utf8());
        }
    };
    shell.take_as(meant, 2);
}

fn string(shell: &mut Scan<'_, Argument>, quote: char, is_double: bool) {
    let width = quote.len_utf8();
    let is_quote = if is_double { self::is_double } else { is_single };
    let closing = |inner: &str| {
        let mut escaped = false;
        let mut chars = inner.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if escaped {
                escaped = false;
            } else if is_quote(c) {
                if chars.next_if(|(_, next)| is_quote(*next)).is_none() {
                    return Some(at);
                }
            } else if c == '`' && is_double {
                escaped = true;
            }
        }
        None
    };
    let text = shell.text();
    let Some(end) = quoted(text, shell.at + width, shell.limit, closing) else {
        return shell.unclosed(width);
    };
    shell.at += width;
    for piece in shell.pieces(end) {
        shell.at = piece.start;
        while shell.at < piece.end {
            within(shell, piece.end, is_double);
        }
    }
    shell.at = end + text[end..].chars().next().map_or(0, char::len_utf8);
}

fn within(shell: &mut Scan<'_, Argument>, end: usize, is_double: bool) {
    let rest = &shell.text()[shell.at..end];
    let Some(c) = rest.chars().next() else { return };
    let is_quote = if is_double { self::is_double(c) } else { is_single(c) };
    if is_quote {
        // Two of them stand for one.
        shell.at += c.len_utf8();
        let next = shell.text()[shell.at..end].chars().next().map_or(0, char::len_utf8);
        return shell.take(next);
    }
    match c {
        '`' if is_double => escape(shell),
        '$' if is_double => dollar(shell),
        _ => shell.take(c.len_utf8()),
    }
    shell.at = shell.at.min(end);
}

fn dollar(shell: &mut Scan<'_, Argument>) {
    let behind = &shell.rest()[1..];
    let scope = ["env:", "script:", "global:", "local:"]
        .into_iter()
        .find(|scope| behind.starts_with(scope))
        .map_or(0, str::len);
    let name = name_len(&behind[scope..]);
    if behind.starts_with('(') {
        let line = line_at(shell.text(), shell.at, shell.limit);
        let len = closing(&shell.text()[shell.at + 1..line.end]).map_or(1, |len| len + 1);
        shell.note_itself(MarkKind::Variable, len);
        return shell.take(len);
    }
    if behind.starts_with('{') {
        let len = behind.find('}').filter(|len| *len < 200 && !behind[..*len].contains('\n')).map_or(1, |len| len + 2);
        return variable(shell, shell.rest()[..len].trim_matches(['$', '{', '}']), len);
    }
    if name > 0 {
        return variable(shell, &behind[scope..scope + name], 1 + scope + name);
    }
    let digits = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
    if digits > 0 {
        // A variable of that name, which nobody has set.
        shell.note_itself(MarkKind::ShellDollar, 1 + digits);
        return shell.take_as(b"", 1 + digits);
    }
    shell.take(1);
}

fn variable(shell: &mut Scan<'_, Argument>, name: &str, len: usize) {
    // The constants that are no variables.
    let is_constant = ["true", "false", "null"].contains(&&*name.to_ascii_lowercase());
    if is_constant { shell.take(len) } else { shell.variable(name, len) }
}

/// `@{…}`, to its end.
fn table(shell: &mut Scan<'_, Argument>) {
    let start = shell.at;
    let len = closing(&shell.rest()[1..]).map_or(shell.rest().len(), |len| len + 1);
    shell.at += len;
    shell.split.words.push(Argument::Table(start..shell.at));
}

/// `@" … "@`, its lines without the first and the last line break.
fn here(shell: &mut Scan<'_, Argument>) {
    let quote = if shell.rest().starts_with("@\"") { "\"@" } else { "'@" };
    let inner = &shell.rest()[2..];
    let begin = inner.find('\n').map_or(0, |at| at + 1);
    let end = inner[begin..].find(quote).map_or(inner.len(), |at| begin + at);
    let part = shell.at + 2 + begin..shell.at + 2 + begin + inner[begin..end].trim_end_matches(['\n', '\r']).len();
    shell.split.words.push(Argument::Text(shell.context.view.traced(part)));
    shell.at = shell.text().floor_char_boundary((shell.at + 2 + end + 2).min(shell.limit));
}

/// `(…)`: what it yields is unknown.
fn expression(shell: &mut Scan<'_, Argument>) {
    let text = shell.text();
    let line = line_at(text, shell.at, shell.limit);
    // A table goes on over lines.
    let most = shell.limit.min(shell.at + LONGEST_TABLE);
    let end = if shell.rest().starts_with("(@{") { text.floor_char_boundary(most) } else { line.end };
    let len = closing(&text[shell.at..end]).unwrap_or(1);
    shell.note_itself(MarkKind::Variable, len);
    shell.take(len);
}

/// How far it is to behind the bracket that closes the one it begins with; strings within count as such.
pub(in crate::support::read) fn closing(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match c {
            c if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(c),
            '(' | '{' | '[' => open += 1,
            ')' | '}' | ']' => {
                open = open.saturating_sub(1);
                if open == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Argument, Context, Split, arguments};
    use crate::support::read::variables::Values;
    use crate::support::traced::{Traced, View};
    use proptest::prelude::*;

    fn told(text: &str) -> (Vec<String>, Vec<String>) {
        let view = View::of(text);
        let values = Values::from([("known".into(), Traced::at(0, "v"))]);
        let context = Context { view: &view, values: &values, closer: None };
        let Split { words: arguments, marks, .. } = arguments(&context, 0, text.len());
        let shown = |argument| match argument {
            Argument::Text(text) => text.text().into_owned(),
            Argument::Table(part) => format!("TABLE {}", &text[part]),
        };
        let marks = marks.iter().map(|mark| format!("{:?} {}", mark.kind, mark.detail)).collect();
        (arguments.into_iter().map(shown).collect(), marks)
    }

    #[test]
    fn a_command_gets_what_powershell_makes_of_a_line() {
        for (line, words, marks) in [
            ("irm \"a b\" 'c$d' -Uri e", &["irm", "a b", "c$d", "-Uri", "e"][..], &[][..]),
            ("irm `\r\n  -Uri \"h?a=b&c=d\"", &["irm", "-Uri", "h?a=b&c=d"], &[]),
            ("irm \"h?a=$25000\"", &["irm", "h?a="], &["ShellDollar $25000"]),
            (
                "irm \"h?a=`$25000&b=$known&c=$x&d=$($y.z)\"",
                &["irm", "h?a=$25000&b=v&c=$x&d=$($y.z)"],
                &["Variable x", "Variable $($y.z)"],
            ),
            ("irm h?a=b&c=d", &["irm", "h?a=b"], &["ShellAmpersand c=d"]),
            ("irm “h?a=Don’t”", &["irm", "h?a=Don’t"], &[]),
            ("irm 'it''s' \"a\"\"b\"", &["irm", "it's", "a\"b"], &[]),
            ("irm h -Body @{ a = \"b}\"; c=1 } -X", &["irm", "h", "-Body", "TABLE @{ a = \"b}\"; c=1 }", "-X"], &[]),
            ("irm h -Body @'\nx=1\n'@", &["irm", "h", "-Body", "x=1"], &[]),
            ("irm (Get-Url) | x", &["irm", "(Get-Url)"], &["Variable (Get-Url)"]),
            ("irm \"h?a=b\nnext", &["irm", "h?a=b"], &["ShellQuotes \""]),
        ] {
            let expected =
                (words.iter().map(|&word| word.into()).collect(), marks.iter().map(|&mark| mark.into()).collect());
            assert_eq!(told(line), expected, "{line}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[ \n'\"`$@{}()“’&]|@'|http){0,60}") {
            let _ = told(&text);
        }
    }
}
