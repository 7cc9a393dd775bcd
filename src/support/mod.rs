//! From a ticket to its cause: what somebody pasted is taken apart, and examined by CAKE's own rules. Nothing here knows a
//! terminal, a clock or the environment.

mod again;
mod asked;
mod body;
mod cause;
mod causes;
mod code;
mod contrast;
mod diagnose;
mod evidence;
mod expected;
mod field_at;
mod join;
mod json;
mod judged;
mod keys;
mod knowledge;
mod listed;
mod look;
mod matter;
mod meant;
mod narrow;
mod next;
mod order;
mod outcome;
mod parameter;
mod personal;
mod phrases;
mod prose;
mod purpose;
mod random;
mod read;
mod reply;
mod reply_besides;
mod reply_cause;
mod reply_of_log;
mod reply_open;
mod said;
mod saved;
mod settled;
mod shares;
mod tally;
mod ticket;
mod told;
mod traced;
mod wording;
mod words;

pub use cause::{Cause, Who, all_causes, cause};
pub use causes::personal_values;
pub use diagnose::{Diagnosis, answer_of, diagnose};
pub use judged::Judged;
pub use knowledge::{Knowledge, KnownField, KnownStatus};
pub use look::{Found, Grade};
pub use narrow::{Narrow, moment};
pub use prose::never_arrived;
pub use random::without_random_words;
pub use read::{LONGEST_LINE, Line, Lines, log_form, open};
pub use reply::reply;
pub use reply_of_log::reply_to_sender;
pub use saved::{ForPack, Saved, saved};
pub use shares::read_log;
pub use tally::{Counted, Diagnosed, Sender, Tally, Times};
pub use ticket::{
    Answer, Failure, FailureKind, Form, Header, Item, Logged, Mark, MarkKind, Note, Parameter, Request, Ticket,
};
pub use told::{Told, told, told_of_log};
pub use traced::{Span, Traced};

/// Takes a ticket apart: every request in it, with what came of it.
pub fn read(bytes: &[u8]) -> Ticket {
    let mut ticket = join::joined(read::read(bytes));
    if ticket.items.is_empty() {
        // Words alone may tell what came back.
        ticket.items.push(Item::new(Form::Answer, Span::new(0, 0)));
    }
    ticket
}
