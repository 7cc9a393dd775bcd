//! What the platform says of a request before CAKE sees it: an unknown method, a form it does not take, a value it refuses; and
//! `Restricted`.

use crate::protocol::METHOD_NAME;
use crate::support::evidence::Evidence;
use crate::support::look::{Found, Grade, Look, Variant, shown};
use crate::support::phrases::Says;
use crate::support::read::NO_METHOD;
use crate::support::{Item, Span};

/// How the platform says that it does not take a content type, before it names the type.
const FORMAT_INVALID: &str = "Request format is invalid: ";

/// The content type that the platform names where it does not take it: `Request format is invalid: multipart/form-data; …`.
pub(super) fn format_sent(look: &Look<'_>) -> Option<String> {
    let body = look.item.answer.as_ref()?.body.as_ref()?.text().into_owned();
    let named = &body[body.find(FORMAT_INVALID)? + FORMAT_INVALID.len()..];
    let kind = named.split([';', '.', '\r', '\n']).next()?.trim();
    (kind.contains('/') && kind.len() < 80).then(|| kind.to_owned())
}

/// The platform names the method that was called, which may tell what is wrong with it.
pub(super) fn method_name(look: &mut Look<'_>, place: Option<Span>) {
    let body = look.item.answer.as_ref().and_then(|answer| answer.body.as_ref());
    let body = body.map(|body| body.text().into_owned()).unwrap_or_default();
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
    let body = look.item.answer.as_ref().and_then(|answer| answer.body.as_ref()).map(|body| body.text().into_owned());
    let body = body.unwrap_or_else(|| look.prose.to_owned());
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
        None if has_moved(look.prose) => found
            .with_help("look whether the address is allowed: by what is written, the calls come from another one now")
            .with_ask("From which public address do you send now?")
            .of(Variant::Address),
        None => found,
    });
}

/// Whether people write that what sends has moved.
fn has_moved(prose: &str) -> bool {
    prose.says(&[
        "moved",
        "new server",
        "new data cent",
        "new host",
        "new machine",
        "migrated",
        "since the move",
        "umgezogen",
        "umzug",
    ])
}

/// The address of a refused call, and another one from which CAKE took a call with the same key.
fn taken_from(look: &Look<'_>) -> Option<(String, String)> {
    let own = look.item.logged.client.clone()?;
    let key = |item: &Item| item.request.as_ref()?.read("api_key");
    let is_kin = |item: &&Item| Evidence::of(item) == Evidence::Code(0) && key(item) == key(look.item);
    let other = look.others.iter().filter(is_kin).find_map(|item| item.logged.client.clone())?;
    (own != other).then_some((own, other))
}
