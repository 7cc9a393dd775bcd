//! A mock CAKE for tests in Rust: the standard pack on a free port of this machine, and what it received.

use std::borrow::Cow;
use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use thiserror::Error;

use crate::cake::is_parameter;
use crate::mock::{Mock, Options};
use crate::pack::{Origin, Pack, PackError, Worlds, load};
use crate::protocol::{Exchange, Update};

/// A mock CAKE that runs as long as the value lives, inside the test's tokio runtime. The lead ID of an update selects the
/// scenario that is played, as a card number does at a payment sandbox.
///
/// ```
/// use caketester::CakeMock;
/// # use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
/// # async fn get(url: &str) -> std::io::Result<String> {
/// #     let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap_or_default();
/// #     let mut stream = tokio::net::TcpStream::connect(host).await?;
/// #     stream.write_all(format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
/// #     let mut answer = String::new();
/// #     stream.read_to_string(&mut answer).await?;
/// #     Ok(answer)
/// # }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let cake = CakeMock::start().await?;
/// let lead = cake.lead("codes/status-absent").expect("it is in the standard pack");
///
/// // Your client sends this; here it is a plain GET.
/// let answer = get(&format!("{}?api_key={}&lead_id={lead}&status=Funded", cake.url(), cake.api_key())).await?;
/// assert!(answer.contains("<code>3</code>"));
///
/// let received = cake.received();
/// assert_eq!(received[0].update.status, "Funded");
/// assert_eq!(received[0].code, Some(3));
/// # Ok(())
/// # }
/// ```
pub struct CakeMock {
    mock: Mock,
    pack: Pack,
}

/// A request that arrived, and the code it was answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// What it reports. A parameter that was not sent is empty; every other parameter than the key is a field.
    pub update: Update,
    /// The code in the answer, where it has one.
    pub code: Option<i64>,
}

/// Why the mock could not start.
#[derive(Debug, Error)]
pub enum CakeMockError {
    /// The pack cannot be used.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A scenario has mistakes, and would not be played.
    #[error("{0}\n  help: `caketester scenarios lint --pack DIR` shows every mistake of the pack")]
    Mistake(String),
    /// No port can be had.
    #[error("cannot listen on this machine: {0}")]
    Listen(#[from] io::Error),
}

impl CakeMock {
    /// Starts with the standard pack, on a free port of 127.0.0.1.
    pub async fn start() -> Result<Self, CakeMockError> {
        Self::start_from(Origin::Standard).await
    }

    /// Starts with a pack of your own, by its directory. Keys that the pack takes from the environment are taken from it.
    pub async fn start_with_pack(directory: impl Into<PathBuf>) -> Result<Self, CakeMockError> {
        Self::start_from(Origin::Directory(directory.into())).await
    }

    async fn start_from(origin: Origin) -> Result<Self, CakeMockError> {
        let (pack, mistakes) = load(origin, &|name| std::env::var(name).ok())?;
        if let Some(mistake) = mistakes.first() {
            return Err(CakeMockError::Mistake(mistake.to_string()));
        }
        let mock = Mock::start((Ipv4Addr::LOCALHOST, 0).into(), Worlds::of(&pack), Options::default()).await?;
        Ok(Self { mock, pack })
    }

    /// Scheme and host, without a slash at the end: `http://127.0.0.1:49152`.
    pub fn base_url(&self) -> String {
        self.mock.base_url()
    }

    /// The URL of `UpdateLeadStatus`.
    pub fn url(&self) -> String {
        self.mock.url()
    }

    /// The API key that is accepted.
    pub fn api_key(&self) -> &str {
        self.pack.key.expose()
    }

    /// The lead of a scenario, by the scenario's id; of several steps, the first's.
    pub fn lead(&self, scenario: &str) -> Option<&str> {
        let entry = self.pack.entries.iter().find(|entry| entry.scenario.id.as_str() == scenario)?;
        Some(&entry.scenario.steps.first()?.update.lead_id)
    }

    /// What has arrived so far, in its order.
    pub fn received(&self) -> Vec<Received> {
        let exchanges = self.mock.journal().exchanges();
        exchanges.iter().map(|exchange| Received::of(exchange)).collect()
    }
}

impl Received {
    fn of(exchange: &Exchange) -> Self {
        let params = exchange.request.params();
        let text = |name: &str| params.get(name).map(Cow::into_owned);
        let fields = params.iter().filter(|(name, _)| !is_parameter(name));
        let update = Update {
            lead_id: text("lead_id").unwrap_or_default(),
            status: text("status").unwrap_or_default(),
            sub_status: text("sub_status"),
            fields: fields.map(|(name, value)| (name.to_owned(), value.into_owned())).collect(),
        };
        Self { update, code: exchange.code.map(|code| code.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::CakeMock;

    #[tokio::test]
    async fn a_pack_with_a_mistake_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let scenarios = directory.path().join("scenarios/codes");
        std::fs::create_dir_all(&scenarios).unwrap();
        std::fs::copy("scenarios/instance.yaml", directory.path().join("scenarios/instance.yaml")).unwrap();
        std::fs::write(scenarios.join("one.yaml"), "title: One\nupdaet: {}\n").unwrap();
        let refused = CakeMock::start_with_pack(directory.path()).await.err().unwrap().to_string();
        assert!(refused.contains("updaet") && refused.contains("scenarios lint"), "{refused}");
    }
}
