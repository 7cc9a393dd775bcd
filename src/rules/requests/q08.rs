//! Q08: encodes the query so that every value survives.

use crate::protocol::Exchange;
use crate::rules::libraries::ENCODE;
use crate::rules::rule::{Basis, Breach, Evidence, Level, Rule, RuleId, Weight};
use crate::rules::values::{Misencoded, misencoded, quoted};
use crate::secret::MASK;

pub(in crate::rules) const RULE: Rule = Rule {
    id: RuleId::Q08,
    title: "encodes the query so that every value survives",
    level: Level::Must,
    basis: Basis::Documented,
    why: "In a query & ends a value, # ends the query, + is a space and % begins an escape. A value that is not encoded arrives as another one, and CAKE records it, or refuses it, without a word about encoding.",
    bad: "status=Closed & Paid, sub_status=50%, note=1+1, status=Financé in Latin-1",
    good: "status=Closed+%26+Paid, sub_status=50%25, note=1%2B1, status=Financ%C3%A9",
    change: "have a library encode every name and value, as UTF-8, once: URLSearchParams, http_build_query, urllib.parse.urlencode, curl --data-urlencode",
    in_libraries: ENCODE,
    check,
    ..Rule::PLAIN
};

fn check(seen: &Evidence) -> Option<Vec<Breach>> {
    if seen.is_refused_unencoded() {
        let why = seen.concluded.err().unwrap_or("other updates arrived");
        let breach = Breach::new(format!("no request arrived for values that have to be encoded: {why}"));
        let breach = breach.instead("one GET", "nothing");
        return Some(vec![breach.change(format!(
            "{}; if the client knows only the values of its network, say so: `can: {{ values: false }}` in caketester.yaml, or --cannot \
             values; if other such values do arrive, it is something else that keeps this one back, and what the program prints may say it",
            RULE.change
        ))]);
    }
    Evidence::each(seen.attempts(), |exchange| {
        if exchange.request.is_tls() {
            // The wrong protocol is no matter of encoding, and the report says of it what there is to say.
            return vec![];
        }
        if exchange.is_unparsable() {
            return vec![unparsable(exchange)];
        }
        let params = exchange.request.params();
        let damaged = if Evidence::is_call(exchange) { misencoded(&seen.step.update, &params) } else { vec![] };
        let mut breaches: Vec<Breach> = damaged.iter().map(Misencoded::breach).collect();
        let bare: Vec<&str> = params.bare().filter(|_| !damaged.is_empty()).collect();
        if !bare.is_empty() {
            // The rest of a key with an & in it, perhaps.
            let shown = |text: &&str| if seen.key.expose().contains(*text) { MASK.to_owned() } else { quoted(text) };
            let listed = bare.iter().map(shown).collect::<Vec<_>>().join(", ");
            let breach = Breach::new(format!("the query has parts without a name: {listed}"));
            breaches.push(breach.change("& inside a value has to be sent as %26"));
        }
        breaches.extend(exchange.request.fragment().map(|lost| {
            let breach = Breach::new(format!("everything after # was lost on the way: {lost:?}"));
            breach.change("# inside a value has to be sent as %23")
        }));
        let line = exchange.request.raw_head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if breaches.is_empty() && !line.is_ascii() {
            // IIS reads them; what stands between may not.
            let breach = Breach::new("the query holds characters beyond ASCII as they are").weighs(Weight::Recommended);
            breaches.push(breach.change(BEYOND_ASCII));
        }
        breaches
    })
}

const BEYOND_ASCII: &str = "characters beyond ASCII have to be sent as UTF-8, percent-encoded";

/// What hyper would not read never reached CAKE either: IIS refuses it in the same way.
fn unparsable(exchange: &Exchange) -> Breach {
    let line = exchange.request.raw_line();
    let target = line.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').trim_end_matches(" HTTP/");
    let breach = Breach::new(exchange.why.clone()).instead("a GET whose query is encoded", &*line);
    if target.matches(' ').count() > 1 {
        breach.change("a space in a value has to be sent as + or %20")
    } else if !line.is_ascii() {
        breach.change(BEYOND_ASCII)
    } else {
        breach
    }
}
