//! `--certificate PATH`: written if the whole run passed; otherwise every reason is printed, and nothing is written.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::cli::checking::judge::fingerprint;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::judge::{Certificate, ClientName, Exit, Report, Shortfall};
use crate::render::{certificate_html, certificate_json, json};

/// Where a certificate is written, as HTML and as JSON: the name of both files without their ending.
#[derive(Debug, Clone)]
pub(in crate::cli) struct CertificatePath(String);

impl FromStr for CertificatePath {
    type Err = String;

    fn from_str(path: &str) -> Result<Self, String> {
        let stem = path.strip_suffix(".html").or_else(|| path.strip_suffix(".json")).unwrap_or(path);
        if stem.is_empty() || stem.ends_with(['/', '\\']) || Path::new(stem).file_name().is_none() {
            return Err("it is the name of a file, for example certificate".into());
        }
        Ok(Self(stem.to_owned()))
    }
}

/// Refuses to begin without the name and version for the certificate.
pub(in crate::cli) fn insist_on_a_name(asked: Option<&CertificatePath>, client: &ClientName) -> Result<(), Failure> {
    if asked.is_none() || client.name.is_some() && client.version.is_some() {
        return Ok(());
    }
    let help =
        "give --client-name NAME and --client-version VERSION, or in caketester.yaml `client: { name: …, version: … }`";
    let message = "a certificate needs the client's name and version; nothing was sent";
    Err(Failure::usage(format!("{message}\n  help: {help}")))
}

impl CertificatePath {
    /// The same for one of several networks.
    pub(in crate::cli) fn of_network(&self, name: &str) -> Self {
        Self(format!("{}.{name}", self.0))
    }

    /// Both files.
    pub(in crate::cli) fn paths(&self) -> [PathBuf; 2] {
        [".html", ".json"].map(|ending| format!("{}{ending}", self.0).into())
    }

    /// Writes the certificate of a run, or tells why there is none.
    pub(in crate::cli) fn issue(&self, report: &Report, output: &Output) -> Result<Exit, Failure> {
        let report = output.masked(report);
        match Certificate::of(&report, fingerprint(&output.redact_known(&json(&report)))) {
            Ok(certificate) => {
                let [html, json] = self.paths();
                output.file(&html, &certificate_html(&certificate))?;
                output.file(&json, &certificate_json(&certificate))?;
                let (html, json) = (html.display(), json.display());
                output.out(&format!("certificate written to {html}, and for programs to {json}\n"));
                Ok(Exit::Success)
            }
            Err(reasons) => {
                let mut text = "certificate withheld: none was written\n".to_owned();
                // Writing into a String cannot fail.
                for Shortfall { why, help } in reasons {
                    let _ = write!(text, "  because     {why}\n    help      {help}\n");
                }
                for path in self.paths().iter().filter(|path| path.exists()) {
                    let _ = writeln!(text, "  {} was left unchanged: it is from an earlier run", path.display());
                }
                output.out(&text);
                Ok(Exit::Failure)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CertificatePath;

    #[test]
    fn each_network_has_files_of_its_own() {
        let path: CertificatePath = "out/certificate.html".parse().unwrap();
        let of_one = path.of_network("northgrid");
        let shown = of_one.paths().map(|path| path.display().to_string().replace('\\', "/"));
        assert_eq!(shown, ["out/certificate.northgrid.html", "out/certificate.northgrid.json"]);
    }
}
