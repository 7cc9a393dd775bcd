//! Which scenarios a network leaves nothing of, said once for each reason.

use indexmap::IndexMap;

use crate::pack::{Pack, Selection};
use crate::plural::plural;

/// A note for each reason why selected scenarios are out of scope.
pub(crate) fn out_of_scope(pack: &Pack, selection: &Selection) -> Vec<String> {
    let mut why: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for scenario in selection.of(pack).into_iter().map(|entry| &entry.scenario) {
        if let Some(reason) = &scenario.out_of_scope {
            why.entry(reason).or_default().push(scenario.id.as_str());
        }
    }
    let note = |(reason, ids): (&str, Vec<&str>)| match ids[..] {
        [one] => format!("{one} is out of scope: {reason}"),
        [first, ..] => format!("{} are out of scope, first {first}: {reason}", plural(ids.len(), "scenario")),
        [] => String::new(),
    };
    why.into_iter().map(note).collect()
}
