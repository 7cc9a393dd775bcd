//! Faults, carried out on the socket itself once hyper has let go of it. Nobody else waits meanwhile: there is no lock
//! and no thread here, only a task.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{sleep, timeout};

use super::connection::Current;
use super::head::head_bytes;
use super::stream::Stream;
use crate::protocol::{Delivery, Exchange, FaultKind};

/// How long a client may take nothing of what strikes at once.
const TAKING: Duration = Duration::from_secs(5);
/// How long the end of a connection is waited for that this side has closed.
const LINGERING: Duration = Duration::from_millis(500);
/// What was sent gets this long to be read: a reset may throw away what the client has not read yet.
const BEFORE_RESET: Duration = Duration::from_millis(20);
/// A client that half-closes does so right behind its request.
const HALF_CLOSING: Duration = Duration::from_millis(100);
/// How often a connection is looked at that has only one way left.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How much of a body stands in one chunk.
const CHUNK: usize = 16;
/// How much of a flood is written at once.
const WAVE: usize = 64 * 1024;
/// How a flood begins: as if CAKE had accepted the update. What follows is its endless message.
const FLOOD_BEGINS: &[u8] = b"<result>\n  <code>0</code>\n  <msg>";
/// What no HTTP client can read: an alert of TLS, as from a server that was spoken to in the wrong protocol.
const GARBAGE: &[u8] = b"\x15\x03\x03\x00\x02\x02\x46\r\n\r\n";

/// When a fault had struck, or the answer was sent.
struct End<'c> {
    at: OnceLock<Timestamp>,
    current: &'c Current,
}

impl End<'_> {
    fn is_now(&self) {
        self.at.get_or_init(|| self.current.now());
    }
}

/// How far a fault got.
enum Carried {
    /// The whole answer was sent.
    Whole,
    /// It was, and then the client reset the connection.
    Reset,
    /// It struck, or the client gave up waiting for what it kept back.
    Struck,
    /// The client had gone before it could strike.
    Missed,
}

/// Carries out the fault of an exchange, and returns the exchange with what became of it. A fault that lasts ends when
/// `last_call` does.
pub(super) async fn carry_out(
    mut exchange: Arc<Exchange>,
    mut socket: Stream,
    last_call: impl Future<Output = ()>,
    current: &Current,
) -> Arc<Exchange> {
    let Some(kind) = exchange.fault.map(|fault| fault.kind) else { return exchange };
    // What is waited for after the end is no part of it: a client may keep a dead socket open as long as it likes.
    let struck = End { at: OnceLock::new(), current };
    let carried = {
        let mut striking = pin!(strike(kind, &exchange, &mut socket, &struck));
        if kind.lasts() {
            tokio::select! {
                carried = striking => carried,
                () = last_call => Ok(Carried::Struck),
                () = sleep(FaultKind::LONGEST) => Ok(Carried::Struck),
            }
        } else {
            // It is over at once, unless the client takes nothing.
            timeout(TAKING, striking.as_mut()).await.unwrap_or(Ok(Carried::Missed))
        }
    };
    // An error of the socket is the client's going away.
    let carried = carried.unwrap_or(if kind.lasts() { Carried::Struck } else { Carried::Missed });
    let (code, delivery) = match carried {
        Carried::Whole => (exchange.code, Delivery::Delivered),
        Carried::Reset => (exchange.code, Delivery::Reset),
        Carried::Struck => (None, Delivery::Delivered),
        Carried::Missed => (None, Delivery::Broken),
    };
    let ended = struck.at.into_inner().unwrap_or_else(|| current.now());
    let over = Arc::make_mut(&mut exchange);
    (over.code, over.delivery, over.ended) = (code, delivery, ended);
    exchange
}

async fn strike(kind: FaultKind, exchange: &Exchange, socket: &mut Stream, struck: &End<'_>) -> io::Result<Carried> {
    let body = &exchange.answer.body;
    let head = || head_bytes(&exchange.answer, &format!("Content-Length: {}", body.len()));
    let part = |after: Option<u64>| match after {
        None => Vec::new(),
        Some(after) => [&head(), first(body, after)].concat(),
    };
    let client = &mut Client::new();
    match kind {
        FaultKind::Silent => client.gives_up(socket).await?,
        FaultKind::Stall { after } => {
            send(socket, &part(Some(after))).await?;
            client.gives_up(socket).await?;
        }
        FaultKind::Reset { after } => {
            send(socket, &part(after)).await?;
            if after.is_some() {
                sleep(BEFORE_RESET).await;
            }
            // The connection is reset when the socket is dropped.
            socket.socket().set_zero_linger()?;
        }
        FaultKind::Close { after } => {
            send(socket, &part(after)).await?;
            struck.is_now();
            close(socket).await?;
        }
        FaultKind::Dribble { every } => {
            send(socket, &head()).await?;
            return drip(socket, body, every, client).await;
        }
        FaultKind::SlowHeaders { every } => {
            let [head, body] = [Bytes::from(head()), body.clone()];
            let (slow, last) = head.split_at(head.len() - 1);
            if !drip_all(socket, slow, every, client).await? || timeout(every, client.gives_up(socket)).await.is_ok() {
                return Ok(Carried::Struck);
            }
            return send_all(socket, &[last, &body].concat(), struck).await;
        }
        FaultKind::Late { wait } => {
            if timeout(wait, client.gives_up(socket)).await.is_ok() {
                return Ok(Carried::Struck);
            }
            return send_all(socket, &[&head(), &body[..]].concat(), struck).await;
        }
        FaultKind::Chunked if !exchange.request.is_http_1_0() => {
            let mut bytes = head_bytes(&exchange.answer, "Transfer-Encoding: chunked");
            for chunk in body.chunks(CHUNK) {
                bytes.extend([format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
            }
            bytes.extend(b"0\r\n\r\n");
            return send_all(socket, &bytes, struck).await;
        }
        // HTTP/1.0 has no chunks; there the end of the connection is that of the body.
        FaultKind::UntilClose | FaultKind::Chunked => {
            let head = head_bytes(&exchange.answer, "");
            return send_all(socket, &[&head, &body[..]].concat(), struck).await;
        }
        FaultKind::BrokenChunk { after } => {
            let head = head_bytes(&exchange.answer, "Transfer-Encoding: chunked");
            let chunk = first(body, after.unwrap_or(u64::MAX));
            let size = if chunk.is_empty() { String::new() } else { format!("{:x}\r\n", chunk.len()) };
            let end: &[u8] = if chunk.is_empty() { b"" } else { b"\r\n" };
            send(socket, &[&head, size.as_bytes(), chunk, end, b"no length\r\n"].concat()).await?;
            struck.is_now();
            close(socket).await?;
        }
        FaultKind::Garbage => {
            send(socket, &[GARBAGE, body].concat()).await?;
            struck.is_now();
            close(socket).await?;
        }
        FaultKind::Flood { bytes } => {
            let head = head_bytes(&exchange.answer, &format!("Content-Length: {bytes}"));
            send(socket, &head).await?;
            flood(socket, bytes).await?;
            struck.is_now();
            close(socket).await?;
        }
        // It is an answer, and hyper has sent it.
        FaultKind::Redirect { .. } | FaultKind::Obstacle(_) => return Ok(Carried::Whole),
    }
    Ok(Carried::Struck)
}

/// Sends the last of a whole answer, and closes.
async fn send_all(socket: &mut Stream, bytes: &[u8], struck: &End<'_>) -> io::Result<Carried> {
    send(socket, bytes).await?;
    struck.is_now();
    Ok(if close(socket).await? { Carried::Whole } else { Carried::Reset })
}

/// The first bytes of a body.
fn first(body: &Bytes, after: u64) -> &[u8] {
    &body[..usize::try_from(after).map_or(body.len(), |after| after.min(body.len()))]
}

/// The client, while a fault lasts.
struct Client {
    since: Instant,
    has_half_closed: bool,
}

impl Client {
    fn new() -> Self {
        Self { since: Instant::now(), has_half_closed: false }
    }

    /// Waits until the client gives up. One that ends its side at once has only said that it sends nothing more, and still
    /// reads: from the wire nobody can tell that from a client that has gone, but no client gives up so soon.
    async fn gives_up(&mut self, socket: &mut Stream) -> io::Result<()> {
        if !self.has_half_closed {
            until_ended(socket).await?;
            self.has_half_closed = self.since.elapsed() < HALF_CLOSING;
        }
        while self.has_half_closed && matches!(socket.socket().take_error(), Ok(None)) {
            sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }
}

/// Waits until the client ends or resets the connection. What it sends meanwhile is of no interest.
async fn until_ended(socket: &mut Stream) -> io::Result<()> {
    let mut rest = [0; 1024];
    while socket.read(&mut rest).await? > 0 {}
    Ok(())
}

/// Sends bytes, and has them sent: what stands between here and the network may hold some back.
async fn send(socket: &mut Stream, bytes: &[u8]) -> io::Result<()> {
    socket.write_all(bytes).await?;
    socket.flush().await
}

/// Closes this side of the connection, and waits a moment for the other: a socket that is dropped over unread bytes
/// resets the connection. Whether the client did not reset it either.
async fn close(socket: &mut Stream) -> io::Result<bool> {
    socket.shutdown().await?;
    // A client that keeps its side open, or resets it, has seen the end all the same.
    let ended = timeout(LINGERING, until_ended(socket)).await;
    let was_reset = matches!(ended, Ok(Err(_))) || !matches!(socket.socket().take_error(), Ok(None));
    Ok(!(socket.reset_counts() && was_reset))
}

/// Sends bytes one at a time and closes.
async fn drip(socket: &mut Stream, bytes: &[u8], every: Duration, client: &mut Client) -> io::Result<Carried> {
    if !drip_all(socket, bytes, every, client).await? {
        return Ok(Carried::Struck);
    }
    close(socket).await?;
    Ok(Carried::Whole)
}

/// Sends bytes one at a time; whether the client stayed for all of them.
async fn drip_all(socket: &mut Stream, bytes: &[u8], every: Duration, client: &mut Client) -> io::Result<bool> {
    for (at, byte) in bytes.chunks(1).enumerate() {
        // Who leaves behind the last byte has all of them.
        if at > 0 && timeout(every, client.gives_up(socket)).await.is_ok() {
            return Ok(false);
        }
        send(socket, byte).await?;
    }
    Ok(true)
}

async fn flood(socket: &mut Stream, bytes: u64) -> io::Result<()> {
    let mut wave = FLOOD_BEGINS.to_vec();
    let mut left = bytes;
    while left > 0 {
        wave.resize(WAVE, b'x');
        let length = usize::try_from(left).map_or(WAVE, |left| left.min(WAVE));
        send(socket, &wave[..length]).await?;
        left -= length as u64;
        wave.clear();
    }
    Ok(())
}
