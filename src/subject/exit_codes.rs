//! Which exit codes of a client mean which outcome.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::protocol::Outcome;

/// Which exit codes mean which outcome. Any other is a crash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExitCodes(BTreeMap<i32, Outcome>);

/// An outcome with the exit codes that mean it: `rejected=2,3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExitMeaning {
    outcome: Outcome,
    codes: Vec<i32>,
}

impl FromStr for ExitMeaning {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, codes) = text.split_once('=').ok_or("it is of the form OUTCOME=CODES, for example rejected=2,3")?;
        let outcome = Outcome::of_word(word);
        let outcome = outcome
            .ok_or_else(|| format!("{word:?} is not an outcome; the outcomes are updated, rejected and unknown"))?;
        let number = |code: &str| match code.trim().parse() {
            // Windows has others.
            Ok(number) if (0..=255).contains(&number) || cfg!(windows) => Ok(number),
            _ if code.contains('=') => {
                Err(format!("{code:?} is not an exit code: give the option once for each outcome"))
            }
            _ => Err(format!("{code:?} is not an exit code: it is a number from 0 to 255")),
        };
        Ok(Self { outcome, codes: codes.split(',').map(number).collect::<Result<_, _>>()? })
    }
}

/// As it is read.
impl fmt::Display for ExitMeaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes: Vec<String> = self.codes.iter().map(ToString::to_string).collect();
        write!(f, "{}={}", self.outcome, codes.join(","))
    }
}

impl ExitMeaning {
    /// What to say where exit code 1 means an outcome: most programs that crash end with it too.
    pub fn doubt(meanings: &[Self]) -> Option<String> {
        let one = meanings.iter().find(|meaning| meaning.codes.contains(&1))?;
        Some(format!(
            "exit code 1 means {} here, and most programs that crash end with it too: their crash then passes for that\n  help: end with \
             another code, such as 2, and map that one",
            one.outcome
        ))
    }
}

impl ExitCodes {
    /// These meanings. An outcome that is not among them keeps the contract's code, unless that is taken: 0 updated,
    /// 10 rejected, 11 unknown.
    pub fn new(meanings: &[ExitMeaning]) -> Result<Self, String> {
        let mut codes = BTreeMap::new();
        for ExitMeaning { outcome, codes: meant } in meanings {
            for code in meant {
                if let Some(other) = codes.insert(*code, *outcome).filter(|other| other != outcome) {
                    return Err(format!("exit code {code} cannot mean both {other} and {outcome}"));
                }
            }
        }
        for (code, outcome) in [(0, Outcome::Updated), (10, Outcome::Rejected), (11, Outcome::Unknown)] {
            if meanings.iter().all(|meaning| meaning.outcome != outcome) {
                codes.entry(code).or_insert(outcome);
            }
            if !codes.values().any(|known| *known == outcome) {
                return Err(format!("no exit code means {outcome} any more: say which one does, too"));
            }
        }
        Ok(Self(codes))
    }

    /// The outcome an exit code means.
    pub fn outcome(&self, code: i32) -> Option<Outcome> {
        self.0.get(&code).copied()
    }

    /// The meanings in words: `0 updated, 10 rejected, 11 unknown`.
    pub fn in_words(&self) -> String {
        self.0.iter().map(|(code, outcome)| format!("{code} {outcome}")).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::{ExitCodes, ExitMeaning};
    use crate::protocol::Outcome;

    fn codes(texts: &[&str]) -> Result<ExitCodes, String> {
        let meanings: Result<Vec<ExitMeaning>, String> = texts.iter().map(|text| text.parse()).collect();
        ExitCodes::new(&meanings?)
    }

    #[test]
    fn the_contracts_codes_hold_unless_others_are_given() {
        assert_eq!(codes(&[]).unwrap().in_words(), "0 updated, 10 rejected, 11 unknown");
        let own = codes(&["updated=0", "rejected=2, 3"]).unwrap();
        assert_eq!(own.outcome(3), Some(Outcome::Rejected));
        assert_eq!(own.outcome(10), None);
        assert_eq!(own.outcome(11), Some(Outcome::Unknown));
        let swapped = codes(&["unknown=0", "updated=11"]).unwrap();
        assert_eq!(swapped.outcome(0), Some(Outcome::Unknown));
    }

    #[test]
    fn a_meaning_is_written_as_it_is_read() {
        let meaning: ExitMeaning = "rejected=2, 3".parse().unwrap();
        assert_eq!(meaning.to_string(), "rejected=2,3");
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        for (texts, said) in [
            (&["rejected"][..], "OUTCOME=CODES"),
            (&["refused=2"], "\"refused\" is not an outcome"),
            (&["rejected=two"], "\"two\" is not an exit code"),
            (&["rejected=300"], "a number from 0 to 255"),
            (&["rejected=2,unknown=2"], "give the option once for each outcome"),
            (&["unknown=0"], "no exit code means updated any more"),
            (&["rejected="], "\"\" is not an exit code"),
            (&["rejected=2", "unknown=2"], "exit code 2 cannot mean both rejected and unknown"),
        ] {
            let error = codes(texts).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}
