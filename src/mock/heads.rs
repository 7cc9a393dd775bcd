//! What hyper writes, with the headers of answers put into their heads. Bodies are never touched, nor what hyper says by itself.

use std::collections::VecDeque;
use std::sync::LazyLock;

use memchr::{memchr, memmem::Finder};

/// How much of the memory for what is written is kept from one answer to the next.
const KEPT: usize = 8 * 1024;

/// The answers that are on their way, and the bytes that are to be written for those hyper has handed over.
#[derive(Default)]
pub(super) struct Heads {
    /// The current one first.
    answers: VecDeque<Outgoing>,
    /// The header lines of the answers whose heads hyper has yet to hand over.
    lines: Vec<u8>,
    composed: Vec<u8>,
    /// How much of that has been written.
    written: usize,
    /// How many bytes of hyper it was composed of.
    taken: usize,
}

/// An answer that is on its way.
#[derive(Default)]
struct Outgoing {
    /// How many bytes its header lines have.
    lines: usize,
    /// How many bytes its body has, as far as hyper has asked for it.
    body: usize,
    /// How much of the body hyper has handed over; nothing before the head.
    passed: Option<usize>,
}

impl Heads {
    /// Another answer is on its way, with these header lines, and no body so far.
    pub(super) fn begin(&mut self, write_lines: impl FnOnce(&mut Vec<u8>)) {
        let before = self.lines.len();
        write_lines(&mut self.lines);
        self.answers.push_back(Outgoing { lines: self.lines.len() - before, ..Outgoing::default() });
    }

    /// The body of the latest answer has so many bytes more.
    pub(super) fn add_to_body(&mut self, bytes: usize) {
        if let Some(last) = self.answers.back_mut() {
            last.body += bytes;
        }
    }

    /// What is to be written next for these bytes of hyper; nothing once all is. Until then the bytes begin with the same ones.
    pub(super) fn rest(&mut self, bytes: &[u8]) -> &[u8] {
        if self.taken == 0 {
            self.taken = bytes.len();
            let mut bytes = bytes;
            while !bytes.is_empty() {
                bytes = self.compose(bytes);
            }
        }
        &self.composed[self.written..]
    }

    /// So many bytes of that have been written.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.written += bytes;
    }

    /// Everything has been written: how many bytes of hyper that was.
    pub(super) fn finish(&mut self) -> usize {
        self.composed.clear();
        self.composed.shrink_to(KEPT);
        self.written = 0;
        std::mem::take(&mut self.taken)
    }

    /// Composes a head, or what there is of a body, and returns what stands behind it.
    fn compose<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        static END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\r\n\r\n"));
        // Hyper hands over no head before the whole body in front of it.
        if self.answers.len() > 1 && self.answers.front().is_some_and(Outgoing::is_over) {
            self.answers.pop_front();
        }
        let is_last = self.answers.len() == 1;
        let length = match self.answers.front_mut() {
            // Behind the last body, hyper may say something by itself.
            Some(Outgoing { passed: Some(passed), body, .. }) => {
                let length = if is_last { bytes.len() } else { bytes.len().min(*body - *passed) };
                *passed += length;
                length
            }
            // Hyper writes each head as a whole.
            Some(answer) if let Some(end) = END.find(bytes).map(|at| at + 4) => {
                // An interim answer is none of ours.
                if !bytes.starts_with(b"HTTP/1.1 1") {
                    answer.passed = Some(0);
                    let status = memchr(b'\n', bytes).map_or(end, |at| at + 1);
                    self.composed.extend_from_slice(&bytes[..status]);
                    self.composed.extend_from_slice(&self.lines[..answer.lines]);
                    self.lines.drain(..answer.lines);
                    self.composed.extend_from_slice(&bytes[status..end]);
                    return &bytes[end..];
                }
                end
            }
            _ => bytes.len(),
        };
        self.composed.extend_from_slice(&bytes[..length]);
        &bytes[length..]
    }
}

impl Outgoing {
    fn is_over(&self) -> bool {
        self.passed.is_some_and(|passed| passed >= self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::Heads;

    /// A socket that takes so many bytes at a time, and what arrived there.
    struct Socket {
        at_a_time: usize,
        arrived: Vec<u8>,
    }

    impl Socket {
        /// Writes what hyper hands over, or one piece of it; how much of hyper's was written in the end.
        fn write(&mut self, heads: &mut Heads, bytes: &[u8], all: bool) -> usize {
            loop {
                let rest = heads.rest(bytes);
                if rest.is_empty() {
                    return heads.finish();
                }
                let taken = self.at_a_time.min(rest.len());
                self.arrived.extend(&rest[..taken]);
                heads.advance(taken);
                if !all && !heads.rest(bytes).is_empty() {
                    return 0;
                }
            }
        }
    }

    const CONTINUE: &str = "HTTP/1.1 100 Continue\r\n\r\n";
    const OWN: &str = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    /// Heads as hyper writes them, the lines to put into them, and bodies.
    const ANSWERS: [(&str, &str, &str); 4] = [
        ("HTTP/1.1 200 OK\r\nDate: x\r\n\r\n", "A: b\r\nC: d\r\n", "HTTP/1.1 200 OK\r\n\r\nhttp: b"),
        ("HTTP/1.1 500 no: body\r\nDate: y\r\n\r\n", "E: f\r\n", ""),
        ("HTTP/1.0 403 Forbidden\r\nDate: z\r\n\r\n", "", "no lines"),
        ("HTTP/1.1 200 OK\r\n\r\n", "G: h\r\n", "a: b"),
    ];

    fn expected() -> String {
        let whole = |(head, lines, body): &(&str, &str, &str)| {
            let (status, rest) = head.split_once("\r\n").unwrap();
            [CONTINUE, status, "\r\n", lines, rest, body].concat()
        };
        ANSWERS.iter().map(whole).collect::<String>() + OWN
    }

    /// The same answers through hyper's buffer, which is written `together` answers at a time; every so often the socket takes
    /// only a part before hyper goes on.
    fn sent(at_a_time: usize, together: usize, in_parts: bool) -> String {
        let mut heads = Heads::default();
        let mut socket = Socket { at_a_time, arrived: Vec::new() };
        let mut buffer = Vec::new();
        for (number, (head, lines, body)) in ANSWERS.iter().enumerate() {
            for (part, is_head) in [(CONTINUE, false), (*head, true), (*body, false)] {
                if is_head {
                    heads.begin(|into| into.extend(lines.as_bytes()));
                }
                if part == *body {
                    heads.add_to_body(body.len());
                }
                buffer.extend(part.as_bytes());
                if in_parts && !buffer.is_empty() {
                    let written = socket.write(&mut heads, &buffer, false);
                    buffer.drain(..written);
                }
            }
            if (number + 1) % together == 0 && !buffer.is_empty() {
                let written = socket.write(&mut heads, &buffer, true);
                buffer.drain(..written);
            }
        }
        buffer.extend(OWN.as_bytes());
        while !buffer.is_empty() {
            let written = socket.write(&mut heads, &buffer, true);
            buffer.drain(..written);
        }
        String::from_utf8(socket.arrived).unwrap()
    }

    #[test]
    fn lines_are_put_into_heads_and_nowhere_else_however_the_bytes_are_cut() {
        for at_a_time in [1, 2, 3, 7, 50, 1_000] {
            for together in 1..=5 {
                for in_parts in [false, true] {
                    assert_eq!(sent(at_a_time, together, in_parts), expected(), "{at_a_time} {together} {in_parts}");
                }
            }
        }
    }
}
