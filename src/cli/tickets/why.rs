//! `caketester why`: from a ticket to its cause, and a reply.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde::Serialize;

use super::clipboard;
use super::input::{Given, Input, input};
use super::log::{self, Shown};
use super::network::{Known, NetworkArguments};
use super::save::save;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::judge::Exit;
use crate::plural::plural;
use crate::render::ticket_text;
use crate::support::{
    Diagnosis, Narrow, Note, Ticket, answer_of, diagnose, moment, never_arrived, read, reply, told,
    without_random_words,
};

const EXAMPLES: &str = "\
Examples:
  caketester why ticket.txt
  caketester why 'https://cake.example.com/api/1/buyers.asmx/UpdateLeadStatus?…' --got 3
  caketester why mail.eml --network northgrid --reply
  caketester why --clipboard --reply
  caketester why u_ex2610*.log --since 2026-10-30
  zcat access.log.gz | caketester why - --lead 9A41C07E

Without FILE it reads what you paste, up to Ctrl-D (Windows: Ctrl-Z and Enter). So no shell
changes the ticket, and no history keeps a key. Nothing is sent or executed.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Files with the ticket, a URL, or - for standard input
    #[arg(value_name = "FILE|URL")]
    tickets: Vec<String>,
    /// Read the ticket from the clipboard; with --reply, put the reply back there
    #[arg(long, conflicts_with = "tickets")]
    clipboard: bool,
    /// What CAKE answered: a code, or a file with the answer
    #[arg(long, value_name = "CODE|FILE")]
    got: Option<String>,
    /// Look only at the requests for this lead
    #[arg(long, value_name = "LEAD_ID")]
    lead: Option<String>,
    /// Look only at requests from this time on, such as 2026-10-31 or '2026-10-31 07:00'; UTC, unless it has a zone
    #[arg(long, value_name = "TIME", value_parser = since)]
    since: Option<Timestamp>,
    /// Print a message to the buyer, ready to send; of a long log, one for each sender
    #[arg(long)]
    reply: bool,
    /// Also write the failure as a scenario, with its snapshot, to this pack; by default to the pack in this directory
    #[arg(long, value_name = "PACK", num_args = 0..=1, default_missing_value = ".")]
    save: Option<PathBuf>,
    /// Keep the values of custom fields in the scenario, which are otherwise replaced by made-up ones
    #[arg(long, requires = "save")]
    keep_values: bool,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    network: NetworkArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

fn since(text: &str) -> Result<Timestamp, String> {
    moment(text).ok_or_else(|| "write it as 2026-10-31, or '2026-10-31 07:00'".to_owned())
}

pub(in crate::cli) fn run(arguments: &Arguments, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    let key = arguments.network.ask_for_the_key(output)?;
    let narrow = Narrow { lead: arguments.lead.clone(), since: arguments.since };
    let given = if arguments.clipboard {
        Input::Ticket(Given { bytes: clipboard::paste()?, broken: None })
    } else {
        input(&arguments.tickets, output)?
    };
    let (mut ticket, known) = match given {
        Input::Ticket(given) => {
            let mut ticket = read(&given.bytes);
            ticket.notes.extend(given.broken.map(|text| Note { text, place: None }));
            let known = arguments.network.known(&ticket, context, output)?;
            (ticket, known)
        }
        Input::Log(log) => {
            let mut known = arguments.network.known(&log.beginning, context, output)?;
            known.knowledge.key = key.clone();
            output.learn_more(&diagnose(&log.beginning, &known.knowledge).keys);
            if arguments.got.is_some() {
                let help = "narrow the log with --lead, or give the one request";
                return Err(Failure::usage(format!(
                    "--got is for one request, and this is a long log\n  help: {help}"
                )));
            }
            if narrow.lead.is_none() {
                let shown = match (arguments.format, arguments.reply) {
                    (Format::Json, _) => Shown::Json,
                    (Format::Text, true) => Shown::Replies,
                    (Format::Text, false) => Shown::Text(known.source),
                };
                return log::count(log, &known.knowledge, &narrow, shown, output);
            }
            let forms = log.beginning.forms.clone();
            let (lines, count) = log::lines_of(log, &narrow, output);
            let mut ticket = read(&lines);
            ticket.forms = forms;
            output.err(&format!("note: {} of the log were read\n", plural(count, "line")));
            (ticket, known)
        }
    };
    let Known { mut knowledge, source } = known;
    knowledge.key = key;
    let is_log = ticket.forms.iter().any(|form| form.is_log());
    if !narrow.is_all() {
        ticket.items.retain(|item| narrow.has(item));
    }
    if let Some(got) = &arguments.got {
        let answer = answer_of(&text_of_got(got)?);
        let last = ticket.items.iter().rposition(|item| item.request.is_some());
        if let Some(item) = last.or(ticket.items.len().checked_sub(1)) {
            ticket.items[item].answer = Some(answer);
        }
    }
    let mut diagnosis = diagnose(&ticket, &knowledge);
    if let Some(lead) = narrow.lead.as_ref().filter(|_| is_log && ticket.items.is_empty()) {
        diagnosis.nothing = never_arrived(lead);
    }
    output.learn_more(&diagnosis.keys);
    arguments.print(&ticket, &diagnosis, source.as_deref(), output)?;
    if let Some(pack) = &arguments.save {
        save((&ticket, &diagnosis, &knowledge), pack, arguments.keep_values, context, output)?;
    }
    let is_found = !matches!(diagnosis.causes().first().map(|first| first.id), Some("not-a-request" | "cannot-tell"));
    Ok(if is_found { Exit::Success } else { Exit::Failure })
}

impl Arguments {
    fn print(
        &self,
        ticket: &Ticket,
        diagnosis: &Diagnosis,
        source: Option<&str>,
        output: &Output,
    ) -> Result<(), Failure> {
        if self.format == Format::Json {
            return print_json(&told(ticket, diagnosis), output);
        }
        if self.reply {
            let (message, note) = reply(diagnosis);
            let message = hidden(&message, output);
            output.out(&message);
            if self.clipboard {
                clipboard::copy(&message)?;
                output.err("the reply is in the clipboard\n");
            }
            if let Some(note) = note {
                output.err(&format!("for you, not for the buyer:\n{}", hidden(&note, output)));
            }
        } else {
            output.out(&hidden(&ticket_text(ticket, diagnosis, source, &|text| hidden(text, output)), output));
        }
        ticket.notes.iter().for_each(|note| output.err(&format!("note: {}\n", note.text)));
        Ok(())
    }
}

/// Prints something for programs.
pub(super) fn print_json(told: &impl Serialize, output: &Output) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(told).map_err(|error| Failure::new(Exit::Harness, error.to_string()))?;
    output.out(&format!("{}\n", hidden(&text, output)));
    Ok(())
}

/// A text without keys, and without words that could be keys.
pub(super) fn hidden(text: &str, output: &Output) -> String {
    without_random_words(&output.redact(text)).into_owned()
}

/// The answer that `--got` names: a code, or a file.
fn text_of_got(got: &str) -> Result<String, Failure> {
    if got.trim().parse::<i64>().is_ok() || got.contains('<') {
        return Ok(got.to_owned());
    }
    std::fs::read_to_string(Path::new(got)).map_err(|_| {
        Failure::usage(format!(
            "--got {got}: neither a code nor a file\n  help: give the code, 0 to 4, or a file with the whole answer"
        ))
    })
}
