//! A client that is right but for one habit, inside the test's own process. It goes through the same steps as any other: an update
//! becomes pairs, pairs become a query, the query a request; the answer becomes a conclusion, or another attempt. A habit
//! replaces one of these steps.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use caketester::protocol::{Code, METHOD_PATH, Outcome, Update, encode, xml};
use caketester::subject::{Case, Concluded, Conclusion, Subject, SubjectError, Trace};

use super::wire::{End, Got, Request, Trust, exchange};

/// The parameters of a request, in order.
pub(crate) type Pairs = Vec<(String, String)>;

/// Which values of an update a habit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// All but the key.
    All,
    LeadId,
    Status,
    SubStatus,
    Fields,
}

/// What a mutant does in another way than the right client.
#[derive(Clone, Copy)]
pub(crate) enum Habit {
    /// Nothing.
    None,
    /// A value becomes another one.
    Value(Of, fn(&str) -> String),
    /// A field may be left out or changed, by its value.
    Field(fn(&str) -> Option<String>),
    /// The parameters are others.
    Pairs(fn(&Update, &mut Pairs)),
    /// The query is put together in another way.
    Query(fn(&Pairs) -> String),
    /// Each name and each value is escaped in another way.
    Escape(fn(&str) -> String),
    /// The request is another one.
    Request(fn(&mut Request)),
    /// The update before this one of the same lead shows.
    Leftover(fn(&Update, &mut Pairs)),
    /// The text of the code is found in another way.
    Find(fn(&str) -> Option<String>),
    /// The number is read out of the text in another way.
    Parse(fn(&str) -> Option<i64>),
    /// A code and an HTTP status are taken for something else.
    Judge(fn(i64, u16) -> Outcome),
    /// Where no code can be read, this is concluded.
    Otherwise(fn(&Got) -> Option<Outcome>),
    /// The whole conclusion; none is a crash.
    Conclude(fn(&Got) -> Option<Outcome>),
    /// What a lead was answered once is taken for its answer ever after.
    RemembersTheAnswer,
    /// What a URL was answered once is taken for its answer ever after.
    CachesByUrl,
    /// It asks again where this says so, at most so often, and what is sent then may differ.
    Repeat { when: fn(&Got) -> bool, attempts: usize, wait: Duration, change: fn(&mut Pairs) },
    /// The same, and the first answer counts.
    RepeatsButBelievesTheFirst,
    /// It reads only so many bytes, and leaves.
    ReadsBytes(usize),
    /// It follows redirects, these.
    Follows(fn(status: u16, location: &str) -> bool),
    /// It says another code than the one it read.
    Says(fn(Option<i64>) -> Option<i64>),
    /// It prints the key.
    Prints(&'static str),
    /// It waits for an answer this long.
    GivesUpAfter(Duration),
    /// It waits without end.
    Waits,
    /// It trusts certificates that it should not.
    Trusts(Trust),
    /// It trusts any certificate where no authority is named.
    TrustsUntold,
    /// Where TLS fails, it sends the request without.
    FallsBack,
    /// It sends something before the request.
    Before(fn(&mut Request)),
}

/// The client.
pub(crate) struct Client {
    pub(crate) habit: Habit,
    pub(crate) authority: Vec<u8>,
    pub(crate) memory: Memory,
    /// The first answer of each URL.
    pub(crate) cache: Mutex<HashMap<String, Got>>,
    /// What it got for each lead, in order.
    pub(crate) seen: Mutex<HashMap<String, Vec<Got>>>,
}

/// The last update of each lead, and what the client concluded of it.
pub(crate) type Memory = Mutex<HashMap<String, (Update, Option<Outcome>)>>;

impl Subject for Client {
    async fn report(&self, case: Case) -> Result<Conclusion, SubjectError> {
        let started = Instant::now();
        let lead = case.update.lead_id.clone();
        let before = self.memory.lock().unwrap_or_else(PoisonError::into_inner).get(&lead).cloned();
        let got = self.ask(&case, before.as_ref().map(|(update, _)| update)).await;
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).entry(lead.clone()).or_default().push(got.clone());
        let outcome = match (self.habit, &before) {
            (Habit::RemembersTheAnswer, Some((_, known))) => *known,
            _ => self.conclude(&got),
        };
        let mut trace = Trace { elapsed: started.elapsed(), ..Trace::default() };
        if let Habit::Prints(stream) = self.habit {
            trace.printed_key = vec![stream.to_owned()];
        }
        let is_stuck = matches!(self.habit, Habit::Waits) && got.end == End::Stalled;
        trace.timed_out = is_stuck;
        let verdict = match outcome {
            Some(outcome) if !is_stuck => Concluded::Outcome(outcome),
            Some(_) => Concluded::None("it did not end, and was ended".into()),
            None => Concluded::None("it crashed".into()),
        };
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).insert(lead, (case.update, outcome));
        let code = got.code();
        let said = match self.habit {
            Habit::Says(said) => said(code),
            // What another reading makes of an answer is no code that it would print.
            Habit::Find(_) | Habit::Parse(_) | Habit::Judge(_) | Habit::Conclude(_) => None,
            _ => code,
        };
        Ok(Conclusion { verdict, code: said.map(Code), trace })
    }
}

impl Client {
    /// A client that trusts this authority.
    pub(crate) fn new(habit: Habit, authority: &[u8]) -> Self {
        Self {
            habit,
            authority: authority.to_vec(),
            memory: Memory::default(),
            cache: Mutex::default(),
            seen: Mutex::default(),
        }
    }

    /// The request for an update.
    pub(crate) fn request(&self, case: &Case, pairs: &Pairs) -> Request {
        let query = match self.habit {
            Habit::Query(query) => query(pairs),
            Habit::Escape(escape) => joined(pairs, escape),
            _ => encode(pairs.iter().map(|(name, value)| (&**name, &**value))),
        };
        let host = case.base_url.split("://").last().unwrap_or_default().to_owned();
        let mut request = Request::get(&host, METHOD_PATH, &query, case.key.expose());
        if let Habit::Request(change) = self.habit {
            change(&mut request);
        }
        request
    }

    /// The parameters for an update.
    pub(crate) fn pairs(&self, case: &Case, before: Option<&Update>) -> Pairs {
        let update = &case.update;
        let value = |of: Of, text: &str| match self.habit {
            Habit::Value(Of::All, change) => change(text),
            Habit::Value(only, change) if only == of => change(text),
            _ => text.to_owned(),
        };
        let mut pairs = vec![
            ("api_key".to_owned(), case.key.expose().to_owned()),
            ("lead_id".to_owned(), value(Of::LeadId, &update.lead_id)),
            ("status".to_owned(), value(Of::Status, &update.status)),
        ];
        pairs.extend(update.sub_status.iter().map(|text| ("sub_status".to_owned(), value(Of::SubStatus, text))));
        for (name, text) in &update.fields {
            let sent = match self.habit {
                Habit::Field(change) => change(text),
                _ => Some(value(Of::Fields, text)),
            };
            pairs.extend(sent.map(|text| (name.clone(), text)));
        }
        match (self.habit, before) {
            (Habit::Pairs(change), _) => change(update, &mut pairs),
            (Habit::Leftover(change), Some(before)) => change(before, &mut pairs),
            _ => {}
        }
        pairs
    }

    /// Asks, and asks again where it would.
    async fn ask(&self, case: &Case, before: Option<&Update>) -> Got {
        let mut pairs = self.pairs(case, before);
        let mut request = self.request(case, &pairs);
        let mut first = None;
        let mut attempts = 0;
        if let Habit::Before(change) = self.habit {
            let mut early = request.clone();
            change(&mut early);
            self.exchange(&early, case).await;
        }
        loop {
            let got = self.exchange(&request, case).await;
            attempts += 1;
            match self.habit {
                Habit::Repeat { when, attempts: most, wait, change } if attempts < most && when(&got) => {
                    tokio::time::sleep(wait).await;
                    change(&mut pairs);
                    request = self.request(case, &pairs);
                }
                Habit::RepeatsButBelievesTheFirst if attempts < 2 && got.code().is_none() => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    first = Some(got);
                }
                Habit::Follows(goes) if attempts < 3 => match got.header("location") {
                    Some(location) if goes(got.status, location) => {
                        if let Some((scheme, rest)) = location.split_once("//")
                            && let Some((host, _)) = rest.split_once('/')
                        {
                            request.host = host.to_owned();
                            request.in_clear = scheme == "http:";
                        }
                    }
                    _ => return got,
                },
                _ => return first.unwrap_or(got),
            }
        }
    }

    async fn exchange(&self, request: &Request, case: &Case) -> Got {
        if !matches!(self.habit, Habit::CachesByUrl) {
            return self.fetch(request, case).await;
        }
        let url = format!("{}{}?{}", case.base_url, request.path, request.query);
        let known = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(&url).cloned();
        let got = if let Some(known) = known { known } else { self.fetch(request, case).await };
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).insert(url, got.clone());
        got
    }

    async fn fetch(&self, request: &Request, case: &Case) -> Got {
        let by_tls = case.base_url.starts_with("https:") && !request.in_clear;
        let trust = match self.habit {
            Habit::Trusts(trust) => trust,
            Habit::TrustsUntold if !case.is_trust_told => Trust::Anything,
            _ => Trust::Right,
        };
        let most = match self.habit {
            Habit::ReadsBytes(most) => Some(most),
            _ => None,
        };
        let tls = by_tls.then(|| (Arc::from(&*self.authority), trust));
        if let Habit::GivesUpAfter(patience) = self.habit {
            return match tokio::time::timeout(patience, exchange(request, tls, most)).await {
                Ok(got) => got.unwrap_or_default(),
                Err(_) => Got { end: End::Stalled, ..Got::default() },
            };
        }
        match exchange(request, tls, most).await {
            Err(_) if by_tls && matches!(self.habit, Habit::FallsBack) => {
                exchange(request, None, None).await.unwrap_or_default()
            }
            got => got.unwrap_or_default(),
        }
    }

    /// What it concludes; nothing where it crashes.
    pub(crate) fn conclude(&self, got: &Got) -> Option<Outcome> {
        let judge = |code: Option<i64>| match code {
            Some(code) => Some(right(code, got.status)),
            None => Some(Outcome::Unknown),
        };
        let is_whole = got.end == End::Whole;
        match self.habit {
            Habit::Conclude(conclude) => conclude(got),
            Habit::Find(find) if is_whole => judge(find(&got.text()).and_then(|text| number(&text))),
            Habit::Parse(parse) if is_whole => judge(code_text(&got.text()).and_then(|text| parse(&text))),
            Habit::Judge(judge) => Some(got.code().map_or(Outcome::Unknown, |code| judge(code, got.status))),
            Habit::Otherwise(otherwise) if got.code().is_none() => otherwise(got),
            _ => judge(got.code()),
        }
    }
}

/// What follows from a code.
pub(crate) fn right(code: i64, status: u16) -> Outcome {
    match (code, status) {
        (0, 200) => Outcome::Updated,
        (1..=4, _) => Outcome::Rejected,
        _ => Outcome::Unknown,
    }
}

/// The number that a text is.
fn number(text: &str) -> Option<i64> {
    let digits = text.trim().strip_prefix('-').unwrap_or(text.trim());
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.trim().parse().ok()).flatten()
}

/// The text of the one code right below the root, where the answer is one of CAKE's.
pub(crate) fn code_text(body: &str) -> Option<String> {
    let document = roxmltree::Document::parse(body.trim_start_matches('\u{FEFF}')).ok()?;
    let root = document.root_element();
    let codes: Vec<_> = root.children().filter(|child| child.tag_name().name() == "code").collect();
    let [code] = codes[..] else { return None };
    if code.children().any(|child| child.is_element()) {
        return None;
    }
    let text: String = code.children().filter(roxmltree::Node::is_text).filter_map(|child| child.text()).collect();
    (root.tag_name().name() == "result").then_some(text)
}

/// A query whose names and values are escaped like this.
pub(crate) fn joined(pairs: &Pairs, escape: impl Fn(&str) -> String) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}

impl Got {
    /// The code of a whole answer.
    pub(crate) fn code(&self) -> Option<i64> {
        (self.end == End::Whole).then(|| xml::read(&self.body).ok()).flatten().map(|reading| reading.code.0)
    }
}
