//! The reports of all shards of a run become the report of that run.

use indexmap::IndexSet;
use serde_json::{Value, json};

use super::exit::Exit;
use super::report::Report;
use super::snapshots::SnapshotReport;
use super::tally::{always_the_same, tally};
use super::verdict::anew;

/// Puts the reports of all shards together, each with the name it goes by in a message. The error says which is missing,
/// or which does not belong to the others.
pub fn merge(mut named: Vec<(String, Report)>) -> Result<Report, String> {
    let shard = |report: &Report| report.shard.map(|part| part.shard);
    let Some((first_name, first)) = named.first().cloned() else { return Err("there is nothing to merge".into()) };
    for (name, report) in &named {
        if report.shard.is_none() {
            return Err(format!("{name} is not a part of a run: it was made without --shard"));
        }
        let mut both = in_common(&first).into_iter().zip(in_common(report));
        if let Some(((what, one), (_, other))) = both.find(|((_, one), (_, other))| one != other) {
            let how = format!("{what} is {one} in the one, and {other} in the other");
            return Err(format!("{first_name} and {name} are not of one run: {how}"));
        }
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
    report.verdict = first.verdict.as_ref().map(|verdict| anew(verdict, &report));
    Ok(report)
}

/// What the shards of a run have in common.
fn in_common(report: &Report) -> [(&'static str, Value); 14] {
    let (part, verdict) = (report.shard.as_ref(), report.verdict.as_ref());
    [
        ("caketester's version", json!(report.caketester)),
        ("the pack", json!(report.pack)),
        ("the pack's digest", json!(report.pack_digest)),
        ("the network", json!(report.network)),
        ("the instance", json!(report.behaviour)),
        ("the network's names", json!(report.names)),
        ("what was under test", json!(report.subject)),
        ("the client's name", json!(report.client)),
        ("the command", json!(report.repeat)),
        ("--strict", json!(verdict.map(|verdict| verdict.strict))),
        ("what is out of scope", json!(verdict.map(|verdict| &verdict.out_of_scope))),
        ("the size of the pack", json!(verdict.map(|verdict| verdict.pack_size))),
        ("the number of shards", json!(part.map(|part| part.shard.of))),
        ("the number of scenarios", json!(part.map(|part| part.selected))),
    ]
}

/// Everything that any shard says, once.
fn distinct(shards: &[Report], said: impl Fn(&Report) -> &Vec<String>) -> Vec<String> {
    let all: IndexSet<&String> = shards.iter().flat_map(said).collect();
    all.into_iter().cloned().collect()
}
