//! What the tools that people send with do to a value: placeholders left as they are, values encoded once too often.

use crate::support::phrases::Says;

/// Calls that encode one value, in lower case.
pub(super) const ENCODERS: [&str; 5] =
    ["quote(", "encodeuricomponent(", "urlencode(", "escapedatastring(", "urlencoder.encode("];

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

/// What to do in a tool that encodes by itself; empty for others.
pub(super) fn help_of_encoder(prose: &str) -> &'static str {
    let is_tool = prose.says(&["make.com", "integromat", "zapier", "n8n", "in make", "our zap"]);
    if is_tool {
        "the tool encodes the value itself: give it the status as it is, with a plain space, without encodeURL or replace"
    } else if prose.contains("resttemplate") {
        "encode the value once: RestTemplate encodes a String that it is given, so hand it a URI that is encoded already (encode().toUri())"
    } else if prose.says(&ENCODERS) {
        "encode the value once: the code encodes it, and what sends it does so again, so leave out one of the two"
    } else {
        ""
    }
}
