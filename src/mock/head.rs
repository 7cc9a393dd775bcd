//! The head of an answer, as IIS with ASP.NET writes it.

use std::borrow::Cow;

use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use crate::protocol::Answer;

/// The head of an answer, without what tells how its body is framed.
pub(super) fn head(answer: &Answer) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::from_u16(answer.http_status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=0"));
    let content_type = match &answer.content_type {
        Cow::Borrowed(text) => Ok(HeaderValue::from_static(text)),
        Cow::Owned(text) => HeaderValue::from_str(text),
    };
    if let Ok(content_type) = content_type
        && !content_type.is_empty()
    {
        headers.insert(CONTENT_TYPE, content_type);
    }
    // Recorded answers of real instances carry both.
    headers.insert(HeaderName::from_static("x-aspnet-version"), HeaderValue::from_static("4.0.30319"));
    headers.insert(HeaderName::from_static("x-powered-by"), HeaderValue::from_static("ASP.NET"));
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    response
}

/// The same as bytes, for an answer that goes past hyper; `framing` is one header line. It is the connection's last.
pub(super) fn head_bytes(answer: &Answer, framing: &str) -> Vec<u8> {
    let response = head(answer);
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or("Unknown");
    let mut bytes = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
    for (name, value) in response.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&Timestamp::now());
    let date = date.map_or_else(|_| String::new(), |date| format!("date: {date}\r\n"));
    bytes.extend(format!("connection: close\r\n{framing}\r\n{date}\r\n").into_bytes());
    bytes
}
