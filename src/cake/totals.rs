//! Running totals of the recorded updates: whatever the Lead Status Master Report is asked, it is answered from these.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use super::decided::Decided;
use super::decimal::Decimal;
use super::instance::lead_key;
use super::policy::{Policy, ReportDates, ReportSums};

/// Totals of the recorded updates, by everything that a report can group and filter by.
#[derive(Debug)]
pub struct Totals {
    policy: Policy,
    names: Names,
    cells: HashMap<Group, Cell>,
    /// What each buyer last reported of each lead.
    standing: HashMap<(Name, Name), Standing>,
    /// How many updates of each buyer were recorded, and how many were not.
    arrived: BTreeMap<Name, (u64, u64)>,
}

/// What a cell is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Group {
    /// The day of the update or of the sale; none where the sale's is not known.
    pub(super) day: Option<Date>,
    pub(super) buyer: Name,
    pub(super) campaign: Name,
    pub(super) offer: Name,
    pub(super) vertical: Name,
}

/// What is counted of one group.
#[derive(Debug, Default)]
pub(super) struct Cell {
    /// The recorded updates.
    pub(super) updates: u64,
    /// The leads that stand at each status, with or without a sub-status.
    pub(super) leads: HashMap<(Name, Option<Name>), u64>,
    /// The custom fields, by name.
    pub(super) fields: HashMap<Name, FieldTotal>,
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

/// What a buyer last reported of a lead.
#[derive(Debug)]
struct Standing {
    group: Group,
    status: (Name, Option<Name>),
    /// The latest value of each field, and where it was counted; only where these are what is summed.
    values: Vec<(Name, Group, Value)>,
}

/// The value of a field, as far as it is counted.
type Value = Option<Decimal>;

/// A name by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Name(u32);

/// Every name once.
#[derive(Debug, Default)]
struct Names {
    numbers: HashMap<Arc<str>, Name>,
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
            cells: HashMap::new(),
            standing: HashMap::new(),
            arrived: BTreeMap::new(),
        }
    }

    /// Adds what was decided next. Only what was recorded is in the report.
    pub fn add(&mut self, decided: &Decided) {
        let buyer = self.names.of(decided.buyer.as_deref().unwrap_or_default());
        let (recorded, refused) = self.arrived.entry(buyer).or_default();
        let Some(update) = &decided.update else {
            *refused += 1;
            return;
        };
        *recorded += 1;
        let group = self.group(decided, buyer);
        let lead = self.names.of(&lead_key(&update.lead_id));
        let status = (self.names.of(&update.status), update.sub_status.as_ref().map(|name| self.names.of(name)));
        let values: Vec<(Name, Value)> =
            update.fields.iter().map(|(name, value)| (self.names.of(name), Decimal::read(value))).collect();

        let cell = self.cells.entry(group).or_default();
        cell.updates += 1;
        *cell.leads.entry(status).or_default() += 1;
        for (field, value) in &values {
            cell.fields.entry(*field).or_default().add(*value);
        }
        let new = Standing { group, status, values: Vec::new() };
        let standing = self.standing.entry((lead, group.buyer));
        let mut before = None;
        let standing = standing.and_modify(|standing| {
            before = Some((standing.group, standing.status));
            (standing.group, standing.status) = (group, status);
        });
        let standing = standing.or_insert(new);
        if let Some((group, status)) = before
            && let Some(count) = self.cells.get_mut(&group).and_then(|cell| cell.leads.get_mut(&status))
        {
            *count -= 1;
        }
        if self.policy.report_sums == ReportSums::EveryUpdate {
            return;
        }
        for (field, value) in values {
            let Some(slot) = standing.values.iter_mut().find(|(known, ..)| *known == field) else {
                standing.values.push((field, group, value));
                continue;
            };
            let (_, counted_in, old) = std::mem::replace(slot, (field, group, value));
            if let Some(total) = self.cells.get_mut(&counted_in).and_then(|cell| cell.fields.get_mut(&field)) {
                total.remove(old);
            }
        }
    }

    fn group(&mut self, decided: &Decided, buyer: Name) -> Group {
        let origin = decided.origin.as_ref();
        let day = day(decided, &self.policy);
        let mut of = |text: Option<&Arc<str>>| self.names.of(text.map_or("", |text| text));
        Group {
            day,
            buyer,
            campaign: of(origin.map(|origin| &origin.campaign)),
            offer: of(origin.map(|origin| &origin.offer)),
            vertical: of(origin.map(|origin| &origin.vertical)),
        }
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = (&Group, &Cell)> {
        self.cells.iter()
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
pub(super) fn day(decided: &Decided, policy: &Policy) -> Option<Date> {
    match policy.report_dates {
        ReportDates::Update => Some(policy.time_zone.to_datetime(decided.at).date()),
        ReportDates::Sold => decided.origin.as_ref().map(|origin| origin.sold),
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
