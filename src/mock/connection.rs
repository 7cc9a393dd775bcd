//! One connection: it knows when an answer has been handed to the network to the last byte, and when not.
//!
//! Hyper tells a service nothing of what became of its response. But it drops the response's body once
//! all of it is in its buffer, and flushes the socket once that buffer is empty: a flush that succeeds
//! after the drop is the delivery.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use super::capture::Capture;
use crate::protocol::{Delivery, Exchange};

/// How much is read from the socket at once.
const READ_SIZE: usize = 8 * 1024;

/// Called with each exchange when it is over.
pub(super) type Finished = Arc<dyn Fn(Exchange) + Send + Sync>;

/// The exchange a connection is busy with. HTTP/1 has one at a time.
pub(super) struct Current {
    slot: Mutex<Option<Pending>>,
    capture: Mutex<Capture>,
    finished: Finished,
}

struct Pending {
    exchange: Exchange,
    body_is_written: bool,
}

impl Current {
    pub(super) fn new(finished: Finished) -> Arc<Self> {
        Arc::new(Self { slot: Mutex::new(None), capture: Mutex::default(), finished })
    }

    /// What the connection has received.
    pub(super) fn capture(&self) -> MutexGuard<'_, Capture> {
        self.capture.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends an exchange that hyper answered by itself.
    pub(super) fn refused(&self, exchange: Exchange) {
        (self.finished)(exchange);
    }

    /// Starts the delivery of an exchange's answer: the body to give to hyper.
    pub(super) fn deliver(self: &Arc<Self>, exchange: Exchange) -> TrackedBody {
        let data = Some(exchange.answer.body.clone()).filter(|body| !body.is_empty());
        self.replace(Some(Pending { exchange, body_is_written: false }));
        TrackedBody { data, current: Arc::clone(self) }
    }

    fn body_was_written(&self) {
        if let Some(pending) = &mut *self.slot.lock().unwrap_or_else(PoisonError::into_inner) {
            pending.body_is_written = true;
        }
    }

    fn was_flushed(&self) {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pending) = slot.take_if(|pending| pending.body_is_written) {
            drop(slot);
            (self.finished)(Exchange { delivery: Delivery::Delivered, ..pending.exchange });
        }
    }

    /// Puts another exchange in place of one that was never flushed, which is thereby broken.
    fn replace(&self, next: Option<Pending>) {
        let previous = std::mem::replace(&mut *self.slot.lock().unwrap_or_else(PoisonError::into_inner), next);
        if let Some(pending) = previous {
            (self.finished)(Exchange { delivery: Delivery::Broken, ..pending.exchange });
        }
    }
}

/// A response body that tells when hyper has taken all of it.
pub(super) struct TrackedBody {
    data: Option<Bytes>,
    current: Arc<Current>,
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.data.take().map(|data| Ok(Frame::data(data))))
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
    stream: TcpStream,
    /// Bytes on their way from the socket to hyper, where they can be looked at.
    passing: Box<[u8; READ_SIZE]>,
    current: Arc<Current>,
    patience: Duration,
    /// Runs while the client takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, current: Arc<Current>, patience: Duration) -> Self {
        Self { stream, passing: Box::new([0; READ_SIZE]), current, patience, stalled: None }
    }

    /// A client that takes nothing of its answer for too long has broken it.
    fn watch<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        std::task::ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

/// A connection that ends with an exchange pending has broken it.
impl Drop for Watched {
    fn drop(&mut self) {
        self.current.replace(None);
    }
}

impl Read for Watched {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, mut buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let Self { stream, passing, current, .. } = self.get_mut();
        let room = buf.remaining().min(READ_SIZE);
        let mut read = ReadBuf::new(&mut passing[..room]);
        std::task::ready!(Pin::new(stream).poll_read(cx, &mut read))?;
        current.capture().add(read.filled());
        buf.put_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

impl Write for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.watch(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if matches!(flushed, Poll::Ready(Ok(()))) {
            self.current.was_flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.watch(cx, written)
    }
}
