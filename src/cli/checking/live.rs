//! What the commands that send to a real endpoint share: whose it is, what is permitted, and the way from a plan to its answers.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgGroup, Args};
use serde_json::{Value, json};

use crate::cli::context::{Context, today};
use crate::cli::failure::Failure;
use crate::cli::options::seconds::seconds;
use crate::cli::output::{Output, insist_on_a_place_for_each};
use crate::cli::setup::config::Config;
use crate::cli::setup::networks::{NETWORKS, open_network};
use crate::cli::signals::{asked_to_end, end_when_asked};
use crate::judge::Exit;
use crate::live::{
    Consent, Known, Observer, Outgoing, Permit, Plan, Planned, Proxies, Ran, Refusal, Target, TargetError, Trust, Wire,
    masking, probe,
};
use crate::pack::{AccountKey, Network};
use crate::plural::plural;
use crate::protocol::{Answer, Update};
use crate::secret::{Secret, without_user};
use crate::visible::visible_line;

/// Whom to send to, and what is permitted.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("endpoint").args(["url", "network"]).required(true)))]
pub(super) struct LiveArguments {
    /// The endpoint; if the URL has no path, the path of UpdateLeadStatus is added
    url: Option<String>,
    /// The network to use; its host and account are read from networks/NAME.yaml
    #[arg(long, value_name = "NAME")]
    network: Option<String>,
    /// The environment variable that holds the API key, if a URL is given instead of --network
    #[arg(long, value_name = "NAME", conflicts_with = "network")]
    key_env: Option<String>,
    /// Allow sending to a machine other than this one
    #[arg(long)]
    allow_live: bool,
    /// Show the plan and send nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Do not ask for confirmation before sending
    #[arg(long)]
    yes: bool,
    /// The most requests that may be sent; a plan with more is refused
    #[arg(long, value_name = "N", default_value_t = 20)]
    max_requests: usize,
    /// Seconds to wait between requests; 0 is allowed only for this machine
    #[arg(long, value_name = "SECONDS", default_value_t = 1, value_parser = |text: &str| seconds(text, 0..=3_600))]
    pace: u64,
    /// Seconds an answer may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = |text: &str| seconds(text, 1..=600))]
    timeout: u64,
    /// Trust the certificates in this PEM file instead of the system's
    #[arg(long, value_name = "PATH")]
    ca_file: Option<PathBuf>,
    /// Write each request and its answer to this file, one JSON object per line; API keys are left out
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
}

/// Whom a plan is for, with which key, and what is known of it.
pub(super) struct Subject {
    pub(super) network: Option<Network>,
    pub(super) target: Target,
    pub(super) key: Option<Secret>,
    pub(super) shown: Vec<(&'static str, String)>,
    /// The files that it comes from.
    files: Vec<PathBuf>,
}

impl Subject {
    /// What the network's file tells of its instance, with the first lead that may be touched, or the one of this ID.
    pub(super) fn known(&self, lead: Option<&str>) -> Result<Known, Failure> {
        let Some(network) = &self.network else {
            let message = "only a network's file says which leads may be touched, and nothing was sent\n  help: name it with --network in place of the URL";
            return lead.map_or_else(|| Ok(Known::default()), |_| Err(Failure::usage(message)));
        };
        let leads: &[Update] = network.account.as_ref().map_or(&[], |account| &account.leads);
        let of_id = |id: &str| {
            leads.iter().find(|update| update.lead_id == id).ok_or_else(|| {
                let listed: Vec<&str> = leads.iter().map(|update| &*update.lead_id).collect();
                let listed = if listed.is_empty() { "no lead".to_owned() } else { listed.join(", ") };
                let help = "add it under `account: leads:` if the network permits it";
                Failure::usage(format!(
                    "lead {id:?} may not be touched, and nothing was sent: {} names {listed}\n  help: {help}",
                    network.file
                ))
            })
        };
        Ok(Known::of(network, lead.map_or(Ok(leads.first()), |id| of_id(id).map(Some))?))
    }

    /// The same where a lead is to be updated.
    pub(super) fn known_with_a_lead(&self, lead: Option<&str>) -> Result<Known, Failure> {
        let known = self.known(lead)?;
        if known.lead.is_none() {
            let help = "name one under `account: leads:` in the network's file, with the update it is left in; `caketester explain networks` shows how";
            return Err(Failure::usage(format!("no lead may be touched, and nothing was sent\n  help: {help}")));
        }
        if self.key.is_none() || !self.target.keeps_keys_secret() {
            let help = "give an https:// URL, and the key with `account: key:`";
            return Err(Failure::usage(format!("an update needs your key, and nothing was sent\n  help: {help}")));
        }
        Ok(known)
    }
}

impl LiveArguments {
    /// Refuses to begin where the trace or another file of the run could not be written, two would be one, or one would take
    /// the place of what the run reads.
    pub(super) fn insist_on_places<'p>(
        &'p self,
        subject: &'p Subject,
        others: impl IntoIterator<Item = &'p Path>,
        read: impl IntoIterator<Item = &'p Path>,
    ) -> Result<(), Failure> {
        let written: Vec<&Path> = self.trace.iter().map(PathBuf::as_path).chain(others).collect();
        let read = read.into_iter().chain(self.ca_file.as_deref()).chain(subject.files.iter().map(PathBuf::as_path));
        let read: Vec<PathBuf> = read.filter_map(|path| path.canonicalize().ok()).collect();
        let is_read = |path: &&&Path| path.canonicalize().is_ok_and(|path| read.contains(&path));
        if let Some(path) = written.iter().find(is_read) {
            let help = "name another file to write to";
            let message = format!("{} is read by this run, and would be overwritten; nothing was sent", path.display());
            return Err(Failure::usage(format!("{message}\n  help: {help}")));
        }
        insist_on_a_place_for_each(&written)
    }

    /// Shows a plan of these requests, and sends it where that is permitted; nothing where it is only to be shown.
    pub(super) fn send(
        &self,
        subject: Subject,
        planned: Vec<Planned>,
        allow_updates: bool,
        context: &Context<'_>,
    ) -> Result<Option<Ran>, Failure> {
        let output = &context.output;
        let Subject { network, target, key, mut shown, .. } = subject;
        let (pace, timeout) = (Duration::from_secs(self.pace), Duration::from_secs(self.timeout));
        let plan = Plan::new(target.clone(), key, planned, pace, timeout);
        let proxies = proxies(context);
        shown.extend(used_proxy(&target, &proxies).map(|proxy| ("proxy", proxy)));
        let requests = plan.requests();
        let plan = plan.show(&shown, |plan| {
            if self.dry_run {
                output.out(plan);
                return Ok(());
            }
            let help = "send standard error to a place that can be written";
            output.err_or_fail(plan).map_err(|error| {
                Failure::usage(format!("the plan cannot be shown ({error}), and nothing was sent\n  help: {help}"))
            })
        })?;
        if self.dry_run {
            output.out("nothing was sent: --dry-run shows the plan alone\n");
            return Ok(None);
        }
        let trust = self.ca_file.clone().map_or(Trust::System, Trust::File);
        let wire = Wire::new(&target, &trust, &proxies, timeout).map_err(|error| Failure::usage(error.to_string()))?;
        let (allow_live, max_requests) = (self.allow_live, self.max_requests);
        let mut consent = Consent { allow_live, allow_updates, max_requests, answer: None };
        let refused = |refusal: Refusal| Failure::usage(refusal.to_string());
        Permit::check(&plan, consent).map_err(refused)?;
        if !self.yes && std::io::stdin().is_terminal() {
            consent.answer = Some(agrees(requests, output)?);
        }
        let permit = Permit::new(plan, consent).map_err(refused)?;
        let mut trace = TraceFile { path: self.trace.as_deref(), planned: requests, number: 0, context };
        if let Some(path) = trace.path {
            output.file(path, "")?;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(Failure::cannot("start the runtime"))?;
        let ran = runtime.block_on(async {
            let ended = asked_to_end().map_err(Failure::cannot("listen for signals"))?;
            Ok::<_, Failure>(probe(permit, &wire, network.map(|network| network.name), ended, &mut trace).await)
        });
        // A name that is still looked up is of no use any more.
        runtime.shutdown_background();
        end_when_asked(Exit::Harness);
        ran.map(Some)
    }

    /// Whom to send to. From here on no output shows the key.
    pub(super) fn subject(&self, context: &Context<'_>) -> Result<Subject, Failure> {
        let subject = self.named(context)?;
        context.output.learn_more(&masking(subject.key.as_ref()));
        Ok(subject)
    }

    fn named(&self, context: &Context<'_>) -> Result<Subject, Failure> {
        let usage = |error: TargetError| Failure::usage(error.to_string());
        let Some(name) = &self.network else {
            let target = Target::new(self.url.as_deref().unwrap_or_default()).map_err(usage)?;
            let key = self.key_env.as_deref().map(|name| {
                // Somebody may have given the key itself, so it is not repeated.
                let message = "the environment variable that --key-env names is not set, or empty\n  help: it takes the name of a variable, not the key";
                variable(name, context)?.ok_or_else(|| Failure::usage(message))
            });
            return Ok(Subject { network: None, target, key: key.transpose()?, shown: Vec::new(), files: Vec::new() });
        };
        let folder = Config::open(None)?.folder;
        let network = open_network(&folder, name)?;
        let Some(host) = &network.host else {
            let help = "add `host: …`, or give the URL in place of --network";
            return Err(Failure::usage(format!("{} names no host\n  help: {help}", network.file)));
        };
        let target = Target::of_host(host).map_err(usage)?;
        let mut shown = vec![("network", name.clone())];
        let mut files = vec![folder.join(NETWORKS).join(format!("{name}.yaml"))];
        let mut key = None;
        if let Some(account) = &network.account {
            let (by, on) = (&account.permitted_by, account.permitted_on);
            if on > today() {
                let help = "run it from that day on, or correct `permitted_on`";
                return Err(Failure::usage(format!("{}: the permission begins on {on}\n  help: {help}", network.file)));
            }
            shown.push(("permit", visible_line(&format!("{by}, {on}"))));
            key = Some(match &account.key {
                // A plan can be shown before anybody hands out the key.
                AccountKey::Env(name) if self.dry_run && (context.env)(name).is_none() => {
                    shown.push(("note", format!("{name} is not set; this is the plan with a key")));
                    Secret::new("a-key-that-is-not-set-yet")
                }
                from => key_of(from, &network, &folder, context)?,
            });
            if let AccountKey::File(path) = &account.key {
                files.push(folder.join(NETWORKS).join(path));
            }
        }
        Ok(Subject { network: Some(network), target, key, shown, files })
    }
}

/// The key of a network's account.
fn key_of(key: &AccountKey, network: &Network, folder: &Path, context: &Context<'_>) -> Result<Secret, Failure> {
    let file = &network.file;
    match key {
        AccountKey::Env(name) => variable(name, context)?.ok_or_else(|| {
            let help = format!("set {name} to the key, or correct `account: key:`");
            let what = if (context.env)(name).is_some() { "empty" } else { "not set" };
            Failure::usage(format!("{file} takes the key from {name}, which is {what}\n  help: {help}"))
        }),
        AccountKey::File(path) => {
            let path = folder.join(NETWORKS).join(path);
            // Somebody may have written the key itself, so the name is not repeated.
            let text = std::fs::read_to_string(&path).map_err(|error| {
                let help = "name a file beside the network's that holds the key and nothing else";
                Failure::usage(format!(
                    "{file}: the file under `key: {{ file: … }}` cannot be read: {error}\n  help: {help}"
                ))
            })?;
            let text = text.trim_start_matches('\u{FEFF}').trim();
            if text.is_empty() || text.contains(char::is_whitespace) {
                let help = "it holds the key and nothing else";
                return Err(Failure::usage(format!(
                    "{file}: the file under `key: {{ file: … }}` does not hold one key\n  help: {help}"
                )));
            }
            Ok(Secret::new(text))
        }
    }
}

/// The key that a variable holds.
fn variable(name: &str, context: &Context<'_>) -> Result<Option<Secret>, Failure> {
    let Some(value) = (context.env)(name).filter(|value| !value.trim().is_empty()) else { return Ok(None) };
    let key = value.trim();
    if key.len() > 1 && ['"', '\''].iter().any(|quote| key.starts_with(*quote) && key.ends_with(*quote)) {
        let help = "set it without them: they would be sent as part of the key";
        return Err(Failure::usage(format!("{name} holds the key between quotation marks\n  help: {help}")));
    }
    Ok(Some(Secret::new(key)))
}

/// The proxies of the environment, as curl reads them: `HTTP_PROXY` could be set by a request to a CGI program.
fn proxies(context: &Context<'_>) -> Proxies {
    let first = |names: &[&str]| names.iter().find_map(|name| (context.env)(name).filter(|value| !value.is_empty()));
    Proxies {
        http: first(&["http_proxy", "all_proxy", "ALL_PROXY"]),
        https: first(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
        none_for: first(&["no_proxy", "NO_PROXY"]),
    }
}

/// The proxy that would be used, without a user and a password.
fn used_proxy(target: &Target, proxies: &Proxies) -> Option<String> {
    let used = [("https", &proxies.https), ("http", &proxies.http)];
    let used =
        used.into_iter().filter(|(scheme, _)| !target.is_loopback() && (target.is_secure() || *scheme == "http"));
    let used = used.filter_map(|(scheme, url)| Some(format!("{} for {scheme}://", without_user(url.as_deref()?))));
    let used = used.collect::<Vec<_>>().join(", ");
    let unless = proxies.none_for.as_ref().map_or_else(String::new, |hosts| format!(", but not for {hosts}"));
    (!used.is_empty()).then(|| format!("{used}{unless}"))
}

/// Asks whether the plan may be sent.
fn agrees(requests: usize, output: &Output) -> Result<bool, Failure> {
    output.err(&format!("send {}? [y/N] ", plural(requests, "request")));
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(Failure::cannot("read the answer"))?;
    Ok(matches!(&*line.trim().to_lowercase(), "y" | "yes"))
}

/// Writes what is sent and what comes back, and shows a person how far the run is.
struct TraceFile<'t> {
    path: Option<&'t Path>,
    planned: usize,
    number: usize,
    context: &'t Context<'t>,
}

impl TraceFile<'_> {
    fn write(&self, line: &Value) -> Result<(), String> {
        self.path.map_or(Ok(()), |path| self.context.output.append(path, &format!("{line}\n")))
    }
}

impl Observer for TraceFile<'_> {
    fn sending(&mut self, planned: &Planned, request: &Outgoing) -> Result<(), String> {
        self.number += 1;
        let headers: Vec<Value> = request.headers.iter().map(|(name, value)| json!([name, value])).collect();
        self.write(&json!({
            "request": self.number,
            "probe": planned.probe(),
            "at": jiff::Timestamp::now().to_string(),
            "method": request.method,
            "url": request.url,
            "headers": headers,
            "body": request.body,
        }))
    }

    fn answered(&mut self, planned: &Planned, answer: Result<&Answer, &str>) -> Result<(), String> {
        if self.context.live {
            let shown = answer.map_or_else(|_| "no answer".to_owned(), |answer| format!("HTTP {}", answer.http_status));
            self.context.output.err(&format!("{:>3}/{} {:18} {shown}\n", self.number, self.planned, planned.probe()));
        }
        let at = jiff::Timestamp::now().to_string();
        self.write(&match answer {
            Err(reason) => json!({ "answer": self.number, "at": at, "error": reason }),
            Ok(answer) => json!({
                "answer": self.number,
                "at": at,
                "http_status": answer.http_status,
                "headers": answer.headers,
                "body": answer.shown(),
            }),
        })
    }
}
