//! The requests of a plan: those that write nothing, those that learn, and those that write.

use std::fmt;

use super::probe::{KeyUsed, Probe};
use super::target::Target;
use crate::cake::FieldKind;
use crate::pack::Network;
use crate::protocol::{JSON, Update};
use crate::secret::{Redactor, Secret};

/// A lead that does not exist.
pub(super) const NO_SUCH_LEAD: &str = "caketester-no-such-lead";
/// A status that is not configured.
pub(super) const NO_SUCH_STATUS: &str = "caketester-no-such-status";
/// A sub-status that is not configured.
const NO_SUCH_SUB_STATUS: &str = "caketester-no-such-sub-status";
/// A custom field that is not configured.
const NO_SUCH_FIELD: &str = "caketester_no_such_field";
/// The key of nobody.
const NO_SUCH_KEY: &str = "caketester-no-such-key";

/// One planned request. How it looks on the wire follows from it, the target and the key alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What it asks.
    pub(super) probe: Probe,
    /// What it sends, but for the key.
    pub(super) update: Update,
}

/// What is known of a network's instance: names and leads that exist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Every configured status with its sub-statuses; none where they are not known.
    pub statuses: Vec<(String, Vec<String>)>,
    /// The configured custom fields, with what they hold where that is known.
    pub fields: Vec<(String, Option<FieldKind>)>,
    /// A lead that may be named, as the update it is left in.
    pub lead: Option<Update>,
}

impl Known {
    /// What a network's file tells. The lead is the first that may be touched, or the one of this ID.
    pub fn of(network: &Network, lead: Option<&Update>) -> Self {
        let statuses = network.statuses.iter().flatten();
        Self {
            statuses: statuses
                .map(|status| (status.name.clone(), status.sub_statuses.clone().unwrap_or_default()))
                .collect(),
            fields: network.fields.iter().flatten().map(|field| (field.name.clone(), field.kind)).collect(),
            lead: lead.cloned(),
        }
    }
}

impl Planned {
    /// What it asks.
    pub fn probe(&self) -> Probe {
        self.probe
    }

    /// Whether its lead may exist.
    pub(super) fn names_a_lead(&self) -> bool {
        self.update.lead_id != NO_SUCH_LEAD
    }

    fn new(probe: Probe) -> Self {
        let update = Update { lead_id: NO_SUCH_LEAD.into(), status: NO_SUCH_STATUS.into(), ..Update::default() };
        Self { probe, update }
    }

    /// The probes that write nothing, each invalid twice over: neither its lead nor its status exists.
    pub fn that_write_nothing(target: &Target, has_key: bool, has_made_up_key: bool) -> Vec<Self> {
        const ALL: [Probe; 13] = [
            Probe::HelpPage,
            Probe::Tls12,
            Probe::Tls13,
            Probe::PlainHttp,
            Probe::Wsdl,
            Probe::MissingParameter,
            Probe::OtherCase,
            Probe::Head,
            Probe::MadeUpKey,
            Probe::Key,
            Probe::Json,
            Probe::FormPost,
            Probe::UnknownType,
        ];
        let is_sent = |probe: &Probe| match probe {
            Probe::Tls12 | Probe::Tls13 => target.is_secure(),
            Probe::PlainHttp => target.by_plain_http().is_some(),
            Probe::Key => has_key && target.keeps_keys_secret(),
            probe => has_made_up_key || probe.key() != KeyUsed::MadeUp,
        };
        ALL.into_iter().filter(is_sent).map(Self::new).collect()
    }

    /// Those from which the settings of an instance are learnt. Each is invalid twice over: of key, lead, status and
    /// sub-status two do not exist. `sub_status` is always sent, since some instances may ask for it.
    pub fn that_learn(target: &Target, key: Option<&Secret>, known: &Known) -> Vec<Self> {
        let key = key.filter(|_| target.keeps_keys_secret());
        let mut planned = vec![Self::new(Probe::MadeUpKey)];
        let status = known.statuses.first().map(|(name, _)| name);
        if key.is_some() {
            planned.push(Self::new(Probe::Key));
        }
        planned.extend(status.map(|status| Self::new(Probe::KeyOrLead).with_status(status)));
        planned.extend(known.lead.as_ref().map(|lead| Self::new(Probe::KeyOrStatus).with_lead(&lead.lead_id)));
        if key.and_then(in_other_case_of_key).is_some() {
            planned.push(Self::new(Probe::KeyCase));
        }
        let other = known.lead.as_ref().and_then(|lead| in_other_case(&lead.lead_id));
        planned.extend(other.map(|id| Self::new(Probe::LeadCase).with_lead(&id)));
        if let (Some(_), Some(status)) = (key, status) {
            let planned_one = Self::new(Probe::NoSuchSubStatus).with_status(status);
            planned.push(planned_one.with_sub_status(NO_SUCH_SUB_STATUS));
        }
        let rest = [Probe::MissingParameter, Probe::NoSubStatus, Probe::Json, Probe::FormPost, Probe::Gzip];
        planned.extend(rest.map(Self::new));
        for one in &mut planned {
            if one.probe != Probe::NoSubStatus {
                one.update.sub_status.get_or_insert_default();
            }
            if one.probe == Probe::Gzip {
                one.update.fields.insert(NO_SUCH_FIELD.to_owned(), "1".to_owned());
            }
        }
        planned
    }

    /// Those that may change the known lead: refusals first, then each configured name once, and last the update that the
    /// lead is left in. Nothing where no lead is known, or the key would not stay secret.
    pub fn that_write(target: &Target, known: &Known) -> Vec<Self> {
        let Some(left_in) = known.lead.as_ref().filter(|_| target.keeps_keys_secret()) else { return Vec::new() };
        let own = |probe| Self::of_lead(probe, left_in);
        let mut planned = vec![own(Probe::UnknownStatus).with_status(NO_SUCH_STATUS)];
        let other = in_other_case(&left_in.status);
        // Another case of one name may be another name.
        let other = other.filter(|other| known.statuses.iter().all(|(name, _)| name != other));
        planned.extend(other.map(|status| own(Probe::StatusCase).with_status(&status)));
        planned.push(own(Probe::UnknownSubStatus).with_sub_status(NO_SUCH_SUB_STATUS));
        planned.extend(Self::of_lead_in_other_case(left_in));
        for (status, sub_statuses) in &known.statuses {
            planned.push(own(Probe::Status).with_status(status));
            let of = |name: &String| own(Probe::SubStatus).with_status(status).with_sub_status(name);
            planned.extend(sub_statuses.iter().map(of));
        }
        for (name, kind) in &known.fields {
            // A sum does not change by 0.
            let value = if *kind == Some(FieldKind::String) { "caketester" } else { "0" };
            let mut one = own(Probe::Field);
            one.update.fields.insert(name.clone(), value.to_owned());
            planned.push(one);
        }
        planned.extend(Self::of_one_update(target, known));
        planned
    }

    /// The updates of a lead that would tell instances apart.
    pub(super) fn to_tell_apart(left_in: &Update) -> Vec<Self> {
        let own = |probe| Self::of_lead(probe, left_in);
        let mut planned = vec![own(Probe::LeftIn), own(Probe::UnknownStatus).with_status(NO_SUCH_STATUS)];
        planned.push(own(Probe::UnknownSubStatus).with_sub_status(NO_SUCH_SUB_STATUS));
        planned.extend(Self::of_lead_in_other_case(left_in));
        planned
    }

    /// One update of the known lead: the one it is left in.
    pub fn of_one_update(target: &Target, known: &Known) -> Option<Self> {
        let left_in = known.lead.as_ref().filter(|_| target.keeps_keys_secret())?;
        Some(Self { probe: Probe::LeftIn, update: left_in.clone() })
    }

    /// The lead's ID in another letter case. Where case matters that may be another lead, so its status does not exist.
    fn of_lead_in_other_case(left_in: &Update) -> Option<Self> {
        let id = in_other_case(&left_in.lead_id)?;
        Some(Self::of_lead(Probe::LeadInOtherCase, left_in).with_lead(&id).with_status(NO_SUCH_STATUS))
    }

    /// An update of this lead with its status alone.
    fn of_lead(probe: Probe, left_in: &Update) -> Self {
        Self { probe, update: Update { fields: [].into(), sub_status: None, ..left_in.clone() } }
    }

    fn with_lead(mut self, id: &str) -> Self {
        id.clone_into(&mut self.update.lead_id);
        self
    }

    fn with_status(mut self, name: &str) -> Self {
        name.clone_into(&mut self.update.status);
        self
    }

    fn with_sub_status(mut self, name: &str) -> Self {
        self.update.sub_status = Some(name.to_owned());
        self
    }

    /// The query, with the key where it has one.
    pub(super) fn query(&self, key: Option<&Secret>) -> String {
        let other = || key.and_then(in_other_case_of_key);
        let with = match self.probe.key() {
            KeyUsed::Real => key.cloned(),
            KeyUsed::OtherCase => other(),
            KeyUsed::MadeUp => Some(Secret::new(NO_SUCH_KEY)),
            KeyUsed::None => None,
        };
        match with {
            Some(key) => self.update.query(&key),
            None => self.update.query(&Secret::new("")).trim_start_matches("api_key=&").to_owned(),
        }
    }

    pub(super) fn outgoing(&self, target: &Target, key: Option<&Secret>) -> Outgoing {
        let (probe, query) = (self.probe, self.query(key));
        let url = match probe {
            Probe::HelpPage | Probe::Tls12 | Probe::Tls13 => target.service().to_owned(),
            Probe::Wsdl => format!("{}?WSDL", target.service()),
            Probe::PlainHttp => format!("{}?{query}", target.by_plain_http().unwrap_or_default()),
            Probe::OtherCase => format!("{}?{query}", target.method_in_lower_case()),
            Probe::FormPost => target.method().to_owned(),
            _ => format!("{}?{query}", target.method()),
        };
        let mut headers = vec![("user-agent", concat!("caketester/", env!("CARGO_PKG_VERSION"))), ("accept", "*/*")];
        let more = match probe {
            Probe::Json => Some(("content-type", JSON)),
            Probe::FormPost => Some(("content-type", "application/x-www-form-urlencoded")),
            Probe::UnknownType => Some(("content-type", "text/plain")),
            Probe::Gzip => Some(("accept-encoding", "gzip")),
            _ => None,
        };
        headers.extend(more);
        let method = match probe {
            Probe::Head => "HEAD",
            Probe::FormPost | Probe::UnknownType => "POST",
            _ => "GET",
        };
        let body = if probe == Probe::FormPost { query } else { String::new() };
        Outgoing { method, url, headers, body }
    }
}

/// A probe, and what it sends where that differs from run to run.
impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.probe)?;
        let Update { lead_id, status, sub_status, fields } = &self.update;
        match self.probe {
            Probe::Status | Probe::UnknownStatus | Probe::StatusCase => write!(f, " {status:?}"),
            Probe::SubStatus | Probe::UnknownSubStatus => {
                write!(f, " {:?} of {status:?}", sub_status.as_deref().unwrap_or_default())
            }
            Probe::Field => fields.keys().try_for_each(|name| write!(f, " {name:?}")),
            Probe::LeadInOtherCase | Probe::LeftIn => write!(f, " {lead_id:?}"),
            _ => Ok(()),
        }
    }
}

/// A text whose letters have the other case; nothing where that changes nothing.
fn in_other_case(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let other = if lower == text { text.to_uppercase() } else { lower };
    (other != text).then_some(other)
}

/// The same of a key; nothing of one so short that it could not be hidden in both spellings.
pub(super) fn in_other_case_of_key(key: &Secret) -> Option<Secret> {
    in_other_case(key.expose()).filter(|_| !key.is_short()).map(Secret::new)
}

/// What hides a key in everything that is shown, in the spelling of any probe.
pub fn masking(key: Option<&Secret>) -> Redactor {
    let Some(key) = key else { return Redactor::default() };
    // An endpoint may repeat it in a case of its own. Of a short one that would hide any word.
    let cases = [key.expose().to_lowercase(), key.expose().to_uppercase()];
    let others = cases.into_iter().map(Secret::new).filter(|_| !key.is_short());
    Redactor::new(std::iter::once(key.clone()).chain(others))
}

/// A request as it goes to the wire. It may hold the key.
pub struct Outgoing {
    /// The HTTP method.
    pub method: &'static str,
    /// The whole URL.
    pub url: String,
    /// The headers, but for `Host` and `Content-Length`.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The body.
    pub body: String,
}

impl Outgoing {
    /// The same with masks in place of keys.
    #[must_use]
    pub fn masked(&self, redactor: &Redactor) -> Self {
        let redact = |text: &str| redactor.redact(text).into_owned();
        Self { method: self.method, url: redact(&self.url), headers: self.headers.clone(), body: redact(&self.body) }
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyUsed, Known, NO_SUCH_LEAD, NO_SUCH_STATUS, NO_SUCH_SUB_STATUS, Planned, Probe, masking};
    use crate::live::Target;
    use crate::protocol::{Params, Update};
    use crate::secret::Secret;

    fn known() -> Known {
        let lead = Update { lead_id: "C8097F17".into(), status: "Funded".into(), ..Update::default() };
        Known {
            statuses: vec![("Funded".into(), vec!["Full Payment".into()]), ("In Progress".into(), vec![])],
            fields: vec![("loan_amount".into(), None)],
            lead: Some(lead),
        }
    }

    #[test]
    fn every_probe_that_writes_nothing_is_invalid_twice_over() {
        let target = Target::new("https://cake.example.com").unwrap();
        let key = Secret::new("the-buyers-own-key");
        let safe = Planned::that_write_nothing(&target, true, true);
        let learning = Planned::that_learn(&target, Some(&key), &known());
        assert_eq!(learning.len(), 12);
        for planned in safe.into_iter().chain(learning) {
            let sent = planned.outgoing(&target, Some(&key));
            let holds = |text: &str| sent.url.contains(text) || sent.body.contains(text);
            if sent.url.to_lowercase().contains("updateleadstatus") {
                let query = sent.url.split_once('?').map_or(&*sent.body, |(_, query)| query);
                let params = Params::decode(query.as_bytes());
                let is = |name: &str, value: &str| params.get(name).is_some_and(|sent| sent == value);
                let wrong_key = planned.probe.key() != KeyUsed::Real;
                let wrong = [
                    is("lead_id", NO_SUCH_LEAD),
                    is("status", NO_SUCH_STATUS),
                    is("sub_status", NO_SUCH_SUB_STATUS),
                    wrong_key,
                ];
                assert!(wrong.into_iter().filter(|is_wrong| *is_wrong).count() >= 2, "{}", sent.url);
            }
            assert_eq!(holds(key.expose()), planned.probe.key() == KeyUsed::Real, "{}", sent.url);
            let masked = sent.masked(&masking(Some(&key))).url;
            assert!(!masked.to_lowercase().contains(key.expose()), "{masked}");
        }
    }

    #[test]
    fn the_last_update_of_a_lead_is_the_one_it_is_left_in() {
        let target = Target::new("https://cake.example.com").unwrap();
        let writing = Planned::that_write(&target, &known());
        let told: Vec<String> = writing.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
        unknown-status "caketester-no-such-status"
        status-case "funded"
        unknown-sub-status "caketester-no-such-sub-status" of "Funded"
        lead-in-other-case "c8097f17"
        status "Funded"
        sub-status "Full Payment" of "Funded"
        status "In Progress"
        field "loan_amount"
        left-in "C8097F17"
        "#);
        assert_eq!(writing.last().map(|last| &last.update), known().lead.as_ref());
        assert!(writing.iter().all(|planned| planned.update.lead_id.eq_ignore_ascii_case("C8097F17")));
        assert!(writing.iter().all(|planned| planned.probe.may_write()));
        assert_eq!(Planned::that_write(&target, &Known::default()), []);
    }

    #[test]
    fn the_key_is_never_sent_unencrypted_to_another_machine() {
        let key = Secret::new("the-buyers-own-key");
        let sends_the_key = |url: &str| {
            let target = Target::new(url).unwrap();
            let safe = Planned::that_write_nothing(&target, true, true);
            let all = safe.into_iter().chain(Planned::that_learn(&target, Some(&key), &known()));
            let mut all = all.chain(Planned::that_write(&target, &known()));
            all.any(|planned| matches!(planned.probe.key(), KeyUsed::Real | KeyUsed::OtherCase))
        };
        assert!(sends_the_key("https://cake.example.com"));
        assert!(sends_the_key("http://127.0.0.1:1"));
        assert!(!sends_the_key("http://cake.example.com"));
    }

    #[test]
    fn a_call_without_a_key_has_no_parameter_for_it() {
        let query = Planned::new(Probe::MissingParameter).query(None);
        assert_eq!(query, format!("lead_id={NO_SUCH_LEAD}&status={NO_SUCH_STATUS}"));
    }
}
