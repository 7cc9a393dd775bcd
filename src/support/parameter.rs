//! One parameter of a request, in a query, a form or JSON.

use super::body::{Member, members};
use super::traced::{Span, Traced};
use crate::protocol;

/// One parameter as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, decoded as CAKE does.
    pub name: String,
    /// Its value, decoded as CAKE does; none for a name without `=`.
    pub value: Option<String>,
    /// Its value as sent.
    pub sent: Traced,
    /// The place of name and value.
    pub place: Span,
}

/// The parameters in a query or a form.
pub(super) fn parameters_in(text: &Traced) -> Vec<Parameter> {
    let mut start = 0;
    let segments = text.bytes().split(|byte| *byte == b'&').map(|segment| {
        let part = start..start + segment.len();
        start = part.end + 1;
        part
    });
    segments
        .filter(|part| !part.is_empty())
        .map(|part| {
            let segment = &text.bytes()[part.clone()];
            let equals = segment.iter().position(|byte| *byte == b'=');
            let (name, value) = match equals {
                Some(at) => (&segment[..at], part.start + at + 1..part.end),
                None => (segment, part.end..part.end),
            };
            Parameter {
                name: protocol::decode(name),
                value: equals.map(|_| protocol::decode(&text.bytes()[value.clone()])),
                sent: text.slice(value),
                place: text.place(part),
            }
        })
        .collect()
}

/// The members of a body of JSON, without their escapes.
pub(super) fn parameters_of_json(body: &Traced) -> Vec<Parameter> {
    let text = |part| body.slice(part).text().into_owned();
    let one = |member: Member| {
        let written = text(member.value.clone());
        Parameter {
            name: text(member.name.clone()),
            value: Some(serde_json::from_str(&format!("\"{written}\"")).unwrap_or(written)),
            place: body.place(member.name.start..member.value.end),
            sent: body.slice(member.value),
        }
    };
    members(body).into_iter().map(one).collect()
}
