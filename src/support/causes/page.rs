//! A page or a redirect that came back in place of CAKE's answer, and what IIS says of its own.

use crate::support::Span;
use crate::support::look::{Found, Grade, Look, Variant};
use crate::support::phrases::Says;

/// A page in place of CAKE's answer, a firewall's most often.
pub(super) fn page(look: &mut Look<'_>, place: Option<Span>, status: Option<u16>) {
    let of = status.map_or_else(String::new, |status| format!(" (HTTP {status})"));
    let grade = if look.request.is_some_and(|request| !request.path.text().to_ascii_lowercase().contains(".asmx")) {
        Grade::Possible
    } else {
        Grade::Likely
    };
    let body = look.item.answer.as_ref().and_then(|answer| answer.body.as_ref());
    let body = body.map(|body| body.text().to_ascii_lowercase()).unwrap_or_default();
    let filters = ["zscaler", "forcepoint", "websense", "fortigu", "blue coat", "opendns", "internet policy"];
    if !body.contains("cloudflare") && body.says(&filters) {
        let found = Found::new("not-cake", grade, place, format!("a web filter of the sending side answered{of}"));
        let help = "ask the people who run this filter to allow the host for the account that sends; then send what failed again";
        return look.put(found.with_help(help).with_ask("").of(Variant::Filter));
    }
    let is_firewall = body.says(&[
        "blocked",
        "just a moment",
        "cloudflare",
        "access denied",
        "forbidden",
        "captcha",
        "firewall",
        "incapsula",
        "imperva",
        "sucuri",
        "akamai",
    ]);
    let asks_who = body.says(&["type=\"password\"", "username", "sign in", "log in", "/login"]);
    let (what, variant) = match () {
        () if body.contains("cloudflare") => {
            ("a page of Cloudflare, which stands before the server,", Variant::Firewall)
        }
        () if is_firewall => ("a firewall's page", Variant::Firewall),
        () if asks_who => ("a login page", Variant::Usual),
        () => ("a page of HTML", Variant::Usual),
    };
    let found = Found::new("not-cake", grade, place, format!("{what} came back{of}")).of(variant);
    let has_number = body.says(&["ray id", "cf-ray", "incident id", "reference #", "support id", "reference id"]);
    let found = if is_firewall && has_number {
        found.with_ask("Please send us the public address from which you send.")
    } else {
        found
    };
    look.put(if asks_who && !is_firewall {
        let ask = "Which URL was called? Please hide the key in it. Does a proxy on your side ask for a login?";
        found.with_ask(ask).with_help("find out at which address the login page is, and what asks for it")
    } else {
        found
    });
}

/// What IIS says more exactly than by its HTTP status, in a log's column or on its page; whether that is a cause.
pub(super) fn of_iis(look: &mut Look<'_>, place: Option<Span>) -> bool {
    let Some(answer) = look.item.answer.as_ref() else { return false };
    let logged = answer.http_status.zip(look.item.logged.substatus);
    let on_page = || {
        let body = answer.body.as_ref()?.text().into_owned();
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
        look.put(found.with_help("find out why the server asks for a login").of(Variant::Login));
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
