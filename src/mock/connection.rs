//! One connection: it knows when an answer has been handed to the network to the last byte, and when the client
//! did not take it all the same.
//!
//! Hyper tells a service nothing of what became of its response. But it drops the response's body once all of it
//! is in its buffer, and flushes the socket once that buffer is empty: a flush that succeeds after the drop is the
//! sending. An answer of CAKE fits the system's buffers, so a client that never reads looks the same up to there;
//! but a socket that is closed over unread bytes resets the connection, and the reset is seen.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};
use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::Sleep;

use super::capture::Capture;
use super::head::write_lines;
use super::heads::Heads;
use super::incident::Incident;
use super::seat::Seat;
use super::stream::Stream;
use crate::protocol::{Delivery, Exchange};

/// How much is read from the socket at once.
const READ_SIZE: usize = 8 * 1024;

/// Who is told of exchanges.
pub(super) trait Witness: Send + Sync {
    /// What time it is by the clock that exchanges are stamped by.
    fn now(&self) -> Timestamp;
    /// An exchange is over.
    fn finished(&self, exchange: Arc<Exchange>);
    /// An exchange that was over was not: the client reset the connection instead of taking the answer.
    fn reset(&self, exchange: &Arc<Exchange>);
    /// Something happened that is no exchange.
    fn happened(&self, incident: Incident);
}

/// The exchange a connection is busy with. HTTP/1 has one at a time.
pub(super) struct Current {
    slot: Mutex<Slot>,
    capture: Mutex<Capture>,
    heads: Mutex<Heads>,
    witness: Arc<dyn Witness>,
    seat: Arc<Seat>,
}

#[derive(Default)]
struct Slot {
    /// Being sent.
    pending: Option<Pending>,
    /// Sent, and nothing has been heard of the client since.
    unconfirmed: Option<Arc<Exchange>>,
    /// To be carried out on the socket itself, past hyper.
    struck: Option<Arc<Exchange>>,
    /// The socket, once hyper is done with it.
    socket: Option<Stream>,
}

struct Pending {
    exchange: Arc<Exchange>,
    /// Since when all of the body is with hyper.
    written: Option<Instant>,
}

impl Pending {
    /// The exchange, now that it is over.
    fn over(mut self, delivery: Delivery, ended: Timestamp) -> Arc<Exchange> {
        // This is the only reference, so nothing is copied.
        let exchange = Arc::make_mut(&mut self.exchange);
        (exchange.delivery, exchange.ended) = (delivery, ended);
        self.exchange
    }
}

impl Current {
    pub(super) fn new(witness: Arc<dyn Witness>, seat: Arc<Seat>) -> Arc<Self> {
        Arc::new(Self { slot: Mutex::default(), capture: Mutex::default(), heads: Mutex::default(), witness, seat })
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the connection has received.
    pub(super) fn capture(&self) -> MutexGuard<'_, Capture> {
        self.capture.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn heads(&self) -> MutexGuard<'_, Heads> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What time it is.
    pub(super) fn now(&self) -> Timestamp {
        self.witness.now()
    }

    /// Ends an exchange that hyper had no part in, or a part of its own.
    pub(super) fn finished(&self, exchange: Arc<Exchange>) {
        self.witness.finished(exchange);
    }

    /// Starts the delivery of an exchange's answer: the body to give to hyper.
    pub(super) fn deliver(self: &Arc<Self>, exchange: Arc<Exchange>, body: Bytes) -> TrackedBody {
        let data = Some(body).filter(|body| !body.is_empty());
        self.heads().begin(|lines| write_lines(&exchange.answer, lines));
        self.replace(Some(Pending { exchange, written: None }));
        TrackedBody { data, current: Arc::clone(self) }
    }

    /// The body of an answer that is not CAKE's, and of which nothing is kept.
    pub(super) fn aside(self: &Arc<Self>, body: Bytes) -> TrackedBody {
        self.heads().begin(|_| ());
        TrackedBody { data: Some(body).filter(|body| !body.is_empty()), current: Arc::clone(self) }
    }

    /// Has a fault carried out in place of an answer. Given as an error to hyper, it makes hyper let go of the
    /// connection without having written anything.
    pub(super) fn strike(&self, exchange: Arc<Exchange>) -> Struck {
        let mut slot = self.slot();
        // Who sends the next request has taken the last answer.
        slot.unconfirmed = None;
        slot.struck = Some(exchange);
        Struck
    }

    /// What is to be carried out on the socket, now that hyper is done with it.
    pub(super) fn take_struck(&self) -> Option<(Arc<Exchange>, Stream)> {
        let mut slot = self.slot();
        let exchange = slot.struck.take()?;
        slot.socket.take().map(|socket| (exchange, socket))
    }

    fn body_was_written(&self) {
        match &mut self.slot().pending {
            Some(pending) => pending.written = Some(Instant::now()),
            // It was an answer aside.
            None => self.seat.is_idle_since(Instant::now()),
        }
    }

    fn was_flushed(&self) {
        let mut slot = self.slot();
        let Some(since) = slot.pending.as_ref().and_then(|pending| pending.written) else { return };
        let Some(pending) = slot.pending.take() else { return };
        let exchange = pending.over(Delivery::Delivered, self.now());
        slot.unconfirmed = Some(Arc::clone(&exchange));
        drop(slot);
        self.witness.finished(exchange);
        // Not since now: the client may have read the answer a while ago, and others theirs since.
        self.seat.is_idle_since(since);
    }

    fn was_reset(&self) {
        let unconfirmed = self.slot().unconfirmed.take();
        if let Some(exchange) = unconfirmed {
            self.witness.reset(&exchange);
        }
    }

    /// Puts another exchange in place of one that was never flushed, which is thereby broken.
    fn replace(&self, next: Option<Pending>) {
        let mut slot = self.slot();
        if next.is_some() {
            // Who sends the next request has taken the last answer.
            slot.unconfirmed = None;
        }
        let previous = std::mem::replace(&mut slot.pending, next);
        drop(slot);
        if let Some(pending) = previous {
            self.witness.finished(pending.over(Delivery::Broken, self.now()));
        }
    }

    /// Waits for the client's end of the connection. A reset tells that it did not take the last answer; and closing over
    /// what it still sends, as with a head that is too large, would be a reset that costs it the answer.
    pub(super) async fn linger(&self) {
        let Some(mut socket) = self.slot().socket.take() else { return };
        // Where it cannot be shut down, the client has gone already.
        let _ = socket.shutdown().await;
        let mut rest = [0; 1024];
        let ended = loop {
            match socket.read(&mut rest).await {
                Ok(0) => break Ok(()),
                Ok(_) => {}
                Err(error) => break Err(error),
            }
        };
        if socket.reset_counts() && (ended.is_err() || !matches!(socket.socket().take_error(), Ok(None))) {
            self.was_reset();
        }
    }
}

/// The error by which hyper is told that a fault takes the place of an answer.
#[derive(Debug, thiserror::Error)]
#[error("a fault takes the place of the answer")]
pub(super) struct Struck;

/// A response body that tells when hyper has taken all of it.
pub(super) struct TrackedBody {
    data: Option<Bytes>,
    current: Arc<Current>,
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let data = self.data.take();
        self.current.heads().add_to_body(data.as_ref().map_or(0, Bytes::len));
        Poll::Ready(data.map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.data.as_ref().map_or(0, |data| data.len() as u64))
    }
}

impl Drop for TrackedBody {
    fn drop(&mut self) {
        self.current.body_was_written();
    }
}

/// The socket under hyper.
pub(super) struct Watched {
    /// None once it has been handed on.
    stream: Option<Stream>,
    /// Bytes on their way from the socket to hyper, where they can be looked at.
    passing: Box<[u8; READ_SIZE]>,
    current: Arc<Current>,
    patience: Patience,
}

impl Watched {
    pub(super) fn new(stream: Stream, current: Arc<Current>, patience: Duration) -> Self {
        let patience = Patience { limit: patience, stalled: None };
        Self { stream: Some(stream), passing: Box::new([0; READ_SIZE]), current, patience }
    }

    /// The stream, once hyper has let go of it.
    pub(super) fn into_stream(mut self) -> Option<Stream> {
        self.stream.take()
    }
}

/// How long a client may take nothing of its answer.
struct Patience {
    limit: Duration,
    /// Runs while the client takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    /// A client that takes nothing for too long has broken the answer.
    fn watch<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let limit = self.limit;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

/// A connection that ends with an exchange pending has broken it.
impl Drop for Watched {
    fn drop(&mut self) {
        self.current.replace(None);
        self.current.slot().socket = self.stream.take();
    }
}

impl Read for Watched {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, mut buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let Self { stream, passing, current, .. } = self.get_mut();
        let room = buf.remaining().min(READ_SIZE);
        let mut read = ReadBuf::new(&mut passing[..room]);
        if let Err(error) = ready!(open(stream)?.poll_read(cx, &mut read)) {
            current.was_reset();
            return Poll::Ready(Err(error));
        }
        if !read.filled().is_empty() && !current.seat.is_busy_now() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        current.capture().add(read.filled());
        buf.put_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

/// Not vectored, so that hyper hands over each head in one piece.
impl Write for Watched {
    /// Hyper hears of what was written once that is everything, so it hands over the same bytes until then.
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let Self { stream, current, patience, .. } = self.get_mut();
        let mut heads = current.heads();
        loop {
            let rest = heads.rest(buf);
            if rest.is_empty() {
                return Poll::Ready(Ok(heads.finish()));
            }
            let written = open(stream)?.poll_write(cx, rest);
            match ready!(patience.watch(cx, written))? {
                0 => return Poll::Ready(Ok(0)),
                written => heads.advance(written),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, current, patience, .. } = self.get_mut();
        let flushed = open(stream)?.poll_flush(cx);
        // TLS holds bytes back, which a client may not take either.
        let flushed = patience.watch(cx, flushed);
        if matches!(flushed, Poll::Ready(Ok(()))) {
            current.was_flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        open(&mut self.stream)?.poll_shutdown(cx)
    }
}

/// The socket, which hyper no longer asks for once it has let go of it.
fn open(stream: &mut Option<Stream>) -> io::Result<Pin<&mut Stream>> {
    stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
}
