//! The Lead Status Master Report against a naive oracle, which looks at every update again for each number it gives.

use std::collections::BTreeSet;

use caketester::cake::{
    Decided, Dimension, Field, FieldKind, Origin, Policy, Question, ReportDates, ReportEndDate, ReportSums, Setup,
    Status, Totals, master_report,
};
use caketester::protocol::{Code, Update};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const BUYERS: [&str; 3] = ["Acme", "Borealis", "Silent"];
const LEADS: [&str; 5] = ["A1", "B2", "C3", "D4", "E5"];
const STATUSES: [(&str, Option<&str>); 6] = [
    ("Funded", None),
    ("Funded", Some("Full")),
    ("Funded", Some("Odd")),
    ("Lost", None),
    ("Gone", None),
    ("Gone", Some("Odd")),
];
/// What a number field may hold, and what that is in hundredths.
const AMOUNTS: [(&str, Option<i64>); 6] = [
    ("25000", Some(2_500_000)),
    ("0.1", Some(10)),
    ("-3.45", Some(-345)),
    ("n/a", None),
    ("1e3", None),
    ("007.70", Some(770)),
];
const HOUR: i64 = 3_600;
/// 2026-01-10, in winter: Los Angeles is eight hours behind all along.
const START: i64 = 1_768_003_200;

#[derive(Debug, Clone)]
struct Sent {
    hour: i64,
    lead: usize,
    buyer: usize,
    status: usize,
    amount: Option<usize>,
    is_recorded: bool,
}

fn sent() -> impl Strategy<Value = Sent> {
    let amount = prop::option::of(0..AMOUNTS.len());
    (0..120_i64, 0..LEADS.len(), 0..2_usize, 0..STATUSES.len(), amount, prop::bool::weighted(0.85)).prop_map(
        |(hour, lead, buyer, status, amount, is_recorded)| Sent { hour, lead, buyer, status, amount, is_recorded },
    )
}

fn question() -> impl Strategy<Value = Question> {
    let day = || prop::option::of(8..17_i8);
    let some = |of: [&'static str; 2]| prop::sample::subsequence(of.to_vec(), 0..=1);
    let dimensions = [Dimension::Campaign, Dimension::Buyer, Dimension::Offer, Dimension::Vertical, Dimension::Day];
    (
        prop::sample::select(dimensions.to_vec()),
        day(),
        day(),
        some(["Acme", "Silent"]),
        some(["Offer 0", "x"]),
        some(["Vertical 1", "Vertical 0"]),
    )
        .prop_map(|(by, from, to, buyers, offers, verticals)| {
            let day = |day: Option<i8>| day.map(|day| date(2026, 1, day));
            let [buyers, offers, verticals] =
                [buyers, offers, verticals].map(|names| names.iter().map(ToString::to_string).collect());
            Question { by, from: day(from), to: day(to), buyers, offers, verticals }
        })
}

fn policy() -> impl Strategy<Value = Policy> {
    any::<[bool; 4]>().prop_map(|[pacific, sold, latest, included]| Policy {
        time_zone: if pacific { TimeZone::get("America/Los_Angeles").expect("it is built in") } else { TimeZone::UTC },
        report_dates: if sold { ReportDates::Sold } else { ReportDates::Update },
        report_sums: if latest { ReportSums::LatestValue } else { ReportSums::EveryUpdate },
        report_end_date: if included { ReportEndDate::Included } else { ReportEndDate::Excluded },
        ..Policy::default()
    })
}

/// Campaign, offer, vertical and the day sold follow from the lead's number.
fn origin(lead: usize) -> (String, String, String, Date) {
    let day = i8::try_from(lead).expect("there are few") + 9;
    (
        format!("Campaign {}", lead % 3),
        format!("Offer {}", lead % 2),
        format!("Vertical {}", lead / 3),
        date(2026, 1, day),
    )
}

fn decided(sent: &Sent) -> Decided {
    let (status, sub_status) = STATUSES[sent.status];
    let (campaign, offer, vertical, sold) = origin(sent.lead);
    let fields = sent.amount.map(|at| ("amount".to_owned(), AMOUNTS[at].0.to_owned()));
    let update = Update {
        lead_id: LEADS[sent.lead].into(),
        status: status.into(),
        sub_status: sub_status.map(str::to_owned),
        fields: fields.into_iter().collect(),
    };
    Decided {
        at: Timestamp::from_second(START).expect("it is in range") + SignedDuration::from_secs(sent.hour * HOUR),
        lead_id: LEADS[sent.lead].into(),
        buyer: Some(BUYERS[sent.buyer].into()),
        attempt: 1,
        code: Some(if sent.is_recorded { Code::SUCCESS } else { Code::STATUS_NOT_RECOGNISED }),
        why: String::new(),
        update: sent.is_recorded.then_some(update),
        origin: Some(Origin { campaign: campaign.into(), offer: offer.into(), vertical: vertical.into(), sold }),
        scenario: None,
    }
}

/// Everything that was recorded, looked at again for each number.
struct Oracle<'o> {
    recorded: Vec<&'o Sent>,
    policy: &'o Policy,
    question: &'o Question,
}

impl Oracle<'_> {
    fn day(&self, sent: &Sent) -> Date {
        if self.policy.report_dates == ReportDates::Sold {
            return origin(sent.lead).3;
        }
        let behind = if self.policy.time_zone == TimeZone::UTC { 0 } else { 8 };
        let days = (sent.hour - behind).div_euclid(24);
        date(2026, 1, i8::try_from(10 + days).expect("it is in January"))
    }

    fn name(&self, sent: &Sent) -> String {
        let (campaign, offer, vertical, _) = origin(sent.lead);
        match self.question.by {
            Dimension::Campaign => campaign,
            Dimension::Buyer => BUYERS[sent.buyer].to_owned(),
            Dimension::Offer => offer,
            Dimension::Vertical => vertical,
            Dimension::Day => self.day(sent).to_string(),
        }
    }

    /// Whether an update is asked for, and belongs to this line; to any, where there is none.
    fn is_here(&self, sent: &Sent, line: Option<&str>) -> bool {
        let Question { from, to, buyers, offers, verticals, .. } = self.question;
        let (_, offer, vertical, _) = origin(sent.lead);
        let day = self.day(sent);
        let ends = to.map(|to| {
            if self.policy.report_end_date == ReportEndDate::Included {
                to.tomorrow().expect("it is early")
            } else {
                to
            }
        });
        !(from.is_some_and(|from| day < from)
            || ends.is_some_and(|end| day >= end)
            || !buyers.is_empty() && !buyers.contains(&BUYERS[sent.buyer].to_owned())
            || !offers.is_empty() && !offers.contains(&offer)
            || !verticals.is_empty() && !verticals.contains(&vertical)
            || line.is_some_and(|line| self.name(sent) != line))
    }

    fn is_followed(&self, at: usize, by: impl Fn(&Sent) -> bool) -> bool {
        let this = self.recorded[at];
        self.recorded[at + 1..].iter().any(|later| later.lead == this.lead && later.buyer == this.buyer && by(later))
    }

    fn leads(&self, line: Option<&str>, status: impl Fn((&str, Option<&str>)) -> bool) -> u64 {
        let stands = |at: &usize| {
            let sent = self.recorded[*at];
            self.is_here(sent, line) && status(STATUSES[sent.status]) && !self.is_followed(*at, |_| true)
        };
        (0..self.recorded.len()).filter(stands).count() as u64
    }

    fn sum(&self, line: Option<&str>) -> (i64, u64, u64) {
        let mut sum = (0, 0, 0);
        for (at, sent) in self.recorded.iter().enumerate() {
            let Some(amount) = sent.amount.filter(|_| self.is_here(sent, line)) else { continue };
            if self.policy.report_sums == ReportSums::LatestValue
                && self.is_followed(at, |later| later.amount.is_some())
            {
                continue;
            }
            sum.1 += 1;
            match AMOUNTS[amount].1 {
                Some(hundredths) => sum.0 += hundredths,
                None => sum.2 += 1,
            }
        }
        sum
    }
}

fn as_money(hundredths: i64) -> String {
    let (sign, amount) = (if hundredths < 0 { "-" } else { "" }, hundredths.abs());
    if amount % 100 == 0 {
        format!("{sign}{}", amount / 100)
    } else {
        format!("{sign}{}.{:02}", amount / 100, amount % 100)
    }
}

fn setup(policy: &Policy) -> Setup {
    Setup {
        enabled: true,
        buyers: BUYERS.map(Into::into).into(),
        statuses: vec![
            Status { name: "Funded".into(), sub_statuses: vec!["Full".into()] },
            Status { name: "Lost".into(), sub_statuses: vec![] },
        ],
        fields: vec![Field { label: "Amount".into(), name: "amount".into(), kind: FieldKind::Number }],
        policy: policy.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_report_agrees_with_looking_at_every_update_again(
        history in prop::collection::vec(sent(), 0..14),
        policy in policy(),
        question in question(),
        cut in 0..14_usize,
    ) {
        let mut totals = Totals::new(&policy);
        let mut later = totals.sibling();
        for (at, sent) in history.iter().enumerate() {
            if at < cut { totals.add(&decided(sent)) } else { later.add(&decided(sent)) }
        }
        totals.append(later);
        let report = master_report(&totals, &setup(&policy), &question);

        let recorded: Vec<&Sent> = history.iter().filter(|sent| sent.is_recorded).collect();
        let oracle = Oracle { recorded, policy: &policy, question: &question };
        let silent = BUYERS.iter().enumerate().filter(|(at, name)| {
            oracle.recorded.iter().all(|sent| sent.buyer != *at)
                && (question.buyers.is_empty() || question.buyers.iter().any(|asked| asked == *name))
        });
        let silent: Vec<String> = silent.map(|(_, name)| (*name).to_owned()).collect();
        let mut names: BTreeSet<String> =
            oracle.recorded.iter().filter(|sent| oracle.is_here(sent, None)).map(|sent| oracle.name(sent)).collect();
        if question.by == Dimension::Buyer {
            names.extend(silent.iter().cloned());
        }
        prop_assert_eq!(report.no_status_data.iter().map(ToString::to_string).collect::<Vec<_>>(), silent);
        let lines: Vec<&str> = report.lines.iter().map(|line| &*line.name).collect();
        prop_assert_eq!(&lines, &names.iter().map(String::as_str).collect::<Vec<_>>());

        for (line, name) in report.lines.iter().map(|line| (line, Some(&*line.name))).chain([(&report.total, None)]) {
            prop_assert_eq!(line.leads, oracle.leads(name, |_| true));
            let updates = oracle.recorded.iter().filter(|sent| oracle.is_here(sent, name)).count() as u64;
            prop_assert_eq!(line.updates, updates);
            let mut in_columns = 0;
            for (column, count) in report.statuses.iter().zip(&line.statuses) {
                in_columns += count.leads;
                prop_assert_eq!(count.leads, oracle.leads(name, |(status, _)| *status == *column.name));
                #[expect(clippy::cast_precision_loss, reason = "they are few")]
                let share = count.leads as f64 * 1_000.0 / line.leads.max(1) as f64;
                #[expect(clippy::cast_precision_loss, reason = "they are few")]
                let shown = count.per_mille as f64;
                prop_assert!((share - shown).abs() <= 0.5 + 1e-9);
                for (sub_status, leads) in column.sub_statuses.iter().zip(&count.sub_statuses) {
                    prop_assert_eq!(*leads, oracle.leads(name, |it| it == (&*column.name, Some(&**sub_status))));
                }
            }
            prop_assert_eq!(in_columns, line.leads);
            let (sum, values, not_summed) = oracle.sum(name);
            let field = &line.fields[0];
            prop_assert_eq!((field.sum.clone(), field.values, field.not_summed), (Some(as_money(sum)), values, not_summed));
        }
    }
}
