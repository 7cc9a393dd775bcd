//! Links that a mail gateway put in the place of a URL. The URL stands inside, in an encoding of the gateway's own.

use crate::support::traced::Traced;

/// The URL inside a link; nothing where the link is what it seems.
pub(super) fn unwrap(link: &Traced) -> Option<Traced> {
    let text = String::from_utf8(link.bytes().to_vec()).ok()?;
    let host_start = text.find("://")? + 3;
    let host_end = host_start + text[host_start..].find('/')?;
    let host = text[host_start..host_end].to_ascii_lowercase();
    let behind = &text[host_end..];
    let inner = if host.ends_with("urldefense.com") && behind.starts_with("/v3/__") {
        third(link, &text, host_end + "/v3/__".len())
    } else if host.contains("urldefense") {
        let value = parameter(&text, host_end, &["u"])?;
        percent(&second(&link.slice(value)))
    } else {
        let names: &[&str] = match &*host {
            _ if host.ends_with("safelinks.protection.outlook.com") => &["url"],
            _ if host.contains("google.") && behind.starts_with("/url") => &["q", "url"],
            "linkprotect.cudasvc.com" => &["a"],
            "slack-redir.net" => &["url"],
            "l.facebook.com" | "protect2.fireeye.com" => &["u"],
            _ => return None,
        };
        percent(&link.slice(parameter(&text, host_end, names)?))
    };
    let is_url = inner.bytes().starts_with(b"http");
    is_url.then_some(inner)
}

/// Where the value of the first of these parameters stands.
fn parameter(text: &str, from: usize, names: &[&str]) -> Option<std::ops::Range<usize>> {
    let query = from + text[from..].find('?')? + 1;
    let mut start = query;
    for part in text[query..].split('&') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        // A link in HTML that was pasted as its source.
        let name = name.strip_prefix("amp;").unwrap_or(name);
        if names.contains(&name) {
            return Some(start + part.len() - value.len()..start + part.len());
        }
        start += part.len() + 1;
    }
    None
}

/// Proofpoint's second way: `-` for `%`, `_` for `/`.
fn second(value: &Traced) -> Traced {
    value.replaced(|rest| match rest[0] {
        b'-' => Some((b"%".into(), 1)),
        b'_' => Some((b"/".into(), 1)),
        _ => None,
    })
}

/// Proofpoint's third way: `*` for a character, and all of these in base64 behind the URL; `**X` for several.
fn third(link: &Traced, text: &str, start: usize) -> Traced {
    use base64::Engine as _;
    let end = text[start..].find("__;").map_or(text.len(), |at| start + at);
    let behind = text.get(end + 3..).unwrap_or_default();
    let coded: String = behind.chars().take_while(|c| *c != '!').collect();
    let kept = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(coded.trim_end_matches('='));
    let kept = String::from_utf8(kept.unwrap_or_default()).unwrap_or_default();
    let mut kept = kept.chars();
    link.slice(start..end).replaced(|rest| {
        let (width, count) = match rest {
            [b'*', b'*', letter, ..] => run_length(*letter).map_or((1, 1), |count| (3, count)),
            [b'*', ..] => (1, 1),
            _ => return None,
        };
        let restored: String = kept.by_ref().take(count).collect();
        let restored = if restored.is_empty() { "*".to_owned() } else { restored };
        Some((restored.into_bytes().into(), width))
    })
}

/// `A` stands for two characters, and so on.
fn run_length(letter: u8) -> Option<usize> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    alphabet.iter().position(|known| *known == letter).map(|at| at + 2)
}

/// A value without its percent encoding.
fn percent(value: &Traced) -> Traced {
    value.replaced(|rest| {
        let digits = rest.strip_prefix(b"%")?.get(..2).and_then(|digits| std::str::from_utf8(digits).ok())?;
        Some((vec![u8::from_str_radix(digits, 16).ok()?].into(), 3))
    })
}

#[cfg(test)]
mod tests {
    use super::{Traced, unwrap};

    fn inside(link: &str) -> String {
        unwrap(&Traced::at(0, link)).map_or("-".into(), |url| url.text().into_owned())
    }

    #[test]
    fn a_protected_link_gives_its_url_back() {
        let url = "https://h/p?a=b%20c&d=e";
        for link in [
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fh%2Fp%3Fa%3Db%2520c%26d%3De&data=05%7C01",
            "https://eur01.safelinks.protection.outlook.com/?data=x&amp;url=https%3A%2F%2Fh%2Fp%3Fa%3Db%2520c%26d%3De",
            "https://urldefense.proofpoint.com/v2/url?u=https-3A__h_p-3Fa-3Db-2520c-26d-3De&d=DwM&c=x",
            "https://urldefense.com/v3/__https://h/p?a=b*20c&d=e__;JQ!!abc!def$",
            "https://www.google.com/url?q=https%3A%2F%2Fh%2Fp%3Fa%3Db%2520c%26d%3De&sa=D",
        ] {
            assert_eq!(inside(link), url, "{link}");
        }
        assert_eq!(inside("https://urldefense.com/v3/__https://h/p?a=**B&d=e__;JSsr!!"), "https://h/p?a=%++&d=e");
        for other in
            [url, "https://urldefense.com/v3/", "https://google.com/url?q=x", "x", "https://urldefense.com/v3/__é*__;é"]
        {
            assert_eq!(inside(other), "-", "{other}");
        }
    }
}
