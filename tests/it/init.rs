//! `caketester init`: what it asks a person, what it refuses, and that what it writes works.

use crate::support::{Ran, caketester, folder, skipped_without};

/// A client that prints what came of it and always exits with 0, as many do.
const PRINTS: &str = "#!/bin/sh
body=$(curl --silent --max-time 5 --get --data-urlencode \"api_key=$CAKE_API_KEY\" --data-urlencode \"lead_id=$1\" \\
    --data-urlencode \"status=$2\" \"$CAKE_URL\")
case $body in
    *'<code>0</code>'*) echo done ;;
    *'<code>'[1-4]'</code>'*) echo refused ;;
    *) echo nobody knows ;;
esac
exit 9
";

#[track_caller]
fn init(folder: &crate::support::Folder, arguments: &[&str]) -> Ran {
    caketester(["init"]).args(arguments.iter().copied()).in_dir(folder.path()).run_with_stdin("")
}

#[test]
fn a_literal_key_is_refused_and_not_repeated() {
    for words in [
        ["./push", "--api-key=K7m2Qx94TB1d", "{lead_id}"],
        ["./push", "K7m2Qx94TB1d", "{lead_id}"],
        ["./push", "https://YourDomain.com/x?api_key=yrslENvEeVj2zh6x&lead_id={lead_id}", "{status}"],
    ] {
        let folder = folder();
        let ran = init(&folder, &[&["--"], &words[..]].concat());
        ran.exits_with(2).complains("what looks like an API key").complains("write {api_key} in its place");
        ran.never_says("K7m2").never_says("yrsl");
        assert_eq!(folder.files(), Vec::<String>::new());
    }
}

#[test]
fn a_program_that_gets_no_update_is_refused() {
    let folder = folder();
    folder.write("deaf.sh", "echo sent\n");
    folder.write("hears.sh", "echo \"$CAKE_LEAD_ID\"\n");
    folder.write("job.sh", "cat \"$CAKETESTER_CASES\"\n");
    init(&folder, &["--", "sh", "deaf.sh"]).exits_with(2).complains("no file named there reads CAKE_LEAD_ID");
    init(&folder, &["--batch", "--", "sh", "hears.sh"]).exits_with(2).complains("add {cases} {outcomes} behind it");
    assert_eq!(folder.files(), ["deaf.sh", "hears.sh", "job.sh"]);
    init(&folder, &["--", "sh", "hears.sh"]).exits_with(0);
    folder.remove("caketester.yaml");
    init(&folder, &["--batch", "--ci", "gitlab", "--", "sh", "job.sh"])
        .exits_with(0)
        .says("client --batch --tag smoke");
    assert!(folder.read(".gitlab-ci.yml").contains("caketester client --batch --report"));
}

#[test]
fn exit_codes_and_a_network_are_written_where_options_name_them() {
    let folder = folder();
    folder.write("networks/acme.yaml", "names: { Funded: Done }\n");
    let options = ["--network", "acme", "--outcome-exit", "rejected=2", "--outcome-exit", "unknown=3,4"];
    init(&folder, &[&options[..], &["--", "./push", "{lead_id}"]].concat()).exits_with(0);
    let shown = caketester(["config", "show"]).in_dir(folder.path()).run();
    shown.exits_with(0).says("acme (networks/acme.yaml)").says("rejected=2 unknown=3,4");
    folder.remove("caketester.yaml");
    let ran = init(&folder, &["--outcome-exit", "rejected=1", "--", "./push", "{lead_id}"]);
    ran.exits_with(0).says("note: exit code 1 means rejected here").says("help: end with another code");
    folder.remove("caketester.yaml");
    init(&folder, &["--network", "acme2", "--", "./push", "{lead_id}"]).exits_with(2).complains("did you mean acme?");
}

#[cfg(unix)]
#[test]
fn a_person_is_asked_one_update_is_tried_and_a_wrapper_is_offered_that_works() {
    use crate::support::terminal::Terminal;
    if skipped_without("curl", &["curl", "--version"]) {
        return;
    }
    let folder = folder();
    folder.write("push.sh", PRINTS);
    folder.write("given/acme.yaml", "names: { Funded: Done }\n");
    let mut terminal = Terminal::in_dir(folder.path(), &["init"]);
    terminal.answers("Which network do you report to?", "nowhere");
    terminal.sees("there is no network \"nowhere\"");
    terminal.answers(">", "given/acme.yaml");
    terminal.answers("How is your client started?", "sh push.sh");
    terminal.answers("Is it started once per update?", "y");
    terminal.answers("Does the program read the update from its environment?", "n");
    terminal.sees("the program gets no update");
    terminal.answers(">", "sh push.sh {lead_id} {status}");
    terminal.answers("Is it started once per update?", "");
    terminal.answers("a sub-status?", "n");
    terminal.answers("custom fields?", "n");
    terminal.answers("What do its exit codes mean?", "rejected=two");
    terminal.sees("\"two\" is not an exit code");
    terminal.answers(">", "");
    terminal.answers("Try one update now", "y");
    terminal.sees(
        "tried: the update arrived, CAKE answered with code 0, but the program reported no outcome: it crashed: exit code 9",
    );
    terminal.answers("Write caketester-client.sh", "y");
    terminal.sees("wrote caketester-client.sh: change what is marked CHANGE");
    terminal.sees("wrote caketester.yaml");
    terminal.ends_with(0);
    let smoke = || caketester(["client", "--tag", "smoke"]).in_dir(folder.path()).run();
    smoke().exits_with(1).says("exit code 70 means no outcome");
    for (mark, printed) in
        [("recorded-the-update", "done"), ("refused-it", "refused"), ("nobody-knows", "nobody knows")]
    {
        let mark = format!("*CHANGE-printed-when-{}{mark}*", if mark == "nobody-knows" { "" } else { "cake-" });
        folder.edit("caketester-client.sh", &mark, &format!("*'{printed}'*"));
    }
    smoke().exits_with(0).says("network acme").says("5 scenarios: 5 passed");
}
