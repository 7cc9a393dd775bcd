//! A07 to A10: concludes the right thing from an answer that is not the usual one.

use crate::rules::concluded::{claimed, judged};
use crate::rules::evidence::Given;
use crate::rules::rule::{Basis, Level, Rule, RuleId, Takes};

pub(in crate::rules) const A07: Rule = Rule {
    id: RuleId::A07,
    title: "never takes an unknown code for success, whatever the message",
    level: Level::Must,
    basis: Basis::Documented,
    why: "CAKE documents the codes 0 to 4. Whatever a fifth may mean one day, it is not 0.",
    bad: "if (code < 1 || code > 4) return UPDATED; a 0 found somewhere in 10",
    good: "updated from 0 and from nothing else",
    change: "take only 0 as success; everything beyond 4 is unknown, and worth a look by a person",
    restrains: true,
    everywhere: true,
    takes: Takes::Outcome,
    check: |seen| seen.given().filter(|given| *given == Given::UnknownCode).map(|_| claimed(seen)),
    ..Rule::PLAIN
};

pub(in crate::rules) const A08: Rule = Rule {
    id: RuleId::A08,
    title: "reads the answer in any XML shape with the same meaning",
    level: Level::Should,
    basis: Basis::Platform,
    why: "Which bytes this method sends is not documented: with or without declaration, namespaces, line ends or comments it is the same answer, and a server may change them with any update.",
    bad: "if (body.contains(\"<code>0</code>\"))",
    good: "an XML parser, and the text of the element code",
    change: "read the answer with an XML parser, by the local name of its elements",
    takes: Takes::Outcome,
    check: |seen| judged(seen, |given| given == Given::OtherShape),
    ..Rule::PLAIN
};

pub(in crate::rules) const A09: Rule = Rule {
    id: RuleId::A09,
    title: "takes nothing that is no CAKE answer as success",
    level: Level::Must,
    basis: Basis::Platform,
    why: "An error page, a login page, a maintenance page or an answer that ends too soon comes from something else than the method, often with HTTP 200. Nothing is known of the lead then.",
    bad: "try { parse(body) } catch { } return UPDATED",
    good: "unknown, unless a well-formed answer with code 0 was read",
    change: "conclude updated only from a code 0 that was read from well-formed XML; from anything else, unknown",
    restrains: true,
    everywhere: true,
    takes: Takes::Outcome,
    check: |seen| seen.given().filter(|given| *given == Given::NoCode).map(|_| claimed(seen)),
    ..Rule::PLAIN
};

pub(in crate::rules) const A10: Rule = Rule {
    id: RuleId::A10,
    title: "decides by the code, not by the message",
    level: Level::Should,
    basis: Basis::Documented,
    why: "Of all messages only code 0's is documented. A network may word or translate any of them, and a refusal may well contain the word success.",
    bad: "if (body.contains(\"success\")) return UPDATED",
    good: "read <code>; show <msg> to people",
    change: "decide by <code> alone; keep <msg> for the log",
    takes: Takes::Outcome,
    check: |seen| judged(seen, |given| given == Given::OtherMessage),
    ..Rule::PLAIN
};
