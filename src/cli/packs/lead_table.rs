//! The table of lead IDs, for the documentation and for `scenarios list --leads`: a payment sandbox's test cards.

use crate::pack::{Entry, Expected, Pack, expected_answers};
use crate::protocol::Fault;

/// The lead IDs of scenarios and what each is answered, as a Markdown table.
pub(in crate::cli) fn lead_table(pack: &Pack, entries: &[&Entry]) -> String {
    let mut rows = vec![["lead ID", "answer", "scenario", "because"].map(str::to_owned)];
    for entry in entries {
        for Expected { step, attempt, reply, .. } in expected_answers(pack, entry) {
            let name = step.name.as_ref().map_or_else(String::new, |name| format!(", {name}"));
            let attempt = if attempt > 0 { format!(", attempt {}", attempt + 1) } else { String::new() };
            let answer = match (reply.fault, reply.code, reply.answer.http_status) {
                (Some(fault), Some(code), _) => format!("code {code}, {fault}"),
                (Some(fault), None, _) => fault.to_string(),
                (None, Some(code), 200) => format!("code {code}"),
                (None, Some(code), status) => format!("code {code}, HTTP {status}"),
                (None, None, status) => format!("no code, HTTP {status}"),
            };
            rows.push([
                format!("`{}`", step.update.lead_id),
                answer,
                format!("`{}`{name}{attempt}", entry.scenario.id),
                Fault::reason(reply.fault, reply.why).replace('|', "\\|"),
            ]);
        }
    }
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let [lead_width, answer_width, scenario_width] = [0, 1, 2].map(width);
    let rule = [lead_width, answer_width, scenario_width, 7].map(|width| "-".repeat(width));
    rows.insert(1, rule);
    let line = |[lead, answer, scenario, because]: &[String; 4]| {
        format!("| {lead:<lead_width$} | {answer:<answer_width$} | {scenario:<scenario_width$} | {because} |\n")
    };
    rows.iter().map(line).collect()
}
