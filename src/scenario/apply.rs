//! Changes laid over an instance: maps merge, named lists merge by name, `remove` removes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::changes::{
    BuyerChange, FieldChange, InstanceChanges, KeySource, LeadChange, Named, PolicyChanges, StatusChange,
};
use super::zone::time_zone;
use crate::cake::{
    Buyer, Check, Field, FieldKind, Instance, Lead, LeadDefaults, Policy, Sale, Settings, Status, is_parameter,
};
use crate::nearest::nearest;
use crate::protocol::Code;
use crate::secret::Secret;
use crate::source::{Diagnostic, Located, Mistakes, SourceFile};

/// Looks up the variables that instance files may name.
pub type Env<'e> = &'e dyn Fn(&str) -> Option<String>;

/// Lays everything but the leads over settings. What is wrong is returned; the rest is applied.
pub fn apply_settings(
    settings: &mut Settings,
    changes: &InstanceChanges,
    file: &SourceFile,
    env: Env<'_>,
) -> Vec<Diagnostic> {
    let mut mistakes = Mistakes::of(file);
    settings.enabled = changes.enabled.unwrap_or(settings.enabled);
    BUYER.merge(&mut settings.buyers, &changes.buyers, env, &mut mistakes);
    STATUS.merge(&mut settings.statuses, &changes.statuses, env, &mut mistakes);
    FIELD.merge(&mut settings.fields, &changes.fields, env, &mut mistakes);
    check_keys(&mut mistakes, &changes.buyers, &settings.buyers);
    apply_policy(&mut settings.policy, &changes.policy, &mut mistakes);
    let details = &changes.lead_defaults;
    let LeadDefaults { buyer, origin } = &mut settings.lead_defaults;
    check_buyers(&mut mistakes, &details.buyer, &settings.buyers);
    set_text(buyer, details.buyer.as_ref().map(|name| &name.value));
    set_text(&mut origin.campaign, details.campaign.as_ref());
    set_text(&mut origin.offer, details.offer.as_ref());
    set_text(&mut origin.vertical, details.vertical.as_ref());
    origin.sold = details.sold.unwrap_or(origin.sold);
    if buyer.is_empty() {
        *buyer = settings.buyers.first().map_or_else(|| "".into(), |first| Arc::clone(&first.name));
    }
    mistakes.found()
}

/// Lays changes of leads over an instance whose settings are complete.
pub fn apply_leads(instance: &mut Instance, changes: &Named<LeadChange>, file: &SourceFile) -> Vec<Diagnostic> {
    let mut mistakes = Mistakes::of(file);
    let mut missed = Vec::new();
    let mut removed = Vec::new();
    for id in &changes.remove {
        match instance.remove_lead(&id.value) {
            Some(lead) => removed.push(lead),
            None => missed.push(id),
        }
    }
    for id in missed {
        let mut known: Vec<&str> = instance.leads().chain(&removed).map(|lead| &*lead.id).collect();
        known.sort_unstable();
        let names = format!("a scenario has only the leads its updates name: {}", known.join(", "));
        let help = if known.is_empty() { String::new() } else { names };
        mistakes.add(id, format!("there is no lead {:?} to remove", id.value), help);
    }
    let mut named = HashSet::new();
    let usual = Arc::new(instance.settings.lead_defaults.sale());
    let mut last = Arc::clone(&usual);
    for change in &changes.add {
        let LeadChange { id, buyer, buyers, campaign, offer, vertical, sold } = &change.value;
        if !named.insert(id) {
            mistakes.add(change, format!("duplicate lead {id:?}"), "keep one of the two");
            continue;
        }
        if id.trim().is_empty() {
            mistakes.add(change, "a lead needs an ID", "");
            continue;
        }
        check_buyers(&mut mistakes, buyer.iter().chain(buyers), &instance.settings.buyers);
        let known = instance.lead_like(id).filter(|lead| *lead.id == **id);
        let mut sale = Sale::clone(known.map_or(&*usual, |lead| &*lead.sale));
        let sold_to: Vec<_> = buyer.iter().chain(buyers).map(|name| name.value.as_str().into()).collect();
        if !sold_to.is_empty() {
            sale.buyers = sold_to;
        }
        set_text(&mut sale.origin.campaign, campaign.as_ref());
        set_text(&mut sale.origin.offer, offer.as_ref());
        set_text(&mut sale.origin.vertical, vertical.as_ref());
        sale.origin.sold = sold.unwrap_or(sale.origin.sold);
        // Most leads are sold like the one before.
        if sale != *last {
            last = if sale == *usual { Arc::clone(&usual) } else { Arc::new(sale) };
        }
        let lead = Lead { id: id.as_str().into(), sale: Arc::clone(&last) };
        if let Some(other) = instance.add_lead(lead)
            && *other.id != **id
        {
            let help = format!("remove the other one: `leads: {{ remove: [{}] }}`", other.id);
            mistakes.add(change, format!("lead {id:?} and lead {:?} differ in letter case only", other.id), help);
        }
    }
    mistakes.found()
}

/// How the name of a variable begins elsewhere.
const LIKE_A_VARIABLE: [&str; 4] = ["$", "env:", "%", "{{"];

/// Whether this looks like the name of a variable and not like a key: `CAKE_KEY`, but neither `K7M2QX94` nor `aKey`.
pub fn is_name_of_a_variable(name: &str) -> bool {
    let of = |is: fn(&char) -> bool| name.chars().all(|c| is(&c) || c == '_');
    of(char::is_ascii_uppercase)
        || name.contains('_') && (of(char::is_ascii_lowercase) || of(|c| c.is_ascii_uppercase() || c.is_ascii_digit()))
}

fn set_text(slot: &mut Arc<str>, text: Option<&String>) {
    if let Some(text) = text {
        *slot = text.as_str().into();
    }
}

fn check_buyers<'n>(
    mistakes: &mut Mistakes<'_>,
    names: impl IntoIterator<Item = &'n Located<String>>,
    buyers: &[Buyer],
) {
    for name in names.into_iter().filter(|name| buyers.iter().all(|buyer| *buyer.name != *name.value)) {
        let help = suggest(&name.value, buyers.iter().map(|buyer| &*buyer.name));
        mistakes.add(name, format!("there is no buyer {:?}", name.value), help);
    }
}

/// By its key CAKE tells a buyer from the others.
fn check_keys(mistakes: &mut Mistakes<'_>, changes: &Named<BuyerChange>, buyers: &[Buyer]) {
    for BuyerChange { name, key } in changes.add.iter().map(|change| &change.value) {
        let Some(source) = key else { continue };
        let Some(at) = buyers.iter().position(|buyer| *buyer.name == **name) else { continue };
        let is_given = |name: &str| changes.add.iter().any(|it| it.value.name == name && it.value.key.is_some());
        let same = |(place, other): &(usize, &Buyer)| {
            // Of two that are given the key here, the later one is told.
            let is_same = *place != at && other.key == buyers[at].key && !other.key.expose().is_empty();
            is_same && (*place < at || !is_given(&other.name))
        };
        if let Some((_, other)) = buyers.iter().enumerate().find(same) {
            let message = format!("the buyers {:?} and {name:?} have the same API key", other.name);
            mistakes.add(source, message, "give each its own: the key identifies the buyer");
        }
    }
}

/// The key that a source names, or an empty one with a mistake.
fn key(source: &Located<KeySource>, env: Env<'_>, mistakes: &mut Mistakes<'_>) -> Secret {
    let key = match &source.value {
        KeySource::Inline(key) if LIKE_A_VARIABLE.iter().any(|mark| key.expose().starts_with(mark)) => {
            let message = "this reads like a variable, and would be taken for the API key itself";
            mistakes.add(source, message, "write `key: { env: NAME }` to read it from one");
            key.clone()
        }
        KeySource::Inline(key) => key.clone(),
        // Somebody may have given the key itself, so it is not repeated.
        KeySource::Env { env: name } if !is_name_of_a_variable(name) => {
            let help = "`key: { env: CAKE_KEY }` takes the name of a variable, not the key";
            mistakes.add(source, "`env` is not the name of a variable", help);
            return Secret::new("");
        }
        KeySource::Env { env: name } => {
            let Some(value) = env(name) else {
                let help = "set it, or write a test key here";
                mistakes.add(source, format!("the environment variable {name} is not set"), help);
                return Secret::new("");
            };
            Secret::new(value)
        }
    };
    if key.expose().is_empty() {
        mistakes.add(source, "the API key is empty", "");
    }
    key
}

/// The name that was probably meant, or all there are; nothing where they are many.
fn suggest<'c>(sent: &str, known: impl Iterator<Item = &'c str> + Clone) -> String {
    match (nearest(sent, known.clone()), known.collect::<Vec<_>>()) {
        (Some(name), _) => format!("did you mean {name:?}?"),
        (None, names) if (1..=12).contains(&names.len()) => format!("known: {}", names.join(", ")),
        (None, _) => String::new(),
    }
}

/// What an item of a list is that merges by name, and what a change of one does.
struct NamedItem<I, C> {
    what: &'static str,
    new: fn(&str) -> I,
    name: fn(&I) -> &str,
    changed_name: fn(&C) -> &str,
    update: fn(&mut I, &Located<C>, Env<'_>, &mut Mistakes<'_>),
}

impl<I, C> NamedItem<I, C> {
    fn merge(&self, items: &mut Vec<I>, changes: &Named<C>, env: Env<'_>, mistakes: &mut Mistakes<'_>) {
        let Self { what, name: name_of, .. } = self;
        let known: HashSet<String> = items.iter().map(|item| name_of(item).to_owned()).collect();
        let mut removed = HashSet::new();
        for name in &changes.remove {
            if !removed.insert(&*name.value) {
                mistakes.add(name, format!("duplicate {what} {:?}", name.value), "keep one of the two");
            } else if !known.contains(&name.value) {
                let help = suggest(&name.value, items.iter().map(name_of));
                mistakes.add(name, format!("there is no {what} {:?} to remove", name.value), help);
            }
        }
        items.retain(|item| !removed.contains(name_of(item)));
        let mut places: HashMap<String, usize> =
            items.iter().enumerate().map(|(at, item)| (name_of(item).to_owned(), at)).collect();
        let mut named = HashSet::new();
        for change in &changes.add {
            let name = (self.changed_name)(&change.value);
            if name.is_empty() {
                mistakes.add(change, format!("a {what} needs a name"), "");
            }
            if !named.insert(name) {
                mistakes.add(change, format!("duplicate {what} {name:?}"), "keep one of the two");
            }
            let at = *places.entry(name.to_owned()).or_insert(items.len());
            if at == items.len() {
                items.push((self.new)(name));
            }
            (self.update)(&mut items[at], change, env, mistakes);
        }
    }
}

const BUYER: NamedItem<Buyer, BuyerChange> = NamedItem {
    what: "buyer",
    new: |name| Buyer { name: name.into(), key: Secret::new("") },
    name: |buyer| &buyer.name,
    changed_name: |change| &change.name,
    update: |buyer, change, env, mistakes| {
        if let Some(source) = &change.value.key {
            buyer.key = key(source, env, mistakes);
        } else if buyer.key.expose().is_empty() {
            let help = "add `key: …` or `key: { env: NAME }`";
            mistakes.add(change, format!("the buyer {:?} has no key", buyer.name), help);
        }
    },
};

const STATUS: NamedItem<Status, StatusChange> = NamedItem {
    what: "status",
    new: |name| Status { name: name.to_owned(), sub_statuses: Vec::new() },
    name: |status| &status.name,
    changed_name: |change| &change.name,
    update: |status, change, env, mistakes| {
        SUB_STATUS.merge(&mut status.sub_statuses, &change.value.sub_statuses, env, mistakes);
    },
};

/// It has nothing but its name.
const SUB_STATUS: NamedItem<String, String> = NamedItem {
    what: "sub-status",
    new: str::to_owned,
    name: |name| name,
    changed_name: |name| name,
    update: |_, _, _, _| {},
};

const FIELD: NamedItem<Field, FieldChange> = NamedItem {
    what: "field",
    new: |name| Field { label: name.to_owned(), name: name.to_owned(), kind: FieldKind::default() },
    name: |field| &field.name,
    changed_name: |change| &change.name,
    update: |field, change, _, mistakes| {
        let FieldChange { name, label, kind } = &change.value;
        if is_parameter(name) {
            mistakes.add(change, format!("{name:?} is a parameter of the method itself, not a custom field"), "");
        }
        if let Some(label) = label {
            field.label.clone_from(label);
        }
        field.kind = kind.unwrap_or(field.kind);
    },
};

/// Lays settings of how CAKE behaves over others.
pub(crate) fn apply_policy(policy: &mut Policy, changes: &PolicyChanges, mistakes: &mut Mistakes<'_>) {
    if let Some(status) = &changes.refusal_http_status {
        if (200..=599).contains(&status.value) && !matches!(status.value, 204 | 205 | 304) {
            policy.refusal_http_status = status.value;
        } else {
            mistakes.add(status, format!("{} is no HTTP status of an answer with a body", status.value), "");
        }
    }
    for (code, text) in &changes.messages {
        if !policy.messages.set(Code(*code), text.value.clone()) {
            mistakes.add(text, format!("{code} is not a documented code; those are 0 to 4"), "");
        }
    }
    if let Some(order) = &changes.check_order {
        let is_order =
            order.value.len() == Check::ALL.len() && Check::ALL.iter().all(|check| order.value.contains(check));
        if is_order {
            policy.check_order.clone_from(&order.value);
        } else {
            let help = "for example: check_order: [key, enabled, lead, status]";
            mistakes.add(order, "check_order has to name key, enabled, lead and status, each once", help);
        }
    }
    policy.key_case = changes.key_case.unwrap_or(policy.key_case);
    policy.lead_id_case = changes.lead_id_case.unwrap_or(policy.lead_id_case);
    policy.foreign_lead = changes.foreign_lead.unwrap_or(policy.foreign_lead);
    policy.unknown_sub_status = changes.unknown_sub_status.unwrap_or(policy.unknown_sub_status);
    policy.missing_parameter = changes.missing_parameter.unwrap_or(policy.missing_parameter);
    policy.missing_sub_status = changes.missing_sub_status.unwrap_or(policy.missing_sub_status);
    policy.form_post = changes.form_post.unwrap_or(policy.form_post);
    policy.json_call = changes.json_call.unwrap_or(policy.json_call);
    policy.compression = changes.compression.unwrap_or(policy.compression);
    policy.shape = changes.shape.unwrap_or(policy.shape);
    if let Some(zone) = &changes.time_zone {
        match time_zone(&zone.value) {
            Ok(known) => policy.time_zone = known,
            Err(unknown) => mistakes.add(zone, unknown.message, unknown.help),
        }
    }
    policy.report_sums = changes.report_sums.unwrap_or(policy.report_sums);
    policy.report_dates = changes.report_dates.unwrap_or(policy.report_dates);
    policy.report_end_date = changes.report_end_date.unwrap_or(policy.report_end_date);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{apply_leads, apply_settings};
    use crate::cake::{Instance, Settings};
    use crate::scenario::changes::InstanceChanges;
    use crate::source::{SourceFile, read};

    const BASE: &str = "
enabled: true
buyers: [{ name: Acme, key: first-key }]
statuses: [{ name: Funded, sub_statuses: [Full, Part] }, { name: Lost }]
fields: [{ name: amount, type: number }]
leads: [{ id: C8097F17 }]
";

    fn lay(instance: &mut Instance, text: &str) -> Vec<String> {
        let file = SourceFile::new("a.yaml", text);
        let changes: InstanceChanges = read(&file).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        let settings = Arc::make_mut(&mut instance.settings);
        let env = |name: &str| (name == "SET").then(|| "from-env".to_owned());
        let mut found = apply_settings(settings, &changes, &file, &env);
        found.extend(apply_leads(instance, &changes.leads, &file));
        found.iter().map(|mistake| mistake.message().to_owned()).collect()
    }

    fn changed(text: &str) -> (Instance, Vec<String>) {
        let mut instance = Instance::new(Arc::new(Settings::default()));
        assert_eq!(lay(&mut instance, BASE), Vec::<String>::new());
        let mistakes = lay(&mut instance, text);
        (instance, mistakes)
    }

    #[test]
    fn what_may_be_a_key_is_not_taken_for_the_name_of_a_variable_and_is_not_shown() {
        for name in ["CAKE_KEY", "cake_key", "KEY"] {
            assert!(super::is_name_of_a_variable(name), "{name}");
        }
        for key in ["K7M2QX94TB1D8RZ5", "BuyerAPIKeyHere", "12345", "a-key", "secret key"] {
            assert!(!super::is_name_of_a_variable(key), "{key}");
        }
    }

    #[test]
    fn named_lists_merge_by_name_and_remove_removes() {
        let (instance, mistakes) = changed(
            "
buyers: [{ name: Acme, key: { env: SET } }]
statuses: { add: [{ name: Funded, sub_statuses: { add: [None], remove: [Part] } }, { name: New }], remove: [Lost] }
fields: [{ name: amount, label: Amount }]
leads: [{ id: C8097F17, campaign: Other }]
",
        );
        assert_eq!(mistakes, Vec::<String>::new());
        let settings = &instance.settings;
        assert_eq!(settings.buyers[0].key.expose(), "from-env");
        let statuses: Vec<_> = settings.statuses.iter().map(|s| format!("{} {:?}", s.name, s.sub_statuses)).collect();
        assert_eq!(statuses, [r#"Funded ["Full", "None"]"#, "New []"]);
        assert_eq!(settings.fields[0].label, "Amount");
        let lead = instance.lead_like("c8097f17").unwrap();
        assert_eq!((&*lead.sale.origin.campaign, &*lead.sale.buyers.join(", ")), ("Other", "Acme"));
    }

    #[test]
    fn leads_that_are_sold_alike_share_their_sale_and_a_copy_of_the_instance_shares_the_leads() {
        let (instance, _) = changed(
            "leads: [{ id: A0000001 }, { id: A0000002 }, { id: A0000003, campaign: Other }, { id: A0000004, campaign: Other }]",
        );
        let sale = |id: &str| &instance.lead_like(id).unwrap().sale;
        assert!(Arc::ptr_eq(sale("A0000001"), sale("A0000002")));
        assert!(Arc::ptr_eq(sale("A0000003"), sale("A0000004")));
        assert_ne!(sale("A0000001"), sale("A0000003"));
        let copy = instance.clone();
        assert!(std::ptr::eq(copy.lead_like("A0000001").unwrap(), instance.lead_like("A0000001").unwrap()));
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let (_, mistakes) = changed(
            "
buyers: [{ name: New }, { name: Acme, key: { env: UNSET } }]
statuses: { remove: [funded] }
fields: [{ name: status }, { name: amount }, { name: amount }]
lead_defaults: { buyer: Amce }
leads: { add: [{ id: c8097f17 }], remove: [FFFFFFFF] }
policy: { refusal_http_status: 99, check_order: [key], messages: { 7: x }, time_zone: PST }
",
        );
        insta::assert_debug_snapshot!(mistakes, @r#"
        [
            "the buyer \"New\" has no key",
            "the environment variable UNSET is not set",
            "there is no status \"funded\" to remove",
            "\"status\" is a parameter of the method itself, not a custom field",
            "duplicate field \"amount\"",
            "99 is no HTTP status of an answer with a body",
            "7 is not a documented code; those are 0 to 4",
            "check_order has to name key, enabled, lead and status, each once",
            "there is no time zone \"PST\"",
            "there is no buyer \"Amce\"",
            "there is no lead \"FFFFFFFF\" to remove",
            "lead \"c8097f17\" and lead \"C8097F17\" differ in letter case only",
        ]
        "#);
    }
}
