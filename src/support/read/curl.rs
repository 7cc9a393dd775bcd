//! Form `curl`: command lines as they are typed, pasted out of a script, or copied out of a browser.

use std::ops::Range;

use super::found::{Found, item};
use super::shell::{Context, Split, assignments, cmd, name_len, posix, powershell};
use super::text::{contains_ignoring_case, line_at, line_start};
use super::variables::Values;
use crate::support::phrases::Says;
use crate::support::ticket::{Form, Item};
use crate::support::traced::View;

use super::curl_request::requests;

/// The shell that a command is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shell {
    Posix,
    Cmd,
    Batch,
    Pwsh,
}

/// Every command in the free parts of the view.
pub(super) fn find(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    if !view.text.contains("curl") {
        return;
    }
    let values = assignments(view);
    let hints = Hints::of(&view.text);
    for part in free {
        let mut at = part.start;
        while let Some(start) = next_command(&view.text, at, part.end) {
            let first = line_start(&view.text, start, part.start);
            let line = line_at(&view.text, start, part.end);
            if is_job(&view.text[first..start]) && stands_before(&view.text, first, &view.text[line.clone()]) {
                at = line.end;
                found.taken.push(first..at);
                continue;
            }
            let (items, end) = command(view, start, part, &values, &hints);
            let begin = if is_prompt(&view.text[first..start]) { first } else { start };
            let whole = begin..end.max(start + 4);
            if items.is_empty() {
                at = start + 4;
                continue;
            }
            found.taken.push(whole.clone());
            for item in items {
                found.item(whole.clone(), item);
            }
            at = whole.end;
        }
    }
}

/// What the ticket as a whole says of the shell.
struct Hints {
    is_batch: bool,
    is_powershell: bool,
    is_cmd: bool,
}

impl Hints {
    fn of(text: &str) -> Self {
        let text = &text[..text.floor_char_boundary(256 * 1024)];
        let any = |words: &[&str]| words.iter().any(|word| contains_ignoring_case(text, word));
        Self {
            is_batch: any(&["@echo ", ".bat", ".cmd", "batch file", "batch script", "setlocal", "batch-file"]),
            is_powershell: any(&["powershell", "pwsh", "ps c:\\", ".ps1"]),
            is_cmd: any(&["cmd.exe", "command prompt", "windows cmd", ":\\>", "eingabeaufforderung"]),
        }
    }
}

/// Where a command begins: the word, with what makes it one behind it.
fn next_command(text: &str, from: usize, limit: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + text[at..limit].find("curl")?;
        at = found + 4;
        let before = text[from..found].chars().next_back();
        let is_word = before.is_none_or(|c| !c.is_alphanumeric() && !"_-.$@=".contains(c));
        if is_word && is_command(&text[at..limit]) {
            return Some(found);
        }
    }
}

/// How much behind the word is looked at, in bytes.
const MOST_BEHIND: usize = 500;

/// Whether what stands behind the word makes it a command, and not a word of a sentence.
fn is_command(behind: &str) -> bool {
    let behind = behind.strip_prefix(".exe").unwrap_or(behind);
    let rest = behind.trim_start_matches([' ', '\t']);
    if rest.len() == behind.len() {
        return false;
    }
    let word = rest.split([' ', '\t', '\n', '\r']).next().unwrap_or_default();
    let option = word.strip_prefix("--").or_else(|| word.strip_prefix('-'));
    // "I tried curl -I whether it is right" is a sentence.
    let line = behind[..behind.floor_char_boundary(MOST_BEHIND)].lines().next().unwrap_or_default().trim_end();
    let names_a_place = line.bytes().any(|byte| b"/$%\"'.".contains(&byte)) || line.ends_with(['\\', '^', '`']);
    if let Some(option) = option.filter(|_| names_a_place) {
        return option.starts_with(|c: char| c.is_ascii_alphabetic() || c == ':' || c == '#' || c.is_ascii_digit());
    }
    let bare = word.trim_start_matches(['\'', '"', '^', '“', '”', '‘', '’', '<', '`']);
    let continues = matches!(word, "\\" | "^" | "`");
    let is_quoted = bare.len() < word.len() && bare.contains(['/', '.', '$', '%', ':']);
    let is_address = bare.starts_with("http") && bare.contains("://")
        || bare.contains('/') && bare.contains(['.', '$', '%', '{', '?'])
        || bare.starts_with(['$', '%', '{']);
    continues || is_quoted || is_address
}

/// Whether nothing but a prompt stands before a command.
fn is_prompt(before: &str) -> bool {
    let before = before.trim();
    before.is_empty() || before.ends_with(['$', '#', '>', '%', '❯', '+']) && before.len() < 80
}

/// Whether a shell tells of a job that ran in the background: `[1]+  Done                    curl https://…`.
fn is_job(before: &str) -> bool {
    let number = before.strip_prefix('[').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    number.is_some_and(|rest| rest.starts_with(']') && rest.says(&[" Done ", " Exit "]))
}

/// Whether a command stands a little above already, so that nothing in it is new.
fn stands_before(text: &str, end: usize, command: &str) -> bool {
    let start = text.ceil_char_boundary(end.saturating_sub(16 << 10));
    text[start..end].contains(command.trim_end().trim_end_matches('&').trim_end())
}

/// `%KEY%`, and not an escape.
fn holds_percent_variable(line: &str) -> bool {
    line.match_indices('%').any(|(at, _)| {
        let len = name_len(&line[at + 1..]);
        len > 2 && line[at + 1 + len..].starts_with('%')
    })
}

fn shell_of(text: &str, start: usize, floor: usize, limit: usize, hints: &Hints) -> Shell {
    let before = text[line_start(text, start, floor)..start].trim();
    let line = text[line_at(text, start, limit)].trim_end();
    if before.starts_with("PS ") && before.ends_with('>')
        || line.ends_with('`') && !line.starts_with('`') && !before.ends_with('`')
    {
        return Shell::Pwsh;
    }
    if before.ends_with('>') && before.contains(":\\") {
        return Shell::Cmd;
    }
    if line.ends_with('^') || line.contains("^\"") || holds_percent_variable(line) {
        return if hints.is_batch { Shell::Batch } else { Shell::Cmd };
    }
    if line.ends_with('\\') || before.ends_with(['$', '#']) || line.contains("$'") {
        return Shell::Posix;
    }
    if hints.is_batch && before.is_empty() {
        return Shell::Batch;
    }
    if hints.is_powershell {
        return Shell::Pwsh;
    }
    if hints.is_cmd || text[start..].starts_with("curl.exe") { Shell::Cmd } else { Shell::Posix }
}

fn command(view: &View<'_>, start: usize, part: &Range<usize>, values: &Values, hints: &Hints) -> (Vec<Item>, usize) {
    let text = &*view.text;
    let shell = shell_of(text, start, part.start, part.end, hints);
    let part = &(part.start..answer_start(text, start, part.end));
    let before = text[part.start..start].chars().next_back();
    let closer = before.filter(|c| matches!(c, '`' | '\'' | '"' | '“')).map(|c| if c == '“' { '”' } else { c });
    let closer = closer.filter(|closer| *closer != '`' || shell == Shell::Posix);
    let context = Context { view, values, closer };
    let mut words: Split = match shell {
        Shell::Posix => posix::words(&context, start, part.end),
        Shell::Cmd => cmd::words(&context, start, part.end, false),
        Shell::Batch => cmd::words(&context, start, part.end, true),
        Shell::Pwsh => powershell::words(&context, start, part.end),
    };
    let whole = start..words.end.max(start);
    let marks = std::mem::take(&mut words.marks);
    let mut items = Vec::new();
    for (request, of_arguments) in requests(&words.words) {
        let mut item = item(view, whole.clone(), Form::Curl);
        item.marks = marks.iter().cloned().chain(of_arguments).collect();
        item.logged.user_agent = request.user_agent();
        item.request = Some(request);
        items.push(item);
    }
    (items, words.end)
}

/// Where what came back begins behind a command: an arrow or a word for it in the same line, or curl's own error below.
fn answer_start(text: &str, start: usize, limit: usize) -> usize {
    const LONGEST: usize = 8 * 1024;
    let mut quote = None;
    let mut last = ' ';
    for (at, c) in text[start..limit].char_indices().take(LONGEST) {
        let rest = &text[start + at..limit];
        match quote {
            Some(open) if c == open && last != '\\' => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c == '\n' => {
                if rest[1..].trim_start().starts_with("curl: (") {
                    // The mark of a line that goes on stands before it.
                    return start + text[start..start + at].trim_end_matches(['\\', '^', '`', ' ', '\r']).len();
                }
                if !matches!(last, '\\' | '^' | '`') {
                    return limit;
                }
            }
            None => {
                let words = [" -> ", " => ", " → ", " --> ", " gives ", " returns ", " answers "];
                if c == ' ' && words.iter().any(|word| rest.starts_with(word)) {
                    return start + at;
                }
            }
        }
        if c != '\r' {
            last = c;
        }
    }
    limit
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::support::read::found::found_in;
    use proptest::prelude::*;

    fn told(text: &str) -> Vec<String> {
        let found = found_in(text, find);
        let one = |item: crate::support::Item| {
            let request = item.request.unwrap();
            let marks: Vec<_> = item.marks.iter().map(|mark| format!("{:?}", mark.kind)).collect();
            format!("{} {}{} {}", request.method.text(), request.host.text(), request.target().text(), marks.join(","))
        };
        found.items.into_iter().map(|(_, item)| one(item)).collect()
    }

    #[test]
    fn commands_are_found_where_people_paste_them() {
        for (text, expected) in [
            ("$ curl 'https://h/p?a=b&c'\nok", "GET h/p?a=b&c "),
            ("PS C:\\> curl.exe \"https://h/p?a=$5\"", "GET h/p?a= ShellDollar"),
            ("C:\\x>curl \"https://h/p?a=b%20c\"", "GET h/p?a=b%20c "),
            ("set KEY=v\r\ncurl \"https://h/p?a=%KEY%&b=%OTHER%\"", "GET h/p?a=v&b=%OTHER% Variable"),
            ("@echo off\r\ncurl \"https://h/p?a=b%20c\"", "GET h/p?a=b0c ShellPercent"),
            ("curl ^\"https://h/p?a=b^&c=d^\" ^\r\n  -H ^\"A: b^\"", "GET h/p?a=b&c=d "),
            ("we run `curl https://h/p?a=b` daily", "GET h/p?a=b "),
            ("mac:~ x$ curl https://h/p?a=b&c=d\n[1] 1", "GET h/p?a=b ShellAmpersand"),
            ("RESP=$(curl -s \"$URL?a=b\")", "GET $URL/?a=b Variable"),
            ("URL=https://h/p\ncurl -s \"$URL?a=b\"", "GET h/p?a=b "),
            ("/usr/bin/curl -G h.x/p -d a=b", "GET h.x/p?a=b "),
            ("shell_exec('curl \"https://h/p?a=b\"');", "GET h/p?a=b "),
        ] {
            assert_eq!(told(text), [expected], "{text}");
        }
        for text in [
            "curl says no",
            "curl: (6) Could not resolve",
            "we use curl to call it",
            "curl 7.88.1 (x86)",
            "libcurl -x",
            "curl",
        ] {
            assert!(told(text).is_empty(), "{text}");
        }
        assert_eq!(told("curl https://a/p https://b/p\ncurl https://c/p").len(), 3);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(curl |\\PC|[ \n'\"\\\\$`&^-]|https://h|-d |PS C:>|--data-urlencode ){0,40}") {
            let found = found_in(&text, find);
            for (_, item) in found.items {
                prop_assert!(text.get(item.place.range()).is_some());
                let target = item.request.unwrap().target();
                prop_assert!(text.get(target.whole().range()).is_some());
            }
        }
    }
}
