//! What must be seen of a client's step: the right request arrived, its answer was delivered, and the
//! outcome follows from it.

use std::borrow::Cow;
use std::sync::Arc;

use super::report::{ExchangeReport, Finding, FindingKind, StepReport};
use crate::nearest::difference;
use crate::protocol::{Code, Delivery, Exchange, METHOD_NAME, METHOD_PATH, Outcome, Params, Request, Update};
use crate::scenario::Step;
use crate::secret::{MASK, Secret};
use crate::subject::{Conclusion, Verdict};

/// How much of an answer goes into a report.
const LONGEST_ANSWER: usize = 4 * 1024;

/// How many exchanges of a step go into a report.
const SHOWN_EXCHANGES: usize = 10;

/// Judges a step by what crossed the wire and what the client concluded.
pub(super) fn judge(step: &Step, key: &Secret, exchanges: &[Arc<Exchange>], conclusion: Conclusion) -> StepReport {
    let mut report = StepReport::new(step);
    report.duration_ms = u64::try_from(conclusion.trace.elapsed.as_millis()).unwrap_or(u64::MAX);
    report.notes.clone_from(&conclusion.trace.notes);
    report.requests = exchanges.len();
    report.exchanges = shown(exchanges).map(|exchange| exchange_report(exchange, &step.update)).collect();
    if exchanges.len() > 1 {
        report.notes.push(format!("it sent {} requests for one update", exchanges.len()));
    }

    report.check(arrived(exchanges, &conclusion));
    let mut all_right = !exchanges.is_empty();
    for exchange in exchanges {
        let differences = request_findings(exchange, &step.update, key, &mut report.notes);
        all_right &= differences.is_empty();
        // A repeated mistake is one mistake.
        for finding in differences {
            if !report.findings.contains(&finding) {
                report.findings.push(finding);
            }
        }
    }
    if let Some(last) = exchanges.last() {
        // Whatever the number of requests, what they have to hold is one check.
        report.checks += 1;
        report.check(delivered(last));
    }
    let mut seen = Vec::new();
    report.notes.retain(|note| {
        let is_new = !seen.contains(note);
        seen.push(note.clone());
        is_new
    });
    let expected = expected_outcomes(step, exchanges, all_right);
    if all_right {
        report.expected.clone_from(&expected);
    }
    report.concluded = match conclusion.verdict {
        Verdict::Outcome(outcome) => Some(outcome),
        Verdict::None(_) => None,
    };
    if !exchanges.is_empty() {
        report.check(outcome(&conclusion, &expected, exchanges));
        report.notes.extend(code_note(&conclusion, exchanges));
    }
    report.trace = Some(conclusion.trace.into());
    report
}

fn exchange_report(exchange: &Exchange, update: &Update) -> ExchangeReport {
    // What stands in the update is no secret, even where it was sent as the key.
    let Update { lead_id, status, sub_status, fields } = update;
    let known = |sent: &str| [lead_id, status].into_iter().chain(sub_status).chain(fields.values()).any(|v| v == sent);
    ExchangeReport {
        request: exchange.request.line(),
        http_status: exchange.answer.http_status,
        content_type: exchange.answer.content_type.to_string(),
        answer: answer_text(&exchange.answer),
        code: exchange.code,
        why: exchange.why.clone(),
        delivery: exchange.delivery,
        fault: exchange.fault.map(|fault| fault.to_string()),
        key: exchange
            .request
            .params()
            .get("api_key")
            .filter(|sent| !known(sent))
            .map(|sent| Secret::new(sent.into_owned())),
    }
}

/// An answer as text, cut off where it is long.
pub(super) fn answer_text(answer: &crate::protocol::Answer) -> String {
    let text = answer.text();
    match text.char_indices().nth(LONGEST_ANSWER) {
        None => text.into_owned(),
        Some((end, _)) => format!("{}[… {} bytes in all]", &text[..end], answer.body.len()),
    }
}

fn arrived(exchanges: &[Arc<Exchange>], conclusion: &Conclusion) -> Option<Finding> {
    if !exchanges.is_empty() {
        return None;
    }
    let message = match &conclusion.verdict {
        Verdict::Outcome(outcome) => {
            format!("no request arrived, and the client concluded {outcome:?}", outcome = outcome.word())
        }
        Verdict::None(why) => format!("no request arrived: {why}"),
    };
    let help = format!("the client has to send one GET to the URL it is given (CAKE_URL, or {{url}}): …{METHOD_PATH}");
    Some(Finding::new(FindingKind::RequestMissing, message).help(help))
}

fn wrong(message: impl Into<String>) -> Finding {
    Finding::new(FindingKind::RequestWrong, message)
}

/// In what a request differs from the right one.
fn request_findings(exchange: &Exchange, update: &Update, key: &Secret, notes: &mut Vec<String>) -> Vec<Finding> {
    let request = &exchange.request;
    if exchange.is_unparsable() {
        return vec![unparsable(exchange)];
    }
    let path = request.path();
    let method_name = path.rsplit('/').next().unwrap_or_default();
    if !path.eq_ignore_ascii_case(METHOD_PATH) || method_name != METHOD_NAME {
        let finding = wrong("the request went to another path").expected(METHOD_PATH, path);
        return vec![finding.help("append the method to the base URL, or use the URL as given; letter case counts")];
    }
    if request.method != "GET" && !request.is_form_post() {
        return vec![
            wrong("the request was no GET").expected("GET", &*request.method).help("CAKE documents one GET per lead"),
        ];
    }
    if request.method != "GET" {
        notes.push("it sent a form POST; CAKE documents a GET".into());
    }
    let params = request.params();
    let mut findings = Vec::new();
    findings.extend(key_finding(&params, key));
    findings.extend(parameter("lead_id", &params, params.get("lead_id"), Some(&update.lead_id)));
    findings.extend(parameter("status", &params, params.get("status"), Some(&update.status)));
    let sub_status = params.get("sub_status").filter(|value| !value.is_empty());
    findings.extend(parameter("sub_status", &params, sub_status, update.sub_status.as_deref()));
    for (name, value) in &update.fields {
        findings.extend(parameter(name, &params, params.get(name), Some(value)));
    }
    unasked(&params, update, key, &mut findings, notes);
    findings.extend(fragment(request));
    findings
}

/// What hyper would not read never reached CAKE either: IIS refuses it in the same way.
fn unparsable(exchange: &Exchange) -> Finding {
    let line = exchange.request.raw_line();
    let target = line.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').trim_end_matches(" HTTP/");
    let help = if target.matches(' ').count() > 1 {
        "a space in a value has to be sent as + or %20"
    } else if !line.is_ascii() {
        "characters beyond ASCII have to be sent as UTF-8, percent-encoded"
    } else {
        "have the query encoded by a library: every value, as a form or a URL component"
    };
    wrong(exchange.why.clone()).expected("a GET whose query is encoded", line).help(help)
}

/// A `#` that was not encoded ends the query on the way; only the raw line shows it.
fn fragment(request: &Request) -> Option<Finding> {
    let lost = request.fragment()?;
    let finding = wrong(format!("what stands behind # was lost on the way: {lost:?}"));
    Some(finding.help("# inside a value has to be sent as %23"))
}

fn key_finding(params: &Params, key: &Secret) -> Option<Finding> {
    let Some(sent) = params.get("api_key") else {
        return Some(wrong("api_key was not sent").help("the key is handed over as CAKE_API_KEY, or as {api_key}"));
    };
    if sent == key.expose() {
        return None;
    }
    let lengths = |text: &str| format!("a key of {} characters", text.chars().count());
    let how = difference(&sent, key.expose()).map_or_else(String::new, |how| format!(": {how}"));
    let finding =
        wrong(format!("api_key is not the one handed over{how}")).expected(lengths(key.expose()), lengths(&sent));
    Some(finding.help("use the key from CAKE_API_KEY, or {api_key}, whatever the configuration says"))
}

fn parameter(name: &str, params: &Params, sent: Option<Cow<'_, str>>, expected: Option<&str>) -> Option<Finding> {
    match (sent, expected) {
        (Some(sent), Some(expected)) if sent == expected => None,
        (Some(sent), Some(expected)) => {
            let how = damage(name, params, &sent, expected).map_or_else(String::new, |how| format!(": {how}"));
            Some(wrong(format!("{name} arrived changed{how}")).expected(quoted(expected), quoted(&sent)))
        }
        // A custom field that holds nothing may as well be left out.
        (None, None | Some("")) => None,
        (None, Some(expected)) => Some(wrong(format!("{name} was not sent")).expected(quoted(expected), "nothing")),
        (Some(sent), None) => {
            Some(wrong(format!("{name} was sent, and the update has none")).expected("nothing", quoted(&sent)))
        }
    }
}

/// What happened to a value on its way, where that can be told.
fn damage(name: &str, params: &Params, sent: &str, expected: &str) -> Option<&'static str> {
    let repeated = params.values(name).is_some_and(|values| values.len() > 1);
    let unencoded = Params::decode(format!("{name}={expected}").as_bytes()).get(name).is_some_and(|read| read == sent);
    difference(sent, expected)
        .or_else(|| repeated.then_some("it was sent more than once, and CAKE joins the values with a comma"))
        .or_else(|| unencoded.then_some("it was not encoded: % has to be sent as %25"))
}

/// Parameters nobody asked for. A custom field of the update that came under another name is the likeliest.
fn unasked(params: &Params, update: &Update, key: &Secret, findings: &mut Vec<Finding>, notes: &mut Vec<String>) {
    let declared = ["api_key", "lead_id", "status", "sub_status"];
    let asked = |name: &&str| {
        declared.iter().any(|known| known.eq_ignore_ascii_case(name)) || update.fields.contains_key(*name)
    };
    let others: Vec<&str> = params
        .names()
        .filter(|name| !asked(name))
        .filter(|name| params.get(name).is_some_and(|v| !v.is_empty()))
        .collect();
    if !others.is_empty() {
        notes.push(format!("it also sent {}, which the update does not have", others.join(", ")));
    }
    let bare: Vec<&str> = params.bare().collect();
    if !bare.is_empty() && !findings.is_empty() {
        // The rest of a key with an & in it, perhaps.
        let shown = |text: &&str| if key.expose().contains(*text) { MASK.to_owned() } else { quoted(text) };
        let listed = bare.iter().map(shown).collect::<Vec<_>>().join(", ");
        findings.push(
            wrong(format!("the query has parts without a name: {listed}"))
                .help("& inside a value has to be sent as %26"),
        );
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

fn delivered(exchange: &Exchange) -> Option<Finding> {
    let taken = exchange.delivery == Delivery::Delivered;
    let message = "the client closed the connection before it had the whole answer";
    let help = "it has to read the answer: a refusal comes with HTTP 200, and only its body tells";
    (!taken).then(|| Finding::new(FindingKind::AnswerNotTaken, message).help(help))
}

/// The exchanges that a report shows: all, unless a client sends without end.
fn shown(exchanges: &[Arc<Exchange>]) -> impl Iterator<Item = &Exchange> {
    let (first, last) = match exchanges.len() {
        0..=SHOWN_EXCHANGES => (exchanges, &[][..]),
        many => (&exchanges[..SHOWN_EXCHANGES / 2], &exchanges[many - SHOWN_EXCHANGES / 2..]),
    };
    first.iter().chain(last).map(|exchange| &**exchange)
}

/// What the client may conclude: what the scenario says, and where that depends on how often it tried, as far as it
/// follows from the answer that came last. Where the requests were not the right ones, only the answer counts.
fn expected_outcomes(step: &Step, exchanges: &[Arc<Exchange>], requests_are_right: bool) -> Vec<Outcome> {
    let follows = follows(exchanges);
    if !requests_are_right {
        return follows;
    }
    let both: Vec<Outcome> = step.client.iter().copied().filter(|outcome| follows.contains(outcome)).collect();
    // Who gave up an answer that was still on its way has not seen what it says.
    let was_lost = exchanges.last().is_some_and(|last| last.fault.is_some() && last.code.is_none());
    let depends = step.attempts.len() > 1 || was_lost;
    if depends && !both.is_empty() { both } else { step.client.clone() }
}

/// What follows from the last answer.
fn follows(exchanges: &[Arc<Exchange>]) -> Vec<Outcome> {
    let Some(last) = exchanges.last() else { return vec![] };
    match (last.code.map(Code::outcome), last.answer.http_status) {
        // A success that comes with a failing HTTP status may be taken for either.
        (Some(Some(Outcome::Updated)), 300..) => vec![Outcome::Updated, Outcome::Unknown],
        (Some(Some(outcome)), _) => vec![outcome],
        (Some(None), _) => vec![Outcome::Rejected, Outcome::Unknown],
        (None, _) => vec![Outcome::Unknown],
    }
}

fn outcome(conclusion: &Conclusion, expected: &[Outcome], exchanges: &[Arc<Exchange>]) -> Option<Finding> {
    let answered = exchanges.last()?;
    let expected_words = expected.iter().map(|outcome| outcome.word()).collect::<Vec<_>>().join(" or ");
    let concluded = match &conclusion.verdict {
        Verdict::None(why) => {
            let finding = Finding::new(FindingKind::NoOutcome, format!("the client concluded nothing: {why}"));
            let help =
                "it has to tell its outcome, by its exit code or the outcome file; a refusal is an answer, not a crash";
            return Some(finding.expected(expected_words, "no outcome").help(help));
        }
        Verdict::Outcome(concluded) if expected.contains(concluded) => return None,
        Verdict::Outcome(concluded) => *concluded,
    };
    let answer = match answered.code {
        Some(code) => {
            format!("CAKE answered code {code}{}", code.meaning().map_or_else(String::new, |m| format!(" ({m})")))
        }
        None => match answered.fault {
            Some(fault) if !fault.kind.is_an_answer() => format!("no whole answer got through ({fault})"),
            _ => format!("CAKE gave no answer that can be used (HTTP {})", answered.answer.http_status),
        },
    };
    let message = format!("the client concluded {:?}, but {answer}", concluded.word());
    let finding = Finding::new(FindingKind::OutcomeWrong, message).expected(expected_words, concluded.word());
    Some(finding.help(outcome_help(answered, concluded)))
}

fn outcome_help(answered: &Exchange, concluded: Outcome) -> &'static str {
    match (answered.code, concluded) {
        (Some(Code::SUCCESS), _) => "code 0 is success, in whatever XML it comes; the message does not count",
        (Some(_), Outcome::Updated) => {
            "read <code> of the XML: a refusal comes with HTTP 200 too, and the message does not count"
        }
        (Some(Code(1..=4)), _) => {
            "codes 1 to 4 are CAKE's refusals: the update was not recorded, and repeating it changes nothing"
        }
        (Some(_), _) => "only code 0 is success",
        (None, Outcome::Updated) => {
            "without a code 0 that was read from well-formed XML nothing is known to be updated"
        }
        (None, _) => "this is no answer of CAKE's method: whether the update was recorded is unknown",
    }
}

/// The code a client names should be the one it was given.
fn code_note(conclusion: &Conclusion, exchanges: &[Arc<Exchange>]) -> Option<String> {
    let (named, given) = (conclusion.code?, exchanges.last()?.code?);
    (named != given).then(|| format!("it says CAKE gave code {named}; CAKE gave {given}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::judge;
    use crate::protocol::{Answer, Code, Delivery, Exchange, METHOD_PATH, Outcome, Request, Update, xml};
    use crate::run::report::{FindingKind, StepReport};
    use crate::scenario::{Attempt, Step};
    use crate::secret::Secret;
    use crate::subject::{Conclusion, Trace, Verdict};

    fn step(code: i64) -> Step {
        Step {
            name: None,
            update: Update {
                lead_id: "C8097F17".into(),
                status: "In Progress".into(),
                sub_status: None,
                fields: [("loan_amount".to_owned(), "1".to_owned())].into(),
            },
            lead_place: None,
            code: Some(Code(code)),
            code_place: None,
            client: vec![Code(code).outcome().unwrap()],
            attempts: vec![Attempt::default()],
        }
    }

    fn exchange(target: &str, code: i64) -> Exchange {
        let body = xml::write(xml::Shape::Documented, Code(code), "m");
        Exchange {
            at: Timestamp::UNIX_EPOCH,
            ended: Timestamp::UNIX_EPOCH,
            request: Request {
                method: "GET".into(),
                target: target.into(),
                content_type: String::new(),
                body: "".into(),
                raw_head: "".into(),
            },
            answer: Answer::new(200, Answer::XML, body),
            code: Some(Code(code)),
            why: String::new(),
            scenario: None,
            fault: None,
            delivery: Delivery::Delivered,
        }
    }

    fn right() -> String {
        format!("{METHOD_PATH}?api_key=the-key&lead_id=C8097F17&status=In+Progress&sub_status=&loan_amount=1")
    }

    fn judged(exchanges: Vec<Exchange>, code: i64, verdict: Verdict) -> StepReport {
        let exchanges: Vec<_> = exchanges.into_iter().map(Arc::new).collect();
        let conclusion = Conclusion { verdict, code: None, trace: Trace::default() };
        judge(&step(code), &Secret::new("the-key"), &exchanges, conclusion)
    }

    fn kinds(report: &StepReport) -> Vec<FindingKind> {
        report.findings.iter().map(|finding| finding.kind).collect()
    }

    fn concluded(outcome: Outcome) -> Verdict {
        Verdict::Outcome(outcome)
    }

    #[test]
    fn a_right_request_with_the_right_outcome_passes_every_check() {
        let report = judged(vec![exchange(&right(), 0)], 0, concluded(Outcome::Updated));
        assert_eq!((kinds(&report), report.checks), (vec![], 4));
    }

    #[test]
    fn nothing_arrived_is_the_only_finding() {
        let report = judged(vec![], 3, concluded(Outcome::Rejected));
        assert_eq!(kinds(&report), [FindingKind::RequestMissing]);
    }

    #[test]
    fn a_refusal_taken_for_success_is_found() {
        let report = judged(vec![exchange(&right(), 3)], 3, concluded(Outcome::Updated));
        assert_eq!(kinds(&report), [FindingKind::OutcomeWrong]);
        assert!(report.findings[0].message.contains("code 3 (status not recognised"));
    }

    #[test]
    fn where_several_outcomes_are_right_the_last_answer_decides() {
        let attempts = vec![Attempt::default(), Attempt::default()];
        let step = Step { client: vec![Outcome::Updated, Outcome::Unknown], attempts, ..step(0) };
        let page = Exchange { code: None, answer: Answer::new(503, Answer::HTML, ""), ..exchange(&right(), 0) };
        let judged = |exchanges: &[&Exchange], outcome| {
            let exchanges: Vec<_> = exchanges.iter().map(|exchange| Arc::new(Exchange::clone(exchange))).collect();
            let conclusion = Conclusion { verdict: concluded(outcome), code: None, trace: Trace::default() };
            kinds(&judge(&step, &Secret::new("the-key"), &exchanges, conclusion))
        };
        assert_eq!(judged(&[&page], Outcome::Unknown), []);
        assert_eq!(judged(&[&page], Outcome::Updated), [FindingKind::OutcomeWrong]);
        let answered = exchange(&right(), 0);
        assert_eq!(judged(&[&page, &answered], Outcome::Updated), []);
        assert_eq!(judged(&[&page, &answered], Outcome::Unknown), [FindingKind::OutcomeWrong]);
    }

    #[test]
    fn a_client_that_repeats_itself_does_not_drown_its_report() {
        let report = judged((0..1_000).map(|_| exchange(&right(), 0)).collect(), 0, concluded(Outcome::Updated));
        assert_eq!((report.requests, report.exchanges.len(), report.checks), (1_000, super::SHOWN_EXCHANGES, 4));
        assert_eq!(report.notes, ["it sent 1000 requests for one update"]);
    }

    #[test]
    fn a_crash_is_no_outcome() {
        let report = judged(vec![exchange(&right(), 3)], 3, Verdict::None("it crashed".into()));
        assert_eq!(kinds(&report), [FindingKind::NoOutcome]);
    }

    #[test]
    fn an_answer_that_was_not_taken_is_found() {
        let broken = Exchange { delivery: Delivery::Broken, ..exchange(&right(), 0) };
        assert_eq!(kinds(&judged(vec![broken], 0, concluded(Outcome::Updated))), [FindingKind::AnswerNotTaken]);
    }

    #[test]
    fn each_wrong_parameter_is_found_and_the_outcome_is_held_against_what_cake_answered() {
        let target =
            right().replace("In+Progress", "in+progress").replace("the-key", "The-Key").replace("C8097F17", "c8097f17");
        let report =
            judged(vec![exchange(&target.replace("&loan_amount=1", "&amount=1"), 1)], 0, concluded(Outcome::Rejected));
        let messages: Vec<&str> = report.findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "api_key is not the one handed over: only the letter case differs",
                "lead_id arrived changed: only the letter case differs",
                "status arrived changed: only the letter case differs",
                "loan_amount was not sent",
            ]
        );
        assert_eq!(report.notes, ["it also sent amount, which the update does not have"]);
        let text = format!("{report:?}").to_lowercase();
        assert!(!text.replace("the-key&", "").contains("the-key"), "{text}");
    }

    #[test]
    fn a_cut_off_value_names_what_was_cut() {
        let step = Step {
            update: Update { lead_id: "A".into(), status: "Closed & Paid".into(), ..Update::default() },
            ..step(0)
        };
        let sent = Arc::new(exchange(&format!("{METHOD_PATH}?api_key=the-key&lead_id=A&status=Closed+& Paid"), 3));
        let conclusion = Conclusion { verdict: concluded(Outcome::Rejected), code: None, trace: Trace::default() };
        let report = judge(&step, &Secret::new("the-key"), &[sent], conclusion);
        assert_eq!(kinds(&report), [FindingKind::RequestWrong, FindingKind::RequestWrong]);
        assert!(report.findings[1].message.contains("\" Paid\""));
    }

    #[test]
    fn another_path_is_said_to_be_one() {
        let report = judged(vec![exchange("/api/1/buyers.asmx/updateleadstatus?x", 0)], 0, concluded(Outcome::Unknown));
        assert_eq!(report.findings[0].actual.as_deref(), Some("/api/1/buyers.asmx/updateleadstatus"));
    }
}
