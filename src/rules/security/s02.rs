//! S02: refuses a server whose TLS certificate it cannot verify.

use crate::rules::evidence::ObstacleMet;
use crate::rules::libraries::VERIFY;
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::S02,
    title: "refuses a server whose TLS certificate it cannot verify",
    level: Level::Must,
    basis: Basis::Platform,
    why: "Without that check anybody on the way can pose as CAKE, read the key, and answer with code 0.",
    bad: "curl --insecure, verify=False, CURLOPT_SSL_VERIFYPEER => false",
    good: "the library's default, with the right authority configured",
    change: "leave the verification of certificates on, host name included (options that turn it off are called verify, insecure or rejectUnauthorized); to test, trust the file that CAKE_CA_FILE names",
    restrains: true,
    everywhere: true,
    in_libraries: VERIFY,
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let ObstacleMet { shown, requests, in_clear, .. } = seen.obstacle.filter(|met| met.shown.is_seen())?;
    let message = if in_clear {
        format!("the client sent its update, key included, without TLS, after TLS had failed: {shown}")
    } else {
        format!("the client sent its update, key included, to a server that it cannot verify: {shown}")
    };
    Some(if requests > 0 { vec![Breach::new(message)] } else { vec![] })
}
