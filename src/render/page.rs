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

/// A text in bold, where colours are wanted.
pub(super) fn bold(color: bool, shade: AnsiColor, text: &str) -> String {
    styled(color, shade.on_default().bold(), text)
}

fn styled(color: bool, style: Style, text: &str) -> String {
    if color { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// A page as it is written, with or without colours.
pub(super) struct Page {
    pub(super) text: String,
    pub(super) color: bool,
}

impl Page {
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn labelled(&mut self, shade: AnsiColor, label: &str, text: &str) {
        let label = bold(self.color, shade, label);
        self.line(&format!("{label}: {text}"));
    }

    /// One fact of a case, behind what it is.
    pub(super) fn fact(&mut self, label: &str, text: &str) {
        self.line(&format!("    {label:<9} {text}"));
    }

    /// What was sent, answered and concluded.
    pub(super) fn step(&mut self, step: &StepReport) {
        self.fact("update", &shortened(&step.update.to_string()));
        for exchange in shown(step) {
            self.fact("request", &shortened(&exchange.request.line()));
            let broken = match exchange.delivery {
                Delivery::Delivered => "",
                Delivery::Reset => ", and the client reset the connection",
                Delivery::Broken => ", not taken to its end",
            };
            self.fact("answer", &format!("{}{broken}", answered(exchange)));
            if let Some(fault) = exchange.fault.filter(|_| is_sent(exchange)) {
                // Of an answer that was cut there is no code; and a redirect is whole, and never has one.
                let is_whole = exchange.code.is_some() || matches!(fault.kind, FaultKind::Redirect { .. });
                let lost = if is_whole { "" } else { ": the client did not get all of this" };
                self.fact("fault", &format!("{fault}{lost}"));
            }
            self.indented(body(exchange).trim_end());
            if let Some((code, meaning)) = exchange.code.and_then(|code| Some((code, code.meaning()?))) {
                self.fact(&format!("code {code}"), meaning);
            }
            if !exchange.why.is_empty() {
                self.fact("because", &exchange.why);
            }
        }
        if let Some(trace) = &step.trace {
            self.trace(trace);
        }
        for note in &step.notes {
            self.fact("note", note);
        }
    }

    pub(super) fn finding(&mut self, finding: &Finding) {
        let cross = bold(self.color, AnsiColor::Red, "×");
        let message = styled(self.color, Style::new().bold(), &finding.message);
        self.line(&format!("\n  {cross} {message}"));
        match (&finding.expected, &finding.actual) {
            (Some(expected), Some(actual)) if finding.kind == FindingKind::AnswerWrong => {
                self.difference(expected, actual);
            }
            (Some(expected), Some(actual)) => {
                self.fact("expected", expected);
                self.fact("got", actual);
            }
            _ => {}
        }
        if let Some(help) = &finding.help {
            self.fact("help", help);
        }
    }

    /// Two texts line against line: `-` is expected, `+` is what came.
    pub(super) fn difference(&mut self, expected: &str, actual: &str) {
        for Line { sign, text, .. } in lines(expected, actual) {
            let style = match sign {
                "-" => AnsiColor::Red.on_default(),
                "+" => AnsiColor::Green.on_default(),
                _ => Style::new(),
            };
            let line = format!("      {sign} {}", visible_line(&text));
            self.line(&styled(self.color, style, &line));
        }
    }

    pub(super) fn trace(&mut self, trace: &Trace) {
        if let Some(command) = &trace.command {
            let exit = trace.exit.as_deref().unwrap_or("not known how it ended");
            self.fact("command", command);
            self.fact("ended", exit);
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
