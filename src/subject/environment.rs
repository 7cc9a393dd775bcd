//! The environment of every program, without what it reports: where CAKE is, which authority to trust
//! there, and which proxy leads to it.

use tokio::process::Command;

use super::conclusion::Case;
use super::guard::{Guard, PhpSettings};
use crate::protocol::Obstacle;

/// The variables that name the hosts no proxy is asked for; programs read either.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The variables that name a proxy. curl reads `http_proxy` in lower case alone, because a CGI server would put a
/// header of the request's into `HTTP_PROXY`.
const PROXY: [&str; 6] = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The hosts that are this machine. Without brackets: Python's httpx would take the end of `[::1]` for a port, and fail.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "::1"];

/// The variables that name a file of authorities to trust: our own, and those of curl, of OpenSSL (Python, Ruby, PHP's
/// streams, and Go), of Python's requests, of Node, of Deno and of Perl's LWP.
const TRUST: [&str; 7] = [
    "CAKE_CA_FILE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "DENO_CERT",
    "PERL_LWP_SSL_CA_FILE",
];

/// The inherited variables that matter here.
#[derive(Debug)]
pub(super) struct Environment {
    no_proxy: [(&'static str, String); 2],
    /// Where PHP looks for settings.
    php: Option<String>,
}

impl Environment {
    /// `env` looks variables up that the program would inherit.
    pub(super) fn new(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let no_proxy = NO_PROXY.map(|name| {
            let inherited = env(name).filter(|hosts| !hosts.is_empty());
            let hosts = inherited.into_iter().chain([LOOPBACK.join(",")]);
            (name, hosts.collect::<Vec<_>>().join(","))
        });
        Self { no_proxy, php: env(PhpSettings::variable()) }
    }

    /// Sets where CAKE is and how to reach it, but not what to report.
    pub(super) fn apply(&self, command: &mut Command, case: &Case) {
        command.env("CAKE_BASE_URL", &case.base_url).env("CAKE_URL", case.url()).env("CAKE_API_KEY", case.key.expose());
        let trusted = case.ca_file.as_ref().filter(|_| case.is_trust_told);
        match trusted {
            Some(file) => command.envs(TRUST.map(|name| (name, file))),
            None => command.env_remove(TRUST[0]),
        };
        if let Some(guard) = &case.guard {
            guard.php.apply(command, self.php.as_deref(), trusted.is_some());
        }
        match case.proxy.as_ref().or(case.guard.as_ref().and_then(|guard: &Guard| guard.proxy.as_ref())) {
            None => command.envs(self.no_proxy.iter().map(|(name, hosts)| (name, hosts))),
            Some(proxy) => {
                // What the program would inherit may exempt the host, and so may this machine's names, where it plays one.
                let leads_there = |name: &&str| case.proxy.is_some() && case.base_url.contains(*name);
                // A host that nobody has is one that no proxy could reach.
                let nobody = Some(Obstacle::UNKNOWN_HOST).filter(|name| case.base_url.contains(name));
                let others: Vec<_> = LOOPBACK.into_iter().filter(|name| !leads_there(name)).chain(nobody).collect();
                command
                    .envs(NO_PROXY.map(|name| (name, others.join(","))))
                    .envs(PROXY.map(|name| (name, proxy)))
                    .env("NODE_USE_ENV_PROXY", "1")
                    // Where it is set, many libraries believe that they run as CGI, and take no proxy from the environment.
                    .env_remove("REQUEST_METHOD")
            }
        };
    }
}
