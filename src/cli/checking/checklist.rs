//! The checklist of an observation as text, and what a person may type below it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::nearest::nearest;
use crate::protocol::Outcome;
use crate::run::{ChecklistItem, Trap};

/// Lines of a screen that are not the list's: what stands above and below it.
const FRAME: usize = 8;

/// What is seen at one time: the items, and requests that belong to none.
pub(in crate::cli) type Looks = (Vec<ChecklistItem>, Vec<String>);

/// What a person typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Typed {
    /// What the system showed for an item, by its number from 0.
    Tell(usize, Outcome),
    /// Not now.
    Skip,
    /// That was all.
    Done,
}

/// The item that the person is asked for: the one whose bad certificate is shown, or the first that arrived and has no
/// outcome.
pub(in crate::cli) fn asked_for(looks: &[ChecklistItem], skipped: &BTreeSet<usize>) -> Option<usize> {
    let is_open = |(at, look): &(usize, &ChecklistItem)| {
        let has_come = if trap(looks).is_some() { is_shown(look) } else { look.requests > 0 };
        has_come && look.told.is_none() && !skipped.contains(at)
    };
    looks.iter().enumerate().find(is_open).map(|(at, _)| at)
}

/// Whether everything that can be told by now was told.
pub(in crate::cli) fn is_over(looks: &[ChecklistItem], skipped: &BTreeSet<usize>) -> bool {
    if let Some(at) = trap(looks) {
        return looks[at].told.is_some() || skipped.contains(&at);
    }
    let mut planned = looks.iter().filter(|look| look.trap.is_none()).peekable();
    planned.peek().is_some() && planned.all(|look| look.told.is_some())
}

/// The item whose bad certificate is shown.
fn trap(looks: &[ChecklistItem]) -> Option<usize> {
    looks.iter().position(is_shown)
}

/// Whether its bad certificate is shown now.
pub(in crate::cli) fn is_shown(look: &ChecklistItem) -> bool {
    matches!(look.trap, Some(Trap::Now { .. }))
}

/// Reads what was typed; or why it cannot be understood.
pub(in crate::cli) fn command(line: &str, looks: &[ChecklistItem], asked: Option<usize>) -> Result<Typed, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match *words {
        [] => Ok(Typed::Skip),
        ["done" | "quit" | "end"] => Ok(Typed::Done),
        [word] => {
            let outcome = outcome(word)?;
            let nothing = || {
                format!(
                    "every update that arrived has an outcome; `1 {word}` sets the outcome of number 1 all the same"
                )
            };
            asked.map(|at| Typed::Tell(at, outcome)).ok_or_else(nothing)
        }
        [item, word] => Ok(Typed::Tell(number(item, looks)?, outcome(word)?)),
        _ => {
            Err(format!("{line:?} is too long; an outcome is enough, with a number or a lead before it: `3 rejected`"))
        }
    }
}

fn outcome(word: &str) -> Result<Outcome, String> {
    let lower = word.to_lowercase();
    let by_letter = [("u", Outcome::Updated), ("r", Outcome::Rejected), ("k", Outcome::Unknown)];
    let meant = by_letter.into_iter().find(|(letter, outcome)| lower == *letter || lower == outcome.word());
    meant.map(|(_, outcome)| outcome).ok_or_else(|| {
        let near = nearest(&lower, ["updated", "rejected", "unknown", "done"]);
        let near = near.map_or_else(|| ".".to_owned(), |near| format!("; did you mean {near}?"));
        format!(
            "{word:?} is not an outcome{near} The outcomes are updated (u), rejected (r) and unknown (k); `done` ends"
        )
    })
}

fn number(item: &str, looks: &[ChecklistItem]) -> Result<usize, String> {
    let number = item.parse::<usize>().ok().filter(|number| (1..=looks.len()).contains(number));
    let of_lead = looks.iter().position(|look| look.update.lead_id.eq_ignore_ascii_case(item));
    let known = of_lead.or(number.map(|number| number - 1));
    known.ok_or_else(|| format!("{item:?} is neither a number from 1 to {} nor a lead of the list", looks.len()))
}

/// The whole list, as it is printed once.
pub(in crate::cli) fn checklist(heading: &str, looks: &[ChecklistItem]) -> String {
    let items: String = looks.iter().enumerate().map(|(at, look)| item(at, look)).collect();
    format!("{heading}{items}Ctrl-C or `done` ends this\n")
}

/// One item with its mark: `[ ]` has yet to arrive, `[?]` has arrived, and of `[x]` the outcome is known.
fn item(at: usize, look: &ChecklistItem) -> String {
    let mark = match (look.requests, look.told) {
        (_, Some(_)) => 'x',
        (1.., None) => '?',
        (0, None) => ' ',
    };
    let step = look.step.as_ref().map_or_else(String::new, |step| format!(", step {step}"));
    let mut text = format!("{:>4} [{mark}] {}  ({}{step})", at + 1, look.update, look.scenario);
    if let Some(answered) = &look.answered {
        let _ = write!(text, ": answered with {answered}");
    }
    match look.trap {
        Some(Trap::Later) => text.push_str(": later, with a bad certificate"),
        Some(Trap::Now { turned_away: false }) if look.requests == 0 => text.push_str(": send it now"),
        Some(Trap::Now { turned_away: true }) => text.push_str(": the system turned away"),
        _ => {}
    }
    if look.requests > 1 {
        let _ = write!(text, ", {} requests", look.requests);
    }
    if let Some(told) = look.told {
        let _ = write!(text, ", and the system showed {told}");
    }
    text.push('\n');
    for mistake in &look.mistakes {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "         ! {mistake}");
    }
    text
}

/// What is new since the last time, for a log.
pub(in crate::cli) fn changes(before: &Looks, now: &Looks, asked: Option<usize>, said: &[String]) -> String {
    let mut text = lines(said);
    let changed = now.0.iter().zip(&before.0).enumerate().filter(|(_, (look, before))| look != before);
    changed.for_each(|(at, (look, _))| text.push_str(&item(at, look)));
    for stray in now.1.get(before.1.len()..).unwrap_or_default() {
        let _ = writeln!(text, "belongs to nothing in the list: {stray}");
    }
    if text.is_empty() { text } else { text + &question(asked, &now.0) }
}

/// Each in a line of its own.
fn lines(said: &[String]) -> String {
    said.iter().flat_map(|line| [line, "\n"]).collect()
}

fn question(asked: Option<usize>, looks: &[ChecklistItem]) -> String {
    let Some((at, look)) = asked.and_then(|at| Some((at, looks.get(at)?))) else { return String::new() };
    let (number, lead) = (at + 1, &look.update.lead_id);
    format!("what did the system show for {number} ({lead})? updated, rejected or unknown; Enter: not now\n")
}

/// All of it, on a screen of so many lines and columns: first what is open, then what has yet to arrive.
pub(in crate::cli) fn screen(
    heading: &str,
    (looks, strays): &Looks,
    asked: Option<usize>,
    said: &[String],
    (height, width): (usize, usize),
) -> String {
    let mut text = heading.to_owned();
    let room = height.saturating_sub(FRAME + said.len()).max(1);
    let mut order: Vec<usize> = (0..looks.len()).collect();
    if looks.len() > room {
        order.sort_by_key(|at| (looks[*at].told.is_some(), looks[*at].requests == 0));
    }
    let list: String = order.iter().map(|at| item(*at, &looks[*at])).collect();
    for line in list.lines().take(room) {
        text.extend(line.chars().take(width.max(20)).chain(['\n']));
    }
    if list.lines().count() > room {
        let _ = writeln!(text, "     … {} lines more", list.lines().count() - room);
    }
    if let Some(stray) = strays.last() {
        let _ = writeln!(text, "belongs to nothing in the list: {}", stray.chars().take(2 * width).collect::<String>());
    }
    let arrived = looks.iter().filter(|look| look.requests > 0).count();
    let told = looks.iter().filter(|look| look.told.is_some()).count();
    let _ = writeln!(text, "{arrived} of {} arrived, {told} with an outcome; Ctrl-C or `done` ends this", looks.len());
    text + &lines(said) + &question(asked, looks)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Typed, asked_for, changes, command, is_over, screen};
    use crate::protocol::{Outcome, Update};
    use crate::run::{ChecklistItem, Trap};

    fn look(lead_id: &str, requests: usize, told: Option<Outcome>) -> ChecklistItem {
        ChecklistItem {
            scenario: "codes/success".into(),
            step: None,
            update: Update { lead_id: lead_id.into(), status: "Funded".into(), ..Update::default() },
            requests,
            answered: (requests > 0).then(|| "code 0".to_owned()),
            mistakes: if requests > 1 { vec!["it sent two".into()] } else { vec![] },
            told,
            trap: None,
        }
    }

    fn looks() -> Vec<ChecklistItem> {
        vec![look("5A1E0001", 1, Some(Outcome::Updated)), look("5A1E0002", 0, None), look("5A1E0003", 1, None)]
    }

    #[test]
    fn the_first_that_arrived_and_has_no_outcome_is_asked_for_unless_it_was_skipped() {
        assert_eq!(asked_for(&looks(), &BTreeSet::new()), Some(2));
        assert_eq!(asked_for(&looks(), &BTreeSet::from([2])), None);
    }

    #[test]
    fn a_step_whose_certificate_is_shown_is_asked_for_alone_and_is_over_once_it_is_told_or_skipped() {
        let mut looks = looks();
        looks[1].told = Some(Outcome::Updated);
        let later = ChecklistItem { trap: Some(Trap::Later), ..look("5A1E0801", 0, None) };
        looks.push(later);
        assert!(!is_over(&looks, &BTreeSet::new()));
        looks[2].told = Some(Outcome::Updated);
        assert!(is_over(&looks, &BTreeSet::new()));
        looks[3].trap = Some(Trap::Now { turned_away: false });
        assert_eq!(asked_for(&looks, &BTreeSet::new()), Some(3));
        assert!(!is_over(&looks, &BTreeSet::new()) && is_over(&looks, &BTreeSet::from([3])));
        looks[3].told = Some(Outcome::Unknown);
        assert!(is_over(&looks, &BTreeSet::new()));
    }

    #[test]
    fn an_outcome_is_told_for_what_was_asked_or_for_what_is_named() {
        let typed = |line: &str| command(line, &looks(), Some(2));
        assert_eq!(typed("updated"), Ok(Typed::Tell(2, Outcome::Updated)));
        assert_eq!(typed(" R "), Ok(Typed::Tell(2, Outcome::Rejected)));
        assert_eq!(typed("2 unknown"), Ok(Typed::Tell(1, Outcome::Unknown)));
        assert_eq!(typed("5a1e0001 k"), Ok(Typed::Tell(0, Outcome::Unknown)));
        assert_eq!(typed(""), Ok(Typed::Skip));
        assert_eq!(typed("done"), Ok(Typed::Done));
    }

    #[test]
    fn what_cannot_be_understood_is_named_with_what_can() {
        for (line, asked, says) in [
            ("updatd", Some(2), "\"updatd\" is not an outcome; did you mean updated?"),
            ("4 updated", Some(2), "\"4\" is neither a number from 1 to 3"),
            ("updated", None, "`1 updated` sets the outcome of number 1"),
            ("the lead was updated", Some(2), "is too long"),
        ] {
            let error = command(line, &looks(), asked).expect_err(line);
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn only_what_is_new_is_said_in_a_log() {
        let before = (looks(), vec!["a".to_owned()]);
        let mut now = before.clone();
        assert_eq!(changes(&before, &now, Some(2), &[]), "");
        now.0[1] = look("5A1E0002", 2, None);
        now.1.push("b".into());
        assert_eq!(
            changes(&before, &now, Some(1), &[]),
            "   2 [?] lead_id=\"5A1E0002\" status=\"Funded\"  (codes/success): answered with code 0, 2 requests\n         \
             ! it sent two\nbelongs to nothing in the list: b\nwhat did the system show for 2 (5A1E0002)? updated, rejected or \
             unknown; Enter: not now\n"
        );
    }

    #[test]
    fn a_small_screen_shows_what_is_open_first() {
        let text = screen("observing\nhave\n", &(looks(), vec![]), Some(2), &[], (9, 40));
        assert!(text.contains("   3 [?]") && !text.contains("   1 [x]") && text.contains("… 2 lines more"), "{text}");
        assert!(text.lines().count() <= 9, "{text}");
        let whole = screen("observing\nhave\n", &(looks(), vec![]), Some(2), &[], (24, 80));
        assert!(whole.contains("   1 [x]") && whole.contains("2 of 3 arrived, 1 with an outcome"), "{whole}");
    }
}
