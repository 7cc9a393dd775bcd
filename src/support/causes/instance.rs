//! Another instance than the network's own, which took the update: by the host's name, or by what people write of hosts.

use crate::protocol::METHOD_PATH;
use crate::support::Span;
use crate::support::look::{Found, Grade, Look};
use crate::support::phrases::{Says, has_word};

/// Whether another instance than the network's own took the update.
pub(super) fn check(look: &mut Look<'_>) {
    let words = ["staging", "test instance", "sandbox", "other instance", "old host", "test environment"];
    if look.prose.says(&words) {
        look.add("wrong-instance", Grade::Likely, None, "by what is written, another instance may have got the update");
    } else if let Some((place, host)) = test_host(look) {
        let found =
            Found::new("wrong-instance", Grade::Likely, Some(place), format!("{host} looks like a test instance"));
        let help = "send live updates to the host that the network gave you for them, and what went to the test instance there again";
        look.put(found.with_help(help).with_ask(""));
    } else if let Some((place, host)) = own_host(look).or_else(|| former_host(look)) {
        let own = look.request.map(|request| request.host.text().into_owned()).unwrap_or_default();
        let message = format!("the update went to {own}, and by what is written the network is at {host}");
        let help = format!("send to https://{host}{METHOD_PATH}, and send again there what went to {own}");
        look.put(Found::new("wrong-instance", Grade::Likely, Some(place), message).with_help(help).with_ask(""));
    }
}

/// The host of a request, where its name is that of a test instance.
fn test_host(look: &Look<'_>) -> Option<(Span, String)> {
    let host = &look.request?.host;
    let text = host.text().to_ascii_lowercase();
    let is_of_tests = |label: &str| {
        [
            "test", "testing", "uat", "stage", "staging", "stg", "sandbox", "demo", "cakedemo", "dev", "qa", "preprod",
            "training",
        ]
        .contains(&label)
    };
    // What somebody registered may be called so: career-training.com.
    let labels: Vec<&str> = text.split('.').collect();
    let names = &labels[..labels.len().saturating_sub(2)];
    let is_it = names.iter().flat_map(|label| label.split('-')).any(is_of_tests);
    is_it.then(|| (host.whole(), text))
}

/// The host that the network calls its own, where a request went to another: `our CAKE: ping.example.com`.
fn own_host(look: &Look<'_>) -> Option<(Span, String)> {
    const NEAR: usize = 60;
    let host = &look.request?.host;
    let text = host.text().to_ascii_lowercase();
    let phrases = [
        "our cake",
        "our instance",
        "our host",
        "unser cake",
        "unsere instanz",
        "notre cake",
        "nuestro cake",
        "il nostro cake",
    ];
    let named = phrases.iter().filter_map(|name| Some(look.prose.find(name)? + name.len())).find_map(|at| {
        let near = &look.prose[at..look.prose.floor_char_boundary(at + NEAR)];
        let words = near.lines().next()?.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-'));
        words
            .map(|word| word.trim_matches('.'))
            .find(|word| word.matches('.').count() > 1 && word.contains(|c: char| c.is_ascii_alphabetic()))
    })?;
    (named != text && !text.is_empty()).then(|| (host.whole(), named.to_owned()))
}

/// Another host of the same network that people name where they write of a move; and where the request names its own.
fn former_host(look: &Look<'_>) -> Option<(Span, String)> {
    let moves = ["moved", "migrated", "migration", "former", "formerly", "maintenant", "umgezogen", "umzug"];
    let phrases = ["old instance", "new instance", "new host", "now at"];
    if !moves.iter().any(|word| has_word(look.prose, word)) && !look.prose.says(&phrases) {
        return None;
    }
    let host = &look.request?.host;
    let text = host.text().to_ascii_lowercase();
    // What the names of all hosts have in common says nothing.
    let is_own = |label: &&str| label.len() > 4 && !["leads", "track", "example", "clicks", "portal"].contains(label);
    let others = look.prose.match_indices("https://").map(|(at, begin)| {
        let rest = &look.prose[at + begin.len()..];
        let host =
            rest.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-')).next().unwrap_or_default();
        // A link to another page does not say where the instance is.
        let path = rest[host.len()..].strip_prefix('/').unwrap_or_default();
        let is_bare = !path.starts_with(|c: char| c.is_alphanumeric()) || path.starts_with("api/");
        if is_bare { host } else { "" }
    });
    let is_sister = |other: &&str| {
        *other != text && other.split('.').filter(is_own).any(|label| text.split('.').any(|one| one == label))
    };
    let other = others.map(|other| other.trim_end_matches('.')).find(is_sister)?;
    Some((host.whole(), other.to_owned()))
}
