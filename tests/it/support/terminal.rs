//! A terminal with a person before it.

use std::ffi::OsStr;
use std::io::{Read as _, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

/// The pack's key, which no terminal may show.
const KEY: &str = "BuyerAPIKeyHere";

/// A caketester on a terminal of its own, and a person before it.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    screen: Receiver<Vec<u8>>,
    /// All that was ever shown.
    shown: String,
    /// How much of it the person has read.
    read: usize,
    deadline: Instant,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Terminal {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        Self::in_dir(env!("CARGO_MANIFEST_DIR"), arguments)
    }

    /// The same in another working directory.
    pub(crate) fn in_dir(directory: impl AsRef<OsStr>, arguments: &[&str]) -> Self {
        let size = PtySize { rows: 30, cols: 120, pixel_width: 0, pixel_height: 0 };
        let pty = native_pty_system().openpty(size).expect("there is a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_caketester"));
        command.args(arguments);
        command.cwd(directory);
        command.env("TERM", "xterm");
        command.env_remove("CI");
        command.env_remove("CAKETESTER_PACK");
        let child = pty.slave.spawn_command(command).expect("caketester starts");
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().expect("a terminal can be read");
        let keyboard = pty.master.take_writer().expect("a terminal can be typed at");
        let (sender, screen) = channel();
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut chunk) {
                if sender.send(chunk[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        let deadline = Instant::now() + Duration::from_mins(2);
        Self { child, keyboard, screen, shown: String::new(), read: 0, deadline, _master: pty.master }
    }

    /// Waits until this is shown, behind what was waited for before; returns what stands in its line behind it.
    #[track_caller]
    pub(crate) fn sees(&mut self, text: &str) -> String {
        loop {
            if let Some(at) = self.shown[self.read..].find(text) {
                let end = self.read + at + text.len();
                if let Some(line) = self.shown[end..].find('\n') {
                    self.read = end;
                    return self.shown[end..end + line].trim().to_owned();
                }
            }
            self.waits_for(text);
        }
    }

    #[track_caller]
    fn waits_for(&mut self, text: &str) {
        let left = self.deadline.saturating_duration_since(Instant::now());
        match self.screen.recv_timeout(left) {
            Ok(bytes) => self.shown.push_str(&String::from_utf8_lossy(&bytes)),
            Err(why) => panic!("{text:?} was never shown ({why}):\n{}", self.shown),
        }
    }

    /// Waits until this is asked, and types the answer.
    #[track_caller]
    pub(crate) fn answers(&mut self, question: &str, answer: &str) {
        while !self.shown[self.read..].contains(question) {
            self.waits_for(question);
        }
        self.read = self.shown.len();
        self.types(answer);
    }

    pub(crate) fn types(&mut self, line: &str) {
        self.keyboard.write_all(format!("{line}\n").as_bytes()).expect("a terminal can be typed at");
    }

    #[track_caller]
    pub(crate) fn ends_with(&mut self, code: u32) {
        let status = self.child.wait().expect("it can be waited for");
        while let Ok(bytes) = self.screen.recv_timeout(Duration::from_secs(1)) {
            self.shown.push_str(&String::from_utf8_lossy(&bytes));
        }
        assert_eq!(status.exit_code(), code, "{}", self.shown);
        assert!(!self.shown.contains(KEY), "{}", self.shown);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
