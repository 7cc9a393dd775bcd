//! What is wrong with the query as a whole: names, separators, encoding, markup.

use super::part::{foreign, lost, part};
use super::separator;
use crate::cake::{LONGEST_QUERY, is_parameter};
use crate::support::evidence::Evidence;
use crate::support::look::{Found, Grade, Look, Variant, folded, shown};
use crate::support::phrases::phrases;
use crate::support::read::html_decoded;
use crate::support::ticket::{MarkKind, Parameter};
use crate::support::traced::Traced;

const NOTHING: [&str; 9] =
    ["undefined", "null", "none", "nil", "nan", "(null)", "[object object]", "#n/a", "system.object"];

pub(super) fn check(look: &mut Look<'_>) {
    let Some(request) = look.request else { return };
    let query = request.query.as_ref().map(Traced::text).unwrap_or_default();
    let query_place = request.query.as_ref().map(Traced::whole);
    let is_whole = request.path.bytes().contains(&b'%') && {
        let path = request.path.text().to_ascii_lowercase();
        path.contains("%3fapi") || path.contains("%3flead") || path.contains("%3f") && path.contains("%3d")
    };
    let (has_no_equals, is_one) = (!query.contains('='), look.parameters.len() == 1);
    let is_encoded = (has_no_equals || is_one) && {
        let lower = query.to_ascii_lowercase();
        has_no_equals && lower.contains("%3d") || is_one && lower.contains("%26") && lower.contains("lead_id%3d")
    };
    if is_whole || is_encoded {
        let place = if is_whole { Some(request.path.whole()) } else { query_place };
        look.add("url-encoded-whole", Grade::Certain, place, "the ?, & or = between the parameters is encoded");
    }
    if let Some(place) = entity(look) {
        look.add("amp-entity", Grade::Certain, Some(place), "the URL has &amp; between its parameters");
    }
    if let Some(fragment) = &request.fragment {
        let text = fragment.text().into_owned();
        let has_more = text.contains('=') || !look.parameters.iter().any(|one| one.name.eq_ignore_ascii_case("status"));
        let is_in_query = request.query.is_some();
        if is_in_query && (has_more || !text.is_empty()) {
            let grade = if has_more { Grade::Certain } else { Grade::Likely };
            let cut = look
                .parameters
                .last()
                .filter(|one| one.value.as_deref() != Some(""))
                .map(|one| format!("the rest of {}", one.name));
            let message = lost(cut, &text);
            // `lead_id=#9A41C07E`: nobody's ID begins with one.
            let is_in_front = query.ends_with('=');
            let begins_another = text.split_once('=').is_some_and(|(name, _)| is_name(name));
            let error = error_of_a_spreadsheet(&text).filter(|_| is_in_front);
            let help = if let Some(error) = error {
                format!("mend the formula of the cell: {error} is an error of the spreadsheet, not a value")
            } else if is_in_front {
                let name = look.parameters.last().map_or("the value", |one| &*one.name);
                format!("remove the # in front of the value of {name}")
            } else if begins_another {
                "put & in place of the #".to_owned()
            } else {
                String::new()
            };
            look.add_with("cut-at-hash", grade, Some(fragment.whole()), message, help);
        }
    }
    super::swapped::check(look);
    separator::check(look, &query);
    names(look);
    twice(look);
    separator::joined_by_an_entity(look);
    values(look);
    separator::cut_at_ampersand(look);
    if query.len() > LONGEST_QUERY && query.chars().count() > LONGEST_QUERY {
        let message = format!("the query has {} characters", query.chars().count());
        look.add("query-too-long", Grade::Certain, query_place, message);
    }
    super::unencoded::spaces(look, &query, query_place);
    let is_of_escape = |three: &[u8]| matches!(three, [b'%', b'u' | b'U', b'0' | b'2']);
    if look.parameters.iter().any(|one| one.sent.bytes().windows(3).any(is_of_escape)) {
        let one = look.parameters.iter().find(|one| one.sent.text().to_ascii_lowercase().contains("%u"));
        let typographic = |one: &Parameter| {
            one.value.iter().flat_map(|value| value.chars()).find(|c| ('\u{2010}'..='\u{2026}').contains(c))
        };
        let place = one.map(|one| part(one, &["%u202", "%u201", "%u"]));
        let found = one.and_then(|one| Some((one.name.clone(), typographic(one)?)));
        match found {
            Some((name, c)) => {
                let message = format!("{name} holds a typographic {c}, sent as %u{:04x}", u32::from(c));
                let help = format!(
                    "send the plain character instead of {c}, and encode with encodeURIComponent (JavaScript) or Server.URLEncode (ASP)"
                );
                let found = Found::new("percent-u", Grade::Likely, place, message).with_help(help);
                look.put(found.of(Variant::Typographic));
            }
            None => look.add("percent-u", Grade::Likely, place, "a value holds %uXXXX"),
        }
    }
    files(look);
}

/// What a spreadsheet shows in place of a value, by what stands behind its #.
fn error_of_a_spreadsheet(behind: &str) -> Option<&'static str> {
    let errors = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#ERROR!"];
    // The end of a URL is where a sign of punctuation ends it.
    let behind = behind.trim_end_matches(['!', '?']);
    errors.into_iter().find(|error| error[1..].trim_end_matches(['!', '?']) == behind)
}

/// Values that curl reads from files.
fn files(look: &mut Look<'_>) {
    if let Some(mark) = look.mark(MarkKind::NamelessFile) {
        let message = format!("the contents of {} are sent without a name, so no field gets them", mark.detail);
        let help = format!(
            "put the field's name before the @: --data-urlencode NAME@{} (a line break at the end of the file is sent too)",
            mark.detail
        );
        let found = Found::new("file-value", Grade::Likely, Some(mark.place), message).with_help(help);
        look.put(found.of(Variant::Nameless));
    }
    if let Some(mark) = look.mark(MarkKind::FileValue) {
        let (place, detail) = (mark.place, mark.detail.clone());
        let is_needed = ["api_key", "lead_id", "status"]
            .iter()
            .any(|name| look.value(name).is_none_or(str::is_empty) || look.is_unknown(name));
        let grade = if is_needed { Grade::Likely } else { Grade::Possible };
        let is_refused = matches!(look.evidence, Evidence::Code(1..=3)) && is_needed;
        let help = if is_refused {
            format!(
                "see that {detail} holds the value and nothing else: a line break at its end, as echo and editors write it, or a byte order mark is sent as part of the value"
            )
        } else if detail.contains(['.', '/', '\\']) {
            String::new()
        } else {
            format!("put = in place of the @ before {detail}, unless a file of that name is meant")
        };
        let message = if is_refused {
            format!("what {detail} holds is sent as it is, with what no editor shows")
        } else {
            format!("the value comes from a file, {detail}")
        };
        look.add_with("file-value", grade, Some(place), message, help);
    }
}

fn entity(look: &Look<'_>) -> Option<crate::support::Span> {
    let begins = |one: &&Parameter| one.name.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("amp;"));
    look.parameters.iter().find(begins).map(|one| one.place)
}

/// Whether a text can be the name of a parameter.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn names(look: &mut Look<'_>) {
    if look.has("amp-entity") || look.has("url-encoded-whole") {
        return;
    }
    for name in ["api_key", "lead_id", "status"] {
        let spellings = phrases(&format!("instead-of-{name}"));
        if look.value(name).is_some() {
            continue;
        }
        let is_field =
            |other: &str| look.know.fields.iter().flatten().any(|(field, ..)| field.eq_ignore_ascii_case(other));
        let sent = look.parameters.iter().find(|one| {
            let folded = folded(&one.name);
            let is_near = strsim::osa_distance(&folded, &name.replace('_', "")) <= 1;
            one.value.is_some()
                && !is_parameter(&one.name)
                && !is_field(&one.name)
                && (spellings.contains(&folded) || is_near)
        });
        if let Some(sent) = sent {
            let (place, message) = (sent.place, format!("{} is sent, and {name} is missing", shown(&sent.name)));
            let found = Found::new("parameter-name", Grade::Certain, Some(place), message);
            look.put(found.with_help(format!("call the parameter {name}")).meaning(name));
            return;
        }
    }
}

fn twice(look: &mut Look<'_>) {
    let twice = look.parameters.iter().enumerate().find(|(at, one)| {
        one.value.is_some()
            && look.parameters[..*at]
                .iter()
                .any(|other| other.value.is_some() && other.name.eq_ignore_ascii_case(&one.name))
    });
    if let Some((_, one)) = twice {
        let message = format!("{} is sent twice", one.name);
        let (place, is_ours) = (one.place, is_parameter(&one.name));
        look.add("parameter-twice", if is_ours { Grade::Certain } else { Grade::Likely }, Some(place), message);
    }
}

/// A whole object in the place of text.
fn of_object(prose: &str, found: Found) -> Found {
    let of_airtable = if prose.contains("getcellvalue(") { "; in Airtable by getCellValueAsString" } else { "" };
    let help = format!("send the text in the object, such as its name, not the object itself{of_airtable}");
    found.with_help(help).of(Variant::Object)
}

fn values(look: &mut Look<'_>) {
    let is_nothing = |value: &str| NOTHING.iter().any(|word| value.trim().eq_ignore_ascii_case(word));
    let is_odd = |value: &str| is_nothing(value) || value.contains(['<', '&', '\u{fffd}']);
    let odd = look.parameters.iter().filter(|one| one.value.as_deref().is_some_and(is_odd));
    for one in odd.cloned().collect::<Vec<_>>() {
        let Some(value) = one.value.as_deref() else { continue };
        let place = Some(one.sent.whole());
        let is_needed = is_parameter(&one.name);
        if is_nothing(value) {
            let grade = if matches!(&*one.name.to_ascii_lowercase(), "api_key" | "lead_id") {
                Grade::Certain
            } else {
                Grade::Likely
            };
            let found = Found::new("undefined-value", grade, place, format!("{} is {}", one.name, shown(value)));
            look.put(if value.contains("bject ") { of_object(look.prose, found) } else { found });
        }
        markup(look, &one, value);
        if value.contains('\u{fffd}') && one.sent.bytes().contains(&b'%') {
            let grade = if is_needed { Grade::Certain } else { Grade::Likely };
            let place = Some(part(&one, &[&foreign(&one.sent.text()).to_ascii_lowercase()]));
            let message = format!(
                "{} is not UTF-8: {}",
                one.name,
                if is_needed { one.sent.text() } else { foreign(&one.sent.text()).into() }
            );
            look.add("latin1", if look.know.instance.is_some() { grade } else { Grade::Likely }, place, message);
        }
    }
}

/// A value in which the platform finds markup.
fn markup(look: &mut Look<'_>, one: &Parameter, value: &str) {
    let is_opening = |c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '/' | '?');
    let mut opened = value.match_indices('<').map(|(at, _)| value[at..].chars().take(2).collect::<String>());
    let markup = opened.find(|two| two.ends_with(is_opening));
    let markup = markup.or_else(|| value.contains("&#").then(|| "&#".to_owned()));
    // A key in brackets stands for a key that is hidden.
    let is_key = one.name.eq_ignore_ascii_case("api_key") && value.starts_with('<') && value.ends_with('>');
    if let Some(markup) = markup.filter(|_| !is_key) {
        let place = Some(part(one, &["%3c", "<", "%26%23", "&#"]));
        let found = Found::new("markup", Grade::Certain, place, format!("{} holds {}", one.name, shown(&markup)));
        look.put(if markup == "&#" && !one.name.eq_ignore_ascii_case("api_key") {
            of_html(found, &one.name, value)
        } else {
            found
        });
    }
}

/// A value that a program encoded for a page of HTML: `Don&#39;t Call`.
fn of_html(found: Found, name: &str, value: &str) -> Found {
    let plain = html_decoded(&Traced::at(0, value)).text().into_owned();
    let encoded = percent_encoding::utf8_percent_encode(&plain, percent_encoding::NON_ALPHANUMERIC);
    let help = format!(
        "the value is encoded for HTML: take the plain text ({plain}), and encode it for a URL; send: {name}={encoded}"
    );
    found.with_help(help).of(Variant::Html)
}
