//! The lead's ID.

use super::tools::of_tool;
use crate::cake::Reason;
use crate::support::Span;
use crate::support::evidence::Evidence;
use crate::support::field_at::is_a_spreadsheets_number;
use crate::support::look::{
    Found, Grade, Look, Variant, ends_in_an_escape, is_invisible, is_placeholder, looks_like_a_lead_id, shown,
};
use crate::support::phrases::Says;
use crate::support::random::random_words;

/// What looks like a CAKE Lead ID in the line of a log that has another ID; none where there are several.
fn beside(prose: &str, value: &str) -> Option<String> {
    let value = value.to_lowercase();
    // A request may hold a key, which may look like one too.
    let is_of_log = |line: &str| line.says(&["->", "cake", "lead"]) && !line.contains("api") && !line.contains("://");
    let line =
        prose.lines().find(|line| line.len() < 1_000 && line.contains(&value) && is_of_log(line))?.to_uppercase();
    let mut others = line.split(|c: char| !c.is_alphanumeric()).filter(|word| {
        looks_like_a_lead_id(word)
            && word.bytes().any(|byte| byte.is_ascii_alphabetic())
            && !value.contains(&word.to_lowercase())
    });
    others.next().filter(|_| others.next().is_none()).map(str::to_owned)
}

/// How many characters a CAKE Lead ID usually has.
const USUAL_LENGTH: usize = 8;

pub(super) fn check(look: &mut Look<'_>) {
    if look.is_mention() {
        return;
    }
    let Some(value) = look.value("lead_id").map(str::to_owned) else {
        let place = look.request.and_then(|request| request.query.as_ref()).map(crate::support::Traced::whole);
        let is_of_lead = |name: &str| name.to_ascii_lowercase().replace(['-', '_'], "").contains("leadid");
        let mut headers = look.request.iter().flat_map(|request| &request.headers);
        let header = headers.find(|header| is_of_lead(&header.name));
        let message = header.map_or_else(
            || "lead_id is not in the query".to_owned(),
            |header| format!("lead_id is not in the query, and CAKE reads no header {}", header.name),
        );
        look.add("lead-missing", Grade::Certain, place, message);
        return;
    };
    let place = look.place("lead_id");
    if value.is_empty() && !look.is_unknown("lead_id") {
        look.add("lead-empty", Grade::Certain, place, "lead_id has no value");
        return;
    }
    if look.is_unknown("lead_id")
        || look.has("undefined-value") && ["undefined", "null", "none"].contains(&&*value.to_ascii_lowercase())
    {
        return;
    }
    if look.is_of_a_template() {
        return;
    }
    let trimmed = value.trim();
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let has_braces = value.contains('{') && value.contains('}');
    if has_braces || is_placeholder(&value, &["lead_id", "leadid", "lead-id", "id", "test", "lead"]) {
        let (whose, help) = of_tool(&value);
        look.add_with("lead-placeholder", Grade::Likely, place, format!("lead_id is {}{whose}", shown(&value)), help);
    } else if is_a_spreadsheets_number(&value) || is_beside_a_spreadsheets(look, &value) {
        let message = format!("a spreadsheet made a number of the ID: {}", shown(&value.replace(' ', "+")));
        look.put(Found::new("lead-shape", Grade::Likely, place, message).of(Variant::Spreadsheet));
    } else if ends_in_an_escape(&value)
        || value != trimmed
        || value.chars().any(|c| is_invisible(c) || c.is_control())
        || trimmed.contains(' ')
    {
        look.add("lead-space", Grade::Likely, place, format!("lead_id is {}", shown(&value)));
    } else if value.eq_ignore_ascii_case("C8097F17") {
        look.add("lead-sample", Grade::Likely, place, "C8097F17 is the documentation's example");
    } else if looks_alike(&value) {
        let message = lookalike(&value).unwrap_or_else(|| format!("lead_id is {}", shown(&value)));
        let meant = meant(&value).filter(|meant| meant.len() == 8 && is_hex(meant));
        let found = Found::new("lead-lookalike", Grade::Likely, place, message);
        look.put(match meant {
            Some(meant) => found.with_help(format!("{meant} is probably meant: compare it with the lead as it was delivered, and send the update with the right ID")).meaning(meant),
            None => found,
        });
    } else if let Some(found) = without_zeros(look, &value) {
        look.put(found);
    } else if is_of_another_system(&value) {
        look.put(of_another_system(look, &value, place));
    } else if is_hex(&value) && value.len() >= 6 && value.bytes().any(|byte| byte.is_ascii_lowercase()) {
        look.put(in_lower_case(look, &value, place));
    }
    let has_cause = look.found.iter().any(|found| found.id.starts_with("lead-"));
    match look.reason() {
        Some(Reason::LeadOfAnotherBuyer { owner, buyer, .. }) => {
            let message = format!("the lead belongs to {owner}, the key to {buyer}");
            look.add("lead-of-another-buyer", Grade::Certain, place, message);
        }
        Some(Reason::LeadNotFound { nearest, .. }) => {
            let id = match nearest {
                // Whether CAKE ignores letter case is not documented; that it answered with code 2 shows that it does not.
                Some(nearest) if nearest.eq_ignore_ascii_case(&value) && look.evidence != Evidence::Code(2) => {
                    let message = format!("the instance has {nearest}, not {}", shown(&value));
                    look.found.retain(|found| found.id != "lead-case");
                    return look.add("lead-case", Grade::Likely, place, message);
                }
                Some(nearest) if nearest.eq_ignore_ascii_case(&value) => "lead-case",
                Some(nearest) if nearest == trimmed => "lead-space",
                // The ID is unknown without the space too.
                _ if look.has("lead-space") => return,
                _ if has_cause => return certain(look),
                _ => "lead-unknown",
            };
            let message = format!("the instance has no lead {}", shown(&value));
            look.put(Found::new(id, Grade::Certain, place, message).of(Variant::ByTheFile));
            certain(look);
        }
        Some(Reason::Success { .. } | Reason::StatusNotRecognised { .. } | Reason::SubStatusNotRecognised { .. }) => {
            look.found.retain(|found| !found.id.starts_with("lead-"));
        }
        _ if look.evidence == Evidence::Code(2) && !has_cause => {
            look.add(
                "lead-unknown",
                Grade::Possible,
                place,
                format!("CAKE answered with code 2 for {}", shown(&value)),
            );
        }
        _ => {}
    }
}

/// An ID of another system, and the one beside it in the ticket where there is one.
fn of_another_system(look: &Look<'_>, value: &str, place: Option<Span>) -> Found {
    // What looks like a key is not shown, whatever it is called.
    let is_hidden = random_words(value).next().is_some();
    let what = if is_hidden { format!("an ID of {} characters", value.chars().count()) } else { shown(value) };
    let message = format!("{what} is not shaped like a CAKE Lead ID");
    let found = Found::new("lead-shape", Grade::Likely, place, message);
    let found = if is_hidden { found.of(Variant::Hidden) } else { found };
    let beside = beside(look.prose, value);
    let is_salesforce = matches!(value.len(), 15 | 18) && (value.starts_with("00Q") || value.starts_with("003"));
    if is_salesforce {
        let help = "this is the ID of a Salesforce record: send the CAKE Lead ID that came with the lead, from the field that holds it";
        found.with_help(help).with_ask("")
    } else if let Some(beside) = beside {
        found.with_help(format!("send the CAKE Lead ID that came with the lead: {beside}, which the ticket has beside it, looks like one")).with_ask("").meaning(beside)
    } else {
        found
    }
}

/// An ID in lower case, and how it is written in an update that CAKE took.
fn in_lower_case(look: &Look<'_>, value: &str, place: Option<Span>) -> Found {
    let found = Found::new("lead-case", Grade::Likely, place, format!("{} is in lower case", shown(value)));
    let sent = look.others.iter().filter(|item| Evidence::of(item) == Evidence::Code(0));
    let mut sent = sent.filter_map(|item| item.request.as_ref()?.read("lead_id"));
    let taken = sent.find(|other| *other != value && other.eq_ignore_ascii_case(value));
    match taken {
        Some(taken) => found.with_help(format!("send exactly: {taken}, as in the update that CAKE took")),
        None => found.with_help(format!(
            "send the ID as it came with the lead, most often in capitals: {}",
            value.to_uppercase()
        )),
    }
}

/// The instance has confirmed what was likely.
fn certain(look: &mut Look<'_>) {
    look.found.iter_mut().filter(|found| found.id.starts_with("lead-")).for_each(|found| found.grade = Grade::Certain);
}

/// The ID with digits in place of the letters that look like them; none where a letter of another alphabet is in it.
fn meant(value: &str) -> Option<String> {
    let digit = |c: char| match c {
        'O' | 'o' => '0',
        'I' | 'l' | 'i' => '1',
        'S' => '5',
        c => c,
    };
    value.is_ascii().then(|| value.chars().map(digit).collect())
}

/// A letter O, I or l among hexadecimal digits, or a letter of another alphabet.
fn looks_alike(value: &str) -> bool {
    let is_foreign = value.chars().any(|c| !c.is_ascii() && c.is_alphanumeric());
    let mended = meant(value).unwrap_or_default();
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_mixed = (6..=10).contains(&value.len())
        && mended != value
        && is_hex(&mended)
        && value.bytes().any(|byte| byte.is_ascii_digit());
    is_foreign && value.chars().count() <= 12 || is_mixed
}

/// Which character it is, and which one is meant.
fn lookalike(value: &str) -> Option<String> {
    let (at, c) = value.chars().enumerate().find(|(_, c)| !c.is_ascii_hexdigit())?;
    let place = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"].get(at)?;
    let meant = match c {
        'O' | 'o' => "; a 0 is probably meant",
        'I' | 'i' | 'l' => "; a 1 is probably meant",
        'S' => "; a 5 is probably meant",
        _ => " of another alphabet",
    };
    Some(format!("the {place} character of {} is the letter {c}{meant}", shown(value)))
}

/// Digits alone, where another update of the ticket has a number that a spreadsheet made: it drops the zeros at the front too.
fn is_beside_a_spreadsheets(look: &Look<'_>, value: &str) -> bool {
    let is_digits = value.len() != 8 && value.bytes().all(|byte| byte.is_ascii_digit());
    let of_others = look.others.iter().filter_map(|item| item.request.as_ref()?.lead_id());
    is_digits && of_others.into_iter().any(|id| is_a_spreadsheets_number(&id))
}

/// An ID that is too short, since what keeps it as a number drops the zeros at its front.
fn without_zeros(look: &Look<'_>, value: &str) -> Option<Found> {
    let is_hex = value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'A'..=b'F'));
    if !is_hex || !(4..USUAL_LENGTH).contains(&value.len()) || look.evidence == Evidence::Code(0) {
        return None;
    }
    let whole = format!("{value:0>USUAL_LENGTH$}");
    let is_named = look.prose.contains(&whole.to_ascii_lowercase());
    let is_short = value.len() == USUAL_LENGTH - 1 && value.bytes().any(|byte| byte.is_ascii_alphabetic());
    if !is_named && !is_short {
        return None;
    }
    let (message, last) = if is_named {
        (
            format!("{} lacks the zeros at its front: the ticket has {whole}", shown(value)),
            format!("{whole} for this one"),
        )
    } else {
        let message = format!("{} has {} characters: a zero at its front may be lost", shown(value), value.len());
        (message, "each as it came with the lead".to_owned())
    };
    let help =
        format!("keep the ID as text in the program and in every table on the way, not as a number, and send {last}");
    let found = Found::new("lead-shape", Grade::Likely, look.place("lead_id"), message);
    Some(found.with_help(help).of(Variant::Zeros))
}

fn is_of_another_system(value: &str) -> bool {
    let is_digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    value.contains('@')
        || value.matches('-').count() == 4 && value.len() == 36
        || is_digits && !(7..=8).contains(&value.len())
        || value.len() > 12
        || value.len() < 5
        || !is_plain
}
