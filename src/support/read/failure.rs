//! Exceptions and error texts of the HTTP libraries that buyers use: what failed, in which words, and the status in them.

use std::ops::Range;

use super::text::http_status;
use crate::support::phrases::{Says, phrases};
use crate::support::ticket::FailureKind;

use FailureKind::{Dns, Other, Proxy, Redirect, Refused, Reset, Timeout, Tls, TlsVersion, Url};

/// What can fail, by the phrases for it; the telling kinds first.
const KINDS: [(&str, FailureKind); 9] = [
    ("failed-proxy", Proxy),
    ("failed-tls-version", TlsVersion),
    ("failed-dns", Dns),
    ("failed-tls", Tls),
    ("failed-redirect", Redirect),
    ("failed-url", Url),
    ("failed-timeout", Timeout),
    ("failed-refused", Refused),
    ("failed-reset", Reset),
];

/// The level of a line of a log is one of so many words.
const MOST_WORDS: usize = 20;

/// What failed, and which words show it.
pub(super) fn kind(lower: &str) -> Option<(FailureKind, Range<usize>)> {
    let of_words = |(meaning, kind): &(&str, FailureKind)| {
        phrases(meaning).iter().find_map(|word| lower.find(word).map(|at| (*kind, at..at + word.len())))
    };
    curl_code(lower).or_else(|| KINDS.iter().find_map(of_words))
}

/// Whether a line is out of an exception or an error text.
pub(super) fn is_error_line(lower: &str) -> bool {
    lower.means("exception")
        || lower.means("logging-library") && !is_told_in_passing(lower) && !is_code(lower)
        || is_go_error(lower)
        || is_telling(lower)
        || names_a_class(lower)
}

/// Whether a log has a line at a level at which nothing failed: `DEBUG urllib3.connectionpool https://…`.
fn is_told_in_passing(lower: &str) -> bool {
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    words.take(MOST_WORDS).any(|word| matches!(word, "trace" | "debug" | "info" | "information" | "dbug" | "dbg"))
}

/// Whether a line is code that uses a library: `import httpx`, `client = httpx.Client(…)`.
fn is_code(lower: &str) -> bool {
    let begins = ["import ", "using ", "from "].iter().any(|word| lower.trim_start().starts_with(word));
    let of_library = |word: &String| {
        let before = lower.find(word).map_or("", |at| lower[..at].trim_end());
        ["=", "new", "await", "return", "with"].iter().any(|word| before.ends_with(word))
    };
    begins || phrases("logging-library").iter().any(of_library)
}

/// The class of an exception in front of its message: `com.example.RejectedException: …`, `Cake::Refused: …`.
pub(super) fn names_a_class(lower: &str) -> bool {
    // Elixir: `** (Cake.RefusedError) …`.
    if lower.starts_with("** (") {
        return true;
    }
    lower.match_indices(": ").any(|(at, _)| {
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '(' | '[');
        let word = lower[..at].rsplit(ends).next().unwrap_or_default();
        let is_named = ["exception", "error"].iter().any(|end| word.strip_suffix(end).is_some_and(|own| own.len() > 2));
        let is_path = |separator: &str| word.split(separator).filter(|part| !part.is_empty()).count() > 1;
        is_named || is_path("::") && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":_".contains(&byte))
    })
}

/// A line that a program wrote, with words that only programs write.
fn is_telling(lower: &str) -> bool {
    // "It can't connect to you" is what people write.
    let is_prose = lower.says(&["connect to you", "connect to the api", "connect to your", "connect to it"]);
    let is_failure =
        |(kind, words): (_, Range<usize>)| is_quoted(kind, &lower[words]) || lower.means("beside-an-error");
    !is_prose && (lower.means("code-of-an-error") || kind(lower).is_some_and(is_failure))
}

/// Whether words are a library's own, which people repeat in the middle of a sentence and do not make up.
fn is_quoted(kind: FailureKind, words: &str) -> bool {
    let count = words.split(' ').count();
    match kind {
        Dns | TlsVersion => count > 2,
        Tls => count > 3,
        Url => true,
        _ => false,
    }
}

/// `Get "https://…": dial tcp …`.
fn is_go_error(lower: &str) -> bool {
    lower.says(&["get \"http", "post \"http", "head \"http"]) && lower.contains("\": ")
}

/// By curl's own number, which its words often leave out: `curl: (6)`, `cURL error 6:`, or the code that it ended with.
fn curl_code(lower: &str) -> Option<(FailureKind, Range<usize>)> {
    let behind = |words: &[&str]| words.iter().find_map(|word| lower.find(word).map(|at| (at, at + word.len())));
    // A program that started curl: `Command '['curl', …]' returned non-zero exit status 6.`
    let ended = ["exit status ", "exit code ", "exited with code ", "exited with status ", "exited with "];
    let named = behind(&["curl: (", "curl error ", "curl error: ", "curl errno ", "curl_errno: "]);
    let (start, digits) = named.or_else(|| behind(&ended).filter(|_| lower.contains("curl")))?;
    let len = lower[digits..].find(|c: char| !c.is_ascii_digit()).unwrap_or(lower.len() - digits);
    let number: u32 = lower[digits..digits + len].parse().ok()?;
    let is_version = lower.means("failed-tls-version");
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
    let lower = text.to_ascii_lowercase();
    let number_at = |at: usize| {
        let digits = lower.get(at..at + 3)?;
        let ends = lower.as_bytes().get(at + 3).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        http_status(digits).filter(|_| ends).map(|status| (status, at..at + 3))
    };
    let behind = |word: &String| lower.match_indices(word).find_map(|(at, word)| number_at(at + word.len()));
    // Java: `response code: 500 for URL`, Spring: `500 Internal Server Error`.
    let before = |reason: &String| lower.find(reason).and_then(|at| at.checked_sub(4)).and_then(number_at);
    let named = phrases("before-status").iter().find_map(behind);
    named.or_else(|| number_at(0)).or_else(|| phrases("behind-status").iter().find_map(before))
}

#[cfg(test)]
mod tests {
    use super::{is_error_line, kind, status};
    use crate::support::FailureKind::{self, Dns, Proxy, Refused, Reset, Timeout, Tls, TlsVersion};

    fn kind_of(text: &str) -> Option<FailureKind> {
        kind(&text.to_ascii_lowercase()).map(|(kind, _)| kind)
    }

    #[test]
    fn a_library_is_named_in_code_and_in_logs_where_nothing_failed() {
        for line in [
            "debug:urllib3.connectionpool:starting new https connection (1): h:443",
            "info: system.net.http.httpclient.feedback.clienthandler[101]",
            "2026-03-02 11:05:31,902 info  httpx http request: get https://h/p \"http/1.1 200 ok\"",
            "client = httpx.client(base_url=base)",
            "import java.net.uri;",
        ] {
            assert!(!is_error_line(line), "{line}");
        }
        for line in
            ["httpx.connecttimeout: timed out", "\tat okhttp3.internal.connection.realcall.execute(realcall.kt)"]
        {
            assert!(is_error_line(line), "{line}");
        }
    }

    #[test]
    fn errors_of_every_library_are_recognised() {
        for (text, expected) in [
            ("curl: (6) Could not resolve host: x", Some(Dns)),
            ("curl: (7) Failed to connect to x port 443 after 3 ms: Couldn't connect to server", Some(Refused)),
            ("curl: (35) error:1409442E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version", Some(TlsVersion)),
            ("curl: (60) SSL certificate problem: unable to get local issuer certificate", Some(Tls)),
            ("curl: (56) CONNECT tunnel failed, response 407", Some(Proxy)),
            ("CalledProcessError: Command '['curl', '-s', 'https://x']' returned non-zero exit status 6.", Some(Dns)),
            ("Error: Command failed with exit code 28: curl https://x", Some(Timeout)),
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
