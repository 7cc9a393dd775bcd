//! `caketester explain`: a code, a scenario, and the pages of the documentation.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::page::assert_snapshot;
use crate::support::{caketester, exported_pack};

#[test]
fn the_lead_of_the_readme_is_explained_though_no_scenario_is_about_it() {
    assert_snapshot!(caketester(["explain", "C8097F17"]).run().exits_with(0).stdout, @"
    C8097F17: an ordinary lead of this pack, sold to Acme Lending
      answer    as CAKE would answer: code 0 where key, status and fields are right
    ");
}

#[test]
fn a_code_is_explained_with_who_has_to_act_and_what_to_try() {
    let told = caketester(["explain", "3"]).run();
    insta::assert_snapshot!(told.exits_with(0).stdout, @"
    code 3
      meaning   status not recognised: it has to match a configured status exactly, letter case and spaces included
      basis     documented
      client    rejected
      to act    the buyer, or the network if it renamed the status
      to try    compare status and sub-status with the network's list, letter for letter, spaces included
    ");
    let mut pages = String::new();
    for code in ["0", "1", "2", "4", "10"] {
        pages += &caketester(["explain", code]).run().exits_with(0).page();
    }
    assert_snapshot!(pages);
}

#[test]
fn a_scenario_is_explained_with_who_has_to_act_and_what_to_try() {
    let told = caketester(["explain", "codes/status-absent"]).run();
    insta::assert_snapshot!(told.exits_with(0).stdout, @r#"
    codes/status-absent: The network has not configured this status
      meaning   The network drops or renames a status and forgets to tell its buyers. A client that misses the refusal leaves a hole in the Lead Status Master Report which both sides find months later.
      basis     documented: CAKE's own article describes it, so a client has to do it
      update    lead_id="5A1E0008" status="Funded"
      answer    code 3, because status "Funded" is not configured
      client    rejected
      to act    the buyer, or the network if it renamed the status
      to try    compare status and sub-status with the network's list, letter for letter, spaces included

      more      caketester scenarios show codes/status-absent
      check     caketester client --only codes/status-absent -- PROGRAM …
    "#);
}

#[test]
fn each_step_of_a_scenario_is_explained_by_the_answer_it_gets_in_the_end() {
    let told = caketester(["explain", "platform/sub-status-demanded"]).run();
    insta::assert_snapshot!(told.exits_with(0).stdout, @r#"
    platform/sub-status-demanded: The service insists on sub_status, if only an empty one
      meaning   A strict web service of this platform wants every parameter it declares. A client that leaves sub_status out gets a line of text here, not XML, and nothing is recorded; one that sends it empty is served.
      basis     assumed: nobody outside CAKE knows; this is one possibility

      step with-one
      update    lead_id="5A1E0904" status="Funded" sub_status="Full Payment"
      answer    code 0, because every check passed
      client    updated
      to act    nobody
      to try    nothing; sending the update again sets the status anew, to the same

      step without-one
      update    lead_id="5A1E0905" status="Funded"
      answer    HTTP 500 without a code, because the parameter sub_status was not sent
      client    updated or unknown
      to act    the buyer first; if it persists, the network
      to try    keep the update and send it again later, which sets the same status; if that fails too, send the network the request and the whole answer

      more      caketester scenarios show platform/sub-status-demanded
      check     caketester client --only platform/sub-status-demanded -- PROGRAM …
    "#);
    assert_snapshot!(caketester(["explain", "updates/retry-after-503"]).run().exits_with(0).page(), @r#"
    $ caketester explain updates/retry-after-503
    exit code 0
    --- stdout
    updates/retry-after-503: Unavailable once, then an ordinary answer
      meaning   Servers are restarted. Trying again later is welcome, saying "unknown" is honest, and taking the error page for an answer is neither.
      basis     assumed: nobody outside CAKE knows; this is one possibility
      update    lead_id="5A1E030B" status="Funded"
      answer    code 0, because every check passed
      client    updated or unknown
      to act    nobody
      to try    nothing; sending the update again sets the status anew, to the same

      more      caketester scenarios show updates/retry-after-503
      check     caketester client --only updates/retry-after-503 -- PROGRAM …
    "#);
    assert_snapshot!(caketester(["explain", "answers/code-7"]).run().exits_with(0).page(), @r#"
    $ caketester explain answers/code-7
    exit code 0
    --- stdout
    answers/code-7: A code that is in no table
      meaning   CAKE may add codes. Whatever a new one means, it is not the one that means success.
      basis     assumed: nobody outside CAKE knows; this is one possibility
      update    lead_id="5A1E042B" status="Funded"
      answer    code 7, because the scenario answers in CAKE's place, which itself would say: every check passed
      client    rejected or unknown
      to act    the buyer first; if it persists, the network
      to try    keep the update and send it again later, which sets the same status; if that fails too, send the network the request and the whole answer

      more      caketester scenarios show answers/code-7
      check     caketester client --only answers/code-7 -- PROGRAM …
    "#);
}

#[test]
fn a_scenario_of_a_pack_on_disk_is_explained_with_commands_that_name_it() {
    let pack = exported_pack();
    let told = caketester(["explain", "codes/success", "--pack", "."]).in_dir(pack.path()).run();
    assert_snapshot!(told.exits_with(0).page(), @r#"
    $ caketester explain codes/success --pack .
    exit code 0
    --- stdout
    codes/success: A status the network knows
      meaning   The plainest update there is. A client that cannot report this one as updated will send it again every night, or raise an alarm over nothing.
      basis     documented: CAKE's own article describes it, so a client has to do it
      update    lead_id="5A1E0000" status="Funded"
      answer    code 0, because every check passed
      client    updated
      to act    nobody
      to try    nothing; sending the update again sets the status anew, to the same

      more      caketester scenarios show codes/success --pack .
      check     caketester client --pack . --only codes/success -- PROGRAM …
    "#);
}

#[test]
fn a_rule_is_explained_with_its_option_in_each_http_library() {
    for (rule, php, go) in [
        ("S01", "CURLOPT_FOLLOWLOCATION => false", "CheckRedirect: return http.ErrUseLastResponse"),
        ("S02", "CURLOPT_CAINFO => getenv('CAKE_CA_FILE')", "&tls.Config{RootCAs: pool}"),
        ("Q08", "http_build_query($parameters)", "url.Values.Encode()"),
        ("R04", "CURLOPT_TIMEOUT => 20", "http.Client{Timeout: 20 * time.Second}"),
    ] {
        let told = caketester(["explain", rule]).run();
        let libraries = told.exits_with(0).stdout.lines().filter(|line| line.starts_with("            "));
        let libraries: Vec<&str> = libraries.map(str::trim_start).collect();
        assert_eq!(libraries.len(), 10, "{}", told.stdout);
        assert!(libraries[0].starts_with("PHP cURL: ") && libraries[0].contains(php), "{}", told.stdout);
        assert!(libraries.iter().any(|line| line.starts_with("net/http: ") && line.contains(go)), "{}", told.stdout);
    }
}

#[test]
fn what_is_neither_is_told_with_what_was_meant() {
    let told = caketester(["explain", "status-absent"]).run();
    assert_snapshot!(told.exits_with(4).page(), @r#"
    $ caketester explain status-absent
    exit code 4
    --- stderr
    error: there is no scenario "status-absent" in this pack
      help: did you mean codes/status-absent?
    "#);
}

#[test]
fn every_page_that_is_listed_can_be_read_without_the_repository() {
    let list = caketester(["explain"]).run();
    assert_snapshot!(list.stdout);
    let pages: Vec<&str> = list.stdout.lines().skip_while(|line| !line.starts_with("Or ")).skip(1).collect();
    assert!(pages.len() > 10, "{pages:?}");
    for page in pages {
        let name = page.split_whitespace().nth(2).expect("a page has a name");
        let text = caketester(["explain", name]).run().stdout;
        assert!(text.starts_with("# ") && text.len() > 1_000, "{name}: {text}");
    }
}

#[test]
fn every_page_that_a_message_points_to_is_there() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut named = BTreeSet::new();
    let mut directories = vec![sources];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                // What a person with only the binary does not have.
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                let page = code.into_iter().find(|line| line.contains("docs/") && !line.contains("../../docs/"));
                assert_eq!(page, None, "{}", path.display());
                named.extend(text.split("caketester explain ").skip(1).filter_map(|rest| {
                    let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
                    (name.len() > 2 && !rest[name.len()..].starts_with('/')).then_some(name)
                }));
            }
        }
    }
    for name in &named {
        caketester(["explain", name]).run().exits_with(0);
    }
    assert!(named.len() > 4, "{named:?}");
}
