//! Reading, writing, deleting and listing the files of snapshots.

use std::path::Path;
use std::{fs, io};

use super::error::StoreError;
use crate::write_whole::write_whole;

/// The text of a file, or nothing where there is none.
pub(super) fn read_file(path: &Path) -> Result<Option<String>, StoreError> {
    let read = fs::metadata(path).and_then(|found| {
        // Nobody waits for a pipe.
        if found.is_file() { fs::read_to_string(path) } else { Err(io::Error::other("it is not a regular file")) }
    });
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some).map_err(failed("read", path)),
    }
}

/// Writes a file whole, or not at all.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), StoreError> {
    write_whole(path, text).map_err(failed("write", path))
}

/// Deletes a file. Returns whether there was one.
pub(super) fn remove_file(path: &Path) -> Result<bool, StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        removed => removed.map(|()| true).map_err(failed("delete", path)),
    }
}

/// The names of the regular files in a directory. One that does not exist yet has none.
pub(super) fn list_files(directory: &Path) -> Result<Vec<String>, StoreError> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed("list", directory)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed("list", directory))?;
        // This is the link's own type, not its target's.
        let kind = entry.file_type().map_err(failed("list", &entry.path()))?;
        if kind.is_file() {
            // No name of ours is anything but ASCII.
            names.extend(entry.file_name().into_string());
        }
    }
    Ok(names)
}

fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> StoreError {
    move |reason| StoreError::Io { action, path: path.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::{list_files, read_file, remove_file, write_file};
    use std::fs;

    #[test]
    fn a_file_that_is_not_there_is_no_failure() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new/a.snap");
        assert!(list_files(path.parent().unwrap()).unwrap().is_empty());
        write_file(&path, "one").unwrap();
        assert_eq!(read_file(&path).unwrap().as_deref(), Some("one"));
        assert_eq!(list_files(path.parent().unwrap()).unwrap(), ["a.snap"]);
        assert!(remove_file(&path).unwrap());
        assert!(!remove_file(&path).unwrap());
        assert_eq!(read_file(&path).unwrap(), None);
    }

    #[test]
    fn a_directory_in_the_place_of_a_file_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.snap");
        fs::create_dir(&path).unwrap();
        let error = read_file(&path).unwrap_err().to_string();
        assert!(error.ends_with("a.snap: it is not a regular file; move it away"), "{error}");
        assert!(write_file(&path, "").is_err());
        assert!(remove_file(&path).is_err());
        assert!(list_files(directory.path()).unwrap().is_empty());
        assert!(path.is_dir());
    }

    #[test]
    fn an_error_names_the_file_the_reason_and_the_way_out() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        fs::write(&file, "").unwrap();
        let path = file.join("a.snap");
        let error = write_file(&path, "").unwrap_err().to_string();
        assert!(error.starts_with(&format!("failed to write {}: ", path.display())), "{error}");
        assert!(list_files(&file).is_err());
    }
}
