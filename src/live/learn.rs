//! What an instance does where its documentation is silent, learnt from answers to requests that write nothing.
//!
//! Codes are compared with those of every instance that the settings allow: the instances that would have answered the same remain,
//! and a setting is known where all of them have the same. So the mock's own `decide` says what a code means, and nothing is guessed.

use std::sync::Arc;

use super::probe::Probe;
use super::request::{Known, Planned};
use crate::cake::{
    Buyer, Check, Instance, LeadDefaults, LetterCase, MISSING_PARAMETER, Policy, Settings, Status, UnknownSubStatus,
    decide,
};
use crate::protocol::{Answer, Code, Params, xml};
use crate::secret::Secret;
use crate::source::quoted;

/// One setting, with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its key in `policy:`, or `enabled`.
    pub name: &'static str,
    /// Its value as YAML; none where it was not seen.
    pub value: Option<String>,
    /// What shows it, or what would.
    pub evidence: String,
}

/// What was learnt of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learnt {
    /// Every setting, in the order of the documentation.
    pub settings: Vec<Setting>,
    /// Answers that no setting explains.
    pub unexplained: Vec<String>,
}

/// An instance as it may be.
type Candidate = Instance;

/// What the answers show.
pub fn learn(answers: &[(Planned, Answer)], key: Option<&Secret>, known: &Known) -> Learnt {
    let mut unexplained = Vec::new();
    let mut candidates = candidates(key, known);
    let sent_to_decide = answers.iter().filter(|(planned, _)| is_decided(planned.probe));
    for (planned, answer) in sent_to_decide {
        let Some(code) = answer.code() else { continue };
        let query = planned.query(key);
        let query = Params::decode(query.as_bytes());
        let fits = |candidate: &Candidate| decide(candidate, &query).reason.code() == Some(code);
        if candidates.iter().any(fits) {
            candidates.retain(fits);
        } else {
            unexplained.push(format!("{planned}: code {}, which no order of checks explains", code.0));
        }
    }
    // Of answers that contradict each other none is better than the others.
    let is_contradicted = !unexplained.is_empty();
    let would_show = WouldShow { key, known, candidates: &candidates, is_contradicted };
    let answer = |probe| answers.iter().find(|(planned, _)| planned.probe == probe).map(|(_, answer)| answer);
    let mut settings = vec![would_show.setting("enabled", |one| one.settings.enabled.to_string())];
    settings.extend(refusals(answers));
    settings.push(would_show.check_order());
    settings.push(would_show.setting("key_case", |one| word(one.settings.policy.key_case)));
    settings.push(would_show.setting("lead_id_case", |one| word(one.settings.policy.lead_id_case)));
    settings.push(not_seen("foreign_lead", "only a lead of another buyer could show it, and none may be touched"));
    let mut sub_status = would_show.setting("unknown_sub_status", |one| word(one.settings.policy.unknown_sub_status));
    if let (Some(_), Some((status, _))) = (&sub_status.value, known.statuses.first()) {
        sub_status.evidence = format!("{}, where {status:?} is one of the network's statuses", sub_status.evidence);
    }
    settings.push(sub_status);
    settings.push(of_call("missing_parameter", "a call without api_key", answer(Probe::MissingParameter), |answer| {
        coded(answer, ["empty", "error"], MISSING_PARAMETER)
    }));
    settings.push(of_call("missing_sub_status", "a call without sub_status", answer(Probe::NoSubStatus), |answer| {
        coded(answer, ["accepted", "error"], &format!("{MISSING_PARAMETER}sub_status"))
    }));
    settings.push(of_call("form_post", "a form POST", answer(Probe::FormPost), |answer| {
        coded(answer, ["answered", "not_enabled"], "Request format is unrecognized")
    }));
    settings.push(of_call("json_call", "a JSON call", answer(Probe::Json), |answer| {
        let is_json = answer.text().trim_start().starts_with('{');
        coded(answer, ["answered", "refused"], "\"ExceptionType\"").filter(|_| is_json)
    }));
    settings.push(shape(answers));
    settings.push(compression(answer(Probe::Gzip)));
    let report = "only the Lead Status Master Report shows it: compare it by hand";
    for name in ["time_zone", "report_sums", "report_dates", "report_end_date"] {
        settings.push(not_seen(name, report));
    }
    if let (Some(plain), Some(more)) = (answer(Probe::MadeUpKey), answer(Probe::Gzip))
        && let (Some(plain), Some(more)) = (plain.code(), more.code())
        && plain != more
    {
        unexplained.push("gzip: a parameter more changes the code, so unknown fields are not ignored here".to_owned());
    }
    Learnt { settings, unexplained }
}

/// Whether a request gets to the checks on any instance: then its code depends on them alone.
fn is_decided(probe: Probe) -> bool {
    use Probe::{Key, KeyCase, KeyOrLead, KeyOrStatus, LeadCase, MadeUpKey, NoSuchSubStatus};
    matches!(probe, MadeUpKey | Key | KeyOrLead | KeyOrStatus | KeyCase | LeadCase | NoSuchSubStatus)
}

/// Every instance that the settings allow, the likeliest first: enabled, and with the default order.
fn candidates(key: Option<&Secret>, known: &Known) -> Vec<Candidate> {
    let buyer = Buyer { name: "buyer".into(), key: key.cloned().unwrap_or_else(|| Secret::new("")) };
    let status = |(name, sub_statuses): &(String, Vec<String>)| Status {
        name: name.clone(),
        sub_statuses: sub_statuses.clone(),
    };
    let statuses: Vec<Status> = known.statuses.iter().map(status).collect();
    let cases = [LetterCase::Matters, LetterCase::Ignored];
    let sub_statuses = [UnknownSubStatus::Refused, UnknownSubStatus::Accepted];
    let policies = orders().into_iter().map(|check_order| Policy { check_order, ..Policy::default() });
    let policies = policies.flat_map(|policy| cases.map(|key_case| Policy { key_case, ..policy.clone() }));
    let policies = policies.flat_map(|policy| cases.map(|lead_id_case| Policy { lead_id_case, ..policy.clone() }));
    let policies: Vec<Policy> = policies
        .flat_map(|policy| sub_statuses.map(|unknown_sub_status| Policy { unknown_sub_status, ..policy.clone() }))
        .collect();
    let instance = |enabled: bool, policy: &Policy| {
        let settings = Settings {
            enabled,
            buyers: vec![buyer.clone()],
            statuses: statuses.clone(),
            fields: Vec::new(),
            lead_defaults: LeadDefaults { buyer: Arc::clone(&buyer.name), ..LeadDefaults::default() },
            policy: policy.clone(),
        };
        let mut instance = Instance::new(Arc::new(settings));
        if let Some(lead) = &known.lead {
            instance.add_lead(instance.settings.lead_defaults.lead(&lead.lead_id));
        }
        instance
    };
    let of_each = |enabled| policies.iter().map(move |policy| instance(enabled, policy));
    [true, false].into_iter().flat_map(of_each).collect()
}

/// The 24 orders of the checks, the default first.
fn orders() -> Vec<Vec<Check>> {
    let mut orders = vec![Vec::new()];
    for _ in Check::ALL {
        let longer = |order: &Vec<Check>| {
            let others = Check::ALL.into_iter().filter(|check| !order.contains(check));
            others.map(|check| [&**order, &[check]].concat()).collect::<Vec<_>>()
        };
        orders = orders.iter().flat_map(longer).collect();
    }
    orders
}

/// The instances that remain, and what would tell them apart.
struct WouldShow<'l> {
    key: Option<&'l Secret>,
    known: &'l Known,
    candidates: &'l [Candidate],
    is_contradicted: bool,
}

const CONTRADICTED: &str = "the codes of these requests contradict each other";

impl WouldShow<'_> {
    /// A setting that the checks show, where all that remain have the same value.
    fn setting(&self, name: &'static str, of: impl Fn(&Candidate) -> String) -> Setting {
        if self.is_contradicted {
            return not_seen(name, CONTRADICTED);
        }
        let first = self.candidates.first().map(&of);
        if self.candidates.iter().all(|one| Some(of(one)) == first) {
            return Setting {
                name,
                value: first,
                evidence: "only this explains the codes of these requests".to_owned(),
            };
        }
        not_seen(name, &self.what_would_show(of))
    }

    /// The order of checks: the first that remains, and which of two checks is known to come first.
    fn check_order(&self) -> Setting {
        let name = "check_order";
        if self.is_contradicted {
            return not_seen(name, CONTRADICTED);
        }
        // Of those that remain the likeliest: like the default, and the key early.
        let unlike = |order: &&[Check]| {
            let default = |check: &Check| Check::ALL.iter().position(|one| one == check);
            let pairs = order.iter().enumerate().flat_map(|(at, a)| order[at + 1..].iter().map(move |b| (a, b)));
            let turned = pairs.filter(|(a, b)| default(a) > default(b)).count();
            (turned, order.iter().position(|check| *check == Check::Key))
        };
        let likeliest = self.candidates.iter().map(order_of).min_by_key(unlike);
        let Some(first) = likeliest else { return not_seen(name, "no code came") };
        let written = written(first);
        let place = |order: &[Check], check| order.iter().position(|one| *one == check);
        let mut open = Vec::new();
        for (at, a) in first.iter().enumerate() {
            for b in &first[at + 1..] {
                let is_so = |one: &Candidate| place(order_of(one), *a) < place(order_of(one), *b);
                if !self.candidates.iter().all(is_so) {
                    let show = self.what_would_show(|one| is_so(one).to_string());
                    open.push((format!("{} or {}", word(*a), word(*b)), show));
                }
            }
        }
        if open.is_empty() {
            let evidence = "only this order explains the codes of these requests".to_owned();
            return Setting { name, value: Some(written), evidence };
        }
        let pairs = open.iter().map(|(pair, _)| &**pair).collect::<Vec<_>>().join(", ");
        let show = open.first().map(|(_, show)| &**show).unwrap_or_default();
        let all = first.len() * (first.len() - 1) / 2;
        // Where nothing of it was seen, no order is better than another.
        let value = (open.len() < all).then_some(written);
        Setting { name, value, evidence: format!("which comes first is not known of {pairs}; {show}") }
    }

    /// The first request that would tell instances apart which differ in a setting, with the permission that it needs.
    fn what_would_show(&self, of: impl Fn(&Candidate) -> String) -> String {
        let Some(lead) = &self.known.lead else {
            return "it may show once the network's file has a lead under `account: leads:`, and its `statuses`"
                .to_owned();
        };
        if self.known.statuses.is_empty() {
            return "it may show once the network's file has its `statuses`".to_owned();
        }
        if self.key.is_none() {
            return "give your key, then run this again".to_owned();
        }
        let codes = |planned: &Planned| {
            let query = planned.query(self.key);
            move |one: &Candidate| decide(one, &Params::decode(query.as_bytes())).reason.code()
        };
        let shows = |planned: &Planned| {
            let code = codes(planned);
            let of_each: Vec<_> = self.candidates.iter().map(|one| (of(one), code(one))).collect();
            of_each.iter().any(|(a, code_a)| of_each.iter().all(|(b, code_b)| a == b || code_a != code_b))
        };
        match Planned::to_tell_apart(lead).iter().find(|planned| shows(planned)) {
            Some(planned) => format!("`endpoint probe --allow-updates` could show it: {planned}"),
            None if self.candidates.iter().all(|one| one.settings.enabled) => "it makes no difference here".to_owned(),
            None => "no single request that may be sent would show it".to_owned(),
        }
    }
}

fn order_of(one: &Candidate) -> &[Check] {
    &one.settings.policy.check_order
}

fn written(order: &[Check]) -> String {
    format!("[{}]", order.iter().map(|check| word(*check)).collect::<Vec<_>>().join(", "))
}

fn not_seen(name: &'static str, why: &str) -> Setting {
    Setting { name, value: None, evidence: why.to_owned() }
}

fn seen(name: &'static str, value: &str, evidence: impl Into<String>) -> Setting {
    Setting { name, value: Some(value.to_owned()), evidence: evidence.into() }
}

/// A value as it is written in YAML.
fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The HTTP status of refusals, and their messages.
fn refusals(answers: &[(Planned, Answer)]) -> [Setting; 2] {
    let coded = || answers.iter().filter(|(planned, _)| planned.probe != Probe::Json);
    let refused = || coded().filter_map(|(planned, answer)| Some((planned, answer, answer.code()?)));
    let mut refused_with = refused().filter(|(.., code)| *code != Code::SUCCESS);
    let status = match refused_with.next() {
        None => not_seen("refusal_http_status", "no refusal with a code came"),
        Some((planned, first, code)) => {
            match refused_with.find(|(_, answer, _)| answer.http_status != first.http_status) {
                None => seen(
                    "refusal_http_status",
                    &first.http_status.to_string(),
                    format!("{planned}: code {} with HTTP {}", code.0, first.http_status),
                ),
                Some((_, other, _)) => {
                    let both = format!("refusals came with HTTP {} and {}", first.http_status, other.http_status);
                    not_seen("refusal_http_status", &both)
                }
            }
        }
    };
    let mut messages = Vec::new();
    let mut not_seen_of = Vec::new();
    for code in 0..=4 {
        let message = refused().find(|(.., of)| of.0 == code).and_then(|(_, answer, _)| xml::read(&answer.body).ok());
        match message {
            Some(reading) => messages.push(format!("{code}: {}", quoted(&reading.msg))),
            None => not_seen_of.push(code.to_string()),
        }
    }
    let evidence = match not_seen_of.len() {
        0 => "as they came".to_owned(),
        _ => format!("as they came; not seen: {}", not_seen_of.join(", ")),
    };
    let value = (!messages.is_empty()).then(|| format!("{{ {} }}", messages.join(", ")));
    [status, Setting { name: "messages", value, evidence }]
}

/// A setting that the answer to one call shows by itself.
fn of_call(
    name: &'static str,
    call: &str,
    answer: Option<&Answer>,
    value: impl Fn(&Answer) -> Option<&'static str>,
) -> Setting {
    let Some(answer) = answer else { return not_seen(name, &format!("no answer came to {call}")) };
    match (value(answer), answer.code()) {
        (Some(value), Some(Code(code))) => seen(name, value, format!("{call} gets code {code}")),
        (Some(value), None) => seen(name, value, format!("{call} gets HTTP {} and no code", answer.http_status)),
        (None, _) => not_seen(name, &neither(answer, call)),
    }
}

/// The first value for an answer with a code, the second for one with these words in place of it.
fn coded(answer: &Answer, [with_code, without]: [&'static str; 2], words: &str) -> Option<&'static str> {
    match answer.code() {
        Some(_) => Some(with_code),
        None => answer.text().contains(words).then_some(without),
    }
}

fn neither(answer: &Answer, what: &str) -> String {
    format!("{what} gets HTTP {} {:?}, which is no setting", answer.http_status, answer.content_type)
}

/// How the XML is laid out: the layout that writes the same bytes.
fn shape(answers: &[(Planned, Answer)]) -> Setting {
    use xml::Shape::{Compact, Declared, Documented, Namespaced, NamespacedForBuyers};
    let name = "shape";
    let read = |(planned, answer): &(Planned, Answer)| {
        Some((planned.clone(), xml::read(&answer.body).ok()?, answer.text().into_owned()))
    };
    let Some((planned, reading, text)) = answers.iter().find_map(read) else {
        return not_seen(name, "no XML with a code came");
    };
    let fits = |shape: &xml::Shape| xml::write(*shape, reading.code, &reading.msg) == text;
    match [Documented, Declared, Namespaced, NamespacedForBuyers, Compact].into_iter().find(fits) {
        Some(shape) => seen(name, &word(shape), format!("{}: these bytes", planned.probe)),
        None => not_seen(name, &format!("the XML is laid out in a way of its own: {}", quoted(&text))),
    }
}

fn compression(answer: Option<&Answer>) -> Setting {
    match answer {
        None => not_seen("compression", "no answer came to a call that accepts gzip"),
        Some(answer) if answer.is_compressed => {
            seen("compression", "gzip", "an answer to a call that accepts gzip is compressed")
        }
        Some(answer) if answer.code().is_none() => {
            not_seen("compression", &neither(answer, "a call that accepts gzip"))
        }
        Some(_) => seen("compression", "none", "an answer to a call that accepts gzip is not compressed"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bytes::Bytes;

    use super::{Candidate, Learnt, candidates, learn, order_of, word};
    use crate::cake::{
        Compression, FormPost, Instance, JsonCall, MissingParameter, MissingSubStatus, Policy, Settings,
    };
    use crate::live::{Known, Planned, Probe, Target};
    use crate::pack::World;
    use crate::protocol::xml::Shape;
    use crate::protocol::{Answer, Request, Update};
    use crate::secret::Secret;

    fn known() -> Known {
        let lead = Update { lead_id: "C8097F17".into(), status: "Funded".into(), ..Update::default() };
        let statuses = vec![("Funded".into(), vec!["Full Payment".into()]), ("In Progress".into(), vec![])];
        Known { statuses, fields: Vec::new(), lead: Some(lead) }
    }

    fn key() -> Secret {
        Secret::new("BuyerAPIKeyHere")
    }

    /// The mock's answers to what is planned.
    fn answers(instance: &Instance) -> Vec<(Planned, Answer)> {
        let target = Target::new("http://127.0.0.1:1").unwrap();
        let world = World::plain(instance.clone());
        let planned = Planned::that_learn(&target, Some(&key()), &known());
        assert!(planned.len() <= 12);
        let answer = |planned: Planned| {
            let sent = planned.outgoing(&target, Some(&key()));
            let path = sent.url.strip_prefix("http://127.0.0.1:1").unwrap();
            let headers = sent.headers.iter().map(|(name, value)| format!("{name}: {value}"));
            let lines: Vec<_> = [format!("{} {path} HTTP/1.1", sent.method)].into_iter().chain(headers).collect();
            let head = lines.join("\r\n") + "\r\n\r\n";
            let request = Request::of(Bytes::from(head), Bytes::from(sent.body));
            let reply = world.reply(&request, &request.params());
            assert_ne!(reply.code.map(|code| code.0), Some(0), "{planned} was taken");
            (planned, reply.answer)
        };
        planned.into_iter().map(answer).collect()
    }

    fn with(instance: &Instance, change: impl FnOnce(&mut Policy)) -> Instance {
        let mut settings = Settings::clone(&instance.settings);
        change(&mut settings.policy);
        let mut changed = Instance::new(settings.into());
        for lead in instance.leads() {
            changed.add_lead(lead.clone());
        }
        changed
    }

    fn learnt(answers: &[(Planned, Answer)]) -> Learnt {
        learn(answers, Some(&key()), &known())
    }

    fn value<'l>(learnt: &'l Learnt, name: &str) -> Option<&'l str> {
        learnt.settings.iter().find(|setting| setting.name == name).unwrap().value.as_deref()
    }

    /// The settings that the checks show, by their names.
    fn checked(one: &Candidate) -> [(&'static str, String); 4] {
        let policy = &one.settings.policy;
        [
            ("enabled", one.settings.enabled.to_string()),
            ("key_case", word(policy.key_case)),
            ("lead_id_case", word(policy.lead_id_case)),
            ("unknown_sub_status", word(policy.unknown_sub_status)),
        ]
    }

    /// All 24 orders of checks, with each of the other settings that the checks show: what is told is so, and what is not told
    /// could not be, since another instance gives the same answers.
    #[test]
    fn what_the_checks_show_is_right_or_rightly_not_told() {
        let all = candidates(Some(&key()), &known());
        let mut with_the_same_answers: BTreeMap<Vec<Option<i64>>, Vec<&Candidate>> = BTreeMap::new();
        for one in &all {
            let codes = answers(one).iter().map(|(_, answer)| answer.code().map(|code| code.0)).collect();
            with_the_same_answers.entry(codes).or_default().push(one);
        }
        assert!(with_the_same_answers.len() > 20, "{}", with_the_same_answers.len());
        for alike in with_the_same_answers.values() {
            let told = learnt(&answers(alike[0]));
            assert_eq!(told.unexplained, Vec::<String>::new());
            for (at, (name, expected)) in checked(alike[0]).into_iter().enumerate() {
                let can_be_told = alike.iter().all(|one| checked(one)[at].1 == expected);
                assert_eq!(value(&told, name), can_be_told.then_some(&*expected), "{name}");
            }
            let orders: Vec<_> = alike.iter().map(|one| order_of(one)).collect();
            let order = told.settings.iter().find(|setting| setting.name == "check_order").unwrap();
            for (pair, a, b) in pairs() {
                let first = |order: &[crate::cake::Check]| {
                    order.iter().position(|one| *one == a) < order.iter().position(|one| *one == b)
                };
                let can_be_told = orders.iter().all(|order| first(order) == first(orders[0]));
                let is_open = order.evidence.contains(&pair.0) || order.evidence.contains(&pair.1);
                assert_eq!(is_open, !can_be_told, "{pair:?}: {order:?}");
            }
            if let Some(value) = &order.value {
                assert!(alike.iter().any(|one| super::written(order_of(one)) == *value), "{value}");
            }
        }
    }

    fn pairs() -> Vec<((String, String), crate::cake::Check, crate::cake::Check)> {
        let all = crate::cake::Check::ALL;
        let both = |a, b| ((format!("{} or {}", word(a), word(b)), format!("{} or {}", word(b), word(a))), a, b);
        let above = |at: usize| all[at + 1..].iter().map(move |b| both(all[at], *b)).collect::<Vec<_>>();
        (0..all.len()).flat_map(above).collect()
    }

    #[test]
    fn what_an_answer_shows_by_itself_is_learnt_in_every_combination() {
        let instances = candidates(Some(&key()), &known());
        let shapes =
            [Shape::Documented, Shape::Declared, Shape::Namespaced, Shape::NamespacedForBuyers, Shape::Compact];
        let mut tried = 0;
        for missing_parameter in [MissingParameter::Error, MissingParameter::Empty] {
            for missing_sub_status in [MissingSubStatus::Accepted, MissingSubStatus::Error] {
                for form_post in [FormPost::Answered, FormPost::NotEnabled] {
                    for json_call in [JsonCall::Refused, JsonCall::Answered] {
                        for compression in [Compression::None, Compression::Gzip] {
                            for (at, shape) in shapes.into_iter().enumerate() {
                                // With every order of checks in turn.
                                let instance = &instances[tried * 16 % instances.len()];
                                let refusal_http_status = [200, 400, 500][at % 3];
                                tried += 1;
                                let instance = with(instance, |policy| {
                                    *policy = Policy {
                                        refusal_http_status,
                                        missing_parameter,
                                        missing_sub_status,
                                        form_post,
                                        json_call,
                                        shape,
                                        compression,
                                        ..policy.clone()
                                    }
                                });
                                let told = learnt(&answers(&instance));
                                let expected = [
                                    ("missing_parameter", word(missing_parameter)),
                                    ("missing_sub_status", word(missing_sub_status)),
                                    ("form_post", word(form_post)),
                                    ("json_call", word(json_call)),
                                    ("compression", word(compression)),
                                    ("shape", word(shape)),
                                    ("refusal_http_status", refusal_http_status.to_string()),
                                ];
                                for (name, expected) in expected {
                                    assert_eq!(
                                        value(&told, name),
                                        Some(&*expected),
                                        "{name} of {:?}",
                                        instance.settings.policy
                                    );
                                }
                                assert_eq!(told.unexplained, Vec::<String>::new());
                            }
                        }
                    }
                }
            }
        }
        assert_eq!(tried, 160);
    }

    #[test]
    fn an_answer_that_no_setting_explains_is_told() {
        let instance = &candidates(Some(&key()), &known())[0];
        let mut answers = answers(instance);
        for (_, answer) in &mut answers {
            if answer.code().is_some() {
                answer.body = "<result><code>0</code><msg>success</msg></result>".into();
            }
        }
        assert!(learnt(&answers).unexplained[0].starts_with("made-up-key: code 0, "));
    }

    /// The answers of the first candidate, with another one to this probe.
    fn with_answer(to: Probe, other: &Answer) -> Vec<(Planned, Answer)> {
        let answers = answers(&candidates(Some(&key()), &known())[0]);
        let changed = |(planned, answer): (Planned, Answer)| {
            let is_it = planned.probe == to;
            (planned, if is_it { other.clone() } else { answer })
        };
        answers.into_iter().map(changed).collect()
    }

    #[test]
    fn codes_that_contradict_each_other_show_nothing() {
        let code_0 = Answer::new(200, Answer::XML, "<result><code>0</code><msg>success</msg></result>");
        let told = learnt(&with_answer(Probe::Key, &code_0));
        assert!(!told.unexplained.is_empty());
        for name in ["enabled", "check_order", "key_case", "lead_id_case", "unknown_sub_status"] {
            assert_eq!(value(&told, name), None, "{name}");
        }
    }

    #[test]
    fn an_answer_that_is_not_cakes_shows_no_setting() {
        let page = Answer::new(503, Answer::HTML, "<html>later</html>");
        let told = learnt(&with_answer(Probe::Gzip, &page));
        assert_eq!(value(&told, "compression"), None);
        assert_eq!(told.unexplained, Vec::<String>::new());
        let refused = Answer::new(403, "application/json", "{\"error\":\"forbidden\"}");
        assert_eq!(value(&learnt(&with_answer(Probe::Json, &refused)), "json_call"), None);
    }
}
