//! No answer came at all.

use super::{Cause, Who};
use crate::support::Span;
use crate::support::look::{Found, Grade, Look, Variant};
use crate::support::phrases::Says;
use crate::support::ticket::FailureKind;

pub(super) const CAUSES: [Cause; 7] = [
    Cause {
        id: "dns",
        title: "the host name is not found",
        why: "The name in the URL is misspelled, or the machine cannot look it up.",
        who: Who::Buyer,
        change: "compare the host with the one that the network gave you, and look it up on the machine that sends",
        ask: "",
    },
    Cause {
        id: "refused",
        title: "the connection is refused",
        why: "Nothing answers at this port, or a firewall refuses.",
        who: Who::Buyer,
        change: "see that port 443 is called and that the host resolves to the address that it should, then ask the people who run the firewall on the sending side",
        ask: "From which address do you send? Does another https site open from there?",
    },
    Cause {
        id: "timeout",
        title: "no answer came back",
        why: "The server was slow, or the connection broke. Once it is sent, an update may have been recorded all the same.",
        who: Who::Network,
        change: "look in the report whether the update was recorded: sent again it sets the same status, but counts its amounts again",
        ask: "Which lead IDs did the failed updates have? At what time (with zone) did it fail?",
    },
    Cause {
        id: "tls",
        title: "the server's certificate is not accepted",
        why: "The sending machine does not trust the certificate: old root certificates, a proxy in between, or a wrong host.",
        who: Who::Buyer,
        change: "update the root certificates of the sending machine; never turn verification off, since the URL holds the key",
        ask: "Which system and which program send? Is there a proxy that inspects TLS?",
    },
    Cause {
        id: "tls-version",
        title: "the TLS handshake failed",
        why: "Most often the sending system is old, and offers only TLS 1.0 or 1.1, which servers refuse.",
        who: Who::Developer,
        change: "enable TLS 1.2 (old .NET: ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12; Java 7: -Dhttps.protocols=TLSv1.2; others: a newer OpenSSL)",
        ask: "Which system and which version of the runtime send?",
    },
    Cause {
        id: "browser",
        title: "CAKE is called from a web page",
        why: "A browser keeps a page from reading another server's answers unless that server allows it, and CAKE does not. The update may have arrived all the same: only its answer is hidden. Everyone who opens the page can read the key in it.",
        who: Who::Developer,
        change: "call CAKE from a server, never from a page, with a new key; send nothing again before the network has looked which updates arrived",
        ask: "",
    },
    Cause {
        id: "proxy",
        title: "a proxy on the sending side refuses",
        why: "The request did not reach the network.",
        who: Who::Buyer,
        change: "have the host allowed in the proxy, and where the proxy wants a login, give the program its user and password",
        ask: "",
    },
];

/// Whether the words are those of a connection that never came about.
fn is_before_sending(prose: &str) -> bool {
    prose.says(&[
        "connect etimedout",
        "connection timed out",
        "connecttimeout",
        "connect timed out",
        "failed to connect",
        "connect timeout",
        "dial tcp",
    ])
}

/// Whether somebody writes that the same URL works from another machine.
fn works_elsewhere(prose: &str) -> bool {
    let elsewhere = [
        "from a laptop",
        "from my laptop",
        "on my laptop",
        "from my pc",
        "on my pc",
        "from my machine",
        "on my machine",
        "in a browser",
        "in the browser",
        "in my browser",
        "from the office",
        "from home",
        "from another",
        "on another",
        "other server",
        "old server",
        "locally",
    ];
    let denied = [" not ", "n't", " no ", "no longer", "never", "nothing", "neither", "nowhere"];
    let works = ["works", "worked", "answers", "success", "resolves", "is fine", "opens", "reachable"];
    prose
        .split(['\n', '!', '?'])
        .flat_map(|line| line.split(". "))
        .any(|one| one.says(&elsewhere) && one.says(&works) && !one.says(&denied))
}

/// Whether the ticket names Java 6, and not "Java 64-bit".
fn is_java_6(prose: &str) -> bool {
    let names = ["java 6", "jdk6", "jre6", "jre 1.6", "jdk 1.6", "jdk1.6", "jre1.6", "java 1.6"];
    let is_whole = |(at, name): (usize, &str)| !prose[at + name.len()..].starts_with(|c: char| c.is_ascii_digit());
    names.iter().flat_map(|name| prose.match_indices(name)).any(is_whole)
}

/// How to turn TLS 1.2 on in the runtime that a ticket shows; empty where it shows none.
fn of_runtime(prose: &str) -> &'static str {
    match () {
        () if is_java_6(prose) => "use Java 8 or later: Java 6 cannot speak TLS 1.2",
        () if prose.says(&["javax.", "java.", "jdk", "sun.security"]) => {
            "start Java with -Dhttps.protocols=TLSv1.2, or use Java 8 or later"
        }
        () if prose.says(&["invoke-webrequest", "invoke-restmethod"]) => {
            "put [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12 at the top of the script"
        }
        () if prose.says(&["securityprotocoltype."]) => {
            "set SecurityProtocolType.Tls12 where the code sets ServicePointManager.SecurityProtocol, and no older one"
        }
        () if prose.says(&["sslvtlsv1", "idssl", "idhttp"]) => {
            "set SSLOptions.Method := sslvTLSv1_2 (OpenSSL 1.0.1 or later beside the program can do it)"
        }
        () if prose.says(&["system.net", "webexception", ".net framework"]) => {
            "set ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12, or use .NET 4.7 or later"
        }
        () => "",
    }
}

/// What to do about an issuer that is not known, by what the ticket shows of the sender.
const ROOTS: [(&[&str], &str); 7] = [
    (
        &["zscaler", "netskope", "fortinet", "fortigate", "umbrella", "sophos"],
        "a proxy of your own network puts its own certificate in front: add the proxy's root to those of the sending program, or let this host through without it",
    ),
    (
        &["pkix path", "javax.net.ssl"],
        "update the JDK, or import the root that is missing into its cacerts; behind a proxy that inspects TLS, that is the proxy's",
    ),
    (
        &["guzzlehttp", "php "],
        "download a current cacert.pem and name it in php.ini, in curl.cainfo and openssl.cafile; behind a proxy that inspects TLS, add the proxy's root to it",
    ),
    (
        &["requests.exceptions", "urllib3"],
        "update the package certifi; behind a proxy that inspects TLS, name a file with the proxy's root in REQUESTS_CA_BUNDLE",
    ),
    (
        &["x509: "],
        "install the package ca-certificates where the program runs, also in a container; behind a proxy that inspects TLS, add the proxy's root there",
    ),
    (
        &["unable_to_get_issuer", "unable_to_verify_leaf", "self_signed_cert_in_chain"],
        "name a file with the root that is missing in NODE_EXTRA_CA_CERTS; behind a proxy that inspects TLS, that is the proxy's",
    ),
    (
        &["system.net", "authenticationexception"],
        "update the machine's root certificates; behind a proxy that inspects TLS, add the proxy's root to them",
    ),
];

const NEVER: &str = "never turn verification off, since the URL holds the key";

/// A proxy answers HTTP 407.
pub(super) fn asks_for_a_login(look: &mut Look<'_>, place: Option<Span>) {
    let message = "it answers HTTP 407, which asks for a user name and password";
    look.add_with("proxy", Grade::Certain, place, message, "give the program the proxy's user name and password");
}

pub(super) fn check(look: &mut Look<'_>) {
    let of_browser = ["cors policy", "no-cors", "access-control-allow-origin", "cross-origin request", "crossdomain"];
    if look.prose.says(&of_browser) {
        look.add("browser", Grade::Likely, None, "the browser's rules for other hosts are at work");
    }
    let Some(failure) = look.item.failure else { return };
    let of_login = ["(407)", "407 proxy", "code 407", "response 407", "status 407", "http 407"];
    if failure.kind == FailureKind::Proxy && look.prose.says(&of_login) {
        return asks_for_a_login(look, Some(failure.place));
    }
    let mut variant = Variant::Usual;
    let (id, grade, message) = match failure.kind {
        FailureKind::Dns if works_elsewhere(look.prose) => {
            variant = Variant::Elsewhere;
            ("dns", Grade::Likely, "this machine cannot look up the name, and another one can")
        }
        FailureKind::Dns => ("dns", Grade::Certain, "the name was not found"),
        FailureKind::Refused => ("refused", Grade::Certain, "the connection was refused"),
        FailureKind::Timeout if is_before_sending(look.prose) => {
            variant = Variant::NothingSent;
            ("timeout", Grade::Certain, "no connection came about in time, so nothing was sent")
        }
        FailureKind::Timeout => {
            ("timeout", Grade::Certain, "no answer came in time; the update may have been recorded")
        }
        FailureKind::Tls => ("tls", Grade::Certain, "the certificate was not accepted"),
        FailureKind::TlsVersion if look.prose.says(&["version", "no protocols", "unsupported protocol"]) => {
            ("tls-version", Grade::Likely, "client and server share no version of TLS")
        }
        FailureKind::TlsVersion => ("tls-version", Grade::Likely, "no TLS connection came about"),
        FailureKind::Proxy => ("proxy", Grade::Certain, "a proxy refused the request"),
        FailureKind::Reset => ("timeout", Grade::Possible, "the connection broke; the update may have been recorded"),
        FailureKind::Redirect | FailureKind::Url | FailureKind::NotJson | FailureKind::Other => return,
    };
    let is_tls = failure.kind == FailureKind::Tls;
    let is_of_another = [
        "altname",
        "subject name",
        "name mismatch",
        "namemismatch",
        "is valid for",
        "hostname",
        "host name",
        "curl: (51)",
    ];
    let is_of_issuer =
        ["issuer", "self-signed", "self signed", "pkix", "unknown ca", "unknown authority", "to verify the first"];
    let (message, help) = if is_tls && look.prose.says(&is_of_issuer) {
        let known = ROOTS.iter().find(|(signs, _)| look.prose.says(signs));
        let message = "the sending machine does not know the issuer of the certificate";
        let found = Found::new(id, grade, Some(failure.place), message);
        return look.put(match known {
            Some((_, help)) => found.with_help(format!("{help}; {NEVER}")).with_ask(""),
            None => found.with_help(format!(
                "update the root certificates of the sending program, or add those of the proxy there; {NEVER}; the network looks whether the network's server sends its whole chain"
            )),
        });
    } else if is_tls && look.prose.says(&is_of_another) {
        ("the certificate is for another host", "compare the host with the one that the network gave you")
    } else if is_tls && look.prose.says(&["expired", "not yet valid"]) {
        let help = "look at the clock and the root certificates of the sending machine; if both are right, the network's certificate has expired";
        ("a certificate has expired, or is not valid yet", help)
    } else if id == "tls-version" {
        (message, of_runtime(look.prose))
    } else if variant == Variant::Elsewhere {
        (message, "look at the name service (DNS) that this machine, container or cluster asks")
    } else if variant == Variant::NothingSent {
        (message, "look whether a firewall on either side drops the connection; nothing was recorded")
    } else {
        (message, "")
    };
    look.put(Found::new(id, grade, Some(failure.place), message).with_help(help).of(variant));
}
