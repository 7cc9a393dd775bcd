//! The raw bytes of request heads. Hyper drops what stands behind a `#` and refuses a raw space before any
//! service sees the request; both are evidence of what a client does wrong.

use bytes::Bytes;
use memchr::memchr_iter;

/// How much of a head is kept. Hyper refuses longer ones before that.
pub(super) const LONGEST_HEAD: usize = 64 * 1024;
/// How much of the memory for what is received is kept from one request to the next.
const KEPT: usize = 4 * 1024;

/// What a connection has received and no request has claimed yet.
#[derive(Debug, Default)]
pub(super) struct Capture {
    received: Vec<u8>,
    /// How many bytes of a body are still to come.
    body_left: u64,
    /// Whether anything has been received.
    is_used: bool,
}

impl Capture {
    /// Takes note of received bytes; those of a body are passed over.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.is_used |= !bytes.is_empty();
        let of_body = self.pass_over(self.body_left, bytes.len());
        let room = LONGEST_HEAD.saturating_sub(self.received.len());
        let rest = &bytes[of_body..];
        self.received.extend_from_slice(&rest[..rest.len().min(room)]);
    }

    /// Of so many bytes of a body, those that are here are passed over: how many that are.
    fn pass_over(&mut self, body: u64, here: usize) -> usize {
        let of_body = usize::try_from(body).unwrap_or(usize::MAX).min(here);
        self.body_left = body - of_body as u64;
        of_body
    }

    /// Whether anything was ever received.
    pub(super) fn is_used(&self) -> bool {
        self.is_used
    }

    /// Takes the head of the request that hyper has just read, the empty line included; `body` is the length of
    /// the body that follows.
    pub(super) fn take_head(&mut self, body: u64) -> Bytes {
        let end = head_end(&self.received).unwrap_or(self.received.len());
        // A copy: what was received would be kept as a whole for as long as the head is.
        let head = Bytes::copy_from_slice(&self.received[leading_line_ends(&self.received)..end]);
        let of_body = self.pass_over(body, self.received.len() - end);
        self.received.drain(..end + of_body);
        self.received.shrink_to(KEPT);
        head
    }

    /// Takes everything that no request has claimed: what hyper could not read.
    pub(super) fn take_rest(&mut self) -> Bytes {
        Bytes::from(std::mem::take(&mut self.received))
    }
}

/// Empty lines before a request are allowed, and belong to none.
fn leading_line_ends(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

/// Where the empty line behind a head ends. Like hyper, a line may end with LF alone.
fn head_end(bytes: &[u8]) -> Option<usize> {
    let start = leading_line_ends(bytes);
    let mut line = start;
    for end in memchr_iter(b'\n', &bytes[start..]).map(|at| start + at) {
        let text = &bytes[line..end];
        line = end + 1;
        if text.is_empty() || text == b"\r" {
            return Some(line);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Capture, LONGEST_HEAD};
    use proptest::prelude::*;

    #[test]
    fn heads_are_told_apart_from_bodies_and_from_each_other() {
        let mut capture = Capture::default();
        capture.add(b"\r\nPOST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel");
        assert_eq!(&*capture.take_head(5), b"POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
        capture.add(b"loGET /b HTTP/1.1\n\nGET /c");
        assert_eq!(&*capture.take_head(0), b"GET /b HTTP/1.1\n\n");
        assert_eq!(&*capture.take_rest(), b"GET /c");
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut capture = Capture::default();
        for _ in 0..100 {
            capture.add(&[b'x'; 4096]);
        }
        assert_eq!(capture.take_rest().len(), LONGEST_HEAD);
    }

    #[test]
    fn a_head_holds_no_more_than_itself_whatever_arrived_with_it() {
        let mut capture = Capture::default();
        capture.add(&b"GET /a HTTP/1.1\r\n\r\n".repeat(1_000));
        let head = Vec::from(capture.take_head(0));
        assert!(head.capacity() < 100, "{} bytes are held", head.capacity());
    }

    proptest! {
        #[test]
        fn however_the_bytes_arrive_the_heads_are_the_same(
            bodies in proptest::collection::vec(0_usize..20, 1..5),
            cuts in proptest::collection::vec(1_usize..30, 1..40),
        ) {
            let heads: Vec<String> = (0..bodies.len()).map(|n| format!("GET /{n} HTTP/1.1\r\nA: b\r\n\r\n")).collect();
            let stream: Vec<u8> = heads.iter().zip(&bodies).flat_map(|(head, body)| [head.as_bytes(), &b"\n".repeat(*body)].concat()).collect();
            let mut capture = Capture::default();
            let mut rest = &stream[..];
            let mut cuts = cuts.into_iter().cycle();
            for (head, body) in heads.iter().zip(&bodies) {
                while super::head_end(&capture.received).is_none() {
                    let cut = cuts.next().unwrap().min(rest.len());
                    capture.add(&rest[..cut]);
                    rest = &rest[cut..];
                }
                prop_assert_eq!(&*capture.take_head(*body as u64), head.as_bytes());
            }
        }
    }
}
