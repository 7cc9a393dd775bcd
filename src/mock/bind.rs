//! A port for a mock, where very many mocks have come and gone within a minute too.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::net::TcpListener;

/// The ports that a process goes through, one after the other.
const PORTS: std::ops::Range<u32> = 20_000..60_000;
/// How many ports may be taken before the system is asked for one.
const TRIES: usize = 100;

/// Binds an address; port 0 takes a free one. The system would search long for a port that no closed connection holds, which each
/// does for a minute; asked for by its number, such a port is free.
pub(super) async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    // Processes begin at different ports, and so seldom meet.
    static NEXT: LazyLock<AtomicU32> = LazyLock::new(|| AtomicU32::new(std::process::id().wrapping_mul(7_919)));
    if address.port() == 0 {
        for _ in 0..TRIES {
            let port = PORTS.start + NEXT.fetch_add(1, Ordering::Relaxed) % (PORTS.end - PORTS.start);
            // The ports there are fit into 16 bits.
            let port = u16::try_from(port).unwrap_or_default();
            if let Ok(bound) = TcpListener::bind((address.ip(), port)).await {
                return Ok(bound);
            }
        }
    }
    TcpListener::bind(address).await
}

/// What listens at an address, and on 127.0.0.1 what listens on `::1` beside it.
pub(super) type Listeners = (TcpListener, Option<TcpListener>);

/// Binds an address, and where that is 127.0.0.1, `::1` with the same port too, where that can be had.
pub(super) async fn listen(address: SocketAddr) -> io::Result<Listeners> {
    let listener = bind(address).await?;
    let is_loopback = address.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST);
    let port = listener.local_addr()?.port();
    let beside = if is_loopback { TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok() } else { None };
    Ok((listener, beside))
}
