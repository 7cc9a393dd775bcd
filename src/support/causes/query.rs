//! What is wrong with the query as a whole: names, separators, encoding.

use super::{Cause, Who};
use crate::cake::{LONGEST_QUERY, is_parameter};
use crate::support::look::{Grade, Look, shown};
use crate::support::ticket::MarkKind;

pub(super) const CAUSES: [Cause; 15] = [
    Cause {
        id: "parameter-name",
        title: "a parameter has another name",
        why: "CAKE reads api_key, lead_id, status and sub_status, in any letter case. Under another name the value counts as missing.",
        who: Who::Developer,
        change: "use the names api_key, lead_id, status and sub_status",
        ask: "",
    },
    Cause {
        id: "values-swapped",
        title: "two values stand in each other's place",
        why: "CAKE reads each value by the name of its parameter, and looks up what is sent under it.",
        who: Who::Developer,
        change: "send the key as api_key, the lead ID as lead_id and the status as status",
        ask: "",
    },
    Cause {
        id: "undefined-value",
        title: "a value is a word for nothing",
        why: "undefined, null, None and [object Object] are what programs write when a variable has no value.",
        who: Who::Developer,
        change: "check where the program takes this value from, and send nothing while it is missing",
        ask: "",
    },
    Cause {
        id: "file-value",
        title: "a value is read from a file that the ticket does not have",
        why: "curl sends the contents of the file, which may end with a line break.",
        who: Who::Developer,
        change: "show the contents of the file, and check that it has no line break at its end",
        ask: "What exactly is in the file that curl reads (@…)? Leave out the key.",
    },
    Cause {
        id: "parameter-twice",
        title: "a parameter is sent twice",
        why: "CAKE joins both values with a comma, and the result matches nothing.",
        who: Who::Developer,
        change: "send each parameter once",
        ask: "",
    },
    Cause {
        id: "cut-at-ampersand",
        title: "a value is cut at its &",
        why: "An & that is not encoded begins the next parameter.",
        who: Who::Developer,
        change: "encode every value; & is sent as %26",
        ask: "",
    },
    Cause {
        id: "cut-at-hash",
        title: "everything behind # is lost",
        why: "A # that is not encoded ends the URL. What follows is never sent.",
        who: Who::Developer,
        change: "encode every value; # is sent as %23",
        ask: "",
    },
    Cause {
        id: "semicolon",
        title: "the parameters are separated by semicolons",
        why: "CAKE separates parameters at & only.",
        who: Who::Developer,
        change: "separate the parameters by &",
        ask: "",
    },
    Cause {
        id: "amp-entity",
        title: "the URL has &amp; where & belongs",
        why: "&amp; is right inside HTML only. Sent as it stands, the next parameter is called amp;….",
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
        title: "a value looks like markup",
        why: "The platform refuses values with < before a letter, /, ! or ?, and with &#, before CAKE sees them.",
        who: Who::Developer,
        change: "remove HTML from the value before it is sent",
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
    let query = request.query.as_ref().map(|query| query.text().into_owned()).unwrap_or_default();
    let query_place = request.query.as_ref().map(crate::support::Traced::whole);
    let path = request.path.text().to_ascii_lowercase();
    let lower = query.to_ascii_lowercase();
    let is_whole = path.contains("%3fapi") || path.contains("%3flead") || path.contains("%3f") && path.contains("%3d");
    if is_whole
        || !query.contains('=') && lower.contains("%3d")
        || look.parameters.len() == 1 && lower.contains("%26") && lower.contains("lead_id%3d")
    {
        let place = if is_whole { Some(request.path.whole()) } else { query_place };
        look.add("url-encoded-whole", Grade::Certain, place, "the ?, & or = between the parameters is encoded");
    }
    if look.parameters.iter().any(|one| one.name.to_ascii_lowercase().starts_with("amp;")) {
        look.add("amp-entity", Grade::Certain, entity(look), "the URL has &amp; between its parameters");
    }
    if let Some(fragment) = &request.fragment {
        let text = fragment.text().into_owned();
        let has_more = text.contains('=') || !look.parameters.iter().any(|one| one.name.eq_ignore_ascii_case("status"));
        let is_in_query = request.query.is_some();
        if is_in_query && (has_more || !text.is_empty()) {
            let grade = if has_more { Grade::Certain } else { Grade::Likely };
            let message = format!("not sent: #{}", text.chars().take(60).collect::<String>());
            // `lead_id=#9A41C07E`: nobody's ID begins with one.
            let is_in_front = query.ends_with('=');
            let begins_another = text.split_once('=').is_some_and(|(name, _)| is_name(name));
            let help = match () {
                () if is_in_front => "remove the # in front of the value",
                () if begins_another => "put & in place of the #",
                () => "",
            };
            look.add_with("cut-at-hash", grade, Some(fragment.whole()), message, help);
        }
    }
    super::swapped::check(look);
    semicolons(look, &query);
    names(look);
    twice(look);
    values(look);
    cut_at_ampersand(look);
    if query.chars().count() > LONGEST_QUERY {
        let message = format!("the query has {} characters", query.chars().count());
        look.add("query-too-long", Grade::Certain, query_place, message);
    }
    if ["illegal character in query", "invalid uri", "bad uri"].iter().any(|words| look.prose.contains(words)) {
        let message = "the library refuses a character in the URL, and sent nothing";
        look.add("space-unencoded", Grade::Likely, query_place, message);
    } else if query.contains(' ')
        && matches!(
            look.item.form,
            crate::support::Form::RawHttp | crate::support::Form::Curl | crate::support::Form::LogCombined
        )
    {
        look.add("space-unencoded", Grade::Likely, query_place, "the query holds a raw space");
    } else if query.trim_end().contains(' ')
        && look.mark(MarkKind::JoinedLines).is_none()
        && look.item.form == crate::support::Form::Url
        && look.evidence.is_failure()
    {
        look.add("space-unencoded", Grade::Possible, query_place, "the URL holds a raw space");
    }
    if look.parameters.iter().any(|one| {
        one.sent.text().to_ascii_lowercase().contains("%u0") || one.sent.text().to_ascii_lowercase().contains("%u2")
    }) {
        let place = look
            .parameters
            .iter()
            .find(|one| one.sent.text().to_ascii_lowercase().contains("%u"))
            .map(|one| one.sent.whole());
        look.add("percent-u", Grade::Likely, place, "a value holds %uXXXX");
    }
    if let Some(mark) = look.mark(MarkKind::FileValue) {
        let (place, detail) = (mark.place, mark.detail.clone());
        let is_needed = ["api_key", "lead_id", "status"]
            .iter()
            .any(|name| look.value(name).is_none_or(str::is_empty) || look.is_unknown(name));
        let grade = if is_needed { Grade::Likely } else { Grade::Possible };
        look.add("file-value", grade, Some(place), format!("the value comes from {detail}"));
    }
}

fn entity(look: &Look<'_>) -> Option<crate::support::Span> {
    look.parameters.iter().find(|one| one.name.to_ascii_lowercase().starts_with("amp;")).map(|one| one.place)
}

fn semicolons(look: &mut Look<'_>, query: &str) {
    let found = look.parameters.iter().find(|one| separator(&one.sent.text().to_ascii_lowercase()).is_some());
    if let Some(found) = found {
        let (place, sign) = (found.sent.whole(), separator(&found.sent.text().to_ascii_lowercase()).unwrap_or(';'));
        let (message, help) = (format!("a {sign} stands where & belongs"), format!("put & in place of each {sign}"));
        look.add_with("semicolon", Grade::Certain, Some(place), message, help);
    } else if query.contains('?') && query.to_ascii_lowercase().contains("?lead_id=") {
        look.add_with("semicolon", Grade::Likely, None, "a ? stands where & belongs", "put & in place of the second ?");
    }
}

/// What stands in a value before the name of another parameter: `K;lead_id=`.
fn separator(sent: &str) -> Option<char> {
    let names = ["lead_id=", "status=", "api_key=", "sub_status="];
    [';', ',', '/'].into_iter().find(|sign| names.iter().any(|name| sent.contains(&format!("{sign}{name}"))))
}

/// Whether a text can be the name of a parameter.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn folded(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
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
            look.add_with("parameter-name", Grade::Certain, Some(place), message, format!("call the parameter {name}"));
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

fn values(look: &mut Look<'_>) {
    for one in look.parameters.clone() {
        let Some(value) = one.value.as_deref() else { continue };
        let lower = value.trim().to_ascii_lowercase();
        let place = Some(one.sent.whole());
        let is_needed = is_parameter(&one.name);
        if NOTHING.contains(&&*lower) {
            let grade = if matches!(&*one.name.to_ascii_lowercase(), "api_key" | "lead_id") {
                Grade::Certain
            } else {
                Grade::Likely
            };
            look.add("undefined-value", grade, place, format!("{} is {}", one.name, shown(value)));
        }
        let mut after = value.match_indices('<').map(|(at, _)| value[at + 1..].chars().next());
        let is_markup = after.any(|next| next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '!' | '/' | '?')));
        // A key in brackets stands for a key that is hidden.
        let is_key = one.name.eq_ignore_ascii_case("api_key") && value.starts_with('<') && value.ends_with('>');
        if !is_key && (is_markup || value.contains("&#")) {
            look.add("markup", Grade::Certain, place, format!("{} holds {}", one.name, shown(value)));
        }
        if value.contains('\u{fffd}') && one.sent.bytes().contains(&b'%') {
            let grade = if is_needed { Grade::Certain } else { Grade::Likely };
            let message = format!("{} is not UTF-8: {}", one.name, one.sent.text());
            look.add("latin1", if look.know.instance.is_some() { grade } else { Grade::Likely }, place, message);
        }
    }
}

/// `status=Approved & Signed`: the rest of the value becomes a parameter without `=`, or one with a name that no field has.
fn cut_at_ampersand(look: &mut Look<'_>) {
    if look.has("amp-entity") {
        return;
    }
    let decoded = |text: &str| text.trim_matches([' ', '+']).to_owned();
    let cut = look.parameters.iter().enumerate().skip(1).find(|(at, one)| {
        let before = &look.parameters[at - 1];
        let is_bare = one.value.is_none() && !decoded(&one.name).is_empty() && !is_parameter(&one.name);
        let is_spaced = one.name.starts_with([' ', '+']) && one.value.is_some() && !is_parameter(one.name.trim());
        let ends_open = before.value.as_deref().is_some_and(|value| value.ends_with(' ')) && !is_parameter(&one.name);
        (is_bare || is_spaced || ends_open && one.name.contains(' ')) && before.value.is_some()
    });
    if let Some((at, one)) = cut {
        let before = &look.parameters[at - 1];
        let is_encoded_value = one.value.is_none()
            && one.name.chars().next().is_some_and(char::is_uppercase)
            && before.value.as_deref().is_some_and(|value| !value.ends_with(' '));
        // `--data-urlencode 'Funded'` sends a value without a name.
        let misses_status = look.value("status").is_none();
        if is_encoded_value && misses_status {
            return;
        }
        let message = format!("{} ends at the &; {} is not part of it", before.name, shown(one.name.trim()));
        look.add("cut-at-ampersand", Grade::Likely, Some(before.place.and(one.place)), message);
    }
}
