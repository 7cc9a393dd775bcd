//! The report as workflow commands of GitHub Actions: one annotation for each mistake, on the scenario's file where the
//! pack is in the repository.

use std::hash::{BuildHasher, Hasher, RandomState};

use super::broken::{Broken, Example, Roots};
use super::said::flaky;
use super::visible::visible;
use crate::judge::{Report, ScenarioReport};

/// The report as lines of workflow commands. `locate` makes of a scenario's file the path that GitHub knows it by, where
/// it knows it.
pub fn annotations(report: &Report, locate: impl Fn(&str) -> Option<String>) -> String {
    let report = &visible(report);
    let locate = |scenario: &ScenarioReport| {
        // The files of the standard pack are in the binary, not in the user's repository.
        if report.pack == "standard" { None } else { locate(&scenario.file) }
    };
    let mut text = String::new();
    if let Some(stop) = &report.stop {
        text += &command("error", None, "no scenario was run", &format!("{}\n{}", stop.message, stop.help));
    }
    let Roots { deciding, recommended, notes } = Broken::roots(report);
    for (level, of_level) in [("error", deciding), ("warning", recommended), ("notice", notes)] {
        for broken in &of_level {
            let Example { scenario, findings, .. } = &broken.case;
            let mut message = vec![format!("Broken in {}", broken.listed())];
            message.extend(broken.flaky.iter().map(|flaky| format!("Flaky: {flaky}")));
            message.extend(findings.iter().map(|finding| format!("{}: {}", scenario.id, finding.message)));
            message.push(format!("Change: {}", broken.change()));
            if !broken.explained.is_empty() {
                message.push(format!("Probably broken by the same mistake: {}", broken.others().join(", ")));
            }
            text += &command(level, locate(scenario).as_deref(), &broken.heading(), &message.join("\n"));
        }
    }
    for scenario in &report.scenarios {
        for finding in scenario.findings().filter(|finding| finding.rule.is_none()) {
            let help = finding.help.as_ref().map_or_else(String::new, |help| format!("\n{help}"));
            let flaky = flaky(scenario).map_or_else(String::new, |runs| format!("Flaky, {runs}: "));
            let message = format!("{flaky}{}{help}", finding.message);
            text += &command("error", locate(scenario).as_deref(), &scenario.id, &message);
        }
    }
    text
}

/// A text in which no line is taken for a command: what a client or an endpoint said may look like one.
pub fn without_commands(text: &str) -> String {
    // Nobody can have known the word that ends it.
    let word = format!("caketester-{:016x}", RandomState::new().build_hasher().finish());
    format!("::stop-commands::{word}\n{text}::{word}::\n")
}

/// One command, which has to stand in a line of its own.
fn command(level: &str, file: Option<&str>, title: &str, message: &str) -> String {
    let place = file.map_or_else(String::new, |file| format!("file={},line=1,", property(file)));
    format!("::{level} {place}title={}::{}\n", property(title), data(message))
}

/// What stands behind the second pair of colons.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands before it, where commas and colons separate.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn what_separates_and_what_ends_a_command_is_escaped() {
        assert_eq!(
            command("error", Some("a,b:c/100%.yaml"), "t: 1,2\n::x", "50%, a::b\r\n::error::c"),
            "::error file=a%2Cb%3Ac/100%25.yaml,line=1,title=t%3A 1%2C2%0A%3A%3Ax::50%25, a::b%0D%0A::error::c\n"
        );
        assert_eq!(command("notice", None, "t", "m"), "::notice title=t::m\n");
    }
}
