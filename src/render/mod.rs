//! Renderings of a run's report, and of the Lead Status Master Report. They read it and decide nothing.

mod broken;
mod cause_page;
mod certificate;
mod comparison;
mod difference;
mod github;
mod html;
mod human;
mod json;
mod junit;
mod live;
mod markdown;
mod master_page;
mod master_report;
mod page;
mod rule_page;
mod said;
mod ticket;
mod trend;
mod verdict;
mod visible;
mod wire;

pub use cause_page::{cause_page, cause_text};
pub use certificate::{certificate_html, certificate_json, certificate_schema, read_certificate};
pub use comparison::Comparison;
pub use github::{annotations, without_commands};
pub use html::html;
pub use human::human;
pub use json::{json, json_schema, read_json};
pub use junit::{junit, junit_of_all};
pub use live::{Lines, Progress};
pub use markdown::markdown;
pub use master_report::{LeadTrace, MasterReportPage};
pub use rule_page::{rule_page, rule_text};
pub use ticket::{ticket_text, visible_text};
pub use trend::Trend;
