//! What a CI system needs to check the client: its file, as `caketester init --ci` writes it.

use std::path::Path;

use clap::ValueEnum;

use crate::cli::failure::Failure;
use crate::cli::output::Output;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// A CI system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Ci {
    Github,
    Gitlab,
}

impl Ci {
    /// Writes its file. One that is there is not overwritten.
    pub(in crate::cli) fn write(self, batch: bool, output: &Output) -> Result<(), Failure> {
        let (path, text) = match self {
            Self::Github => (".github/workflows/caketester.yml", github(batch)),
            Self::Gitlab => (".gitlab-ci.yml", gitlab(batch)),
        };
        if Path::new(path).exists() {
            let help = format!("add this to it:\n\n{text}");
            return Err(Failure::usage(format!("{path} is there already\n  help: {help}")));
        }
        output.file(Path::new(path), &text)?;
        output.out(&format!("wrote {path}\n"));
        Ok(())
    }
}

/// A workflow that uses the action of this version.
fn github(batch: bool) -> String {
    let arguments = if batch { "\n          arguments: --batch" } else { "" };
    format!(
        "name: caketester
on: [push, pull_request]
jobs:
  caketester:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      # Set up your client's language and its packages here.
      # This installs the release of caketester, compares its checksum, runs `caketester client` and uploads the reports.
      - uses: {}/.github/actions/caketester@v{VERSION}
        with:
          version: \"{VERSION}\"{arguments}
",
        project()
    )
}

/// A job that extends the template of this version.
fn gitlab(batch: bool) -> String {
    let batch = if batch { " --batch" } else { "" };
    format!(
        "include:
  # This installs the release of caketester and compares its checksum.
  - remote: https://raw.githubusercontent.com/{}/v{VERSION}/packaging/gitlab.yml
caketester:
  extends: .caketester
  # Take the image of your client's language. It needs curl or wget.
  image: buildpack-deps:stable-curl
  variables: {{ CAKETESTER_VERSION: \"{VERSION}\" }}
  script:
    - caketester client{batch} --report html=caketester.html --report junit=caketester.xml --report json=caketester.json
",
        project()
    )
}

/// The owner and the name of the repository.
fn project() -> &'static str {
    REPOSITORY.trim_start_matches("https://github.com/")
}
