//! A scenario's file: whatever is in it is read or answered with mistakes, and no API key is shown in either.

use caketester::cake::Settings;
use caketester::scenario::{ScenarioId, apply_settings, read_scenario};
use caketester::source::{Diagnostic, SourceFile};

/// A key that no made-up file contains, because [`check`] takes it out.
const KEY: &str = "QZkey7Zq";

/// Ways to write a buyer with this key, as a piece of a file.
const BUYERS: [&str; 6] = [
    "instance:\n  buyers:\n    - name: Acme\n      key: QZkey7Zq\n",
    "instance: { buyers: [{ name: Acme, key: QZkey7Zq }] }\n",
    "instance:\n  buyers: { add: [{ key: 'QZkey7Zq', name: Acme }] }\n",
    "instance: { \"buyers\": [{\"name\": \"Acme\", \"key\": \"a,}\\\"QZkey7Zq\"}] }\n",
    "instance:\n  buyers:\n    - key: QZkey7Zq # a comment\n",
    "instance:\n  buyers:\n  - { key: [QZkey7Zq], name: Acme }\n",
];

/// Holds the reader of scenarios against these bytes.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data).replace("QZ", "qz");
    read(&text);
    // The first byte says how the key is written, and whether before or behind the rest.
    let way = usize::from(data.first().copied().unwrap_or_default());
    let buyer = BUYERS[way % BUYERS.len()];
    let with_key = if way < 128 { format!("{buyer}{text}") } else { format!("{text}\n{buyer}") };
    for shown in read(&with_key) {
        assert!(!shown.contains(KEY), "the key is shown in:\n{shown}");
    }
}

/// Everything that could be shown of a file.
fn read(text: &str) -> Vec<String> {
    let id = ScenarioId::new("codes/made-up").expect("this is an id");
    let file = SourceFile::new("scenarios/codes/made-up.yaml", text);
    match read_scenario(id, &file) {
        Ok(scenario) => {
            assert!(!scenario.steps.is_empty(), "a scenario that sends nothing");
            let mut settings = Settings::default();
            let mistakes = apply_settings(&mut settings, &scenario.changes, &file, &|_| None);
            let mut shown = told(&mistakes, text);
            shown.push(format!("{:?} {settings:?}", scenario.changes));
            shown.extend(scenario.steps.iter().map(|step| step.update.to_string()));
            shown
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty(), "refused without a mistake");
            told(&mistakes, text)
        }
    }
}

fn told(mistakes: &[Diagnostic], text: &str) -> Vec<String> {
    for mistake in mistakes {
        let lines = text.lines().count();
        let is_there = |(line, _): (usize, usize)| (1..=lines + 1).contains(&line);
        assert!(mistake.line_and_column().is_none_or(is_there), "no such line: {mistake}");
    }
    mistakes.iter().flat_map(|mistake| [mistake.to_string(), mistake.message().to_owned()]).collect()
}
