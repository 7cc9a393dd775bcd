//! A port for a mock, where very many mocks have come and gone within a minute too.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, Ordering};

use tokio::net::TcpListener;

/// Binds an address. Port 0 takes a free one; Linux gives out none that a closed connection still holds, which is a minute, and so may
/// run out of them. By its number such a port can be had.
pub(super) async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    const PORTS: std::ops::Range<u16> = 20_000..60_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let mut bound = TcpListener::bind(address).await;
    for _ in PORTS {
        match &bound {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && address.port() == 0 => {}
            _ => break,
        }
        let port = PORTS.start + NEXT.fetch_add(1, Ordering::Relaxed) % (PORTS.end - PORTS.start);
        bound = TcpListener::bind((address.ip(), port)).await;
    }
    bound
}
