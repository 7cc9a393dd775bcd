//! The values in a body of JSON, or of code that becomes JSON. CAKE does not read them, but they are sent again once the
//! request is repaired.

use std::ops::Range;

use super::traced::Traced;

/// A longer body is no update.
const LONGEST: usize = 64 * 1024;

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
    if text.len() > LONGEST || !is_json(text) {
        return Vec::new();
    }
    let tokens = tokens(text);
    let one = |window: &[Token]| match window {
        [name, between, value, behind] => {
            let is_pair = matches!(&text[between.part.clone()], ":" | "=") && !between.is_quoted;
            let is_name = name.is_quoted || is_word(&text[name.part.clone()]);
            let is_call = matches!(&text[behind.part.clone()], "(" | "[" | "+") && !behind.is_quoted;
            let is_literal = value.is_quoted || is_literal(&text[value.part.clone()]);
            (is_pair && is_name && is_literal && !is_call)
                .then(|| Member { name: name.part.clone(), value: value.part.clone() })
        }
        _ => None,
    };
    tokens.windows(4).filter_map(one).collect()
}

/// A word, a sign, or what stands in quotes.
struct Token {
    part: Range<usize>,
    is_quoted: bool,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '"' || c == '\'' {
            let mut end = text.len();
            while let Some((at, next)) = chars.next() {
                if next == '\\' {
                    chars.next();
                } else if next == c {
                    end = at;
                    break;
                }
            }
            tokens.push(Token { part: at + 1..end, is_quoted: true });
        } else if !c.is_whitespace() {
            let mut end = at + c.len_utf8();
            while let Some((at, next)) = chars.next_if(|(_, next)| is_of_word(c) && is_of_word(*next)) {
                end = at + next.len_utf8();
            }
            tokens.push(Token { part: at..end, is_quoted: false });
        }
    }
    tokens
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || "_-.$".contains(c)
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
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
