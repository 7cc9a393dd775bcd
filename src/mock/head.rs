//! The head of an answer, as IIS with ASP.NET writes it.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue, VARY};
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
    if answer.is_compressed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
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

/// The body of an answer as it goes over the wire.
pub(super) fn body(answer: &Answer) -> Bytes {
    if !answer.is_compressed {
        return answer.body.clone();
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into memory cannot fail.
    let _ = encoder.write_all(&answer.body);
    encoder.finish().unwrap_or_default().into()
}

/// The same as bytes, for an answer that goes past hyper; `framing` is one header line, or
/// none. It is the connection's last.
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
    let framing = if framing.is_empty() { String::new() } else { format!("{framing}\r\n") };
    bytes.extend(format!("connection: close\r\n{framing}{date}\r\n").into_bytes());
    write_names_as_iis(&mut bytes);
    bytes
}

/// Names that IIS does not write with a capital at the beginning of each word alone.
const IRREGULAR: [&str; 3] = ["ETag", "WWW-Authenticate", "X-AspNet-Version"];

/// Writes the names of headers in a head as IIS does, `X-AspNet-Version`, and changes nothing else. Names are
/// case-insensitive by standard, and careless clients look for them letter by letter.
pub(super) fn write_names_as_iis(head: &mut [u8]) {
    for line in head.split_mut(|byte| *byte == b'\n').skip(1) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = &mut line[..colon];
        if let Some(irregular) = IRREGULAR.iter().find(|known| known.as_bytes().eq_ignore_ascii_case(name)) {
            name.copy_from_slice(irregular.as_bytes());
            continue;
        }
        let mut begins = true;
        for letter in name {
            *letter = if begins { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() };
            begins = *letter == b'-';
        }
    }
}

/// How the bytes that hyper writes are divided into heads and bodies. Heads are rewritten on their way; bodies never.
#[derive(Default)]
pub(super) struct Heads {
    /// How many bytes the body has of each answer that is on its way, the current one first.
    bodies: VecDeque<usize>,
    /// What is still to be written of a head that has been rewritten.
    rest: Vec<u8>,
    /// How much of the current body has been written; none before its head has.
    written: Option<usize>,
}

impl Heads {
    /// Another answer is on its way, with no body so far.
    pub(super) fn begin(&mut self) {
        self.bodies.push_back(0);
    }

    /// The body of the latest answer has so many bytes more.
    pub(super) fn add_to_body(&mut self, bytes: usize) {
        if let Some(last) = self.bodies.back_mut() {
            *last += bytes;
        }
    }

    /// What is to be written in place of these bytes, which are as many.
    pub(super) fn rewrite<'b>(&mut self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        // An interim answer, `100 Continue`, counts as part of the body it stands behind.
        if self.bodies.len() > 1 && self.written >= self.bodies.front().copied() {
            self.bodies.pop_front();
            self.written = None;
        }
        if self.written.is_some() || self.bodies.is_empty() {
            return Cow::Borrowed(bytes);
        }
        if self.rest.is_empty() {
            // Hyper buffers a head as a whole before it writes any of it.
            let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Cow::Borrowed(bytes) };
            self.rest = bytes[..end + 4].to_vec();
            write_names_as_iis(&mut self.rest);
        }
        let behind = bytes.get(self.rest.len()..).unwrap_or_default();
        Cow::Owned([&self.rest, behind].concat())
    }

    /// So many of the bytes last rewritten have been written.
    pub(super) fn advance(&mut self, bytes: usize) {
        let of_head = bytes.min(self.rest.len());
        if of_head > 0 {
            self.rest.drain(..of_head);
            if self.rest.is_empty() {
                self.written = Some(0);
            }
        }
        if let Some(written) = &mut self.written {
            *written += bytes - of_head;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Heads;

    /// What arrives where the socket takes so many bytes at a time.
    fn sent(answers: &[(&str, &str)], at_a_time: usize) -> String {
        let mut heads = Heads::default();
        let mut arrived = Vec::new();
        for (head, body) in answers {
            heads.begin();
            heads.add_to_body(body.len());
            let bytes = [head.as_bytes(), body.as_bytes()].concat();
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let rewritten = heads.rewrite(rest).into_owned();
                assert_eq!(rewritten.len(), rest.len());
                let taken = at_a_time.min(rest.len());
                arrived.extend(&rewritten[..taken]);
                heads.advance(taken);
                rest = &rest[taken..];
            }
        }
        String::from_utf8(arrived).unwrap()
    }

    #[test]
    fn heads_are_rewritten_and_bodies_are_not_however_they_are_cut() {
        let answers = [
            (
                "HTTP/1.1 200 OK\r\ncontent-type: a:b\r\nX-ASPNET-VERSION: x-y\r\n\r\n",
                "x-aspnet-version: 1\r\n\r\nhttp: b",
            ),
            ("HTTP/1.1 500 no: body\r\netag: x\r\n\r\n", ""),
            ("HTTP/1.1 200 OK\r\nretry-after: 1\r\n\r\n", "a: b"),
        ];
        let expected = "HTTP/1.1 200 OK\r\nContent-Type: a:b\r\nX-AspNet-Version: x-y\r\n\r\nx-aspnet-version: 1\r\n\r\nhttp: b\
                        HTTP/1.1 500 no: body\r\nETag: x\r\n\r\n\
                        HTTP/1.1 200 OK\r\nRetry-After: 1\r\n\r\na: b";
        for at_a_time in [1, 2, 3, 7, 50, 1_000] {
            assert_eq!(sent(&answers, at_a_time), expected, "{at_a_time}");
        }
    }
}
