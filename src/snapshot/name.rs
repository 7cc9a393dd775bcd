//! Which file belongs to which step, so that no two steps share one and none leads out of its directory.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::visible::visible_line;

/// The name of a step's snapshot, which is the file's name without its extension: `codes.wrong-case`, or
/// `updates.set-anew@second` for the step `second` of a scenario that has several.
///
/// Any other character than an ASCII letter, digit, `-` or `_` stands percent-encoded, so that different
/// steps have different names, and a name is allowed wherever that of the scenario is. Two that differ only in
/// case are one file on some file systems.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotName(String);

/// What an accepted snapshot's file name ends with.
pub(super) const ACCEPTED: &str = ".snap";
/// What a pending snapshot's file name ends with.
pub(super) const PENDING: &str = ".snap.new";
/// What may not stand in a file name as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

impl SnapshotName {
    /// The name for a scenario's only step, or for the one of that name.
    pub fn new(scenario_id: &str, step: Option<&str>) -> Self {
        let encoded = |part| utf8_percent_encode(part, ENCODED).to_string();
        let scenario = scenario_id.split('/').map(encoded).collect::<Vec<_>>().join(".");
        Self(match step {
            Some(step) => format!("{scenario}@{}", encoded(step)),
            None => scenario,
        })
    }

    /// The name of an accepted or pending snapshot, by its file and the ending that such files have. Hidden files are not ours,
    /// editors and tools keep them. Nor is a path, or a name that would play tricks on the terminal it is shown on.
    pub(super) fn of_file(file_name: &str, ending: &str) -> Option<Self> {
        let stem = file_name.strip_suffix(ending)?;
        let is_ours = !stem.is_empty() && !stem.starts_with('.') && !stem.contains('/') && visible_line(stem) == stem;
        is_ours.then(|| Self(stem.to_owned()))
    }

    /// The file of the accepted snapshot: `codes.wrong-case.snap`.
    pub fn file_name(&self) -> String {
        format!("{self}{ACCEPTED}")
    }

    /// The file of the pending snapshot: `codes.wrong-case.snap.new`.
    pub fn pending_file_name(&self) -> String {
        format!("{self}{PENDING}")
    }
}

impl fmt::Display for SnapshotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{ACCEPTED, PENDING, SnapshotName};
    use proptest::prelude::*;

    fn named(id: &str, step: Option<&str>) -> String {
        SnapshotName::new(id, step).to_string()
    }

    #[test]
    fn a_name_is_the_id_with_dots_and_the_step() {
        assert_eq!(named("codes/wrong-case", None), "codes.wrong-case");
        assert_eq!(named("updates/set-anew", Some("second")), "updates.set-anew@second");
        let name = SnapshotName::new("codes/wrong-case", None);
        assert_eq!(name.file_name(), "codes.wrong-case.snap");
        assert_eq!(name.pending_file_name(), "codes.wrong-case.snap.new");
    }

    #[test]
    fn what_a_file_system_may_refuse_is_encoded() {
        assert_eq!(named("a.b/c", Some("the same: again?")), "a%2Eb.c@the%20same%3A%20again%3F");
        assert_eq!(named("../../etc", None), "%2E%2E.%2E%2E.etc");
        assert_eq!(named("ü", None), "%C3%BC");
    }

    #[test]
    fn other_files_have_no_name() {
        assert_eq!(SnapshotName::of_file("notes.txt", ACCEPTED), None);
        assert_eq!(SnapshotName::of_file(".snap", ACCEPTED), None);
        assert_eq!(SnapshotName::of_file(".hidden.snap", ACCEPTED), None);
        assert_eq!(SnapshotName::of_file("a\u{1b}[2J.snap", ACCEPTED), None);
        assert_eq!(SnapshotName::of_file("a.snap.new", ACCEPTED), None);
        assert_eq!(SnapshotName::of_file("a.snap", PENDING), None);
    }

    proptest! {
        #[test]
        fn a_file_tells_its_name(id in "[a-z][a-z0-9/._@%-]{0,20}", step in proptest::option::of(any::<String>())) {
            let name = SnapshotName::new(&id, step.as_deref());
            let accepted = SnapshotName::of_file(&name.file_name(), ACCEPTED);
            prop_assert_eq!(accepted.as_ref(), Some(&name));
            let pending = SnapshotName::of_file(&name.pending_file_name(), PENDING);
            prop_assert_eq!(pending.as_ref(), Some(&name));
        }

        #[test]
        fn different_steps_have_different_names(
            one in ("[a-c./@%]{1,4}", proptest::option::of("[a-c./@%]{0,2}")),
            other in ("[a-c./@%]{1,4}", proptest::option::of("[a-c./@%]{0,2}")),
        ) {
            let same = named(&one.0, one.1.as_deref()) == named(&other.0, other.1.as_deref());
            prop_assert_eq!(same, one == other);
        }
    }
}
