//! A port for a mock, where very many mocks have come and gone within a minute too.

use std::io;
use std::net::SocketAddr;
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
