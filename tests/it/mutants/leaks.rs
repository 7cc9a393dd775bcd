//! Where the key goes that it should not go.

use super::client::Habit::{FallsBack, Pairs, Prints, Request, Trusts, TrustsUntold};
use super::row::{Mutant, killed, recommended};
use super::wire::Trust;

/// Base64, as headers carry it.
fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let chunks = text.as_bytes().chunks(3).map(|chunk| {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        let letter =
            |at: usize| if at > chunk.len() { '=' } else { char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]) };
        (0..4).map(letter).collect::<String>()
    });
    chunks.collect()
}

pub(crate) const TABLE: &[Mutant] = &[
    recommended(
        "Authorization: Bearer KEY",
        &["S03"],
        Request(|r| r.header("Authorization", format!("Bearer {}", r.key))),
    ),
    recommended("Authorization: KEY", &["S03"], Request(|r| r.header("Authorization", r.key.clone()))),
    recommended(
        "basic authorization, the key as user",
        &["S03"],
        Request(|r| r.header("Authorization", format!("Basic {}", base64(&format!("{}:", r.key))))),
    ),
    recommended(
        "basic authorization, the key as password",
        &["S03"],
        Request(|r| r.header("Authorization", format!("Basic {}", base64(&format!("api:{}", r.key))))),
    ),
    recommended("X-Api-Key: KEY", &["S03"], Request(|r| r.header("X-Api-Key", r.key.clone()))),
    recommended("X-Api-Key: base64 of KEY", &["S03"], Request(|r| r.header("X-Api-Key", base64(&r.key)))),
    recommended(
        "X-Api-Key: KEY in hexadecimal",
        &["S03"],
        Request(|r| r.header("X-Api-Key", r.key.bytes().map(|b| format!("{b:02x}")).collect::<String>())),
    ),
    recommended("X-Api-Key: KEY in small letters", &["S03"], Request(|r| r.header("X-Api-Key", r.key.to_lowercase()))),
    recommended(
        "X-Api-Key: KEY percent-encoded",
        &["S03"],
        Request(|r| r.header("X-Api-Key", r.key.bytes().map(|b| format!("%{b:02X}")).collect::<String>())),
    ),
    recommended("User-Agent: acme/KEY", &["S03"], Request(|r| r.header("User-Agent", format!("acme/{}", r.key)))),
    recommended("Cookie: key=KEY", &["S03"], Request(|r| r.header("Cookie", format!("key={}", r.key)))),
    recommended(
        "Cookie: base64 of JSON with KEY",
        &["S03"],
        Request(|r| r.header("Cookie", format!("s={}", base64(&format!("{{\"key\":\"{}\"}}", r.key))))),
    ),
    recommended(
        "Referer: the URL with KEY",
        &["S03"],
        Request(|r| r.header("Referer", format!("http://{}{}?{}", r.host, r.path, r.query))),
    ),
    recommended("Origin: KEY", &["S03"], Request(|r| r.header("Origin", format!("http://{}.example", r.key)))),
    recommended("From: KEY@acme.example", &["S03"], Request(|r| r.header("From", format!("{}@acme.example", r.key)))),
    recommended(
        "Idempotency-Key with KEY in it",
        &["S03"],
        Request(|r| r.header("Idempotency-Key", format!("{}-1", r.key))),
    ),
    killed("KEY in the path", &["Q02"], Request(|r| r.path = format!("/{}{}", r.key, r.path))),
    recommended(
        "KEY as a second parameter",
        &["Q12", "S03"],
        Pairs(|_, pairs| {
            let key = pairs[0].1.clone();
            pairs.push(("key".into(), key));
        }),
    ),
    recommended(
        "base64 of KEY as a second parameter",
        &["Q12", "S03"],
        Pairs(|_, pairs| {
            let key = base64(&pairs[0].1);
            pairs.push(("signature".into(), key));
        }),
    ),
    recommended("KEY without a name", &["S03"], Request(|r| r.query = format!("{}&{}", r.key, r.query))),
    killed("KEY after #", &["Q08"], Request(|r| r.query = format!("{}#{}", r.query, r.key))),
    killed(
        "KEY in a note",
        &["Q15"],
        Pairs(|u, pairs| {
            if u.fields.contains_key("note") {
                let key = pairs[0].1.clone();
                pairs.iter_mut().filter(|(n, _)| n == "note").for_each(|(_, v)| v.clone_from(&key));
            }
        }),
    ),
    recommended("KEY on standard output", &["S04"], Prints("standard output")),
    recommended("KEY on standard error", &["S04"], Prints("standard error")),
    killed("takes any certificate", &["S02"], Trusts(Trust::Anything)),
    killed("takes a certificate whose time is over", &["S02"], Trusts(Trust::Expired)),
    killed("takes a certificate for another host", &["S02"], Trusts(Trust::AnotherHost)),
    killed("takes a certificate of an authority that nobody knows", &["S02"], Trusts(Trust::UnknownAuthority)),
    killed("verifies only where it is told an authority", &["S02"], TrustsUntold),
    killed("sends without TLS where TLS fails", &["S02"], FallsBack),
];
