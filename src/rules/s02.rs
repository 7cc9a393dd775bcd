//! S02: refuses a server whose TLS certificate it cannot verify.

use super::evidence::Evidence;
use super::rule::{Breach, Level, Rule, RuleId};
use crate::scenario::Basis;

pub(super) const RULE: Rule = Rule {
    id: RuleId("S02"),
    title: "refuses a server whose TLS certificate it cannot verify",
    level: Level::Should,
    basis: Basis::Platform,
    why: "Without that check anybody on the way can pose as CAKE, read the key, and answer code 0.",
    bad: "curl --insecure, verify=False, CURLOPT_SSL_VERIFYPEER => false",
    good: "the library's default, with the right authority configured",
    change: "leave certificate checks on; to test, trust the file that CAKE_CA_FILE names",
    follows: &[],
    restrains: true,
    check,
};

fn check(_: &Evidence) -> Option<Vec<Breach>> {
    None
}
