//! A number of things, in words.

/// `1 step`, `2 steps`.
pub(crate) fn plural(count: impl TryInto<u64>, word: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
