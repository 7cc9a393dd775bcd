//! Which causes of one request are told, and in which order: one that explains another stands for both, and one that explains what
//! came back goes first.

use super::cause::Trait;
use super::evidence::Evidence;
use super::field_at::field_of;
use super::look::{Found, Grade, Look, Variant, is_hidden_key};
use super::ticket::{FailureKind, Form, Item, Mark, MarkKind, Parameter};

/// Causes that say nothing about why an update failed.
pub(super) fn is_aside(found: &Found) -> bool {
    found.id == "key-exposed"
        || found.id == "key-masked" && found.variant != Variant::SentSo
        || found.id == "refused-with-200" && found.grade != Grade::Possible
        || found.id == "scheme-http" && found.grade == Grade::Possible
        || found.id == "field-empty" && found.grade == Grade::Possible
        || found.id == "post-form" && found.grade == Grade::Possible
        || matches!(found.id, "file-value" | "value-unencoded") && found.grade == Grade::Possible
}

const MISSING: [&str; 3] = ["key-missing", "lead-missing", "status-missing"];

/// The parameters that these miss.
const MISSED: [&str; 3] = ["api_key", "lead_id", "status"];

/// Drops causes that another one explains.
pub(super) fn drop_what_follows(found: &mut Vec<Found>, item: &Item) {
    switched_off(found, item);
    if item.marks.iter().any(|mark| mark.kind == MarkKind::FileValue && !mark.detail.contains('=')) {
        found.retain(|found| !MISSING.contains(&found.id));
    }
    // Another name stands in the place of a parameter.
    let other = found.iter().find(|found| found.id == "parameter-name").and_then(|found| found.meant.clone());
    let at = MISSED.iter().position(|name| other.as_deref() == Some(name));
    found.retain(|found| at.is_none_or(|at| found.id != MISSING[at]));
    // A value that is undefined is not wrong in another way too.
    let undefined: Vec<_> =
        found.iter().filter(|found| found.id == "undefined-value").map(|found| found.place).collect();
    found.retain(|found| found.id == "undefined-value" || found.place.is_none() || !undefined.contains(&found.place));
    let explained: Vec<&String> = found.iter().flat_map(|found| &found.cause().explains).collect();
    found.retain(|found| !explained.iter().any(|id| *id == found.id));
    let is = |found: &Found, id: &str, variant: Variant| found.id == id && found.variant == variant;
    let has = |found: &[Found], ids: &[&str]| found.iter().any(|found| ids.contains(&found.id));
    if found.iter().any(|found| is(found, "percent-u", Variant::Typographic)) && has(found, &["status-punctuation"]) {
        // The character is what is wrong, and the platform reads %uXXXX.
        for found in found.iter_mut().filter(|found| found.id == "percent-u") {
            found.grade = Grade::Possible;
            "encode with encodeURIComponent (JavaScript) or Server.URLEncode (ASP), not with escape()"
                .clone_into(&mut found.help);
        }
    }
    if has(found, &["markup"]) {
        let is_of_html = found.iter().any(|found| found.variant == Variant::Html);
        found.retain(|found| {
            !(matches!(found.id, "dangerous-value" | "http-5xx") || is_of_html && found.id == "status-unknown")
        });
    }
    if found.iter().any(|found| is(found, "key-elsewhere", Variant::InPath)) {
        found.retain(|found| found.id != "key-missing");
    }
    let is_elsewhere = |found: &Found| found.variant == Variant::Foreign && found.grade == Grade::Certain;
    if found.iter().any(is_elsewhere) {
        found.retain(is_elsewhere);
    }
    if found.iter().any(|found| found.variant == Variant::Return) {
        found.retain(|found| found.variant == Variant::Return || matches!(found.id, "scheme-http" | "host-other"));
    }
    if found.iter().any(|found| found.cause().is(Trait::Path)) {
        found
            .retain(|found| found.id != "method-name" && !(found.id == "path-other" && found.grade == Grade::Possible));
    }
}

/// A parameter that is missing because its row in Postman's table is switched off.
fn switched_off(found: &mut [Found], item: &Item) {
    for found in found {
        let Some(name) = MISSING.iter().position(|id| *id == found.id).map(|at| MISSED[at]) else { continue };
        let is_it = |mark: &&Mark| mark.kind == MarkKind::Disabled && mark.detail.eq_ignore_ascii_case(name);
        if let Some(mark) = item.marks.iter().find(is_it) {
            found.place = Some(mark.place);
            found.message = format!("{name} is in the table, but its row is switched off, so it is not sent");
            found.help = format!("switch the row of {name} on: tick the box in front of it");
        }
    }
}

/// Drops what only the ticket leaves out: the rest of a URL that a program puts together or a mail shortened, and parameters
/// that arrived, as CAKE's code shows.
pub(super) fn drop_what_is_not_shown(found: &mut Vec<Found>, look: &Look<'_>) {
    let (item, evidence) = (look.item, &look.evidence);
    // A log may hide a query as a whole: `[FILTERED]`.
    let is_variable = |one: &Parameter| one.value.is_none() && (one.name.starts_with('$') || is_hidden_key(&one.name));
    // Of a URL that is a variable nothing is known.
    let is_unknown =
        item.request.as_ref().is_some_and(|request| request.host.text().starts_with('$') && request.query.is_none());
    let goes_on = is_unknown
        || evidence.hides_query(item)
        || item.marks.iter().any(|mark| mark.kind == MarkKind::Continues)
        || look.parameters.iter().any(is_variable);
    let has_arrived = matches!(evidence, Evidence::Code(_));
    // What failed on the way, or later than the first check, is not about what the ticket leaves out.
    let is_elsewhere = match evidence {
        Evidence::Failed(_) => item.form == Form::Error,
        Evidence::Http(429) => true,
        Evidence::Missing(name) => !name.eq_ignore_ascii_case("api_key"),
        _ => false,
    };
    found.retain(|found| !is_elsewhere || found.id != "no-query");
    // CAKE looks at the key first, then at the lead, then at the status.
    let passed: &[&str] = match evidence {
        Evidence::Code(2) => &["key"],
        Evidence::Code(3) => &["key", "lead"],
        _ => &[],
    };
    let is_kept = |id: &str| matches!(id, "key-masked" | "key-exposed");
    found.retain(|found| is_kept(found.id) || !passed.contains(&found.group()));
    found.retain(|found| !has_arrived || !matches!(found.id, "amp-entity" | "semicolon" | "url-encoded-whole"));
    let missing = ["key-missing", "lead-missing", "status-missing", "no-query", "missing-parameter"];
    // What code 0 and the request say against each other is told.
    let is_taken = *evidence == Evidence::Code(0);
    let is_told = |found: &Found| {
        matches!(evidence, Evidence::Missing(_))
            && (found.id == "missing-parameter" || found.id == "key-missing" && found.variant == Variant::InHeader)
    };
    found.retain(|found| !(goes_on || has_arrived && !is_taken) || !missing.contains(&found.id) || is_told(found));
    let has_query = item.request.as_ref().is_some_and(|request| request.query.is_some());
    found.retain(|found| !goes_on || has_query || !found.cause().is(Trait::Path));
}

/// How well a cause explains what came back: 0 it does, 1 it only repeats it, 2 it is about something else.
pub(super) fn tier(found: &Found, item: &Item, evidence: &Evidence) -> u8 {
    let group = found.group();
    if is_aside(found) {
        return 3;
    }
    if found.id == "counted-twice" || found.variant == Variant::OnlyHttp {
        return 0;
    }
    let is_structural = found.cause().is(Trait::Structural) || group == "verb";
    let is_missing = MISSING.contains(&found.id) || found.id == "key-elsewhere";
    let is_path = found.cause().is(Trait::Path);
    let is_host = found.cause().is(Trait::Host);
    // What became of a field says nothing about a code that is about key, lead or status.
    let is_of_field = item.request.as_ref().and_then(|request| field_of(request, found.place));
    let is_of_field = is_of_field.is_some_and(|name| !name.eq_ignore_ascii_case("sub_status"));
    let is_damage = (found.cause().is(Trait::Damage) || group == "shell") && !is_of_field;
    // What a file holds, nobody but the sender knows.
    let of_code = |code: i64| usize::try_from(code - 1).ok().and_then(|at| MISSED.get(at));
    let comes_from_file = |name: &&str| {
        let place = item.request.as_ref().and_then(|request| request.places_of(name).pop());
        place.is_some_and(|place| item.is_unknown(place, ""))
    };
    let explains = match evidence {
        Evidence::None | Evidence::Fine | Evidence::Refused | Evidence::Code(0) => return u8::from(group == "answer"),
        Evidence::Code(1..=3) if found.id == "values-swapped" => true,
        Evidence::Code(code) if found.id == "file-value" => of_code(*code).is_some_and(comes_from_file),
        Evidence::Code(1) => group == "key" || is_host || found.id == "wrong-instance",
        Evidence::Code(2) => group == "lead" || is_damage || is_host || found.id == "wrong-instance",
        Evidence::Code(3) => group == "status" || found.id.starts_with("sub-status") || is_damage,
        Evidence::Missing(_) => is_missing || is_structural,
        Evidence::Method | Evidence::Foreign => is_path,
        Evidence::Format => group == "verb" || found.id == "trailing-slash",
        Evidence::Dangerous => found.id == "markup",
        Evidence::Redirect(_) => is_host || is_path,
        Evidence::Page(_) => {
            is_host || is_path || found.id == "markup" || group == "verb" || found.id == "query-too-long"
        }
        Evidence::Http(500) => is_missing || is_structural || is_path || found.id == "markup",
        Evidence::Http(404) => is_path || is_host || found.id == "query-too-long",
        Evidence::Http(400) => {
            matches!(found.id, "space-unencoded" | "value-unencoded" | "query-too-long" | "latin1") || is_structural
        }
        Evidence::Http(405) | Evidence::Soap => group == "verb",
        Evidence::Code(_) | Evidence::Cut | Evidence::Restricted | Evidence::Http(_) => false,
        Evidence::Failed(FailureKind::Url) if found.id.ends_with("-space") => true,
        Evidence::Failed(_) => is_host || group == "shell" || found.id == "space-unencoded",
    };
    let repeats = matches!(group, "answer" | "transport" | "network") || group == "none";
    match (explains, repeats) {
        (true, _) => 0,
        (_, true) => 1,
        // A mistake that stops the request before CAKE sees it is one whatever else came back.
        _ if found.grade == Grade::Certain
            && (is_missing || is_structural || is_path)
            && !matches!(evidence, Evidence::Code(_)) =>
        {
            1
        }
        _ => 2,
    }
}
