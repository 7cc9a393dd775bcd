//! Puts the standard pack into the binary: a table of scenarios and one of snapshots, each of paths and texts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    for (directory, extension) in [("scenarios", "yaml"), ("snapshots", "snap")] {
        println!("cargo::rerun-if-changed={directory}");
        let mut files = Vec::new();
        collect(&root.join(directory), Path::new(""), extension, &mut files)?;
        // The order of a directory is the file system's; that of the binary is not.
        files.sort();
        let mut table = String::from("&[\n");
        for file in files {
            let path = root.join(directory).join(&file).to_string_lossy().into_owned();
            let _ = writeln!(table, "    ({file:?}, include_str!({path:?})),");
        }
        table.push(']');
        fs::write(out.join(format!("{directory}.rs")), table)?;
    }
    Ok(())
}

/// The files with this extension, as paths below `root` with `/`. A `.snap.new` awaits review and belongs
/// to nobody yet.
fn collect(root: &Path, below: &Path, extension: &str, files: &mut Vec<String>) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(root.join(below)) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(root, &path, extension, files)?;
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"));
        }
    }
    Ok(())
}
