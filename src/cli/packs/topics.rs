//! The pages of `docs/` that people read who only have the binary.

/// A page: its name, what it is about, and its text.
pub(in crate::cli) struct Topic {
    pub(in crate::cli) name: &'static str,
    pub(in crate::cli) about: &'static str,
    pub(in crate::cli) text: &'static str,
}

macro_rules! topic {
    ($name:literal, $about:literal) => {
        Topic { name: $name, about: $about, text: include_str!(concat!("../../../docs/", $name, ".md")) }
    };
}

/// In the order in which somebody meets them.
pub(in crate::cli) const TOPICS: [Topic; 16] = [
    topic!("install", "every way to install caketester; CI, completions, man pages, checking a download"),
    topic!("clients", "how a client is started and reports outcomes; nightly jobs, CRMs, schedulers, other tests"),
    topic!("failures", "how to read a failure"),
    topic!("config", "caketester.yaml, what decides a verdict, known failures"),
    topic!("tickets", "why: from a ticket to its cause, and a reply"),
    topic!("networks", "a file for each network, and a run for all of them"),
    topic!("endpoint", "endpoint probe: a network's real endpoint, checked without writing"),
    topic!("runs", "choosing scenarios, and repeating them"),
    topic!("tls", "TLS, bad certificates, clients with a built-in host, the guard"),
    topic!("reports", "the formats of a report, CI, shards"),
    topic!("state", "serve --state: what survives a restart, export, import"),
    topic!("master-report", "what the Lead Status Master Report counts"),
    topic!("certificate", "the certificate, when it is withheld, what it is worth"),
    topic!("writing", "how to write a scenario and review its answers"),
    topic!("scenarios", "the reference of scenario and instance files"),
    topic!("fidelity", "everything known about CAKE's behaviour, and the source of each fact"),
];

/// The page of a name.
pub(in crate::cli) fn topic(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name.eq_ignore_ascii_case(name))
}

/// What can be explained.
pub(in crate::cli) fn list() -> String {
    let others = [
        ("3", "a code that CAKE answered"),
        ("Q08", "a rule; `rules` for all of them"),
        ("status-case", "a cause that `caketester why` names; `causes` for all of them"),
        ("codes/success", "a scenario"),
    ];
    let line = |(name, about): (&str, &str)| format!("  caketester explain {name:13}  {about}\n");
    let pages = TOPICS.iter().map(|topic| (topic.name, topic.about));
    format!("{}\nOr one of these pages:\n{}", others.map(line).concat(), pages.map(line).collect::<String>())
}
