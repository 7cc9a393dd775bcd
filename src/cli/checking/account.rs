//! `caketester endpoint init`: asks what a check of a real endpoint needs, and writes it into the network's file.

use clap::Args;
use jiff::civil::Date;

use crate::cli::context::today;
use crate::cli::failure::Failure;
use crate::cli::files::read_text_if_there;
use crate::cli::output::Output;
use crate::cli::setup::asked::Asked;
use crate::cli::setup::config::Config;
use crate::cli::setup::networks::{NETWORKS, insist_on_a_name, read_network};
use crate::judge::Exit;
use crate::live::Target;
use crate::scenario::is_name_of_a_variable;
use crate::source::quoted;

const EXAMPLES: &str = "\
Example:
  caketester endpoint init northgrid     # asks, and writes networks/northgrid.yaml

`init` never asks for the key itself: it stays in an environment variable, and only the variable's name
goes into the file.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Arguments {
    /// The network; its file is networks/NAME.yaml
    name: String,
}

pub(in crate::cli) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Failure> {
    let name = &arguments.name;
    insist_on_a_name(name)?;
    let path = Config::open(None)?.folder.join(NETWORKS).join(format!("{name}.yaml"));
    let shown = path.display();
    let mut text = read_text_if_there(&path, "see that it is a file you may read")?.unwrap_or_default();
    let network = (!text.trim().is_empty()).then(|| read_network(name, &path, text.clone())).transpose()?;
    if network.as_ref().is_some_and(|network| network.account.is_some()) {
        return Err(Failure::usage(format!("{shown} has an `account:` already\n  help: edit it there")));
    }
    let help = "answer on standard input; `caketester explain networks` shows what to write by hand";
    let mut asked = Asked::new(output, help);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    if network.is_none_or(|network| network.host.is_none()) {
        let question = "The host of the network's CAKE, without https:// and path?";
        let host = asked.until(question, |host| Target::of_host(host).map(|_| quoted(host)))?;
        text = text + "host: " + &host + "\n";
    }
    text += &account(&mut asked, name)?;
    // A wrong answer is shown where it would stand, and nothing is written.
    read_network(name, &path, text.clone())?;
    // What the user has written there stays as it is.
    output.file_of_masked(&path, &text)?;
    output.out(&format!("wrote {shown}\nnext: caketester endpoint probe --network {name} --dry-run\n"));
    Ok(Exit::Success)
}

/// The account, as it stands in the file.
fn account(asked: &mut Asked<'_>, network: &str) -> Result<String, Failure> {
    let usual = format!("{}_KEY", network.to_uppercase().replace('-', "_"));
    let question = format!("Which environment variable holds your API key? [{usual}]");
    let variable = asked.until(&question, |answer| match answer {
        "" => Ok(usual.clone()),
        name if is_name_of_a_variable(name) => Ok(name.to_owned()),
        // Somebody may have pasted the key, so it is not repeated.
        _ => Err("that may be a key, or is not the name of a variable; give a name such as ACME_KEY, not the key"),
    })?;
    let by = quoted(&asked.needed("Who at the network permits these checks?")?);
    let on = asked.until(&format!("Since which day? [{}]", today()), |day| match day.parse::<Date>() {
        _ if day.is_empty() => Ok(today()),
        Ok(day) if day <= today() => Ok(day),
        Ok(_) => Err("that day is still to come"),
        Err(_) => Err("write the day as 2026-01-31"),
    })?;
    let text = format!("account:\n  key: {{ env: {variable} }}\n  permitted_by: {by}\n  permitted_on: {on}\n");
    let lead = asked.line("The ID of a lead that may be changed, if the network permits that? [none]")?;
    if !lead.is_empty() {
        let status = quoted(&asked.needed("Which status is it left in?")?);
        let sub_status = match asked.line("Which sub-status? [none]")? {
            none if none.is_empty() => String::new(),
            sub_status => format!(", sub_status: {}", quoted(&sub_status)),
        };
        let lead = quoted(&lead);
        let left_in = format!("left_in: {{ status: {status}{sub_status} }}");
        return Ok(format!("{text}  leads:\n    - lead_id: {lead}\n      {left_in}\n"));
    }
    Ok(text)
}
