//! What CAKE answers to an update, and why: which check decided, what was sent, what was expected.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;

use super::instance::{Buyer, Instance, Lead, Settings};
use super::policy::{Check, ForeignLead, LetterCase, MissingParameter, MissingSubStatus, Policy, UnknownSubStatus};
use crate::nearest::{difference, nearest};
use crate::protocol::{Code, Params, Update};

/// The parameters that `UpdateLeadStatus` declares. Every other one is a custom field or ignored.
const REQUIRED: [&str; 3] = ["api_key", "lead_id", "status"];
const SUB_STATUS: &str = "sub_status";
/// All four.
const DECLARED: [&str; 4] = [REQUIRED[0], REQUIRED[1], REQUIRED[2], SUB_STATUS];
const EVERY_CHECK_PASSED: &str = "every check passed";
/// What stands before the parameters that were ignored, in words.
pub(super) const IGNORED: &str = "ignored, as no configured field: ";

/// Whether the method itself declares this parameter, so that no custom field can be called so.
pub fn is_parameter(name: &str) -> bool {
    // Most names are spelt as documented.
    DECLARED.contains(&name) || DECLARED.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// What CAKE makes of an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Which check decided.
    pub reason: Reason,
    /// What is to be recorded: the update with its configured fields only. Only a success has one.
    pub update: Option<Update>,
}

/// The check that decided, with what was sent and what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Every check passed.
    Success {
        /// Parameters that are no configured field, and were ignored (assumed).
        ignored: Vec<String>,
    },
    /// A declared parameter was left out: HTTP 500 before the method runs.
    MissingParameter {
        /// The first one missing, in declaration order.
        name: &'static str,
    },
    /// No buyer has the key. The keys themselves are never told.
    InvalidKey {
        /// How many characters the key has that was sent.
        sent_length: usize,
        /// In what way it differs from a buyer's key, where that can be said.
        difference: Option<&'static str>,
    },
    /// Lead Statuses are not enabled.
    NotEnabled,
    /// There is no such lead.
    LeadNotFound {
        /// The ID sent.
        sent: String,
        /// The ID it differs from in letter case or spaces only, where there is one.
        nearest: Option<String>,
    },
    /// The lead is another buyer's.
    LeadOfAnotherBuyer {
        /// The ID sent.
        sent: String,
        /// Who bought it.
        owner: String,
        /// Who asked.
        buyer: String,
    },
    /// The status is not configured.
    StatusNotRecognised {
        /// The status sent.
        sent: String,
        /// The configured name it resembles.
        nearest: Option<String>,
    },
    /// The sub-status is not configured under its status.
    SubStatusNotRecognised {
        /// The status sent.
        status: String,
        /// The sub-status sent.
        sent: String,
        /// The configured name it resembles.
        nearest: Option<String>,
    },
}

impl Reason {
    /// The code CAKE answers; none where the request fails before the method runs.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Success { .. } => Some(Code::SUCCESS),
            Self::MissingParameter { .. } => None,
            Self::InvalidKey { .. } => Some(Code::INVALID_KEY),
            Self::NotEnabled => Some(Code::NOT_ENABLED),
            Self::LeadNotFound { .. } | Self::LeadOfAnotherBuyer { .. } => Some(Code::LEAD_NOT_FOUND),
            Self::StatusNotRecognised { .. } | Self::SubStatusNotRecognised { .. } => Some(Code::STATUS_NOT_RECOGNISED),
        }
    }

    /// The same in words, which a plain success always has alike.
    pub fn in_words(&self) -> Cow<'static, str> {
        match self {
            Self::Success { ignored } if ignored.is_empty() => Cow::Borrowed(EVERY_CHECK_PASSED),
            other => other.to_string().into(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success { ignored } if ignored.is_empty() => f.write_str(EVERY_CHECK_PASSED),
            Self::Success { ignored } => {
                write!(f, "{EVERY_CHECK_PASSED}; {IGNORED}{}", ignored.join(", "))
            }
            Self::MissingParameter { name } => write!(f, "the parameter {name} was not sent"),
            Self::InvalidKey { sent_length, difference } => {
                write!(f, "no buyer has this API key ({sent_length} characters)")?;
                difference.map_or(Ok(()), |difference| write!(f, ": {difference}"))
            }
            Self::NotEnabled => f.write_str("Lead Statuses are not enabled in this instance"),
            Self::LeadNotFound { sent, nearest } => {
                write!(f, "no lead {sent:?}")?;
                resembling(f, sent, nearest.as_deref())
            }
            Self::LeadOfAnotherBuyer { sent, owner, buyer } => {
                write!(f, "lead {sent:?} was bought by {owner:?}, not by {buyer:?}")
            }
            Self::StatusNotRecognised { sent, nearest } => {
                write!(f, "status {sent:?} is not configured")?;
                resembling(f, sent, nearest.as_deref())
            }
            Self::SubStatusNotRecognised { status, sent, nearest } => {
                write!(f, "sub-status {sent:?} is not configured under status {status:?}")?;
                resembling(f, sent, nearest.as_deref())
            }
        }
    }
}

fn resembling(f: &mut fmt::Formatter<'_>, sent: &str, nearest: Option<&str>) -> fmt::Result {
    let Some(nearest) = nearest else { return Ok(()) };
    write!(f, "; {nearest:?} is")?;
    difference(sent, nearest).map_or(Ok(()), |difference| write!(f, " ({difference})"))
}

/// Decides on an update.
pub fn decide(instance: &Instance, params: &Params) -> Decision {
    let lead = instance.lead_like(&params.get("lead_id").unwrap_or_default());
    decide_on(lead, &instance.settings, params)
}

/// Decides on an update of this lead, which is the one that the update names, where there is such a lead.
pub(super) fn decide_on(lead: Option<&Lead>, settings: &Settings, params: &Params) -> Decision {
    match check(lead, settings, params) {
        Ok(decision) => decision,
        Err(reason) => Decision { reason, update: None },
    }
}

fn check(lead: Option<&Lead>, settings: &Settings, params: &Params) -> Result<Decision, Reason> {
    let policy = &settings.policy;
    let mut required = REQUIRED.map(|name| params.get(name));
    if policy.missing_parameter == MissingParameter::Error
        && let Some(missing) = required.iter().position(Option::is_none)
    {
        return Err(Reason::MissingParameter { name: REQUIRED[missing] });
    }
    let [key, lead_id, status] = required.each_mut().map(|value| value.take().unwrap_or_default());
    let sub_status = params.get(SUB_STATUS);
    if policy.missing_sub_status == MissingSubStatus::Error && sub_status.is_none() {
        return Err(Reason::MissingParameter { name: SUB_STATUS });
    }
    // A client that sends `sub_status=` means that there is none.
    let sub_status = sub_status.filter(|value| !value.is_empty());

    let buyer = buyer_of(settings, &key);
    for check in &policy.check_order {
        match check {
            Check::Key if buyer.is_none() => return Err(invalid_key(settings, &key)),
            Check::Enabled if !settings.enabled => return Err(Reason::NotEnabled),
            Check::Key | Check::Enabled => {}
            Check::Lead => check_lead(lead, &settings.policy, &lead_id, buyer)?,
            Check::Status => check_status(settings, &status, sub_status.as_deref())?,
        }
    }
    let (fields, ignored) = custom_fields(settings, params);
    let update = Update {
        lead_id: lead_id.into_owned(),
        status: status.into_owned(),
        sub_status: sub_status.map(Cow::into_owned),
        fields,
    };
    Ok(Decision { reason: Reason::Success { ignored }, update: Some(update) })
}

/// The buyer whose key this is.
pub(super) fn buyer_of<'s>(settings: &'s Settings, key: &str) -> Option<&'s Buyer> {
    settings.buyers.iter().find(|buyer| settings.policy.key_case.equal(buyer.key.expose(), key))
}

fn invalid_key(settings: &Settings, sent: &str) -> Reason {
    let how = |buyer: &Buyer| difference(sent, buyer.key.expose());
    Reason::InvalidKey { sent_length: sent.chars().count(), difference: settings.buyers.iter().find_map(how) }
}

/// An unknown key owns no lead, so where the key is checked later the lead is only looked up.
fn check_lead(lead: Option<&Lead>, policy: &Policy, sent: &str, buyer: Option<&Buyer>) -> Result<(), Reason> {
    let Some(lead) = lead else {
        return Err(Reason::LeadNotFound { sent: sent.to_owned(), nearest: None });
    };
    if !policy.lead_id_case.equal(&lead.id, sent) {
        return Err(Reason::LeadNotFound { sent: sent.to_owned(), nearest: Some(lead.id.to_string()) });
    }
    match buyer {
        Some(buyer) if !lead.sale.buyers.contains(&buyer.name) && policy.foreign_lead == ForeignLead::NotFound => {
            Err(Reason::LeadOfAnotherBuyer {
                sent: sent.to_owned(),
                owner: lead.sale.buyers.join(", "),
                buyer: buyer.name.to_string(),
            })
        }
        _ => Ok(()),
    }
}

fn check_status(settings: &Settings, sent: &str, sub_status: Option<&str>) -> Result<(), Reason> {
    let names = settings.statuses.iter().map(|status| &*status.name);
    let Some(status) = settings.statuses.iter().find(|status| status.name == sent) else {
        let nearest = nearest(sent, names).map(str::to_owned);
        return Err(Reason::StatusNotRecognised { sent: sent.to_owned(), nearest });
    };
    let Some(sub_status) = sub_status else { return Ok(()) };
    let known = status.sub_statuses.iter().any(|name| name == sub_status);
    if known || settings.policy.unknown_sub_status == UnknownSubStatus::Accepted {
        return Ok(());
    }
    Err(Reason::SubStatusNotRecognised {
        status: sent.to_owned(),
        sent: sub_status.to_owned(),
        nearest: nearest(sub_status, status.sub_statuses.iter().map(String::as_str)).map(str::to_owned),
    })
}

/// The configured fields among the parameters, under their configured names, and the names of the others.
fn custom_fields(settings: &Settings, params: &Params) -> (IndexMap<String, String>, Vec<String>) {
    let mut fields = IndexMap::new();
    let mut ignored = Vec::new();
    for (name, value) in params.iter().filter(|(name, _)| !is_parameter(name)) {
        match settings.fields.iter().find(|field| LetterCase::Ignored.equal(&field.name, name)) {
            Some(field) => {
                // An update mostly has one field.
                if fields.is_empty() {
                    fields.reserve_exact(1);
                }
                fields.insert(field.name.clone(), value.into_owned());
            }
            None => ignored.push(name.to_owned()),
        }
    }
    (fields, ignored)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Decision, decide};
    use crate::cake::instance::{Buyer, Field, FieldKind, Instance, LeadDefaults, Settings, Status};
    use crate::cake::policy::{Check, ForeignLead, LetterCase, MissingParameter, MissingSubStatus, UnknownSubStatus};
    use crate::protocol::{Code, Params};
    use crate::secret::Secret;

    fn settings() -> Settings {
        Settings {
            enabled: true,
            buyers: ["Acme", "Other"]
                .map(|name| Buyer { name: name.into(), key: Secret::new(format!("{name}-key")) })
                .into(),
            statuses: vec![
                Status { name: "Funded".into(), sub_statuses: vec!["Full Payment".into()] },
                Status { name: "In Progress".into(), sub_statuses: vec![] },
            ],
            fields: vec![Field { label: "Loan".into(), name: "loan_amount".into(), kind: FieldKind::Number }],
            lead_defaults: LeadDefaults { buyer: "Acme".into(), ..LeadDefaults::default() },
            policy: crate::cake::policy::Policy::default(),
        }
    }

    fn with(settings: Settings, query: &str) -> Decision {
        let lead = settings.lead_defaults.lead("C8097F17");
        let mut instance = Instance::new(Arc::new(settings));
        instance.add_lead(lead);
        decide(&instance, &Params::decode(query.as_bytes()))
    }

    fn code(change: impl FnOnce(&mut Settings), query: &str) -> Option<i64> {
        let mut settings = settings();
        change(&mut settings);
        with(settings, query).reason.code().map(|code| code.0)
    }

    fn why(query: &str) -> String {
        with(settings(), query).reason.to_string()
    }

    const GOOD: &str = "api_key=Acme-key&lead_id=C8097F17&status=Funded";

    #[test]
    fn a_right_update_is_recorded_with_its_configured_fields() {
        let decision = with(settings(), &format!("{GOOD}&sub_status=Full+Payment&Loan_Amount=25000&x=1"));
        assert_eq!(decision.reason.code(), Some(Code::SUCCESS));
        assert_eq!(
            decision.update.unwrap().to_string(),
            r#"lead_id="C8097F17" status="Funded" sub_status="Full Payment" loan_amount="25000""#
        );
        assert!(decision.reason.to_string().ends_with("no configured field: x"));
    }

    #[test]
    fn each_failing_check_has_its_code_and_says_why() {
        assert_eq!(
            why("api_key=acme-key&lead_id=C8097F17&status=Funded"),
            "no buyer has this API key (8 characters): only the letter case differs"
        );
        assert_eq!(
            why("api_key=&lead_id=C8097F17&status=Funded"),
            "no buyer has this API key (0 characters): it is empty"
        );
        assert_eq!(
            why("api_key=Acme-key&lead_id=c8097f17&status=Funded"),
            "no lead \"c8097f17\"; \"C8097F17\" is (only the letter case differs)"
        );
        assert_eq!(why("api_key=Acme-key&lead_id=1&status=Funded"), "no lead \"1\"");
        assert_eq!(
            why("api_key=Other-key&lead_id=C8097F17&status=Funded"),
            "lead \"C8097F17\" was bought by \"Acme\", not by \"Other\""
        );
        assert_eq!(
            why("api_key=Acme-key&lead_id=C8097F17&status=in+progress"),
            "status \"in progress\" is not configured; \"In Progress\" is (only the letter case differs)"
        );
        assert_eq!(
            why(&format!("{GOOD}&sub_status=full+payment")),
            "sub-status \"full payment\" is not configured under status \"Funded\"; \"Full Payment\" is (only the letter case differs)"
        );
        assert_eq!(code(|settings| settings.enabled = false, GOOD), Some(4));
        assert_eq!(code(|_| {}, "api_key=x&lead_id=C8097F17&status=Funded"), Some(1));
        assert_eq!(code(|_| {}, "api_key=Acme-key&lead_id=x&status=Funded"), Some(2));
        assert_eq!(code(|_| {}, "api_key=Acme-key&lead_id=C8097F17&status=x"), Some(3));
    }

    #[test]
    fn no_reason_tells_a_key() {
        for key in ["acme-key", "Acme-key+", "Acme", "zzz"] {
            let why = why(&format!("api_key={key}&lead_id=1&status=2"));
            assert!(!why.to_lowercase().contains("acme"), "{why}");
        }
    }

    #[test]
    fn the_order_of_checks_decides_when_several_fail() {
        let all_wrong = "api_key=x&lead_id=y&status=z";
        assert_eq!(code(|settings| settings.enabled = false, all_wrong), Some(1));
        for (first, expected) in [(Check::Enabled, 4), (Check::Lead, 2), (Check::Status, 3)] {
            let reorder = |settings: &mut Settings| {
                settings.enabled = false;
                settings.policy.check_order.insert(0, first);
            };
            assert_eq!(code(reorder, all_wrong), Some(expected));
        }
    }

    #[test]
    fn every_knob_changes_what_it_names() {
        let lower_key = "api_key=ACME-KEY&lead_id=C8097F17&status=Funded";
        assert_eq!(code(|s| s.policy.key_case = LetterCase::Ignored, lower_key), Some(0));
        let lower_lead = "api_key=Acme-key&lead_id=c8097f17&status=Funded";
        assert_eq!(code(|s| s.policy.lead_id_case = LetterCase::Ignored, lower_lead), Some(0));
        let foreign = "api_key=Other-key&lead_id=C8097F17&status=Funded";
        assert_eq!(code(|s| s.policy.foreign_lead = ForeignLead::Accepted, foreign), Some(0));
        let unknown_sub = format!("{GOOD}&sub_status=x");
        assert_eq!(code(|s| s.policy.unknown_sub_status = UnknownSubStatus::Accepted, &unknown_sub), Some(0));
        assert_eq!(code(|s| s.policy.missing_sub_status = MissingSubStatus::Error, GOOD), None);
        let no_key = "lead_id=C8097F17&status=Funded";
        assert_eq!(code(|_| {}, no_key), None);
        assert_eq!(code(|s| s.policy.missing_parameter = MissingParameter::Empty, no_key), Some(1));
    }

    #[test]
    fn the_first_missing_parameter_is_named_in_declaration_order() {
        assert_eq!(why(""), "the parameter api_key was not sent");
        assert_eq!(why("status=x"), "the parameter api_key was not sent");
        assert_eq!(why("api_key=x"), "the parameter lead_id was not sent");
        assert_eq!(why("api_key=x&lead_id"), "the parameter lead_id was not sent");
    }

    #[test]
    fn an_empty_sub_status_is_none_at_all() {
        assert_eq!(code(|_| {}, &format!("{GOOD}&sub_status=")), Some(0));
    }

    #[test]
    fn a_lead_id_with_spaces_around_it_is_another_lead() {
        assert_eq!(code(|_| {}, "api_key=Acme-key&lead_id=+C8097F17&status=Funded"), Some(2));
    }
}
