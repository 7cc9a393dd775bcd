//! A report holds all that its judgement rests on.

use caketester::judge::{Report, Terms, rejudge};
use caketester::render::{json, read_json};

/// Whoever reads a report and judges it again comes to the same.
#[track_caller]
pub(crate) fn assert_judged_alike_again(terms: &Terms, report: &Report) {
    let text = json(report);
    let again = rejudge(terms, read_json(&text).expect("it can be read"), None).expect("it is of this pack");
    let again = json(&again);
    if again != text {
        let differing = text.lines().zip(again.lines()).enumerate().find(|(_, (was, is))| was != is);
        let (at, (was, is)) = differing.expect("lines that differ");
        let before: Vec<&str> = text.lines().take(at).collect();
        let around = before[before.len().saturating_sub(60)..].join("\n");
        panic!("judged again, it is another:\n{around}\nwas {was}\nis  {is}");
    }
}

/// What of a report is another in every run: times, and ports.
pub(crate) const OF_THE_RUN: [&str; 7] = ["duration_ms", "started", "at", "ended", "host", "head", "headers"];
