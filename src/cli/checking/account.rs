//! `caketester endpoint init`: asks what a check of a real endpoint needs, and writes it into the network's file.

use std::path::Path;

use clap::Args;
use jiff::civil::Date;

use crate::cli::context::today;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::setup::asked::Asked;
use crate::cli::setup::config::Config;
use crate::cli::setup::networks::{NETWORKS, is_name, read_network};
use crate::judge::Exit;
use crate::live::Target;
use crate::scenario::is_name_of_a_variable;
use crate::source::quoted;

const EXAMPLES: &str = "\
Example:
  caketester endpoint init northgrid     # asks, and writes networks/northgrid.yaml

The key itself is never asked for: it stays in an environment variable, and only the variable's name
goes into the file.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// The network; its file is networks/NAME.yaml
    name: String,
}

pub(in crate::cli) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let name = &arguments.name;
    if !is_name(name) {
        let help = "a name has letters, digits, - and _; northgrid for networks/northgrid.yaml";
        return Err(Failure::usage(format!("{name:?} is not the name of a network\n  help: {help}")));
    }
    let path = Config::open(None)?.folder.join(NETWORKS).join(format!("{name}.yaml"));
    let shown = path.display().to_string();
    let before = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::usage(format!("cannot read {shown}: {error}\n  help: save it as UTF-8"))),
    };
    let network = (!before.trim().is_empty()).then(|| read_network(name, &path, before.clone())).transpose()?;
    if network.as_ref().is_some_and(|network| network.account.is_some()) {
        return Err(Failure::usage(format!("{shown} has an `account:` already\n  help: edit it there")));
    }
    let help = "answer on standard input; `caketester explain networks` shows what to write by hand";
    let mut asked = Asked::new(output, help);
    let mut text = before.clone();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    if network.as_ref().is_none_or(|network| network.host.is_none()) {
        let host = loop {
            let host = asked.needed("The host of the network's CAKE, without https:// and path?")?;
            match Target::of_host(&host) {
                Ok(_) => break host,
                Err(error) => asked.output.out(&format!("{error}\n")),
            }
        };
        text = format!("{text}host: {}\n", quoted(&host));
    }
    text.push_str(&account(&mut asked, name)?);
    // A wrong answer is shown where it would stand, and nothing is written.
    read_network(name, Path::new(&shown), text.clone())?;
    // What the user has written there stays as it is.
    output.file_of_masked(&path, &text)?;
    output.out(&format!("wrote {shown}\nnext: caketester endpoint probe --network {name} --dry-run\n"));
    Ok(Exit::Success)
}

/// The account, as it stands in the file.
fn account(asked: &mut Asked<'_>, network: &str) -> Result<String, Failure> {
    let variable = format!("{}_KEY", network.to_uppercase().replace('-', "_"));
    let variable = loop {
        let answer = asked.line(&format!("Which environment variable holds your API key? [{variable}]"))?;
        if answer.is_empty() {
            break variable;
        }
        if is_name_of_a_variable(&answer) {
            break answer;
        }
        // Somebody may have pasted the key, so it is not repeated.
        asked
            .output
            .out("that may be a key, or is not the name of a variable; give a name such as ACME_KEY, not the key\n");
    };
    let by = asked.needed("Who at the network permits these checks?")?;
    let on = loop {
        let on = asked.line(&format!("Since which day? [{}]", today()))?;
        if on.is_empty() {
            break today();
        }
        match on.parse::<Date>() {
            Ok(on) if on <= today() => break on,
            Ok(_) => asked.output.out("that day is still to come\n"),
            Err(_) => asked.output.out("write the day as 2026-01-31\n"),
        }
    };
    let mut text =
        format!("account:\n  key: {{ env: {variable} }}\n  permitted_by: {}\n  permitted_on: {on}\n", quoted(&by));
    let lead = asked.line("The ID of a lead that may be changed, if the network permits that? [none]")?;
    if !lead.is_empty() {
        let status = asked.needed("Which status is it left in?")?;
        let sub_status = asked.line("Which sub-status? [none]")?;
        let sub_status =
            if sub_status.is_empty() { String::new() } else { format!(", sub_status: {}", quoted(&sub_status)) };
        let left_in = format!("left_in: {{ status: {}{sub_status} }}", quoted(&status));
        text = format!("{text}  leads:\n    - lead_id: {}\n      {left_in}\n", quoted(&lead));
    }
    Ok(text)
}
