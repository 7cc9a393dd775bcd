//! Values that stand in each other's place, and what code does to a value: it changes its letter case, or fills in no variable.

use crate::protocol::Code;
use crate::support::evidence::Evidence;
use crate::support::look::{Grade, Look, folded, looks_like_a_lead_id};
use crate::support::phrases::Says;
use crate::support::ticket::MarkKind;

/// The key's value under another name, and the lead's or a status under the key's.
pub(super) fn check(look: &mut Look<'_>) {
    let [key, lead, status] = ["api_key", "lead_id", "status"].map(|name| look.value(name).unwrap_or_default());
    let keys = look.know.keys().unwrap_or_default();
    let is_key = |text: &str| {
        let is_mixed = || {
            let groups = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).count();
            groups > 2
                && text.bytes().any(|byte| byte.is_ascii_lowercase())
                && text.bytes().any(|byte| byte.is_ascii_uppercase())
        };
        keys.contains(&text) || text.len() >= 10 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) && is_mixed()
    };
    let message = match () {
        () if looks_like_a_lead_id(key) && is_key(lead) => "the values of api_key and lead_id are swapped",
        () if is_key(status) && !is_key(key) && !key.is_empty() => "the values of api_key and status are swapped",
        () if is_key(status) => "the key is sent as status",
        () if is_key(lead) && looks_like_a_lead_id(status) => "the key is sent as lead_id, and the lead ID as status",
        () if looks_like_a_lead_id(status) && !lead.is_empty() && !looks_like_a_lead_id(lead) => {
            "the values of lead_id and status are swapped"
        }
        () if is_key(lead) && key == lead => "the key is sent as lead_id",
        () => match of_variables(look) {
            Some(message) => message,
            None => return,
        },
    };
    let name = if message.contains("as status") { "status" } else { "lead_id" };
    look.add("values-swapped", Grade::Likely, look.place(name), message);
}

/// The same of the variables that hold the values: `api_key={leadId}&lead_id={apiKey}`.
fn of_variables(look: &Look<'_>) -> Option<&'static str> {
    let [key, lead, status] = ["api_key", "lead_id", "status"].map(|name| {
        let value = look.value(name).filter(|_| look.is_unknown(name));
        folded(value.unwrap_or_default())
    });
    let is_key = |name: &str| name.contains("apikey") || name.ends_with("key") || name.ends_with("token");
    let is_lead = |name: &str| name.contains("leadid") || name == "lead";
    let is_status = |name: &str| name.contains("status") || name.contains("dispo");
    Some(match () {
        () if is_lead(&key) && !is_key(&key) && is_key(&lead) => "the values of api_key and lead_id are swapped",
        () if is_status(&key) && !is_key(&key) && is_key(&status) => "the values of api_key and status are swapped",
        () if is_status(&lead) && !is_lead(&lead) && is_lead(&status) && !is_status(&status) => {
            "the values of lead_id and status are swapped"
        }
        () => return None,
    })
}

/// What makes lower case, in lower case, in the languages that people write in; and what makes upper case.
const LOWER: [&str; 6] = ["tolower", "strtolower", ".lower(", "downcase", "lcase(", "lower("];
const UPPER: [&str; 6] = ["toupper", "strtoupper", ".upper(", "upcase", "ucase(", "upper("];

/// Code that changes the letter case of a value.
pub(super) fn recased(look: &mut Look<'_>) {
    // CAKE writes lead IDs in upper case.
    let all: [(_, _, Code, &[&[&str]]); 2] = [
        ("lead_id", "lead-case", Code::LEAD_NOT_FOUND, &[&LOWER]),
        ("status", "status-case", Code::STATUS_NOT_RECOGNISED, &[&LOWER, &UPPER]),
    ];
    for (name, id, code, functions) in all {
        let is_code = look.is_unknown(name);
        let value = look.value(name).filter(|_| is_code).unwrap_or_default().to_lowercase();
        if functions.iter().copied().flatten().any(|function| value.contains(function)) {
            // Another code has another cause.
            let is_other = matches!(look.evidence, Evidence::Code(came) if came != code.0);
            let grade = if is_other { Grade::Possible } else { Grade::Likely };
            look.add(id, grade, look.place(name), format!("the code changes the letter case of {name}"));
        }
    }
}

/// `'…&lead_id=${lead.id}'` in JavaScript, `'…&lead_id=$lead'` in PHP, `'…&lead_id=#{lead}'` in Ruby.
pub(super) fn check_quotes(look: &mut Look<'_>) {
    if look.mark(MarkKind::Continues).is_none() {
        return;
    }
    for (name, id) in [("lead_id", "lead-placeholder"), ("status", "status-placeholder")] {
        let is_literal = !look.is_unknown(name)
            && look
                .value(name)
                .is_some_and(|value| value.starts_with("${") || value.starts_with("{$") || value.starts_with('$'));
        if is_literal {
            let message = format!("single quotes stand around {name}, so no variable is filled in");
            let help = "use other quotes: ` in JavaScript, \" in PHP and Ruby";
            look.add_with(id, Grade::Likely, look.place(name), message, help);
        }
    }
}

/// Python joins strings that follow each other, and each needs an f of its own: `f"…?api_key={key}" "&lead_id={lead}"`.
pub(super) fn check_f_strings(look: &mut Look<'_>) {
    if !look.prose.says(&["f\"http", "f'http"]) {
        return;
    }
    for (name, id) in [("lead_id", "lead-placeholder"), ("status", "status-placeholder")] {
        let is_literal = ["\"", "'"].iter().any(|quote| {
            let starts = format!("{quote}&{name}={{");
            look.prose.match_indices(&*starts).any(|(at, _)| !look.prose[..at].ends_with(['f', 'r']))
        });
        if is_literal {
            let message = format!("the string with {name}={{…}} has no f, so the braces are sent as they stand");
            look.add_with(id, Grade::Likely, look.place(name), message, "put an f before each of the strings");
        }
    }
}
