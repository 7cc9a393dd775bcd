//! Parameters that code adds to a list in another statement.

use crate::support::json::Node;

/// What every update has. Of these a list has to have two; one alone may stand in any text.
pub(super) const NAMES: [&str; 3] = ["api_key", "lead_id", "status"];

/// As far from a list code adds to it.
const NEAR: usize = 2_000;

/// Whether code adds to a list what it lacks of a parameter.
pub(super) fn is_added_to(text: &str, list: &Node) -> bool {
    NAMES.into_iter().any(|name| list.get(text, name).is_none() && is_set(text, name, list))
}

/// Whether code sets a parameter outside a list: `params["lead_id"]`, `p.status =`, `update(lead_id=…)`.
fn is_set(text: &str, name: &str, list: &Node) -> bool {
    let part = list.part();
    let from = text.ceil_char_boundary(part.start.saturating_sub(NEAR));
    let near = &text[from..text.floor_char_boundary(part.end + NEAR)];
    near.match_indices(name).map(|(at, _)| from + at).any(|at| {
        let behind = text[at + name.len()..].trim_start_matches(['"', '\'', ']', ' ']);
        let is_name = text[..at].ends_with(['"', '\'', '.', '>', '(', ',', ' ']);
        let is_value = behind.starts_with([',', ':']) || behind.starts_with('=') && !behind.starts_with("==");
        !part.contains(&at) && is_name && is_value
    })
}
