//! A canary: the buyer's key is one that cannot be mistaken, and then everything a run can leave is searched for it.

use crate::support::{
    Caketester, Folder, Ran, caketester, exported_pack, folder, raw_server, server_that_answers, skipped_without,
};

/// A key with whatever has to be escaped somewhere, and with an end and a beginning that look alike however it
/// is escaped.
const CANARY: &str = "QfrontZ7canary k+y/…=&\"<'\\%2B>#backX9canaryW";
/// The parts no escape changes. If one of them stands anywhere, so does the key, or half of it.
const TRACES: [&str; 2] = ["frontz7canary", "backx9canary"];
const SUCCESS: &str = "<result>\n  <code>0</code>\n  <msg>success</msg>\n</result>";

/// Where the pack has its key from.
#[derive(Debug, Clone, Copy)]
enum Kept {
    Inline,
    InTheEnvironment,
}

const BOTH: [Kept; 2] = [Kept::Inline, Kept::InTheEnvironment];

/// The standard pack with the canary for its first buyer's key, and a folder for everything else.
struct Cage {
    pack: Folder,
    out: Folder,
}

fn cage(kept: Kept) -> Cage {
    let pack = exported_pack();
    let key = match kept {
        Kept::Inline => serde_json::Value::from(CANARY).to_string(),
        Kept::InTheEnvironment => "{ env: CANARY }".to_owned(),
    };
    pack.edit("scenarios/instance.yaml", "key: BuyerAPIKeyHere", &format!("key: {key}"));
    Cage { pack, out: folder() }
}

impl Cage {
    /// This command on the pack, with the key in its environment.
    fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Caketester {
        caketester(arguments).arg("--pack").arg(self.pack.path()).env("CANARY", CANARY)
    }

    /// The client of these shell commands, which gets the key and writes reports.
    #[cfg(unix)]
    fn client(&self, script: &str) -> Ran {
        self.client_by(&[], script)
    }

    /// The same, with these options.
    #[cfg(unix)]
    fn client_by(&self, options: &[&str], script: &str) -> Ran {
        let (json, junit) = (self.out.at("report.json"), self.out.at("report.xml"));
        self.run(["client", "--only", "codes/success", "--only", "codes/status-absent"])
            .args(options)
            .arg(format!("--report=json={}", json.display()))
            .arg(format!("--report=junit={}", junit.display()))
            .arg(format!("--report=html={}", self.out.at("report.html").display()))
            .arg(format!("--report=markdown={}", self.out.at("report.md").display()))
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_STEP_SUMMARY", self.out.at("summary.md"))
            .args(["--", "sh", "-c", script, "{api_key}", "{url}?api_key={api_key}"])
            .run()
    }

    /// Nothing that was said or written holds the key. What a person wrote is theirs, and `pack export` is no run.
    #[track_caller]
    fn is_kept(&self, ran: &Ran) {
        assert_clean("stdout", &ran.stdout);
        assert_clean("stderr", &ran.stderr);
        for file in self.out.files() {
            assert_clean(&file, &self.out.read(&file));
        }
        for file in self.pack.files().iter().filter(|file| file.starts_with("snapshots/")) {
            assert_clean(file, &self.pack.read(file));
        }
    }
}

#[track_caller]
fn assert_clean(what: &str, text: &str) {
    let lower = text.to_lowercase();
    let found = TRACES.iter().find(|trace| lower.contains(**trace));
    assert!(found.is_none(), "{what} holds {found:?} of the key:\n{text}");
}

/// Prints the key in every way a program may: as it is, encoded, and within the URL.
#[cfg(unix)]
const TELL: &str = r#"
    echo "my key is $0 and my URL is $1"
    echo "my key is $CAKE_API_KEY and my URL is $1" >&2
    env | grep CANARY
"#;

#[test]
fn the_search_finds_the_key_however_it_is_escaped() {
    let json = serde_json::Value::from(CANARY).to_string();
    let form: String = form_urlencoded::byte_serialize(CANARY.as_bytes()).collect();
    let shell = shell_words::quote(CANARY).into_owned();
    for text in [CANARY, &json, &form, &form.to_lowercase(), &shell] {
        assert!(std::panic::catch_unwind(|| assert_clean("it", text)).is_err(), "{text}");
    }
}

#[test]
#[cfg(unix)]
fn a_client_that_crashes_and_prints_its_key_and_its_url_leaves_neither() {
    if skipped_without("curl", &["curl", "--version"]) {
        return;
    }
    for kept in BOTH {
        let cage = cage(kept);
        let send = "curl --silent --get --data-urlencode \"api_key=$CAKE_API_KEY\" --data-urlencode \"lead_id=$CAKE_LEAD_ID\" \
                    --data-urlencode \"status=$CAKE_STATUS\" \"$CAKE_URL\"";
        let ran = cage.client(&format!("{TELL}\n{send}\nexit 1"));
        ran.exits_with(1).says("my key is ***").says("api_key=***");
        cage.is_kept(&ran);
        let report: serde_json::Value =
            serde_json::from_str(&cage.out.read("report.json")).expect("the report is JSON");
        assert!(report.to_string().contains("my key is ***"));
        assert!(cage.out.read("report.xml").contains("api_key=***"));
    }
}

#[test]
#[cfg(unix)]
fn a_client_that_passes_or_fails_and_prints_its_key_leaves_none() {
    if skipped_without("curl", &["curl", "--version"]) {
        return;
    }
    for outcome in ["exit 0", "exit 10", "kill -9 $$"] {
        let cage = cage(Kept::InTheEnvironment);
        let send = "curl --silent --get --data-urlencode \"api_key=$CAKE_API_KEY\" --data-urlencode \"lead_id=$CAKE_LEAD_ID\" \
                    --data-urlencode \"status=$CAKE_STATUS\" --data-urlencode \"note=$CAKE_API_KEY\" \"$CAKE_URL\"";
        let ran = cage.client(&format!("{TELL}\n{send}\n{outcome}"));
        ran.exits_with(1);
        cage.is_kept(&ran);
    }
    let cage = cage(Kept::Inline);
    let ran = cage.run(["client", "--builtin"]).run();
    ran.exits_with(0);
    cage.is_kept(&ran);
}

#[test]
#[cfg(unix)]
fn a_client_that_sends_its_key_in_the_wrong_place_or_unencoded_leaves_none() {
    if skipped_without("curl", &["curl", "--version"]) {
        return;
    }
    let query = "api_key=$CAKE_API_KEY&lead_id=$CAKE_LEAD_ID&status=$CAKE_STATUS";
    let lead = "--data-urlencode \"lead_id=$CAKE_LEAD_ID\"";
    let key = "--data-urlencode \"api_key=$CAKE_API_KEY\"";
    for send in [
        format!("curl --silent --globoff \"$CAKE_URL?{query}\""),
        format!("curl --silent --get {key} {lead} --data-urlencode \"status=$CAKE_API_KEY\" \"$CAKE_URL\""),
        format!("curl --silent --get {key} {lead} --data-urlencode \"$CAKE_API_KEY=1\" \"$CAKE_URL\""),
        format!("curl --silent --get {lead} --data-urlencode \"key=$CAKE_API_KEY\" \"$CAKE_URL/$CAKE_API_KEY\""),
        format!("curl --silent {key} {lead} --data-urlencode \"sub_status=$CAKE_API_KEY\" \"$CAKE_URL\""),
        format!("curl --silent --request \"X\" --get {key} {lead} \"$CAKE_URL\""),
    ] {
        let cage = cage(Kept::Inline);
        let ran = cage.client(&format!("{send}; exit 0"));
        ran.exits_with(1);
        cage.is_kept(&ran);
    }
}

#[test]
#[cfg(unix)]
fn a_client_that_sends_a_key_of_its_own_and_prints_it_leaves_none() {
    if skipped_without("curl", &["curl", "--version"]) {
        return;
    }
    let pack = exported_pack();
    let own = Cage { pack, out: folder() };
    let send = "curl --silent --get --data-urlencode \"api_key=$CANARY\" --data-urlencode \"lead_id=$CAKE_LEAD_ID\" \
                --data-urlencode \"status=$CAKE_STATUS\" \"$CAKE_URL\"";
    let ran = own.client(&format!("echo \"sending $CANARY\"; {send}; exit 0"));
    ran.exits_with(1).says("\nQ03 ").says("sending ***");
    own.is_kept(&ran);
}

#[test]
#[cfg(unix)]
fn a_client_that_never_reaches_the_mock_and_prints_a_key_of_its_own_in_any_way_leaves_none() {
    let cage = Cage { pack: exported_pack(), out: folder() };
    let key = "a8Zq4Lm2Xw9";
    let shapes = include_str!("../../src/secret/shapes.txt").replace("\\n", "\n").replace("{K}", key);
    std::fs::write(cage.out.at("shapes"), shapes).unwrap();
    let shapes = cage.out.at("shapes");
    let ran = cage.client(&format!("cat '{0}'; cat '{0}' >&2; exit 1", shapes.display()));
    std::fs::remove_file(&shapes).unwrap();
    ran.exits_with(1);
    for file in cage.out.files() {
        assert!(!cage.out.read(&file).contains(key), "{file} holds it");
    }
    assert!(!ran.stdout.contains(key) && !ran.stderr.contains(key), "{}", ran.stdout);
}

#[test]
#[cfg(unix)]
fn a_short_key_that_a_client_prints_is_masked_and_lint_tells_that_it_is_short() {
    let cage = Cage { pack: exported_pack(), out: folder() };
    cage.pack.edit("scenarios/instance.yaml", "key: BuyerAPIKeyHere", "key: k3y");
    let ran = cage.client("echo \"my key is $0, no $0board\"; exit 1");
    ran.exits_with(1).says("my key is ***, no k3yboard");
    let lint = caketester(["scenarios", "lint", "--pack"]).arg(cage.pack.path()).run();
    lint.says("note: the key of Acme Lending could be any word, so it is masked only in what a client prints; give it 8 characters or more");
}

#[test]
#[cfg(unix)]
fn a_batch_that_prints_its_key_and_writes_it_where_outcomes_belong_leaves_none() {
    if skipped_without("curl", &["curl", "--version"]) {
        return;
    }
    let send = "curl --silent --get --data-urlencode \"api_key=$CAKE_API_KEY\" --data-urlencode lead_id=5A1E0008 \
                --data-urlencode \"status=$CAKE_API_KEY\" \"$CAKE_URL\"";
    // Where a mistake is shown it is cut off: within the key, for one of these.
    for length in [0, 30, 45, 60, 75] {
        let cage = cage(Kept::InTheEnvironment);
        let tell = TELL.replace("$1", "$CAKE_URL?api_key=$CAKE_API_KEY").replace("$0", "$CAKE_API_KEY");
        let told = format!("printf '{}%s\\n' \"$CAKE_API_KEY\" > \"$CAKETESTER_OUTCOMES\"", "x".repeat(length));
        let (json, junit) = (cage.out.at("report.json"), cage.out.at("report.xml"));
        let ran = cage
            .run(["client", "--batch", "--settle", "0", "--only", "codes/success", "--only", "codes/status-absent"])
            .arg(format!("--report=json={}", json.display()))
            .arg(format!("--report=junit={}", junit.display()))
            .args(["--", "sh", "-c", &format!("{tell}\n{send}\n{told}\nexit 1"), "{api_key}"])
            .run();
        ran.exits_with(1).says("could be read: the first line is").says("my key is ***");
        cage.is_kept(&ran);
    }
}

#[test]
#[cfg(unix)]
fn an_observation_leaves_no_key_right_or_wrong_and_neither_does_its_report() {
    for (key, is_right) in [(CANARY.to_owned(), true), (CANARY.replace("QfrontZ", "wrong-frontZ"), false)] {
        let cage = cage(Kept::InTheEnvironment);
        let observed = cage.out.at("report.json").to_string_lossy().into_owned();
        let report = format!("--report=json={observed}");
        let options = ["client", "--observe", "--port", "0", "--only", "codes/success", &report];
        let mut observing = cage.run(options).begins();
        let url = observing.says("observing ").trim_start_matches("observing ").trim().to_owned();
        let form: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
        for (lead, before) in [("5A1E0000", ""), ("nobody", "another")] {
            let form = format!("{before}{form}");
            crate::support::get(&format!("{url}?api_key={form}&lead_id={lead}&status=Funded&note={form}"));
            crate::support::get(&format!("{url}?api_key={form}&lead_id={lead}&status=Funded&api_key={form}"));
        }
        observing.says("belongs to nothing in the list");
        let ran = observing.ends_on("INT");
        ran.exits_with(1);
        cage.is_kept(&ran);
        cage.out.write(
            "outcomes.csv",
            format!("lead_id,outcome\n5A1E0000,{}", if is_right { "updated" } else { "rejected" }),
        );
        let ran = cage.run(["judge", &observed]).arg("--outcomes").arg(cage.out.at("outcomes.csv")).run();
        ran.exits_with(1).says("evidence: attested");
        cage.is_kept(&ran);
    }
}

#[test]
#[cfg(unix)]
fn no_key_is_left_by_a_run_over_tls_or_behind_a_proxy_and_no_private_key_either() {
    if skipped_without("curl", &["curl", "--version"]) {
        return;
    }
    let data = "--data-urlencode \"api_key=$CAKE_API_KEY\" --data-urlencode \"lead_id=$CAKE_LEAD_ID\" \
                --data-urlencode \"status=$CAKE_STATUS\"";
    // Everything beside the certificate, and the proxy asked for places that have the key in their address.
    let search = "cat \"${CAKE_CA_FILE%/*}\"/* 2>&1";
    let elsewhere =
        "curl --silent --get --data-urlencode \"api_key=$CAKE_API_KEY\" \"http://u:$CAKE_LEAD_ID@x.example/\"";
    for options in [&["--tls"][..], &["--intercept", "cake.example"], &["--tls", "--only", "security"]] {
        for (curl, ends) in [
            ("curl --silent --insecure", "exit 0"),
            ("curl --silent --verbose", "exit 1"),
            ("unset CURL_CA_BUNDLE; curl --silent --verbose", "exit 11"),
        ] {
            let cage = cage(Kept::InTheEnvironment);
            let send = format!("{TELL}\n{search}\n{elsewhere}\n{curl} --get {data} \"$CAKE_URL\"\n{ends}");
            let ran = cage.client_by(options, &send);
            ran.exits_with(1);
            cage.is_kept(&ran);
            let left = [ran.stdout.clone(), cage.out.read("report.json"), cage.out.read("report.xml")].concat();
            assert!(left.contains("my key is ***") && left.contains("BEGIN CERTIFICATE"), "{left}");
            assert!(!left.contains("PRIVATE KEY"), "{left}");
        }
    }
    let cage = cage(Kept::Inline);
    let served = cage.run(["serve", "--port", "0", "--tls"]).starts();
    let form: String = form_urlencoded::byte_serialize(CANARY.as_bytes()).collect();
    let query = format!("api_key={form}&lead_id=C8097F17&status=Funded");
    crate::support::get(&format!("http://127.0.0.1:{}/x?{query}", served.port()));
    let ran = served.ends_on("TERM");
    ran.complains("a request came without TLS");
    cage.is_kept(&ran);
}

#[test]
#[cfg(unix)]
fn a_run_that_stops_at_the_sample_leaves_no_key() {
    for kept in BOTH {
        let cage = cage(kept);
        let ran = cage.client(&format!("{TELL}\nexit 7"));
        ran.exits_with(1).says("stopped: ").says("my key is ***");
        cage.is_kept(&ran);
    }
}

#[test]
fn a_program_that_cannot_be_started_is_told_without_a_key() {
    let cage = cage(Kept::Inline);
    for arguments in [["--", CANARY], ["--", "no-such-program"]] {
        let ran = cage.run(["client"]).args(arguments).arg("{api_key}").arg(CANARY).run();
        ran.exits_with(2);
        assert_clean("stdout", &ran.stdout);
        assert_clean("stderr", &ran.stderr);
    }
}

#[test]
fn an_endpoint_that_echoes_the_query_gets_it_into_no_snapshot_no_review_and_no_report() {
    for kept in BOTH {
        let cage = cage(kept);
        let echo = raw_server(|mut stream| {
            use std::io::Write;
            let json = serde_json::Value::from(CANARY).to_string();
            let form: String = form_urlencoded::byte_serialize(CANARY.as_bytes()).collect();
            let xml = CANARY.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
            let body = format!("<result>\r\n<code>1</code><msg>{xml}, ?api_key={form}&amp;x, {json}</msg></result>");
            let body = body.replace("\"Q", "Q").replace("W\"", "W");
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml; key={form}\r\nContent-Length: {}", body.len());
            // Who no longer listens has decided so.
            let _ = write!(stream, "{head}\r\nConnection: close\r\n\r\n{body}");
        });
        let (json, junit) = (cage.out.at("report.json"), cage.out.at("report.xml"));
        let ran = cage
            .run(["endpoint", &echo.base_url(), "--only", "codes/success", "--only", "codes/status-absent"])
            .arg(format!("--report=json={}", json.display()))
            .arg(format!("--report=junit={}", junit.display()))
            .arg(format!("--report=html={}", cage.out.at("report.html").display()))
            .arg(format!("--report=markdown={}", cage.out.at("report.md").display()))
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_STEP_SUMMARY", cage.out.at("summary.md"))
            .run();
        ran.exits_with(1);
        assert!(cage.pack.files().contains(&"snapshots/codes.success.snap.new".to_owned()));
        cage.is_kept(&ran);
        cage.is_kept(&cage.run(["snapshots", "list"]).run());
        cage.is_kept(&cage.run(["snapshots", "review"]).run_with_stdin("s\na\nr\nq\n"));
        cage.is_kept(cage.run(["snapshots", "accept"]).run().exits_with(0));
    }
}

#[test]
fn the_key_of_an_endpoint_run_stays_in_its_variable() {
    let out = folder();
    let own = Cage { pack: exported_pack(), out };
    let endpoint = server_that_answers(crate::support::http("200 OK", "text/plain", CANARY));
    let run =
        |name: &str| own.run(["endpoint", &endpoint.base_url(), "--only", "codes/success", "--key-env", name]).run();
    own.is_kept(run("CANARY").exits_with(1));
    // Somebody takes the key for the name of its variable.
    let ran = run(CANARY);
    ran.exits_with(2);
    assert_clean("stderr", &ran.stderr);
}

#[test]
fn an_endpoint_that_nobody_answers_at_is_told_without_the_key() {
    let cage = cage(Kept::Inline);
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let ran = cage.run(["endpoint", &format!("http://127.0.0.1:{port}")]).run();
    ran.exits_with(3);
    cage.is_kept(&ran);
}

#[test]
fn serve_logs_no_key_right_or_wrong_in_any_spelling_and_writes_none_to_its_ready_file() {
    for kept in BOTH {
        let cage = cage(kept);
        let file = cage.out.at("ready.json");
        let mut served = cage.run(["serve", "--port", "0"]).arg("--ready-file").arg(&file).starts();
        let form: String = form_urlencoded::byte_serialize(CANARY.as_bytes()).collect();
        let encoded = form.replace('+', "%20");
        assert_clean("the ready file", &cage.out.read("ready.json"));
        let right = crate::support::get(&format!("{}?api_key={form}&lead_id=C8097F17&status=Funded", served.url()));
        assert_eq!(right.body, SUCCESS);
        for query in [
            format!("lead_id=C8097F17&status=Funded&API_KEY={encoded}"),
            format!("api%5fkey={}&lead_id=C8097F17&status=Funded", form.to_lowercase()),
            format!("lead_id={form}&status={encoded}&api_key=x"),
            format!("api_key={form}x&lead_id=C8097F17&status=Funded"),
            format!("api_key={form}&lead_id=C8097F17&status={form}&sub_status={encoded}&{form}=1&{form}"),
        ] {
            crate::support::get(&format!("{}?{query}", served.url()));
        }
        crate::support::get(&format!("{}/{encoded}", served.base_url()));
        crate::support::get(&format!("{}/{encoded}?the-last", served.url()));
        served.logs("the-last");
        let ran = served.ends_on("TERM");
        cage.is_kept(&ran);
    }
}

#[test]
fn showing_and_listing_scenarios_shows_no_key() {
    for kept in BOTH {
        let cage = cage(kept);
        cage.pack.write(
            "scenarios/codes/own-key.yaml",
            format!(
                "title: Own\ninstance: {{ buyers: [{{ name: Acme Lending, key: '{}' }}] }}\nupdate: {{ lead_id: F1, status: Funded }}\ncode: 1\n",
                CANARY.replace('Q', "QQ").replace('\'', "''")
            ),
        );
        for arguments in [
            &["scenarios", "list"][..],
            &["scenarios", "lint"],
            &["scenarios", "show", "codes/success"],
            &["scenarios", "show", "codes/own-key"],
            &["scenarios", "show", CANARY],
            &["scenarios", "list", "--only", CANARY],
            &["snapshots", "list"],
            &["snapshots", "accept", CANARY],
        ] {
            let ran = cage.run(arguments.iter().copied()).run();
            assert_clean("stdout", &ran.stdout);
            assert_clean("stderr", &ran.stderr);
        }
    }
}

#[test]
fn lint_shows_the_line_of_a_broken_key_without_the_key() {
    let quoted = serde_json::Value::from(CANARY).to_string();
    for line in [
        format!("- {{ name: Acme Lending, key: {quoted}, kye: x }}"),
        format!("- {{ name: Acme Lending, key: {quoted}, key: {quoted} }}"),
        format!("- {{ name: Acme Lending, kee: {quoted} }}"),
        format!("- {{ name: Acme Lending, api_key: {quoted} }}"),
        format!("- {{ name: Acme Lending, API-Key: {quoted} }}"),
        format!("- {{ name: Acme Lending, key: [{quoted}] }}"),
        format!("- {{ name: Acme Lending, key: {{ value: {quoted} }} }}"),
        format!("- {{ name: Acme Lending, key: !!binary {quoted} }}"),
        format!("- {{ nmae: Acme Lending, key: {quoted} }}"),
        format!("- {{ name: [], key: {quoted} }}"),
        format!("- {{ \"name\": \"Acme Lending\", \"key\" : {quoted}, \"x\": 1 }}"),
        "- { name: Acme Lending, key:QfrontZ7canary_backX9canaryW }".to_owned(),
        format!("- name: Acme Lending\n    key: {}", &quoted[..quoted.len() - 1]),
        "- name: Acme Lending\n    key: @QfrontZ7canary, backX9canaryW}".to_owned(),
        "- name: Acme Lending\n    key:QfrontZ7canary_backX9canaryW".to_owned(),
        "- name: Acme Lending\n   key: QfrontZ7canary_backX9canaryW".to_owned(),
    ] {
        let cage = cage(Kept::InTheEnvironment);
        cage.pack.edit("scenarios/instance.yaml", "- { name: Acme Lending, key: { env: CANARY } }", &line);
        let ran = cage.run(["scenarios", "lint"]).run();
        ran.exits_with(2).complains("instance.yaml");
        cage.is_kept(&ran);
    }
}

#[test]
fn a_mistake_in_a_scenario_shows_no_key_of_its_own() {
    let cage = cage(Kept::InTheEnvironment);
    let quoted = serde_json::Value::from(CANARY).to_string();
    for instance in [
        format!("{{ buyers: [{{ name: Acme Lending, key: {quoted} }}], nonsense: 1 }}"),
        format!("{{ buyers: [{{ name: Acme Lending, key: {quoted}, nonsense: 1 }}] }}"),
        format!("{{ buyers: {{ remove: [{quoted}] }} }}"),
    ] {
        let text = format!("title: X\ninstance: {instance}\nupdate: {{ lead_id: F1, status: Funded }}\ncode: 1\n");
        cage.pack.write("scenarios/codes/x.yaml", text);
        let ran = cage.run(["scenarios", "lint"]).run();
        ran.exits_with(2);
        cage.is_kept(&ran);
    }
}

#[test]
fn a_wrong_command_line_repeats_no_key_that_stands_behind_its_name() {
    let form: String = form_urlencoded::byte_serialize(CANARY.as_bytes()).collect();
    let url = format!("http://127.0.0.1:9/?api_key={form}&lead_id=1");
    for arguments in [
        &["endpoint", &url][..],
        &["endpoint", &url[7..]],
        &["endpoint", "http://127.0.0.1:9", &url],
        &["client", &url],
        &["client", "--url", &url],
        &[&url],
        &["serve", &format!("--port=api_key={form}")],
        &["client", "--builtin", "--report", &url],
        &["client", &format!("--api-key={CANARY}")],
        &["client", "--builtin", "--intercept", &url],
        &["client", "--builtin", "--intercept", &url[7..]],
    ] {
        let ran = caketester(arguments).run();
        ran.exits_with(2);
        assert_clean("stdout", &ran.stdout);
        assert_clean("stderr", &ran.stderr);
    }
}

#[test]
#[cfg(unix)]
fn a_flood_of_keys_is_not_cut_off_within_one() {
    let cage = cage(Kept::InTheEnvironment);
    for more in ["", "x", "xy"] {
        let flood =
            format!("i=0; while [ $i -lt 500 ]; do printf '%s{more} ' \"$CAKE_API_KEY\"; i=$((i+1)); done; exit 7");
        let ran = cage.client(&flood);
        ran.exits_with(1).says("bytes before this]");
        cage.is_kept(&ran);
    }
}

#[test]
fn a_key_that_stands_anywhere_among_the_buyers_is_in_no_mistake() {
    const KEY: &str = "K7m2Qx94TB1d8RZ5";
    let misplaced: Vec<String> = serde_json::from_str(include_str!("support/misplaced_keys.json")).expect("a list");
    let rest =
        "statuses: [{ name: Funded }]\nleads: [{ id: C8097F17 }]\nsample: { lead_id: C8097F17, status: Funded }\n";
    let far = ["  - { name: B, key: abcdefgh }\n"; 10].concat();
    for text in &misplaced {
        let text = text.replace("KEY", KEY);
        let behind_others = text.replacen("buyers:\n  - name: Acme\n", &format!("buyers:\n{far}  - name: Acme\n"), 1);
        for buyers in [&text, &behind_others] {
            let pack = folder();
            pack.write("scenarios/instance.yaml", format!("{buyers}{rest}"));
            let ran = caketester(["scenarios", "lint", "--pack"]).arg(pack.path()).run();
            let printed = format!("{}{}", ran.stdout, ran.stderr).to_lowercase();
            assert!(!printed.contains(&KEY.to_lowercase()), "{buyers}\n{printed}");
        }
    }
}
