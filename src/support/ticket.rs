//! A ticket taken apart: the requests, answers and failures in it, and where each of their parts stands.

use crate::protocol;

use super::body::is_json;
pub use super::parameter::Parameter;
use super::parameter::{parameters_in, parameters_of_json};
use super::traced::{Span, Traced};

/// What somebody pasted, taken apart.
#[derive(Debug, Clone, Default)]
pub struct Ticket {
    /// The text as UTF-8, without a byte order mark and, of a saved mail, without its encodings. Places point into it.
    pub text: String,
    /// The forms found in it, the main one first, each once.
    pub forms: Vec<Form>,
    /// What was found, in the order of the text.
    pub items: Vec<Item>,
    /// What could not be read.
    pub notes: Vec<Note>,
    /// Whether requests were left out of it on purpose, so that one which is not there may have been sent.
    pub is_narrowed: bool,
}

/// In what form something stands in a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it; docs describe the forms")]
pub enum Form {
    Url,
    Curl,
    PowerShell,
    Fetch,
    Har,
    Postman,
    HttpFile,
    RawHttp,
    LogW3c,
    LogCombined,
    LogAlb,
    LogCloudFront,
    LogJson,
    CakeLog,
    Journal,
    Answer,
    Mail,
    Error,
}

impl Form {
    /// Its permanent name, as printed.
    pub fn id(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Curl => "curl",
            Self::PowerShell => "powershell",
            Self::Fetch => "fetch",
            Self::Har => "har",
            Self::Postman => "postman",
            Self::HttpFile => "http-file",
            Self::RawHttp => "raw-http",
            Self::LogW3c => "log-w3c",
            Self::LogCombined => "log-combined",
            Self::LogAlb => "log-alb",
            Self::LogCloudFront => "log-cloudfront",
            Self::LogJson => "log-json",
            Self::CakeLog => "cake-log",
            Self::Journal => "journal",
            Self::Answer => "answer",
            Self::Mail => "mail",
            Self::Error => "error",
        }
    }

    /// Whether it is a log: many requests, a line each.
    pub fn is_log(self) -> bool {
        matches!(
            self,
            Self::LogW3c
                | Self::LogCombined
                | Self::LogAlb
                | Self::LogCloudFront
                | Self::LogJson
                | Self::CakeLog
                | Self::Journal
        )
    }
}

/// One thing found in a ticket: a request, with what came back where both stand together, or an answer alone.
#[derive(Debug, Clone)]
pub struct Item {
    /// In what form it stands there.
    pub form: Form,
    /// Where.
    pub place: Span,
    /// The request, where it is or holds one.
    pub request: Option<Request>,
    /// What came back.
    pub answer: Option<Answer>,
    /// Why nothing came back.
    pub failure: Option<Failure>,
    /// What only the form shows, and the request no longer does.
    pub marks: Vec<Mark>,
    /// What a log has beside the request.
    pub logged: Logged,
    /// Whether the same URL stands before it in the ticket: it is a request of its own only if something else came back.
    pub is_repeat: bool,
}

impl Item {
    /// An item that holds nothing yet.
    pub fn new(form: Form, place: Span) -> Self {
        let logged = Logged::default();
        Self { form, place, request: None, answer: None, failure: None, marks: Vec::new(), logged, is_repeat: false }
    }

    /// Whether a value at this place comes from a variable or a file that the ticket does not have.
    pub(super) fn is_unknown(&self, place: Span, value: &str) -> bool {
        let is_unknown = |mark: &&Mark| matches!(mark.kind, MarkKind::Variable | MarkKind::FileValue);
        self.marks.iter().filter(is_unknown).any(|mark| {
            mark.place.start < place.end && place.start < mark.place.end
                || !value.is_empty() && mark.detail.contains(value)
        })
    }
}

/// A request as it would be sent. Nothing is decoded or corrected; each part knows its place in the ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The method; `GET` where the form leaves it out.
    pub method: Traced,
    /// `https` and the like, as written; empty where it is left out.
    pub scheme: Traced,
    /// The host without its port; empty where there is none.
    pub host: Traced,
    /// The port, where one is written.
    pub port: Option<Traced>,
    /// The path; `/` where the form leaves it out.
    pub path: Traced,
    /// What stands behind the `?`; none where there is no `?`.
    pub query: Option<Traced>,
    /// What stands behind a `#`: it is not sent.
    pub fragment: Option<Traced>,
    /// `name:password` in front of the host, or given otherwise.
    pub user: Option<Traced>,
    /// The headers, in order.
    pub headers: Vec<Header>,
    /// The body; none where there is none.
    pub body: Option<Traced>,
}

/// One header of a request or an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name as written.
    pub name: String,
    /// Its value without the space around it.
    pub value: Traced,
}

impl Request {
    /// Path and query as sent.
    pub fn target(&self) -> Traced {
        let mut target = self.path.clone();
        if let Some(query) = &self.query {
            target.push(b"?", Span::new(query.whole().start, query.whole().start));
            target.append(query);
        }
        target
    }

    /// The first header of a name.
    pub fn header(&self, name: &str) -> Option<&Header> {
        self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))
    }

    /// Adds a header, unless it has one of that name.
    pub(super) fn default_header(&mut self, name: &str, value: Traced) {
        if self.header(name).is_none() {
            self.headers.push(Header { name: name.to_owned(), value });
        }
    }

    /// What the client calls itself.
    pub(super) fn user_agent(&self) -> Option<String> {
        self.header("user-agent").map(|header| header.value.text().into_owned())
    }

    /// The same request as the mock would see it, so that CAKE's rules can be applied to it.
    pub fn to_exchange(&self) -> protocol::Request {
        let (method, target) = (self.method.text().into_owned(), self.target());
        let mut head = format!("{method} ").into_bytes();
        head.extend_from_slice(target.bytes());
        head.extend_from_slice(b" HTTP/1.1\r\n");
        let host = self.headers.iter().all(|header| !header.name.eq_ignore_ascii_case("host"));
        if host && !self.host.is_empty() {
            let port = self.port.iter().flat_map(|port| [&b":"[..], port.bytes()]);
            head.extend([&b"Host: "[..], self.host.bytes()].into_iter().chain(port).chain([&b"\r\n"[..]]).flatten());
        }
        for header in &self.headers {
            let parts = [header.name.as_bytes(), b": ", header.value.bytes(), b"\r\n"];
            head.extend(parts.into_iter().flatten());
        }
        head.extend_from_slice(b"\r\n");
        protocol::Request {
            method,
            target: target.text().into_owned(),
            content_type: self.header("content-type").map(|header| header.value.text().into()).unwrap_or_default(),
            body: self.body.as_ref().map(|body| body.bytes().to_vec()).unwrap_or_default().into(),
            raw_head: head.into(),
        }
    }

    /// A parameter as CAKE reads it.
    pub fn read(&self, name: &str) -> Option<String> {
        self.to_exchange().params().get(name).map(std::borrow::Cow::into_owned)
    }

    /// The lead ID, as CAKE reads it, and not more of it than anybody writes.
    pub fn lead_id(&self) -> Option<String> {
        let of_json = || {
            let mut members = self.json_parameters()?.into_iter();
            members.find(|one| one.name.eq_ignore_ascii_case("lead_id")).and_then(|one| one.value)
        };
        let lead = self.read("lead_id").or_else(of_json);
        lead.map(|lead| lead.chars().take(40).collect())
    }

    /// The lead that is meant, also where CAKE does not find it: behind a wrong sign between parameters, or in another part.
    pub(super) fn meant_lead(&self) -> Option<String> {
        let parts = [&self.query, &self.fragment, &self.body];
        let in_text = |text: &str| {
            let names = ["lead_id", "leadid", "lead-id"];
            names.iter().flat_map(|name| text.match_indices(name)).find_map(|(at, name)| {
                let is_whole = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
                let value = text[at + name.len()..].trim_start_matches(['=', ':', '"', ' ']);
                let value = ["%3d", "%253d"].iter().find_map(|sign| value.strip_prefix(sign)).unwrap_or(value);
                let end = value.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(value.len());
                (is_whole && (4..=40).contains(&end)).then(|| value[..end].to_ascii_uppercase())
            })
        };
        let meant = || parts.into_iter().flatten().find_map(|part| in_text(&part.text().to_ascii_lowercase()));
        self.lead_id().filter(|lead| !lead.is_empty()).or_else(meant)
    }

    /// The parameters one by one, as they stand in the part that CAKE reads: the body of a form POST, else the query. Where
    /// they stand in a body of JSON, those.
    pub fn parameters(&self) -> Vec<Parameter> {
        if let Some(parameters) = self.json_parameters() {
            return parameters;
        }
        let is_form = self.method.bytes() != b"GET" && self.to_exchange().is_form_post();
        let part = if is_form { self.body.as_ref() } else { self.query.as_ref() };
        part.map(parameters_in).unwrap_or_default()
    }

    /// What stands in a body of JSON in place of a query. CAKE does not see it.
    pub fn json_parameters(&self) -> Option<Vec<Parameter>> {
        let has_query = self.query.as_ref().is_some_and(|query| query.bytes().contains(&b'='));
        let body = self.body.as_ref().filter(|body| !has_query && is_json(&body.text()))?;
        Some(parameters_of_json(body))
    }

    /// Where the value of a parameter stands, once for each time it is sent. Names match as in CAKE, in any letter case.
    pub fn places_of(&self, name: &str) -> Vec<Span> {
        let parameters = self.parameters();
        let named = parameters.iter().filter(|parameter| parameter.name.eq_ignore_ascii_case(name));
        named.filter(|parameter| parameter.value.is_some()).map(|parameter| parameter.sent.whole()).collect()
    }
}

/// What came back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status, where one stands there.
    pub http_status: Option<u16>,
    /// The headers, in order.
    pub headers: Vec<Header>,
    /// The body, without the escapes of the form that it stands in.
    pub body: Option<Traced>,
    /// Where it stands.
    pub place: Span,
}

/// Why nothing came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// What failed.
    pub kind: FailureKind,
    /// The words that show it.
    pub place: Span,
}

/// What can fail before there is an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The host's name was not found.
    Dns,
    /// The connection was refused, or there was no way there.
    Refused,
    /// Something took too long.
    Timeout,
    /// The certificate or the handshake.
    Tls,
    /// Both sides speak no common version of TLS.
    TlsVersion,
    /// A proxy in between refused.
    Proxy,
    /// The connection ended in the middle.
    Reset,
    /// A redirect that the program does not follow, or one too many.
    Redirect,
    /// The library refuses the URL, and sends nothing.
    Url,
    /// A parser of JSON met CAKE's XML.
    NotJson,
    /// Something else, as the words show.
    Other,
}

/// What only the form shows, and the request no longer does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What it is.
    pub kind: MarkKind,
    /// Where it stands.
    pub place: Span,
    /// What it concerns: the part cut off, the name of the variable or the file, the character.
    pub detail: String,
}

/// What only the form shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MarkKind {
    /// The shell ends the command at a `&` outside quotes; what stands behind it is not sent.
    ShellAmpersand,
    /// The shell takes a `$` for the beginning of a variable's name, and sends its value, which is empty.
    ShellDollar,
    /// A batch file takes a `%` for the beginning of an argument or a variable.
    ShellPercent,
    /// Quotes that are none to the shell, or that do not end.
    ShellQuotes,
    /// A `'` for cmd, to which it is no quotation mark.
    SingleQuotes,
    /// A line ends within the command, or within quotes.
    ShellNewline,
    /// The value comes from a file that the ticket does not have.
    FileValue,
    /// The contents of a file are sent without a name: `--data-urlencode @file`.
    NamelessFile,
    /// A variable whose value the ticket does not have; its name stands in the request.
    Variable,
    /// `&amp;` in a URL outside HTML: it is sent like that.
    AmpEntity,
    /// The URL was put together from several lines.
    JoinedLines,
    /// A parameter in the collection is switched off and not sent.
    Disabled,
    /// The URL goes on where the ticket, or the text in quotes, ends: a program adds to it, or it was shortened.
    Continues,
    /// A load balancer had no server to pass the request to.
    NoTarget,
    /// A redirect led to the same address without the query.
    LostQuery,
    /// The parameters stand apart from the URL, in code that puts them into it or in a list.
    Apart,
    /// A number that a program's own log has beside an update, without a name.
    Amount,
}

/// What a log has beside the request, as far as it has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Logged {
    /// When, as written.
    pub time: Option<String>,
    /// The client's address.
    pub client: Option<String>,
    /// The client's program.
    pub user_agent: Option<String>,
    /// How many bytes came back.
    pub bytes_sent: Option<u64>,
    /// The user's name.
    pub user_name: Option<String>,
    /// What IIS says more exactly than by the HTTP status.
    pub substatus: Option<u16>,
    /// What the log calls the result in words: `Success`, `Error`.
    pub result: Option<String>,
}

/// Something that could not be read, for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What, and what was done about it.
    pub text: String,
    /// Where it stands; none where it concerns the whole ticket.
    pub place: Option<Span>,
}

#[cfg(test)]
mod tests {
    use super::{Request, Traced};
    use crate::support::Span;

    #[test]
    fn a_request_knows_where_the_value_of_each_parameter_stands() {
        let query = Traced::at(20, "Status=a&b&status=%2Bc&=&x=");
        let request = Request {
            method: Traced::at(0, "GET"),
            path: Traced::at(10, "/m"),
            query: Some(query),
            ..Request::default()
        };
        assert_eq!(request.places_of("status"), [Span::new(27, 28), Span::new(38, 42)]);
        assert_eq!(request.places_of("x"), [Span::new(47, 47)]);
        assert!(request.places_of("b").is_empty());
        let names: Vec<_> = request.parameters().into_iter().map(|one| (one.name, one.value)).collect();
        assert_eq!(names[1], ("b".into(), None));
        assert_eq!(request.read("status").unwrap(), "a,+c");
        assert_eq!(request.to_exchange().target, "/m?Status=a&b&status=%2Bc&=&x=");
    }
}
