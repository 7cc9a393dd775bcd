//! Running totals of the recorded updates: whatever the Lead Status Master Report is asked, it is answered from these.

use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher as _;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::decided::Decided;
use super::decimal::Decimal;
use super::instance::Origin;
use super::instance::lead_key;
use super::policy::{Policy, ReportDates, ReportSums};

/// Quick to hash: a report over a million leads looks up a dozen names for each. Its seed is random, so that nobody can choose
/// names that all fall into one place.
type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// What was decided, as far as it is counted; borrowed from wherever it is kept.
#[derive(Debug)]
pub struct Counted<'c> {
    /// When it was decided.
    pub at: Timestamp,
    /// The buyer whose key it came with; none for a key that is nobody's.
    pub buyer: Option<&'c str>,
    /// What was recorded; nothing of what was not.
    pub recorded: Option<Recorded<'c>>,
}

/// An update that was recorded.
#[derive(Debug)]
pub struct Recorded<'c> {
    /// The lead ID as it was sent.
    pub lead_id: &'c str,
    /// The status.
    pub status: &'c str,
    /// The sub-status.
    pub sub_status: Option<&'c str>,
    /// The custom fields, by name.
    pub fields: Vec<(Cow<'c, str>, Cow<'c, str>)>,
    /// The campaign, the offer and the vertical that the lead came through; empty where they are not known.
    pub campaign: &'c str,
    /// See there.
    pub offer: &'c str,
    /// See there.
    pub vertical: &'c str,
    /// The day it was sold.
    pub sold: Option<Date>,
}

impl<'d> From<&'d Decided> for Counted<'d> {
    fn from(decided: &'d Decided) -> Self {
        let origin = decided.origin.as_ref();
        let text = |of: fn(&'d Origin) -> &'d Arc<str>| origin.map_or("", |origin| of(origin));
        let recorded = decided.update.as_ref().map(|update| Recorded {
            lead_id: &update.lead_id,
            status: &update.status,
            sub_status: update.sub_status.as_deref(),
            fields: update.fields.iter().map(|(name, value)| (name.into(), value.into())).collect(),
            campaign: text(|origin| &origin.campaign),
            offer: text(|origin| &origin.offer),
            vertical: text(|origin| &origin.vertical),
            sold: origin.map(|origin| origin.sold),
        });
        Self { at: decided.at, buyer: decided.buyer.as_deref(), recorded }
    }
}

/// Totals of the recorded updates, by everything that a report can group and filter by.
#[derive(Debug)]
pub struct Totals {
    policy: Policy,
    names: Names,
    cells: Vec<(Group, Cell)>,
    places: Map<Group, Place>,
    /// Where each buyer's latest update of each lead was counted.
    standing: Map<LeadOfBuyer, Place>,
    /// The latest value of each field, and where it was counted; only where these are what is summed.
    latest: Map<(LeadOfBuyer, Name), (Place, Value)>,
    /// By these keys a lead and a buyer become one number.
    keys: [RandomState; 2],
    /// How many updates of each buyer were recorded, and how many were not.
    arrived: BTreeMap<Name, (u64, u64)>,
}

/// A cell by its number.
type Place = u32;

/// A lead and who reported it, as 128 bits of two keyed hashes, which no two share: as texts, a million leads would take most
/// of the time.
type LeadOfBuyer = (u64, u64);

/// What a cell is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Group {
    /// The day of the update or of the sale; none where the sale's is not known.
    pub(super) day: Option<Date>,
    pub(super) buyer: Name,
    pub(super) campaign: Name,
    pub(super) offer: Name,
    pub(super) vertical: Name,
    pub(super) status: Name,
    pub(super) sub_status: Option<Name>,
}

/// What is counted of one group.
#[derive(Debug, Default)]
pub(super) struct Cell {
    /// The recorded updates.
    pub(super) updates: u64,
    /// The leads that stand there.
    pub(super) leads: u64,
    /// The custom fields, by name.
    pub(super) fields: Map<Name, FieldTotal>,
}

/// What is known of a custom field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FieldTotal {
    /// How many values there are.
    pub(super) values: u64,
    /// The sum of those that are numbers.
    pub(super) sum: Decimal,
    /// How many are none.
    pub(super) not_numbers: u64,
}

/// The value of a field, as far as it is counted.
type Value = Option<Decimal>;

/// A name by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Name(u32);

/// Every name once.
#[derive(Debug, Default)]
struct Names {
    numbers: Map<Arc<str>, Name>,
    texts: Vec<Arc<str>>,
}

impl Names {
    fn of(&mut self, text: &str) -> Name {
        if let Some(name) = self.numbers.get(text) {
            return *name;
        }
        let name = Name(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let text: Arc<str> = text.into();
        self.numbers.insert(Arc::clone(&text), name);
        self.texts.push(text);
        name
    }
}

impl Totals {
    /// Totals of no update yet, counted as an instance with this policy counts.
    pub fn new(policy: &Policy) -> Self {
        Self {
            policy: policy.clone(),
            names: Names::default(),
            cells: Vec::new(),
            places: Map::default(),
            standing: Map::default(),
            latest: Map::default(),
            keys: [RandomState::new(), RandomState::new()],
            arrived: BTreeMap::new(),
        }
    }

    /// Adds what was decided next.
    pub fn add(&mut self, decided: &Decided) {
        self.count(&decided.into());
    }

    /// The same. Only what was recorded is in the report.
    pub fn count(&mut self, counted: &Counted<'_>) {
        let buyer_name = counted.buyer.unwrap_or_default();
        let buyer = self.names.of(buyer_name);
        let (recorded, refused) = self.arrived.entry(buyer).or_default();
        let Some(update) = &counted.recorded else {
            *refused += 1;
            return;
        };
        *recorded += 1;
        let place = self.place(counted.at, buyer, update);
        let lead = lead_key(update.lead_id);
        let lead = self.keys.each_ref().map(|key| key.hash_one((&*lead, buyer_name)));
        let lead = (lead[0], lead[1]);

        let cell = &mut self.cells[place as usize].1;
        cell.updates += 1;
        cell.leads += 1;
        self.stands(lead, place);
        for (name, value) in &update.fields {
            let (name, value) = (self.names.of(name), Decimal::read(value));
            self.cells[place as usize].1.fields.entry(name).or_default().add(value);
            if self.policy.report_sums == ReportSums::LatestValue {
                self.is_latest(lead, name, place, value);
            }
        }
    }

    /// A lead stands here from now on, and no longer where it stood before.
    fn stands(&mut self, lead: LeadOfBuyer, place: Place) {
        if let Some(before) = self.standing.insert(lead, place) {
            self.cells[before as usize].1.leads -= 1;
        }
    }

    /// This value of a lead's field counts from now on, and the one before no longer.
    fn is_latest(&mut self, lead: LeadOfBuyer, field: Name, place: Place, value: Value) {
        if let Some((place, old)) = self.latest.insert((lead, field), (place, value))
            && let Some(total) = self.cells[place as usize].1.fields.get_mut(&field)
        {
            total.remove(old);
        }
    }

    /// Totals of no update yet, to count what was decided later and then be [appended](Self::append).
    #[must_use]
    pub fn sibling(&self) -> Self {
        Self { keys: self.keys.clone(), ..Self::new(&self.policy) }
    }

    /// Adds what was decided after all of these.
    pub fn append(&mut self, later: Self) {
        let names: Vec<Name> = later.names.texts.iter().map(|text| self.names.of(text)).collect();
        let here = |name: Name| names[name.0 as usize];
        for (buyer, (recorded, refused)) in later.arrived {
            let mine = self.arrived.entry(here(buyer)).or_default();
            *mine = (mine.0 + recorded, mine.1 + refused);
        }
        let mut places = Vec::with_capacity(later.cells.len());
        for (Group { day, buyer, campaign, offer, vertical, status, sub_status }, cell) in later.cells {
            let [buyer, campaign, offer, vertical, status] = [buyer, campaign, offer, vertical, status].map(here);
            let sub_status = sub_status.map(here);
            let place = self.place_of(Group { day, buyer, campaign, offer, vertical, status, sub_status });
            let mine = &mut self.cells[place as usize].1;
            mine.updates += cell.updates;
            mine.leads += cell.leads;
            for (field, total) in cell.fields {
                mine.fields.entry(here(field)).or_default().add_all(&total);
            }
            places.push(place);
        }
        self.standing.reserve(later.standing.len());
        for (lead, place) in later.standing {
            self.stands(lead, places[place as usize]);
        }
        for ((lead, field), (place, value)) in later.latest {
            self.is_latest(lead, here(field), places[place as usize], value);
        }
    }

    fn place(&mut self, at: Timestamp, buyer: Name, update: &Recorded<'_>) -> Place {
        let group = Group {
            day: day(at, update.sold, &self.policy),
            buyer,
            campaign: self.names.of(update.campaign),
            offer: self.names.of(update.offer),
            vertical: self.names.of(update.vertical),
            status: self.names.of(update.status),
            sub_status: update.sub_status.map(|name| self.names.of(name)),
        };
        self.place_of(group)
    }

    fn place_of(&mut self, group: Group) -> Place {
        *self.places.entry(group).or_insert_with(|| {
            self.cells.push((group, Cell::default()));
            // There is not the memory for more cells than that.
            Place::try_from(self.cells.len() - 1).unwrap_or(Place::MAX)
        })
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = (&Group, &Cell)> {
        self.cells.iter().map(|(group, cell)| (group, cell))
    }

    /// How many updates of each buyer were recorded, and how many were not; of keys that are nobody's by the empty name.
    pub(super) fn arrived(&self) -> impl Iterator<Item = (&Arc<str>, (u64, u64))> {
        self.arrived.iter().map(|(buyer, counts)| (self.text(*buyer), *counts))
    }

    /// The number of a name that was counted.
    pub(super) fn name(&self, text: &str) -> Option<Name> {
        self.names.numbers.get(text).copied()
    }

    pub(super) fn text(&self, name: Name) -> &Arc<str> {
        &self.names.texts[name.0 as usize]
    }
}

/// The day that an update is counted on; none where the day of the sale is asked for and not known.
pub(super) fn day(at: Timestamp, sold: Option<Date>, policy: &Policy) -> Option<Date> {
    match policy.report_dates {
        ReportDates::Update => Some(policy.time_zone.to_datetime(at).date()),
        ReportDates::Sold => sold,
    }
}

impl FieldTotal {
    fn add(&mut self, value: Value) {
        self.values += 1;
        match value {
            Some(number) => self.sum += number,
            None => self.not_numbers += 1,
        }
    }

    fn remove(&mut self, value: Value) {
        self.values -= 1;
        match value {
            Some(number) => self.sum -= number,
            None => self.not_numbers -= 1,
        }
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        self.values += other.values;
        self.sum += other.sum;
        self.not_numbers += other.not_numbers;
    }
}
