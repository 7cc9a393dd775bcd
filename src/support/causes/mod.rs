//! What goes wrong between a buyer and CAKE: one entry a cause, by group, each with the checks that find it.

mod accepted;
mod address;
mod answer;
mod f_string;
mod field;
mod instance;
mod key;
mod lead;
mod listed;
mod markup;
mod network;
mod page;
mod part;
mod platform;
mod query;
mod repeated;
mod separator;
mod shell;
mod status;
mod swapped;
mod tools;
mod transport;
mod unencoded;
mod verb;

pub(in crate::support) use lead::is_a_spreadsheets_number;
pub use part::personal_values;
use schemars::JsonSchema;
use serde::Serialize;

use super::look::{Found, Look, Variant};

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The buyer that sends the updates.
    Buyer,
    /// The developer of the buyer's client.
    Developer,
    /// The network that runs the CAKE instance.
    Network,
    /// Nobody.
    Nobody,
}

impl Who {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Buyer => "the buyer",
            Self::Developer => "the buyer's developer",
            Self::Network => "the network",
            Self::Nobody => "nobody",
        }
    }
}

/// One way in which updates fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// Its permanent ID.
    pub id: &'static str,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// Why that matters, or how it happens.
    pub why: &'static str,
    /// Who has to act.
    pub who: Who,
    /// What to change.
    pub change: &'static str,
    /// What to ask where the ticket does not show enough; empty where nothing has to be asked.
    pub ask: &'static str,
}

/// The group of a cause, in the order in which a request meets them.
pub(in crate::support) const GROUPS: [(&str, &[Cause]); 13] = [
    ("shell", &shell::CAUSES),
    ("transport", &transport::CAUSES),
    ("address", &address::CAUSES),
    ("verb", &verb::CAUSES),
    ("query", &query::CAUSES),
    ("key", &key::CAUSES),
    ("lead", &lead::CAUSES),
    ("status", &status::CAUSES),
    ("field", &field::CAUSES),
    ("answer", &answer::CAUSES),
    ("accepted", &accepted::CAUSES),
    ("network", &network::CAUSES),
    ("none", &NONE),
];

const NONE: [Cause; 3] = [
    Cause {
        id: "nothing-wrong",
        title: "the request is right",
        why: "Nothing in the ticket shows a mistake or a failure.",
        who: Who::Nobody,
        change: "nothing",
        ask: "What did you expect to see, and where?",
    },
    Cause {
        id: "cannot-tell",
        title: "the ticket does not show the cause",
        why: "The request looks right, and something failed all the same.",
        who: Who::Network,
        change: "ask for the whole answer, the time with its time zone, and the lead, as far as the ticket does not give them",
        ask: "Please send the whole answer. At what time (with zone) was the update sent? Which lead ID was sent?",
    },
    Cause {
        id: "not-a-request",
        title: "there is no update in this ticket",
        why: "Without a request or an answer there is nothing to examine.",
        who: Who::Network,
        change: "ask for the URL, the answer, the time with its time zone, and the lead",
        ask: "Please send: 1. the URL that was called, 2. the whole answer, 3. the time with its time zone, 4. the lead ID.",
    },
];

/// Every cause, by group.
pub fn all_causes() -> impl Iterator<Item = (&'static str, &'static Cause)> {
    GROUPS.iter().flat_map(|(group, causes)| causes.iter().map(move |cause| (*group, cause)))
}

/// The cause of an ID, in any letter case.
pub fn cause(id: &str) -> Option<&'static Cause> {
    all_causes().map(|(_, cause)| cause).find(|cause| cause.id.eq_ignore_ascii_case(id))
}

impl Found {
    /// What to do: in this case, or else in general.
    pub fn help(&self) -> &str {
        if self.help.is_empty() { cause(self.id).map_or("", |cause| cause.change) } else { &self.help }
    }

    /// Who has to act: in this case, or else in general.
    pub fn who(&self) -> Who {
        match self.variant {
            // A login page stands on the network's own server.
            Variant::Login | Variant::Listed | Variant::Person | Variant::Foreign | Variant::Address => Who::Network,
            Variant::TakenLater if self.id == "code-1" => Who::Network,
            Variant::Filter | Variant::SentSo => Who::Buyer,
            Variant::ReadAsJson => Who::Developer,
            Variant::Solved => Who::Nobody,
            _ => cause(self.id).map_or(Who::Nobody, |cause| cause.who),
        }
    }

    /// What to ask; empty where nothing has to be asked.
    pub fn ask(&self) -> &str {
        self.ask.as_deref().unwrap_or_else(|| cause(self.id).map_or("", |cause| cause.ask))
    }
}

/// The group of a cause, and its place among all.
pub(in crate::support) fn place_of(id: &str) -> (&'static str, usize) {
    let mut all = all_causes().enumerate();
    all.find(|(_, (_, cause))| cause.id == id).map_or(("none", usize::MAX), |(at, (group, _))| (group, at))
}

/// Looks for every cause in one request and what came of it.
pub(in crate::support) fn examine(look: &mut Look<'_>) {
    shell::check(look);
    transport::check(look);
    if look.request.is_some() {
        address::check(look);
        verb::check(look);
        query::check(look);
        unencoded::check(look);
        f_string::check(look);
        f_string::check_quotes(look);
        swapped::recased(look);
        key::check(look);
        lead::check(look);
        status::check(look);
        field::check(look);
    }
    answer::check(look);
    accepted::check(look);
    network::check(look);
}
