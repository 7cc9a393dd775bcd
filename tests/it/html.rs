//! The HTML report: what holds of its text anywhere, and what a browser makes of it.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::support::clients::{Played, checking};
use crate::support::{Folder, caketester, exported_pack, folder, skipped_without, small_pack};
use serde_json::Value;

/// A browser that is shown one file, and looks for nothing else in the network or on the machine.
const CHROMIUM: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Names that try to be more than names.
const HOSTILE: &str = r#"</script></title></style><script>fail()</script><img src=x onerror=fail()> "'& {{ x }} "#;

/// The page of a client on the scenarios about codes.
fn page_of(played: Played) -> String {
    let folder = folder();
    let report = format!("html={}", folder.at("report.html").display());
    checking(played, ["--only", "codes", "--report", &report]).run();
    folder.read("report.html")
}

/// The page of a client and a pack whose words are hostile; the title of codes/success holds a mark that turns text.
fn hostile_page() -> String {
    let pack = exported_pack();
    let title = serde_json::Value::from(format!("{HOSTILE}\u{202e}x")).to_string();
    pack.edit("scenarios/codes/success.yaml", "title: A status the network knows\n", &format!("title: {title}\n"));
    let client = format!("printf '%s' '{}'; exit 7", HOSTILE.replace('\'', "’"));
    let report = format!("html={}", pack.at("report.html").display());
    let ran = caketester(["client", "--only", "codes", "--report", &report, "--pack"]).arg(pack.path());
    ran.args(["--", "sh", "-c", &client, HOSTILE]).run().exits_with(1);
    let stopped = pack.read("report.html");
    let ran = caketester(["client", "--builtin", "--only", "codes", "--report", &report, "--pack"]).arg(pack.path());
    ran.run().exits_with(0);
    assert!(stopped.contains("&#60;img src=x onerror=fail()&#62;"));
    stopped + &pack.read("report.html")
}

#[test]
fn the_page_needs_nothing_but_itself() {
    let page = page_of(Played::ClaimsSuccess);
    assert!(page.starts_with("<!doctype html>"));
    for outside in [" src=", "url(", "@import", "<link", "fetch("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let links: Vec<&str> = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() > 50);
    for link in links {
        let id = link.strip_prefix('#').unwrap_or_else(|| panic!("{link} leads outside"));
        assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{link}");
    }
}

#[test]
fn the_page_says_the_verdict_first_then_each_broken_rule_with_a_case_and_what_follows_from_it() {
    let page = page_of(Played::ClaimsSuccess);
    let mut rest = &*page;
    for told in [
        "<h1>the client does not conform</h1>",
        "Not yet: 1 thing to change first.",
        " in which CAKE recorded nothing, the client reported success: these updates are in no report",
        "Read &#60;code&#62; in the XML",
        "and probably the cause of ",
        "caketester client --last-failed report.json -- ",
        " rules broken, probably by 1 mistake",
        "takes code 1 (invalid API key) as rejected",
        "<b>Change</b> read &#60;code&#62; in the XML",
        "One case: <a href=\"#codes/",
        "<dt>expected</dt><dd><code>rejected</code>",
        "api_key=***&#38;lead_id=",
        "&#60;code&#62;1&#60;/code&#62;",
        "caketester client --only codes/",
        "probably broken by the same mistake",
        "id=\"A04\"",
        "rules followed",
        "id=\"codes/status-absent\"",
        "id=\"matrix\"",
    ] {
        let at = rest.find(told).unwrap_or_else(|| panic!("{told} is missing, or in another place"));
        rest = &rest[at..];
    }
}

#[test]
#[cfg(unix)]
fn hostile_names_stay_names() {
    let page = hostile_page();
    assert_eq!(page.matches("<script").count(), 2, "one for each page");
    assert!(!page.contains("<img") && !page.contains('\u{202e}'));
    assert!(page.contains("[U+202E]x"));
}

/// What a browser makes of a page at this fragment: the result of `probe`, run behind the page's own script, and the
/// mistakes of either.
#[track_caller]
pub(crate) fn in_browser(page: &str, fragment: &str, probe: &str) -> Value {
    let folder = folder();
    let watch = "<script>var failures = []; addEventListener('error', event => failures.push(event.message));\
                 addEventListener('securitypolicyviolation', event => failures.push(event.violatedDirective));\
                 function fail() { failures.push('injected'); }</script>";
    let probe = format!(
        "<script>addEventListener('load', () => {{ const seen = (() => {{ {probe} }})(); const told = document.createElement('pre');\
         told.textContent = 'PROBE' + JSON.stringify({{ seen, failures }}) + 'PROBE'; document.body.append(told); }});</script>"
    );
    let page = page.replacen("<head>", &format!("<head>{watch}"), 1).replacen("</body>", &format!("{probe}</body>"), 1);
    folder.write("page.html", page);
    let dom = dump(&folder, fragment);
    let told = dom.rsplit("<pre>PROBE").next().and_then(|rest| rest.split("PROBE</pre>").next());
    let told = told.unwrap_or_else(|| panic!("the probe was not run: {dom}"));
    serde_json::from_str(&told.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
        .unwrap_or_else(|error| panic!("the probe was not run ({error}): {told}"))
}

/// How long a browser may take. On a busy machine one may hang before it has loaded anything.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a browser holds when it has loaded `page.html` of a folder.
#[track_caller]
fn dump(folder: &Folder, fragment: &str) -> String {
    let once = || {
        let mut chromium = chromium(folder, &["--dump-dom"], fragment);
        let mut running = chromium.stdout(Stdio::piped()).spawn().expect("chromium was there a moment ago");
        let mut page = running.stdout.take().expect("it is piped");
        let (done, read) = mpsc::channel();
        std::thread::spawn(move || {
            let mut text = String::new();
            let _ = done.send(page.read_to_string(&mut text).map(|_| text));
        });
        let text = read.recv_timeout(PATIENCE);
        // It has ended, or is to, and begins anew then.
        let _ = running.kill();
        running.wait().expect("it was started here");
        let _ = std::fs::remove_dir_all(folder.at("profile"));
        text.ok().map(|text| text.expect("a page is UTF-8"))
    };
    (0..3).find_map(|_| once()).expect("the browser hung three times")
}

/// A browser that does this to `page.html` of a folder.
fn chromium(folder: &Folder, options: &[&str], fragment: &str) -> Command {
    let url = format!("file://{}{fragment}", folder.at("page.html").display());
    let profile = format!("--user-data-dir={}", folder.at("profile").display());
    let mut chromium = Command::new("chromium");
    chromium.args(CHROMIUM).args(options).arg(profile).arg(url).stdin(Stdio::null()).stderr(Stdio::null());
    chromium
}

pub(crate) fn is_without_browser() -> bool {
    skipped_without("chromium", &["chromium", "--version"])
}

const SHOWN: &str = "const shown = (of) => [...document.querySelectorAll(of + ' [data-find]:not([hidden])')];\
                     const type = (word) => { const input = document.querySelector('input[type=search]'); input.value = word;\
                     input.dispatchEvent(new Event('input', { bubbles: true })); };";

#[test]
fn a_browser_shows_the_page_without_an_error_and_its_filter_works() {
    if is_without_browser() {
        return;
    }
    let probe = format!(
        "{SHOWN} const all = shown('#scenarios').length; type('codes/STATUS-absent'); const one = shown('#scenarios').length;\
         const rows = shown('#matrix').length; const told = document.querySelector('output').value;\
         type(''); document.querySelector('input[value=passed]').click(); const passed = shown('#scenarios');\
         return {{ all, one, rows, told, passed: passed.every(item => item.dataset.state === 'passed'), some: passed.length > 0 }};"
    );
    let seen = in_browser(&page_of(Played::ClaimsSuccess), "", &probe);
    assert_eq!(
        seen,
        serde_json::json!({ "failures": [], "seen": {
            "all": 29, "one": 1, "rows": 1, "told": "1 of 29 scenarios", "passed": true, "some": true,
        } })
    );
}

#[test]
fn a_browser_copies_commands_and_orders_scenarios_by_how_long_they_took() {
    if is_without_browser() {
        return;
    }
    let page = page_of(Played::ClaimsSuccess);
    let probe = "let copied; Object.defineProperty(navigator, 'clipboard', { value: { writeText: text => { copied = text; } } });\
        document.querySelector('#summary .copy').click();\
        const times = () => [...document.querySelectorAll('td.ms')].map(cell => Number(cell.textContent));\
        const falls = list => list.every((time, at) => at === 0 || list[at - 1] >= time);\
        const before = times(); const head = document.querySelector('[data-sort] button'); head.click(); const longest = falls(times());\
        head.click(); const shortest = falls(times().reverse()); head.click();\
        return { copied: copied.split(' -- ')[0], longest, shortest, again: String(times()) === String(before) };";
    let seen = in_browser(&page, "", probe);
    assert_eq!(
        seen,
        serde_json::json!({ "failures": [], "seen": {
            "copied": "caketester client --last-failed report.json", "longest": true, "shortest": true, "again": true,
        } })
    );
    let (before, _) = page.rsplit_once("<script>").expect("the page has a script");
    assert!(!before.contains("<button"), "without a script there is nothing to press");
}

#[test]
fn what_a_manager_reads_prints_on_one_sheet() {
    if is_without_browser() {
        return;
    }
    let folder = folder();
    let page = page_of(Played::JoinsByHand);
    let (head, rest) = page.split_once("<main>").expect("the page has a main part");
    assert!(head.contains("<h2>In short</h2>") && head.contains("header:has(#summary) { break-after: page; }"));
    let (_, foot) = rest.split_once("</main>").expect("which ends");
    folder.write("page.html", format!("{head}{}", foot.split_once("</footer>").expect("a footer follows").1));
    assert_eq!(sheets(&folder), 1);
}

#[test]
fn a_permalink_opens_what_it_names_with_script_and_without() {
    if is_without_browser() {
        return;
    }
    let page = page_of(Played::ClaimsSuccess);
    for (fragment, opened) in
        [("", 0), ("#codes/status-absent", 1), ("#A04", 1), ("#Q01", 1), ("#nothing", 0), ("#%E0%A4%A", 0)]
    {
        let probe = "const folded = [...document.querySelectorAll('#rules .quiet, #rules .card:not(.bad), #scenarios .card')];\
                     return folded.filter(box => box.open && !box.querySelector(':scope > .places')).length;";
        let seen = in_browser(&page, fragment, probe);
        assert_eq!(seen, serde_json::json!({ "failures": [], "seen": opened }), "{fragment}");
    }
    let (before, rest) = page.rsplit_once("<script>").expect("the page has a script");
    let without = before.to_owned() + rest.split_once("</script>").expect("which ends").1;
    for (fragment, opened) in [("", false), ("#codes/status-absent", true)] {
        let probe = "return document.getElementById('codes/status-absent').closest('details').open;";
        let seen = in_browser(&without, fragment, probe);
        assert_eq!(seen, serde_json::json!({ "failures": [], "seen": opened }), "{fragment}");
    }
}

#[test]
fn a_certificate_prints_on_two_sheets() {
    if is_without_browser() {
        return;
    }
    let pack = small_pack();
    let (directory, path) = (pack.path().display().to_string(), pack.at("page").display().to_string());
    let asked = ["--pack", &directory, "--cannot", "fields", "--certificate", &path];
    let named =
        ["--client-name", "A push of lead statuses with a name of some length", "--client-version", "2026.11-rc1"];
    checking(Played::Right, asked.into_iter().chain(named)).run().exits_with(0);
    assert_eq!(sheets(&pack), 2);
}

/// On how many sheets `page.html` of a folder is printed.
#[track_caller]
fn sheets(folder: &Folder) -> usize {
    let print = format!("--print-to-pdf={}", folder.at("page.pdf").display());
    chromium(folder, &[&print, "--no-pdf-header-footer"], "").status().expect("chromium was there a moment ago");
    let pdf = std::fs::read(folder.at("page.pdf")).expect("it was printed");
    String::from_utf8_lossy(&pdf).matches("/Type /Page\n").count()
}

#[test]
#[cfg(unix)]
fn a_browser_takes_hostile_names_for_names() {
    if is_without_browser() {
        return;
    }
    for page in hostile_page().split_inclusive("</html>").filter(|page| page.contains("</html>")) {
        let seen = in_browser(page.trim_start(), "", "return document.images.length + document.scripts.length;");
        // The page's script, and the two of this test.
        assert_eq!(seen, serde_json::json!({ "failures": [], "seen": 3 }));
    }
}
