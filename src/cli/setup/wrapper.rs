//! A script between caketester and a client whose exit codes mean nothing: it turns what the client prints into an outcome.

use std::path::Path;

use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// A wrapper script: its file, what starts it, and its text.
struct Wrapper {
    file: &'static str,
    starter: &'static [&'static str],
    text: &'static str,
}

const SH: Wrapper = Wrapper {
    file: "caketester-client.sh",
    starter: &["sh"],
    text: r#"#!/bin/sh
# caketester starts this once per update, followed by your program and its arguments. It calls them, and turns what
# was printed into the exit code that caketester reads: 0 updated, 10 rejected, 11 unknown.
# CAKE_URL, CAKE_API_KEY, CAKE_LEAD_ID, CAKE_STATUS, CAKE_SUB_STATUS and CAKE_FIELDS are set.
printed=$("$@" 2>&1)
exit_code=$?
printf '%s\n' "$printed"

# CHANGE the three texts into what your program prints, or add its exit code: 2:*) exit 10 ;;
case "$exit_code:$printed" in
    *CHANGE-printed-when-cake-recorded-the-update*) exit 0 ;;
    *CHANGE-printed-when-cake-refused-it*) exit 10 ;;
    *CHANGE-printed-when-nobody-knows*) exit 11 ;;
esac
# None of them: caketester reports that the program concluded nothing.
exit 70
"#,
};

const POWERSHELL: Wrapper = Wrapper {
    file: "caketester-client.ps1",
    starter: &["pwsh", "-NoProfile", "-File"],
    text: r#"# caketester starts this once per update, followed by your program and its arguments. It calls them, and turns what
# was printed into the exit code that caketester reads: 0 updated, 10 rejected, 11 unknown.
# CAKE_URL, CAKE_API_KEY, CAKE_LEAD_ID, CAKE_STATUS, CAKE_SUB_STATUS and CAKE_FIELDS are set. PowerShell 7.3 or later
# hands every argument on as it is; before that, read these variables.
$program, $rest = $args
$printed = & $program @rest 2>&1 | Out-String
$exitCode = $LASTEXITCODE
Write-Output $printed

# CHANGE the three texts into what your program prints, or add its exit code: "2:*" { exit 10 }
switch -Wildcard ("${exitCode}:$printed") {
    "*CHANGE-printed-when-cake-recorded-the-update*" { exit 0 }
    "*CHANGE-printed-when-cake-refused-it*" { exit 10 }
    "*CHANGE-printed-when-nobody-knows*" { exit 11 }
}
# None of them: caketester reports that the program concluded nothing.
exit 70
"#,
};

/// The one for this system.
const OURS: Wrapper = if cfg!(windows) { POWERSHELL } else { SH };

/// The script's file.
pub(in crate::cli) const FILE: &str = OURS.file;

/// Writes the script, and puts it before the client. One that is there is used as it is.
pub(in crate::cli) fn wrap(command: &[String], output: &Output) -> Result<Vec<String>, Failure> {
    if Path::new(FILE).exists() {
        output.out(&format!("{FILE} is there already, and is used as it is\n"));
    } else {
        output.file(Path::new(FILE), OURS.text)?;
        output.out(&format!("wrote {FILE}: change what is marked CHANGE\n"));
    }
    let before = OURS.starter.iter().chain([&FILE]).map(|word| (*word).to_owned());
    Ok(before.chain(command.iter().cloned()).collect())
}

#[cfg(test)]
mod tests {
    use super::{POWERSHELL, SH};

    #[test]
    fn the_scripts_of_both_systems_have_the_codes_of_the_contract_and_mark_what_to_change() {
        for script in [SH.text, POWERSHELL.text] {
            assert_eq!(script.matches("CHANGE-").count(), 3, "{script}");
            assert!(["exit 0", "exit 10", "exit 11", "exit 70"].iter().all(|code| script.contains(code)), "{script}");
        }
    }
}
