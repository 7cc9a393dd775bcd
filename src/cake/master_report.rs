//! The Lead Status Master Report: one pure function over running totals.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::instance::{Field, FieldKind};
use super::policy::ReportEndDate;
use super::setup::Setup;
use super::totals::{Cell, FieldTotal, Group, Name, Totals};
use crate::nearest::nearest;

/// What a line of the report is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// The campaign that generated the leads.
    #[default]
    Campaign,
    /// The buyer that reported.
    Buyer,
    /// The offer the leads came through.
    Offer,
    /// The vertical they belong to.
    Vertical,
    /// The day, in the instance's time zone.
    Day,
}

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// What a line is about.
    pub by: Dimension,
    /// The first day.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub from: Option<Date>,
    /// The last day; whether it is part of the report is a knob.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub to: Option<Date>,
    /// Only these buyers; all where there is none. Likewise below.
    pub buyers: Vec<String>,
    /// Only these offers.
    pub offers: Vec<String>,
    /// Only these verticals.
    pub verticals: Vec<String>,
}

/// Why a question cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum QuestionError {
    /// The dates leave no day.
    #[error("no day lies between {from} and {to}{why}\n  help: name a later last day")]
    NoDay {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
        /// What is known of the reason.
        why: &'static str,
    },
    /// There is no such buyer.
    #[error("there is no buyer {name:?}\n  help: {help}")]
    NoBuyer {
        /// The name that was asked for.
        name: String,
        /// Which was meant, or which there are.
        help: String,
    },
}

impl Question {
    /// Whether it can be answered for an instance.
    pub fn check(&self, setup: &Setup) -> Result<(), QuestionError> {
        if let (Some(from), Some(to)) = (self.from, self.to) {
            let is_excluded = setup.policy.report_end_date == ReportEndDate::Excluded;
            if to < from || (is_excluded && to == from) {
                let why = if to == from { ": the last day is excluded" } else { "" };
                return Err(QuestionError::NoDay { from, to, why });
            }
        }
        let Some(name) = self.buyers.iter().find(|name| setup.buyers.iter().all(|known| **known != ***name)) else {
            return Ok(());
        };
        let known = setup.buyers.iter().map(|name| &**name);
        let help = match nearest(name, known.clone()) {
            Some(meant) => format!("did you mean {meant:?}?"),
            None => format!("known: {}", known.collect::<Vec<_>>().join(", ")),
        };
        Err(QuestionError::NoBuyer { name: name.clone(), help })
    }
}

/// The report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MasterReport {
    /// What was asked.
    pub question: Question,
    /// A column for each status: the configured ones, then others that leads stand at.
    pub statuses: Vec<StatusColumn>,
    /// A column for each configured custom field.
    pub fields: Vec<Field>,
    /// The lines, by name or day.
    pub lines: Vec<Line>,
    /// All lines together.
    pub total: Line,
    /// The buyers that never sent an update that was recorded, whatever was asked of dates, offers and verticals.
    pub no_status_data: Vec<Arc<str>>,
    /// What arrived of each buyer, whatever was asked: the configured ones, then others; the empty name is nobody's key.
    pub arrived: Vec<Arrived>,
    /// The offers of what was recorded, whatever was asked.
    pub offers: BTreeSet<Arc<str>>,
    /// The verticals, likewise.
    pub verticals: BTreeSet<Arc<str>>,
}

/// What arrived of one buyer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Arrived {
    /// The buyer.
    pub buyer: Arc<str>,
    /// How many updates were recorded.
    pub recorded: u64,
    /// How many were refused, or lost to a scenario's fault.
    pub not_recorded: u64,
}

/// A column of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatusColumn {
    /// The status.
    pub name: Arc<str>,
    /// Whether it is configured.
    pub is_configured: bool,
    /// Its sub-statuses: the configured ones, then others that leads stand at.
    pub sub_statuses: Vec<Arc<str>>,
}

/// A line of the report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// The campaign, buyer, offer, vertical or day; empty where it is not known, and for the total.
    pub name: Arc<str>,
    /// How many leads stand at a status. A lead counts once for each buyer that reported it.
    pub leads: u64,
    /// How many updates were recorded.
    pub updates: u64,
    /// The leads at each status, column by column.
    pub statuses: Vec<StatusCount>,
    /// The custom fields, column by column.
    pub fields: Vec<FieldSum>,
}

/// The leads at one status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatusCount {
    /// How many there are.
    pub leads: u64,
    /// How many of the line's leads that is, in thousandths, rounded.
    pub per_mille: u64,
    /// The leads at each of its sub-statuses, in the order of the column; the rest have none.
    pub sub_statuses: Vec<u64>,
}

/// What a line has of a custom field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldSum {
    /// The exact sum of its values, as a decimal number; absent for a text field.
    pub sum: Option<String>,
    /// How many values it has.
    pub values: u64,
    /// How many of these are no plain number, and so not in the sum.
    pub not_summed: u64,
}

/// Whether a day is among those that are asked for. An unknown one is only where no day is asked for.
pub(super) fn is_asked(day: Option<Date>, question: &Question, end: ReportEndDate) -> bool {
    let is_after_start = question.from.is_none_or(|from| day.is_some_and(|day| day >= from));
    let is_before_end = question.to.is_none_or(|to| {
        day.is_some_and(|day| match end {
            ReportEndDate::Excluded => day < to,
            ReportEndDate::Included => day <= to,
        })
    });
    is_after_start && is_before_end
}

/// Whether a name is among those that are asked for.
pub(super) fn is_among(name: &str, asked: &[String]) -> bool {
    asked.is_empty() || asked.iter().any(|asked| asked == name)
}

/// What a line adds up, before columns are known.
#[derive(Default)]
struct Sums {
    updates: u64,
    leads: HashMap<(Name, Option<Name>), u64>,
    fields: HashMap<Name, FieldTotal>,
}

impl Sums {
    fn add(&mut self, group: &Group, cell: &Cell) {
        self.updates += cell.updates;
        *self.leads.entry((group.status, group.sub_status)).or_default() += cell.leads;
        for (field, total) in &cell.fields {
            self.fields.entry(*field).or_default().add_all(total);
        }
    }
}

/// The report of what has been added to the totals.
pub fn master_report(totals: &Totals, setup: &Setup, question: &Question) -> MasterReport {
    let text = |name: Name| Arc::clone(totals.text(name));
    let matches = |group: &Group| {
        is_asked(group.day, question, setup.policy.report_end_date)
            && is_among(totals.text(group.buyer), &question.buyers)
            && is_among(totals.text(group.offer), &question.offers)
            && is_among(totals.text(group.vertical), &question.verticals)
    };
    let mut lines: BTreeMap<Arc<str>, Sums> = BTreeMap::new();
    let mut total = Sums::default();
    for (group, cell) in totals.cells().filter(|(group, _)| matches(group)) {
        let name = match question.by {
            Dimension::Campaign => text(group.campaign),
            Dimension::Buyer => text(group.buyer),
            Dimension::Offer => text(group.offer),
            Dimension::Vertical => text(group.vertical),
            Dimension::Day => group.day.map_or_else(|| "".into(), |day| day.to_string().into()),
        };
        lines.entry(name).or_default().add(group, cell);
        total.add(group, cell);
    }
    let statuses = columns(totals, setup, &total);
    let arrived = arrived(totals, setup);
    let configured = arrived[..setup.buyers.len()].iter();
    let silent = configured.filter(|of| of.recorded == 0 && is_among(&of.buyer, &question.buyers));
    let no_status_data: Vec<_> = silent.map(|of| Arc::clone(&of.buyer)).collect();
    let (offers, verticals): (BTreeSet<_>, BTreeSet<_>) =
        totals.cells().map(|(group, _)| (text(group.offer), text(group.vertical))).unzip();
    let layout = Layout::new(totals, &statuses, &setup.fields);
    let mut lines: Vec<Line> = lines.into_iter().map(|(name, sums)| layout.line(name, &sums)).collect();
    if question.by == Dimension::Buyer {
        lines.extend(no_status_data.iter().map(|buyer| layout.line(Arc::clone(buyer), &Sums::default())));
        lines.sort_by(|a, b| a.name.cmp(&b.name));
    }
    let total = layout.line("".into(), &total);
    MasterReport {
        question: question.clone(),
        statuses,
        fields: setup.fields.clone(),
        lines,
        total,
        no_status_data,
        arrived,
        offers,
        verticals,
    }
}

fn arrived(totals: &Totals, setup: &Setup) -> Vec<Arrived> {
    let mut counts: BTreeMap<&Arc<str>, (u64, u64)> = totals.arrived().collect();
    let of = |(buyer, (recorded, not_recorded)): (&Arc<str>, (u64, u64))| Arrived {
        buyer: Arc::clone(buyer),
        recorded,
        not_recorded,
    };
    let configured = setup.buyers.iter().map(|buyer| (buyer, counts.remove(buyer).unwrap_or_default()));
    let mut arrived: Vec<Arrived> = configured.map(of).collect();
    arrived.extend(counts.into_iter().map(of));
    arrived
}

fn columns(totals: &Totals, setup: &Setup, total: &Sums) -> Vec<StatusColumn> {
    let configured = setup.statuses.iter().map(|status| StatusColumn {
        name: status.name.as_str().into(),
        is_configured: true,
        sub_statuses: status.sub_statuses.iter().map(|name| name.as_str().into()).collect(),
    });
    let mut columns: Vec<StatusColumn> = configured.collect();
    let layout = Layout::new(totals, &columns, &setup.fields);
    let counted = total.leads.iter().filter(|(_, leads)| **leads > 0).map(|(status, _)| *status);
    let others = counted.filter(|(status, sub)| layout.place(*status, *sub).is_none());
    let mut others: Vec<_> =
        others.map(|(status, sub)| (totals.text(status), sub.map(|sub| totals.text(sub)))).collect();
    others.sort_unstable();
    let mut places: HashMap<Arc<str>, usize> =
        (0..).zip(&columns).map(|(at, column)| (Arc::clone(&column.name), at)).collect();
    for (status, sub_status) in others {
        let at = *places.entry(Arc::clone(status)).or_insert_with(|| {
            columns.push(StatusColumn { name: Arc::clone(status), is_configured: false, sub_statuses: Vec::new() });
            columns.len() - 1
        });
        columns[at].sub_statuses.extend(sub_status.cloned());
    }
    columns
}

/// The columns that each line has, and where what was counted belongs.
struct Layout {
    statuses: HashMap<Name, usize>,
    sub_statuses: HashMap<(Name, Name), usize>,
    fields: HashMap<Name, usize>,
    empty: Line,
    is_number: Vec<bool>,
}

impl Layout {
    fn new(totals: &Totals, statuses: &[StatusColumn], fields: &[Field]) -> Self {
        let named = (0..).zip(statuses).filter_map(|(at, column)| Some((at, column, totals.name(&column.name)?)));
        let mut sub_statuses = HashMap::new();
        for (_, column, status) in named.clone() {
            let subs = (0..).zip(&column.sub_statuses).filter_map(|(at, sub)| Some(((status, totals.name(sub)?), at)));
            sub_statuses.extend(subs);
        }
        let count = |column: &StatusColumn| StatusCount {
            sub_statuses: vec![0; column.sub_statuses.len()],
            ..StatusCount::default()
        };
        Self {
            statuses: named.map(|(at, _, status)| (status, at)).collect(),
            sub_statuses,
            fields: (0..).zip(fields).filter_map(|(at, field)| Some((totals.name(&field.name)?, at))).collect(),
            empty: Line { statuses: statuses.iter().map(count).collect(), ..Line::default() },
            is_number: fields.iter().map(|field| field.kind == FieldKind::Number).collect(),
        }
    }

    /// The column of a status, and the place of its sub-status in it; nothing where either has none.
    fn place(&self, status: Name, sub_status: Option<Name>) -> Option<(usize, Option<usize>)> {
        let at = *self.statuses.get(&status)?;
        match sub_status {
            None => Some((at, None)),
            Some(sub) => Some((at, Some(*self.sub_statuses.get(&(status, sub))?))),
        }
    }

    fn line(&self, name: Arc<str>, sums: &Sums) -> Line {
        let mut line = Line { name, leads: sums.leads.values().sum(), updates: sums.updates, ..self.empty.clone() };
        for ((status, sub_status), leads) in &sums.leads {
            let Some((at, sub_at)) = self.place(*status, *sub_status) else { continue };
            line.statuses[at].leads += leads;
            if let Some(sub_at) = sub_at {
                line.statuses[at].sub_statuses[sub_at] += leads;
            }
        }
        for count in &mut line.statuses {
            count.per_mille = per_mille(count.leads, line.leads);
        }
        let mut totals = vec![FieldTotal::default(); self.is_number.len()];
        for (field, total) in &sums.fields {
            if let Some(at) = self.fields.get(field) {
                totals[*at] = *total;
            }
        }
        let sum = |(total, is_number): (FieldTotal, &bool)| FieldSum {
            sum: is_number.then(|| total.sum.to_string()),
            values: total.values,
            not_summed: if *is_number { total.not_numbers } else { 0 },
        };
        line.fields = totals.into_iter().zip(&self.is_number).map(sum).collect();
        line
    }
}

fn per_mille(part: u64, whole: u64) -> u64 {
    if whole == 0 { 0 } else { (part * 2_000 + whole) / (whole * 2) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::{Dimension, MasterReport, Question, master_report};
    use crate::cake::decided::Decided;
    use crate::cake::instance::Origin;
    use crate::cake::instance::{Field, FieldKind, Status};
    use crate::cake::policy::{Policy, ReportDates, ReportEndDate, ReportSums};
    use crate::cake::setup::Setup;
    use crate::cake::totals::Totals;
    use crate::protocol::{Code, Update};

    fn setup(policy: Policy) -> Setup {
        let field = |name: &str, kind| Field { label: name.to_uppercase(), name: name.into(), kind };
        Setup {
            enabled: true,
            buyers: ["Acme".into(), "Borealis".into()].into(),
            statuses: vec![
                Status { name: "Funded".into(), sub_statuses: vec!["Full".into()] },
                Status { name: "Lost".into(), sub_statuses: vec![] },
            ],
            fields: vec![field("amount", FieldKind::Number), field("note", FieldKind::String)],
            policy,
        }
    }

    /// Day and hour of January 2026, buyer, lead, status, amount.
    type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

    fn report(rows: &[Row], policy: Policy, question: &Question) -> MasterReport {
        let mut totals = Totals::new(&policy);
        for (at, buyer, lead, status, amount) in rows {
            let (status, sub_status) =
                status.split_once('/').map_or((*status, None), |(it, sub)| (it, Some(sub.into())));
            let fields =
                [("amount".to_owned(), (*amount).to_owned())].into_iter().filter(|(_, value)| !value.is_empty());
            let update =
                Update { lead_id: (*lead).into(), status: status.into(), sub_status, fields: fields.collect() };
            let (campaign, sold) = if *lead == "B2" { ("Email", 20) } else { ("Search", 10) };
            totals.add(&Decided {
                at: format!("2026-01-{at}:00:00Z").parse().unwrap(),
                lead_id: (*lead).into(),
                buyer: Some((*buyer).into()),
                attempt: 1,
                code: Some(Code::SUCCESS),
                why: String::new(),
                update: Some(update),
                origin: Some(Origin {
                    campaign: campaign.into(),
                    offer: "Loan".into(),
                    vertical: "Lending".into(),
                    sold: date(2026, 1, sold),
                }),
                scenario: None,
            });
        }
        master_report(&totals, &setup(policy), question)
    }

    /// A line as `name: leads; count per status; sum`.
    fn lines(report: &MasterReport) -> Vec<String> {
        let shown = report.lines.iter().map(|line| {
            let counts: Vec<String> = line.statuses.iter().map(|count| count.leads.to_string()).collect();
            let sum = line.fields[0].sum.as_deref().unwrap_or_default();
            format!("{}: {}; {}; {sum}", line.name, line.leads, counts.join(" "))
        });
        shown.collect()
    }

    fn by(by: Dimension) -> Question {
        Question { by, ..Question::default() }
    }

    const ROWS: [Row; 4] = [
        ("15T09", "Acme", "A1", "Lost", "100"),
        ("16T09", "Acme", "A1", "Funded/Full", "25000.50"),
        ("16T10", "Acme", "B2", "Funded", "n/a"),
        ("17T03", "Acme", "C3", "Returned/Late", ""),
    ];

    #[test]
    fn a_line_for_each_campaign_and_a_column_for_each_status_and_field() {
        let report = report(&ROWS, Policy::default(), &by(Dimension::Campaign));
        assert_eq!(lines(&report), ["Email: 1; 1 0 0; 0", "Search: 2; 1 0 1; 25100.50"]);
        let columns: Vec<_> = report.statuses.iter().map(|column| (&*column.name, column.is_configured)).collect();
        assert_eq!(columns, [("Funded", true), ("Lost", true), ("Returned", false)]);
        let total = &report.total;
        assert_eq!((total.leads, total.updates, total.statuses[0].per_mille), (3, 4, 667));
        assert_eq!(total.statuses[0].sub_statuses, [1]);
        assert_eq!(&*report.statuses[2].sub_statuses[0], "Late");
        assert_eq!((total.fields[0].values, total.fields[0].not_summed), (3, 1));
        assert_eq!(total.fields[1].sum, None);
    }

    #[test]
    fn a_number_field_is_summed_on_every_update_or_by_its_latest_value() {
        let rows = [
            ("15T09", "Acme", "A1", "Lost", "100"),
            ("16T09", "Acme", "A1", "Lost", "0.10"),
            ("17T09", "Acme", "A1", "Lost", ""),
        ];
        let sum = |report_sums| report(&rows, Policy { report_sums, ..Policy::default() }, &Question::default()).total;
        assert_eq!(sum(ReportSums::EveryUpdate).fields[0].sum.as_deref(), Some("100.10"));
        assert_eq!(sum(ReportSums::LatestValue).fields[0].sum.as_deref(), Some("0.10"));
    }

    #[test]
    fn each_update_sets_the_status_of_its_lead_anew() {
        let rows = [
            ("15T09", "Acme", "A1", "Funded/Full", ""),
            ("16T09", "Acme", "A1", "Lost", ""),
            ("17T09", "Acme", "A1", "Funded", ""),
        ];
        let counts = |rows: &[Row]| lines(&report(rows, Policy::default(), &Question::default()));
        assert_eq!(counts(&rows[..2]), ["Search: 1; 0 1; 0"]);
        let report = report(&rows, Policy::default(), &Question::default());
        assert_eq!(lines(&report), ["Search: 1; 1 0; 0"]);
        assert_eq!(report.total.statuses[0].sub_statuses, [0]);
    }

    #[test]
    fn a_day_is_one_of_the_instances_time_zone() {
        let zone = |name: &str| Policy { time_zone: TimeZone::get(name).unwrap(), ..Policy::default() };
        let rows = [ROWS[3]];
        assert_eq!(lines(&report(&rows, zone("UTC"), &by(Dimension::Day))), ["2026-01-17: 1; 0 0 1; 0"]);
        let pacific = report(&rows, zone("America/Los_Angeles"), &by(Dimension::Day));
        assert_eq!(lines(&pacific), ["2026-01-16: 1; 0 0 1; 0"]);
    }

    #[test]
    fn the_dates_are_those_of_the_update_or_of_the_sale() {
        let question = Question { from: Some(date(2026, 1, 16)), to: Some(date(2026, 1, 18)), ..Question::default() };
        let leads = |report_dates| report(&ROWS, Policy { report_dates, ..Policy::default() }, &question).total.leads;
        assert_eq!((leads(ReportDates::Update), leads(ReportDates::Sold)), (3, 0));
    }

    #[test]
    fn the_end_date_excludes_its_day_or_includes_it() {
        let question = Question { to: Some(date(2026, 1, 16)), ..by(Dimension::Day) };
        let shown = |report_end_date| lines(&report(&ROWS, Policy { report_end_date, ..Policy::default() }, &question));
        // The lead that was updated once more afterwards stands elsewhere by now; its amount stays.
        assert_eq!(shown(ReportEndDate::Excluded), ["2026-01-15: 0; 0 0; 100"]);
        assert_eq!(shown(ReportEndDate::Included), ["2026-01-15: 0; 0 0; 100", "2026-01-16: 2; 2 0; 25000.50"]);
    }

    #[test]
    fn each_buyer_of_a_lead_has_its_own_status() {
        let rows = [("15T09", "Acme", "A1", "Lost", ""), ("16T09", "Borealis", "a1 ", "Funded", "")];
        assert_eq!(lines(&report(&rows, Policy::default(), &by(Dimension::Campaign))), ["Search: 2; 1 1; 0"]);
        let by_buyer = report(&rows, Policy::default(), &by(Dimension::Buyer));
        assert_eq!(lines(&by_buyer), ["Acme: 1; 0 1; 0", "Borealis: 1; 1 0; 0"]);
    }

    #[test]
    fn a_buyer_that_never_sent_an_update_shows_no_status_data() {
        let question = Question { from: Some(date(2027, 1, 1)), ..by(Dimension::Buyer) };
        let silent = report(&ROWS, Policy::default(), &question);
        assert_eq!(silent.no_status_data, ["Borealis".into()]);
        assert_eq!(lines(&silent), ["Borealis: 0; 0 0; 0"]);
        let only = Question { buyers: vec!["Acme".into()], ..question };
        assert!(report(&ROWS, Policy::default(), &only).no_status_data.is_empty());
    }

    #[test]
    fn what_was_refused_counts_nowhere() {
        let mut totals = Totals::new(&Policy::default());
        totals.add(&Decided {
            at: jiff::Timestamp::UNIX_EPOCH,
            lead_id: "A1".into(),
            buyer: None,
            attempt: 1,
            code: Some(Code::INVALID_KEY),
            why: String::new(),
            update: None,
            origin: None,
            scenario: None,
        });
        let report = master_report(&totals, &setup(Policy::default()), &by(Dimension::Buyer));
        assert_eq!((report.total.updates, report.no_status_data.len()), (0, 2));
    }
}
