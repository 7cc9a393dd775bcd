//! What comes next for a ticket: nothing, a person, or a reply with a cause or a question. Decided once, so that the report and the
//! reply agree.

use super::cause::known;
use super::evidence::Evidence;
use super::judged::Judged;
use super::look::{Found, Grade, Variant};
use super::matter::{
    Given, Matter, asks_for_a_value, claims_failure, is_about_updates, matter, posts_a_lead, questions,
};
use super::phrases::{Says, has_word};
use super::prose::LONG;
use super::settled::{answers, is_it_right};
use super::ticket::{Item, Ticket};
use super::words::is_quoted;
use crate::plural::listed;

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// It is solved.
    Nothing,
    /// It asks something that only a person can answer.
    Person,
    /// The cause is named, or what is missing is asked for.
    Reply,
}

/// The answer where somebody asks whether a request is right that CAKE took, or that it takes by the network's whole file.
pub(super) const TAKEN: &str = "The request is complete and correct.";

const PASS_ON: &str = "pass it on to a colleague who can answer it";

/// What comes next for a ticket whose requests were examined.
pub(super) fn next(ticket: &Ticket, words: &str, items: &[Judged], first: Option<usize>) -> Next {
    if is_solved(ticket, words, items) {
        return Next::Nothing;
    }
    let is_for_a_person = match first.map(|first| &items[first]) {
        None => {
            matter(words) != Matter::Failure
                || !is_about_updates(words)
                || asks_for_a_value(words)
                || posts_a_lead(&ticket.text)
        }
        Some(judged) => match judged.causes.first() {
            // The network's whole file says what CAKE answers: nobody has to look.
            Some(found) if found.id == "nothing-wrong" && found.grade == Grade::Certain && is_pasted_alone(ticket) => {
                false
            }
            Some(found) if found.group() == "none" => {
                NoCause::of(&ticket.items[judged.item], judged, words, &ticket.text).is_for_a_person(words)
            }
            found => found.is_some_and(|found| found.variant == Variant::Foreign),
        },
    };
    if is_for_a_person { Next::Person } else { Next::Reply }
}

/// Whether the ticket is a file of a program, without a word of a person.
fn is_pasted_alone(ticket: &Ticket) -> bool {
    ticket.text.trim_start().starts_with('{') && ticket.text.trim_end().ends_with('}')
}

/// Whether somebody writes that all is well, over mails that still show a failure, or with thanks.
fn is_solved(ticket: &Ticket, words: &str, items: &[Judged]) -> bool {
    let is_news = |judged: &Judged| {
        let is_quoted = is_quoted(ticket, &ticket.items[judged.item]);
        judged.is_for_cake && !is_quoted && judged.evidence != Evidence::Code(0)
    };
    let is_all_quoted = || ticket.items.iter().all(|item| item.request.is_some() && is_quoted(ticket, item));
    let is_over = words.says(&["solved", "works now", "working now", "fixed it", "did it", "close the ticket"])
        && !words.says(&["still", "but ", "again", "not ", "?"]);
    ticket.items.len() <= LONG
        && (matter(words) == Matter::Solved || is_over && is_all_quoted())
        && !items.iter().any(is_news)
}

/// A request that looks right, or that failed without a cause in sight.
pub(super) struct NoCause {
    given: Given,
    asked: usize,
    /// Whether something failed.
    pub(super) is_failure: bool,
    /// Whether CAKE answered with code 0.
    pub(super) is_taken: bool,
    /// Whether HTTP 200 is all that is known of the answer.
    pub(super) is_200: bool,
    /// Answers to what is asked.
    pub(super) answers: Vec<&'static str>,
}

impl NoCause {
    pub(super) fn of(item: &Item, judged: &Judged, words: &str, text: &str) -> Self {
        let evidence = &judged.evidence;
        let is_right = judged.causes.first().is_some_and(|found| found.grade == Grade::Certain);
        let (given, asked) = (Given::of(Some(item), words), questions(words));
        let (is_refused, is_taken) = (evidence.is_failure(), *evidence == Evidence::Code(0));
        let has_status = item.answer.as_ref().is_some_and(|answer| answer.http_status == Some(200));
        let is_200 = !given.has(Given::ANSWER) && (has_status || has_word(words, "200"));
        let is_failure = !is_taken && (is_refused || claims_failure(words) || is_200 && asked == 0);
        let answers = if is_refused {
            Vec::new()
        } else {
            let right = is_it_right(words).map(|right| if is_taken || is_right { TAKEN } else { right });
            answers(words, Some(item), text).into_iter().chain(right).collect()
        };
        Self { given, asked, is_failure, is_taken, is_200, answers }
    }

    fn is_for_a_person(&self, words: &str) -> bool {
        // A success that somebody reports and asks nothing about needs nobody.
        let asks_nothing = self.is_taken && self.asked == 0 && !words.contains("please");
        let is_other = self.answers.is_empty() && matter(words) == Matter::Other && !asks_nothing;
        // The reply says that CAKE took it and that it is right: no question is left.
        let is_settled = self.answers.contains(&TAKEN) && (self.is_taken || self.asked <= self.answers.len());
        asks_for_a_value(words) && self.answers.is_empty()
            || !self.is_failure && !is_settled && (self.asked > self.answers.len() || is_other)
    }

    /// What to ask; empty where nothing is left to ask.
    fn question(&self, is_log: bool) -> String {
        let ask = self.given.left_of(&known("cannot-tell").1.ask);
        match (self.is_taken, self.is_failure) {
            (true, _) if !self.answers.is_empty() => String::new(),
            (true, _) => {
                "If something is still missing, please tell us what you expected to see, and where.".to_owned()
            }
            (_, false) if !self.answers.is_empty() || ask.is_empty() => String::new(),
            (_, true) if is_log && !self.given.has(Given::ANSWER) => ask.replace(
                "Please send the whole answer.",
                "Please send what CAKE answered to one of these updates, the XML with <code>. If your program does not record it, please have it do so.",
            ),
            (_, true) => ask,
            (_, false) => "If it failed, please send us the whole answer, and the time with its time zone.".to_owned(),
        }
    }
}

/// What is asked about the cause to act on: what the ticket does not give, and nothing where the cause is clear.
pub(super) fn question(item: &Item, judged: &Judged, words: &str, text: &str) -> String {
    let Some(first) = judged.causes.first() else { return String::new() };
    let is_open = match first.group() {
        "none" => return NoCause::of(item, judged, words, text).question(item.form.is_log()),
        "answer" | "transport" => true,
        "accepted" => first.grade == Grade::Possible,
        _ => first.grade != Grade::Certain,
    };
    if is_open { Given::of(Some(item), words).left_of(first.ask()) } else { String::new() }
}

/// The cause to act on, as it is to be handled.
pub(super) fn adapt(first: &mut Found, next: Next, ask: String) {
    if first.variant == Variant::ReadAsJson {
        return;
    }
    if next != Next::Person {
        first.ask = Some(ask);
        return;
    }
    first.ask = Some(String::new());
    if first.variant == Variant::Usual {
        first.variant = Variant::Person;
        PASS_ON.clone_into(&mut first.help);
    }
}

/// What to say where there is nothing to examine.
pub(super) fn nothing(ticket: &Ticket, words: &str, next: Next) -> Found {
    let message = "the ticket has neither an update nor an answer of CAKE";
    let found = Found::new("not-a-request", Grade::Likely, None, message);
    match next {
        Next::Nothing => {
            let has_request = ticket.items.iter().any(|item| item.request.is_some());
            let id = if has_request { "nothing-wrong" } else { "not-a-request" };
            let found = Found::new(id, Grade::Likely, None, "the sender says that it is solved");
            found.with_help("nothing").with_ask("").of(Variant::Solved)
        }
        Next::Person if is_settled(&answers(words, None, &ticket.text), words) => {
            found.with_help("answer it: the documentation settles it").with_ask("").of(Variant::Person)
        }
        Next::Person => found.with_help(PASS_ON).with_ask("").of(Variant::Person),
        Next::Reply => {
            let needed = needed(words);
            let numbered: Vec<String> = (1..).zip(&needed).map(|(at, what)| format!("{at}. {what}")).collect();
            let help = format!("ask for {}", listed(&needed));
            found.with_help(help).with_ask(format!("Please send: {}.", numbered.join(", ")))
        }
    }
}

/// Whether these answers settle all that is asked.
pub(super) fn is_settled(answers: &[&str], words: &str) -> bool {
    !answers.is_empty() && answers.len() >= questions(words)
}

/// What support needs of a ticket that has neither a request nor an answer.
pub(super) fn needed(words: &str) -> Vec<String> {
    let given = Given::of(None, words);
    let all = [
        (given.has(Given::URL), "the URL that was called, with the API key hidden"),
        (given.has(Given::ANSWER), "the whole answer"),
        (given.has(Given::TIME), "the time, with its time zone"),
        (given.has(Given::LEAD), "the lead ID"),
    ];
    all.into_iter().filter(|(is_given, _)| !is_given).map(|(_, what)| what.to_owned()).collect()
}
