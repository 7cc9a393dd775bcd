//! What programs make of values that look like numbers, dates, truth values or nothing.

use super::client::Habit::{Field, Pairs, Value};
use super::client::Of::{All, Fields, LeadId, Status};
use super::row::{Mutant, equivalent, killed, recommended};

/// A text that is all digits, changed.
fn digits(text: &str, change: impl Fn(&str) -> String) -> String {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits { change(text) } else { text.to_owned() }
}

/// A text that is a plain decimal, changed.
fn decimal(text: &str, change: impl Fn(f64) -> String) -> String {
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || "+-.".contains(c));
    text.parse().ok().filter(|_| is_plain).map_or_else(|| text.to_owned(), change)
}

/// Digits in groups of three.
fn grouped(text: &str, separator: &str) -> String {
    let (whole, rest) = text.split_once('.').map_or((text, String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let mut groups: Vec<&str> = Vec::new();
    let mut end = whole.len();
    while end > 0 {
        let start = end.saturating_sub(3);
        groups.insert(0, &whole[start..end]);
        end = start;
    }
    format!("{sign}{}{rest}", groups.join(separator))
}

/// The number at the beginning of a text, as `intval` and `parseFloat` read it, or 0.
fn leading_number(text: &str) -> String {
    let end = text.trim_start().find(|c: char| !(c.is_ascii_digit() || "+-.".contains(c))).unwrap_or(text.len());
    text.trim_start()[..end].parse::<f64>().map_or_else(|_| "0".into(), |number| number.to_string())
}

/// A word, where a text is one of these.
fn word(text: &str, words: &[(&str, &str)]) -> String {
    let found = words.iter().find(|(known, _)| known.eq_ignore_ascii_case(text));
    found.map_or_else(|| text.to_owned(), |(_, other)| (*other).to_owned())
}

/// The word that stands where there is no sub-status.
fn without_sub_status(pairs: &mut super::client::Pairs, word: &str) {
    if !pairs.iter().any(|(name, _)| name == "sub_status") {
        pairs.push(("sub_status".into(), word.into()));
    }
}

pub(crate) const TABLE: &[Mutant] = &[
    // Digits that are read as a number.
    killed(
        "fields of digits as int (PHP, Excel)",
        &["Q15"],
        Value(Fields, |t| digits(t, |d| d.trim_start_matches('0').into())),
    ),
    killed(
        "every value of digits as int",
        &["Q04", "Q05", "Q06", "Q15"],
        Value(All, |t| digits(t, |d| d.parse::<u128>().map_or(d.into(), |n| n.to_string()))),
    ),
    killed(
        "lead ID of digits as int",
        &["Q04"],
        Value(LeadId, |t| digits(t, |d| d.parse::<u64>().map_or(d.into(), |n| n.to_string()))),
    ),
    killed(
        "lead ID with an E as a number (1E5)",
        &["Q04"],
        Value(LeadId, |t| t.parse::<f64>().map_or(t.into(), |n| n.to_string())),
    ),
    killed(
        "lead ID read as hexadecimal and written again",
        &["Q04"],
        Value(LeadId, |t| u32::from_str_radix(t, 16).map_or(t.into(), |n| format!("{n:X}"))),
    ),
    killed(
        "lead ID as a decimal number of its digits",
        &["Q04"],
        Value(LeadId, |t| u32::from_str_radix(t, 16).map_or(t.into(), |n| n.to_string())),
    ),
    killed("lead ID in groups of three digits", &["Q04"], Value(LeadId, |t| digits(t, |d| grouped(d, ",")))),
    killed("lead ID with its zeros, padded to eight", &["Q04"], Value(LeadId, |t| format!("{t:0>8}"))),
    killed("lead ID cut to eight characters", &["Q04"], Value(LeadId, |t| t.chars().take(8).collect())),
    killed(
        "lead ID with hexadecimal digits alone",
        &["Q04"],
        Value(LeadId, |t| t.chars().filter(char::is_ascii_hexdigit).collect()),
    ),
    killed(
        "fields as float32",
        &["Q15"],
        Value(Fields, |t| decimal(t, |_| t.parse::<f32>().map_or(t.into(), |n| n.to_string()))),
    ),
    killed(
        "fields as float64 (JavaScript's Number)",
        &["Q15"],
        Value(Fields, |t| digits(t, |d| d.parse::<f64>().map_or(d.into(), |n| n.to_string()))),
    ),
    killed(
        "long digits of text fields as float64, zeros kept",
        &["Q15"],
        Value(Fields, |t| {
            digits(t, |d| if d.len() > 15 { d.parse::<f64>().map_or(d.into(), |n| n.to_string()) } else { d.into() })
        }),
    ),
    killed(
        "fields of more than 15 digits get zeros (Excel)",
        &["Q15"],
        Value(Fields, |t| {
            digits(t, |d| if d.len() > 15 { format!("{}{}", &d[..15], "0".repeat(d.len() - 15)) } else { d.into() })
        }),
    ),
    killed(
        "fields of 12 digits in scientific notation (Excel)",
        &["Q15"],
        Value(Fields, |t| {
            digits(t, |d| if d.len() > 11 { format!("{}.{}E+{}", &d[..1], &d[1..6], d.len() - 1) } else { d.into() })
        }),
    ),
    killed(
        "fields of 17 digits in scientific notation (PHP)",
        &["Q15"],
        Value(Fields, |t| {
            digits(t, |d| if d.len() > 16 { format!("{}.{}E+{}", &d[..1], &d[1..14], d.len() - 1) } else { d.into() })
        }),
    ),
    killed(
        "fields wrap at 32 bits, signed (C#)",
        &["Q15"],
        Value(Fields, |t| {
            digits(t, |d| {
                d.parse::<i64>()
                    .map_or(d.into(), |n| if n > 2_147_483_647 { (n - 4_294_967_296).to_string() } else { d.into() })
            })
        }),
    ),
    killed(
        "fields end at 2147483647 (MySQL's INT)",
        &["Q15"],
        Value(Fields, |t| {
            digits(t, |d| {
                d.parse::<i64>().map_or(d.into(), |n| if n > 2_147_483_647 { "2147483647".into() } else { d.into() })
            })
        }),
    ),
    killed(
        "fields end at 4294967295 (MySQL's INT UNSIGNED)",
        &["Q15"],
        Value(Fields, |t| {
            digits(
                t,
                |d| if d.parse::<f64>().is_ok_and(|n| n > 4_294_967_295.0) { "4294967295".into() } else { d.into() },
            )
        }),
    ),
    killed(
        "fields end at 2^63-1 (BIGINT)",
        &["Q15"],
        Value(Fields, |t| {
            digits(t, |d| if d.parse::<f64>().is_ok_and(|n| n > 9.3e18) { i64::MAX.to_string() } else { d.into() })
        }),
    ),
    killed(
        "amounts end at 9999999.99 (DECIMAL(9,2))",
        &["Q15"],
        Value(Fields, |t| decimal(t, |n| if n > 9_999_999.99 { "9999999.99".into() } else { t.into() })),
    ),
    killed(
        "amounts end at 32767 (SMALLINT)",
        &["Q15"],
        Value(Fields, |t| decimal(t, |n| if n > 32_767.0 { "32767".into() } else { t.into() })),
    ),
    killed(
        "text fields that look like a float become one (2E4)",
        &["Q15"],
        Value(Fields, |t| {
            t.parse::<f64>()
                .ok()
                .filter(|n| t.to_lowercase().contains('e') && n.is_finite())
                .map_or(t.into(), |n| n.to_string())
        }),
    ),
    killed(
        "large numbers as 1.0E7 (Java)",
        &["Q10", "Q15"],
        Value(Fields, |t| decimal(t, |n| if n >= 1e7 { format!("{n:E}").replace("1E7", "1.0E7") } else { t.into() })),
    ),
    killed(
        "small numbers as 5.0E-4 (Java)",
        &["Q10"],
        Value(Fields, |t| decimal(t, |n| if n > 0.0 && n < 1e-3 { format!("{n:.1E}") } else { t.into() })),
    ),
    killed(
        "whole numbers as 25000.0 (Python, pandas)",
        &["Q15"],
        Value(Fields, |t| digits(t, |d| if d.starts_with('0') && d != "0" { d.into() } else { format!("{d}.0") })),
    ),
    killed(
        "decimals lose their last zero",
        &["Q15"],
        Value(Fields, |t| decimal(t, |_| if t.contains('.') { t.trim_end_matches('0').into() } else { t.into() })),
    ),
    killed(
        "a plus in front of digits is dropped",
        &["Q15"],
        Value(Fields, |t| t.strip_prefix('+').filter(|d| d.bytes().all(|b| b.is_ascii_digit())).unwrap_or(t).into()),
    ),
    killed(
        "a plus is put in front of amounts",
        &["Q10", "Q15"],
        Value(Fields, |t| {
            decimal(t, |n| if n > 0.0 && !t.starts_with(['+', '0']) { format!("+{t}") } else { t.into() })
        }),
    ),
    killed(
        "text that begins with a number is cut to it (intval)",
        &["Q08", "Q15"],
        Value(Fields, |t| if t.starts_with(|c: char| c.is_ascii_digit()) { leading_number(t) } else { t.into() }),
    ),
    killed(
        "text without a number is 0 (intval)",
        &["Q15"],
        Value(Fields, |t| {
            if t.starts_with(|c: char| c.is_ascii_digit() || c == '-') || t.is_empty() { t.into() } else { "0".into() }
        }),
    ),
    killed(
        "amounts are rounded to whole numbers",
        &["Q15"],
        Value(Fields, |t| decimal(t, |n| if t.contains('.') { n.round().to_string() } else { t.into() })),
    ),
    killed(
        "amounts are cut to whole numbers",
        &["Q15"],
        Value(Fields, |t| {
            t.split_once('.')
                .filter(|(a, b)| (a.to_string() + b).bytes().all(|c| c.is_ascii_digit()) && !b.is_empty())
                .map_or(t.into(), |(whole, _)| whole.into())
        }),
    ),
    killed(
        "amounts are rounded to cents",
        &["Q15"],
        Value(Fields, |t| {
            decimal(
                t,
                |n| if t.split_once('.').is_some_and(|(_, r)| r.len() > 2) { format!("{n:.2}") } else { t.into() },
            )
        }),
    ),
    killed(
        "amounts are rounded to one decimal",
        &["Q15"],
        Value(Fields, |t| decimal(t, |n| if t.contains('.') { format!("{n:.1}") } else { t.into() })),
    ),
    killed(
        "amounts get cents (25000.00)",
        &["Q15"],
        Value(Fields, |t| decimal(t, |n| if t.starts_with('0') { t.into() } else { format!("{n:.2}") })),
    ),
    killed(
        "amounts in cents (2500000)",
        &["Q15"],
        Value(Fields, |t| decimal(t, |n| if t.starts_with('0') { t.into() } else { format!("{:.0}", n * 100.0) })),
    ),
    killed(
        "amounts in thousands (25)",
        &["Q15"],
        Value(Fields, |t| decimal(t, |n| if n >= 1000.0 { (n / 1000.0).to_string() } else { t.into() })),
    ),
    killed(
        "amounts with the sign stripped",
        &["Q15"],
        Value(Fields, |t| decimal(t, |_| t.trim_start_matches('-').into())),
    ),
    killed(
        "amounts below zero as 0",
        &["Q15"],
        Value(Fields, |t| decimal(t, |n| if n < 0.0 { "0".into() } else { t.into() })),
    ),
    killed(
        "the sign of amounts between -1 and 0 is lost",
        &["Q15"],
        Value(Fields, |t| t.strip_prefix("-0").map_or_else(|| t.into(), |rest| format!("0{rest}"))),
    ),
    killed(
        "amounts are sent with sales alone",
        &["Q07"],
        Pairs(|update, pairs| {
            if matches!(&*update.status, "Unqualified" | "Withdrawn") {
                pairs.retain(|(name, _)| name != "loan_amount");
            }
        }),
    ),
    recommended(
        "fields beyond the third are left out",
        &["Q07"],
        Pairs(|update, pairs| pairs.truncate(6 + usize::from(update.sub_status.is_some()))),
    ),
    killed(
        "equal values are sent once (array_unique)",
        &["Q06", "Q07"],
        Pairs(|_, pairs| {
            let mut seen = std::collections::HashSet::new();
            pairs.retain(|(_, value)| seen.insert(value.clone()));
        }),
    ),
    killed(
        "a sub-status like its status is left out",
        &["Q06"],
        Pairs(|update, pairs| pairs.retain(|(name, value)| name != "sub_status" || *value != update.status)),
    ),
    recommended(
        "fields that an update does not have are sent empty",
        &["Q12"],
        Pairs(|update, pairs| {
            for name in ["loan_amount", "note", "policy_number"] {
                if !update.fields.contains_key(name) {
                    pairs.push((name.into(), String::new()));
                }
            }
        }),
    ),
    killed(
        "amounts below zero in parentheses",
        &["Q15"],
        Value(Fields, |t| decimal(t, |n| if n < 0.0 { format!("({})", -n) } else { t.into() })),
    ),
    killed(
        "amounts below zero with the sign after them (SAP)",
        &["Q15"],
        Value(Fields, |t| decimal(t, |n| if n < 0.0 { format!("{}-", -n) } else { t.into() })),
    ),
    killed("the true minus sign", &["Q15"], Value(Fields, |t| decimal(t, |_| t.replace('-', "\u{2212}")))),
    killed("grouping commas", &["Q10", "Q15"], Value(Fields, |t| decimal(t, |_| grouped(t, ",")))),
    killed(
        "grouping points (German)",
        &["Q10", "Q15"],
        Value(Fields, |t| decimal(t, |_| grouped(&t.replace('.', ","), "."))),
    ),
    killed("grouping spaces", &["Q10", "Q15"], Value(Fields, |t| decimal(t, |_| grouped(t, " ")))),
    killed(
        "grouping no-break spaces (French)",
        &["Q10", "Q15"],
        Value(Fields, |t| decimal(t, |_| grouped(t, "\u{202F}"))),
    ),
    killed("grouping apostrophes (Swiss)", &["Q15"], Value(Fields, |t| decimal(t, |_| grouped(t, "\u{2019}")))),
    killed("grouping underscores", &["Q10", "Q15"], Value(Fields, |t| decimal(t, |_| grouped(t, "_")))),
    killed("a dollar sign", &["Q10", "Q15"], Value(Fields, |t| decimal(t, |_| format!("${t}")))),
    killed("a currency code after it", &["Q10", "Q15"], Value(Fields, |t| decimal(t, |_| format!("{t} USD")))),
    killed("a euro sign after it", &["Q10", "Q15"], Value(Fields, |t| decimal(t, |_| format!("{t} €")))),
    killed("decimal comma", &["Q15"], Value(Fields, |t| decimal(t, |_| t.replace('.', ",")))),
    recommended(
        "no zero before the point (.75)",
        &["Q10"],
        Value(Fields, |t| decimal(t, |_| t.strip_prefix("0.").map_or(t.into(), |rest| format!(".{rest}")))),
    ),
    killed(
        "amounts padded with zeros (COBOL)",
        &["Q15"],
        Value(Fields, |t| digits(t, |d| if d.starts_with('0') { d.into() } else { format!("{d:0>10}") })),
    ),
    killed("amounts padded with spaces", &["Q10", "Q15"], Value(Fields, |t| digits(t, |d| format!("{d:>10}")))),
    killed(
        "Arabic digits",
        &["Q15"],
        Value(Fields, |t| {
            decimal(t, |_| {
                t.chars().map(|c| c.to_digit(10).map_or(c, |d| char::from_u32(0x660 + d).unwrap_or(c))).collect()
            })
        }),
    ),
    killed(
        "amounts as k and M",
        &["Q15"],
        Value(Fields, |t| {
            digits(t, |d| if d.len() > 3 && d.ends_with("000") { format!("{}k", &d[..d.len() - 3]) } else { d.into() })
        }),
    ),
    killed(
        "leading zeros as octal (YAML 1.1, old JavaScript)",
        &["Q15"],
        Value(Fields, |t| {
            digits(t, |d| {
                if d.len() > 1 && d.starts_with('0') {
                    i64::from_str_radix(d, 8).map_or(d.into(), |n| n.to_string())
                } else {
                    d.into()
                }
            })
        }),
    ),
    killed(
        "0x1F as 31",
        &["Q15"],
        Value(Fields, |t| {
            t.strip_prefix("0x").and_then(|h| i64::from_str_radix(h, 16).ok()).map_or(t.into(), |n| n.to_string())
        }),
    ),
    killed(
        "1_000 as 1000 (Python, Ruby)",
        &["Q15"],
        Value(Fields, |t| {
            if t.contains('_') && t.bytes().all(|b| b.is_ascii_digit() || b == b'_') {
                t.replace('_', "")
            } else {
                t.into()
            }
        }),
    ),
    killed(
        "22:30 as 1350 (YAML 1.1)",
        &["Q15"],
        Value(Fields, |t| {
            t.split_once(':')
                .and_then(|(h, m)| Some(h.parse::<u32>().ok()? * 60 + m.parse::<u32>().ok()?))
                .map_or(t.into(), |n| n.to_string())
        }),
    ),
    killed(
        "7.9% as 0.079 (Excel)",
        &["Q15"],
        Value(Fields, |t| {
            t.strip_suffix('%').and_then(|n| n.parse::<f64>().ok()).map_or(t.into(), |n| (n / 100.0).to_string())
        }),
    ),
    killed(
        "3-4 as a date (Excel)",
        &["Q15"],
        Value(Fields, |t| {
            t.split_once(['-', '/'])
                .filter(|(a, b)| a.len() < 3 && b.len() < 3 && a.parse::<u8>().is_ok() && b.parse::<u8>().is_ok())
                .map_or(t.into(), |(a, _)| format!("{a}-Apr"))
        }),
    ),
    killed(
        "ISO dates as 01/15/2026",
        &["Q15"],
        Value(Fields, |t| match t.split('-').collect::<Vec<_>>()[..] {
            [y, m, d] if y.len() == 4 && d.len() == 2 => format!("{m}/{d}/{y}"),
            _ => t.into(),
        }),
    ),
    killed(
        "ISO dates with a time",
        &["Q15"],
        Value(Fields, |t| if t.len() == 10 && t.split('-').count() == 3 { format!("{t} 00:00:00") } else { t.into() }),
    ),
    // Truth values.
    killed("true as 1 (PHP, MySQL)", &["Q15"], Value(Fields, |t| word(t, &[("true", "1"), ("false", "")]))),
    killed("true as True (Python)", &["Q15"], Value(Fields, |t| word(t, &[("true", "True"), ("false", "False")]))),
    killed("TRUE (Excel)", &["Q15"], Value(Fields, |t| word(t, &[("true", "TRUE"), ("false", "FALSE")]))),
    killed("false is left out", &["Q07"], Field(|t| (t != "false").then(|| t.into()))),
    killed("true as yes (Perl, VB)", &["Q15"], Value(Fields, |t| word(t, &[("true", "yes"), ("false", "no")]))),
    killed("true as -1 (VB, Access)", &["Q15"], Value(Fields, |t| word(t, &[("true", "-1"), ("false", "0")]))),
    killed(
        "no as false (YAML 1.1)",
        &["Q15"],
        Value(Fields, |t| word(t, &[("no", "false"), ("yes", "true"), ("off", "false"), ("on", "true")])),
    ),
    // Words for nothing.
    killed("the text null is nothing", &["Q07"], Field(|t| (!t.eq_ignore_ascii_case("null")).then(|| t.into()))),
    killed("the text None is nothing", &["Q07"], Field(|t| (t != "None").then(|| t.into()))),
    killed(
        "the text N/A is nothing (pandas)",
        &["Q07"],
        Field(|t| (!["N/A", "NA", "#N/A", "nan"].contains(&t)).then(|| t.into())),
    ),
    killed(
        "the text NA becomes nan (pandas)",
        &["Q15"],
        Value(Fields, |t| word(t, &[("NA", "nan"), ("N/A", "nan"), ("null", "nan"), ("None", "nan")])),
    ),
    killed("the text undefined is nothing", &["Q07"], Field(|t| (t != "undefined").then(|| t.into()))),
    killed("the text - is nothing", &["Q07"], Field(|t| (t != "-").then(|| t.into()))),
    killed("0 is nothing (PHP's empty, JavaScript)", &["Q07"], Field(|t| (t != "0").then(|| t.into()))),
    killed("0 becomes empty", &["Q15"], Value(Fields, |t| if t == "0" { String::new() } else { t.into() })),
    killed(
        "a sub-status 0 is nothing",
        &["Q06"],
        Pairs(|_, pairs| pairs.retain(|(name, value)| name != "sub_status" || value != "0")),
    ),
    killed(
        "a sub-status that is the word None is nothing",
        &["Q06"],
        Pairs(|_, pairs| {
            pairs.retain(|(name, value)| name != "sub_status" || !["None", "null", "N/A"].contains(&&**value))
        }),
    ),
    killed(
        "a status that is a number is read as one",
        &["Q05"],
        Value(Status, |t| digits(t, |d| d.parse::<u64>().map_or(d.into(), |n| n.to_string()))),
    ),
    killed("an empty field as null", &["Q15"], Value(Fields, |t| word(t, &[("", "null")]))),
    killed("an empty field as NULL (SQL)", &["Q15"], Value(Fields, |t| word(t, &[("", "NULL")]))),
    killed("an empty field as None (Python)", &["Q15"], Value(Fields, |t| word(t, &[("", "None")]))),
    killed("an empty field as undefined (JavaScript)", &["Q15"], Value(Fields, |t| word(t, &[("", "undefined")]))),
    killed("an empty field as nan (pandas)", &["Q15"], Value(Fields, |t| word(t, &[("", "nan")]))),
    killed("an empty field as 0", &["Q15"], Value(Fields, |t| word(t, &[("", "0")]))),
    killed("an empty field as N/A", &["Q15"], Value(Fields, |t| word(t, &[("", "N/A")]))),
    killed("an empty field as a space", &["Q15"], Value(Fields, |t| word(t, &[("", " ")]))),
    killed("an empty field as two quotation marks", &["Q15"], Value(Fields, |t| word(t, &[("", "\"\"")]))),
    killed("an empty field as [object Object]", &["Q15"], Value(Fields, |t| word(t, &[("", "[object Object]")]))),
    killed("no sub-status as null", &["Q06"], Pairs(|_, pairs| without_sub_status(pairs, "null"))),
    killed("no sub-status as None", &["Q06"], Pairs(|_, pairs| without_sub_status(pairs, "None"))),
    killed("no sub-status as undefined", &["Q06"], Pairs(|_, pairs| without_sub_status(pairs, "undefined"))),
    killed("no sub-status as N/A", &["Q06"], Pairs(|_, pairs| without_sub_status(pairs, "N/A"))),
    killed("no sub-status as 0", &["Q06"], Pairs(|_, pairs| without_sub_status(pairs, "0"))),
    killed("no sub-status as a space", &["Q06"], Pairs(|_, pairs| without_sub_status(pairs, " "))),
    killed("no sub-status as the status", &["Q06"], Pairs(|update, pairs| without_sub_status(pairs, &update.status))),
    killed("no sub-status as a default of its own", &["Q06"], Pairs(|_, pairs| without_sub_status(pairs, "Other"))),
    equivalent(
        "no sub-status as an empty one",
        "an empty sub-status is what many older articles ask for",
        Pairs(|_, pairs| without_sub_status(pairs, "")),
    ),
    equivalent(
        "an empty field is left out",
        "CAKE has nothing to record either way",
        Field(|t| (!t.is_empty()).then(|| t.into())),
    ),
];
