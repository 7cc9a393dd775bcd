//! `caketester.yaml`: what does not change from run to run. An option on the command line prevails, then a variable of
//! the environment, then the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::{JsonSchema, Schema};
use serde::Deserialize;

use crate::cli::failure::Failure;
use crate::cli::files::read_text;
use crate::pack::{Names, NetworkName, wrong_name};
use crate::scenario::Need;
use crate::source::{Located, Mistakes, SourceFile, read, schema_of};
use crate::subject::ExitMeaning;

/// The file in the working directory.
pub(in crate::cli) const FILE: &str = "caketester.yaml";

/// How caketester is to check the client of this project.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(title = "caketester configuration")]
#[serde(default, deny_unknown_fields)]
pub(in crate::cli) struct Config {
    /// The program and its arguments, as they stand behind `--` on the command line.
    pub(in crate::cli) run: Vec<String>,
    /// The pack's directory; without it, the standard pack.
    pub(in crate::cli) pack: Option<PathBuf>,
    /// The network whose file, `networks/NAME.yaml`, holds where nobody names another.
    pub(in crate::cli) network: Option<String>,
    /// The pack's names of statuses, sub-statuses and fields, each with this network's; `null` where it has no such
    /// thing.
    #[serde(skip)]
    pub(in crate::cli) names: Names,
    #[serde(rename = "names")]
    written_names: BTreeMap<String, Located<NetworkName>>,
    /// What this client does; all of it unless it is set to `false`.
    can: Can,
    /// How the client tells what it concluded.
    outcome: Outcome,
    /// The exit codes that mean an outcome, as the command line would have them.
    #[serde(skip)]
    pub(in crate::cli) outcome_exit: Vec<ExitMeaning>,
    /// Whether what is only recommended decides too.
    pub(in crate::cli) strict: Option<bool>,
    /// How many seconds a step may take, 1 to 86400.
    timeout: Option<Located<u64>>,
    /// A file with failures that are known and do not fail the run.
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// The client's name, for the certificate.
    pub(in crate::cli) client: Client,
    /// The file all this was read from, where there is one.
    #[serde(skip)]
    pub(in crate::cli) file: Option<String>,
    /// The directory of that file.
    #[serde(skip)]
    pub(in crate::cli) folder: PathBuf,
}

/// What the client is called.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::cli) struct Client {
    /// Its name.
    pub(in crate::cli) name: Option<String>,
    /// Its version.
    pub(in crate::cli) version: Option<String>,
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
    updated: Option<Located<Vec<i32>>>,
    rejected: Option<Located<Vec<i32>>>,
    unknown: Option<Located<Vec<i32>>>,
}

impl Config {
    /// The file that is named, or the one in the working directory where there is one.
    pub(in crate::cli) fn open(named: Option<&Path>) -> Result<Self, Failure> {
        let path = named.unwrap_or(Path::new(FILE));
        if named.is_none() && matches!(path.try_exists(), Ok(false)) {
            let message = format!("caketester.yml is not read: the file is called {FILE}\n  help: rename it");
            let is_misnamed = Path::new("caketester.yml").exists();
            return if is_misnamed { Err(Failure::usage(message)) } else { Ok(Self::default()) };
        }
        let text = read_text(path, "`caketester init` writes one")?;
        let file = SourceFile::new(path.display().to_string(), text);
        let mut config: Self = read(&file).map_err(Failure::mistakes)?;
        config.check(&file)?;
        // A path means the same wherever the file is named from.
        let folder = path.parent().unwrap_or(Path::new(""));
        for path in [&mut config.pack, &mut config.baseline].into_iter().flatten() {
            *path = folder.join(&path);
        }
        config.file = Some(path.display().to_string());
        folder.clone_into(&mut config.folder);
        Ok(config)
    }

    /// What the client is said not to do.
    pub(in crate::cli) fn cannot(&self) -> impl Iterator<Item = Need> {
        let Can { values, sub_status, fields } = self.can;
        let said = [(values, Need::Values), (sub_status, Need::SubStatus), (fields, Need::Fields)];
        said.into_iter().filter(|(can, _)| *can == Some(false)).map(|(_, need)| need)
    }

    /// How many seconds a step may take.
    pub(in crate::cli) fn timeout(&self) -> Option<u64> {
        self.timeout.as_ref().map(|timeout| timeout.value)
    }

    /// Finds what the types do not see, and takes over what they do not say.
    fn check(&mut self, file: &SourceFile) -> Result<(), Failure> {
        let mut mistakes = Mistakes::of(file);
        if let Some(timeout) = self.timeout.as_ref().filter(|timeout| !(1..=86_400).contains(&timeout.value)) {
            let message = format!("{} is not a timeout: write a number of seconds, from 1 to 86400", timeout.value);
            mistakes.add(timeout, message, "");
        }
        for (pack, name) in std::mem::take(&mut self.written_names) {
            if let Some(wrong) = name.value.as_deref().and_then(wrong_name) {
                mistakes.add(&name, wrong.message, wrong.help);
            }
            self.names.insert(pack, name.value);
        }
        let Exit { updated, rejected, unknown } = &self.outcome.exit;
        for (outcome, codes) in [("updated", updated), ("rejected", rejected), ("unknown", unknown)] {
            let Some(codes) = codes.as_ref().filter(|codes| !codes.value.is_empty()) else { continue };
            let text: Vec<String> = codes.value.iter().map(ToString::to_string).collect();
            match format!("{outcome}={}", text.join(",")).parse() {
                Ok(meaning) => self.outcome_exit.push(meaning),
                Err(why) => mistakes.add(codes, why, ""),
            }
        }
        if mistakes.is_empty() { Ok(()) } else { Err(Failure::mistakes(mistakes.found())) }
    }
}

/// The JSON Schema of the file.
pub(in crate::cli) fn config_schema() -> Schema {
    schema_of::<Config>()
}
