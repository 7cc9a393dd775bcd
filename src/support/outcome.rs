//! What came of each update of a log, in the words of a reply.

use super::diagnose::Diagnosis;
use super::evidence::Evidence;
use super::field_at::lead_of;
use super::judged::Standing;
use super::ticket::Ticket;

/// How many are listed one by one.
const MOST: usize = 10;

/// A line for each update of a log that has several; none where there are too many, or where a lead is not shown.
pub(super) fn outcomes(ticket: &Ticket, diagnosis: &Diagnosis) -> Vec<String> {
    let of_log = diagnosis.items.iter().filter(|judged| judged.is_for_cake && ticket.items[judged.item].form.is_log());
    let lines: Vec<String> = of_log
        .take(MOST + 1)
        .filter_map(|judged| {
            let item = &ticket.items[judged.item];
            let status = item.answer.as_ref().and_then(|answer| answer.http_status);
            let came = match &judged.evidence {
                Evidence::Code(0) => "CAKE took it (code 0)".to_owned(),
                Evidence::Code(code) => format!("CAKE refused it (code {code})"),
                Evidence::Failed(_) => "no answer came, so it is not known whether CAKE took it".to_owned(),
                Evidence::Fine if status == Some(200) => "HTTP 200; the log does not show CAKE's code".to_owned(),
                Evidence::Http(status) => format!("it failed with HTTP {status}"),
                _ if judged.standing == Standing::Odd => {
                    "its answer has another length than the others, so look at it first".to_owned()
                }
                other if other.is_failure() => "it was refused".to_owned(),
                _ => "the log does not show whether CAKE took it".to_owned(),
            };
            Some(format!("Lead {}: {came}.", lead_of(item)?))
        })
        .collect();
    if (2..=MOST).contains(&lines.len()) { lines } else { Vec::new() }
}
