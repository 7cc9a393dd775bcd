//! What the ticket shows of the outcome: a code, a refusal of the platform, a page that is not CAKE's, or nothing.

use crate::protocol::xml;

use super::ticket::{Answer, FailureKind, Item};

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
    Redirect(u16),
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
        let body = item.answer.as_ref().and_then(|answer| answer.body.as_ref()).map(|body| body.text().into_owned());
        let is_cut = |body: &String| body.contains("<result") && !body.contains("</result");
        if answer == Self::Code(0) && !item.form.is_log() && body.as_ref().is_some_and(is_cut) {
            return Self::Cut;
        }
        let failure = item.failure.map(|failure| Self::Failed(failure.kind));
        let of_log = item.logged.result.as_deref().map(|word| match word.to_ascii_lowercase() {
            word if word.contains("err")
                || word.contains("fail")
                || word.contains("invalid")
                || word.contains("reject") =>
            {
                Self::Refused
            }
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

    /// What somebody writes about the outcome where the ticket has no answer: "code 3", "HTTP 500".
    pub(super) fn in_words(prose: &str) -> Self {
        let number_behind = |word: &str| {
            prose.match_indices(word).find_map(|(at, _)| {
                let rest = prose[at + word.len()..].trim_start_matches([' ', ':', '=', '"', '\'', '#']);
                let rest = ["is ", "was ", "of ", "ist "]
                    .iter()
                    .fold(rest, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                digits.parse::<u16>().ok()
            })
        };
        let codes = codes_in_words(prose);
        let restricted =
            ["-> restricted", "\"restricted\"", "“restricted”", "'restricted'", ">restricted<", "`restricted`"];
        if restricted.iter().any(|words| prose.contains(words)) {
            return Self::Restricted;
        }
        match &*codes {
            [] => {}
            [code] => return Self::Code(i64::from(*code)),
            // Where some are taken and others refused, it is the refusal that somebody writes about.
            [one, other] if one.min(other) == &0 => return Self::Code(i64::from(*one.max(other))),
            [first, _] => return Self::Code(i64::from(*first)),
            _ => return Self::None,
        }
        if prose.contains("code 0") || prose.contains("code=0") {
            // It did not come.
            return in_cakes_words(prose).unwrap_or(Self::None);
        }
        if let Some(code) = alone(prose) {
            return Self::Code(i64::from(code));
        }
        if let Some(evidence) = in_cakes_words(prose) {
            return evidence;
        }
        if let Some(status) = gateway(prose) {
            return Self::Http(status);
        }
        let success = [
            "-> success",
            "=> success",
            "→ success",
            "got success",
            "answered success",
            "returned success",
            "cake said success",
            "both times success",
        ];
        if success.iter().any(|words| prose.contains(words)) {
            return Self::Code(0);
        }
        if let Some(status) = number_behind("http").filter(|status| matches!(status, 301 | 302 | 303 | 307 | 308)) {
            return Self::Redirect(status);
        }
        let status = ["http", "error", "status", "returns", "return", "fehler"].iter();
        let status = status.filter_map(|word| number_behind(word)).find(|status| (400..600).contains(status));
        let status = status.or_else(|| {
            let before = ["get ", "get a ", "got ", "got a ", "gives ", "with a "];
            let behind = [" error", " page", " internal server", " - ", " not found", " forbidden", " unauthorized"];
            let is_it = |status: &u16| {
                before.iter().any(|word| prose.contains(&format!("{word}{status}")))
                    || behind.iter().any(|word| prose.contains(&format!("{status}{word}")))
            };
            [404, 403, 401, 405, 502, 503, 504, 500, 400].into_iter().find(is_it)
        });
        status.map_or(Self::None, Self::Http)
    }

    /// Whether something failed.
    pub(super) fn is_failure(&self) -> bool {
        !matches!(self, Self::None | Self::Fine | Self::Code(0))
    }
}

/// The codes that somebody says came, each once, in their order.
fn codes_in_words(prose: &str) -> Vec<u16> {
    let words = ["code", "answer", "answers", "answered", "result", "antwort", "código"];
    let mut found = Vec::new();
    for word in words {
        for (at, _) in prose.match_indices(word) {
            let rest = prose[at + word.len()..].trim_start_matches([' ', ':', '=', '"', '\'', '#']);
            let rest =
                ["is ", "was ", "of ", "ist "].iter().fold(rest, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            if let Some(code) = digits.parse::<u16>().ok().filter(|code| *code <= 4 && !is_denied(&prose[..at])) {
                found.push((at, code));
            }
        }
    }
    found.sort_unstable();
    let mut codes: Vec<u16> = Vec::new();
    for (_, code) in found {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// Whether what follows is said not to have come, or to have come before: "we never get", "it was always".
fn is_denied(before: &str) -> bool {
    let start = before.rfind(['.', ',', ';', '!', '?', '\n']).map_or(0, |at| at + 1);
    let words = [
        "not",
        "never",
        "no",
        "longer",
        "without",
        "expected",
        "expect",
        "instead",
        "until",
        "always",
        "yesterday",
        "before",
        "should",
        "used",
        "hand",
        "manually",
        "früher",
        "nicht",
        "kein",
        "statt",
        "gestern",
        "bisher",
    ];
    before[start..].split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
        || before[start..].contains("n't ")
}

/// A code that stands alone behind an arrow or a word for an answer: `-> 3`, `returned 3`, `200 (3)`.
fn alone(prose: &str) -> Option<u16> {
    let arrows = ["-> ", "=> ", "→ ", "code&gt;", "200 ("];
    let words = [
        "returned ",
        "returns ",
        "gives ",
        "gave ",
        "got ",
        "get ",
        "getting ",
        "answered ",
        "answers ",
        "says ",
        "said ",
        "gives me a ",
        "gives us a ",
        "gives me ",
        "gives us ",
        "get a ",
        "getting a ",
        "all return ",
        "rc ",
        "rc=",
        "error ",
        "comes back with ",
        "response ",
        "responds ",
    ];
    let behind = |word: &str, is_arrow: bool| {
        prose.match_indices(word).find_map(|(at, _)| {
            let rest = prose[at + word.len()..].trim_start_matches(['"', '\'', '`']);
            let mut chars = rest.chars();
            let code = chars.next().and_then(|c| c.to_digit(5))?;
            let next = chars.next();
            let goes_on = [" for ", " again", " for\n", " on ", " with ", " since "]
                .iter()
                .any(|words| rest[1..].starts_with(words));
            let is_end = goes_on || next.is_none_or(|c| "\n\r.,;)<&!?\"'`".contains(c));
            let is_alone = is_end && !chars.as_str().starts_with(|c: char| c.is_ascii_digit());
            (is_alone || is_arrow && next == Some(' ')).then(|| u16::try_from(code).ok()).flatten()
        })
    };
    let of_arrow = arrows.iter().find_map(|word| behind(word, true));
    of_arrow.or_else(|| words.iter().find_map(|word| behind(word, false)))
}

/// Whether a word stands in a text by itself: 200, and not the year 2008.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|one| one == word)
}

/// Whether people write that something does not work.
pub(super) fn is_complaint(prose: &str) -> bool {
    let words = [
        "not working",
        "doesn't work",
        "doesnt work",
        "does not work",
        "don't work",
        "fails",
        "failing",
        "failed",
        "broken",
        "nothing happens",
        "no luck",
        "rejected",
        "refused",
        "not accept",
        "n't accept",
        "not successful",
        "unsuccessful",
        "error",
        "wrong",
        "problem",
        "issue",
        "funktioniert nicht",
        "geht nicht",
        "fehler",
        "no funciona",
        "ne marche pas",
        "ne fonctionne pas",
    ];
    let is_fine =
        ["works fine", "everything works", "works so far", "nothing is broken", "is that a problem", "which works"];
    words.iter().any(|word| prose.contains(word)) && !is_fine.iter().any(|word| prose.contains(word))
}

/// What CAKE or the platform says, quoted in prose.
fn in_cakes_words(prose: &str) -> Option<Evidence> {
    if let Some(at) = prose.find("missing parameter: ") {
        let name = prose[at + "missing parameter: ".len()..].chars();
        return Some(Evidence::Missing(name.take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()));
    }
    let words: [(&str, Evidence); 11] = [
        ("potentially dangerous request", Evidence::Dangerous),
        ("request format is unrecognized", Evidence::Format),
        ("invalid api key", Evidence::Code(1)),
        ("api key is invalid", Evidence::Code(1)),
        ("lead id not found", Evidence::Code(2)),
        ("lead not found", Evidence::Code(2)),
        ("status not recogni", Evidence::Code(3)),
        ("invalid status", Evidence::Code(3)),
        ("lead statuses are not enabled", Evidence::Code(4)),
        ("lead statuses not enabled", Evidence::Code(4)),
        ("method name is not valid", Evidence::Method),
    ];
    words.into_iter().find(|(words, _)| prose.contains(words)).map(|(_, evidence)| evidence)
}

/// What an answer shows; whether it came to an update is known.
fn of_answer(answer: &Answer, is_ours: bool) -> Evidence {
    let body = answer.body.as_ref().map(|body| body.text().into_owned()).unwrap_or_default();
    let status = answer.http_status;
    let lower = body.to_ascii_lowercase();
    let code = code_in(&body);
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
        () if status.is_some_and(|status| (300..400).contains(&status)) => Evidence::Redirect(status.unwrap_or(302)),
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
    let is_element = |element: &str| body.contains(element);
    if ["<success>", "<leadid", "<price", "campaign key", "<errors>"].into_iter().any(is_element) {
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
    message.is_ascii()
        && !topics.iter().any(|topic| message.contains(topic))
        && words.any(|word| !general.contains(&word))
}

/// The status that a gateway's own page names.
fn gateway(page: &str) -> Option<u16> {
    ["502 bad gateway", "503 service", "504 gateway"]
        .iter()
        .find(|words| page.contains(*words))
        .and_then(|words| words[..3].parse().ok())
}

/// The code in an answer, by a strict parse, or else in what a log kept of one.
fn code_in(body: &str) -> Option<i64> {
    // Elements in capitals are some program's own; the code in them is CAKE's.
    let body = &body.to_lowercase();
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
