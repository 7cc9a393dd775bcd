//! What a reply says of a key that the ticket shows.

use super::diagnose::Diagnosis;
use super::look::{Grade, Variant};
use super::matter::posts_a_lead;

/// That keys are to be hidden, and what becomes of this one; `is_awaited` where nothing is to be sent before a new one is there.
pub(super) fn shown_key(diagnosis: &Diagnosis, text: &str, is_awaited: bool) -> String {
    let causes = diagnosis.causes();
    // A key that is nobody's cannot be replaced.
    let is_foreign = causes.iter().any(|found| found.variant == Variant::Foreign) || posts_a_lead(text);
    let is_unknown = causes.iter().any(|found| found.id == "key-unknown");
    let is_part = causes.iter().any(|found| found.id == "key-cut" && found.grade == Grade::Certain);
    let what = match () {
        () if is_foreign => "a key",
        () if is_unknown => "an API key",
        () if is_awaited && is_part => "a part of your API key",
        () => "your API key",
    };
    let then = match () {
        () if is_foreign || is_unknown => "",
        () if is_awaited => {
            " We will send you a new key: please wait for it before you send anything again, and if CAKE does not answer code 0 then, send us its answer."
        }
        () => " We will send you a new key in its place; use it from then on.",
    };
    format!("Your message shows {what}. Please hide keys in tickets.{then}")
}

/// What to do about a cause where a new key comes; none where that is the same as with the old one.
pub(super) fn until_it_is_there(id: &str) -> Option<&'static str> {
    match id {
        "code-1" => {
            Some("What to do: wait for the new key that we will send you, and use it with the host that we gave you.")
        }
        "key-cut" => {
            Some("What to do: wait for the new key that we will send you, and copy all of it, exactly as it is.")
        }
        "key-case" => Some(
            "What to do: wait for the new key that we will send you, and copy it exactly as it is; see that no program or form changes its letters.",
        ),
        _ => None,
    }
}
