//! Questions that the documentation or the platform settles.

use super::evidence::{Evidence, has_word};
use super::matter::{asked, asks_for_a_value};
use super::ticket::{Form, Item};

/// What people write who want an update not to have happened.
const UNDO: [&str; 7] = ["undo", "take it back", "by mistake", "delete it", "cancel it", "reverse it", "back out"];

/// The answer where somebody asks whether a request is right, and nothing is wrong with it.
pub(super) fn is_it_right(words: &str) -> Option<&'static str> {
    let has = |all: &[&str]| all.iter().any(|one| words.contains(one));
    let is_asked = !asks_for_a_value(words)
        && (has(&["is this", "does this", "does it", "is the", "is it"])
            && has(&["ok?", "okay?", "right?", "correct?", "right to you?"])
            || asked(words).any(|asked| {
                ["to change something", "something still missing", "anything missing"]
                    .iter()
                    .any(|is_it| asked.contains(is_it))
            }));
    is_asked.then_some(
        "Nothing in it is wrong as far as we can see. Whether key, lead and status are known, CAKE's answer says: code 0 means that it took the update.",
    )
}

/// Whether somebody asks how the parameters are called.
fn asks_for_the_names(words: &str) -> bool {
    asked(words).any(|asked| {
        let has = |all: &[&str]| all.iter().any(|one| asked.contains(one));
        has(&["parameter name", "name of the parameter", "names of the parameters", "parameters called"])
            && has(&["what", "which", "correct", "right"])
    })
}

/// Answers to questions that the documentation or the platform settles.
pub(super) fn answers(words: &str, item: Option<&Item>, text: &str) -> Vec<&'static str> {
    let has = |all: &[&str]| all.iter().any(|one| words.contains(one));
    let asks = |all: &[&str]| asked(words).any(|asked| all.iter().any(|one| asked.contains(one)));
    let source = item.and_then(|item| text.get(item.place.range())).unwrap_or_default();
    let all = [
        (
            has(&["upper case", "upper-case", "uppercase", "lower case", "lower-case", "lowercase"])
                && has(&["name"])
                && !has(&["status"]),
            "Letter case does not matter in the names of parameters.",
        ),
        (
            asked(words).any(|asked| {
                let has = |all: &[&str]| all.iter().any(|one| asked.contains(one));
                has(&["lead_id", "lead id"])
                    && has(&[
                        "what is",
                        "which",
                        "is the lead id the",
                        "is lead_id the",
                        "same number",
                        "same id",
                        "where do",
                    ])
            }),
            "lead_id is the CAKE Lead ID that came with the lead: usually eight characters, such as F0E41C8D.",
        ),
        (asks_for_the_names(words), "The parameters are called api_key, lead_id, status and sub_status."),
        (
            words
                .split_inclusive(['.', '?', '!'])
                .any(|sentence| sentence.contains("%20") && (sentence.contains('+') || sentence.contains("plus")))
                && has(&["?"]),
            "A space may be sent as %20 or as +: both mean the same.",
        ),
        (
            words.split_inclusive(['.', '?', '!', ';']).any(|sentence| {
                let has = |all: &[&str]| all.iter().any(|one| sentence.contains(one));
                has(&["sub_status", "sub-status"])
                    && has(&["have to", "need to", "must", "required", "optional", "mandatory", "leave"])
            }),
            "By the documentation sub_status is optional: you may leave it out.",
        ),
        (
            has(&["amp;"]) && text.contains("href=") && text.contains("&amp;"),
            "In the source of an HTML page &amp; is right: the browser sends & in its place.",
        ),
        (
            item.is_some_and(|item| item.form == Form::LogCloudFront) && source.contains("%25"),
            "CloudFront writes each % as %25 in its log: what was sent is encoded once.",
        ),
        (
            asked(words).any(|asked| {
                let has = |all: &[&str]| all.iter().any(|one| asked.contains(one));
                has(&["a second time", "another method", "other method", "update it later", "change the status later"])
                    || has(&["can we", "may we", "can i", "may i"]) && has(&["for the same lead"])
                    || has(&["two updates", "second update", "second one", "update twice"])
                        && has(&["same lead", "one lead", "a lead", "per lead", "later"])
            }),
            "Where the status changes later, call UpdateLeadStatus again with the same lead_id: the new status takes the place of the old one. Send an amount only once, since amounts are summed on every update.",
        ),
        (
            has(&UNDO)
                && has(&["?", "please"])
                && !is_done_by_others(words)
                && !item.is_some_and(|item| Evidence::of(item).is_failure()),
            "The right status, sent for the same lead without an amount, takes the place of the wrong one. An amount does not come off by itself: tell us, and send no negative one.",
        ),
        (
            asks(&[
                "same update twice",
                "same update again",
                "same lead twice",
                "send it twice",
                "send them twice",
                "at least once",
            ]),
            "The same status a second time changes nothing. Amounts are summed on every update: send each only once.",
        ),
        (
            has_word(words, "json") && has_word(words, "xml") && has(&["?"]),
            "The documented answer is XML. JSON comes where a call has Content-Type: application/json: leave that header out.",
        ),
    ];
    all.into_iter()
        .chain(of_the_outcome(words, item))
        .chain(of_the_network(words))
        .filter(|(is_asked, _)| *is_asked)
        .map(|(_, answer)| answer)
        .collect()
}

/// Answers that what came back settles.
fn of_the_outcome(words: &str, item: Option<&Item>) -> [(bool, &'static str); 4] {
    let asks = |all: &[&str]| asked(words).any(|asked| all.iter().any(|one| asked.contains(one)));
    let came = item.map_or(Evidence::None, Evidence::of);
    [
        (
            matches!(came, Evidence::Code(1..=4))
                && asks(&["re-import", "reimport", "import them", "re-process", "reprocess"]),
            "Nothing of what was refused is kept on our side, so it has to be sent again.",
        ),
        (
            matches!(came, Evidence::Code(_) | Evidence::Missing(_) | Evidence::Http(500))
                && asks(&["firewall", "whitelist", "white-list", "allowlist", "allow our ip", "allow our address"]),
            "The firewall is not the cause: the call reached our server, which answered it.",
        ),
        (
            matches!(came, Evidence::Code(1..=4) | Evidence::Missing(_))
                && asks(&[
                    "did the lead get",
                    "was it recorded",
                    "was it updated",
                    "did it go through",
                    "did it arrive",
                    "was the lead updated",
                    "was it saved",
                    "did you get it",
                    "did you receive",
                ]),
            "CAKE refused it, so nothing was recorded.",
        ),
        (
            asks(&["leave the", "leave them", "leave those", "stay as they are", "keep those"]),
            "What CAKE took (code 0) can stay as it is.",
        ),
    ]
}

/// Answers to questions about what the network has to look at, or to correct.
fn of_the_network(words: &str) -> [(bool, &'static str); 9] {
    let has = |all: &[&str]| all.iter().any(|one| words.contains(one));
    let asks = |all: &[&str]| asked(words).any(|asked| all.iter().any(|one| asked.contains(one)));
    [
        (
            has(&["?"])
                && has(&["key"])
                && has(&[
                    "did you change",
                    "have you changed",
                    "did you replace",
                    "key changed",
                    "key replaced",
                    "key expired",
                    "key expire",
                ]),
            "Whether your key was changed on our side, we will look.",
        ),
        (
            has(&[
                "both calls",
                "both updates",
                "with both",
                "counted twice?",
                "count twice?",
                "each time?",
                "every time?",
            ]) && has(&["amount", "commission", "sum"]),
            "Send an amount once for each lead, with the update in which it is final: amounts are summed on every update. Send no corrected amount: tell us, and we will look.",
        ),
        (
            has(&["code 0", "code=0"]) && has(&[" mean"])
                || asks(&[
                    "which number do we",
                    "what number do we",
                    "which code do we",
                    "what code do we",
                    "is 0 right",
                    "is 0 good",
                ]),
            "Code 0 means that CAKE took the update; 1 to 4 are refusals.",
        ),
        (is_done_by_others(words), "Whether something was renamed, removed or deleted on our side, we will look."),
        (
            asks(&["retry off", "retries off", "stop retrying", "turn off the retr", "switch off the retr"]),
            "Keep automatic retries switched off until this is settled.",
        ),
        (
            asks(&[
                "did your ip",
                "has your ip",
                "your ip change",
                "your ip address change",
                "your address change",
                "your server move",
            ]),
            "Whether our address changed, we will look.",
        ),
        (
            asks(&["negative", "minus", "send -", "sending -"]) && !has(&UNDO),
            "Send no negative amount: amounts are summed on every update. Tell us, and we will correct the sum.",
        ),
        (
            asks(&["tls 1.0", "tls 1.1", "tls1.0", "tls1.1", "tlsv1.0", "tlsv1.1", "sslv3", "ssl 3"]),
            "Use TLS 1.2 or later, whatever our server takes today.",
        ),
        (
            has(&["ip "])
                && has(&[
                    "new ip",
                    "ip changed",
                    "ip has changed",
                    "ip address changed",
                    "ip will change",
                    "ips changed",
                    "changed our ip",
                    "another ip",
                ]),
            "Whether your new address has to be allowed on our side, we will look.",
        ),
    ]
}

/// Whether somebody asks what others did: "did you delete it?", "was it renamed?".
fn is_done_by_others(words: &str) -> bool {
    asked(words).any(|asked| {
        let has = |all: &[&str]| all.iter().any(|one| asked.contains(one));
        has(&["delete", "rename", "remove"])
            && has(&["did you", "have you", "did some", "did any", "has some", "was ", "been ", "were "])
    })
}
