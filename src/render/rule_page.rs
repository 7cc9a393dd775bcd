//! The rules, told: one for the terminal, all of them as a page of Markdown.

use std::fmt::Write as _;

use crate::rules::{RULES, Rule};

/// A rule, for the terminal.
pub fn rule_text(rule: &Rule) -> String {
    let mut text = format!("{}: a conforming client {}\n", rule.id, rule.title);
    for (label, value) in [
        ("level", rule.level.word()),
        ("basis", rule.basis.word()),
        ("why", rule.why),
        ("bad", rule.bad),
        ("good", rule.good),
        ("change", rule.change),
    ] {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "  {label:<9} {value}");
    }
    for (library, option) in rule.in_libraries {
        let _ = writeln!(text, "  {:<9} {library}: {option}", "");
    }
    text
}

/// All rules as a page of Markdown, the most basic first.
pub fn rule_page() -> String {
    let mut page = String::from("| rule | a conforming client… | level | basis |\n|---|---|---|---|\n");
    for Rule { id, title, level, basis, .. } in &RULES {
        let _ = writeln!(
            page,
            "| [{id}](#{}) | {title} | {} | {} |",
            id.as_str().to_lowercase(),
            level.word(),
            basis.word()
        );
    }
    for Rule { id, title, level, basis, why, bad, good, change, in_libraries, .. } in &RULES {
        let _ = write!(
            page,
            "\n## {id}\n\nA conforming client **{title}**. {}, {}.\n\n{why}\n\n- bad: {}\n- good: {}\n- what to change: {change}\n",
            level.word(),
            basis.word(),
            code(bad),
            code(good),
        );
        for (library, option) in *in_libraries {
            let _ = writeln!(page, "  - {library}: {}", code(option));
        }
    }
    page
}

/// Any text as code in Markdown.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
