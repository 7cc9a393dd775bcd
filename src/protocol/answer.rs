//! What comes back for an update: HTTP status, headers and bytes.

use std::borrow::Cow;

use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::as_text;
use super::code::Code;
use super::{script, xml};
use crate::secret::cut;

/// How much of a body is shown.
const LONGEST_SHOWN: usize = 4 * 1024;

/// An HTTP answer as CAKE or anything in its place sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The HTTP status; as far as anyone knows 200 whatever the code.
    pub http_status: u16,
    /// The `Content-Type` header, empty where there was none.
    pub content_type: Cow<'static, str>,
    /// Further headers of its own: name and value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte, before it is compressed.
    #[serde(with = "as_text")]
    #[schemars(with = "as_text::Written")]
    pub body: Bytes,
    /// Whether it is delivered compressed, because the client accepts that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_compressed: bool,
}

impl Answer {
    /// The content type of a successful `.asmx` answer (platform).
    pub const XML: &'static str = "text/xml; charset=utf-8";
    /// The content type of an `.asmx` failure before the method runs (platform).
    pub const TEXT: &'static str = "text/plain; charset=utf-8";
    /// The content type of an IIS error page (platform).
    pub const HTML: &'static str = "text/html; charset=utf-8";

    /// An answer without further headers.
    pub fn new(http_status: u16, content_type: impl Into<Cow<'static, str>>, body: impl Into<Bytes>) -> Self {
        Self {
            http_status,
            content_type: content_type.into(),
            headers: Vec::new(),
            body: body.into(),
            is_compressed: false,
        }
    }

    /// The code in the body: directly under the root of the XML, or in `d` of an answer to a script.
    pub fn code(&self) -> Option<Code> {
        xml::read(&self.body).map(|reading| reading.code).ok().or_else(|| script::read_code(&self.body))
    }

    /// What stands before the link in a header `Refresh` that leads on without a wait.
    pub const AT_ONCE: &str = "0; url=";

    /// Where the headers lead a client, by `Location` or `Refresh`.
    pub fn link(&self) -> Option<&str> {
        self.headers.iter().find(|(name, _)| leads(name)).map(|(_, link)| link.as_str())
    }

    /// The same of a redirect. A page with `Refresh` is none.
    pub fn redirect(&self) -> Option<&str> {
        self.link().filter(|_| matches!(self.http_status, 300..400))
    }

    /// The link, to be changed.
    pub fn links_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.headers.iter_mut().filter(|(name, _)| leads(name)).map(|(_, link)| link)
    }

    /// Whether the HTTP status is 2xx.
    pub fn is_success(&self) -> bool {
        matches!(self.http_status, 200..300)
    }

    /// The body as text; bytes that are not UTF-8 show as U+FFFD.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The same, cut off where it is long.
    pub fn shown(&self) -> String {
        let text = self.text();
        match cut(&text, LONGEST_SHOWN) {
            None => text.into_owned(),
            Some(head) => format!("{head}[… {} bytes in all]", self.body.len()),
        }
    }
}

fn leads(header: &str) -> bool {
    matches!(header, "location" | "refresh")
}
