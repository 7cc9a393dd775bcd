//! Why a lead is, or is not, where somebody looks for it in the Lead Status Master Report.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::decide::IGNORED;
use super::decided::Decided;
use super::instance::lead_key;
use super::master_report::{Dimension, Question, is_among, is_asked};
use super::setup::Setup;
use super::totals::day;
use crate::nearest::nearest;
use crate::protocol::Code;

/// One update of a lead, and where it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trace {
    /// When it was decided.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// Which request for the lead it was; 0 for a lead that the instance does not have.
    pub attempt: u64,
    /// The buyer whose key it came with; none for a key that is nobody's.
    pub buyer: Option<Arc<str>>,
    /// The status it reported, with its sub-status; none where nothing was recorded.
    pub status: Option<String>,
    /// Where it went.
    pub fate: Fate,
    /// The causes for it, as `caketester explain` has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// Parameters that are no configured field, and were ignored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown_fields: Vec<String>,
}

/// Where an update went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Fate {
    /// It was refused.
    Refused {
        /// The code; none where a parameter was missing.
        code: Option<Code>,
        /// Which check decided.
        why: String,
    },
    /// CAKE accepts it, and a fault of the scenario struck before it was recorded.
    Struck,
    /// The same buyer reported the lead again.
    Overwritten {
        /// When.
        #[schemars(with = "String", extend("format" = "date-time"))]
        at: Timestamp,
        /// By which status.
        by: String,
    },
    /// It is of another day.
    OutsideTheDates {
        /// Which; none where the day of the sale is not known.
        #[schemars(with = "Option<String>", extend("format" = "date"))]
        day: Option<Date>,
    },
    /// It is of something that was not asked for.
    FilteredOut {
        /// `buyer`, `offer` or `vertical`.
        filter: String,
        /// What it is of.
        value: Arc<str>,
    },
    /// It is in the report.
    Shown {
        /// In this line.
        line: Arc<str>,
    },
}

/// What became of one lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeadTrace {
    /// Its ID, as it was asked for.
    pub id: String,
    /// The ID it resembles, where no request named it.
    pub meant: Option<String>,
    /// Each of its updates, the earliest first; none where no request named it.
    pub updates: Vec<Trace>,
}

/// Looks for one lead among all updates.
#[derive(Debug)]
pub struct Search {
    id: String,
    of_lead: Vec<Decided>,
    others: BTreeSet<String>,
}

impl Search {
    /// For this lead.
    pub fn new(lead_id: &str) -> Self {
        Self { id: lead_id.to_owned(), of_lead: Vec::new(), others: BTreeSet::new() }
    }

    /// Looks at what was decided next.
    pub fn add(&mut self, decided: Decided) {
        if lead_key(&self.id) == lead_key(&decided.lead_id) {
            self.of_lead.push(decided);
        } else if self.of_lead.is_empty() && !self.others.contains(&decided.lead_id) {
            self.others.insert(decided.lead_id);
        }
    }

    /// What became of it, as this question shows it.
    pub fn found(&self, setup: &Setup, question: &Question) -> LeadTrace {
        let others = self.others.iter().map(String::as_str);
        let meant = if self.of_lead.is_empty() { nearest(&self.id, others) } else { None };
        let traces = (1..).zip(&self.of_lead).map(|(next, decided)| {
            let fate = fate(decided, &self.of_lead[next..], setup, question);
            let unknown =
                decided.why.split_once(IGNORED).map(|(_, names)| names.split(", ").map(str::to_owned).collect());
            Trace::new(decided, fate, unknown.unwrap_or_default())
        });
        LeadTrace { id: self.id.clone(), meant: meant.map(str::to_owned), updates: traces.collect() }
    }
}

impl Trace {
    fn new(decided: &Decided, fate: Fate, unknown_fields: Vec<String>) -> Self {
        let causes = fate.cause().into_iter().chain((!unknown_fields.is_empty()).then_some("field-ignored"));
        Self {
            at: decided.at,
            attempt: decided.attempt,
            buyer: decided.buyer.clone(),
            status: status(decided),
            causes: causes.map(str::to_owned).collect(),
            fate,
            unknown_fields,
        }
    }
}

impl Fate {
    /// By this ID `caketester explain` has what to do about it.
    fn cause(&self) -> Option<&'static str> {
        match self {
            Self::Refused { code: None, .. } => Some("missing-parameter"),
            Self::Refused { code: Some(code), .. } => match code.0 {
                1 => Some("code-1"),
                2 => Some("code-2"),
                3 => Some("code-3"),
                4 => Some("code-4"),
                _ => None,
            },
            Self::Overwritten { .. } => Some("overwritten"),
            Self::OutsideTheDates { .. } => Some("report-date"),
            Self::Struck | Self::FilteredOut { .. } | Self::Shown { .. } => None,
        }
    }
}

fn status(decided: &Decided) -> Option<String> {
    let update = decided.update.as_ref()?;
    Some(match &update.sub_status {
        Some(sub_status) => format!("{} / {sub_status}", update.status),
        None => update.status.clone(),
    })
}

fn fate(decided: &Decided, later: &[Decided], setup: &Setup, question: &Question) -> Fate {
    if decided.update.is_none() {
        return match decided.code {
            Some(Code::SUCCESS) => Fate::Struck,
            code => Fate::Refused { code, why: decided.why.clone() },
        };
    }
    let next = later.iter().find(|later| later.buyer == decided.buyer && later.update.is_some());
    if let Some(next) = next {
        return Fate::Overwritten { at: next.at, by: status(next).unwrap_or_default() };
    }
    let sold = decided.origin.as_ref().map(|origin| origin.sold);
    let day = day(decided.at, sold, &setup.policy);
    if !is_asked(day, question, setup.policy.report_end_date) {
        return Fate::OutsideTheDates { day };
    }
    let origin = decided.origin.as_ref();
    let known = |name: Option<&Arc<str>>| name.map_or_else(|| "".into(), Arc::clone);
    let [buyer, offer, vertical] = [
        known(decided.buyer.as_ref()),
        known(origin.map(|origin| &origin.offer)),
        known(origin.map(|origin| &origin.vertical)),
    ];
    let filters = [
        ("buyer", &buyer, &question.buyers),
        ("offer", &offer, &question.offers),
        ("vertical", &vertical, &question.verticals),
    ];
    if let Some((filter, value, _)) = filters.into_iter().find(|(_, value, asked)| !is_among(value, asked)) {
        return Fate::FilteredOut { filter: filter.to_owned(), value: Arc::clone(value) };
    }
    let line = match question.by {
        Dimension::Campaign => known(origin.map(|origin| &origin.campaign)),
        Dimension::Buyer => buyer,
        Dimension::Offer => offer,
        Dimension::Vertical => vertical,
        Dimension::Day => day.map_or_else(|| "".into(), |day| day.to_string().into()),
    };
    Fate::Shown { line }
}
