//! A01: takes code 0 as updated.

use super::evidence::Evidence;
use super::outcomes::plain;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::protocol::{Code, FaultKind, Outcome};
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("A01"),
    title: "takes code 0 as updated",
    level: Level::Must,
    basis: Basis::Documented,
    why: "Code 0 says that CAKE recorded the status. A client that does not see it sends the update again, or leaves the lead open in its books.",
    bad: "an exit code that does not depend on the answer",
    good: "read <code>, and conclude updated from 0",
    change: "read <code> of the XML; 0 is success",
    follows: &[super::q14::RULE.id],
    restrains: false,
    optional: false,
    everywhere: false,
    needs: None,
    check,
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    gave_up(seen).or_else(|| plain(seen, Code::SUCCESS))
}

/// The breach of a client that left before an answer that came after a short while, as the first one after a pause does.
fn gave_up(seen: &Evidence) -> Option<Vec<Breach>> {
    let last = seen.last()?;
    let Some(FaultKind::Late { wait }) = last.fault.map(|fault| fault.kind) else { return None };
    let breach = Breach::new(format!("the client gave up before the answer, which came after {wait:?}"));
    let breach = breach.instead("updated", seen.concluded.map_or("no outcome", Outcome::word));
    let help = "wait ten seconds or more for an answer: CAKE's first one after a pause takes longer than others";
    (last.code.is_none() && !seen.timed_out).then(|| vec![breach.change(help)])
}
