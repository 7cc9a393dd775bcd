//! Values that stand in each other's place.

use crate::support::look::{Grade, Look, looks_like_a_lead_id};

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
        () => return,
    };
    let name = if message.contains("as status") { "status" } else { "lead_id" };
    look.add("values-swapped", Grade::Likely, look.place(name), message);
}
