//! What the tools that people send with do to a value: placeholders left as they are, values encoded once too often.

use crate::support::phrases::Says;

/// Calls that encode one value, in lower case.
pub(super) const ENCODERS: [&str; 5] =
    ["quote(", "encodeuricomponent(", "urlencode(", "escapedatastring(", "urlencoder.encode("];

/// Whose placeholder a value is, where only one tool writes it so: the end of a message about it.
pub(super) fn tool_of(value: &str) -> &'static str {
    let tools = [
        ("--A--", ", a placeholder that VICIdial has not replaced"),
        ("*|", ", a placeholder that Mailchimp has not replaced"),
        ("{!", ", a placeholder that Salesforce has not replaced"),
        ("%%", ", a placeholder that Marketing Cloud has not replaced"),
    ];
    tools.iter().find(|(begin, _)| value.trim_start().starts_with(begin)).map_or("", |(_, said)| said)
}

/// What has to be done in the tool whose placeholder a value is; empty where its cause's own advice holds.
pub(super) fn help_of_tool(value: &str) -> &'static str {
    if value.trim_start().starts_with("--A--") {
        "in VICIdial put VAR in front of the URL (VARhttps://…): without it no placeholder is replaced"
    } else {
        ""
    }
}

/// What to do in a tool that encodes by itself; empty for others.
pub(super) fn encodes_itself(prose: &str) -> &'static str {
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
