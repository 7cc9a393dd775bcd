//! The probes: what each asks, and with which key.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A probe: what one planned request asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// The service's help page.
    HelpPage,
    /// The same by TLS 1.2 alone.
    #[serde(rename = "tls-1.2")]
    Tls12,
    /// The same by TLS 1.3 alone.
    #[serde(rename = "tls-1.3")]
    Tls13,
    /// The method by plain HTTP.
    PlainHttp,
    /// The service's description for programs.
    Wsdl,
    /// A call without a key.
    MissingParameter,
    /// The method's name in lower case.
    OtherCase,
    /// HEAD in place of GET.
    Head,
    /// A made-up key.
    MadeUpKey,
    /// The real key, on the same query.
    Key,
    /// A GET with the content type of JSON.
    Json,
    /// A form POST.
    FormPost,
    /// A POST of a type that the platform does not know.
    UnknownType,
    /// A made-up key with a status that exists: is the key checked before the lead?
    KeyOrLead,
    /// A made-up key with a lead that exists: is the key checked before the status?
    KeyOrStatus,
    /// The real key in another letter case.
    KeyCase,
    /// A made-up key with a lead that exists, in another letter case.
    LeadCase,
    /// A sub-status that does not exist, of a status that does.
    NoSuchSubStatus,
    /// A call without `sub_status`.
    NoSubStatus,
    /// A call with one parameter more, whose answer may be compressed.
    Gzip,
    /// An update with a status that is configured.
    Status,
    /// An update with a sub-status that is configured.
    SubStatus,
    /// An update with a custom field that is configured.
    Field,
    /// An update with a status that is not configured.
    UnknownStatus,
    /// An update with a status in another letter case.
    StatusCase,
    /// An update with a sub-status that is not configured.
    UnknownSubStatus,
    /// An update with the lead's ID in another letter case.
    LeadInOtherCase,
    /// The update that the lead is left in.
    LeftIn,
}

/// Its name in output.
impl fmt::Display for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl Probe {
    /// Whether it is a whole call of the method by GET: CAKE answers each with a code.
    pub(super) fn is_call(self) -> bool {
        self.key() != KeyUsed::None
            && !matches!(self, Self::Json | Self::FormPost | Self::UnknownType | Self::NoSubStatus)
    }

    /// Whether no answer is an answer too: a port or a version of TLS that is closed.
    pub(super) fn may_stay_unanswered(self) -> bool {
        matches!(self, Self::Tls12 | Self::Tls13 | Self::PlainHttp)
    }
}

/// Which key a probe sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUsed {
    /// None.
    None,
    /// One that nobody has.
    MadeUp,
    /// The buyer's.
    Real,
    /// The buyer's in another letter case.
    OtherCase,
}

impl Probe {
    /// Which key it sends.
    pub fn key(self) -> KeyUsed {
        match self {
            Self::HelpPage
            | Self::Tls12
            | Self::Tls13
            | Self::PlainHttp
            | Self::Wsdl
            | Self::MissingParameter
            | Self::OtherCase
            | Self::Head => KeyUsed::None,
            Self::KeyCase => KeyUsed::OtherCase,
            Self::Key | Self::NoSuchSubStatus => KeyUsed::Real,
            _ if self.may_write() => KeyUsed::Real,
            _ => KeyUsed::MadeUp,
        }
    }

    /// Whether a lead may be changed by it.
    pub fn may_write(self) -> bool {
        matches!(
            self,
            Self::Status
                | Self::SubStatus
                | Self::Field
                | Self::UnknownStatus
                | Self::StatusCase
                | Self::UnknownSubStatus
                | Self::LeadInOtherCase
                | Self::LeftIn
        )
    }
}
