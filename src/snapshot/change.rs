//! What changes a pack's snapshots: a new answer laid beside, a decision over it, and the removal of what no step expects.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::disk::{remove_file, write_file};
use super::error::StoreError;
use super::file::Snapshot;
use super::name::SnapshotName;
use super::store::Store;

impl Store {
    /// Lays a snapshot beside the accepted one, for a person to decide, in place of an earlier one.
    /// Fails when the pack is built in, or the file cannot be written.
    pub fn write_pending(&self, name: &SnapshotName, new: &Snapshot) -> Result<(), StoreError> {
        self.writable(name)?;
        write_file(&self.pending_path(name), &new.to_text())
    }

    /// Takes back the pending snapshot, for a step that is as expected again. Returns whether there was one.
    /// Fails when the file cannot be deleted.
    pub fn remove_pending(&self, name: &SnapshotName) -> Result<bool, StoreError> {
        if self.is_read_only() {
            return Ok(false);
        }
        remove_file(&self.pending_path(name))
    }

    /// Makes the pending snapshot the accepted one.
    /// Fails when nothing is pending, it is no snapshot, or the file cannot be written.
    pub fn accept(&self, name: &SnapshotName) -> Result<(), StoreError> {
        self.writable(name)?;
        let pending = self.read_pending(name)?;
        let pending = pending.ok_or_else(|| StoreError::NothingPending(self.pending_path(name)))?;
        // Written anew rather than renamed: what other tools add to a pending file does not belong into
        // an accepted one. Interrupted in between, both stand there and are equal.
        write_file(&self.path(name), &pending.to_text())?;
        self.remove_pending(name)?;
        Ok(())
    }

    /// Deletes the pending snapshot and leaves the accepted one as it is.
    /// Fails when nothing is pending, or the file cannot be deleted.
    pub fn reject(&self, name: &SnapshotName) -> Result<(), StoreError> {
        self.writable(name)?;
        if self.remove_pending(name)? { Ok(()) } else { Err(StoreError::NothingPending(self.pending_path(name))) }
    }

    /// The accepted and pending snapshots that belong to none of the expected steps.
    /// Fails when the directory cannot be listed.
    pub fn orphans(&self, expected: &BTreeSet<SnapshotName>) -> Result<BTreeSet<SnapshotName>, StoreError> {
        Ok(self.names()?.union(&self.pending()?).filter(|name| !expected.contains(*name)).cloned().collect())
    }

    /// Deletes the accepted and pending snapshots of these names. Returns the files that are gone.
    /// Fails when the pack is built in, or a file cannot be deleted.
    pub fn prune(&self, names: &BTreeSet<SnapshotName>) -> Result<Vec<PathBuf>, StoreError> {
        let mut gone = Vec::new();
        for name in names {
            self.writable(name)?;
            for path in [self.path(name), self.pending_path(name)] {
                if remove_file(&path)? {
                    gone.push(path);
                }
            }
        }
        Ok(gone)
    }

    fn writable(&self, name: &SnapshotName) -> Result<(), StoreError> {
        if self.is_read_only() {
            return Err(StoreError::ReadOnly(self.path(name)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Snapshot, SnapshotName, Store, StoreError};
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    fn name(id: &str) -> SnapshotName {
        SnapshotName::new(id, None)
    }

    fn answer(body: &str) -> Snapshot {
        Snapshot::of("scenarios/a.yaml", "a: lead_id=1", 200, "text/xml", body.as_bytes())
    }

    fn files(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn set(ids: &[&str]) -> BTreeSet<SnapshotName> {
        ids.iter().map(|id| name(id)).collect()
    }

    #[test]
    fn a_pending_snapshot_becomes_the_accepted_one() {
        let pack = tempfile::tempdir().unwrap();
        let directory = pack.path().join("deep/snapshots");
        let store = Store::directory(&directory);
        assert_eq!(store.names().unwrap(), set(&[]));
        assert_eq!(store.read(&name("a/b")).unwrap(), None);

        store.write_pending(&name("a/b"), &answer("<a/>")).unwrap();
        assert_eq!(files(&directory), ["a.b.snap.new"]);
        assert_eq!(store.pending().unwrap(), set(&["a/b"]));
        assert_eq!(store.names().unwrap(), set(&[]));

        store.accept(&name("a/b")).unwrap();
        assert_eq!(files(&directory), ["a.b.snap"]);
        assert_eq!(store.read(&name("a/b")).unwrap(), Some(answer("<a/>")));
    }

    #[test]
    fn a_rejected_snapshot_leaves_the_accepted_one() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::directory(directory.path());
        store.write_pending(&name("a"), &answer("<a/>")).unwrap();
        store.accept(&name("a")).unwrap();
        store.write_pending(&name("a"), &answer("<b/>")).unwrap();
        store.write_pending(&name("a"), &answer("<c/>")).unwrap();
        assert_eq!(store.read_pending(&name("a")).unwrap(), Some(answer("<c/>")));
        store.reject(&name("a")).unwrap();
        assert_eq!(store.read(&name("a")).unwrap(), Some(answer("<a/>")));
        assert_eq!(files(directory.path()), ["a.snap"]);
        assert!(!store.remove_pending(&name("a")).unwrap());
        for error in [store.accept(&name("a")), store.reject(&name("a"))] {
            assert!(matches!(error, Err(StoreError::NothingPending(_))));
        }
    }

    #[test]
    fn what_another_tool_added_to_a_pending_file_is_not_accepted_with_it() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::directory(directory.path());
        let text = answer("<a/>").to_text();
        let extended = text.replacen("info:", "assertion_line: 4\ninfo:", 1);
        fs::write(store.pending_path(&name("a")), extended.replace('\n', "\r\n")).unwrap();
        store.accept(&name("a")).unwrap();
        assert_eq!(fs::read_to_string(store.path(&name("a"))).unwrap(), text);
    }

    #[test]
    fn orphans_are_found_and_pruned_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::directory(directory.path());
        for id in ["kept", "gone", "both"] {
            store.write_pending(&name(id), &answer("<a/>")).unwrap();
        }
        store.accept(&name("kept")).unwrap();
        store.accept(&name("both")).unwrap();
        store.write_pending(&name("both"), &answer("<b/>")).unwrap();
        fs::create_dir(directory.path().join("directory.snap")).unwrap();
        fs::write(directory.path().join("notes.txt"), "").unwrap();
        fs::write(directory.path().join(".kept.snap"), "").unwrap();

        let orphans = store.orphans(&set(&["kept"])).unwrap();
        assert_eq!(orphans, set(&["both", "gone"]));
        assert_eq!(
            store.prune(&orphans).unwrap(),
            [store.path(&name("both")), store.pending_path(&name("both")), store.pending_path(&name("gone"))]
        );
        assert_eq!(files(directory.path()), [".kept.snap", "directory.snap", "kept.snap", "notes.txt"]);
    }

    #[test]
    fn the_built_in_pack_is_never_written() {
        let store = Store::built_in(&[("a.snap", "---\n---\n<a/>\n")]);
        assert_eq!(store.orphans(&set(&[])).unwrap(), set(&["a"]));
        assert!(!store.remove_pending(&name("a")).unwrap());
        let answer = answer("<a/>");
        for refused in [
            store.write_pending(&name("a"), &answer),
            store.accept(&name("a")),
            store.reject(&name("a")),
            store.prune(&set(&["a"])).map(drop),
        ] {
            assert!(matches!(refused, Err(StoreError::ReadOnly(_))));
        }
    }
}
