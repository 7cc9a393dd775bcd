//! What the ticket shows of the outcome: a code, a refusal of the platform, a page that is not CAKE's, or nothing.

use crate::protocol::xml;

use super::phrases::Says;
use super::ticket::{Answer, FailureKind, Form, Item, Request};

/// What came of a request, as far as the ticket shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Evidence {
    /// Nothing is known.
    None,
    /// CAKE answered with this code.
    Code(i64),
    /// The platform misses this parameter.
    Missing(String),
    /// The platform does not know the method.
    Method,
    /// The platform does not take this verb or content type.
    Format,
    /// The platform found markup in a value.
    Dangerous,
    /// SOAP was answered.
    Soap,
    /// The answer was cut off.
    Cut,
    /// CAKE answers `Restricted`.
    Restricted,
    /// What another service answers.
    Foreign,
    /// A redirect.
    Redirect(Option<u16>),
    /// A page that is not from CAKE.
    Page(Option<u16>),
    /// Another HTTP status.
    Http(u16),
    /// No answer at all.
    Failed(FailureKind),
    /// A log calls the result an error.
    Refused,
    /// A log calls it a success, or HTTP says 200 and no more.
    Fine,
}

impl Evidence {
    /// What an item shows.
    pub(super) fn of(item: &Item) -> Self {
        let request = item.request.as_ref();
        let is_ours = request.is_some_and(|request| request.path.text().to_ascii_lowercase().contains("updateleads"));
        let answer = item.answer.as_ref().map_or(Self::None, |answer| of_answer(answer, is_ours));
        if answer == Self::Code(0) && !item.form.is_log() {
            let body = item.answer_text();
            if body.contains("<result") && !body.contains("</result") {
                return Self::Cut;
            }
        }
        let failure = item.failure.map(|failure| match failure.kind {
            FailureKind::Redirect => Self::Redirect(None),
            kind => Self::Failed(kind),
        });
        let of_log = item.logged.result.as_deref().map(|word| match word.to_ascii_lowercase() {
            word if word.says(&["err", "fail", "invalid", "reject"]) => Self::Refused,
            word if word == "restricted" => Self::Restricted,
            word if word == "success" && item.form == Form::CakeLog => Self::Code(0),
            word => match word.strip_prefix("code ").and_then(|code| code.parse().ok()) {
                Some(code) => Self::Code(code),
                None => Self::Fine,
            },
        });
        match (answer, failure, of_log) {
            (Self::None | Self::Http(_) | Self::Fine, Some(failed), _) => failed,
            (Self::None | Self::Fine, None, Some(of_log)) => of_log,
            (answer, ..) => answer,
        }
    }

    /// Whether a log leaves out the query of a request that had one: without parameters there is no HTTP 200.
    pub(super) fn hides_query(&self, item: &Item) -> bool {
        let is_bare = |request: &Request| request.method.bytes() == b"GET" && request.query.is_none();
        *self == Self::Fine && item.form.is_log() && item.request.as_ref().is_some_and(is_bare)
    }

    /// Whether CAKE took it.
    pub(super) fn is_taken(&self) -> bool {
        *self == Self::Code(0)
    }

    /// Whether the platform answered before the method ran, which it does with HTTP 500.
    pub(super) fn is_of_platform(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::Method | Self::Format | Self::Dangerous)
    }

    /// Whether CAKE or its platform answered.
    pub(super) fn is_answer(&self) -> bool {
        matches!(self, Self::Code(_) | Self::Failed(FailureKind::NotJson)) || self.is_of_platform()
    }

    /// Whether something failed.
    pub(super) fn is_failure(&self) -> bool {
        !matches!(self, Self::None | Self::Fine | Self::Code(0))
    }
}

impl Item {
    /// The text of the answer; empty where there is none.
    pub(super) fn answer_text(&self) -> String {
        let body = self.answer.as_ref().and_then(|answer| answer.body.as_ref());
        body.map(|body| body.text().into_owned()).unwrap_or_default()
    }
}

/// Whether people write that something does not work.
pub(super) fn is_complaint(prose: &str) -> bool {
    let is_fine =
        ["works fine", "everything works", "works so far", "nothing is broken", "is that a problem", "which works"];
    prose.means("complaint") && !prose.says(&is_fine)
}

/// What an answer shows; whether it came to an update is known.
fn of_answer(answer: &Answer, is_ours: bool) -> Evidence {
    let body = answer.body.as_ref().map(|body| body.text().into_owned()).unwrap_or_default();
    let status = answer.http_status;
    let lower = body.to_ascii_lowercase();
    // Elements in capitals are some program's own; the code in them is CAKE's.
    let code = code_in(&lower);
    if lower.contains("restricted") && lower.len() < 600 {
        return Evidence::Restricted;
    }
    if !is_ours && is_foreign(&lower, code) {
        return Evidence::Foreign;
    }
    if let Some(code) = code {
        return Evidence::Code(code);
    }
    if let Some(at) = lower.find("missing parameter") {
        let rest = body[at + "missing parameter".len()..].trim_start_matches([':', ' ', '\'', '"']);
        let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        return Evidence::Missing(name);
    }
    let page = |evidence| if lower.contains("<title>runtime error") { Evidence::Http(500) } else { evidence };
    match () {
        () if lower.contains("method name is not valid") || lower.contains("case sensitive") => Evidence::Method,
        () if lower.contains("request format is") => Evidence::Format,
        () if lower.contains("potentially dangerous request") => Evidence::Dangerous,
        () if lower.contains("soap") && lower.contains("fault") || lower.contains("soapaction") => Evidence::Soap,
        () if lower.contains("there was an error processing the request") => Evidence::Format,
        () if lower.contains("<result") || lower.contains("<code>") => Evidence::Cut,
        () if status == Some(429) => Evidence::Http(429),
        () if status.is_some_and(|status| (300..400).contains(&status)) => Evidence::Redirect(status),
        () if lower.contains("the resource cannot be found") => Evidence::Http(404),
        () if status.is_some_and(|status| status >= 400) && (lower.is_empty() || !lower.contains("<html")) => {
            Evidence::Http(status.unwrap_or(500))
        }
        // A gateway's own page is not a page in place of CAKE's, but a failure on the way there.
        () if status.is_some_and(|status| status >= 500) => Evidence::Http(status.unwrap_or(500)),
        () if lower.contains("<html") || lower.contains("<!doctype") => {
            page(gateway(&lower).map_or(Evidence::Page(status), Evidence::Http))
        }
        () if lower.trim().is_empty() && status == Some(200) => Evidence::Fine,
        () => {
            status.map_or(Evidence::None, |status| if status < 300 { Evidence::Fine } else { Evidence::Http(status) })
        }
    }
}

/// Whether an answer, in lower case, is that of a lead post, or of somebody's own service, and not one to an update: by its
/// elements, and by a message that is about something else than the code of an update.
fn is_foreign(body: &str, code: Option<i64>) -> bool {
    let body = body.replace("&lt;", "<").replace("&gt;", ">").replace("\\u003c", "<").replace("\\u003e", ">");
    if body.contains("<html") || body.contains("<!doctype") || body.contains("soap") {
        return false;
    }
    if body.says(&["<success>", "<leadid", "<price", "campaign key", "<errors>"]) {
        return true;
    }
    let Some(code) = code else { return false };
    let root = body.split('<').find(|tag| tag.starts_with(|c: char| c.is_alphabetic())).unwrap_or_default();
    let roots = ["result", "code", "msg", "string", "updatelead"];
    if !root.is_empty() && !roots.iter().any(|known| root.starts_with(known)) {
        return true;
    }
    let topics: &[&str] = match code {
        1 => &["key", "auth", "credential", "access", "permission", "login", "buyer", "user"],
        2 => &["lead", "found", "unknown id"],
        3 => &["status", "recogni"],
        4 => &["enabled", "disabled", "status", "configured"],
        _ => return false,
    };
    // JSON has no elements, and a log may have cut the answer off.
    let message = match body.split_once("\"msg\"") {
        Some((_, behind)) => behind.split('}').next().unwrap_or_default().to_owned(),
        None if body.contains("</msg") || body.contains("</result") => {
            body.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text).collect::<Vec<_>>().join(" ")
        }
        None => return false,
    };
    let general =
        ["error", "failed", "failure", "fail", "invalid", "unknown", "denied", "bad", "request", "not", "no", "ok"];
    let mut words = message.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    message.is_ascii() && !message.says(topics) && words.any(|word| !general.contains(&word))
}

/// The status that a gateway's own page names.
pub(super) fn gateway(page: &str) -> Option<u16> {
    ["502 bad gateway", "503 service", "504 gateway"]
        .iter()
        .find(|words| page.contains(*words))
        .and_then(|words| words[..3].parse().ok())
}

/// The code in an answer, by a strict parse, or else in what a log kept of one.
fn code_in(body: &str) -> Option<i64> {
    if !body.contains("code") {
        return None;
    }
    if let Ok(read) = xml::read(body.trim().as_bytes()) {
        return Some(read.code.0);
    }
    let number = |rest: &str| {
        let digits: String = rest
            .trim_start_matches(['"', ':', ' ', '=', '\n', '\t', '\r'])
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '-')
            .collect();
        digits.parse().ok()
    };
    let of_element =
        body.find("<code>").filter(|at| body[*at..].contains("</code>")).and_then(|at| number(&body[at + 6..]));
    let of_json = || {
        let at = body.find("\"code\"").filter(|_| body.contains("\"d\"") || body.contains("\"msg\""))?;
        number(&body[at + 6..])
    };
    of_element.or_else(of_json)
}
