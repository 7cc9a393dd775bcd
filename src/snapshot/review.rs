//! A person decides over what is pending. Each decision is carried out at once, so an interrupted review loses none.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{BufRead, Write};

use super::error::ReviewError;
use super::name::SnapshotName;
use super::session::{Reviewed, Session};
use super::store::Store;

/// What became of the pending snapshots of a review.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// These are the accepted ones now.
    pub accepted: Vec<SnapshotName>,
    /// These are deleted.
    pub rejected: Vec<SnapshotName>,
    /// These are pending still, because that was the answer or the review ended before.
    pub skipped: Vec<SnapshotName>,
}

/// Shows these pending snapshots one after the other, asks what to do, and does it.
///
/// `q` or the end of the input ends the review, and the rest is skipped. A pending snapshot that cannot
/// be read is shown with the reason and can be rejected. One that is no longer there is passed over, and
/// one that a run has replaced since it was shown is shown again, so that nobody accepts an unseen one.
///
/// Fails when the input or the output does, or a decision cannot be carried out. What was decided before
/// is carried out nonetheless.
pub fn review(
    store: &Store,
    names: &BTreeSet<SnapshotName>,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    color: bool,
) -> Result<Decisions, ReviewError> {
    let mut session = Session { store, input, output, color };
    let mut decisions = Decisions::default();
    let mut waiting = names.iter().enumerate();
    while let Some((position, name)) = waiting.next() {
        let title = format!("[{}/{}] {name}", position + 1, names.len());
        let end = match session.decide(name, &title)? {
            Reviewed::Gone => continue,
            Reviewed::Accepted => &mut decisions.accepted,
            Reviewed::Rejected => &mut decisions.rejected,
            Reviewed::Skipped => &mut decisions.skipped,
            Reviewed::Ended { why } => {
                session.say(&format!("{why}: what is left is skipped and stays pending"))?;
                decisions.skipped.push(name.clone());
                decisions.skipped.extend(waiting.map(|(_, name)| name.clone()));
                break;
            }
        };
        end.push(name.clone());
    }
    session.say(&decisions.to_string())?;
    Ok(decisions)
}

impl fmt::Display for Decisions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accepted, rejected, skipped } = self;
        let [accepted, rejected, skipped] = [accepted, rejected, skipped].map(Vec::len);
        write!(f, "{accepted} accepted, {rejected} rejected, {skipped} skipped")
    }
}

#[cfg(test)]
mod tests {
    use super::{BTreeSet, Decisions, SnapshotName, Store, review};
    use crate::snapshot::Snapshot;
    use std::io::{BufReader, Read};
    use tempfile::TempDir;

    fn name(id: &str) -> SnapshotName {
        SnapshotName::new(id, None)
    }

    fn answer(code: u8) -> Snapshot {
        let body = format!("<result>\n  <code>{code}</code>\n</result>");
        Snapshot::of("scenarios/a.yaml", "a: status=Funded", 200, "text/xml", body.as_bytes())
    }

    /// Pending snapshots for these, of which the first has an accepted one.
    fn pack(ids: &[&str]) -> (TempDir, Store) {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::directory(directory.path());
        store.write_pending(&name(ids[0]), &answer(3)).unwrap();
        store.accept(&name(ids[0])).unwrap();
        for id in ids {
            store.write_pending(&name(id), &answer(4)).unwrap();
        }
        (directory, store)
    }

    fn reviewed(store: &Store, answers: &str) -> (Decisions, String) {
        let mut output = Vec::new();
        let names = store.pending().unwrap();
        let decisions = review(store, &names, &mut answers.as_bytes(), &mut output, false).unwrap();
        (decisions, String::from_utf8(output).unwrap())
    }

    fn ids(names: &[SnapshotName]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_answer_is_carried_out() {
        let (_directory, store) = pack(&["a", "b", "c"]);
        let (decisions, output) = reviewed(&store, "a\n Reject\r\ns\n");
        assert_eq!(ids(&decisions.accepted), ["a"]);
        assert_eq!(ids(&decisions.rejected), ["b"]);
        assert_eq!(ids(&decisions.skipped), ["c"]);
        assert_eq!(store.read(&name("a")).unwrap(), Some(answer(4)));
        assert_eq!(store.read(&name("b")).unwrap(), None);
        assert_eq!(store.pending().unwrap(), BTreeSet::from([name("c")]));
        assert!(output.ends_with("1 accepted, 1 rejected, 1 skipped\n"), "{output}");
    }

    #[test]
    fn a_question_shows_what_was_asked_and_what_changed() {
        let (_directory, store) = pack(&["a", "b"]);
        let (_, output) = reviewed(&store, "s\ns\n");
        let output: Vec<_> = output.lines().filter(|line| !line.contains("SHA-256")).map(str::trim_end).collect();
        insta::assert_snapshot!(output.join("\n"), @"

        [1/2] a
          scenario: scenarios/a.yaml
          asked: a: status=Funded
             1    1   <result>
             2      -   <code>3</code>
                  2 +   <code>4</code>
             3    3   </result>
        [a]ccept, [r]eject, [s]kip, [q]uit?
        [2/2] b
          scenario: scenarios/a.yaml
          asked: a: status=Funded
          nothing to compare with; all of it is new
                  1 + <result>
                  2 +   <code>4</code>
                  3 + </result>
        [a]ccept, [r]eject, [s]kip, [q]uit? 0 accepted, 0 rejected, 2 skipped
        ");
    }

    #[test]
    fn another_answer_is_explained_and_asked_for_again() {
        let (_directory, store) = pack(&["a"]);
        let (decisions, output) = reviewed(&store, "\nyes\n\u{e9}\na\n");
        assert_eq!(ids(&decisions.accepted), ["a"]);
        assert_eq!(output.matches("please answer with a letter in brackets").count(), 3);
    }

    #[test]
    fn quitting_skips_the_rest() {
        let (_directory, store) = pack(&["a", "b", "c"]);
        let (decisions, output) = reviewed(&store, "r\nq\na\n");
        assert_eq!(ids(&decisions.rejected), ["a"]);
        assert_eq!(ids(&decisions.skipped), ["b", "c"]);
        assert!(output.contains("quit: what is left is skipped and stays pending\n"));
        assert_eq!(store.pending().unwrap().len(), 2);
    }

    #[test]
    fn the_end_of_the_input_skips_the_rest_and_says_so() {
        let (_directory, store) = pack(&["a", "b"]);
        let (decisions, output) = reviewed(&store, "a");
        assert_eq!(ids(&decisions.accepted), ["a"]);
        assert_eq!(ids(&decisions.skipped), ["b"]);
        assert!(output.contains("\nthe input has ended: what is left is skipped"), "{output}");
    }

    #[test]
    fn what_cannot_be_read_can_only_be_rejected() {
        let (_directory, store) = pack(&["a", "b"]);
        std::fs::write(store.pending_path(&name("a")), "<a/>").unwrap();
        std::fs::write(store.path(&name("b")), "<b/>").unwrap();
        let (decisions, output) = reviewed(&store, "a\nr\na\n");
        assert_eq!(ids(&decisions.rejected), ["a"]);
        assert_eq!(ids(&decisions.accepted), ["b"]);
        assert!(output.contains("a.snap.new: it does not begin with"), "{output}");
        assert!(output.contains("what cannot be read cannot be accepted"), "{output}");
        assert!(output.contains("accepting the new snapshot replaces it"), "{output}");
        assert_eq!(store.read(&name("b")).unwrap(), Some(answer(4)));
    }

    /// Does something the moment the first answer is read, as another process could.
    struct Meanwhile<'a>(&'static [u8], Option<Box<dyn FnOnce() + 'a>>);

    impl Read for Meanwhile<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if let Some(act) = self.1.take() {
                act();
            }
            self.0.read(&mut buffer[..2])
        }
    }

    #[test]
    fn what_changed_since_it_was_shown_is_shown_anew() {
        let (_directory, store) = pack(&["a", "b"]);
        let replace = || {
            store.write_pending(&name("a"), &answer(1)).unwrap();
            store.reject(&name("b")).unwrap();
        };
        let mut input = BufReader::new(Meanwhile(b"a\na\n", Some(Box::new(replace))));
        let mut output = Vec::new();
        let names = store.pending().unwrap();
        let decisions = review(&store, &names, &mut input, &mut output, false).unwrap();
        let output = String::from_utf8(output).unwrap();
        assert_eq!(ids(&decisions.accepted), ["a"]);
        assert_eq!(store.read(&name("a")).unwrap(), Some(answer(1)));
        assert!(output.contains("it has changed since it was shown"), "{output}");
        assert!(output.contains("<code>1</code>"), "{output}");
        assert!(output.contains("[2/2] b: no longer pending"), "{output}");
    }
}
