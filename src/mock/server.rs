//! A CAKE on a socket.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::accept::Phase;
use super::bind::{bind, listen};
use super::clock::Clock;
use super::conversation::{Entrance, Shared};
use super::elsewhere::Elsewhere;
use super::journal::Journal;
use super::limits::Limits;
use super::notes::{Notes, Watcher};
use super::reach::Reach;
use super::state::{Keeper, State};
use crate::cake::Setup;
use crate::pack::Worlds;
use crate::protocol::METHOD_PATH;

/// How long connections get to end by themselves before they are told to.
const NATURAL_END: Duration = Duration::from_millis(100);
/// How long connections that were told to end get for what is under way.
const LAST_CALL: Duration = Duration::from_secs(1);

/// How a mock is started: by default for plain HTTP, with nobody watching and nothing kept.
#[derive(Default)]
pub struct Options {
    /// How clients reach it.
    pub reach: Reach,
    /// What it takes at most.
    pub limits: Limits,
    /// Who hears of what it sees.
    pub watcher: Option<Watcher>,
    /// What its exchanges are stamped by.
    pub clock: Clock,
    /// Where each update is kept before it is answered.
    pub state: Option<State>,
}

/// A running mock.
pub struct Mock {
    address: SocketAddr,
    journal: Arc<Journal>,
    shared: Arc<Shared>,
    phase: watch::Sender<Phase>,
    serving: JoinHandle<()>,
    /// The address of the guard, where there is one.
    guard: Option<SocketAddr>,
}

impl Mock {
    /// Binds and starts to answer. Port 0 takes a free one. On 127.0.0.1 it also listens on `::1`, where that can be had: to
    /// some clients `localhost` is the one, to others the other.
    pub async fn start(address: SocketAddr, worlds: Worlds, options: Options) -> io::Result<Self> {
        let Options { reach, limits, watcher, clock, state } = options;
        let (listener, beside) = listen(address).await?;
        let address = listener.local_addr()?;
        let journal = Arc::new(Journal::new(limits.journal_entries, limits.journal_bytes));
        let witness = Arc::new(Notes { journal: Arc::clone(&journal), watcher, clock });
        let (phase, seen) = watch::channel(Phase::Serving);
        let (port, worlds, elsewhere) = (address.port(), RwLock::new(Arc::new(worlds)), Elsewhere::default());
        let keeper = state.map(Keeper::start);
        let shared = Arc::new(Shared { port, worlds, keeper, limits, reach, witness, elsewhere });
        let serving = tokio::spawn(shared.serve((listener, beside), Entrance::Front, seen));
        Ok(Self { address, journal, shared, phase, serving, guard: None })
    }

    /// Puts a guard beside it: a proxy on a port of its own that leads to the mock, and refuses every other host.
    pub async fn guarded(mut self) -> io::Result<Self> {
        let listener = bind((Ipv4Addr::LOCALHOST, 0).into()).await?;
        self.guard = Some(listener.local_addr()?);
        let guarding = tokio::spawn(self.shared.serve((listener, None), Entrance::Guard, self.phase.subscribe()));
        let serving = self.serving;
        self.serving = tokio::spawn(async {
            // Either ends when the mock does; one that panicked has told of it.
            let _ = tokio::join!(serving, guarding);
        });
        Ok(self)
    }

    /// The URL of the guard, where there is one.
    pub fn guard_url(&self) -> Option<String> {
        self.guard.map(|address| format!("http://{address}"))
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Scheme and host that a client is given, without a slash at the end.
    pub fn base_url(&self) -> String {
        match &self.shared.reach {
            Reach::Plain => format!("http://{}", self.address),
            Reach::Tls(_) => format!("https://{}", self.address),
            Reach::Proxy(host, _) => host.base_url(),
        }
    }

    /// The URL of the proxy that leads to that host, where one is needed.
    pub fn proxy_url(&self) -> Option<String> {
        matches!(self.shared.reach, Reach::Proxy(..)).then(|| format!("http://{}", self.address))
    }

    /// The URL of `UpdateLeadStatus`.
    pub fn url(&self) -> String {
        format!("{}{METHOD_PATH}", self.base_url())
    }

    /// What has been exchanged so far.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Puts other worlds in place of the present ones, as a whole. Requests that have arrived are answered by
    /// the old ones.
    pub fn replace(&self, make: impl FnOnce(&Worlds) -> Worlds) {
        let new = Arc::new(make(&self.shared.worlds()));
        if let Some(keeper) = &self.shared.keeper {
            keeper.configure(Setup::from(&*new.plain().settings));
        }
        *self.shared.worlds.write().unwrap_or_else(PoisonError::into_inner) = new;
    }

    /// Stops. Requests that have arrived are answered, also those on connections still in the queue; a
    /// connection that then does not end is cut. The journal is returned.
    pub async fn finish(self) -> Arc<Journal> {
        let Self { serving, shared, phase: phases, journal, .. } = self;
        let mut ended = pin!(async {
            // Either ends when the mock does; one that panicked has told of it.
            let _ = serving.await;
            shared.elsewhere.ended().await;
        });
        for (phase, patience) in [(Phase::Closing, NATURAL_END), (Phase::LastCall, LAST_CALL)] {
            // Nobody listens any more where serving has ended already, which is as well.
            let _ = phases.send(phase);
            if tokio::time::timeout(patience, ended.as_mut()).await.is_ok() {
                return journal;
            }
        }
        let _ = phases.send(Phase::Cut);
        // It ends once every connection is dropped, and what that breaks is in the journal.
        ended.await;
        journal
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use jiff::Timestamp;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::{Clock, Mock, Options};
    use crate::pack::{Origin, Worlds, load};

    #[tokio::test]
    async fn exchanges_are_stamped_by_the_clock_of_the_mock_and_never_by_the_systems_time() {
        let (pack, _) = load(Origin::Standard, &|_| None).unwrap();
        let address = (Ipv4Addr::LOCALHOST, 0).into();
        let (clock, worlds) = (Clock::steady_from(Timestamp::UNIX_EPOCH), Worlds::of(&pack));
        let mock = Mock::start(address, worlds, Options { clock, ..Options::default() }).await.unwrap();
        // An answer, a fault, no HTTP at all, and an answer that is never taken.
        let leads =
            ["C8097F17", "5A1E0508"].map(|lead| format!("GET /api/1/buyers.asmx/UpdateLeadStatus?lead_id={lead}"));
        for request in [
            format!("{} HTTP/1.1\r\nHost: x\r\n\r\n", leads[0]),
            leads[1].clone() + " HTTP/1.1\r\n\r\n",
            "?\n\n".into(),
        ] {
            let mut stream = TcpStream::connect(mock.address()).await.unwrap();
            stream.write_all(request.as_bytes()).await.unwrap();
            let _ = stream.read(&mut [0; 64]).await.unwrap();
        }
        let exchanges = mock.finish().await.exchanges();
        assert_eq!(exchanges.len(), 3);
        assert!(exchanges.iter().all(|exchange| exchange.at.as_second() < 60 && exchange.ended.as_second() < 60));
    }
}
