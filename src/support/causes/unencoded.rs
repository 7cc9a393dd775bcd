//! What is not encoded: a space in the query, and values that code puts into a URL as they are; or what code encodes twice.

use crate::support::evidence::Evidence;
use crate::support::look::{Grade, Look, ends_in_an_escape, shown};
use crate::support::phrases::{Says, advice, phrases};
use crate::support::ticket::{FailureKind, Form, MarkKind};
use crate::support::{Item, Span};

/// A status that a program's log names, with a sign that ends it in a URL, where the program's code does not encode it.
fn of_logged(look: &mut Look<'_>) {
    let is_put_in = |item: &Item| {
        matches!(item.form, Form::Url | Form::Fetch) && item.marks.iter().any(|mark| mark.kind == MarkKind::Variable)
    };
    let status = look.value("status").unwrap_or_default();
    let sign = status.chars().find(|c| matches!(c, '&' | '#' | '+'));
    let Some(sign) = sign.filter(|_| look.item.form == Form::Answer && look.evidence == Evidence::Code(3)) else {
        return;
    };
    if !look.others.iter().any(is_put_in) || look.prose.means("encoders") {
        return;
    }
    let sent =
        if sign == '+' { status.replace('+', " ") } else { status.split(sign).next().unwrap_or_default().to_owned() };
    let message = format!("the code puts {} into the URL as it is, and CAKE gets {}", shown(status), shown(&sent));
    look.add_with(
        "value-unencoded",
        Grade::Likely,
        look.place("status"),
        message,
        how_to_encode("not-encoded", look.prose),
    );
}

/// How to encode a value where the ticket has the code; empty where it has none.
pub(super) fn of_ticket(look: &Look<'_>) -> String {
    let has_code = look.others.iter().any(|item| item.marks.iter().any(|mark| mark.kind == MarkKind::Variable));
    match how_to_encode("whole-encoded", look.prose) {
        help if !help.is_empty() => help,
        _ if has_code => how_to_encode("not-encoded", look.prose),
        _ => String::new(),
    }
}

/// How to encode a value in the language of the code; empty where the ticket does not show it.
fn how_to_encode(table: &str, prose: &str) -> String {
    match advice(table, prose) {
        "" => String::new(),
        what => format!("encode each value by itself before it is put into the URL: {what}"),
    }
}

pub(super) fn check(look: &mut Look<'_>) {
    of_logged(look);
    let is_code = |kind: MarkKind| matches!(kind, MarkKind::Variable | MarkKind::Continues);
    // What stands apart is put into the URL by a library, which encodes it.
    let is_built = look.mark(MarkKind::Apart).is_some();
    let has_body = look.request.is_some_and(|request| request.body.is_some());
    if is_built
        || has_body
        || !matches!(look.item.form, Form::Url | Form::Fetch)
        || !look.item.marks.iter().any(|mark| is_code(mark.kind))
    {
        return;
    }
    let place = look.place("status").or_else(|| look.mark(MarkKind::Continues).map(|mark| mark.place));
    if let Some(twice) = phrases("encodes-twice").iter().find(|twice| look.prose.contains(&***twice)) {
        let message = format!("the code encodes twice: {twice}…");
        return look.add("status-encoded-twice", Grade::Likely, place, message);
    }
    if look.prose.means("encoders") {
        return;
    }
    let help = how_to_encode("not-encoded", look.prose);
    // A status with such a sign, which somebody names, is broken by it, and a URL with a space refused.
    let sign = sign_in_words(look.prose);
    let sign = sign.filter(|sign| look.evidence.is_failure() || is_refused_in_a_table(look.prose, sign));
    let is_it = look.evidence == Evidence::Http(400) || look.prose.contains("#value!") || sign.is_some();
    let grade = if is_it { Grade::Likely } else { Grade::Possible };
    let message = sign.map_or("the code puts values into the URL as they are".to_owned(), |sign| {
        format!("a status with {sign} ends at it, and what CAKE gets is another one")
    });
    look.add_with("value-unencoded", grade, place, message, help);
}

/// Whether a row of a table has the sign in one of its values, and a refusal at its end: `A61B2D82  Quote & Bind  3`.
fn is_refused_in_a_table(prose: &str, sign: &str) -> bool {
    prose.lines().filter(|line| line.contains(sign)).any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.len() > 3 && words.last().is_some_and(|last| matches!(*last, "1" | "2" | "3" | "4"))
    })
}

/// The sign that ends a value in a word that somebody writes: `Approved & Signed`, `Attempt #3`.
fn sign_in_words(prose: &str) -> Option<&'static str> {
    let is_between = |sign: &str| {
        prose.match_indices(sign).any(|(at, _)| {
            let (before, behind) = (&prose[..at], &prose[at + sign.len()..]);
            let line = behind[..behind.floor_char_boundary(80)].lines().next().unwrap_or_default();
            // Basic and Excel join texts so.
            let joins = line.contains("& \"") || line.contains("\" &") || line.contains("&\"");
            before.ends_with(char::is_alphabetic) && behind.starts_with(char::is_alphanumeric) && !joins
        })
    };
    [" & ", " #"].into_iter().find(|sign| is_between(sign)).map(str::trim)
}

/// A space in the query that is not encoded.
pub(super) fn spaces(look: &mut Look<'_>, query: &str, place: Option<Span>) {
    let is_refused = look.evidence == Evidence::Failed(FailureKind::Url);
    // It may be another character.
    let has_line = look.parameters.iter().filter_map(|one| one.value.as_deref()).any(ends_in_an_escape);
    let is_other = !query.contains(' ') && (has_line || query.to_ascii_lowercase().contains("%u"));
    if !is_other && is_refused || look.prose.says(&["illegal character in query", "invalid uri", "bad uri"]) {
        let message = "the library refuses a character in the URL, and sent nothing";
        look.add("space-unencoded", Grade::Likely, place, message);
    } else if query.contains(' ')
        && !is_space_in_mask_alone(look, query)
        && (matches!(look.item.form, Form::RawHttp | Form::Curl | Form::LogCombined)
            || look.evidence == Evidence::Http(400))
    {
        look.add("space-unencoded", Grade::Likely, place, "the query holds a raw space");
    } else if query.trim_end().contains(' ')
        && !is_space_in_mask_alone(look, query)
        && look.mark(MarkKind::JoinedLines).is_none()
        && look.item.form == Form::Url
        && look.evidence.is_failure()
    {
        look.add("space-unencoded", Grade::Possible, place, "the URL holds a raw space");
    }
}

/// Whether no space stands in the query but in `<our key>`, which nobody sends.
fn is_space_in_mask_alone(look: &Look<'_>, query: &str) -> bool {
    look.is_key_hidden() && !query.replacen(&*look.sent("api_key"), "", 1).contains(' ')
}
