//! Questions that the documentation or the platform settles.

use super::evidence::Evidence;
use super::matter::asks_for_a_value;
use super::phrases::{Says, asked, has_word};
use super::ticket::{FailureKind, Form, Item};

/// In what part of a message words stand together.
#[derive(Clone, Copy)]
enum Within {
    /// Anywhere.
    Message,
    /// In one sentence.
    Sentence,
    /// In one question.
    Question,
}

use Within::{Message, Question, Sentence};

/// Words of which each list has to have one there, and the answer.
type Settled = (Within, &'static [&'static [&'static str]], &'static str);

const LATER: &str = "Where the status changes later, call UpdateLeadStatus again with the same lead_id: the new status takes the place of the old one. Send an amount only once, since amounts are summed on every update.";
const CODES: &str = "Code 0 means that CAKE took the update; 1 to 4 are refusals.";

/// What the words of a question settle.
const BY_WORDS: &[Settled] = &[
    (
        Question,
        &[
            &["lead_id", "lead id"],
            &["what is", "which", "is the lead id the", "is lead_id the", "same number", "same id", "where do"],
        ],
        "lead_id is the CAKE Lead ID that came with the lead: usually eight characters, such as F0E41C8D. If your number looks like that, it should be the one; if not, ask us.",
    ),
    (
        Question,
        &[
            &["parameter name", "name of the parameter", "names of the parameters", "parameters called"],
            &["what", "which", "correct", "right"],
        ],
        "The parameters are called api_key, lead_id, status and sub_status.",
    ),
    (
        Sentence,
        &[&["sub_status", "sub-status"], &["have to", "need to", "must", "required", "optional", "mandatory", "leave"]],
        "By the documentation sub_status is optional: it may be empty or left out.",
    ),
    (
        Question,
        &[&["a second time", "another method", "other method", "update it later", "change the status later"]],
        LATER,
    ),
    (Question, &[&["can we", "may we", "can i", "may i"], &["for the same lead"]], LATER),
    (
        Question,
        &[
            &["two updates", "second update", "second one", "update twice"],
            &["same lead", "one lead", "a lead", "per lead", "later"],
        ],
        LATER,
    ),
    (
        Question,
        &[&[
            "same update twice",
            "same update again",
            "same lead twice",
            "send it twice",
            "send them twice",
            "at least once",
        ]],
        "The same status a second time changes nothing. Amounts are summed on every update: send each only once.",
    ),
    (
        Message,
        &[
            &["?"],
            &["key"],
            &[
                "did you change",
                "have you changed",
                "did you replace",
                "key changed",
                "key replaced",
                "key expired",
                "key expire",
            ],
        ],
        "Whether your key was changed on our side, we will look.",
    ),
    (Message, &[&["code 0", "code=0"], &[" mean"]], CODES),
    (
        Question,
        &[&[
            "which number do we",
            "what number do we",
            "which code do we",
            "what code do we",
            "is 0 right",
            "is 0 good",
        ]],
        CODES,
    ),
    (Question, OF_OTHERS, "Whether something was renamed, removed or deleted on our side, we will look."),
    (
        Question,
        &[&[
            "did your ip",
            "has your ip",
            "your ip change",
            "your ip address change",
            "your address change",
            "your server move",
        ]],
        "Whether our address changed, we will look.",
    ),
    (
        Message,
        &[
            &["ip "],
            &[
                "new ip",
                "ip changed",
                "ip has changed",
                "ip address changed",
                "ip will change",
                "ips changed",
                "changed our ip",
                "another ip",
            ],
        ],
        "Whether your new address has to be allowed on our side, we will look.",
    ),
];

/// What others did: "did you delete it?", "was it renamed?".
const OF_OTHERS: &[&[&str]] = &[
    &["delete", "rename", "remove"],
    &["did you", "have you", "did some", "did any", "has some", "was ", "been ", "were "],
];

/// What people write who look for the fault in their key.
const OF_THE_KEY: &[&str] = &[
    "invalid key",
    "key is invalid",
    "key invalid",
    "wrong key",
    "valid key",
    "key wrong",
    "key is wrong",
    "key expired",
    "key has expired",
    "new key",
    "reset the key",
    "our key blocked",
    "is our key",
    "is the key",
];

/// What people write who want an update not to have happened.
const UNDO: [&str; 7] = ["undo", "take it back", "by mistake", "delete it", "cancel it", "reverse it", "back out"];

fn says_all(text: &str, lists: &[&[&str]]) -> bool {
    lists.iter().all(|words| text.says(words))
}

/// The answer where somebody asks whether a request is right, and nothing is wrong with it.
pub(super) fn is_it_right(words: &str) -> Option<&'static str> {
    let is_asked = !asks_for_a_value(words)
        && (words.says(&["is this", "does this", "does it", "is the", "is it"])
            && words.says(&["ok?", "okay?", "right?", "correct?", "right to you?"])
            || words.asks(&[
                "to change something",
                "something still missing",
                "anything missing",
                "the right name",
                "the right spelling",
                "spelled right",
                "the correct name",
                "the correct spelling",
            ]));
    is_asked.then_some(
        "Nothing in it is wrong as far as we can see. Whether key, lead and status are known, CAKE's answer says: code 0 means that it took the update.",
    )
}

/// Answers to questions that the documentation or the platform settles.
pub(super) fn answers(words: &str, item: Option<&Item>, text: &str) -> Vec<&'static str> {
    let is_settled = |(within, lists, _): &&Settled| match within {
        Message => says_all(words, lists),
        Sentence => words.split_inclusive(['.', '?', '!', ';']).any(|sentence| says_all(sentence, lists)),
        Question => asked(words).any(|asked| says_all(asked, lists)),
    };
    let by_words = BY_WORDS.iter().filter(is_settled).map(|(_, _, answer)| *answer);
    let by_ticket =
        by_ticket(words, item, text).into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, answer)| answer);
    let mut all: Vec<_> = by_words.chain(by_ticket).collect();
    all.dedup();
    all
}

/// What else the ticket settles: what stands in it, and what came back.
fn by_ticket(words: &str, item: Option<&Item>, text: &str) -> [(bool, &'static str); 12] {
    let source = item.and_then(|item| text.get(item.place.range())).unwrap_or_default();
    let came = item.map_or(Evidence::None, Evidence::of);
    let compares_signs =
        |sentence: &str| sentence.contains("%20") && (sentence.contains('+') || sentence.contains("plus"));
    [
        (
            words.says(&["upper case", "upper-case", "uppercase", "lower case", "lower-case", "lowercase"])
                && words.contains("name")
                && !words.contains("status"),
            "Letter case does not matter in the names of parameters.",
        ),
        (
            words.split_inclusive(['.', '?', '!']).any(compares_signs) && words.contains('?'),
            "A space may be sent as %20 or as +: both mean the same.",
        ),
        (
            words.contains("amp;") && text.contains("href=") && text.contains("&amp;"),
            "In the source of an HTML page &amp; is right: the browser sends & in its place.",
        ),
        (
            item.is_some_and(|item| item.form == Form::LogCloudFront) && source.contains("%25"),
            "CloudFront writes each % as %25 in its log: what was sent is encoded once.",
        ),
        (
            words.says(&UNDO)
                && words.says(&["?", "please"])
                && !asked(words).any(|asked| says_all(asked, OF_OTHERS))
                && !came.is_failure(),
            "The right status, sent for the same lead without an amount, takes the place of the wrong one. An amount does not come off by itself: tell us, and send no negative one.",
        ),
        (
            has_word(words, "json") && has_word(words, "xml") && words.contains('?'),
            "The documented answer is XML. JSON comes where a call has Content-Type: application/json: leave that header out.",
        ),
        (came == Evidence::Code(4) && words.asks(OF_THE_KEY), "Code 4 has nothing to do with the key."),
        (
            matches!(came, Evidence::Code(2 | 3)) && words.asks(OF_THE_KEY),
            "CAKE knows the key: to one that it does not know it answers code 1.",
        ),
        (
            matches!(came, Evidence::Code(1..=4))
                && words.asks(&["re-import", "reimport", "import them", "re-process", "reprocess"]),
            "Nothing of what was refused is kept on our side, so it has to be sent again.",
        ),
        (
            matches!(came, Evidence::Code(_) | Evidence::Missing(_) | Evidence::Http(500))
                && words.asks(&[
                    "firewall",
                    "whitelist",
                    "white-list",
                    "allowlist",
                    "allow our ip",
                    "allow our address",
                ]),
            "The firewall is not the cause: the call reached our server, which answered it.",
        ),
        (
            matches!(came, Evidence::Http(407) | Evidence::Failed(FailureKind::Proxy | FailureKind::Dns))
                && words.says(&["your firewall", "whitelist", "white-list", "allowlist"]),
            "Our firewall is not the cause: the request did not get that far.",
        ),
        (
            matches!(came, Evidence::Code(1..=4) | Evidence::Missing(_))
                && words.asks(&[
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
    ]
}
