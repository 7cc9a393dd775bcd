//! What came of each update of a log, in the words of a reply.

use indexmap::{IndexMap, IndexSet};

use super::diagnose::Diagnosis;
use super::evidence::Evidence;
use super::field_at::lead_of;
use super::judged::Standing;
use super::prose::LONG;
use super::ticket::Ticket;
use crate::plural::listed;

/// How many leads are listed.
const MOST: usize = 10;

/// What came of the updates of a log that has several, a line for each outcome; none where there are too many to look at each.
pub(super) fn outcomes(ticket: &Ticket, diagnosis: &Diagnosis) -> Vec<String> {
    let of_log = diagnosis.items.iter().filter(|judged| judged.is_for_cake && ticket.items[judged.item].form.is_log());
    let all: Vec<(String, String)> = of_log
        .take(LONG + 1)
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
            Some((lead_of(item)?, came))
        })
        .collect();
    if !(2..=LONG).contains(&all.len()) {
        return Vec::new();
    }
    let mut leads: IndexMap<String, Vec<String>> = IndexMap::new();
    for (lead, came) in all {
        leads.entry(came).or_default().push(lead);
    }
    let line = |(came, all): (String, Vec<String>)| {
        let leads: IndexSet<&String> = all.iter().collect();
        let leads: Vec<String> = leads.into_iter().cloned().collect();
        match all.len() {
            1 => format!("Lead {}: {came}.", leads[0]),
            count if leads.len() == 1 => format!("Lead {}, {count} updates: {}.", leads[0], of_several(&came)),
            2..=MOST => format!("Leads {}: {}.", listed(&leads), of_several(&came)),
            count => format!("{count} updates: {}.", of_several(&came)),
        }
    };
    leads.into_iter().map(line).collect()
}

/// The same of several updates.
fn of_several(came: &str) -> String {
    let words = [
        ("took it", "took them"),
        ("refused it", "refused them"),
        ("it failed", "they failed"),
        ("it was", "they were"),
        ("its answer has", "their answers have"),
        ("look at it", "look at them"),
    ];
    words.iter().fold(came.to_owned(), |came, (one, several)| came.replace(one, several))
}
