//! `caketester scenarios`

use std::fmt::Write as _;
use std::path::Path;

use clap::Subcommand;
use indexmap::IndexSet;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::open::PackArgument;
use crate::cli::options::selection::SelectionArguments;
use crate::cli::packs::export::export;
use crate::cli::packs::lead_table::lead_table;
use crate::cli::packs::new_scenario::NewScenario;
use crate::cli::packs::snapshots;
use crate::cli::setup::config::config_schema;
use crate::judge::Exit;
use crate::pack::{Entry, Expected, Pack, expected_answers, nearest_scenario, network_schema, request_for};
use crate::plural::plural;
use crate::protocol::{Fault, Outcome};
use crate::scenario::{Basis, instance_schema, scenario_schema};
use crate::snapshot::SnapshotName;
use crate::subject::TableFormat;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// List scenarios: id, codes, title
    List {
        #[command(flatten)]
        pack: PackArgument,
        #[command(flatten)]
        selection: SelectionArguments,
        /// Show a table of lead IDs instead, with the answer that each one gets
        #[arg(long)]
        leads: bool,
    },
    /// Show a scenario: what is sent, what CAKE answers and why, and the file itself
    Show {
        /// The scenario's ID, such as codes/success
        id: String,
        #[command(flatten)]
        pack: PackArgument,
    },
    /// Print every answer (headers and body) with its update and the expected outcome, for use in your own mocks
    Export {
        #[command(flatten)]
        pack: PackArgument,
        #[command(flatten)]
        selection: SelectionArguments,
        /// The format
        #[arg(long, value_name = "FORMAT", value_enum, default_value = "json")]
        format: TableFormat,
    },
    /// Print the JSON Schema that editors use to autocomplete and validate scenarios
    Schema {
        /// Print the schema of a pack's instance.yaml instead
        #[arg(long)]
        instance: bool,
        /// Print the schema of caketester.yaml instead
        #[arg(long, conflicts_with = "instance")]
        config: bool,
        /// Print the schema of a network's file, networks/NAME.yaml, instead
        #[arg(long, conflicts_with_all = ["instance", "config"])]
        network: bool,
    },
    /// Write a new scenario to a pack on disk, with unused lead IDs
    New {
        /// The title, on one line; the file is named after it
        title: String,
        /// The area, which is also the folder that the file is written to
        #[arg(long, default_value = "own")]
        area: String,
        /// How many updates it sends
        #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=50))]
        steps: u8,
        #[command(flatten)]
        pack: PackArgument,
    },
    /// Find every mistake in a pack
    Lint {
        #[command(flatten)]
        pack: PackArgument,
    },
}

pub(in crate::cli) fn run(command: Command, context: &Context<'_>) -> Result<Exit, Failure> {
    let output = &context.output;
    match command {
        Command::List { pack, selection, leads } => {
            let pack = pack.open(context)?;
            let selection = selection.select(&pack, output)?;
            let entries = selection.of(&pack);
            output.out(&if leads { lead_table(&pack, &entries) } else { list(&entries) });
        }
        Command::Export { pack, selection, format } => {
            let pack = pack.open(context)?;
            let selection = selection.select(&pack, output)?;
            output.out(&export(&pack, &selection.of(&pack), format));
        }
        Command::Show { id, pack } => {
            let pack = pack.open(context)?;
            output.out(&show(&pack, find(&pack, &id)?));
        }
        Command::New { title, area, steps, pack: argument } => {
            let pack = argument.open(context)?;
            let new = NewScenario::new(&pack, &title, &area, steps)?;
            let path = new.write(&pack)?;
            let given = argument.as_given();
            output.out(&format!(
                "wrote {}\nnext: edit it, then `caketester scenarios lint{given}` and `caketester client{given} --only {} --builtin`\n",
                path.display(),
                new.id
            ));
        }
        Command::Schema { instance, config, network } => {
            let schema = match (instance, config, network) {
                (true, _, _) => instance_schema(),
                (_, true, _) => config_schema(),
                (_, _, true) => network_schema(),
                _ => scenario_schema(),
            };
            output.out(&format!("{:#}\n", schema.as_value()));
        }
        Command::Lint { pack: mut argument } => {
            // Who lints in a pack's directory means that pack.
            if argument.pack.is_none() && Path::new("scenarios/instance.yaml").is_file() {
                argument.pack = Some(".".into());
                output.err("note: this is the pack in this directory; in another directory, --pack DIR names it\n");
            }
            let pack = argument.open(context)?;
            if pack.entries.is_empty() {
                let help =
                    "put one into scenarios/<area>/<name>.yaml; `caketester scenarios new` writes one to begin with";
                let message = format!("the pack {} has no scenarios\n  help: {help}", pack.origin);
                return Err(Failure::new(Exit::NothingDone, message));
            }
            output.out(&format!("{}, no mistakes\n", plural(pack.entries.len(), "scenario")));
            for buyer in pack.instance.settings.buyers.iter().filter(|buyer| buyer.key.is_short()) {
                let key =
                    "could be any word, so it is masked only in what a client prints; give it 8 characters or more";
                output.out(&format!("note: the key of {} {key}\n", buyer.name));
            }
            return Ok(snapshots::tell(&pack, &argument, context)?.1);
        }
    }
    Ok(Exit::Success)
}

/// The scenario of an ID.
pub(in crate::cli) fn find<'p>(pack: &'p Pack, id: &str) -> Result<&'p Entry, Failure> {
    pack.entries.iter().find(|entry| entry.scenario.id.as_str() == id).ok_or_else(|| {
        let help = match nearest_scenario(pack, id) {
            _ if pack.entries.iter().any(|entry| entry.scenario.id.area() == id) => {
                format!("it is an area: `caketester scenarios list --only {id}` shows its scenarios")
            }
            Some(nearest) => format!("did you mean {nearest}?"),
            None => "`caketester scenarios list` shows the scenarios, `caketester explain topics` the pages of help"
                .to_owned(),
        };
        Failure::new(Exit::NothingDone, format!("there is no scenario {id:?} in this pack\n  help: {help}"))
    })
}

fn list(entries: &[&Entry]) -> String {
    let width = entries.iter().map(|entry| entry.scenario.id.as_str().len()).max().unwrap_or(0);
    let line = |Entry { scenario, .. }: &&Entry| {
        let codes = scenario.steps.iter().map(|step| step.code.map_or_else(|| "-".to_owned(), |code| code.to_string()));
        let codes: IndexSet<String> = codes.collect();
        let codes = codes.iter().map(String::as_str).collect::<Vec<_>>().join(",");
        format!("{:<width$}  {codes:<4}  {}\n", scenario.id.as_str(), scenario.title)
    };
    entries.iter().map(line).collect()
}

/// A line with a label before it.
pub(in crate::cli) fn line(label: &str, value: &str) -> String {
    format!("  {label:<9} {value}\n")
}

/// The outcomes a client may come to.
pub(in crate::cli) fn words(outcomes: &[Outcome]) -> String {
    outcomes.iter().map(|outcome| outcome.word()).collect::<Vec<_>>().join(" or ")
}

fn show(pack: &Pack, entry: &Entry) -> String {
    let scenario = &entry.scenario;
    let needs: Vec<&str> = scenario.needs.iter().map(|need| need.word()).collect();
    let about = [
        ("basis", scenario.basis.map_or("", Basis::word)),
        ("why", scenario.why.as_deref().unwrap_or_default().trim()),
        ("needs", &needs.join(", ")),
        ("tags", &scenario.tags.join(", ")),
        ("file", &scenario.file.path),
    ];
    let about = about.into_iter().filter(|(_, value)| !value.is_empty());
    let mut text = format!("{}: {}\n", scenario.id, scenario.title);
    text.extend(about.map(|(label, value)| line(label, value)));
    for Expected { step, attempt, reply, name, .. } in expected_answers(pack, entry) {
        let step_name = step.name.as_ref().map_or_else(String::new, |name| format!("step {name}, "));
        // Writing into a String cannot fail.
        let _ = writeln!(text, "\n  {step_name}attempt {}", attempt + 1);
        let mut line = |label: &str, value: &str| {
            let _ = writeln!(text, "    {label:<9} {value}");
        };
        line("sends", &format!("GET {}", request_for(&step.update, &pack.key).target));
        let answer = &reply.answer;
        let why = Fault::reason(reply.fault, reply.why);
        line("CAKE", &format!("HTTP {} {}: {why}", answer.http_status, answer.content_type));
        for (name, value) in &answer.headers {
            line("", &format!("  {name}: {value}"));
        }
        if let Some(fault) = reply.fault {
            line("fault", &fault.to_string());
        }
        for xml_line in answer.text().lines() {
            line("", &format!("  {xml_line}"));
        }
        line("client", &words(&step.client));
        let snapshot = name.as_ref().map(SnapshotName::file_name);
        line("snapshot", snapshot.as_deref().unwrap_or("none: no client gets this answer whole"));
    }
    format!("{text}\n{}", scenario.file.masked().unwrap_or_default())
}
