//! The table of lead IDs, for the documentation and for `scenarios list --leads`: a payment sandbox's test cards.

use crate::pack::{Entry, Pack, Reply, expected_answers};
use crate::protocol::Fault;

/// The lead IDs of scenarios and what each is answered, as a Markdown table.
pub(in crate::cli) fn lead_table(pack: &Pack, entries: &[&Entry]) -> String {
    let mut rows = vec![["lead ID", "answer", "scenario", "because"].map(str::to_owned)];
    for entry in entries {
        for expected in expected_answers(pack, entry) {
            let name = expected.step.name.as_ref().map_or_else(String::new, |name| format!(", {name}"));
            let attempt =
                if expected.attempt > 0 { format!(", attempt {}", expected.attempt + 1) } else { String::new() };
            let code = match (expected.reply.code, expected.reply.answer.http_status) {
                _ if expected.reply.fault.is_some() => fault(&expected.reply),
                (Some(code), 200) => format!("code {code}"),
                (Some(code), status) => format!("code {code}, HTTP {status}"),
                (None, status) => format!("no code, HTTP {status}"),
            };
            rows.push([
                format!("`{}`", expected.step.update.lead_id),
                code,
                format!("`{}`{name}{attempt}", entry.scenario.id),
                Fault::reason(expected.reply.fault, expected.reply.why.clone()).replace('|', "\\|"),
            ]);
        }
    }
    let widths: [usize; 4] =
        std::array::from_fn(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0));
    let line = |row: &[String; 4]| {
        let [lead, answer, scenario, because] = row;
        let [a, b, c, _] = widths;
        format!("| {lead:<a$} | {answer:<b$} | {scenario:<c$} | {because} |\n")
    };
    let rule = [widths[0], widths[1], widths[2], 7].map(|width| "-".repeat(width));
    std::iter::once(line(&rows[0])).chain([line(&rule)]).chain(rows[1..].iter().map(line)).collect()
}

fn fault(reply: &Reply) -> String {
    let kind = reply.fault.map_or_else(String::new, |fault| fault.to_string());
    reply.code.map_or_else(|| kind.clone(), |code| format!("code {code}, {kind}"))
}
