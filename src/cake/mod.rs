//! A simulated CAKE instance. No I/O, no clock, no async: what it is told decides what it answers.

mod decide;
mod decided;
mod decimal;
mod instance;
mod ledger;
mod master_report;
mod platform;
mod policy;
mod setup;
mod totals;
mod whereabouts;

pub use decide::{Decision, Reason, decide, is_parameter};
pub use decided::Decided;
pub use instance::{Buyer, Field, FieldKind, Instance, Lead, LeadDefaults, Origin, Sale, Settings, Status, lead_key};
pub use ledger::{Count, Ledger};
pub use master_report::{
    Arrived, Dimension, FieldSum, Line, MasterReport, Question, QuestionError, StatusColumn, StatusCount, master_report,
};
pub use platform::{LONGEST_HEAD, LONGEST_QUERY, MISSING_PARAMETER, before_the_method, runtime_error, script_error};
pub use policy::{
    Check, Compression, ForeignLead, FormPost, JsonCall, LetterCase, Messages, MissingParameter, MissingSubStatus,
    Policy, ReportDates, ReportEndDate, ReportSums, UnknownSubStatus,
};
pub use setup::Setup;
pub use totals::{Counted, Recorded, Totals};
pub use whereabouts::{Fate, LeadTrace, Search, Trace};
