//! The report as short Markdown, for a ticket or the summary of a job: the verdict, and each mistake with one case.

use std::fmt::Write as _;

use super::broken::{Broken, Example, Roots};
use super::difference::lines;
use super::human::SHOWN_IN_FULL;
use super::said::{counts, fails_without_a_rule, few, flaky, notes};
use super::verdict::{VerdictInWords, kept, told};
use super::visible::visible;
use super::wire::{answered, body, shown};
use crate::judge::{Finding, Report, StepReport};
use crate::plural::plural;
use crate::rules::Weight;

/// How much is shown of a request or an answer.
const LONGEST: usize = 1_200;

/// The report as Markdown.
pub fn markdown(report: &Report) -> String {
    let report = &visible(report);
    let mut page = String::new();
    let VerdictInWords { mood, words, below } = told(report);
    let strict = if report.is_strict() { " (strict)" } else { "" };
    line(&mut page, &format!("## {} caketester: {words}{strict}\n", mood.sign));
    for (label, what) in &below {
        line(&mut page, &format!("- {label}: {}", text(what)));
    }
    if !below.is_empty() {
        line(&mut page, "");
    }
    let of_weight = |weight: Weight| kept(report, weight).map(|kept| format!("; {}: {kept}", weight.word()));
    let rules: String = [Weight::Required, Weight::Recommended].into_iter().filter_map(of_weight).collect();
    line(&mut page, &format!("{}{rules}\n", counts(report)));
    let subject = report.subject.in_words(code);
    let day = report.started.strftime("%Y-%m-%d %H:%M UTC");
    let network = report.network.as_ref().map_or_else(String::new, |name| format!(", network {}", code(name)));
    let (pack, by) = (code(&report.pack), text(&report.caketester));
    line(&mut page, &format!("{subject}{network}, pack {pack}, {day}, caketester {by}"));
    if let Some(stop) = &report.stop {
        line(&mut page, &format!("\n**Stopped:** {}\n\n**Change:** {}", text(&stop.message), text(&stop.help)));
    }
    let Roots { deciding, recommended, notes: info } = Broken::roots(report);
    deciding.iter().take(SHOWN_IN_FULL).for_each(|broken| rule(&mut page, broken, report));
    let rest: Vec<String> = deciding.iter().skip(SHOWN_IN_FULL).map(named).collect();
    if !rest.is_empty() {
        line(&mut page, &format!("\nMore that is broken: {}", rest.join("; ")));
    }
    if !recommended.is_empty() {
        line(&mut page, "\n### Recommended, and fails nothing\n");
    }
    for broken in &recommended {
        line(&mut page, &format!("- {}. {}: {}", named(broken), broken.weight(report), text(&broken.change())));
    }
    let failed: Vec<_> = report.scenarios.iter().filter(|scenario| fails_without_a_rule(scenario)).collect();
    for scenario in failed.iter().take(SHOWN_IN_FULL) {
        line(&mut page, &format!("\n### {}: {}\n", code(&scenario.id), text(&scenario.title)));
        if let Some(runs) = flaky(scenario) {
            line(&mut page, &format!("🎲 Flaky: it {runs}\n"));
        }
        for step in &scenario.steps {
            let findings: Vec<_> = step.findings.iter().filter(|finding| finding.rule.is_none()).collect();
            if !findings.is_empty() {
                case(&mut page, &findings, step, "");
            }
        }
        line(&mut page, &format!("\nRepeat it: {}", code(&report.repeat.command(&scenario.id))));
    }
    let others: Vec<String> = failed.iter().skip(SHOWN_IN_FULL).map(|scenario| code(&scenario.id)).collect();
    if !others.is_empty() {
        line(&mut page, &format!("\n{} more failed: {}", others.len(), few(&others)));
    }
    for (label, note) in notes(report) {
        line(&mut page, &format!("\n> {label}: {}", text(&note)));
    }
    for broken in &info {
        line(&mut page, &format!("\n> not followed, and it fails nothing: {}", named(broken)));
    }
    page
}

/// A rule in a row of others.
fn named(broken: &Broken<'_>) -> String {
    let scenarios = plural(broken.scenarios.len(), "scenario");
    format!("**{}** {} ({scenarios})", broken.rule.id, text(&broken.rule.title))
}

fn rule(page: &mut String, broken: &Broken<'_>, report: &Report) {
    line(page, &format!("\n### {} {}\n", broken.rule.id, text(&broken.rule.title)));
    let ids: Vec<String> = broken.scenarios.iter().map(|id| code(id)).collect();
    let weight = broken.weight(report);
    line(page, &format!("{weight}, broken in {}: {}\n", plural(ids.len(), "scenario"), few(&ids)));
    if !broken.flaky.is_empty() {
        line(page, &format!("🎲 Flaky: {}\n", few(&broken.flaky)));
    }
    line(page, &format!("{}\n\n**Change:** {}", text(broken.text.why), text(&broken.change())));
    let Example { scenario, step, findings } = &broken.case;
    line(page, &format!("\n**One case:** {}, {}\n", code(&scenario.id), text(&scenario.title)));
    case(page, findings, step, &broken.change());
    line(page, &format!("\nRepeat it: {}", code(&report.repeat.command(&scenario.id))));
    if !broken.explained.is_empty() {
        let others: Vec<String> = broken.explained.iter().map(named).collect();
        line(page, &format!("\nProbably broken by the same mistake: {}", others.join("; ")));
    }
}

/// What is wrong with a step, and what crossed the wire in it; `known` has been said of what to change.
fn case(page: &mut String, findings: &[&Finding], step: &StepReport, known: &str) {
    for finding in findings {
        line(page, &format!("- {}", text(&finding.message)));
        if let (Some(expected), Some(actual)) = (&finding.expected, &finding.actual) {
            if expected.contains('\n') || actual.contains('\n') {
                let marked = lines(expected, actual).into_iter().map(|it| format!("{} {}", it.sign, it.text));
                line(page, &format!("\n{}", block("diff", &marked.collect::<Vec<_>>().join("\n"))));
            } else {
                line(page, &format!("  - expected {}, got {}", code(expected), code(actual)));
            }
        }
        if let Some(help) = finding.help.as_deref().filter(|help| *help != known) {
            line(page, &format!("  - {}", text(help)));
        }
    }
    if let Some(exchange) = shown(step).next() {
        let told = format!("{}\n\n{}\n{}", exchange.request.line(), answered(exchange), body(exchange));
        line(page, &format!("\n{}", block("", told.trim_end())));
    }
}

fn line(page: &mut String, text: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(page, "{text}");
}

/// Any text as plain words in Markdown.
fn text(words: &str) -> String {
    let mut out = String::new();
    for c in words.chars() {
        match c {
            '\n' | '\t' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // What a client sent must not mention a person.
            '@' => out.push_str("@\u{2060}"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '$' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

/// A piece of code in a line.
fn code(value: &str) -> String {
    let fence = "`".repeat(longest_row(value) + 1);
    let value = value.replace('\n', " ");
    let space = if value.is_empty() || value.starts_with(['`', ' ']) || value.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{space}{value}{space}{fence}")
}

/// A block of code.
fn block(language: &str, value: &str) -> String {
    let fence = "`".repeat(longest_row(value).max(2) + 1);
    let value = match value.char_indices().nth(LONGEST) {
        None => value.to_owned(),
        Some((end, _)) => format!("{}[…]", &value[..end]),
    };
    format!("{fence}{language}\n{value}\n{fence}")
}

/// The longest row of backticks.
fn longest_row(value: &str) -> usize {
    value.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{block, code, text};

    #[test]
    fn nothing_gets_out_of_its_words_or_its_code() {
        assert_eq!(text("a *b* <c>\n# d | [e](f) @g"), "a \\*b\\* &lt;c&gt; \\# d \\| \\[e\\](f) @\u{2060}g");
        assert_eq!(code("plain"), "`plain`");
        assert_eq!(code("a`b``"), "``` a`b`` ```");
        assert_eq!(block("", "```\n</details>"), "````\n```\n</details>\n````");
        assert_eq!(block("x", &"ä".repeat(2_000)).chars().count(), 1_200 + "```x\n[…]\n```".chars().count());
    }
}
