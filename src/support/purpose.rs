//! What a request is for: an update, or something else.

use super::evidence::Evidence;
use super::ticket::{Form, Item, Request};
use super::traced::Traced;
use crate::protocol::{METHOD_PATH, SERVICE_PATH};

/// Whether a browser or a monitor makes it by itself, or somebody looks whether the service is there, or buys a lead to test with.
pub(super) fn is_probe(item: &Item, others: &[Item]) -> bool {
    let Some(request) = &item.request else { return false };
    let path = request.path.text();
    let is_service = path.trim_end_matches('/').eq_ignore_ascii_case(SERVICE_PATH);
    let is_description = request.query.as_ref().is_some_and(|query| query.text().eq_ignore_ascii_case("wsdl"));
    let is_page = is_service && request.method.bytes() == b"GET" && others.len() > 1;
    let is_own = item.form.is_log() && (request.method.text() == "HEAD" || path.contains("favicon"));
    // Others are looked at only where the request asks for it.
    let is_update = |request: &Request| request.path.text().eq_ignore_ascii_case(METHOD_PATH);
    let is_update_of = |query: &Traced| ["lead_id=", "status="].iter().any(|name| query.text().contains(name));
    let is_sale = path.ends_with(".ashx")
        && !request.query.as_ref().is_some_and(is_update_of)
        && others.iter().filter_map(|other| other.request.as_ref()).any(is_update);
    is_sale || is_page && is_description || request.query.is_none() && (is_own || is_page && item.form != Form::Url)
}

/// What the tools of the ticket are about, as far as it can be seen.
pub(super) fn is_for_cake(item: &Item, evidence: &Evidence) -> bool {
    let Some(request) = &item.request else {
        return !matches!(evidence, Evidence::None | Evidence::Fine) || item.failure.is_some();
    };
    let path = request.path.text().to_ascii_lowercase();
    if path.starts_with('$') || request.host.text().starts_with('$') && path.len() <= 1 {
        // The URL is a variable: only the outcome is known.
        return !matches!(evidence, Evidence::None | Evidence::Fine);
    }
    let all = [request.query.as_ref(), request.body.as_ref(), request.fragment.as_ref()];
    let says = |word: &str| all.iter().flatten().any(|part| part.text().to_ascii_lowercase().contains(word));
    // A log has requests of all kinds.
    path.contains(".asmx") && (!item.form.is_log() || path.contains("buyer") || path.contains("lead"))
        || !item.form.is_log() && (path.contains(".ashx") || says("ckm_key") || says("ckm_campaign_id"))
        || path.contains("updatelead")
        || path.contains("api") && path.contains("buyer")
        || says("lead_id")
        || says("leadid")
        || says("lead-id")
        || says("api_key") && (says("status") || path.len() <= 1 && !item.form.is_log())
        || says("updateleadstatus")
}
