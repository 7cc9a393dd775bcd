//! `caketester endpoint probe`

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgGroup, Args, ValueEnum};
use serde_json::{Value, json};

use crate::cli::context::{Context, today};
use crate::cli::failure::Failure;
use crate::cli::options::seconds::seconds;
use crate::cli::output::{Output, insist_on_a_place_for_each};
use crate::cli::setup::config::Config;
use crate::cli::setup::networks::{NETWORKS, open_network};
use crate::cli::signals::asked_to_end;
use crate::judge::Exit;
use crate::live::{Consent, Observer, Outgoing, Permit, Plan, Probe, Proxies, Target, Trust, Wire, probe};
use crate::pack::{AccountKey, Network};
use crate::plural::plural;
use crate::protocol::Answer;
use crate::render::{probe_json, probe_text};
use crate::secret::Secret;

const EXAMPLES: &str = "\
Examples:
  caketester endpoint probe --network northgrid --dry-run       # show the plan, send nothing
  caketester endpoint probe --network northgrid --allow-live
  caketester endpoint probe https://northgrid.example.com --key-env NORTHGRID_KEY --allow-live

No probe names a lead or a status that exists. The run stops at HTTP 429, at the message `Restricted`, at a login page or
one that blocks programs, at a redirect to another host, at a certificate that is not trusted, after three requests in a row
without an answer, and at Ctrl-C. Nothing is repeated, and no redirect is followed.

The proxy is that of https_proxy, http_proxy, all_proxy and no_proxy; this machine is reached without one.

Exit codes: 0 no difference from what is documented; 1 a difference, or the endpoint stopped the run; 2 nothing was sent;
3 no connection, or interrupted; 4 no request had a key";

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[command(after_help = EXAMPLES, group(ArgGroup::new("endpoint").args(["url", "network"]).required(true)))]
pub(in crate::cli) struct Arguments {
    /// The endpoint; without a path, the path of UpdateLeadStatus is used
    url: Option<String>,
    /// The network, by the name of its file: networks/NAME.yaml has the host and the account
    #[arg(long, value_name = "NAME")]
    network: Option<String>,
    /// The environment variable that holds the API key, for a URL
    #[arg(long, value_name = "NAME", conflicts_with = "network")]
    key_env: Option<String>,
    /// Send to another machine than this one
    #[arg(long)]
    allow_live: bool,
    /// Show the plan and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask before the plan is sent
    #[arg(long)]
    yes: bool,
    /// How many requests may be sent; a plan with more is not begun
    #[arg(long, value_name = "N", default_value_t = 20)]
    max_requests: usize,
    /// How many seconds lie between two requests; 0 only for this machine
    #[arg(long, value_name = "SECONDS", default_value_t = 1, value_parser = |text: &str| seconds(text, 0..=3_600))]
    pace: u64,
    /// How many seconds an answer may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = |text: &str| seconds(text, 1..=600))]
    timeout: u64,
    /// Trust the certificates in this PEM file instead of the system's
    #[arg(long, value_name = "PATH")]
    ca_file: Option<PathBuf>,
    /// Send no made-up key, for nightly runs: what only one could show is left out, and so is whether your key is right
    #[arg(long)]
    no_made_up_key: bool,
    /// Write each request and its answer to this file, a JSON object a line, without keys
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// How the report is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

pub(in crate::cli) fn run(arguments: &Arguments, context: &Context<'_>, output: &Output) -> Result<Exit, Failure> {
    let Subject { network, target, key, mut known } = arguments.subject(context)?;
    if let Some(key) = &key {
        output.learn_more(&key.redactor().clone());
    }
    insist_on_a_place_for_each(&arguments.trace.iter().map(PathBuf::as_path).collect::<Vec<_>>())?;
    let (pace, timeout) = (Duration::from_secs(arguments.pace), Duration::from_secs(arguments.timeout));
    let plan = Plan::new(target, key, !arguments.no_made_up_key, pace, timeout);
    let proxies = proxies(context);
    known.extend(used_proxy(plan.target(), &proxies).map(|proxy| ("proxy", proxy)));
    let (target, requests) = (plan.target().clone(), plan.requests());
    let shown = plan.show(&known, |plan| if arguments.dry_run { output.out(plan) } else { output.err(plan) });
    if arguments.dry_run {
        output.out("nothing was sent: --dry-run shows the plan alone\n");
        return Ok(Exit::Success);
    }
    let trust = arguments.ca_file.clone().map_or(Trust::System, Trust::File);
    let wire = Wire::new(&target, &trust, &proxies, timeout).map_err(|error| Failure::usage(error.to_string()))?;
    let mut consent = Consent { allow_live: arguments.allow_live, max_requests: arguments.max_requests, answer: None };
    let refused = |refusal: crate::live::Refusal| Failure::usage(refusal.to_string());
    Permit::check(&shown, consent).map_err(refused)?;
    if !arguments.yes && std::io::stdin().is_terminal() {
        consent.answer = Some(agrees(requests, output)?);
    }
    let permit = Permit::new(shown, consent).map_err(refused)?;
    let mut trace = TraceFile { path: arguments.trace.as_deref(), planned: requests, number: 0, context, output };
    if let Some(path) = trace.path {
        output.file(path, "")?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let report = runtime.map_err(Failure::cannot("start the runtime"))?.block_on(async {
        let ended = asked_to_end().map_err(Failure::cannot("listen for signals"))?;
        Ok::<_, Failure>(probe(permit, &wire, network, ended, &mut trace).await)
    })?;
    output.out(&match arguments.format {
        Format::Text => probe_text(&report),
        Format::Json => probe_json(&report).map_err(Failure::cannot("write the report"))?,
    });
    Ok(report.exit())
}

/// What is probed, and with which key.
struct Subject {
    network: Option<String>,
    target: Target,
    key: Option<Secret>,
    known: Vec<(&'static str, String)>,
}

impl Arguments {
    fn subject(&self, context: &Context<'_>) -> Result<Subject, Failure> {
        let usage = |error: crate::live::TargetError| Failure::usage(error.to_string());
        let Some(name) = &self.network else {
            let target = Target::new(self.url.as_deref().unwrap_or_default()).map_err(usage)?;
            let key = self.key_env.as_deref().map(|name| {
                // Somebody may have given the key itself, so it is not repeated.
                let message = "the environment variable that --key-env names is not set\n  help: it takes the name of a variable, not the key";
                variable(name, context).ok_or_else(|| Failure::usage(message))
            });
            return Ok(Subject { network: None, target, key: key.transpose()?, known: Vec::new() });
        };
        let folder = Config::open(None)?.folder;
        let network = open_network(&folder, name)?;
        let Some(host) = &network.host else {
            let help = "add `host: …`, or give the URL in place of --network";
            return Err(Failure::usage(format!("{} names no host\n  help: {help}", network.file)));
        };
        let target = Target::of_host(host).map_err(usage)?;
        let mut known = vec![("network", name.clone())];
        let mut key = None;
        if let Some(account) = &network.account {
            let (by, on) = (&account.permitted_by, account.permitted_on);
            if on > today() {
                let help = "run it from that day on, or correct `permitted_on`";
                return Err(Failure::usage(format!("{}: the permission begins on {on}\n  help: {help}", network.file)));
            }
            known.push(("permit", format!("{by}, {on}")));
            key = Some(key_of(&account.key, &network, &folder, context)?);
        }
        Ok(Subject { network: Some(name.clone()), target, key, known })
    }
}

/// The key of a network's account.
fn key_of(key: &AccountKey, network: &Network, folder: &Path, context: &Context<'_>) -> Result<Secret, Failure> {
    let file = &network.file;
    match key {
        AccountKey::Env(name) => variable(name, context).ok_or_else(|| {
            let help = format!("set {name} to the key, or correct `account: key:`");
            Failure::usage(format!("{file} takes the key from {name}, which is not set\n  help: {help}"))
        }),
        AccountKey::File(path) => {
            let path = folder.join(NETWORKS).join(path);
            let text = std::fs::read_to_string(&path).map_err(|error| {
                let help = "write the key into it, or correct `account: key:`";
                Failure::usage(format!("{file} takes the key from {}: {error}\n  help: {help}", path.display()))
            })?;
            let text = text.trim();
            if text.is_empty() || text.contains(char::is_whitespace) {
                let help = "it holds the key and nothing else";
                return Err(Failure::usage(format!("{} does not hold one key\n  help: {help}", path.display())));
            }
            Ok(Secret::new(text))
        }
    }
}

fn variable(name: &str, context: &Context<'_>) -> Option<Secret> {
    (context.env)(name).filter(|value| !value.trim().is_empty()).map(|value| Secret::new(value.trim()))
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
    let without_user = |url: &String| url.rsplit('@').next().unwrap_or_default().to_owned();
    let used = used.filter_map(|(scheme, url)| Some(format!("{} for {scheme}://", without_user(url.as_ref()?))));
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
    output: &'t Output,
}

impl TraceFile<'_> {
    fn write(&self, line: &Value) -> Result<(), String> {
        self.path.map_or(Ok(()), |path| self.output.append(path, &format!("{line}\n")))
    }
}

impl Observer for TraceFile<'_> {
    fn sending(&mut self, probe: Probe, request: &Outgoing) -> Result<(), String> {
        self.number += 1;
        let headers: Vec<Value> = request.headers.iter().map(|(name, value)| json!([name, value])).collect();
        self.write(&json!({
            "request": self.number,
            "probe": probe,
            "at": jiff::Timestamp::now().to_string(),
            "method": request.method,
            "url": request.url,
            "headers": headers,
            "body": request.body,
        }))
    }

    fn answered(&mut self, probe: Probe, answer: Result<&Answer, &str>) -> Result<(), String> {
        if self.context.live {
            let shown = answer.map_or_else(|_| "no answer".to_owned(), |answer| format!("HTTP {}", answer.http_status));
            self.output.err(&format!("{:>3}/{} {:17} {shown}\n", self.number, self.planned, probe.word()));
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
