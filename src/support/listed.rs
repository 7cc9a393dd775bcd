//! The statuses that a ticket lists as the network's: `your list: Funded, In Progress, Unqualified`, or one a line below a heading.

use std::collections::BTreeMap;

use super::evidence::Evidence;
use super::knowledge::{Knowledge, KnownStatus, Source};
use super::phrases::Says;
use super::ticket::{Item, Ticket};

/// More of them no network has, and a longer name no status.
const MOST: usize = 60;
const LONGEST: usize = 40;

/// What is known, with the statuses that the ticket lists where nothing else tells them, or else those that CAKE took in it.
pub(super) fn with_listed(know: &Knowledge, ticket: &Ticket) -> Option<Knowledge> {
    if know.statuses.is_some() {
        return None;
    }
    let listed = || Some((statuses(&ticket.text)?, Source::Listed));
    let (statuses, source) = listed().or_else(|| Some((taken(&ticket.items)?, Source::Taken)))?;
    Some(Knowledge { statuses: Some(statuses), source, ..know.clone() })
}

/// The statuses that CAKE took in a ticket, with the sub-statuses that came with them.
fn taken(items: &[Item]) -> Option<Vec<KnownStatus>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for item in items.iter().filter(|item| Evidence::of(item) == Evidence::Code(0)) {
        let read = |name: &str| Some(item.request.as_ref()?.read(name)?).filter(|value| !value.is_empty());
        if let Some(status) = read("status") {
            found.entry(status).or_default().extend(read("sub_status"));
        }
    }
    (1..=MOST).contains(&found.len()).then(|| found.into_iter().map(|(name, below)| (name, Some(below))).collect())
}

/// The statuses that the ticket lists, with their sub-statuses where it lists them too; none where it has no list, or several that
/// differ.
fn statuses(text: &str) -> Option<Vec<KnownStatus>> {
    let mut lines = text.lines().map(unquoted).peekable();
    let mut found: Option<Vec<KnownStatus>> = None;
    let mut below: Vec<(String, Vec<String>)> = Vec::new();
    let mut alone: Vec<KnownStatus> = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(status) = with_sub_statuses(line) {
            alone.push(status);
            continue;
        }
        let Some((label, behind)) = label(line) else { continue };
        let lower = label.to_lowercase();
        if !is_of_the_network(&lower) {
            continue;
        }
        let is_below = lower.says(&["sub status", "sub-status", "substatus", "sub_status"]);
        let names = names(behind);
        // `Status: In Progress` below such lines.
        if !alone.is_empty() && lower.trim() == "status" && is_name(bare(behind)) {
            alone.push((bare(behind).to_owned(), None));
            continue;
        }
        if is_below {
            if let (Some(names), Some((_, parent))) = (names, label.rsplit_once(" for ")) {
                below.push((parent.trim().to_owned(), names));
            }
            continue;
        }
        let listed = match names {
            Some(names) => names.into_iter().map(|name| (name, None)).collect(),
            None if behind.trim().is_empty() => block(&mut lines),
            None => continue,
        };
        if listed.len() < 2 {
            continue;
        }
        if found.as_ref().is_some_and(|found| names_of(found) != names_of(&listed)) {
            return None;
        }
        found = Some(listed);
    }
    let mut found = found.or((!alone.is_empty()).then_some(alone))?;
    for (parent, names) in below {
        if let Some((_, known)) = found.iter_mut().find(|(name, _)| *name == parent) {
            *known = Some(names);
        }
    }
    Some(found)
}

/// `Status: Funded -> Sub statuses: Full Payment, Partial Payment`.
fn with_sub_statuses(line: &str) -> Option<KnownStatus> {
    let lower = line.to_ascii_lowercase();
    let (at, word) = ["sub statuses:", "sub-statuses:", "substatuses:", "sub status:", "sub-status:"]
        .iter()
        .find_map(|word| Some((lower.find(word)?, word)))?;
    let before = line[..at].trim_end().trim_end_matches(['-', '>', '(', ',', ';', '–', '—', '→', ' ']);
    let name = bare(before.rsplit(':').next()?);
    let names = names(line[at + word.len()..].trim_end_matches(')'))?;
    is_name(name).then(|| (name.to_owned(), Some(names)))
}

fn names_of(statuses: &[KnownStatus]) -> Vec<&str> {
    statuses.iter().map(|(name, _)| name.as_str()).collect()
}

/// A line without the signs of a quoted mail.
fn unquoted(line: &str) -> &str {
    let inner = line.trim_start_matches(['>', '|']);
    if inner.len() < line.len() { inner.strip_prefix(' ').unwrap_or(inner) } else { line }
}

/// What stands before a colon, and behind it; or what stands in brackets, as in `your report (your columns: A / B / C)`.
fn label(line: &str) -> Option<(&str, &str)> {
    if line.len() > 600 {
        return None;
    }
    let is_told =
        line.split_once(" statuses are ").map(|(before, behind)| (before, behind.split(". ").next().unwrap_or(behind)));
    if let Some((before, behind)) = is_told.filter(|(_, behind)| !behind.trim_start().starts_with("not ")) {
        let start = before.rfind([',', '.', ':', ';']).map_or(0, |at| at + 1);
        // `… are set up as follows:` goes on below.
        let behind = if behind.trim_end().ends_with(':') { "" } else { behind };
        // `statuses` is part of the label.
        return Some((&line[start..before.len() + " statuses".len()], behind));
    }
    let (label, behind) = line.split_once(':')?;
    let Some((_, inner)) = label.rsplit_once('(') else { return Some((label, behind)) };
    Some((inner, behind.split(')').next().unwrap_or(behind)))
}

/// Whether a label is that of the network's statuses, and not of the buyer's own or of what was tried.
fn is_of_the_network(lower: &str) -> bool {
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let of_statuses = ["statuses", "status", "list", "sheet", "columns", "dispositions", "stati"];
    let other = [
        "our", "my", "tried", "try", "crm", "map", "mapping", "we", "i", "error", "code", "http", "lead", "leads",
        "subject", "answer", "response", "they", "field", "fields", "old",
    ];
    let is_theirs = words.iter().any(|word| matches!(*word, "your" | "you"));
    words.len() <= 12
        && words.iter().any(|word| of_statuses.contains(word))
        && (is_theirs || !words.iter().any(|word| other.contains(word)))
        && !lower.contains(['{', '=', '"', '/'])
}

/// Names in a line, separated alike.
fn names(text: &str) -> Option<Vec<String>> {
    // Another sentence may follow.
    let text = text.trim().split(". ").next()?.trim_end_matches('.');
    let separator = [" / ", ",", ";", " | ", "/"].into_iter().find(|separator| text.contains(separator))?;
    let mut names: Vec<&str> = text.split(separator).map(|name| bare(name.trim().trim_start_matches("and "))).collect();
    // `In Progress and No Contact` at the end are two.
    let last = names.pop()?;
    match last.split_once(" and ").filter(|(_, second)| second.starts_with(char::is_uppercase)) {
        Some((first, second)) => names.extend([first, second]),
        None => names.push(last),
    }
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let is_list = (2..=MOST).contains(&names.len()) && names.iter().all(|name| is_name(name));
    // Names of statuses begin with capitals; words in prose do not.
    let capitals = names.iter().filter(|name| name.starts_with(char::is_uppercase)).count();
    (is_list && capitals * 2 > names.len()).then_some(names)
}

fn bare(name: &str) -> &str {
    name.trim().trim_matches(['"', '\'', '“', '”', '`', '*']).trim()
}

fn is_name(name: &str) -> bool {
    (2..=LONGEST).contains(&name.chars().count())
        && name.starts_with(char::is_alphanumeric)
        && name.split(' ').count() <= 5
        && !name.contains(['=', ':', '{', '}', '<', '>', '(', ')', '[', ']', '"', '?', '!', '@', '\\', '_'])
}

/// Names one a line; what is set further in belongs to the name above it.
fn block<'t>(lines: &mut std::iter::Peekable<impl Iterator<Item = &'t str>>) -> Vec<KnownStatus> {
    let mut found: Vec<KnownStatus> = Vec::new();
    let mut first: Option<usize> = None;
    if lines.peek().is_some_and(|line| line.trim().is_empty()) {
        lines.next();
    }
    while let Some(line) = lines.next_if(|line| {
        let name = bare(line.trim().trim_start_matches(['-', '*', '•', '·', '+']));
        is_name(name) && name.starts_with(char::is_uppercase) && !name.ends_with(['.', ','])
    }) {
        if found.len() >= MOST {
            break;
        }
        let name = line.trim_start();
        let marked = name.trim_start_matches(['-', '*', '•', '·', '+', ' ']);
        let depth = line.len() - marked.len();
        let name = bare(marked).to_owned();
        let above = found.last_mut().filter(|_| first.is_some_and(|first| depth > first));
        if let Some((_, below)) = above {
            below.get_or_insert_default().push(name);
        } else {
            first = first.or(Some(depth));
            found.push((name, None));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::statuses;
    use proptest::prelude::*;

    fn told(text: &str) -> String {
        let one = |(name, below): (String, Option<Vec<String>>)| match below {
            Some(below) => format!("{name} ({})", below.join(", ")),
            None => name,
        };
        statuses(text).map_or_else(|| "-".to_owned(), |found| found.into_iter().map(one).collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn a_list_of_the_networks_statuses_is_read() {
        for (text, expected) in [
            ("your list from the kickoff call: Funded, In Progress, Unqualified", "Funded; In Progress; Unqualified"),
            ("Your report (your columns: Funded / In Progress / Unqualified) has", "Funded; In Progress; Unqualified"),
            (
                "> Statuses: Funded, In Progress\n> Sub statuses for Funded: Full Payment, Partial\n",
                "Funded (Full Payment, Partial); In Progress",
            ),
            (
                "Melissa's sheet for reference:\n\nFunded\n   - Full Payment\n   - Partial Payment\nIn Progress\nUnqualified\n   - No Contact\n\nCan somebody look?",
                "Funded (Full Payment, Partial Payment); In Progress; Unqualified (No Contact)",
            ),
            (
                "Status: Funded  -> Sub statuses: Full Payment, Partial Payment\nStatus: In Progress",
                "Funded (Full Payment, Partial Payment); In Progress",
            ),
            ("Statuses:\n- Sold\n- Not Interested\nBye", "Sold; Not Interested; Bye"),
            (
                "> Hi Dana, your statuses are Funded, In Progress and No Contact. Spelling needs to be exact",
                "Funded; In Progress; No Contact",
            ),
            (
                "> your statuses are set up as follows:\n>\n> Sold\n> Bad Lead\n>     - Disconnected\n>     - Duplicate\n>\n> Bye",
                "Sold; Bad Lead (Disconnected, Duplicate)",
            ),
            ("Your list: Sold / Call Back / Wrong Number. Agents use all of them.", "Sold; Call Back; Wrong Number"),
            ("Our CRM statuses: Won, Lost", "-"),
            ("status: sent, failed", "-"),
            ("We tried these statuses: Sold, Funded", "-"),
            ("Your statuses: Sold, Lost\nYour list: Sold, Gone", "-"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[\n>:,/ -]|your list:|Sub statuses for |Sold){0,40}") {
            let _ = told(&text);
        }
    }
}
