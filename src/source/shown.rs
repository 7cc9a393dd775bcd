//! What of a file may be shown. It follows from where a value stands: neither an API key is shown nor a command, nor what stands
//! under an unknown name where a key may be. Of a file that cannot be read as YAML nothing is shown.

use std::ops::Range;

use schemars::Schema;
use serde_json::Value;

use super::node::Node;
use super::place::{Located, place_of};
use super::schema::{Root, has_key, of_any_key};
use super::tree::tree;

/// What stands around words, and is shown wherever it is.
const MARKS: &str = " \t-:,{}[]#'\"|>\r\n";

/// A word as long as this that holds a digit may be a key.
const LONGEST_NAME: usize = 7;

/// How deep a schema is searched for the place of an API key.
const DEEPEST: usize = 6;

/// The bytes of a text that may not be shown, in their order and apart; nothing where it is no YAML.
pub(super) fn hidden(text: &str, schema: &Schema) -> Option<Vec<Range<usize>>> {
    let root = tree(text).ok()?;
    let schema = schema.as_value();
    let mut walk = HiddenWalk { root: Root(schema), hidden: Vec::new() };
    walk.value(&root, &walk.root.choices(schema));
    walk.hidden.sort_unstable_by_key(|range| range.start);
    walk.hidden.extend(comments(text, &walk.hidden));
    walk.hidden.extend(tags(text));
    walk.hidden.extend(users(text));
    walk.hidden.sort_unstable_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in walk.hidden {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    Some(apart)
}

/// A part of a text that begins at this byte, with stars in place of what may not be shown. Its bytes stay where they are.
pub(super) fn masked(part: &str, start: usize, hidden: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(part.len());
    for (at, c) in part.char_indices() {
        let at = start + at;
        let before = hidden.partition_point(|range| range.start <= at);
        if before > 0 && hidden[before - 1].contains(&at) && !MARKS.contains(c) {
            out.push_str(&"*".repeat(c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

/// What stands before the @ of a URL: `https://user:KEY@host`.
fn users(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices('@').filter_map(|(at, _)| {
        let ends = |c: char| c.is_whitespace() || "\"'/@".contains(c);
        let start = at - text[..at].rsplit(ends).next().unwrap_or_default().len();
        text[start..at].contains(':').then_some(start..at)
    })
}

/// Comments that may hold an API key: those that speak of one, and those behind one.
fn comments(text: &str, hidden: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let mut marks = line.match_indices('#').map(|(at, _)| at);
        if let Some(at) = marks.find(|at| line[..*at].chars().next_back().is_none_or(char::is_whitespace)) {
            let (comment, end) = (start + at, start + line.len());
            let next = hidden.partition_point(|range| range.end <= start);
            let is_behind_one = hidden.get(next).is_some_and(|range| range.start < comment);
            if is_behind_one || line[at..].to_lowercase().contains("key") {
                found.push(comment..end);
            }
        }
        start += line.len();
    }
    found
}

/// Tags and anchors: to YAML they are no part of a value, and a key may begin like one.
fn tags(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_one = |at: &usize| text[..*at].chars().next_back().is_none_or(|c| MARKS.contains(c));
    let starts = text.match_indices(['!', '&']).map(|(at, _)| at).filter(is_one);
    starts.map(|at| at + 1..at + text[at..].find(char::is_whitespace).unwrap_or(text.len() - at))
}

struct HiddenWalk<'a> {
    root: Root<'a>,
    hidden: Vec<Range<usize>>,
}

impl<'a> HiddenWalk<'a> {
    fn hide(&mut self, node: &Located<Node>) {
        match &node.value {
            Node::List(items) => items.iter().for_each(|item| self.hide(item)),
            Node::Map(entries) => entries.iter().for_each(|(key, value)| {
                self.hidden.extend(place_of(key));
                self.hide(value);
            }),
            _ => self.hidden.extend(place_of(node)),
        }
    }

    fn value(&mut self, node: &Located<Node>, choices: &[&'a Value]) {
        match &node.value {
            Node::List(items) => {
                let of_items = choices.iter().filter_map(|choice| choice.get("items"));
                let below: Vec<&Value> = of_items.flat_map(|items| self.root.choices(items)).collect();
                // Where no list belongs, what stands in it may still be looked at.
                let below = if below.is_empty() { choices } else { &below };
                for item in items {
                    self.value(item, below);
                }
            }
            Node::Map(entries) => {
                let maps: Vec<&Value> = choices.iter().flat_map(|choice| self.root.maps(choice)).collect();
                for (key, value) in entries {
                    self.entry(key, value, &maps);
                }
            }
            // Where a buyer belongs, a word alone may be its key.
            _ if choices.iter().flat_map(|choice| self.root.maps(choice)).any(has_key) => self.hide(node),
            _ => {}
        }
    }

    fn entry(&mut self, key: &Located<String>, value: &Located<Node>, maps: &[&'a Value]) {
        let name = &*key.value;
        let of_map = |map: &&'a Value| map["properties"].get(name).or_else(|| of_any_key(map));
        let known: Vec<&Value> = maps.iter().filter_map(of_map).collect();
        if known.is_empty() {
            // What belongs further in has to stand in a map or a list.
            let depth = if matches!(value.value, Node::Map(_) | Node::List(_)) { DEEPEST } else { 1 };
            if maps.iter().any(|map| self.leads_to_a_key(map, depth)) {
                // A misspelt name is shown; a key in the place of one has digits.
                if !name.chars().all(|c| c.is_alphabetic() || "_- ".contains(c)) {
                    self.hidden.extend(place_of(key));
                }
                self.hide(value);
            }
            return;
        }
        let is_hidden = match name {
            "key" => maps.iter().any(|map| has_key(map)) && !matches!(value.value, Node::Map(_)),
            "env" => !matches!(&value.value, Node::Text(text) if is_variable(text)),
            "run" => true,
            // In a name, a key may stand by mistake.
            _ => maps.iter().any(|map| has_key(map)) && matches!(&value.value, Node::Text(text) if is_like_a_key(text)),
        };
        if is_hidden {
            return self.hide(value);
        }
        let below: Vec<&Value> = known.into_iter().flat_map(|schema| self.root.choices(schema)).collect();
        self.value(value, &below);
    }

    /// Whether an API key may stand in such a map, or further in.
    fn leads_to_a_key(&self, map: &'a Value, depth: usize) -> bool {
        let mut below = map["properties"].as_object().into_iter().flatten().map(|(_, schema)| schema);
        let leads = |schema| self.root.maps(schema).into_iter().any(|map| self.leads_to_a_key(map, depth - 1));
        has_key(map) || depth > 0 && below.any(leads)
    }
}

/// Whether a word is more like a key than like a name.
fn is_like_a_key(word: &str) -> bool {
    word.len() > LONGEST_NAME && word.contains(|c: char| c.is_ascii_digit())
}

/// Whether this is surely the name of a variable, and no key.
fn is_variable(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::Deserialize;

    use super::{hidden, masked};
    use crate::source::schema_of;

    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    #[serde(deny_unknown_fields)]
    struct Sample {
        title: String,
        run: Vec<String>,
        instance: Instance,
    }

    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    #[serde(deny_unknown_fields)]
    struct Instance {
        buyers: Vec<Buyer>,
        leads: Vec<String>,
    }

    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    #[serde(deny_unknown_fields)]
    struct Buyer {
        name: String,
        key: String,
    }

    fn shown(text: &str) -> String {
        masked(text, 0, &hidden(text, &schema_of::<Sample>()).expect("it is YAML"))
    }

    #[test]
    fn a_word_that_may_be_a_key_is_not_shown_wherever_it_stands() {
        for (text, seen) in [
            ("instance: { buyers: [{ name: Acme, key: K7m2 }] }", "instance: { buyers: [{ name: Acme, key: **** }] }"),
            ("instance: { buyers: [{ name: Acme, ky: K7m2 }] }", "instance: { buyers: [{ name: Acme, ky: **** }] }"),
            ("instance: { buyers: [K7m2] }", "instance: { buyers: [****] }"),
            ("instance: { buyers: K7m2 }", "instance: { buyers: **** }"),
            ("instance: { buers: [{ key: K7m2 }] }", "instance: { buers: [{ ***: **** }] }"),
            ("instnce:\n  buyers:\n  - key: K7m2", "instnce:\n  ******:\n  - ***: ****"),
            ("instance:\n  buyers:\n  - key:\n      K7m2 #5", "instance:\n  buyers:\n  - key:\n      **** #*"),
            ("instance: { buyers: [{ K7m2: Acme }] }", "instance: { buyers: [{ ****: **** }] }"),
            ("run:\n  - curl\n  - K7m2 #x", "run:\n  - ****\n  - **** #*"),
            ("run: php push.php K7m2", "run: *** ******** ****"),
            ("# the key is K7m2\ntitle: x # y", "# *** *** ** ****\ntitle: x # y"),
            ("instance: { buyers: !K7m2 }", "instance: { buyers: !**** }"),
            ("title: { key: K7m2 }", "title: { key: K7m2 }"),
        ] {
            assert_eq!(shown(text), seen);
        }
    }

    #[test]
    fn what_stands_elsewhere_is_shown() {
        for text in ["title: a word", "titel: x", "title: Unit #5\ninstance: { leads: [C8097F17] }"] {
            assert_eq!(shown(text), text);
        }
        assert!(hidden("title: [x", &schema_of::<Sample>()).is_none());
    }
}
