//! `caketester.yaml`: what does not change from run to run. An option on the command line prevails, then a variable of
//! the environment, then the file.

use std::path::{Path, PathBuf};

use schemars::{JsonSchema, Schema};
use serde::Deserialize;

use super::failure::Failure;
use crate::pack::Names;
use crate::scenario::Need;
use crate::source::{SourceFile, read};
use crate::subject::ExitMeaning;

/// The file in the working directory.
pub(super) const FILE: &str = "caketester.yaml";

/// How caketester is to check the client of this project.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(title = "caketester configuration")]
#[serde(default, deny_unknown_fields)]
pub(super) struct Config {
    /// The program and its arguments, as they stand behind `--` on the command line.
    pub(super) run: Vec<String>,
    /// The pack's directory; without it, the standard pack.
    pub(super) pack: Option<PathBuf>,
    /// The pack's names of statuses, sub-statuses and fields, each with this network's.
    pub(super) names: Names,
    /// What this client does; all of it unless it is set to `false`.
    can: Can,
    /// How the client tells what it concluded.
    outcome: Outcome,
    /// What the client is held to: `core` is every MUST, `full` adds every SHOULD.
    pub(super) profile: Option<ProfileText>,
    /// How many seconds a step may take.
    pub(super) timeout: Option<u64>,
    /// A file with failures that are known and do not fail the run.
    pub(super) baseline: Option<PathBuf>,
    /// What the client is called; a certificate names it.
    pub(super) client: Client,
}

/// What the client is called.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Client {
    /// Its name.
    pub(super) name: Option<String>,
    /// Its version.
    pub(super) version: Option<String>,
}

/// What a client does.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Can {
    /// Whether it sends statuses, sub-statuses and field values of any kind.
    values: Option<bool>,
    /// Whether it sends a sub-status.
    sub_status: Option<bool>,
    /// Whether it sends custom fields.
    fields: Option<bool>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Outcome {
    /// Exit codes that mean an outcome, in place of 0 updated, 10 rejected, 11 unknown.
    exit: Exit,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Exit {
    updated: Vec<i32>,
    rejected: Vec<i32>,
    unknown: Vec<i32>,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ProfileText {
    Core,
    Full,
}

impl Config {
    /// The file that is named, or the one in the working directory where there is one.
    pub(super) fn open(named: Option<&Path>) -> Result<Self, Failure> {
        let path = named.unwrap_or(Path::new(FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                let help = "`caketester init` writes one";
                return Err(Failure::usage(format!("cannot read {}: {error}\n  help: {help}", path.display())));
            }
        };
        let file = SourceFile::new(path.display().to_string(), text);
        let mut config: Self = read(&file).map_err(Failure::mistakes)?;
        // A path means the same wherever the file is named from.
        let folder = path.parent().unwrap_or(Path::new(""));
        for path in [&mut config.pack, &mut config.baseline].into_iter().flatten() {
            *path = folder.join(&path);
        }
        Ok(config)
    }

    /// What the client is said not to do.
    pub(super) fn cannot(&self) -> impl Iterator<Item = Need> {
        let Can { values, sub_status, fields } = self.can;
        let said = [(values, Need::Values), (sub_status, Need::SubStatus), (fields, Need::Fields)];
        said.into_iter().filter(|(can, _)| *can == Some(false)).map(|(_, need)| need)
    }

    /// The exit codes that mean an outcome, as the command line would have them.
    pub(super) fn outcome_exit(&self) -> Vec<ExitMeaning> {
        let Exit { updated, rejected, unknown } = &self.outcome.exit;
        let said = [("updated", updated), ("rejected", rejected), ("unknown", unknown)];
        let meaning = |(outcome, codes): (&str, &Vec<i32>)| {
            let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
            format!("{outcome}={}", codes.join(",")).parse().ok()
        };
        said.into_iter().filter(|(_, codes)| !codes.is_empty()).filter_map(meaning).collect()
    }
}

/// The JSON Schema of the file.
pub(super) fn config_schema() -> Schema {
    schemars::schema_for!(Config)
}
