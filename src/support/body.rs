//! The values in a body of JSON, or of code that becomes JSON. CAKE does not read them, but they are sent again once the
//! request is repaired.

use std::ops::Range;

use super::json::{self, Node};
use super::traced::Traced;

/// A longer body is no update, nor one with more values.
const LONGEST: usize = 64 * 1024;
const MOST: usize = 2_000;

/// Whether a body is JSON, or what JavaScript or PowerShell makes JSON of.
pub(super) fn is_json(body: &str) -> bool {
    let body = body.trim_start();
    body.starts_with(['{', '[']) || body.starts_with("@{") || body.starts_with('(') && body.contains("ConvertTo-Json")
}

/// A name with its literal value, by their places in the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
}

/// The members of a body that is JSON; what is no literal is left out.
pub(super) fn members(body: &Traced) -> Vec<Member> {
    let text = std::str::from_utf8(body.bytes()).unwrap_or_default();
    let mut found = Vec::new();
    if text.len() <= LONGEST
        && is_json(text)
        && let Some(start) = text.find(['{', '['])
    {
        literals(text, &json::parse(text, start, text.len(), MOST).node, &mut found);
    }
    found
}

fn literals(text: &str, node: &Node, found: &mut Vec<Member>) {
    node.elements().iter().for_each(|element| literals(text, element, found));
    for (name, value) in node.members() {
        let is_literal = match value {
            Node::String(_) => true,
            Node::Bare(part) => is_literal(&text[part.clone()]),
            Node::Object(..) | Node::Array(..) => false,
        };
        if is_literal {
            found.push(Member { name: name.clone(), value: value.part() });
        } else {
            literals(text, value, found);
        }
    }
}

fn is_literal(text: &str) -> bool {
    text.parse::<f64>().is_ok() || matches!(text, "null" | "undefined" | "true" | "false" | "None")
}

#[cfg(test)]
mod tests {
    use super::members;
    use crate::support::Traced;

    fn told(body: &str) -> Vec<String> {
        let one = |one: super::Member| format!("{}={}", &body[one.name], &body[one.value]);
        members(&Traced::at(0, body)).into_iter().map(one).collect()
    }

    #[test]
    fn literals_of_json_and_of_code_that_becomes_json_are_read() {
        for (body, expected) in [
            (
                r#"{"lead_id":"60C5E91B","status":"a \" b","n":25000,"x":null}"#,
                "lead_id=60C5E91B status=a \\\" b n=25000 x=null",
            ),
            ("{ api_key: process.env.KEY, lead_id: '60C5E91B', status: row.get('a') }", "lead_id=60C5E91B"),
            ("@{ api_key=$k; lead_id='60C5E91B'\n 'Loan Amount' = '$25,000' }", "lead_id=60C5E91B Loan Amount=$25,000"),
            ("(@{ status = \"funded\" } | ConvertTo-Json)", "status=funded"),
            ("{{body}}", ""),
            ("a=b", ""),
        ] {
            assert_eq!(told(body).join(" "), expected, "{body}");
        }
    }
}
