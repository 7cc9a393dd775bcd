//! `caketester.yaml`, `init`, the verdict, and failures that are known.

use crate::support::clients::{PLAYED, Played, checking};
use crate::support::{Caketester, Folder, caketester, folder};

/// A folder whose `caketester.yaml` says to check one of the clients.
fn project(played: Played, more: &str) -> (Folder, impl Fn(&[&str]) -> Caketester) {
    let folder = folder();
    let itself = std::env::current_exe().expect("a process knows its program");
    let run = serde_json::json!([itself, "--exact", "support::clients::plays_a_client", "--nocapture"]);
    folder.write("caketester.yaml", format!("run: {run}\n{more}"));
    let at = folder.path().to_owned();
    let check = move |options: &[&str]| {
        caketester(["client"]).args(options.iter().copied()).env(PLAYED, format!("{played:?}")).in_dir(&at)
    };
    (folder, check)
}

#[test]
fn a_client_that_a_file_names_is_checked_without_another_word() {
    let (_folder, check) = project(Played::Right, "");
    check(&["--tag", "smoke"]).run().exits_with(0).says("5 scenarios: 5 passed, 0 failed");
}

#[test]
fn the_command_line_prevails_over_the_environment_and_that_over_the_file() {
    let (_folder, check) = project(Played::Right, "profile: core\n");
    check(&["--tag", "smoke"]).run().says("(profile core)");
    check(&["--tag", "smoke"]).env("CAKETESTER_PROFILE", "full").run().says("(profile full)");
    check(&["--tag", "smoke", "--profile", "core"]).env("CAKETESTER_PROFILE", "full").run().says("(profile core)");
    check(&["--tag", "smoke", "--builtin"]).run().exits_with(0);
}

#[test]
fn a_mistake_in_the_file_is_shown_where_it_stands_and_nothing_runs() {
    let (_folder, check) = project(Played::Right, "profiles: core\n");
    check(&[])
        .run()
        .exits_with(2)
        .says_nothing()
        .complains(" --> caketester.yaml:2:1\n")
        .complains("did you mean `profile`?");
    let (_folder, check) = project(Played::Right, "names: { Fundet: Closed }\n");
    check(&[]).run().exits_with(2).complains("the pack has no status, sub-status or field called \"Fundet\"");
    caketester(["client", "--config", "nowhere.yaml"]).run().exits_with(2).complains("cannot read nowhere.yaml: ");
}

#[test]
fn a_network_with_other_names_gets_a_whole_verdict() {
    let names = "names: { Funded: Closed - Paid, Full Payment: All of it, loan_amount: amount }\n";
    let (folder, check) = project(Played::Right, names);
    let report = format!("json={}", folder.at("report.json").display());
    let ran = check(&["--only", "codes", "--only", "fields", "--report", &report]).run();
    ran.exits_with(0);
    let report = folder.read("report.json");
    assert!(report.contains("status=Closed+-+Paid") && report.contains("&amount=25000"), "{report}");
    assert!(!report.contains("status=Funded&"), "a name of the pack was sent");
}

#[test]
fn what_a_client_does_not_do_is_out_of_scope_and_printed() {
    let (_folder, check) = project(Played::Right, "can: { fields: false, sub_status: false }\n");
    let ran = check(&["--only", "fields", "--only", "codes"]).run();
    ran.exits_with(0).says(" out of scope (").says("  no scope    this client does not do: sub_status, fields\n");
    ran.never_says("Q07");
}

#[test]
fn a_verdict_says_what_was_not_looked_at() {
    let ran = checking(Played::Right, ["--tag", "smoke"]).run();
    ran.exits_with(0)
        .says("the client conforms as far as was looked, which is in part (profile full)\n")
        .says("of the pack's")
        .says("  not tested  the network's own host, the buyer's real key, the names the network has configured\n");
}

#[test]
fn numbers_that_make_no_sense_and_a_name_that_nobody_reads_are_told() {
    let folder = folder();
    let client = || caketester(["client", "--builtin", "--only", "codes/success"]).in_dir(folder.path());
    folder.write("caketester.yaml", "timeout: 0\noutcome: { exit: { rejected: [300] } }\n");
    let ran = client().run();
    ran.exits_with(2).says_nothing().complains("0 is no time-out").complains("caketester.yaml:1:10");
    ran.complains("\"300\" is no exit code").complains("caketester.yaml:2:30").complains("2 mistakes in 1 file");
    std::fs::remove_file(folder.at("caketester.yaml")).expect("it is there");
    folder.write("caketester.yml", "timeout: 1\n");
    client().run().exits_with(2).complains("caketester.yml is not read: the file is called caketester.yaml");
}

#[test]
fn core_fails_nobody_for_a_should() {
    let only = ["--only", "codes/status-absent"];
    let wrong_code = |options: &[&str]| {
        let told = "{\"outcome\": \"rejected\", \"code\": 2}";
        checking(Played::TellsWhatItIsTold, only.into_iter().chain(options.iter().copied())).env("OUTCOME", told).run()
    };
    wrong_code(&[]).exits_with(1).says("A06 reports the code that CAKE gave (SHOULD, documented)");
    wrong_code(&["--profile", "core"]).exits_with(0).says("A06 reports the code that CAKE gave (SHOULD, documented)");
}

#[test]
fn failures_that_are_known_pass_and_make_the_verdict_partial() {
    let (folder, check) = project(Played::TrustsHttp200, "baseline: known.yaml\n");
    let only = ["--only", "codes/status-absent", "--only", "codes/lead-absent"];
    check(&only).run().exits_with(2).complains("cannot read the baseline known.yaml: ").complains("--update-baseline");

    let ran = check(&[&only[..], &["--update-baseline"]].concat()).run();
    ran.exits_with(0)
        .says("note: 2 known failures in known.yaml\n")
        .says("  in part     2 failures that the baseline knows\n");
    let known = folder.read("known.yaml");
    assert!(known.starts_with("- scenario: codes/lead-absent\n  rule: A03\n  reason: known since 20"), "{known}");
    assert_eq!(known.matches("; write here why it is left so\n").count(), 2, "{known}");

    check(&only).run().exits_with(0).says("known: A04 in codes/status-absent: known since ").never_says("×");
    // One that is not known fails.
    let ran = check(&["--only", "codes/status-absent", "--only", "codes/not-enabled"]).run();
    ran.exits_with(1).says("1 passed, 1 failed").says("A05 takes code 4").never_says("\nA04 ");
}

#[test]
fn a_known_failure_that_is_mended_or_late_fails_the_run() {
    let entry = |scenario: &str, rule: &str, more: &str| {
        format!("- {{ scenario: {scenario}, rule: {rule}, reason: ours{more} }}\n")
    };
    let (folder, check) = project(Played::TrustsHttp200, "baseline: known.yaml\n");
    folder.write("known.yaml", entry("codes/success", "A01", ""));
    let ran = check(&["--only", "codes/success"]).run();
    ran.exits_with(1).says("baseline: A01 in codes/success is kept now: remove it\n");

    folder.write("known.yaml", entry("codes/status-absent", "A04", ", until: 2026-01-31"));
    let ran = check(&["--only", "codes/status-absent"]).run();
    ran.exits_with(1).says("baseline: A04 in codes/status-absent was to be mended by 2026-01-31\n").says("× ");

    folder.write("known.yaml", entry("fields/number", "Q07", ""));
    let ran = check(&["--only", "fields", "--only", "codes/status-absent", "--cannot", "fields"]).run();
    ran.exits_with(1).says("baseline: Q07 in fields/number is about what this client does not do: remove it\n");

    folder.write("known.yaml", entry("codes/status-absend", "A99", ", until: soon"));
    let ran = check(&["--only", "codes/status-absent"]).run();
    ran.exits_with(2)
        .complains("there is no scenario \"codes/status-absend\"")
        .complains("did you mean \"codes/status-absent\"?");
    ran.complains("there is no rule \"A99\"").complains("\"soon\" is no date");
}

/// What `known_of_two` has one entry for each of.
const TWO: [&str; 4] = ["--only", "codes/lead-absent", "--only", "codes/status-absent"];

/// A baseline with an entry for each of two scenarios that a client fails.
fn known_of_two() -> (Folder, impl Fn(&[&str]) -> Caketester) {
    let (folder, check) = project(Played::TrustsHttp200, "baseline: known.yaml\n");
    check(&[&TWO[..], &["--update-baseline"]].concat()).run().exits_with(0);
    (folder, check)
}

const OUTSIDE: &str = "baseline: A03 in codes/lead-absent is outside this selection: remove it, select that scenario too, or \
                       name another baseline for this run\n";

#[test]
fn a_known_failure_outside_the_selection_fails_the_run_in_ci_whatever_selects() {
    let (folder, check) = known_of_two();
    check(&["--only", "codes/status-absent", "--report", "json=last.json", "--profile", "core"]).run().exits_with(0);
    let edited = folder.read("last.json").replace("\"passed\"", "\"failed\"");
    folder.write("last.json", edited);
    for selects in [["--only", "codes/status-absent"], ["--last-failed", "last.json"]] {
        let ran = check(&[&selects[..], &["--ci"]].concat()).run();
        ran.exits_with(1).says("1 passed, 0 failed").says(OUTSIDE).never_says("were not looked at");
        check(&selects).env("CI", "true").run().exits_with(1).says(OUTSIDE);
        check(&[&selects[..], &["--no-ci"]].concat()).env("CI", "true").run().exits_with(0).never_says("baseline:");
    }
    for selects in [["--tag", "smoke"], ["--code", "3"], ["--rule", "A04"]] {
        let ran = check(&[&selects[..], &["--only", "codes/status-absent", "--ci"]].concat()).run();
        ran.exits_with(1).says(OUTSIDE);
    }
    check(&[&TWO[..], &["--ci"]].concat()).run().exits_with(0).never_says("outside this selection");
}

#[test]
fn outside_ci_a_note_says_how_many_known_failures_were_not_looked_at() {
    let (_folder, check) = known_of_two();
    check(&["--only", "codes/status-absent"])
        .run()
        .exits_with(0)
        .never_says("baseline:")
        .says("note: 1 known failure is about a scenario outside this selection, and was not looked at\n");
    check(&["--only", "codes/success"])
        .run()
        .exits_with(0)
        .says("note: 2 known failures are about scenarios outside this selection, and were not looked at\n");
    check(&TWO).run().exits_with(0).never_says("outside this selection");
}

#[test]
fn what_the_other_shards_run_is_selected_and_a_merge_comes_to_the_same_as_one_run() {
    let (folder, check) = known_of_two();
    let merged = |selected: &[&str]| {
        let shards: Vec<crate::support::Ran> = ["1/2", "2/2"]
            .iter()
            .map(|shard| {
                let report = format!("json={}.json", &shard[..1]);
                check(&[selected, &["--ci", "--shard", shard, "--report", &report]].concat()).run()
            })
            .collect();
        let files = ["whole.json", "1.json", "2.json"];
        (shards, caketester(["report", "merge"]).args(files).in_dir(folder.path()).run())
    };
    let (shards, whole) = merged(&TWO);
    for ran in shards.iter().chain([&whole]) {
        ran.exits_with(0).never_says("outside this selection");
    }

    let selected = ["--only", "codes/status-absent", "--only", "codes/success"];
    let (shards, whole) = merged(&selected);
    for ran in shards.iter().chain([&whole]) {
        ran.exits_with(1).says(OUTSIDE);
    }
    let one = check(&[&selected[..], &["--ci"]].concat()).run();
    for ran in [&one, &whole] {
        assert_eq!(ran.stdout.matches("baseline:").count(), 1, "{}", ran.describe());
    }
    assert_eq!(one.code, whole.code);
}

#[test]
fn of_what_a_run_that_ended_early_did_not_reach_nothing_is_said() {
    let (_folder, check) = known_of_two();
    let selected = [&TWO[..], &["--only", "codes/key-replaced", "--jobs", "1", "--fail-fast", "--ci"]].concat();
    // The first fails and is not known, so that the run ends there.
    check(&selected).run().exits_with(1).says("2 not run").never_says("baseline:").never_says("outside this selection");
}

#[test]
fn a_baseline_that_is_updated_by_a_part_of_the_pack_keeps_what_was_not_run() {
    let (folder, check) = known_of_two();
    let before = folder.read("known.yaml");
    check(&["--only", "codes/status-absent", "--update-baseline"]).run().exits_with(0);
    assert_eq!(folder.read("known.yaml"), before);
    check(&["--only", "codes/success", "--update-baseline"]).run().exits_with(0);
    assert_eq!(folder.read("known.yaml"), before);
}

#[test]
fn init_asks_little_and_what_it_writes_is_read() {
    let folder = folder();
    let answers = "php push.php {lead_id}\ny\nn\n";
    let ran = caketester(["init", "--ci", "github"]).in_dir(folder.path()).run_with_stdin(answers);
    ran.exits_with(0).says("wrote caketester.yaml\n").says("next: caketester client --tag smoke\n");
    assert_eq!(folder.files(), [".github/workflows/caketester.yml", "caketester.yaml"]);
    assert!(folder.read("caketester.yaml").contains("can:\n  sub_status: true\n  fields: false\n"));
    let advice = "This takes caketester from crates.io, once it is released there.";
    assert!(folder.read(".github/workflows/caketester.yml").contains(advice));
    let gitlab = crate::support::folder();
    caketester(["init", "--ci", "gitlab", "--", "php"]).in_dir(gitlab.path()).run().exits_with(0);
    assert!(gitlab.read(".gitlab-ci.yml").contains(advice));
    // PHP need not be here: that its name is known is what counts.
    let ran = caketester(["client"]).in_dir(folder.path()).env("PATH", "").run();
    ran.exits_with(2).complains("cannot start \"php\"");

    let ran = caketester(["init"]).in_dir(folder.path()).run();
    ran.exits_with(2).complains("caketester.yaml is there already");
    let elsewhere = crate::support::folder();
    let ran = caketester(["init", "--", "php", "push.php", "{leadid}"]).in_dir(elsewhere.path()).run();
    ran.exits_with(2).complains("did you mean {lead_id}?");
    assert_eq!(elsewhere.files(), Vec::<String>::new());
}

/// A setting: how the file, a variable and options say it, where each `@` is what they say.
struct Setting {
    key: &'static str,
    file: &'static str,
    variable: (&'static str, &'static str),
    options: &'static [&'static str],
    /// What else is asked for.
    beside: &'static [&'static str],
    /// What three sources say: the file, the environment, the command line.
    said: [&'static str; 3],
    /// What is seen of it.
    seen: &'static str,
}

const SETTINGS: [Setting; 9] = [
    Setting {
        key: "run",
        file: "run: [no-@]",
        variable: ("CAKETESTER_RUN", "no-@ 'a word'"),
        options: &["--", "no-@"],
        beside: &[],
        said: ["file", "environment", "option"],
        seen: "cannot start \"no-@\"",
    },
    Setting {
        key: "pack",
        file: "pack: no-@",
        variable: ("CAKETESTER_PACK", "no-@"),
        options: &["--pack", "no-@"],
        beside: &["--builtin"],
        said: ["file", "environment", "option"],
        seen: "no-@ is no pack",
    },
    Setting {
        key: "names",
        file: "names: { Funded: By @ }",
        variable: ("CAKETESTER_NAMES", "Full Payment=All of it; Funded=By @"),
        options: &["--name", "Funded=By @"],
        beside: &["--builtin", "--only", "codes/success", "--report", "json=r.json"],
        said: ["file", "environment", "option"],
        seen: "&status=By+@",
    },
    Setting {
        key: "can",
        file: "can: { @: false }",
        variable: ("CAKETESTER_CANNOT", "@"),
        options: &["--cannot", "@"],
        beside: &["--builtin", "--only", "codes/success"],
        said: ["values", "sub_status", "fields"],
        seen: "this client does not do: @\n",
    },
    Setting {
        key: "outcome",
        file: "outcome: { exit: { rejected: [@] } }",
        variable: ("CAKETESTER_OUTCOME_EXIT", "rejected=@\nunknown=11"),
        options: &["--outcome-exit", "rejected=@"],
        beside: &["--only", "codes/success", "--", "false"],
        said: ["41", "42", "43"],
        seen: "exit code 1 means no outcome; these do: @ rejected, ",
    },
    Setting {
        key: "profile",
        file: "profile: @",
        variable: ("CAKETESTER_PROFILE", "@"),
        options: &["--profile", "@"],
        beside: &["--builtin", "--only", "codes/success"],
        said: ["core", "full", "core"],
        seen: "(profile @)",
    },
    Setting {
        key: "timeout",
        file: "timeout: @",
        variable: ("CAKETESTER_TIMEOUT", "@"),
        options: &["--timeout", "@"],
        beside: &["--only", "codes/success", "--", "sleep", "600"],
        said: ["1", "2", "1"],
        seen: "it did not end within @s and was ended",
    },
    Setting {
        key: "baseline",
        file: "baseline: no-@",
        variable: ("CAKETESTER_BASELINE", "no-@"),
        options: &["--baseline", "no-@"],
        beside: &["--builtin"],
        said: ["file", "environment", "option"],
        seen: "cannot read the baseline no-@: ",
    },
    Setting {
        key: "client",
        file: "client: { name: push of the @ }",
        variable: ("CAKETESTER_CLIENT_NAME", "push of the @"),
        options: &["--client-name", "push of the @"],
        beside: &["--builtin", "--only", "codes/success", "--report", "json=r.json"],
        said: ["file", "environment", "option"],
        seen: "\"name\": \"push of the @\"",
    },
];

impl Setting {
    /// What is seen where these sources say something.
    fn seen_with(&self, [file, variable, option]: [bool; 3]) -> String {
        let folder = folder();
        let [in_file, in_variable, in_option] = self.said;
        let options = self.options.iter().map(|text| text.replace('@', in_option)).filter(|_| option);
        let beside = self.beside.iter().map(ToString::to_string);
        // What is behind `--` is the program's.
        let arguments: Vec<String> =
            if self.key == "run" { beside.chain(options).collect() } else { options.chain(beside).collect() };
        let mut client = caketester(["client"]).args(arguments).in_dir(folder.path());
        if file {
            folder.write("caketester.yaml", self.file.replace('@', in_file));
        }
        if variable {
            client = client.env(self.variable.0, self.variable.1.replace('@', in_variable));
        }
        let told = client.run().describe();
        if folder.at("r.json").exists() { told + &folder.read("r.json") } else { told }
    }
}

#[test]
fn every_setting_can_be_said_in_the_file_the_environment_and_the_command_line_the_last_of_which_prevails() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../config.schema.json")).expect("it is JSON");
    let keys: Vec<&String> = schema["properties"].as_object().expect("it has properties").keys().collect();
    assert_eq!(SETTINGS.map(|setting| setting.key).to_vec(), keys);
    let documented = include_str!("../../docs/config.md");
    let check = |setting: &Setting| {
        let option = setting.options[0];
        let row = format!("| `{}` | ", setting.key);
        let row = documented.lines().find(|line| line.starts_with(&row)).expect("docs/config.md has a row for each");
        assert!(row.contains(&format!("`{option}`")) && row.contains(setting.variable.0), "{row}");
        for (sources, prevails) in [
            ([true, false, false], 0),
            ([false, true, false], 1),
            ([false, false, true], 2),
            ([true, true, false], 1),
            ([true, true, true], 2),
        ] {
            let seen = setting.seen.replace('@', setting.said[prevails]);
            let told = setting.seen_with(sources);
            assert!(told.contains(&seen), "{}, said by {sources:?}: no {seen:?} in\n{told}", setting.key);
        }
    };
    // Those of which something is to be waited for do not hold up the others.
    std::thread::scope(|threads| SETTINGS.iter().for_each(|setting| drop(threads.spawn(move || check(setting)))));
}

#[test]
fn the_command_to_repeat_has_what_variables_said_and_not_what_the_file_says_again() {
    let (folder, check) = project(Played::TrustsHttp200, "timeout: 50\n");
    let repeats = |ran: &crate::support::Ran, options: &str| {
        ran.exits_with(1).says(&format!("    repeat    caketester client{options} --only codes/status-absent -- "));
    };
    let only = ["--only", "codes/status-absent"];
    repeats(&check(&only).run(), "");
    repeats(&check(&only).env("CAKETESTER_TIMEOUT", "41").run(), " --timeout 41");
    repeats(&check(&[&only[..], &["--timeout", "42"]].concat()).env("CAKETESTER_TIMEOUT", "41").run(), " --timeout 42");

    folder.write("other.yaml", folder.read("caketester.yaml"));
    folder.write("known.yaml", "[]");
    caketester(["pack", "export", "pack"]).in_dir(folder.path()).run().exits_with(0);
    let said = [
        ("PACK", "pack", "--pack pack"),
        ("OUTCOME_EXIT", "unknown=11,12", "--outcome-exit unknown=11,12"),
        ("TIMEOUT", "41", "--timeout 41"),
        ("CONFIG", "other.yaml", "--config other.yaml"),
        ("BASELINE", "known.yaml", "--baseline known.yaml"),
        ("PROFILE", "core", "--profile core"),
        ("CANNOT", "fields", "--cannot fields"),
        ("NAMES", "Funded=Paid", "--name 'Funded=Paid'"),
    ];
    let set = |ran: Caketester, (name, value, _): &(&str, &str, &str)| ran.env(format!("CAKETESTER_{name}"), value);
    let options = said.map(|(.., option)| option).join(" ");
    repeats(&said.iter().fold(check(&only), set).run(), &format!(" {options}"));
}

#[test]
fn a_variable_that_cannot_be_read_is_told_with_how_it_is_written() {
    for (name, value, told) in [
        ("CAKETESTER_RUN", "php 'push.php", "CAKETESTER_RUN is no command line: missing closing quote"),
        ("CAKETESTER_NAMES", "Funded", "CAKETESTER_NAMES has \"Funded\": it is of the form PACKS=NETWORKS"),
        (
            "CAKETESTER_OUTCOME_EXIT",
            "refused=2",
            "CAKETESTER_OUTCOME_EXIT has \"refused=2\": \"refused\" is no outcome",
        ),
        ("CAKETESTER_TIMEOUT", "0", "CAKETESTER_TIMEOUT is \"0\"\n  help: it is a number of seconds, from 1 to 86400"),
    ] {
        let ran = caketester(["client", "--builtin", "--only", "codes/success"]).env(name, value).run();
        ran.exits_with(2).says_nothing().complains(told);
        // One that is empty is none.
        caketester(["client", "--builtin", "--only", "codes/success"]).env(name, "").run().exits_with(0);
    }
    // What holds for every run forbids none.
    let ran = caketester(["client", "--batch", "--only", "codes/success", "--", "true"]);
    ran.env("CAKETESTER_TIMEOUT", "5").env("CAKETESTER_OUTCOME_EXIT", "rejected=2").run().exits_with(1);
}

#[test]
fn a_misspelt_variable_is_told_and_fails_nothing() {
    let run = |name: &str| caketester(["client", "--builtin", "--only", "codes/success"]).env(name, "core").run();
    for (name, meant) in
        [("CAKETESTER_PROFLIE", "CAKETESTER_PROFILE"), ("CAKETESTER_OUTCOME_EXITS", "CAKETESTER_OUTCOME_EXIT")]
    {
        let ran = run(name);
        assert_eq!(ran.stderr, format!("note: {name} is no variable of caketester; did you mean {meant}?\n"));
        ran.exits_with(0).says("1 passed");
    }
    let ran = run("CAKETESTER_WHATEVER");
    ran.exits_with(0).complains("note: CAKETESTER_WHATEVER is no variable of caketester; docs/config.md lists them\n");
}

#[test]
fn a_variable_that_is_read_or_set_by_caketester_is_no_misspelling() {
    let documented = include_str!("../../docs/config.md").split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
    let mut names: Vec<&str> =
        documented.filter(|word| word.starts_with("CAKETESTER_") && !word.ends_with('_')).collect();
    assert!(names.contains(&"CAKETESTER_PACK") && names.contains(&"CAKETESTER_RUN"), "{names:?}");
    names.extend(["CAKETESTER_CASES", "CAKETESTER_OUTCOME", "CAKETESTER_OUTCOMES", "CAKETESTER_REQUIRE_ALL"]);
    // A key may be kept in a variable of any name.
    names.push("CAKETESTER_API_KEY");
    let listing = names.iter().fold(caketester(["report", "schema"]), |ran, name| ran.env(name, "x"));
    listing.run().exits_with(0).complains_of_nothing();
}
