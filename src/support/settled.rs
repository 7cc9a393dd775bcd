//! Questions that the documentation or the platform settles: those in `settled.yaml`, and two about the form of a ticket.

use std::sync::LazyLock;

use serde::Deserialize;

use super::evidence::Evidence;
use super::matter::asks_for_a_value;
use super::phrases::{Says, asked};
use super::ticket::{FailureKind, Form, Item};

/// A question that is settled, by its words and what came back, and the answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settled {
    within: Within,
    says: Vec<Vec<String>>,
    #[serde(default)]
    with: String,
    #[serde(default)]
    unless: Vec<String>,
    came: Option<Came>,
    answer: String,
}

/// In what part of a message words stand together.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Within {
    Message,
    Sentence,
    Question,
}

/// What the ticket shows of the outcome.
#[derive(Deserialize)]
enum Came {
    #[serde(rename = "code 4")]
    Code4,
    #[serde(rename = "code 2 or 3")]
    Code2Or3,
    #[serde(rename = "code 1 to 4")]
    Code1To4,
    /// A code, or that a parameter is missing.
    #[serde(rename = "refusal")]
    Refusal,
    /// Something that CAKE's server says.
    #[serde(rename = "answer")]
    Answer,
    /// The request did not get to the network.
    #[serde(rename = "nothing")]
    Nothing,
    #[serde(rename = "no failure")]
    NoFailure,
}

impl Came {
    fn is(&self, came: &Evidence) -> bool {
        match self {
            Self::Code4 => *came == Evidence::Code(4),
            Self::Code2Or3 => matches!(came, Evidence::Code(2 | 3)),
            Self::Code1To4 => matches!(came, Evidence::Code(1..=4)),
            Self::Refusal => matches!(came, Evidence::Code(1..=4) | Evidence::Missing(_)),
            Self::Answer => matches!(came, Evidence::Code(_) | Evidence::Missing(_) | Evidence::Http(500)),
            Self::Nothing => {
                matches!(came, Evidence::Http(407) | Evidence::Failed(FailureKind::Proxy | FailureKind::Dns))
            }
            Self::NoFailure => !came.is_failure(),
        }
    }
}

impl Settled {
    fn is_asked(&self, words: &str, came: &Evidence) -> bool {
        let has_all = |text: &str| self.says.iter().all(|list| text.says(list));
        let is_there = match self.within {
            Within::Message => has_all(words),
            Within::Sentence => words.split_inclusive(['.', '?', '!', ';']).any(has_all),
            Within::Question => asked(words).any(has_all),
        };
        is_there
            && words.contains(&self.with)
            && !words.says(&self.unless)
            && self.came.as_ref().is_none_or(|known| known.is(came))
    }
}

static SETTLED: LazyLock<Vec<Settled>> =
    LazyLock::new(|| serde_saphyr::from_str(include_str!("settled.yaml")).expect("the file has its form"));

/// The answer where somebody asks whether a request is right, and nothing is wrong with it.
pub(super) fn is_it_right(words: &str) -> Option<&'static str> {
    let is_asked = words.says(&["is this", "does this", "does it", "is the", "is it"])
        && words.says(&["ok?", "okay?", "right?", "correct?", "right to you?"])
        || asked(words).any(|one| one.means("is-it-right"));
    (is_asked && !asks_for_a_value(words)).then_some(
        "Nothing in it is wrong as far as we can see. Whether key, lead and status are known, CAKE's answer says: code 0 means that it took the update.",
    )
}

/// Answers to questions that the documentation or the platform settles.
pub(super) fn answers(words: &str, item: Option<&Item>, text: &str) -> Vec<&'static str> {
    let came = item.map_or(Evidence::None, Evidence::of);
    let is_of_page = words.contains("amp;") && text.contains("href=") && text.contains("&amp;");
    let is_escaped = |item: &Item| {
        let source = text.get(item.place.range()).unwrap_or_default();
        item.form == Form::LogCloudFront && source.contains("%25")
    };
    let of_form = [
        (is_of_page, "In the source of an HTML page &amp; is right: the browser sends & in its place."),
        (item.is_some_and(is_escaped), "CloudFront writes each % as %25 in its log: what was sent is encoded once."),
    ];
    let by_words = SETTLED.iter().filter(|one| one.is_asked(words, &came)).map(|one| &*one.answer);
    let mut all: Vec<_> =
        by_words.chain(of_form.into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, answer)| answer)).collect();
    all.dedup();
    all
}
