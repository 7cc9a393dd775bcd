//! No answer came at all.

use crate::support::Span;
use crate::support::look::{Found, Grade, Look, Variant};
use crate::support::phrases::{Says, advice};
use crate::support::ticket::FailureKind;

/// Whether somebody writes that the same URL works from another machine.
fn works_elsewhere(prose: &str) -> bool {
    let denied = [" not ", "n't", " no ", "no longer", "never", "nothing", "neither", "nowhere"];
    let works = ["works", "worked", "answers", "success", "resolves", "is fine", "opens", "reachable"];
    prose
        .split(['\n', '!', '?'])
        .flat_map(|line| line.split(". "))
        .any(|one| one.means("elsewhere") && one.says(&works) && !one.says(&denied))
}

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
    let found = |id, grade, message| Found::new(id, grade, Some(failure.place), message);
    look.put(match failure.kind {
        FailureKind::Dns if works_elsewhere(look.prose) => {
            let message = "this machine cannot look up the name, and another one can";
            found("dns", Grade::Likely, message).of(Variant::Elsewhere)
        }
        FailureKind::Dns => found("dns", Grade::Certain, "the name was not found"),
        FailureKind::Refused => found("refused", Grade::Certain, "the connection was refused"),
        FailureKind::Timeout if look.prose.means("no-connection") => {
            let message = "no connection came about in time, so nothing was sent";
            found("timeout", Grade::Certain, message).of(Variant::NothingSent)
        }
        FailureKind::Timeout => {
            found("timeout", Grade::Certain, "no answer came in time; the update may have been recorded")
        }
        FailureKind::Tls => of_certificate(look.prose, failure.place),
        FailureKind::TlsVersion => {
            let is_told = look.prose.says(&["version", "no protocols", "unsupported protocol"]);
            let message =
                if is_told { "client and server share no version of TLS" } else { "no TLS connection came about" };
            found("tls-version", Grade::Likely, message).with_help(advice("tls-version", look.prose))
        }
        FailureKind::Proxy => found("proxy", Grade::Certain, "a proxy refused the request"),
        FailureKind::Reset => {
            found("timeout", Grade::Possible, "the connection broke; the update may have been recorded")
        }
        FailureKind::Redirect | FailureKind::Url | FailureKind::NotJson | FailureKind::Other => return,
    });
}

/// A certificate that is not accepted, and why.
fn of_certificate(prose: &str, place: Span) -> Found {
    let found = |message| Found::new("tls", Grade::Certain, Some(place), message);
    let is_of_issuer =
        ["issuer", "self-signed", "self signed", "pkix", "unknown ca", "unknown authority", "to verify the first"];
    if prose.says(&is_of_issuer) {
        let found = found("the sending machine does not know the issuer of the certificate");
        match advice("roots", prose) {
            "" => found.with_help(format!(
                "update the root certificates of the sending program, or add those of the proxy there; {NEVER}; the network looks whether the network's server sends its whole chain"
            )),
            help => found.with_help(format!("{help}; {NEVER}")).with_ask(""),
        }
    } else if prose.means("another-host") {
        let help = "compare the host with the one that the network gave you";
        found("the certificate is for another host").with_help(help)
    } else if prose.says(&["expired", "not yet valid"]) {
        let help = "look at the clock and the root certificates of the sending machine; if both are right, the network's certificate has expired";
        found("a certificate has expired, or is not valid yet").with_help(help)
    } else {
        found("the certificate was not accepted")
    }
}
