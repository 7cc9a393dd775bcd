//! Form `powershell`: `Invoke-WebRequest` and `Invoke-RestMethod`, by these names or short ones.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::address::{encoded, form_encoded, get, request};
use super::found::{Found, item};
use super::shell::powershell::{Argument, arguments, closing};
use super::shell::{Context, Split, assignments};
use super::text::lines;
use super::variables::Values;
use crate::support::phrases::Says;
use crate::support::ticket::{Form, Header, Item, Mark, MarkKind, Request};
use crate::support::traced::{Traced, View};

const COMMANDS: [&str; 4] = ["invoke-restmethod", "invoke-webrequest", "irm", "iwr"];

/// The parameters that take no value.
const SWITCHES: [&str; 8] = [
    "usebasicparsing",
    "usedefaultcredentials",
    "disablekeepalive",
    "skipcertificatecheck",
    "skiphttperrorcheck",
    "passthru",
    "verbose",
    "allowunencryptedauthentication",
];

const FORM: &str = "application/x-www-form-urlencoded";

/// A longer table is no form, and may be named in many commands.
const LONGEST_TABLE: usize = 16 * 1024;

/// Every command in the free parts of the view.
pub(super) fn find(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    let lower = view.text.to_ascii_lowercase();
    if !lower.says(&COMMANDS) {
        return;
    }
    let known = Known { values: assignments(view), tables: tables(view) };
    for part in free {
        let mut at = part.start;
        while let Some((start, behind)) = next_command(&lower, at, part.end) {
            let (item, end) = command(view, start, behind, part.end, &known);
            at = end.max(behind);
            if let Some(mut item) = item {
                shown_by_verbose(view, at..part.end, &mut item);
                found.item(start..at, item);
            }
        }
        // An error quotes the middle of its command once more, and -Verbose the URL.
        // The parameters of a table go in another order.
        let update = |asked: &Request| (asked.path.text().into_owned(), asked.lead_id());
        let known: HashSet<_> = found.items.iter().filter_map(|(_, item)| item.request.as_ref()).map(update).collect();
        let is_known = |url: Traced| known.contains(&update(&request(get(&url), &url)));
        let is_repeated = |line: &Range<usize>| {
            lower[line.clone()].trim_start().starts_with("+ ... ") || verbose(view, line.clone()).is_some_and(is_known)
        };
        let quoted = lines(&lower, part.clone()).filter(is_repeated);
        found.taken.extend(quoted);
    }
}

/// The URL in a line of -Verbose: `VERBOSE: GET https://… with 0-byte payload`, the first word in the language of Windows.
fn verbose(view: &View<'_>, line: Range<usize>) -> Option<Traced> {
    let shown = &view.text[line.clone()];
    let at = shown.find(": GET http").filter(|at| *at < 20)? + ": GET ".len();
    let len = shown[at..].find(" with ").unwrap_or(shown.len() - at);
    Some(view.traced(line.start + at..line.start + at + len))
}

/// Puts in the URL that -Verbose shows below a command whose variables the ticket does not have: it is what was sent.
fn shown_by_verbose(view: &View<'_>, behind: Range<usize>, item: &mut Item) {
    let has_variable = item.request.as_ref().is_some_and(|asked| asked.target().bytes().contains(&b'$'));
    let line = lines(&view.text, behind).take(3).find(|line| view.text[line.clone()].contains(": GET http"));
    let Some(line) = line.filter(|_| has_variable) else { return };
    let Some(url) = verbose(view, line) else { return };
    if let Some(asked) = &mut item.request {
        let again = request(asked.method.clone(), &url);
        *asked = Request { headers: std::mem::take(&mut asked.headers), ..again };
        item.marks.retain(|mark| mark.kind != MarkKind::Variable);
    }
}

fn next_command(lower: &str, from: usize, limit: usize) -> Option<(usize, usize)> {
    let command = |(at, _): (usize, &str)| {
        let start = from + at;
        let name = COMMANDS.iter().find(|command| lower[start..limit].starts_with(**command))?;
        let (before, behind) = (&lower[from..start], &lower[start + name.len()..limit]);
        // An error begins with the command's name and a colon, and quotes the command behind a plus.
        let is_word = !before.ends_with(|c: char| c.is_alphanumeric() || "_-.$".contains(c)) && !before.ends_with("+ ");
        let argument = behind.trim_start();
        let is_called = behind.starts_with([' ', '`'])
            && (argument.starts_with(['-', '"', '\'', '$', '`', '“', '(', '@']) || argument.starts_with("http"));
        (is_word && is_called).then_some((start, start + name.len()))
    };
    // By their first letters, so that the text is gone over once.
    lower[from..limit].match_indices('i').find_map(command)
}

/// What the ticket gives variables.
struct Known {
    values: Values,
    tables: HashMap<String, Argument>,
}

impl Known {
    /// The hash table that an argument names, behind this sign.
    fn table(&self, argument: &Argument, sign: char) -> Option<&Argument> {
        let Argument::Text(text) = argument else { return None };
        self.tables.get(&text.text().strip_prefix(sign)?.to_ascii_lowercase())
    }
}

/// A hash table as JSON: its text, with the values in it.
fn as_json(view: &View<'_>, table: &Argument) -> Argument {
    match table {
        Argument::Table(part) => Argument::Text(view.traced(part.clone())),
        Argument::Text(_) => table.clone(),
    }
}

/// The hash tables that the ticket gives variables: `$body = @{…}`, `$json = $body | ConvertTo-Json`.
fn tables(view: &View<'_>) -> HashMap<String, Argument> {
    let text = &*view.text;
    let (mut tables, mut at) = (HashMap::new(), 0);
    while let Some(start) = text[at..].find("@{").map(|found| at + found) {
        // Whatever stands behind an end that is missing stands in this table.
        let Some(len) = closing(&text[start + 1..]) else { break };
        let before = text[at..start].trim_end();
        let before = ["[ordered]", "[hashtable]", "[pscustomobject]"]
            .iter()
            .find_map(|kind| before.strip_suffix(kind))
            .unwrap_or(before);
        let name = before
            .trim_end()
            .strip_suffix('=')
            .map(str::trim_end)
            .and_then(|before| before.rsplit(|c: char| c.is_whitespace() || c == ';').next());
        if let Some(name) = name.and_then(|name| name.strip_prefix('$')).filter(|_| len < LONGEST_TABLE) {
            let behind = text[start + 1 + len..].lines().next().unwrap_or_default();
            let is_json =
                behind.trim_start().starts_with('|') && behind.to_ascii_lowercase().contains("convertto-json");
            let table = Argument::Table(start..start + 1 + len);
            tables.insert(name.to_ascii_lowercase(), if is_json { as_json(view, &table) } else { table });
        }
        at = start + 1 + len;
    }
    for line in text.lines().filter(|line| line.to_ascii_lowercase().contains("convertto-json")) {
        let Some((before, behind)) = line.split_once('=') else { continue };
        // A table that holds the JSON of another is known already.
        if behind.trim_start().starts_with("@{") {
            continue;
        }
        let name = before.trim().rsplit(' ').next().and_then(|name| name.strip_prefix('$'));
        let table = variable_in(behind).and_then(|name| tables.get(&name)).map(|table| as_json(view, table));
        if let (Some(name), Some(table)) = (name, table) {
            tables.insert(name.to_ascii_lowercase(), table);
        }
    }
    tables
}

/// The name of the first variable in an expression.
fn variable_in(text: &str) -> Option<String> {
    let name = text.split_once('$')?.1;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    Some(name[..end].to_ascii_lowercase())
}

/// The arguments with the hash tables that are named in them: `-Body $body`, `@params`.
fn with_tables(context: &Context<'_>, arguments: Vec<Argument>, known: &Known, marks: &mut Vec<Mark>) -> Vec<Argument> {
    let mut all = Vec::with_capacity(arguments.len());
    for argument in arguments {
        if let Some(Argument::Table(part)) = known.table(&argument, '@') {
            for (name, value) in table_in(context, part.clone(), marks) {
                let mut option = Traced::standing_for("-", name.whole());
                option.append(&name);
                all.extend([Argument::Text(option), with_table(context, value, known, marks)]);
            }
        // Of a table that the ticket does not have, nothing is known.
        } else if !matches!(&argument, Argument::Text(text) if text.bytes().starts_with(b"@")) {
            all.push(with_table(context, argument, known, marks));
        }
    }
    all
}

/// A hash table where an argument is one by its name, or its JSON.
fn with_table(context: &Context<'_>, argument: Argument, known: &Known, marks: &mut Vec<Mark>) -> Argument {
    let Argument::Text(text) = &argument else { return argument };
    let (written, place) = (text.text(), text.whole());
    let is_piped = written.starts_with('(') && written.to_ascii_lowercase().contains("convertto-json");
    let in_json = || if is_piped { known.tables.get(&variable_in(&written)?) } else { None };
    let table = known.table(&argument, '$').or_else(in_json);
    if is_piped || table.is_some() {
        marks.retain(|mark| mark.place != place);
    }
    match table {
        Some(table) if is_piped => as_json(context.view, table),
        Some(table) => table.clone(),
        None => argument,
    }
}

/// What is written for each parameter.
struct Given<'a> {
    named: Vec<(String, &'a Argument)>,
    positional: Vec<&'a Argument>,
}

impl<'a> Given<'a> {
    fn of(arguments: &'a [Argument]) -> Self {
        let mut given = Given { named: Vec::new(), positional: Vec::new() };
        let mut arguments = arguments.iter().peekable();
        while let Some(argument) = arguments.next() {
            let name = match argument {
                Argument::Text(text) => text
                    .text()
                    .strip_prefix('-')
                    .filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
                    .map(|name| name.trim_end_matches(':').to_ascii_lowercase()),
                Argument::Table(_) => None,
            };
            match name {
                Some(name) if SWITCHES.contains(&&*name) => {}
                Some(name) => {
                    let is_value = |next: &&Argument| !matches!(next, Argument::Text(text) if text.bytes().starts_with(b"-") && text.len() > 2);
                    if let Some(value) = arguments.next_if(is_value) {
                        given.named.push((name, value));
                    }
                }
                None => given.positional.push(argument),
            }
        }
        given
    }

    /// A parameter by its name, or as much of it as is clear.
    fn get(&self, name: &str, shortest: usize) -> Option<&'a Argument> {
        let is_it = |(given, _): &&(String, &Argument)| given.len() >= shortest && name.starts_with(&**given);
        self.named.iter().find(is_it).map(|(_, value)| *value)
    }
}

fn command(view: &View<'_>, start: usize, behind: usize, limit: usize, known: &Known) -> (Option<Item>, usize) {
    let context = Context { view, values: &known.values, closer: closer(view, start) };
    let Split { words, end, mut marks } = arguments(&context, behind, limit);
    let arguments = with_tables(&context, words, known, &mut marks);
    let given = Given::of(&arguments);
    let url = given.get("uri", 1).or(given.positional.first().copied());
    let Some(Argument::Text(url)) = url else { return (None, end) };
    let mut item = item(view, start..end.max(behind), Form::PowerShell);
    item.marks = marks;
    let url = encoded(url);
    let method = match given.get("method", 1).or_else(|| given.get("custommethod", 2)) {
        Some(Argument::Text(method)) => Traced::standing_for(&method.text().to_ascii_uppercase(), method.whole()),
        _ => get(&url),
    };
    let mut asked = request(method, &url);
    if let Some(Argument::Table(part)) = given.get("headers", 1) {
        let pairs = table(&context, part.clone(), &mut item.marks);
        asked.headers =
            pairs.into_iter().map(|(name, value)| Header { name: name.text().into_owned(), value }).collect();
    }
    let mut set = |name: &str, argument: Option<&Argument>| {
        if let Some(Argument::Text(value)) = argument {
            asked.headers.push(Header { name: name.to_owned(), value: value.clone() });
        }
    };
    set("Content-Type", given.get("contenttype", 3));
    set("User-Agent", given.get("useragent", 5));
    let is_get = asked.method.bytes() == b"GET" || asked.method.bytes() == b"DEFAULT";
    match given.get("body", 1) {
        Some(Argument::Table(part)) => {
            let pairs = table(&context, part.clone(), &mut item.marks);
            let form = form(&pairs);
            // A table is the query of a GET, and the form of anything else.
            if is_get {
                asked.query.get_or_insert_default().join("&", &form);
            } else {
                asked.body = Some(form);
                asked.default_header("Content-Type", Traced::standing_for(FORM, view.place(part.clone())));
            }
        }
        Some(Argument::Text(body)) => {
            asked.body = Some(body.clone());
            if !is_get {
                asked.default_header("Content-Type", Traced::standing_for(FORM, body.whole()));
            }
        }
        None => {}
    }
    item.logged.user_agent = asked.user_agent();
    item.request = Some(asked);
    (Some(item), end)
}

fn closer(view: &View<'_>, start: usize) -> Option<char> {
    view.text[..start].chars().next_back().filter(|c| matches!(c, '"' | '\''))
}

/// The pairs as a form.
fn form(pairs: &[(Traced, Traced)]) -> Traced {
    let mut form = Traced::default();
    for (name, value) in pairs {
        form.join("&", &Traced::pair(name, &form_encoded(value)));
    }
    form
}

/// The pairs of a hash table: `@{ name = value; "name" = value }`.
fn table(context: &Context<'_>, part: Range<usize>, marks: &mut Vec<Mark>) -> Vec<(Traced, Traced)> {
    let pairs = table_in(context, part, marks).into_iter();
    let text_of = |value| if let Argument::Text(text) = value { text } else { Traced::default() };
    pairs.map(|(name, value)| (name, text_of(value))).collect()
}

/// The same with the tables in it.
fn table_in(context: &Context<'_>, part: Range<usize>, marks: &mut Vec<Mark>) -> Vec<(Traced, Argument)> {
    let text = &*context.view.text;
    let limit = part.end.saturating_sub(usize::from(text[part.clone()].ends_with('}')));
    let mut at = part.start + 2;
    let mut pairs = Vec::new();
    while at < limit {
        let rest = &text[at..limit];
        at += rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';').len();
        let Some(equals) = text[at..limit].find('=').map(|found| at + found) else { break };
        let name = super::text::trim(text, at..equals);
        let name = match text[name.clone()].chars().next() {
            Some('"' | '\'') if name.len() > 1 => name.start + 1..name.end - 1,
            _ => name,
        };
        let rest = &text[equals + 1..limit];
        let start = equals + 1 + rest.len() - rest.trim_start().len();
        let Split { words, end, marks: of_value } = arguments(context, start, limit);
        let value = words.into_iter().next().unwrap_or(Argument::Text(Traced::default()));
        marks.extend(of_value);
        if text.is_char_boundary(name.end) && name.start <= name.end {
            pairs.push((context.view.traced(name), value));
        }
        at = end.max(start);
        if at < limit && !text[at..].starts_with([';', '\n', '\r']) {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    pairs
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
            let body = request.body.as_ref().map_or("-".into(), |body| body.text().into_owned());
            let headers: Vec<_> =
                request.headers.iter().map(|header| format!("{}: {}", header.name, header.value.text())).collect();
            let marks: Vec<_> = item.marks.iter().map(|mark| format!("{:?}", mark.kind)).collect();
            format!(
                "{} {} {body} [{}] {}",
                request.method.text(),
                request.target().text(),
                headers.join(", "),
                marks.join(",")
            )
        };
        found.items.into_iter().map(|(_, item)| one(item)).collect()
    }

    #[test]
    fn commands_are_read_with_their_parameters() {
        for (text, expected) in [
            ("Invoke-RestMethod -Method Get -Uri \"https://h/p?a=b&c=$25000\"", "GET /p?a=b&c= - [] ShellDollar"),
            ("irm 'https://h/p?a=b c' -UseBasicParsing -TimeoutSec 5", "GET /p?a=b%20c - [] "),
            ("$r = iwr https://h/p -Body @{ a = 'b c'; \"d\" = \"e&f\" }\n", "GET /p?a=b+c&d=e%26f - [] "),
            (
                "Invoke-WebRequest -Uri 'https://h/p' -Method POST `\n  -Body @{\n a = 'b'\n c = $x\n}",
                "POST /p a=b&c=%24x [Content-Type: application/x-www-form-urlencoded] Variable",
            ),
            (
                "irm -Uri https://h/p -Headers @{ 'X-A' = 'b' } -ContentType 'application/json' -Method Post -Body '{}'",
                "POST /p {} [X-A: b, Content-Type: application/json] ",
            ),
            ("$u = 'https://h/p'\nirm \"$u\"", "GET /p - [] "),
            (
                "$b = @{\n  a = 'b'\n}\nirm https://h/p -Method Post -Body $b",
                "POST /p a=b [Content-Type: application/x-www-form-urlencoded] ",
            ),
            (
                "$b = @{ a = 'b' } | ConvertTo-Json\nirm https://h/p -Method Post -Body $b",
                "POST /p @{ a = 'b' } [Content-Type: application/x-www-form-urlencoded] ",
            ),
            (
                "$b = @{ a = 'b' }\n$j = $b | ConvertTo-Json\nirm https://h/p -Method Post -Body $j -ContentType x/json",
                "POST /p @{ a = 'b' } [Content-Type: x/json] ",
            ),
            (
                "$b = @{ a = 'b' }\nirm https://h/p -Method Post -ContentType x/json -Body ($b | ConvertTo-Json)",
                "POST /p @{ a = 'b' } [Content-Type: x/json] ",
            ),
            ("$p = @{ Uri = 'https://h/p'; Headers = @{ A = 'b' }; Method = 'Get' }\nirm @p", "GET /p - [A: b] "),
            (
                "$b = @{ a = 'b' }\n$p = @{ Uri = 'https://h/p'; Method = 'Post'; Body = ($b | ConvertTo-Json) }\nirm @p",
                "POST /p @{ a = 'b' } [Content-Type: application/x-www-form-urlencoded] ",
            ),
        ] {
            assert_eq!(told(text), [expected], "{text}");
        }
        for text in [
            "Invoke-RestMethod : The remote server returned an error: (500)",
            "confirm with us",
            "irm is short",
            "irm @params",
        ] {
            assert!(told(text).is_empty(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(irm |\\PC|[ \n'\"`$@{}=;-]|-Uri |-Body @\\{|https://h){0,40}") {
            let _ = told(&text);
        }
    }
}
