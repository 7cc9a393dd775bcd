//! What only the network can see or change.

use std::net::Ipv4Addr;

use crate::support::evidence::Evidence;
use crate::support::look::{Grade, Look};
use crate::support::phrases::Says;

/// Whether an answer says itself that it has no body, or somebody else does.
fn is_empty(look: &Look<'_>) -> bool {
    let mut headers = look.item.answer.iter().flat_map(|answer| &answer.headers);
    let is_said = ["0 bytes", "empty answer", "empty response", "empty reply", "document is empty", "leere antwort"];
    let is_whole = |(at, _): (usize, &str)| !look.prose[..at].ends_with(|c: char| c.is_ascii_digit());
    is_said.iter().any(|words| look.prose.match_indices(words).any(is_whole))
        || headers.any(|header| header.name.eq_ignore_ascii_case("content-length") && header.value.text() == "0")
}

/// Whether people write which addresses may call.
fn says_which(prose: &str) -> bool {
    prose.says(&[
        "restricted to ",
        "ip addresses you will",
        "ip address you will",
        "address is registered",
        "registered ip",
    ])
}

/// The address of a client, in a log with its port.
fn address(client: &str) -> Option<Ipv4Addr> {
    client.split(':').next()?.parse().ok()
}

/// An address, or a range of them: `198.51.100.0/24`.
fn range(word: &str) -> Option<(Ipv4Addr, u32)> {
    let (address, bits) = word.trim_end_matches('.').split_once('/').unwrap_or((word.trim_end_matches('.'), "32"));
    let bits = bits.parse().ok().filter(|bits| *bits <= 32)?;
    Some((address.parse().ok()?, bits))
}

fn has((address, bits): (Ipv4Addr, u32), client: Ipv4Addr) -> bool {
    let common = (address.to_bits() ^ client.to_bits()).leading_zeros();
    common >= bits
}

pub(super) fn check(look: &mut Look<'_>) {
    let lower = look.prose;
    let of_another = ["other network", "another network", "different network", "andere netzwerk", "anderen netzwerk"];
    if matches!(look.evidence, Evidence::Code(1 | 2)) && lower.says(&of_another) {
        let message = "the leads seem to be another network's; each network has a host and keys of its own";
        look.add("wrong-instance", Grade::Likely, None, message);
    }
    let names_list = |text: &str| text.means("allow-list");
    let is_refusal = matches!(
        look.evidence,
        Evidence::Http(401 | 403) | Evidence::Page(_) | Evidence::Restricted | Evidence::Failed(_)
    );
    if is_refusal && names_list(&look.item.answer_text().to_lowercase()) {
        // What answered says itself why.
        look.found.retain(|found| found.id != "not-cake");
        look.add("address-not-allowed", Grade::Likely, None, "the answer speaks of a list of allowed addresses");
    } else if matches!(look.evidence, Evidence::Fine | Evidence::None) && names_list(lower) && is_empty(look) {
        let message = "the answer is empty, as it is where the sender's address is not on the list of allowed ones";
        look.add("address-not-allowed", Grade::Likely, None, message);
    } else if is_refusal && names_list(lower) {
        look.add("address-not-allowed", Grade::Possible, None, "the address may not be on the network's list");
    } else if !matches!(look.evidence, Evidence::Code(_)) && (names_list(lower) || says_which(lower)) {
        let client = look.item.logged.client.as_deref().and_then(address);
        // Those of the sentences that speak of a list.
        let sentences = lower.split(['\n', '!', '?']).flat_map(|line| line.split(". "));
        let told = sentences.filter(|sentence| names_list(sentence) || says_which(sentence));
        let words = told.flat_map(|sentence| sentence.split(|c: char| !matches!(c, '0'..='9' | '.' | '/')));
        let known: Vec<(Ipv4Addr, u32)> = words.filter_map(range).collect();
        if let Some(client) = client.filter(|client| !known.is_empty() && !known.iter().any(|one| has(*one, *client))) {
            let message = format!("this came from {client}, which is not among the addresses in the ticket's text");
            look.add("address-not-allowed", Grade::Likely, None, message);
        }
    }
}
