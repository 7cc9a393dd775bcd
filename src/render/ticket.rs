//! A ticket and its causes, for a person at a terminal.

use std::fmt::Write as _;

use crate::plural::plural;
use crate::support::{Diagnosis, Form, Grade, Item, MarkKind, Span, Ticket, Who, personal_values};
use crate::visible::visible_line;

/// How much of a line is shown.
const WIDEST: usize = 100;

/// How much of it is marked.
const WIDEST_MARK: usize = 60;

/// The causes of a ticket, the one to act on first with its place. `redact` takes keys out of a text.
pub fn ticket_text(
    ticket: &Ticket,
    diagnosis: &Diagnosis,
    source: Option<&str>,
    redact: &dyn Fn(&str) -> String,
) -> String {
    let mut out = String::new();
    let mut line = |label: &str, text: &str| {
        // Writing into a String cannot fail.
        let _ = writeln!(out, "{label:<9}{text}");
    };
    let forms: Vec<&str> = ticket.forms.iter().map(|form| form.id()).collect();
    let count = |of: fn(&Item) -> bool| ticket.items.iter().filter(|item| of(item)).count();
    let requests = plural(count(|item| item.request.is_some()), "request");
    // What somebody writes of an answer is none, and it need not be said that there is none.
    let answers = Some(count(|item| item.answer.is_some())).filter(|count| *count > 0);
    let answers = answers.map_or_else(String::new, |count| format!(", {}", plural(count, "answer")));
    let forms = if forms.is_empty() { "text".to_owned() } else { forms.join(", ") };
    line("ticket", &format!("{forms}: {requests}{answers}"));
    if let Some(source) = source {
        line("network", source);
    }
    let causes = diagnosis.causes();
    let judged = diagnosis.first.map(|first| &diagnosis.items[first]);
    for (at, found) in causes.iter().enumerate() {
        let title = &found.cause().title;
        let label = match (found.id, found.grade) {
            ("key-exposed", _) => "FOR YOU",
            (_, Grade::Certain) => "CERTAIN",
            (_, Grade::Likely) => "LIKELY",
            (_, Grade::Possible) => "POSSIBLE",
        };
        if at > 0 && REPEATED.contains(&found.id) {
            continue;
        }
        if at > 0 {
            line(label, &format!("{}: {}", found.id, if found.message.is_empty() { title } else { &found.message }));
            continue;
        }
        line(label, &format!("{}: {title}", found.id));
        let item = judged.map(|judged| &ticket.items[judged.item]);
        let personal = item.and_then(|item| item.request.as_ref()).map(personal_values).unwrap_or_default();
        let shown =
            found.place.map(|place| if hides_its_rest(found.id) { beginning(&ticket.text, place) } else { place });
        let whole = Shown { text: &ticket.text, personal: &personal, ends: hides_its_rest(found.id) };
        if let Some((excerpt, caret)) = shown.and_then(|place| excerpt(&whole, place, redact)) {
            line("", &excerpt);
            let gap = if caret.is_empty() { "" } else { " " };
            line("", &format!("{caret}{gap}{}", found.message));
        } else if found.message != *title {
            line("", &found.message);
        }
        if let Some(judged) = judged {
            let would = match (judged.code, judged.shown_answer()) {
                (Some(code), _) => Some(format!("answers with code {code}")),
                (None, Some(answer)) => Some(format!("answers {}", in_short(&answer).replace("&#39;", "'"))),
                (None, None) => None,
            };
            match (would, &judged.got) {
                (Some(would), Some(got)) => {
                    line("  CAKE", &format!("{}; the ticket shows {got}", would.trim_end_matches('.')));
                }
                (Some(would), None) => line("  CAKE", &would),
                (None, Some(got)) => line("  CAKE", &format!("the ticket shows {got}")),
                (None, None) => {}
            }
        }
        if found.who() != Who::Nobody {
            line("  who", found.who().word());
            line("  do", found.help());
        }
        if !found.ask().is_empty() {
            line("  ask", found.ask());
        }
        if let Some(again) = diagnosis.again(ticket) {
            line("  check", &again);
        }
    }
    table(ticket, diagnosis, redact, &mut out);
    out
}

/// Causes whose place is a part of a ticket that may hold values of people.
fn hides_its_rest(id: &str) -> bool {
    matches!(id, "shell-ampersand" | "shell-newline" | "cut-at-hash" | "dangerous-value")
}

/// The place up to its first value, or else its first character.
fn beginning(text: &str, place: Span) -> Span {
    let part = text.get(place.range()).unwrap_or_default();
    let len = part.find('=').or_else(|| part.char_indices().nth(1).map(|(at, _)| at)).unwrap_or(part.len());
    Span::new(place.start, place.start + len)
}

/// An answer in one line that reads well.
fn in_short(answer: &str) -> String {
    let between = |start: &str, end: &str| Some(answer.split_once(start)?.1.split_once(end)?.0.trim());
    if answer.trim_start().starts_with('<') {
        let page = |title| format!("a page such as \"{title}\", and no code");
        return between("<title>", "</title>").map_or_else(|| "XML, and no code".to_owned(), page);
    }
    match between("{\"Message\":\"", "\"") {
        Some(message) => message.to_owned(),
        None => answer.lines().next().unwrap_or_default().replace(": .", "."),
    }
}

/// What came back, and stands beside its cause already.
const REPEATED: [&str; 8] =
    ["http-5xx", "code-1", "code-2", "code-3", "missing-parameter", "method-name", "request-format", "dangerous-value"];

/// What is said of a request for something else: a click, a health check.
const NO_UPDATE: &str = "not an update";

/// As many requests are listed one by one.
const MOST_LISTED: usize = 20;

/// The causes of all requests, where a ticket has several: one by one, or where they are many by cause.
fn table(ticket: &Ticket, diagnosis: &Diagnosis, redact: &dyn Fn(&str) -> String, out: &mut String) {
    if diagnosis.items.len() < 2 || diagnosis.first.is_none() {
        return;
    }
    let line_of =
        |item: &Item| ticket.text.get(..item.place.start).map_or(1, |before| before.matches('\n').count() + 1);
    if diagnosis.items.len() <= MOST_LISTED {
        out.push_str("\nall requests\n");
        for judged in &diagnosis.items {
            let item = &ticket.items[judged.item];
            let lead = item.request.as_ref().and_then(crate::support::Request::lead_id).unwrap_or_default();
            let lead = if lead.is_empty() { "-".to_owned() } else { visible_line(&redact(&lead)) };
            // A lead that is missing in the log or in the report is not a fault of this line.
            let mut causes = judged.causes.iter().map(|found| found.id);
            let cause = causes
                .find(|id| !matches!(*id, "never-arrived" | "report-date" | "key-exposed"))
                .unwrap_or("nothing-wrong");
            let is_code = item.form != Form::Answer && item.marks.iter().any(|mark| mark.kind == MarkKind::Variable);
            let cause = if !judged.is_for_cake {
                NO_UPDATE
            } else if is_code && matches!(cause, "nothing-wrong" | "cannot-tell") {
                "code; the values are not shown"
            } else {
                cause
            };
            // Writing into a String cannot fail.
            let _ = writeln!(out, "  line {:<5}{lead:<13} {cause}", line_of(item));
        }
        return;
    }
    let mut counts: Vec<(&str, usize, &Item, &str)> = Vec::new();
    for judged in &diagnosis.items {
        let (id, message) = match judged.causes.first() {
            _ if !judged.is_for_cake => (NO_UPDATE, ""),
            Some(found) if !matches!(found.id, "nothing-wrong" | "cannot-tell") => (found.id, &*found.message),
            Some(found) => (found.id, ""),
            None => ("nothing-wrong", ""),
        };
        match counts.iter_mut().find(|(other, ..)| *other == id) {
            Some((_, count, ..)) => *count += 1,
            None => counts.push((id, 1, &ticket.items[judged.item], message)),
        }
    }
    counts.sort_by_key(|(_, count, ..)| std::cmp::Reverse(*count));
    out.push_str("\nall requests\n");
    for (id, count, item, message) in counts.into_iter().take(20) {
        let line = line_of(item);
        // Writing into a String cannot fail.
        let message = if message.is_empty() { String::new() } else { format!(": {message}") };
        let _ = writeln!(out, "{count:>9}  {id:<24} first in line {line}{message}");
    }
}

/// The text of a ticket, and what is not shown of it.
struct Shown<'t> {
    text: &'t str,
    personal: &'t [Span],
    /// Whether a line ends with what is marked.
    ends: bool,
}

impl Shown<'_> {
    /// A part of the text without personal values, unless the marked place is in one.
    fn part(&self, part: Span, marked: Span) -> Option<String> {
        let mut out = String::new();
        let mut from = part.start;
        for value in self.personal {
            let (start, end) = (value.start.clamp(part.start, part.end), value.end.clamp(part.start, part.end));
            let is_marked = part.start == marked.start && value.start <= marked.start && marked.end <= value.end;
            if start < end && start >= from && !is_marked {
                out.push_str(self.text.get(from..start)?);
                out.push('…');
                from = end;
            }
        }
        out.push_str(self.text.get(from..part.end)?);
        Some(out)
    }
}

/// The line of a place with a caret below it. Keys are masked before anything is cut.
fn excerpt(shown: &Shown<'_>, place: Span, redact: &dyn Fn(&str) -> String) -> Option<(String, String)> {
    let text = shown.text;
    let start = place.start.min(text.len());
    let line_start = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let line_end = text.get(start..)?.find(['\r', '\n']).map_or(text.len(), |at| start + at);
    let end = place.end.clamp(start, line_end);
    let line_end = if shown.ends { end } else { line_end };
    let part = |start, end| shown.part(Span::new(start, end), place);
    let parts = [part(line_start, start)?, part(start, end)?, part(end, line_end)?];
    // A key that begins before the place would be cut in two, so the whole line is masked where one does.
    let whole = redact(&parts.concat());
    let [before, at, after] = parts.map(|part| visible_line(&redact(&part)));
    if visible_line(&whole) != format!("{before}{at}{after}") {
        let shown: String = visible_line(&whole).chars().take(WIDEST).collect();
        return Some((shown, String::new()));
    }
    let kept = 40;
    let skipped = before.chars().count().saturating_sub(kept);
    let before: String = before.chars().skip(skipped).collect();
    let before = if skipped > 0 { format!("…{before}") } else { before };
    let at: String = at.chars().take(WIDEST).collect();
    let after: String = after.chars().take(WIDEST.saturating_sub(at.chars().count())).collect();
    // A mark under most of a line shows nothing.
    let width = at.trim_end().chars().count();
    let caret = if width > WIDEST_MARK {
        String::new()
    } else {
        format!("{}{}", " ".repeat(before.chars().count()), "^".repeat(width.max(1)))
    };
    Some((format!("{before}{at}{after}"), caret))
}
