//! The size of answers, by which a log shows those that differ.

use super::causes::place_of;
use super::evidence::Evidence;
use super::judged::{Judged, Standing};
use super::look::{Found, Grade};
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

/// Where the answers of one size are those to requests with a fault that shows, it is they that were refused, however many they are.
pub(super) fn compare_sizes(items: &mut [Judged]) {
    let is_faulty = |judged: &Judged| {
        judged.standing == Standing::Usual
            && judged.evidence == Evidence::Fine
            && judged.causes.first().is_some_and(|first| {
                first.grade != Grade::Possible && matches!(place_of(first.id).0, "key" | "lead" | "status" | "query")
            })
    };
    if !items.iter().any(is_faulty) {
        return;
    }
    for judged in items.iter_mut().filter(|judged| judged.standing == Standing::Odd) {
        if let Some(first) = judged.causes.first_mut().filter(|first| first.id == "cannot-tell") {
            *first = Found::new("nothing-wrong", Grade::Likely, None, "the request is right");
            (judged.standing, judged.is_failure, judged.evidence) = (Standing::Usual, false, Evidence::Fine);
        }
    }
}

/// How long the answer was to a request that HTTP calls a success.
pub(super) fn has_size(item: &Item) -> Option<u64> {
    let is_fine = item.answer.as_ref().is_none_or(|answer| matches!(answer.http_status, None | Some(200)));
    item.logged.bytes_sent.filter(|_| is_fine)
}
