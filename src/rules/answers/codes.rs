//! A01 to A05: takes each code as what it means. They differ in the code alone.

use crate::protocol::{Code, FaultKind, Outcome};
use crate::rules::concluded::plain;
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId, Takes};

pub(in crate::rules) const A01: Rule = Rule {
    id: RuleId::A01,
    title: "takes code 0 as updated",
    level: Level::Must,
    basis: Basis::Documented,
    why: "Code 0 means that CAKE recorded the status. A client that misses it sends the update again, or leaves the lead open in its books.",
    bad: "an exit code that does not depend on the answer",
    good: "read <code>, and conclude updated from 0",
    change: "read <code> of the XML; 0 is success",
    takes: Takes::Outcome,
    check: |seen| gave_up(seen).or_else(|| plain(seen, Code::SUCCESS)),
    ..Rule::PLAIN
};

/// What A02 to A05 have in common.
const REFUSAL: Rule = Rule {
    level: Level::Must,
    basis: Basis::Documented,
    bad: "if (http_status == 200) return UPDATED",
    change: "read <code> in the XML; ignore the message text",
    takes: Takes::Outcome,
    ..Rule::PLAIN
};

pub(in crate::rules) const A02: Rule = Rule {
    id: RuleId::A02,
    title: "takes code 1 (invalid API key) as rejected",
    why: "The key is wrong, so nothing that this buyer sends is recorded until somebody acts. CAKE is known to send failures with HTTP 200.",
    good: "read <code> of the XML, and conclude rejected from 1",
    check: |seen| plain(seen, Code::INVALID_KEY),
    ..REFUSAL
};

pub(in crate::rules) const A03: Rule = Rule {
    id: RuleId::A03,
    title: "takes code 2 (lead ID not found) as rejected",
    why: "CAKE does not know the lead, or another buyer bought it: what was sent is in no report. CAKE is known to send failures with HTTP 200.",
    good: "read <code> of the XML, and conclude rejected from 2",
    check: |seen| plain(seen, Code::LEAD_NOT_FOUND),
    ..REFUSAL
};

pub(in crate::rules) const A04: Rule = Rule {
    id: RuleId::A04,
    title: "takes code 3 (status not recognised) as rejected",
    why: "The status is not spelt as the network configured it: this lead's column in the report stays empty. CAKE is known to send failures with HTTP 200.",
    good: "read <code> of the XML, and conclude rejected from 3",
    check: |seen| plain(seen, Code::STATUS_NOT_RECOGNISED),
    ..REFUSAL
};

pub(in crate::rules) const A05: Rule = Rule {
    id: RuleId::A05,
    title: "takes code 4 (Lead Statuses are not enabled) as rejected",
    why: "Lead Statuses are switched off: no update of any buyer is recorded. CAKE is known to send failures with HTTP 200.",
    good: "read <code> of the XML, and conclude rejected from 4",
    check: |seen| plain(seen, Code::NOT_ENABLED),
    ..REFUSAL
};

/// The breach of a client that left before an answer that came after a short while, as the first one after a pause does.
fn gave_up(seen: &Evidence) -> Option<Vec<Breach>> {
    let last = seen.last()?;
    let Some(FaultKind::Late { wait }) = last.fault.map(|fault| fault.kind) else { return None };
    let breach = Breach::new(format!("the client gave up before the answer, which came after {wait:?}"));
    let breach = breach.instead("updated", seen.concluded.map_or("no outcome", Outcome::word));
    let help = "wait ten seconds or more for an answer: CAKE's first one after a pause takes longer than others";
    (last.code.is_none() && !seen.timed_out).then(|| vec![breach.change(help)])
}
