//! How parameters become a query: names, order, escapes.

use caketester::protocol::{METHOD_PATH, encode};

use super::client::Habit::{Escape, Leftover, Pairs, Query, Request};
use super::client::{Pairs as Parameters, joined};
use super::row::{Mutant, equivalent, killed, recommended};

/// Percent-encodes every byte but these.
fn escaped(text: &str, kept: &str) -> String {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte);
    let bytes =
        text.bytes().map(|byte| if is_kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    bytes.collect()
}

const PLAIN: &str = "-._~";

fn component(text: &str) -> String {
    escaped(text, PLAIN)
}

/// Escapes all but one character.
fn but(text: &str, raw: char) -> String {
    text.split(raw).map(component).collect::<Vec<_>>().join(&raw.to_string())
}

/// Each character as bytes of one of the old code pages, escaped.
fn one_byte(text: &str, byte: impl Fn(char) -> Option<u8>) -> String {
    let each = text.chars().map(|c| match byte(c) {
        Some(byte) if byte.is_ascii_alphanumeric() || PLAIN.as_bytes().contains(&byte) => char::from(byte).to_string(),
        Some(byte) => format!("%{byte:02X}"),
        None => "%3F".into(),
    });
    each.collect()
}

fn latin1(c: char) -> Option<u8> {
    u8::try_from(c as u32).ok()
}

fn cp1252(c: char) -> Option<u8> {
    let special =
        [('€', 0x80), ('…', 0x85), ('‘', 0x91), ('’', 0x92), ('“', 0x93), ('”', 0x94), ('–', 0x96), ('—', 0x97)];
    special.iter().find(|(known, _)| *known == c).map(|(_, byte)| *byte).or_else(|| latin1(c))
}

fn as_latin1(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

/// What a parameter is called, changed.
fn rename(pairs: &mut Parameters, is_meant: fn(&str) -> bool, change: impl Fn(&str) -> String) {
    pairs.iter_mut().filter(|(name, _)| is_meant(name)).for_each(|(name, _)| *name = change(name));
}

fn is_field(name: &str) -> bool {
    !matches!(name, "api_key" | "lead_id" | "status" | "sub_status")
}

fn set(pairs: &mut Parameters, name: &str, value: &str) {
    match pairs.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => *known = value.into(),
        None => pairs.push((name.into(), value.into())),
    }
}

fn camel(name: &str) -> String {
    let mut words = name.split(['_', ' ', '.']);
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| all + &word[..1].to_uppercase() + &word[1..])
}

fn repeated(pairs: &mut Parameters, name: &str, other: &str) {
    let value = pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    pairs.extend(value.map(|value| (other.to_owned(), value)));
}

fn usual(pairs: &Parameters) -> String {
    encode(pairs.iter().map(|(name, value)| (&**name, &**value)))
}

pub(crate) const TABLE: &[Mutant] = &[
    // One character at a time.
    killed("& is left as it is", &["Q08"], Escape(|t| but(t, '&'))),
    killed("+ is left as it is", &["Q08"], Escape(|t| but(t, '+'))),
    killed("% is left as it is", &["Q08"], Escape(|t| but(t, '%'))),
    killed("# is left as it is", &["Q08", "Q06", "Q07"], Escape(|t| but(t, '#'))),
    killed(
        "the first + alone is escaped (replace)",
        &["Q08"],
        Escape(|t| match t.split_once('+') {
            Some((before, behind)) => format!("{}%2B{}", component(before), but(behind, '+')),
            None => component(t),
        }),
    ),
    killed(
        "the first # alone is escaped (replace)",
        &["Q08"],
        Escape(|t| match t.split_once('#') {
            Some((before, behind)) => format!("{}%23{}", component(before), but(behind, '#')),
            None => component(t),
        }),
    ),
    killed("a space is left as it is", &["Q08"], Escape(|t| but(t, ' '))),
    killed("a line break is left as it is", &["Q08"], Escape(|t| but(t, '\n'))),
    equivalent(
        "= ; ? / : @ , ! ' ( ) * are left as they are",
        "none of these ends a value",
        Escape(|t| escaped(t, "-._~=;?/:@,!'()*")),
    ),
    equivalent("a space is %20", "+ and %20 are the same in a query", Escape(component)),
    equivalent(
        "escapes in small letters",
        "%2b and %2B are the same byte",
        Escape(|t| {
            component(t)
                .split('%')
                .enumerate()
                .map(
                    |(at, part)| {
                        if at == 0 || part.len() < 2 { part.into() } else { part[..2].to_lowercase() + &part[2..] }
                    },
                )
                .collect::<Vec<String>>()
                .join("%")
        }),
    ),
    recommended(
        "characters beyond ASCII are left as they are",
        &["Q08"],
        Escape(|t| t.chars().map(|c| if c.is_ascii() { component(&c.to_string()) } else { c.to_string() }).collect()),
    ),
    killed("nothing is escaped", &["Q08"], Escape(str::to_owned)),
    killed("only spaces are escaped", &["Q08", "Q06", "Q07"], Escape(|t| t.replace(' ', "%20"))),
    killed("only spaces are escaped, as +", &["Q08", "Q06", "Q07"], Escape(|t| t.replace(' ', "+"))),
    killed(
        "only & is escaped, and spaces",
        &["Q08", "Q06", "Q07"],
        Escape(|t| t.replace('&', "%26").replace(' ', "%20")),
    ),
    killed("encodeURI", &["Q08", "Q06", "Q07"], Escape(|t| escaped(t, "-._~!*'();/?:@&=+$,#"))),
    killed(
        "JavaScript's escape(), + left as it is",
        &["Q08"],
        Escape(|t| {
            t.chars()
                .map(|c| match c {
                    _ if c.is_ascii_alphanumeric() || "@*_+-./".contains(c) => c.to_string(),
                    _ if (c as u32) < 0x100 => format!("%{:02X}", c as u32),
                    _ => {
                        let mut b = [0; 2];
                        c.encode_utf16(&mut b).iter().map(|u| format!("%u{u:04X}")).collect()
                    }
                })
                .collect()
        }),
    ),
    killed("Go's url.PathEscape", &["Q08"], Escape(|t| escaped(t, "-._~$&+=:@"))),
    killed("Uri.EscapeUriString (C#)", &["Q08", "Q06", "Q07"], Escape(|t| escaped(t, "-._~!*'();/?:@&=+$,#[]"))),
    killed("Latin-1 (Java's old URLEncoder, Perl's uri_escape)", &["Q08"], Escape(|t| one_byte(t, latin1))),
    killed("Windows-1252 (VB, Excel)", &["Q08"], Escape(|t| one_byte(t, cp1252))),
    killed(
        "UTF-7",
        &["Q05", "Q06", "Q15"],
        Escape(|t| {
            if t.is_ascii() {
                component(t)
            } else {
                component(&t.replace('é', "+AOk-").replace('ü', "+APw-")) + "%2B"
            }
        }),
    ),
    killed(
        "UTF-16, byte by byte",
        &["Q08", "Q05", "Q06", "Q15"],
        Escape(|t| {
            if t.is_ascii() {
                component(t)
            } else {
                t.encode_utf16().map(|u| format!("%{:02X}%{:02X}", u & 0xFF, u >> 8)).collect()
            }
        }),
    ),
    killed(
        "half a surrogate each as UTF-8 (CESU-8)",
        &["Q08"],
        Escape(|t| {
            t.chars()
                .map(|c| {
                    if (c as u32) < 0x1_0000 {
                        component(&c.to_string())
                    } else {
                        let mut b = [0; 2];
                        c.encode_utf16(&mut b)
                            .iter()
                            .map(|u| {
                                format!(
                                    "%{:02X}%{:02X}%{:02X}",
                                    0xE0 | (u >> 12),
                                    0x80 | (u >> 6 & 0x3F),
                                    0x80 | (u & 0x3F)
                                )
                            })
                            .collect()
                    }
                })
                .collect()
        }),
    ),
    killed("UTF-8 read as Latin-1 and encoded again", &["Q08"], Escape(|t| component(&as_latin1(t)))),
    killed("everything is encoded twice", &["Q08"], Escape(|t| component(&component(t)))),
    killed(
        "values are encoded, and the query again",
        &["Q08"],
        Query(|pairs| joined(pairs, component).replace('%', "%25")),
    ),
    killed(
        "what looks encoded is not encoded",
        &["Q08"],
        Escape(|t| if t.contains("%4") { t.replace(' ', "%20") } else { component(t) }),
    ),
    killed("what looks encoded is decoded first", &["Q08", "Q15"], Escape(|t| component(&t.replace("%41", "A")))),
    killed("a + is taken for a space first", &["Q08"], Escape(|t| component(&t.replace('+', " ")))),
    killed(
        "base64 of values",
        &["Q05", "Q06", "Q15"],
        Escape(|t| if t.contains(' ') { "RnVuZGVk".into() } else { component(t) }),
    ),
    killed("quoted-printable", &["Q05", "Q06", "Q15"], Escape(|t| component(t).replace('%', "="))),
    recommended(
        "every byte is percent-encoded",
        &["Q11"],
        Escape(|t| t.bytes().map(|byte| format!("%{byte:02X}")).collect()),
    ),
    recommended(
        "names are not escaped",
        &["Q08", "Q07", "Q12"],
        Query(|pairs| pairs.iter().map(|(n, v)| format!("{n}={}", component(v))).collect::<Vec<_>>().join("&")),
    ),
    killed(
        "the sub-status is not escaped",
        &["Q08", "Q07"],
        Query(|pairs| {
            pairs
                .iter()
                .map(|(n, v)| format!("{n}={}", if n == "sub_status" { v.replace(' ', "%20") } else { component(v) }))
                .collect::<Vec<_>>()
                .join("&")
        }),
    ),
    killed(
        "fields are not escaped",
        &["Q08", "Q07"],
        Query(|pairs| {
            pairs
                .iter()
                .map(|(n, v)| {
                    format!(
                        "{n}={}",
                        if is_field(n) { v.replace(' ', "%20").replace('\n', "%0A") } else { component(v) }
                    )
                })
                .collect::<Vec<_>>()
                .join("&")
        }),
    ),
    killed("the query is cut at 1024 characters", &["Q15"], Query(|pairs| usual(pairs).chars().take(1024).collect())),
    killed(
        "the query is cut at 255 characters",
        &["Q05", "Q06", "Q15"],
        Query(|pairs| usual(pairs).chars().take(255).collect()),
    ),
    killed("the query is cut at 1500 characters", &["Q15"], Query(|pairs| usual(pairs).chars().take(1500).collect())),
    killed("&amp; between parameters", &["Q04", "Q05", "Q07"], Query(|pairs| usual(pairs).replace('&', "&amp;"))),
    killed("; between parameters", &["Q03", "Q04", "Q05", "Q07"], Query(|pairs| usual(pairs).replace('&', ";"))),
    killed(", between parameters", &["Q03", "Q04", "Q05", "Q07"], Query(|pairs| usual(pairs).replace('&', ","))),
    killed("? before each parameter", &["Q03", "Q04", "Q05", "Q07"], Query(|pairs| usual(pairs).replace('&', "?"))),
    killed("names without =", &["Q03", "Q04", "Q05", "Q07"], Query(|pairs| usual(pairs).replace('=', ":"))),
    equivalent("an & at the end", "an empty part has no name and no value", Query(|pairs| usual(pairs) + "&")),
    // Names.
    equivalent(
        "names in capitals",
        "ASP.NET matches names without regard to letter case",
        Pairs(|_, pairs| rename(pairs, |_| true, str::to_uppercase)),
    ),
    equivalent("parameters in the order of their names", "the order does not count", Pairs(|_, pairs| pairs.sort())),
    killed("apikey for api_key", &["Q03"], Pairs(|_, pairs| rename(pairs, |n| n == "api_key", |_| "apikey".into()))),
    killed("leadid for lead_id", &["Q04"], Pairs(|_, pairs| rename(pairs, |n| n == "lead_id", |_| "leadid".into()))),
    killed(
        "lead_status for status",
        &["Q05"],
        Pairs(|_, pairs| rename(pairs, |n| n == "status", |_| "lead_status".into())),
    ),
    killed(
        "substatus for sub_status",
        &["Q06"],
        Pairs(|_, pairs| rename(pairs, |n| n == "sub_status", |_| "substatus".into())),
    ),
    killed(
        "sub_status_name beside nothing",
        &["Q06"],
        Pairs(|_, pairs| rename(pairs, |n| n == "sub_status", |_| "sub_status_name".into())),
    ),
    killed("fields in camel case", &["Q07"], Pairs(|_, pairs| rename(pairs, is_field, camel))),
    killed("fields with hyphens", &["Q07"], Pairs(|_, pairs| rename(pairs, is_field, |n| n.replace('_', "-")))),
    killed("fields by their labels", &["Q07"], Pairs(|_, pairs| rename(pairs, is_field, |n| n.replace('_', " ")))),
    recommended(
        "points in names become underscores (PHP)",
        &["Q07", "Q12"],
        Pairs(|_, pairs| rename(pairs, is_field, |n| n.replace('.', "_"))),
    ),
    recommended(
        "spaces in names become underscores (PHP)",
        &["Q07", "Q12"],
        Pairs(|_, pairs| rename(pairs, is_field, |n| n.replace(' ', "_"))),
    ),
    recommended(
        "spaces in names are dropped",
        &["Q07", "Q12"],
        Pairs(|_, pairs| rename(pairs, is_field, |n| n.replace(' ', ""))),
    ),
    recommended(
        "names keep word characters alone",
        &["Q07", "Q12"],
        Pairs(|_, pairs| {
            rename(pairs, is_field, |n| n.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect())
        }),
    ),
    recommended(
        "digits in names are dropped",
        &["Q07", "Q12"],
        Pairs(|_, pairs| rename(pairs, is_field, |n| n.replace(|c: char| c.is_ascii_digit(), ""))),
    ),
    recommended(
        "names become snake_case",
        &["Q07", "Q12"],
        Pairs(|_, pairs| rename(pairs, is_field, |n| n.replace('A', "_a"))),
    ),
    recommended(
        "fields called id, date, method or key are left out",
        &["Q07"],
        Pairs(|_, pairs| pairs.retain(|(n, _)| !matches!(&**n, "id" | "date" | "method" | "key"))),
    ),
    recommended(
        "names beyond ASCII lose letters",
        &["Q07", "Q12"],
        Pairs(|_, pairs| rename(pairs, is_field, |n| n.chars().filter(char::is_ascii).collect())),
    ),
    recommended(
        "names are cut at 30 characters (Oracle)",
        &["Q07", "Q12"],
        Pairs(|_, pairs| rename(pairs, is_field, |n| n.chars().take(30).collect())),
    ),
    killed("fields[name]", &["Q07"], Pairs(|_, pairs| rename(pairs, is_field, |n| format!("fields[{n}]")))),
    killed("name[] (PHP, jQuery)", &["Q07"], Pairs(|_, pairs| rename(pairs, is_field, |n| format!("{n}[]")))),
    killed(
        "custom_ in front of fields",
        &["Q07"],
        Pairs(|_, pairs| rename(pairs, is_field, |n| format!("custom_{n}"))),
    ),
    killed(
        "fields as one parameter of JSON",
        &["Q07"],
        Pairs(|u, pairs| {
            pairs.retain(|(n, _)| !is_field(n));
            if !u.fields.is_empty() {
                pairs.push(("fields".into(), format!("{:?}", u.fields)));
            }
        }),
    ),
    // Which parameters.
    killed("no sub-status, ever", &["Q06"], Pairs(|_, pairs| pairs.retain(|(n, _)| n != "sub_status"))),
    killed("no fields, ever", &["Q07"], Pairs(|_, pairs| pairs.retain(|(n, _)| !is_field(n)))),
    killed(
        "only the first field",
        &["Q07"],
        Pairs(|u, pairs| pairs.retain(|(n, _)| !is_field(n) || u.fields.get_index_of(n) == Some(0))),
    ),
    killed(
        "only the last field",
        &["Q07"],
        Pairs(|u, pairs| pairs.retain(|(n, _)| !is_field(n) || u.fields.get_index_of(n) == Some(u.fields.len() - 1))),
    ),
    killed(
        "two fields at most",
        &["Q07"],
        Pairs(|u, pairs| pairs.retain(|(n, _)| u.fields.get_index_of(n).is_none_or(|at| at < 2))),
    ),
    killed(
        "fields only without a sub-status",
        &["Q07"],
        Pairs(|u, pairs| {
            if u.sub_status.is_some() {
                pairs.retain(|(n, _)| !is_field(n));
            }
        }),
    ),
    killed(
        "a sub-status only without fields",
        &["Q06"],
        Pairs(|u, pairs| {
            if !u.fields.is_empty() {
                pairs.retain(|(n, _)| n != "sub_status");
            }
        }),
    ),
    killed(
        "fields only with Funded",
        &["Q07"],
        Pairs(|u, pairs| {
            if u.status != "Funded" {
                pairs.retain(|(n, _)| !is_field(n));
            }
        }),
    ),
    killed(
        "a sub-status only with Funded",
        &["Q06"],
        Pairs(|u, pairs| {
            if u.status != "Funded" {
                pairs.retain(|(n, _)| n != "sub_status");
            }
        }),
    ),
    killed(
        "the values of two fields swapped",
        &["Q15"],
        Pairs(|u, pairs| {
            if u.fields.len() > 1 {
                let at = pairs.len();
                let (a, b) = (pairs[at - 1].1.clone(), pairs[at - 2].1.clone());
                pairs[at - 1].1 = b;
                pairs[at - 2].1 = a;
            }
        }),
    ),
    killed(
        "all fields with the last one's value (a closure)",
        &["Q15"],
        Pairs(|u, pairs| {
            if let Some(last) = u.fields.values().last() {
                pairs.iter_mut().filter(|(n, _)| is_field(n)).for_each(|(_, v)| v.clone_from(last));
            }
        }),
    ),
    killed(
        "the sub-status for the status",
        &["Q05"],
        Pairs(|u, pairs| {
            if let Some(sub) = &u.sub_status {
                set(pairs, "status", sub);
            }
        }),
    ),
    killed("the status for the sub-status too", &["Q06"], Pairs(|u, pairs| set(pairs, "sub_status", &u.status))),
    killed(
        "status and sub-status swapped",
        &["Q05", "Q06"],
        Pairs(|u, pairs| {
            if let Some(sub) = &u.sub_status {
                set(pairs, "status", sub);
                set(pairs, "sub_status", &u.status);
            }
        }),
    ),
    killed(
        "status and sub-status in one",
        &["Q05"],
        Pairs(|u, pairs| {
            if let Some(sub) = &u.sub_status {
                set(pairs, "status", &format!("{} - {sub}", u.status));
            }
        }),
    ),
    killed(
        "the sub-status with its status in front",
        &["Q06"],
        Pairs(|u, pairs| {
            if let Some(sub) = &u.sub_status {
                set(pairs, "sub_status", &format!("{}/{sub}", u.status));
            }
        }),
    ),
    killed(
        "the status as a number of its own",
        &["Q05"],
        Pairs(|u, pairs| {
            if u.status == "Unqualified" {
                set(pairs, "status", "2");
            }
        }),
    ),
    killed(
        "the status by a mapping that has no In Progress",
        &["Q05"],
        Pairs(|u, pairs| {
            if u.status == "In Progress" {
                set(pairs, "status", "Pending");
            }
        }),
    ),
    killed("always Funded", &["Q05"], Pairs(|_, pairs| set(pairs, "status", "Funded"))),
    killed("always the same lead", &["Q04"], Pairs(|_, pairs| set(pairs, "lead_id", "C8097F17"))),
    killed("the status twice", &["Q09"], Pairs(|_, pairs| repeated(pairs, "status", "status"))),
    killed("the status twice, once as Status", &["Q09"], Pairs(|_, pairs| repeated(pairs, "status", "Status"))),
    killed("the lead ID twice", &["Q09"], Pairs(|_, pairs| repeated(pairs, "lead_id", "lead_id"))),
    killed("the key twice", &["Q09"], Pairs(|_, pairs| repeated(pairs, "api_key", "api_key"))),
    killed("the sub-status twice", &["Q09"], Pairs(|_, pairs| repeated(pairs, "sub_status", "sub_status"))),
    killed("fields twice", &["Q09"], Pairs(|u, pairs| u.fields.keys().for_each(|name| repeated(pairs, name, name)))),
    killed(
        "an empty sub-status beside the right one",
        &["Q09"],
        Pairs(|_, pairs| pairs.push(("sub_status".into(), String::new()))),
    ),
    killed(
        "a list of statuses, taken apart at commas and trimmed",
        &["Q05", "Q06", "Q09", "Q15"],
        Query(|pairs| {
            pairs
                .iter()
                .flat_map(|(n, v)| {
                    v.split(',').map(|part| format!("{n}={}", component(part.trim()))).collect::<Vec<_>>()
                })
                .collect::<Vec<_>>()
                .join("&")
        }),
    ),
    killed("the lead ID as offer-lead", &["Q04"], Pairs(|u, pairs| set(pairs, "lead_id", &format!("1-{}", u.lead_id)))),
    killed(
        "the last character of the key is lost",
        &["Q03"],
        Pairs(|_, pairs| {
            pairs[0].1.pop();
        }),
    ),
    killed("the key in small letters", &["Q03"], Pairs(|_, pairs| pairs[0].1 = pairs[0].1.to_lowercase())),
    killed("the key in capitals", &["Q03"], Pairs(|_, pairs| pairs[0].1 = pairs[0].1.to_uppercase())),
    killed("a line end after the key", &["Q03"], Pairs(|_, pairs| pairs[0].1.push('\n'))),
    killed("a space after the key", &["Q03"], Pairs(|_, pairs| pairs[0].1.push(' '))),
    killed("quotation marks around the key", &["Q03"], Pairs(|_, pairs| pairs[0].1 = format!("\"{}\"", pairs[0].1))),
    killed("another buyer's key", &["Q03"], Pairs(|_, pairs| pairs[0].1 = "R4TN8W2YH6JC0VSD".into())),
    killed(
        "no key",
        &["Q03"],
        Pairs(|_, pairs| {
            pairs.remove(0);
        }),
    ),
    killed("an empty key", &["Q03"], Pairs(|_, pairs| pairs[0].1.clear())),
    // What is left over of the update before.
    killed(
        "the sub-status of the update before, where there is none",
        &["Q06"],
        Leftover(|before, pairs| {
            if let (Some(sub), false) = (&before.sub_status, pairs.iter().any(|(n, _)| n == "sub_status")) {
                pairs.push(("sub_status".into(), sub.clone()));
            }
        }),
    ),
    killed(
        "fields of the update before, where there are none",
        &["Q12"],
        Leftover(|before, pairs| {
            before.fields.iter().for_each(|(n, v)| {
                if !pairs.iter().any(|(k, _)| k == n) {
                    pairs.push((n.clone(), v.clone()));
                }
            })
        }),
    ),
    killed("the status of the update before", &["Q05"], Leftover(|before, pairs| set(pairs, "status", &before.status))),
    killed(
        "fields of the update before, in place of the new ones",
        &["Q15", "Q12"],
        Leftover(|before, pairs| before.fields.iter().for_each(|(n, v)| set(pairs, n, v))),
    ),
    killed(
        "only what has changed since the update before",
        &["Q07"],
        Leftover(|before, pairs| pairs.retain(|(n, v)| !is_field(n) || before.fields.get(n) != Some(v))),
    ),
    killed(
        "the sub-status only where the status has changed",
        &["Q06"],
        Leftover(|before, pairs| {
            if pairs.iter().any(|(n, v)| n == "status" && *v == before.status) {
                pairs.retain(|(n, _)| n != "sub_status");
            }
        }),
    ),
    killed(
        "the difference to the amount before",
        &["Q15"],
        Leftover(|before, pairs| {
            pairs.iter_mut().for_each(|(n, v)| {
                if let (Some(Ok(old)), Ok(new)) = (before.fields.get(n).map(|o| o.parse::<f64>()), v.parse::<f64>()) {
                    *v = (new - old).to_string();
                }
            })
        }),
    ),
    killed(
        "nothing where the update is the same as before",
        &["Q03", "Q04", "Q05", "Q06", "Q07"],
        Leftover(|before, pairs| {
            if pairs.iter().any(|(n, v)| n == "status" && *v == before.status) {
                pairs.clear();
            }
        }),
    ),
    // What nobody asked for.
    recommended("tracking parameters", &["Q12"], Pairs(|_, pairs| pairs.push(("utm_source".into(), "crm".into())))),
    recommended("a time against caches", &["Q12"], Pairs(|_, pairs| pairs.push(("_".into(), "1700000000".into())))),
    recommended("the format that is wanted", &["Q12"], Pairs(|_, pairs| pairs.push(("format".into(), "json".into())))),
    recommended("a callback", &["Q12"], Pairs(|_, pairs| pairs.push(("callback".into(), "jQuery1".into())))),
    recommended("a test marker", &["Q12"], Pairs(|_, pairs| pairs.push(("ckm_test".into(), "1".into())))),
    killed(
        "a session in the path",
        &["Q02"],
        Request(|request| request.path = format!("{METHOD_PATH};jsessionid=1A2B")),
    ),
];
