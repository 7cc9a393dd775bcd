//! A diagnosis for programs: what `caketester why --format json` prints.

use schemars::JsonSchema;
use serde::Serialize;

use super::diagnose::Diagnosis;
use super::judged::Judged;
use super::look::{Found, Grade};
use super::tally::{Counted, Sender, Tally};
use super::ticket::{Form, Ticket};
use super::traced::Span;

/// How many requests of a log are printed one by one.
const MOST: usize = 1_000;

/// A diagnosis.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "caketester why")]
pub struct Told {
    /// The cause to act on first.
    pub first: First,
    /// Each request or answer; empty for a long log, which is counted instead.
    pub tickets: Vec<One>,
    /// What was counted in a long log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<Log>,
    /// What could not be read.
    pub notes: Vec<String>,
}

/// The cause to act on first.
#[derive(Debug, Serialize, JsonSchema)]
pub struct First {
    /// The forms found, the main one first.
    pub forms: Vec<String>,
    /// The ID of the cause.
    pub id: String,
    /// How sure it is.
    pub grade: Grade,
}

/// What was counted in a long log.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Log {
    /// How many lines it has.
    pub lines: u64,
    /// Requests for CAKE.
    pub requests: u64,
    /// Requests of other kinds.
    pub others: u64,
    /// Requests without a cause.
    pub right: u64,
    /// What is wrong with the rest, the most frequent first.
    pub causes: Vec<OfLog>,
    /// Who sent them, the one with the most failures first.
    pub senders: Vec<From>,
}

/// How often a cause occurred in a log.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OfLog {
    /// Its ID.
    pub id: String,
    /// How often.
    pub count: u64,
    /// When first, as the log writes it.
    pub first: Option<String>,
    /// When last.
    pub last: Option<String>,
    /// The line of the first one.
    pub line: u64,
    /// The lead of the first one.
    pub lead: String,
    /// What was wrong there.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// The requests of one sender.
#[derive(Debug, Serialize, JsonSchema)]
pub struct From {
    /// The buyer, where its key is known, else address and program.
    pub sender: String,
    /// How many requests.
    pub requests: u64,
    /// How many of them have a cause.
    pub failed: u64,
    /// The first lead.
    pub lead: String,
    /// What is wrong, the most frequent first.
    pub causes: Vec<OfLog>,
}

/// One request or answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct One {
    /// Its form.
    pub form: String,
    /// Where it is in the ticket.
    pub place: Place,
    /// The method and the target, without the key.
    pub request: Option<String>,
    /// What CAKE would answer, where that is certain.
    pub answer: Option<String>,
    /// The code that CAKE would answer, where that is certain.
    pub code: Option<i64>,
    /// What came back.
    pub got: Option<String>,
    /// The causes, the one to act on first.
    pub causes: Vec<Cause>,
}

/// A place in the ticket: line and column, both from 1.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// One cause.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Cause {
    /// Its ID.
    pub id: String,
    /// How sure it is.
    pub grade: Grade,
    /// Where it is in the ticket.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// What to ask; empty where nothing has to be asked.
    pub ask: String,
}

/// The diagnosis for programs. Keys have still to be masked.
pub fn told(ticket: &Ticket, diagnosis: &Diagnosis) -> Told {
    let lines = Lines::of(&ticket.text);
    let causes = |found: &[Found]| {
        found
            .iter()
            .map(|found| Cause {
                id: found.id.to_owned(),
                grade: found.grade,
                place: found.place.map(|place| lines.place(&ticket.text, place)),
                message: found.message.clone(),
                help: found.help().to_owned(),
                ask: found.ask().to_owned(),
            })
            .collect()
    };
    let first = diagnosis.causes().first().unwrap_or(&diagnosis.nothing);
    let one = |judged: &Judged| {
        let item = &ticket.items[judged.item];
        One {
            form: item.form.id().to_owned(),
            place: lines.place(&ticket.text, item.place),
            request: item.request.as_ref().map(|request| request.to_exchange().line()),
            answer: judged.shown_answer(),
            code: judged.code,
            got: judged.got.clone(),
            causes: causes(&judged.causes),
        }
    };
    let mut order: Vec<usize> = diagnosis.first.into_iter().collect();
    order.extend((0..diagnosis.items.len()).filter(|at| Some(*at) != diagnosis.first));
    let is_cake = diagnosis.first.is_some();
    let forms = ticket.forms.iter().map(|form| form.id().to_owned()).collect();
    Told {
        first: First { forms, id: first.id.to_owned(), grade: first.grade },
        tickets: order.into_iter().filter(|_| is_cake).take(MOST).map(|at| one(&diagnosis.items[at])).collect(),
        notes: ticket.notes.iter().map(|note| note.text.clone()).collect(),
        log: None,
    }
}

/// As many senders of a log are told of.
const MOST_SENDERS: usize = 1_000;

/// What was counted in a long log of this form, for programs. Keys have still to be masked.
pub fn told_of_log(forms: &[Form], lines: u64, tally: &Tally) -> Told {
    let causes = |causes: Vec<&Counted>| {
        let one = |counted: &Counted| {
            let (first, last) = counted.times.clone().unzip();
            let found = &counted.found;
            OfLog {
                id: found.id.to_owned(),
                count: counted.count,
                first,
                last,
                line: counted.line,
                lead: counted.lead.clone(),
                message: found.message.clone(),
                help: found.help().to_owned(),
            }
        };
        causes.into_iter().map(one).collect()
    };
    let first = tally.causes().first().map_or(("nothing-wrong", Grade::Likely), |one| (one.found.id, one.found.grade));
    let from = |(name, sender): (&str, &Sender)| From {
        sender: name.to_owned(),
        requests: sender.count,
        failed: sender.failed,
        lead: sender.lead.clone(),
        causes: causes(sender.causes()),
    };
    Told {
        first: First {
            forms: forms.iter().map(|form| form.id().to_owned()).collect(),
            id: first.0.to_owned(),
            grade: first.1,
        },
        tickets: Vec::new(),
        notes: Vec::new(),
        log: Some(Log {
            lines,
            requests: tally.requests,
            others: tally.others,
            right: tally.right,
            causes: causes(tally.causes()),
            senders: tally.senders().into_iter().take(MOST_SENDERS).map(from).collect(),
        }),
    }
}

/// Where the lines of a text begin.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    fn place(&self, text: &str, place: Span) -> Place {
        let line = self.0.partition_point(|start| *start <= place.start).max(1);
        let start = self.0[line - 1];
        let before = text.get(start..place.start.min(text.len())).unwrap_or_default();
        Place { line, column: before.chars().count() + 1 }
    }
}
