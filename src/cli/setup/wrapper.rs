//! A script between caketester and a client whose exit codes mean nothing: it turns what the client prints into an outcome.

use std::path::Path;

use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// The script's file.
pub(in crate::cli) const FILE: &str = if cfg!(windows) { "caketester-client.ps1" } else { "caketester-client.sh" };
/// What starts it.
const STARTER: &[&str] = if cfg!(windows) { &["pwsh", "-NoProfile", "-File", FILE] } else { &["sh", FILE] };

const SH: &str = include_str!("caketester-client.sh");
const POWERSHELL: &str = include_str!("caketester-client.ps1");

/// Writes the script, and puts it before the client. One that is there is used as it is.
pub(in crate::cli) fn wrap(command: &[String], output: &Output) -> Result<Vec<String>, Failure> {
    if Path::new(FILE).exists() {
        output.out(&format!("{FILE} is there already, and is used as it is\n"));
    } else {
        output.file(Path::new(FILE), if cfg!(windows) { POWERSHELL } else { SH })?;
        output.out(&format!("wrote {FILE}: change what is marked CHANGE\n"));
    }
    Ok(STARTER.iter().map(|word| (*word).to_owned()).chain(command.iter().cloned()).collect())
}

#[cfg(test)]
mod tests {
    use super::{POWERSHELL, SH};

    #[test]
    fn the_scripts_of_both_systems_have_the_codes_of_the_contract_and_mark_what_to_change() {
        for script in [SH, POWERSHELL] {
            assert_eq!(script.matches("CHANGE-").count(), 3, "{script}");
            assert!(["exit 0", "exit 10", "exit 11", "exit 70"].iter().all(|code| script.contains(code)), "{script}");
        }
    }
}
