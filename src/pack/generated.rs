//! Generated scenarios: each status, sub-status and field that a network has configured is sent once.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::expect::expected_answers;
use super::model::{Entry, Pack};
use super::network::{Network, NetworkField};
use crate::cake::{FieldKind, Instance, lead_key};
use crate::protocol::{Code, Outcome, Update};
use crate::scenario::{Basis, InstanceChanges, Need, Scenario, ScenarioId, Step};
use crate::source::SourceFile;

/// The area of these scenarios.
const AREA: &str = "network";
/// With what their lead IDs begin.
const LEADS: &str = "4E37";
const WHY: &str = "A name that the client lacks, or spells in its own way, is refused with code 3 or dropped without a word. Whoever tries the usual names alone learns of it from the network.";

/// A scenario for each status, each sub-status and each field of a network. The pack speaks its words already.
pub(super) fn generated(pack: &Pack, network: &Network) -> Vec<Entry> {
    let mut making = Making::new(pack, network);
    for status in network.statuses.iter().flatten() {
        let update = Update { status: status.name.clone(), ..Update::default() };
        let name = &status.name;
        making.add(&["status", name], format!("The network's status {name:?}"), vec![], update.clone());
        for sub_status in status.sub_statuses.iter().flatten() {
            let title = format!("The network's sub-status {sub_status:?} of {name:?}");
            let update = Update { sub_status: Some(sub_status.clone()), ..update.clone() };
            making.add(&["sub-status", name, sub_status], title, vec![Need::SubStatus], update);
        }
    }
    for field in network.fields.iter().flatten() {
        let fields = [(field.name.clone(), value(field).to_owned())].into();
        let update = Update { status: pack.sample.status.clone(), fields, ..Update::default() };
        let title = format!("The network's field {:?}", field.name);
        making.add(&["field", &field.name], title, vec![Need::Fields], update);
    }
    making.made
}

/// What is sent in a field. Where its kind is not known, it is right for either.
fn value(field: &NetworkField) -> &'static str {
    match field.kind {
        Some(FieldKind::String) => "Sample 1250",
        Some(FieldKind::Number) | None => "1250",
    }
}

struct Making<'p> {
    pack: &'p Pack,
    file: SourceFile,
    ids: BTreeSet<String>,
    leads: HashSet<String>,
    next_lead: u32,
    made: Vec<Entry>,
}

impl<'p> Making<'p> {
    fn new(pack: &'p Pack, network: &Network) -> Self {
        let instances = pack.entries.iter().map(|entry| &entry.instance).chain([&pack.instance]);
        let leads = instances.flat_map(Instance::leads).map(|lead| lead_key(&lead.id).into_owned());
        let steps = pack.entries.iter().flat_map(|entry| &entry.scenario.steps);
        let sent = steps.map(|step| lead_key(&step.update.lead_id).into_owned());
        Self {
            pack,
            file: SourceFile::new(network.file.clone(), ""),
            ids: pack.entries.iter().map(|entry| entry.scenario.id.to_string()).collect(),
            leads: leads.chain(sent).collect(),
            next_lead: 1,
            made: Vec::new(),
        }
    }

    fn add(&mut self, name: &[&str], title: String, needs: Vec<Need>, update: Update) {
        let Some(id) = self.id(name) else { return };
        let update = Update { lead_id: self.lead_id(), ..update };
        let mut instance = Instance::new(Arc::clone(&self.pack.instance.settings));
        instance.add_lead(instance.settings.lead_defaults.lead(&update.lead_id));
        let step = Step::new(update, Some(Code::SUCCESS), vec![Outcome::Updated]);
        let scenario = Scenario {
            id,
            file: self.file.clone(),
            title,
            basis: Some(Basis::Documented),
            why: Some(WHY.to_owned()),
            tags: Vec::new(),
            needs,
            changes: InstanceChanges::default(),
            steps: vec![step],
            out_of_scope: None,
            recommends: None,
        };
        let mut entry = Entry { scenario, instance };
        let answers = expected_answers(self.pack, &entry);
        let refused = answers.iter().find(|expected| expected.reply.code != Some(Code::SUCCESS));
        let refused = refused.map(|expected| format!("CAKE accepts no such update: {}", expected.reply.why));
        entry.scenario.out_of_scope = refused;
        self.made.push(entry);
    }

    /// An id of the name, with a number behind it where that is taken.
    fn id(&mut self, name: &[&str]) -> Option<ScenarioId> {
        let parts: Vec<String> = name.iter().map(|part| slug(part)).filter(|part| !part.is_empty()).collect();
        let name = parts.join("-");
        let numbered = (1..).map(|n| if n == 1 { format!("{AREA}/{name}") } else { format!("{AREA}/{name}-{n}") });
        let id = numbered.into_iter().find(|id| !self.ids.contains(id))?;
        self.ids.insert(id.clone());
        ScenarioId::new(&id).ok()
    }

    /// A lead ID that nothing else uses.
    fn lead_id(&mut self) -> String {
        loop {
            let id = format!("{LEADS}{:04X}", self.next_lead);
            self.next_lead += 1;
            if self.leads.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// A name as part of an id: `Closed - Paid` is `closed-paid`.
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
