//! What a CI system needs to check the client: its file, as `caketester init --ci` writes it.

use std::path::Path;

use clap::ValueEnum;

use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// A CI system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Ci {
    Github,
    Gitlab,
}

impl Ci {
    /// Writes its file, of this version. One that is there is not overwritten.
    pub(in crate::cli) fn write(self, batch: bool, output: &Output) -> Result<(), Failure> {
        let (path, text, option) = match self {
            Self::Github => {
                (".github/workflows/caketester.yml", include_str!("github.yml"), "\n          arguments: --batch")
            }
            Self::Gitlab => (".gitlab-ci.yml", include_str!("gitlab.yml"), " --batch"),
        };
        let project = env!("CARGO_PKG_REPOSITORY").trim_start_matches("https://github.com/");
        let text = text.replace("{batch}", if batch { option } else { "" });
        let text = text.replace("{version}", env!("CARGO_PKG_VERSION")).replace("{project}", project);
        if Path::new(path).exists() {
            let help = format!("add this to it:\n\n{text}");
            return Err(Failure::usage(format!("{path} is there already\n  help: {help}")));
        }
        output.file(Path::new(path), &text)?;
        output.out(&format!("wrote {path}\n"));
        Ok(())
    }
}
