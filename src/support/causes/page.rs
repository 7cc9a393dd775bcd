//! What came back in place of CAKE's answer: a page, a redirect, or what IIS and the platform say before CAKE sees a request.

use crate::protocol::METHOD_NAME;
use crate::support::evidence::Evidence;
use crate::support::look::{Found, Grade, Look, Variant, shown};
use crate::support::phrases::Says;
use crate::support::read::NO_METHOD;
use crate::support::{Item, Span};

/// A page in place of CAKE's answer, a firewall's most often.
pub(super) fn page(look: &mut Look<'_>, place: Option<Span>, status: Option<u16>) {
    let of = status.map_or_else(String::new, |status| format!(" (HTTP {status})"));
    let grade = if look.request.is_some_and(|request| !request.path.text().to_ascii_lowercase().contains(".asmx")) {
        Grade::Possible
    } else {
        Grade::Likely
    };
    let body = look.item.answer_text().to_ascii_lowercase();
    let filters = ["zscaler", "forcepoint", "websense", "fortigu", "blue coat", "opendns", "internet policy"];
    if !body.contains("cloudflare") && body.says(&filters) {
        let found = Found::new("not-cake", grade, place, format!("a web filter of the sending side answered{of}"));
        return look.put(found.of(Variant::Filter));
    }
    let is_firewall = body.means("firewall");
    let asks_who = body.says(&["type=\"password\"", "username", "sign in", "log in", "/login"]);
    let (what, variant) = match () {
        () if body.contains("cloudflare") => {
            ("a page of Cloudflare, which stands before the server,", Variant::Firewall)
        }
        () if is_firewall => ("a firewall's page", Variant::Firewall),
        () if asks_who => ("a login page", Variant::LoginPage),
        () => ("a page of HTML", Variant::Usual),
    };
    let found = Found::new("not-cake", grade, place, format!("{what} came back{of}")).of(variant);
    let has_number = body.says(&["ray id", "cf-ray", "incident id", "reference #", "support id", "reference id"]);
    look.put(if is_firewall && has_number {
        found.with_ask("Please send us the public address from which you send.")
    } else {
        found
    });
}

/// What IIS says more exactly than by its HTTP status, in a log's column or on its page; whether that is a cause.
pub(super) fn of_iis(look: &mut Look<'_>, place: Option<Span>) -> bool {
    let Some(answer) = look.item.answer.as_ref() else { return false };
    let logged = answer.http_status.zip(look.item.logged.substatus);
    let on_page = || {
        let body = look.item.answer_text();
        let at = body.find("HTTP Error ")? + "HTTP Error ".len();
        let (status, rest) = body[at..].split_once('.')?;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        Some((status.parse().ok()?, rest[..digits].parse().ok()?))
    };
    let Some((status, detail)) = logged.or_else(on_page) else { return false };
    let (id, what) = match (status, detail) {
        (404, 14) => ("query-too-long", "the URL is too long"),
        (404, 15) => ("query-too-long", "the query is too long"),
        (404, 11) => ("status-encoded-twice", "a % is encoded twice"),
        (403, 4) => ("scheme-http", "the server wants https"),
        (403, 6 | 8) => ("address-not-allowed", "the server refuses this address"),
        (403, 501) => ("rate-limited", "too many requests at once from this address"),
        (403, 502) => ("rate-limited", "too many requests in a short time from this address"),
        _ => return false,
    };
    let found = Found::new(id, Grade::Certain, place, format!("IIS answers {status}.{detail}: {what}"));
    // It answered before anything else was looked at.
    look.found.retain(|found| found.id != "no-query");
    let found = found.of(Variant::Iis);
    look.put(if look.item.form.is_log() { found.with_ask("") } else { found });
    true
}

/// The path that a page of IIS says was asked for, and where it stands: `<b> Requested URL: </b>/api/…`.
pub(super) fn requested(look: &Look<'_>) -> Option<(String, Span)> {
    let body = look.item.answer.as_ref()?.body.as_ref()?;
    let text = body.text();
    let behind = text.find("Requested URL")? + "Requested URL".len();
    let near = &text[behind..text.floor_char_boundary(behind + 300)];
    let url = near
        .split(['<', '>', ';', ' ', '\r', '\n'])
        .find(|part| part.starts_with('/') && part.len() > 5 || part.starts_with("http"))?;
    let path = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
    let path = path.split('?').next()?;
    let start = behind + near.find(url)? + url.find(path).filter(|_| !path.is_empty())?;
    let place = if text.len() == body.len() { body.place(start..start + path.len()) } else { body.whole() };
    Some((path.to_owned(), place))
}

/// A redirect to a login page is for the network to explain.
pub(super) fn redirect(look: &mut Look<'_>, place: Option<Span>, status: Option<u16>) {
    let place = place.or(look.item.failure.map(|failure| failure.place));
    let redirect = status.map_or_else(|| "the redirect".to_owned(), |status| format!("HTTP {status}"));
    let headers = look.item.answer.iter().flat_map(|answer| &answer.headers);
    let mut to = headers.filter(|header| header.name.eq_ignore_ascii_case("location"));
    if to.any(|to| to.value.text().split('?').next().unwrap_or_default().to_ascii_lowercase().contains("login")) {
        let message = format!("{redirect} leads to a login page");
        let found = Found::new("redirected", Grade::Certain, place, message);
        look.put(found.of(Variant::Login));
    } else {
        look.add(
            "redirected",
            Grade::Certain,
            place,
            match status {
                Some(status) => format!("HTTP {status} leads elsewhere"),
                None => "the program stops at a redirect".to_owned(),
            },
        );
    }
}

/// How the platform says that it does not take a content type, before it names the type.
const FORMAT_INVALID: &str = "Request format is invalid: ";

/// The content type that the platform names where it does not take it: `Request format is invalid: multipart/form-data; …`.
pub(super) fn format_sent(look: &Look<'_>) -> Option<String> {
    let body = look.item.answer_text();
    let named = &body[body.find(FORMAT_INVALID)? + FORMAT_INVALID.len()..];
    let kind = named.split([';', '.', '\r', '\n']).next()?.trim();
    (kind.contains('/') && kind.len() < 80).then(|| kind.to_owned())
}

/// The platform names the method that was called, which may tell what is wrong with it.
pub(super) fn method_name(look: &mut Look<'_>, place: Option<Span>) {
    let body = look.item.answer_text();
    let before = body.find(NO_METHOD).map_or("", |at| &body[..at]);
    let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
    if look.request.is_some() || name.is_empty() || name == METHOD_NAME {
        look.add("method-name", Grade::Certain, place, "the platform does not know the method");
    } else if name.eq_ignore_ascii_case(METHOD_NAME) {
        look.add("path-case", Grade::Certain, place, format!("{name} is not {METHOD_NAME}"));
    } else {
        look.add("method-unknown", Grade::Certain, place, format!("{name} is not {METHOD_NAME}"));
    }
}

/// The platform names the value that it refuses.
pub(super) fn dangerous(look: &mut Look<'_>, place: Option<Span>) {
    let body = Some(look.item.answer_text()).filter(|body| !body.is_empty()).unwrap_or_else(|| look.prose.to_owned());
    let named = body.split_once("client (").and_then(|(_, rest)| rest.split_once('=')).map(|(name, _)| name);
    let message = named.map_or("the platform refuses a value".to_owned(), |name| {
        format!("the platform refuses the value of {}", shown(name))
    });
    look.add("dangerous-value", Grade::Certain, place, message);
}

/// What the ticket shows of why CAKE answers so.
pub(super) fn restricted(look: &mut Look<'_>, place: Option<Span>) {
    let found = Found::new("restricted", Grade::Likely, place, "CAKE answers \"Restricted\"");
    look.put(match taken_from(look) {
        Some((own, other)) => found
            .with_help(format!("look whether {own} may call: CAKE took updates from {other}, and this came from {own}"))
            .with_ask("")
            .of(Variant::Address),
        None if has_moved(look.prose) => found.of(Variant::Address),
        None => found,
    });
}

/// Whether people write that what sends has moved.
fn has_moved(prose: &str) -> bool {
    prose.means("moved")
}

/// The address of a refused call, and another one from which CAKE took a call with the same key.
fn taken_from(look: &Look<'_>) -> Option<(String, String)> {
    let own = look.item.logged.client.clone()?;
    let key = |item: &Item| item.request.as_ref()?.read("api_key");
    let is_kin = |item: &&Item| Evidence::of(item) == Evidence::Code(0) && key(item) == key(look.item);
    let other = look.others.iter().filter(is_kin).find_map(|item| item.logged.client.clone())?;
    (own != other).then_some((own, other))
}
