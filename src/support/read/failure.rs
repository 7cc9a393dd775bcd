//! Exceptions and error texts of the HTTP libraries that buyers use: what failed, in which words, and the status in them.

use std::ops::Range;

use super::text::http_status;
use crate::support::ticket::FailureKind;

use FailureKind::{Dns, Other, Proxy, Refused, Reset, Timeout, Tls, TlsVersion};

/// Words that libraries use, the telling ones first. All in lower case.
const WORDS: &[(FailureKind, &[&str])] = &[
    (
        Proxy,
        &[
            "proxyconnect",
            "proxyerror",
            "could not resolve proxy",
            "connect tunnel failed",
            "cannot connect to proxy",
            "unable to connect to proxy",
            "unable to tunnel through proxy",
            "proxy authentication required",
            "from proxy after connect",
            "response from proxy",
            "err_proxy_connection_failed",
            "err_tunnel_connection_failed",
            "tunneling socket could not be established",
            "proxy connect aborted",
        ],
    ),
    (
        TlsVersion,
        &[
            "protocol version not supported",
            "alert protocol version",
            "protocol_version",
            "unsupported protocol",
            "wrong version number",
            "no protocols available",
            "unsupported_protocol",
            "unsupported or unrecognized ssl message",
            "could not create ssl/tls secure channel",
            "no appropriate protocol",
            "err_ssl_version_or_cipher_mismatch",
            "client and server cannot communicate, because they do not possess a common algorithm",
            "inappropriate_fallback",
            "version too low",
        ],
    ),
    (
        Dns,
        &[
            "could not resolve host",
            "couldn't resolve host",
            "name or service not known",
            "nodename nor servname",
            "temporary failure in name resolution",
            "name resolution",
            "getaddrinfo failed",
            "no such host",
            "no address associated with",
            "unknownhostexception",
            "remote name could not be resolved",
            "enotfound",
            "eai_again",
            "unable to resolve host",
            "nxdomain",
            "err_name_not_resolved",
            "getaddrinfo: ",
            "bad hostname",
            "failed to lookup address",
            "php_network_getaddresses",
            "nameresolutionerror",
            "server can't find",
            "name does not resolve",
            "non-existent domain",
        ],
    ),
    (
        Tls,
        &[
            "ssl certificate problem",
            "certificate verify failed",
            "certificate_verify_failed",
            "unable to get local issuer",
            "self signed certificate",
            "self-signed certificate",
            "certificate has expired",
            "cert_has_expired",
            "unable_to_verify_leaf_signature",
            "depth_zero_self_signed_cert",
            "err_tls_cert_altname_invalid",
            "pkix path",
            "sslhandshakeexception",
            "ssl_connect returned",
            "sslerror",
            "x509: ",
            "tls: ",
            "err_cert_",
            "err_ssl_",
            "ssl: no alternative certificate",
            "remote certificate is invalid",
            "the ssl connection could not be established",
            "trust relationship for the ssl",
            "certificate subject name",
            "ssl handshake",
            "handshake failure",
            "handshake_failure",
            "eproto",
            "openssl::ssl::sslerror",
            "ssl_error_syscall",
            "certpathvalidatorexception",
            "ssl connection error",
            "invalid peer certificate",
        ],
    ),
    (
        Timeout,
        &[
            "timed out",
            "timedout",
            "time-out",
            "sockettimeoutexception",
            "connecttimeout",
            "readtimeout",
            "i/o timeout",
            "deadline exceeded",
            "timeout of ",
            "timeout was reached",
            "operation timeout",
            "httpclient.timeout",
            "net::opentimeout",
            "net::readtimeout",
            "err_timed_out",
            "und_err_connect_timeout",
            "und_err_headers_timeout",
            "und_err_body_timeout",
            "timeouterror",
            "taskcanceledexception",
            "econnaborted",
            "read timeout",
            "gateway time-out",
        ],
    ),
    (
        Refused,
        &[
            "connection refused",
            "econnrefused",
            "failed to connect to",
            "couldn't connect to",
            "could not connect to",
            "unable to connect to the remote server",
            "actively refused",
            "err_connection_refused",
            "no route to host",
            "ehostunreach",
            "enetunreach",
            "network is unreachable",
            "can't connect to",
            "err_address_unreachable",
            "noroutetohostexception",
            "network unreachable",
        ],
    ),
    (
        Reset,
        &[
            "connection reset",
            "econnreset",
            "socket hang up",
            "connection was closed",
            "connection was forcibly closed",
            "empty reply from server",
            "unexpected eof",
            "eoferror",
            "err_connection_reset",
            "err_connection_closed",
            "err_empty_response",
            "recv failure",
            "send failure",
            "broken pipe",
            "remotedisconnected",
            "end of file reached",
            "server disconnected",
            "server closed the connection",
            "und_err_socket",
            "premature end",
            "failed to respond",
        ],
    ),
];

/// Words of an exception that say nothing of the network: an answer came, or nobody can tell.
const EXCEPTIONS: &[&str] = &[
    "system.net.",
    "guzzlehttp",
    "requests.exceptions.",
    "urllib.error.",
    "urllib3.",
    "urlerror",
    "httperror",
    "httpx.",
    "httpstatuserror",
    "aiohttp.",
    "axioserror",
    "request failed with status code",
    "typeerror: fetch failed",
    "failed to fetch",
    "networkerror when attempting",
    "uncaught (in promise)",
    "resulted in a `",
    "curl error ",
    "curl: (",
    "the remote server returned an error",
    "response status code does not indicate success",
    "server returned http response code",
    "exception in thread",
    "traceback (most recent call last)",
    "failed to open stream",
    "http request failed",
    "unhandled exception",
    "unhandledpromiserejection",
    "restclientexception",
    "httpservererrorexception",
    "httpclienterrorexception",
    "webclientresponseexception",
    "feignexception",
    "during [get] to [",
    "the requested url returned error",
    "faraday::",
    "restclient::",
    "net::http",
    "the request was aborted",
    "the operation has timed out",
    "unable to connect to the remote server",
    "the remote name could not be resolved",
    "the underlying connection was closed",
    "could not resolve host",
    "getaddrinfo",
    "certificate verify failed",
    "max retries exceeded with url",
    "irm : ",
    "iwr : ",
    "net::readtimeout",
    "net::opentimeout",
    "httparty::",
    "socketerror",
    "lwp::",
    "got error from request",
    "invoke-restmethod :",
    "invoke-webrequest :",
    "invoke-restmethod: ",
    "invoke-webrequest: ",
    "fatal error: uncaught",
    "java.io.ioexception",
    "java.net.",
    "javax.net.ssl",
    "okhttp3.",
    "blocked by cors policy",
    "msxml3.dll",
    "msxml6.dll",
    "winhttp.winhttprequest",
    "errno::",
    "net::err_",
    "soapexception",
    "error 500: ",
    "error 404: ",
    "error 403: ",
    "badresponsestatuscode",
    "unsuccessful response",
    "http error 5",
    "http error 4",
    "reqwest::error",
];

/// What failed, and which words show it.
pub(super) fn kind(lower: &str) -> Option<(FailureKind, Range<usize>)> {
    if let Some(found) = curl_code(lower) {
        return Some(found);
    }
    WORDS
        .iter()
        .find_map(|(kind, words)| words.iter().find_map(|word| lower.find(word).map(|at| (*kind, at..at + word.len()))))
}

/// Whether a line is out of an exception or an error text.
pub(super) fn is_error_line(lower: &str) -> bool {
    EXCEPTIONS.iter().any(|word| lower.contains(word)) || is_go_error(lower) || is_telling(lower)
}

/// A line that a program wrote, with words that only programs write.
fn is_telling(lower: &str) -> bool {
    let is_code = [
        "enotfound",
        "econnrefused",
        "etimedout",
        "econnreset",
        "eai_again",
        "und_err_",
        "err_name_",
        "err_connection_",
    ];
    let marks = [
        "error:",
        "exception",
        "errno",
        "failed:",
        "fatal:",
        "wget: ",
        "lookup ",
        "dial tcp",
        "[error]",
        "error ",
        "warning:",
        "error]",
    ];
    is_code.iter().any(|word| lower.contains(word))
        || marks.iter().any(|word| lower.contains(word)) && kind(lower).is_some()
}

/// `Get "https://…": dial tcp …`.
fn is_go_error(lower: &str) -> bool {
    ["get \"http", "post \"http", "head \"http"].iter().any(|begin| lower.contains(begin)) && lower.contains("\": ")
}

/// By curl's own number, which its words often leave out: `curl: (6)`, `cURL error 6:`.
fn curl_code(lower: &str) -> Option<(FailureKind, Range<usize>)> {
    let (start, digits) =
        ["curl: (", "curl error ", "curl error: ", "curl errno ", "curl_errno: "].iter().find_map(|word| {
            let at = lower.find(word)?;
            Some((at, at + word.len()))
        })?;
    let len = lower[digits..].find(|c: char| !c.is_ascii_digit()).unwrap_or(lower.len() - digits);
    let number: u32 = lower[digits..digits + len].parse().ok()?;
    let is_version = WORDS[1].1.iter().any(|word| lower.contains(word));
    let kind = match number {
        5 | 97 => Proxy,
        6 => Dns,
        7 if lower.contains("proxy") => Proxy,
        7 => Refused,
        28 => Timeout,
        35 if is_version => TlsVersion,
        35 if lower.contains("reset") || lower.contains("syscall") => Reset,
        35 | 51 | 53 | 54 | 58 | 59 | 60 | 66 | 77 | 80 | 82 | 83 | 90 | 91 => Tls,
        56 if lower.contains("proxy") || lower.contains("connect tunnel") => Proxy,
        52 | 55 | 56 | 18 | 92 => Reset,
        // The request was answered; the status follows.
        22 => return None,
        _ => Other,
    };
    Some((kind, start..digits + len))
}

/// The HTTP status that an error names.
pub(super) fn status(text: &str) -> Option<(u16, Range<usize>)> {
    const BEFORE: [&str; 24] = [
        "error: (",
        "resulted in a `",
        "returned error: ",
        "status code ",
        "status code: ",
        "statuscode: ",
        "status: ",
        "status=",
        "response code: ",
        "httperror: ",
        "http error ",
        "http/1.1 ",
        "http/1.0 ",
        "http/2 ",
        "http ",
        "server error '",
        "client error '",
        "success: ",
        "exception(code: ",
        "error ",
        "failed: ",
        "feignexception: [",
        "error: ",
        ": [",
    ];
    let lower = text.to_ascii_lowercase();
    let number_at = |at: usize| {
        let digits = lower.get(at..at + 3)?;
        let ends = lower.as_bytes().get(at + 3).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        http_status(digits).filter(|_| ends).map(|status| (status, at..at + 3))
    };
    let found = |word: &&str| lower.match_indices(*word).find_map(|(at, word)| number_at(at + word.len()));
    BEFORE.iter().find_map(found).or_else(|| number_at(0)).or_else(|| {
        // Java: `response code: 500 for URL`, Spring: `500 Internal Server Error`.
        [
            "internal server error",
            "bad request",
            "not found",
            "forbidden",
            "unauthorized",
            "proxy authentication required",
            "service unavailable",
            "bad gateway",
            "gateway time",
        ]
        .iter()
        .find_map(|reason| {
            lower
                .find(reason)
                .and_then(|at| at.checked_sub(4))
                .filter(|at| lower.is_char_boundary(*at))
                .and_then(number_at)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{is_error_line, kind, status};
    use crate::support::FailureKind::{self, Dns, Proxy, Refused, Reset, Timeout, Tls, TlsVersion};

    fn kind_of(text: &str) -> Option<FailureKind> {
        kind(&text.to_ascii_lowercase()).map(|(kind, _)| kind)
    }

    #[test]
    fn errors_of_every_library_are_recognised() {
        for (text, expected) in [
            ("curl: (6) Could not resolve host: x", Some(Dns)),
            ("curl: (7) Failed to connect to x port 443 after 3 ms: Couldn't connect to server", Some(Refused)),
            ("curl: (35) error:1409442E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version", Some(TlsVersion)),
            ("curl: (60) SSL certificate problem: unable to get local issuer certificate", Some(Tls)),
            ("curl: (56) CONNECT tunnel failed, response 407", Some(Proxy)),
            ("curl: (22) The requested URL returned error: 500", None),
            (
                "GuzzleHttp\\Exception\\ConnectException: cURL error 28: Operation timed out after 3000 ms",
                Some(Timeout),
            ),
            ("System.Net.WebException: The remote name could not be resolved: 'x'", Some(Dns)),
            (
                "System.Net.WebException: The remote server returned an error: (407) Proxy Authentication Required.",
                Some(Proxy),
            ),
            ("The request was aborted: Could not create SSL/TLS secure channel. error:", Some(TlsVersion)),
            ("java.net.UnknownHostException: x", Some(Dns)),
            ("javax.net.ssl.SSLHandshakeException: PKIX path building failed", Some(Tls)),
            (
                "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='x', port=443): Max retries exceeded with url: /p (Caused by NewConnectionError('[Errno 111] Connection refused'))",
                Some(Refused),
            ),
            ("Error: getaddrinfo ENOTFOUND x", Some(Dns)),
            ("Error: socket hang up", Some(Reset)),
            ("Get \"https://x/p\": dial tcp: lookup x: no such host", Some(Dns)),
            ("Get \"https://x/p\": remote error: tls: protocol version not supported", Some(TlsVersion)),
            (
                "Get \"https://x/p\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
                Some(Timeout),
            ),
            (
                "Faraday::ConnectionFailed: Failed to open TCP connection to x:443 (getaddrinfo: Name or service not known)",
                Some(Dns),
            ),
            ("error: 500 Can't connect to x:443 (Connection refused)", Some(Refused)),
        ] {
            assert_eq!(kind_of(text), expected, "{text}");
            if !text.contains("hang up") {
                assert!(is_error_line(&text.to_ascii_lowercase()), "{text}");
            }
        }
    }

    #[test]
    fn the_status_in_an_error_is_found() {
        for (text, expected) in [
            ("curl: (22) The requested URL returned error: 500", Some(500)),
            ("`GET https://h/p?a=b` resulted in a `404 Not Found` response:", Some(404)),
            ("The remote server returned an error: (407) Proxy", Some(407)),
            ("Server returned HTTP response code: 500 for URL: https://h", Some(500)),
            ("requests.exceptions.HTTPError: 500 Server Error: x for url: https://h", Some(500)),
            ("httpx.HTTPStatusError: Server error '500 Internal Server Error' for url 'https://h'", Some(500)),
            ("AxiosError: Request failed with status code 500", Some(500)),
            ("Response status code does not indicate success: 500 (Internal Server Error).", Some(500)),
            ("HTTP Error 503: Service Unavailable", Some(503)),
            ("Error: HTTP 500 \"UpdateLead", Some(500)),
            ("x: 500 Internal Server Error", Some(500)),
            ("é Forbidden", None),
            ("waited 5000 ms", None),
        ] {
            assert_eq!(status(text).map(|(status, _)| status), expected, "{text}");
        }
    }

    #[test]
    fn prose_is_no_error() {
        for text in ["hello, we want to report", "the answer is 3", "curl says nothing", "missing parameter: status."] {
            assert!(!is_error_line(text), "{text}");
        }
    }
}
