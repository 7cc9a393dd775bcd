//! A process that is watched, with all it starts, until it ends or its time is up.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use process_wrap::tokio::{ChildWrapper, CommandWrap};
use tokio::process::Command;

use super::conclusion::{SubjectError, Trace};
use super::tail::Tail;
use crate::secret::Secret;

/// How long a program's output may stay open once the program has ended: something it started holds it.
const OUTPUT_GRACE: Duration = Duration::from_secs(1);

/// A process with all it starts in its group. Whatever happens to the run, none of it is left behind; what leaves the
/// group (setsid) is out of reach.
pub(super) struct Running(Box<dyn ChildWrapper>);

impl Drop for Running {
    fn drop(&mut self) {
        // It fails if no process is left, which is fine.
        let _ = self.0.start_kill();
    }
}

impl Running {
    /// Starts a command with an empty standard input, and with whatever it starts in its group.
    pub(super) fn start(mut command: Command) -> Result<Self, SubjectError> {
        let program = command.as_std().get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut wrapped = CommandWrap::from(command);
        #[cfg(unix)]
        wrapped.wrap(process_wrap::tokio::ProcessGroup::leader());
        #[cfg(windows)]
        wrapped.wrap(process_wrap::tokio::JobObject);
        wrapped.spawn().map(Self).map_err(|error| cannot_start(program, &error))
    }

    /// Waits for the end, or for the timeout, in which case there is no exit status. What it started may go on until
    /// `settled`, and is then ended.
    pub(super) async fn watch(
        &mut self,
        timeout: Duration,
        key: &Secret,
        settled: impl Future<Output = ()>,
    ) -> Result<(Option<ExitStatus>, Trace), SubjectError> {
        let (mut stdout, mut stderr) = (Tail::new(key), Tail::new(key));
        let (out, err) = (self.0.stdout().take(), self.0.stderr().take());
        let mut trace = Trace::default();
        let reading = Box::pin(async {
            tokio::join!(stdout.follow(out), stderr.follow(err));
        });
        let mut output = Output { reading, has_ended: false };
        // The innermost child: what it started is not waited for, but ended.
        let ended = output.beside(tokio::time::timeout(timeout, self.0.inner_mut().wait())).await.ok();
        let exit = ended.transpose().map_err(|source| SubjectError::Harness { what: "wait for the client", source })?;
        if exit.is_some() {
            output.beside(settled).await;
        }
        let others_were_left = self.0.start_kill().is_ok();
        if exit.is_some() && others_were_left && cfg!(unix) {
            let note = "it left processes running, which were ended; what they had yet to send never arrived";
            trace.notes.push(note.into());
        }
        if !output.has_ended && tokio::time::timeout(OUTPUT_GRACE, &mut output.reading).await.is_err() {
            trace.notes.push("something it started still holds its output open".into());
        }
        drop(output);
        for (name, tail) in [("standard output", &stdout), ("standard error", &stderr)] {
            trace.printed_key.extend(tail.holds_key().then(|| name.to_owned()));
        }
        (trace.stdout, trace.stderr) = (stdout.into_text(), stderr.into_text());
        Ok((exit, trace))
    }
}

/// What a process prints, which is read while something else goes on.
struct Output<R> {
    reading: Pin<Box<R>>,
    has_ended: bool,
}

impl<R: Future<Output = ()>> Output<R> {
    /// Does something, and reads meanwhile.
    async fn beside<T>(&mut self, doing: impl Future<Output = T>) -> T {
        tokio::pin!(doing);
        tokio::select! {
            done = &mut doing => return done,
            () = &mut self.reading, if !self.has_ended => self.has_ended = true,
        }
        doing.await
    }
}

fn cannot_start(program: String, error: &io::Error) -> SubjectError {
    // Too many open files, in this process or in all of them; or too many processes.
    let is_full =
        cfg!(unix) && (matches!(error.raw_os_error(), Some(23 | 24)) || error.kind() == io::ErrorKind::WouldBlock);
    let help = match error.kind() {
        io::ErrorKind::NotFound if program.contains('=') => {
            "a variable is set by env: -- env NAME=VALUE php push.php {lead_id}"
        }
        io::ErrorKind::NotFound if ["cd", "export", "source", "."].contains(&&*program) => {
            "that is a shell's: -- sh -c 'cd /srv/app && exec php push.php \"$CAKE_LEAD_ID\"'"
        }
        io::ErrorKind::NotFound if Path::new(&program).is_file() && !program.contains('/') => {
            "a file of that name is here: name its interpreter before it, as in php push.php, or write ./ before it"
        }
        io::ErrorKind::NotFound if Path::new(&program).is_absolute() => "is there such a file on this machine?",
        _ if is_full => "nothing is wrong with the program: raise the limit (ulimit -n or -u), or lower --jobs",
        io::ErrorKind::NotFound if program.contains(' ') => {
            "give the program and its arguments apart, without quotes around all of it: -- php push.php {lead_id}"
        }
        io::ErrorKind::NotFound => "is it installed, and in PATH? A path is taken relative to the working directory",
        io::ErrorKind::PermissionDenied => {
            "is it executable? A script needs `chmod +x`, or its interpreter before it: php push.php"
        }
        _ => "try the same command by hand; a script needs its interpreter before it: php push.php",
    };
    SubjectError::CannotStart { program, reason: error.to_string(), help }
}

/// How a process ended, in words.
pub(super) fn describe(status: ExitStatus) -> String {
    // Without a code it is `signal: 9 (SIGKILL)`, and whether its core was dumped says more of this machine than of it.
    let killed = || format!("killed by {}", status.to_string().replacen(": ", " ", 1).replace(" (core dumped)", ""));
    status.code().map_or_else(killed, |code| format!("exit code {code}"))
}
