//! All that is wrong with the shape of a file: keys that nobody knows, keys that are missing or stand twice, values of the
//! wrong kind. Reading into a type stops at the first of them; here the whole file is held against the type's schema.

use std::collections::BTreeSet;

use jiff::civil::Date;
use schemars::Schema;
use serde_json::Value;

use super::diagnostic::{Diagnostic, SourceFile};
use super::instead::instead;
use super::meant::{look_alike, meant_by, without_colon};
use super::node::Node;
use super::place::{Located, Place, place_of};
use super::schema::{Root, TEXT, has_key, keys, kinds, of_any_key, required, type_of, words};
use super::slips::{self, over_lines};

/// Everything that is wrong with the shape of a file.
pub(super) fn mistakes(file: &SourceFile, root: &Located<Node>, schema: &Schema, is_read: bool) -> Vec<Diagnostic> {
    let mut walk = Walk { file, root: Root(schema.as_value()), above: Vec::new(), found: Vec::new(), is_read };
    walk.value(root, schema.as_value(), &Called::TheFile);
    if walk.is_full() {
        walk.found.truncate(MOST);
        walk.found.push(file.mistake(None, format!("more than {MOST} mistakes in this file; these are the first")));
    }
    walk.found
}

/// How many mistakes of one file are told: who has more has made the same one over and over.
const MOST: usize = 100;

/// How much longer than what was meant a name may be that is shown beside an API key.
const SLACK: usize = 4;

/// What a value is called.
enum Called<'a> {
    TheFile,
    Key(&'a str),
    ItemOf(&'a str),
}

/// Where a map stands.
struct Around<'a, 'c> {
    called: &'c Called<'c>,
    /// The list that might stand in its place.
    list: Option<&'a Value>,
}

/// Where a key is known.
enum Home<'a> {
    Beside(String),
    Top,
    Under(Vec<&'a str>),
}

struct Walk<'a> {
    file: &'a SourceFile,
    root: Root<'a>,
    /// The maps around the one that is looked at, each with the key that leads further in.
    above: Vec<(&'a Value, String)>,
    found: Vec<Diagnostic>,
    /// Whether the reader takes the file, so that its values are of the right kinds.
    is_read: bool,
}

impl<'a> Walk<'a> {
    fn is_full(&self) -> bool {
        self.found.len() > MOST
    }

    fn value(&mut self, node: &Located<Node>, schema: &'a Value, called: &Called<'_>) {
        let choices = self.root.choices(schema);
        let fitting: Vec<&Value> = choices.iter().copied().filter(|choice| node.value.fits(choice)).collect();
        let Some(first) = fitting.first() else {
            if self.is_read && !matches!(node.value, Node::Null) {
                return;
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
                        if self.is_full() {
                            return;
                        }
                        self.value(item, schema, &Called::ItemOf(name));
                    }
                }
            }
            Node::Map(entries) => {
                let list = choices.iter().copied().find(|choice| type_of(choice) == Some("array"));
                self.map(node, entries, first, &Around { called, list });
            }
            Node::Text(text) => self.text(node, text, &fitting),
            Node::Bool | Node::Integer | Node::Float | Node::Null => {
                let place = place_of(node);
                let text = place.and_then(|place| self.file.text.get(place.bytes)).unwrap_or_default();
                self.text(node, text, &fitting);
            }
        }
    }

    /// A scalar; only some words, or a date, may be asked for.
    fn text(&mut self, node: &Located<Node>, text: &str, choices: &[&Value]) {
        let known = words(choices);
        let is_text = choices.iter().any(|choice| type_of(choice) == Some("string") && choice["format"] != "date");
        if is_text && known.is_empty() {
            self.found.extend(place_of(node).and_then(|place| slips::of_text(self.file, &place)));
        }
        if self.is_read {
            return;
        }
        if choices.iter().all(|choice| !words(&[choice]).is_empty()) && !known.contains(&text) {
            self.found.push(self.unknown_word(node, text, &known));
        }
        if choices.iter().all(|choice| choice["format"] == "date") && text.parse::<Date>().is_err() {
            let mistake = self.file.mistake(place_of(node), format!("{text:?} is not a date"));
            self.found.push(mistake.help("write it as year, month and day: 2027-01-31"));
        }
    }

    fn map(
        &mut self,
        node: &Located<Node>,
        entries: &[(Located<String>, Located<Node>)],
        schema: &'a Value,
        around: &Around<'a, '_>,
    ) {
        let known: Vec<&str> = keys(schema).collect();
        let mut meant: BTreeSet<&str> = BTreeSet::new();
        let mut before = BTreeSet::new();
        for (key, value) in entries {
            if self.is_full() {
                return;
            }
            let name = &*key.value;
            meant.insert(name);
            if !before.insert(name) {
                let mistake = self.file.mistake(place_of(key), format!("duplicate key `{name}`"));
                self.found.push(mistake.help(match around.called {
                    Called::ItemOf(_) => "keep one of the two; or put `- ` before the first key of the next item",
                    _ => "keep one of the two",
                }));
            }
            let below = schema["properties"].get(name).or_else(|| of_any_key(schema));
            match below {
                Some(below) if matches!(value.value, Node::Null) && self.is_meant_as_null(value, below) => {}
                Some(below) if matches!(value.value, Node::Null) => {
                    let is_required = required(schema).any(|required| required == name);
                    self.found.push(self.without_value(key, value, below, is_required));
                }
                Some(below) => {
                    self.above.push((schema, name.to_owned()));
                    self.value(value, below, &Called::Key(name));
                    self.above.pop();
                }
                None if schema["additionalProperties"] == false => {
                    let takes_it = |name: &str| {
                        self.root.choices(&schema["properties"][name]).iter().any(|choice| value.value.fits(choice))
                    };
                    let probably = meant_by(name, &known, takes_it);
                    meant.extend(without_colon(name, &known).or(probably));
                    let mistake = if self.holds_keys(schema) {
                        self.beside_a_key(key, &known, probably)
                    } else {
                        self.unknown_key(key, (schema, around), probably)
                    };
                    self.found.push(mistake);
                }
                None => {}
            }
        }
        for name in required(schema).filter(|name| !meant.contains(name)) {
            let place = entries.first().map_or_else(|| place_of(node), |(key, _)| place_of(key));
            let is_in_braces = place_of(node).is_some_and(|place| self.file.text[place.bytes.start..].starts_with('{'));
            let choices = self.root.choices(&schema["properties"][name]);
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

    /// Whether null stands there, in a place where it means something.
    fn is_meant_as_null(&self, value: &Located<Node>, schema: &'a Value) -> bool {
        let written = place_of(value).and_then(|place| self.file.text.get(place.bytes));
        let takes_null = self.root.choices(schema).iter().any(|choice| type_of(choice) == Some("null"));
        takes_null && written.is_some_and(|written| !written.trim().is_empty())
    }

    /// A key with nothing behind it.
    fn without_value(
        &self,
        key: &Located<String>,
        value: &Located<Node>,
        schema: &'a Value,
        is_required: bool,
    ) -> Diagnostic {
        let name = &key.value;
        let choices = self.root.choices(schema);
        if choices.iter().any(|choice| type_of(choice) == Some("null")) {
            let mistake = self.file.mistake(place_of(value), format!("`{name}` has no value"));
            return mistake.help("add one, or write null if there is none");
        }
        let (words, kinds) = (words(&choices), kinds(&choices));
        let is_scalar = |choice: &&Value| !matches!(type_of(choice), Some("object" | "array"));
        let help = match choices.iter().find(|choice| !is_scalar(choice)) {
            _ if !words.is_empty() => format!("give one of {}", words.join(", ")),
            None if kinds.iter().any(|kind| kind == TEXT) && is_required => "give one".to_owned(),
            None if kinds.iter().any(|kind| kind == TEXT) => "give one, or write \"\" for an empty text".to_owned(),
            None => format!("give {}", kinds.join(" or ")),
            Some(choice) => {
                format!("write `{name}: {}`, or put its contents below it, indented", self.root.example(choice))
            }
        };
        let mistake = self.file.mistake(place_of(value), format!("`{name}` has no value")).help(help);
        if is_required { mistake } else { mistake.also_help("or leave the key out") }
    }

    /// A key that nobody knows, beside which an API key may stand: it may be one itself.
    fn beside_a_key(&self, key: &Located<String>, known: &[&str], probably: Option<&str>) -> Diagnostic {
        if probably.is_some_and(|meant| key.value.len() <= meant.len() + SLACK) {
            return self.unknown(place_of(key), "key", &key.value, known, probably);
        }
        if key.value == "env" {
            let mistake = self.file.mistake(place_of(key), "unknown key `env`");
            return mistake.help("write it under `key`: `key: { env: NAME_OF_A_VARIABLE }`");
        }
        let help = format!("the keys here are {}", known.join(", "));
        self.file.mistake(place_of(key), "unknown key").help(help)
    }

    /// A key or a value that nobody knows, and those that are known.
    fn unknown(&self, place: Option<Place>, what: &str, read: &str, known: &[&str], meant: Option<&str>) -> Diagnostic {
        let mistake = self.file.mistake(place, format!("unknown {what} `{read}`"));
        let all = known.join(", ");
        let all = match meant {
            Some(name) => format!("did you mean `{name}`? The {what}s here are {all}"),
            None => format!("the {what}s here are {all}"),
        };
        mistake.help(match look_alike(read) {
            Some(odd) => format!("it holds U+{:04X}, which may look like another letter; {all}", u32::from(odd)),
            None => all,
        })
    }

    fn unknown_word(&self, node: &Located<Node>, text: &str, known: &[&str]) -> Diagnostic {
        let place = place_of(node);
        let written = place.as_ref().and_then(|place| self.file.text.get(place.bytes.clone())).unwrap_or_default();
        if let (Some(first), true) = (written.lines().next(), written.contains('\n')) {
            return over_lines(self.file, place, first);
        }
        let is_known = |word: &&str| known.contains(word);
        let several: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(is_known).collect();
        let mistake = self.unknown(place, "value", text, known, meant_by(text, known, |_| true));
        match several.len() {
            0 | 1 => mistake,
            _ => mistake.help(format!("write several in brackets, separated by commas: [{}]", several.join(", "))),
        }
    }

    fn unknown_key(
        &self,
        key: &Located<String>,
        (schema, around): (&'a Value, &Around<'a, '_>),
        probably: Option<&str>,
    ) -> Diagnostic {
        let known: Vec<&str> = keys(schema).collect();
        let mistake = self.unknown(place_of(key), "key", &key.value, &known, probably);
        if let Some(meant) = without_colon(&key.value, &known) {
            return mistake.help(format!("a key is followed by a colon and a space: `{meant}: …`"));
        }
        if let (Some(probably), home) = (probably, self.home_of(&key.value)) {
            return match home {
                Some(Home::Under(above)) => mistake.help(format!(
                    "did you mean `{probably}`? `{}` itself belongs under `{}`; the keys here are {}",
                    key.value,
                    above.join("` or `"),
                    known.join(", ")
                )),
                _ => mistake,
            };
        }
        if key.value == "<<" {
            return mistake.help("write the keys out: maps are not merged here");
        }
        if matches!(&*key.value.to_ascii_lowercase().replace(['_', '-', ' '], ""), "key" | "apikey") {
            let help = "the API key is the `key` of a buyer: in instance.yaml, or under `instance:` for a key \
                        of this scenario";
            return mistake.help(help);
        }
        let has_open = |name: &&str| schema["properties"][*name]["additionalProperties"].is_object();
        let open = known.iter().copied().find(has_open).filter(|_| !std::ptr::eq(schema, self.root.0));
        let holds_it = |within: &&str| {
            self.root.maps(&schema["properties"][*within]).iter().any(|map| map["properties"].get(&key.value).is_some())
        };
        let within = known.iter().copied().find(holds_it);
        let better = match (around, self.home_of(&key.value), open) {
            (Around { called: Called::Key(name), list: Some(list) }, ..) => {
                let list = self.root.example(list);
                return mistake
                    .help(format!("write a list, `{name}: {list}`, or a map; the keys here are {}", known.join(", ")));
            }
            (_, Some(Home::Beside(key)), _) => format!("it belongs beside `{key}`, in the same column"),
            (_, Some(Home::Top), _) => "it belongs at the top of the file, not indented".to_owned(),
            (_, Some(Home::Under(above)), _) => format!("it belongs under `{}`", above.join("` or `")),
            (_, None, open) => match (within, open) {
                (Some(within), _) => format!("it belongs under `{within}`: `{within}: {{ {}: … }}`", key.value),
                (None, Some(open)) => format!("a name of your own belongs under `{open}`"),
                (None, None) => return mistake,
            },
        };
        mistake.help(format!("{better}; the keys here are {}", known.join(", ")))
    }

    /// Whether an API key may stand in this map, or in the items of what it holds.
    fn holds_keys(&self, schema: &'a Value) -> bool {
        let items = |schema: &'a Value| self.root.choices(&schema["items"]).into_iter().any(has_key);
        has_key(schema) || schema["properties"].as_object().into_iter().flatten().any(|(_, below)| items(below))
    }

    /// Where a key is known that stands in the wrong place.
    fn home_of(&self, name: &str) -> Option<Home<'a>> {
        let knows = |map: &&'a Value| map["properties"].get(name).is_some();
        if let Some((_, key)) = self.above.iter().skip(1).rev().find(|(map, _)| knows(map)) {
            return Some(Home::Beside(key.clone()));
        }
        let top = self.root.maps(self.root.0);
        if top.iter().any(knows) {
            return Some(Home::Top);
        }
        let below = top.into_iter().filter_map(|map| map["properties"].as_object()).flatten();
        let homes: Vec<&str> =
            below.filter(|(_, schema)| self.root.maps(schema).iter().any(knows)).map(|(key, _)| key.as_str()).collect();
        (!homes.is_empty()).then_some(Home::Under(homes))
    }

    fn of_another_kind(&self, node: &Located<Node>, choices: &[&Value], called: &Called<'_>) -> Diagnostic {
        let place = place_of(node);
        let kinds = kinds(choices);
        let example = choices.first().map_or_else(String::new, |choice| self.root.example(choice));
        let (name, written) = match called {
            Called::TheFile => ("the file".to_owned(), example),
            Called::Key(name) => (format!("`{name}`"), format!("{name}: {example}")),
            Called::ItemOf(name) => (format!("an item of `{name}`"), example),
        };
        if let (Called::TheFile, Some(key)) = (called, choices.first().and_then(|choice| keys(choice).next())) {
            let message = "the file has to consist of keys with values";
            return self.file.mistake(place, message).help(format!("begin with `{key}: …`, a colon and a space"));
        }
        let mistake = self.file.mistake(place, format!("{name} has to be {}", kinds.join(" or ")));
        let text = place_of(node).and_then(|place| self.file.text.get(place.bytes)).unwrap_or_default();
        let called = match called {
            Called::TheFile => ("", false),
            Called::Key(name) => (*name, false),
            Called::ItemOf(name) => (*name, true),
        };
        if let Some(help) = instead(self.root, called, (&node.value, text), choices) {
            return mistake.help(help);
        }
        let scalar = choices.iter().all(|choice| !matches!(type_of(choice), Some("object" | "array")));
        let is_told = scalar && choices.iter().all(|choice| choice["const"].is_null());
        let is_text = kinds.iter().any(|kind| kind == TEXT);
        match &node.value {
            Node::List(_) if name == "`update`" => {
                mistake.help("write `update: { lead_id: …, status: … }`, without dashes; put several updates under `steps:`, each with a `name`")
            }
            _ if !is_told => mistake.help(format!("for example `{written}`")),
            Node::List(_) | Node::Map(_) if is_text => {
                mistake.help("if the brackets belong to a text, put it in quotes")
            }
            Node::List(_) | Node::Map(_) => mistake.help("give one value, without brackets"),
            Node::Text(text) => match look_alike(text) {
                Some(odd) => mistake.help(format!("it holds U+{:04X}, which may look like another", u32::from(odd))),
                None => mistake,
            },
            _ => mistake,
        }
    }
}
