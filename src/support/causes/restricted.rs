//! `Restricted`: too many calls, or an address that may not call.

use crate::support::evidence::Evidence;
use crate::support::look::{Found, Grade, Look, Variant};
use crate::support::phrases::Says;
use crate::support::{Item, Span};

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
