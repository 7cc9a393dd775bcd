//! `caketester explain`

use std::fmt::Write as _;

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::open::PackArgument;
use super::output::Output;
use super::scenarios::{find, show};
use crate::protocol::Code;
use crate::report::{rule_page, rule_text};
use crate::rules::rule;
use crate::run::Exit;

const EXAMPLES: &str = "\
Examples:
  caketester explain 3
  caketester explain Q08
  caketester explain rules
  caketester explain codes/status-in-another-case";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A code that CAKE answered, the ID of a rule, the id of a scenario; or `rules` for all of them
    what: String,
    #[command(flatten)]
    pack: PackArgument,
}

pub(super) fn run(arguments: &Arguments, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    if let Ok(number) = arguments.what.parse() {
        output.out(&code(Code(number)));
        return Ok(Exit::Success);
    }
    if let Some(rule) = rule(&arguments.what) {
        output.out(&rule_text(rule));
        return Ok(Exit::Success);
    }
    if arguments.what == "rules" {
        output.out(&rule_page());
        return Ok(Exit::Success);
    }
    let pack = arguments.pack.open(context, output)?;
    output.out(&show(&pack, find(&pack, &arguments.what)?));
    Ok(Exit::Success)
}

fn code(code: Code) -> String {
    let mut text = String::new();
    let mut line = |label: &str, value: &str| {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "  {label:<9} {value}");
    };
    let Some(meaning) = code.meaning() else {
        line("meaning", "none that is known: CAKE documents the codes 0 to 4");
        line("client", "it may not take this for success; whether the update was recorded is unknown");
        line("to try", "ask the network, with the request and the whole answer at hand");
        return format!("code {code}\n{text}");
    };
    let (who, what) = advice(code);
    line("meaning", meaning);
    line("basis", "documented");
    line("client", code.outcome().map_or("unknown", crate::protocol::Outcome::word));
    line("to act", who);
    line("to try", what);
    format!("code {code}\n{text}")
}

/// Who has to act on a code, and what to try.
fn advice(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::SUCCESS => ("nobody", "nothing; sending the update again sets the status anew, to the same"),
        Code::INVALID_KEY => (
            "the buyer, and where the key is right, the network",
            "compare the key with the one on the Buyer Card's Home tab, letter case included; a + in it has to be sent as %2B",
        ),
        Code::LEAD_NOT_FOUND => (
            "the buyer",
            "send the CAKE Lead ID as it came with the lead, in its letter case; check that this buyer bought it, from this network",
        ),
        Code::STATUS_NOT_RECOGNISED => (
            "whoever changed the spelling: the buyer's mapping, or the network's set-up",
            "compare status and sub-status with the network's list, letter for letter, spaces included",
        ),
        _ => (
            "the network",
            "it has to enable and configure Lead Statuses in its instance; repeating the update helps nobody",
        ),
    }
}
