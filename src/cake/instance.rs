//! What is configured in an instance, and the leads it sold.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use indexmap::{Equivalent, IndexSet};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::policy::Policy;
use crate::secret::Secret;

/// A CAKE instance: what is set up in it, and its leads.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Everything but the leads. Scenarios that change nothing share it.
    pub settings: Arc<Settings>,
    /// A copy of the instance shares them.
    leads: Arc<IndexSet<Filed, foldhash::fast::RandomState>>,
}

/// A lead, filed by its key: a million keys of their own would take as much memory as the leads.
#[derive(Debug, Clone)]
struct Filed(Lead);

impl PartialEq for Filed {
    fn eq(&self, other: &Self) -> bool {
        lead_key(&self.0.id) == lead_key(&other.0.id)
    }
}

impl Eq for Filed {}

impl Hash for Filed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        lead_key(&self.0.id).hash(state);
    }
}

/// The key of a lead that is looked for.
#[derive(Hash)]
struct Key<'k>(Cow<'k, str>);

impl Equivalent<Filed> for Key<'_> {
    fn equivalent(&self, filed: &Filed) -> bool {
        // A key is its own key, and most IDs are.
        *self.0 == *filed.0.id || self.0 == lead_key(&filed.0.id)
    }
}

impl Instance {
    /// An instance with these settings and no lead.
    pub fn new(settings: Arc<Settings>) -> Self {
        Self { settings, leads: Arc::default() }
    }

    /// Adds a lead; one whose ID differs in letter case only is replaced and returned.
    pub fn add_lead(&mut self, lead: Lead) -> Option<Lead> {
        Arc::make_mut(&mut self.leads).replace(Filed(lead)).map(|Filed(lead)| lead)
    }

    /// Removes a lead, whatever the letter case of its ID.
    pub fn remove_lead(&mut self, id: &str) -> Option<Lead> {
        Arc::make_mut(&mut self.leads).swap_take(&Key(lead_key(id))).map(|Filed(lead)| lead)
    }

    /// Gives back the memory that adding leads took in advance.
    pub fn shrink(&mut self) {
        Arc::make_mut(&mut self.leads).shrink_to_fit();
    }

    /// The lead of this ID, letter case and the spaces around it aside: for routing and for explaining a
    /// refusal, not for deciding.
    pub fn lead_like(&self, id: &str) -> Option<&Lead> {
        self.find(id).map(|(_, lead)| lead)
    }

    /// The number of that lead, below their count.
    pub fn number_of(&self, id: &str) -> Option<usize> {
        self.find(id).map(|(number, _)| number)
    }

    /// That lead, with its number.
    pub(super) fn find(&self, id: &str) -> Option<(usize, &Lead)> {
        self.leads.get_full(&Key(lead_key(id))).map(|(number, Filed(lead))| (number, lead))
    }

    /// Every lead, in the order of their numbers.
    pub fn leads(&self) -> impl ExactSizeIterator<Item = &Lead> {
        self.leads.iter().map(|Filed(lead)| lead)
    }
}

/// A lead ID as leads are filed and requests are routed: trimmed and without letter case.
pub fn lead_key(id: &str) -> Cow<'_, str> {
    let id = id.trim();
    if id.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_lowercase()) {
        return Cow::Borrowed(id);
    }
    Cow::Owned(id.to_uppercase())
}

/// What a network sets up in its instance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whether Lead Statuses are enabled (code 4 where not).
    pub enabled: bool,
    /// The buyers and their keys.
    pub buyers: Vec<Buyer>,
    /// The configured statuses.
    pub statuses: Vec<Status>,
    /// The configured custom fields.
    pub fields: Vec<Field>,
    /// What a lead has that says nothing else of itself.
    pub lead_defaults: LeadDefaults,
    /// How the instance behaves where the documentation is silent.
    pub policy: Policy,
}

/// A buyer and the key on its Buyer Card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// The buyer's name.
    pub name: Arc<str>,
    /// The buyer's API key.
    pub key: Secret,
}

/// A status: a primary outcome, and a column of the Lead Status Master Report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Status {
    /// The name that an update has to match exactly.
    pub name: String,
    /// The sub-statuses under it.
    pub sub_statuses: Vec<String>,
}

/// A custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Field {
    /// What the report shows.
    pub label: String,
    /// What an update calls it.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
}

/// What a custom field holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Summed in the report.
    Number,
    /// Shown, not summed.
    #[default]
    String,
}

/// A lead that was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// The CAKE Lead ID.
    pub id: Box<str>,
    /// Its sale, which leads share where nothing differs.
    pub sale: Arc<Sale>,
}

/// To whom, through what and when a lead was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// The names of the buyers that bought it: mostly one, and several where the network sells leads more than once.
    pub buyers: Vec<Arc<str>>,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a lead came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The campaign that generated it: a line of the report.
    pub campaign: Arc<str>,
    /// The offer it came through.
    pub offer: Arc<str>,
    /// The vertical it belongs to.
    pub vertical: Arc<str>,
    /// The day it was sold, in the instance's time zone.
    pub sold: Date,
}

impl Default for Origin {
    fn default() -> Self {
        Self {
            campaign: "Campaign".into(),
            offer: "Offer".into(),
            vertical: "Vertical".into(),
            sold: jiff::civil::date(2026, 1, 1),
        }
    }
}

/// What a lead has that says nothing else of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeadDefaults {
    /// The name of the buyer.
    pub buyer: Arc<str>,
    /// Where it came from.
    pub origin: Origin,
}

impl LeadDefaults {
    /// The sale of a lead of which nothing is said.
    pub fn sale(&self) -> Sale {
        Sale { buyers: vec![Arc::clone(&self.buyer)], origin: self.origin.clone() }
    }

    /// A lead with this ID and nothing said of it.
    pub fn lead(&self, id: &str) -> Lead {
        Lead { id: id.into(), sale: Arc::new(self.sale()) }
    }
}
