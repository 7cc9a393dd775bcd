//! How the end of an answer's body is told, for clients that speak HTTP by hand.

/// What tells the end of a body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Framing {
    #[default]
    Length,
    Chunks,
    Close,
}

/// How the body behind a head is framed, the body, and whether all of it came before the connection was closed.
pub(crate) fn framed(head: &str, body: &[u8]) -> (Framing, Vec<u8>, bool) {
    let header = |name: &str| {
        let mut headers = head.lines().filter_map(|line| line.split_once(':'));
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    if header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        let (body, is_whole) = unchunked(body);
        return (Framing::Chunks, body, is_whole);
    }
    match header("content-length").map(str::parse::<usize>) {
        None => (Framing::Close, body.to_vec(), true),
        Some(length) => (Framing::Length, body.to_vec(), length == Ok(body.len())),
    }
}

/// What stands in chunks, and whether the last of them came.
fn unchunked(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some(line) = rest.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&rest[..line]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(chunk) = size.and_then(|size| rest.get(line + 2..line + 2 + size)) else { break };
        if chunk.is_empty() {
            return (body, true);
        }
        body.extend(chunk);
        rest = rest.get(line + 2 + chunk.len() + 2..).unwrap_or_default();
    }
    (body, false)
}
