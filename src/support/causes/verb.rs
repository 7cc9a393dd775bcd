//! How the request is sent: GET, or something else.

use crate::protocol::SERVICE_PATH;
use crate::support::Span;
use crate::support::evidence::Evidence;
use crate::support::look::{Found, Grade, Look};
use crate::support::phrases::Says;

pub(super) fn check(look: &mut Look<'_>) {
    let Some(request) = look.request.filter(|_| !look.is_mention()) else { return };
    let method = request.method.text().to_ascii_uppercase();
    let place = Some(request.method.whole()).filter(|place| !place.is_empty());
    let content_type =
        request.header("content-type").map(|header| header.value.text().to_ascii_lowercase()).unwrap_or_default();
    let body = request.body.as_ref().map(|body| body.text().trim().to_owned()).unwrap_or_default();
    let is_soap = request.header("soapaction").is_some() || body.contains("Envelope") && body.contains("soap");
    let is_bare = request.method.bytes() == b"POST"
        && request.query.is_none()
        && (body.is_empty() || body.starts_with('<'))
        && request.path.text().trim_end_matches('/').eq_ignore_ascii_case(SERVICE_PATH);
    if is_bare && !is_soap {
        // Where the method stands in the path, it is none.
        look.found.retain(|found| !matches!(found.id, "path-other" | "no-query"));
        return look.add("soap", Grade::Likely, place, "a POST goes to the service itself, as a SOAP library sends it");
    }
    if is_soap || look.evidence == Evidence::Soap {
        look.add("soap", Grade::Certain, place, "a SOAP envelope or action is sent");
        return;
    }
    let is_json = content_type.contains("json");
    match &*method {
        "GET" | "" => {
            if is_json {
                look.add("post-json", Grade::Certain, place, "the GET has Content-Type: application/json");
            } else if !body.is_empty() && request.query.as_ref().is_none_or(crate::support::Traced::is_empty) {
                look.add("no-query", Grade::Certain, place, "the parameters are in the body of a GET");
            } else if !body.is_empty() {
                let place = request.body.as_ref().map(crate::support::Traced::whole);
                look.add("get-body", Grade::Likely, place, "the GET has a body");
            }
        }
        "HEAD" => look.add("head", Grade::Certain, place, "HEAD is sent"),
        "POST" if is_json || crate::support::body::is_json(&body) => {
            look.add("post-json", Grade::Certain, place, "a POST with a JSON body is sent");
        }
        "POST" if body.is_empty() => look.add("post-empty", Grade::Certain, place, "a POST without a body is sent"),
        "POST" => {
            let grade = if look.evidence == Evidence::Code(0) { Grade::Possible } else { Grade::Likely };
            look.add("post-form", grade, place, "a form is sent by POST");
        }
        other => {
            let message = format!("{other} is sent");
            look.add("verb-other", Grade::Certain, place, message);
        }
    }
}

/// Code that sends JSON by a POST.
pub(super) fn posted(look: &Look<'_>, place: Option<Span>) -> Option<Found> {
    let is_known = |found: &Found| found.group() == "verb";
    let is_posted = look.prose.means("posts") && look.prose.means("writes-json");
    (is_posted && !look.found.iter().any(is_known))
        .then(|| Found::new("post-json", Grade::Certain, place, "the code sends JSON by a POST"))
}

/// Whether the ticket names a content type of JSON that is sent: an answer has its own, with a charset behind it.
pub(super) fn sends_json(look: &Look<'_>) -> bool {
    const NEAR: usize = 40;
    let prose = look.prose;
    let own = look.request.and_then(|request| request.header("content-type"));
    own.is_some_and(|header| header.value.text().to_ascii_lowercase().contains("json"))
        || prose.match_indices("application/json").any(|(at, name)| {
            let before = &prose[prose.ceil_char_boundary(at.saturating_sub(NEAR))..at];
            before.contains("content-type") && !prose[at + name.len()..].starts_with("; charset")
        })
}
