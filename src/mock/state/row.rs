//! One decided update as a row of the state file.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::{FromSqlError, ValueRef};
use rusqlite::{Row, Statement, params};
use serde::Deserialize;
use serde::de::{Deserializer as _, MapAccess, Visitor};

use crate::cake::{Counted, Decided, Origin, Recorded};
use crate::protocol::{Code, Update};

/// The version of the rows that are written here.
pub(super) const VERSION: i64 = 1;

pub(super) const CREATE: &str = "
CREATE TABLE decided (
    number INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,      -- nanoseconds since 1970
    lead_id TEXT NOT NULL,
    buyer TEXT,
    attempt INTEGER NOT NULL,
    code INTEGER,
    why TEXT NOT NULL,
    status TEXT,              -- none where nothing was recorded
    sub_status TEXT,
    fields TEXT,              -- a JSON object
    campaign TEXT,            -- none where the instance did not have the lead
    offer TEXT,
    vertical TEXT,
    sold TEXT,
    scenario TEXT
) STRICT;
CREATE TABLE setup (settings TEXT NOT NULL) STRICT;
";

pub(super) const INSERT: &str = "INSERT INTO decided (version, at, lead_id, buyer, attempt, code, why, status, sub_status, \
     fields, campaign, offer, vertical, sold, scenario) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

pub(super) const SELECT: &str = "SELECT version, at, lead_id, buyer, attempt, code, why, status, sub_status, fields, campaign, \
     offer, vertical, sold, scenario FROM decided WHERE number > ?1 AND number <= ?2 ORDER BY number";

/// What is counted alone.
pub(super) const SELECT_COUNTED: &str = "SELECT version, at, buyer, lead_id, status, sub_status, fields, campaign, offer, \
     vertical, sold FROM decided WHERE number > ?1 AND number <= ?2 ORDER BY number";

/// Every text as it may be kept: without keys.
pub(super) fn insert(
    statement: &mut Statement<'_>,
    decided: &Decided,
    mask: &dyn Fn(&str) -> String,
) -> rusqlite::Result<()> {
    let Decided { at, lead_id, buyer, attempt, code, why, update, origin, scenario } = decided;
    let update = update.as_ref();
    let fields = update.map(|update| &update.fields).filter(|fields| !fields.is_empty());
    let values = fields.into_iter().flat_map(|fields| fields.values());
    let own = update.into_iter().flat_map(|update| [Some(&update.status), update.sub_status.as_ref()]).flatten();
    // Hardly ever is there a key, and to look for one in all texts at once costs little more than in one.
    let all = [lead_id, why].into_iter().chain(own).chain(values).map(String::as_str).collect::<Vec<_>>().join("\n");
    let is_clean = mask(&all) == all;
    let kept = |text| if is_clean { Cow::Borrowed(text) } else { mask(text).into() };
    let fields = fields.map(|fields| {
        let fields = fields.iter().map(|(name, value)| (name.clone(), kept(value).into()));
        serde_json::Value::Object(fields.collect()).to_string()
    });
    statement.execute(params![
        VERSION,
        i64::try_from(at.as_nanosecond()).unwrap_or(i64::MAX),
        kept(lead_id),
        buyer.as_deref(),
        i64::try_from(*attempt).unwrap_or(i64::MAX),
        code.map(|code| code.0),
        kept(why),
        update.map(|update| kept(&update.status)),
        update.and_then(|update| update.sub_status.as_deref().map(kept)),
        fields,
        origin.as_ref().map(|origin| &*origin.campaign),
        origin.as_ref().map(|origin| &*origin.offer),
        origin.as_ref().map(|origin| &*origin.vertical),
        origin.as_ref().map(|origin| origin.sold.to_string()),
        scenario.as_deref(),
    ])?;
    Ok(())
}

/// Reads rows. Names come again and again, and are kept once.
#[derive(Default)]
pub(super) struct Reader {
    names: HashSet<Arc<str>>,
}

impl Reader {
    fn name(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.names.get(text) {
            return Arc::clone(known);
        }
        let name: Arc<str> = text.into();
        self.names.insert(Arc::clone(&name));
        name
    }

    pub(super) fn read(&mut self, row: &Row<'_>) -> rusqlite::Result<Decided> {
        let lead_id: String = row.get(2)?;
        let update = match optional(row.get_ref(7)?)? {
            None => None,
            Some(status) => Some(Update {
                lead_id: lead_id.clone(),
                status: status.to_owned(),
                sub_status: optional(row.get_ref(8)?)?.map(str::to_owned),
                fields: fields(row, 9)?,
            }),
        };
        let origin = match (optional(row.get_ref(10)?)?, sold(row, 13)?) {
            (Some(campaign), Some(sold)) => Some(Origin {
                campaign: self.name(campaign),
                offer: self.name(row.get_ref(11)?.as_str()?),
                vertical: self.name(row.get_ref(12)?.as_str()?),
                sold,
            }),
            _ => None,
        };
        Ok(Decided {
            at: at(row)?,
            lead_id,
            buyer: optional(row.get_ref(3)?)?.map(|name| self.name(name)),
            attempt: row.get::<_, i64>(4)?.unsigned_abs(),
            code: row.get::<_, Option<i64>>(5)?.map(Code),
            why: row.get(6)?,
            update,
            origin,
            scenario: optional(row.get_ref(14)?)?.map(|name| self.name(name)),
        })
    }
}

/// The version of a row: what a later one says is not understood here.
pub(super) fn version(row: &Row<'_>) -> rusqlite::Result<i64> {
    row.get(0)
}

/// A row without what is not counted, and without a copy of its texts: a report reads millions of them.
pub(super) fn counted<'r>(row: &'r Row<'_>) -> rusqlite::Result<Counted<'r>> {
    let text = |column| Ok::<_, rusqlite::Error>(optional(row.get_ref(column)?)?.unwrap_or_default());
    let recorded = match optional(row.get_ref(4)?)? {
        None => None,
        Some(status) => Some(Recorded {
            lead_id: text(3)?,
            status,
            sub_status: optional(row.get_ref(5)?)?,
            fields: borrowed_fields(row, 6)?,
            campaign: text(7)?,
            offer: text(8)?,
            vertical: text(9)?,
            sold: sold(row, 10)?,
        }),
    };
    Ok(Counted { at: at(row)?, buyer: optional(row.get_ref(2)?)?, recorded })
}

fn at(row: &Row<'_>) -> rusqlite::Result<Timestamp> {
    Timestamp::from_nanosecond(row.get::<_, i64>(1)?.into()).map_err(|error| wrong(1, error))
}

fn fields(row: &Row<'_>, column: usize) -> rusqlite::Result<IndexMap<String, String>> {
    let owned = |(name, value): (Cow<'_, str>, Cow<'_, str>)| (name.into_owned(), value.into_owned());
    Ok(borrowed_fields(row, column)?.into_iter().map(owned).collect())
}

/// The fields where they stand, as far as nothing in them is escaped.
fn borrowed_fields<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<Vec<(Cow<'r, str>, Cow<'r, str>)>> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Text<'t>(#[serde(borrow)] Cow<'t, str>);

    struct Pairs;

    impl<'t> Visitor<'t> for Pairs {
        type Value = Vec<(Cow<'t, str>, Cow<'t, str>)>;

        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str("names and values")
        }

        fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some((Text(name), Text(value))) = map.next_entry()? {
                pairs.push((name, value));
            }
            Ok(pairs)
        }
    }

    let Some(fields) = optional(row.get_ref(column)?)? else { return Ok(Vec::new()) };
    let mut reader = serde_json::Deserializer::from_str(fields);
    let read = reader.deserialize_map(Pairs).and_then(|pairs| reader.end().map(|()| pairs));
    read.map_err(|error| wrong(column, error))
}

fn sold(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Date>> {
    let day = optional(row.get_ref(column)?)?.map(str::parse);
    day.transpose().map_err(|error: jiff::Error| wrong(column, error))
}

fn optional(value: ValueRef<'_>) -> Result<Option<&str>, FromSqlError> {
    value.as_str_or_null()
}

fn wrong(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}
