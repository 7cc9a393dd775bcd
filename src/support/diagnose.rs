//! From a ticket to its causes: each request is examined, what follows from another cause is dropped, and the rest is put in the
//! order in which to act.

use super::cause::{Trait, known};
use super::causes::examine;
use super::contrast::{compare, compare_sizes, compare_times, has_size, repeats, usual_size};
use super::evidence::{Evidence, is_complaint};
use super::expected::expected;
use super::judged::{Judged, Standing, score};
use super::keys::{exposed, keys, shown_key};
use super::knowledge::Knowledge;
use super::listed::with_listed;
use super::look::{Found, Grade, Look, Variant, shown};
use super::next::{Next, adapt, next, nothing, question};
use super::order::{drop_what_follows, drop_what_is_not_shown, is_aside, tier};
use super::prose::{LONG, asked_for, prose};
use super::purpose::{is_for_cake, is_probe};
use super::said::{behind, may_go_on, outcome_in_words};
use super::ticket::{Answer, FailureKind, Form, Item, MarkKind, Ticket};
use super::traced::{Span, Traced};
use super::words::own_words;
use crate::cake::{MISSING_PARAMETER, Reason, is_parameter};
use crate::secret::Redactor;

/// What was found in a ticket.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// Each request or answer, with its causes.
    pub items: Vec<Judged>,
    /// The one to begin with.
    pub first: Option<usize>,
    /// What to say where there is nothing to examine.
    pub nothing: Found,
    /// What comes next.
    pub(super) next: Next,
    /// Keys of the ticket, which must not be shown.
    pub keys: Redactor,
}

impl Diagnosis {
    /// The causes of the ticket, the one to act on first.
    pub fn causes(&self) -> &[Found] {
        self.first.map_or(std::slice::from_ref(&self.nothing), |first| &self.items[first].causes)
    }

    /// The cause to act on, where the ticket shows it, or that nothing is wrong.
    pub fn answer(&self) -> Option<&Found> {
        self.causes().first().filter(|first| !matches!(first.id, "not-a-request" | "cannot-tell"))
    }
}

/// How many requests of one ticket are examined one by one.
const MOST: usize = 20_000;

/// Requests that are compared with each other: each looks at all the others.
const MOST_COMPARED: usize = 500;

/// Finds the causes of a ticket.
pub fn diagnose(ticket: &Ticket, know: &Knowledge) -> Diagnosis {
    let listed = with_listed(know, ticket);
    let know = listed.as_ref().unwrap_or(know);
    let usual = usual_size(&ticket.items);
    let prose = prose(ticket);
    let around = Around { evidence: outcome_in_words(&prose), is_complaint: is_complaint(&prose), prose: &prose };
    // What is written of one request is not said of the others too.
    let mut few = ticket.items.iter().take(LONG);
    let is_shown = few.any(|item| {
        let came = Evidence::of(item);
        came == around.evidence
            || around.evidence == Evidence::Http(500) && came.is_of_platform()
            // What somebody tried by hand was taken.
            || around.evidence == Evidence::Code(0) && matches!(came, Evidence::Code(1..=4))
            || behind(ticket, item).as_ref() == Some(&around.evidence)
    });
    let others = if ticket.items.len() <= MOST_COMPARED { &*ticket.items } else { &[] };
    let mut items: Vec<Judged> = ticket
        .items
        .iter()
        .enumerate()
        .take(MOST)
        .map(|(at, item)| {
            // In a long log the prose is about the first ones at most.
            let around = if at < LONG { &around } else { &Around::NOTHING };
            let own = behind(ticket, item).filter(|_| at < LONG);
            let said = || if is_shown { Evidence::None } else { around.evidence.clone() };
            let around = &Around { evidence: own.unwrap_or_else(said), ..*around };
            judged(around, (at, item), others, know, usual)
        })
        .collect();
    compare(ticket, &mut items);
    repeats(ticket, &mut items);
    compare_sizes(&mut items);
    compare_times(ticket, &mut items);
    for judged in &mut items {
        let goes_on = judged.causes.first().is_some_and(|found| found.id == "nothing-wrong")
            && !ticket.items[judged.item].marks.iter().any(|mark| mark.kind == MarkKind::Continues)
            && may_go_on(ticket, &ticket.items[judged.item]);
        if goes_on {
            let message = "the URL may go on after its end in the ticket";
            judged.causes[0] = Found::new("cannot-tell", Grade::Possible, None, message);
        }
        if judged.evidence.hides_query(&ticket.items[judged.item])
            && let Some(found) = judged.causes.iter_mut().find(|found| found.id == "nothing-wrong")
        {
            *found = Found::new("cannot-tell", Grade::Possible, None, "the log does not show the query").with_ask(
                "Please send the log's lines with the query (what follows the ? in the URL), and what CAKE answered.",
            );
        }
    }
    let first = items
        .iter()
        .enumerate()
        .filter(|(_, judged)| judged.is_for_cake)
        .max_by_key(|(at, judged)| (score(judged), std::cmp::Reverse(*at)))
        .map(|(at, _)| at);
    // What a line shows tells more than the code that made it.
    let id = |at: usize| items[at].causes.first().map_or("", |found| found.id);
    let mut first = first.map(|first| {
        let shown = (0..items.len()).find(|at| items[*at].is_for_cake && id(*at).starts_with("cut-at-"));
        shown.filter(|_| id(first) == "value-unencoded").unwrap_or(first)
    });
    let asked_for = asked_for(ticket, &prose);
    if let Some((found, _)) = &asked_for
        && found.variant == Variant::Beside
        && let Some(first) = first.and_then(|first| items.get_mut(first))
    {
        let at =
            usize::from(!matches!(first.causes.first().map(|found| found.id), Some("nothing-wrong" | "cannot-tell")));
        first.causes.insert(at.min(first.causes.len()), found.clone());
    } else if let Some((found, at)) = asked_for
        && let Some(before) = first
    {
        let at = at.filter(|at| *at < items.len()).unwrap_or(before);
        let causes = &mut items[at].causes;
        let known = causes.iter().find(|other| other.id == found.id);
        let found = Found { grade: known.map_or(found.grade, |known| known.grade), ..found };
        causes.retain(|other| other.id != found.id && !matches!(other.id, "nothing-wrong" | "cannot-tell"));
        causes.insert(0, found);
        first = Some(at);
    }
    if let Some(first) = first
        && !items[first].causes.iter().any(|found| matches!(found.id, "key-exposed"))
        && let Some(word) = exposed(&ticket.text)
    {
        let place = Some(Span::new(word.start, word.end));
        let message = "the ticket shows what looks like a key";
        items[first].causes.push(Found::new("key-exposed", Grade::Likely, place, message));
    }
    let words = own_words(ticket);
    let next = next(ticket, &words, &items, first);
    if next == Next::Nothing {
        items.clear();
        first = None;
    }
    let nothing = nothing(ticket, &words, next);
    if let Some(judged) = first.and_then(|first| items.get_mut(first)) {
        let ask = question(&ticket.items[judged.item], judged, &words, &ticket.text);
        if let Some(found) = judged.causes.first_mut() {
            adapt(found, next, ask);
        }
    }
    Diagnosis { items, first, nothing, next, keys: Redactor::new(keys(ticket)) }
}

/// Whether code makes the request of values that the ticket does not have.
fn is_of_code(item: &Item) -> bool {
    let kinds = [MarkKind::Variable, MarkKind::Continues, MarkKind::FileValue];
    matches!(item.form, Form::Url | Form::Fetch) && item.marks.iter().any(|mark| kinds.contains(&mark.kind))
}

/// The causes of one request of a long log, and whether it is for CAKE.
pub(super) fn causes_of(item: &Item, know: &Knowledge) -> (Vec<Found>, bool) {
    let mut examined = examined(&Around::NOTHING, item, &[], know, None);
    examined.found.retain(|found| !is_aside(found));
    (examined.found, examined.is_for_cake)
}

/// What people wrote around the requests, in lower case, and what that says of the outcome.
struct Around<'p> {
    prose: &'p str,
    evidence: Evidence,
    is_complaint: bool,
}

impl Around<'_> {
    const NOTHING: Self = Self { prose: "", evidence: Evidence::None, is_complaint: false };
}

/// A program that expects JSON stops at the XML, and nobody has seen the code.
fn read_as_json(place: Span) -> Found {
    let message = "the program reads CAKE's XML as JSON, and stops at its first character";
    Found::new("cannot-tell", Grade::Possible, Some(place), message).of(Variant::ReadAsJson)
}

/// One request with what is wrong with it.
struct Examined<'a> {
    look: Look<'a>,
    /// The causes, the one to act on first.
    found: Vec<Found>,
    /// What looks wrong, and CAKE took all the same.
    taken: Option<Found>,
    is_for_cake: bool,
    is_failure: bool,
    is_odd: bool,
}

/// Examines one request.
fn examined<'a>(
    around: &Around<'a>,
    item: &'a Item,
    others: &'a [Item],
    know: &'a Knowledge,
    usual: Option<u64>,
) -> Examined<'a> {
    let mut evidence = Evidence::of(item);
    let is_odd = usual.is_some_and(|usual| has_size(item).is_some_and(|bytes| bytes != usual));
    if is_odd && evidence == Evidence::Fine {
        evidence = Evidence::Refused;
    }
    if evidence == Evidence::None && !item.form.is_log() {
        evidence.clone_from(&around.evidence);
    }
    if evidence == Evidence::Http(500) && around.evidence.is_of_platform() {
        // A library tells the status alone, and the person what came with it.
        evidence.clone_from(&around.evidence);
    }
    let mut look = Look::new(around.prose, item, others, know, evidence);
    // What the instance's file would take is right, whatever the size of its answer.
    let is_odd = is_odd && !matches!(look.reason(), Some(Reason::Success { .. }));
    if !is_odd && look.evidence == Evidence::Refused && Evidence::of(item) == Evidence::Fine {
        look.evidence = Evidence::Fine;
    }
    examine(&mut look);
    let mut found = std::mem::take(&mut look.found);
    drop_what_follows(&mut found, item);
    drop_what_is_not_shown(&mut found, &look);
    let evidence = &look.evidence;
    let is_failure = evidence.is_failure() || *evidence == Evidence::None && around.is_complaint;
    let mut taken = None;
    if *evidence == Evidence::Code(0) {
        // What CAKE took is right, whatever it looks like.
        let is_against = |found: &Found| matches!(found.group(), "key" | "lead" | "status");
        taken = found.iter().find(|found| is_against(found) && found.grade == Grade::Certain).cloned();
        found.retain(|found| !is_against(found) && !found.cause().is(Trait::Refused));
    }
    found.sort_by_cached_key(|found| (tier(found, item, evidence), found.grade, known(found.id).0));
    // Where the ticket does not show why it was refused, that it was is news enough.
    if found.first().is_some_and(|first| first.grade == Grade::Possible)
        && let Some(at) = found.iter().position(|found| found.id == "refused-with-200" && found.grade == Grade::Likely)
    {
        found[..=at].rotate_right(1);
    }
    let is_called = !look.is_mention() || !matches!(evidence, Evidence::None | Evidence::Fine) || !found.is_empty();
    // Where nothing is pasted, what is said of the report is all there is.
    let is_told = item.request.is_none()
        && found.iter().any(|found| found.group() == "accepted" || found.id == "refused-with-200");
    let is_for_cake = is_for_cake(item, evidence) && is_called || is_told;
    Examined { look, found, taken, is_for_cake, is_failure, is_odd }
}

/// Examines one request, and says what would be answered, and where nothing is wrong.
fn judged(
    around: &Around<'_>,
    (at, item): (usize, &Item),
    others: &[Item],
    know: &Knowledge,
    usual: Option<u64>,
) -> Judged {
    let Examined { look, mut found, taken, is_for_cake, is_failure, is_odd } =
        examined(around, item, others, know, usual);
    let evidence = &look.evidence;
    let is_open = found.iter().all(is_aside);
    if is_open && is_for_cake {
        // What a person writes about the answer is not the answer.
        let is_by_words = Evidence::of(item) == Evidence::None && !item.form.is_log();
        let is_right = matches!(look.reason(), Some(Reason::Success { .. }));
        let is_fine = *evidence == Evidence::Code(0) || is_right;
        let (id, grade) = match (is_failure || is_odd, is_fine) {
            // With a hidden key nothing is certain, nor where the code and the request do not belong together.
            (false, true)
                if item.request.is_some()
                    && taken.is_none()
                    && !is_of_code(item)
                    && (*evidence == Evidence::Code(0) && !is_by_words || !look.is_key_hidden() && is_right) =>
            {
                ("nothing-wrong", Grade::Certain)
            }
            (false, _) => ("nothing-wrong", Grade::Likely),
            (true, _) => ("cannot-tell", Grade::Possible),
        };
        let message = match (item.request.is_some(), evidence) {
            (false, Evidence::Code(0)) => "CAKE took the update: code 0".to_owned(),
            (true, Evidence::Code(0))
                if let Some(against) = &taken
                    && know.instance.is_none() =>
            {
                format!("CAKE answered with code 0, though {}: is this what was sent?", against.message)
            }
            _ if id == "nothing-wrong" && look.is_key_hidden() => {
                "as far as can be seen, the request is right".to_owned()
            }
            _ => known(id).1.title.clone(),
        };
        found.insert(
            0,
            match item.failure {
                Some(failure) if failure.kind == FailureKind::NotJson => read_as_json(failure.place),
                _ => Found::new(id, grade, None, message),
            },
        );
    }
    if let Some(against) = taken.filter(|_| know.instance.is_some()) {
        let message = format!(
            "the instance's file would refuse this ({}: {}); is it the same instance?",
            against.id, against.message
        );
        found.push(Found::new("wrong-instance", Grade::Possible, against.place, message));
    }
    let is_refused = matches!(evidence, Evidence::Code(1..=4)) && !look.is_key_hidden();
    if is_refused
        && matches!(look.reason(), Some(Reason::Success { .. }))
        && !found.iter().any(|one| one.id == "wrong-instance")
    {
        let message = "the instance's file would take this update; is it the same instance, and up to date?";
        found.push(Found::new("wrong-instance", Grade::Possible, None, message));
    }
    if let Some(key) = shown_key(&look, &found) {
        let message = "the ticket shows the API key in plain text";
        found.push(Found::new("key-exposed", Grade::Certain, Some(key), message));
    }
    let (code, answer) = expected(&look, &found);
    let got = match evidence {
        Evidence::Code(code) => Some(format!("code {code}")),
        Evidence::Missing(name) => Some(format!("{MISSING_PARAMETER}{name}.")),
        _ => item.answer.as_ref().and_then(|answer| answer.http_status).map(|status| format!("HTTP {status}")),
    };
    let standing = match (is_probe(item, others), is_odd) {
        (true, _) => Standing::Probe,
        (false, true) => Standing::Odd,
        (false, false) => Standing::Usual,
    };
    let not_compared = match know.fields {
        Some(_) => Vec::new(),
        None => look.parameters.iter().filter(|one| !is_parameter(&one.name)).map(|one| shown(&one.name)).collect(),
    };
    Judged {
        item: at,
        causes: found,
        code,
        answer,
        got,
        is_for_cake,
        is_failure,
        evidence: look.evidence,
        standing,
        not_compared,
    }
}

/// What came back, as a ticket's own text or `--got` has it.
pub fn answer_of(text: &str) -> Answer {
    if let Ok(code) = text.trim().parse::<i64>() {
        let body = format!("<result><code>{code}</code></result>");
        return Answer { body: Some(Traced::at(0, &body)), ..Answer::default() };
    }
    let read = super::read::read(text.as_bytes());
    let found = read.items.into_iter().find_map(|item| item.answer);
    found.unwrap_or_else(|| Answer { body: Some(Traced::at(0, text)), ..Answer::default() })
}
