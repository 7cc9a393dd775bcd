//! A short stretch of fuzzing in every test run: the seeds, what was found before, and hundreds or thousands of mutations
//! of both, the same each time. CONTRIBUTING.md says how to fuzz for longer.

#[path = "../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "to the fuzz targets it is a crate of its own")]
mod properties;

use std::fs;
use std::path::Path;

use properties::{answer, query, request_head, scenario, snapshot, ticket};

/// Pieces that matter to one or another of the readers.
const WORDS: [&str; 32] = [
    "%u00e9",
    "%uD83D",
    "%C3",
    "%",
    "&",
    "=",
    "+",
    "\r\n",
    "\n",
    "\r\n\r\n",
    "Content-Length: 5\r\n",
    "HTTP/1.1",
    " ",
    "#",
    "\u{0}",
    "\u{a0}",
    "\u{feff}",
    "é😀",
    "<code>0</code>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&#48;",
    "<a b='<'/>",
    "key: ",
    ": ",
    "- ",
    "{",
    "}",
    "\"",
    "---\n",
];

#[test]
fn queries_hold() {
    holds("query", 6_000, query::check);
}

#[test]
fn request_heads_hold() {
    holds("request_head", 120, request_head::check);
}

#[test]
fn answers_hold() {
    holds("answer", 20_000, answer::check);
}

#[test]
fn scenarios_hold() {
    holds("scenario", 400, scenario::check);
}

#[test]
fn snapshots_hold() {
    holds("snapshot", 500, snapshot::check);
}

#[test]
fn tickets_hold() {
    holds("ticket", 6_000, ticket::check);
}

/// The seeds of the fuzz target are tickets of every kind, named after the forms that they hold.
#[test]
fn the_forms_in_a_ticket_are_recognised() {
    let mut count = 0;
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/ticket")).expect("there are seeds") {
        let path = entry.expect("the directory can be read").path();
        let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
        let ticket = caketester::support::read(&fs::read(&path).expect("it can be read"));
        let found: Vec<&str> = ticket.forms.iter().map(|form| form.id()).collect();
        let found = if found.is_empty() { "nothing".to_owned() } else { found.join("+") };
        assert_eq!(found, name, "{}", path.display());
        count += 1;
    }
    assert!(count > 100, "only {count} seeds");
}

/// Holds what is in the repository for a target against its property, and so many mutations of it.
fn holds(target: &str, mutations: usize, check: fn(&[u8])) {
    let kept = ["seeds", "regressions"].map(|kind| inputs(&format!("fuzz/{kind}/{target}"))).concat();
    assert!(!kept.is_empty(), "there are no seeds for {target}");
    for input in &kept {
        held(input, check);
    }
    let mut dice = Dice(0x5EED);
    for _ in 0..mutations {
        let mut input = kept[dice.below(kept.len())].clone();
        for _ in 0..=dice.below(4) {
            mutate(&mut input, &kept, &mut dice);
        }
        held(&input, check);
    }
}

/// The input as bytes and as text, if its property does not hold: it belongs into `fuzz/regressions`.
fn held(input: &[u8], check: fn(&[u8])) {
    if let Err(panic) = std::panic::catch_unwind(|| check(input)) {
        eprintln!("not held by {input:?}\n{}", String::from_utf8_lossy(input));
        std::panic::resume_unwind(panic);
    }
}

/// The files of a directory, in an order that does not depend on the machine; none where it does not exist.
fn inputs(directory: &str) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the directory can be read").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("the file can be read")).collect()
}

fn mutate(input: &mut Vec<u8>, kept: &[Vec<u8>], dice: &mut Dice) {
    let at = dice.below(input.len() + 1);
    let end = (at + dice.below(12)).min(input.len());
    match dice.below(6) {
        0 => drop(input.drain(at..end)),
        1 => input.insert(at, u8::try_from(dice.below(256)).expect("it is below 256")),
        2 => drop(input.splice(at..end, WORDS[dice.below(WORDS.len())].bytes())),
        3 => {
            let again = input[at..end].to_vec();
            input.splice(at..at, again);
        }
        4 => {
            let other = &kept[dice.below(kept.len())];
            let from = dice.below(other.len() + 1);
            input.splice(at..end, other[from..other.len().min(from + 40)].iter().copied());
        }
        _ => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }
    }
}

/// Numbers that look random and are the same in every run (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits fit") % bound
    }
}
