//! What somebody writes about: something that fails, something that is solved, or something else; and what of it is given
//! already.

use std::net::Ipv4Addr;

use super::evidence::{Evidence, is_complaint};
use super::look::may_be_a_lead_id;
use super::phrases::{Says, asked, phrases};
use super::said::outcome_in_words;
use super::ticket::{Form, Item, Request};

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Matter {
    /// Something does not work.
    Failure,
    /// It works now.
    Solved,
    /// A question or another request, which only a person can answer.
    Other,
    /// Nothing is written.
    Nothing,
}

/// How many questions there are: a mark behind a word.
pub(super) fn questions(words: &str) -> usize {
    let is_one = |word: &&str| {
        let word = word.trim_end_matches(['!', ')', '"', '“', '”']);
        let asked = word.trim_end_matches('?');
        asked != word && asked.ends_with(|c: char| c.is_alphanumeric() || "\"')”".contains(c)) && !asked.contains('=')
    };
    words.split(' ').filter(is_one).count()
}

/// Whether a program wrote it: somebody is away.
pub(super) fn is_automatic(words: &str) -> bool {
    words.means("automatic") && !words.contains("://") && questions(words) == 0
}

/// What the words are about.
pub(super) fn matter(words: &str) -> Matter {
    let is_over = words.means("over");
    if is_over
        && words.says(&["thank", "thx", "close", "danke", "merci", "gracias"])
        && questions(words) == 0
        && !words.says(&["still", "not "])
    {
        return Matter::Solved;
    }
    let count = words.split(' ').filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1).count();
    match claims_failure(words) {
        true => Matter::Failure,
        false if count < 3 => Matter::Nothing,
        false => Matter::Other,
    }
}

/// Whether the words say that something fails, and not that nothing does.
pub(super) fn claims_failure(words: &str) -> bool {
    let words = phrases("no-failure").iter().fold(words.to_owned(), |words, denied| words.replace(denied, ""));
    is_complaint(&words) || matches!(outcome_in_words(&words), Evidence::Code(1..=4)) || words.means("failure")
}

/// What is asked without a mark: "please let me know which statuses are allowed".
pub(super) fn wished(words: &str) -> impl Iterator<Item = &str> {
    const ASKING: [&str; 7] = ["which ", "whether ", "what ", "how ", "when ", "where ", "who "];
    words.split_inclusive(['.', '!', '?', ';']).map(str::trim).filter(|sentence| {
        let lower = sentence.to_lowercase();
        let is_asking = |rest: &str| ASKING.iter().any(|word| rest.starts_with(word));
        !sentence.ends_with('?')
            && phrases("wishes").iter().filter_map(|opening| lower.split_once(opening)).any(|(_, rest)| is_asking(rest))
    })
}

/// Whether somebody asks what a value should be: which of two amounts, which status, the sum or the difference.
pub(super) fn asks_for_a_value(words: &str) -> bool {
    const VERBS: [&str; 11] =
        ["send", "put", "use", "report", "pass", "set", "write", "enter", "fill", "choose", "pick"];
    let is_verb = |word: &str| VERBS.contains(&word.trim_matches(|c: char| !c.is_alphabetic()));
    let ends = |c: char| matches!(c, '!' | ';');
    asked(words)
        .filter_map(|asked| asked.rsplit(ends).next())
        .filter(|asked| !asked.contains("again") && !asked.contains("resend"))
        .any(|asked| {
            let is_which = asked.says(&["which ", "how much", "the difference", "the total", "the sum"]);
            let is_what = asked.says(&["what "]) && asked.says(&["should", "do we", "do i", "shall", "must", "can we"]);
            (is_which || is_what || asked.says(&[" or "])) && asked.split(' ').any(is_verb)
        })
}

/// Whether a text is about posting leads, which another API of CAKE takes.
pub(super) fn posts_a_lead(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.says(&["/d.ashx", "ckm_campaign_id", "ckm_key", "campaign key"])
}

/// Whether somebody does not know where to send updates to.
pub(super) fn asks_for_the_host(words: &str) -> bool {
    let signs = ["host", "domain", "url", "address", "where to send", "where we send"];
    let is_open =
        ["which ", "what ", "nobody told", "no one told", "nobody could tell", "not told", "don't know", "do not know"];
    words.says(&signs) && words.says(&is_open)
}

/// Whether somebody asks whether the network's service is down.
pub(super) fn asks_whether_it_is_down(words: &str) -> bool {
    let words = &words.replace("drill down", "").replace("drop down", "");
    // A longer one is code with a question mark in it.
    asked(words).any(|asked| asked.len() < 300 && asked.means("down"))
}

/// Whether the words may be about updates of leads, and not about something else that goes wrong.
pub(super) fn is_about_updates(words: &str) -> bool {
    words.means("updates") && !words.means("other-matters")
}

/// How many days are written with the name of their month: `14 Nov`, `November 14`.
fn days(tokens: &[&str]) -> usize {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let is_month = |word: &str| MONTHS.iter().any(|month| word.starts_with(month));
    let is_day = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    tokens.windows(2).filter(|two| is_day(two[0]) && is_month(two[1]) || is_month(two[0]) && is_day(two[1])).count()
}

/// Whether somebody writes which lead ID it was: `lead_id was 00417`.
fn names_a_lead(words: &str) -> bool {
    let behind = |name: &str| words.split(name).skip(1).map(str::trim_start).collect::<Vec<_>>();
    let is_id = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    ["lead_id", "lead id"].iter().flat_map(|name| behind(name)).any(|rest| {
        let rest = ["was ", "is ", ":", "="].iter().find_map(|sign| rest.strip_prefix(sign)).unwrap_or(rest);
        is_id(rest.trim_start())
    })
}

/// Whether one of these stands there with its number.
fn has_number(text: &str) -> bool {
    NUMBERS.iter().flat_map(|name| text.match_indices(name)).any(|(at, name)| {
        let end = text.floor_char_boundary((at + name.len() + 20).min(text.len()));
        let digits = text[at + name.len()..end].bytes().filter(u8::is_ascii_digit).count();
        !text[..at].ends_with(char::is_alphabetic) && digits > 3
    })
}

/// What a firewall's page calls its number.
const NUMBERS: [&str; 7] =
    ["support id", "ray id", "cf-ray", "incident id", "incident number", "reference #", "reference number"];

/// What a ticket gives of what support needs: words of questions that need not be asked.
#[derive(Debug, Clone)]
pub(super) struct Given(Vec<&'static str>);

impl Given {
    /// By one item, and by what is written around.
    pub(super) fn of(item: Option<&Item>, words: &str) -> Self {
        // The network's own log has all that it keeps.
        if item.is_some_and(|item| item.form == Form::CakeLog) {
            return Self(vec![Self::URL, Self::ANSWER, Self::TIME, Self::LEAD]);
        }
        let request = item.and_then(|item| item.request.as_ref());
        let answer = item.and_then(|item| item.answer.as_ref());
        let body = answer.and_then(|answer| answer.body.as_ref()).map(|body| body.text().into_owned());
        let digits = |word: &str, mark: char| {
            let parts: Vec<&str> = word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).split(mark).collect();
            parts.len() >= 2 && parts.iter().take(2).all(|part| part.starts_with(|c: char| c.is_ascii_digit()))
        };
        let tokens: Vec<&str> = words.split(' ').collect();
        let is_count = |word: &str| {
            word.replace(',', "").parse::<u32>().is_ok() || matches!(word, "all" | "every" | "each" | "single")
        };
        let counted = ["update", "call", "lead", "request", "status", "so", "time"];
        let is_counted = |two: &[&str]| is_count(two[0]) && counted.iter().any(|what| two[1].starts_with(what));
        let is_bought = words.contains("bought") || words.contains(" buy ");
        let has_lead = request.and_then(Request::lead_id).is_some_and(|lead| !lead.is_empty());
        let is_named = |text: &str| text.contains("client (");
        let rates = ["a minute", "per minute", "an hour", "per hour", "a second", "per second", "/min", "/s", "a day"];
        let bursts = ["backlog", "burst", "in one go", "at once", "parallel", "concurren"];
        let is_rate = tokens.windows(2).any(is_counted) && rates.iter().chain(&bursts).any(|rate| words.contains(rate));
        let is_address = |word: &&str| word.trim_matches(|c: char| !c.is_ascii_digit()).parse::<Ipv4Addr>().is_ok();
        let all: [(bool, &[&'static str]); 14] = [
            (
                has_number(words) || body.as_ref().is_some_and(|body| has_number(&body.to_lowercase())),
                &["number that the page shows"],
            ),
            (tokens.iter().any(is_address), &["public address"]),
            (words.means("systems"), &["Which system and which"]),
            (is_rate, &["How many updates do you send"]),
            (request.is_some(), &[Self::URL, "hide the key in it", "status was sent", "HTTP method"]),
            (body.is_some(), &[Self::ANSWER]),
            (
                item.is_some_and(|item| item.logged.time.is_some()) || tokens.iter().any(|word| digits(word, ':')),
                &[Self::TIME],
            ),
            (has_lead, &["Which lead IDs did"]),
            (
                has_lead || names_a_lead(words) || words.split(|c: char| !c.is_alphanumeric()).any(may_be_a_lead_id),
                &[Self::LEAD],
            ),
            (
                tokens.iter().filter(|word| digits(word, '/') || digits(word, '-')).count() > 1 || days(&tokens) > 1,
                &["dates does the report"],
            ),
            (answer.is_some_and(|answer| !answer.headers.is_empty()), &["Location header"]),
            (is_bought && words.contains(|c: char| c.is_ascii_digit()), &["did you buy", "lead bought"]),
            (tokens.windows(2).any(is_counted), &["how many updates did"]),
            (is_named(words) || body.as_deref().is_some_and(is_named), &["Which value"]),
        ];
        Self(all.into_iter().filter(|(is_given, _)| *is_given).flat_map(|(_, words)| words.iter().copied()).collect())
    }

    pub(super) const URL: &str = "URL was called";
    pub(super) const ANSWER: &str = "whole answer";
    pub(super) const TIME: &str = "time (with zone)";
    pub(super) const LEAD: &str = "lead ID was sent";

    /// Whether what these words ask for is given.
    pub(super) fn has(&self, words: &str) -> bool {
        self.0.contains(&words)
    }

    /// Those sentences of a question that the ticket does not answer.
    pub(super) fn left_of(&self, ask: &str) -> String {
        let is_open = |sentence: &&str| !sentence.says(&self.0);
        ask.split_inclusive(['.', '?']).filter(is_open).collect::<String>().trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Given, Matter, asks_for_a_value, matter, questions};

    #[test]
    fn a_failure_is_told_from_a_question_and_from_good_news() {
        for (words, expected) in [
            ("it does nothing, please help", Matter::Failure),
            ("status updates dont work since friday", Matter::Failure),
            ("see screenshot", Matter::Failure),
            ("thanks, that solved it! all 40 updates went through", Matter::Solved),
            ("thanks, the quotes solved it! one more thing: is lower case ok?", Matter::Other),
            ("do we send the difference? nothing is broken, we only ask", Matter::Other),
            ("where do we find our api_key", Matter::Other),
            ("", Matter::Nothing),
        ] {
            assert_eq!(matter(words), expected, "{words}");
        }
        assert_eq!(questions("is it (really?) so? https a?b=c x ? y"), 2);
    }

    #[test]
    fn a_question_about_a_value_is_told_from_others() {
        for words in [
            "do we send loan_amount=5000 or loan_amount=15000 the second time? e.g.",
            "it works. which status do we use for a withdrawn loan?",
            "what should we put into sub_status?",
            "should we report the difference?",
        ] {
            assert!(asks_for_a_value(words), "{words}");
        }
        for words in [
            "we send it or not",
            "did you get it or not? should we send it again?",
            "what is wrong with this status?",
            "do we have to send sub_status every time?",
        ] {
            assert!(!asks_for_a_value(words), "{words}");
        }
    }

    #[test]
    fn what_the_ticket_gives_is_not_asked_for() {
        let given = Given::of(None, "on monday at 6:30 pm for lead 9a41c07e");
        let ask = "Please send the whole answer. At what time (with zone) was the update sent? Which lead ID was sent?";
        assert_eq!(given.left_of(ask), "Please send the whole answer.");
    }
}
