//! Variables of the environment that stand for keys of `caketester.yaml`. Like the file they hold for every run, and so they
//! exclude no option, as their own options may.

use super::failure::Failure;
use super::settings::name_pair;
use crate::pack::Names;
use crate::subject::ExitMeaning;

/// What the variables say.
pub(super) struct Variables {
    pub(super) run: Vec<String>,
    pub(super) names: Names,
    pub(super) outcome_exit: Vec<ExitMeaning>,
    pub(super) timeout: Option<u64>,
}

impl Variables {
    pub(super) fn read(env: &dyn Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let set = |name: &str| env(name).filter(|value| !value.trim().is_empty());
        let run = set("CAKETESTER_RUN").map(|line| {
            // The line may hold what is nobody's business, so it is not repeated.
            shell_words::split(&line).map_err(|why| wrong("CAKETESTER_RUN", &format!("is no command line: {why}"), RUN))
        });
        let names = set("CAKETESTER_NAMES").map(|text| {
            let pair = |pair| name_pair(pair).map_err(|why| wrong("CAKETESTER_NAMES", &misread(pair, &why), NAMES));
            items(&text).map(pair).collect()
        });
        let outcome_exit = set("CAKETESTER_OUTCOME_EXIT").map(|text| {
            let meaning = |meaning: &str| {
                meaning.parse().map_err(|why: String| wrong("CAKETESTER_OUTCOME_EXIT", &misread(meaning, &why), EXITS))
            };
            items(&text).map(meaning).collect()
        });
        let timeout = set("CAKETESTER_TIMEOUT").map(|text| match text.trim().parse() {
            Ok(seconds @ 1..=86_400) => Ok(seconds),
            _ => Err(wrong("CAKETESTER_TIMEOUT", &format!("is {text:?}"), TIMEOUT)),
        });
        Ok(Self {
            run: run.transpose()?.unwrap_or_default(),
            names: names.transpose()?.unwrap_or_default(),
            outcome_exit: outcome_exit.transpose()?.unwrap_or_default(),
            timeout: timeout.transpose()?,
        })
    }
}

const RUN: &str = "write it as for a shell, for example php bin/push.php {lead_id} {status}";
const NAMES: &str = "separate them by ; or by lines, for example Funded=Closed - Paid;loan_amount=amount";
const EXITS: &str = "separate them by ; or by lines, for example rejected=2;unknown=3,4";
const TIMEOUT: &str = "it is a number of seconds, from 1 to 86400";

fn wrong(name: &str, what: &str, help: &str) -> Failure {
    Failure::usage(format!("{name} {what}\n  help: {help}"))
}

fn misread(part: &str, why: &str) -> String {
    format!("has {part:?}: {why}")
}

/// The parts of a list: a line each, or between `;` where it is one line.
fn items(text: &str) -> impl Iterator<Item = &str> {
    let separator = if text.trim().contains('\n') { '\n' } else { ';' };
    text.split(separator).map(str::trim).filter(|item| !item.is_empty())
}
