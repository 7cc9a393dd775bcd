//! `--certificate PATH`: written if the whole run passed; otherwise every reason is printed, and nothing is written.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::cli::checking::judge::fingerprint;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::reporting::sinks::{self, ReportArgument, with_name};
use crate::judge::{Certificate, ClientName, Exit, Report, Shortfall};
use crate::render::{certificate_html, certificate_json, json};

/// Where a certificate is written, as HTML and as JSON.
#[derive(Debug, Clone)]
pub(in crate::cli) struct CertificatePath {
    html: PathBuf,
    json: PathBuf,
}

impl FromStr for CertificatePath {
    type Err = String;

    /// The name of both files, without their ending or with one of the two.
    fn from_str(path: &str) -> Result<Self, String> {
        let stem = path.strip_suffix(".html").or_else(|| path.strip_suffix(".json")).unwrap_or(path);
        if stem.is_empty() || stem.ends_with(['/', '\\']) || Path::new(stem).file_name().is_none() {
            return Err("it is the name of a file, for example certificate".into());
        }
        Ok(Self { html: format!("{stem}.html").into(), json: format!("{stem}.json").into() })
    }
}

/// Refuses to begin without the name and version for the certificate.
pub(in crate::cli) fn insist_on_a_name(asked: Option<&CertificatePath>, client: &ClientName) -> Result<(), Failure> {
    let missing = match (&client.name, &client.version) {
        _ if asked.is_none() => return Ok(()),
        (Some(_), Some(_)) => return Ok(()),
        (None, None) => "name and version",
        (None, Some(_)) => "name",
        (Some(_), None) => "version",
    };
    Err(Failure::usage(format!(
        "a certificate needs the client's {missing}; nothing was sent\n  \
         help: give --client-name NAME and --client-version VERSION, or in caketester.yaml `client: {{ name: …, version: … }}`"
    )))
}

/// Says before a run what will withhold its certificate.
pub(in crate::cli) fn foresee(asked: Option<&CertificatePath>, reasons: &[String], output: &Output) {
    if asked.is_some() && !reasons.is_empty() {
        output.err(&format!("note: this run will get no certificate: {}\n", reasons.join("; ")));
    }
}

/// Finishes a run, and issues its certificate where one was asked for.
pub(in crate::cli) fn finish(
    report: Report,
    asked: Option<&CertificatePath>,
    wanted: &[ReportArgument],
    context: &Context<'_>,
    output: &Output,
) -> Result<Exit, Failure> {
    let certified = asked.map(|path| (path, report.clone()));
    let finished = sinks::finish(report, wanted, context, output);
    let Some((path, report)) = certified else { return finished };
    Ok(finished?.and(path.issue(&output.masked(report), output)?))
}

impl CertificatePath {
    /// The same for one of several networks.
    pub(in crate::cli) fn of_network(&self, name: &str) -> Self {
        Self { html: with_name(&self.html, name), json: with_name(&self.json, name) }
    }

    /// Both files.
    pub(in crate::cli) fn paths(&self) -> [&Path; 2] {
        [&self.html, &self.json]
    }

    /// Writes the certificate of a run, or tells why there is none.
    fn issue(&self, report: &Report, output: &Output) -> Result<Exit, Failure> {
        match Certificate::of(report, fingerprint(&output.redact_known(&json(report)))) {
            Ok(certificate) => {
                output.file(&self.html, &certificate_html(&certificate))?;
                output.file(&self.json, &certificate_json(&certificate))?;
                let (html, json) = (self.html.display(), self.json.display());
                output.out(&format!("certificate written to {html}, and for programs to {json}\n"));
                Ok(Exit::Success)
            }
            Err(reasons) => {
                output.out(&self.withheld(&reasons));
                Ok(Exit::Failure)
            }
        }
    }

    fn withheld(&self, reasons: &[Shortfall]) -> String {
        let told = reasons.iter().map(|Shortfall { why, help }| format!("  because     {why}\n    help      {help}\n"));
        let left: Vec<String> = self
            .paths()
            .into_iter()
            .filter(|path| path.exists())
            .map(|path| format!("  {} was left unchanged: it is from an earlier run\n", path.display()))
            .collect();
        format!("certificate withheld: none was written\n{}{}", told.collect::<String>(), left.concat())
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
