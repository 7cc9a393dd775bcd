//! Variables in double braces, as Postman and `.http` files write them.

use std::collections::HashMap;

use super::found::mark;
use crate::support::ticket::{Mark, MarkKind};
use crate::support::traced::Traced;

/// The values that stand in the ticket, by name.
pub(super) type Values = HashMap<String, Traced>;

/// A value may name a variable, but not without end.
const ROUNDS: usize = 4;

/// Longer than this nothing grows by putting values in.
const LONGEST: usize = 64 * 1024;

/// The text with its variables' values; a variable without one stays, and is marked.
pub(super) fn replaced(text: &Traced, values: &Values, marks: &mut Vec<Mark>) -> Traced {
    let mut whole = text.clone();
    for round in 0..ROUNDS {
        let (next, has_changed) = once(&whole, values, marks, round == 0);
        whole = next;
        if !has_changed || whole.len() > LONGEST {
            break;
        }
    }
    whole
}

fn once(text: &Traced, values: &Values, marks: &mut Vec<Mark>, marks_unknown: bool) -> (Traced, bool) {
    let (mut whole, mut at, mut has_changed) = (Traced::default(), 0, false);
    let find =
        |from: usize, two: &[u8; 2]| text.bytes()[from..].windows(2).position(|found| found == two).map(|at| from + at);
    while let Some(start) = find(at, b"{{") {
        let Some(end) = find(start, b"}}") else { break };
        let name = String::from_utf8_lossy(&text.bytes()[start + 2..end]).trim().to_owned();
        whole.append(&text.slice(at..start));
        if let Some(value) = values.get(&name) {
            whole.append(value);
            has_changed = true;
        } else {
            if marks_unknown {
                marks.push(mark(MarkKind::Variable, text.place(start..end + 2), name));
            }
            whole.append(&text.slice(start..end + 2));
        }
        at = end + 2;
        if whole.len() > LONGEST {
            break;
        }
    }
    whole.append(&text.slice(at..text.len()));
    (whole, has_changed)
}

#[cfg(test)]
mod tests {
    use super::{Values, replaced};
    use crate::support::Traced;

    #[test]
    fn known_variables_are_replaced_and_unknown_ones_marked() {
        let values = Values::from([
            ("a".into(), Traced::at(100, "{{b}}")),
            ("b".into(), Traced::at(200, "x")),
            ("loop".into(), Traced::at(300, "{{loop}}{{loop}}")),
        ]);
        let mut marks = Vec::new();
        let text = replaced(&Traced::at(0, "1{{ a }}2{{c}}3{{"), &values, &mut marks);
        assert_eq!(text.text(), "1x2{{c}}3{{");
        assert_eq!(marks.len(), 1);
        assert_eq!(marks[0].detail, "c");
        assert!(replaced(&Traced::at(0, &"{{loop}}".repeat(2_000)), &values, &mut marks).len() < 200_000);
    }
}
