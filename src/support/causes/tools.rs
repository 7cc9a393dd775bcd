//! Placeholders that the tools which people send with leave as they are.

/// How placeholders begin that only one tool writes so, with the tool, and what is to be done there.
const TOOLS: [(&str, &str, &str); 4] = [
    (
        "--A--",
        "VICIdial",
        "in VICIdial put VAR in front of the URL (VARhttps://…): without it placeholders may stay as they are",
    ),
    ("*|", "Mailchimp", ""),
    ("{!", "Salesforce", ""),
    ("%%", "Marketing Cloud", ""),
];

/// Whose placeholder a value is, as the end of a message about it, and what to do in that tool; empty where nobody can tell.
pub(super) fn of_tool(value: &str) -> (String, &'static str) {
    let tool = TOOLS.iter().find(|(begin, ..)| value.trim_start().starts_with(begin));
    tool.map_or_else(Default::default, |(_, tool, help)| {
        (format!(", a placeholder that {tool} has not replaced"), *help)
    })
}
