//! The one builder through which black-box tests run caketester, so that they read as sentences:
//! `assert_snapshot!(caketester(["client", "--builtin"]).env("CI", "true").run().exits_with(0).page())`. What is said is
//! compared as a whole (`page`); `never_says` looks for what must stay secret.
//!
//! Nothing here sleeps. A test waits for an event, and whatever it started is gone when it ends, also when
//! it panics.

pub(crate) mod again;
pub(crate) mod broken;
pub(crate) mod clients;
pub(crate) mod foreign;
pub(crate) mod framing;
pub(crate) mod page;
#[cfg(unix)]
pub(crate) mod terminal;

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Held by whoever runs the whole pack, which keeps every core busy: two at once are no quicker, and slow each other down until
/// clients run out of patience.
pub(crate) fn whole_pack() -> MutexGuard<'static, ()> {
    static WHOLE_PACK: Mutex<()> = Mutex::new(());
    WHOLE_PACK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long anything may take before a test gives up on it. It is there for bugs; nothing ever waits for it to pass.
const PATIENCE: Duration = Duration::from_mins(3);

/// What the environment of whoever runs the tests must not decide.
const DECIDING_VARIABLES: [&str; 9] =
    ["CI", "NO_COLOR", "TERM", "COLUMNS", "CLICOLOR_FORCE", "http_proxy", "https_proxy", "all_proxy", "no_proxy"];

/// caketester with these arguments, in a clean environment and with an empty standard input.
pub(crate) fn caketester<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Caketester {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caketester"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let decides = DECIDING_VARIABLES.iter().any(|known| name.eq_ignore_ascii_case(known));
        if decides || ["CAKETESTER_", "CAKE_", "GITHUB_"].iter().any(|ours| name.starts_with(ours)) {
            command.env_remove(name);
        }
    }
    command.args(arguments);
    Caketester { command, patience: PATIENCE }
}

/// A caketester that has yet to be run.
pub(crate) struct Caketester {
    command: Command,
    patience: Duration,
}

impl Caketester {
    /// One more argument, which may be a path.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// More arguments.
    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// In this directory instead of the repository's.
    pub(crate) fn in_dir(mut self, directory: impl AsRef<Path>) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// With this variable in its environment.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Started by another program, which ends by becoming what its arguments name.
    pub(crate) fn behind(self, before: &[&str]) -> Self {
        let [program, arguments @ ..] = before else { panic!("no program is named") };
        let mut command = Command::new(program);
        command.args(arguments).arg(self.command.get_program()).args(self.command.get_args());
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(directory) = self.command.get_current_dir() {
            command.current_dir(directory);
        }
        Self { command, ..self }
    }

    /// With more or less patience than usual.
    pub(crate) fn within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Runs it to its end.
    #[track_caller]
    pub(crate) fn run(self) -> Ran {
        self.run_with_stdin("")
    }

    /// Runs it to its end, with this text on its standard input.
    #[track_caller]
    pub(crate) fn run_with_stdin(self, input: &str) -> Ran {
        let mut process = self.spawn(Stdio::piped());
        let mut stdin = process.child.stdin.take().expect("standard input is a pipe");
        let input = input.to_owned();
        // In a thread of its own, because it may end without reading; that is its right.
        let feeding = std::thread::spawn(move || stdin.write_all(input.as_bytes()).is_ok());
        let ran = process.wait();
        feeding.join().expect("the feeding thread does not panic");
        ran
    }

    /// Starts it and waits for the line that says it is ready.
    #[track_caller]
    pub(crate) fn starts(self) -> Running {
        let mut process = self.spawn(Stdio::null());
        let first = process.next_line(|line| line.stream == Stream::Out);
        let Some(first) = first else {
            panic!("it ended, and was never ready\n{}", process.wait().describe());
        };
        let ready = serde_json::from_str(&first)
            .unwrap_or_else(|error| panic!("the first line is no ready line ({error}): {first}"));
        Running { process, ready }
    }

    /// Starts it, ready or not: a run that a test wants to interrupt.
    #[track_caller]
    pub(crate) fn begins(self) -> Running {
        Running { process: self.spawn(Stdio::null()), ready: serde_json::Value::Null }
    }

    #[track_caller]
    fn spawn(mut self, stdin: Stdio) -> Process {
        let shown = format!("{:?}", self.command);
        let command = shell_line(&self.command);
        self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("cannot start {shown}: {error}"));
        let (sender, lines) = channel();
        follow(child.stdout.take().expect("standard output is a pipe"), Stream::Out, sender.clone());
        follow(child.stderr.take().expect("standard error is a pipe"), Stream::Err, sender);
        let deadline = Instant::now() + self.patience;
        Process { child, shown, command, lines, stdout: String::new(), stderr: String::new(), deadline }
    }
}

/// A command as one would type it, with the variables that a test has set.
fn shell_line(command: &Command) -> String {
    let quoted = |text: &OsStr| match text.to_string_lossy() {
        long if long.len() > 1000 => format!("[{} BYTES]", long.len()),
        text => shell_words::quote(&text).into_owned(),
    };
    let variables = command.get_envs().filter_map(|(name, value)| Some((quoted(name), quoted(value?))));
    let mut words: Vec<String> = variables.map(|(name, value)| format!("{name}={value}")).collect();
    words.push("caketester".to_owned());
    words.extend(command.get_args().map(quoted));
    words.join(" ")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    Out,
    Err,
}

struct Line {
    stream: Stream,
    text: String,
}

/// Passes a stream on line by line, until it ends.
fn follow(stream: impl Read + Send + 'static, from: Stream, to: Sender<Line>) {
    std::thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut bytes = Vec::new();
        while let Ok(1..) = stream.read_until(b'\n', &mut bytes) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            bytes.clear();
            if to.send(Line { stream: from, text }).is_err() {
                return;
            }
        }
    });
}

/// A child process that does not outlive its test.
struct Process {
    child: Child,
    shown: String,
    command: String,
    /// Ends when both streams have.
    lines: Receiver<Line>,
    stdout: String,
    stderr: String,
    deadline: Instant,
}

impl Process {
    /// Reads on until a line that is wanted; none where the process ended before that.
    #[track_caller]
    fn next_line(&mut self, wanted: impl Fn(&Line) -> bool) -> Option<String> {
        loop {
            match self.lines.recv_timeout(self.deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let kept = if line.stream == Stream::Out { &mut self.stdout } else { &mut self.stderr };
                    kept.push_str(&line.text);
                    if wanted(&line) {
                        return Some(line.text);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => panic!(
                    "this takes too long: {}\n--- stdout\n{}--- stderr\n{}",
                    self.shown, self.stdout, self.stderr
                ),
            }
        }
    }

    #[track_caller]
    fn wait(&mut self) -> Ran {
        assert_eq!(self.next_line(|_| false), None);
        let status = self.child.wait().expect("the child can be waited for");
        Ran {
            shown: self.shown.clone(),
            command: self.command.clone(),
            code: status.code(),
            stdout: std::mem::take(&mut self.stdout),
            stderr: std::mem::take(&mut self.stderr),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        // Asked to end, it ends what it started as well; killed, it could not. Both streams' end tells that it has.
        if send_signal(self.child.id(), "INT") {
            let soon = Instant::now() + Duration::from_secs(5);
            while self.lines.recv_timeout(soon.saturating_duration_since(Instant::now())).is_ok() {}
        }
        // It may have ended by now, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal, `TERM` for example; whether there was anybody to receive it.
pub(crate) fn send_signal(pid: u32, signal: &str) -> bool {
    cfg!(unix)
        && Command::new("sh")
            .args(["-c", "kill -s \"$0\" \"$1\" 2>/dev/null", signal, &pid.to_string()])
            .status()
            .is_ok_and(|status| status.success())
}

/// A caketester that has ended, and what it said.
#[derive(Debug, Clone)]
pub(crate) struct Ran {
    shown: String,
    command: String,
    /// The exit code; none where a signal ended it.
    pub(crate) code: Option<i32>,
    /// Its standard output.
    pub(crate) stdout: String,
    /// Its standard error.
    pub(crate) stderr: String,
}

impl Ran {
    /// It ended with this exit code.
    #[track_caller]
    pub(crate) fn exits_with(&self, code: i32) -> &Self {
        assert!(self.code == Some(code), "exit code {code} was expected\n{}", self.describe());
        self
    }

    /// This stands in its standard output.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Self {
        assert!(self.stdout.contains(text), "stdout does not say {text:?}\n{}", self.describe());
        self
    }

    /// This stands in its standard error.
    #[track_caller]
    pub(crate) fn complains(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "stderr does not say {text:?}\n{}", self.describe());
        self
    }

    /// This stands in neither.
    #[track_caller]
    pub(crate) fn never_says(&self, text: &str) -> &Self {
        let said = self.stdout.contains(text) || self.stderr.contains(text);
        assert!(!said, "{text:?} was to stay unsaid\n{}", self.describe());
        self
    }

    /// Its standard output is empty.
    #[track_caller]
    pub(crate) fn says_nothing(&self) -> &Self {
        assert!(self.stdout.is_empty(), "stdout was to be empty\n{}", self.describe());
        self
    }

    /// Its standard error is empty.
    #[track_caller]
    pub(crate) fn complains_of_nothing(&self) -> &Self {
        assert!(self.stderr.is_empty(), "stderr was to be empty\n{}", self.describe());
        self
    }

    /// The command, its exit code and all it said, for a message.
    pub(crate) fn describe(&self) -> String {
        let Self { shown, code, stdout, stderr, .. } = self;
        format!("--- {shown} ended with {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

/// A caketester that is at work; dropped, it is ended.
pub(crate) struct Running {
    process: Process,
    /// The ready line of one that serves.
    pub(crate) ready: serde_json::Value,
}

impl Running {
    /// `http://HOST:PORT`
    pub(crate) fn base_url(&self) -> &str {
        self.ready["base_url"].as_str().expect("the ready line has a base_url")
    }

    /// The URL of the method.
    pub(crate) fn url(&self) -> &str {
        self.ready["url"].as_str().expect("the ready line has a url")
    }

    /// The port.
    pub(crate) fn port(&self) -> u16 {
        self.ready["port"].as_u64().and_then(|port| port.try_into().ok()).expect("the ready line has a port")
    }

    /// The process's id, as it says itself.
    pub(crate) fn pid(&self) -> u32 {
        self.ready["pid"].as_u64().and_then(|pid| pid.try_into().ok()).expect("the ready line has a pid")
    }

    /// Waits for a line of its standard error that holds this, and returns it.
    #[track_caller]
    pub(crate) fn logs(&mut self, text: &str) -> String {
        let line = self.process.next_line(|line| line.stream == Stream::Err && line.text.contains(text));
        line.unwrap_or_else(|| panic!("it ended without logging {text:?}; stderr:\n{}", self.process.stderr))
    }

    /// Waits for a line of its standard output that holds this, and returns it.
    #[track_caller]
    pub(crate) fn says(&mut self, text: &str) -> String {
        let line = self.process.next_line(|line| line.stream == Stream::Out && line.text.contains(text));
        line.unwrap_or_else(|| panic!("it ended without saying {text:?}; stdout:\n{}", self.process.stdout))
    }

    /// Sends it a signal (`TERM`, `INT`) and waits for its end.
    #[track_caller]
    pub(crate) fn ends_on(mut self, signal: &str) -> Ran {
        assert!(send_signal(self.process.child.id(), signal), "SIG{signal} could not be sent");
        self.process.wait()
    }
}

/// A directory that goes when the test ends.
pub(crate) struct Folder {
    directory: tempfile::TempDir,
}

/// An empty directory.
pub(crate) fn folder() -> Folder {
    Folder { directory: tempfile::tempdir().expect("a temporary directory can be made") }
}

/// A fresh copy of the standard pack.
#[track_caller]
pub(crate) fn exported_pack() -> Folder {
    let folder = folder();
    caketester(["pack", "export"]).arg(folder.path()).run().exits_with(0);
    folder
}

/// Scenarios that show every rule that is required, and few more.
const ENOUGH: [&str; 12] = [
    "answers/code-7",
    "answers/code-missing",
    "codes/key-replaced",
    "codes/lead-absent",
    "codes/not-enabled",
    "codes/status-absent",
    "codes/success",
    "encoding/ampersand",
    "faults/reset-after-commit",
    "fields/number",
    "security/certificate-untrusted",
    "security/redirect-to-another-host",
];

/// A pack by which a client can conform within a second or two.
#[track_caller]
pub(crate) fn small_pack() -> Folder {
    let pack = exported_pack();
    for file in pack.files() {
        let below = file.strip_prefix("scenarios/").and_then(|below| below.strip_suffix(".yaml"));
        if below.is_some_and(|id| id != "instance" && !ENOUGH.contains(&id)) {
            pack.remove(&file);
        }
    }
    pack
}

impl Folder {
    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Where something in it is, or would be.
    pub(crate) fn at(&self, below: &str) -> PathBuf {
        self.path().join(below)
    }

    /// The text of a file.
    #[track_caller]
    pub(crate) fn read(&self, below: &str) -> String {
        std::fs::read_to_string(self.at(below)).unwrap_or_else(|error| panic!("cannot read {below}: {error}"))
    }

    /// Writes a file, and the directories it needs; returns where it is.
    #[track_caller]
    pub(crate) fn write(&self, below: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(below);
        let parent = path.parent().expect("a file stands in a directory");
        std::fs::create_dir_all(parent).unwrap_or_else(|error| panic!("cannot make {}: {error}", parent.display()));
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("cannot write {below}: {error}"));
        path
    }

    /// Replaces a text that stands in a file once.
    #[track_caller]
    pub(crate) fn edit(&self, below: &str, from: &str, to: &str) {
        let text = self.read(below);
        assert_eq!(text.matches(from).count(), 1, "{from:?} has to stand in {below} once:\n{text}");
        self.write(below, text.replace(from, to));
    }

    /// Removes a file.
    #[track_caller]
    pub(crate) fn remove(&self, below: &str) {
        std::fs::remove_file(self.at(below)).unwrap_or_else(|error| panic!("cannot remove {below}: {error}"));
    }

    /// Every file in it, in order, with slashes.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut waiting = vec![self.path().to_owned()];
        while let Some(directory) = waiting.pop() {
            for entry in std::fs::read_dir(directory).expect("a directory can be read") {
                let path = entry.expect("a directory can be read").path();
                if path.is_dir() {
                    waiting.push(path);
                } else {
                    let below = path.strip_prefix(self.path()).expect("it is in the folder");
                    let parts: Vec<_> = below.iter().map(OsStr::to_string_lossy).collect();
                    found.push(parts.join("/"));
                }
            }
        }
        found.sort();
        found
    }
}

/// An answer read off a socket.
#[derive(Debug)]
pub(crate) struct HttpAnswer {
    /// The status code.
    pub(crate) status: u16,
    /// The status line and the headers.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: String,
}

/// Gets a URL of the form `http://HOST:PORT/…`, sent exactly as it stands.
#[track_caller]
pub(crate) fn get(url: &str) -> HttpAnswer {
    let (host, target) = split_url(url);
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let answer = String::from_utf8_lossy(&exchange_bytes(host, request.as_bytes())).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{url} gave no answer: {answer:?}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.unwrap_or_else(|| panic!("{url} gave no status: {head:?}"));
    HttpAnswer { status, head: head.to_owned(), body: body.to_owned() }
}

/// `http://HOST:PORT/…` as `HOST:PORT` and `/…`.
#[track_caller]
pub(crate) fn split_url(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("{url} does not begin with http://"));
    rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash))
}

/// Sends these bytes to `HOST:PORT` and reads to the end, also where that is a reset.
#[track_caller]
pub(crate) fn exchange_bytes(host: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(host).unwrap_or_else(|error| panic!("cannot connect to {host}: {error}"));
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket takes a timeout");
    stream.write_all(request).unwrap_or_else(|error| panic!("cannot send to {host}: {error}"));
    let mut answer = Vec::new();
    // What came before a reset counts.
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// A TCP server on a free port that does to each connection whatever a test wants. Once it is dropped, every
/// connection is shut, so that a handler that reads or writes comes to its end.
pub(crate) struct RawServer {
    address: SocketAddr,
    seen: Arc<Seen>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Seen {
    heads: Mutex<Vec<String>>,
    streams: Mutex<Vec<TcpStream>>,
    stopping: AtomicBool,
}

/// A server whose handler gets each connection once its request's head has been read.
pub(crate) fn raw_server(handle: impl Fn(TcpStream) + Send + Sync + 'static) -> RawServer {
    raw_server_with_head(move |_, stream| handle(stream))
}

/// The same, for a handler that needs the head.
pub(crate) fn raw_server_with_head(handle: impl Fn(&str, TcpStream) + Send + Sync + 'static) -> RawServer {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    let address = listener.local_addr().expect("a listener has an address");
    let seen = Arc::new(Seen::default());
    let (shared, handle) = (Arc::clone(&seen), Arc::new(handle));
    let accepting = std::thread::spawn(move || {
        for stream in listener.incoming() {
            if shared.stopping.load(Ordering::SeqCst) {
                return;
            }
            let Ok(mut stream) = stream else { continue };
            shared.streams.lock().unwrap_or_else(PoisonError::into_inner).extend(stream.try_clone());
            let (seen, handle) = (Arc::clone(&shared), Arc::clone(&handle));
            std::thread::spawn(move || {
                let head = read_head(&mut stream);
                seen.heads.lock().unwrap_or_else(PoisonError::into_inner).push(head.clone());
                handle(&head, stream.try_clone().expect("a stream can be cloned"));
                // The server's own copy keeps the connection open otherwise.
                let _ = stream.shutdown(Shutdown::Both);
            });
        }
    });
    RawServer { address, seen, accepting: Some(accepting) }
}

/// A server that gives every request these bytes and closes the connection.
pub(crate) fn server_that_answers(bytes: impl Into<Vec<u8>>) -> RawServer {
    let bytes = bytes.into();
    raw_server(move |mut stream| {
        // Who no longer listens has decided so.
        let _ = stream.write_all(&bytes);
    })
}

/// A whole answer, ready to be sent.
pub(crate) fn http(status: &str, content_type: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

impl RawServer {
    /// `http://HOST:PORT`
    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The head of every request so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.heads.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.seen.stopping.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        for stream in self.seen.streams.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Whether a test has to be skipped, because a probe (`["php", "--version"]`) does not succeed here. It is said
/// so; where `CAKETESTER_REQUIRE_ALL` is 1 it is a failure instead.
#[track_caller]
pub(crate) fn skipped_without(what: &str, probe: &[&str]) -> bool {
    let (program, arguments) = probe.split_first().expect("a probe has a program");
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if command.status().is_ok_and(|status| status.success()) {
        return false;
    }
    let required = std::env::var_os("CAKETESTER_REQUIRE_ALL") == Some(OsString::from("1"));
    assert!(!required, "{what} is missing, and CAKETESTER_REQUIRE_ALL=1 asks for every test");
    let mut line = String::new();
    // Writing into a String cannot fail. Past the test harness, which keeps what a passing test prints to itself.
    let _ = writeln!(line, "skipped: {what} is missing ({})", probe.join(" "));
    let _ = std::io::stderr().write_all(line.as_bytes());
    true
}
