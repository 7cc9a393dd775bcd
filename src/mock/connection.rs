//! One connection: it knows when an answer has been handed to the network to the last byte, and when not.
//!
//! Hyper tells a service nothing of what became of its response. But it drops the response's body once
//! all of it is in its buffer, and flushes the socket once that buffer is empty: a flush that succeeds
//! after the drop is the delivery.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::protocol::{Delivery, Exchange};

/// Called with each exchange when it is over.
pub(super) type Finished = Arc<dyn Fn(Exchange) + Send + Sync>;

/// The exchange a connection is busy with. HTTP/1 has one at a time.
pub(super) struct Current {
    slot: Mutex<Option<Pending>>,
    finished: Finished,
}

struct Pending {
    exchange: Exchange,
    body_is_written: bool,
}

impl Current {
    pub(super) fn new(finished: Finished) -> Arc<Self> {
        Arc::new(Self { slot: Mutex::new(None), finished })
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
    io: TokioIo<TcpStream>,
    current: Arc<Current>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, current: Arc<Current>) -> Self {
        Self { io: TokioIo::new(stream), current }
    }
}

/// A connection that ends with an exchange pending has broken it.
impl Drop for Watched {
    fn drop(&mut self) {
        self.current.replace(None);
    }
}

impl Read for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl Write for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        if matches!(flushed, Poll::Ready(Ok(()))) {
            self.current.was_flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }
}
