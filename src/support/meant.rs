//! What a request was meant to say: its values without what was done to them on the way; and made-up ones in their place.

use super::body::is_json;
use super::knowledge::Knowledge;
use super::look::{is_invisible, is_placeholder};
use super::parameter::parameters_of_json;
use super::ticket::{Item, MarkKind, Request};
use crate::nearest::nearest;
use crate::protocol::{Update, decode};

/// The update that a request was meant to be; what it does not tell is as in the sample.
pub(super) fn meant(item: &Item, request: &Request, plus_is_meant: bool, know: &Knowledge, sample: &Update) -> Update {
    let pairs = pairs(item, request, plus_is_meant);
    let value = |names: &[&str]| {
        let named = pairs.iter().find(|(name, _)| names.contains(&&*plain(name)));
        named.map(|(_, value)| value.as_str()).filter(|value| is_meant(value))
    };
    let status = value(&["status", "leadstatus", "newstatus"]).unwrap_or(&sample.status);
    let names = know.status_names().unwrap_or_default();
    let owner = know.status_with(status).filter(|_| !names.contains(&status));
    let (status, mut sub_status) = match owner {
        // A sub-status was sent as the status.
        Some(owner) => (owner.to_owned(), Some(status.to_owned())),
        None => (as_configured(status, &names), value(&["substatus", "statussub"]).map(str::to_owned)),
    };
    if let (Some(sent), Some(known)) = (&sub_status, know.sub_statuses(&status)) {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        sub_status = Some(as_configured(sent, &known));
    }
    let no_field =
        ["apikey", "key", "leadid", "status", "leadstatus", "newstatus", "substatus", "statussub", "method", ""];
    let fields = pairs.iter().filter(|(name, value)| !no_field.contains(&&*plain(name)) && is_meant(value));
    let fields = fields.map(|(name, value)| (field_name(name, know), value.clone())).collect();
    Update { lead_id: String::new(), status, sub_status, fields }
}

/// A name without what tells spellings apart.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_meant(value: &str) -> bool {
    let empty = ["undefined", "null", "none", "nan", "nil", "[object object]"];
    !value.is_empty() && !empty.contains(&&*value.to_lowercase()) && !is_placeholder(value, &[])
}

/// The configured name that is nearest, where one is near.
fn as_configured(sent: &str, names: &[&str]) -> String {
    let same =
        names.iter().find(|name| **name == sent).or_else(|| names.iter().find(|name| plain(name) == plain(sent)));
    same.copied().or_else(|| nearest(sent, names.iter().copied())).unwrap_or(sent).to_owned()
}

fn field_name(name: &str, know: &Knowledge) -> String {
    let fields = know.fields.as_deref().unwrap_or_default();
    let is_it = |label: &Option<String>| label.as_deref().is_some_and(|label| plain(label) == plain(name));
    let field = fields.iter().find(|(known, label, _)| plain(known) == plain(name) || is_it(label));
    field.map_or_else(|| name.to_owned(), |(known, ..)| known.clone())
}

/// Names and values as they were meant, wherever they stood.
fn pairs(item: &Item, request: &Request, plus_is_meant: bool) -> Vec<(String, String)> {
    let text = |part: Option<&super::Traced>| part.map_or_else(String::new, |part| part.text().into_owned());
    let (mut query, body) = (text(request.query.as_ref()), text(request.body.as_ref()));
    if let Some(fragment) = &request.fragment {
        query.extend(["%23", &fragment.text()]);
    }
    for mark in item.marks.iter().filter(|mark| mark.kind == MarkKind::ShellAmpersand) {
        query.extend(["&", mark.detail.trim_start_matches('&')]);
    }
    if !query.contains('=') && query.to_ascii_lowercase().contains("%3d") {
        query = decode(query.as_bytes());
    }
    let mut pairs = separate(&query, plus_is_meant);
    match &request.body {
        Some(json) if is_json(&body) => {
            let members = parameters_of_json(json).into_iter();
            pairs.extend(members.filter_map(|one| Some((one.name, one.value?))));
        }
        _ if body.trim_start().starts_with('<') => {}
        _ => pairs.extend(separate(&body, plus_is_meant)),
    }
    pairs
}

/// A query taken apart, whatever separates its parameters.
fn separate(query: &str, plus_is_meant: bool) -> Vec<(String, String)> {
    let query = query.replace("&amp;", "&");
    let query = if query.contains('&') { query } else { query.replace(';', "&") };
    let mut pairs: Vec<(String, String)> = Vec::new();
    for part in query.split('&') {
        match part.split_once('=') {
            Some((name, value)) => pairs.push((decode(name.as_bytes()), value.to_owned())),
            // An & in a value that was not encoded.
            None if !part.is_empty() => {
                if let Some((_, value)) = pairs.last_mut() {
                    value.extend(["%26", part]);
                }
            }
            None => {}
        }
    }
    pairs.into_iter().map(|(name, value)| (name, decoded(&value, plus_is_meant))).collect()
}

/// A value decoded as often as it was encoded, without what stands around it or is not seen.
fn decoded(value: &str, plus_is_meant: bool) -> String {
    let value = if plus_is_meant { value.replace('+', "%2B") } else { value.to_owned() };
    let mut value = once(&value);
    if is_encoded(&value) {
        value = once(&value);
    }
    let value: String = value
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_invisible(*c) && !c.is_control())
        .collect();
    value.trim().trim_matches(['"', '“', '”', '`']).trim().to_owned()
}

/// Decoded once; bytes that are no UTF-8 are Latin-1.
fn once(value: &str) -> String {
    let value = decode(value.as_bytes());
    value.replace('\u{fffd}', "ü")
}

fn is_encoded(value: &str) -> bool {
    let is_hex =
        |at: usize| value.get(at + 1..at + 3).is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    value.match_indices('%').any(|(at, _)| is_hex(at))
}

/// A text of the same shape. Signs, spaces and letters that cause trouble stay; so does how long it is.
pub(super) fn made_up(text: &str) -> String {
    let mut count = 0_u32;
    text.chars()
        .map(|c| {
            count += 1;
            let pick = |from: &[char]| from[count as usize % from.len()];
            match c {
                '0'..='9' => pick(&['4', '2', '7', '5', '3', '8', '6']),
                'a'..='z' => pick(&['e', 'n', 'a', 'r', 'i', 's', 't', 'o']),
                'A'..='Z' => pick(&['M', 'K', 'R', 'L', 'S', 'T']),
                'α'..='ω' => pick(&['α', 'ν', 'ε', 'ρ']),
                'а'..='я' => pick(&['а', 'н', 'е', 'р']),
                'А'..='Я' => pick(&['М', 'К', 'Р']),
                '\u{5d0}'..='\u{5ea}' => pick(&['א', 'ב', 'ג']),
                '\u{620}'..='\u{64a}' => pick(&['ا', 'ن', 'ر']),
                '\u{3041}'..='\u{3096}' => pick(&['あ', 'い', 'う']),
                '\u{30a1}'..='\u{30fa}' => pick(&['ア', 'イ', 'ウ']),
                '\u{4e00}'..='\u{9fff}' => pick(&['例', '文', '字']),
                '\u{ac00}'..='\u{d7a3}' => pick(&['가', '나', '다']),
                other => other,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::made_up;
    use proptest::prelude::*;

    #[test]
    fn the_shape_stays_and_the_person_goes() {
        assert_eq!(made_up("Müller & Söhne, 12.5%"), "Kürist & Söist, 53.6%");
    }

    proptest! {
        #[test]
        fn it_stays_as_long_and_keeps_its_signs(text in "\\PC{0,40}") {
            let made = made_up(&text);
            prop_assert_eq!(made.chars().count(), text.chars().count());
            for (before, after) in text.chars().zip(made.chars()) {
                prop_assert!(before.is_alphanumeric() || before == after, "{before} became {after}");
                prop_assert_eq!(before.len_utf8(), after.len_utf8());
            }
        }
    }
}
