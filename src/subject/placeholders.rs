//! `{lead_id}` and the like in a client's arguments.

use thiserror::Error;

use super::conclusion::Case;
use crate::nearest::nearest;

const FIELD: &str = "field:";

/// The names that are replaced for a program that is started for each update, beside `{field:NAME}`.
const OF_A_STEP: [&str; 8] = ["base_url", "url", "ca_file", "api_key", "lead_id", "status", "sub_status", "fields"];

/// The names that are replaced for a program that runs once.
const OF_A_BATCH: [&str; 6] = ["cases", "outcomes", "base_url", "url", "ca_file", "api_key"];

/// One argument, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// Something with a name, or `field:` and the name of a custom field.
    Name(String),
}

/// A placeholder that is none here, and was probably meant to be one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown placeholder {{{found}}}{help}")]
pub struct PlaceholderError {
    found: String,
    help: String,
}

impl Template {
    /// Takes an argument apart, of a program that is started for each update, or `once` for all. Braces around anything that
    /// resembles no placeholder stay as they are.
    pub fn parse(argument: &str, once: bool) -> Result<Self, PlaceholderError> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = argument;
        while let Some(open) = rest.find('{') {
            let inner = &rest[open + 1..];
            let close = inner.find(['{', '}']).filter(|at| inner[*at..].starts_with('}'));
            let is_replaced = close.map_or(Ok(false), |close| is_name(&inner[..close], once))?;
            text.push_str(&rest[..open]);
            rest = match close {
                Some(close) if is_replaced => {
                    parts.extend([Part::Text(std::mem::take(&mut text)), Part::Name(inner[..close].to_owned())]);
                    &inner[close + 1..]
                }
                _ => {
                    text.push('{');
                    inner
                }
            };
        }
        text.push_str(rest);
        parts.push(Part::Text(text));
        Ok(Self(parts))
    }

    /// Whether anything in it is replaced.
    pub fn has_placeholder(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Name(_)))
    }

    /// The custom fields that it names.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Name(name) => name.strip_prefix(FIELD),
            Part::Text(_) => None,
        })
    }

    /// The argument, with these values in the place of names.
    pub(super) fn fill(&self, value: impl Fn(&str) -> String) -> String {
        let filled = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Name(name) => value(name),
        };
        self.0.iter().map(filled).collect()
    }
}

impl Case {
    /// The value of a name. What a case does not have is empty.
    pub(super) fn value(&self, name: &str) -> String {
        let update = &self.update;
        match name {
            "base_url" => self.base_url.clone(),
            "url" => self.url(),
            "ca_file" => self.ca_file.as_ref().map_or_else(String::new, |file| file.to_string_lossy().into_owned()),
            "api_key" => self.key.expose().to_owned(),
            "lead_id" => update.lead_id.clone(),
            "status" => update.status.clone(),
            "sub_status" => update.sub_status.clone().unwrap_or_default(),
            // A JSON object, in their order.
            "fields" => serde_json::json!(update.fields).to_string(),
            field => field.strip_prefix(FIELD).and_then(|name| update.fields.get(name)).cloned().unwrap_or_default(),
        }
    }
}

/// Whether a name is replaced. One that is nearly one is a mistake, and so is one of the other kind of program.
fn is_name(name: &str, once: bool) -> Result<bool, PlaceholderError> {
    let names: &[&str] = if once { &OF_A_BATCH } else { &OF_A_STEP };
    let is_field = name.strip_prefix(FIELD).is_some_and(|field| !field.is_empty());
    if names.contains(&name) || is_field && !once {
        return Ok(true);
    }
    let meant = near_miss(name);
    let is_meant = meant.is_some() || once && (name.starts_with(FIELD) || nearest(name, OF_A_BATCH).is_some());
    if !is_meant {
        return Ok(false);
    }
    let last = if once { "api_key" } else { "field:NAME" };
    let before = names.iter().filter(|name| **name != last).map(|name| format!("{{{name}}}")).collect::<Vec<_>>();
    let listed = format!("The placeholders are {} and {{{last}}}", before.join(", "));
    let help = match meant {
        Some(meant) if !once => format!("\n  help: did you mean {{{meant}}}? {listed}"),
        _ => format!(
            " in a batch\n  help: the program runs once: it reads every update from the file {{cases}}, and writes the outcomes to \
             {{outcomes}}. {listed}"
        ),
    };
    Err(PlaceholderError { found: name.to_owned(), help })
}

/// What a name was probably meant to be, for a program that is started for each update.
fn near_miss(name: &str) -> Option<String> {
    let word = name.trim().to_lowercase();
    let looks_like_a_name = word.len() >= 3 && word.chars().all(|c| c.is_alphanumeric() || "_-: .".contains(c));
    if !looks_like_a_name {
        return None;
    }
    if let Some((_, field)) = word.split_once([':', '.']).filter(|(before, _)| nearest(before, ["field"]).is_some()) {
        return Some(format!("{FIELD}{}", if field.is_empty() { "NAME" } else { field }));
    }
    let joined = |text: &str| text.replace(['_', '-', ' '], "");
    let part_of = |known: &&str| joined(known).contains(&joined(&word)) || joined(&word).contains(&joined(known));
    let similar = nearest(&word, OF_A_STEP).or_else(|| OF_A_STEP.into_iter().rev().find(part_of));
    similar.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{Case, Template};
    use crate::protocol::Update;
    use crate::secret::Secret;
    use proptest::prelude::*;

    fn case() -> Case {
        Case {
            base_url: "http://127.0.0.1:1".into(),
            proxy: None,
            guard: None,
            ca_file: None,
            is_trust_told: true,
            key: Secret::new("k"),
            update: Update {
                lead_id: "C8097F17".into(),
                status: "In {status} Progress".into(),
                sub_status: None,
                fields: [("loan_amount".to_owned(), "1".to_owned()), ("a\"b".to_owned(), "ü".to_owned())].into(),
            },
        }
    }

    fn fill(argument: &str) -> String {
        Template::parse(argument, false).unwrap().fill(|name| case().value(name))
    }

    #[test]
    fn names_are_replaced_once_and_absent_ones_are_empty() {
        assert_eq!(fill("--lead={lead_id}"), "--lead=C8097F17");
        assert_eq!(fill("{status}"), "In {status} Progress");
        assert_eq!(fill("[{sub_status}]"), "[]");
        assert_eq!(fill("cainfo={ca_file}"), "cainfo=");
        assert_eq!(fill("{field:loan_amount}/{field:none}"), "1/");
        assert_eq!(fill("{fields}"), r#"{"loan_amount":"1","a\"b":"ü"}"#);
        assert_eq!(fill("{url}"), "http://127.0.0.1:1/api/1/buyers.asmx/UpdateLeadStatus");
        assert_eq!(fill("{base_url}{api_key}"), "http://127.0.0.1:1k");
    }

    #[test]
    fn other_braces_stay_as_they_are() {
        for argument in ["{", "}", "{}", r#"{"a": 1}"#, "{{x}}", "${HOME}", "{0}", "a{b,c}d", "{ü", "{date}"] {
            assert_eq!(fill(argument), argument);
        }
        assert_eq!(fill(r#"{"lead": "{lead_id}"}"#), r#"{"lead": "C8097F17"}"#);
    }

    #[test]
    fn a_near_miss_is_an_error_with_the_right_name() {
        for (argument, right) in [
            ("{leadid}", "{lead_id}?"),
            ("{Lead_ID}", "{lead_id}?"),
            ("{lead-id}", "{lead_id}?"),
            ("{lead}", "{lead_id}?"),
            ("{key}", "{api_key}?"),
            ("{substatus}", "{sub_status}?"),
            ("{staus}", "{status}?"),
            ("{ status }", "{status}?"),
            ("{field}", "{fields}?"),
            ("{fields:note}", "{field:note}?"),
            ("{field:}", "{field:NAME}?"),
        ] {
            let error = Template::parse(argument, false).expect_err(argument).to_string();
            assert!(error.contains(&format!("did you mean {right}")), "{argument}: {error}");
        }
    }

    #[test]
    fn a_batch_has_files_in_place_of_an_update() {
        let fill = |argument: &str| {
            Template::parse(argument, true)
                .map(|it| it.fill(|name| if name == "cases" { "c.json".into() } else { case().value(name) }))
        };
        assert_eq!(fill("{cases}> {base_url} {x}").unwrap(), "c.json> http://127.0.0.1:1 {x}");
        for argument in ["{lead_id}", "{field:note}", "{case}", "{status}", "{outcome}"] {
            let error = fill(argument).expect_err(argument).to_string();
            assert!(error.starts_with(&format!("unknown placeholder {argument} in a batch")), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_argument_makes_it_panic_and_text_without_braces_is_kept(argument in "\\PC{0,20}", plain in "[^{}]{0,20}") {
            let _ = Template::parse(&argument, false);
            prop_assert_eq!(fill(&plain), plain);
        }
    }
}
