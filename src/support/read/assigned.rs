//! Variables of code, where a program puts a literal into one: `const url = "https://…"`, `payload = {…}`.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::json::{self, Node};

/// A longer name nobody gives.
const LONGEST_NAME: usize = 60;
/// As many values of an object are looked at, and as much text of a literal: each call that names it reads it again.
const MOST: usize = 200;
const LONGEST: usize = 2_000;

/// The variables of a text. They are looked for once, when the first is asked for.
pub(super) struct Assigned<'t> {
    text: &'t str,
    places: OnceCell<HashMap<&'t str, usize>>,
}

impl<'t> Assigned<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, places: OnceCell::new() }
    }

    /// The literal that a name stands for.
    pub(super) fn literal(&self, name: &str) -> Option<Node> {
        let place = *self.places.get_or_init(|| places(self.text)).get(name)?;
        let limit = self.text.floor_char_boundary(place + LONGEST);
        Some(json::parse(self.text, place, limit, MOST).node)
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

/// Where the last literal begins that is put into each name.
fn places(text: &str) -> HashMap<&str, usize> {
    let one = |(at, _): (usize, &str)| {
        let near = &text[text.ceil_char_boundary(at.saturating_sub(LONGEST_NAME))..at];
        let name = near.trim_end();
        let len = name.len() - name.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$').len();
        let behind = text[at + 1..].trim_start_matches([' ', '\t']);
        let is_literal = behind.starts_with(['"', '\'', '`', '{']);
        (len > 0 && is_literal).then(|| (&name[name.len() - len..], text.len() - behind.len()))
    };
    text.match_indices('=').filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::Assigned;
    use crate::support::read::json::Node;

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
