//! Writes a file so that a reader sees the old text or the new one, never a part of it.

use std::io;
use std::path::{Path, PathBuf};

/// Writes a file beside its place, then renames it. Makes the directory where there is none.
pub(crate) fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let beside = beside(path);
    std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path)).inspect_err(|_| {
        // Under the other name it is of no use to anyone, and the first error is the one to show.
        let _ = std::fs::remove_file(&beside);
    })
}

/// The name under which a file is written before it takes its place.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    beside.into()
}

#[cfg(test)]
mod tests {
    use super::write_whole;
    use std::fs;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_behind() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new/a.snap");
        for text in ["one", "two"] {
            write_whole(&path, text).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        fs::create_dir(directory.path().join("new/b")).unwrap();
        write_whole(&directory.path().join("new/b"), "three").unwrap_err();
        assert_eq!(fs::read_dir(directory.path().join("new")).unwrap().count(), 2);
    }
}
