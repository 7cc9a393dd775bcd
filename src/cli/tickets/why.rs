//! `caketester why`: from a ticket to its cause, and a reply.

use std::path::Path;

use clap::Args;
use jiff::Timestamp;

use super::clipboard;
use super::input::{Input, LongLog, input};
use super::log;
use super::network::{Known, NetworkArguments};
use super::page;
use super::save::SaveArguments;
use super::shown::{hidden, print_json};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::format::Format;
use crate::judge::Exit;
use crate::plural::plural;
use crate::render::{FoundText, log_text, ticket_text};
use crate::secret::Secret;
use crate::support::{
    Diagnosis, Narrow, Note, Ticket, answer_of, diagnose, moment, never_arrived, read, reply, told, told_of_log,
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
    /// Files that contain the ticket; or a URL; or - for standard input
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
    /// Print a reply for the buyer, ready to send; if a log has several senders, one reply for each
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

fn since(text: &str) -> Result<Timestamp, String> {
    moment(text).ok_or_else(|| "write it as 2026-10-31, or '2026-10-31 07:00'".to_owned())
}

pub(in crate::cli) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<Exit, Failure> {
    let output = &context.output;
    let key = arguments.network.ask_for_the_key(output)?;
    let narrow = Narrow { lead: arguments.lead.clone(), since: arguments.since };
    let why = Why { arguments, narrow, key, context };
    if arguments.page {
        return page::serve(output, |bytes| why.for_page(bytes));
    }
    let given =
        if arguments.clipboard { Input::Ticket(clipboard::paste()?, None) } else { input(&arguments.tickets, output)? };
    let ticket = match given {
        Input::Ticket(bytes, broken) => {
            let mut ticket = ticket_of(&bytes)?;
            ticket.notes.extend(broken.map(|text| Note { text, place: None }));
            ticket
        }
        Input::Log(_) if arguments.got.is_some() => {
            let help = "narrow the log with --lead, or give the one request";
            return Err(Failure::usage(format!("--got is for one request, and this is a long log\n  help: {help}")));
        }
        Input::Log(log) => {
            let known = why.known(&log.beginning)?;
            // A line of the lead asked for may hold a key in a place where only another line shows that it is one.
            output.learn_more(&diagnose(&log.beginning, &known.knowledge).keys);
            if arguments.lead.is_none() {
                return why.count(log, &known);
            }
            let forms = log.beginning.forms.clone();
            let (lines, count) = log::lines_of(log, &why.narrow, output);
            output.err(&format!("note: {} of the log were read\n", plural(count, "line")));
            Ticket { forms, ..read(&lines) }
        }
    };
    let examined = why.examine(ticket)?;
    why.print(&examined)?;
    let Examined { ticket, known, diagnosis } = &examined;
    arguments.save.save((ticket, diagnosis, &known.knowledge), context)?;
    Ok(if diagnosis.answer().is_some() { Exit::Success } else { Exit::Failure })
}

fn ticket_of(bytes: &[u8]) -> Result<Ticket, Failure> {
    if bytes.trim_ascii().is_empty() {
        let help = "give a file, a URL in quotes, or paste the ticket";
        return Err(Failure::usage(format!("there is nothing to read: the ticket is empty\n  help: {help}")));
    }
    Ok(read(bytes))
}

/// What is asked of each ticket.
struct Why<'w> {
    arguments: &'w Arguments,
    narrow: Narrow,
    key: Option<Secret>,
    context: &'w Context<'w>,
}

/// A ticket, what is known of its network, and what was found.
struct Examined {
    ticket: Ticket,
    known: Known,
    diagnosis: Diagnosis,
}

impl Why<'_> {
    /// What is known of the network of a ticket.
    fn known(&self, ticket: &Ticket) -> Result<Known, Failure> {
        self.arguments.network.known(ticket, self.key.clone(), self.context)
    }

    /// Counts the causes in a long log.
    fn count(&self, mut log: LongLog, Known { knowledge, source }: &Known) -> Result<Exit, Failure> {
        let output = &self.context.output;
        let (tally, lines) = log::count(&mut log, knowledge, &self.narrow, output);
        let forms = &log.beginning.forms;
        match (self.arguments.format, self.arguments.reply) {
            (Format::Json, _) => print_json(&told_of_log(forms, lines, &tally), output)?,
            (Format::Text, true) => log::replies(&tally, output),
            (Format::Text, false) => {
                output.out(&self.hidden(&log_text(forms, lines, source.as_deref(), &tally)));
            }
        }
        Ok(Exit::Success)
    }

    /// Finds the causes. From then on the ticket's keys are shown nowhere.
    fn examine(&self, mut ticket: Ticket) -> Result<Examined, Failure> {
        let known = self.known(&ticket)?;
        let is_log = ticket.forms.iter().any(|form| form.is_log());
        if !self.narrow.is_all() {
            ticket.items.retain(|item| self.narrow.has(item));
            ticket.is_narrowed = self.narrow.lead.is_some();
        }
        if let Some(got) = &self.arguments.got {
            let answer = answer_of(&text_of_got(got)?);
            let last = ticket.items.iter().rposition(|item| item.request.is_some());
            if let Some(item) = last.or(ticket.items.len().checked_sub(1)) {
                ticket.items[item].answer = Some(answer);
            }
        }
        let mut diagnosis = diagnose(&ticket, &known.knowledge);
        if let Some(lead) = self.narrow.lead.as_ref().filter(|_| is_log && ticket.items.is_empty()) {
            diagnosis.nothing = never_arrived(lead);
        }
        self.context.output.learn_more(&diagnosis.keys);
        Ok(Examined { ticket, known, diagnosis })
    }

    /// The same for the page.
    fn for_page(&self, bytes: &[u8]) -> FoundText {
        match ticket_of(bytes).and_then(|ticket| self.examine(ticket)) {
            Ok(examined) => FoundText {
                cause: self.text(&examined),
                reply: Some(self.hidden(&reply(&examined.ticket, &examined.diagnosis).0)),
            },
            Err(failure) => FoundText { cause: self.hidden(&failure.render(false)), reply: None },
        }
    }

    fn hidden(&self, text: &str) -> String {
        hidden(text, &self.context.output)
    }

    fn text(&self, Examined { ticket, known, diagnosis }: &Examined) -> String {
        self.hidden(&ticket_text(ticket, diagnosis, known.source.as_deref(), &|text| self.hidden(text)))
    }

    fn print(&self, examined: &Examined) -> Result<(), Failure> {
        let (Examined { ticket, diagnosis, .. }, output) = (examined, &self.context.output);
        if self.arguments.format == Format::Json {
            return print_json(&told(ticket, diagnosis), output);
        }
        if self.arguments.reply {
            let (message, note) = reply(ticket, diagnosis);
            let message = self.hidden(&message);
            output.out(&message);
            if self.arguments.clipboard {
                clipboard::copy(&message)?;
                output.err("the reply is in the clipboard\n");
            }
            if let Some(note) = note {
                output.err(&format!("for you, not for the buyer:\n{}", self.hidden(&note)));
            }
        } else {
            output.out(&self.text(examined));
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
