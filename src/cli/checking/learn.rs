//! `caketester endpoint learn`

use std::path::PathBuf;

use clap::Args;

use super::live::LiveArguments;
use crate::cli::context::{Context, today};
use crate::cli::failure::Failure;
use crate::judge::Exit;
use crate::live::{KeyShown, Planned, learn};
use crate::plural::plural;
use crate::render::{learnt_text, learnt_yaml};

const EXAMPLES: &str = "\
Examples:
  caketester endpoint learn --network northgrid --dry-run
  caketester endpoint learn --network northgrid --allow-live --output learnt.yaml
  caketester client --instance learnt.yaml -- php bin/push.php {lead_id} {status}

At most 12 requests are sent. None can change a lead, because in each request at least two of
the four values (key, lead ID, status, sub-status) are made up.

Exit codes:
  0  the file was written, and its settings account for every answer
  1  an answer could not be explained, CAKE did not recognise your key, or an answer made the run stop
  2  nothing was sent
  3  no connection, or interrupted";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    live: LiveArguments,
    /// Write what was learnt to this file
    #[arg(long, value_name = "FILE", default_value = "learnt.yaml")]
    output: PathBuf,
    /// The existing lead to use in requests; by default the first in the network's file
    #[arg(long, value_name = "ID")]
    lead: Option<String>,
}

pub(in crate::cli) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<Exit, Failure> {
    let output = &context.output;
    let subject = arguments.live.subject(context)?;
    arguments.live.insist_on_places(&subject, [&*arguments.output], [])?;
    let known = subject.known(arguments.lead.as_deref())?;
    let planned = Planned::that_learn(&subject.target, subject.key.as_ref(), &known);
    let key = subject.key.clone();
    let Some(ran) = arguments.live.send(subject, planned, false, context)? else { return Ok(Exit::Success) };
    if let Some(stop) = &ran.report.stopped {
        let sent = plural(ran.report.probes.len(), "request");
        let exit = ran.report.exit();
        let message = format!("nothing was learnt: the run stopped after {sent}: {stop}\n  help: {}", stop.help());
        return Err(Failure::new(exit, message));
    }
    if ran.report.key == KeyShown::Wrong {
        let message = "nothing was learnt: your key gets code 1, so CAKE does not know it\n  help: compare it with the Buyer Card, Home tab";
        return Err(Failure::new(Exit::Failure, message));
    }
    let learnt = learn(&ran.answers, key.as_ref(), &known);
    output.out(&learnt_text(&learnt));
    output.file(&arguments.output, &learnt_yaml(&learnt, &ran.report, today()))?;
    output.out(&format!("wrote {}\n", arguments.output.display()));
    Ok(if learnt.unexplained.is_empty() { Exit::Success } else { Exit::Failure })
}
