//! What the name of a field tells of its kind.

use super::phrases::Says;

/// Whether a field of this name is an amount, most likely.
pub(super) fn is_amount_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.says(&["amount", "commission", "revenue", "price", "premium", "payout", "value", "sum", "total"])
}
