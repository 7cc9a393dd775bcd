//! The knobs for what nobody outside CAKE knows (basis: assumed). Each default is the strictest reading the
//! documentation allows: a client that passes here should pass there.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::protocol::Code;
use crate::protocol::xml::Shape;

/// How an instance behaves where CAKE's documentation is silent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// The HTTP status of codes 1 to 4.
    pub refusal_http_status: u16,
    /// The text in `msg` for each code.
    pub messages: Messages,
    /// Which check comes first when several fail.
    pub check_order: Vec<Check>,
    /// Whether the letter case of an API key matters.
    pub key_case: LetterCase,
    /// Whether the letter case of a lead ID matters.
    pub lead_id_case: LetterCase,
    /// What becomes of a lead that another buyer bought.
    pub foreign_lead: ForeignLead,
    /// What becomes of a sub-status that is not configured under its status.
    pub unknown_sub_status: UnknownSubStatus,
    /// What becomes of a call without `api_key`, `lead_id` or `status`.
    pub missing_parameter: MissingParameter,
    /// What becomes of a call without `sub_status`.
    pub missing_sub_status: MissingSubStatus,
    /// What becomes of a form POST.
    pub form_post: FormPost,
    /// What becomes of a call with `Content-Type: application/json`.
    pub json_call: JsonCall,
    /// How the XML is laid out.
    pub shape: Shape,
    /// Whether an answer is compressed for a client that accepts it.
    pub compression: Compression,
    /// The time zone whose days the Lead Status Master Report counts in.
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub time_zone: TimeZone,
    /// What the report sums of a number field.
    pub report_sums: ReportSums,
    /// Which day the report's dates are about.
    pub report_dates: ReportDates,
    /// What becomes of the last day of the report's dates.
    pub report_end_date: ReportEndDate,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            refusal_http_status: 200,
            messages: Messages::default(),
            check_order: Check::ALL.to_vec(),
            key_case: LetterCase::Matters,
            lead_id_case: LetterCase::Matters,
            foreign_lead: ForeignLead::NotFound,
            unknown_sub_status: UnknownSubStatus::Refused,
            missing_parameter: MissingParameter::Error,
            missing_sub_status: MissingSubStatus::Accepted,
            form_post: FormPost::Answered,
            json_call: JsonCall::Refused,
            shape: Shape::Documented,
            compression: Compression::None,
            time_zone: TimeZone::UTC,
            report_sums: ReportSums::EveryUpdate,
            report_dates: ReportDates::Update,
            report_end_date: ReportEndDate::Excluded,
        }
    }
}

impl Policy {
    /// Whether a setting's value is what CAKE documents. Everything else is assumed.
    pub fn is_documented(setting: &str, value: &serde_json::Value) -> bool {
        matches!(
            (setting, value.as_str()),
            ("missing_sub_status", Some("accepted")) | ("report_sums", Some("every_update"))
        )
    }
}

/// The `msg` of each documented code. Only that of code 0 is CAKE's own; the others are ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Messages([String; 5]);

impl Default for Messages {
    fn default() -> Self {
        Self(
            ["success", "invalid api key", "lead id not found", "status not recognized", "lead statuses not enabled"]
                .map(str::to_owned),
        )
    }
}

impl Messages {
    /// The text for a code; empty for one that is not documented.
    pub fn of(&self, code: Code) -> &str {
        usize::try_from(code.0).ok().and_then(|index| self.0.get(index)).map_or("", |text| text)
    }

    /// Sets the text for a documented code; false for any other.
    pub fn set(&mut self, code: Code, text: String) -> bool {
        let slot = usize::try_from(code.0).ok().and_then(|index| self.0.get_mut(index));
        slot.map(|slot| *slot = text).is_some()
    }
}

/// One of the checks an update has to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The API key is a buyer's.
    Key,
    /// Lead Statuses are enabled.
    Enabled,
    /// The lead exists and is this buyer's.
    Lead,
    /// The status and its sub-status are configured.
    Status,
}

impl Check {
    /// Every check, in the default order.
    pub const ALL: [Self; 4] = [Self::Key, Self::Enabled, Self::Lead, Self::Status];
}

/// Whether letter case matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LetterCase {
    /// Texts are equal only letter for letter.
    Matters,
    /// `a` equals `A`.
    Ignored,
}

impl LetterCase {
    /// Whether two texts are equal under this rule.
    pub fn equal(self, a: &str, b: &str) -> bool {
        match self {
            _ if a == b => true,
            Self::Matters => false,
            Self::Ignored if a.is_ascii() && b.is_ascii() => a.eq_ignore_ascii_case(b),
            Self::Ignored => a.to_lowercase() == b.to_lowercase(),
        }
    }
}

/// A lead that another buyer bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ForeignLead {
    /// Code 2, as if there were no such lead.
    NotFound,
    /// Updated all the same.
    Accepted,
}

/// A sub-status that is not configured under its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnknownSubStatus {
    /// Code 3.
    Refused,
    /// Taken as it is.
    Accepted,
}

/// A call without a required parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingParameter {
    /// HTTP 500 `Missing parameter: …`, as the platform does for declared parameters.
    Error,
    /// Taken as empty, which leads to codes 1, 2 and 3.
    Empty,
}

/// A call without `sub_status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingSubStatus {
    /// As documented: it is optional.
    Accepted,
    /// As strict ASMX: every declared parameter has to be there, if empty.
    Error,
}

/// A form POST.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormPost {
    /// Answered like a GET.
    Answered,
    /// Not enabled: the platform's error page.
    NotEnabled,
}

/// A call with `Content-Type: application/json`, which the platform takes for a call by a script, a GET included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JsonCall {
    /// HTTP 500 and an error as JSON, as where the service is not for scripts.
    Refused,
    /// A GET is answered with `{"d":{"code":…,"msg":…}}`, as by services for scripts.
    Answered,
}

/// What is done with an answer to a client that accepts it compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// Nothing.
    None,
    /// It is compressed where the request says `Accept-Encoding: gzip`.
    Gzip,
}

/// What the Lead Status Master Report sums of a number field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportSums {
    /// The value of every update, as CAKE's older article says.
    EveryUpdate,
    /// The latest value that each buyer sent for a lead.
    LatestValue,
}

/// Which day the dates of the Lead Status Master Report are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportDates {
    /// The day of the update.
    Update,
    /// The day on which the lead was sold.
    Sold,
}

/// What becomes of the last day of the dates of the Lead Status Master Report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportEndDate {
    /// It is left out, as in CAKE's similar reports.
    Excluded,
    /// It is part of the report.
    Included,
}
