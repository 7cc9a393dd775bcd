//! The two kinds of stream a request may come by. What matters under both is the socket: it is reset, and asked for
//! errors.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// A connection's stream.
pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<Secured>),
}

/// A stream in TLS.
pub(super) struct Secured {
    stream: TlsStream<TcpStream>,
    /// The client was told that nothing more comes.
    said_farewell: bool,
}

impl Stream {
    pub(super) fn tls(stream: TlsStream<TcpStream>) -> Self {
        Self::Tls(Box::new(Secured { stream, said_farewell: false }))
    }

    /// The socket.
    pub(super) fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(secured) => secured.stream.get_ref().0,
        }
    }

    /// The socket, out of a stream without TLS.
    pub(super) fn into_plain(self) -> Option<TcpStream> {
        match self {
            Self::Plain(socket) => Some(socket),
            Self::Tls(_) => None,
        }
    }

    /// Whether a reset says that the client did not take its answer. A client that closes over the farewell of TLS
    /// resets the connection too, and may have taken everything that was sent before.
    pub(super) fn reset_counts(&self) -> bool {
        match self {
            Self::Plain(_) => true,
            Self::Tls(secured) => !secured.said_farewell,
        }
    }
}

impl Secured {
    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(match ready!(Pin::new(&mut self.stream).poll_read(cx, buf)) {
            // Many clients close without the farewell of TLS. A request tells its own length, so none can be cut off
            // unseen.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
            other => other,
        })
    }

    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.said_farewell = true;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_read(cx, buf),
            Self::Tls(secured) => secured.poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_write(cx, buf),
            Self::Tls(secured) => Pin::new(&mut secured.stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_flush(cx),
            Self::Tls(secured) => Pin::new(&mut secured.stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_shutdown(cx),
            Self::Tls(secured) => secured.poll_shutdown(cx),
        }
    }
}
