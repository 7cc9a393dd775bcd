//! The snapshots of a pack: files in its `snapshots` directory, or a table in memory for the built-in pack, which cannot be written to.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::disk::{list_files, read_file};
use super::error::StoreError;
use super::file::Snapshot;
use super::name::{ACCEPTED, PENDING, SnapshotName};

/// Where a pack's snapshots are kept.
///
/// Only regular files that end in `.snap` or `.snap.new` are listed. Links, directories, hidden files and all others
/// are left alone.
#[derive(Debug, Clone)]
pub struct Store(StoredIn);

#[derive(Debug, Clone)]
enum StoredIn {
    Directory(PathBuf),
    BuiltIn(&'static [(&'static str, &'static str)]),
}

impl Store {
    /// The snapshots in this directory, which need not exist yet.
    pub fn directory(path: impl Into<PathBuf>) -> Self {
        Self(StoredIn::Directory(path.into()))
    }

    /// The snapshots in this table of file names and texts.
    pub fn built_in(files: &'static [(&'static str, &'static str)]) -> Self {
        Self(StoredIn::BuiltIn(files))
    }

    /// Whether nothing can be written here.
    pub fn is_read_only(&self) -> bool {
        matches!(self.0, StoredIn::BuiltIn(_))
    }

    /// Where the accepted snapshot stands, to tell a person.
    pub fn path(&self, name: &SnapshotName) -> PathBuf {
        self.place_of(&name.file_name())
    }

    /// Where the pending snapshot stands, to tell a person.
    pub fn pending_path(&self, name: &SnapshotName) -> PathBuf {
        self.place_of(&name.pending_file_name())
    }

    /// The accepted snapshot of a step, if there is one. Fails when it cannot be read, or is no snapshot.
    pub fn read(&self, name: &SnapshotName) -> Result<Option<Snapshot>, StoreError> {
        self.parsed(&name.file_name())
    }

    /// The text of the accepted snapshot of a step, if there is one, whatever it holds. Fails when it cannot be read.
    pub fn text(&self, name: &SnapshotName) -> Result<Option<Cow<'static, str>>, StoreError> {
        self.file(&name.file_name())
    }

    /// The pending snapshot of a step, if there is one. Fails when it cannot be read, or is no snapshot.
    pub fn read_pending(&self, name: &SnapshotName) -> Result<Option<Snapshot>, StoreError> {
        self.parsed(&name.pending_file_name())
    }

    /// The names of the accepted snapshots, readable or not. Fails when the directory cannot be listed.
    pub fn names(&self) -> Result<BTreeSet<SnapshotName>, StoreError> {
        self.list(ACCEPTED)
    }

    /// The names of the pending snapshots, readable or not. Fails when the directory cannot be listed.
    pub fn pending(&self) -> Result<BTreeSet<SnapshotName>, StoreError> {
        // In the built-in pack nothing waits for review.
        if self.is_read_only() { Ok(BTreeSet::new()) } else { self.list(PENDING) }
    }

    fn place_of(&self, file_name: &str) -> PathBuf {
        match &self.0 {
            StoredIn::Directory(directory) => directory.join(file_name),
            StoredIn::BuiltIn(_) => Path::new("(built-in pack)").join(file_name),
        }
    }

    fn file(&self, file_name: &str) -> Result<Option<Cow<'static, str>>, StoreError> {
        match &self.0 {
            StoredIn::Directory(directory) => Ok(read_file(&directory.join(file_name))?.map(Cow::Owned)),
            StoredIn::BuiltIn(files) => {
                Ok(files.iter().find(|(file, _)| *file == file_name).map(|(_, text)| Cow::Borrowed(*text)))
            }
        }
    }

    fn parsed(&self, file_name: &str) -> Result<Option<Snapshot>, StoreError> {
        let malformed = |reason| StoreError::Malformed { path: self.place_of(file_name), reason };
        self.file(file_name)?.map(|text| Snapshot::parse(&text).map_err(malformed)).transpose()
    }

    fn list(&self, ending: &str) -> Result<BTreeSet<SnapshotName>, StoreError> {
        let files = match &self.0 {
            StoredIn::Directory(directory) => list_files(directory)?,
            StoredIn::BuiltIn(files) => files.iter().map(|(file, _)| (*file).to_owned()).collect(),
        };
        Ok(files.iter().filter_map(|file| SnapshotName::of_file(file, ending)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Snapshot, SnapshotName, Store, StoreError};
    use std::collections::BTreeSet;
    use std::fs;

    fn name(id: &str) -> SnapshotName {
        SnapshotName::new(id, None)
    }

    fn answer(body: &str) -> Snapshot {
        Snapshot::of("scenarios/a.yaml", "a: lead_id=1", 200, "text/xml", body.as_bytes())
    }

    fn set(ids: &[&str]) -> BTreeSet<SnapshotName> {
        ids.iter().map(|id| name(id)).collect()
    }

    #[test]
    fn a_file_that_is_no_snapshot_is_listed_and_told() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::directory(directory.path());
        fs::write(store.pending_path(&name("a")), "<a/>").unwrap();
        fs::write(store.pending_path(&name("b")), [0xff]).unwrap();
        store.write_pending(&name("c"), &answer("<c/>")).unwrap();
        assert_eq!(store.pending().unwrap(), set(&["a", "b", "c"]));
        let error = store.accept(&name("a")).unwrap_err();
        assert!(error.to_string().contains("a.snap.new: it does not begin with"), "{error}");
        assert!(matches!(store.read_pending(&name("b")), Err(StoreError::Io { .. })));
        store.reject(&name("a")).unwrap();
    }

    #[test]
    fn the_built_in_pack_is_read_from_memory() {
        const TEXT: &str = "---\nsource: scenarios/a.yaml\n---\n<a/>\n";
        let store =
            Store::built_in(&[("a.snap", TEXT), ("below/a.snap", TEXT), ("c.snap.new", TEXT), ("b.snap", "<b/>")]);
        assert!(store.is_read_only());
        assert_eq!(store.names().unwrap(), set(&["a", "b"]));
        assert_eq!(store.orphans(&set(&["a"])).unwrap(), set(&["b"]));
        assert_eq!(store.read(&name("a")).unwrap().unwrap().contents, "<a/>");
        assert_eq!(store.read(&name("c")).unwrap(), None);
        let malformed = store.read(&name("b")).unwrap_err();
        assert!(matches!(malformed, StoreError::Malformed { .. }));

        assert!(store.pending().unwrap().is_empty());
    }
}
