//! The keys, tokens and cookies of a ticket, which must not be shown; and whether it shows one in clear.

use super::code::expression_end;
use super::look::{
    Found, Look, folded, is_hidden_key, is_placeholder, is_words_for_one, looks_like_a_lead_id, may_be_a_lead_id,
};
use super::phrases::Says;
use super::random::random_words;
use super::read::Assigned;
use super::ticket::{Form, Parameter, Request, Ticket};
use super::traced::{Span, Traced};
use crate::cake::is_parameter;
use crate::secret::{LONGEST_KEY, Secret};

/// Requests that are searched.
const MOST: usize = 20_000;

/// As many keys as are known by value. Beyond that they are hidden by what stands before them.
const MOST_KEYS: usize = 1_000;

/// Every key, token and cookie of a ticket, decoded and as sent.
pub(super) fn keys(ticket: &Ticket) -> Vec<Secret> {
    let mut all = std::collections::BTreeSet::new();
    let mut add = |text: &str| {
        let text = text.trim();
        // What is longer is hidden by what stands before it.
        if (4..=LONGEST_KEY).contains(&text.len()) && !text.contains("***") && !is_sample(text) && all.len() < MOST_KEYS
        {
            all.insert(text.to_owned());
        }
    };
    let names = Assigned::of(&ticket.text);
    for (at, item) in ticket.items.iter().take(MOST).enumerate() {
        let Some(request) = &item.request else { continue };
        for part in [&request.query, &request.body, &request.fragment].into_iter().flatten() {
            of_part(part, &mut add);
        }
        // A browser's export has no code that makes a key.
        if !item.form.is_log() && item.form != Form::Har && at < MOST_OF_CODE {
            in_code(ticket, &names, request, &mut add);
        }
        let is_random = |one: &&Parameter| {
            let value = one.value.as_deref().unwrap_or_default();
            is_parameter(&one.name) && random_words(value).any(|word| word == (0..value.len()))
        };
        // A key in another's place, however it is encoded.
        for one in request.parameters().iter().filter(is_random) {
            add(one.value.as_deref().unwrap_or_default());
            add(&one.sent.text());
        }
        // A key that stands there without its name.
        let is_alone = |one: &&Parameter| {
            one.value.is_none()
                && one.name.len() >= 16
                && one.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        request.parameters().iter().filter(is_alone).for_each(|one| add(&one.name));
        if let Some(key) = key_in_the_leads_place(request) {
            add(key.value.as_deref().unwrap_or_default());
            add(&key.sent.text());
        }
        if let Some(user) = &request.user {
            user.text().split(':').for_each(&mut add);
        }
        for header in &request.headers {
            if header.name.to_ascii_lowercase().says(&["auth", "cookie", "key", "token", "secret"]) {
                let value = header.value.text().into_owned();
                value.split([' ', ';', ',']).map(|part| part.rsplit('=').next().unwrap_or(part)).for_each(&mut add);
                add(&value);
            }
        }
    }
    in_words(&ticket.text).for_each(&mut add);
    in_tables(&ticket.text).for_each(&mut add);
    in_columns(&ticket.text).for_each(&mut add);
    set_in_code(&ticket.text).for_each(&mut add);
    all.into_iter().map(Secret::new).collect()
}

/// Other names of what is secret, without what tells spellings apart.
const SECRET: [&str; 17] = [
    "pw",
    "pwd",
    "psw",
    "auth",
    "bearer",
    "session",
    "sessionid",
    "sid",
    "jwt",
    "sig",
    "signature",
    "otp",
    "pin",
    "kennwort",
    "mdp",
    "clave",
    "wachtwoord",
];

/// Requests whose keys are looked for in the code around them.
const MOST_OF_CODE: usize = 200;

/// As far as code sets a key.
const LONGEST_LINE: usize = 400;

/// The texts in quotes of which code makes a key: `'left' . 'right'`, `prod ? 'one' : 'other'`, and those that it puts into
/// the variables it names; and what a table has beside a key.
fn in_code(ticket: &Ticket, names: &Assigned<'_>, request: &Request, add: &mut impl FnMut(&str)) {
    let text = &*ticket.text;
    let parameters = request.parameters();
    let others: Vec<&str> =
        parameters.iter().filter(|one| !is_secret(&one.name)).filter_map(|one| one.value.as_deref()).collect();
    let mut keep = |literal: &str| {
        let literal = literal.trim();
        let is_other = literal.contains(['&', ' ']) && literal.contains(['=', '/']) || literal.contains("://");
        if !is_other && !others.contains(&literal) && !looks_like_a_lead_id(literal) {
            add(literal);
        }
    };
    for key in parameters.iter().filter(|one| is_secret(&one.name)) {
        let place = key.sent.whole();
        let Some(sent) = text.get(place.range()).filter(|sent| !sent.is_empty()) else { continue };
        let near = &text[place.end..text.floor_char_boundary(place.end + LONGEST_LINE)];
        let line = near.lines().next().unwrap_or_default();
        if line.trim_start_matches(['"', '\'', '`', ' ']).starts_with(['|', '\t']) {
            line.split(['|', '\t']).for_each(&mut keep);
        }
        // What is joined of several texts, without the signs between them.
        let pieces = sent.split(['"', '\'', '`']).filter(|piece| !piece.trim().contains(' '));
        if sent.contains(['"', '\'', '`']) {
            pieces.for_each(&mut keep);
        }
        let behind = near.trim_start_matches(['"', '\'', '`']);
        // Nothing but the key is set in its line.
        if !line.contains("lead_id") && !line.contains("status") {
            of_line(line.trim_start_matches(['"', '\'', '`']), &mut keep);
        }
        let joins = behind.trim_start().starts_with(['.', '+', '%', '?']) || behind.trim_start().starts_with("if ");
        let end = if joins { expression_end(behind, 0, behind.len(), '\n') } else { 0 };
        for part in [sent, &behind[..end]] {
            quoted(part).for_each(&mut keep);
            let words = part.split(|c: char| !c.is_ascii_alphanumeric() && !"_$".contains(c));
            for at in words.filter(|word| !word.is_empty()).take(20).filter_map(|word| names.place(word)) {
                let line = &text[at..text.floor_char_boundary(at + LONGEST_LINE)];
                of_line(line.lines().next().unwrap_or_default(), &mut keep);
            }
        }
    }
}

/// What stands in quotes in a line that sets a key, and what a comment beside it says: it may be another one.
fn of_line(line: &str, keep: &mut impl FnMut(&str)) {
    quoted(line).for_each(&mut *keep);
    let comment = line.rsplit_once("# ").or_else(|| line.rsplit_once("// ")).map_or("", |(_, comment)| comment);
    comment.split(' ').filter(|word| word.len() >= 8).for_each(keep);
}

/// What stands in quotes.
fn quoted(code: &str) -> impl Iterator<Item = &str> {
    let mut rest = code;
    std::iter::from_fn(move || {
        let (at, quote) = rest.char_indices().find(|(_, c)| matches!(c, '"' | '\'' | '`'))?;
        let inner = &rest[at + 1..];
        let len = inner.find(quote)?;
        rest = &inner[len + 1..];
        Some(&inner[..len])
    })
}

/// Whether a parameter's name says that its value is secret.
pub(super) fn is_secret(name: &str) -> bool {
    let name = folded(name);
    // A misspelled name is one too: `api_kye`.
    name.ends_with("key")
        || strsim::osa_distance(&name, "apikey") <= 2
        || name.says(&["apikey", "token", "secret", "pass", "basicauth", "contrase", "motdepasse"])
        || SECRET.contains(&&*name)
}

/// What stands in a table below a heading `api_key`.
fn in_tables(text: &str) -> impl Iterator<Item = &str> {
    let mut column: Option<(char, usize, usize)> = None;
    text[..text.floor_char_boundary(MOST_SEARCHED)].lines().filter_map(move |line| {
        let bare = |cell: &str| folded(cell.trim().trim_matches('"'));
        let heading = ['\t', '|', ';', ','].into_iter().find_map(|separator| {
            let at = line.split(separator).position(|cell| bare(cell) == "apikey")?;
            Some((separator, at, line.split(separator).count())).filter(|(_, _, count)| *count > 1)
        });
        if heading.is_some() {
            column = heading;
            return None;
        }
        let (separator, at, count) = column?;
        let cell = line.split(separator).nth(at).filter(|_| line.split(separator).count() == count);
        if cell.is_none() {
            column = None;
        }
        cell.map(|cell| cell.trim().trim_matches('"'))
    })
}

/// What stands below `api_key` in columns that spaces make, with a line of dashes below the heading.
fn in_columns(text: &str) -> impl Iterator<Item = &str> {
    let mut column: Option<usize> = None;
    let mut heading: Option<usize> = None;
    text[..text.floor_char_boundary(MOST_SEARCHED)].lines().filter_map(move |line| {
        let lower = line.to_ascii_lowercase();
        if line.trim_start().starts_with("---") {
            column = heading.take();
            return None;
        }
        heading = ["api_key", "apikey", "api key"].iter().find_map(|name| lower.find(name));
        if line.trim().is_empty() {
            column = None;
        }
        line.get(column?..)?.split(' ').next()
    })
}

/// What is sent as `lead_id` where the lead ID stands under the key's name.
fn key_in_the_leads_place(request: &Request) -> Option<Parameter> {
    let parameters = request.parameters();
    let of = |name: &str| parameters.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(name));
    let is_lead = |parameter: &Parameter| parameter.value.as_deref().is_some_and(looks_like_a_lead_id);
    let (key, lead) = (of("api_key")?, of("lead_id")?);
    (is_lead(key) && !is_lead(lead)).then(|| lead.clone())
}

/// As much of a ticket is searched for keys in prose, and so far behind the word.
const MOST_SEARCHED: usize = 1 << 20;
const NEAR: usize = 60;

/// Keys that somebody names in prose or sets in code: "our key is pX7-…", `key = "5b0c…"`.
fn in_words(text: &str) -> impl Iterator<Item = &str> {
    let text = &text[..text.floor_char_boundary(MOST_SEARCHED)];
    let lower = text.to_ascii_lowercase();
    let places: Vec<usize> = lower.match_indices("key").map(|(at, word)| at + word.len()).collect();
    places.into_iter().filter_map(move |at| {
        let near = &text[at..text.floor_char_boundary(at + NEAR)];
        let behind =
            near.trim_start_matches([' ', ':', '=', '"', '\'', '`', '{', '[', '(', '<', '^', '\\', '\r', '\n']);
        let behind = behind.strip_prefix("More? ").unwrap_or(behind).trim_start_matches(['{', '"']);
        let behind = ["is ", "was "].iter().find_map(|word| behind.strip_prefix(word)).unwrap_or(behind);
        let behind = behind.trim_start_matches(['"', '\'', '`', ' ']);
        let len = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(behind.len());
        let word = &behind[..len];
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        // Hardly a word of a sentence is so long.
        let is_long = word.len() >= 16 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (word.len() >= 8 && (has_digit || is_long) && !may_be_a_lead_id(word) && behind.len() < near.len())
            .then_some(word)
    })
}

/// The texts in quotes that code puts under the name of a secret: `password = "…"`, `auth=("user", "…")`, `{"token": "…"}`.
fn set_in_code(text: &str) -> impl Iterator<Item = &str> {
    let text = &text[..text.floor_char_boundary(MOST_SEARCHED)];
    text.match_indices(['"', '\'', '`']).filter_map(move |(at, quote)| {
        let near = &text[text.ceil_char_boundary(at.saturating_sub(NEAR))..at];
        let before = near.lines().next_back().unwrap_or_default().trim_end();
        // Of a user and a password in brackets, both.
        let in_brackets = before.rsplit_once('(').filter(|(_, inner)| inner.len() < NEAR / 2).map(|(before, _)| before);
        let name = match in_brackets {
            Some(call) if call.to_ascii_lowercase().ends_with("basicauth") => call,
            _ => in_brackets.unwrap_or(before).trim_end().strip_suffix([':', '=', '>'])?,
        };
        let name = name.trim_end_matches([':', '=', ' ', '"', '\'', '`', ']', ')']);
        let name = &name[name.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '-').len()..];
        let value = &text[at + 1..text.floor_char_boundary(at + 1 + LONGEST_LINE)];
        let value = &value[..value.find(quote).or_else(|| value.find('\n'))?];
        (!name.is_empty() && folded(name) != "key" && is_secret(name) && !value.contains("://")).then_some(value)
    })
}

/// What documentation and templates write in the place of a key: it is no secret.
fn is_sample(text: &str) -> bool {
    let samples = ["apikey", "yourkey", "yourapikey", "yourapikeyhere", "buyerapikey", "buyerapikeyhere", "apikeyhere"];
    samples.contains(&&*folded(text)) || is_words_for_one(&text.to_lowercase())
}

fn of_part(part: &Traced, add: &mut impl FnMut(&str)) {
    let text = part.text();
    for pair in text.split(['&', ';', ',', '\n', '{', '}']) {
        let Some((name, value)) = pair.split_once(['=', ':']) else { continue };
        if is_secret(name) {
            let value = value.trim_matches(['"', '\'', ' ']);
            add(value);
            add(&crate::protocol::decode(value.as_bytes()));
        }
    }
}

/// How many characters before a key its name is looked for.
const BEFORE: usize = 40;

/// What looks like a key, or stands behind the name of one.
pub(super) fn exposed(text: &str) -> Option<std::ops::Range<usize>> {
    let text = &text[..text.floor_char_boundary(MOST_SEARCHED)];
    let is_key = |part: &std::ops::Range<usize>| {
        let value = text[part.clone()].trim();
        // A name in code, such as `process.env.CAKE_KEY` or `apiKey`, has dots or underscores or says so, and has no digit.
        let says_so = value.ends_with("Key") || value.ends_with("key");
        let is_name = (says_so || value.contains(['.', '_'])) && !value.bytes().any(|byte| byte.is_ascii_digit());
        value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+/=".contains(&byte))
            && is_in_clear(value)
            && !is_name
    };
    crate::secret::shapes(text)
        .into_iter()
        .find(is_key)
        .or_else(|| random_words(text).find(|word| is_called_a_key(text, word)))
}

/// Whether a word that looks like a key stands where one does: behind a name for it, or as a user. A trace, a hash and the name of a
/// class look like keys too.
fn is_called_a_key(text: &str, word: &std::ops::Range<usize>) -> bool {
    let start = text[..word.start].char_indices().rev().take(BEFORE).last().map_or(word.start, |(at, _)| at);
    let near = text[start..word.start].rsplit('\n').next().unwrap_or_default().to_lowercase();
    // Some other system's ID, as random as a key.
    if near.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).ends_with("lead_id") {
        return false;
    }
    let names = ["key", "token", "secret", "password", "schlüssel", "clave", "://", "-u ", "--user"];
    // "key (removed)", and not "was the lead removed? Key: …".
    let Some(behind) = names.iter().filter_map(|name| near.rfind(name).map(|at| at + name.len())).max() else {
        return false;
    };
    !["removed", "hidden", "masked", "redacted"].iter().any(|gone| near[behind..].contains(gone))
}

/// Whether a value is a key and not what stands for one.
fn is_in_clear(value: &str) -> bool {
    value.len() >= 6 && !is_hidden_key(value) && !is_placeholder(value, &["buyerapikeyhere", "api_key"])
}

/// Where the ticket shows a key in clear.
pub(super) fn shown_key(look: &Look<'_>, found: &[Found]) -> Option<Span> {
    let value = look.value("api_key")?;
    let is_hidden =
        look.is_unknown("api_key") || found.iter().any(|found| matches!(found.id, "key-masked" | "key-placeholder"));
    (!is_hidden && is_in_clear(value)).then(|| look.place("api_key")).flatten()
}
