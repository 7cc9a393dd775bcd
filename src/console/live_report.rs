//! The Lead Status Master Report of a mock that goes on: each time it is asked for, what came since is added.

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as ValueError, StrDeserializer};
use thiserror::Error;

use crate::cake::{Dimension, LeadTrace, Question, QuestionError, Search, Setup, Totals, master_report};
use crate::mock::{StateError, StateFile};
use crate::render::MasterReportPage;

/// The names that a query may have.
const NAMES: [&str; 7] = ["by", "from", "to", "buyer", "offer", "vertical", "lead"];

/// Why a report cannot be made.
#[derive(Debug, Error)]
pub(super) enum NoReport {
    /// The state file cannot be read.
    #[error(transparent)]
    State(#[from] StateError),
    /// A parameter has a value that cannot be read.
    #[error("{name:?} has the value {value:?}\n  help: {help}")]
    Value { name: &'static str, value: String, help: &'static str },
    /// There is no parameter of this name.
    #[error("{name:?} is not a parameter of this report\n  help: known: {}", NAMES.join(", "))]
    Name { name: String },
    /// The question has no answer.
    #[error(transparent)]
    Question(#[from] QuestionError),
}

/// What is asked, and which lead is looked for.
#[derive(Debug, Default)]
pub(super) struct Asked {
    question: Question,
    lead: Option<String>,
}

impl Asked {
    /// Reads a query. What is empty is not asked for: a form sends all of its fields.
    pub(super) fn read(query: &str) -> Result<Self, NoReport> {
        let mut asked = Self::default();
        let question = &mut asked.question;
        for (name, value) in form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.trim().is_empty()) {
            let value = value.trim().to_owned();
            let day = |name, value: String| match value.parse() {
                Ok(day) => Ok(Some(day)),
                Err(_) => Err(NoReport::Value { name, value, help: "write a day as 2026-01-15" }),
            };
            match &*name {
                "by" => question.by = dimension(value)?,
                "from" => question.from = day("from", value)?,
                "to" => question.to = day("to", value)?,
                "buyer" => question.buyers.push(value),
                "offer" => question.offers.push(value),
                "vertical" => question.verticals.push(value),
                "lead" => asked.lead = Some(value),
                _ => return Err(NoReport::Name { name: name.into_owned() }),
            }
        }
        Ok(asked)
    }
}

fn dimension(value: String) -> Result<Dimension, NoReport> {
    let text: StrDeserializer<'_, ValueError> = value.as_str().into_deserializer();
    let help = "known: campaign, buyer, offer, vertical, day";
    Dimension::deserialize(text).map_err(|_| NoReport::Value { name: "by", value, help })
}

/// The totals of a state file, as far as it has been read.
pub(super) struct LiveReport {
    source: String,
    file: StateFile,
    setup: Setup,
    totals: Totals,
    read: u64,
}

impl LiveReport {
    /// Of a file that a mock writes to; `source` is what a reader knows it by.
    pub(super) fn new(file: StateFile, source: String) -> Self {
        let setup = Setup::default();
        Self { source, file, totals: Totals::new(&setup.policy), setup, read: 0 }
    }

    /// What the file holds by now.
    pub(super) fn page(&mut self, asked: &Asked) -> Result<MasterReportPage, NoReport> {
        let setup = self.file.setup()?;
        if setup == self.setup {
            self.read = self.file.count(self.read..u64::MAX, &mut self.totals)?;
        } else {
            // Another policy counts otherwise.
            (self.totals, self.read) = self.file.totals(&setup.policy)?;
            self.setup = setup;
        }
        asked.question.check(&self.setup)?;
        let report = master_report(&self.totals, &self.setup, &asked.question);
        let lead = asked.lead.as_deref().map(|lead| self.trace(lead, &asked.question)).transpose()?;
        Ok(MasterReportPage::new(self.source.clone(), self.setup.clone(), report, lead))
    }

    fn trace(&self, lead: &str, question: &Question) -> Result<LeadTrace, StateError> {
        let mut search = Search::new(lead);
        self.file.each(|decided| search.add(decided))?;
        Ok(search.found(&self.setup, question))
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, NoReport};
    use crate::cake::Dimension;

    #[test]
    fn a_form_with_empty_fields_asks_for_nothing_but_what_is_filled_in() {
        let asked = Asked::read("by=buyer&from=&to=2026-01-31&buyer=&offer=Loan+%26+Co&lead=+c8097f17+").unwrap();
        assert_eq!(asked.question.by, Dimension::Buyer);
        assert_eq!(
            (asked.question.from, asked.question.to.map(|day| day.to_string())),
            (None, Some("2026-01-31".into()))
        );
        assert_eq!((asked.question.buyers.len(), &*asked.question.offers[0]), (0, "Loan & Co"));
        assert_eq!(asked.lead.as_deref(), Some("c8097f17"));
    }

    #[test]
    fn what_is_no_question_is_told_with_its_value() {
        let told = |query| Asked::read(query).map_err(|error: NoReport| error.to_string()).unwrap_err();
        assert!(told("from=31.01.2026").starts_with("\"from\" has the value \"31.01.2026\"\n  help: write a day as"));
        assert!(told("by=month").contains("known: campaign, buyer"));
        assert!(told("campain=Email").starts_with("\"campain\" is not a parameter of this report"));
    }
}
