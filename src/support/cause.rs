//! What goes wrong between a buyer and CAKE: the words of each cause, which stand in `causes/causes.yaml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The buyer that sends the updates.
    Buyer,
    /// The developer of the buyer's client.
    Developer,
    /// The network that runs the CAKE instance.
    Network,
    /// Nobody.
    Nobody,
}

impl Who {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Buyer => "the buyer",
            Self::Developer => "the buyer's developer",
            Self::Network => "the network",
            Self::Nobody => "nobody",
        }
    }
}

/// One way in which updates fail.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Its permanent ID.
    #[serde(skip)]
    pub id: String,
    /// Its group; the groups stand in the order in which a request meets them.
    #[serde(skip)]
    pub group: String,
    /// What is wrong, in a few words.
    pub title: String,
    /// Why that matters, or how it happens.
    pub why: String,
    /// Who has to act.
    pub who: Who,
    /// What to change.
    pub change: String,
    /// What to ask where the ticket does not show enough; empty where nothing has to be asked.
    #[serde(default)]
    pub ask: String,
    /// The causes that it explains: where it is there, those are not told.
    #[serde(default)]
    pub(super) explains: Vec<String>,
    /// What else is true of it.
    #[serde(default)]
    is: Vec<Trait>,
    /// What is said instead where more is known.
    #[serde(default)]
    variants: HashMap<Variant, Words>,
}

/// What is true of several causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Trait {
    /// It keeps CAKE from reading a request at all.
    Structural,
    /// It changes a value on the way.
    Damage,
    /// It is in the host.
    Host,
    /// It is in the path.
    Path,
    /// With it CAKE takes no update.
    Refused,
    /// The next try ends like the last: somebody has to look, or to answer a question, first.
    Open,
}

/// What is said of a variant; where nothing is, the cause's own words hold.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Words {
    pub(super) why: Option<String>,
    pub(super) who: Option<Who>,
    pub(super) change: Option<String>,
    pub(super) ask: Option<String>,
}

impl Cause {
    /// Whether something is true of it.
    pub(super) fn is(&self, what: Trait) -> bool {
        self.is.contains(&what)
    }

    /// What is said of a variant.
    pub(super) fn words(&'static self, variant: Variant) -> &'static Words {
        static NONE: Words = Words { why: None, who: None, change: None, ask: None };
        self.variants.get(&variant).unwrap_or(&NONE)
    }
}

/// Every cause by its ID.
static CAUSES: LazyLock<IndexMap<String, Cause>> = LazyLock::new(|| {
    type Groups = IndexMap<String, IndexMap<String, Cause>>;
    let groups: Groups = serde_saphyr::from_str(include_str!("causes/causes.yaml")).expect("the file has its form");
    let of_group = |(group, causes): (String, IndexMap<String, Cause>)| {
        let named = move |(id, cause): (String, Cause)| (id.clone(), Cause { id, group: group.clone(), ..cause });
        causes.into_iter().map(named)
    };
    groups.into_iter().flat_map(of_group).collect()
});

/// Every cause, by group.
pub fn all_causes() -> impl Iterator<Item = &'static Cause> {
    CAUSES.values()
}

/// The cause of an ID, in any letter case.
pub fn cause(id: &str) -> Option<&'static Cause> {
    CAUSES.get(&id.to_ascii_lowercase())
}

/// The cause of an ID that stands in the code, and its place among all.
pub(super) fn known(id: &'static str) -> (usize, &'static Cause) {
    let (at, _, cause) = CAUSES.get_full(id).expect("each ID in the code is in the file");
    (at, cause)
}

/// What tells a cause from others of its ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Variant {
    /// Nothing does.
    #[default]
    Usual,
    /// A lead is to be returned: `UpdateLeadStatus` does not do that.
    Return,
    /// A firewall answered.
    Firewall,
    /// A filter of the sending side answered.
    Filter,
    /// A redirect leads to a login page.
    Login,
    /// A login page answered.
    LoginPage,
    /// It is about another lead than the cause before it.
    Beside,
    /// It works on another machine.
    Elsewhere,
    /// The connection failed before anything was sent.
    NothingSent,
    /// The sender says that the network gave it this status.
    Listed,
    /// A spreadsheet made a number of it.
    Spreadsheet,
    /// The ticket shows that a redirect lost the query.
    LostQuery,
    /// The code sends it as a header.
    InHeader,
    /// It stands in the path.
    InPath,
    /// A typographic character.
    Typographic,
    /// cmd knows double quotation marks alone.
    SingleQuotes,
    /// The shell takes it for an argument.
    Argument,
    /// The value is not shown, for it looks like a key.
    Hidden,
    /// The sender's address makes the difference.
    Address,
    /// IIS itself says it, more exactly than by the HTTP status.
    Iis,
    /// A value is encoded for HTML.
    Html,
    /// A program reads XML as JSON.
    ReadAsJson,
    /// CAKE refused it at one time, and took it at another.
    TakenLater,
    /// The day of the update is the last one of a report.
    EndDate,
    /// A log shows that it was sent like this.
    SentSo,
    /// A content type of JSON is named in the ticket.
    Json,
    /// A whole object stands in the place of text.
    Object,
    /// The zeros at its front are lost.
    Zeros,
    /// A load balancer had no server to pass the request to.
    NoTarget,
    /// The contents of a file are sent without a name.
    Nameless,
    /// The platform names the parameter that it misses.
    Named,
    /// It is `sub_status`, which the documentation calls optional.
    SubStatus,
    /// The instance's file has every lead, and not this one.
    ByTheFile,
    /// HTTP 200 is all that is known of the answer.
    OnlyHttp,
    /// Another service answered.
    Foreign,
    /// Only a person can answer.
    Person,
    /// It is solved.
    Solved,
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{all_causes, cause};
    use crate::support::phrases::{advice, phrases};

    /// What stands in quotes right behind these words in the files of a folder.
    fn named(folder: &Path, behind: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                found.extend(named(&path, behind));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("it is text");
                let places = behind.iter().flat_map(|word| text.match_indices(word)).map(|(at, word)| at + word.len());
                let quoted = places.filter_map(|at| text[at..].trim_start().strip_prefix('"'));
                let is_name = |text: &&str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
                found.extend(quoted.filter_map(|rest| rest.split('"').next().filter(is_name)).map(str::to_owned));
            }
        }
        found
    }

    #[test]
    fn what_the_code_names_stands_in_the_files() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/support");
        let ids = named(&folder, &["Found::new(", "look.add(", "look.add_with(", " found(", ".id ==", "&known("]);
        assert!(ids.len() > 100);
        for id in ids.iter().chain(all_causes().flat_map(|cause| &cause.explains)) {
            assert!(cause(id).is_some(), "{id}");
        }
        // A list that is not there ends in a panic.
        for list in named(&folder, &[".means(", "phrases("]) {
            assert!(!phrases(&list).is_empty());
        }
        for table in named(&folder, &["advice("]) {
            assert_eq!(advice(&table, ""), "");
        }
    }
}
