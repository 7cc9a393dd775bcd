//! What a scenario makes of CAKE, and which scenario a request belongs to.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::model::{Entry, Pack};
use crate::cake::{Instance, Ledger, MISSING_PARAMETER, Reason, before_the_method, lead_key};
use crate::protocol::{Answer, Code, Params, Request, xml};
use crate::scenario::Step;

/// One CAKE: an instance with what it has recorded, and the answers a scenario puts in place of its own.
#[derive(Debug)]
pub struct World {
    scenario: Option<String>,
    ledger: Ledger,
    overridden: HashMap<String, Step>,
}

/// What a world answers, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// The code in it, where it has one that can be read.
    pub code: Option<Code>,
    /// Which check decided, what was sent, what was expected.
    pub why: String,
}

impl World {
    /// The world of a scenario, in which nothing has been recorded yet.
    pub fn of(entry: &Entry) -> Self {
        let steps = &entry.scenario.steps;
        let watched = steps.iter().map(|step| &*step.update.lead_id);
        let overridden = steps.iter().filter(|step| step.has_overrides());
        Self {
            scenario: Some(entry.scenario.id.to_string()),
            ledger: Ledger::new(entry.instance.clone(), watched),
            overridden: overridden.map(|step| (lead_key(&step.update.lead_id), step.clone())).collect(),
        }
    }

    /// A world without a scenario.
    pub fn plain(instance: Instance) -> Self {
        Self { scenario: None, ledger: Ledger::new(instance, []), overridden: HashMap::new() }
    }

    /// The id of the scenario this world belongs to.
    pub fn scenario(&self) -> Option<&str> {
        self.scenario.as_deref()
    }

    /// What has been recorded.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Answers a request and records what CAKE would.
    pub fn reply(&self, request: &Request, params: &Params, at: Timestamp) -> Reply {
        let policy = &self.ledger.instance().settings.policy;
        if let Some((answer, why)) = before_the_method(request, policy) {
            return Reply { answer, code: None, why };
        }
        let (decision, before) = self.ledger.update(params, at);
        let own = own_answer(policy, &decision.reason);
        let why = decision.reason.to_string();
        let lead_id = params.get("lead_id").unwrap_or_default();
        let step = if self.overridden.is_empty() { None } else { self.overridden.get(&lead_key(&lead_id)) };
        match step.and_then(|step| step.attempt(before).answer.as_ref()) {
            None => Reply { answer: own, code: decision.reason.code(), why },
            Some(replacement) => {
                let answer = replacement.over(own);
                let code = xml::read(&answer.body).ok().map(|reading| reading.code);
                Reply { answer, code, why: format!("the scenario puts this answer in place of the instance's ({why})") }
            }
        }
    }
}

fn own_answer(policy: &crate::cake::Policy, reason: &Reason) -> Answer {
    match reason.code() {
        None => {
            let name = if let Reason::MissingParameter { name } = reason { name } else { "" };
            Answer::new(500, Answer::TEXT, format!("{MISSING_PARAMETER}{name}.\r\n"))
        }
        Some(code) => {
            let http_status = if code == Code::SUCCESS { 200 } else { policy.refusal_http_status };
            Answer::new(http_status, Answer::XML, xml::write(policy.shape, code, policy.messages.of(code)))
        }
    }
}

/// Every world of a pack at once: a request belongs to the scenario that owns its lead.
#[derive(Debug)]
pub struct Worlds {
    plain: Arc<World>,
    by_lead: HashMap<String, Arc<World>>,
}

impl Worlds {
    /// Every world of a pack.
    pub fn of(pack: &Pack) -> Self {
        let mut by_lead = HashMap::new();
        for entry in &pack.entries {
            let world = Arc::new(World::of(entry));
            for step in &entry.scenario.steps {
                by_lead.insert(lead_key(&step.update.lead_id), Arc::clone(&world));
            }
        }
        Self { plain: Arc::new(World::plain(pack.instance.clone())), by_lead }
    }

    /// One world that every request belongs to.
    pub fn only(world: Arc<World>) -> Self {
        Self { plain: world, by_lead: HashMap::new() }
    }

    /// The world a request belongs to.
    pub fn route(&self, params: &Params) -> &World {
        let lead_id = params.get("lead_id");
        let owner = lead_id.and_then(|lead_id| self.by_lead.get(&lead_key(&lead_id)));
        owner.unwrap_or(&self.plain)
    }
}
