//! Q03: sends `api_key` once, as issued.

use crate::rules::breach::Breach;
use crate::rules::evidence::Evidence;
use crate::rules::id::RuleId;
use crate::rules::rule::{Level, Rule};
use crate::rules::values::{Sent, sent};
use crate::scenario::Basis;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q03,
    title: "sends api_key once, as issued",
    level: Level::Must,
    basis: Basis::Documented,
    why: "The key says which buyer reports. CAKE compares it to the letter and answers code 1 to any other.",
    bad: "apikey=…, or the key of a configuration file that nobody remembers",
    good: "api_key= and the key from CAKE_API_KEY",
    change: "send the key from CAKE_API_KEY (or {api_key}) as api_key, whatever the configuration says",
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let key = seen.key.expose();
    let length = |text: &str| format!("a key of {} characters", text.chars().count());
    Evidence::each(seen.first_call(), |params| match sent("api_key", params, key) {
        Sent::Right | Sent::Repeated => vec![],
        Sent::Missing => vec![Breach::new("api_key was not sent")],
        Sent::Misencoded(got, how) => {
            let how = how.map_or_else(String::new, |how| format!(": {how}"));
            let breach = Breach::new(format!("api_key was not encoded{how}")).instead(length(key), length(&got));
            vec![breach.change("have a library encode the key like every other value of the query")]
        }
        Sent::Other(got, how) => {
            let how = how.map_or_else(String::new, |how| format!(": {how}"));
            vec![Breach::new(format!("api_key is not the one handed over{how}")).instead(length(key), length(&got))]
        }
        Sent::Formatted(got) | Sent::Rewritten(got) => {
            vec![Breach::new("api_key is not the one handed over").instead(length(key), length(&got))]
        }
    })
}
