//! The reports of all shards of a run become the report of that run.

use serde::Serialize;

use super::exit::Exit;
use super::report::Report;
use super::snapshots::SnapshotReport;
use super::tally::{always_the_same, tally};
use super::verdict::verdict;

/// Puts the reports of all shards together, each with the name it goes by in a message. The error says which is missing,
/// or which does not belong to the others.
pub fn merge(mut named: Vec<(String, Report)>) -> Result<Report, String> {
    let shard = |report: &Report| report.shard.map(|part| part.shard);
    let Some((first_name, first)) = named.first().cloned() else { return Err("there is nothing to merge".into()) };
    let behaviour =
        |report: &Report| report.behaviour.as_ref().map_or_else(|| "the pack's".to_owned(), ToString::to_string);
    let network = |report: &Report| report.network.clone().unwrap_or_else(|| "none".to_owned());
    for (name, report) in &named {
        let Some(part) = report.shard else {
            return Err(format!("{name} is not a part of a run: it was made without --shard"));
        };
        let first_shard = first.shard.unwrap_or(part);
        let strict = |report: &Report| report.verdict.as_ref().map(|verdict| verdict.strict);
        let cannot = |report: &Report| report.verdict.as_ref().map(|verdict| verdict.out_of_scope.clone());
        let size = |report: &Report| report.verdict.as_ref().map(|verdict| verdict.pack_size);
        [
            differing("caketester's version", &first.caketester, &report.caketester),
            differing("the pack", &first.pack, &report.pack),
            differing("the pack's digest", &first.pack_digest, &report.pack_digest),
            differing("the network", &network(&first), &network(report)),
            differing("the instance", &behaviour(&first), &behaviour(report)),
            differing("the network's names", &first.names, &report.names),
            differing("what was under test", &first.subject, &report.subject),
            differing("the client's name", &first.client, &report.client),
            differing("the command", &first.repeat, &report.repeat),
            differing("--strict", &strict(&first), &strict(report)),
            differing("what is out of scope", &cannot(&first), &cannot(report)),
            differing("the size of the pack", &size(&first), &size(report)),
            differing("the number of shards", &first_shard.shard.of, &part.shard.of),
            differing("the number of scenarios", &first_shard.selected, &part.selected),
        ]
        .into_iter()
        .find_map(|differs| differs)
        .map_or(Ok(()), |how| Err(format!("{first_name} and {name} are not of one run: {how}")))?;
    }
    named.sort_by_key(|(_, report)| shard(report).map(|shard| shard.number));
    for pair in named.windows(2) {
        if let [(one, a), (other, b)] = pair
            && shard(a) == shard(b)
        {
            return Err(format!("{one} and {other} are of the same shard"));
        }
    }
    let of = shard(&first).map_or(1, |shard| shard.of);
    let missing =
        (1..=of).find(|number| named.iter().all(|(_, report)| shard(report).map(|s| s.number) != Some(*number)));
    if let Some(missing) = missing {
        return Err(format!("shard {missing}/{of} is missing"));
    }
    whole(named.into_iter().map(|(_, report)| report).collect(), &first)
}

/// The report of all shards, which are in order.
fn whole(mut shards: Vec<Report>, first: &Report) -> Result<Report, String> {
    let selected = first.shard.map_or(0, |part| part.selected);
    // Each may have said so of its own steps.
    for shard in &mut shards {
        let said = always_the_same(shard);
        shard.remarks.retain(|remark| Some(remark) != said.as_ref());
    }
    let mut parts: Vec<_> = shards.iter_mut().map(|shard| std::mem::take(&mut shard.scenarios).into_iter()).collect();
    let of = parts.len();
    // As they were dealt out, so they are taken in.
    let scenarios: Vec<_> = (0..selected).filter_map(|at| parts[at % of].next()).collect();
    let is_in_order = scenarios.windows(2).all(|pair| pair[0].id < pair[1].id);
    if scenarios.len() < selected || !is_in_order || parts.iter_mut().any(|part| part.next().is_some()) {
        return Err("these shards do not make one run: they are of different packs, or of different selections".into());
    }
    let gets_through = shards.iter().all(|shard| shard.gets_through == Some(true));
    let all_stopped = shards.iter().all(|shard| shard.stop.is_some());
    let mut report = Report {
        started: shards.iter().map(|shard| shard.started).min().unwrap_or(first.started),
        duration_ms: shards.iter().map(|shard| shard.duration_ms).max().unwrap_or(first.duration_ms),
        gets_through: Some(gets_through),
        evidence: shards.iter().filter_map(|shard| shard.evidence).max(),
        shard: None,
        stop: shards.iter().find_map(|shard| shard.stop.clone()),
        ended_early: shards.iter().any(|shard| shard.ended_early),
        interrupted: shards.iter().any(|shard| shard.interrupted),
        rules: if all_stopped { Vec::new() } else { tally(&scenarios, gets_through) },
        scenarios,
        baseline: distinct(&shards, |shard| &shard.baseline),
        snapshots: SnapshotReport {
            missing: distinct(&shards, |shard| &shard.snapshots.missing),
            pending: distinct(&shards, |shard| &shard.snapshots.pending),
            orphaned: distinct(&shards, |shard| &shard.snapshots.orphaned),
        },
        notes: distinct(&shards, |shard| &shard.notes),
        remarks: distinct(&shards, |shard| &shard.remarks),
        ..first.clone()
    };
    report.remarks.extend(always_the_same(&report));
    // The exit code follows from the whole; that snapshots were not in order, only the shards know, which know of CI.
    let is_ci = shards.iter().any(|shard| shard.exit == Exit::Snapshot);
    report.exit = report.conclude(is_ci);
    report.verdict = first.verdict.as_ref().map(|of| verdict(&report, of.strict, &of.out_of_scope, of.pack_size));
    Ok(report)
}

/// What one report has, and what the other.
fn differing<T: PartialEq + Serialize>(what: &str, one: &T, other: &T) -> Option<String> {
    let shown = |value: &T| serde_json::to_string(value).unwrap_or_default();
    (one != other).then(|| format!("{what} is {} in the one, and {} in the other", shown(one), shown(other)))
}

/// Everything that any shard says, once.
fn distinct(shards: &[Report], said: impl Fn(&Report) -> &Vec<String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for text in shards.iter().flat_map(said) {
        if !all.contains(text) {
            all.push(text.clone());
        }
    }
    all
}
