//! The trial before a run: one message for a wrong command line or an untrusted certificate, in place of a hundred failures.

use std::borrow::Cow;

use super::lacking::lacking;
use crate::judge::{Stop, UNTOLD};
use crate::mock::{Incident, Journal};
use crate::protocol::{Code, Outcome, Update};
use crate::scenario::Need;
use crate::subject::{Concluded, Conclusion};

/// What came of the sample update.
pub(super) struct Trial {
    arrived: Arrived,
    /// Whether the client gets a plain update through, and knows it.
    pub(super) updated: bool,
    incidents: Vec<Incident>,
    conclusion: Conclusion,
    is_behind_a_proxy: bool,
    /// What of the sample never arrived, although the rest did.
    pub(super) lacking: Vec<Need>,
}

/// What arrived for it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arrived {
    Nothing,
    /// TLS, where plain HTTP is spoken.
    OnlyTls,
    /// Plain HTTP, where TLS is spoken.
    WithoutTls,
    Requests,
}

/// Where a program has to send to.
const WHERE_TO: &str =
    "it has to send one GET to the URL it is given as CAKE_URL (or {url}), or below CAKE_BASE_URL (or {base_url})";

impl Trial {
    pub(super) fn new(journal: &Journal, sample: &Update, conclusion: Conclusion, is_behind_a_proxy: bool) -> Self {
        let answered = journal.exchanges().last().and_then(|exchange| exchange.code) == Some(Code::SUCCESS);
        let updated = answered && conclusion.verdict == Concluded::Outcome(Outcome::Updated);
        let incidents = journal.incidents();
        let arrived = match journal.exchanges() {
            none if none.is_empty() => Arrived::Nothing,
            all if all.iter().all(|exchange| exchange.request.is_tls()) => Arrived::OnlyTls,
            all if incidents.contains(&Incident::NoTls) && all.iter().all(|exchange| exchange.code.is_none()) => {
                Arrived::WithoutTls
            }
            _ => Arrived::Requests,
        };
        let lacking = lacking([sample], &journal.exchanges());
        Self { arrived, updated, incidents, conclusion, is_behind_a_proxy, lacking }
    }

    /// Whether nothing at all came, and the program ended by itself.
    pub(super) fn is_silent(&self) -> bool {
        self.arrived == Arrived::Nothing && self.incidents.is_empty() && !self.conclusion.trace.timed_out
    }

    /// Whether the program ended with an exit code that means no outcome; that of a batch means none in any case.
    fn has_crashed(&self) -> bool {
        matches!(&self.conclusion.verdict, Concluded::None(why) if why.starts_with("it crashed"))
    }

    /// Why the run ends here: nothing arrived for what was to be reported.
    pub(super) fn stop(&self, what: &str) -> Option<Stop> {
        let (arrived, elsewhere) = match self.arrived {
            // A program that crashed most likely sent nothing.
            Arrived::Nothing if self.has_crashed() => ("nothing", ""),
            // What went past the guard as well was seen by nobody.
            Arrived::Nothing if self.incidents.is_empty() => ("nothing", "; it may have reached the real network"),
            Arrived::Nothing => ("nothing", ""),
            Arrived::OnlyTls => ("nothing that is plain HTTP", ""),
            Arrived::WithoutTls => ("nothing over TLS", ""),
            Arrived::Requests => return None,
        };
        Some(Stop {
            message: format!("{arrived} reached the mock for {what}{elsewhere}: {}", self.seen()),
            help: self.help().into_owned(),
            trace: self.conclusion.trace.clone(),
        })
    }

    /// Why scenarios about certificates are not put to the client: it does not get along with TLS where all is well.
    pub(super) fn withheld(&self) -> Option<String> {
        (!self.updated).then(|| {
            let (seen, help) = (self.seen(), self.help());
            let trace = &self.conclusion.trace;
            let last = [&trace.stderr, &trace.stdout].into_iter().find_map(|text| text.trim().lines().last());
            let printed = last.map(|line| format!("; the last line it printed: {line}")).unwrap_or_default();
            format!(
                "the scenarios about certificates were not run, because of a trial over TLS ({seen}{printed}): {help}"
            )
        })
    }

    fn help(&self) -> Cow<'static, str> {
        if let Some(host) = self.incidents.iter().find_map(Incident::another_host) {
            let host = shell_words::quote(host.strip_suffix(":443").unwrap_or(host));
            return format!("where the client has that host built in, --intercept {host} plays it").into();
        }
        self.usual_help()
    }

    fn usual_help(&self) -> Cow<'static, str> {
        if self.incidents.iter().any(Incident::turned_away) {
            return "the client did not take the throwaway authority: it has to trust the file that CAKE_CA_FILE names (or \
                    {ca_file}); `caketester explain tls` says how each language is told of it; one that trusts only its \
                    system's store is checked with --authority DIR"
                .into();
        }
        match self.arrived {
            Arrived::OnlyTls => {
                return "it has to send to the URL it is given, which begins with http://; one that speaks TLS in any case is \
                        checked with --tls, or with --intercept HOST where its host is built in"
                    .into();
            }
            Arrived::WithoutTls | Arrived::Requests => {
                return "over TLS as well it has to send to the URL it is given, which begins with https://, and to conclude \
                        what it is answered"
                    .into();
            }
            Arrived::Nothing => {}
        }
        if matches!(self.conclusion.verdict, Concluded::None(_)) {
            let trace = &self.conclusion.trace;
            // A placeholder that the program got as it is: it stands before caketester, and not behind `--`.
            if let Some(name) = ["{base_url}", "{url}", "{api_key}"].iter().find(|name| trace.stderr.contains(**name)) {
                return format!(
                    "the program got {name} as it is: caketester fills placeholders in behind `--` only, variables too: \
                     -- env MY_URL={{base_url}} MY_KEY={{api_key}} php push.php {{lead_id}} {{status}}"
                )
                .into();
            }
            let is_silent = trace.stdout.trim().is_empty() && trace.stderr.trim().is_empty();
            let ended = if trace.timed_out {
                "the program still ran when --timeout was over: it may wait for input or for another server"
            } else if is_silent {
                "the program ended and printed nothing: either it sent nothing, or it sent it to another address"
            } else {
                "either the program failed before it sent anything, or it sent it to another address: see what it printed; variables of its own are set by env, \
                 -- env MY_URL={base_url} MY_KEY={api_key} …"
            };
            return format!("{ended}; {WHERE_TO}").into();
        }
        if self.is_behind_a_proxy {
            return "nothing asked the proxy: the client has to use the one that HTTPS_PROXY and HTTP_PROXY name; `caketester explain tls` \
                    says which libraries do"
                .into();
        }
        format!(
            "{WHERE_TO}; one that has its own URL configured never reaches the mock, unless --intercept names its host. .NET Framework, \
             Java, and PHP streams with a context of their own ask no proxy that the environment names, and so escape the guard"
        )
        .into()
    }

    fn seen(&self) -> String {
        let ended = match &self.conclusion.verdict {
            Concluded::Outcome(outcome) => format!("it ended and concluded {:?}", outcome.word()),
            Concluded::None(why) => why.clone(),
            Concluded::Untold => UNTOLD.to_owned(),
        };
        let incidents = self.incidents.iter().map(Incident::to_string);
        let notes = self.conclusion.trace.notes.iter().cloned();
        std::iter::once(ended).chain(incidents).chain(notes).collect::<Vec<_>>().join("; ")
    }
}
