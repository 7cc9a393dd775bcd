//! The end of what a program prints, however much it prints.

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::secret::{Redactor, Secret};

/// How much of each stream is kept.
const KEPT: usize = 16 * 1024;
/// As much as a key takes up however it is encoded.
const LONGEST_KEY: usize = 512;

/// The last bytes of a stream, and how many came before them.
#[derive(Debug, Default)]
pub(super) struct Tail {
    bytes: Vec<u8>,
    total: u64,
}

impl Tail {
    /// Reads on until the stream ends or breaks. What has been read is kept even if this is dropped half-way.
    pub(super) async fn follow(&mut self, mut stream: impl AsyncRead + Unpin) {
        let mut chunk = vec![0; 8 * 1024];
        while let Ok(read @ 1..) = stream.read(&mut chunk).await {
            self.add(&chunk[..read]);
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        self.bytes.extend_from_slice(bytes);
        // Only now and then, so that each byte is moved at most once on the average.
        if self.bytes.len() > 2 * KEPT {
            self.bytes.drain(..self.bytes.len() - KEPT - LONGEST_KEY);
        }
    }

    /// The text that is left, after a line that says what is not. Where it was cut off, it begins with no part
    /// of this key: a part is not recognised any more.
    pub(super) fn into_text(mut self, key: &Secret) -> String {
        if self.bytes.len() > KEPT + LONGEST_KEY {
            self.bytes.drain(..self.bytes.len() - KEPT - LONGEST_KEY);
        }
        let text = String::from_utf8_lossy(&self.bytes);
        match self.total - self.bytes.len() as u64 {
            0 => text.into_owned(),
            before => {
                let whole = Redactor::new([key.clone()]).redact(&text).into_owned();
                let start = whole.floor_char_boundary(LONGEST_KEY);
                format!("[… {} bytes before this]\n{}", before + start as u64, &whole[start..])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, Tail};
    use crate::secret::Secret;

    #[tokio::test]
    async fn a_flood_leaves_its_end_and_its_size() {
        let mut tail = Tail::default();
        let flood = [b"x".repeat(100 * KEPT), b"the end".to_vec()].concat();
        tail.follow(&*flood).await;
        let text = tail.into_text(&Secret::new(""));
        assert!(text.starts_with(&format!("[… {} bytes before this]\n", 99 * KEPT + 7)));
        assert!(text.ends_with("the end"));
    }

    #[tokio::test]
    async fn a_few_lines_are_kept_as_they_are() {
        let mut tail = Tail::default();
        tail.follow(&b"one\ntwo\n"[..]).await;
        assert_eq!(tail.into_text(&Secret::new("")), "one\ntwo\n");
    }

    #[tokio::test]
    async fn a_flood_of_keys_is_not_cut_off_within_one() {
        let mut tail = Tail::default();
        tail.follow(&*b"a long key of forty characters or a few, ".repeat(1_000)).await;
        let text = tail.into_text(&Secret::new("a long key of forty characters or a few,"));
        assert!(!text.contains("few"), "{text}");
    }
}
