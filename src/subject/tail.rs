//! The end of what a program prints, however much it prints.

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::secret::{LONGEST_KEY, Secret};

/// How much is read at once.
const CHUNK: usize = 8 * 1024;
/// How much of each stream is kept.
const KEPT: usize = 16 * 1024;

/// The last bytes of a stream, and how many came before them.
#[derive(Debug)]
pub(super) struct Tail {
    bytes: Vec<u8>,
    total: u64,
    key: Secret,
    holds_key: bool,
}

impl Tail {
    /// Nothing yet. This key is looked for in all that will be read.
    pub(super) fn new(key: &Secret) -> Self {
        Self { bytes: Vec::new(), total: 0, key: key.clone(), holds_key: false }
    }

    /// Whether the key stood anywhere in what was read.
    pub(super) fn holds_key(&self) -> bool {
        self.holds_key
    }

    /// Reads on until the stream ends or breaks. What has been read is kept even if this is dropped half-way.
    pub(super) async fn follow(&mut self, stream: Option<impl AsyncRead + Unpin>) {
        let Some(mut stream) = stream else { return };
        let mut chunk = vec![0; CHUNK];
        while let Ok(read @ 1..) = stream.read(&mut chunk).await {
            self.add(&chunk[..read]);
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        // The key may have begun in what was read before.
        let start = self.bytes.len().saturating_sub(LONGEST_KEY);
        self.bytes.extend_from_slice(bytes);
        self.holds_key |= self.key.redactor().finds(&String::from_utf8_lossy(&self.bytes[start..]));
        // Only now and then, so that each byte is moved at most once on the average.
        if self.bytes.len() > 2 * KEPT {
            self.bytes.drain(..self.bytes.len() - KEPT - LONGEST_KEY);
        }
    }

    /// The text that is left, after a line that says what is not. Where it was cut off, it begins with no part
    /// of the key: a part is not recognised.
    pub(super) fn into_text(mut self) -> String {
        if self.bytes.len() > KEPT + LONGEST_KEY {
            self.bytes.drain(..self.bytes.len() - KEPT - LONGEST_KEY);
        }
        let text = String::from_utf8_lossy(&self.bytes);
        let whole = self.key.redactor().redact(&text).into_owned();
        match self.total - self.bytes.len() as u64 {
            0 => whole,
            before => {
                let start = whole.floor_char_boundary(LONGEST_KEY);
                format!("[… {} bytes before this]\n{}", before + start as u64, &whole[start..])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, KEPT, Tail};
    use crate::secret::Secret;

    async fn tail(key: &str, printed: &[u8]) -> (String, bool) {
        let key = Secret::new(key);
        let mut tail = Tail::new(&key);
        tail.follow(Some(printed)).await;
        let holds_key = tail.holds_key();
        (tail.into_text(), holds_key)
    }

    #[tokio::test]
    async fn a_key_that_two_reads_share_is_seen_however_it_is_encoded() {
        let encoded = "a%20b%20c%20d%20e%20f";
        let before = b"x".repeat(CHUNK - encoded.len() + 1);
        let (_, holds_key) = tail("a b c d e f", &[before, encoded.into()].concat()).await;
        assert!(holds_key);
    }

    #[tokio::test]
    async fn a_flood_leaves_its_end_and_its_size() {
        let (text, _) = tail("", &[b"x".repeat(100 * KEPT), b"the end".to_vec()].concat()).await;
        assert!(text.starts_with(&format!("[… {} bytes before this]\n", 99 * KEPT + 7)));
        assert!(text.ends_with("the end"));
    }

    #[tokio::test]
    async fn a_few_lines_are_kept_as_they_are() {
        assert_eq!(tail("", b"one\ntwo\n").await, ("one\ntwo\n".into(), false));
    }

    #[tokio::test]
    async fn a_flood_of_keys_is_not_cut_off_within_one() {
        let key = "a long key of forty characters or a few,";
        let (text, _) = tail(key, &format!("{key} ").repeat(1_000).into_bytes()).await;
        assert!(!text.contains("few"), "{text}");
    }

    #[tokio::test]
    async fn a_key_is_seen_wherever_it_was_printed() {
        for before in [0, 1, 8 * 1024 - 7, 8 * 1024 - 1, 3 * KEPT] {
            let printed = [b"x".repeat(before), b"TheKey1234".to_vec(), b"y".repeat(4 * KEPT)].concat();
            assert!(tail("TheKey1234", &printed).await.1, "behind {before} bytes");
            assert!(!tail("TheKey1235", &printed).await.1);
        }
    }
}
