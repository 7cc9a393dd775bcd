//! `caketester why`: from a ticket to its cause, and a reply.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::setup::config::Config;
use crate::cli::setup::networks::{all_networks, open_network};
use crate::judge::Exit;
use crate::pack::{Network, read_instance_file};
use crate::plural::plural;
use crate::render::{ticket_text, visible_text};
use crate::secret::Redactor;
use crate::source::SourceFile;
use crate::support::{Knowledge, Lines, Tally, Ticket, answer_of, diagnose, log_form, open, read, reply, told};

const EXAMPLES: &str = "\
Examples:
  caketester why ticket.txt
  caketester why 'https://cake.example.com/api/1/buyers.asmx/UpdateLeadStatus?…' --got 3
  caketester why mail.eml --network northgrid --reply
  zcat u_ex*.log.gz | caketester why -

Without FILE it reads what you paste, up to Ctrl-D (Windows: Ctrl-Z and Enter). So no shell
changes the ticket, and no history keeps a key. Nothing is sent or executed.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// Files with the ticket, a URL, or - for standard input
    #[arg(value_name = "FILE|URL")]
    tickets: Vec<String>,
    /// The network, by the name of its file: networks/NAME.yaml; by default the one with the URL's host
    #[arg(long, value_name = "NAME")]
    network: Option<String>,
    /// A file with the network's statuses, one a line
    #[arg(long, value_name = "FILE")]
    statuses: Option<PathBuf>,
    /// A file with the whole instance, like a pack's instance.yaml
    #[arg(long, value_name = "FILE")]
    instance: Option<PathBuf>,
    /// What CAKE answered: a code, or a file with the answer
    #[arg(long, value_name = "CODE|FILE")]
    got: Option<String>,
    /// Print a message to the buyer, ready to send
    #[arg(long)]
    reply: bool,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// The most that is read of a line of a log.
const LONGEST_LINE: u64 = 1 << 20;

/// The most that is read of a ticket.
const LONGEST: u64 = 256 << 20;

pub(in crate::cli) fn run(arguments: &Arguments, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    if let Some(log) = arguments.long_log()? {
        return count(arguments, log, context, output);
    }
    let mut ticket = read(&arguments.read(output)?);
    if let Some(got) = &arguments.got {
        let answer = answer_of(&text_of_got(got)?);
        let last = ticket.items.iter_mut().rev().find(|item| item.request.is_some());
        if let Some(item) = last {
            item.answer = Some(answer);
        }
    }
    let (know, source) = arguments.knowledge(&ticket, context)?;
    let mut keys =
        know.instance.iter().flat_map(|instance| instance.settings.buyers.iter()).map(|buyer| buyer.key.clone());
    output.learn_more(&Redactor::new(keys.by_ref()));
    let diagnosis = diagnose(&ticket, &know);
    output.learn_more(&diagnosis.keys);
    match (arguments.format, arguments.reply) {
        (Format::Json, _) => {
            let told = told(&ticket, &diagnosis);
            let text =
                serde_json::to_string_pretty(&told).map_err(|error| Failure::new(Exit::Harness, error.to_string()))?;
            output.out(&format!("{text}\n"));
        }
        (Format::Text, true) => {
            let (message, note) = reply(&diagnosis);
            output.out(&message);
            if let Some(note) = note {
                output.err(&format!("for you, not for the buyer:\n{note}"));
            }
        }
        (Format::Text, false) => {
            output.out(&ticket_text(&ticket, &diagnosis, source.as_deref(), &|text| output.redact(text)));
        }
    }
    ticket
        .notes
        .iter()
        .filter(|_| arguments.format == Format::Text)
        .for_each(|note| output.err(&format!("note: {}\n", note.text)));
    let is_found = !matches!(diagnosis.causes().first().map(|first| first.id), Some("not-a-request" | "cannot-tell"));
    Ok(if is_found { Exit::Success } else { Exit::Failure })
}

/// A log longer than this is counted line by line, and not held.
const LONG: u64 = 4 << 20;

/// How much of it shows what kind of log it is.
const HEAD: usize = 256 << 10;

/// A log that is too long to be held, and how it begins.
struct LongLog {
    reader: Box<dyn BufRead>,
    beginning: Ticket,
}

/// Counts the causes in a long log.
fn count(arguments: &Arguments, mut log: LongLog, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    let (know, source) = arguments.knowledge(&log.beginning, context)?;
    output.learn_more(&diagnose(&log.beginning, &know).keys);
    let (mut lines, mut tally, mut number) = (Lines::default(), Tally::default(), 0_u64);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut log.reader).take(LONGEST_LINE).read_until(b'\n', &mut line);
        if read.map_err(|error| Failure::usage(format!("cannot read on behind line {number}: {error}")))? == 0 {
            break;
        }
        number += 1;
        if let Some(item) = lines.next(&line) {
            tally.add(number, &item, &know);
        }
    }
    if arguments.format == Format::Json {
        let causes = tally.causes().into_iter().map(|counted| {
            let (first, last) = counted.times.clone().unzip();
            serde_json::json!({ "id": counted.id, "count": counted.count, "first": first, "last": last, "line": counted.line, "message": counted.message })
        });
        let forms: Vec<&str> = log.beginning.forms.iter().map(|form| form.id()).collect();
        let first = tally
            .causes()
            .into_iter()
            .find(|counted| counted.id != "nothing-wrong")
            .map_or("nothing-wrong", |counted| counted.id);
        let told = serde_json::json!({ "first": { "forms": forms, "id": first, "grade": "likely" }, "tickets": [], "requests": tally.requests, "causes": causes.collect::<Vec<_>>() });
        output.out(&format!("{told:#}\n"));
        return Ok(Exit::Success);
    }
    let forms: Vec<&str> = log.beginning.forms.iter().map(|form| form.id()).collect();
    let mut out = format!(
        "ticket   {}: {} in {}\n",
        forms.join(", "),
        plural(usize::try_from(tally.requests).unwrap_or(usize::MAX), "request"),
        plural(usize::try_from(number).unwrap_or(usize::MAX), "line")
    );
    if let Some(source) = source {
        let _ = writeln!(out, "network  {source}");
    }
    out.push_str("\n    count   share  cause                    first, last, example\n");
    for counted in tally.causes() {
        let tenths = counted.count * 1_000 / tally.requests.max(1);
        let times = counted.times.as_ref().map_or_else(String::new, |(first, last)| format!("{first} to {last}, "));
        let _ = writeln!(
            out,
            "{:>9} {:>5}.{}%  {:<24} {times}line {}",
            counted.count,
            tenths / 10,
            tenths % 10,
            counted.id,
            counted.line
        );
        if !counted.message.is_empty() {
            let _ = writeln!(out, "{:27}{}", "", visible_text(&counted.message));
        }
    }
    out.push_str("\n    count  failed  sender (address, program), first lead, first cause\n");
    for (name, sender) in tally.senders().into_iter().take(20) {
        let _ = writeln!(
            out,
            "{:>9} {:>7}  {}, {}, {}",
            sender.count,
            sender.failed,
            visible_text(name),
            visible_text(&sender.lead),
            sender.cause.unwrap_or("none")
        );
    }
    output.out(&out);
    Ok(Exit::Success)
}

impl Arguments {
    /// The log, where the ticket is one that is too long to be held.
    fn long_log(&self) -> Result<Option<LongLog>, Failure> {
        let [path] = &*self.tickets else { return Ok(None) };
        let file = match std::fs::File::open(path) {
            Ok(file) if file.metadata().is_ok_and(|it| it.is_file() && it.len() > LONG / 8) => file,
            _ => return Ok(None),
        };
        let failed = |error: std::io::Error| Failure::usage(format!("cannot read {path}: {error}"));
        let mut reader = open(BufReader::with_capacity(1 << 16, file)).map_err(failed)?;
        let mut beginning = Vec::new();
        (&mut reader).take(LONG).read_to_end(&mut beginning).map_err(failed)?;
        let head = &beginning[..beginning.len().min(HEAD)];
        let end = head.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if (beginning.len() as u64) < LONG || log_form(&head[..end]).is_none() {
            return Ok(None);
        }
        let ticket = read(&head[..end]);
        let reader = Box::new(BufReader::new(std::io::Cursor::new(beginning).chain(reader)));
        Ok(Some(LongLog { reader, beginning: ticket }))
    }

    fn read(&self, output: &Output) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        if self.tickets.is_empty() {
            if std::io::stdin().is_terminal() {
                let end = if cfg!(windows) { "Ctrl-Z and Enter" } else { "Ctrl-D" };
                output.err(&format!("paste the ticket, then press {end}\n"));
            }
            read_stdin(&mut bytes)?;
        }
        for ticket in &self.tickets {
            if !bytes.is_empty() && !bytes.ends_with(b"\n") {
                bytes.push(b'\n');
            }
            if ticket == "-" {
                read_stdin(&mut bytes)?;
            } else if ticket.contains("://") {
                bytes.extend(ticket.bytes());
            } else {
                read_file(Path::new(ticket), &mut bytes)?;
            }
        }
        Ok(bytes)
    }

    /// What is known of the network, and where from.
    fn knowledge(&self, ticket: &Ticket, context: &Context<'_>) -> Result<(Knowledge, Option<String>), Failure> {
        if let Some(path) = &self.instance {
            let file = SourceFile::new(path.display().to_string(), text_of(path)?);
            let instance = read_instance_file(&file, context.env).map_err(Failure::mistakes)?;
            return Ok((Knowledge::of_instance(instance), Some(format!("{}, the whole instance", path.display()))));
        }
        let mut known = self.network(ticket)?.map_or_else(Default::default, |(network, how)| {
            (Knowledge::of_network(&network), Some(format!("{}, {how}", network.name)))
        });
        if let Some(path) = &self.statuses {
            let text = text_of(path)?;
            let names = text.lines().map(|line| line.trim().trim_start_matches(['-', '*']).trim().trim_matches('"'));
            known.0.statuses =
                Some(names.filter(|name| !name.is_empty()).map(|name| (name.to_owned(), None)).collect());
            known.1 = Some(known.1.map_or_else(
                || path.display().to_string(),
                |network| format!("{network}; statuses of {}", path.display()),
            ));
        }
        Ok(known)
    }

    fn network(&self, ticket: &Ticket) -> Result<Option<(Network, String)>, Failure> {
        let folder = Config::open(None).map(|config| config.folder).unwrap_or_default();
        if let Some(name) = &self.network {
            return Ok(Some((open_network(&folder, name)?, "by --network".to_owned())));
        }
        let hosts = || {
            ticket
                .items
                .iter()
                .take(100)
                .filter_map(|item| item.request.as_ref())
                .map(|request| request.host.text().to_ascii_lowercase())
        };
        for name in all_networks(&folder).unwrap_or_default() {
            let network = open_network(&folder, &name)?;
            let of = network.host.as_deref().map(|host| host.split(':').next().unwrap_or(host).to_ascii_lowercase());
            if of.is_some_and(|of| hosts().any(|host| host == of)) {
                return Ok(Some((network, "by its host".to_owned())));
            }
        }
        Ok(None)
    }
}

fn read_stdin(bytes: &mut Vec<u8>) -> Result<(), Failure> {
    let read = std::io::stdin().lock().take(LONGEST).read_to_end(bytes);
    read.map_err(|error| Failure::usage(format!("cannot read standard input: {error}"))).map(|_| ())
}

fn read_file(path: &Path, bytes: &mut Vec<u8>) -> Result<(), Failure> {
    let help = "name a file, put a URL in quotes with its https://, or leave both out to paste the ticket";
    let failed =
        |error: std::io::Error| Failure::usage(format!("cannot read {}: {error}\n  help: {help}", path.display()));
    std::fs::File::open(path).and_then(|file| file.take(LONGEST).read_to_end(bytes)).map_err(failed).map(|_| ())
}

fn text_of(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))
}

/// The answer that `--got` names: a code, or a file.
fn text_of_got(got: &str) -> Result<String, Failure> {
    if got.trim().parse::<i64>().is_ok() || got.contains('<') {
        return Ok(got.to_owned());
    }
    text_of(Path::new(got)).map_err(|_| {
        Failure::usage(format!(
            "--got {got}: neither a code nor a file\n  help: give the code, 0 to 4, or a file with the whole answer"
        ))
    })
}
