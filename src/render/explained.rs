//! The rules and the causes as `caketester explain` prints them: one for the terminal, all of them as a page of Markdown.

use askama::Template;
use indexmap::IndexMap;

use super::written::page;
use crate::rules::{RULES, Rule};
use crate::support::{Cause, all_causes};

/// A rule, for the terminal.
pub fn rule_text(rule: &Rule) -> String {
    let mut lines = vec![
        format!("{}: a conforming client {}", rule.id, rule.title),
        fact("level", rule.level.word()),
        fact("basis", rule.basis.word()),
        fact("why", rule.why),
        fact("bad", rule.bad),
        fact("good", rule.good),
        fact("change", rule.change),
    ];
    lines.extend(rule.in_libraries.iter().map(|(library, option)| fact("", &format!("{library}: {option}"))));
    lines.join("\n") + "\n"
}

/// A cause, for the terminal.
pub fn cause_text(cause: &Cause) -> String {
    let mut lines = vec![
        format!("{}: {}", cause.id, cause.title),
        fact("why", &cause.why),
        fact("who acts", cause.who.word()),
        fact("change", &cause.change),
    ];
    if !cause.ask.is_empty() {
        lines.push(fact("ask", &cause.ask));
    }
    lines.join("\n") + "\n"
}

fn fact(label: &str, text: &str) -> String {
    format!("  {label:<9} {text}")
}

/// All rules as a page of Markdown, the most basic first.
pub fn rule_page() -> String {
    page(&RulePage)
}

#[derive(Template)]
#[template(path = "rules.md")]
struct RulePage;

/// Any text as code in Markdown.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// All causes as a page of Markdown, by group.
pub fn cause_page() -> String {
    let mut groups: IndexMap<&str, Vec<&Cause>> = IndexMap::new();
    for cause in all_causes() {
        groups.entry(&cause.group).or_default().push(cause);
    }
    page(&CausePage { groups })
}

#[derive(Template)]
#[template(path = "causes.md")]
struct CausePage {
    groups: IndexMap<&'static str, Vec<&'static Cause>>,
}

/// What stands above a group of causes.
fn heading(group: &str) -> &str {
    match group {
        "accepted" => "accepted, but not in the report",
        "field" => "sub-status and fields",
        "network" => "the network's side",
        "none" => "no cause",
        other => other,
    }
}
