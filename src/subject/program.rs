//! A client that is a program: started once a step, ended with all it started when its time is up.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use process_wrap::tokio::{ChildWrapper, CommandWrap};
use tokio::process::Command;

use super::conclusion::{Case, Conclusion, Subject, SubjectError, Trace, Verdict};
use super::exit_codes::ExitCodes;
use super::outcome_file;
use super::placeholders::{PlaceholderError, Template, fields_json};
use super::tail::Tail;
use crate::protocol::Outcome;
use crate::secret::Secret;

/// How long a program's output may stay open once the program has ended: something it started holds it.
const OUTPUT_GRACE: Duration = Duration::from_secs(1);

/// A program with its arguments.
#[derive(Debug)]
pub struct Program {
    name: OsString,
    arguments: Vec<Template>,
    exit_codes: ExitCodes,
    timeout: Duration,
    scratch: PathBuf,
    no_proxy: [(&'static str, String); 2],
    started: AtomicU64,
}

/// The variables that name the hosts no proxy is asked for; programs read either.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The variables that name a proxy. curl reads `http_proxy` in lower case alone, because a CGI server would put a
/// header of the request's into `HTTP_PROXY`.
const PROXY: [&str; 6] = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The hosts that are this machine.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "::1"];

/// The variables that name a file of authorities to trust: our own, and those of curl, of OpenSSL (Python, Ruby, PHP's
/// streams, and Go), of Python's requests, of Node, of Deno and of Perl's LWP.
const TRUST: [&str; 7] = [
    "CAKE_CA_FILE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "DENO_CERT",
    "PERL_LWP_SSL_CA_FILE",
];

impl Program {
    /// A program with its arguments. `scratch` is a directory for outcome files; it has to exist. `env` looks
    /// variables up that the program would inherit.
    pub fn new(
        name: OsString,
        arguments: &[String],
        exit_codes: ExitCodes,
        timeout: Duration,
        scratch: PathBuf,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, PlaceholderError> {
        let arguments = arguments.iter().map(|argument| Template::parse(argument)).collect::<Result<_, _>>()?;
        let no_proxy = NO_PROXY.map(|name| {
            let inherited = env(name).filter(|hosts| !hosts.is_empty());
            let hosts = inherited.into_iter().chain([LOOPBACK.join(",")]);
            (name, hosts.collect::<Vec<_>>().join(","))
        });
        Ok(Self { name, arguments, exit_codes, timeout, scratch, no_proxy, started: AtomicU64::new(0) })
    }

    fn command(&self, arguments: &[String], case: &Case, outcome_file: &Path) -> CommandWrap {
        let mut command = Command::new(&self.name);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let update = &case.update;
        command
            .env("CAKE_BASE_URL", &case.base_url)
            .env("CAKE_URL", case.url())
            .env("CAKE_API_KEY", case.key.expose())
            .env("CAKE_LEAD_ID", &update.lead_id)
            .env("CAKE_STATUS", &update.status)
            .env("CAKE_FIELDS", fields_json(case))
            .env("CAKETESTER_OUTCOME", outcome_file);
        match &update.sub_status {
            Some(sub_status) => command.env("CAKE_SUB_STATUS", sub_status),
            None => command.env_remove("CAKE_SUB_STATUS"),
        };
        match &case.ca_file {
            Some(file) => command.envs(TRUST.map(|name| (name, file))),
            None => command.env_remove(TRUST[0]),
        };
        match &case.proxy {
            None => command.envs(self.no_proxy.iter().map(|(name, hosts)| (name, hosts))),
            Some(proxy) => {
                // What the program would inherit may exempt the host, and so may this machine's names.
                let others = LOOPBACK.into_iter().filter(|name| !case.base_url.contains(name)).collect::<Vec<_>>();
                command
                    .envs(NO_PROXY.map(|name| (name, others.join(","))))
                    .envs(PROXY.map(|name| (name, proxy)))
                    .env("NODE_USE_ENV_PROXY", "1")
                    // Where it is set, many libraries believe that they run as CGI, and take no proxy from the environment.
                    .env_remove("REQUEST_METHOD")
            }
        };
        let mut wrapped = CommandWrap::from(command);
        #[cfg(unix)]
        wrapped.wrap(process_wrap::tokio::ProcessGroup::leader());
        #[cfg(windows)]
        wrapped.wrap(process_wrap::tokio::JobObject);
        wrapped
    }

    fn cannot_start(&self, error: &io::Error) -> SubjectError {
        let help = match error.kind() {
            io::ErrorKind::NotFound => {
                "is it installed, and in PATH? A path is taken relative to the working directory"
            }
            io::ErrorKind::PermissionDenied => {
                "is it executable? A script needs `chmod +x`, or its interpreter before it: php push.php"
            }
            _ => "try the same command by hand; a script needs its interpreter before it: php push.php",
        };
        SubjectError::CannotStart { program: self.name.to_string_lossy().into_owned(), reason: error.to_string(), help }
    }
}

impl Subject for Program {
    async fn report(&self, case: Case) -> Result<Conclusion, SubjectError> {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let outcome_file = self.scratch.join(format!("outcome-{number}.json"));
        let arguments: Vec<String> = self.arguments.iter().map(|argument| argument.fill(&case)).collect();
        let program = self.name.to_string_lossy().into_owned();
        let command_line = shell_words::join(std::iter::once(&program).chain(&arguments));
        let started = Instant::now();

        let child =
            self.command(&arguments, &case, &outcome_file).spawn().map_err(|error| self.cannot_start(&error))?;
        let mut running = Running(child);
        let (exit, mut trace) = running.watch(self.timeout, &case.key).await?;
        trace.command = Some(command_line);
        trace.timed_out = exit.is_none();
        trace.elapsed = started.elapsed();

        let said = read_outcome_file(&outcome_file);
        let (verdict, code) = match (exit, said) {
            (None, _) => (Verdict::None(format!("it did not end within {:?} and was ended", self.timeout)), None),
            (Some(_), Err(broken)) => (Verdict::None(broken), None),
            (Some(status), Ok(Some(said))) if status.code().is_some() => {
                trace.notes.extend(self.contradiction(status, said.outcome));
                (Verdict::Outcome(said.outcome), said.code)
            }
            (Some(status), Ok(_)) => (self.by_exit_code(status), None),
        };
        trace.exit = Some(exit.map_or_else(|| "ended by caketester".into(), describe));
        Ok(Conclusion { verdict, code, trace })
    }
}

impl Program {
    /// The file counts; but who says two things may mean either. Exit code 0 is also what a program that says its
    /// outcome in the file ends with.
    fn contradiction(&self, status: ExitStatus, said: Outcome) -> Option<String> {
        let other =
            self.exit_codes.outcome(status.code()?).filter(|meant| *meant != said && *meant != Outcome::Updated)?;
        Some(format!("its outcome file says {said}, and its exit code {other}; the file counts"))
    }

    fn by_exit_code(&self, status: ExitStatus) -> Verdict {
        let known = self.exit_codes.in_words();
        match status.code() {
            None => Verdict::None(format!("it crashed: {}", describe(status))),
            Some(code) => match self.exit_codes.outcome(code) {
                Some(outcome) => Verdict::Outcome(outcome),
                None => Verdict::None(format!("it crashed: exit code {code} means no outcome; these do: {known}")),
            },
        }
    }
}

fn read_outcome_file(path: &Path) -> Result<Option<outcome_file::Said>, String> {
    let unreadable = |error: io::Error| format!("the outcome file cannot be read: {error}");
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        // Opening a named pipe would wait for a writer that is gone.
        Ok(metadata) if !metadata.is_file() => return Err("the outcome file is no file".into()),
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(outcome_file::LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    // It has served its purpose; the directory goes at the end of the run in any case.
    let _ = std::fs::remove_file(path);
    outcome_file::read(&bytes)
}

/// A process with all it starts in its group. Whatever happens to the run, none of it is left behind; what leaves the
/// group (setsid) is out of reach.
struct Running(Box<dyn ChildWrapper>);

impl Drop for Running {
    fn drop(&mut self) {
        // There may be nobody left, which is what is wanted.
        let _ = self.0.start_kill();
    }
}

impl Running {
    /// Waits for the end, or for the timeout, in which case there is no exit status.
    async fn watch(&mut self, timeout: Duration, key: &Secret) -> Result<(Option<ExitStatus>, Trace), SubjectError> {
        let (mut stdout, mut stderr) = (Tail::new(key), Tail::new(key));
        let out = self.0.stdout().take();
        let err = self.0.stderr().take();
        let mut trace = Trace::default();
        let mut output = Box::pin(async {
            let out = async {
                if let Some(stream) = out {
                    stdout.follow(stream).await;
                }
            };
            let err = async {
                if let Some(stream) = err {
                    stderr.follow(stream).await;
                }
            };
            tokio::join!(out, err);
        });
        let mut output_ended = false;
        let ended = tokio::time::timeout(timeout, async {
            // The innermost child: what it started is not waited for, but ended.
            let mut wait = self.0.inner_mut().wait();
            tokio::select! {
                status = &mut wait => return status,
                () = &mut output => output_ended = true,
            }
            wait.await
        });
        let exit = match ended.await {
            Ok(status) => Some(status.map_err(|source| SubjectError::Harness { what: "wait for the client", source })?),
            Err(_) => None,
        };
        let others_were_left = self.0.start_kill().is_ok();
        if exit.is_some() && others_were_left && cfg!(unix) {
            trace
                .notes
                .push("it left processes running, which were ended; what they had yet to send never arrived".into());
        }
        if !output_ended && tokio::time::timeout(OUTPUT_GRACE, &mut output).await.is_err() {
            trace.notes.push("something it started still holds its output open".into());
        }
        drop(output);
        let streams = [("standard output", &stdout), ("standard error", &stderr)];
        trace.printed_key = streams.into_iter().filter(|(_, tail)| tail.holds_key()).map(|(name, _)| name).collect();
        trace.stdout = stdout.into_text();
        trace.stderr = stderr.into_text();
        Ok((exit, trace))
    }
}

fn describe(status: ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            let name = match signal {
                6 => " (SIGABRT)",
                9 => " (SIGKILL)",
                11 => " (SIGSEGV)",
                13 => " (SIGPIPE)",
                15 => " (SIGTERM)",
                _ => "",
            };
            return format!("killed by signal {signal}{name}");
        }
    }
    status.code().map_or_else(|| "ended without an exit code".into(), |code| format!("exit code {code}"))
}
