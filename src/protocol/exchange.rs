//! One request and its answer as they crossed the wire, for the journal, the judge and the reports.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use memchr::memchr;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::as_text;
use super::code::Code;
use super::fault::Fault;
use super::keys::{KeySent, Keys};
use super::query::{Params, decode};
use crate::secret::{MASK, cut};

/// A request as it arrived. One that is no HTTP has its raw head alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(from = "Written", into = "Written")]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// Path and query as sent. It holds the API key: redact before showing it.
    pub target: String,
    /// The `Content-Type` header, empty where there was none.
    pub content_type: String,
    /// The body, for a form POST.
    pub body: bytes::Bytes,
    /// The head byte for byte as it arrived, with what no parser would let through; empty for a request that
    /// never crossed a wire.
    pub raw_head: bytes::Bytes,
}

/// A request in a file: the rest follows from its head.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
struct Written {
    /// The head, byte for byte as it arrived, with `***` in the place of each key.
    #[serde(with = "as_text")]
    #[schemars(with = "as_text::Written")]
    head: bytes::Bytes,
    /// The body of a form POST, likewise.
    #[serde(with = "as_text", default, skip_serializing_if = "bytes::Bytes::is_empty")]
    #[schemars(with = "as_text::Written")]
    body: bytes::Bytes,
    /// Path and query, where they do not follow from the head: a `***` may stand for what ended them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    /// Whether it is no HTTP.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_unparsable: bool,
}

impl From<Request> for Written {
    fn from(Request { method, target, body, raw_head, .. }: Request) -> Self {
        let head: bytes::Bytes = if raw_head.is_empty() { format!("{method} {target}").into() } else { raw_head };
        let is_unparsable = method.is_empty();
        let follows = is_unparsable || Request::of(head.clone(), bytes::Bytes::new()).target == target;
        Self { head, body, target: (!follows).then_some(target), is_unparsable }
    }
}

impl From<Written> for Request {
    fn from(Written { head, body, target, is_unparsable }: Written) -> Self {
        if is_unparsable {
            return Self { raw_head: head, body, ..Self::default() };
        }
        let request = Self::of(head, body);
        Self { target: target.unwrap_or_else(|| request.target.clone()), ..request }
    }
}

impl Request {
    /// The request with this head, which is HTTP.
    pub fn of(raw_head: bytes::Bytes, body: bytes::Bytes) -> Self {
        let head = String::from_utf8_lossy(&raw_head);
        let line = head.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let (method, rest) = line.split_once(' ').unwrap_or((line, ""));
        let target = rest.rsplit_once(" HTTP/").map_or(rest, |(target, _)| target);
        // An absolute URL names the host too, and what stands behind a # is lost.
        let target = target.split('#').next().unwrap_or_default();
        let target = match target.split_once("://") {
            Some((scheme, rest)) if scheme.chars().all(char::is_alphanumeric) => {
                rest.find('/').map_or("/", |at| &rest[at..])
            }
            _ => target,
        };
        let (method, target) = (method.to_owned(), target.to_owned());
        let request = Self { method, target, content_type: String::new(), body, raw_head };
        Self { content_type: request.header("content-type").unwrap_or_default(), ..request }
    }

    /// The first line as it arrived, fit to be shown: without the API key, however its name was written, and without
    /// what a terminal would act upon. Bytes that are not UTF-8 show as U+FFFD.
    pub fn raw_line(&self) -> String {
        let line = self.raw_head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        shown(&String::from_utf8_lossy(line))
    }

    /// The first line without the protocol's version, as it arrived, where it did, and fit to be shown.
    pub fn line(&self) -> String {
        if self.raw_head.is_empty() {
            return shown(&format!("{} {}", self.method, self.target));
        }
        let line = self.raw_line();
        line.rsplit_once(" HTTP/").map_or(line.clone(), |(line, _)| line.to_owned())
    }

    /// What stands behind a `#` in the first line: it is lost on the way.
    pub fn fragment(&self) -> Option<String> {
        let line = self.raw_line();
        let (_, behind) = line.split_once('#')?;
        Some(behind.rsplit_once(" HTTP/").map_or(behind, |(behind, _)| behind).to_owned())
    }

    /// Whether it speaks HTTP/1.0.
    pub fn is_http_1_0(&self) -> bool {
        let line = self.raw_head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        line.trim_ascii_end().ends_with(b" HTTP/1.0")
    }

    /// The host that it is for, where it names one: in its URL, or by its header `Host`.
    pub fn authority(&self) -> Option<String> {
        let line = self.raw_line();
        let in_url = line.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', ' ']).next());
        let is_absolute = line.split(' ').nth(1).is_some_and(|target| target.starts_with("http"));
        in_url.filter(|_| is_absolute).map(str::to_owned).or_else(|| self.host())
    }

    /// Whether it is no request at all, but the beginning of TLS.
    pub fn is_tls(&self) -> bool {
        const HANDSHAKE: u8 = 0x16;
        self.raw_head.first() == Some(&HANDSHAKE)
    }

    /// The path without the query.
    pub fn path(&self) -> &str {
        self.path_and_query().0
    }

    /// The query without its `?`.
    pub fn query(&self) -> &str {
        self.path_and_query().1
    }

    /// The path, and the query without its `?`; empty where there is none.
    pub fn path_and_query(&self) -> (&str, &str) {
        match memchr(b'?', self.target.as_bytes()) {
            Some(mark) => (&self.target[..mark], &self.target[mark + 1..]),
            None => (&self.target, ""),
        }
    }

    /// The `Host` header as it arrived; none for a request without one.
    pub fn host(&self) -> Option<String> {
        self.header("host")
    }

    /// A header as it arrived, the first of its name; none for a request without one.
    pub fn header(&self, name: &str) -> Option<String> {
        let lines = self.raw_head.split(|byte| *byte == b'\n').skip(1);
        let mut headers = lines.filter_map(|line| std::str::from_utf8(line).ok()?.split_once(':'));
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
    }

    /// Whether the parameters are in the body, as a form; ASP.NET then ignores the query (platform).
    pub fn is_form_post(&self) -> bool {
        let media_type = || self.content_type.split(';').next().unwrap_or_default().trim();
        self.method == "POST" && media_type().eq_ignore_ascii_case("application/x-www-form-urlencoded")
    }

    /// Whether a call of a method is taken for one by a script, whatever its verb: .NET 4 looks at the content type,
    /// `application/json` with or without a charset (platform).
    pub fn is_script_call(&self) -> bool {
        self.content_type
            .split(';')
            .next()
            .is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json"))
    }

    /// Whether the client takes an answer that is compressed with gzip.
    pub fn accepts_gzip(&self) -> bool {
        let accepted = self.header("accept-encoding").unwrap_or_default();
        accepted.split(',').any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            let refuses = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0));
            name.trim().eq_ignore_ascii_case("gzip") && !refuses
        })
    }

    /// The parameters CAKE reads of this request.
    pub fn params(&self) -> Params<'_> {
        if self.is_form_post() { Params::decode(&self.body) } else { Params::decode(self.query().as_bytes()) }
    }
}

/// How much of a first line is shown; IIS takes no query longer than half of it.
const LONGEST_LINE: usize = 4 * 1024;

fn shown(line: &str) -> String {
    let line = without_key(line.trim_end_matches('\r'));
    let is_acted_upon = |c: char| matches!(c, '\u{2028}' | '\u{2029}') || c.is_control();
    // Most lines are what they are.
    if line.len() <= LONGEST_LINE && !line.contains(is_acted_upon) {
        return line;
    }
    let head = cut(&line, LONGEST_LINE);
    let mut shown = String::with_capacity(line.len());
    for c in head.unwrap_or(&line).chars() {
        if is_acted_upon(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    if head.is_some() { format!("{shown}[… {} bytes in all]", line.len()) } else { shown }
}

/// Masks every parameter that could be meant for the API key. Its name is read as the server reads it, and its value
/// ends at the next `&`: a key may hold anything else.
fn without_key(line: &str) -> String {
    let Some((path, rest)) = line.split_once('?') else { return line.to_owned() };
    let (query, version) = rest.rsplit_once(" HTTP/").map_or((rest, None), |(query, version)| (query, Some(version)));
    let masked: Vec<Cow<'_, str>> = query.split('&').map(mask_parameter).collect();
    let version = version.map_or_else(String::new, |version| format!(" HTTP/{version}"));
    format!("{path}?{}{version}", masked.join("&"))
}

/// Where the value of a parameter stands that could be meant for the API key; nothing where it is none.
pub fn key_value(parameter: &str) -> Option<usize> {
    let equals = parameter.find('=').or_else(|| parameter.to_ascii_lowercase().find("%3d"));
    let equals = equals?;
    // Twice, for a name that was encoded twice; letters and digits alone, for `api-key` and the like.
    let name = &parameter[..equals];
    let is_plain = !name.contains(['%', '+']);
    let name = if is_plain { Cow::Borrowed(name) } else { decode(decode(name.as_bytes()).as_bytes()).into() };
    let mut letters = name.chars().rev().filter(char::is_ascii_alphanumeric);
    let is_meant = "apikey".chars().rev().all(|c| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&c)));
    let value = if parameter[equals..].starts_with('=') { equals + 1 } else { equals + 3 };
    (is_meant && value < parameter.len()).then_some(value)
}

/// Other names under which people send keys. What stands under them is hidden, and decides nothing.
const SECRET_NAMES: [&str; 8] =
    ["key", "token", "accesstoken", "apitoken", "authtoken", "secret", "password", "passwd"];

/// The letters of a name, in lower case and without what sets words apart.
fn letters(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|byte| !matches!(byte, b'_' | b'-')).map(|byte| byte.to_ascii_lowercase())
}

fn mask_parameter(parameter: &str) -> Cow<'_, str> {
    let is_secret = |name: &str| SECRET_NAMES.iter().any(|known| letters(name).eq(known.bytes()));
    let other =
        || parameter.find('=').filter(|equals| is_secret(&parameter[..*equals]) && equals + 1 < parameter.len());
    key_value(parameter)
        .or_else(|| other().map(|equals| equals + 1))
        .map_or(parameter.into(), |value| format!("{}{MASK}", &parameter[..value]).into())
}

/// How far an answer got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Every byte of the answer was handed to the network. Of a fault: it was carried out to its end, or until the
    /// client gave up waiting for one.
    #[default]
    Delivered,
    /// Every byte of the answer was sent, and then the client reset the connection: it closed over bytes it had not read, or
    /// it has read all it needs and closes that way. The wire looks the same.
    Reset,
    /// The client went away before it had the whole answer, or before a fault that does not last had struck.
    Broken,
}

/// A request and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Exchange {
    /// When the request was decided, which is when it had arrived.
    pub at: Timestamp,
    /// When its answer, or its fault, was over.
    pub ended: Timestamp,
    /// What arrived.
    pub request: Request,
    /// What was sent back.
    pub answer: Answer,
    /// The code in the answer; none where there is none that can be read, or where a fault kept the client from it.
    pub code: Option<Code>,
    /// Which keys the request held; none while they still stand in it.
    pub keys: Option<Keys>,
    /// Which check decided, what was sent, what was expected.
    pub why: Cow<'static, str>,
    /// The id of the scenario that owns the lead, where one does.
    pub scenario: Option<Arc<str>>,
    /// What was done to the answer on purpose. Its phase tells whether an update was recorded: one that CAKE refused
    /// never is.
    pub fault: Option<Fault>,
    /// How far the answer got.
    pub delivery: Delivery,
}

impl Exchange {
    /// Whether what arrived is no HTTP request; then `why` says what is wrong with it.
    pub fn is_unparsable(&self) -> bool {
        self.request.method.is_empty()
    }

    /// What was sent as `api_key`.
    pub fn api_key(&self) -> &KeySent {
        self.keys.as_ref().map_or(&KeySent::Missing, |keys| &keys.api_key)
    }
}

#[cfg(test)]
mod tests {
    use super::Request;

    fn post(content_type: &str) -> Request {
        Request {
            method: "POST".into(),
            target: "/m?status=query".into(),
            content_type: content_type.into(),
            body: "status=body".into(),
            raw_head: "".into(),
        }
    }

    fn line(line: &str) -> String {
        Request { raw_head: format!("{line}\r\nHost: x\r\n\r\n").into(), ..Request::default() }.raw_line()
    }

    #[test]
    fn no_key_is_shown_however_its_parameter_is_written() {
        for name in
            ["api_key", "%61pi_key", "api_k%65y", "%u0061pi_key", "api%255Fkey", "API-KEY", "apikey", "api_key "]
        {
            for key in ["Secret", "Sec'ret", "Sec\\ret", "Sec<ret", "Sec#ret", "S e c", "Sec\rret", "$SECRET", "%zz"] {
                let shown = line(&format!("GET /m?lead_id=1&{name}={key}&status=a b HTTP/1.1"));
                assert_eq!(shown, format!("GET /m?lead_id=1&{name}=***&status=a b HTTP/1.1"));
            }
        }
        assert_eq!(line("GET /m?api_key=&a=b HTTP/1.1"), "GET /m?api_key=&a=b HTTP/1.1");
        assert_eq!(line("GET /m?monkey=b"), "GET /m?monkey=b");
    }

    #[test]
    fn what_a_terminal_would_act_upon_is_escaped_and_a_long_line_is_cut() {
        assert_eq!(line("GET /\u{1b}[2J\u{2028} HTTP/1.1"), "GET /\\u{1b}[2J\\u{2028} HTTP/1.1");
        let long = line(&format!("GET /{}", "x".repeat(60_000)));
        assert!(long.ends_with("x[… 60005 bytes in all]") && long.len() < 5_000, "{}", long.len());
    }

    #[test]
    fn a_call_by_a_script_is_known_by_its_content_type_alone() {
        for (content_type, is_one) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/json ", false),
            ("application/jsonp", false),
            ("text/json", false),
            ("", false),
        ] {
            assert_eq!(post(content_type).is_script_call(), is_one, "{content_type:?}");
        }
    }

    #[test]
    fn gzip_is_accepted_where_it_is_named_and_not_refused() {
        for (accepted, is_one) in
            [("gzip", true), ("deflate, GZIP;q=0.5", true), ("gzip;q=0", false), ("br, gzipped", false), ("*", false)]
        {
            let raw_head = format!("GET / HTTP/1.1\r\naccept-encoding: {accepted}\r\n\r\n").into();
            assert_eq!(Request { raw_head, ..Request::default() }.accepts_gzip(), is_one, "{accepted}");
        }
        assert!(!Request::default().accepts_gzip());
    }

    #[test]
    fn a_form_post_is_read_from_its_body_alone() {
        assert_eq!(post("application/x-www-form-urlencoded; charset=utf-8").params().get("status").unwrap(), "body");
        assert_eq!(post("application/json").params().get("status").unwrap(), "query");
    }
}
