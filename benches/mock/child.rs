//! A server in a process of its own: started, looked at, ended.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::Outcome;
use crate::servers::{Kind, PACK};

/// A running server. It ends when this is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// What a process holds of memory, in KiB; 0 where the system does not tell.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Memory {
    pub(crate) now: u64,
    pub(crate) most: u64,
}

impl Server {
    /// Starts a server of this program.
    pub(crate) fn start(kind: Kind, pack: Option<&Path>) -> Outcome<Self> {
        Self::start_of(&std::env::current_exe()?, kind, pack)
    }

    /// Starts a server of this program, or of another build of it.
    pub(crate) fn start_of(program: &Path, kind: Kind, pack: Option<&Path>) -> Outcome<Self> {
        let mut command = Command::new(program);
        let kind = format!("{kind:?}").to_lowercase();
        command.args(["serve", &kind]).stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(pack) = pack {
            command.env(PACK, pack);
        }
        Self::spawn(command, |line| line.parse().map_err(Into::into))
    }

    /// Starts a server of this program under callgrind, which writes what it counted once the server has ended.
    pub(crate) fn counted(kind: Kind, out: &Path) -> Outcome<Self> {
        let mut command = Command::new("valgrind");
        command.arg("--tool=callgrind").arg("--quiet").arg(format!("--callgrind-out-file={}", out.display()));
        command.arg(std::env::current_exe()?).args(["serve", &format!("{kind:?}").to_lowercase()]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        Self::spawn(command, |line| line.parse().map_err(Into::into))
    }

    /// Lets a server end by itself.
    pub(crate) fn end(mut self) -> Outcome {
        drop(self.child.stdin.take());
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}").into()) }
    }

    /// Starts `caketester serve`; its log goes nowhere, but it is written.
    pub(crate) fn caketester(pack: Option<&Path>) -> Outcome<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caketester"));
        command.args(["serve", "--port", "0"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        if let Some(pack) = pack {
            command.arg("--pack").arg(pack);
        }
        Self::spawn(command, |line| {
            let ready: serde_json::Value = serde_json::from_str(line)?;
            let port = ready["port"].as_u64().ok_or("the ready line names no port")?;
            Ok(SocketAddr::from(([127, 0, 0, 1], u16::try_from(port)?)))
        })
    }

    fn spawn(mut command: Command, address: impl Fn(&str) -> Outcome<SocketAddr>) -> Outcome<Self> {
        let mut child = command.spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        Ok(Self { child, address: address(line.trim())? })
    }

    pub(crate) fn memory(&self) -> Memory {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let value = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim_matches(|c: char| !c.is_ascii_digit()).parse().ok()
        };
        Memory { now: value("VmRSS:").unwrap_or(0), most: value("VmHWM:").unwrap_or(0) }
    }

    /// Nanoseconds of processor time of its threads; 0 where the system does not tell.
    pub(crate) fn processor_time(&self) -> u64 {
        let Ok(threads) = fs::read_dir(format!("/proc/{}/task", self.child.id())) else { return 0 };
        let of_thread = |path: std::path::PathBuf| {
            let text = fs::read_to_string(path.join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        };
        threads.filter_map(|thread| of_thread(thread.ok()?.path())).sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
