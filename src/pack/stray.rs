//! Scenarios and instances in places that are not read. Other files there do not matter.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::files::{INSTANCE, PackFile, SCENARIOS, SNAPSHOTS, is_scenario, keys};
use crate::source::{Diagnostic, SourceFile};

/// No larger file is looked at: a scenario has a few hundred bytes.
const LARGEST_SCENARIO: u64 = 64 * 1024;

/// Scenarios and instances of a pack that lie outside `scenarios/`: in its root, in a folder there that is called like an
/// area, or among its snapshots.
pub(super) fn strays(root: &Path, files: &[PackFile]) -> Vec<Diagnostic> {
    let areas = files.iter().filter_map(|file| Some(file.below.split_once('/')?.0));
    let folders: BTreeSet<&str> = areas.chain(["", SNAPSHOTS]).filter(|folder| *folder != SCENARIOS).collect();
    folders.into_iter().flat_map(|folder| strays_in(&root.join(folder), folder)).collect()
}

fn strays_in(directory: &Path, folder: &str) -> Vec<Diagnostic> {
    let mut strays = Vec::new();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_small_file = || entry.metadata().is_ok_and(|data| data.is_file() && data.len() <= LARGEST_SCENARIO);
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if name.starts_with('.') || !is_yaml || !is_small_file() {
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let (what, help) = if is_scenario(&text) {
            let area = if folder.is_empty() || folder == SNAPSHOTS { "<area>" } else { folder };
            ("scenario", format!("move it to {SCENARIOS}/{area}/{name}, or remove it"))
        } else if is_instance(&text) && keys(&text).contains("sample") {
            (
                "instance",
                format!("a pack has one, {SCENARIOS}/{INSTANCE}: move the contents of this one there, and remove it"),
            )
        } else {
            continue;
        };
        let file = SourceFile::new(path.display().to_string().replace('\\', "/"), text);
        let message = format!("this {what} lies outside {SCENARIOS}/ and is not read");
        strays.push(file.mistake(None, message).help(help));
    }
    strays
}

/// Whether this is an instance: it has buyers, and nothing that only a scenario has.
pub(super) fn is_instance(text: &str) -> bool {
    let keys = keys(text);
    keys.contains("buyers") && ["title", "update", "steps"].iter().all(|key| !keys.contains(key))
}
