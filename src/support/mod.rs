//! From a ticket to its cause: what somebody pasted is taken apart here. Nothing in it knows a terminal, a clock or the
//! environment.

mod read;
mod ticket;
mod traced;

pub use read::{Lines, log_form, open, read};
pub use ticket::{
    Answer, Failure, FailureKind, Form, Header, Item, Logged, Mark, MarkKind, Note, Parameter, Request, Ticket,
};
pub use traced::{Span, Traced};
