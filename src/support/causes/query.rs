//! What is wrong with the query as a whole: names, separators, encoding.

use super::markup::markup;
use super::part::{foreign, lost, part};
use super::separator;
use super::{Cause, Who};
use crate::cake::{LONGEST_QUERY, is_parameter};
use crate::support::evidence::Evidence;
use crate::support::look::{Found, Grade, Look, Variant, folded, shown};
use crate::support::ticket::{MarkKind, Parameter};

pub(super) const CAUSES: [Cause; 16] = [
    Cause {
        id: "parameter-name",
        title: "a parameter has the wrong name",
        why: "CAKE reads api_key, lead_id, status and sub_status, in any letter case. Under another name the value counts as missing.",
        who: Who::Developer,
        change: "use the names api_key, lead_id, status and sub_status",
        ask: "",
    },
    Cause {
        id: "values-swapped",
        title: "two values are swapped",
        why: "CAKE reads each value by the name of its parameter, and looks up what is sent under it.",
        who: Who::Developer,
        change: "send the key as api_key, the lead ID as lead_id and the status as status",
        ask: "",
    },
    Cause {
        id: "undefined-value",
        title: "a program sent a word such as undefined instead of a value",
        why: "undefined, null and None are what programs write where a variable has no value.",
        who: Who::Developer,
        change: "check where the program takes this value from, and send nothing while it is missing",
        ask: "",
    },
    Cause {
        id: "file-value",
        title: "a value is read from a file",
        why: "curl sends the contents of the file. --data @file drops line breaks, --data-urlencode name@file and --data-binary send them too.",
        who: Who::Developer,
        change: "check that the file has the right value, and that nothing else is in it",
        ask: "",
    },
    Cause {
        id: "parameter-twice",
        title: "a parameter is sent twice",
        why: "CAKE joins both values with a comma: that is neither of the two, and may not count as a number.",
        who: Who::Developer,
        change: "send each parameter once",
        ask: "",
    },
    Cause {
        id: "cut-at-ampersand",
        title: "an & in a value is not encoded",
        why: "It begins the next parameter, so the value ends there.",
        who: Who::Developer,
        change: "encode every value; & is sent as %26",
        ask: "",
    },
    Cause {
        id: "cut-at-hash",
        title: "everything after # is lost",
        why: "A # that is not encoded ends the URL. What follows is never sent.",
        who: Who::Developer,
        change: "encode every value; # is sent as %23",
        ask: "",
    },
    Cause {
        id: "semicolon",
        title: "the parameters are not joined by & and =",
        why: "CAKE separates parameters at & only, and a name from its value at =.",
        who: Who::Developer,
        change: "separate the parameters by &",
        ask: "",
    },
    Cause {
        id: "amp-entity",
        title: "the URL has &amp; instead of &",
        why: "&amp; is right inside HTML and XML only. Sent as it stands, the next parameter is called amp;….",
        who: Who::Developer,
        change: "replace &amp; by & in the URL that is sent",
        ask: "",
    },
    Cause {
        id: "latin1",
        title: "a value is not UTF-8",
        why: "Letters beyond ASCII are sent in an older encoding such as Latin-1, and CAKE reads U+FFFD in their place.",
        who: Who::Developer,
        change: "encode values as UTF-8 before percent-encoding: é is %C3%A9, not %E9",
        ask: "",
    },
    Cause {
        id: "percent-u",
        title: "a value is encoded as %uXXXX",
        why: "escape() of older JavaScript and ASP writes %u2019. CAKE's platform reads it, other servers do not.",
        who: Who::Developer,
        change: "use encodeURIComponent (JavaScript) or Server.URLEncode (ASP)",
        ask: "",
    },
    Cause {
        id: "markup",
        title: "a value looks like HTML",
        why: "The platform refuses values with < before a letter, /, ! or ?, and with &#, before CAKE sees them.",
        who: Who::Developer,
        change: "take the HTML (or the single <) out of the value before it is sent; encoding it does not help",
        ask: "",
    },
    Cause {
        id: "query-too-long",
        title: "the query is too long",
        why: "IIS refuses queries of more than 2,048 characters, with HTTP 404.",
        who: Who::Developer,
        change: "shorten the longest value, usually notes",
        ask: "",
    },
    Cause {
        id: "space-unencoded",
        title: "a space is not encoded",
        why: "A raw space ends the URL in the request line. What happens then depends on the program that sends it.",
        who: Who::Developer,
        change: "encode every value; a space is sent as + or %20",
        ask: "",
    },
    super::unencoded::CAUSE,
    Cause {
        id: "url-encoded-whole",
        title: "the whole URL or query is percent-encoded",
        why: "Encoded as a whole, the query has no & and no = left.",
        who: Who::Developer,
        change: "encode each value by itself, not the ?, & and = between them",
        ask: "",
    },
];

/// Other spellings of the parameters, without letter case, `_` and `-`.
const SPELLINGS: [(&str, &[&str]); 3] = [
    (
        "api_key",
        &[
            "apikey",
            "key",
            "apitoken",
            "token",
            "accesskey",
            "apk",
            "authkey",
            "apikeyid",
            "buyerkey",
            "buyerapikey",
            "apiky",
            "akey",
        ],
    ),
    (
        "lead_id",
        &[
            "leadid",
            "lead",
            "id",
            "leadsid",
            "leadno",
            "leadnumber",
            "lid",
            "leadguid",
            "leaduuid",
            "cakeleadid",
            "cakelead",
        ],
    ),
    (
        "status",
        &[
            "leadstatus",
            "statusname",
            "disposition",
            "state",
            "stat",
            "statut",
            "estado",
            "leadstate",
            "statuscode",
            "stauts",
            "staus",
            "statusid",
            "newstatus",
        ],
    ),
];

const NOTHING: [&str; 9] =
    ["undefined", "null", "none", "nil", "nan", "(null)", "[object object]", "#n/a", "system.object"];

pub(super) fn check(look: &mut Look<'_>) {
    let Some(request) = look.request else { return };
    let query = request.query.as_ref().map(crate::support::Traced::text).unwrap_or_default();
    let query_place = request.query.as_ref().map(crate::support::Traced::whole);
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
            let help = match () {
                () if is_in_front => {
                    let name = look.parameters.last().map_or("the value", |one| &*one.name);
                    format!("remove the # in front of the value of {name}")
                }
                () if begins_another => "put & in place of the #".to_owned(),
                () => String::new(),
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
    for (name, spellings) in SPELLINGS {
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
                && (spellings.contains(&&*folded) || is_near)
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
