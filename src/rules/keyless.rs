//! An exchange without the keys in it: what is kept of them is which they were, and where they stood.

use std::ops::Range;

use bytes::Bytes;

use super::evidence::Evidence;
use super::values::{Sent, sent};
use crate::protocol::{Exchange, KeyDifference, KeyPlace, KeySent, Keys, Params, Request, Update, decode, key_value};
use crate::secret::{LONGEST_KEY, Redactor, Secret, mask, shapes};

/// The exchange as it can be shown and kept, and another key that was sent in it.
pub fn keyless(exchange: &Exchange, key: &Secret, update: &Update) -> (Exchange, Option<Secret>) {
    let request = &exchange.request;
    let params = request.params();
    let other = other_key(&params, key, update);
    let another = Redactor::new(other.clone());
    let known = |text: &str| {
        // One so short that it could be any word is hidden where it was sent as a key alone.
        let own = if key.is_short() { vec![] } else { key.redactor().places(text) };
        [own, another.places(text)].concat()
    };
    let head = masked(&request.raw_head, |head| {
        let line = head.find('\n').unwrap_or(head.len());
        let query = head[..line].find('?').map_or(line, |at| at + 1);
        let end = head[query..line].rfind(" HTTP/").map_or(line, |at| query + at);
        [
            known(head),
            shapes(&head[..query]),
            user(&head[..line]),
            of_pairs(head, query..end, update),
            headers(head, line),
        ]
        .concat()
    });
    let body = masked(&request.body, |body| [known(body), of_pairs(body, 0..body.len(), update)].concat());
    let masked_target = |target: &str| {
        let query = target.find('?').map_or(target.len(), |at| at + 1);
        let pairs = of_pairs(target, query..target.len(), update);
        mask(target, [known(target), shapes(&target[..query]), pairs].concat()).into_owned()
    };
    let shown = Request {
        target: masked_target(&request.target),
        raw_head: head,
        body,
        method: request.method.clone(),
        content_type: request.content_type.clone(),
    };
    let keys = Keys {
        api_key: key_sent(&params, key),
        is_changed: false,
        elsewhere: elsewhere(exchange, &params, key)
            .into_iter()
            .map(|place| place.renamed(|name| mask(name, known(name)).into_owned()))
            .collect(),
        hidden_in_query: difference(request.query().len(), shown.query().len()),
        hidden_in_head: difference(request.raw_head.len(), shown.raw_head.len()),
    };
    let mut answer = exchange.answer.clone();
    for (_, value) in &mut answer.headers {
        *value = mask(value, [known(value), shapes(value)].concat()).into_owned();
    }
    answer.body = masked(&answer.body, known);
    (Exchange { request: shown, answer, keys: Some(keys), ..exchange.clone() }, other)
}

/// A key that is not the one handed over. What stands in the update is no secret, even where it was sent as the key.
fn other_key(params: &Params, key: &Secret, update: &Update) -> Option<Secret> {
    let Update { lead_id, status, sub_status, fields } = update;
    let known = |sent: &str| [lead_id, status].into_iter().chain(sub_status).chain(fields.values()).any(|v| v == sent);
    let sent = params.get("api_key").filter(|sent| sent != key.expose() && !known(sent))?;
    // A longer one is hidden where it was sent; what that many characters are elsewhere is not looked for.
    (sent.len() <= LONGEST_KEY).then(|| Secret::new(sent.into_owned()))
}

fn key_sent(params: &Params, key: &Secret) -> KeySent {
    let difference =
        |got: &str, how: Option<&str>| KeyDifference { length: got.chars().count(), how: how.map(str::to_owned) };
    match sent("api_key", params, key.expose()) {
        Sent::Right => KeySent::Right,
        Sent::Missing => KeySent::Missing,
        Sent::Repeated => KeySent::Repeated,
        Sent::Misencoded(got, how) => KeySent::Misencoded(difference(&got, how)),
        Sent::Other(got, how) => KeySent::Other(difference(&got, how)),
        Sent::Formatted(got) | Sent::Rewritten(got) => KeySent::Other(difference(&got, None)),
    }
}

fn elsewhere(exchange: &Exchange, params: &Params, key: &Secret) -> Vec<KeyPlace> {
    let has_key = |text: &str| key.redactor().finds(text);
    let request = &exchange.request;
    let path = has_key(request.path()).then_some(KeyPlace::Path);
    let headers = Evidence::headers(exchange).into_iter().filter(|(_, value)| has_key(value));
    let is_other =
        |name: &&str| !name.eq_ignore_ascii_case("api_key") && params.get(name).is_some_and(|value| has_key(&value));
    let bare = params.bare().find(|bare| has_key(bare)).map(|_| KeyPlace::Bare);
    let name = params.names().find(|name| has_key(name)).map(|_| KeyPlace::Name);
    let parameters = params.names().filter(is_other).map(|name| KeyPlace::Parameter(name.to_owned()));
    path.into_iter()
        .chain(headers.map(|(name, _)| KeyPlace::Header(name)))
        .chain(bare)
        .chain(name)
        .chain(parameters)
        .collect()
}

/// What may be a key among the parameters of a query or a form: a value by its name, and what looks like one; but never a
/// value of the update.
fn of_pairs(text: &str, query: Range<usize>, update: &Update) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = query.start;
    for pair in text[query].split('&') {
        let value = key_value(pair).map(|value| value..pair.len());
        let value = value.or_else(|| secret_value(pair).filter(|_| !is_of(update, pair)));
        let looks = if is_of(update, pair) { vec![] } else { shapes(pair) };
        found.extend(value.into_iter().chain(looks).map(|range| at + range.start..at + range.end));
        at += pair.len() + 1;
    }
    found
}

/// The headers whose values are what every client sends; what stands in others may be a secret of whoever made the client.
const PLAIN_HEADERS: [&str; 17] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "keep-alive",
    "pragma",
    "te",
    "transfer-encoding",
    "upgrade-insecure-requests",
    "user-agent",
];

/// What of the headers is hidden, which begin here.
fn headers(head: &str, from: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = from;
    for line in head[from..].split_inclusive('\n') {
        let text = line.trim_end();
        let value = text.find(':').map_or(0, |colon| colon + 1);
        let name = text[..value].trim_end_matches(':');
        let value = text.len() - text[value..].trim_start().len();
        if value < text.len() {
            if PLAIN_HEADERS.iter().any(|plain| plain.eq_ignore_ascii_case(name)) {
                found.extend(shapes(text).into_iter().map(|range| at + range.start..at + range.end));
            } else {
                found.push(at + value..at + text.len());
            }
        }
        at += line.len();
    }
    found
}

/// The user and the password in a URL.
fn user(line: &str) -> Vec<Range<usize>> {
    let Some(start) = line.find("://").map(|at| at + 3) else { return vec![] };
    let host = line[start..].split(['/', '?', ' ']).next().unwrap_or_default();
    host.rfind('@').map(|end| start..start + end).into_iter().collect()
}

/// The value of a parameter by whose name a secret is passed.
fn secret_value(pair: &str) -> Option<Range<usize>> {
    const NAMES: [&str; 6] = ["key", "token", "secret", "passw", "auth", "signature"];
    let (name, value) = pair.split_once('=')?;
    let name = decode(name.as_bytes()).to_ascii_lowercase();
    let is_one = NAMES.iter().any(|known| name.contains(known)) && !value.is_empty();
    is_one.then(|| pair.len() - value.len()..pair.len())
}

/// Whether a parameter is one of the update, with its value.
fn is_of(update: &Update, pair: &str) -> bool {
    let params = Params::decode(pair.as_bytes());
    let is = |name: &str, value: &str| params.get(name).is_some_and(|sent| sent == value);
    let sub_status = update.sub_status.as_deref().unwrap_or_default();
    is("lead_id", &update.lead_id)
        || is("status", &update.status)
        || is("sub_status", sub_status)
        || update.fields.iter().any(|(name, value)| is(name, value))
}

fn difference(before: usize, after: usize) -> isize {
    let length = |length: usize| isize::try_from(length).unwrap_or(isize::MAX);
    length(before) - length(after)
}

/// Where a byte that is no UTF-8 stands in a text while that is searched, in a part of Unicode that belongs to nobody.
const RAW: u32 = 0xF700;

/// The bytes with a mask in the place of each part.
fn masked(bytes: &Bytes, parts: impl Fn(&str) -> Vec<Range<usize>>) -> Bytes {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let found = parts(text);
        return if found.is_empty() { bytes.clone() } else { mask(text, found).into_owned().into() };
    }
    let is_raw = |c: char| (RAW + 0x80..RAW + 0x100).contains(&u32::from(c));
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.extend(chunk.valid().chars().map(|c| if is_raw(c) { char::REPLACEMENT_CHARACTER } else { c }));
        text.extend(chunk.invalid().iter().filter_map(|byte| char::from_u32(RAW + u32::from(*byte))));
    }
    let mut out = Vec::new();
    for c in mask(&text, parts(&text)).chars() {
        match u8::try_from(u32::from(c).wrapping_sub(RAW)).ok().filter(|_| is_raw(c)) {
            Some(byte) => out.push(byte),
            None => out.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Exchange, KeyPlace, KeySent, Request, Secret, Update, keyless};
    use crate::protocol::{Answer, encode};

    fn update(note: &str) -> Update {
        Update {
            lead_id: "C8097F17".into(),
            status: "Funded".into(),
            sub_status: None,
            fields: [("note".to_owned(), note.to_owned())].into(),
        }
    }

    fn exchange(query: &[u8], headers: &str) -> Exchange {
        let head = [b"GET /api/1/buyers.asmx/UpdateLeadStatus?", query, b" HTTP/1.1\r\n", headers.as_bytes(), b"\r\n"]
            .concat();
        Exchange {
            request: Request::of(head.into(), bytes::Bytes::new()),
            answer: Answer::new(200, Answer::XML, ""),
            ..Exchange::default()
        }
    }

    fn head(exchange: &Exchange) -> String {
        String::from_utf8_lossy(&exchange.request.raw_head).into_owned()
    }

    #[test]
    fn which_key_it_was_and_where_it_stood_is_kept() {
        let key = Secret::new("the-key-of-the-pack");
        let sent = exchange(
            b"api_key=the-key-of-the-pack&lead_id=C8097F17&other=the-key-of-the-pack",
            "Authorization: Bearer something-else-99\r\nX-Api: dGhlLWtleS1vZi10aGUtcGFjaw==\r\n",
        );
        let (shown, other) = keyless(&sent, &key, &update(""));
        let keys = shown.keys.clone().unwrap();
        assert_eq!((&keys.api_key, other), (&KeySent::Right, None));
        assert_eq!(keys.elsewhere, [KeyPlace::Header("X-Api".into()), KeyPlace::Parameter("other".into())]);
        let text = head(&shown);
        assert!(!text.contains("the-key") && !text.contains("something-else") && !text.contains("dGhl"), "{text}");
        let (shown, other) =
            keyless(&exchange(b"api_key=The-Key-Of-The-Pack", "X: The-Key-Of-The-Pack\r\n"), &key, &update(""));
        assert!(other.is_some() && !head(&shown).contains("Key-Of"), "{}", head(&shown));
        assert!(
            matches!(shown.keys.unwrap().api_key, KeySent::Other(other) if other.length == 19 && other.how.is_some())
        );
    }

    #[test]
    fn a_key_is_hidden_where_no_parameter_holds_it() {
        let key = Secret::new("the-key-of-the-pack");
        for (query, headers) in [
            ("%3Fapi_key%3Da-key-of-mine-9", ""),
            ("lead_id=C8097F17&x={\"api_key\":\"a-key-of-mine-9\"}", ""),
            ("the-key-of-the-pack=the-key-of-the-pack", "The-Key-Of-The-Pack: the-key-of-the-pack\r\n"),
            ("status=Funded", "Cookie: session=a-key-of-mine-9\r\n"),
            ("token=a-key-of-mine-9&Key=a-key-of-mine-9&x%5Fsecret=a-key-of-mine-9", "X-Token: a-key-of-mine-9\r\n"),
            ("status=Funded", "Authorization: Digest username=\"x\", response=\"a-key-of-mine-9\"\r\n"),
            ("status=Funded", "X-Trace: 1,\r\n  a-key-of-mine-9\r\nReferer: http://u:a-key-of-mine-9@x/\r\n"),
        ] {
            let mut sent = exchange(query.as_bytes(), headers);
            if query.starts_with('%') {
                let text = String::from_utf8_lossy(&sent.request.raw_head).replace('?', "");
                sent.request = Request::of(text.into(), bytes::Bytes::new());
            }
            let shown = serde_json::to_string(&keyless(&sent, &key, &update("")).0).unwrap();
            assert!(!shown.contains("mine-9") && !shown.to_lowercase().contains("the-key"), "{shown}");
        }
    }

    #[test]
    fn where_a_key_holds_what_ends_a_query_the_rest_is_lost_in_the_file_too() {
        let sent = exchange(b"api_key=the-key#of-the-pack&lead_id=C8097F17", "");
        let (shown, _) = keyless(&sent, &Secret::new("the-key#of-the-pack"), &update(""));
        let read: Exchange = serde_json::from_str(&serde_json::to_string(&shown).unwrap()).unwrap();
        assert_eq!(read.request, shown.request);
        assert!(read.request.params().get("lead_id").is_none());
    }

    #[test]
    fn a_value_of_the_update_is_no_key_however_it_looks_and_bytes_that_are_no_text_stay() {
        let (key, note) = (Secret::new("the-key-of-the-pack"), "api_key: abc, Authorization: Basic dXNlcg==");
        let query = encode([("api_key", "the-key-of-the-pack"), ("note", note)]);
        let (shown, _) = keyless(&exchange(query.as_bytes(), ""), &key, &update(note));
        assert_eq!(shown.request.params().get("note").as_deref(), Some(note));
        let (shown, _) = keyless(&exchange(b"api_key=the-key-of-the-pack&status=Financ\xe9", ""), &key, &update(""));
        assert!(shown.request.raw_head.windows(16).any(|bytes| bytes == b"***&status=Finan"), "{}", head(&shown));
        assert!(shown.request.raw_head.contains(&0xe9));
    }

    proptest! {
        #[test]
        fn nothing_but_the_key_is_taken_out(key in "[!-~é]{8,20}", note in "\\PC{0,20}", name in "[a-z_]{1,8}") {
            prop_assume!(!note.contains(&key) && !key.contains("C8097F17") && !name.trim_end_matches('_').ends_with("key"));
            let query = encode([("api_key", &*key), ("lead_id", "C8097F17"), ("note", &note), (&name, "1")]);
            let sent = exchange(query.as_bytes(), "Host: x\r\n");
            let (shown, other) = keyless(&sent, &Secret::new(key.clone()), &update(&note));
            let keys = shown.keys.clone().unwrap();
            prop_assert_eq!((&keys.api_key, other), (&KeySent::Right, None));
            let (was, is) = (sent.request.params(), shown.request.params());
            for name in was.names().filter(|name| *name != "api_key") {
                prop_assert_eq!(was.get(name), is.get(name));
            }
            prop_assert!(is.get("api_key").is_some_and(|shown| shown == "***"));
            prop_assert_eq!(sent.request.query().len(), shown.request.query().len().saturating_add_signed(keys.hidden_in_query));
            prop_assert!(!head(&shown).contains(&key));
        }

        #[test]
        fn whatever_is_sent_is_written_and_read_again(query in proptest::collection::vec(any::<u8>().prop_filter("no line ends", |byte| !b"\r\n ".contains(byte)), 0..60)) {
            let (shown, _) = keyless(&exchange(&query, "Host: x\r\n"), &Secret::new("the-key-of-the-pack"), &update(""));
            let written = serde_json::to_string(&shown).unwrap();
            let read: Exchange = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(read, shown);
        }
    }
}
