//! All that is wrong with the shape of a file: keys that nobody knows, keys that are missing or stand twice, values of the
//! wrong kind. Reading into a type stops at the first of them; here the whole file is held against the type's schema.

use std::collections::VecDeque;

use jiff::civil::Date;
use schemars::Schema;
use serde_json::Value;

use super::diagnostic::{Diagnostic, Place, SourceFile};
use super::node::Node;
use super::yaml::{Located, place_of};
use crate::nearest::nearest;

/// How far below the top a key is looked for that stands in the wrong place.
const DEEPEST: usize = 1;

/// Everything that is wrong with the shape of a file, and its text as it may be shown: where an API key may stand, nobody
/// knows what a value is that has no right name.
pub(super) fn mistakes(file: &SourceFile, root: &Located<Node>, schema: &Schema) -> (Vec<Diagnostic>, String) {
    let mut walk = Walk { file, schema: schema.as_value(), found: Vec::new(), hidden: Vec::new() };
    walk.value(root, schema.as_value(), &Called::TheFile);
    let mut shown = file.text.to_string();
    for place in walk.hidden {
        let range = place.bytes;
        if shown.get(range.clone()).is_some() {
            shown.replace_range(range.clone(), &"*".repeat(range.len()));
        }
    }
    (walk.found, shown)
}

/// Under what name an API key stands.
const KEY: &str = "key";

/// What a value is called.
enum Called<'a> {
    TheFile,
    Key(&'a str),
    ItemOf(&'a str),
}

struct Walk<'a> {
    file: &'a SourceFile,
    schema: &'a Value,
    found: Vec<Diagnostic>,
    hidden: Vec<Place>,
}

impl<'a> Walk<'a> {
    fn value(&mut self, node: &Located<Node>, schema: &'a Value, called: &Called<'_>) {
        let choices = self.choices(schema);
        let fitting: Vec<&Value> = choices.iter().copied().filter(|choice| fits(&node.value, choice)).collect();
        let Some(first) = fitting.first() else {
            if choices.iter().any(|choice| has_key(choice)) {
                self.hide(node);
            }
            self.found.push(self.of_another_kind(node, &choices, called));
            return;
        };
        match &node.value {
            Node::List(items) => {
                let name = match called {
                    Called::Key(name) | Called::ItemOf(name) => name,
                    Called::TheFile => "the file",
                };
                if let Some(schema) = first.get("items") {
                    for item in items {
                        self.value(item, schema, &Called::ItemOf(name));
                    }
                }
            }
            Node::Map(entries) => self.map(node, entries, first),
            Node::Text(text) => self.text(node, text, &fitting),
            Node::Bool | Node::Integer | Node::Float => {
                let place = place_of(node);
                let text = place.and_then(|place| self.file.text.get(place.bytes)).unwrap_or_default();
                self.text(node, text, &fitting);
            }
            Node::Null => {}
        }
    }

    /// A scalar where only some words, or a date, may stand.
    fn text(&mut self, node: &Located<Node>, text: &str, choices: &[&Value]) {
        let known = words(choices);
        if choices.iter().all(|choice| !words(&[choice]).is_empty()) && !known.contains(&text) {
            self.found.push(self.unknown(place_of(node), "value", text, &known));
        }
        if choices.iter().all(|choice| choice["format"] == "date") && text.parse::<Date>().is_err() {
            let mistake = self.file.mistake(place_of(node), format!("{text:?} is no date"));
            self.found.push(mistake.help("write it as year, month and day: 2027-01-31"));
        }
    }

    fn map(&mut self, node: &Located<Node>, entries: &[(Located<String>, Located<Node>)], schema: &'a Value) {
        let known: Vec<&str> = keys(schema).collect();
        let mut meant: Vec<&str> = Vec::new();
        for (at, (key, value)) in entries.iter().enumerate() {
            let name = &*key.value;
            meant.push(name);
            if entries[..at].iter().any(|(before, _)| before.value == name) {
                let mistake = self.file.mistake(place_of(key), format!("the key `{name}` stands here twice"));
                self.found.push(mistake.help("keep one of the two"));
            }
            let below = schema["properties"].get(name).or_else(|| of_any_key(schema));
            match below {
                Some(below) => match self.slip(key, value) {
                    Some(slip) => {
                        let mistake = self.file.mistake(place_of(key), format!("`{name}` has no value"));
                        self.found.push(mistake.help(slip));
                    }
                    None => self.value(value, below, &Called::Key(name)),
                },
                None if schema["additionalProperties"] == false => {
                    meant.extend(without_colon(name, &known).or_else(|| meant_by(name, &known)));
                    let mistake = if self.holds_keys(schema) {
                        self.hide(value);
                        self.beside_a_key(key, &known)
                    } else {
                        self.unknown_key(key, value, schema)
                    };
                    self.found.push(mistake);
                }
                None => {}
            }
        }
        for name in required(schema).filter(|name| !meant.contains(name)) {
            let place = entries.first().map_or_else(|| place_of(node), |(key, _)| place_of(key));
            let is_in_braces = place_of(node).is_some_and(|place| self.file.text[place.bytes.start..].starts_with('{'));
            let choices = self.choices(&schema["properties"][name]);
            let words = words(&choices);
            let whichever = if words.is_empty() { String::new() } else { format!("; it is {}", words.join(" or ")) };
            let help = if is_in_braces {
                format!("add `{name}: …` inside the braces{whichever}")
            } else {
                format!("add a line `{name}: …` here{whichever}")
            };
            self.found.push(self.file.mistake(place, format!("the key `{name}` is missing")).help(help));
        }
    }

    /// A key that nobody knows, beside which an API key may stand: it may be one itself.
    fn beside_a_key(&mut self, key: &Located<String>, known: &[&str]) -> Diagnostic {
        if meant_by(&key.value, known).is_some() {
            return self.unknown(place_of(key), "key", &key.value, known);
        }
        self.hidden.extend(place_of(key));
        let help = format!("a key stands before a colon and a space; known here: {}", known.join(", "));
        self.file.mistake(place_of(key), "this is no known key here").help(help)
    }

    fn hide(&mut self, node: &Located<Node>) {
        match &node.value {
            Node::List(items) => items.iter().for_each(|item| self.hide(item)),
            Node::Map(entries) => {
                for (key, value) in entries {
                    self.hidden.extend(place_of(key));
                    self.hide(value);
                }
            }
            _ => self.hidden.extend(place_of(node)),
        }
    }

    /// A key or a value that nobody knows, and those that are known.
    fn unknown(&self, place: Option<Place>, what: &str, read: &str, known: &[&str]) -> Diagnostic {
        let mistake = self.file.mistake(place, format!("`{read}` is no known {what} here"));
        let all = known.join(", ");
        match meant_by(read, known) {
            Some(name) => mistake.help(format!("did you mean `{name}`? Known here: {all}")),
            None => mistake.help(format!("known here: {all}")),
        }
    }

    fn unknown_key(&self, key: &Located<String>, value: &Located<Node>, schema: &'a Value) -> Diagnostic {
        let known: Vec<&str> = keys(schema).collect();
        let mistake = self.unknown(place_of(key), "key", &key.value, &known);
        if let Some(meant) = without_colon(&key.value, &known) {
            return mistake.help(format!("a key is followed by a colon and a space: `{meant}: …`"));
        }
        if meant_by(&key.value, &known).is_some() {
            return mistake;
        }
        let has_open = |name: &&str| schema["properties"][*name]["additionalProperties"].is_object();
        let open = known.iter().copied().find(has_open).filter(|_| !std::ptr::eq(schema, self.schema));
        if key.value == "<<" {
            return mistake.help("write the keys out: maps are not merged here");
        }
        if key.value.to_ascii_lowercase().replace(['_', '-', ' '], "") == "apikey" {
            return mistake.help("the API key is the buyer's, and stands as its `key` in instance.yaml");
        }
        let better = match (self.slip(key, value), self.home_of(&key.value).as_deref(), open) {
            (Some(slip), ..) => slip.to_owned(),
            (_, Some([]), _) => "it belongs at the top of the file, not indented".to_owned(),
            (_, Some([.., above]), _) => format!("it belongs under `{above}`"),
            (_, None, Some(open)) => format!("a name of your own belongs under `{open}`"),
            (_, None, None) => return mistake,
        };
        mistake.help(format!("{better}; known here: {}", known.join(", ")))
    }

    /// What was probably forgotten where a key has no value.
    fn slip(&self, key: &Located<String>, value: &Located<Node>) -> Option<&'static str> {
        let behind = place_of(key).and_then(|place| self.file.text.get(place.bytes.end..)).unwrap_or_default();
        match (&value.value, behind.trim_start()) {
            (Node::Null, behind) if behind.starts_with([',', '}']) => {
                Some("a text that holds a comma has to stand in quotes")
            }
            (Node::Null, behind) if behind.starts_with(": #") => {
                Some("behind ` #` everything is a comment: a text that begins with it has to stand in quotes")
            }
            (Node::Null, behind) if behind.trim_start_matches([':', ' ']).starts_with(['&', '!']) => {
                Some("a text that begins with `&` or `!` has to stand in quotes")
            }
            _ => None,
        }
    }

    /// Whether an API key may stand in this map, or in the items of what it holds.
    fn holds_keys(&self, schema: &'a Value) -> bool {
        let items = |schema: &'a Value| self.choices(&schema["items"]).into_iter().any(has_key);
        has_key(schema) || schema["properties"].as_object().into_iter().flatten().any(|(_, below)| items(below))
    }

    /// The keys above this one, where it is known in another place; the place nearest to the top.
    fn home_of(&self, name: &str) -> Option<Vec<&'a str>> {
        let mut waiting = VecDeque::from([(self.schema, Vec::new())]);
        while let Some((schema, path)) = waiting.pop_front() {
            for choice in self.choices(schema) {
                if choice["properties"].get(name).is_some() {
                    return Some(path);
                }
                let below = choice["properties"].as_object().into_iter().flatten();
                let below = below.filter(|_| path.len() < DEEPEST);
                waiting.extend(below.map(|(key, schema)| (schema, [&*path, &[key.as_str()]].concat())));
                waiting.extend(choice.get("items").map(|items| (items, path.clone())));
            }
        }
        None
    }

    fn of_another_kind(&self, node: &Located<Node>, choices: &[&Value], called: &Called<'_>) -> Diagnostic {
        let place = place_of(node);
        let choices: Vec<&Value> = choices.iter().copied().filter(|choice| choice["type"] != "null").collect();
        let mut kinds: Vec<String> = Vec::new();
        for choice in &choices {
            let kind = kind(choice);
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        let example = choices.first().map_or_else(String::new, |choice| self.example(choice));
        let (name, written) = match called {
            Called::TheFile => ("the file".to_owned(), example),
            Called::Key(name) => (format!("`{name}`"), format!("{name}: {example}")),
            Called::ItemOf(name) => (format!("an item of `{name}`"), example),
        };
        if let (Called::TheFile, Some(key)) = (called, choices.first().and_then(|choice| keys(choice).next())) {
            let message = "the file has to be made of keys with their values";
            return self.file.mistake(place, message).help(format!("begin with `{key}: …`, a colon and a space"));
        }
        if matches!(node.value, Node::Null) {
            let help = match choices.first() {
                Some(choice) if type_of(choice) == Some("string") => {
                    "give one, or write \"\" for an empty text".to_owned()
                }
                _ => format!("write `{written}`, or what belongs to it below it and further in"),
            };
            return self.file.mistake(place, format!("{name} has no value")).help(help);
        }
        let mistake = self.file.mistake(place, format!("{name} has to be {}", kinds.join(" or ")));
        let scalar = choices.iter().all(|choice| !matches!(type_of(choice), Some("object" | "array")));
        let is_told = scalar && choices.iter().all(|choice| choice["const"].is_null());
        if is_told && matches!(node.value, Node::List(_) | Node::Map(_)) {
            return mistake.help("where the brackets belong to a text, it has to stand in quotes");
        }
        if is_told { mistake } else { mistake.help(format!("for example `{written}`")) }
    }

    /// How a value might be written.
    fn example(&self, choice: &'a Value) -> String {
        let below = |schema| self.choices(schema).first().map_or_else(|| "…".to_owned(), |choice| self.example(choice));
        match (choice["const"].as_str(), type_of(choice)) {
            (Some(word), _) => word.to_owned(),
            (None, Some("array")) => format!("[{}]", below(&choice["items"])),
            (None, Some("object")) => {
                let mut names: Vec<&str> = required(choice).collect();
                if names.is_empty() {
                    names.extend(keys(choice).next());
                }
                let written: Vec<String> =
                    names.iter().map(|name| format!("{name}: {}", below(&choice["properties"][*name]))).collect();
                if written.is_empty() { "{ name: value }".to_owned() } else { format!("{{ {} }}", written.join(", ")) }
            }
            _ => "…".to_owned(),
        }
    }

    /// Everything that a value may be, references followed.
    fn choices(&self, schema: &'a Value) -> Vec<&'a Value> {
        if let Some(name) = schema["$ref"].as_str() {
            return self
                .schema
                .pointer(name.trim_start_matches('#'))
                .map_or_else(Vec::new, |schema| self.choices(schema));
        }
        let below = ["anyOf", "oneOf"].iter().find_map(|key| schema[key].as_array());
        below.map_or_else(|| vec![schema], |below| below.iter().flat_map(|schema| self.choices(schema)).collect())
    }
}

fn fits(node: &Node, choice: &Value) -> bool {
    match &choice["type"] {
        Value::String(kind) => node.is_of(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(|kind| node.is_of(kind)),
        _ => true,
    }
}

/// What a value has to be, in words.
fn kind(choice: &Value) -> String {
    match (choice["const"].as_str(), type_of(choice)) {
        (Some(word), _) => word.to_owned(),
        (None, Some("object")) => "a map".to_owned(),
        (None, Some("array")) => "a list".to_owned(),
        (None, Some("integer")) => "a whole number".to_owned(),
        (None, Some("number")) => "a number".to_owned(),
        (None, Some("boolean")) => "true or false".to_owned(),
        _ => "a text".to_owned(),
    }
}

fn type_of(choice: &Value) -> Option<&str> {
    choice["type"].as_str().or_else(|| choice["type"].as_array()?.first()?.as_str())
}

/// What stands under keys that have no name of their own.
fn of_any_key(schema: &Value) -> Option<&Value> {
    let patterns = schema["patternProperties"].as_object().and_then(|patterns| patterns.values().next());
    patterns.or_else(|| schema.get("additionalProperties").filter(|schema| schema.is_object()))
}

fn keys(schema: &Value) -> impl Iterator<Item = &str> {
    schema["properties"].as_object().into_iter().flatten().map(|(key, _)| key.as_str())
}

/// The keys that may not be missing.
fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Whether one stands in this map, or the name of a variable that holds one.
fn has_key(schema: &Value) -> bool {
    [KEY, "env"].iter().any(|name| schema["properties"].get(name).is_some())
}

/// The words that a value may be.
fn words<'s>(choices: &[&'s Value]) -> Vec<&'s str> {
    let of = |choice: &&'s Value| {
        choice["enum"].as_array().map_or_else(|| vec![&choice["const"]], |all| all.iter().collect())
    };
    choices.iter().flat_map(of).filter_map(Value::as_str).collect()
}

/// The name that was probably meant: one that is spelt nearly so, or that has it as one of its words, or is one of its.
fn meant_by<'k>(read: &str, known: &[&'k str]) -> Option<&'k str> {
    let is_part = |whole: &str, part: &str| whole.split('_').any(|word| word == part);
    nearest(read, known.iter().copied())
        .or_else(|| known.iter().copied().find(|name| is_part(name, read) || is_part(read, name)))
}

/// The key that was meant where what was read as one holds its value too: the colon is missing, or the space behind it.
fn without_colon<'k>(read: &str, known: &[&'k str]) -> Option<&'k str> {
    known.iter().copied().find(|key| read.strip_prefix(key).is_some_and(|rest| rest.starts_with([' ', ':'])))
}
