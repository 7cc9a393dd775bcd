//! What a scenario makes of CAKE, and which scenario a request belongs to.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use super::model::{Entry, Pack};
use crate::cake::{
    Compression, Count, Decided, Instance, Ledger, MISSING_PARAMETER, Policy, Reason, before_the_method, lead_key,
    script_error,
};
use crate::protocol::{
    Answer, Code, Fault, FaultKind, FaultPhase, JSON, Params, RedirectTo, Request, write_for_scripts, xml,
};
use crate::scenario::Step;

/// One CAKE: an instance with the requests it has counted, and the answers a scenario puts in place of its own.
#[derive(Debug)]
pub struct World {
    scenario: Option<Arc<str>>,
    ledger: Ledger,
    overridden: HashMap<String, Step>,
    /// The answer to a plain success, once it was made.
    success: OnceLock<Answer>,
}

/// What a world answers, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// The code in it, where it has one that can be read, and no fault keeps it from the client.
    pub code: Option<Code>,
    /// Which check decided, what was sent, what was expected.
    pub why: Cow<'static, str>,
    /// The fault its delivery meets. Its phase tells what has been recorded: nothing of an update that was refused.
    pub fault: Option<Fault>,
}

impl Reply {
    /// An answer that is delivered as it is.
    pub fn new(answer: Answer, code: Option<Code>, why: impl Into<Cow<'static, str>>) -> Self {
        Self { answer, code, why: why.into(), fault: None }
    }

    /// Whether a patient client gets the whole answer.
    pub fn arrives_whole(&self) -> bool {
        self.fault.is_none_or(|fault| fault.kind.arrives_whole())
    }
}

impl World {
    /// The world of a scenario, in which nothing has been counted yet.
    pub fn of(entry: &Entry) -> Self {
        Self::going_on(entry, |_| None)
    }

    /// The world of a scenario that goes on with the counts there are.
    fn going_on(entry: &Entry, known: impl Fn(&str) -> Option<Count>) -> Self {
        let steps = &entry.scenario.steps;
        let watched = steps.iter().map(|step| &*step.update.lead_id);
        let overridden = steps.iter().filter(|step| step.has_overrides());
        Self {
            scenario: Some(entry.scenario.id.to_string().into()),
            ledger: Ledger::new(entry.instance.clone(), watched, known),
            overridden: overridden.map(|step| (lead_key(&step.update.lead_id).into_owned(), step.clone())).collect(),
            success: OnceLock::new(),
        }
    }

    /// A world without a scenario.
    pub fn plain(instance: Instance) -> Self {
        let ledger = Ledger::new(instance, [], |_| None);
        Self { scenario: None, ledger, overridden: HashMap::new(), success: OnceLock::new() }
    }

    /// The id of the scenario this world belongs to.
    pub fn scenario(&self) -> Option<&Arc<str>> {
        self.scenario.as_ref()
    }

    /// What has been counted.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Answers a request and counts it.
    pub fn reply(&self, request: &Request, params: &Params) -> Reply {
        if let Some(reply) = self.before_the_method(request, params) {
            return reply;
        }
        let step = self.step(params);
        let (reason, before) = self.ledger.update(params);
        self.answer(request, step, &reason, before)
    }

    /// What is answered before anything is decided.
    pub fn before_the_method(&self, request: &Request, params: &Params) -> Option<Reply> {
        let (answer, why) = before_the_method(request, params, &self.ledger.instance().settings.policy)?;
        Some(Reply::new(answer, None, why))
    }

    /// Answers a request that gets to the method, and counts nothing yet: what was decided is to be kept first, and then
    /// applied to the [ledger](Self::ledger). `queued` requests for this lead were decided before it and are not applied yet.
    pub fn weigh(&self, request: &Request, params: &Params, at: Timestamp, queued: u64) -> (Reply, Decided) {
        let step = self.step(params);
        let (reason, mut decided) = self.ledger.weigh(params, at, queued, |before| !strikes_first(step, before));
        decided.scenario = self.scenario.as_deref().map(Into::into);
        (self.answer(request, step, &reason, decided.attempt.saturating_sub(1)), decided)
    }

    /// The step that puts something in the place of CAKE's answers for this lead.
    fn step(&self, params: &Params) -> Option<&Step> {
        if self.overridden.is_empty() {
            return None;
        }
        self.overridden.get(&*lead_key(&params.get("lead_id").unwrap_or_default()))
    }

    fn answer(&self, request: &Request, step: Option<&Step>, reason: &Reason, before: u64) -> Reply {
        let policy = &self.ledger.instance().settings.policy;
        let own = match reason {
            Reason::Success { .. } if !request.is_script_call() => {
                self.success.get_or_init(|| own_answer(policy, request, reason)).clone()
            }
            _ => own_answer(policy, request, reason),
        };
        let why = reason.in_words();
        // ASP.NET answers a request that lacks a parameter before CAKE, and any scenario, has a say.
        let attempt = step.filter(|_| reason.code().is_some()).map(|step| step.attempt(before));
        let mut reply = match attempt.and_then(|attempt| attempt.answer.as_ref()) {
            None => Reply::new(own, reason.code(), why),
            Some(replacement) => {
                let answer = replacement.over(own);
                let code = answer.code();
                Reply::new(answer, code, format!("the scenario answers in CAKE's place, which itself would say: {why}"))
            }
        };
        if let Some(fault) = attempt.and_then(crate::scenario::Attempt::fault_of_delivery) {
            let is_recorded = reason.code() == Some(Code::SUCCESS);
            reply.meets(if is_recorded { fault } else { Fault { phase: FaultPhase::BeforeCommit, ..fault } }, request);
        } else {
            reply.answer.is_compressed = policy.compression == Compression::Gzip && request.accepts_gzip();
        }
        reply
    }
}

fn strikes_first(step: Option<&Step>, before: u64) -> bool {
    let fault = step.and_then(|step| step.attempt(before).fault_of_delivery());
    fault.is_some_and(|fault| fault.phase == FaultPhase::BeforeCommit)
}

impl Reply {
    fn meets(&mut self, fault: Fault, request: &Request) {
        if let FaultKind::Redirect { to, http_status } = fault.kind {
            self.answer = redirect(to, http_status, request);
            self.code = None;
        } else if !fault.kind.arrives_whole() {
            self.code = None;
        }
        self.fault = Some(fault);
    }
}

/// A redirect as IIS writes it, but for the link in its body, which would hold the key. It leaves the scheme as it is, and
/// keeps the query, as redirects of whole sites do.
fn redirect(to: RedirectTo, http_status: u16, request: &Request) -> Answer {
    let body = "<head><title>Document Moved</title></head>\r\n<body><h1>Object Moved</h1></body>";
    let mut answer = Answer::new(http_status, "text/html; charset=UTF-8", body);
    let host = request.host().unwrap_or_default();
    let (name, port) = host.rsplit_once(':').map_or((&*host, String::new()), |(name, port)| (name, format!(":{port}")));
    let location = match to {
        RedirectTo::SameHost => request.target.clone(),
        RedirectTo::AnotherHost | RedirectTo::AnotherHostByTls | RedirectTo::LookalikeHost => {
            let other = match &*name.to_ascii_lowercase() {
                "localhost" => "127.0.0.1",
                "127.0.0.1" => "localhost",
                // The client has its host built in, and comes by a proxy. That sees where it wants to go.
                _ => FaultKind::NOBODYS_HOST,
            };
            let user = if to == RedirectTo::LookalikeHost { format!("{name}@") } else { String::new() };
            format!("//{user}{other}{port}{}", request.target)
        }
        RedirectTo::WithoutTls => format!("http://{host}{}", request.target),
    };
    answer.headers.push(match http_status {
        FaultKind::REFRESH => ("refresh".into(), format!("{}{location}", Answer::AT_ONCE)),
        _ => ("location".into(), location),
    });
    answer
}

fn own_answer(policy: &Policy, request: &Request, reason: &Reason) -> Answer {
    let is_by_script = request.is_script_call();
    match reason.code() {
        None if is_by_script => script_error(),
        None => {
            let name = if let Reason::MissingParameter { name } = reason { name } else { "" };
            Answer::new(500, Answer::TEXT, format!("{MISSING_PARAMETER}{name}.\r\n"))
        }
        Some(code) => {
            let http_status = if code == Code::SUCCESS { 200 } else { policy.refusal_http_status };
            let msg = policy.messages.of(code);
            if is_by_script {
                return Answer::new(http_status, JSON, write_for_scripts(code, msg));
            }
            Answer::new(http_status, Answer::XML, xml::write(policy.shape, code, msg))
        }
    }
}

/// Every world of a pack at once: a request belongs to the scenario that owns its lead.
#[derive(Debug, Clone)]
pub struct Worlds {
    plain: Arc<World>,
    by_lead: HashMap<String, Arc<World>, foldhash::fast::RandomState>,
}

impl Worlds {
    /// Every world of a pack, with nothing counted yet.
    pub fn of(pack: &Pack) -> Self {
        Self::new(pack, |_| None)
    }

    /// Every world of a pack that takes the place of these: the requests for leads that still exist are counted on.
    #[must_use]
    pub fn replaced_by(&self, pack: &Pack) -> Self {
        Self::new(pack, |lead| self.owner(lead).ledger().count(lead).cloned())
    }

    fn new(pack: &Pack, known: impl Fn(&str) -> Option<Count>) -> Self {
        let mut by_lead = HashMap::default();
        for entry in &pack.entries {
            let world = Arc::new(World::going_on(entry, &known));
            for step in &entry.scenario.steps {
                by_lead.insert(lead_key(&step.update.lead_id).into_owned(), Arc::clone(&world));
            }
        }
        let ledger = Ledger::new(pack.instance.clone(), [], known);
        let plain = World { scenario: None, ledger, overridden: HashMap::new(), success: OnceLock::new() };
        Self { plain: Arc::new(plain), by_lead }
    }

    /// One world that every request belongs to.
    pub fn only(world: Arc<World>) -> Self {
        Self { plain: world, by_lead: HashMap::default() }
    }

    /// The plain instance: what a report of all updates is laid out by.
    pub fn plain(&self) -> &Instance {
        self.plain.ledger.instance()
    }

    /// Counts what was decided before.
    pub fn restore(&self, decided: &Decided) {
        self.owner(&decided.lead_id).ledger.apply(decided);
    }

    /// The world a request belongs to.
    pub fn route(&self, params: &Params) -> &World {
        params.get("lead_id").map_or(&*self.plain, |lead_id| self.owner(&lead_id))
    }

    /// The world a lead belongs to.
    fn owner(&self, lead_id: &str) -> &World {
        self.by_lead.get(&*lead_key(lead_id)).unwrap_or(&self.plain)
    }
}
