//! How an instance is written in a file. A pack's `instance.yaml` and a scenario's `instance:` are the same
//! thing: changes, to an empty instance or to the pack's.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use indexmap::IndexMap;
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use crate::cake::{
    Check, Compression, FieldKind, ForeignLead, FormPost, JsonCall, LetterCase, MissingParameter, MissingSubStatus,
    ReportDates, ReportEndDate, ReportSums, UnknownSubStatus, is_parameter,
};
use crate::protocol::xml::Shape;
use crate::secret::Secret;
use crate::source::{Diagnostic, Located, Place, SourceFile, place_of};

/// Changes to an instance. What is left out stays as it was.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InstanceChanges {
    /// Whether Lead Statuses are enabled.
    pub enabled: Option<bool>,
    /// Buyers, merged by name.
    pub buyers: Named<BuyerChange>,
    /// Statuses, merged by name.
    pub statuses: Named<StatusChange>,
    /// Custom fields, merged by field name.
    pub fields: Named<FieldChange>,
    /// What a lead has that says nothing else of itself.
    pub lead_defaults: LeadDetails,
    /// Leads, merged by ID.
    pub leads: Named<LeadChange>,
    /// Knobs for what is not documented.
    pub policy: PolicyChanges,
    /// The update that shows whether a client sends anything at all; only in a pack's `instance.yaml`.
    pub sample: Option<Located<UpdateText>>,
}

/// A list whose items are known by a name: written as a list, which is merged, or as `{ add: […], remove: […] }`.
#[derive(Debug, Clone, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields, bound = "T: Deserialize<'de>")]
pub struct Named<T> {
    /// Items to add, or to merge into the one of the same name.
    #[serde(default = "Vec::new")]
    pub add: Vec<Located<T>>,
    /// Names to remove, before anything is added.
    #[serde(default)]
    pub remove: Vec<Located<String>>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { add: Vec::new(), remove: Vec::new() }
    }
}

impl<T: JsonSchema> JsonSchema for Named<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Named_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let items = generator.subschema_for::<T>();
        json_schema!({
            "description": "A list, merged by name; or a map with `add` and `remove`.",
            "anyOf": [
                { "type": "array", "items": items },
                {
                    "type": "object",
                    "properties": {
                        "add": { "description": "Items to add, or to merge into the one of the same name.", "type": "array", "items": items },
                        "remove": { "description": "Names to remove, before anything is added.", "type": "array", "items": { "type": "string" } },
                    },
                    "additionalProperties": false,
                },
            ],
        })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NamedVisitor(PhantomData))
    }
}

struct NamedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for NamedVisitor<T> {
    type Value = Named<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or a map with `add` and `remove`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Named<T>, A::Error> {
        let mut add = Vec::new();
        while let Some(item) = seq.next_element()? {
            add.push(item);
        }
        Ok(Named { add, remove: Vec::new() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Named<T>, A::Error> {
        // What serde derives for the struct as it stands.
        Named::<T>::deserialize(MapAccessDeserializer::new(map))
    }
}

/// A buyer as written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BuyerChange {
    /// The buyer's name.
    pub name: String,
    /// The buyer's API key.
    pub key: Option<Located<KeySource>>,
}

/// Where an API key comes from.
// Of other values the schema tells what is wrong. No message repeats the value: it may be a key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "this API key reads as a number or a truth value; put it in quotes so that no digit is lost"
)]
pub enum KeySource {
    /// The key itself: a test key, never a real one.
    Inline(#[schemars(with = "String")] Secret),
    /// The environment variable that holds the key.
    Env {
        /// Its name.
        env: String,
    },
}

/// A status as written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusChange {
    /// The status's name.
    pub name: String,
    /// Its sub-statuses.
    #[serde(default)]
    pub sub_statuses: Named<String>,
}

/// A custom field as written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldChange {
    /// The field name.
    pub name: String,
    /// What the report calls it; the field name where left out.
    pub label: Option<String>,
    /// What it holds; a string where left out.
    #[serde(rename = "type")]
    pub kind: Option<FieldKind>,
}

/// A lead as written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadChange {
    /// The CAKE Lead ID.
    pub id: String,
    /// The name of the buyer that bought it.
    pub buyer: Option<Located<String>>,
    /// The names of the buyers that bought it, where there are several.
    #[serde(default)]
    pub buyers: Vec<Located<String>>,
    /// The campaign that generated it.
    pub campaign: Option<String>,
    /// The offer it came through.
    pub offer: Option<String>,
    /// The vertical it belongs to.
    pub vertical: Option<String>,
    /// The day it was sold.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub sold: Option<Date>,
}

/// What a lead has that says nothing else of itself, as written.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LeadDetails {
    /// The name of the buyer.
    pub buyer: Option<Located<String>>,
    /// The campaign.
    pub campaign: Option<String>,
    /// The offer.
    pub offer: Option<String>,
    /// The vertical.
    pub vertical: Option<String>,
    /// The day sold.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub sold: Option<Date>,
}

/// Knobs as written.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyChanges {
    /// The HTTP status of codes 1 to 4.
    pub refusal_http_status: Option<Located<u16>>,
    /// The text in `msg`, by code.
    pub messages: IndexMap<i64, Located<String>>,
    /// Which check comes first when several fail.
    pub check_order: Option<Located<Vec<Check>>>,
    /// Whether the letter case of an API key matters.
    pub key_case: Option<LetterCase>,
    /// Whether the letter case of a lead ID matters.
    pub lead_id_case: Option<LetterCase>,
    /// What becomes of a lead that another buyer bought.
    pub foreign_lead: Option<ForeignLead>,
    /// What becomes of a sub-status that is not configured under its status.
    pub unknown_sub_status: Option<UnknownSubStatus>,
    /// What becomes of a call without `api_key`, `lead_id` or `status`.
    pub missing_parameter: Option<MissingParameter>,
    /// What becomes of a call without `sub_status`.
    pub missing_sub_status: Option<MissingSubStatus>,
    /// What becomes of a form POST.
    pub form_post: Option<FormPost>,
    /// What becomes of a call with `Content-Type: application/json`.
    pub json_call: Option<JsonCall>,
    /// How the XML is laid out.
    pub shape: Option<Shape>,
    /// Whether an answer is compressed for a client that accepts it.
    pub compression: Option<Compression>,
    /// The time zone whose days the Lead Status Master Report counts in: a name of the IANA database.
    pub time_zone: Option<Located<String>>,
    /// What the report sums of a number field.
    pub report_sums: Option<ReportSums>,
    /// Which day the report's dates are about.
    pub report_dates: Option<ReportDates>,
    /// What becomes of the last day of the report's dates.
    pub report_end_date: Option<ReportEndDate>,
}

/// An update as written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateText {
    /// The CAKE Lead ID.
    pub lead_id: Located<String>,
    /// The name of a status.
    pub status: Located<String>,
    /// The name of a sub-status.
    pub sub_status: Option<Located<String>>,
    /// Custom fields by field name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, FieldValue>")]
    pub fields: IndexMap<String, String>,
}

impl UpdateText {
    /// What is wrong with an update, whoever sends it.
    pub fn mistakes(&self, place: Option<&Place>, file: &SourceFile) -> Vec<Diagnostic> {
        let field = self.fields.keys().find(|name| is_parameter(name)).map(|name| {
            let message = format!("{name:?} is a parameter of the method itself, not a custom field");
            let help = "say it beside `fields`; the key is the buyer's in instance.yaml";
            file.mistake(place.cloned(), message).help(help)
        });
        let lead_place = place_of(&self.lead_id);
        // What stands in quotes is not what the text holds there.
        let is_bare = lead_place.as_ref().and_then(|at| file.text.get(at.clone())) == Some(&*self.lead_id.value);
        let is_odd = |c: &char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_');
        let odd = self.lead_id.value.chars().find(is_odd).filter(|_| is_bare).map(|odd| {
            let shown = if odd.is_ascii_graphic() { format!("`{odd}`") } else { format!("U+{:04X}", u32::from(odd)) };
            file.mistake(lead_place, format!("the lead ID {:?} holds {shown}", self.lead_id.value))
                .help("remove it; if you mean it, put the lead ID in quotes")
        });
        field.into_iter().chain(odd).collect()
    }
}

/// What an editor lets a custom field hold. It is read as text either way: `25000` stays `25000`, and `1.50` too.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is of use")]
enum FieldValue {
    Text(String),
    Number(f64),
}
