//! The causes that `caketester why` names: one for the terminal, all of them as a page of Markdown.

use std::fmt::Write as _;

use crate::support::{Cause, all_causes};

/// A cause, for the terminal.
pub fn cause_text(cause: &Cause) -> String {
    let mut text = format!("{}: {}\n", cause.id, cause.title);
    for (label, value) in
        [("why", cause.why), ("who acts", cause.who.word()), ("change", cause.change), ("ask", cause.ask)]
    {
        if !value.is_empty() {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "  {label:<9} {value}");
        }
    }
    text
}

/// All causes as a page of Markdown, by group.
pub fn cause_page() -> String {
    let mut page = String::from(
        "# Causes\n\n`caketester why` finds these causes in a ticket. The IDs are permanent. `caketester explain ID` prints one of them.\n",
    );
    let mut last = "";
    for (group, cause) in all_causes() {
        if group != last {
            let title = match group {
                "accepted" => "accepted, but not in the report",
                "field" => "sub-status and fields",
                "network" => "the network's side",
                "none" => "no cause",
                other => other,
            };
            let _ = write!(page, "\n## {title}\n");
            last = group;
        }
        let Cause { id, title, why, who, change, ask } = cause;
        let _ = write!(
            page,
            "\n### {id}\n\n**{title}.** {why}\n\n- who acts: {}\n- what to change: {change}\n",
            who.word()
        );
        if !ask.is_empty() {
            let _ = writeln!(page, "- what to ask: {ask}");
        }
    }
    page
}
