//! `{lead_id}` and the like in a client's arguments.

use std::path::Path;

use thiserror::Error;

use super::conclusion::Case;
use crate::nearest::nearest;

const FIELD: &str = "field:";

/// The names that are replaced, beside `{field:NAME}`.
const NAMES: [&str; 8] = ["base_url", "url", "ca_file", "api_key", "lead_id", "status", "sub_status", "fields"];

/// One argument, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Name(&'static str),
    Field(String),
}

/// The names that are replaced for a program that runs once.
const BATCH_NAMES: [&str; 6] = ["cases", "outcomes", "base_url", "url", "ca_file", "api_key"];

/// A placeholder that is none here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlaceholderError {
    /// It was probably meant to be one.
    #[error(
        "unknown placeholder {{{found}}}\n  help: did you mean {{{nearest}}}? The placeholders are {{base_url}}, {{url}}, {{ca_file}}, {{api_key}}, {{lead_id}}, {{status}}, {{sub_status}}, {{fields}} and {{field:NAME}}"
    )]
    NearMiss {
        /// What stands there.
        found: String,
        /// What was probably meant.
        nearest: String,
    },
    /// It was probably meant to be one, for a program that runs once.
    #[error(
        "unknown placeholder {{{found}}} in a batch\n  help: the program runs once: it reads every update from the file {{cases}}, and writes the outcomes to {{outcomes}}. The placeholders are {{cases}}, {{outcomes}}, {{base_url}}, {{url}}, {{ca_file}} and {{api_key}}"
    )]
    NotOfABatch {
        /// What stands there.
        found: String,
    },
}

/// What an argument may hold.
#[derive(Debug, Clone, Copy)]
struct Allowed {
    names: &'static [&'static str],
    fields: bool,
}

const OF_A_STEP: Allowed = Allowed { names: &NAMES, fields: true };
const OF_A_BATCH: Allowed = Allowed { names: &BATCH_NAMES, fields: false };

impl Template {
    /// Takes an argument apart. Braces around anything that resembles no placeholder stay as they are.
    pub fn parse(argument: &str) -> Result<Self, PlaceholderError> {
        Self::parse_known(argument, OF_A_STEP)
    }

    /// The same for a program that runs once.
    pub fn parse_batch(argument: &str) -> Result<Self, PlaceholderError> {
        Self::parse_known(argument, OF_A_BATCH)
    }

    fn parse_known(argument: &str, known: Allowed) -> Result<Self, PlaceholderError> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = argument;
        while let Some(open) = rest.find('{') {
            let inner = &rest[open + 1..];
            let close = inner.find(['{', '}']).filter(|at| inner[*at..].starts_with('}'));
            let Some(close) = close else {
                text.push_str(&rest[..=open]);
                rest = inner;
                continue;
            };
            match part(&inner[..close], known)? {
                Some(part) => {
                    text.push_str(&rest[..open]);
                    parts.push(Part::Text(std::mem::take(&mut text)));
                    parts.push(part);
                }
                None => text.push_str(&rest[..=open + 1 + close]),
            }
            rest = &inner[close + 1..];
        }
        text.push_str(rest);
        parts.push(Part::Text(text));
        Ok(Self(parts))
    }

    /// Whether anything in it is replaced.
    pub fn has_placeholder(&self) -> bool {
        self.0.iter().any(|part| !matches!(part, Part::Text(_)))
    }

    /// The custom fields that it names.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| if let Part::Field(name) = part { Some(name.as_str()) } else { None })
    }

    /// The argument for a case. What a case does not have is empty.
    pub fn fill(&self, case: &Case) -> String {
        self.0.iter().map(|part| part.value(case)).collect()
    }

    /// The argument for a batch: with the files of its cases and outcomes, and else as for a case.
    pub fn fill_batch(&self, cases: &Path, outcomes: &Path, case: &Case) -> String {
        let value = |part: &Part| match part {
            Part::Name("cases") => cases.to_string_lossy().into_owned(),
            Part::Name("outcomes") => outcomes.to_string_lossy().into_owned(),
            other => other.value(case),
        };
        self.0.iter().map(value).collect()
    }
}

impl Part {
    fn value(&self, case: &Case) -> String {
        let update = &case.update;
        match self {
            Self::Text(text) => text.clone(),
            Self::Field(name) => update.fields.get(name).cloned().unwrap_or_default(),
            Self::Name("base_url") => case.base_url.clone(),
            Self::Name("url") => case.url(),
            Self::Name("ca_file") => {
                case.ca_file.as_ref().map_or_else(String::new, |file| file.to_string_lossy().into_owned())
            }
            Self::Name("api_key") => case.key.expose().to_owned(),
            Self::Name("lead_id") => update.lead_id.clone(),
            Self::Name("status") => update.status.clone(),
            Self::Name("sub_status") => update.sub_status.clone().unwrap_or_default(),
            Self::Name(_) => fields_json(case),
        }
    }
}

/// The custom fields as a JSON object, in their order.
pub(super) fn fields_json(case: &Case) -> String {
    let fields = case.update.fields.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
    serde_json::Value::Object(fields.collect()).to_string()
}

fn part(name: &str, known: Allowed) -> Result<Option<Part>, PlaceholderError> {
    if let Some(known) = known.names.iter().find(|known| **known == name) {
        return Ok(Some(Part::Name(known)));
    }
    if !known.fields {
        let is_meant = near_miss(name).is_some() || name.starts_with(FIELD) || nearest(name, BATCH_NAMES).is_some();
        return if is_meant { Err(PlaceholderError::NotOfABatch { found: name.to_owned() }) } else { Ok(None) };
    }
    if let Some(field) = name.strip_prefix(FIELD).filter(|field| !field.is_empty()) {
        return Ok(Some(Part::Field(field.to_owned())));
    }
    match near_miss(name) {
        Some(nearest) => Err(PlaceholderError::NearMiss { found: name.to_owned(), nearest }),
        None => Ok(None),
    }
}

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
    let part_of = |known: &&&str| joined(known).contains(&joined(&word)) || joined(&word).contains(&joined(known));
    let similar = nearest(&word, NAMES).or_else(|| NAMES.iter().rev().find(part_of).copied());
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
        Template::parse(argument).unwrap().fill(&case())
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
            let error = Template::parse(argument).expect_err(argument).to_string();
            assert!(error.contains(&format!("did you mean {right}")), "{argument}: {error}");
        }
    }

    #[test]
    fn a_batch_has_files_in_place_of_an_update() {
        let fill = |argument: &str| {
            Template::parse_batch(argument).map(|it| it.fill_batch("c.json".as_ref(), "o.json".as_ref(), &case()))
        };
        assert_eq!(fill("{cases}>{outcomes} {base_url} {x}").unwrap(), "c.json>o.json http://127.0.0.1:1 {x}");
        for argument in ["{lead_id}", "{field:note}", "{case}", "{status}", "{outcome}"] {
            let error = fill(argument).expect_err(argument).to_string();
            assert!(error.starts_with(&format!("unknown placeholder {argument} in a batch")), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_argument_makes_it_panic_and_text_without_braces_is_kept(argument in "\\PC{0,20}", plain in "[^{}]{0,20}") {
            let _ = Template::parse(&argument);
            prop_assert_eq!(fill(&plain), plain);
        }
    }
}
