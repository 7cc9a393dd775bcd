//! Nothing reaches the real network by mistake: the guard that every program is given, and the authority that is kept for
//! clients that trust only their system's store.

use std::fs;

use crate::support::{Ran, caketester, folder, http, server_that_answers, skipped_without};

const SUCCESS: &str = "<result>\n  <code>0</code>\n  <msg>success</msg>\n</result>";

/// A client in PHP that uses its streams or its cURL as they are, and sends to the URL it is given, or to another.
const PHP: &str = r"<?php
$query = ['api_key' => getenv('CAKE_API_KEY'), 'lead_id' => getenv('CAKE_LEAD_ID'), 'status' => getenv('CAKE_STATUS')];
$query += array_filter(['sub_status' => getenv('CAKE_SUB_STATUS')]) + (json_decode(getenv('CAKE_FIELDS'), true) ?: []);
$url = (getenv('ELSEWHERE') ?: getenv('CAKE_URL')) . '?' . http_build_query($query);
if (getenv('BY') === 'curl') {
    $curl = curl_init($url);
    curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 5]);
    $body = curl_exec($curl);
} else {
    $body = @file_get_contents($url);
}
$answer = $body === false ? false : @simplexml_load_string($body);
$code = $answer === false || !ctype_digit((string) $answer->code) ? -1 : (int) $answer->code;
exit($code === 0 ? 0 : ($code >= 1 && $code <= 4 ? 10 : 11));
";

fn without_php() -> bool {
    skipped_without(
        "PHP with curl and SimpleXML",
        &["php", "-r", "exit(function_exists('curl_init') && function_exists('simplexml_load_string') ? 0 : 1);"],
    )
}

fn without_curl() -> bool {
    skipped_without("curl", &["curl", "--version"])
}

#[test]
fn every_program_is_given_a_proxy_that_refuses_by_every_name() {
    let told = |options: &[&str], php: Option<&str>| {
        let folder = folder();
        let tell = "env | grep -i -E '_proxy=|^REQUEST_METHOD|^PHP_INI_SCAN_DIR' | sort > \"$OUT\"; exit 7";
        let mut ran = caketester(["client"]).args(options).args(["--", "sh", "-c", tell]).env("OUT", folder.at("out"));
        for name in ["NO_PROXY", "no_proxy"] {
            ran = ran.env(name, "*");
        }
        if let Some(php) = php {
            ran = ran.env("PHP_INI_SCAN_DIR", php);
        }
        ran.env("REQUEST_METHOD", "GET").run().exits_with(1);
        let text = folder.read("out");
        let lines = text.lines().map(|line| {
            let (name, value) = line.split_once('=').expect("a variable has a value");
            let value = match value.split_once("127.0.0.1:") {
                Some((before, port)) if port.parse::<u16>().is_ok() => format!("{before}127.0.0.1:…"),
                _ => value.to_owned(),
            };
            let parts: Vec<&str> = value.split(':').map(|part| part.rsplit('/').next().unwrap_or(part)).collect();
            if name == "PHP_INI_SCAN_DIR" { format!("{name}={}", parts.join(":")) } else { format!("{name}={value}") }
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(
        [
            told(&[], None),
            told(&["--tls"], Some("/their/own")),
            told(&["--intercept", "YourDomain.com"], None),
            told(&["--no-guard"], None),
        ]
        .join("\n=====\n")
    );
}

#[test]
fn a_client_that_sends_elsewhere_is_refused_and_told_how_its_host_is_played() {
    if without_curl() {
        return;
    }
    let elsewhere = server_that_answers(http("200 OK", "text/xml", SUCCESS));
    let run = |url: &str| {
        let script = format!("curl --silent '{url}'; exit 11");
        caketester(["client", "--tag", "smoke", "--", "sh", "-c", &script]).run()
    };
    let stopped = |ran: &Ran| {
        let lines = ran.exits_with(1).stdout.lines();
        let lines = lines.filter(|line| line.starts_with("stopped: ") || line.starts_with("    help "));
        lines.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(
        ["https://YourDomain.com/x", "https://cake.example:8443/x", "http://cake.example/x?api_key=1"]
            .map(|url| stopped(&run(url)))
            .join("\n")
    );
    // A host that a name server would find here, and a client that heeds no variable.
    let past = format!("curl --silent --noproxy '*' {}; exit 11", elsewhere.base_url());
    let ran = caketester(["client", "--tag", "smoke", "--", "sh", "-c", &past]).run();
    insta::assert_snapshot!("past_the_guard", stopped(&ran));
    assert_eq!(elsewhere.requests().len(), 2, "that one goes past the guard, twice");
}

#[test]
fn a_request_to_another_host_beside_right_ones_is_refused_and_noted_and_fails_nothing() {
    if without_php() {
        return;
    }
    let elsewhere = server_that_answers(http("200 OK", "text/plain", "hello"));
    let folder = folder();
    let ask = format!("<?php @file_get_contents('{}/metrics');", elsewhere.base_url());
    let script = folder.write("push.php", PHP.replace("<?php", &ask));
    let run = |options: &[&str]| {
        let report = format!("json={}", folder.at("report.json").display());
        let ran = caketester(["client", "--only", "codes/status-absent", "--report", &report]).args(options);
        ran.args(["--", "php"]).arg(&script).run().exits_with(0);
        folder.read("report.json")
    };
    let address = elsewhere.base_url().replace("http://", "");
    let refused = format!("the client asked for {address} and was refused: nothing is ever forwarded");
    assert!(run(&[]).contains(&refused), "it is not noted");
    assert_eq!(elsewhere.requests(), [""; 0], "it was let through");
    assert!(!run(&["--no-guard"]).contains(&refused), "there is no guard");
    assert_eq!(elsewhere.requests().len(), 2, "the sample and the step");
}

#[test]
fn phps_streams_and_its_curl_are_held_as_they_are_and_trust_the_authority() {
    if without_php() {
        return;
    }
    let folder = folder();
    let script = folder.write("push.php", PHP);
    for by in ["streams", "curl"] {
        for options in [&[][..], &["--tls"], &["--intercept", "YourDomain.com"]] {
            let ran = caketester(["client", "--tag", "smoke", "--tag", "certificate"]).args(options);
            let ran = ran.args(["--", "php"]).arg(&script).env("BY", by).run();
            ran.exits_with(0).says(" passed, 0 failed");
        }
        let ran = caketester(["client", "--tag", "smoke", "--", "php"]).arg(&script).env("BY", by);
        let ran = ran.env("ELSEWHERE", "https://YourDomain.com/api/1/buyers.asmx/UpdateLeadStatus").run();
        ran.exits_with(1)
            .says("stopped: nothing reached the mock for the sample update")
            .says("the client asked for YourDomain.com:443 and was refused: nothing is ever forwarded")
            .says("--intercept YourDomain.com plays it");
    }
}

#[test]
fn the_sample_is_of_a_lead_that_no_network_has() {
    let text = fs::read_to_string("scenarios/instance.yaml").expect("the pack has an instance");
    let (_, sample) = text.split_once("sample: { lead_id: ").expect("it has a sample");
    let lead = sample.split(',').next().unwrap_or_default();
    assert!(lead.len() == 8 && lead.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()), "{lead}");
    assert!(u32::from_str_radix(lead, 16).is_err(), "{lead} could be one of CAKE's");
}

#[test]
fn init_says_which_programs_escape_the_guard() {
    let folder = folder();
    let ran = caketester(["init", "--", "php", "push.php", "{lead_id}"]).in_dir(folder.path()).run();
    ran.exits_with(0)
        .says("note: requests to other hosts than the mock are refused (--no-guard allows them), but .NET Framework");
}

/// A client that trusts one file, named in its arguments, and nothing that its environment names.
const ONE_FILE: &str = "unset CURL_CA_BUNDLE SSL_CERT_FILE CAKE_CA_FILE
    body=$(curl --silent --max-time 5 --cacert \"$1\" --get --data-urlencode \"api_key=$CAKE_API_KEY\" \
        --data-urlencode \"lead_id=$CAKE_LEAD_ID\" --data-urlencode \"status=$CAKE_STATUS\" \"$CAKE_URL\") || exit 11
    case $body in *'<code>0</code>'*) exit 0;; *'<code>'[1-4]'</code>'*) exit 10;; *) exit 11;; esac";

#[test]
fn an_authority_is_kept_and_used_again_and_signs_for_nobody_else() {
    if without_curl() {
        return;
    }
    let folder = folder();
    let kept = folder.at("kept");
    let run = |options: &[&str]| {
        caketester(["client", "--tag", "smoke", "--tag", "certificate", "--cannot", "sub_status", "--cannot", "fields"])
            .args(options)
            .arg("--authority")
            .arg(&kept)
            .args(["--", "sh", "-c", ONE_FILE, "sh"])
            .arg(kept.join("authority.pem"))
            .run()
    };
    let first = run(&["--intercept", "YourDomain.com"]);
    first.exits_with(0).says(" 0 failed").complains("note: made an authority");
    let file = |name: &str| fs::read_to_string(kept.join(name)).expect("it is kept");
    let before = (file("authority.pem"), file("authority.key"), file("authority.json"));
    for options in [&["--tls"][..], &[], &["--intercept", "YourDomain.com"]] {
        run(options).exits_with(0).says(" 0 failed").complains("note: using the authority").never_says("PRIVATE KEY");
    }
    assert_eq!(before, (file("authority.pem"), file("authority.key"), file("authority.json")));
    run(&["--intercept", "cake.example"]).exits_with(2).complains("not for cake.example");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let key = kept.join("authority.key");
        let mode = |path| fs::metadata(path).expect("it is kept").permissions().mode() & 0o777;
        assert_eq!(mode(&key), 0o600);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("it is ours");
        run(&["--tls"]).exits_with(2).complains("others can read").complains("chmod 600");
    }
}
