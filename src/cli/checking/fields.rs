//! Placeholders of custom fields that nothing will ever stand in for.

use std::collections::BTreeSet;

use crate::nearest::nearest;
use crate::pack::Pack;
use crate::subject::Template;

/// A line for each `{field:NAME}` whose name no update and no instance of the pack has: it would be empty without a
/// word.
pub(in crate::cli) fn unknown(arguments: &[String], pack: &Pack) -> String {
    let updates = pack.entries.iter().flat_map(|entry| &entry.scenario.steps).map(|step| &step.update);
    let sent = updates.chain([&pack.sample]).flat_map(|update| update.fields.keys().map(String::as_str));
    let configured = pack.instance.settings.fields.iter().map(|field| &*field.name);
    let known: BTreeSet<&str> = sent.chain(configured).collect();
    let templates: Vec<Template> =
        arguments.iter().filter_map(|argument| Template::parse(argument, false).ok()).collect();
    let named: BTreeSet<&str> = templates.iter().flat_map(Template::fields).collect();
    let note = |name: &&str| {
        let meant =
            nearest(name, known.iter().copied()).map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
        format!("note: no update has a field {name:?}, so {{field:{name}}} is always empty{meant}\n")
    };
    named.difference(&known).map(note).collect()
}
