//! What is seen of a run while it goes on: a bar on a terminal, a line a scenario elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::human::status_line;
use crate::run::{Event, Observer};

/// A line for each scenario as it ends.
pub struct Lines {
    write: Box<dyn FnMut(&str)>,
    color: bool,
}

impl Lines {
    /// Lines that go to `write`.
    pub fn new(write: impl FnMut(&str) + 'static, color: bool) -> Self {
        Self { write: Box::new(write), color }
    }
}

impl Observer for Lines {
    fn notice(&mut self, event: &Event<'_>) {
        if let Event::ScenarioFinished(scenario) = event {
            (self.write)(&status_line(scenario, self.color));
        }
    }
}

/// A bar, and a line for each scenario that failed.
pub struct Progress {
    bar: ProgressBar,
    color: bool,
}

impl Progress {
    /// A bar on standard error.
    pub fn new(color: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        // The template is ours and right; the default serves if it ever is not.
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        Self { bar, color }
    }
}

impl Observer for Progress {
    fn notice(&mut self, event: &Event<'_>) {
        match event {
            Event::Started { scenarios } => {
                self.bar.set_length(*scenarios as u64);
                self.bar.enable_steady_tick(Duration::from_millis(100));
            }
            Event::ScenarioStarted { id } => self.bar.set_message((*id).to_owned()),
            Event::ScenarioFinished(scenario) => {
                if scenario.state.fails() {
                    self.bar.println(status_line(scenario, self.color).trim_end());
                }
                self.bar.inc(1);
            }
            Event::Finished => self.bar.finish_and_clear(),
        }
    }
}
