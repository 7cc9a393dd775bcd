//! The trial that stands before a run: a hundred failures for one wrong command line, or for one certificate that is
//! not trusted, help nobody.

use super::report::Stop;
use crate::mock::{Incident, Journal};
use crate::protocol::{Code, Outcome, Update};
use crate::subject::{Conclusion, Verdict};

/// What to do where the certificate is not taken.
const TRUST: &str = "it has to trust the file that CAKE_CA_FILE names (or {ca_file}); curl, OpenSSL, Python, Node and others are \
                     told of it by variables of their own, PHP by `php -d curl.cainfo={ca_file}`, and docs/tls.md has the others";

/// What came of the sample update.
pub(super) struct Trial {
    arrived: bool,
    updated: bool,
    incidents: Vec<Incident>,
    conclusion: Conclusion,
}

impl Trial {
    pub(super) fn new(journal: &Journal, conclusion: Conclusion) -> Self {
        let answered = journal.exchanges().last().and_then(|exchange| exchange.code) == Some(Code::SUCCESS);
        let updated = answered && conclusion.verdict == Verdict::Outcome(Outcome::Updated);
        Self { arrived: journal.total() > 0, updated, incidents: journal.incidents(), conclusion }
    }

    /// Whether the client gets a plain update through, and knows it.
    pub(super) fn updated(&self) -> bool {
        self.updated
    }

    /// Why the run ends here: nothing arrived.
    pub(super) fn stop(&self, sample: &Update) -> Option<Stop> {
        if self.arrived {
            return None;
        }
        let help = if self.turned_away() {
            format!("the client did not take the throwaway authority: {TRUST}")
        } else {
            "it has to send one GET to the URL it is given as CAKE_URL (or {url}), or below CAKE_BASE_URL (or {base_url}); \
             one that has its own URL configured never reaches the mock"
                .into()
        };
        Some(Stop {
            message: format!("the client sent nothing for the sample update ({sample}): {}", self.seen()),
            help,
            trace: self.conclusion.trace.clone().into(),
        })
    }

    /// Why scenarios that need TLS are not put to the client: it does not get along with TLS where all is well.
    pub(super) fn withheld(&self) -> Option<String> {
        if self.updated {
            return None;
        }
        let why =
            if self.turned_away() { "did not take the throwaway authority" } else { "did not get along with TLS" };
        Some(format!(
            "the scenarios about certificates were not run: the client {why} in a trial ({}). {TRUST}",
            self.seen()
        ))
    }

    fn turned_away(&self) -> bool {
        self.incidents.iter().any(Incident::turned_away)
    }

    fn seen(&self) -> String {
        let ended = match &self.conclusion.verdict {
            Verdict::Outcome(outcome) => format!("it ended and concluded {:?}", outcome.word()),
            Verdict::None(why) => why.clone(),
        };
        let incidents = self.incidents.iter().map(Incident::to_string);
        let notes = self.conclusion.trace.notes.iter().cloned();
        std::iter::once(ended).chain(incidents).chain(notes).collect::<Vec<_>>().join("; ")
    }
}
