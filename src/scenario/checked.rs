//! How a scenario as written becomes one that is checked.

use std::collections::HashSet;

use super::changes::UpdateText;
use super::fault::answer_is_seen;
use super::id::ScenarioId;
use super::model::{AnswerOverride, Attempt, NEEDED, Need, Scenario, Step, StepPlaces};
use super::written::{AnswerText, AttemptText, StepText, WeightText, Written};
use crate::protocol::{Code, Update};
use crate::source::{Diagnostic, Located, Mistakes, Place, SourceFile, place_of, read};

/// Reads a scenario. Every mistake that can be seen in the file alone is returned.
pub fn read_scenario(id: ScenarioId, file: &SourceFile) -> Result<Scenario, Vec<Diagnostic>> {
    let written: Written = read(file)?;
    let mut mistakes = Mistakes::of(file);
    if let Some(sample) = &written.instance.sample {
        let help = "write what is sent under `update:` or `steps:`";
        mistakes.add(sample, "`sample` belongs in the pack's instance.yaml", help);
    }
    if written.title.value.chars().any(char::is_control) {
        mistakes.add(&written.title, "the title holds a control character", "");
    }
    if written.title.value.trim().is_empty() {
        mistakes.add(&written.title, "the title is empty", "say what the scenario is about");
    }
    if let Some(tag) = written.tags.iter().find(|tag| tag.value.trim().is_empty()) {
        mistakes.add(tag, "a tag is empty", "remove it, or say by what to select");
    }
    let recommends = match (written.weight, written.reason) {
        (None, None) => None,
        (Some(WeightText::Recommended), Some(reason)) => Some(reason.value),
        (Some(WeightText::Recommended), None) => {
            let help = "add `reason: …`: why a client may well do otherwise";
            mistakes.add(&written.title, "`weight: recommended` needs a reason", help);
            None
        }
        (None, Some(reason)) => {
            let help = "add `weight: recommended`, or remove the reason";
            mistakes.add(&reason, "`reason` goes with `weight: recommended`, and says why", help);
            None
        }
    };
    let inline = StepText {
        name: None,
        update: written.update,
        code: written.code,
        client: written.client,
        answer: written.answer,
        fault: written.fault,
        attempts: written.attempts,
    };
    let steps = match (&inline.update, written.steps) {
        (Some(_), None) => vec![inline.checked(&mut mistakes)],
        (None, Some(steps)) if !steps.is_empty() && inline.places().is_empty() => named_steps(steps, &mut mistakes),
        (None, Some(steps)) if steps.is_empty() => {
            mistakes.add(None, "`steps` is empty", "a scenario sends at least one update");
            vec![]
        }
        (None, None) => {
            let help = "add `update: { lead_id: …, status: … }`, or several under `steps:`";
            mistakes.add(None, "the scenario sends nothing", help);
            vec![]
        }
        (_, Some(_)) => {
            let help = "move `update`, `code`, `client`, `answer`, `fault` and `attempts` into the list";
            let message = "a scenario with `steps` has its updates there and nowhere else";
            mistakes.add(inline.places().into_iter().flatten().next(), message, help);
            vec![]
        }
    };
    let steps: Vec<Step> = steps.into_iter().flatten().map(|step| Step { by_tls: written.tls, ..step }).collect();
    if mistakes.is_empty() {
        mistakes.extend(written.needs.iter().filter_map(|need| needless(need, &steps, file)));
    }
    if !mistakes.is_empty() {
        return Err(mistakes.found());
    }
    Ok(Scenario {
        id,
        file: file.clone(),
        title: written.title.value,
        basis: written.basis,
        why: written.why,
        tags: written.tags.into_iter().map(|tag| tag.value).collect(),
        needs: written.needs.into_iter().map(|need| need.value).collect(),
        out_of_scope: None,
        recommends,
        changes: written.instance,
        steps,
    })
}

/// A client that cannot would be left out for nothing.
fn needless(need: &Located<Need>, steps: &[Step], file: &SourceFile) -> Option<Diagnostic> {
    let is_sent = |is_in: fn(&Update) -> bool| steps.iter().any(|step| is_in(&step.update));
    let (_, what, _) = NEEDED.iter().find(|(known, _, is_in)| *known == need.value && !is_sent(*is_in))?;
    let message = format!("no update of this scenario sends {what}");
    let help = "remove it: a client that cannot send one would be left out for nothing";
    Some(file.mistake(place_of(need), message).help(help))
}

fn named_steps(steps: Vec<Located<StepText>>, mistakes: &mut Mistakes<'_>) -> Vec<Option<Step>> {
    let mut names = HashSet::new();
    let mut checked = Vec::new();
    for step in steps {
        let place = step.value.name.as_ref().map_or_else(|| place_of(&step), place_of);
        match step.value.name.as_ref().map(|name| name.value.clone()) {
            None => {
                let help = "add `name: first`, for example: reports and the snapshot call the step by it";
                mistakes.add(place, "a step in a list needs a `name`", help);
            }
            Some(name) if names.contains(&name) => {
                mistakes.add(place, format!("two steps are called {name:?}"), "");
            }
            Some(name) if !is_step_name(&name) => {
                let help = "lower-case letters, digits and -, beginning with a letter, and no attempt-: the snapshot's file is called by it";
                mistakes.add(place, format!("{name:?} is not a valid name for a step"), help);
            }
            Some(name) => {
                names.insert(name);
            }
        }
        checked.push(step.value.checked(mistakes));
    }
    checked
}

fn is_step_name(name: &str) -> bool {
    // The snapshot of a second attempt is called by it.
    let is_free = !name.contains("attempt-");
    is_free
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

impl StepText {
    /// Where each of its parts stands, but for its name.
    fn places(&self) -> Vec<Option<Place>> {
        let update = self.update.as_ref().map(place_of);
        let code = self.code.as_ref().map(place_of);
        let client = self.client.as_ref().map(place_of);
        let answer = self.answer.as_ref().map(place_of);
        let fault = self.fault.as_ref().map(place_of);
        let attempts = self.attempts.as_ref().map(place_of);
        [update, code, client, answer, fault, attempts].into_iter().flatten().collect()
    }

    fn checked(self, mistakes: &mut Mistakes<'_>) -> Option<Step> {
        let Some(update) = self.update else {
            let place = self.name.as_ref().and_then(place_of);
            mistakes.add(place, "a step needs an `update`", "");
            return None;
        };
        let place = place_of(&update);
        mistakes.extend(update.value.mistakes(place.as_ref(), mistakes.file));
        let UpdateText { lead_id, status, sub_status, fields } = update.value;
        let places = StepPlaces {
            lead: place_of(&lead_id),
            status: place_of(&status),
            sub_status: sub_status.as_ref().and_then(place_of),
            code: self.code.as_ref().and_then(place_of),
            client: self.client.as_ref().and_then(place_of),
        };
        let (status, sub_status) = (status.value, sub_status.map(|name| name.value));
        let mut values =
            [&lead_id.value, &status].into_iter().chain(&sub_status).chain(fields.keys()).chain(fields.values());
        let holds_nul = values.any(|value: &String| value.contains('\0'));
        drop(values);
        if holds_nul {
            let help = "no program can be handed a text with it in its arguments or its environment";
            mistakes.add(place.clone(), "a value of the update holds the character U+0000", help);
        }
        if lead_id.value.trim().is_empty() {
            mistakes.add(
                &lead_id,
                "the lead ID is empty",
                "take one that no other scenario has; `caketester scenarios new` finds some",
            );
        }
        let only = AttemptText { answer: self.answer, fault: self.fault };
        let attempts = match (only.place(), self.attempts) {
            (_, None) => vec![only.checked(mistakes)],
            (None, Some(attempts)) if !attempts.value.is_empty() => {
                attempts.value.into_iter().map(|attempt| attempt.checked(mistakes)).collect()
            }
            (None, Some(attempts)) => {
                let help = "say what each attempt gets, `attempts: [{ answer: { http_status: 503, body: busy } }, {}]` for example; `{}` is the instance's own answer";
                mistakes.add(&attempts, "`attempts` is empty", help);
                vec![Attempt::default()]
            }
            (Some((key, place)), Some(_)) => {
                let help = format!("put the {key} into the list: `attempts: [{{ {key}: … }}]`");
                mistakes.add(place, format!("`{key}` and `attempts` exclude each other"), help);
                vec![Attempt::default()]
            }
        };
        if attempts.len() > 1 && attempts.iter().any(|attempt| attempt.fault != attempt.fault_of_delivery()) {
            let message = "what keeps a client from sending anything is the same for every attempt";
            mistakes.add(&lead_id, message, "say `fault:` without `attempts:`");
        }
        let has_faults = attempts.iter().any(|attempt| attempt.fault.is_some());
        let code = self.code.map(|code| Code(code.value));
        let follows = code.and_then(Code::outcome).filter(|_| !has_faults);
        let client = match (self.client.map(|client| client.value.all()), follows) {
            (Some(said), _) => {
                let twice = said.iter().enumerate().find(|(at, outcome)| said[..*at].contains(outcome));
                if let Some((_, twice)) = twice {
                    let message = format!("`client` names {} twice", twice.word());
                    mistakes.add(places.client.clone(), message, "keep one of the two");
                }
                if said.is_empty() {
                    mistakes.add(places.client.clone(), "`client` names no outcome", "");
                }
                said
            }
            (None, Some(outcome)) => vec![outcome],
            (None, None) => {
                let client =
                    "say what a conforming client concludes: `client: unknown`, or a list where several are right";
                let (message, help) = match code {
                    _ if has_faults => {
                        ("nothing follows from the `code` alone where there is a fault".to_owned(), client)
                    }
                    Some(code) => (
                        format!("nothing follows from the undocumented code {code}"),
                        "CAKE documents 0 to 4; if you mean this one, add what a conforming client concludes: \
                         `client: unknown`, or a list where several are right",
                    ),
                    None => (
                        "the key `code` is missing".to_owned(),
                        "write what CAKE answers, `code: 0` to `code: 4`; where the answer has no code, say what a conforming \
                         client concludes: `client: unknown`",
                    ),
                };
                mistakes.add(places.code.clone().or(place), message, help);
                vec![]
            }
        };
        Some(Step {
            name: self.name.map(|name| name.value),
            update: Update { lead_id: lead_id.value, status, sub_status, fields },
            code,
            client,
            attempts,
            by_tls: false,
            places,
        })
    }
}

impl AttemptText {
    fn checked(self, mistakes: &mut Mistakes<'_>) -> Attempt {
        let place = self.answer.as_ref().and_then(place_of);
        let answer = self.answer.map(|answer| answer.value.checked(mistakes));
        let fault_place = self.fault.as_ref().and_then(place_of);
        let fault = self.fault.map(|fault| fault.value.checked(mistakes));
        if let (Some(_), Some(fault)) = (&answer, fault) {
            answer_is_seen(fault, place, mistakes);
        }
        Attempt { answer, fault, fault_place }
    }

    /// The key that it has, and where.
    fn place(&self) -> Option<(&'static str, Option<Place>)> {
        let answer = self.answer.as_ref().map(|answer| ("answer", place_of(answer)));
        answer.or_else(|| self.fault.as_ref().map(|fault| ("fault", place_of(fault))))
    }
}

impl AnswerText {
    fn checked(self, mistakes: &mut Mistakes<'_>) -> AnswerOverride {
        if let Some(status) = &self.http_status
            && !(200..=599).contains(&status.value)
        {
            mistakes.add(status, format!("{} is no HTTP status of an answer (200 to 599)", status.value), "");
        }
        if let Some(status) = &self.http_status
            && matches!(status.value, 204 | 205 | 304)
            && self.body.as_deref() != Some("")
        {
            let message = format!("an answer with HTTP {} has no body on the wire", status.value);
            mistakes.add(status, message, "give `body: \"\"`, or take another status: no client would see the code");
        }
        if let Some(content_type) = &self.content_type
            && content_type.chars().any(|c| c.is_control() || !c.is_ascii())
        {
            mistakes.add(None, format!("the content type {content_type:?} is not a valid header value"), "");
        }
        let mut headers: Vec<(String, String)> = Vec::new();
        for (name, value) in self.headers {
            if let Some((message, help)) = wrong_header(&name, &value.value, &headers) {
                mistakes.add(&value, message, help);
            }
            headers.push((name, value.value));
        }
        AnswerOverride {
            headers,
            body: self.body,
            http_status: self.http_status.map(|status| status.value),
            content_type: self.content_type,
        }
    }
}

/// Headers that the mock sets, because delivery depends on them.
const SET_HEADERS: [&str; 4] = ["connection", "content-length", "date", "transfer-encoding"];

/// What is wrong with a header, and what to do.
fn wrong_header(name: &str, value: &str, others: &[(String, String)]) -> Option<(String, &'static str)> {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(is_token) {
        return Some((format!("{name:?} is not a valid header name"), "letters, digits and -, as in Retry-After"));
    }
    if name.eq_ignore_ascii_case("content-type") {
        return Some((format!("{name} has a key of its own"), "say `content_type:`"));
    }
    if name.eq_ignore_ascii_case("content-encoding") {
        let help =
            "remove it; `instance: { policy: { compression: gzip } }` compresses the answer for clients that accept it";
        return Some((
            format!("the body is not encoded as Content-Encoding {value:?}: it is sent as written here"),
            help,
        ));
    }
    if SET_HEADERS.iter().any(|set| name.eq_ignore_ascii_case(set)) {
        return Some((format!("{name} is set by the mock"), "say what goes wrong in delivery under `fault:`"));
    }
    if others.iter().any(|(other, _)| name.eq_ignore_ascii_case(other)) {
        return Some((format!("duplicate header {name}"), "letter case makes no difference in the name of a header"));
    }
    let is_fit = value.chars().all(|c| c == ' ' || c.is_ascii_graphic());
    (!is_fit).then(|| (format!("{value:?} is not a valid header value"), "visible ASCII characters and spaces can"))
}

#[cfg(test)]
mod tests {
    use super::{Scenario, ScenarioId, SourceFile, read_scenario};
    use crate::protocol::Outcome;
    use proptest::prelude::*;

    fn scenario(text: &str) -> Result<Scenario, String> {
        let id = ScenarioId::new("codes/x").unwrap();
        read_scenario(id, &SourceFile::new("scenarios/codes/x.yaml", text))
            .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n"))
    }

    #[test]
    fn the_common_case_is_one_step() {
        let scenario = scenario(
            "title: A status the network has not configured
basis: documented
why: Statuses are matched exactly.
instance: { statuses: { remove: [Funded] } }
update: { lead_id: 5E000003, status: Funded, fields: { loan_amount: 25000 } }
code: 3
",
        )
        .unwrap();
        let step = &scenario.steps[0];
        assert_eq!(step.update.to_string(), r#"lead_id="5E000003" status="Funded" loan_amount="25000""#);
        assert_eq!(step.client, [Outcome::Rejected]);
        assert!(!step.has_overrides());
    }

    #[test]
    fn attempts_are_counted_and_the_last_repeats() {
        let scenario = scenario(
            "title: x
update: { lead_id: A1, status: Funded }
attempts: [{ answer: { http_status: 503, body: busy } }, {}]
client: [updated, unknown]
code: 0
",
        )
        .unwrap();
        let step = &scenario.steps[0];
        assert_eq!(step.client, [Outcome::Updated, Outcome::Unknown]);
        let statuses: Vec<_> = (0..4).map(|n| step.attempt(n).answer.as_ref().and_then(|a| a.http_status)).collect();
        assert_eq!(statuses, [Some(503), None, None, None]);
    }

    fn mistakes(texts: &[&str]) -> String {
        texts.iter().map(|text| scenario(text).expect_err(text)).collect::<Vec<_>>().join("\n\n")
    }

    #[test]
    fn a_wrong_build_of_steps_is_shown_where_it_stands() {
        insta::assert_snapshot!(mistakes(&[
            "title: x\nupdate: { lead_id: A1, status: Funded }\n",
            "title: x\nupdate: { lead_id: A1, status: Funded }\ncode: 7\n",
            "title: x\ncode: 0\n",
            "title: x\nsteps: []\n",
            "title: x\nsteps: [{ update: { lead_id: A1, status: F }, code: 0 }]\n",
            "title: x\nsteps: [{ name: Two Words, update: { lead_id: A1, status: F }, code: 0 }]\n",
            "title: x\nupdate: { lead_id: A1, status: F }\nsteps: [{ name: a, update: { lead_id: A1, status: F }, code: 0 }]\n",
        ]), @r#"
        error: the key `code` is missing
         --> scenarios/codes/x.yaml:2:9
          |
        2 | update: { lead_id: A1, status: Funded }
          |         ^
          |
          = help: write what CAKE answers, `code: 0` to `code: 4`; where the answer has no code, say what a conforming client concludes: `client: unknown`

        error: nothing follows from the undocumented code 7
         --> scenarios/codes/x.yaml:3:7
          |
        3 | code: 7
          |       ^
          |
          = help: CAKE documents 0 to 4; if you mean this one, add what a conforming client concludes: `client: unknown`, or a list where several are right

        error: the scenario sends nothing
        --> scenarios/codes/x.yaml
         = help: add `update: { lead_id: …, status: … }`, or several under `steps:`

        error: `steps` is empty
        --> scenarios/codes/x.yaml
         = help: a scenario sends at least one update

        error: a step in a list needs a `name`
         --> scenarios/codes/x.yaml:2:9
          |
        2 | steps: [{ update: { lead_id: A1, status: F }, code: 0 }]
          |         ^
          |
          = help: add `name: first`, for example: reports and the snapshot call the step by it

        error: "Two Words" is not a valid name for a step
         --> scenarios/codes/x.yaml:2:17
          |
        2 | steps: [{ name: Two Words, update: { lead_id: A1, status: F }, code: 0 }]
          |                 ^^^^^^^^^
          |
          = help: lower-case letters, digits and -, beginning with a letter, and no attempt-: the snapshot's file is called by it

        error: a scenario with `steps` has its updates there and nowhere else
         --> scenarios/codes/x.yaml:2:9
          |
        2 | update: { lead_id: A1, status: F }
          |         ^
          |
          = help: move `update`, `code`, `client`, `answer`, `fault` and `attempts` into the list
        "#);
    }

    #[test]
    fn a_wrong_value_is_shown_where_it_stands() {
        insta::assert_snapshot!(mistakes(&[
            "title: x\nupdate: { lead_id: A1, status: F }\ncode: 0\nanswer: { http_status: 99 }\n",
            "title: x\nupdate: { lead_id: A1, status: F }\ncode: 0\nanswer: { http_status: 204 }\n",
            "title: x\nupdate: { lead_id: A1, status: F }\ncode: 0\nclient: succeeded\n",
            "title: x\nupdate: { lead_id: A1, status: F }\ncode: zero\n",
            "title: x\nupdate: { lead_id: '', status: F }\ncode: 0\n",
            "title: x\nupdate: { lead_id: A1 }\ncode: 0\n",
            "title: x\ninstance: { statuses: { rm: [Funded] } }\nupdate: { lead_id: A1, status: F }\ncode: 0\n",
            "title: x\ninstance: { buyers: [{ name: Acme, key: 12345678 }] }\nupdate: { lead_id: A1, status: F }\ncode: 0\n",
            "title: x\ninstance: { policy: { key_case: ignore } }\nupdate: { lead_id: A1, status: F }\ncode: 0\n",
        ]), @r#"
        error: 99 is no HTTP status of an answer (200 to 599)
         --> scenarios/codes/x.yaml:4:24
          |
        4 | answer: { http_status: 99 }
          |                        ^^

        error: an answer with HTTP 204 has no body on the wire
         --> scenarios/codes/x.yaml:4:24
          |
        4 | answer: { http_status: 204 }
          |                        ^^^
          |
          = help: give `body: ""`, or take another status: no client would see the code

        error: unknown value `succeeded`
         --> scenarios/codes/x.yaml:4:9
          |
        4 | client: succeeded
          |         ^^^^^^^^^
          |
          = help: the values here are updated, rejected, unknown

        error: `code` has to be a whole number
         --> scenarios/codes/x.yaml:3:7
          |
        3 | code: zero
          |       ^^^^
          |
          = help: write a whole number, without quotes or brackets

        error: the lead ID is empty
         --> scenarios/codes/x.yaml:2:20
          |
        2 | update: { lead_id: '', status: F }
          |                    ^^
          |
          = help: take one that no other scenario has; `caketester scenarios new` finds some

        error: the key `status` is missing
         --> scenarios/codes/x.yaml:2:11
          |
        2 | update: { lead_id: A1 }
          |           ^^^^^^^
          |
          = help: add `status: …`

        error: unknown key `rm`
         --> scenarios/codes/x.yaml:2:25
          |
        2 | instance: { statuses: { rm: [Funded] } }
          |                         ^^
          |
          = help: the keys here are add, remove

        error: this API key reads as a number or a truth value; put it in quotes so that no digit is lost
         --> scenarios/codes/x.yaml:2:41
          |
        2 | instance: { buyers: [{ name: Acme, key: ******** }] }
          |                                         ^^^^^^^^

        error: unknown value `ignore`
         --> scenarios/codes/x.yaml:2:33
          |
        2 | instance: { policy: { key_case: ignore } }
          |                                 ^^^^^^
          |
          = help: did you mean `ignored`? The values here are matters, ignored
        "#);
    }

    #[test]
    fn all_that_is_wrong_in_one_file_is_told_at_once() {
        insta::assert_snapshot!(mistakes(&["titel: x
title: a
title: b
basis: sure
update: { lead_id: A1, status: Closed, Paid, loan_amount: 5 }
instance: { enabled: nope, statuses: [Closed], leads: [{ id: A1, sold: tomorrow }] }
fault: garbage
attempts:
  - fault: { kind: reset }
    code: 0
lead_id: A2
"]), @r#"
        error: unknown key `titel`
         --> scenarios/codes/x.yaml:1:1
          |
        1 | titel: x
          | ^^^^^
          |
          = help: did you mean `title`? The keys here are title, basis, why, weight, reason, tags, needs, tls, instance, update, steps, code, client, answer, fault, attempts

        error: duplicate key `title`
         --> scenarios/codes/x.yaml:3:1
          |
        3 | title: b
          | ^^^^^
          |
          = help: keep one of the two

        error: unknown value `sure`
         --> scenarios/codes/x.yaml:4:8
          |
        4 | basis: sure
          |        ^^^^
          |
          = help: the values here are documented, platform, assumed

        error: unknown key `Paid`
         --> scenarios/codes/x.yaml:5:40
          |
        5 | update: { lead_id: A1, status: Closed, Paid, loan_amount: 5 }
          |                                        ^^^^
          |
          = help: the keys here are lead_id, status, sub_status, fields

        error: unknown key `loan_amount`
         --> scenarios/codes/x.yaml:5:46
          |
        5 | update: { lead_id: A1, status: Closed, Paid, loan_amount: 5 }
          |                                              ^^^^^^^^^^^
          |
          = help: the keys here are lead_id, status, sub_status, fields

        error: `enabled` has to be true or false
         --> scenarios/codes/x.yaml:6:22
          |
        6 | instance: { enabled: nope, statuses: [Closed], leads: [{ id: A1, sold: tomorrow }] }
          |                      ^^^^
          |
          = help: write true or false, without quotes or brackets

        error: an item of `statuses` has to be a map
         --> scenarios/codes/x.yaml:6:39
          |
        6 | instance: { enabled: nope, statuses: [Closed], leads: [{ id: A1, sold: tomorrow }] }
          |                                       ^^^^^^
          |
          = help: write `key: value`; the keys here are name, sub_statuses

        error: "tomorrow" is not a date
         --> scenarios/codes/x.yaml:6:72
          |
        6 | instance: { enabled: nope, statuses: [Closed], leads: [{ id: A1, sold: tomorrow }] }
          |                                                                        ^^^^^^^^
          |
          = help: write it as year, month and day: 2027-01-31

        error: `fault` has to be a map
         --> scenarios/codes/x.yaml:7:8
          |
        7 | fault: garbage
          |        ^^^^^^^
          |
          = help: write `key: value`; the keys here are kind, phase, after, every_ms, wait_ms, to, http_status, bytes

        error: the key `phase` is missing
         --> scenarios/codes/x.yaml:9:14
          |
        9 |   - fault: { kind: reset }
          |              ^^^^
          |
          = help: add `phase: before_commit or after_commit`

        error: unknown key `code`
          --> scenarios/codes/x.yaml:10:5
           |
        10 |     code: 0
           |     ^^^^
           |
           = help: the keys here are answer, fault

        error: unknown key `lead_id`
          --> scenarios/codes/x.yaml:11:1
           |
        11 | lead_id: A2
           | ^^^^^^^
           |
           = help: the keys here are title, basis, why, weight, reason, tags, needs, tls, instance, update, steps, code, client, answer, fault, attempts
        "#);
    }

    #[test]
    fn no_mistake_shows_an_api_key() {
        for buyer in [
            "{ name: Acme, ky: 0123456789abcdef }",
            "{ nam: Acme, ky: 0123456789abcdef }",
            "{ name: Acme, key: [0123456789abcdef] }",
            "{ name: Acme, key: 0123456789abcdef, x: y }",
            "{ name: Acme, key 0123456789abcdef: x }",
            "{ name: Acme, key:0123456789abcdef }",
            "{ name: Acme, 0123456789abcdef }",
            "[Acme, 0123456789abcdef]",
            "0123456789abcdef",
            "name: Acme\n      key:\n      - 0123456789abcdef",
            "name: Acme\n      key:\n        evn: 0123456789abcdef",
            "name: Acme\n      key:\n        value: 0123456789abcdef",
            "name: Acme\n      key: { env: x,\n        0123456789abcdef: 1 }",
        ] {
            let told = mistakes(&[&format!("title: x\ninstance:\n  buyers:\n    - {buyer}\ncode: zero\n")]);
            assert!(!told.contains("0123456789abcdef"), "{told}");
            assert!(told.contains("`code` has to be"), "{told}");
        }
        // What is no YAML shows no more.
        for buyer in [
            "{ name: Acme, kee: 0123456789abcdef, : }",
            "{ name: Acme, kee: '0123456789abcdef }",
            "kee: 0123456789abcdef: x",
        ] {
            let told = mistakes(&[&format!("title: x\ninstance:\n  buyers:\n    - {buyer}\n")]);
            assert!(!told.contains("0123456789abcdef"), "{told}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "(title|update|steps|code|client|instance|answer|: |\\n|  |- |\\{|\\}|\\[|\\]|x|0|,|\"){0,30}") {
            let _ = scenario(&text);
        }
    }
}
