//! `caketester snapshots review`: shows what is pending, asks, and does at once what was answered.

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::setup::asked::Asked;
use crate::render::pending_snapshot;
use crate::snapshot::{Snapshot, SnapshotName, Store};

/// What may be answered; the first letter is enough.
const CHOICES: [&str; 4] = ["accept", "reject", "skip", "quit"];

/// Shows each pending snapshot until there is an answer. The end of the input is `quit`.
pub(super) fn review(store: &Store, context: &Context<'_>, output: &Output) -> Result<(), Failure> {
    let names = store.pending()?;
    let mut asked = Asked::new(output, "");
    let (mut accepted, mut rejected) = (0, 0);
    let mut waiting = names.iter().zip(1..).peekable();
    while let Some(&(name, position)) = waiting.peek() {
        let pending = store.read_pending(name);
        let shown = match &pending {
            Ok(Some(pending)) => page(store, name, pending, context.color),
            Ok(None) => "  it is no longer pending\n".to_owned(),
            Err(error) => format!("  {error}\n"),
        };
        output.out(&format!("\n[{position}/{}] {name}\n{shown}", names.len()));
        let choice = match pending {
            Ok(None) => "skip",
            _ => choose(&mut asked, pending.is_ok())?,
        };
        // Nobody accepts or rejects what another run has replaced since; it is shown again.
        if matches!(choice, "accept" | "reject") && store.read_pending(name).ok() != pending.ok() {
            output.out("it has changed since it was shown\n");
            continue;
        }
        match choice {
            "accept" => {
                store.accept(name)?;
                accepted += 1;
            }
            "reject" => {
                store.reject(name)?;
                rejected += 1;
            }
            "skip" => {}
            _ => break,
        }
        waiting.next();
    }
    let left = store.pending()?.len();
    output.out(&format!("{accepted} accepted, {rejected} rejected, {left} still pending\n"));
    Ok(())
}

fn page(store: &Store, name: &SnapshotName, pending: &Snapshot, color: bool) -> String {
    match store.read(name) {
        Ok(accepted) => pending_snapshot(accepted.as_ref(), pending, color),
        Err(error) => {
            format!("  {error}; accepting the new snapshot replaces it\n{}", pending_snapshot(None, pending, color))
        }
    }
}

/// What cannot be read can be rejected, not accepted.
fn choose(asked: &mut Asked<'_>, can_accept: bool) -> Result<&'static str, Failure> {
    let choices = if can_accept { &CHOICES[..] } else { &CHOICES[1..] };
    let letters: Vec<String> = choices.iter().map(|choice| format!("[{}]{}", &choice[..1], &choice[1..])).collect();
    loop {
        let Some(answer) = asked.answer(&format!("{}?", letters.join(", ")))? else {
            asked.output.out("\n");
            return Ok("quit");
        };
        let answer = answer.to_ascii_lowercase();
        if let Some(choice) = choices.iter().find(|choice| answer == **choice || answer == choice[..1]) {
            return Ok(choice);
        }
    }
}
