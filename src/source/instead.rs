//! What to write where a value is of another kind than is asked for, and it is plain what was meant.

use serde_json::Value;

use super::node::Node;
use super::schema::{Root, keys, kinds, required, type_of};

/// What to write in the place of a value under this key, or of an item of that list; `written` is the value as it stands there.
pub(super) fn instead(
    root: Root<'_>,
    (name, is_item): (&str, bool),
    (node, written): (&Node, &str),
    choices: &[&Value],
) -> Option<String> {
    let choice = choices.first()?;
    match (type_of(choice)?, node) {
        ("boolean", Node::Text(_)) if kinds(choices) == ["true or false"] => {
            Some(match &*written.to_ascii_lowercase() {
                "yes" | "y" | "on" => format!("write true for {written}"),
                "no" | "n" | "off" => format!("write false for {written}"),
                _ => "write true or false".to_owned(),
            })
        }
        ("integer", Node::Text(_) | Node::Float) if name == "timeout" => {
            Some("write whole seconds, without a unit, for example 30".to_owned())
        }
        ("array", Node::Text(_)) if name == "run" => {
            Some("write each word by itself: `run: [php, push.php, \"{lead_id}\"]`".to_owned())
        }
        ("array", Node::Integer)
            if root.choices(&choice["items"]).iter().any(|item| type_of(item) == Some("integer")) =>
        {
            Some(format!("write `{name}: [{written}]`"))
        }
        ("object", Node::List(items)) if !is_item => {
            let known = |item: &Node| match item {
                Node::Text(text) => keys(choice).find(|key| key == text),
                _ => None,
            };
            let key = items.iter().find_map(|item| known(&item.value))?;
            let below = root.choices(&choice["properties"][key]);
            let value = if kinds(&below) == ["true or false"] { "false" } else { "…" };
            Some(format!("write `{name}: {{ {key}: {value} }}`"))
        }
        ("object", Node::Text(text)) if is_item && keys(choice).all(|key| !matches!(key, "key" | "env")) => {
            let mut needed = required(choice);
            let (key, None) = (needed.next()?, needed.next()) else { return None };
            let is_plain = !text.is_empty() && text.chars().all(char::is_alphanumeric);
            let text = if is_plain { text.clone() } else { format!("{text:?}") };
            Some(format!("write `{{ {key}: {text} }}`"))
        }
        _ => None,
    }
}
