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
    let no_port = |source| SubjectError::Harness { what: "open a port for the mock", source };
    let nowhere = place.nowhere().map_err(no_port)?;
    let ca_file = (!matches!(place.reach, Reach::Plain)).then(|| place.transport.ca_file.clone());
    let start = |port, worlds| {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Mock::start(address, worlds, Options { reach: place.reach.clone(), ..Options::default() })
    };
    let mock = match start(place.port, worlds.clone()).await {
        // Somebody else has it by now.
        Err(_) if place.port != 0 => start(0, worlds).await,
        started => started,
    };
    let mock = mock.map_err(no_port)?;
    let (mock, guard) = place.transport.guard(mock).await?;
    let base_url = nowhere.as_ref().map_or_else(|| mock.base_url(), |(url, _)| url.clone());
    let case = Case {
        base_url: base_url.clone(),
        proxy: mock.proxy_url(),
        guard,
        ca_file,
        is_trust_told: place.obstacle != Some(Obstacle::UntrustedBySystem),
        key: pack.key.clone(),
        update: update.clone(),
    };
    let conclusion = subject.report(case).await;
    let port = mock.address().port();
    let journal = mock.finish().await;
    Ok(Reported { journal, conclusion: conclusion?, base_url, port })
}
