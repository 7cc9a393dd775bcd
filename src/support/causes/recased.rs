//! Code that changes the letter case of a value.

use crate::protocol::Code;
use crate::support::evidence::Evidence;
use crate::support::look::{Grade, Look};

/// What makes lower case, in lower case, in the languages that people write in; and what makes upper case.
const LOWER: [&str; 6] = ["tolower", "strtolower", ".lower(", "downcase", "lcase(", "lower("];
const UPPER: [&str; 6] = ["toupper", "strtoupper", ".upper(", "upcase", "ucase(", "upper("];

pub(super) fn check(look: &mut Look<'_>) {
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
