//! All that is wrong with the shape of a file: unknown keys, missing and duplicate keys, values of the
//! wrong kind. Reading into a type stops at the first of them; here the whole file is compared with the type's schema.

use std::collections::BTreeSet;

use jiff::civil::Date;
use schemars::Schema;
use serde_json::Value;

use super::diagnostic::{Diagnostic, SourceFile};
use super::node::Node;
use super::place::{Located, Place, place_of};
use super::schema::{Root, has_key, keys, kinds, of_any_key, required, type_of, words};
use super::slips::comment_behind;
use crate::nearest::nearest;

/// Everything that is wrong with the shape of a file.
pub(super) fn mistakes(file: &SourceFile, root: &Located<Node>, schema: &Schema, is_read: bool) -> Vec<Diagnostic> {
    let mut walk = ShapeWalk { file, root: Root(schema.as_value()), found: Vec::new(), is_read };
    walk.value(root, schema.as_value(), "the file");
    walk.found.sort_by_key(Diagnostic::start);
    walk.found
}

/// How much longer than what was meant a name may be that is shown beside an API key.
const SLACK: usize = 4;

struct ShapeWalk<'a> {
    file: &'a SourceFile,
    root: Root<'a>,
    found: Vec<Diagnostic>,
    /// Whether the reader takes the file, so that its values are of the right kinds.
    is_read: bool,
}

impl<'a> ShapeWalk<'a> {
    fn add(&mut self, place: Option<Place>, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(self.file.mistake(place, message).help(help));
    }

    fn value(&mut self, node: &Located<Node>, schema: &'a Value, called: &str) {
        let choices = self.root.choices(schema);
        let fitting: Vec<&Value> = choices.iter().copied().filter(|choice| node.value.fits(choice)).collect();
        match (&node.value, fitting.first()) {
            (_, None) => {
                if !self.is_read || matches!(node.value, Node::Null) {
                    self.of_another_kind(node, &choices, called);
                }
            }
            (Node::List(items), Some(first)) => {
                let Some(schema) = first.get("items") else { return };
                for item in items {
                    self.value(item, schema, &format!("an item of {called}"));
                }
            }
            (Node::Map(entries), Some(first)) => self.map(node, entries, first),
            (Node::Text(text), _) => self.text(node, text, &fitting),
            _ => self.text(node, self.written(node), &fitting),
        }
    }

    fn written(&self, node: &Located<Node>) -> &'a str {
        place_of(node).and_then(|place| self.file.text.get(place)).unwrap_or_default()
    }

    /// A scalar; only some words, or a date, may be asked for.
    fn text(&mut self, node: &Located<Node>, text: &str, choices: &[&Value]) {
        let known = words(choices);
        let is_text = choices.iter().any(|choice| type_of(choice) == Some("string") && choice["format"] != "date");
        if let Some(place) = place_of(node).and_then(|place| comment_behind(self.file, &place))
            && is_text
            && known.is_empty()
        {
            let message = "everything after ` #` is a comment, but this may belong to the text before it";
            self.add(Some(place), message, "put the whole text in quotes; begin a comment with `# `");
        }
        if self.is_read {
            return;
        }
        if choices.iter().all(|choice| !words(&[choice]).is_empty()) && !known.contains(&text) {
            self.unknown(place_of(node), "value", text, &known);
        }
        if choices.iter().all(|choice| choice["format"] == "date") && text.parse::<Date>().is_err() {
            let help = "write it as year, month and day: 2027-01-31";
            self.add(place_of(node), format!("{text:?} is not a date"), help);
        }
    }

    fn map(&mut self, node: &Located<Node>, entries: &[(Located<String>, Located<Node>)], schema: &'a Value) {
        let known: Vec<&str> = keys(schema).collect();
        let mut seen = BTreeSet::new();
        // What a misspelt key was meant to be is not missing.
        let mut meant = BTreeSet::new();
        for (key, value) in entries {
            let name = &*key.value;
            if !seen.insert(name) {
                self.add(place_of(key), format!("duplicate key `{name}`"), "keep one of the two");
            }
            match schema["properties"].get(name).or_else(|| of_any_key(schema)) {
                Some(below) if matches!(value.value, Node::Null) => {
                    self.null(value, below, name, required(schema).any(|required| required == name));
                }
                Some(below) => self.value(value, below, &format!("`{name}`")),
                None if schema["additionalProperties"] == false => {
                    let probably = nearest(name, known.iter().copied());
                    meant.extend(probably);
                    let is_shown = probably.is_some_and(|meant| name.len() <= meant.len() + SLACK);
                    if is_shown || name == "env" || !self.holds_keys(schema) {
                        self.unknown(place_of(key), "key", name, &known);
                    } else {
                        // It may be an API key itself.
                        self.add(place_of(key), "unknown key", format!("the keys here are {}", known.join(", ")));
                    }
                }
                None => {}
            }
        }
        for name in required(schema).filter(|name| !seen.contains(name) && !meant.contains(name)) {
            let place = entries.first().map_or_else(|| place_of(node), |(key, _)| place_of(key));
            let words = words(&self.root.choices(&schema["properties"][name]));
            let value = if words.is_empty() { "…".to_owned() } else { words.join(" or ") };
            self.add(place, format!("the key `{name}` is missing"), format!("add `{name}: {value}`"));
        }
    }

    /// A key with nothing behind it, unless null is written there and means something.
    fn null(&mut self, value: &Located<Node>, schema: &'a Value, name: &str, is_required: bool) {
        let choices = self.root.choices(schema);
        let takes_null = choices.iter().any(|choice| type_of(choice) == Some("null"));
        if takes_null && !self.written(value).trim().is_empty() {
            return;
        }
        let (words, kinds) = (words(&choices), kinds(&choices));
        let kinds = if words.is_empty() { kinds } else { words };
        let or_not = if is_required { "" } else { ", or leave the key out" };
        self.add(place_of(value), format!("`{name}` has no value"), format!("give {}{or_not}", kinds.join(" or ")));
    }

    /// An unknown key or value, and the known ones.
    fn unknown(&mut self, place: Option<Place>, what: &str, read: &str, known: &[&str]) {
        let all = known.join(", ");
        let help = match nearest(read, known.iter().copied()) {
            Some(name) => format!("did you mean `{name}`? The {what}s here are {all}"),
            None => format!("the {what}s here are {all}"),
        };
        self.add(place, format!("unknown {what} `{read}`"), help);
    }

    /// Whether an API key may stand in this map, or in the items of what it holds.
    fn holds_keys(&self, schema: &'a Value) -> bool {
        let items = |schema: &'a Value| self.root.choices(&schema["items"]).into_iter().any(has_key);
        has_key(schema) || schema["properties"].as_object().into_iter().flatten().any(|(_, below)| items(below))
    }

    fn of_another_kind(&mut self, node: &Located<Node>, choices: &[&Value], called: &str) {
        let kinds = kinds(choices).join(" or ");
        let keys: Vec<&str> = choices.iter().flat_map(|choice| keys(choice)).collect();
        let help = match (&node.value, &*kinds) {
            _ if !keys.is_empty() => format!("write `key: value`; the keys here are {}", keys.join(", ")),
            (_, "a map") => "write `{ key: value }`".to_owned(),
            (_, "a list") => "write it in brackets: `[…]`".to_owned(),
            (Node::List(_) | Node::Map(_), "a text") => "if the brackets belong to a text, put it in quotes".to_owned(),
            _ => format!("write {kinds}, without quotes or brackets"),
        };
        self.add(place_of(node), format!("{called} has to be {kinds}"), help);
    }
}
