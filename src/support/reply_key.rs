//! What a reply says of a key that the ticket shows.

use super::diagnose::Diagnosis;
use super::look::{Grade, Variant};
use super::matter::posts_a_lead;

/// That keys are to be hidden, and what becomes of this one; `is_awaited` where nothing is to be sent before a new one is there.
pub(super) fn shown_key(diagnosis: &Diagnosis, text: &str, is_awaited: bool) -> &'static str {
    let has = |id: &str| diagnosis.causes().iter().any(|found| found.id == id);
    // A key that is nobody's cannot be replaced.
    let is_foreign = diagnosis.causes().iter().any(|found| found.variant == Variant::Foreign) || posts_a_lead(text);
    let is_part = diagnosis.causes().iter().any(|found| found.id == "key-cut" && found.grade == Grade::Certain);
    match () {
        () if is_foreign => "Your message shows a key. Please hide keys in tickets.",
        () if has("key-unknown") => "Your message shows an API key. Please hide keys in tickets.",
        () if is_awaited && is_part => {
            "Your message shows a part of your API key. Please hide keys in tickets. We will send you a new key: please wait for it before you send anything again, and if CAKE does not answer code 0 then, send us its answer."
        }
        () if is_awaited => {
            "Your message shows your API key. Please hide keys in tickets. We will send you a new key: please wait for it before you send anything again, and if CAKE does not answer code 0 then, send us its answer."
        }
        () => {
            "Your message shows your API key. Please hide keys in tickets. We will send you a new key; use it from then on."
        }
    }
}

/// What to do about a cause where a new key comes; none where that is the same as with the old one.
pub(super) fn until_it_is_there(id: &str) -> Option<&'static str> {
    match id {
        "code-1" => {
            Some("What to do: wait for the new key that we will send you, and use it with the host that we gave you.")
        }
        "key-cut" | "key-case" => {
            Some("What to do: wait for the new key that we will send you, and copy all of it, exactly as it is.")
        }
        _ => None,
    }
}
