//! Where the request goes: host, scheme, port, path.

use crate::protocol::{METHOD_NAME, METHOD_PATH, SERVICE_PATH};
use crate::support::MarkKind;
use crate::support::evidence::Evidence;
use crate::support::look::{Found, Grade, Look, Variant, is_placeholder, shown};
use crate::support::phrases::{Says, has_word};

/// Hosts of CAKE's makers, which are no network's.
const MAKERS: [&str; 6] = [
    "getcake.com",
    "www.getcake.com",
    "support.getcake.com",
    "cakemarketing.com",
    "www.cakemarketing.com",
    "docs.getcake.com",
];

/// That somebody wants to give a lead back: nothing that is asked of a status update is asked of it.
fn returned(path: &str, place: Option<crate::support::Span>) -> Found {
    let help = if path.ends_with("/leads.asmx/return") {
        "wait until somebody who handles returns has looked at this call; a status update would not return the lead"
    } else {
        "to return a lead, use Return of /buyers/api/1/leads.asmx or the way that you agreed with the network; a status returns no lead"
    };
    let message = "returning a lead is a call of another service, and not a status update";
    Found::new("other-service", Grade::Certain, place, message).with_help(help).of(Variant::Return)
}

/// Whether somebody wants to return a lead.
fn wants_return(look: &Look<'_>, path: &str) -> bool {
    let words =
        ["return the lead", "return a lead", "return this lead", "return lead", "hand back", "give back", "refund"];
    // In code the word is everywhere.
    let is_said = has_word(look.prose, "return") || has_word(look.prose, "returning") || look.prose.says(&words);
    path.ends_with("/return") || is_said && !path.contains("updatelead")
}

pub(super) fn check(look: &mut Look<'_>) {
    let Some(request) = look.request else { return };
    host(look);
    let (path, place) = (request.path.text().into_owned(), Some(request.path.whole()));
    path_of(look, &path, place);
    let scheme = request.scheme.text().to_ascii_lowercase();
    if scheme == "http" {
        let is_local = is_local(&request.host.text());
        let is_shown = matches!(look.evidence, Evidence::Redirect(_));
        if !is_local {
            let is_lost = look.mark(MarkKind::LostQuery).is_some();
            let grade = match () {
                () if is_lost => Grade::Certain,
                () if is_shown => Grade::Likely,
                () => Grade::Possible,
            };
            let found = Found::new("scheme-http", grade, Some(request.scheme.whole()), "the URL begins with http://");
            let found = if is_lost { found.of(Variant::LostQuery) } else { found };
            let help = "begin the URL with https://; a redirect is no success: what got one did not reach CAKE, and must be sent again";
            look.put(if is_shown { found.with_help(help) } else { found });
        }
    }
    if let Some(port) = &request.port {
        let number = port.text().into_owned();
        let is_usual = matches!((&*scheme, &*number), ("https", "443") | ("http", "80") | ("", "443" | "80"));
        if !is_usual && !is_local(&request.host.text()) {
            let failed = matches!(look.evidence, Evidence::Failed(_));
            let grade = if failed || number != "443" { Grade::Likely } else { Grade::Possible };
            look.add("port", grade, Some(port.whole()), format!("port {number}"));
        }
    }
    if let Some(mark) = look.mark(MarkKind::LostQuery) {
        let place = Some(mark.place);
        look.add_with("no-query", Grade::Certain, place, "the redirect loses the query", "call the final URL directly");
    }
    let has_query = request.query.as_ref().is_some_and(|query| !query.is_empty());
    let has_body = request.body.as_ref().is_some_and(|body| !body.is_empty());
    let of_fetch = look.mark(MarkKind::Disabled).is_some_and(|mark| mark.detail == "params");
    let is_cut = request.fragment.is_some() || look.item.marks.iter().any(|mark| mark.kind != MarkKind::Disabled);
    if !has_query && !has_body && !is_cut && look.found.iter().all(|found| !found.id.starts_with("shell-")) {
        let is_file = path.to_ascii_lowercase().contains("%3f");
        if path.contains('&') && path.contains('=') {
            let help = "put a ? in place of the first &";
            look.found.retain(|found| found.id != "method-unknown");
            look.add_with("no-query", Grade::Certain, place, "an & stands where the ? belongs", help);
        } else if look.is_mention() {
            if matches!(look.evidence, Evidence::Missing(_)) {
                look.add("no-query", Grade::Likely, place, "the address stands there without parameters");
            }
        } else if !is_file {
            let help =
                if of_fetch { "put the parameters into the URL: `${url}?${new URLSearchParams(params)}`" } else { "" };
            let message =
                if of_fetch { "fetch has no option params, so no parameter is sent" } else { "no parameter is sent" };
            look.add_with("no-query", Grade::Certain, place, message, help);
        }
    }
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "0.0.0.0")
}

fn host(look: &mut Look<'_>) {
    let Some(request) = look.request else { return };
    let host = request.host.text().into_owned();
    if host.is_empty() {
        return;
    }
    let place = Some(request.host.whole());
    let lower = host.to_ascii_lowercase();
    let is_variable = look.item.marks.iter().any(|mark| host.contains(&*mark.detail) && !mark.detail.is_empty());
    let words = ["yourdomain.com", "www.yourdomain.com", "domain.com", "network.com", "hostname", "host"];
    if host.trim_matches(['.', '…']).is_empty() || host.starts_with(['$', '%']) {
        // It is left out, or in a variable.
    } else if lower.contains("yourdomain") || lower.contains("your-domain") || lower.contains("yournetwork") {
        look.add("host-placeholder", Grade::Certain, place, format!("the host is {}", shown(&host)));
    } else if !is_variable && is_placeholder(&host, &words) {
        look.add("host-placeholder", Grade::Likely, place, format!("the host is {}", shown(&host)));
    } else if MAKERS.contains(&&*lower) {
        look.add("host-other", Grade::Likely, place, format!("{host} is the website of CAKE's makers"));
    } else if let Some(known) = look.know.host.clone() {
        let bare = known.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if !is_variable && bare != lower {
            let message = format!("the host is {host}, the network's host is {known}");
            look.add_with("host-other", Grade::Likely, place, message, format!("use {known}"));
        }
    } else if is_local(&lower) {
        look.add("host-other", Grade::Likely, place, format!("{host} is the sending machine itself"));
    }
}

/// Whether the ticket leaves out what stands before the method, or has a variable for it; a code comes from the right path alone.
fn is_base_open(look: &Look<'_>, path: &str) -> bool {
    let host = look.request.map(|request| request.host.text().into_owned()).unwrap_or_default();
    let is_open = |text: &str| text.contains(['$', '{', '%', '…']) || text.starts_with("..");
    let is_method_alone = path.trim_start_matches("/buyers.asmx").eq_ignore_ascii_case(&format!("/{METHOD_NAME}"));
    // Of `${base}?api_key=…` nothing is known but the query.
    let is_unknown = matches!(path, "" | "/") && (host.is_empty() || is_open(&host));
    is_unknown
        || path.ends_with(&METHOD_NAME.to_ascii_lowercase())
            && (is_method_alone && (host.is_empty() || is_open(&host) || host == "buyers.asmx")
                || is_open(path)
                || matches!(look.evidence, Evidence::Code(_)) && is_open(&host))
}

/// What another API of CAKE is called for, where no status is reported.
fn another_api(look: &Look<'_>, path: &str) -> Option<&'static str> {
    let has = |name: &str| look.parameter(name).is_some();
    let body = look.request.and_then(|request| request.body.as_ref()).map(crate::support::Traced::text);
    let is_post = path.ends_with("/d.ashx") || body.is_some_and(|body| body.contains("ckm_"));
    if is_post || has("ckm_campaign_id") || has("ckm_key") {
        return Some("this posts a lead (d.ashx)");
    }
    if has("status") {
        // A status was meant, and goes to the wrong place.
        return None;
    }
    let services = [
        ("/reports.asmx", "this asks for a report (reports.asmx)"),
        ("/export.asmx", "this asks for an export (export.asmx)"),
        ("/leads.asmx", "this is a call about leads (leads.asmx)"),
    ];
    services.into_iter().find(|(service, _)| path.contains(service)).map(|(_, what)| what)
}

/// What is wrong with a path.
pub(super) fn path_of(look: &mut Look<'_>, path: &str, place: Option<crate::support::Span>) {
    let lower = path.to_ascii_lowercase();
    if lower.contains("%3f") || lower.contains("%26") {
        // The query is part of the path: a cause of its own.
        return;
    }
    let (method_path, service) = (METHOD_PATH.to_ascii_lowercase(), SERVICE_PATH.to_ascii_lowercase());
    if lower == method_path {
        if !path.ends_with(METHOD_NAME) {
            let sent = path.rsplit('/').next().unwrap_or_default();
            look.add("path-case", Grade::Certain, place, format!("{sent} is not {METHOD_NAME}"));
        }
        return;
    }
    let is_within = |mark: &crate::support::Mark| {
        place.is_some_and(|place| place.start < mark.place.end && mark.place.start < place.end)
    };
    let is_put_together = look.item.marks.iter().any(|mark| mark.kind == MarkKind::Variable && is_within(mark));
    if is_put_together || is_base_open(look, &lower) {
        return;
    }
    let Some(behind) = lower.strip_prefix(&service) else {
        let is_service = lower.contains(".asmx");
        let names_method = lower.contains("updatelead");
        let is_misspelt = strsim::osa_distance(&lower, &method_path) <= 2;
        let is_other = is_service && !is_misspelt && !lower.contains("/buyers.asmx") || lower.contains("/leads.asmx");
        if is_other && wants_return(look, &lower) {
            look.put(returned(&lower, place));
        } else if let Some(what) = another_api(look, &lower) {
            let message = format!("{what}, not a status update, and another API takes it");
            look.put(Found::new("other-service", Grade::Certain, place, message).of(Variant::Foreign));
        } else if is_other {
            look.add("other-service", Grade::Certain, place, format!("{path} is not {METHOD_PATH}"));
        } else if is_service
            || names_method
            || lower.contains("buyers")
            || !path.is_empty() && (path != "/" || look.request.is_some_and(|request| request.query.is_some()))
        {
            look.add("path-other", Grade::Certain, place, format!("{path} is not {METHOD_PATH}"));
        }
        return;
    };
    let method = behind.trim_start_matches('/');
    if method.is_empty() {
        look.add(
            "path-other",
            Grade::Certain,
            place,
            format!("the method is missing: {METHOD_NAME} belongs after {SERVICE_PATH}/"),
        );
    } else if method.trim_end_matches('/') == METHOD_NAME.to_ascii_lowercase() && behind.starts_with('/') {
        look.add("trailing-slash", Grade::Certain, place, format!("the path ends with {METHOD_NAME}/"));
    } else if method.split('/').next() == Some(&*METHOD_NAME.to_ascii_lowercase()) {
        look.add("path-other", Grade::Certain, place, format!("something follows {METHOD_NAME} in the path"));
        let last = path.rsplit('/').next().unwrap_or_default();
        let is_key = last.len() >= 8 && last.bytes().any(|byte| byte.is_ascii_digit());
        if is_key && look.value("api_key").is_none() {
            let message = "the key seems to be in the path";
            look.put(Found::new("key-elsewhere", Grade::Likely, None, message).of(Variant::InPath));
        }
    } else if matches!(method.trim_end_matches('/'), "return" | "getreturnreasons" | "returnlead") {
        look.put(returned(&lower, place));
    } else {
        let sent = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
        look.add("method-unknown", Grade::Certain, place, format!("{} is not {METHOD_NAME}", shown(sent)));
    }
}
