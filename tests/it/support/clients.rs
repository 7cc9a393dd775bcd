//! Clients that are each wrong in one way. The test binary itself plays them: caketester starts it again, for
//! the one test below, so that no interpreter has to be installed and every mistake is a few lines of Rust.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use caketester::protocol::{METHOD_PATH, encode, xml};

use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::framing::framed;
use crate::support::{Caketester, caketester};

/// Says which client the test binary is to play.
pub(crate) const PLAYED: &str = "PLAYED_CLIENT";

/// A client and its mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Played {
    /// None; it is there to show that the others fail for what they do.
    Right,
    /// It speaks no TLS.
    SpeaksNoTls,
    /// Whatever comes, it has been updated.
    ClaimsSuccess,
    /// HTTP 200 is success, whatever the XML says.
    TrustsHttp200,
    /// A refusal is an exception nobody catches.
    CrashesOnRefusal,
    /// The sample goes well; later it fails before it sends anything, and says why on its standard error.
    FailsBeforeItSends,
    /// It sends the same request again although it has the answer.
    SendsTwice,
    /// Another buyer's key, from a configuration of its own.
    WrongKey,
    /// A key in another letter case.
    KeyInAnotherCase,
    /// Another parameter name for the key.
    KeyUnderAnotherName,
    /// The status in lower case.
    StatusInAnotherCase,
    /// The method in lower case.
    PathInAnotherCase,
    /// The query put together by hand: only spaces are escaped.
    JoinsByHand,
    /// Not even spaces are escaped.
    SendsRawSpaces,
    /// Everything is encoded twice.
    EncodesTwice,
    /// A form POST to the same URL.
    PostsAForm,
    /// A PUT with the query in the URL.
    PutsTheQuery,
    /// It hangs up as soon as it has sent the request, and claims success.
    HangsUp,
    /// It writes what it was given into the file that `RECORD` names.
    Records,
    /// It is right, but says so in the outcome file alone, and exits with 77.
    TellsByFile,
    /// It asks with its first request, and sends another lead with a second.
    SendsAnotherLead,
    /// It is right, and then writes what stands in `OUTCOME` into the outcome file.
    TellsWhatItIsTold,
    /// It makes a directory where the outcome file belongs.
    MakesADirectory,
    /// It makes a named pipe where the outcome file belongs.
    MakesAPipe,
    /// The sample goes well; later it has the answer, starts a process that does not end, and does not end either.
    HangsInItsStep,
    /// The sample goes well; later it has the answer, and leaves a process behind that holds its output open.
    LeavesAChildInItsStep,
    /// It has the answer, and is then killed.
    IsKilled,
    /// Every second time it is asked for a lead it claims success, whatever comes. It counts in the folder that `COUNTS`
    /// names.
    IsFlaky,
}

const ALL: [Played; 28] = [
    Played::SpeaksNoTls,
    Played::Right,
    Played::ClaimsSuccess,
    Played::TrustsHttp200,
    Played::CrashesOnRefusal,
    Played::FailsBeforeItSends,
    Played::SendsTwice,
    Played::WrongKey,
    Played::KeyInAnotherCase,
    Played::KeyUnderAnotherName,
    Played::StatusInAnotherCase,
    Played::PathInAnotherCase,
    Played::JoinsByHand,
    Played::SendsRawSpaces,
    Played::EncodesTwice,
    Played::PostsAForm,
    Played::PutsTheQuery,
    Played::HangsUp,
    Played::Records,
    Played::TellsByFile,
    Played::SendsAnotherLead,
    Played::TellsWhatItIsTold,
    Played::MakesADirectory,
    Played::MakesAPipe,
    Played::HangsInItsStep,
    Played::LeavesAChildInItsStep,
    Played::IsKilled,
    Played::IsFlaky,
];

/// The lead of the sample update, with which every run begins.
const SAMPLE_LEAD: &str = "5A1EZZZZ";

/// The exit codes of the contract.
const UPDATED: i32 = 0;
const REJECTED: i32 = 10;
const UNKNOWN: i32 = 11;

/// `caketester client OPTIONS` against one of them.
pub(crate) fn checking<'o>(played: Played, options: impl IntoIterator<Item = &'o str>) -> Caketester {
    let itself = std::env::current_exe().expect("a process knows its program");
    caketester(["client"]).args(options).env(PLAYED, format!("{played:?}")).arg("--").arg(itself).args([
        "--exact",
        "support::clients::plays_a_client",
        "--nocapture",
    ])
}

/// No test unless caketester started it: the client.
#[test]
fn plays_a_client() {
    let Ok(name) = std::env::var(PLAYED) else { return };
    let played = ALL.into_iter().find(|played| format!("{played:?}") == name).expect("there is such a client");
    std::process::exit(played.play());
}

/// What caketester gave for this step.
#[derive(Clone)]
struct Given {
    host: String,
    is_tls: bool,
    /// The file with the authority to trust; without it none is.
    ca_file: Option<String>,
    /// Every parameter in CAKE's order.
    pairs: Vec<(String, String)>,
}

impl Given {
    fn read() -> Self {
        let variable = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
        let base_url = variable("CAKE_BASE_URL");
        let mut pairs = vec![
            ("api_key".to_owned(), variable("CAKE_API_KEY")),
            ("lead_id".to_owned(), variable("CAKE_LEAD_ID")),
            ("status".to_owned(), variable("CAKE_STATUS")),
        ];
        pairs.extend(std::env::var("CAKE_SUB_STATUS").ok().map(|value| ("sub_status".to_owned(), value)));
        let fields: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&variable("CAKE_FIELDS")).expect("CAKE_FIELDS is a JSON object");
        pairs.extend(fields.into_iter().map(|(name, value)| (name, value.as_str().expect("a text").to_owned())));
        let (scheme, host) = base_url.split_once("://").expect("a URL has a scheme");
        let ca_file = std::env::var("CAKE_CA_FILE").ok();
        Self { host: host.to_owned(), is_tls: scheme == "https", ca_file, pairs }
    }

    fn changed(&self, name: &str, change: impl Fn(&str) -> String) -> Self {
        let mut changed = self.clone();
        for (_, value) in changed.pairs.iter_mut().filter(|(known, _)| known == name) {
            *value = change(value);
        }
        changed
    }

    /// How often this lead has been asked for, this time included.
    fn times(&self) -> u64 {
        let (_, lead) = self.pairs.iter().find(|(name, _)| name == "lead_id").expect("every update has a lead");
        let folder = std::env::var_os("COUNTS").expect("COUNTS is set");
        let path = std::path::Path::new(&folder).join(lead);
        let counts = std::fs::OpenOptions::new().create(true).append(true).open(path);
        let mut counts = counts.expect("the folder can be written to");
        counts.write_all(b".").expect("a count can be written");
        counts.metadata().expect("a file has a length").len()
    }

    fn is_the_sample(&self) -> bool {
        self.pairs.iter().any(|(name, value)| name == "lead_id" && value == SAMPLE_LEAD)
    }

    fn encoded(&self) -> String {
        encode(self.pairs.iter().map(|(name, value)| (&**name, &**value)))
    }

    /// Name and value joined, each value made fit by `escape`.
    fn joined(&self, escape: impl Fn(&str) -> String) -> String {
        self.pairs.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&")
    }

    fn get(&self, path: &str, query: &str) -> Got {
        self.send(&format!("GET {path}?{query} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.host))
    }

    fn post(&self, target: &str, body: &str) -> Got {
        self.send(&format!(
            "POST {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        ))
    }

    /// A connection, where there is somebody to connect to.
    fn connect(&self) -> Option<TcpStream> {
        TcpStream::connect(&self.host).ok()
    }

    fn send(&self, request: &str) -> Got {
        let nothing = Got { status: 0, body: Vec::new() };
        let Some(stream) = self.connect() else { return nothing };
        let timer = stream.try_clone().expect("a socket can be cloned");
        let mut stream: Box<dyn ReadWrite> =
            if self.is_tls { Box::new(self.secured(stream)) } else { Box::new(stream) };
        match stream.write_all(request.as_bytes()) {
            Ok(()) => read_answer(&mut *stream, &timer).unwrap_or(nothing),
            // It does not trust the certificate.
            Err(error) => {
                assert!(self.is_tls, "the mock reads: {error}");
                nothing
            }
        }
    }

    fn secured(&self, stream: TcpStream) -> StreamOwned<ClientConnection, TcpStream> {
        let mut roots = RootCertStore::empty();
        if let Some(ca_file) = &self.ca_file {
            let authority = CertificateDer::from_pem_file(ca_file).expect("the file holds a certificate");
            roots.add(authority).expect("it is one");
        }
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().expect("there are versions");
        let config = config.with_root_certificates(roots).with_no_client_auth();
        let name = self.host.rsplit_once(':').map_or(&*self.host, |(name, _)| name).to_owned();
        let name = ServerName::try_from(name).expect("a host is a name");
        let connection = ClientConnection::new(Arc::new(config), name).expect("a connection can begin");
        StreamOwned::new(connection, stream)
    }
}

/// A connection, by TLS or not.
trait ReadWrite: Read + Write {}

impl<S: Read + Write> ReadWrite for S {}

/// The whole answer; none where it breaks off, takes longer than three seconds, is too large, or is no HTTP that this reads.
fn read_answer(stream: &mut dyn ReadWrite, timer: &TcpStream) -> Option<Got> {
    let end = Instant::now() + Duration::from_secs(3);
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let left = end.saturating_duration_since(Instant::now());
        timer.set_read_timeout(Some(left).filter(|left| !left.is_zero())).ok().filter(|()| !left.is_zero())?;
        match stream.read(&mut piece).ok()? {
            0 => break,
            read => bytes.extend_from_slice(&piece[..read]),
        }
        if bytes.len() > 1024 * 1024 {
            return None;
        }
    }
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.strip_prefix("HTTP/1.1 ")?.split(' ').next()?.parse().ok()?;
    let (_, body, is_whole) = framed(&head, &bytes[end + 4..]);
    is_whole.then_some(Got { status, body })
}

struct Got {
    status: u16,
    body: Vec<u8>,
}

impl Got {
    fn code(&self) -> Option<i64> {
        xml::read(&self.body).ok().map(|reading| reading.code.0)
    }

    /// What a client that is right concludes.
    fn outcome(&self) -> i32 {
        match (self.code(), self.status) {
            (Some(0), 200) => UPDATED,
            (Some(1..=4), _) => REJECTED,
            _ => UNKNOWN,
        }
    }
}

impl Played {
    /// Plays it, and returns the exit code.
    fn play(self) -> i32 {
        let given = Given::read();
        if self == Self::FailsBeforeItSends && !given.is_the_sample() {
            eprintln!("no such lead in our database");
            return 70;
        }
        let got = self.ask(&given);
        self.conclude(&given, &got)
    }

    /// Sends what it sends.
    fn ask(self, given: &Given) -> Got {
        let right = |given: &Given| given.get(METHOD_PATH, &given.encoded());
        match self {
            Self::SpeaksNoTls => right(&Given { is_tls: false, ..given.clone() }),
            Self::SendsTwice => {
                right(given);
                right(given)
            }
            Self::SendsAnotherLead => {
                let got = right(given);
                right(&given.changed("lead_id", |_| SAMPLE_LEAD.into()));
                got
            }
            Self::WrongKey => right(&given.changed("api_key", |_| "R4TN8W2YH6JC0VSD".into())),
            Self::KeyInAnotherCase => right(&given.changed("api_key", str::to_lowercase)),
            Self::KeyUnderAnotherName => given.get(METHOD_PATH, &given.encoded().replacen("api_key=", "apikey=", 1)),
            Self::StatusInAnotherCase => right(&given.changed("status", str::to_lowercase)),
            Self::PathInAnotherCase => given.get(&METHOD_PATH.to_lowercase(), &given.encoded()),
            Self::JoinsByHand => given.get(METHOD_PATH, &given.joined(|value| value.replace(' ', "%20"))),
            Self::SendsRawSpaces => given.get(METHOD_PATH, &given.joined(str::to_owned)),
            Self::EncodesTwice => {
                let once = |value: &str| encode([("", value)]).trim_start_matches('=').replace('+', "%20");
                given.get(METHOD_PATH, &given.joined(|value| once(&once(value))))
            }
            Self::PostsAForm => given.post(METHOD_PATH, &given.encoded()),
            Self::PutsTheQuery => {
                let target = format!("{METHOD_PATH}?{}", given.encoded());
                given.send(&format!("PUT {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", given.host))
            }
            Self::HangsUp => {
                let request = format!("GET {METHOD_PATH}?{} HTTP/1.1\r\nHost: {}\r\n\r\n", given.encoded(), given.host);
                given
                    .connect()
                    .into_iter()
                    .for_each(|mut it| it.write_all(request.as_bytes()).expect("the mock reads"));
                Got { status: 200, body: Vec::new() }
            }
            _ => right(given),
        }
    }

    /// Does what it does with the answer.
    fn conclude(self, given: &Given, got: &Got) -> i32 {
        match self {
            Self::ClaimsSuccess | Self::HangsUp => return UPDATED,
            Self::TrustsHttp200 => return if got.status == 200 { UPDATED } else { UNKNOWN },
            Self::CrashesOnRefusal if got.outcome() == REJECTED => {
                eprintln!("Uncaught CakeException: CAKE said no");
                return 1;
            }
            Self::Records => record(),
            Self::TellsByFile => {
                let word = match got.outcome() {
                    UPDATED => "updated",
                    REJECTED => "rejected",
                    _ => "unknown",
                };
                let said = serde_json::json!({ "outcome": word, "code": got.code() });
                std::fs::write(outcome_file(), said.to_string()).expect("the outcome file can be written");
                return 77;
            }
            Self::TellsWhatItIsTold => {
                let told = std::env::var("OUTCOME").expect("OUTCOME is set");
                std::fs::write(outcome_file(), told).expect("the outcome file can be written");
            }
            Self::MakesADirectory => std::fs::create_dir(outcome_file()).expect("a directory can be made"),
            Self::MakesAPipe => shell("mkfifo \"$CAKETESTER_OUTCOME\""),
            Self::HangsInItsStep if !given.is_the_sample() => {
                shell(&format!("{TAKE_THE_LIFELINE}; sleep 600 & echo $! >>\"$PIDS\"; wait"));
            }
            Self::LeavesAChildInItsStep if !given.is_the_sample() => {
                shell(&format!("{TAKE_THE_LIFELINE}; sleep 600 & echo $! >>\"$PIDS\""));
            }
            Self::IsFlaky if given.times().is_multiple_of(2) => return UPDATED,
            // In its own place: a process beside it might outlive it for a moment.
            Self::IsKilled => panic!("{}", Command::new("sh").args(["-c", "kill -s KILL $$"]).exec()),
            _ => {}
        }
        got.outcome()
    }
}

fn outcome_file() -> OsString {
    std::env::var_os("CAKETESTER_OUTCOME").expect("the outcome file is named")
}

/// A shell opens the lifeline, and what it starts inherits it. Its id stands in the list before.
pub(crate) const TAKE_THE_LIFELINE: &str = "echo $$ >>\"$PIDS\"; exec 9>\"$LIFELINE\"";

/// Runs a script whose processes inherit what this one has open.
fn shell(script: &str) {
    let status = Command::new("sh").args(["-c", script]).status().expect("there is a shell");
    assert!(status.success(), "{script} failed");
}

/// What a program can see of its surroundings: its environment, its arguments, and what its
/// standard input holds.
fn record() {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input).expect("standard input can be read");
    let environment: serde_json::Map<String, serde_json::Value> =
        std::env::vars().map(|(name, value)| (name, value.into())).collect();
    let arguments: Vec<String> = std::env::args().skip(4).collect();
    let seen = serde_json::json!({ "env": environment, "stdin": input, "args": arguments });
    let path = std::env::var_os("RECORD").expect("RECORD is set");
    std::fs::write(path, seen.to_string()).expect("the record can be written");
}
