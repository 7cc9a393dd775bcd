//! `caketester why`: from a ticket to its cause, and a reply.

use std::path::Path;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::clipboard;
use super::input::{Given, Input, input};
use super::log::{self, Shown};
use super::network::{Known, NetworkArguments};
use super::page;
use super::save::SaveArguments;
use super::shown::{hidden, print_json};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::judge::Exit;
use crate::plural::plural;
use crate::render::{FoundText, ticket_text};
use crate::secret::Secret;
use crate::support::{
    Diagnosis, Knowledge, Narrow, Note, Ticket, answer_of, diagnose, moment, never_arrived, read, reply, told,
};

const EXAMPLES: &str = "\
Examples:
  caketester why ticket.txt
  caketester why 'https://cake.example.com/api/1/buyers.asmx/UpdateLeadStatus?…' --got 3
  caketester why mail.eml --network northgrid --reply
  caketester why --clipboard --reply
  caketester why u_ex2610*.log --since 2026-10-30
  zcat access.log.gz | caketester why - --lead 9A41C07E

Without FILE it reads what you paste, up to Ctrl-D (Windows: Ctrl-Z and Enter). This way the
shell does not alter the ticket, and no key ends up in your shell history. Nothing is sent or
executed.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Files with the ticket, a URL, or - for standard input
    #[arg(value_name = "FILE|URL")]
    tickets: Vec<String>,
    /// Read the ticket from the clipboard; with --reply, put the reply back there
    #[arg(long, conflicts_with = "tickets")]
    clipboard: bool,
    /// Serve a page on this machine to paste tickets into
    #[arg(long, conflicts_with_all = ["tickets", "clipboard", "save", "got"])]
    page: bool,
    /// What CAKE answered: a code, or a file with the answer
    #[arg(long, value_name = "CODE|FILE")]
    got: Option<String>,
    /// Look only at the requests for this lead
    #[arg(long, value_name = "LEAD_ID")]
    lead: Option<String>,
    /// Look only at requests from this time on, such as 2026-10-31 or '2026-10-31 07:00'; UTC unless a time zone is given
    #[arg(long, value_name = "TIME", value_parser = since)]
    since: Option<Timestamp>,
    /// Print a message to the buyer, ready to send; if a log has several senders, one message for each
    #[arg(long)]
    reply: bool,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    network: NetworkArguments,
    #[command(flatten)]
    save: SaveArguments,
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
    if arguments.page {
        return page::serve(output, |bytes| arguments.for_page(bytes, key.clone(), context, output));
    }
    let given = if arguments.clipboard {
        Input::Ticket(Given { bytes: clipboard::paste()?, broken: None })
    } else {
        input(&arguments.tickets, output)?
    };
    let ticket = match given {
        Input::Ticket(given) => {
            let mut ticket = ticket_of(&given.bytes)?;
            ticket.notes.extend(given.broken.map(|text| Note { text, place: None }));
            ticket
        }
        Input::Log(log) => {
            let mut known = arguments.network.known(&log.beginning, context, output)?;
            known.knowledge.key.clone_from(&key);
            output.learn_more(&diagnose(&log.beginning, &known.knowledge).keys);
            if arguments.got.is_some() {
                let help = "narrow the log with --lead, or give the one request";
                return Err(Failure::usage(format!(
                    "--got is for one request, and this is a long log\n  help: {help}"
                )));
            }
            if arguments.lead.is_none() {
                let shown = match (arguments.format, arguments.reply) {
                    (Format::Json, _) => Shown::Json,
                    (Format::Text, true) => Shown::Replies,
                    (Format::Text, false) => Shown::Text(known.source),
                };
                return log::count(log, &known.knowledge, &arguments.narrow(), shown, output);
            }
            let forms = log.beginning.forms.clone();
            let (lines, count) = log::lines_of(log, &arguments.narrow(), output);
            output.err(&format!("note: {} of the log were read\n", plural(count, "line")));
            Ticket { forms, ..read(&lines) }
        }
    };
    let examined = arguments.examine(ticket, key, context, output)?;
    arguments.print(&examined, output)?;
    let Examined { ticket, knowledge, diagnosis, .. } = &examined;
    arguments.save.save((ticket, diagnosis, knowledge), context, output)?;
    Ok(if diagnosis.answer().is_some() { Exit::Success } else { Exit::Failure })
}

fn ticket_of(bytes: &[u8]) -> Result<Ticket, Failure> {
    if bytes.trim_ascii().is_empty() {
        let help = "give a file, a URL in quotes, or paste the ticket";
        return Err(Failure::usage(format!("there is nothing to read: the ticket is empty\n  help: {help}")));
    }
    Ok(read(bytes))
}

/// A ticket, what is known of its network, and what was found.
struct Examined {
    ticket: Ticket,
    knowledge: Knowledge,
    /// Where the knowledge is from.
    source: Option<String>,
    diagnosis: Diagnosis,
}

impl Examined {
    fn text(&self, output: &Output) -> String {
        let redact = |text: &str| hidden(text, output);
        hidden(&ticket_text(&self.ticket, &self.diagnosis, self.source.as_deref(), &redact), output)
    }
}

impl Arguments {
    fn narrow(&self) -> Narrow {
        Narrow { lead: self.lead.clone(), since: self.since }
    }

    /// Finds the causes. From then on the ticket's keys are shown nowhere.
    fn examine(
        &self,
        mut ticket: Ticket,
        key: Option<Secret>,
        context: &Context<'_>,
        output: &Output,
    ) -> Result<Examined, Failure> {
        let Known { mut knowledge, source } = self.network.known(&ticket, context, output)?;
        knowledge.key = key;
        let is_log = ticket.forms.iter().any(|form| form.is_log());
        let narrow = self.narrow();
        if !narrow.is_all() {
            ticket.items.retain(|item| narrow.has(item));
            ticket.is_narrowed = narrow.lead.is_some();
        }
        if let Some(got) = &self.got {
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
        Ok(Examined { ticket, knowledge, source, diagnosis })
    }

    /// The same for the page.
    fn for_page(&self, bytes: &[u8], key: Option<Secret>, context: &Context<'_>, output: &Output) -> FoundText {
        let examined = ticket_of(bytes).and_then(|ticket| self.examine(ticket, key, context, output));
        match examined {
            Ok(examined) => FoundText {
                cause: examined.text(output),
                reply: Some(hidden(&reply(&examined.ticket, &examined.diagnosis).0, output)),
            },
            Err(failure) => FoundText { cause: hidden(&failure.render(false), output), reply: None },
        }
    }

    fn print(&self, examined: &Examined, output: &Output) -> Result<(), Failure> {
        let Examined { ticket, diagnosis, .. } = examined;
        if self.format == Format::Json {
            return print_json(&told(ticket, diagnosis), output);
        }
        if self.reply {
            let (message, note) = reply(ticket, diagnosis);
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
            output.out(&examined.text(output));
        }
        ticket.notes.iter().for_each(|note| output.err(&format!("note: {}\n", note.text)));
        Ok(())
    }
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
