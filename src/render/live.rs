//! What is seen of a run while it goes on: a bar on a terminal, a line a scenario elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::human::status_line;
use crate::run::Event;

/// Writes a line for each scenario as it ends.
pub fn lines(write: impl Fn(&str), color: bool) -> impl FnMut(&Event<'_>) {
    move |event| {
        if let Event::ScenarioFinished(scenario) = event {
            write(&status_line(scenario, color));
        }
    }
}

/// Shows a bar on standard error, and a line for each scenario that failed.
pub fn progress(color: bool) -> impl FnMut(&Event<'_>) {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    // The template is ours and right; the default serves if it ever is not.
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    move |event| match event {
        Event::Started { scenarios } => {
            bar.set_length(*scenarios as u64);
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Event::ScenarioStarted { id } => bar.set_message((*id).to_owned()),
        Event::ScenarioFinished(scenario) => {
            if scenario.state.fails() {
                bar.println(status_line(scenario, color).trim_end());
            }
            bar.inc(1);
        }
        Event::Finished => bar.finish_and_clear(),
    }
}
