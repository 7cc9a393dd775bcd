//! The answers of a network, kept as snapshots, and what has changed since.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::probe::Probe;
use super::request::Planned;
use super::stop::is_html;
use crate::protocol::{Answer, xml};
use crate::snapshot::{Snapshot, SnapshotName, Store, StoreError};

/// What became of the answers of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recorded {
    /// How many were kept for the first time.
    pub new: usize,
    /// How many are as they were.
    pub same: usize,
    /// What has changed, an entry for each answer.
    pub drift: Vec<Drift>,
}

/// An answer that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// The snapshot's name.
    pub snapshot: String,
    /// In what it differs, each difference with both values.
    pub differences: Vec<String>,
}

/// Compares answers with those in a store. An answer of which there is none is kept; one that differs is laid beside, for review.
/// What failed is not kept: it is nothing to compare with.
pub fn compare_with_recorded(
    store: &Store,
    answers: &[(Planned, Answer)],
    has_failed: impl Fn(&Planned) -> bool,
) -> Result<Recorded, StoreError> {
    let mut recorded = Recorded::default();
    for (planned, answer) in answers {
        let name = name_of(planned);
        let snapshot = Snapshot::of(
            &planned.probe.to_string(),
            &planned.to_string(),
            answer.http_status,
            &answer.content_type,
            &answer.body,
        )
        .with_headers(headers_of(answer));
        let Some(before) = store.read(&name)? else {
            if has_failed(planned) {
                continue;
            }
            store.write_pending(&name, &snapshot)?;
            store.accept(&name)?;
            recorded.new += 1;
            continue;
        };
        let differences = differences(planned.probe, &before, &snapshot, answer);
        if differences.is_empty() {
            store.remove_pending(&name)?;
            recorded.same += 1;
        } else {
            store.write_pending(&name, &snapshot)?;
            recorded.drift.push(Drift { snapshot: name.to_string(), differences });
        }
    }
    Ok(recorded)
}

/// Finds what is kept and cannot be read, before anything is sent.
pub fn check_recorded(store: &Store, planned: &[Planned]) -> Result<(), StoreError> {
    planned.iter().try_for_each(|planned| store.read(&name_of(planned)).map(|_| ()))
}

fn name_of(planned: &Planned) -> SnapshotName {
    let (whole, probe) = (planned.to_string(), planned.probe.to_string());
    let detail = whole.strip_prefix(&probe).map(|detail| detail.trim().replace('"', ""));
    SnapshotName::new(&format!("probe/{probe}"), detail.as_deref().filter(|detail| !detail.is_empty()))
}

/// Headers whose value is another one with each answer.
const FLEETING: [&str; 10] = [
    "age",
    "cf-ray",
    "content-length",
    "date",
    "etag",
    "expires",
    "last-modified",
    "report-to",
    "server-timing",
    "set-cookie",
];

/// Headers that mean something to a client. Of the others it is only kept what they were.
const MEANT: [&str; 7] = [
    "access-control-allow-origin",
    "allow",
    "content-encoding",
    "location",
    "retry-after",
    "strict-transport-security",
    "www-authenticate",
];

/// The headers of an answer, in place of a value that changes each time a word for it.
fn headers_of(answer: &Answer) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::<String, String>::new();
    for (name, value) in &answer.headers {
        let name = name.to_ascii_lowercase();
        if FLEETING.contains(&&*name) || name.ends_with("-id") {
            headers.insert(name, "(changes)".to_owned());
        } else {
            headers.entry(name).and_modify(|all| all.extend([", ", value])).or_insert_with(|| value.clone());
        }
    }
    headers
}

/// By meaning: the HTTP status, the content type, the headers that clients act on, and the code and message, or the text of what
/// is no page for people.
fn differences(probe: Probe, before: &Snapshot, now: &Snapshot, answer: &Answer) -> Vec<String> {
    let mut differences = Vec::new();
    if let (Some(before), Some(now)) = (&before.info, &now.info) {
        if before.http_status != now.http_status {
            differences.push(format!("HTTP status: {} before, {} now", before.http_status, now.http_status));
        }
        if before.content_type != now.content_type {
            differences.push(format!("content type: {:?} before, {:?} now", before.content_type, now.content_type));
        }
        let shown = |value: Option<&String>| value.map_or_else(|| "none".to_owned(), |value| format!("{value:?}"));
        // An older snapshot has no headers.
        for name in MEANT.into_iter().filter(|_| !before.headers.is_empty()) {
            let (before, now) = (before.headers.get(name), now.headers.get(name));
            if before != now {
                differences.push(format!("header {name}: {} before, {} now", shown(before), shown(now)));
            }
        }
    }
    // A page changes with every version of the platform, and the description with every method of it.
    if is_html(answer) || matches!(probe, Probe::Wsdl | Probe::Head) {
        return differences;
    }
    let (before, now) = (before.contents.as_bytes(), now.contents.as_bytes());
    if let xml::Comparison::Different(of_body) = xml::compare_called(["before", "now"], before, now) {
        differences.extend(of_body);
    }
    differences
}
