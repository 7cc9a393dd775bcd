//! Whether an update may be sent again: an amount that CAKE took counts a second time.

use indexmap::IndexSet;

use super::cause::{Trait, Who};
use super::diagnose::Diagnosis;
use super::evidence::Evidence;
use super::field_at::is_amount_name;
use super::field_at::{field_of, lead_of};
use super::judged::Judged;
use super::look::{Found, Grade, Variant};
use super::phrases::{Says, asked};
use super::ticket::{Item, Mark, MarkKind, Parameter, Request, Ticket};
use super::words::own_words;
use crate::cake::is_parameter;
use crate::plural::listed;

/// What to do about an update that failed, or did not do what was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Again {
    /// Nothing was repaired, or nothing has to be sent.
    No,
    /// It did not arrive, or sent again does no harm.
    Yes,
    /// The ticket does not show whether CAKE took it, with these amounts.
    UnlessTaken(Vec<String>),
    /// CAKE took it, with these amounts; the field at fault, where one is.
    Taken { counted: Vec<String>, at_fault: Option<String> },
    /// It may have been recorded.
    Unknown,
}

/// Whether the update of an item may be sent again.
pub(super) fn again(item: &Item, judged: &Judged) -> Again {
    let Some(first) = judged.causes.first() else { return Again::No };
    if judged
        .causes
        .iter()
        .any(|found| found.id == "counted-twice" || matches!(found.variant, Variant::Return | Variant::Foreign))
    {
        return Again::No;
    }
    // Repaired, it would be refused for another reason.
    let is_refused = |found: &Found| {
        found.grade == Grade::Certain && matches!(found.id, "key-unknown" | "lead-unknown" | "lead-of-another-buyer")
    };
    if judged.causes.iter().any(is_refused) {
        return Again::No;
    }
    let group = first.group();
    let request = item.request.as_ref();
    let is_taken = judged.evidence == Evidence::Code(0);
    let at_fault = request.and_then(|request| field_of(request, first.place));
    let amounts = amounts(request);
    if is_taken {
        let at_fault = at_fault.filter(|_| group != "accepted" || first.id == "field-ignored");
        let counted = amounts.into_iter().filter(|name| at_fault.as_ref() != Some(name)).collect();
        return Again::Taken { counted, at_fault };
    }
    let has_fields = request.is_none_or(|request| !amounts.is_empty() || request.query.is_none());
    let is_broken = matches!(judged.evidence, Evidence::Http(499 | 502..=504));
    if item.marks.iter().any(|mark| mark.kind == MarkKind::LostQuery) {
        return Again::Yes;
    }
    match first.id {
        // Only the answer is hidden, or a sum is to be corrected, and the network looks first.
        "browser" | "field-negative" => return Again::No,
        "timeout" | "http-5xx" if matches!(first.variant, Variant::NothingSent | Variant::NoTarget) => {
            return Again::Yes;
        }
        "timeout" | "http-5xx" | "xml-cut" => return if has_fields { Again::Unknown } else { Again::Yes },
        _ if matches!(group, "accepted" | "none" | "network") || is_unrepaired(first) => return Again::No,
        _ if is_broken && has_fields => return Again::Unknown,
        _ => {}
    }
    // A name that is no field counted nothing.
    let is_counted = |name: &String| first.id != "field-unknown" || at_fault.as_ref() != Some(name);
    let amounts: Vec<String> = amounts.into_iter().filter(is_counted).collect();
    let is_stopped = judged.evidence.is_failure() && !matches!(judged.evidence, Evidence::Redirect(_))
        || first.grade == Grade::Certain && at_fault.is_none();
    if is_stopped || amounts.is_empty() && request.is_some() { Again::Yes } else { Again::UnlessTaken(amounts) }
}

/// Whether a request with this cause is right once the buyer has done what it says.
pub(super) fn may_be_repaired(found: &Found) -> bool {
    let is_of_network = found.who() == Who::Network;
    !is_of_network && !is_unrepaired(found) && !matches!(found.group(), "accepted" | "none" | "network")
}

/// Whether the next try ends like the last: somebody has to look, or to answer a question, first.
fn is_unrepaired(found: &Found) -> bool {
    found.grade == Grade::Possible || found.cause().is(Trait::Open)
}

/// The fields that CAKE may sum.
fn amounts(request: Option<&Request>) -> Vec<String> {
    let parameters = request.map(Request::parameters).unwrap_or_default();
    let is_number = |one: &Parameter| one.value.as_deref().is_some_and(|value| value.trim().parse::<f64>().is_ok());
    let of_fields = parameters.into_iter().filter(|one| !is_parameter(&one.name) && one.value.as_deref() != Some(""));
    of_fields.filter(|one| is_number(one) || is_amount_name(&one.name)).map(|one| one.name).collect()
}

/// The updates that have the first cause, and those that CAKE took.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Their leads, each once.
    pub(super) leads: Vec<String>,
    /// How many there are.
    pub(super) count: usize,
    /// The leads of others that got code 0.
    taken: Vec<String>,
    /// Whether others failed in another way.
    has_others: bool,
}

impl Scope {
    pub(super) fn of(ticket: &Ticket, diagnosis: &Diagnosis) -> Self {
        let (mut leads, mut taken, mut has_others) = (IndexSet::new(), IndexSet::new(), false);
        let mut same_cause = 0;
        let first = diagnosis.causes().first();
        for judged in diagnosis.items.iter().filter(|judged| judged.is_for_cake) {
            let lead = lead_of(&ticket.items[judged.item]);
            let is_same = first.is_some_and(|first| judged.causes.first().is_some_and(|found| found.id == first.id));
            match (is_same, &judged.evidence) {
                (true, _) => {
                    same_cause += usize::from(ticket.items[judged.item].request.is_some());
                    leads.extend(lead);
                }
                (false, Evidence::Code(0)) => taken.extend(lead),
                (false, _) => has_others |= judged.is_failure,
            }
        }
        // The same lead in another spelling is not one to leave out.
        let same: Vec<String> = leads.iter().map(|lead: &String| lead.to_lowercase()).collect();
        taken.retain(|lead: &String| leads.contains(lead) || !same.contains(&lead.to_lowercase()));
        Self {
            count: if leads.is_empty() { same_cause.max(1) } else { leads.len() },
            leads: leads.into_iter().collect(),
            taken: taken.into_iter().collect(),
            has_others,
        }
    }

    /// What to send again where CAKE took some of it.
    fn but_not_those_taken(&self, is_of_lead: bool) -> String {
        let which = if self.taken.len() > 1 { "those" } else { "that" };
        let taken = format!("CAKE took {which} of {} (code 0)", listed(&self.taken));
        match &*self.leads {
            // The ID that was sent is the wrong one.
            [_] if !self.has_others && is_of_lead => format!("send only this update again, with the right ID: {taken}"),
            [lead] if !self.has_others => format!("send only the update of {lead} again: {taken}"),
            // Code names no lead.
            _ => format!("send only the updates that failed again: {taken}"),
        }
    }
}

/// What has to be there before it is sent again, where somebody else has to act first.
fn later(judged: &Judged, first: &Found, these: &str, it: &str) -> Option<String> {
    match (first.variant, first.id) {
        (Variant::Address, _) => {
            Some(format!("keep {these}, and send {it} again once the network says that the address may call"))
        }
        (Variant::Firewall, "not-cake") => {
            Some(format!("once the network says that its firewall lets you through, send {these} again"))
        }
        (Variant::Usual | Variant::LoginPage, "not-cake") if matches!(judged.evidence, Evidence::Page(_)) => {
            let why = "what got such a page did not reach CAKE, whatever the HTTP status";
            Some(format!("keep your updates, and send them again once this is solved: {why}"))
        }
        (_, "key-unknown") if first.grade == Grade::Certain => {
            Some(format!("once the key is right, send {these} again"))
        }
        _ => None,
    }
}

/// That the update may be sent again, with all that goes with it, and how to see that it worked.
fn once_more(item: &Item, judged: &Judged, first: &Found, these: &str, words: &str) -> String {
    let (group, is_asked) = (first.group(), asks_again(words));
    let later = if first.who() == Who::Network { " later" } else { "" };
    // With code 3 CAKE has found key and lead; that the status is configured shows the network's file alone.
    let is_doubted = judged.causes.iter().any(|found| found.id == "wrong-instance");
    let is_known = judged.code.is_some() || judged.evidence == Evidence::Code(3) && group == "status";
    let field = item.request.as_ref().and_then(|request| field_of(request, first.place));
    // What has no name, or a wrong one, arrives nowhere.
    let is_misnamed = matches!(first.id, "parameter-name" | "sub-status-name" | "field-label");
    let is_named = |field: &String| {
        let parameters = item.request.as_ref().map(Request::parameters).unwrap_or_default();
        parameters.iter().any(|one| one.name == *field && one.value.is_some())
    };
    let answer =
        if let Some(field) = field.filter(is_named).filter(|_| judged.evidence == Evidence::None && !is_misnamed) {
            &*format!(", and look whether {field} arrives")
        } else if first.grade == Grade::Certain && is_known && !is_doubted {
            "; CAKE should answer with code 0"
        } else {
            ", and if CAKE does not answer with code 0, send the network its answer"
        };
    let is_more = words.says(&["all ", "every ", "since ", "never "]) && group != "none";
    let others = if is_more { ", and all others that failed in the same way" } else { "" };
    let beside = if is_asked { "; what CAKE took (code 0) is not to be sent again" } else { "" };
    format!("send {these} again{later}{others}{answer}{beside}")
}

/// Whether somebody writes that the same update, which has an amount, was taken when it was sent by other means.
fn may_be_taken_elsewhere(item: &Item, text: &str) -> bool {
    let is_lost =
        |mark: &Mark| mark.kind == MarkKind::ShellAmpersand && mark.detail.split(['&', '=']).any(is_amount_name);
    if amounts(item.request.as_ref()).is_empty() && !item.marks.iter().any(is_lost) {
        return false;
    }
    let text = text.to_lowercase();
    let means = ["chrome", "firefox", "edge", "safari", "the browser", "my browser", "a browser", "postman", "curl"];
    let is_said = |word: &str| {
        ["works in ", "worked in ", "works with ", "worked with ", "works from "]
            .iter()
            .any(|works| text.contains(&format!("{works}{word}")))
    };
    let has_both = |sentence: &str| {
        means.iter().any(|word| sentence.contains(&format!("in {word}"))) && sentence.contains(" works")
    };
    means.iter().any(|word| is_said(word))
        || text.split(['.', '!', '?', '\n']).any(has_both)
        || text.says(&["already set it", "already updated it"])
}

/// Whether somebody wants to put something right that was sent, which another update does.
fn corrects(words: &str) -> bool {
    words.says(&["by mistake", "other status", "another status", "undo", "correct"])
}

/// Whether somebody asks whether to send it again.
pub(super) fn asks_again(words: &str) -> bool {
    let verbs = ["send", "run", "resend", "re-send", "repeat", "retry", "post"];
    asked(words).any(|asked| {
        let has_verb = asked.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| verbs.contains(&word));
        has_verb
            && (asked.contains("again")
                || asked.contains("resend")
                || asked.contains("re-send")
                || asked.contains("retry"))
    })
}

impl Diagnosis {
    /// Whether the update may be sent again, in the words of a report; none where there is nothing to say of that.
    pub fn again(&self, ticket: &Ticket) -> Option<String> {
        let judged = self.first.map(|first| &self.items[first])?;
        let (scope, first) = (Scope::of(ticket, self), judged.causes.first()?);
        let group = first.group();
        let (these, it, they) =
            if scope.count > 1 { ("these updates", "them", "they") } else { ("the update", "it", "it") };
        let would = |names: &[String]| format!("{} would count twice", listed(names));
        let item = &ticket.items[judged.item];
        let words = own_words(ticket);
        let is_asked = asks_again(&words);
        // What to do says it already, or it is about other leads.
        if matches!(first.id, "overwritten" | "never-arrived") {
            return None;
        }
        match again(item, judged) {
            Again::No if first.id == "code-4" => Some("keep your updates, and send them again once Lead Statuses are enabled".to_owned()),
            Again::No if first.id == "restricted" && first.variant != Variant::Address && scope.leads.iter().all(|lead| !scope.taken.contains(lead)) && (1..=5).contains(&scope.taken.len()) => Some(format!(
                "do not send updates again that CAKE took (code 0), such as those of {}",
                listed(&scope.taken)
            )),
            Again::No if first.id == "not-cake" && is_asked => {
                Some(format!("do not send {these} again yet: it would be stopped in the same way"))
            }
            Again::No => later(judged, first, these, it),
            Again::Yes | Again::UnlessTaken(_) if may_be_taken_elsewhere(item, &ticket.text) => Some(format!(
                "do it this way from the next update on; an update that was taken another way is not sent again: {}",
                match &*amounts(item.request.as_ref()) {
                    [] => "amounts would count twice".to_owned(),
                    names => would(names),
                }
            )),
            // Sent in another way, it was taken.
            Again::Yes if !scope.leads.is_empty() && scope.leads.iter().all(|lead| scope.taken.contains(lead)) => {
                Some(format!("nothing is to be sent again for {}: CAKE took it when it was sent in another way (code 0)", listed(&scope.leads)))
            }
            Again::Yes if (1..=5).contains(&scope.taken.len()) => {
                Some(scope.but_not_those_taken(group == "lead"))
            }
            Again::Yes => Some(once_more(item, judged, first, these, &words)),
            Again::UnlessTaken(amounts) if amounts.is_empty() => {
                Some(format!("send {these} again, unless CAKE answered with code 0 for {it}"))
            }
            Again::UnlessTaken(amounts) => {
                Some(format!(
                    "send {these} again, unless CAKE answered with code 0 for {it}: then {} may have been counted, and the network looks first",
                    listed(&amounts)
                ))
            }
            Again::Unknown => Some(
                "do not send updates that failed this way again, and switch automatic retries off, until the network has looked in its report whether they were recorded: amounts would count twice"
                    .to_owned(),
            ),
            Again::Taken { counted, .. } if matches!(first.group(), "none" | "accepted") => {
                match (counted.is_empty(), item.request.is_some()) {
                    (false, _) => Some(format!("do not send {it} again: {}", would(&counted))),
                    (true, false) if first.group() == "accepted" => {
                        let it = if words.contains("updates") { "them" } else { it };
                        Some(format!("do not send {it} again: CAKE took {it}, and amounts would count twice"))
                    }
                    _ if is_asked && !corrects(&words) => Some(format!("do not send {it} again: CAKE took {it}, as code 0 says")),
                    _ => None,
                }
            }
            Again::Taken { at_fault: Some(field), .. } if first.id == "field-unknown" => Some(format!(
                "CAKE took {these} without {field}: leave it out from the next lead on, unless the network adds a field for it, and do not send {it} again now"
            )),
            Again::Taken { counted, at_fault } => {
                // Of a field that is at fault, nobody outside CAKE knows what was counted.
                let is_open = |field: &String| amounts(item.request.as_ref()).contains(field);
                let field = at_fault.filter(is_open);
                let and = if field.is_some() { " and" } else { "" };
                let without = match &*counted {
                    [] => String::new(),
                    [_] => format!("{and} without {}, which has already been counted", listed(&counted)),
                    _ => format!("{and} without {}, which have already been counted", listed(&counted)),
                };
                let of_all = ["all our", "all other", "all the other", "all leads", "every lead", "all of them"];
                let which = if is_asked && words.contains("all") || words.says(&of_all) { "each lead" } else { "this lead" };
                let otherwise = || {
                    format!("CAKE took {these}: send it this way from the next lead on, and for {which} once more{without}")
                };
                Some(field.map_or_else(otherwise, |field| format!(
                    "CAKE took {these}: correct {field} from the next lead on, and do not send {it} again yet; the network looks whether {field} was counted, and if not, {they} can be sent once more with {field} corrected{without}"
                )))
            }
        }
    }
}
