//! CAKE accepted the update, and somebody misses it in the report.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Cause, Who, instance, repeated};
use crate::support::Request;
use crate::support::evidence::Evidence;
use crate::support::look::{Found, Grade, Look, Variant, shown};
use crate::support::phrases::{ABSENT, Says, has_word};
use crate::support::ticket::Form;

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
        title: "an amount was sent more than once, and counts each time",
        why: "Number fields are summed on every update, whether the status is the same or another one.",
        who: Who::Developer,
        change: "stop what sends it again, and send nothing more for this lead; the network has to correct the sum. From the next lead on, send each amount once",
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
    Cause {
        id: "report-date",
        title: "the report's dates do not include the update",
        why: "The report filters by day, in the instance's time zone, and an end date without a time may exclude its day.",
        who: Who::Network,
        change: "widen the dates by a day on each side and look again",
        ask: "Which dates does the report cover? At what time (with zone) was the update sent?",
    },
];

pub(super) fn check(look: &mut Look<'_>) {
    let lower = look.prose;
    // All of it rests on what people say, or on other requests for the same lead.
    if lower.is_empty() && look.others.is_empty() {
        return;
    }
    // A code that people write is read as evidence.
    let says_success = lower.says(&["success", "<code>0", "accepted", "answered 0", "went through"])
        && !look.evidence.is_failure()
        && !lower.says(&["not success", "unsuccess", "not accepted", "no success"]);
    let is_accepted = matches!(look.evidence, Evidence::Code(0) | Evidence::Fine) || says_success;
    let is_doubled = repeated::check(look, is_accepted);
    let is_named = lower.says(&[
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
    // "13 are missing", and between which days the report was asked for.
    let is_short = dates(lower) > 1 && lower.says(&["missing", "short of"]) && lower.contains("report");
    let is_missed = is_absent(lower) || (is_named || is_short) && !is_doubled && !is_found(lower);
    if !is_missed || look.evidence.is_failure() {
        return;
    }
    only_http(look, says_success);
    if !is_accepted {
        return;
    }
    if look.value("lead_id").is_some_and(|lead| lead.eq_ignore_ascii_case("C8097F17"))
        || lower.says(&["ckm_test", "ckmtest", "test lead"])
    {
        let sign = ["ckm_test", "ckmtest"].into_iter().find(|sign| lower.contains(sign));
        let message = sign
            .map_or_else(|| "the lead is a test or sample lead".to_owned(), |sign| format!("{sign} marks a test lead"));
        look.add("sample-lead", Grade::Likely, None, message);
    }
    instance::check(look);
    let mut fields = look.parameters.iter().filter(|one| !crate::cake::is_parameter(&one.name) && one.value.is_some());
    let spoken = spoken_of(look);
    let named = fields.clone().find(|one| words(&one.name).any(|word| spoken.contains(&word)));
    // A lead that is missing as a whole has nothing to do with a field.
    let is_about_field = (named.is_some()
        || lower.says(&["amount", "commission", "column", "field", "revenue", "empty"]))
        && !lower.says(&["lead is missing", "not see lead", "can't find", "cannot find", "does not find"]);
    let field = named.or_else(|| fields.next()).cloned();
    let is_known = |name: &str| look.know.fields.iter().flatten().any(|(known, ..)| known.eq_ignore_ascii_case(name));
    if let Some(found) = look.found.iter_mut().find(|found| is_about_field && found.id == "field-empty") {
        found.grade = Grade::Likely;
    } else if let Some(field) = field.filter(|field| is_about_field && !is_doubled && !is_known(&field.name)) {
        look.add(
            "field-ignored",
            Grade::Possible,
            Some(field.place),
            format!("{} may not be one of the network's field names", shown(&field.name)),
        );
    }
    if lower.says(&[
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
    let lower = &lower.replace("back to you", "").replace("back to us", "").replace("back to me", "");
    let is_other = lower.says(&[
        "instead of",
        "overwr",
        "changed back",
        "back to",
        "still shows",
        "shows the old",
        "another status",
    ]);
    if is_other && !look.item.form.is_log() {
        look.add("overwritten", Grade::Possible, None, "a later update may have set another status");
    }
    if is_absent(lower) || !look.has("counted-twice") {
        report_date(look);
    }
}

/// The words of names that people write, beside those in the requests: "colour" of `favourite_colour` in "the colour is not in the
/// report".
fn spoken_of(look: &Look<'_>) -> HashSet<String> {
    let mut counts = HashMap::<String, isize>::new();
    words(look.prose).for_each(|word| *counts.entry(word).or_default() += 1);
    // The prose has the requests in it.
    let requests = look.others.iter().filter_map(|item| item.request.as_ref());
    let names = requests.flat_map(Request::parameters).map(|one| one.name);
    names.for_each(|name| words(&name).for_each(|word| *counts.entry(word).or_default() -= 1));
    let is_common =
        |word: &str| word.len() < 4 || ["date", "lead", "name", "number", "status", "time", "type"].contains(&word);
    counts.into_iter().filter(|(word, count)| *count > 0 && !is_common(word)).map(|(word, _)| word).collect()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase)
}

/// Whether people say that something is not in a report.
fn is_absent(prose: &str) -> bool {
    let sentences: Vec<&str> = prose.split_inclusive(['.', '!', '?', '\n']).filter(|one| one.len() > 3).collect();
    // It may be the sentence before that names the report.
    (0..sentences.len()).any(|at| says_absent(&sentences[at..(at + 2).min(sentences.len())].concat()))
}

/// Whether people say that they found it in the report.
fn is_found(prose: &str) -> bool {
    let prose = prose.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = [
        "is in the report",
        "are in the report",
        "in the report i find",
        "in the report we find",
        "in the report the lead is",
        "in the report it is",
        "in the report they are",
    ];
    found.iter().filter_map(|words| Some((prose.find(words)?, words.len()))).any(|(at, len)| {
        // Whether it is in the report is a question.
        let sentence = prose[at + len..].split_inclusive(['.', '?', '!']).next().unwrap_or_default();
        !sentence.ends_with('?')
    })
}

fn says_absent(prose: &str) -> bool {
    prose.says(&[
        "report",
        "statistic",
        "dashboard",
        "figures",
        "column",
        "lead status",
        "bericht",
        "informe",
        "rapport",
    ]) && prose.says(ABSENT)
}

/// What to ask for where a log has no answers.
const OF_A_LOG: &str = "Please have your program log what CAKE answers (the XML with <code>), and send us that of some leads that are missing, with their lead IDs.";

/// HTTP 200, or a program's own word for it, says nothing of CAKE's code.
fn only_http(look: &mut Look<'_>, says_success: bool) {
    let has_code = look.evidence == Evidence::Code(0) || look.prose.says(&["code 0", "code=0", "code>0", "answered 0"]);
    let words = ["success", "\"sent\"", "“sent”", "'sent'", "as sent", "\"ok\"", "says ok", "delivered", "no error"];
    // The log of a buyer's own program says what the program knew.
    let is_of_program = look.item.form == Form::LogJson && look.evidence == Evidence::Fine;
    let is_said = has_word(look.prose, "200") || look.prose.says(&words);
    if has_code || look.item.form.is_log() && !is_of_program || !(is_of_program || is_said) {
        return;
    }
    let message = "HTTP 200 alone does not say that CAKE took the update";
    let found = Found::new("refused-with-200", Grade::Possible, None, message).with_ask(if is_of_program {
        OF_A_LOG
    } else {
        "Please send the whole answer."
    });
    look.put(if says_success { found } else { found.of(Variant::OnlyHttp) });
}

/// The report's dates: likely where somebody says which they chose.
fn report_date(look: &mut Look<'_>) {
    if let Some(day) = last_day(look) {
        let message = format!("the report ends with {day}, the day of this update, which may not be in it");
        let help = "set the end of the report a day later: an end date without a time may stop where its day begins";
        return look.put(
            Found::new("report-date", Grade::Likely, None, message).with_help(help).with_ask("").of(Variant::EndDate),
        );
    }
    let has_range = look.prose.says(&["filter", " from ", "date range", "between"]) && dates(look.prose) > 1;
    let (grade, message) = if has_range {
        (Grade::Likely, "an end date may exclude its own day, and the day is that of the instance's time zone")
    } else {
        (Grade::Possible, "the report's dates may not include the update")
    };
    look.add("report-date", grade, None, message);
}

/// The day of an update, as the ticket writes it, where that is also the end of a range of days.
fn last_day(look: &Look<'_>) -> Option<String> {
    let time = look.item.logged.time.as_deref().and_then(crate::support::moment)?;
    let own = time.to_zoned(TimeZone::UTC).date();
    // The headings of a log have days too.
    let lines = look.prose.lines().filter(|line| !line.starts_with('#'));
    let words = lines.flat_map(str::split_whitespace).map(|word| word.trim_matches(|c: char| !c.is_ascii_digit()));
    // The end of a range stands right behind its beginning: `from 10/01/2025 to 10/31/2025`.
    let days: Vec<(usize, &str, Date)> = words
        .enumerate()
        .filter_map(|(at, word)| {
            // As Americans write it, or as others do.
            let forms = ["%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%d/%m/%Y"];
            let date = |form: &&str| jiff::fmt::strtime::parse(form, word).ok()?.to_date().ok();
            Some((at, word, forms.iter().find_map(date)?))
        })
        .collect();
    let mut ranges = days.windows(2).filter(|two| two[1].0 - two[0].0 <= 3 && two[0].2 < two[1].2);
    ranges.find(|two| two[1].2 == own).map(|two| two[1].1.to_owned())
}

/// How many dates a text names: `10/31/2025`, `2025-10-31`, `31.10.2025`.
fn dates(prose: &str) -> usize {
    let is_date = |word: &&str| {
        let parts: Vec<&str> = word.trim_matches(|c: char| !c.is_ascii_digit()).split(['/', '-', '.']).collect();
        parts.len() == 3 && parts.iter().all(|part| matches!(part.len(), 1 | 2 | 4) && part.parse::<u16>().is_ok())
    };
    prose.split_whitespace().filter(is_date).count()
}
