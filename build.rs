//! Puts the standard pack (`scenarios/` and `snapshots/`) into the binary, as one table of paths and texts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = Vec::new();
    for directory in ["scenarios", "snapshots"] {
        println!("cargo::rerun-if-changed={directory}");
        collect(&root, Path::new(directory), &mut files)?;
    }
    // The order of a directory is the file system's; that of the binary is not.
    files.sort();
    let mut table = String::from("&[\n");
    for file in files {
        let _ = writeln!(table, "    ({file:?}, include_str!({:?})),", root.join(&file));
    }
    table.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("standard_pack.rs"), table)
}

/// Scenarios and accepted snapshots; a `.snap.new` awaits review and belongs to nobody yet.
fn collect(root: &Path, directory: &Path, files: &mut Vec<String>) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(root.join(directory)) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let path = directory.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "snap") {
            files.push(path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"));
        }
    }
    Ok(())
}
