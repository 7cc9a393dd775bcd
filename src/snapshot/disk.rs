//! The few things done to files, each careful with what is not ours: links and directories are never followed, replaced or deleted.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::StoreError;

/// The text of a file, or nothing where there is none.
pub(super) fn read_file(path: &Path) -> Result<Option<String>, StoreError> {
    match standing(path).map_err(failed("read", path))? {
        Standing::Nothing => Ok(None),
        Standing::Other => Err(not_a_file("read", path)),
        Standing::File => match fs::read_to_string(path) {
            Ok(text) => Ok(Some(text)),
            // It went away since, accepted or rejected by someone else.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", path)(error)),
        },
    }
}

/// Writes a file so that a reader sees the old text or the new one, never a part of it.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), StoreError> {
    let failed = failed("write", path);
    let directory = path.parent().unwrap_or(Path::new("."));
    if let Err(error) = fs::create_dir_all(directory) {
        return Err(failed(error));
    }
    match standing(path) {
        Ok(Standing::Other) => return Err(not_a_file("write", path)),
        Ok(Standing::Nothing | Standing::File) => {}
        Err(error) => return Err(failed(error)),
    }
    let (temporary, mut file) = match temporary_beside(path) {
        Ok(created) => created,
        Err(error) => return Err(failed(error)),
    };
    let written = file.write_all(text.as_bytes());
    // Windows renames no file that is open.
    drop(file);
    written.and_then(|()| fs::rename(&temporary, path)).map_err(|error| {
        // The first error is the one to tell.
        let _ = fs::remove_file(&temporary);
        failed(error)
    })
}

/// Deletes a regular file. Returns whether there was one.
pub(super) fn remove_file(path: &Path) -> Result<bool, StoreError> {
    match standing(path).map_err(failed("delete", path))? {
        Standing::Nothing | Standing::Other => Ok(false),
        Standing::File => match fs::remove_file(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(failed("delete", path)(error)),
        },
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

enum Standing {
    Nothing,
    File,
    Other,
}

fn standing(path: &Path) -> io::Result<Standing> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(Standing::File),
        Ok(_) => Ok(Standing::Other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Standing::Nothing),
        Err(error) => Err(error),
    }
}

/// A new file in the same directory, since renaming works only within one file system. Its name is
/// hidden and ends in `.tmp`, so neither we nor insta take it for a snapshot.
fn temporary_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!(".caketester-{}-{count}.tmp", std::process::id());
        let temporary = path.with_file_name(name);
        match File::create_new(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            // A process that died earlier had the same number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> StoreError {
    move |reason| StoreError::Io { action, path: path.to_owned(), reason }
}

fn not_a_file(action: &'static str, path: &Path) -> StoreError {
    StoreError::NotAFile { action, path: path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{StoreError, list_files, read_file, remove_file, write_file};
    use std::fs;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_behind() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new/a.snap");
        write_file(&path, "one").unwrap();
        write_file(&path, "two").unwrap();
        assert_eq!(read_file(&path).unwrap().as_deref(), Some("two"));
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
        assert!(matches!(read_file(&path), Err(StoreError::NotAFile { .. })));
        assert!(matches!(write_file(&path, ""), Err(StoreError::NotAFile { .. })));
        assert!(!remove_file(&path).unwrap());
        assert!(list_files(directory.path()).unwrap().is_empty());
        assert!(path.is_dir());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let (path, target) = (directory.path().join("a.snap"), directory.path().join("b"));
        fs::write(&target, "kept").unwrap();
        std::os::unix::fs::symlink(&target, &path).unwrap();
        let error = read_file(&path).unwrap_err().to_string();
        assert!(
            error.ends_with("a.snap: it is not a regular file; move it away, for links and directories are left alone"),
            "{error}"
        );
        assert!(matches!(write_file(&path, ""), Err(StoreError::NotAFile { .. })));
        assert!(!remove_file(&path).unwrap());
        assert_eq!(list_files(directory.path()).unwrap(), ["b"]);
        assert_eq!(fs::read_to_string(&path).unwrap(), "kept");
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
