//! The same lead more than once: an amount that counts again, or a later update.

use crate::support::Item;
use crate::support::evidence::Evidence;
use crate::support::field_at::is_amount_name;
use crate::support::look::{Found, Grade, Look, is_hidden_key, shown};
use crate::support::phrases::{Says, has_word};
use crate::support::ticket::FailureKind;

/// Finds an amount that counts more than once; whether people say so.
pub(super) fn check(look: &mut Look<'_>, is_accepted: bool) -> bool {
    let is_doubled = says_doubled(look, is_accepted);
    repeats(look, is_doubled);
    if is_doubled && !look.item.form.is_log() && may_be_recorded(&look.evidence) {
        // It goes on where it is more than one lead.
        let is_one = !["leads", "updates", "everything", "every"].iter().any(|word| has_word(look.prose, word));
        let help = "switch repeats off first; then send the network the lead IDs, and nothing more for these leads, no negative amount either: it has to correct the sums";
        look.add_with(
            "counted-twice",
            Grade::Likely,
            None,
            "by what you write, its amount counts more than once",
            if is_one { "" } else { help },
        );
    }
    is_doubled
}

/// Whether an update that ended like this may be in the report; 499 is nginx's word for a client that did not wait.
fn may_be_recorded(evidence: &Evidence) -> bool {
    let is_open = matches!(
        evidence,
        Evidence::Http(408 | 499..=504) | Evidence::Cut | Evidence::Failed(FailureKind::Timeout | FailureKind::Reset)
    );
    is_open || !evidence.is_failure()
}

/// Whether people say that an amount counts more than once.
fn says_doubled(look: &Look<'_>, is_accepted: bool) -> bool {
    let lower = look.prose;
    // A question about what would happen does not say that it did.
    let is_question =
        ["before we go live", "will that", "would it", "will it", "would that", "do we just", "if we send"];
    let has_number = look.parameters.iter().any(is_number_field)
        || lower.says(&["amount", "commission", "revenue", "sum", "total", "loan", "volume", "payout"]);
    if lower.says(&is_question) || !has_number {
        return false;
    }
    let is_sum = lower.says(&["report", "sum", "total", "the column", "shows"]);
    let is_asked =
        |sentence: &str| sentence.ends_with('?') && sentence.says(&["when ", "if ", "is anything", "do we", "trouble"]);
    let sentences = lower.split_inclusive(['.', '?', '!', '\n']).filter(|sentence| !is_asked(sentence.trim_end()));
    let told = sentences.collect::<String>();
    let told = ["checked", "tried", "tested", "looked", "asked", "wrote", "called", "verified"]
        .iter()
        .fold(told, |told, verb| told.split_inclusive([',', '.', '\n']).filter(|part| !has_word(part, verb)).collect());
    let is_repeated =
        told.says(&["repeated every", "repeats every", "sent every update", "sends every update", "resends "]);
    let is_often = is_repeated || told.means("twice");
    is_repeated || is_often && (is_accepted || is_sum) || is_sum && is_multiple(look)
}

/// Whether one amount is twice, or up to five times, another one: what the report shows, and what was meant.
fn is_multiple(look: &Look<'_>) -> bool {
    let of_prose = look.prose.split_whitespace().filter_map(|word| {
        let digits = word.trim_matches(|c: char| !c.is_ascii_digit()).trim_end_matches(".00");
        let number = digits.replace(',', "").parse::<u64>().ok()?;
        // Smaller numbers without a sign are HTTP statuses, time zones and counts; behind a # stands a ticket's.
        let is_money = word.contains(['$', '€', '£']) || digits.contains(',') || number >= 1_000;
        (is_money && !word.contains(['#', '+']) && !word.starts_with('-')).then_some(number)
    });
    let of_fields = look.parameters.iter().filter(|one| is_number_field(one));
    let of_fields = of_fields.filter_map(|one| one.value.as_deref()?.parse::<u64>().ok());
    // Smaller ones are counts, and some of the others years.
    let is_amount = |number: &u64| *number >= 100 && !(1900..2100).contains(number);
    let numbers: Vec<u64> = of_prose.chain(of_fields).filter(is_amount).take(20).collect();
    // CAKE does not sum an amount with a currency sign or commas: the total is then too low.
    let is_formatted = |one: &crate::support::Parameter| {
        // `$amount` is a variable.
        let is_number = |value: &str| value.contains([',', '$', '€']) && value.contains(|c: char| c.is_ascii_digit());
        one.value.as_deref().is_some_and(is_number) && is_amount_name(&one.name)
    };
    let requests = look.others.iter().filter_map(|item| item.request.as_ref());
    if requests.flat_map(crate::support::Request::parameters).any(|one| is_formatted(&one)) {
        return false;
    }
    // The report shows so much more as was sent again.
    let again: Vec<u64> = sent_again(look);
    let all_again = again.iter().fold(0_u64, |sum, amount| sum.saturating_add(*amount));
    let differs = |(more, less): (&u64, &u64)| {
        let more = more.saturating_sub(*less);
        let is_times = |amount: &u64| more % amount == 0 && (1..=4).contains(&(more / amount));
        more > 0 && (more == all_again || again.iter().any(is_times))
    };
    if numbers.iter().flat_map(|more| numbers.iter().map(move |less| (more, less))).any(differs) {
        return true;
    }
    numbers.iter().any(|sum| numbers.iter().any(|one| sum % one == 0 && (2..=5).contains(&(sum / one))))
}

/// Amounts that were sent more than once for the same lead.
fn sent_again(look: &Look<'_>) -> Vec<u64> {
    let mut sent: Vec<(String, u64)> = Vec::new();
    for request in look.others.iter().filter_map(|item| item.request.as_ref()) {
        let amount = request.parameters().into_iter().find(is_number_field).and_then(|one| one.value?.parse().ok());
        sent.extend(request.lead_id().zip(amount));
    }
    sent.sort_unstable();
    let again = sent.windows(2).filter(|two| two[0] == two[1] && two[0].1 >= 100).map(|two| two[0].1);
    again.collect()
}

fn is_number_field(one: &crate::support::Parameter) -> bool {
    let is_number = one.value.as_deref().is_some_and(|value| value.parse::<f64>().is_ok());
    is_number && !crate::cake::is_parameter(&one.name)
}

/// Other requests for the same lead: the same update again, which counts again, or another one.
fn repeats(look: &mut Look<'_>, is_doubled: bool) {
    let Some(lead) = look.value("lead_id").filter(|lead| !lead.is_empty()).map(str::to_ascii_lowercase) else { return };
    if lead.starts_with(['%', '$', '{']) {
        return;
    }
    let (item, others) = (look.item, look.others);
    let is_counted = |evidence: &Evidence| !evidence.is_failure() || is_doubled && may_be_recorded(evidence);
    if !is_counted(&look.evidence) {
        return;
    }
    let time = |item: &Item| item.logged.time.as_deref().and_then(crate::support::moment);
    let own = time(item);
    // Some logs begin with the newest.
    let is_later = |other: &Item| match own.zip(time(other)) {
        Some((own, time)) if own != time => time > own,
        _ => other.place.start > item.place.start,
    };
    let of = |item: &Item, name: &str| {
        let mut parameters =
            item.request.as_ref().map(crate::support::Request::parameters).unwrap_or_default().into_iter();
        parameters.find(|one| one.name.eq_ignore_ascii_case(name)).and_then(|one| one.value)
    };
    let of_lead: Vec<&Item> = others
        .iter()
        .filter(|other| of(other, "lead_id").is_some_and(|other| other.eq_ignore_ascii_case(&lead)))
        .filter(|other| is_counted(&Evidence::of(other)))
        .collect();
    let key = |item: &Item| of(item, "api_key").filter(|key| !is_hidden_key(key));
    let own_key = key(item);
    let is_of_another = |other: &&Item| key(other).zip(own_key.as_ref()).is_some_and(|(key, own)| key != *own);
    let is_replaced = look.prose.says(&["new key", "old key", "replaced", "rotat"]);
    if !is_replaced && of_lead.iter().any(is_of_another) {
        let message = "the ticket has updates of this lead under two keys";
        look.add("lead-multi-sale", Grade::Likely, look.place("lead_id"), message);
        return;
    }
    let query = |item: &Item| Some(item.request.as_ref()?.query.as_ref()?.bytes().to_vec());
    let same: Vec<&Item> = of_lead.iter().copied().filter(|other| query(other) == query(item)).collect();
    // Sent again with an amount, it counts again: the first one is right.
    if same.len() > 1 && look.parameters.iter().any(is_number_field) {
        // Where somebody says so, the first one tells it.
        if is_doubled && !item.form.is_log() || same.iter().any(|other| other.place != item.place && !is_later(other)) {
            let times: Option<Vec<String>> = same.iter().map(|other| other.logged.time.clone()).collect();
            let times = times.map_or_else(String::new, |times| format!(": {}", times.join(", ")));
            let message = format!("the same update came {} times{times}", same.len());
            let amount = look.parameters.iter().find(|one| is_number_field(one)).map(|one| one.sent.whole());
            let found = Found::new("counted-twice", Grade::Likely, amount, message);
            let has_failed = same.iter().any(|other| Evidence::of(other).is_failure())
                || look.prose.says(&["timed out", "timeout", "timeout"]);
            let help = if has_failed {
                "switch automatic retries off, wait longer for an answer (an update that timed out was often taken), and send nothing more for this lead; the network has to correct the sum"
            } else {
                "switch automatic repeats off, and send nothing more for this lead; the network has to correct the sum"
            };
            let is_repeated = has_failed || look.prose.contains("retry");
            look.put(if is_repeated { found.with_help(help) } else { found });
        }
        return;
    }
    if is_doubled && let Some(found) = with_each_status(look, &of_lead) {
        return look.put(found);
    }
    let later = of_lead.iter().filter(|other| !Evidence::of(other).is_failure() && is_later(other));
    let place = |item: &Item| item.request.as_ref()?.places_of("status").pop();
    let place = |item: &Item| place(item).unwrap_or(item.place);
    let by = |other: &Item| {
        other.logged.user_agent.clone().filter(|agent| look.item.logged.user_agent.as_ref() != Some(agent))
    };
    let later: Vec<_> =
        later.map(|other| (place(other), of(other, "status"), other.logged.time.clone(), by(other))).collect();
    let status = look.value("status").map(str::to_owned);
    // Leads go from one status to the next; that is worth a word only where a later one takes it back, or somebody misses one.
    let last = later.last().filter(|(_, other, ..)| *other != status && !look.evidence.is_failure());
    let Some((place, Some(other), time, by)) = last.cloned() else { return };
    let goes_on =
        |status: &str| ["in progress", "contacted", "new", "pending"].contains(&&*status.to_ascii_lowercase());
    let is_back = goes_on(&other) && status.as_deref().is_some_and(|status| !goes_on(status));
    let is_missed =
        ["overwr", "changed", "instead of", "shows", "says", "wrong", "why", "stands under", "gone from", "now under"];
    let is_missed = look.prose.says(&is_missed);
    if is_back || is_missed && !status.as_deref().is_some_and(goes_on) {
        let numbers = look.parameters.iter().filter(|one| is_number_field(one));
        let numbers = numbers.map(|one| &*one.name).collect::<Vec<_>>().join(" and ");
        let without = if numbers.is_empty() {
            String::new()
        } else {
            format!(", but without {numbers}, which would count twice")
        };
        let status = status.unwrap_or_default();
        let help = format!(
            "find out what sent the later update, and stop it; then, if {status} is still right, send it again{without}"
        );
        look.add_with(
            "overwritten",
            Grade::Likely,
            Some(place),
            format!(
                "{}{} sets {}",
                of_time(time.as_deref()),
                by.map_or_else(String::new, |by| format!(" by {}", shown(&by))),
                shown(&other)
            ),
            help,
        );
    }
}

/// An amount that goes with each update of a lead, whatever its status: each time it counts.
fn with_each_status(look: &Look<'_>, of_lead: &[&Item]) -> Option<Found> {
    let amount = look.parameters.iter().find(|one| is_number_field(one))?;
    let has_it = |item: &&&Item| {
        let parameters = item.request.as_ref().map(crate::support::Request::parameters).unwrap_or_default();
        parameters.iter().any(|one| one.name == amount.name && one.value == amount.value)
    };
    let count = of_lead.iter().filter(has_it).count();
    let message = format!("{} came {count} times for this lead, each time with another status", amount.name);
    (count > 1).then(|| {
        let help =
            "send nothing more for this lead, the network has to correct the sum; from the next lead on, send an amount once, and its other statuses without it";
        Found::new("counted-twice", Grade::Likely, Some(amount.sent.whole()), message).with_help(help)
    })
}

/// A later update, with its time where the log has one.
fn of_time(time: Option<&str>) -> String {
    time.map_or_else(|| "a later update of this lead".to_owned(), |time| format!("the later update of {time}"))
}
