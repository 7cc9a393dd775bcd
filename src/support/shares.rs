//! A long log, some lines at a time: while the processors read and examine some, the next come in and the last are taken over.

use std::collections::VecDeque;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread::{self, ScopedJoinHandle};

use super::read::{Line, Lines};

/// So many lines are a share of one processor, and so many bytes: what is in work at a time is bounded by both.
const MOST_LINES: usize = 2_500;
const MOST_BYTES: usize = 4 << 20;

/// Some lines in a row.
#[derive(Debug, Default)]
struct Share {
    /// How many lines stand before the first.
    before: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Share {
    fn is_full(&self) -> bool {
        self.ends.len() >= MOST_LINES || self.bytes.len() >= MOST_BYTES
    }

    fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        let parts = starts.zip(&self.ends).map(|(start, end)| &self.bytes[start..*end]);
        (self.before + 1..).zip(parts)
    }
}

/// What came of a share, and how lines are read in front of it and behind it.
struct Worked<T> {
    share: Share,
    before: Lines,
    behind: Lines,
    results: Vec<T>,
}

/// Reads a log with every processor. `feed` hands over one line after the other; `work` makes a result of some of them, by
/// number, bytes and what is in them; `take` gets the results in the order of the lines. What `feed` returns is returned.
pub fn read_log<T: Send, R>(
    feed: impl FnOnce(&mut dyn FnMut(&[u8])) -> R,
    work: impl Fn(u64, &[u8], Line) -> Option<T> + Sync,
    mut take: impl FnMut(T),
) -> R {
    let work = |share: Share, before: Lines| {
        let mut behind = before.clone();
        let results = share.lines().filter_map(|(number, line)| work(number, line, behind.next(line))).collect();
        Worked { share, before, behind, results }
    };
    // One more than there are processors, so that none waits for the next lines.
    let most = thread::available_parallelism().map_or(1, NonZero::get) + 1;
    thread::scope(|scope| {
        let (mut lines, mut share, mut working) = (Lines::default(), Share::default(), VecDeque::new());
        let mut finish = |lines: &mut Lines, next: ScopedJoinHandle<'_, Worked<T>>| {
            let mut worked = next.join().unwrap_or_else(|panic| resume_unwind(panic));
            // A heading in front of it, which was not yet read when this share was begun.
            if !worked.before.reads_like(lines) {
                worked = work(worked.share, lines.clone());
            }
            *lines = worked.behind;
            worked.results.into_iter().for_each(&mut take);
        };
        let returned = feed(&mut |line| {
            share.bytes.extend_from_slice(line);
            share.ends.push(share.bytes.len());
            if !share.is_full() {
                return;
            }
            if working.len() >= most
                && let Some(next) = working.pop_front()
            {
                finish(&mut lines, next);
            }
            let next = Share { before: share.before + share.ends.len() as u64, ..Share::default() };
            let (full, before) = (std::mem::replace(&mut share, next), lines.clone());
            working.push_back(scope.spawn(|| work(full, before)));
        });
        for next in working {
            finish(&mut lines, next);
        }
        let last = work(share, lines);
        last.results.into_iter().for_each(&mut take);
        returned
    })
}

#[cfg(test)]
mod tests {
    use super::{MOST_LINES, read_log};
    use crate::support::Line;

    /// The number, the path and the client of each request.
    fn requests(log: &str) -> Vec<(u64, String, Option<String>)> {
        let mut requests = Vec::new();
        let work = |number, _: &[u8], line| match line {
            Line::Item(item) => Some((number, item.request?.path.text().into_owned(), item.logged.client)),
            _ => None,
        };
        read_log(|add| log.lines().for_each(|line| add(line.as_bytes())), work, |request| requests.push(request));
        requests
    }

    #[test]
    fn a_heading_holds_for_all_lines_behind_it_and_for_none_before_it() {
        // So far down that the shares behind it are begun before it is read.
        let (many, more) = (MOST_LINES + 10, 3 * MOST_LINES);
        let log = format!(
            "#Fields: time cs-method cs-uri-stem c-ip s-ip\n{}#Fields: time cs-method cs-uri-stem s-ip c-ip\n{}",
            "01:00:00 GET /a 192.0.2.1 192.0.2.2\n".repeat(many),
            "02:00:00 GET /b 192.0.2.3 192.0.2.4\n".repeat(more),
        );
        let found = requests(&log);
        assert_eq!(found.len(), many + more);
        let first = (2..).take(many).map(|number| (number, "/a".to_owned(), Some("192.0.2.1".to_owned())));
        let then = (many as u64 + 3..).take(more).map(|number| (number, "/b".to_owned(), Some("192.0.2.4".to_owned())));
        assert!(found.into_iter().eq(first.chain(then)));
    }

    #[test]
    fn a_log_that_is_no_multiple_of_a_share_is_read_to_its_end() {
        for count in [0, 1, MOST_LINES - 1, MOST_LINES, MOST_LINES + 1] {
            let log = "192.0.2.1 - - [31/Oct/2025:07:00:02 +0000] \"GET /a HTTP/1.1\" 200 1\n".repeat(count);
            assert_eq!(requests(&log).len(), count);
        }
    }
}
