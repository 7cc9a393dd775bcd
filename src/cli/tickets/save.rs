//! `caketester why --save`: the failure of a ticket becomes a scenario of a pack, with its snapshot.

use std::path::PathBuf;

use clap::Args;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::options::open::PackArgument;
use crate::cli::packs::new_scenario::{NewScenario, free_leads};
use crate::judge::accept_answers;
use crate::pack::Pack;
use crate::scenario::ScenarioId;
use crate::support::{Diagnosis, ForPack, Knowledge, Ticket, saved, without_random_words};

/// Whether the failure is kept.
#[derive(Debug, Args)]
#[command(next_help_heading = "Saving the failure as a scenario")]
pub(super) struct SaveArguments {
    /// Also write the failure as a scenario, with its snapshot, to this pack; by default to the pack in the working directory
    #[arg(long, value_name = "PACK", num_args = 0..=1, default_missing_value = ".")]
    pub(super) save: Option<PathBuf>,
    /// Keep the real values of custom fields in the scenario; by default they are replaced with made-up ones
    #[arg(long, requires = "save")]
    keep_values: bool,
}

impl SaveArguments {
    /// Writes the scenario, and says how to run it.
    pub(super) fn save(
        &self,
        (ticket, diagnosis, know): (&Ticket, &Diagnosis, &Knowledge),
        context: &Context<'_>,
    ) -> Result<(), Failure> {
        let Some(folder) = &self.save else { return Ok(()) };
        if !folder.join("scenarios").is_dir() {
            let help = "`caketester pack export DIR` writes one out; then --save DIR";
            return Err(Failure::usage(format!("there is no pack in {}\n  help: {help}", folder.display())));
        }
        let argument = PackArgument { pack: Some(folder.to_owned()) };
        let pack = argument.open(context)?;
        let leads = free_leads(&pack, 1);
        let Some(lead) = leads.first() else { return Err(Failure::usage("the pack has no free lead ID")) };
        let for_pack = ForPack { instance: &pack.instance, sample: &pack.sample, lead, keeps_values: self.keep_values };
        let saved = saved(ticket, diagnosis, know, for_pack)
            .map_err(|why| Failure::usage(format!("no scenario can be made of this ticket: {why}")))?;
        let id = free_id(&pack, saved.cause)?;
        // The keys of the pack stay: some scenarios are about a key.
        let text = format!(
            "# yaml-language-server: $schema=../../scenario.schema.json\n{}",
            without_random_words(&diagnosis.keys.redact_known(&saved.text))
        );
        let new = NewScenario { id, text };
        let path = new.write(&pack)?;
        let written = argument.open(context).and_then(|pack| {
            accept_answers(&pack, &new.id).map_err(Failure::from)?;
            Ok(())
        });
        if let Err(failure) = written {
            // A pack with a mistake runs nothing any more.
            let _ = std::fs::remove_file(&path);
            return Err(failure);
        }
        let given = argument.as_given();
        context.output.err(&format!(
            "wrote {} and its snapshot\nnext: caketester client{given} --only {} -- PROGRAM …\n",
            path.display(),
            new.id
        ));
        Ok(())
    }
}

/// `tickets/status-case`, or with a number where there is one already.
fn free_id(pack: &Pack, cause: &str) -> Result<ScenarioId, Failure> {
    let name = |number: u32| if number == 1 { format!("tickets/{cause}") } else { format!("tickets/{cause}-{number}") };
    let is_taken = |name: &str| pack.entries.iter().any(|entry| entry.scenario.id.to_string() == name);
    let free = (1..=u32::MAX).map(name).find(|name| !is_taken(name));
    ScenarioId::new(&free.unwrap_or_default()).map_err(Failure::usage)
}
