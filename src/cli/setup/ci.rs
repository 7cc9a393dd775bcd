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
    /// Writes its file. One that is there is not overwritten.
    pub(in crate::cli) fn write(self, batch: bool, output: &Output) -> Result<(), Failure> {
        let (path, text) = self.file();
        let client = if batch { "caketester client --batch " } else { "caketester client " };
        let text = text.replace("caketester client ", client);
        if Path::new(path).exists() {
            let help = format!("add this to it:\n\n{text}");
            return Err(Failure::usage(format!("{path} is there already\n  help: {help}")));
        }
        output.file(Path::new(path), &text)?;
        output.out(&format!("wrote {path}\n"));
        Ok(())
    }

    /// Where the file for it stands, and what it holds.
    fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Github => (
                ".github/workflows/caketester.yml",
                "name: caketester
on: [push, pull_request]
jobs:
  caketester:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      # This takes caketester from crates.io, once it is released there. Until then, or for another version, take
      # `cargo install --git URL --locked` with the URL of its repository, or `cargo install --path DIR --locked` with a
      # clone of it.
      - run: cargo install caketester --locked
      - run: caketester client --report html=caketester.html --report junit=caketester.xml --report json=caketester.json
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: caketester
          path: |
            caketester.html
            caketester.json
            caketester.xml
",
            ),
            Self::Gitlab => (
                ".gitlab-ci.yml",
                "caketester:
  image: rust:latest
  script:
    # This takes caketester from crates.io, once it is released there. Until then, or for another version, take
    # `cargo install --git URL --locked` with the URL of its repository, or `cargo install --path DIR --locked` with a
    # clone of it.
    - cargo install caketester --locked
    - caketester client --report html=caketester.html --report junit=caketester.xml --report json=caketester.json
  artifacts:
    when: always
    paths: [caketester.html, caketester.json]
    reports: { junit: caketester.xml }
",
            ),
        }
    }
}
