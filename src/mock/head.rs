//! The head of an answer, as IIS with ASP.NET writes it.

use std::borrow::Cow;
use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::header::{CONNECTION, CONTENT_LENGTH, DATE, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use hyper::{Response, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use crate::protocol::Answer;

/// What hyper writes of a head: the status, and what tells how the body is framed. `headers` is a map without any, whose memory
/// is used.
pub(super) fn head(answer: &Answer, headers: HeaderMap) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = status(answer);
    *response.headers_mut() = headers;
    for (name, value) in further(answer).iter().filter(|(name, _)| frames(name)) {
        response.headers_mut().insert(name, value.clone());
    }
    response
}

fn status(answer: &Answer) -> StatusCode {
    StatusCode::from_u16(answer.http_status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Whether a header is a matter between hyper and the body.
fn frames(name: &HeaderName) -> bool {
    [CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING].contains(name)
}

/// Writes the rest of a head: each header as a line.
pub(super) fn write_lines(answer: &Answer, lines: &mut Vec<u8>) {
    let (further, has_type) = (further(answer), has_type(answer));
    // Recorded answers of real instances carry the last two.
    let own = [
        ("Cache-Control", "private, max-age=0", true),
        ("Content-Type", &*answer.content_type, has_type),
        ("Content-Encoding", "gzip", answer.is_compressed),
        ("Vary", "Accept-Encoding", answer.is_compressed),
        ("X-AspNet-Version", "4.0.30319", true),
        ("X-Powered-By", "ASP.NET", true),
    ];
    let own = own.iter().filter(|(_, _, is_sent)| *is_sent);
    for (name, value, _) in own.clone() {
        let replaced = further.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_bytes());
        write_line(name, replaced.unwrap_or(value.as_bytes()), lines);
    }
    let is_own = |name: &HeaderName| own.clone().any(|(own, ..)| name == own);
    for (name, value) in further.iter().filter(|(name, _)| !is_own(name) && !frames(name)) {
        write_line(&name_as_iis(name), value.as_bytes(), lines);
    }
}

fn write_line(name: &str, value: &[u8], lines: &mut Vec<u8>) {
    for part in [name.as_bytes(), b": ", value, b"\r\n"] {
        lines.extend_from_slice(part);
    }
}

fn has_type(answer: &Answer) -> bool {
    let is_valid = match &answer.content_type {
        Cow::Borrowed(_) => true,
        Cow::Owned(text) => HeaderValue::from_str(text).is_ok(),
    };
    is_valid && !answer.content_type.is_empty()
}

/// The headers of an answer's own that can be sent.
fn further(answer: &Answer) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    headers
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

/// A whole head, for an answer that goes past hyper; `framing` is one header line, or none. It is the connection's last.
pub(super) fn head_bytes(answer: &Answer, framing: &str) -> Vec<u8> {
    let status = status(answer);
    let reason = status.canonical_reason().unwrap_or("Unknown");
    let mut bytes = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
    write_lines(answer, &mut bytes);
    for (name, value) in further(answer).iter().filter(|(name, _)| frames(name)) {
        write_line(&name_as_iis(name), value.as_bytes(), &mut bytes);
    }
    let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&Timestamp::now());
    let date = date.map_or_else(|_| String::new(), |date| format!("Date: {date}\r\n"));
    let framing = if framing.is_empty() { String::new() } else { format!("{framing}\r\n") };
    bytes.extend(format!("Connection: close\r\n{framing}{date}\r\n").into_bytes());
    bytes
}

/// Names that IIS does not write with a capital at the beginning of each word alone.
const IRREGULAR: [&str; 3] = ["ETag", "WWW-Authenticate", "X-AspNet-Version"];

/// The name of a header as IIS writes it, `X-AspNet-Version`. Names are case-insensitive by standard, and careless clients look
/// for them letter by letter.
fn name_as_iis(name: &HeaderName) -> Cow<'static, str> {
    if let Some(irregular) = IRREGULAR.into_iter().find(|known| name == known) {
        return irregular.into();
    }
    let mut begins = true;
    let letter = |letter: char| {
        let written = if begins { letter.to_ascii_uppercase() } else { letter };
        begins = letter == '-';
        written
    };
    name.as_str().chars().map(letter).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::{head_bytes, write_lines};
    use crate::protocol::Answer;

    fn lines(answer: &Answer) -> String {
        let mut lines = Vec::new();
        write_lines(answer, &mut lines);
        String::from_utf8(lines).unwrap()
    }

    fn with(headers: &[(&str, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Answer { headers, ..Answer::new(200, Answer::XML, "") }
    }

    #[test]
    fn a_plain_answer_has_the_headers_of_iis() {
        let always = "X-AspNet-Version: 4.0.30319\r\nX-Powered-By: ASP.NET\r\n";
        let typed = "Cache-Control: private, max-age=0\r\nContent-Type: text/xml; charset=utf-8\r\n";
        assert_eq!(lines(&with(&[])), format!("{typed}{always}"));
        let compressed = Answer { is_compressed: true, ..with(&[]) };
        assert_eq!(lines(&compressed), format!("{typed}Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n{always}"));
        for content_type in ["", "a\r\nb"] {
            let untyped = Answer::new(200, content_type.to_owned(), "");
            assert_eq!(lines(&untyped), format!("Cache-Control: private, max-age=0\r\n{always}"));
        }
    }

    #[test]
    fn a_header_of_its_own_replaces_one_that_is_there_and_one_that_cannot_be_sent_is_left_out() {
        let answer = with(&[
            ("retry-AFTER", "1"),
            ("etag", "first"),
            ("cache-control", "no-store"),
            ("x-ASPNET-version", "x-y"),
            ("www-authenticate", ""),
            ("ETAG", "x"),
            ("a b", "x"),
            ("a", "x\r\nb: c"),
            ("content-length", "0"),
        ]);
        let expected = "Cache-Control: no-store\r\nContent-Type: text/xml; charset=utf-8\r\nX-AspNet-Version: x-y\r\n\
                        X-Powered-By: ASP.NET\r\nRetry-After: 1\r\nETag: x\r\nWWW-Authenticate: \r\n";
        assert_eq!(lines(&answer), expected);
    }

    #[test]
    fn a_head_past_hyper_is_the_last_of_its_connection() {
        let head = String::from_utf8(head_bytes(&with(&[("a", "b")]), "Content-Length: 5")).unwrap();
        let (before, date) = head.split_once("Date: ").unwrap();
        let lines = lines(&with(&[("a", "b")]));
        assert_eq!(before, format!("HTTP/1.1 200 OK\r\n{lines}Connection: close\r\nContent-Length: 5\r\n"));
        assert!(date.ends_with(" GMT\r\n\r\n"), "{date}");
    }
}
