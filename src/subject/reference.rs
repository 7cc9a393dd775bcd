//! The built-in client: how an integration is done right, and the one the main job checks when there is no other.

use std::time::{Duration, Instant};

use super::conclusion::{Case, Concluded, Conclusion, Subject, SubjectError, Trace};
use super::http::{self, Patience};
use crate::protocol::xml::{self, Reading};
use crate::protocol::{Answer, Outcome};

/// How long it waits. Thirty seconds would be right for a CAKE far away; this one is asked for by a mock in its own process,
/// which answers within a second or never will. What is left is room for a machine that has others to serve first,
/// and that is not even counted (see `Patience`).
const PATIENCE: Patience =
    Patience { whole: Duration::from_millis(1_250), without_progress: Duration::from_millis(950) };

/// A client that does everything right.
#[derive(Debug)]
pub struct Reference {
    client: reqwest::Client,
    authority: Vec<u8>,
}

impl Reference {
    /// A client that trusts this authority: its certificate as DER.
    pub fn new(authority: &[u8]) -> Result<Self, SubjectError> {
        Ok(Self { client: client(authority, None)?, authority: authority.to_vec() })
    }
}

fn client(authority: &[u8], proxy: Option<&str>) -> Result<reqwest::Client, SubjectError> {
    http::client(Some(authority), proxy).map_err(|error| SubjectError::Harness {
        what: "set up the built-in client",
        source: std::io::Error::other(error),
    })
}

impl Subject for Reference {
    async fn report(&self, case: Case) -> Result<Conclusion, SubjectError> {
        let started = Instant::now();
        let url = format!("{}?{}", case.url(), case.update.query(&case.key));
        // A proxy lives as long as its step.
        let client = match &case.proxy {
            Some(proxy) => client(&self.authority, Some(proxy))?,
            None => self.client.clone(),
        };
        let answer = http::get(&client, &url, PATIENCE).await;
        let (outcome, reading, said) = match &answer {
            Ok(answer) => conclude(answer),
            Err(error) => (Outcome::Unknown, None, error.to_string()),
        };
        let trace = Trace { stdout: said, elapsed: started.elapsed(), ..Trace::default() };
        let code = reading.map(|reading| reading.code);
        Ok(Conclusion { verdict: Concluded::Outcome(outcome), code, trace })
    }
}

/// What follows from an answer. The code decides, never the message, and never the HTTP status alone; but a
/// success that comes with a failing status is none to rely on.
fn conclude(answer: &Answer) -> (Outcome, Option<Reading>, String) {
    match xml::read(&answer.body) {
        Err(unreadable) => (Outcome::Unknown, None, format!("HTTP {}: {unreadable}", answer.http_status)),
        Ok(reading) => {
            let outcome = match (reading.code.0, answer.http_status) {
                (0, 200) => Outcome::Updated,
                (1..=4, _) => Outcome::Rejected,
                _ => Outcome::Unknown,
            };
            let said = format!("code {}: {}", reading.code, reading.msg);
            (outcome, Some(reading), said)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::conclude;
    use crate::protocol::{Answer, Code, Outcome, xml};

    fn outcome(http_status: u16, code: i64) -> Outcome {
        conclude(&Answer::new(http_status, Answer::XML, xml::write(xml::Shape::Documented, Code(code), "m"))).0
    }

    #[test]
    fn the_code_decides_and_a_success_needs_http_200() {
        assert_eq!(outcome(200, 0), Outcome::Updated);
        for code in 1..=4 {
            assert_eq!(outcome(200, code), Outcome::Rejected);
            assert_eq!(outcome(500, code), Outcome::Rejected);
        }
        assert_eq!(outcome(200, 7), Outcome::Unknown);
        assert_eq!(outcome(503, 0), Outcome::Unknown);
        assert_eq!(conclude(&Answer::new(200, Answer::HTML, "<html></html>")).0, Outcome::Unknown);
    }
}
