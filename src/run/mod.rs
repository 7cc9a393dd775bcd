//! A run: the steps of a pack are put to a client or an endpoint, what comes of them is judged, and
//! everything is folded into one report.

mod baseline;
mod batch;
mod certificate;
mod client;
mod endpoint;
mod event;
mod exit;
mod foretell;
mod gather;
mod grade;
mod judge;
mod lacking;
mod merge;
mod observe;
mod record;
mod repeat;
mod report;
mod runs;
mod scope;
mod snapshots;
mod tally;
mod transport;
mod trial;
mod under_test;
mod verdict;

pub use baseline::{Baseline, Known};
pub use batch::{Batch, check_batch};
pub use certificate::{Certificate, CertifiedClient, CertifiedRule, PackUsed, Scope, Tested, in_words};
pub use client::{ClientRun, check_client};
pub use endpoint::{EndpointRun, EndpointRunError, check_endpoint};
pub use event::{Event, Observer};
pub use exit::Exit;
pub use foretell::scenarios_about;
pub use grade::Grade;
pub use merge::{ShardReport, merge};
pub use observe::{Look, Observation};
pub use record::{Record, RecordError};
pub use repeat::Repeat;
pub use report::{
    ExchangeReport, Finding, FindingKind, Report, ScenarioReport, ScenarioState, StepReport, Stop, TraceReport,
};
pub use snapshots::{Recording, SnapshotDifference, SnapshotReport, SnapshotState, edited, survey};
pub use tally::{RuleReport, RuleState, StepRef};
pub use transport::{Transport, Way};
pub use under_test::{ClientName, SubjectReport};
pub use verdict::{Reason, Verdict, VerdictWord};
