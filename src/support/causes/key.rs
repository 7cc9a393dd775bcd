//! The API key.

use crate::support::Item;
use crate::support::evidence::Evidence;
use crate::support::look::{
    Found, Grade, Look, Variant, ends_in_an_escape, is_hidden_key, is_invisible, is_placeholder,
};
use crate::support::phrases::Says;
use crate::support::random::random_words;
use crate::support::words::key_in_headers;

/// The documentation's key, and what templates write.
const SAMPLES: [&str; 8] = ["buyerapikeyhere", "api_key", "apikey", "api-key", "key", "yourapikey", "mykey", "test"];

const NOT_AS_A_USER: &str = "send the key as the parameter api_key, beside lead_id and status, not as a user name";

/// Whether code has the key among the parameters: `'api_key' => env('KEY')`, `"api_key": key`.
fn is_set_in_code(prose: &str) -> bool {
    prose.match_indices("api_key").any(|(at, name)| {
        let behind = prose[at + name.len()..].trim_start_matches(['"', '\'', ' ']);
        prose[..at].ends_with(['"', '\'']) && ["=>", ":", ","].iter().any(|sign| behind.starts_with(sign))
    })
}

pub(super) fn check(look: &mut Look<'_>) {
    let elsewhere = elsewhere(look);
    if look.is_mention() {
        let is_missing = matches!(&look.evidence, Evidence::Missing(name) if name.eq_ignore_ascii_case("api_key"));
        if is_missing && key_in_headers(look.prose) {
            let found = Found::new("key-missing", Grade::Certain, None, "the code sends api_key as a header");
            look.put(found.of(Variant::InHeader));
        }
        return;
    }
    let Some(value) = look.value("api_key").map(str::to_owned) else {
        let place = look.request.and_then(|request| request.query.as_ref()).map(crate::support::Traced::whole);
        misnamed(look);
        let in_code = key_in_headers(look.prose);
        let there = elsewhere
            .as_ref()
            .map(|what| format!("api_key is not in the query; the request has it in {what}, where CAKE does not look"));
        let (message, help) = if let Some(message) = &there {
            (&**message, if message.contains("the header") { "" } else { NOT_AS_A_USER })
        } else if in_code {
            ("api_key is not in the query; the code seems to send it as a header", "")
        } else if look.prose.contains("config:cache") && look.prose.contains("env(") {
            let help = "read the key by config(), not by env(): once php artisan config:cache has run, env() gives nothing outside the files of the configuration";
            ("api_key is not in the query, though the code sends it: env() gave no value", help)
        } else if is_set_in_code(look.prose) {
            let help = "look where the code takes the key from (environment, configuration, its cache): there was no value when this was sent, and such a parameter is left out";
            ("api_key is not in the query, though the code sends it: its value was empty", help)
        } else {
            ("api_key is not in the query", "")
        };
        let found = Found::new("key-missing", Grade::Certain, place, message).with_help(help);
        look.put(if there.is_some() || in_code { found.of(Variant::InHeader) } else { found });
        if let Some(what) = elsewhere {
            let message = format!("the key seems to be in {what}, where CAKE does not look");
            look.add("key-elsewhere", Grade::Likely, None, message);
        }
        return;
    };
    let place = look.place("api_key");
    if value.is_empty() && !look.is_unknown("api_key") {
        // Somebody may have deleted it before sending the ticket.
        let is_shown = look.item.form.is_log() || matches!(look.evidence, Evidence::Code(1));
        let grade = if is_shown { Grade::Certain } else { Grade::Likely };
        if let Some(what) = elsewhere {
            return look.add(
                "key-elsewhere",
                grade,
                place,
                format!("api_key is empty, and the key seems to be in {what}"),
            );
        }
        look.add("key-empty", grade, place, "api_key has no value");
        return;
    }
    if look.is_unknown("api_key") {
        return unknown(look, place);
    }
    if is_sent_hidden(look, &value) {
        let message = "the key was sent with these signs in it: other lines of the log show keys in plain text";
        look.put(Found::new("key-masked", Grade::Likely, place, message).of(Variant::SentSo));
    } else if is_hidden_key(&value) {
        look.add("key-masked", Grade::Possible, place, "the key is hidden in the ticket, so it could not be checked");
    } else if is_filled_in(look, &value) || is_placeholder(&value, &SAMPLES) && look.is_of_a_template() {
        return;
    } else if is_placeholder(&value, &SAMPLES) && !is_a_key_in_brackets(look, &value) {
        look.add("key-placeholder", Grade::Certain, place, format!("api_key is {value:?}"));
    } else if value.starts_with('=') {
        let help = "put one = between api_key and the key";
        look.add_with("key-quoted", Grade::Likely, place, "two = stand after api_key", help);
    } else if value.starts_with(['"', '\'', '“', '‘', '`', '[', '(', '{', '<'])
        || value.ends_with(['"', '\'', '”', '’', ']', ')', '>'])
    {
        let inner = value.trim_matches(|c: char| !c.is_alphanumeric());
        let (before, behind) = value.split_once(inner).filter(|_| !inner.is_empty()).unwrap_or_default();
        let message = match (before, behind) {
            ("", behind) => format!("{behind} stands after the key"),
            (before, "") => format!("{before} stands before the key"),
            (before, behind) => format!("the key stands between {before} and {behind}"),
        };
        look.add("key-quoted", Grade::Likely, place, message);
    } else if value.chars().any(|c| c.is_whitespace() || is_invisible(c)) || ends_in_an_escape(&value) {
        let is_line = value.contains(['\n', '\r']) || ends_in_an_escape(&value);
        let what = if is_line { "the key holds a line break" } else { "the key holds a space" };
        let help = if is_line { "remove line breaks around the key before sending it" } else { "" };
        look.add_with("key-space", Grade::Likely, place, what, help);
    } else if value.contains('%') && look.sent("api_key").contains("%25") {
        look.add("key-encoded-twice", Grade::Likely, place, "a % of the key is encoded once more, as %25");
    }
    unknown(look, place);
}

/// How a key differs from one of the same ticket that CAKE took.
fn beside_a_right_one(look: &Look<'_>, value: &str) -> Option<(&'static str, &'static str)> {
    let taken = look.others.iter().filter(|item| matches!(Evidence::of(item), Evidence::Code(0 | 2 | 3)));
    let mut keys = taken.filter_map(|item| item.request.as_ref()?.read("api_key"));
    keys.find_map(|key| match () {
        () if key == value || value.len() < 4 => None,
        () if key.eq_ignore_ascii_case(value) => {
            Some(("key-case", "CAKE took a key in another update that differs in letter case only"))
        }
        () if key.starts_with(value) => {
            Some(("key-cut", "the key is only the beginning of one that CAKE took in another update"))
        }
        () => None,
    })
}

/// Whether a log that hides no key has one with the signs that hide it.
fn is_sent_hidden(look: &Look<'_>, value: &str) -> bool {
    let key = |item: &Item| item.request.as_ref().and_then(|request| request.read("api_key"));
    let is_hidden = |value: &str| value.contains("***") || value.contains("•••") || value.contains("...");
    let is_clear = |key: &String| !key.is_empty() && !is_hidden_key(key);
    look.item.form.is_log()
        && is_hidden(value)
        && look.others.iter().filter(|other| other.form == look.item.form).filter_map(key).any(|key| is_clear(&key))
}

/// Whether code puts a key in the place of this: `url.replace("{api_key}", key)`, or a library that fills in URLs.
fn is_filled_in(look: &Look<'_>, value: &str) -> bool {
    let lower = value.to_lowercase();
    let libraries = ["resttemplate", "webclient", "uritemplate", "uricomponents", "withurlparameters", "map.of("];
    if value.starts_with('{') && look.prose.says(&libraries) {
        return true;
    }
    value.starts_with(['{', '%', '[', '<', '#', ':', '$'])
        && look.prose.contains("replace")
        && ["'", "\""].iter().any(|quote| look.prose.contains(&format!("{quote}{lower}{quote}")))
}

/// Whether a key stands between brackets: one of a buyer, or what looks like one.
fn is_a_key_in_brackets(look: &Look<'_>, value: &str) -> bool {
    let inner = value.trim_matches(|c| "[](){}<>".contains(c));
    let has = |is: fn(&u8) -> bool| inner.bytes().any(|byte| is(&byte));
    // A word for a key has no digit, or says that it is one.
    let is_like_one = inner.len() >= 8
        && inner.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !inner.to_ascii_lowercase().contains("key");
    let is_random = || random_words(inner).any(|word| word == (0..inner.len()));
    inner.len() < value.len()
        && (look.know.keys().is_some_and(|keys| keys.contains(&inner)) || is_like_one || is_random())
}

/// Whether what stands under another name is a buyer's key.
fn misnamed(look: &mut Look<'_>) {
    let is_it = |found: &&Found| found.id == "parameter-name" && found.meant.as_deref() == Some("api_key");
    let Some(place) = look.found.iter().find(is_it).and_then(|found| found.place) else { return };
    let value = look.parameters.iter().find(|one| one.place == place).and_then(|one| one.value.clone());
    let (Some(value), Some(keys)) = (value, look.know.keys()) else { return };
    if !is_hidden_key(&value) && !is_placeholder(&value, &SAMPLES) && !keys.contains(&&*value) {
        look.add("key-unknown", Grade::Certain, None, "what is sent under that name is no buyer's key either");
    }
}

/// A key that no buyer of the instance has, or that CAKE refused.
fn unknown(look: &mut Look<'_>, place: Option<crate::support::Span>) {
    let Some(value) = look.value("api_key").map(str::to_owned) else { return };
    // A key that got another code than 1 elsewhere in the ticket is known to CAKE.
    let is_accepted = look.others.iter().any(|item| {
        let key = item.request.as_ref().and_then(|request| request.read("api_key"));
        key.is_some_and(|key| key == value) && matches!(Evidence::of(item), Evidence::Code(0 | 2 | 3))
    });
    if is_accepted && look.evidence != Evidence::Code(1) {
        let is_in_file = |keys: Vec<&str>| keys.contains(&&*value);
        if look.evidence == Evidence::Code(3)
            && !look.is_key_hidden()
            && look.know.instance.is_some()
            && !look.know.keys().is_some_and(is_in_file)
        {
            let message = "the instance's file has no such key, and CAKE, which answered with code 3, has; is it the same instance, and up to date?";
            look.add("wrong-instance", Grade::Possible, place, message);
        }
        return;
    }
    let known = look.know.keys().filter(|_| !look.is_key_hidden());
    let is_of_key = |found: &Found| found.id.starts_with("key-") && found.id != "key-masked";
    if let Some(keys) = &known {
        // What the key looks like is nothing against the key itself.
        let is_right = keys.contains(&&*value);
        look.found.retain(|found| !is_right || !is_of_key(found));
        look.found.iter_mut().filter(|found| is_of_key(found)).for_each(|found| found.grade = Grade::Certain);
        let bare = value.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        if !is_right && (look.has("key-quoted") || look.has("key-space")) && !keys.contains(&bare) {
            look.add(
                "key-unknown",
                Grade::Certain,
                place,
                "without what stands around it, it is no buyer's key either",
            );
            return;
        }
    }
    if look.found.iter().any(|found| found.id.starts_with("key-")) {
        return;
    }
    if let Some(keys) = known {
        if keys.contains(&&*value) {
            return;
        }
        let is_longer = |key: &str| value.len() >= 4 && key.len() > value.len();
        let is_part = |key: &&str| is_longer(key) && key.starts_with(&value);
        let is_end = |key: &&str| is_longer(key) && value.len() >= 6 && key.ends_with(&value);
        if keys.iter().any(|key| key.eq_ignore_ascii_case(&value)) {
            let case = match () {
                () if value == value.to_uppercase() => "the key is sent in capitals only",
                () if value == value.to_lowercase() => "the key is sent in small letters only",
                () => "the key differs from the right one in letter case only",
            };
            look.add("key-case", Grade::Certain, place, case);
        } else if keys.iter().any(is_part) {
            look.add("key-cut", Grade::Certain, place, "the key is only the beginning of the right one");
        } else if keys.iter().any(is_end) {
            look.add("key-cut", Grade::Certain, place, "the key is only the end of the right one");
        } else if says_the_rest_arrives(look.prose) && look.evidence != Evidence::Code(1) {
            let message =
                "no buyer in the instance's file has this key, yet other updates arrive; is it the same instance?";
            look.add("wrong-instance", Grade::Possible, place, message);
        } else {
            let message = if look.know.key.is_some() {
                "the key is not the one that you typed"
            } else {
                "no buyer of the instance has this key"
            };
            look.add("key-unknown", Grade::Certain, place, message);
        }
    } else if look.evidence == Evidence::Code(1) {
        if let Some((id, message)) = beside_a_right_one(look, &value) {
            let found = Found::new(id, Grade::Likely, place, message);
            return look.put(found.with_help("send the same key as in the update that CAKE took"));
        }
        look.add("key-unknown", Grade::Possible, place, "CAKE answered with code 1: invalid API key");
    }
}

/// Whether somebody writes that all but one thing works, with this key.
fn says_the_rest_arrives(prose: &str) -> bool {
    let signs =
        ["rest is fine", "rest works", "everything else works", "else is fine", "others work", "others are fine"];
    prose.says(&signs)
}

/// Where else the key may be: a header, basic authentication.
fn elsewhere(look: &Look<'_>) -> Option<String> {
    let request = look.request?;
    if request.user.is_some() {
        return Some("basic authentication".to_owned());
    }
    let names = [
        "authorization",
        "x-api-key",
        "api-key",
        "apikey",
        "api_key",
        "x-auth-token",
        "x-cake-key",
        "x-apikey",
        "ocp-apim-subscription-key",
    ];
    let header = request.headers.iter().find(|header| names.contains(&&*header.name.to_ascii_lowercase()))?;
    Some(format!("the header {}", header.name))
}
