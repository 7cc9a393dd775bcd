//! One request of a ticket with its causes, and how much it asks to be looked at.

use super::evidence::Evidence;
use super::look::{Found, Grade, Variant};

/// One request with its causes, the one to act on first.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Which item of the ticket.
    pub item: usize,
    /// The causes.
    pub causes: Vec<Found>,
    /// The code that CAKE would answer, where that is certain.
    pub code: Option<i64>,
    /// What CAKE would answer, where that is certain.
    pub answer: Option<String>,
    /// The code that came.
    pub got: Option<String>,
    /// Whether it is meant for CAKE.
    pub is_for_cake: bool,
    /// Whether something failed, as the ticket shows.
    pub(super) is_failure: bool,
    /// What the ticket shows of the outcome.
    pub(super) evidence: Evidence,
    /// How it stands out of a log.
    pub(super) standing: Standing,
    /// Its custom fields, where nothing says which ones the network has.
    pub(super) not_compared: Vec<String>,
}

/// How a request stands out among those of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// A monitor or a browser makes it by itself.
    Probe,
    /// It does not.
    Usual,
    /// Its answer has another size than most.
    Odd,
}

impl Judged {
    /// What CAKE would answer, without the value that the platform quotes: it may be a person's.
    pub fn shown_answer(&self) -> Option<String> {
        let answer = self.answer.as_deref()?;
        let quoted = answer.find("=&quot;").filter(|_| answer.contains("dangerous"));
        Some(quoted.map_or_else(|| answer.to_owned(), |at| format!("{}=…).", &answer[..at])))
    }
}

/// How much an item asks to be looked at first.
pub(super) fn score(judged: &Judged) -> u32 {
    let cause = judged.causes.first();
    let is_specific = cause.is_some_and(|found| {
        !matches!(found.group(), "answer" | "none" | "network") || found.id == "address-not-allowed"
    });
    let of_cause = match cause.map(|found| found.grade) {
        Some(Grade::Certain) if is_specific => 7,
        // That the report's dates are at fault, no request shows: it is about one that CAKE took.
        Some(Grade::Likely) if cause.is_some_and(|found| found.id == "report-date") => {
            let is_told = cause.is_some_and(|found| found.variant == Variant::EndDate);
            4 + u32::from(judged.evidence.is_taken() || is_told) + u32::from(is_told)
        }
        Some(Grade::Likely) if is_specific => 6,
        Some(Grade::Possible) if is_specific => 3,
        _ => 0,
    };
    // A monitor's or a browser's own request is nobody's update.
    if judged.standing == Standing::Probe {
        return 0;
    }
    // Two tries of one update are one story, whatever the first one ended with.
    if let Some(found) = cause.filter(|found| found.id == "counted-twice" && found.grade != Grade::Possible) {
        // Those tell it best that show it.
        return 8 + 6 + u32::from(found.place.is_some());
    }
    // What a shell did to one command explains what came of the next.
    let is_shell = cause.is_some_and(|found| found.group() == "shell");
    // What may be so in the report is less than what the request shows.
    let is_guess = cause.is_some_and(|found| {
        found.group() == "accepted" && (found.grade == Grade::Possible || found.id == "report-date")
    });
    // That something fails, as people write, need not be about a request of which nothing is wrong.
    let is_shown = is_specific || judged.evidence != Evidence::None;
    u32::from(matches!(judged.evidence, Evidence::Code(1..=4)))
        + u32::from(judged.is_failure && !is_guess && is_shown || is_shell) * 8
        + of_cause
        + u32::from(judged.standing == Standing::Odd) * 4
}
