//! Connections, from the moment they are accepted until the mock ends, in the phases in which it does.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::seat::{Seat, Seats};

/// How long it takes to look again whether there is room.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// How far a mock is from its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Serving,
    /// No new connections but those that already wait in the queue.
    Closing,
    /// No further requests on the connections there are.
    LastCall,
    /// No connections.
    Cut,
}

/// Waits until nothing new may begin.
pub(super) async fn last_call(mut phase: watch::Receiver<Phase>) {
    // Where the mock itself is gone, it is high time.
    let _ = phase.wait_for(|phase| matches!(phase, Phase::LastCall | Phase::Cut)).await;
}

/// Waits for a connection to either address.
async fn accept(listener: &TcpListener, beside: Option<&TcpListener>) -> io::Result<(TcpStream, SocketAddr)> {
    match beside {
        None => listener.accept().await,
        Some(beside) => tokio::select! {
            accepted = listener.accept() => accepted,
            accepted = beside.accept() => accepted,
        },
    }
}

/// Converses over every connection, so many at once, until the last has ended or is cut.
pub(super) async fn serve<C: Future<Output = ()> + Send + 'static>(
    (listener, beside): (TcpListener, Option<TcpListener>),
    at_once: usize,
    mut phase: watch::Receiver<Phase>,
    converse: impl Fn(TcpStream, Arc<Seat>) -> C,
) {
    let mut connections = JoinSet::new();
    let mut seats = Seats::default();
    // One that was accepted, and has no place yet.
    let mut next: Option<TcpStream> = None;
    loop {
        if connections.len() < at_once
            && let Some(stream) = next.take()
        {
            let seat = Seat::new();
            seats.add(Arc::clone(&seat), connections.spawn(converse(stream, seat)));
        }
        if next.is_some() {
            seats.free_one();
        }
        tokio::select! {
            accepted = accept(&listener, beside.as_ref()), if next.is_none() => match accepted {
                Ok((stream, _)) => next = Some(stream),
                // Out of file descriptors, most likely: those in use have to be given back first.
                Err(_) => tokio::time::sleep(LOOK_AGAIN).await,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            () = tokio::time::sleep(LOOK_AGAIN), if next.is_some() => {}
            _ = phase.changed() => break,
        }
    }
    for stream in next.into_iter().chain(std::iter::once(listener).chain(beside).flat_map(waiting_connections)) {
        connections.spawn(converse(stream, Seat::new()));
    }
    tokio::select! {
        () = async { while connections.join_next().await.is_some() {} } => {}
        _ = phase.wait_for(|phase| *phase == Phase::Cut) => {}
    }
    connections.shutdown().await;
}

/// Connections that the system has accepted and nobody has taken yet. They are asked for directly, because
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
