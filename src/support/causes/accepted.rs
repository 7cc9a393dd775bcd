//! CAKE accepted the update, and somebody misses it in the report.

use super::{Cause, Who};
use crate::support::evidence::Evidence;
use crate::support::look::{Grade, Look, shown};

pub(super) const CAUSES: [Cause; 7] = [
    Cause {
        id: "overwritten",
        title: "a later update changed the status again",
        why: "Each update sets the lead's status anew. The report shows the last one.",
        who: Who::Buyer,
        change: "send only the newest status of a lead, in the order in which they happened",
        ask: "Were other updates sent for this lead later?",
    },
    Cause {
        id: "counted-twice",
        title: "an update was sent more than once, and its amount counts each time",
        why: "Number fields are summed on every update, also when the same one is repeated.",
        who: Who::Developer,
        change: "send nothing more for this lead; the network has to correct the sum",
        ask: "",
    },
    Cause {
        id: "lead-multi-sale",
        title: "the lead was sold to several buyers",
        why: "Each buyer reports for itself, and the report has a line for each.",
        who: Who::Network,
        change: "look at the line of this buyer and campaign",
        ask: "",
    },
    Cause {
        id: "field-ignored",
        title: "a field is not configured, so it was ignored",
        why: "Unknown parameters are ignored without an error.",
        who: Who::Buyer,
        change: "compare the name with the network's list of field names; the network looks too",
        ask: "",
    },
    Cause {
        id: "report-date",
        title: "the report's dates leave the update out",
        why: "The report filters by day, in the instance's time zone, and an end date without a time may exclude its day.",
        who: Who::Network,
        change: "widen the dates by a day on each side and look again",
        ask: "Which dates does the report cover? At what time (with zone) was the update sent?",
    },
    Cause {
        id: "sample-lead",
        title: "the lead is a sample or a test lead",
        why: "Test leads do not appear in the report.",
        who: Who::Buyer,
        change: "send an update for a real lead",
        ask: "",
    },
    Cause {
        id: "wrong-instance",
        title: "the update went to another instance",
        why: "Each network has an instance of its own, and so may have a test instance.",
        who: Who::Buyer,
        change: "compare the host with the one that the network gave you",
        ask: "Which host do you send to?",
    },
];

pub(super) fn check(look: &mut Look<'_>) {
    repeats(look);
    let lower = look.prose;
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    // A question about what would happen is no symptom.
    let is_question =
        says(&["before we go live", "will that double", "would it", "will it", "do we just", "should we send"]);
    let is_doubled = !is_question
        && says(&["doubled", "twice", "double the", "is double", "doble", "doppelt", "two times", "counted again"]);
    let has_number = look.parameters.iter().any(is_number_field) || says(&["amount", "commission", "revenue"]);
    if is_doubled
        && has_number
        && (look.evidence == Evidence::Code(0) || says(&["code 0", "code=0", "<code>0", "success"]))
    {
        look.add("counted-twice", Grade::Likely, None, "the amount shows twice, as if the update had been sent again");
    }
    let is_missed = says(&[
        "not in the report",
        "report shows",
        "master report",
        "in the report",
        "not show",
        "doesn't show",
        "does not appear",
        "doesn't appear",
        "cannot see",
        "can't see",
        "not visible",
        "missing in",
        "nothing in the report",
        "in reports",
        "isn't in",
        "can't find",
        "cannot find",
        "does not see",
        "you show ",
        "doesn't see",
        "isnt in",
        "not showing",
        "isnt showing",
        "isn't showing",
        "im report",
        "im bericht",
        "nicht zu sehen",
        "no aparece",
        "en el informe",
        "en el reporte",
        "dans le rapport",
    ]);
    let is_accepted = look.evidence == Evidence::Code(0)
        || look.evidence == Evidence::Fine
        || says(&["success", "code 0", "<code>0"]);
    if !is_missed || !is_accepted || look.evidence.is_failure() {
        return;
    }
    if look.value("lead_id").is_some_and(|lead| lead.eq_ignore_ascii_case("C8097F17"))
        || says(&["ckm_test", "ckmtest", "test lead"])
    {
        look.add("sample-lead", Grade::Likely, None, "the lead is a test or sample lead");
    }
    if says(&["staging", "test instance", "sandbox", "other instance", "old host", "test environment"]) {
        look.add("wrong-instance", Grade::Possible, None, "another instance may have got the update");
    }
    let field =
        look.parameters.iter().find(|one| !crate::cake::is_parameter(&one.name) && one.value.is_some()).cloned();
    // A lead that is missing as a whole has nothing to do with a field.
    let is_about_field = says(&["amount", "commission", "column", "field", "revenue", "empty"])
        && !says(&["lead is missing", "not see lead", "can't find", "cannot find", "does not find"]);
    let is_known = |name: &str| look.know.fields.iter().flatten().any(|(known, ..)| known.eq_ignore_ascii_case(name));
    if let Some(field) = field.filter(|field| is_about_field && !is_known(&field.name)) {
        look.add(
            "field-ignored",
            Grade::Possible,
            Some(field.place),
            format!("{} may not be one of the network's field names", shown(&field.name)),
        );
    }
    if says(&[
        "bought the same lead",
        "bought by our",
        "sold twice",
        "several buyers",
        "two buyers",
        "multi",
        "other buyer",
    ]) {
        look.add("lead-multi-sale", Grade::Possible, None, "the lead may have been sold to several buyers");
    }
    if !look.has("counted-twice") {
        report_date(look);
    }
}

/// The report's dates: likely where somebody says which they chose.
fn report_date(look: &mut Look<'_>) {
    let has_range = ["filter", " from ", "date range", "between"].iter().any(|word| look.prose.contains(word))
        && dates(look.prose) > 1;
    let (grade, message) = if has_range {
        (Grade::Likely, "an end date may exclude its own day, and the day is that of the instance's time zone")
    } else {
        (Grade::Possible, "the report's dates may leave the update out")
    };
    look.add("report-date", grade, None, message);
}

/// How many dates a text names: `10/31/2025`, `2025-10-31`, `31.10.2025`.
fn dates(prose: &str) -> usize {
    let is_date = |word: &&str| {
        let parts: Vec<&str> = word.trim_matches(|c: char| !c.is_ascii_digit()).split(['/', '-', '.']).collect();
        parts.len() == 3 && parts.iter().all(|part| matches!(part.len(), 1 | 2 | 4) && part.parse::<u16>().is_ok())
    };
    prose.split_whitespace().filter(is_date).count()
}

fn is_number_field(one: &crate::support::Parameter) -> bool {
    let is_number = one.value.as_deref().is_some_and(|value| value.parse::<f64>().is_ok());
    is_number && !crate::cake::is_parameter(&one.name)
}

/// Later requests for the same lead.
fn repeats(look: &mut Look<'_>) {
    let Some(lead) = look.value("lead_id").filter(|lead| !lead.is_empty()).map(str::to_ascii_lowercase) else { return };
    if look.evidence.is_failure() {
        return;
    }
    let (status, sent) =
        (look.value("status").map(str::to_owned), look.request.and_then(|request| request.query.clone()));
    let time = |item: &crate::support::Item| item.logged.time.as_deref().and_then(crate::support::moment);
    let own = time(look.item);
    // Some logs begin with the newest.
    let is_later = |item: &&crate::support::Item| match own.zip(time(item)) {
        Some((own, other)) if own != other => other > own,
        _ => item.place.start > look.item.place.start,
    };
    let later = look.others.iter().filter(is_later).filter_map(|item| {
        let request = item.request.as_ref()?;
        let parameters = request.parameters();
        let of = |name: &str| {
            parameters.iter().find(|one| one.name.eq_ignore_ascii_case(name)).and_then(|one| one.value.clone())
        };
        (of("lead_id")?.to_ascii_lowercase() == lead)
            .then(|| (item.place, of("status"), request.query.clone(), !Evidence::of(item).is_failure()))
    });
    let later: Vec<_> = later.filter(|(.., is_fine)| *is_fine).collect();
    // Sent again with an amount, it counts again.
    let same = |query: &Option<crate::support::Traced>| {
        query.as_ref().map(crate::support::Traced::bytes) == sent.as_ref().map(crate::support::Traced::bytes)
    };
    let again: Vec<_> = later.iter().filter(|(_, _, query, _)| same(query)).collect();
    if let Some((place, ..)) = again.first().filter(|_| look.parameters.iter().any(is_number_field)) {
        let at = |place: &crate::support::Span| {
            look.others.iter().find(|item| item.place == *place).and_then(|item| item.logged.time.clone())
        };
        let times: Option<Vec<String>> =
            std::iter::once(look.item.logged.time.clone()).chain(again.iter().map(|(place, ..)| at(place))).collect();
        let times = times.map_or_else(String::new, |times| format!(": {}", times.join(", ")));
        let message = format!("the same update came {} times{times}", again.len() + 1);
        look.add("counted-twice", Grade::Likely, Some(*place), message);
        return;
    }
    // Leads go from one status to the next; that is worth a word only where a later one takes it back, or somebody misses one.
    let last = later.last().map(|(place, other, ..)| (*place, other.clone()));
    let Some((place, Some(other))) = last.filter(|(_, other)| *other != status) else { return };
    let goes_on =
        |status: &str| ["in progress", "contacted", "new", "pending"].contains(&&*status.to_ascii_lowercase());
    let is_back = goes_on(&other) && status.as_deref().is_some_and(|status| !goes_on(status));
    let is_missed = ["overwr", "changed", "instead of", "shows", "says", "wrong", "why"];
    let is_missed = is_missed.iter().any(|word| look.prose.contains(word));
    if is_back || is_missed && !status.as_deref().is_some_and(goes_on) {
        look.add(
            "overwritten",
            Grade::Likely,
            Some(place),
            format!("a later update of this lead sets {}", shown(&other)),
        );
    }
}
