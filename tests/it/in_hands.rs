//! How caketester gets into people's hands: the install script against a release on this machine, the GitHub action and the GitLab
//! template around it, and that everything names the same repository, version and archives.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::{Folder, RawServer, caketester, folder, raw_server_with_head, skipped_without};

const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
const VERSION: &str = env!("CARGO_PKG_VERSION");
const INSTALL: &str = include_str!("../../packaging/install.sh");
const ACTION: &str = include_str!("../../.github/actions/caketester/action.yml");
const GITLAB: &str = include_str!("../../packaging/gitlab.yml");
const DIST: &str = include_str!("../../dist-workspace.toml");

/// What the archive holds instead of caketester: it prints its arguments, one a line.
const PROGRAM: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\"\n";

#[test]
fn an_archive_with_the_right_checksum_is_installed() {
    let Some(release) = Release::new() else { return };
    let ran = release.install(&["v1.2.3", "bin"], &[]);
    assert_eq!(ran, Said::of(0, "installed caketester 1.2.3 in bin\n", ""));
    assert_eq!(release.here.files(), ["bin/caketester"]);
    assert_eq!(release.sh("bin/caketester hello", &[]), Said::of(0, "hello\n", ""));
}

#[test]
fn without_a_directory_it_is_installed_in_the_users_own() {
    let Some(release) = Release::new() else { return };
    assert_eq!(release.install(&["1.2.3"], &[]).code, Some(0));
    assert_eq!(release.here.files(), [".local/bin/caketester"]);
}

#[test]
fn a_wrong_checksum_installs_nothing() {
    let Some(release) = Release::new() else { return };
    let actual = sha256(&release.archive);
    let wrong = "0".repeat(64);
    release.serve(".sha256", format!("{wrong} *caketester\n"));
    let message = format!("is {actual}, but it has to be {wrong}: nothing was installed");
    release.refuses(&["1.2.3", "bin"], &[], &message);
    release.serve(".sha256", "");
    release.refuses(&["1.2.3", "bin"], &[], "but it has to be one: nothing was installed");
}

#[test]
fn a_checksum_that_is_given_counts_instead_of_the_one_beside_the_archive() {
    let Some(release) = Release::new() else { return };
    let (wrong, right) = ("a".repeat(64), sha256(&release.archive).to_uppercase());
    release.refuses(&["1.2.3", "bin"], &[("CAKETESTER_SHA256", &wrong)], "nothing was installed");
    release.serve(".sha256", "");
    assert_eq!(release.install(&["1.2.3", "bin"], &[("CAKETESTER_SHA256", &right)]).code, Some(0));
}

#[test]
fn an_archive_without_the_program_installs_nothing() {
    let Some(release) = Release::new() else { return };
    let other = folder();
    other.write("README.md", "");
    for archive in [b"no archive".to_vec(), tarball(&other, "README.md")] {
        release.serve(".sha256", sha256(&archive));
        release.serve("", archive);
        release.refuses(&["1.2.3", "bin"], &[], "cannot be unpacked: nothing was installed");
    }
}

#[test]
fn a_missing_version_installs_nothing() {
    let Some(release) = Release::new() else { return };
    release.refuses(&["9.9.9", "bin"], &[], ".tar.gz: check the version and the connection");
    release.refuses(&["1.2.3/../x", "bin"], &[], "'1.2.3/../x' is not a version; write it like 0.1.0");
    release.refuses(&[], &[], "name a version: sh install.sh 0.1.0 [DIRECTORY]");
}

#[test]
fn a_platform_without_an_archive_installs_nothing() {
    let Some(release) = Release::new() else { return };
    let tools = folder();
    tools.write("uname", "#!/bin/sh\n[ \"$1\" = -s ] && echo Plan9 || echo mips\n");
    assert!(Command::new("chmod").arg("755").arg(tools.at("uname")).status().is_ok_and(|status| status.success()));
    let path = format!("{}:{}", tools.path().display(), std::env::var("PATH").expect("there is a PATH"));
    release.refuses(&["1.2.3", "bin"], &[("PATH", &path)], "there is no archive for Plan9 on mips");
}

#[test]
fn the_actions_steps_install_a_version_and_run_the_client_with_the_arguments() {
    let Some(release) = Release::new() else { return };
    if skipped_without("bash", &["bash", "--version"]) {
        return;
    }
    let action = yaml(ACTION);
    let step = |at: usize| action["runs"]["steps"][at]["run"].as_str().expect("the step runs something");
    let root = env!("CARGO_MANIFEST_DIR");
    let folder_of_the_action = format!("{root}/.github/actions/caketester");
    let variables = [
        ("GITHUB_ACTION_PATH", &*folder_of_the_action),
        ("VERSION", "1.2.3"),
        ("RUNNER_TEMP", "t"),
        ("GITHUB_PATH", "p"),
    ];
    assert_eq!(release.sh(step(0), &variables), Said::of(0, "installed caketester 1.2.3 in t/caketester-bin\n", ""));
    assert_eq!(release.here.read("p"), "t/caketester-bin\n");
    let path = format!("t/caketester-bin:{}", std::env::var("PATH").expect("there is a PATH"));
    let variables = [
        ("PATH", &*path),
        ("REPORTS", "a folder"),
        ("ARGUMENTS", "--tag smoke -- php 'bin/my push.php' {lead_id} {field:note}"),
    ];
    let reports = ["html=a folder/report.html", "junit=a folder/report.xml", "json=a folder/report.json"]
        .map(|it| ["--report", it]);
    let given = ["--tag", "smoke", "--", "php", "bin/my push.php", "{lead_id}", "{field:note}"];
    let words = [&["client"], reports.as_flattened(), &given].concat();
    assert_eq!(release.sh(step(1), &variables), Said::of(0, &(words.join("\n") + "\n"), ""));
}

#[test]
fn the_gitlab_template_installs_a_version_and_runs_the_client() {
    let Some(release) = Release::new() else { return };
    let template = yaml(GITLAB);
    let lines = |part: &str| {
        let lines = template[".caketester"][part].as_array().expect("it is a list").iter();
        lines.map(|line| line.as_str().expect("a line is a text")).collect::<Vec<_>>().join("\n")
    };
    // Its own places outside the job's folder are moved into the test's.
    let script = format!("set -e\n{}\n{}", lines("before_script"), lines("script")).replace("/tmp/", "");
    let source = release.server.base_url();
    let ran = release.sh(&script, &[("CAKETESTER_VERSION", "1.2.3"), ("CAKETESTER_SOURCE", &source)]);
    let expected = "installed caketester 1.2.3 in caketester-bin\nclient\n--report\nhtml=caketester.html\n--report\n\
        junit=caketester.xml\n--report\njson=caketester.json\n";
    assert_eq!(ran, Said::of(0, expected, ""));
    assert!(template[".caketester"]["artifacts"]["reports"]["junit"] == "caketester.xml");
}

#[test]
fn what_init_writes_for_ci_uses_them_and_needs_no_rust() {
    for (system, file) in [("github", ".github/workflows/caketester.yml"), ("gitlab", ".gitlab-ci.yml")] {
        for batch in [false, true] {
            let folder = folder();
            let program = ["--", "./push", if batch { "{cases}" } else { "{lead_id}" }, "{outcomes}"];
            let program = if batch { &program[..] } else { &program[..3] };
            let ran = caketester(["init", "--ci", system]).args(batch.then_some("--batch")).args(program);
            ran.in_dir(folder.path()).run().exits_with(0);
            let text = folder.read(file);
            let job = if system == "github" {
                let step = yaml(&text)["jobs"]["caketester"]["steps"][1].clone();
                let action = format!("{}/.github/actions/caketester@v{VERSION}", project());
                assert_eq!(step["uses"], action.as_str());
                let inputs = step["with"].as_object().expect("the step has inputs");
                assert!(inputs.keys().all(|name| yaml(ACTION)["inputs"].get(name).is_some()), "{text}");
                assert_eq!(inputs["version"], VERSION);
                inputs.get("arguments").map_or_else(String::new, Value::to_string)
            } else {
                let file = yaml(&text);
                let template =
                    format!("https://raw.githubusercontent.com/{}/v{VERSION}/packaging/gitlab.yml", project());
                assert_eq!(file["include"][0]["remote"], template.as_str());
                assert_eq!(file["caketester"]["extends"], ".caketester");
                assert_eq!(file["caketester"]["variables"]["CAKETESTER_VERSION"], VERSION);
                file["caketester"]["script"].to_string()
            };
            assert_eq!(job.contains("--batch"), batch, "{text}");
            assert!(!text.contains("cargo") && !text.contains("rust"), "{text}");
        }
    }
}

#[test]
fn everything_names_the_same_repository() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let releases = format!("{REPOSITORY}/releases/download");
    assert!(INSTALL.contains(&format!(":-{releases}}}")), "packaging/install.sh downloads from somewhere else");
    let source = format!("https://raw.githubusercontent.com/{}", project());
    assert_eq!(yaml(GITLAB)[".caketester"]["variables"]["CAKETESTER_SOURCE"], source.as_str());
    for file in ["docs/install.md", "packaging/npm/caketester.js", "packaging/pypi/backend.py", "Containerfile"] {
        assert!(read(file).contains(REPOSITORY), "{file} does not name {REPOSITORY}");
    }
}

#[test]
fn every_archive_that_the_script_takes_is_one_that_dist_makes() {
    let quoted = |text: &str| text.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let (_, list) = DIST.split_once("\ntargets = [").expect("dist has targets");
    let targets = quoted(list.split(']').next().unwrap_or_default());
    let taken = INSTALL.split("target=").skip(1).map(|rest| rest.split(' ').next().unwrap_or_default());
    let taken: Vec<&str> = taken.collect();
    assert_eq!(taken.len(), 4);
    for target in taken {
        assert!(targets.iter().any(|made| made == target), "dist does not build {target}");
    }
    let (_, denied) = include_str!("../../deny.toml").split_once("\ntargets = [").expect("cargo deny has targets");
    assert_eq!(quoted(denied.split(']').next().unwrap_or_default()), targets);
}

/// A release on this machine, and an empty folder to install it in.
struct Release {
    here: Folder,
    archive: Vec<u8>,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    server: RawServer,
}

impl Release {
    /// Version 1.2.3 for this platform. None where the script has no archive, or a program is missing.
    fn new() -> Option<Self> {
        let target = match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", "x86_64") => "x86_64-unknown-linux-musl",
            ("linux", "aarch64") => "aarch64-unknown-linux-musl",
            ("macos", "x86_64") => "x86_64-apple-darwin",
            ("macos", "aarch64") => "aarch64-apple-darwin",
            _ => return None,
        };
        let made = folder();
        let name = format!("caketester-{target}");
        made.write(&format!("{name}/caketester"), PROGRAM);
        if skipped_without("tar", &["tar", "--version"]) || skipped_without("curl", &["curl", "--version"]) {
            return None;
        }
        let archive = tarball(&made, &name);
        let files = Arc::new(Mutex::new(BTreeMap::new()));
        let shared = Arc::clone(&files);
        let server = raw_server_with_head(move |head, mut stream| {
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let found: Option<Vec<u8>> = shared.lock().unwrap_or_else(PoisonError::into_inner).get(&path).cloned();
            let (status, body) = found.map_or(("404 Not Found", Vec::new()), |body| ("200 OK", body));
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            // Who no longer listens has decided so.
            let _ = stream.write_all(&[head.into_bytes(), body].concat());
        });
        let release = Self { here: folder(), archive, files, server };
        release.put(&format!("/v1.2.3/{name}.tar.gz"), release.archive.clone());
        let beside = format!("{} *{name}.tar.gz\n", sha256(&release.archive));
        release.put(&format!("/v1.2.3/{name}.tar.gz.sha256"), beside);
        release.put("/v1.2.3/packaging/install.sh", INSTALL);
        Some(release)
    }

    fn put(&self, path: &str, body: impl Into<Vec<u8>>) {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), body.into());
    }

    /// Serves something else as the archive, or as the file beside it.
    fn serve(&self, suffix: &str, body: impl Into<Vec<u8>>) {
        let ends = format!(".tar.gz{suffix}");
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let path = files.keys().find(|path| path.ends_with(&ends)).expect("it is served").clone();
        drop(files);
        self.put(&path, body);
    }

    /// Runs a script in the folder, which is the home too. Temporary files have to be gone when it ends.
    fn sh(&self, script: &str, variables: &[(&str, &str)]) -> Said {
        self.ran(Command::new("bash").args(["-c", script]), variables)
    }

    fn install(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/install.sh");
        self.ran(Command::new("sh").arg(script).args(arguments), variables)
    }

    fn ran(&self, command: &mut Command, variables: &[(&str, &str)]) -> Said {
        let temporary = folder();
        let releases = self.server.base_url();
        command.env("CAKETESTER_RELEASES", releases).env("TMPDIR", temporary.path()).env("HOME", self.here.path());
        command.env_remove("CAKETESTER_SHA256").env("no_proxy", "127.0.0.1").envs(variables.iter().copied());
        let Output { status, stdout, stderr } =
            command.current_dir(self.here.path()).output().expect("a shell can be started");
        assert_eq!(temporary.files(), Vec::<String>::new(), "temporary files are left");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Said { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
    }

    /// It fails with one message that holds this, and nothing is installed.
    #[track_caller]
    fn refuses(&self, arguments: &[&str], variables: &[(&str, &str)], message: &str) {
        let ran = self.install(arguments, variables);
        assert_eq!((ran.code, &*ran.stdout), (Some(1), ""), "{ran:?}");
        assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains(message), "{ran:?}");
        assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
        assert_eq!(self.here.files(), Vec::<String>::new());
    }
}

/// How a script ended, and what it said.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Said {
    fn of(code: i32, stdout: &str, stderr: &str) -> Self {
        Self { code: Some(code), stdout: stdout.to_owned(), stderr: stderr.to_owned() }
    }
}

/// The archive of what has this name in a folder.
fn tarball(made: &Folder, name: &str) -> Vec<u8> {
    let tar = Command::new("tar").args(["-czf", "archive", name]).current_dir(made.path()).status();
    assert!(tar.is_ok_and(|status| status.success()), "tar makes an archive");
    std::fs::read(made.at("archive")).expect("the archive is there")
}

fn sha256(bytes: &[u8]) -> String {
    let digits = Sha256::digest(bytes);
    digits.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The owner and the name of the repository.
fn project() -> &'static str {
    REPOSITORY.strip_prefix("https://github.com/").expect("the repository is on GitHub")
}
