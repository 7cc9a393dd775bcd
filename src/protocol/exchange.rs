//! One request and its answer as they crossed the wire, for the journal, the judge and the reports.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::code::Code;
use super::query::Params;

/// A request as it arrived. One that is no HTTP has its raw head alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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

impl Request {
    /// The first line as it arrived; bytes that are not UTF-8 show as U+FFFD.
    pub fn raw_line(&self) -> String {
        let line = self.raw_head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        String::from_utf8_lossy(line).trim_end_matches('\r').to_owned()
    }

    /// The first line without the protocol's version: as it arrived, where it did.
    pub fn line(&self) -> String {
        if self.raw_head.is_empty() {
            return format!("{} {}", self.method, self.target);
        }
        let line = self.raw_line();
        line.rsplit_once(" HTTP/").map_or(line.clone(), |(line, _)| line.to_owned())
    }

    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(&*self.target, |(path, _)| path)
    }

    /// The query without its `?`.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// Whether the parameters are in the body, as a form; ASP.NET then ignores the query (platform).
    pub fn is_form_post(&self) -> bool {
        let media_type = self.content_type.split(';').next().unwrap_or_default().trim();
        self.method == "POST" && media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    }

    /// The parameters CAKE reads of this request.
    pub fn params(&self) -> Params {
        if self.is_form_post() { Params::decode(&self.body) } else { Params::decode(self.query().as_bytes()) }
    }
}

/// How far an answer got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Every byte of the answer was handed to the network.
    Delivered,
    /// The client went away before it had the whole answer.
    Broken,
}

/// A request and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// When the request was decided.
    pub at: Timestamp,
    /// What arrived.
    pub request: Request,
    /// What was sent back.
    pub answer: Answer,
    /// The code CAKE decided on; none where the request never reached the method.
    pub code: Option<Code>,
    /// Which check decided, what was sent, what was expected.
    pub why: String,
    /// The id of the scenario that owns the lead, where one does.
    pub scenario: Option<String>,
    /// How far the answer got.
    pub delivery: Delivery,
}

impl Exchange {
    /// Whether what arrived is no HTTP request; then `why` says what is wrong with it.
    pub fn is_unparsable(&self) -> bool {
        self.request.method.is_empty()
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

    #[test]
    fn a_form_post_is_read_from_its_body_alone() {
        assert_eq!(post("application/x-www-form-urlencoded; charset=utf-8").params().get("status").unwrap(), "body");
        assert_eq!(post("application/json").params().get("status").unwrap(), "query");
    }
}
