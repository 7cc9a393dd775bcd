//! Renderings of a run's report. They read it and decide nothing.

mod difference;
mod html;
mod human;
mod json;
mod junit;
mod live;
mod page;
mod rule_page;
mod visible;

pub use html::html;
pub use human::{human, plural};
pub use json::{json, json_schema, read_json};
pub use junit::junit;
pub use live::{Lines, Progress};
pub use rule_page::{rule_page, rule_text};
