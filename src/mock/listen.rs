//! Where a mock listens: at one address, and where that is 127.0.0.1, at `::1` too. To some clients `localhost` is the one, to
//! others the other.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::{TcpListener, TcpStream};

/// One listener, and perhaps one beside it.
pub(super) struct Listeners {
    first: TcpListener,
    beside: Option<TcpListener>,
}

impl Listeners {
    /// Binds. Port 0 takes a free one.
    pub(super) async fn bind(address: SocketAddr) -> io::Result<Self> {
        let first = TcpListener::bind(address).await?;
        let port = first.local_addr()?.port();
        let is_loopback = address.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST);
        // Where that port is taken there, or there is no IPv6, clients find the first.
        let beside = if is_loopback { TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok() } else { None };
        Ok(Self { first, beside })
    }

    /// The address of the first.
    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        self.first.local_addr()
    }

    /// Waits for a connection to either.
    pub(super) async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        match &self.beside {
            None => self.first.accept().await,
            Some(beside) => tokio::select! {
                accepted = self.first.accept() => accepted,
                accepted = beside.accept() => accepted,
            },
        }
    }

    /// Connections that the system has accepted and nobody has taken yet.
    pub(super) fn waiting(self) -> impl Iterator<Item = TcpStream> {
        std::iter::once(self.first).chain(self.beside).flat_map(waiting_connections)
    }
}

/// They are asked for directly, because
/// the runtime may not have heard of them.
fn waiting_connections(listener: TcpListener) -> Vec<TcpStream> {
    let Ok(listener) = listener.into_std() else {
        return Vec::new();
    };
    std::iter::from_fn(|| listener.accept().ok())
        .filter(|(stream, _)| stream.set_nonblocking(true).is_ok())
        .filter_map(|(stream, _)| TcpStream::from_std(stream).ok())
        .collect()
}
