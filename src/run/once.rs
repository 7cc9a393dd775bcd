//! One update put to a client: a mock is opened for it, the client is started, and what crossed the wire is kept.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpSocket;

use super::transport::{Transport, Way};
use crate::mock::{Journal, Mock, Options, Reach};
use crate::pack::{Pack, Worlds};
use crate::protocol::{Obstacle, Update};
use crate::scenario::Step;
use crate::subject::{Case, Conclusion, Subject, SubjectError};

/// Where the mock of a step is found, or is not.
pub(super) struct Whereabouts<'t> {
    transport: &'t Transport,
    reach: Reach,
    obstacle: Option<Obstacle>,
    port: u16,
}

impl<'t> Whereabouts<'t> {
    /// Where a mock is reached like this.
    pub(super) fn at(transport: &'t Transport, reach: Reach) -> Self {
        Self { transport, reach, obstacle: None, port: 0 }
    }

    /// Where the mock of a step is reached, at this port if it can be had; 0 is any.
    pub(super) fn of(transport: &'t Transport, step: &Step, port: u16) -> Self {
        let obstacle = step.obstacle();
        let reach = if step.needs_tls() { transport.reach_by_tls(obstacle) } else { transport.reach(obstacle) };
        Self { transport, reach, obstacle, port }
    }

    /// The URL that leads nowhere, where it is to, and what keeps its port from everybody else.
    fn nowhere(&self) -> io::Result<Option<(String, Option<TcpSocket>)>> {
        let scheme = if matches!(self.transport.way, Way::Plain) { "http" } else { "https" };
        Ok(match (self.obstacle, &self.transport.way) {
            // The proxy refuses to lead there.
            (Some(Obstacle::Refused | Obstacle::UnknownHost), Way::Intercept(host)) => Some((host.base_url(), None)),
            (Some(Obstacle::Refused), _) => {
                // Bound without listening: every connection is refused, and no other process gets the port.
                let socket = TcpSocket::new_v4()?;
                socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
                Some((format!("{scheme}://{}", socket.local_addr()?), Some(socket)))
            }
            (Some(Obstacle::UnknownHost), _) => Some((format!("{scheme}://{}", Obstacle::UNKNOWN_HOST), None)),
            _ => None,
        })
    }
}

/// Opens a mock for a client, at this port if it can be had, and the case that leads there, with nothing to report yet.
pub(super) async fn open(
    transport: &Transport,
    pack: &Pack,
    worlds: Worlds,
    options: impl Fn() -> Options,
    port: u16,
) -> Result<(Mock, Case), SubjectError> {
    let start = |port| Mock::start(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), worlds.clone(), options());
    let mock = match start(port).await {
        // Somebody else has it by now.
        Err(_) if port != 0 => start(0).await,
        started => started,
    };
    let mock = mock.map_err(|source| SubjectError::Harness { what: "open a port for the mock", source })?;
    let (mock, guard) = transport.guard(mock).await?;
    let ca_file = (!matches!(options().reach, Reach::Plain)).then(|| transport.ca_file.clone());
    let (base_url, proxy, key) = (mock.base_url(), mock.proxy_url(), pack.key.clone());
    Ok((mock, Case { base_url, proxy, guard, ca_file, is_trust_told: true, key, update: Update::default() }))
}

/// What came of an update.
pub(super) struct Reported {
    /// What crossed the wire.
    pub(super) journal: Arc<Journal>,
    pub(super) conclusion: Conclusion,
    /// The base URL that the client was given.
    pub(super) base_url: String,
    /// The port of the mock.
    pub(super) port: u16,
}

/// Has the client report one update to a mock that lives as long as that takes.
pub(super) async fn report_once<S: Subject>(
    pack: &Pack,
    worlds: Worlds,
    update: &Update,
    subject: &S,
    place: Whereabouts<'_>,
) -> Result<Reported, SubjectError> {
    let nowhere =
        place.nowhere().map_err(|source| SubjectError::Harness { what: "open a port for the mock", source })?;
    let options = || Options { reach: place.reach.clone(), ..Options::default() };
    let (mock, at) = open(place.transport, pack, worlds, options, place.port).await?;
    let base_url = nowhere.as_ref().map_or(at.base_url, |(url, _)| url.clone());
    let is_trust_told = place.obstacle != Some(Obstacle::UntrustedBySystem);
    let case = Case { base_url: base_url.clone(), is_trust_told, update: update.clone(), ..at };
    let conclusion = subject.report(case).await;
    let port = mock.address().port();
    let journal = mock.finish().await;
    Ok(Reported { journal, conclusion: conclusion?, base_url, port })
}
