//! What the name of a field tells of its kind.

/// Whether a field of this name is an amount, most likely.
pub(super) fn is_amount_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["amount", "commission", "revenue", "price", "premium", "payout", "value", "sum", "total"]
        .iter()
        .any(|word| lower.contains(word))
}
