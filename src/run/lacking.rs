//! A client that never sends a sub-status, or never a custom field: one mistake, asked about once and not in every scenario
//! that has one.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cake::is_parameter;
use crate::pack::Pack;
use crate::protocol::{Exchange, Update};
use crate::rules::Evidence;
use crate::scenario::{Basis, Need};

/// What of these updates never arrived in any form, although requests did.
pub(super) fn lacking<'u>(updates: impl IntoIterator<Item = &'u Update>, exchanges: &[Arc<Exchange>]) -> Vec<Need> {
    let calls: Vec<_> = exchanges.iter().filter(|it| Evidence::is_call(it)).map(|it| it.request.params()).collect();
    let (mut sub_status, mut fields) = (false, false);
    for update in updates {
        sub_status |= update.sub_status.is_some();
        fields |= !update.fields.is_empty();
    }
    // A field under another name arrived too: it is misnamed.
    let is_field = |name: &str| !is_parameter(name);
    let has_sub_status = || calls.iter().any(|params| params.get("sub_status").is_some_and(|sent| !sent.is_empty()));
    let has_field = || calls.iter().any(|params| params.names().any(is_field));
    let lacks = [(Need::SubStatus, sub_status && !has_sub_status()), (Need::Fields, fields && !has_field())];
    lacks.into_iter().filter(|(_, lacks)| *lacks && !calls.is_empty()).map(|(need, _)| need).collect()
}

/// Which of these scenarios, by position, need what a client lacks, apart from one for each need, which shows it; and a note.
pub(super) fn all_but_one(
    pack: &Pack,
    positions: &BTreeSet<usize>,
    lacking: &[Need],
) -> (BTreeSet<usize>, Option<String>) {
    let scenario = |at: usize| &pack.entries[at].scenario;
    let needing = |need: Need| positions.iter().copied().filter(move |at| scenario(*at).needs.contains(&need));
    let shows = |need: &Need| {
        needing(*need).min_by_key(|at| (scenario(*at).basis != Some(Basis::Documented), scenario(*at).needs.len()))
    };
    let kept: BTreeSet<usize> = lacking.iter().filter_map(shows).collect();
    let out: BTreeSet<usize> = lacking.iter().flat_map(|need| needing(*need)).filter(|at| !kept.contains(at)).collect();
    let what: Vec<&str> =
        lacking.iter().map(|need| if *need == Need::SubStatus { "no sub-status" } else { "no custom field" }).collect();
    let note = (!out.is_empty()).then(|| {
        format!("{} arrived in any request, so {} scenarios that need one were not run", what.join(" and "), out.len())
    });
    (out, note)
}
