//! Variables of the environment that stand for keys of `caketester.yaml`. Like the file they hold for every run, and so they
//! exclude no option, as their own options may.

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::nearest::nearest;
use crate::pack::{Names, NetworkName, wrong_name};
use crate::subject::ExitMeaning;

/// What all of ours begin with.
const OURS: &str = "CAKETESTER_";
/// What is read here. Others are those of options.
const READ: [&str; 5] = ["RUN", "NAMES", "NETWORK", "OUTCOME_EXIT", "TIMEOUT"];
/// What is set for the program under test, and what our own tests and benchmarks read.
const NOT_READ: [&str; 5] = ["CASES", "OUTCOME", "OUTCOMES", "REQUIRE_ALL", "BENCH_PACK"];

/// What to say of variables that nobody reads: misspelt ones, most likely. `command` is the whole command line.
pub(in crate::cli) fn misspelt(context: &Context<'_>, command: &clap::Command) -> String {
    let mut known = READ.map(str::to_owned).to_vec();
    known.extend(of_options(command));
    let ours = context.variables.iter().filter_map(|name| name.strip_prefix(OURS));
    // Whoever keeps an API key in a variable calls it as they like.
    let unread = ours.filter(|name| !NOT_READ.contains(name) && !name.ends_with("KEY"));
    let mut unread: Vec<&str> = unread.filter(|name| known.iter().all(|known| known != name)).collect();
    unread.sort_unstable();
    let told = |name: &str| {
        let advice = match nearest(name, known.iter().map(String::as_str)) {
            Some(nearest) => format!("did you mean {OURS}{nearest}?"),
            None => "`caketester explain config` lists them".to_owned(),
        };
        format!("note: unknown variable {OURS}{}; {advice}\n", name.escape_debug())
    };
    unread.into_iter().map(told).collect()
}

/// The variables that stand for options, of a command and of those below it.
fn of_options(command: &clap::Command) -> Vec<String> {
    let own = command.get_arguments().filter_map(|option| option.get_env()?.to_str()?.strip_prefix(OURS));
    let below = command.get_subcommands().flat_map(of_options);
    own.map(str::to_owned).chain(below).collect()
}

/// What the variables say.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Variables {
    pub(in crate::cli) run: Vec<String>,
    pub(in crate::cli) names: Names,
    pub(in crate::cli) network: Option<String>,
    pub(in crate::cli) outcome_exit: Vec<ExitMeaning>,
    pub(in crate::cli) timeout: Option<u64>,
}

impl Variables {
    pub(in crate::cli) fn read(env: &dyn Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        // The line may hold what is nobody's business, so it is not repeated.
        let line = |line: &str| shell_words::split(line).map_err(|why| format!("is not a command line: {why}"));
        let seconds = |text: &str| match text.trim().parse() {
            Ok(seconds @ 1..=86_400) => Ok(Some(seconds)),
            _ => Err(format!("is {text:?}")),
        };
        Ok(Self {
            run: variable(env, "RUN", line, RUN)?,
            names: variable(env, "NAMES", |text| items(text, name_pair), NAMES)?,
            network: variable(env, "NETWORK", |name| Ok(Some(name.to_owned())), "")?,
            outcome_exit: variable(env, "OUTCOME_EXIT", |text| items(text, str::parse), EXITS)?,
            timeout: variable(env, "TIMEOUT", seconds, "it is a number of seconds, from 1 to 86400")?,
        })
    }

    /// What to say of names that probably hold two pairs each, with a comma between them.
    pub(in crate::cli) fn doubts(&self) -> impl Iterator<Item = String> {
        self.names.iter().filter_map(|(pack, network)| {
            let network = network.as_deref()?;
            network.split_once(',').filter(|(_, rest)| rest.contains('='))?;
            let what = format!("binds {pack:?} to the one name {network:?}; several names are separated by `;`");
            Some(format!("{OURS}NAMES {what}"))
        })
    }

    /// The same as options, but for those that were given. Exit codes and the time limit count only
    /// where the program is started for each update.
    pub(in crate::cli) fn as_options(&self, is_given: impl Fn(&str) -> bool, is_each_started: bool) -> String {
        let quoted = |text: &str| shell_words::quote(text).into_owned();
        let network = self.network.iter().filter(|_| !is_given("network") && !is_given("all_networks"));
        let network = network.map(|name| format!(" --network {}", quoted(name)));
        let names = self.names.iter().filter_map(|(pack, network)| {
            Some(format!(" --name {}", quoted(&format!("{pack}={}", network.as_deref()?))))
        });
        let exits = self.outcome_exit.iter().filter(|_| is_each_started && !is_given("outcome_exit"));
        let exits = exits.map(|meaning| format!(" --outcome-exit {meaning}"));
        let timeout = self.timeout.filter(|_| is_each_started && !is_given("timeout"));
        let timeout = timeout.map(|seconds| format!(" --timeout {seconds}"));
        network.chain(names).chain(exits).chain(timeout).collect()
    }
}

const RUN: &str = "write it as for a shell, for example php bin/push.php {lead_id} {status}";
const NAMES: &str = "separate them by ; or by lines, for example Funded=Closed - Paid;loan_amount=amount";
const EXITS: &str = "separate them by ; or by lines, for example rejected=2;unknown=3,4";

/// What one of ours says; an empty one says nothing.
fn variable<T: Default>(
    env: &dyn Fn(&str) -> Option<String>,
    name: &str,
    read: impl Fn(&str) -> Result<T, String>,
    help: &str,
) -> Result<T, Failure> {
    let name = format!("{OURS}{name}");
    let Some(text) = env(&name).filter(|value| !value.trim().is_empty()) else { return Ok(T::default()) };
    read(&text).map_err(|why| Failure::usage(format!("{name} {why}\n  help: {help}")))
}

/// The items of a list: a line each, or between `;` where it is one line.
fn items<T, C: FromIterator<T>>(text: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<C, String> {
    let separator = if text.trim().contains('\n') { '\n' } else { ';' };
    let items = text.split(separator).map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| read(item).map_err(|why| format!("has {item:?}: {why}"))).collect()
}

/// `Funded=Closed - Paid`
pub(in crate::cli) fn name_pair(text: &str) -> Result<(String, NetworkName), String> {
    match text.split_once('=') {
        Some((pack, network)) if !pack.is_empty() => match wrong_name(network) {
            Some(wrong) => Err(format!("{}; {}", wrong.message, wrong.help)),
            None => Ok((pack.to_owned(), network.to_owned().into())),
        },
        _ => Err("it is of the form PACKS=NETWORKS, for example Funded=\"Closed - Paid\"".into()),
    }
}
