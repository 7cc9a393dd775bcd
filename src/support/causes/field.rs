//! Custom fields and sub-statuses.

use crate::cake::{FieldKind, is_parameter};
use crate::support::field_at::is_amount_name;
use crate::support::look::{Found, Grade, Look, folded, shown};
use crate::support::phrases::phrases;

pub(super) fn check(look: &mut Look<'_>) {
    sub_status(look);
    let fields = look.parameters.iter().filter(|one| !is_parameter(&one.name));
    for one in fields.cloned().collect::<Vec<_>>() {
        let Some(value) = one.value.as_deref() else { continue };
        let folded = folded(&one.name);
        if folded == "substatus" || folded == "statussub" || folded == "subststatus" {
            let message = format!("{} is sent", shown(&one.name));
            look.add("sub-status-name", Grade::Likely, Some(one.place), message);
            continue;
        }
        let is_meant_otherwise = look.has("parameter-name")
            && look.found.iter().any(|found| found.id == "parameter-name" && found.place == Some(one.place));
        if is_meant_otherwise
            || look.has("amp-entity")
            || look.has("cut-at-ampersand") && !is_amount_name(&one.name)
            || one.name.is_empty()
        {
            continue;
        }
        field(look, &one, value);
    }
}

fn field(look: &mut Look<'_>, one: &crate::support::Parameter, value: &str) {
    let place = Some(one.sent.whole()).filter(|place| !place.is_empty()).or(Some(one.place));
    let known = look.know.fields.as_ref().map(|fields| {
        let of_name = fields.iter().find(|(name, ..)| name.eq_ignore_ascii_case(&one.name)).cloned();
        let same = |text: &str| text.replace([' ', '_', '-'], "").to_ascii_lowercase();
        let of_label = fields.iter().find(|(name, label, _)| {
            label.as_deref().is_some_and(|label| same(label) == same(&one.name)) || same(name) == same(&one.name)
        });
        (
            of_name,
            of_label.cloned(),
            crate::nearest::nearest(&one.name, fields.iter().map(|(name, ..)| name.as_str())).map(str::to_owned),
        )
    });
    let kind = match known {
        Some((Some((_, _, kind)), ..)) => kind,
        Some((None, Some((name, ..)), _)) => {
            let message = format!("{} is not a field name", shown(&one.name));
            look.add_with(
                "field-label",
                Grade::Certain,
                Some(one.place),
                message,
                format!("call the parameter {name}"),
            );
            None
        }
        Some((None, None, nearest)) => {
            let message = format!("the network has no field {}", shown(&one.name));
            let help = nearest
                .map_or_else(String::new, |name| format!("call the parameter {name}, if that is the field you mean"));
            // Caches and trackers add parameters of their own, which do no harm.
            if !one.name.starts_with("utm_")
                && !["_", "op", "wsdl"].contains(&&*one.name.to_ascii_lowercase())
                && !one.name.to_ascii_uppercase().starts_with("X-ARR")
                && one.name != "SERVER-STATUS"
            {
                look.add_with("field-unknown", Grade::Likely, Some(one.place), message, help);
            }
            return;
        }
        None => {
            let is_label = one.name.contains(' ') && !one.name.starts_with(' ');
            let second = look.found.iter_mut().find(|found| is_label && found.id == "field-label");
            let first =
                second.as_ref().and_then(|found| look.parameters.iter().find(|one| Some(one.place) == found.place));
            if let (Some(found), Some(first)) = (second, first) {
                found.message = format!("{} and {} look like labels", shown(&first.name), shown(&one.name));
                let example = found.meant.take().map(|name| format!(", such as {name}"));
                found.help = format!(
                    "use the names from the network's list in place of these labels{}",
                    example.unwrap_or_default()
                );
            } else if is_label {
                let message = format!("{} looks like a label", shown(&one.name));
                let found = Found::new("field-label", Grade::Likely, Some(one.place), message);
                // The ticket may have the name too.
                let name = one.name.trim().to_lowercase().replace(' ', "_");
                let is_named = look.prose.contains(&name);
                look.put(if is_named {
                    found.with_help(format!("call the parameter {name}")).with_ask("").meaning(name)
                } else {
                    found
                });
            }
            None
        }
    };
    let is_number = kind == Some(FieldKind::Number) || kind.is_none() && is_amount_name(&one.name);
    if is_number && amount_of_shell(look, one, value) {
        return;
    }
    if is_number && look.is_unknown(&one.name) && !look.evidence.is_failure() {
        if let Some(sign) = formatting(look.prose) {
            let message = format!("the code formats {} with {sign}", shown(&one.name));
            look.add("field-not-a-number", Grade::Likely, place, message);
        }
        return;
    }
    if value.trim().is_empty() {
        if is_number && look.mark(crate::support::MarkKind::ShellDollar).is_none() {
            look.add("field-empty", Grade::Possible, place, format!("{} has no value", one.name));
        }
    } else if is_number && !look.is_unknown(&one.name) && !is_plain_number(value) {
        let help = corrected(value).map_or_else(String::new, |number| {
            format!("send digits only, with a point before cents: here {}={number}", one.name)
        });
        let message = format!("{} is {}", one.name, shown(value));
        // What CAKE makes of such a value is not known.
        look.add_with("field-not-a-number", Grade::Likely, place, message, help);
    } else if is_number && value.starts_with('-') && is_plain_number(value) {
        look.add("field-negative", Grade::Likely, place, format!("{} is {value}", one.name));
    }
}

/// What makes text of an amount in code: a currency sign, or commas between thousands.
fn formatting(code: &str) -> Option<&'static str> {
    let found = phrases("formats-amounts").iter().find(|sign| code.contains(&***sign))?;
    // PHP's last argument is the sign between thousands, and may be empty.
    let is_plain = found == "number_format("
        && code.split(found).skip(1).all(|rest| {
            let call = rest.split([';', '\n']).next().unwrap_or_default();
            call.contains(", '')") || call.contains(", \"\")") || call.contains(",'')") || call.contains(",\"\")")
        });
    (!is_plain).then_some(found)
}

/// Whether a shell replaced the beginning of an amount: `"$25,000"`. What to send is told with that cause.
fn amount_of_shell(look: &mut Look<'_>, one: &crate::support::Parameter, value: &str) -> bool {
    let Some(mark) = look.mark(crate::support::MarkKind::ShellDollar) else { return false };
    let is_there = one.place.start <= mark.place.start && mark.place.start <= one.place.end;
    if !is_there || !mark.detail.starts_with(|c: char| c == '$' || c.is_ascii_digit()) {
        return false;
    }
    // Of $25 a Unix shell leaves the 5, others nothing.
    let written = format!("{}{}", mark.detail, value.trim_start_matches(|c: char| c.is_ascii_digit()));
    let number = corrected(&written).filter(|_| !written.ends_with('$'));
    let help =
        number.map(|number| format!("send {}={number}: digits alone, without the $ and without commas", one.name));
    let dollar = look.found.iter_mut().find(|found| found.id == "shell-dollar");
    if let (Some(help), Some(dollar)) = (help, dollar) {
        dollar.help = help;
    }
    true
}

/// The plain number that is meant, where only one can be.
fn corrected(value: &str) -> Option<String> {
    let value = value.trim().trim_start_matches(['$', '€', '£']).trim().to_ascii_lowercase();
    let (value, thousands) = value.strip_suffix('k').map_or((&*value, ""), |whole| (whole, "000"));
    let (whole, cents) = match value.rsplit_once(['.', ',']) {
        Some((whole, cents)) if cents.len() == 2 && thousands.is_empty() => (whole, cents),
        _ => (value, ""),
    };
    let mut groups = whole.split(['.', ',', ' ', '\'']);
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    // 25.000 may be twenty-five in one country and thousands in the next; a currency sign or cents do not tell either.
    let is_open = rest.len() == 1 && cents.is_empty() && whole.contains('.');
    let is_right = !is_open && (1..=9).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    let digits = format!("{first}{}{thousands}", rest.concat());
    let number = if cents.is_empty() || cents == "00" { digits } else { format!("{digits}.{cents}") };
    (is_right && is_plain_number(&number)).then_some(number)
}

fn is_plain_number(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(cents)
}

fn sub_status(look: &mut Look<'_>) {
    let (Some(status), Some(sub_status)) =
        (look.value("status").map(str::to_owned), look.value("sub_status").map(str::to_owned))
    else {
        return;
    };
    if sub_status.is_empty() || look.is_unknown("sub_status") {
        return;
    }
    // Under a status that is misspelled, that of the one that is meant.
    let meant = look.know.status_names().and_then(|names| {
        let meant = names.into_iter().find(|name| name.eq_ignore_ascii_case(status.trim()));
        meant.map(str::to_owned)
    });
    let status = meant.unwrap_or(status);
    let Some(known) = look.know.sub_statuses(&status).map(<[String]>::to_vec) else { return };
    if known.contains(&sub_status) {
        return;
    }
    let nearest = crate::nearest::nearest(&sub_status, known.iter().map(String::as_str));
    let names = look.know.status_names().unwrap_or_default();
    let owner = look.know.status_with(&sub_status).filter(|owner| names.contains(owner)).map(str::to_owned);
    let help = match nearest {
        Some(nearest) => format!("send exactly: {nearest}"),
        None if let Some(owner) = owner => match &*known {
            [] => format!("{sub_status} belongs to {owner}; {status} has no sub-statuses: leave sub_status out"),
            _ => format!(
                "{sub_status} belongs to {owner}: send status={owner}, or with {status} one of: {}",
                known.join(", ")
            ),
        },
        None if known.is_empty() => format!("{status} has no sub-statuses: leave sub_status out"),
        None => format!("send one of: {}", known.join(", ")),
    };
    let (place, grade) =
        (look.place("sub_status"), if look.know.instance.is_some() { Grade::Certain } else { Grade::Likely });
    look.add_with(
        "sub-status-unknown",
        grade,
        place,
        format!("{} is not a sub-status of {}", shown(&sub_status), shown(&status)),
        help,
    );
}
