//! Judges a step: checks what was seen of the client against every rule.

use super::finding::Finding;
use super::report::{StepReport, in_milliseconds};
use super::seen::{Seen, apart};
use crate::pack::Entry;
use crate::plural::plural;
use crate::rules::{Evidence, ObstacleMet, Rule, Rules, Takes, Weight};
use crate::scenario::Step;
use crate::secret::Secret;
use crate::subject::{Concluded, Conclusion};

/// Why there is no outcome where none was asked for.
pub(crate) const UNTOLD: &str = "the client reported no outcome";

/// What the judge knows before a step: the rules, and the key that was handed over.
pub(crate) struct Judge<'j> {
    pub(crate) rules: &'j Rules,
    pub(crate) key: &'j Secret,
}

impl Judge<'_> {
    /// Judges a step by what crossed the wire and what the client concluded.
    pub(crate) fn judge(&self, entry: &Entry, step: &Step, seen: Seen, conclusion: Conclusion) -> StepReport {
        let mut report = StepReport::new(step);
        let Conclusion { verdict, code, trace } = conclusion;
        report.duration_ms = in_milliseconds(trace.elapsed);
        report.notes.clone_from(&trace.notes);
        let (asides, exchanges) = apart(seen.exchanges.clone());
        if !asides.is_empty() {
            let lines = asides.iter().map(|exchange| exchange.request.line()).collect::<Vec<_>>().join(", ");
            let count = plural(seen.asides, "request");
            report
                .notes
                .push(format!("{count} beside the update, with no parameter and no key, decided nothing: {lines}"));
        }
        let requests = seen.requests.saturating_sub(seen.asides);
        let exchanges = &*exchanges;
        if requests > 1 {
            report.notes.push(format!("it sent {requests} requests for one update"));
        }
        let (turned_away, in_clear) = (seen.turned_away, seen.in_clear);
        let met = step.obstacle().map(|shown| ObstacleMet { shown, requests, turned_away, in_clear });
        let evidence = Evidence {
            step,
            key: self.key,
            fields: &entry.instance.settings.fields,
            // Nothing of it should have been sent, so nothing is asked of how.
            exchanges: if met.is_some() { &[] } else { exchanges },
            requests: if met.is_some() { 0 } else { requests },
            obstacle: met,
            concluded: match &verdict {
                Concluded::Outcome(outcome) => Ok(*outcome),
                Concluded::None(why) => Err(why),
                Concluded::Untold => Err(UNTOLD),
            },
            followed_away: seen.followed_away.as_ref(),
            resolved_an_entity: seen.resolved_an_entity,
            host: seen.host.as_deref(),
            key_sent_to: seen.key_sent_to.as_deref(),
            timed_out: trace.timed_out,
            patience: trace.patience,
            said_code: code,
            printed_key: &trace.printed_key,
        };
        if met.is_some() || evidence.is_asked_rightly() {
            report.expected = evidence.expected();
        }
        report.concluded = evidence.concluded.ok();
        // What was not seen can be neither kept nor broken.
        let is_told = verdict != Concluded::Untold;
        let is_seen = |rule: &Rule| match rule.takes {
            Takes::Wire => true,
            Takes::Outcome => is_told,
            Takes::Output => seen.output,
        };
        for (rule, breaches) in self.rules.check(&evidence).filter(|(rule, _)| is_seen(rule)) {
            report.rules.push(rule.id);
            report.checks += 1;
            let eased = entry.scenario.recommends.is_some();
            let weight = rule.weight_in(entry.scenario.basis, eased);
            report.findings.extend(breaches.into_iter().map(|breach| {
                let finding = Finding::of(rule, weight, breach);
                // At most, where the scenario says so: that a breach claims a success prevails over everything else.
                if eased { Finding { weight: finding.weight.max(Weight::Recommended), ..finding } } else { finding }
            }));
        }
        (report.told, report.told_code, report.trace) = (verdict, code, Some(trace));
        report.seen = seen;
        report
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use jiff::Timestamp;

    use super::{Judge, Seen};
    use crate::cake::Messages;
    use crate::judge::report::StepReport;
    use crate::pack::{Origin, load};
    use crate::protocol::{
        Answer, Code, Delivery, Exchange, Fault, FaultKind, FaultPhase, METHOD_PATH, Outcome, Request, Update, xml,
    };
    use crate::rules::{Rules, Takes};
    use crate::scenario::{Attempt, Basis, Step};
    use crate::secret::Secret;
    use crate::subject::{Concluded, Conclusion, Trace};

    const RESET: Fault = Fault { kind: FaultKind::Reset { after: None }, phase: FaultPhase::AfterCommit };

    fn step(code: i64) -> Step {
        let update = Update {
            lead_id: "C8097F17".into(),
            status: "In Progress".into(),
            sub_status: None,
            fields: [("loan_amount".to_owned(), "1".to_owned())].into(),
        };
        Step::new(update, Some(Code(code)), vec![Code(code).outcome().unwrap()])
    }

    fn exchange(target: &str, code: i64) -> Exchange {
        let body = xml::write(xml::Shape::Documented, Code(code), Messages::default().of(Code(code)));
        Exchange {
            request: Request { method: "GET".into(), target: target.into(), ..Request::default() },
            answer: Answer::new(200, Answer::XML, body),
            code: Some(Code(code)),
            ..Exchange::default()
        }
    }

    fn right() -> String {
        format!(
            "{METHOD_PATH}?api_key=the-key-of-the-pack&lead_id=C8097F17&status=In+Progress&sub_status=&loan_amount=1"
        )
    }

    fn judged_step(step: &Step, exchanges: Vec<Exchange>, verdict: Concluded) -> StepReport {
        let exchanges: Vec<_> = exchanges.into_iter().map(Arc::new).collect();
        let conclusion = Conclusion { verdict, code: None, trace: Trace::default() };
        let (rules, key) = (Rules::default(), Secret::new("the-key-of-the-pack"));
        let seen = Seen { output: true, ..Seen::of(&exchanges, &[], &key, &step.update) };
        let (pack, _) = load(Origin::Standard, &|_| None).unwrap();
        let entry = pack.entries.iter().find(|entry| entry.scenario.basis == Some(Basis::Documented)).unwrap();
        Judge { rules: &rules, key: &key }.judge(entry, step, seen, conclusion)
    }

    fn judged(exchanges: Vec<Exchange>, code: i64, verdict: Concluded) -> StepReport {
        judged_step(&step(code), exchanges, verdict)
    }

    fn broken(report: &StepReport) -> Vec<&str> {
        report.findings.iter().filter_map(|finding| Some(finding.rule?.as_str())).collect()
    }

    fn concluded(outcome: Outcome) -> Concluded {
        Concluded::Outcome(outcome)
    }

    #[test]
    fn looking_whether_the_server_is_there_however_often_is_no_repeat() {
        let looks = (0..500).map(|_| exchange("/", 0)).chain([exchange(&right(), 0)]);
        let report = judged(looks.collect(), 0, concluded(Outcome::Updated));
        assert_eq!(broken(&report), Vec::<&str>::new());
        assert!(report.notes[0].starts_with("500 requests beside the update"), "{:?}", report.notes);
    }

    #[test]
    fn a_client_that_outlasts_the_servers_patience_has_shown_no_time_out() {
        let stalled = |ended_after: Duration| {
            let fault = Fault { kind: FaultKind::Stall { after: 0 }, phase: FaultPhase::BeforeCommit };
            let ended = Timestamp::UNIX_EPOCH + ended_after;
            let exchange = Exchange { fault: Some(fault), code: None, ended, ..exchange(&right(), 0) };
            judged(vec![exchange], 0, concluded(Outcome::Unknown)).rules.iter().any(|rule| rule.as_str() == "R04")
        };
        assert!(stalled(FaultKind::LONGEST / 2));
        assert!(!stalled(FaultKind::LONGEST));
    }

    #[test]
    fn a_right_request_with_the_right_outcome_breaks_no_rule() {
        let report = judged(vec![exchange(&right(), 0)], 0, concluded(Outcome::Updated));
        assert_eq!((broken(&report), report.checks as usize), (vec![], report.rules.len()));
        assert!(report.rules.len() > 10, "{:?}", report.rules);
    }

    #[test]
    fn where_nobody_told_an_outcome_no_rule_about_outcomes_is_exercised() {
        let lost = Exchange { code: None, fault: Some(RESET), ..exchange(&right(), 0) };
        let lost_step = Step { client: vec![Outcome::Unknown], ..step(0) };
        for (step, seen) in [(step(3), exchange(&right(), 3)), (lost_step, lost)] {
            let untold = judged_step(&step, vec![seen.clone()], Concluded::Untold);
            let told = judged_step(&step, vec![seen], concluded(Outcome::Updated));
            let about_outcomes = |report: &StepReport| report.rules.iter().any(|rule| rule.takes() == Takes::Outcome);
            assert_eq!((about_outcomes(&untold), about_outcomes(&told)), (false, true));
            assert_eq!((broken(&untold), untold.concluded), (vec![], None));
            assert!(untold.rules.len() > 10, "{:?}", untold.rules);
        }
    }

    #[test]
    fn where_nothing_arrived_nothing_else_is_asked() {
        let plain = Update { lead_id: "C8097F17".into(), status: "Funded".into(), ..Update::default() };
        let report = judged_step(&Step { update: plain, ..step(3) }, vec![], concluded(Outcome::Rejected));
        assert_eq!((broken(&report), report.rules.len()), (vec!["Q13"], 1));
        // Many a library refuses a URL with a space in it.
        let report = judged(vec![], 3, concluded(Outcome::Rejected));
        assert_eq!((broken(&report), report.rules.len()), (vec!["Q08"], 1));
    }

    #[test]
    fn a_refusal_taken_for_success_breaks_the_rule_of_its_code() {
        let report = judged(vec![exchange(&right(), 3)], 3, concluded(Outcome::Updated));
        assert_eq!(broken(&report), ["A04"]);
        assert!(report.findings[0].message.contains("code 3 (status not recognised"));
    }

    #[test]
    fn where_several_outcomes_are_right_the_last_answer_decides() {
        let attempts = vec![Attempt::default(), Attempt::default()];
        let step = Step { client: vec![Outcome::Updated, Outcome::Unknown], attempts, ..step(0) };
        let page = Exchange { code: None, answer: Answer::new(503, Answer::HTML, ""), ..exchange(&right(), 0) };
        let answered = Exchange { at: "1970-01-01T00:00:09Z".parse().unwrap(), ..exchange(&right(), 0) };
        let broken_by = |exchanges: &[&Exchange], outcome| {
            let exchanges = exchanges.iter().copied().cloned().collect();
            judged_step(&step, exchanges, concluded(outcome)).findings.iter().filter_map(|f| f.rule).collect::<Vec<_>>()
        };
        assert_eq!(broken_by(&[&page], Outcome::Unknown), []);
        assert_eq!(broken_by(&[&page], Outcome::Updated).iter().map(|rule| rule.as_str()).collect::<Vec<_>>(), ["A09"]);
        assert_eq!(broken_by(&[&page, &answered], Outcome::Updated), []);
        let late = broken_by(&[&page, &answered], Outcome::Unknown);
        assert_eq!(late.iter().map(|rule| rule.as_str()).collect::<Vec<_>>(), ["A01"]);
    }

    #[test]
    fn a_client_that_repeats_itself_does_not_drown_its_report() {
        let report = judged((0..1_000).map(|_| exchange(&right(), 0)).collect(), 0, concluded(Outcome::Updated));
        assert_eq!((report.seen.requests, report.seen.exchanges.len()), (1_000, 100));
        assert_eq!(report.notes, ["it sent 1000 requests for one update"]);
        assert_eq!(broken(&report), ["R02", "R08"]);
    }

    #[test]
    fn a_crash_upon_a_refusal_breaks_the_rule_of_its_code() {
        let report = judged(vec![exchange(&right(), 3)], 3, Concluded::None("it crashed".into()));
        assert_eq!(broken(&report), ["A04"]);
        assert!(report.findings[0].help.as_deref().unwrap().contains("a refusal is an answer"));
    }

    #[test]
    fn an_answer_that_was_not_taken_is_found_and_nothing_is_concluded_from_it() {
        let cut = Exchange { delivery: Delivery::Broken, ..exchange(&right(), 0) };
        assert_eq!(broken(&judged(vec![cut], 0, concluded(Outcome::Updated))), ["Q14"]);
    }

    #[test]
    fn each_wrong_parameter_is_found_and_the_outcome_is_held_against_what_cake_answered() {
        let target =
            right().replace("In+Progress", "in+progress").replace("the-key", "The-Key").replace("C8097F17", "c8097f17");
        let report =
            judged(vec![exchange(&target.replace("&loan_amount=1", "&amount=1"), 1)], 0, concluded(Outcome::Rejected));
        let told: Vec<_> = report.findings.iter().map(|f| format!("{}: {}", f.rule.unwrap(), f.message)).collect();
        assert_eq!(
            told,
            [
                "Q03: api_key is not the one handed over: only the letter case differs",
                "Q04: lead_id arrived changed: only the letter case differs",
                "Q05: status arrived changed: only the letter case differs",
                "Q07: loan_amount was not sent",
                "Q12: the client also sent amount, which the update does not have",
            ]
        );
        let text = format!("{report:?}").to_lowercase();
        assert!(!text.replace("the-key-of-the-pack&", "").contains("the-key-of"), "{text}");
    }

    #[test]
    fn a_cut_off_value_names_what_was_cut() {
        let update = Update { lead_id: "A".into(), status: "Closed & Paid".into(), ..Update::default() };
        let sent = exchange(&format!("{METHOD_PATH}?api_key=the-key-of-the-pack&lead_id=A&status=Closed+& Paid"), 3);
        let report = judged_step(&Step { update, ..step(0) }, vec![sent], concluded(Outcome::Rejected));
        assert_eq!(broken(&report), ["Q08", "Q08"]);
        assert!(report.findings[1].message.contains("\" Paid\""));
    }

    #[test]
    fn another_path_is_said_to_be_one() {
        let report = judged(vec![exchange("/api/1/buyers.asmx/updateleadstatus?x", 0)], 0, concluded(Outcome::Unknown));
        assert_eq!(report.findings[0].actual.as_deref(), Some("/api/1/buyers.asmx/updateleadstatus"));
    }
}
