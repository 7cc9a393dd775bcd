//! `caketester serve --state`: what a client was answered is there again, whatever became of the mock.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::support::{Folder, HttpAnswer, Ran, Running, caketester, folder, get};
use rusqlite::Connection;
use serde_json::Value;

fn serve(file: &Path) -> Running {
    serving(file).starts()
}

fn serving(file: &Path) -> crate::support::Caketester {
    caketester(["serve", "--port", "0", "--state"]).arg(file)
}

fn send(served: &Running, query: &str) -> HttpAnswer {
    get(&format!("{}?api_key=BuyerAPIKeyHere&{query}", served.url()))
}

fn export(file: &Path) -> Ran {
    caketester(["state", "export"]).arg(file).run()
}

/// The updates of a state file.
fn updates(file: &Path) -> Vec<Value> {
    let ran = export(file);
    ran.exits_with(0);
    decided(&ran.stdout)
}

fn decided(lines: &str) -> Vec<Value> {
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
    lines.filter_map(|mut line| line.get_mut("decided").map(Value::take)).collect()
}

/// A state file that holds so many updates.
fn filled(folder: &Folder, updates: usize) -> std::path::PathBuf {
    let file = folder.at("state.db");
    let served = serve(&file);
    for number in 0..updates {
        let note = "x".repeat(200);
        assert_eq!(send(&served, &format!("lead_id=C8097F17&status=Funded&note={note}{number}")).status, 200);
    }
    served.ends_on("TERM").exits_with(0);
    file
}

#[test]
fn what_was_decided_is_there_again_after_a_restart() {
    let folder = folder();
    let file = folder.at("state.db");
    let served = serve(&file);
    assert_eq!(served.ready["restored"], 0);
    let first = send(&served, "lead_id=5A1E030B&status=Funded");
    send(&served, "lead_id=C8097F17&status=Funded&sub_status=Full+Payment&loan_amount=25000");
    send(&served, "lead_id=C8097F17&status=funded");
    send(&served, "lead_id=0000&status=Funded");
    served.ends_on("TERM").exits_with(0);

    let served = serve(&file);
    assert_eq!(served.ready["restored"], 4);
    assert_eq!(served.ready["state"], file.to_string_lossy().into_owned());
    let second = send(&served, "lead_id=5A1E030B&status=Funded");
    send(&served, "lead_id=C8097F17&status=Unqualified");
    served.ends_on("TERM").exits_with(0);
    // The scenario fails the first attempt alone: the second is the second also after a restart.
    assert_eq!((first.status, second.status), (503, 200));

    let updates = updates(&file);
    let of = |lead: &str, what: &str| -> Vec<Value> {
        updates.iter().filter(|update| update["lead_id"] == lead).map(|update| update[what].clone()).collect()
    };
    assert_eq!(of("C8097F17", "attempt"), [1, 2, 3]);
    assert_eq!(of("C8097F17", "code"), [0, 3, 0]);
    assert_eq!(of("C8097F17", "buyer"), ["Acme Lending"; 3]);
    assert_eq!(of("0000", "attempt"), [0]);
    assert_eq!(updates[1]["update"]["fields"]["loan_amount"], "25000");
    assert_eq!(updates[1]["origin"]["campaign"], "Brightside Media - Search");
}

#[test]
fn a_key_in_a_value_is_not_kept() {
    let folder = folder();
    let file = folder.at("state.db");
    let served = serve(&file);
    send(&served, "lead_id=C8097F17&status=Funded&note=BuyerAPIKeyHere&policy_number=R4TN8W2YH6JC0VSD");
    send(&served, "lead_id=C8097F17&status=BuyerAPIKeyHere");
    served.ends_on("TERM").exits_with(0);
    let bytes = fs::read(&file).expect("the file is there");
    for key in ["BuyerAPIKeyHere", "R4TN8W2YH6JC0VSD"] {
        assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()), "{key}");
    }
}

/// Sends updates from several threads, each with a marker of its own, until the mock goes. Returns what was acknowledged.
fn load(served: &Running, next: &Arc<AtomicU32>) -> thread::JoinHandle<BTreeSet<String>> {
    let (url, next) = (served.url().to_owned(), Arc::clone(next));
    thread::spawn(move || {
        let acknowledged = Mutex::new(BTreeSet::new());
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    loop {
                        let marker = format!("m{}", next.fetch_add(1, Ordering::Relaxed));
                        let lead = if marker.len() % 2 == 0 { "C8097F17" } else { "5A1EZZZZ" };
                        let query = format!("api_key=BuyerAPIKeyHere&lead_id={lead}&status=Funded&note={marker}");
                        let answer = std::panic::catch_unwind(|| get(&format!("{url}?{query}")));
                        match answer {
                            Ok(answer) if answer.body.contains("<code>0</code>") => {
                                acknowledged.lock().expect("no thread panics here").insert(marker);
                            }
                            _ => return,
                        }
                    }
                });
            }
        });
        acknowledged.into_inner().expect("no thread panics here")
    })
}

#[cfg(unix)]
#[test]
fn what_was_acknowledged_survives_a_kill_in_the_middle_of_load() {
    let folder = folder();
    let file = folder.at("state.db");
    let next = Arc::default();
    let mut acknowledged = BTreeSet::new();
    for round in 1..=3 {
        let served = serve(&file);
        let sending = load(&served, &next);
        thread::sleep(Duration::from_millis(150 * round));
        served.ends_on("KILL");
        acknowledged.extend(sending.join().expect("it does not panic"));
    }
    let updates = updates(&file);
    let mut markers = BTreeMap::<&str, u32>::new();
    let mut attempts = BTreeMap::<&str, Vec<u64>>::new();
    for update in &updates {
        *markers.entry(update["update"]["fields"]["note"].as_str().expect("a note")).or_default() += 1;
        let lead = update["lead_id"].as_str().expect("a lead");
        attempts.entry(lead).or_default().push(update["attempt"].as_u64().expect("a number"));
    }
    assert!(acknowledged.len() > 10, "{} were acknowledged", acknowledged.len());
    let lost: Vec<_> = acknowledged.iter().filter(|marker| !markers.contains_key(&***marker)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(markers.values().all(|times| *times == 1), "{markers:?}");
    for (lead, attempts) in attempts {
        assert!(attempts.iter().copied().eq(1..=attempts.len() as u64), "{lead}: {attempts:?}");
    }
}

#[test]
fn a_locked_file_is_http_500_and_nothing_is_recorded() {
    let folder = folder();
    let file = folder.at("state.db");
    let mut served = serve(&file);
    let other = Connection::open(&file).expect("it is a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
    let answer = send(&served, "lead_id=C8097F17&status=Funded&note=one");
    assert_eq!(answer.status, 500, "{}", answer.head);
    assert!(answer.body.contains("Server Error in"), "{}", answer.body);
    served.logs("nothing was recorded: ");
    drop(other);
    assert_eq!(send(&served, "lead_id=C8097F17&status=Funded&note=two").status, 200);
    served.ends_on("TERM").complains("is locked by another program");
    let updates = updates(&file);
    assert_eq!((updates.len(), &updates[0]["attempt"]), (1, &1.into()));
    assert_eq!(updates[0]["update"]["fields"]["note"], "two");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_grow_is_http_500_and_nothing_is_recorded() {
    let folder = folder();
    let file = folder.at("state.db");
    let limited = ["sh", "-c", "trap '' XFSZ; ulimit -f 160; exec \"$@\"", "sh"];
    let served = serving(&file).behind(&limited).starts();
    let mut acknowledged = Vec::new();
    let refused = (0..200).find(|number| {
        let note = format!("{}{number}", "x".repeat(1_500));
        let answer = send(&served, &format!("lead_id=C8097F17&status=Funded&note={note}"));
        if answer.status == 200 {
            acknowledged.push(note);
        }
        answer.status == 500
    });
    assert!(refused.is_some() && !acknowledged.is_empty(), "{} were acknowledged", acknowledged.len());
    served.ends_on("TERM").complains("nothing was recorded: cannot use ");
    let kept: Vec<String> = updates(&file)
        .iter()
        .map(|update| update["update"]["fields"]["note"].as_str().expect("a note").into())
        .collect();
    assert_eq!(kept, acknowledged);
}

#[test]
fn a_torn_file_is_reported_and_what_is_left_of_it_becomes_a_new_one() {
    let folder = folder();
    let file = filled(&folder, 150);
    let bytes = fs::read(&file).expect("it is there");
    fs::write(&file, &bytes[..bytes.len() * 6 / 10 / 4096 * 4096]).expect("it can be written");
    let refused = serving(&file).run();
    refused.exits_with(2).complains("is damaged after").complains("state export");

    let exported = export(&file);
    exported.exits_with(2).complains("is damaged after");
    let left = exported.stdout.lines().count() - 1;
    assert!((20..150).contains(&left), "{left} lines");
    let new = folder.at("new.db");
    let imported = caketester(["state", "import"]).arg(&new).run_with_stdin(&exported.stdout);
    imported.exits_with(0).complains(&format!("imported {left} updates"));
    assert_eq!(serve(&new).ready["restored"], left);
}

#[test]
fn what_is_no_state_file_is_left_as_it_is() {
    let folder = folder();
    let text = folder.write("notes.txt", "my notes, which are long enough to be anything at all\n".repeat(50));
    let other = folder.at("other.db");
    Connection::open(&other).and_then(|other| other.execute_batch("CREATE TABLE mine (a)")).expect("it can be made");
    for file in [text, other] {
        let before = fs::read(&file).expect("it is there");
        serving(&file).run().exits_with(2).complains("is not a state file of caketester");
        export(&file).exits_with(2).complains("is not a state file of caketester");
        assert_eq!(fs::read(&file).expect("it is there"), before);
    }
    export(&folder.at("none.db")).exits_with(2).complains("there is no state file").complains("serve --state");
}

#[test]
fn a_newer_file_is_refused() {
    for newer in ["PRAGMA user_version = 2", "UPDATE decided SET version = 2"] {
        let folder = folder();
        let file = filled(&folder, 1);
        Connection::open(&file).and_then(|file| file.execute_batch(newer)).expect("it can be changed");
        let refused = serving(&file).run();
        refused
            .exits_with(2)
            .complains("has version 2; this caketester reads up to version 1")
            .complains("newer caketester");
        export(&file).exits_with(2).complains("has version 2");
    }
}

#[test]
fn a_file_is_written_out_and_read_in_again_without_loss() {
    let folder = folder();
    let file = filled(&folder, 3);
    let exported = export(&file);
    exported.exits_with(0).complains("exported 3 updates");
    let new = folder.at("new.db");
    let import = || caketester(["state", "import"]).arg(&new);
    import().run_with_stdin(&exported.stdout).exits_with(0);
    assert_eq!(export(&new).stdout, exported.stdout);
    import().run_with_stdin(&exported.stdout).exits_with(2).complains("exists already");

    fs::remove_file(&new).expect("it is there");
    let spoilt = exported.stdout.replacen("\"version\":1", "\"version\":2", 3);
    import().run_with_stdin(&spoilt).exits_with(2).complains("line 1: it has version 2");
    import().run_with_stdin(&format!("{}nonsense\n", exported.stdout)).exits_with(2).complains("line 5: ");
    assert!(!new.exists());
}

#[test]
fn the_lines_of_version_1_can_be_read() {
    let folder = folder();
    let file = folder.at("state.db");
    let lines = include_str!("state-1.jsonl");
    caketester(["state", "import"]).arg(&file).run_with_stdin(lines).exits_with(0);
    assert_eq!(updates(&file), decided(lines));
}

#[test]
fn two_mocks_do_not_share_a_file() {
    let folder = folder();
    let file = folder.at("state.db");
    let first = serve(&file);
    serving(&file).run().exits_with(2).complains("another `caketester serve` uses");
    // Reading is another matter.
    export(&file).exits_with(0);
    first.ends_on("TERM").exits_with(0);
    serve(&file);
}
