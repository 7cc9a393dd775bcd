//! What two updates of a ticket show against each other.

use std::collections::HashMap;

use super::evidence::Evidence;
use super::field_at::lead_of;
use super::judged::Judged;
use super::look::Grade;
use super::ticket::Ticket;

/// Of a ticket in which one status got code 3 for one lead and code 0 for another, it is not the status that is unknown.
pub(super) fn compare(ticket: &Ticket, items: &mut [Judged]) {
    let status = |judged: &Judged| {
        let request = ticket.items[judged.item].request.as_ref()?;
        request.read("status")
    };
    let taken: HashMap<String, Option<String>> = items
        .iter()
        .filter(|judged| judged.evidence == Evidence::Code(0))
        .filter_map(|judged| Some((status(judged)?, lead_of(&ticket.items[judged.item]))))
        .collect();
    if taken.is_empty() {
        return;
    }
    for judged in items.iter_mut().filter(|judged| judged.evidence == Evidence::Code(3)) {
        let Some(lead) = status(judged).and_then(|status| taken.get(&status)) else { continue };
        judged.causes.retain(|found| found.id != "status-unknown" || found.grade == Grade::Certain);
        let other = lead.as_ref().map_or("another lead".to_owned(), |lead| format!("lead {lead}"));
        if let Some(first) = judged.causes.iter_mut().find(|found| found.id == "code-3") {
            first.help = format!(
                "compare both requests byte by byte, the sub-status too: CAKE took the same status for {other}; the network looks whether its list was changed in between"
            );
        }
    }
}
