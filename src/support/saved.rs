//! A failure of a ticket as a scenario: a right client passes it, one with the mistake of the ticket does not.

use std::fmt::Write as _;

use super::diagnose::Diagnosis;
use super::evidence::Evidence;
use super::judged::Judged;
use super::knowledge::Knowledge;
use super::look::Found;
use super::meant::{made_up, meant};
use super::ticket::{Item, Ticket};
use crate::cake::{FieldKind, Instance};
use crate::plural::capital;
use crate::protocol::Update;
use crate::source::quoted;

/// A scenario to be written to a pack.
#[derive(Debug)]
pub struct Saved {
    /// The cause that it is about.
    pub cause: &'static str,
    /// The file, without its first line.
    pub text: String,
}

/// The pack that a scenario is for.
#[derive(Debug, Clone, Copy)]
pub struct ForPack<'p> {
    /// Its instance.
    pub instance: &'p Instance,
    /// The update that stands for what the ticket does not tell.
    pub sample: &'p Update,
    /// A lead that nobody uses.
    pub lead: &'p str,
    /// Whether the values of fields stay as they are.
    pub keeps_values: bool,
}

/// How CAKE, or what stands before it, behaves in the scenario.
enum World {
    /// It takes the update.
    Takes,
    /// It refuses with a code, because of what differs in the instance.
    Refuses(i64, String),
    /// Something else answers; the rest of the scenario.
    Otherwise(String),
}

/// The first cause of a ticket as a scenario; why not, where it is nothing that a client can be tried with.
pub fn saved(ticket: &Ticket, diagnosis: &Diagnosis, know: &Knowledge, pack: ForPack<'_>) -> Result<Saved, String> {
    let first = diagnosis.first.map(|first| &diagnosis.items[first]);
    let (Some(judged), Some(found)) = (first, diagnosis.causes().first()) else {
        return Err("the ticket has neither an update nor an answer".to_owned());
    };
    let item = &ticket.items[judged.item];
    let mut update = match &item.request {
        Some(request) => meant(item, request, found.id == "status-plus", know, pack.sample),
        None => pack.sample.clone(),
    };
    pack.lead.clone_into(&mut update.lead_id);
    if !pack.keeps_values {
        update.fields.values_mut().for_each(|value| *value = made_up(value));
    }
    let world = world(item, judged, found, &update, pack)?;
    let of = found.cause();
    let mut text = String::new();
    // Writing into a String cannot fail.
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(text, "{key}: {value}");
    };
    line("title", &quoted(&capital(&of.title)));
    line("why", &quoted(&of.why));
    let (needs, mut changes) = needed(&update, know, pack);
    if !needs.is_empty() {
        line("needs", &format!("[{}]", needs.join(", ")));
    }
    if let World::Refuses(code, change) = &world {
        // A status that is not recognised is not there.
        changes.retain(|known| *code != 3 || !known.starts_with("statuses"));
        changes.extend((!change.is_empty()).then(|| change.clone()));
    }
    if !changes.is_empty() {
        line("instance", &format!("{{ {} }}", changes.join(", ")));
    }
    line("update", &of_update(&update));
    match world {
        World::Takes => line("code", "0"),
        World::Refuses(code, _) => line("code", &code.to_string()),
        World::Otherwise(rest) => text += &rest,
    }
    Ok(Saved { cause: found.id, text })
}

/// How CAKE behaves, by the cause.
fn world(item: &Item, judged: &Judged, found: &Found, update: &Update, pack: ForPack<'_>) -> Result<World, String> {
    let settings = &pack.instance.settings;
    let buyer = quoted(&settings.lead_defaults.buyer);
    let code = match Evidence::of(item) {
        Evidence::Code(code) => code,
        _ => judged.code.unwrap_or_default(),
    };
    let refuses = |code| {
        let change = match code {
            1 => format!("buyers: [{{ name: {buyer}, key: {} }}]", made_up("A1B2C3D4E5F6G7H8")),
            2 => format!("leads: {{ remove: [{}] }}", update.lead_id),
            3 if settings.statuses.iter().any(|status| status.name == update.status) => {
                format!("statuses: {{ remove: [{}] }}", quoted(&update.status))
            }
            4 => "enabled: false".to_owned(),
            _ => String::new(),
        };
        World::Refuses(code, change)
    };
    let page = |status: u16| {
        let body = format!("<html><head><title>{status}</title></head><body><h1>HTTP {status}</h1></body></html>");
        let answer = format!("{{ http_status: {status}, content_type: text/html, body: {} }}", quoted(&body));
        World::Otherwise(format!("answer: {answer}\nclient: unknown\n"))
    };
    let fault = |kind: &str| {
        // Without a connection the code is what CAKE would answer to a client that sends its update all the same.
        let more = if kind == "silent" { "tags: [timed]\n" } else { "code: 0\n" };
        World::Otherwise(format!("{more}fault: {{ kind: {kind}, phase: before_commit }}\nclient: unknown\n"))
    };
    let status = item.answer.as_ref().and_then(|answer| answer.http_status);
    let body = item.answer.as_ref().and_then(|answer| answer.body.as_ref()).map(|body| body.text().into_owned());
    Ok(match found.id {
        "key-unknown" | "code-1" => refuses(1),
        "lead-unknown" | "code-2" | "lead-shape" | "lead-sample" | "sample-lead" | "wrong-instance" => refuses(2),
        "lead-of-another-buyer" => {
            let other = settings.buyers.iter().find(|buyer| buyer.name != settings.lead_defaults.buyer);
            match other {
                Some(other) => {
                    let lead = format!("leads: [{{ id: {}, buyer: {} }}]", update.lead_id, quoted(&other.name));
                    World::Refuses(2, lead)
                }
                None => refuses(2),
            }
        }
        "status-unknown" | "code-3" => refuses(3),
        "code-4" => refuses(4),
        "refused-with-200" if (1..=4).contains(&code) => refuses(code),
        "http-5xx" => page(status.unwrap_or(503)),
        "rate-limited" => page(429),
        "not-cake" => page(status.unwrap_or(200)),
        "xml-cut" => {
            let body = body.unwrap_or_else(|| "<result><code>0</code><ms".to_owned());
            World::Otherwise(format!("answer: {{ body: {} }}\nclient: unknown\n", quoted(&body)))
        }
        "restricted" => World::Otherwise("answer: { body: Restricted }\nclient: unknown\n".to_owned()),
        "redirected" => World::Otherwise(
            "fault: { kind: redirect, phase: before_commit, to: another_host }\nclient: unknown\n".to_owned(),
        ),
        "dns" => fault("unknown_host"),
        "refused" => fault("refused"),
        "timeout" => fault("silent"),
        "tls" => fault("untrusted_certificate"),
        "tls-version" => fault("tls_alert"),
        "markup" | "dangerous-value" => return Err("CAKE takes such a value from no client".to_owned()),
        "query-too-long" => return Err("no client can send what is too long".to_owned()),
        _ if matches!(found.group(), "none" | "network" | "accepted" | "transport") => {
            return Err(format!("{}: nothing that a client could be tried with", found.id));
        }
        _ => World::Takes,
    })
}

/// What a client has to be able to send, and what the instance needs beyond the pack's.
fn needed(update: &Update, know: &Knowledge, pack: ForPack<'_>) -> (Vec<&'static str>, Vec<String>) {
    let settings = &pack.instance.settings;
    let (mut needs, mut changes) = (Vec::new(), Vec::new());
    let known = settings.statuses.iter().find(|status| status.name == update.status);
    let has_sub_status = |sub_status: &String| known.is_some_and(|status| status.sub_statuses.contains(sub_status));
    let is_new = known.is_none() || update.sub_status.as_ref().is_some_and(|sub_status| !has_sub_status(sub_status));
    if is_new {
        let below = update.sub_status.as_ref().map(|one| format!(", sub_statuses: [{}]", quoted(one)));
        changes.push(format!("statuses: [{{ name: {}{} }}]", quoted(&update.status), below.unwrap_or_default()));
    }
    let new_fields: Vec<String> = update
        .fields
        .iter()
        .filter(|(name, _)| !settings.fields.iter().any(|field| field.name == **name))
        .map(|(name, value)| {
            let known = know.fields.iter().flatten().find(|(known, ..)| known == name).and_then(|(.., kind)| *kind);
            let is_number = value.parse::<f64>().is_ok();
            let kind = known.unwrap_or(if is_number { FieldKind::Number } else { FieldKind::String });
            let kind = if kind == FieldKind::Number { "number" } else { "string" };
            format!("{{ name: {0}, label: {0}, type: {kind} }}", quoted(name))
        })
        .collect();
    let is_usual = !is_new && new_fields.is_empty();
    if !new_fields.is_empty() {
        changes.push(format!("fields: [{}]", new_fields.join(", ")));
    }
    needs.extend((!is_usual).then_some("values"));
    needs.extend(update.sub_status.is_some().then_some("sub_status"));
    needs.extend((!update.fields.is_empty()).then_some("fields"));
    (needs, changes)
}

fn of_update(update: &Update) -> String {
    let mut text = format!("{{ lead_id: {}, status: {}", update.lead_id, quoted(&update.status));
    if let Some(sub_status) = &update.sub_status {
        let _ = write!(text, ", sub_status: {}", quoted(sub_status));
    }
    if !update.fields.is_empty() {
        let fields = update.fields.iter().map(|(name, value)| format!("{}: {}", quoted(name), quoted(value)));
        let _ = write!(text, ", fields: {{ {} }}", fields.collect::<Vec<_>>().join(", "));
    }
    text + " }"
}
