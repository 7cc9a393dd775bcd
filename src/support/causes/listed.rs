//! How a status stands to those that the network has, or named itself.

use crate::support::look::{Found, Look, Variant, is_invisible};
use crate::support::phrases::Says;

/// Whether people say that the network itself named the status.
pub(super) fn is_listed(prose: &str) -> bool {
    prose.means("named-by-the-network") && !prose.means("not-named")
}

/// A status that the network named and CAKE refuses: the network has to look, and the buyer is asked nothing.
pub(super) fn of_listed(found: Found) -> Found {
    let message = format!("{}; it may not be active for the buyer's key", found.message);
    Found { message, ..found }.of(Variant::Listed)
}

/// Whether a status is the one that was sent, but for some damage.
type Same<'s> = &'s dyn Fn(&str) -> bool;

/// In what way a status differs from the configured ones, and which was meant.
pub(super) fn against(look: &Look<'_>, value: &str, names: &[String]) -> (&'static str, Option<String>) {
    let find = |is_same: &dyn Fn(&str) -> bool| names.iter().find(|name| is_same(name)).cloned();
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sub_status = look.value("sub_status").unwrap_or_default();
    if let Some(status) = look.know.status_with(value) {
        if names.iter().any(|name| name.eq_ignore_ascii_case(sub_status)) {
            return ("status-swapped", Some(sub_status.to_owned()));
        }
        return ("status-is-sub-status", Some(status.to_owned()));
    }
    let visible: String = value
        .chars()
        .map(|c| if matches!(u32::from(c), 0xa0 | 0x2000..=0x200a | 0x202f | 0x3000) { ' ' } else { c })
        .filter(|c| !is_invisible(*c))
        .collect();
    let plain = plain(value);
    let decoded = percent_encoding::percent_decode_str(value).decode_utf8_lossy().replace('+', " ");
    let unquoted = value.trim_matches(['"', '\'', '“', '”', '‘', '’', '`']);
    let tries: [(&'static str, Same<'_>); 9] = [
        ("status-space", &|name| {
            value.trim() == name || squeezed(value) == squeezed(name) && !value.chars().any(is_invisible)
        }),
        ("status-invisible", &|name| visible.trim() == name && visible != value),
        ("status-punctuation", &|name| plain == name || plain == self::plain(name)),
        ("status-case", &|name| value.to_lowercase() == name.to_lowercase()),
        ("status-encoded-twice", &|name| {
            value.contains('%') && (decoded == name || decoded.eq_ignore_ascii_case(name))
        }),
        ("status-plus", &|name| value.contains('+') && value.replace('+', " ") == name),
        ("status-quoted", &|name| unquoted != value && unquoted == name),
        ("status-space", &|name| value.replace(' ', "") == name.replace(' ', "")),
        ("status-case", &|name| {
            value.trim().replace(['_', '-'], " ").to_lowercase() == name.to_lowercase() && value.contains(['_', '-'])
        }),
    ];
    for (id, is_same) in tries {
        if let Some(meant) = find(is_same) {
            let id = if id == "status-case" && value.contains(['_', '-']) && !meant.contains(['_', '-']) {
                "status-nearly"
            } else {
                id
            };
            return (id, Some(meant));
        }
    }
    if !value.is_empty() && value.trim().bytes().all(|byte| byte.is_ascii_digit()) {
        return ("status-number", None);
    }
    let is_near = |name: &&String| {
        strsim::osa_distance(&value.to_lowercase(), &name.to_lowercase()) <= 2.max(name.chars().count() / 6)
    };
    if let Some(meant) = names.iter().filter(is_near).min_by_key(|name| strsim::osa_distance(value, name)) {
        return ("status-nearly", Some(meant.clone()));
    }
    ("status-unknown", None)
}

/// Whether a status that CAKE took may well be what another one was meant to be: of short names, two letters make another word.
pub(super) fn is_like(value: &str, meant: &str) -> bool {
    let (value, meant) = (value.to_lowercase(), meant.to_lowercase());
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    // `Unqualified` is not a misspelled `Qualified`, and `Call 2` is not a misspelled `Call 1`.
    let is_opposite = value.ends_with(&meant) || meant.ends_with(&value) || digits(&value) != digits(&meant);
    let is_near = strsim::osa_distance(&value, &meant) <= 2 && meant.len() >= 6;
    is_near && !is_opposite || value.replace(['_', '-', '+'], " ").trim() == meant
}

/// A text with plain punctuation.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '’' | '‘' | '‚' | '´' | '`' | '′' => out.push('\''),
            '“' | '”' | '„' | '″' => out.push('"'),
            '–' | '—' | '‑' | '‐' | '−' => out.push('-'),
            '…' => out.push_str("..."),
            '＆' => out.push('&'),
            c => out.push(c),
        }
    }
    out
}
