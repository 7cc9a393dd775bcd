//! Which scenarios of a pack are meant, as the command line says it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::options::headings::WHICH;
use crate::cli::output::Output;
use crate::cli::reporting::report::read;
use crate::judge::{Exit, scenarios_about};
use crate::nearest::nearest;
use crate::pack::{Pack, Selection, Shard, Unmatched, check_glob};
use crate::protocol::Code;
use crate::rules::{RULES, RuleId, rule};

/// `--only`, `--tag`, `--code`, `--rule`, `--last-failed`: a scenario has to fit one condition of each kind
/// that is given.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct SelectionArguments {
    /// Only this scenario (codes/success), area (codes) or glob ('codes/*', '*/wrong-*'); repeatable or comma-separated
    #[arg(help_heading = WHICH, long, value_name = "ID", value_delimiter = ',', value_parser = id_or_glob)]
    only: Vec<String>,
    /// Only scenarios with this tag; repeatable
    #[arg(help_heading = WHICH, long, value_name = "TAG")]
    tag: Vec<String>,
    /// Only scenarios in which CAKE answers with this code; repeatable or comma-separated
    #[arg(help_heading = WHICH, long, value_name = "CODE", value_delimiter = ',', allow_negative_numbers = true)]
    code: Vec<i64>,
    /// Only scenarios that check this rule (A02); repeatable or comma-separated
    #[arg(help_heading = WHICH, long, value_name = "RULE", value_delimiter = ',', value_parser = rule_id)]
    rule: Vec<RuleId>,
    /// Only scenarios that this JSON report (--report json=PATH) lists as failed, flaky or not run
    #[arg(help_heading = WHICH, long, value_name = "REPORT")]
    last_failed: Option<PathBuf>,
}

impl SelectionArguments {
    /// The selection; one that fits nothing is a failure.
    pub(in crate::cli) fn select(self, pack: &Pack, output: &Output) -> Result<Selection, Failure> {
        let mut among: Vec<BTreeSet<String>> = Vec::new();
        let mut about = BTreeSet::new();
        for rule in &self.rule {
            let ids = scenarios_about(*rule, pack);
            if ids.is_empty() {
                let help = format!("`caketester explain {rule}` explains it");
                return Err(nothing(format!("no scenario of this pack puts {rule} to a client\n  help: {help}")));
            }
            about.extend(ids);
        }
        if !about.is_empty() {
            among.push(about);
        }
        if let Some(path) = &self.last_failed {
            among.push(last_failed(path, pack, output)?);
        }
        let codes = self.code.into_iter().map(Code).collect();
        let selection = Selection { only: self.only, tags: self.tag, codes, among, shard: None };
        if let Some(first) = selection.unmatched(pack).into_iter().next() {
            return Err(unmatched(first));
        }
        if selection.of(pack).is_empty() {
            let help = "`caketester scenarios list` shows what there is";
            return Err(nothing(format!("no scenario of this pack fits all that was asked for\n  help: {help}")));
        }
        Ok(selection)
    }

    /// One shard of the selection; an empty one is a failure too.
    pub(in crate::cli) fn select_shard(
        self,
        pack: &Pack,
        shard: Option<Shard>,
        output: &Output,
    ) -> Result<Selection, Failure> {
        let selection = Selection { shard, ..self.select(pack, output)? };
        match shard {
            Some(shard) if selection.of(pack).is_empty() => {
                let help = "take no more shards than there are scenarios";
                Err(nothing(format!("shard {shard} is empty\n  help: {help}")))
            }
            _ => Ok(selection),
        }
    }
}

fn nothing(message: String) -> Failure {
    Failure::new(Exit::NothingDone, message)
}

/// The ids that a stored report asks to run again. A note names those that the pack does not have.
fn last_failed(path: &Path, pack: &Pack, output: &Output) -> Result<BTreeSet<String>, Failure> {
    let report = read(path)?;
    let is_there = |id: &String| pack.entries.iter().any(|entry| entry.scenario.id.as_str() == id);
    let (failed, gone): (BTreeSet<_>, BTreeSet<_>) = report.left_over().map(str::to_owned).partition(is_there);
    let path = path.display();
    // A report may come from anywhere.
    let names = gone.iter().map(|id| id.escape_debug().to_string()).collect::<Vec<_>>().join(", ");
    if !failed.is_empty() {
        let note = format!("note: what failed in {path} and is not in this pack: {names}\n");
        output.err(if gone.is_empty() { "" } else { &note });
        return Ok(failed);
    }
    Err(nothing(if gone.is_empty() {
        format!("nothing failed in the run of {path}\n  help: without --last-failed, everything is run")
    } else {
        let help = format!("that run was of the pack {}; name it with --pack", report.pack.escape_debug());
        format!("nothing that failed in {path} is in this pack: {names}\n  help: {help}")
    }))
}

/// What is said of a condition that fits nothing.
fn unmatched(Unmatched { asked, nearest, known }: Unmatched) -> Failure {
    let help = match (nearest, known) {
        (Some(nearest), _) => format!("did you mean {nearest}?"),
        (None, Some((kind, known))) => format!("the {kind} of this pack are: {}", known.join(", ")),
        (None, None) => "`caketester scenarios list` shows what there is".to_owned(),
    };
    nothing(format!("no scenario of this pack {asked}\n  help: {help}"))
}

/// An id, an area, or a glob that can be read.
fn id_or_glob(text: &str) -> Result<String, String> {
    check_glob(text).map(|_| text.to_owned()).map_err(|why| format!("not a valid glob: {why}"))
}

/// The ID of an existing rule, in any letter case.
fn rule_id(text: &str) -> Result<RuleId, String> {
    let near: BTreeSet<&str> = RULES.iter().filter_map(|rule| nearest(text, [rule.id.as_str()])).collect();
    let help = match near.into_iter().collect::<Vec<_>>().as_slice() {
        [] => "`caketester explain rules` shows them all".to_owned(),
        [one] => format!("did you mean {one}?"),
        [others @ .., last] => format!("did you mean {} or {last}?", others.join(", ")),
    };
    rule(text).map(|rule| rule.id).ok_or_else(|| format!("there is no rule {text:?}; {help}"))
}
