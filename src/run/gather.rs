//! Many scenarios at one mock: which of them can be part, and which step each request belongs to.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::event::{Event, Observer};
use super::transport::is_about_certificates;
use crate::cake::lead_key;
use crate::judge::{Judge, Report, ScenarioReport, ScenarioState, Seen, StepReport, SubjectReport, Terms};
use crate::mock::{Incident, Journal};
use crate::nearest::nearest;
use crate::pack::{Entry, Pack};
use crate::plural::plural;
use crate::protocol::Exchange;
use crate::rules::{Evidence, Weight};
use crate::scenario::Step;
use crate::secret::{Redactor, Secret};
use crate::subject::Conclusion;

/// How many scenarios a note names.
const NAMED: usize = 5;

/// The steps that one mock serves together.
pub(super) struct Plan {
    /// The positions of the selected scenarios in the pack.
    pub(super) selected: Vec<usize>,
    /// Every step of those that take part, in order.
    pub(super) items: Vec<PlannedStep>,
    /// Every step of those about certificates.
    pub(super) traps: Vec<PlannedStep>,
    /// Which were left out, and why.
    pub(super) notes: Vec<String>,
}

/// A step that takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlannedStep {
    /// Which of the selected scenarios, from 0.
    pub(super) at: usize,
    /// The position of its scenario in the pack.
    pub(super) position: usize,
    /// Which of its steps.
    pub(super) step: usize,
}

impl PlannedStep {
    pub(super) fn entry<'p>(&self, pack: &'p Pack) -> &'p Entry {
        &pack.entries[self.position]
    }

    pub(super) fn step<'p>(&self, pack: &'p Pack) -> &'p Step {
        &self.entry(pack).scenario.steps[self.step]
    }
}

/// What else can be part of a run in which one mock serves everything.
#[derive(Debug, Clone, Copy)]
pub struct With {
    /// Scenarios in which the server stalls, and holds up what comes next.
    pub timed: bool,
    /// Scenarios about certificates: each is a run of its own.
    pub certificates: bool,
}

impl Plan {
    /// One mock shows one certificate, so scenarios about those are apart. What is left out here counts as not selected, and a note
    /// says why.
    pub(super) fn of(terms: &Terms, with: With) -> Self {
        let scenario = |position: &usize| terms.scenario(*position);
        let is_slow = |position: &usize| scenario(position).is_timed() && !with.timed;
        let is_unseen = |position: &usize| is_about_certificates(scenario(position)) && !with.certificates;
        let all = terms.selection.positions(&terms.pack);
        let note = |is_out: &dyn Fn(&usize) -> bool, why| {
            let out = all.iter().filter(|position| is_out(position) && terms.covers(scenario(position)));
            left_out(&out.map(|position| scenario(position).id.as_str()).collect::<Vec<_>>(), why)
        };
        let unseen = "one address shows one certificate; --tls --with-certificates shows the others afterwards";
        let slow = "their server stalls, and holds up what comes next; --with-timed runs them too";
        let notes = [note(&is_unseen, unseen), note(&is_slow, slow)].into_iter().flatten().collect();
        let selected: Vec<usize> = all.into_iter().filter(|at| !is_slow(at) && !is_unseen(at)).collect();
        let parts = selected.iter().enumerate().filter(|(_, position)| terms.covers(scenario(position)));
        let steps = parts.flat_map(|(at, position)| {
            (0..scenario(position).steps.len()).map(move |step| PlannedStep { at, position: *position, step })
        });
        let (traps, items) = steps.partition(|step| is_about_certificates(scenario(&step.position)));
        Self { selected, items, traps, notes }
    }

    /// Which of the steps of its lead an item is, and how many there are.
    pub(super) fn turn(&self, pack: &Pack, item: usize) -> (usize, usize) {
        let key = |at: usize| lead_key(&self.items[at].step(pack).update.lead_id);
        let shared: Vec<usize> = (0..self.items.len()).filter(|other| key(*other) == key(item)).collect();
        (shared.iter().position(|other| *other == item).unwrap_or_default(), shared.len())
    }
}

/// Says that scenarios were left out.
pub(super) fn left_out(ids: &[&str], why: &str) -> Option<String> {
    let which = match ids {
        [] => return None,
        [one] => return Some(format!("{one} was left out: {why}")),
        many if many.len() > NAMED => format!("{} and {} more", many[..NAMED].join(", "), many.len() - NAMED),
        many => many.join(", "),
    };
    Some(format!("{} scenarios were left out: {why} ({which})", ids.len()))
}

/// What arrived, told apart.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The exchanges of each item, in order.
    pub(super) of_items: Vec<Vec<Arc<Exchange>>>,
    /// What belongs to no item.
    pub(super) strays: Vec<Arc<Exchange>>,
    /// The scenarios, by position, whose requests cannot be told apart; and why.
    pub(super) undecided: BTreeMap<usize, String>,
}

/// Tells requests apart by lead; and where steps share one, by what they say, or by their order.
pub(super) fn gather(pack: &Pack, items: &[PlannedStep], exchanges: &[Arc<Exchange>]) -> Gathered {
    let mut gathered = Gathered { of_items: vec![Vec::new(); items.len()], ..Gathered::default() };
    let mut by_lead: HashMap<String, (Vec<usize>, Vec<&Arc<Exchange>>)> = HashMap::new();
    for (at, item) in items.iter().enumerate() {
        let lead = lead_key(&item.step(pack).update.lead_id).into_owned();
        by_lead.entry(lead).or_default().0.push(at);
    }
    for exchange in exchanges {
        let lead = exchange.request.params().get("lead_id").map(|lead| lead_key(&lead).into_owned());
        match lead.and_then(|lead| by_lead.get_mut(&lead)) {
            Some((_, requests)) => requests.push(exchange),
            None => gathered.strays.push(Arc::clone(exchange)),
        }
    }
    for (steps, requests) in by_lead.into_values() {
        if let Some(turns) = turns(pack, items, &steps, &requests) {
            for (turn, request) in turns.into_iter().zip(requests) {
                gathered.of_items[steps[turn]].push(Arc::clone(request));
            }
            continue;
        }
        let (item, arrived, many) = (items[steps[0]], requests.len(), steps.len());
        let lead = &item.step(pack).update.lead_id;
        let why = format!(
            "{arrived} requests arrived for lead {lead}, which {many} steps share, and they cannot be matched to the steps"
        );
        gathered.undecided.insert(item.position, why);
    }
    gathered
}

/// To which of the steps of one lead each request belongs; nothing where that cannot be told.
fn turns(pack: &Pack, items: &[PlannedStep], steps: &[usize], requests: &[&Arc<Exchange>]) -> Option<Vec<usize>> {
    let last = steps.len() - 1;
    if last == 0 || requests.len() == steps.len() {
        return Some((0..requests.len()).map(|turn| turn.min(last)).collect());
    }
    let says = |step: usize, request: &Arc<Exchange>| says(items[steps[step]].step(pack), request, &pack.key);
    let mut turns: Vec<usize> = Vec::new();
    for request in requests {
        let fitting: Vec<usize> = (0..steps.len()).filter(|step| says(*step, request)).collect();
        let is_free = |step: &&usize| !turns.contains(step);
        match &*fitting {
            // Its words are those of one step alone, whether it was sent for the first time or again.
            [only] => turns.push(*only),
            // Alike steps take their turns; one request more could be any of theirs.
            alike => match alike.iter().find(is_free) {
                Some(next) => turns.push(*next),
                // Too few requests come in their order; something was not sent in any case.
                None => return (requests.len() < steps.len()).then(|| (0..requests.len()).collect()),
            },
        }
    }
    Some(turns)
}

/// Whether a request says what a step is to report, and nothing else.
fn says(step: &Step, request: &Arc<Exchange>, key: &Secret) -> bool {
    let seen = Seen::of(&[Arc::clone(request)], &[], key, &step.update);
    Evidence::of_wire(step, &seen.exchanges, key).is_asked_rightly()
}

impl Gathered {
    /// What is to be said of the requests of a run as a whole: what did not become one, what the journal had no room for, what belongs
    /// to no item, and what cannot be told apart.
    pub(super) fn notes(&self, pack: &Pack, items: &[PlannedStep], journal: &Journal) -> Vec<String> {
        let mut notes: Vec<String> = journal.incidents().iter().map(Incident::to_string).collect();
        notes.extend(dropped_note(journal));
        notes.extend(self.strays.first().map(|first| {
            let count = plural(self.strays.len(), "request");
            format!("{count} for no lead in this run: {}", stray(pack, items, first))
        }));
        for (position, why) in &self.undecided {
            notes.extend(left_out(&[pack.entries[*position].scenario.id.as_str()], why));
        }
        notes
    }
}

/// Judges one item. Of the incidents of the whole run those count that are its own, or may be.
pub(super) fn judge(
    terms: &Terms,
    item: PlannedStep,
    exchanges: &[Arc<Exchange>],
    conclusion: Conclusion,
    incidents: &[Incident],
) -> StepReport {
    let step = item.step(&terms.pack);
    let is_its_own = |head: &str| head.is_empty() || head.contains(step.update.lead_id.as_str());
    let is_its_own =
        |incident: &&Incident| incident.resolved_an_entity() || incident.followed_away().is_some_and(is_its_own);
    let own: Vec<&Incident> = incidents.iter().filter(is_its_own).collect();
    let seen = Seen::of(exchanges, &own, &terms.pack.key, &step.update);
    let mut report = judge_seen(terms, item.entry(&terms.pack), step, seen, conclusion);
    if let (Some(first), Some(last)) = (exchanges.first(), exchanges.last()) {
        let took = last.ended.duration_since(first.at).as_millis();
        report.duration_ms = u64::try_from(took).unwrap_or_default();
    }
    report
}

/// Judges a step. Of a system that nobody started, nobody sees what it prints.
pub(super) fn judge_seen(terms: &Terms, entry: &Entry, step: &Step, seen: Seen, conclusion: Conclusion) -> StepReport {
    let seen = Seen { output: !matches!(terms.subject, SubjectReport::Observed { .. }), ..seen };
    Judge { rules: &terms.rules, key: &terms.pack.key }.judge(entry, step, seen, conclusion)
}

/// Puts what was judged into a report. A scenario that was not done to its end says nothing, unless something in it is
/// wrong already.
pub(super) fn finish(
    terms: &Terms,
    report: &mut Report,
    steps: &[(PlannedStep, StepReport)],
    observer: &mut Observer<'_>,
) {
    let mut half_done = Vec::new();
    for own in steps.chunk_by(|(one, _), (next, _)| one.at == next.at) {
        let (item, _) = own[0];
        let (scenario, id) = (&mut report.scenarios[item.at], item.entry(&terms.pack).scenario.id.as_str());
        let is_wrong = |step: &StepReport| step.findings.iter().any(|finding| finding.weight != Weight::Note);
        let is_whole = own.len() == item.entry(&terms.pack).scenario.steps.len();
        if !is_whole && !own.iter().any(|(_, step)| is_wrong(step)) {
            half_done.push(id);
            continue;
        }
        observer(&Event::ScenarioStarted { id });
        let own = own.iter().map(|(_, step)| step.clone()).collect();
        scenario.finish(own, &terms.baseline, terms.today);
        observer(&Event::ScenarioFinished(scenario));
    }
    report.notes.extend(left_out(&half_done, "not every step of it was done"));
}

/// Every selected scenario, with nothing done yet.
pub(super) fn unrun(terms: &Terms, positions: &[usize]) -> Vec<ScenarioReport> {
    let unrun = |position: &usize| {
        let scenario = terms.scenario(*position);
        let mut report = ScenarioReport::new(scenario, terms.strict);
        if !terms.covers(scenario) {
            report.state = ScenarioState::OutOfScope;
        }
        report
    };
    positions.iter().map(unrun).collect()
}

/// Says how many requests the journal had no room for: what is not there is not judged.
fn dropped_note(journal: &Journal) -> Option<String> {
    let dropped = journal.total() - journal.exchanges().len() as u64;
    let note = "too many requests arrived: the first and the latest were judged";
    (dropped > 0).then(|| format!("{note}, and {dropped} between them were not"))
}

/// A request that belongs to no item, and what it was probably meant to be.
pub(super) fn stray(pack: &Pack, items: &[PlannedStep], exchange: &Exchange) -> String {
    let params = exchange.request.params();
    // Its key may be unknown, and may stand elsewhere too.
    let keys = params.get("api_key").map(|sent| Secret::new(sent.into_owned()));
    let line = Redactor::new(keys).redact(&exchange.request.line()).into_owned();
    let leads = items.iter().map(|item| &*item.step(pack).update.lead_id);
    match params.get("lead_id").map(|lead| (nearest(&lead, leads), lead)) {
        None => format!("{line} (it has no lead_id: {})", exchange.why),
        Some((Some(nearest), lead)) => format!("{line} ({lead:?} arrived; did you mean {nearest:?}?)"),
        Some((None, _)) => line,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{PlannedStep, dropped_note, gather};
    use crate::mock::Journal;
    use crate::pack::{Origin, Pack, load, request_for};
    use crate::protocol::{Answer, Exchange, Update};

    fn pack() -> Pack {
        let (pack, mistakes) = load(Origin::Standard, &|_| None).unwrap();
        assert!(mistakes.is_empty());
        pack
    }

    fn items(pack: &Pack, id: &str) -> Vec<PlannedStep> {
        let position = pack.entries.iter().position(|entry| entry.scenario.id.as_str() == id).unwrap();
        let steps = 0..pack.entries[position].scenario.steps.len();
        steps.map(|step| PlannedStep { at: 0, position, step }).collect()
    }

    fn request(pack: &Pack, update: &Update) -> Arc<Exchange> {
        Arc::new(Exchange {
            request: request_for(update, &pack.key),
            answer: Answer::new(200, Answer::XML, ""),
            ..Exchange::default()
        })
    }

    #[test]
    fn requests_that_the_journal_had_no_room_for_are_counted_in_a_note() {
        let pack = pack();
        let journal = Journal::new(2, usize::MAX);
        let add = || journal.add(request(&pack, &pack.sample));
        (0..2).for_each(|_| add());
        assert_eq!(dropped_note(&journal), None);
        (0..3).for_each(|_| add());
        let note = dropped_note(&journal).unwrap();
        assert!(note.ends_with("and 3 between them were not"), "{note}");
    }

    /// How many requests each step gets of those that say what these steps are to say; nothing where that cannot be told.
    fn told_apart(id: &str, sent: &[usize], change: impl Fn(&mut Update)) -> Option<Vec<usize>> {
        let pack = pack();
        let items = items(&pack, id);
        let requests: Vec<_> = sent
            .iter()
            .map(|step| {
                let mut update = items[*step].step(&pack).update.clone();
                change(&mut update);
                request(&pack, &update)
            })
            .collect();
        let gathered = gather(&pack, &items, &requests);
        let is_told = gathered.undecided.is_empty();
        is_told.then(|| gathered.of_items.iter().map(Vec::len).collect())
    }

    #[test]
    fn requests_for_a_lead_of_several_steps_are_told_apart_by_number_or_by_their_words() {
        let right = |_: &mut Update| {};
        let wrong = |update: &mut Update| update.status.push('!');
        assert_eq!(told_apart("updates/set-anew", &[0, 1], right), Some(vec![1, 1]));
        assert_eq!(told_apart("updates/set-anew", &[0, 1], wrong), Some(vec![1, 1]));
        assert_eq!(told_apart("updates/set-anew", &[0, 0, 1, 1, 1], right), Some(vec![2, 3]));
        assert_eq!(told_apart("updates/set-anew", &[1], right), Some(vec![0, 1]));
        assert_eq!(told_apart("updates/set-anew", &[1], wrong), Some(vec![1, 0]));
        assert_eq!(told_apart("updates/set-anew", &[0, 0, 1], wrong), None);
        assert_eq!(told_apart("updates/sent-twice", &[0], right), Some(vec![1, 0]));
        assert_eq!(told_apart("updates/sent-twice", &[0, 0, 0], right), None);
    }

    #[test]
    fn a_lead_is_recognised_in_any_letter_case_and_no_other_is() {
        let lower = |update: &mut Update| update.lead_id = update.lead_id.to_lowercase();
        assert_eq!(told_apart("updates/several-leads", &[2, 0], lower), Some(vec![1, 0, 1]));
        let other = |update: &mut Update| update.lead_id.push('0');
        assert_eq!(told_apart("updates/several-leads", &[0], other), Some(vec![0, 0, 0]));
    }
}
