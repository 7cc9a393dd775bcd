//! The size of answers, by which a log shows those that differ.

use super::ticket::Item;

/// The size that most answers of a log have, where there are several.
pub(super) fn usual_size(items: &[Item]) -> Option<u64> {
    let mut sizes: Vec<u64> = items.iter().filter_map(has_size).collect();
    let count = sizes.len();
    if sizes.len() < 3 {
        return None;
    }
    sizes.sort_unstable();
    sizes
        .chunk_by(|a, b| a == b)
        .max_by_key(|same| same.len())
        .filter(|same| same.len() * 2 > count)
        .map(|same| same[0])
}

/// How long the answer was to a request that HTTP calls a success.
pub(super) fn has_size(item: &Item) -> Option<u64> {
    let is_fine = item.answer.as_ref().is_none_or(|answer| matches!(answer.http_status, None | Some(200)));
    item.logged.bytes_sent.filter(|_| is_fine)
}
