//! The parts of a page for a person: what was sent, answered and concluded in a step, and what is wrong with it.

use anstyle::{AnsiColor, Style};

use super::difference::{Line, lines};
use super::wire::{answered, body, is_sent, shown};
use crate::judge::{Finding, FindingKind, StepReport};
use crate::protocol::{Delivery, FaultKind};
use crate::secret::cut;
use crate::subject::Trace;
use crate::visible::visible_line;

/// How many lines of a program's output are shown.
const OUTPUT_LINES: usize = 10;
/// How much is shown of an update or a request; the report as JSON has more.
const LONGEST_LINE: usize = 600;

pub(super) struct Paint {
    pub(super) color: bool,
}

impl Paint {
    pub(super) fn color(&self, shade: AnsiColor, text: &str) -> String {
        self.style(shade.on_default().bold(), text)
    }

    pub(super) fn bold(&self, text: &str) -> String {
        self.style(Style::new().bold(), text)
    }

    pub(super) fn style(&self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

pub(super) struct Page {
    pub(super) text: String,
    pub(super) paint: Paint,
}

impl Page {
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn labelled(&mut self, shade: AnsiColor, label: &str, text: &str) {
        let label = self.paint.color(shade, label);
        self.line(&format!("{label}: {text}"));
    }

    /// What was sent, answered and concluded.
    pub(super) fn step(&mut self, step: &StepReport) {
        self.line(&format!("    update    {}", shortened(&step.update.to_string())));
        for exchange in shown(step) {
            self.line(&format!("    request   {}", shortened(&exchange.request.line())));
            let broken = match exchange.delivery {
                Delivery::Delivered => "",
                Delivery::Reset => ", and the client reset the connection",
                Delivery::Broken => ", not taken to its end",
            };
            self.line(&format!("    answer    {}{broken}", answered(exchange)));
            let body = body(exchange);
            if let Some(fault) = exchange.fault.filter(|_| is_sent(exchange)) {
                // Of an answer that was cut there is no code; and a redirect is whole, and never has one.
                let is_whole = exchange.code.is_some() || matches!(fault.kind, FaultKind::Redirect { .. });
                let lost = if is_whole { "" } else { ": the client did not get all of this" };
                self.line(&format!("    fault     {fault}{lost}"));
            }
            self.indented(body.trim_end());
            if let Some(meaning) = exchange.code.and_then(crate::protocol::Code::meaning) {
                self.line(&format!(
                    "    code {}    {meaning}",
                    exchange.code.map_or_else(String::new, |code| code.to_string())
                ));
            }
            if !exchange.why.is_empty() {
                self.line(&format!("    because   {}", exchange.why));
            }
        }
        if let Some(trace) = &step.trace {
            self.trace(trace);
        }
        for note in &step.notes {
            self.line(&format!("    note      {note}"));
        }
    }

    pub(super) fn finding(&mut self, finding: &Finding) {
        let cross = self.paint.color(AnsiColor::Red, "×");
        let message = self.paint.bold(&finding.message);
        self.line(&format!("\n  {cross} {message}"));
        match (&finding.expected, &finding.actual) {
            (Some(expected), Some(actual)) if finding.kind == FindingKind::AnswerWrong => {
                self.difference(expected, actual);
            }
            (Some(expected), Some(actual)) => {
                self.line(&format!("    expected  {expected}"));
                self.line(&format!("    got       {actual}"));
            }
            _ => {}
        }
        if let Some(help) = &finding.help {
            self.line(&format!("    help      {help}"));
        }
    }

    /// Two texts line against line: `-` is expected, `+` is what came.
    pub(super) fn difference(&mut self, expected: &str, actual: &str) {
        for Line { sign, text, .. } in lines(expected, actual) {
            let shade = match sign {
                "-" => Some(AnsiColor::Red),
                "+" => Some(AnsiColor::Green),
                _ => None,
            };
            let line = format!("      {sign} {}", visible_line(&text));
            let line = shade.map_or_else(|| line.clone(), |shade| self.paint.style(shade.on_default(), &line));
            self.line(&line);
        }
    }

    pub(super) fn trace(&mut self, trace: &Trace) {
        if let Some(command) = &trace.command {
            let exit = trace.exit.as_deref().unwrap_or("not known how it ended");
            self.line(&format!("    command   {command}"));
            self.line(&format!("    ended     {exit}"));
        }
        self.output("stdout", &trace.stdout);
        self.output("stderr", &trace.stderr);
    }

    fn output(&mut self, name: &str, text: &str) {
        let lines: Vec<&str> = text.trim_end().lines().collect();
        if lines.is_empty() {
            return;
        }
        let cut = lines.len().saturating_sub(OUTPUT_LINES);
        let more = if cut > 0 { format!(" (the last {OUTPUT_LINES} lines)") } else { String::new() };
        self.line(&format!("    {name}{more}"));
        self.indented(&lines[cut..].join("\n"));
    }

    fn indented(&mut self, text: &str) {
        for line in text.lines() {
            self.line(&format!("      | {}", visible_line(line)));
        }
    }
}

/// A line, cut to a length that a person reads.
fn shortened(line: &str) -> String {
    match cut(line, LONGEST_LINE) {
        None => line.to_owned(),
        Some(head) => format!("{head}[… {} characters in all]", line.chars().count()),
    }
}
