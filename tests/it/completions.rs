//! Completions and man pages: made for every command, and without a secret.

use caketester::cli::definition;

use crate::support::{caketester, folder, skipped_without};

/// The name of every command that is shown, with those above it: `caketester-report-diff`.
fn names(command: &clap::Command, above: &str) -> Vec<String> {
    let name = if above.is_empty() { command.get_name().to_owned() } else { format!("{above}-{}", command.get_name()) };
    let below = command.get_subcommands().filter(|below| !below.is_hide_set());
    let below: Vec<String> = below.flat_map(|below| names(below, &name)).collect();
    [name].into_iter().chain(below).collect()
}

#[test]
fn there_is_a_man_page_for_every_command_and_none_holds_a_secret() {
    let folder = folder();
    let secrets = [("CAKE_API_KEY", "yrslENvEeVj2zh6x"), ("CAKETESTER_CLIENT_NAME", "K7m2Qx94TB1d")];
    let ran = secrets.into_iter().fold(caketester(["man", "pages"]), |ran, (name, value)| ran.env(name, value));
    ran.in_dir(folder.path()).run().exits_with(0);
    let mut expected: Vec<String> =
        names(&definition(), "").into_iter().map(|name| format!("pages/{name}.1")).collect();
    expected.sort();
    assert_eq!(folder.files(), expected);
    for page in &expected {
        let text = folder.read(page);
        assert!(text.contains(".SH SYNOPSIS"), "{page}");
        assert!(secrets.iter().all(|(_, secret)| !text.contains(secret)), "{page}");
    }
    assert!(folder.read("pages/caketester-client.1").contains("outcome"));
}

#[test]
fn every_shell_gets_completions_of_every_command_and_bash_reads_its_own() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = caketester(["completions", shell]).env("CAKETESTER_CLIENT_NAME", "K7m2Qx94TB1d").run();
        ran.exits_with(0).never_says("K7m2").complains_of_nothing();
        for command in definition().get_subcommands().filter(|command| !command.is_hide_set()) {
            ran.says(command.get_name());
        }
        assert!(!ran.stdout.contains("***"), "nothing of it is masked");
    }
    if skipped_without("bash", &["bash", "--version"]) {
        return;
    }
    let folder = folder();
    folder.write("complete.sh", &caketester(["completions", "bash"]).run().stdout);
    let typed = "source complete.sh; COMP_WORDS=(caketester cli); COMP_CWORD=1; _caketester caketester cli caketester; echo ${COMPREPLY[@]}";
    let ran =
        std::process::Command::new("bash").args(["-c", typed]).current_dir(folder.path()).output().expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "client\n", "{}", String::from_utf8_lossy(&ran.stderr));
}
