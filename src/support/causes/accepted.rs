//! CAKE accepted the update, and somebody misses it in the report.

use super::{Cause, Who};
use crate::support::evidence::{Evidence, has_word};
use crate::support::look::{Found, Grade, Look, Variant, shown};
use crate::support::ticket::FailureKind;
use crate::support::{Item, Request};

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
        why: "An unknown parameter may be ignored without an error: code 0 does not show that it was taken.",
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
        why: "Test leads may be left out of the report. Code 0 shows that the call works.",
        who: Who::Buyer,
        change: "report real leads as soon as their outcome is known",
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
    let lower = look.prose;
    // All of it rests on what people say, or on other requests for the same lead.
    if lower.is_empty() && look.others.is_empty() {
        return;
    }
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    // A code that people write is read as evidence.
    let says_success = says(&["success", "<code>0", "accepted", "answered 0", "went through"])
        && !look.evidence.is_failure()
        && !says(&["not success", "unsuccess", "not accepted", "no success"]);
    let is_accepted = matches!(look.evidence, Evidence::Code(0) | Evidence::Fine) || says_success;
    let is_doubled = says_doubled(look, is_accepted);
    repeats(look, is_doubled);
    if is_doubled && !look.item.form.is_log() && may_be_recorded(&look.evidence) {
        look.add("counted-twice", Grade::Likely, None, "the amount shows twice, as if the update had been sent again");
    }
    let is_named = says(&[
        "report shows",
        "master report",
        "in the report",
        "doesn't show",
        "does not appear",
        "doesn't appear",
        "cannot see",
        "can't see",
        "not visible",
        "in reports",
        "can't find",
        "cannot find",
        "does not see",
        "you show ",
        "doesn't see",
        "not show",
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
    let is_missed = is_absent(lower) || is_named && !is_doubled;
    if !is_missed || look.evidence.is_failure() {
        return;
    }
    only_http(look, says_success);
    if !is_accepted {
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
    let mut fields = look.parameters.iter().filter(|one| !crate::cake::is_parameter(&one.name) && one.value.is_some());
    let named = fields.clone().find(|one| is_spoken_of(look, &one.name));
    // A lead that is missing as a whole has nothing to do with a field.
    let is_about_field = (named.is_some() || says(&["amount", "commission", "column", "field", "revenue", "empty"]))
        && !says(&["lead is missing", "not see lead", "can't find", "cannot find", "does not find"]);
    let field = named.or_else(|| fields.next()).cloned();
    let is_known = |name: &str| look.know.fields.iter().flatten().any(|(known, ..)| known.eq_ignore_ascii_case(name));
    if let Some(found) = look.found.iter_mut().find(|found| is_about_field && found.id == "field-empty") {
        found.grade = Grade::Likely;
    } else if let Some(field) = field.filter(|field| is_about_field && !is_known(&field.name)) {
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
    let is_other =
        says(&["instead of", "overwr", "changed back", "back to", "still shows", "shows the old", "another status"]);
    if is_other && !look.item.form.is_log() {
        look.add("overwritten", Grade::Possible, None, "a later update may have set another status");
    }
    if is_absent(lower) || !look.has("counted-twice") {
        report_date(look);
    }
}

/// Whether people speak of a field, in words of its name: "the colour is not in the report" of `favourite_colour`.
fn is_spoken_of(look: &Look<'_>, name: &str) -> bool {
    let words = |text: &str| text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect::<Vec<_>>();
    let requests = look.others.iter().filter_map(|item| item.request.as_ref());
    let names: Vec<String> = requests.flat_map(Request::parameters).flat_map(|one| words(&one.name)).collect();
    let count = |all: &[String], word: &String| all.iter().filter(|one| *one == word).count();
    let prose = words(look.prose);
    let is_common =
        |word: &str| word.len() < 4 || ["date", "lead", "name", "number", "status", "time", "type"].contains(&word);
    // The prose has the requests in it.
    words(name).iter().any(|word| !is_common(word) && count(&prose, word) > count(&names, word))
}

/// Whether people say that something is not in a report.
fn is_absent(prose: &str) -> bool {
    let says = |words: &[&str]| words.iter().any(|word| prose.contains(word));
    says(&["report", "statistic", "dashboard", "bericht", "informe", "rapport"])
        && says(&[
            "missing",
            "not there",
            "not in",
            "isn't in",
            "isnt in",
            "aren't in",
            "not able",
            "unable",
            "nowhere",
            "not see",
            "n't see",
            "not find",
            "n't find",
            "not show",
            "n't show",
            "not appear",
            "n't appear",
            "not list",
            "no sign",
            "none of",
            "nothing in",
            "shows nothing",
            "is empty",
            "stays empty",
            "never show",
            "has only",
            "shows only",
            "only shows",
            "lacks",
            "leaves out",
            "left out",
            "omits",
            "ends with",
            "ends on",
            "ends at",
            "stops at",
            "fehl",
            "falta",
            "manque",
        ])
}

/// HTTP 200, or a program's own word for it, says nothing of CAKE's code.
fn only_http(look: &mut Look<'_>, says_success: bool) {
    let has_code = look.evidence == Evidence::Code(0)
        || ["code 0", "code=0", "code>0", "answered 0"].iter().any(|words| look.prose.contains(words));
    let words = ["success", "\"sent\"", "“sent”", "'sent'", "as sent", "\"ok\"", "says ok", "delivered", "no error"];
    if has_code
        || look.item.form.is_log()
        || !(has_word(look.prose, "200") || words.iter().any(|word| look.prose.contains(word)))
    {
        return;
    }
    let message = "HTTP 200 alone does not say that CAKE took the update";
    let found =
        Found::new("refused-with-200", Grade::Possible, None, message).with_ask("Please send the whole answer.");
    look.put(if says_success { found } else { found.of(Variant::OnlyHttp) });
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
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    // A question about what would happen is no symptom.
    let is_question =
        ["before we go live", "will that", "would it", "will it", "would that", "do we just", "if we send"];
    let has_number = look.parameters.iter().any(is_number_field)
        || says(&["amount", "commission", "revenue", "sum", "total", "loan", "volume", "payout"]);
    if says(&is_question) || !has_number {
        return false;
    }
    let is_sum = says(&["report", "sum", "total", "column", "shows"]);
    let is_asked = |sentence: &str| {
        sentence.ends_with('?')
            && ["when ", "if ", "is anything", "do we", "trouble"].iter().any(|word| sentence.contains(word))
    };
    let sentences = lower.split_inclusive(['.', '?', '!', '\n']).filter(|sentence| !is_asked(sentence.trim_end()));
    let told = sentences.collect::<String>();
    // "We checked twice" doubles nothing.
    let twice = [
        "counted ",
        "counts ",
        "shows ",
        "shown ",
        "appears ",
        "amount ",
        "recorded ",
        "booked ",
        "listed ",
        "there ",
        "is ",
        "added ",
        "sum ",
    ];
    let is_twice = twice.iter().any(|word| told.contains(&format!("{word}twice")))
        || ["twice the", "twice as", "twice what", "twice in the", "twice in your"]
            .iter()
            .any(|words| told.contains(words));
    let is_often = is_twice
        || [
            "doubled",
            "double the",
            "is double",
            "counted again",
            "tripled",
            "triple the",
            "too high",
            "too much",
            "too big",
            "doble",
            "doppelt",
            "two times",
            "three times",
            "four times",
            "five times",
            "several times",
            "2 times",
            "3 times",
            "4 times",
            "5 times",
        ]
        .iter()
        .any(|words| told.contains(words));
    is_often && (is_accepted || is_sum) || is_sum && is_multiple(look)
}

/// Whether one amount is twice, or up to five times, another one: what the report shows, and what was meant.
fn is_multiple(look: &Look<'_>) -> bool {
    let of_prose = look.prose.split_whitespace().filter_map(|word| {
        let word = word.trim_matches(|c: char| !c.is_ascii_digit()).trim_end_matches(".00");
        word.replace(',', "").parse::<u64>().ok()
    });
    let of_fields = look.parameters.iter().filter(|one| is_number_field(one));
    let of_fields = of_fields.filter_map(|one| one.value.as_deref()?.parse::<u64>().ok());
    // Smaller ones are counts, and some of the others years.
    let is_amount = |number: &u64| *number >= 100 && !(1900..2100).contains(number);
    let numbers: Vec<u64> = of_prose.chain(of_fields).filter(is_amount).take(20).collect();
    numbers.iter().any(|sum| numbers.iter().any(|one| sum % one == 0 && (2..=5).contains(&(sum / one))))
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

/// Other requests for the same lead: the same update again, which counts again, or another one.
fn repeats(look: &mut Look<'_>, is_doubled: bool) {
    let Some(lead) = look.value("lead_id").filter(|lead| !lead.is_empty()).map(str::to_ascii_lowercase) else { return };
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
    let query = |item: &Item| Some(item.request.as_ref()?.query.as_ref()?.bytes().to_vec());
    let same: Vec<&Item> = of_lead.iter().copied().filter(|other| query(other) == query(item)).collect();
    // Sent again with an amount, it counts again: the first one is right.
    if same.len() > 1 && look.parameters.iter().any(is_number_field) {
        if same.iter().any(|other| other.place != item.place && !is_later(other)) {
            let times: Option<Vec<String>> = same.iter().map(|other| other.logged.time.clone()).collect();
            let times = times.map_or_else(String::new, |times| format!(": {}", times.join(", ")));
            let message = format!("the same update came {} times{times}", same.len());
            let found = Found::new("counted-twice", Grade::Likely, Some(item.place), message);
            let has_failed = same.iter().any(|other| Evidence::of(other).is_failure());
            let help =
                "switch automatic retries off, and send nothing more for this lead; the network has to correct the sum";
            look.put(if has_failed { found.with_help(help) } else { found });
        }
        return;
    }
    let later = of_lead.iter().filter(|other| !Evidence::of(other).is_failure() && is_later(other));
    let later: Vec<_> = later.map(|other| (other.place, of(other, "status"))).collect();
    let status = look.value("status").map(str::to_owned);
    // Leads go from one status to the next; that is worth a word only where a later one takes it back, or somebody misses one.
    let last = later.last().filter(|(_, other)| *other != status && !look.evidence.is_failure());
    let Some((place, Some(other))) = last.cloned() else { return };
    let goes_on =
        |status: &str| ["in progress", "contacted", "new", "pending"].contains(&&*status.to_ascii_lowercase());
    let is_back = goes_on(&other) && status.as_deref().is_some_and(|status| !goes_on(status));
    let is_missed = ["overwr", "changed", "instead of", "shows", "says", "wrong", "why"];
    let is_missed = is_missed.iter().any(|word| look.prose.contains(word));
    if is_back || is_missed && !status.as_deref().is_some_and(goes_on) {
        let numbers = look.parameters.iter().filter(|one| is_number_field(one));
        let numbers = numbers.map(|one| &*one.name).collect::<Vec<_>>().join(" and ");
        let without = if numbers.is_empty() {
            String::new()
        } else {
            format!(", but without {numbers}, which would count twice")
        };
        let status = status.unwrap_or_default();
        let help =
            format!("if {status} is still right, send it again{without}; then find out why the later update was sent");
        look.add_with(
            "overwritten",
            Grade::Likely,
            Some(place),
            format!("a later update of this lead sets {}", shown(&other)),
            help,
        );
    }
}
