//! Q03: sends `api_key` once, as issued.

use crate::protocol::{KeyDifference, KeySent};
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId};

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q03,
    title: "sends api_key once, as issued",
    level: Level::Must,
    basis: Basis::Documented,
    why: "The key identifies the buyer. CAKE compares it letter by letter, and answers with code 1 to any other.",
    bad: "apikey=…, or a key from a forgotten configuration file",
    good: "api_key= and the key from CAKE_API_KEY",
    change: "send the key from CAKE_API_KEY (or {api_key}) as api_key, not the one in the configuration",
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    let told = |length: usize| format!("a key of {length} characters");
    let own = seen.key.expose().chars().count();
    let different = |what: &str, KeyDifference { length, how }: &KeyDifference| {
        let how = how.as_ref().map_or_else(String::new, |how| format!(": {how}"));
        Breach::new(format!("api_key {what}{how}")).instead(told(own), told(*length))
    };
    let first = seen.attempts().find(|exchange| Evidence::is_call(exchange));
    Evidence::each(first, |exchange| match exchange.api_key() {
        KeySent::Right | KeySent::Repeated => vec![],
        KeySent::Missing => vec![Breach::new("api_key was not sent")],
        KeySent::Misencoded(difference) => {
            let breach = different("was not encoded", difference);
            vec![breach.change("have a library encode the key like every other value of the query")]
        }
        KeySent::Other(difference) => vec![different("is not the one handed over", difference)],
    })
}
