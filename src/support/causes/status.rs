//! The status.

use super::listed::{against, is_like, is_listed, of_listed, plain};
use super::tools::of_tool;
use crate::nearest::nearest;
use crate::plural::capital;
use crate::protocol::encode;
use crate::support::evidence::Evidence;
use crate::support::knowledge::Source;
use crate::support::look::{Found, Grade, Look, is_invisible, is_placeholder, shown};
use crate::support::phrases::{advice, phrases};
use crate::support::{Form, MarkKind};

/// Statuses that CAKE's own article uses. Networks often start from them.
const DOCUMENTED: [&str; 6] = ["Funded", "Unqualified", "In Progress", "Not Interested", "Full Payment", "Withdrawn"];

pub(super) fn check(look: &mut Look<'_>) {
    if look.is_mention() {
        return;
    }
    let Some(value) = look.value("status").map(str::to_owned) else {
        let place = look.request.and_then(|request| request.query.as_ref()).map(crate::support::Traced::whole);
        // `--data-urlencode 'Funded'`
        let bare = look.parameters.iter().find(|one| one.value.is_none() && !one.name.trim().is_empty());
        if let Some((name, place)) = bare.map(|one| (one.name.clone(), one.place)) {
            let message = format!("{} is sent without a name", shown(&name));
            let typed = if look.item.form == Form::Curl && look.prose.contains("--data-urlencode") {
                format!("write --data-urlencode \"status={name}\"")
            } else {
                format!("send: status={name}")
            };
            look.add_with("status-missing", Grade::Certain, Some(place), message, typed);
            return;
        }
        look.add("status-missing", Grade::Certain, place, "status is not in the query");
        return;
    };
    let place = look.place("status");
    if value.is_empty() && !look.is_unknown("status") {
        look.add("status-empty", Grade::Certain, place, "status has no value");
        return;
    }
    let is_cut = [
        "cut-at-ampersand",
        "cut-at-hash",
        "shell-percent",
        "shell-dollar",
        "latin1",
        "undefined-value",
        "parameter-twice",
    ]
    .iter()
    .any(|id| look.has(id));
    if look.is_unknown("status") {
        of_code(look, &value, place);
        return;
    }
    let is_open = is_placeholder(&value, &["status", "lead_status", "statusname"]);
    if is_open && look.is_of_a_template() {
        return;
    }
    if is_open {
        let (whose, help) = of_tool(&value);
        look.add_with("status-placeholder", Grade::Likely, place, format!("status is {}{whose}", shown(&value)), help);
        return;
    }
    if is_broken(look, &value) {
        let whole = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let bare = |text: &str| text.replace(' ', "");
        let names = look.know.all_status_names();
        let meant = match &names {
            Some(names) => names.iter().copied().find(|name| bare(name) == bare(&whole)),
            None => Some(&*whole),
        };
        if let Some(help) = meant.map(in_one_line) {
            let message =
                format!("a line break stands in the status {}; the mail may have put it there", shown(&whole));
            look.found.retain(|found| found.id != "shell-newline");
            look.add_with("status-space", Grade::Likely, place, message, help);
            return;
        }
    }
    let known: Option<Vec<String>> =
        look.know.status_names().map(|names| names.into_iter().map(str::to_owned).collect());
    let Some(names) = known else {
        by_shape(look, &value, is_cut);
        return;
    };
    if !names.contains(&value) {
        of_configured(look, &value, &names, is_cut);
    }
}

/// A status that is none of the configured ones.
fn of_configured(look: &mut Look<'_>, value: &str, names: &[String], is_cut: bool) {
    let place = look.place("status");
    let rest_of = |name: &str| name.strip_prefix(value.trim_end()).map(|rest| rest.trim_start().to_owned());
    let cut = names.iter().find(|name| rest_of(name).is_some_and(|rest| rest.starts_with('&')));
    if let Some(name) = cut.filter(|_| !value.trim().is_empty()) {
        let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
        let message = format!("status ends at the &: {} is configured", shown(name));
        look.found.retain(|found| found.id != "cut-at-ampersand");
        let grade = grade(look);
        look.add_with("cut-at-ampersand", grade, place, message, format!("send: status={encoded}"));
        return;
    }
    let (id, meant) = against(look, value, names);
    let source = look.know.source;
    let is_far = |meant: &String| id == "status-nearly" && !is_like(value, meant);
    if source == Source::Taken && meant.as_ref().is_none_or(is_far) {
        return by_shape(look, value, is_cut);
    }
    // A list in a ticket may leave some out.
    let is_open = source == Source::Listed && id == "status-unknown" && look.evidence != Evidence::Code(3);
    if is_open || is_cut && matches!(id, "status-unknown" | "status-nearly" | "status-space") {
        return;
    }
    let message = match &meant {
        Some(meant) if id == "status-is-sub-status" => format!("{} is a sub-status of {}", shown(value), shown(meant)),
        Some(meant) if id == "status-punctuation" => {
            let odd = value.chars().find(|c| !meant.contains(*c)).map_or(0, u32::from);
            format!("{} is sent, with the character U+{odd:04X}; {} is configured", shown(value), shown(meant))
        }
        Some(meant) => match source {
            Source::Network => format!("{} is sent, {} is configured", shown(value), shown(meant)),
            Source::Listed => format!("{} is sent, the list in the ticket has {}", shown(value), shown(meant)),
            Source::Taken => format!("{} is sent; CAKE took {} in another update", shown(value), shown(meant)),
        },
        None if source == Source::Listed => format!("{} is not on the list in the ticket", shown(value)),
        None => format!("{} is not configured", shown(value)),
    };
    let grade = grade(look);
    let help = match (&meant, id) {
        (Some(meant), "status-is-sub-status" | "status-swapped") => {
            let query = encode([("status", &**meant), ("sub_status", value)]);
            format!("send: status={meant} and sub_status={value} (in a URL: {query})")
        }
        (Some(meant), "status-invisible") => {
            format!("type the status again instead of copying it, and send exactly: {meant}")
        }
        (Some(meant), _) => format!("send exactly: {meant}"),
        (None, _) => {
            format!("send the one of these that fits, or ask the network for one that does: {}", names.join(", "))
        }
    };
    look.add_with(id, grade, place, message, help);
}

/// How sure a cause is that follows from the configured statuses: a list in a ticket may be old.
fn grade(look: &Look<'_>) -> Grade {
    if look.know.source == Source::Network { Grade::Certain } else { Grade::Likely }
}

/// How to send a status that a line break stands in.
fn in_one_line(meant: &str) -> String {
    let encoded = meant.replace(' ', "%20");
    let how = if encoded == meant { String::new() } else { format!(", with each space as %20 ({encoded})") };
    format!("send the status in one line: {meant}{how}")
}

/// What code does with the status before it sends it.
fn of_code(look: &mut Look<'_>, value: &str, place: Option<crate::support::Span>) {
    let lower = value.to_ascii_lowercase();
    // An expression by itself is given to what encodes it too; one in a text, in braces, is put in as it is.
    let mut calls = phrases("encoding-calls").iter();
    let is_encoded = calls.any(|call| lower.starts_with(call) || lower.contains(&format!(".{call}")));
    if is_encoded && !lower.starts_with('{') {
        look.add("status-encoded-twice", Grade::Likely, place, "the code encodes the status, and so does the library");
    }
}

/// Whether a line break stands within the status, where an update failed: the value is not in one piece in the ticket.
fn is_broken(look: &Look<'_>, value: &str) -> bool {
    let is_split = look.parameter("status").is_some_and(|one| {
        let sent = one.sent.whole();
        look.item.form == Form::Curl && sent.end - sent.start != one.sent.text().len() || one.sent.text().contains(' ')
    });
    let is_marked = [MarkKind::JoinedLines, MarkKind::ShellNewline].iter().any(|kind| look.mark(*kind).is_some());
    value.trim().contains(['\n', '\r']) || is_split && is_marked && look.evidence == Evidence::Code(3)
}

/// What people write in quotes that differs from the status by a letter or two; the prose is in lower case.
fn quoted_near<'p>(prose: &'p str, value: &str) -> Option<&'p str> {
    let value = value.to_lowercase();
    let parts = prose.split(['"', '“', '”']).skip(1).step_by(2);
    let mut names = parts.filter(|name| (4..=40).contains(&name.len()) && !name.contains(['=', '<', '\n']));
    names.find(|name| *name != value && strsim::osa_distance(name, &value) <= 2)
}

/// A name in lower case with capitals where the status has them.
fn as_written(near: &str, value: &str) -> String {
    let mut words = value.split(' ');
    let one = |word: &str| match words.next() {
        Some(sent) if sent.starts_with(char::is_uppercase) => capital(word),
        _ => word.to_owned(),
    };
    near.split(' ').map(one).collect::<Vec<_>>().join(" ")
}

/// What a status shows by itself, where nobody knows the configured ones.
fn by_shape(look: &mut Look<'_>, value: &str, is_cut: bool) {
    let place = look.place("status");
    let is_refused = look.evidence == Evidence::Code(3) || look.evidence == Evidence::Refused;
    let sent = look.sent("status").into_owned();
    let squeezed = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let documented = DOCUMENTED.iter().find(|name| name.eq_ignore_ascii_case(value.trim()) && **name != value.trim());
    let (below, above) = (["Full Payment", "Partial Payment"], ["Funded", "In Progress", "Unqualified"]);
    let is_swapped = below.contains(&value) && look.value("sub_status").is_some_and(|sub| above.contains(&sub));
    let found: Option<(&'static str, Grade)> = if look.evidence == Evidence::Code(0) {
        None
    } else if is_swapped {
        Some(("status-swapped", Grade::Likely))
    } else if value.chars().any(is_invisible) {
        Some(("status-invisible", Grade::Likely))
    } else if value != squeezed {
        Some(("status-space", Grade::Likely))
    } else if sent.contains("%25") && value.contains('%') {
        Some(("status-encoded-twice", Grade::Likely))
    } else if value.contains('+') && !value.contains(' ') && sent.to_ascii_lowercase().contains("%2b") {
        Some(("status-plus", Grade::Likely))
    } else if value.len() > 2 && value.starts_with(['"', '\'', '“', '‘']) && value.ends_with(['"', '\'', '”', '’'])
    {
        Some(("status-quoted", Grade::Likely))
    } else if plain(value) != value {
        Some(("status-punctuation", Grade::Likely))
    } else if value.bytes().all(|byte| byte.is_ascii_digit()) {
        Some(("status-number", Grade::Likely))
    } else if documented.is_some() {
        Some(("status-case", if is_refused { Grade::Likely } else { Grade::Possible }))
    } else if is_cut {
        None
    } else if is_refused && value.to_lowercase() == value {
        Some(("status-case", Grade::Possible))
    } else if is_refused && DOCUMENTED.iter().any(|name| nearest(value, [*name]).is_some() && *name != value) {
        Some(("status-nearly", Grade::Possible))
    } else {
        None
    };
    if let Some((id, grade)) = found {
        let what = if value.contains('\u{a0}') { "a no-break space stands in the status" } else { "status is" };
        let help = match id {
            "status-plus" | "status-encoded-twice" => advice("encodes-by-itself", look.prose),
            "status-space" if value.contains(['\r', '\n']) => {
                "remove the line break at its end: files made on Windows end each line with \\r\\n, and what takes off the \\n alone leaves the \\r"
            }
            _ => "",
        };
        let quoted = (id == "status-quoted").then(|| format!("{value} is sent, with the quotation marks"));
        let message = quoted.unwrap_or_else(|| format!("{what} {}", shown(value)));
        look.add_with(id, grade, place, message, help);
    }
    let is_open =
        !is_cut && !look.found.iter().any(|found| found.id.starts_with("status-") || found.id.starts_with("shell-"));
    // A log of results alone: the status that somebody asks about.
    let is_asked = look.evidence == Evidence::Refused
        && value.len() > 2
        && look.item.form.is_log()
        && ['"', '“', '\''].iter().any(|quote| look.prose.contains(&format!("{quote}{}", value.to_lowercase())));
    if let Some(near) = quoted_near(look.prose, value).filter(|_| look.evidence == Evidence::Code(3) && is_open) {
        let near = as_written(near, value);
        let message = format!("{} is sent, and the ticket also has {}", shown(value), shown(&near));
        look.add_with("status-nearly", Grade::Likely, place, message, format!("send exactly: {near}"));
    } else if look.evidence == Evidence::Code(3) && is_open {
        let found = Found::new(
            "status-unknown",
            Grade::Possible,
            place,
            format!("CAKE answered with code 3 for {}", shown(value)),
        );
        look.put(if is_listed(look.prose) { of_listed(found) } else { found });
    } else if is_asked && is_open {
        look.add("status-unknown", Grade::Possible, place, format!("{} was refused", shown(value)));
    }
}
