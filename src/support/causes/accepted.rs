//! CAKE accepted the update, and somebody misses it in the report.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::repeated;
use crate::protocol::METHOD_PATH;
use crate::support::evidence::Evidence;
use crate::support::look::{Found, Grade, Look, Variant, shown};
use crate::support::phrases::{Says, has_word, phrases};
use crate::support::ticket::Form;
use crate::support::{Request, Span};

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
    let is_named = lower.means("in-the-report");
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
    another_instance(look);
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
    if lower.means("several-buyers") {
        look.add("lead-multi-sale", Grade::Possible, None, "the lead may have been sold to several buyers");
    }
    let lower = &lower.replace("back to you", "").replace("back to us", "").replace("back to me", "");
    let is_other = lower.means("another-status");
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
    phrases("found").iter().filter_map(|words| Some((prose.find(words)?, words.len()))).any(|(at, len)| {
        // Whether it is in the report is a question.
        let sentence = prose[at + len..].split_inclusive(['.', '?', '!']).next().unwrap_or_default();
        !sentence.ends_with('?')
    })
}

fn says_absent(prose: &str) -> bool {
    prose.means("report") && prose.means("absent")
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
        return look.put(Found::new("report-date", Grade::Likely, None, message).of(Variant::EndDate));
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

/// Whether another instance than the network's own took the update.
fn another_instance(look: &mut Look<'_>) {
    let words = ["staging", "test instance", "sandbox", "other instance", "old host", "test environment"];
    if look.prose.says(&words) {
        look.add("wrong-instance", Grade::Likely, None, "by what is written, another instance may have got the update");
    } else if let Some((place, host)) = test_host(look) {
        let found =
            Found::new("wrong-instance", Grade::Likely, Some(place), format!("{host} looks like a test instance"));
        let help = "send live updates to the host that the network gave you for them, and what went to the test instance there again";
        look.put(found.with_help(help).with_ask(""));
    } else if let Some((place, host)) = own_host(look).or_else(|| former_host(look)) {
        let own = look.request.map(|request| request.host.text().into_owned()).unwrap_or_default();
        let message = format!("the update went to {own}, and by what is written the network is at {host}");
        let help = format!("send to https://{host}{METHOD_PATH}, and send again there what went to {own}");
        look.put(Found::new("wrong-instance", Grade::Likely, Some(place), message).with_help(help).with_ask(""));
    }
}

/// The host of a request, where its name is that of a test instance.
fn test_host(look: &Look<'_>) -> Option<(Span, String)> {
    let host = &look.request?.host;
    let text = host.text().to_ascii_lowercase();
    let is_of_tests = |label: &str| {
        [
            "test", "testing", "uat", "stage", "staging", "stg", "sandbox", "demo", "cakedemo", "dev", "qa", "preprod",
            "training",
        ]
        .contains(&label)
    };
    // What somebody registered may be called so: career-training.com.
    let labels: Vec<&str> = text.split('.').collect();
    let names = &labels[..labels.len().saturating_sub(2)];
    let is_it = names.iter().flat_map(|label| label.split('-')).any(is_of_tests);
    is_it.then(|| (host.whole(), text))
}

/// The host that the network calls its own, where a request went to another: `our CAKE: ping.example.com`.
fn own_host(look: &Look<'_>) -> Option<(Span, String)> {
    const NEAR: usize = 60;
    let host = &look.request?.host;
    let text = host.text().to_ascii_lowercase();
    let phrases = [
        "our cake",
        "our instance",
        "our host",
        "unser cake",
        "unsere instanz",
        "notre cake",
        "nuestro cake",
        "il nostro cake",
    ];
    let named = phrases.iter().filter_map(|name| Some(look.prose.find(name)? + name.len())).find_map(|at| {
        let near = &look.prose[at..look.prose.floor_char_boundary(at + NEAR)];
        let words = near.lines().next()?.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-'));
        words
            .map(|word| word.trim_matches('.'))
            .find(|word| word.matches('.').count() > 1 && word.contains(|c: char| c.is_ascii_alphabetic()))
    })?;
    (named != text && !text.is_empty()).then(|| (host.whole(), named.to_owned()))
}

/// Another host of the same network that people name where they write of a move; and where the request names its own.
fn former_host(look: &Look<'_>) -> Option<(Span, String)> {
    let moves = ["moved", "migrated", "migration", "former", "formerly", "maintenant", "umgezogen", "umzug"];
    let phrases = ["old instance", "new instance", "new host", "now at"];
    if !moves.iter().any(|word| has_word(look.prose, word)) && !look.prose.says(&phrases) {
        return None;
    }
    let host = &look.request?.host;
    let text = host.text().to_ascii_lowercase();
    // What the names of all hosts have in common says nothing.
    let is_own = |label: &&str| label.len() > 4 && !["leads", "track", "example", "clicks", "portal"].contains(label);
    let others = look.prose.match_indices("https://").map(|(at, begin)| {
        let rest = &look.prose[at + begin.len()..];
        let host =
            rest.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-')).next().unwrap_or_default();
        // A link to another page does not say where the instance is.
        let path = rest[host.len()..].strip_prefix('/').unwrap_or_default();
        let is_bare = !path.starts_with(|c: char| c.is_alphanumeric()) || path.starts_with("api/");
        if is_bare { host } else { "" }
    });
    let is_sister = |other: &&str| {
        *other != text && other.split('.').filter(is_own).any(|label| text.split('.').any(|one| one == label))
    };
    let other = others.map(|other| other.trim_end_matches('.')).find(is_sister)?;
    Some((host.whole(), other.to_owned()))
}
