//! The keys, tokens and cookies of a ticket, which must not be shown.

use super::look::{folded, looks_like_a_lead_id};
use super::ticket::{Parameter, Request, Ticket};
use super::traced::Traced;
use crate::secret::Secret;

/// Requests that are searched.
const MOST: usize = 20_000;

/// As many keys as are known by value. Beyond that they are hidden by what stands before them.
const MOST_KEYS: usize = 1_000;

/// Every key, token and cookie of a ticket, decoded and as sent.
pub(super) fn keys(ticket: &Ticket) -> Vec<Secret> {
    let mut all = std::collections::BTreeSet::new();
    let mut add = |text: &str| {
        let text = text.trim();
        if text.len() >= 4 && !text.contains("***") && !is_sample(text) && all.len() < MOST_KEYS {
            all.insert(text.to_owned());
        }
    };
    for item in ticket.items.iter().take(MOST) {
        let Some(request) = &item.request else { continue };
        for part in [&request.query, &request.body, &request.fragment].into_iter().flatten() {
            of_part(part, &mut add);
        }
        if let Some(key) = key_in_the_leads_place(request) {
            add(key.value.as_deref().unwrap_or_default());
            add(&key.sent.text());
        }
        if let Some(user) = &request.user {
            user.text().split(':').for_each(&mut add);
        }
        for header in &request.headers {
            let name = header.name.to_ascii_lowercase();
            let is_secret = name.contains("auth")
                || name.contains("cookie")
                || name.contains("key")
                || name.contains("token")
                || name.contains("secret");
            if is_secret {
                let value = header.value.text().into_owned();
                value.split([' ', ';', ',']).map(|part| part.rsplit('=').next().unwrap_or(part)).for_each(&mut add);
                add(&value);
            }
        }
    }
    in_words(&ticket.text).for_each(&mut add);
    all.into_iter().map(Secret::new).collect()
}

/// What is sent as `lead_id` where the lead ID stands under the key's name.
fn key_in_the_leads_place(request: &Request) -> Option<Parameter> {
    let parameters = request.parameters();
    let of = |name: &str| parameters.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(name));
    let is_lead = |parameter: &Parameter| parameter.value.as_deref().is_some_and(looks_like_a_lead_id);
    let (key, lead) = (of("api_key")?, of("lead_id")?);
    (is_lead(key) && !is_lead(lead)).then(|| lead.clone())
}

/// As much of a ticket is searched for keys in prose, and so far behind the word.
const MOST_SEARCHED: usize = 1 << 20;
const NEAR: usize = 60;

/// Keys that somebody names in prose or sets in code: "our key is pX7-…", `key = "5b0c…"`.
fn in_words(text: &str) -> impl Iterator<Item = &str> {
    let text = &text[..text.floor_char_boundary(MOST_SEARCHED)];
    let lower = text.to_ascii_lowercase();
    let places: Vec<usize> = lower.match_indices("key").map(|(at, word)| at + word.len()).collect();
    places.into_iter().filter_map(move |at| {
        let near = &text[at..text.floor_char_boundary(at + NEAR)];
        let behind = near.trim_start_matches([' ', ':', '=', '"', '\'', '`']);
        let behind = ["is ", "was "].iter().find_map(|word| behind.strip_prefix(word)).unwrap_or(behind);
        let behind = behind.trim_start_matches(['"', '\'', '`', ' ']);
        let len = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(behind.len());
        let word = &behind[..len];
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        let is_lead = word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        (word.len() >= 8 && has_digit && !is_lead && behind.len() < near.len()).then_some(word)
    })
}

/// What documentation and templates write in the place of a key: it is no secret.
fn is_sample(text: &str) -> bool {
    let samples = ["apikey", "yourkey", "yourapikey", "yourapikeyhere", "buyerapikey", "buyerapikeyhere", "apikeyhere"];
    samples.contains(&&*folded(text))
}

fn of_part(part: &Traced, add: &mut impl FnMut(&str)) {
    let text = part.text();
    for pair in text.split(['&', ';', ',', '\n', '{', '}']) {
        let Some((name, value)) = pair.split_once(['=', ':']) else { continue };
        let name = folded(name);
        if name.ends_with("key")
            || name.contains("apikey")
            || name.contains("token")
            || name.contains("secret")
            || name.contains("password")
        {
            let value = value.trim_matches(['"', '\'', ' ']);
            add(value);
            add(&crate::protocol::decode(value.as_bytes()));
        }
    }
}
