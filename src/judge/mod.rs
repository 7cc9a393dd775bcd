//! The judge: what was seen of a run becomes a report with its findings, its verdict and its exit code. Pure: no network, no
//! clock, no process.

mod baseline;
mod certificate;
mod conclusions;
mod decided;
mod exit;
mod finding;
mod foretell;
mod grade;
mod merge;
mod rejudge;
mod repeat;
mod report;
mod scope;
mod seen;
mod several_runs;
mod snapshots;
mod step;
mod tally;
mod terms;
mod under_test;
mod verdict;

pub use baseline::{Baseline, Known};
pub use certificate::{Certificate, CertifiedClient, CertifiedRule, PackUsed, Scope, Tested, in_words};
pub use conclusions::{RuleReport, RuleState, ShardReport, StepRef, Verdict, VerdictWord};
pub use decided::decided_in;
pub use exit::Exit;
pub use finding::{Finding, FindingKind};
pub use foretell::scenarios_about;
pub use grade::Grade;
pub use merge::merge;
pub use rejudge::rejudge;
pub use repeat::Repeat;
pub(crate) use report::in_milliseconds;
pub use report::{Report, ScenarioReport, ScenarioState, StepReport, Stop};
pub(crate) use scope::out_of_scope;
pub use seen::Seen;
pub use snapshots::{Recording, SnapshotDifference, SnapshotReport, SnapshotState, accept_answers, survey};
pub(crate) use snapshots::{hold, record, without_keys};
pub(crate) use step::{Judge, UNTOLD};
pub(crate) use tally::{always_the_same, tally};
pub use terms::{Terms, is_beyond};
pub use under_test::{ClientName, SubjectReport};
pub use verdict::Shortfall;
