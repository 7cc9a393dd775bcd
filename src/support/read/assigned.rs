//! Variables of code, where a program puts a literal into one: `const url = "https://…"`, `payload = {…}`.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::support::json::{self, Node};

/// A longer name nobody gives.
const LONGEST_NAME: usize = 60;
/// As many values of an object are looked at, and as much text of a literal: each call that names it reads it again.
const MOST: usize = 200;
const LONGEST: usize = 2_000;

/// The variables of a text. They are looked for once, when the first is asked for.
pub(in crate::support) struct Assigned<'t> {
    text: &'t str,
    places: OnceCell<HashMap<&'t str, Place>>,
}

/// Where the last value begins that is put into a name, and whether something is added to it later.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: usize,
    grows: bool,
}

impl<'t> Assigned<'t> {
    pub(in crate::support) fn of(text: &'t str) -> Self {
        Self { text, places: OnceCell::new() }
    }

    fn of_name(&self, name: &str) -> Option<Place> {
        self.places.get_or_init(|| places(self.text)).get(name).copied()
    }

    /// Where the last value begins that is put into a name.
    pub(in crate::support) fn place(&self, name: &str) -> Option<usize> {
        self.of_name(name).map(|place| place.at)
    }

    /// The literal that a name stands for.
    pub(super) fn literal(&self, name: &str) -> Option<Node> {
        self.of_name(name).filter(|place| !place.grows).and_then(|place| self.literal_at(place))
    }

    /// The literal that a name begins with, whatever is added to it.
    pub(super) fn beginning(&self, name: &str) -> Option<Node> {
        self.of_name(name).and_then(|place| self.literal_at(place))
    }

    fn literal_at(&self, place: Place) -> Option<Node> {
        let value = self.text[place.at..].trim_start_matches(['f', 'F', '@']);
        if !value.starts_with(['"', '\'', '`', '{']) {
            return None;
        }
        let limit = self.text.floor_char_boundary(place.at + LONGEST);
        let node = json::parse(self.text, self.text.len() - value.len(), limit, MOST).node;
        matches!(node, Node::String(_) | Node::Object(..)).then_some(node)
    }

    /// A value, or the literal that a variable holds; of an object, its values too.
    pub(super) fn held(&self, node: &Node) -> Node {
        match node {
            Node::Bare(part) => self.literal(&self.text[part.clone()]).unwrap_or_else(|| node.clone()),
            Node::Object(members, part) => {
                let held = members.iter().map(|(name, value)| (name.clone(), self.held(value)));
                Node::Object(held.collect(), part.clone())
            }
            _ => node.clone(),
        }
    }
}

/// Where the last value begins that is put into each name.
fn places(text: &str) -> HashMap<&str, Place> {
    let mut places = HashMap::new();
    for (at, _) in text.match_indices('=') {
        let near = text[text.ceil_char_boundary(at.saturating_sub(LONGEST_NAME))..at].trim_end();
        let grows = near.ends_with(['+', '.', '&']);
        let name = near.trim_end_matches(['+', '.', '&']).trim_end();
        let len = name.len() - name.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$').len();
        let before = name[..name.len() - len].trim_end();
        // Basic has a type there: `Dim url As String = "…"`.
        let name = match before.strip_suffix(" As").or_else(|| before.strip_suffix(" as")) {
            Some(before) => before.trim_end().rsplit([' ', '(', '\n', '\t']).next().unwrap_or_default(),
            None => &name[name.len() - len..],
        };
        let behind = text[at + 1..].trim_start_matches([' ', '\t']);
        if len == 0 || behind.is_empty() || text[at + 1..].starts_with(['=', '>', '~']) {
            continue;
        }
        match places.get_mut(name) {
            Some(Place { grows: known, .. }) if grows => *known = true,
            _ => {
                places.insert(name, Place { at: text.len() - behind.len(), grows });
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::Assigned;
    use crate::support::json::Node;

    #[test]
    fn a_name_stands_for_the_literal_that_was_put_into_it() {
        let text = "let url = 'https://h'\nconst a_1={b: 'c'};\n$k = \"K\"; if (url == \"x\") n = call()\na==b";
        let names = Assigned::of(text);
        let of = |name: &str| names.literal(name).map(|node| &text[node.part()]);
        assert_eq!(of("url"), Some("https://h"));
        assert_eq!(of("a_1"), Some("{b: 'c'}"));
        assert_eq!(of("$k"), Some("K"));
        assert_eq!((of("n"), of("a"), of("missing")), (None, None, None));
        assert!(matches!(names.held(&Node::Bare(4..7)), Node::String(_)));
    }
}
