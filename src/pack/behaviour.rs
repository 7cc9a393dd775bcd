//! A pack on a CAKE that behaves otherwise: as `endpoint learn` wrote down of a real one. Only what the file says differs, and what a
//! scenario says of its own CAKE still holds there.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{BehaviourUsed, Pack};
use super::renamed::{codes, sampled};
use crate::cake::Settings;
use crate::protocol::Code;
use crate::scenario::{PolicyChanges, apply_policy};
use crate::snapshot::sha256;
use crate::source::{Diagnostic, Mistakes, SourceFile, read};

/// How a CAKE behaves.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Behaviour {
    /// Whether Lead Statuses are enabled.
    enabled: Option<bool>,
    /// What it does where the documentation is silent.
    #[serde(default)]
    policy: PolicyChanges,
}

impl Pack {
    /// The same pack on a CAKE that behaves as a file says. A scenario that is answered with another code there is out of scope.
    pub fn behaving_as(mut self, file: &SourceFile) -> Result<Self, Vec<Diagnostic>> {
        let behaviour: Behaviour = read(file)?;
        let mut mistakes = Mistakes::of(file);
        let mut settings = Settings::clone(&self.instance.settings);
        settings.enabled = behaviour.enabled.unwrap_or(settings.enabled);
        apply_policy(&mut settings.policy, &behaviour.policy, &mut mistakes);
        let mistakes = mistakes.found();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        self.instance.settings = Arc::new(settings);
        self.takes_its_sample(file)?;
        let mut entries = std::mem::take(&mut self.entries);
        for entry in &mut entries {
            let before = codes(&self, entry);
            let mut settings = Settings::clone(&entry.instance.settings);
            settings.enabled = entry.scenario.changes.enabled.or(behaviour.enabled).unwrap_or(settings.enabled);
            for changes in [&behaviour.policy, &entry.scenario.changes.policy] {
                // Both were checked where they were read.
                apply_policy(&mut settings.policy, changes, &mut Mistakes::of(file));
            }
            entry.instance.settings = Arc::new(settings);
            if codes(&self, entry) != before {
                entry.scenario.out_of_scope = Some(format!("the CAKE of {} answers it otherwise", file.path));
            }
        }
        self.entries = entries;
        self.behaviour = Some(BehaviourUsed { file: file.path.clone(), sha256: sha256(file.text.as_bytes()) });
        Ok(self)
    }

    /// A client is tried with the sample first, so it has to be taken.
    fn takes_its_sample(&self, file: &SourceFile) -> Result<(), Vec<Diagnostic>> {
        let reply = sampled(self);
        if reply.code == Some(Code::SUCCESS) {
            return Ok(());
        }
        let message = format!("this CAKE takes no update, not even the pack's sample: {}", reply.why);
        Err(vec![file.mistake(None, message).help("no client can be checked against it; ask the network")])
    }
}

#[cfg(test)]
mod tests {
    use crate::pack::{Origin, Pack, load};
    use crate::source::{Diagnostic, SourceFile};

    fn behaving(text: &str) -> Result<Pack, Vec<Diagnostic>> {
        let (pack, _) = load(Origin::Standard, &|_| None).unwrap();
        pack.behaving_as(&SourceFile::new("learnt.yaml", text))
    }

    fn told(text: &str) -> String {
        behaving(text).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_the_file_says_holds_but_where_a_scenario_says_otherwise() {
        let pack = behaving("policy: { refusal_http_status: 400, check_order: [status, lead, key, enabled] }").unwrap();
        assert_eq!(pack.instance.settings.policy.refusal_http_status, 400);
        let policy = |id: &str| {
            let entry = pack.entries.iter().find(|entry| entry.scenario.id.to_string() == id).unwrap();
            &entry.instance.settings.policy
        };
        assert_eq!(policy("codes/lead-absent").refusal_http_status, 400);
        assert_eq!(policy("codes/refused-with-http-500").refusal_http_status, 500);
        assert_eq!(pack.behaviour.unwrap().file, "learnt.yaml");
    }

    #[test]
    fn a_scenario_that_is_answered_otherwise_is_out_of_scope() {
        let left_out = |text: &str| {
            let entries = behaving(text).unwrap().entries;
            let of = entries.into_iter().filter(|entry| entry.scenario.out_of_scope.is_some());
            of.map(|entry| entry.scenario.id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(left_out("policy: {}"), Vec::<String>::new());
        assert!(left_out("policy: { lead_id_case: ignored }").contains(&"codes/lead-in-another-case".to_owned()));
    }

    #[test]
    fn a_file_that_is_something_else_is_refused() {
        assert!(told("buyers: []").contains("buyers"), "{}", told("buyers: []"));
        assert!(told("enabled: false").contains("takes no update"), "{}", told("enabled: false"));
        assert!(told("policy: { key_case: sometimes }").contains("sometimes"));
    }
}
