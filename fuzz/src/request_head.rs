//! What a client sends: the mock survives it, and however the bytes are cut on their way, the journal holds the
//! same requests, each head byte for byte as it was sent.

use std::cell::RefCell;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use caketester::mock::{Mock, Options};
use caketester::pack::{Origin, Pack, World, Worlds, load};
use caketester::protocol::{Exchange, METHOD_PATH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

/// Nothing here takes a hundredth of it. It is there for a mock that hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often a client lets the mock go first, so that a piece is read before the next one is sent.
const TURNS: usize = 6;

static PACK: LazyLock<Pack> =
    LazyLock::new(|| load(Origin::Standard, &|_| None).expect("the standard pack can be loaded").0);

thread_local! {
    /// One thread, which looks at the sockets at every turn: runs are the same each time.
    static RUNTIME: RefCell<Runtime> = RefCell::new(
        Builder::new_current_thread().enable_all().event_interval(1).build().expect("a runtime can be built"),
    );
}

/// Holds the mock against a client that sends these bytes: the first says where they are cut.
pub fn check(data: &[u8]) {
    let Some((&cut, sent)) = data.split_first() else { return };
    let (whole, cut) = RUNTIME.with_borrow(|runtime| {
        runtime.block_on(async {
            let both = async { (arrived(&[sent]).await, arrived(&pieces(sent, cut)).await) };
            tokio::time::timeout(PATIENCE, both).await.expect("the mock hangs")
        })
    });
    for exchanges in [&whole, &cut] {
        assert_are_of(exchanges, sent);
    }
    if !has_return_alone(sent) {
        assert_are_alike(&whole, &cut, may_have_body(sent));
    }
}

/// At most some hundred pieces; where the length is odd, they grow.
fn pieces(sent: &[u8], cut: u8) -> Vec<&[u8]> {
    let mut length = 1 + usize::from(cut) % 64;
    let mut rest = sent;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(length.min(rest.len()));
        pieces.push(piece);
        rest = after;
        length += length % 2 * 2 + pieces.len() / 64 * 64;
    }
    pieces
}

/// What a mock takes these pieces for. Afterwards it still answers another client.
async fn arrived(pieces: &[&[u8]]) -> Vec<Arc<Exchange>> {
    let worlds = Worlds::only(Arc::new(World::plain(PACK.instance.clone())));
    let mock =
        Mock::start(SocketAddr::from((fresh_address(), 0)), worlds, Options::default()).await.expect("the mock starts");
    send(&mock, pieces).await;
    let good = format!("GET {METHOD_PATH}?api_key=&lead_id=1&status=x&sub_status= HTTP/1.1\r\nHost: a\r\n\r\n");
    let answer = send(&mock, &[good.as_bytes()]).await;
    assert!(answer.windows(13).any(|part| part == b"<code>1</code"), "the mock no longer answers");
    let mut exchanges = mock.finish().await.exchanges();
    let last = exchanges.pop().expect("the good request is in the journal");
    assert_eq!(last.request.raw_head, good);
    exchanges
}

/// A port is not free again for a minute, and in that time libFuzzer would use them all up. Linux has 2^24 addresses of this
/// machine, each with ports of its own.
fn fresh_address() -> Ipv4Addr {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    if cfg!(target_os = "linux") {
        let [a, b] = TAKEN.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        Ipv4Addr::new(127, 1, a, b.max(1))
    } else {
        Ipv4Addr::LOCALHOST
    }
}

/// Sends the pieces, and returns what came back. A mock may hang up before it has all.
async fn send(mock: &Mock, pieces: &[&[u8]]) -> Vec<u8> {
    let mut client = TcpStream::connect(mock.address()).await.expect("the mock accepts");
    client.set_nodelay(true).expect("a piece is sent at once");
    for piece in pieces {
        if client.write_all(piece).await.is_err() {
            break;
        }
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
    }
    let _ = client.shutdown().await;
    let mut answer = Vec::new();
    let _ = client.read_to_end(&mut answer).await;
    answer
}

/// Every head was sent like this, and in this order.
fn assert_are_of(exchanges: &[Arc<Exchange>], sent: &[u8]) {
    let mut rest = sent;
    for exchange in exchanges {
        let request = &exchange.request;
        let head = &*request.raw_head;
        let found = rest.windows(head.len().max(1)).position(|part| part == head);
        let at = found.unwrap_or_else(|| panic!("never sent, or not in this order: {request:?}"));
        rest = &rest[at + head.len()..];
        if exchange.is_unparsable() {
            assert!(!head.is_empty() && !exchange.why.is_empty());
            continue;
        }
        assert!(head.starts_with(request.method.as_bytes()), "{request:?}");
        let line = String::from_utf8_lossy(head.split(|byte| *byte == b'\n').next().unwrap_or_default());
        assert!(line.contains(request.query()), "{request:?}");
        assert!(head.ends_with(b"\n\n") || head.ends_with(b"\n\r\n"), "a head without its end: {request:?}");
        let lines = head.split(|byte| *byte == b'\n');
        let empty = lines.filter(|line| line.is_empty() || *line == b"\r").count();
        // The empty line, and nothing behind its end.
        assert_eq!(empty, 2, "two heads in one: {request:?}");
    }
}

/// Before a request hyper passes over line ends. Whether a CR without its LF is one depends on how it is cut.
fn has_return_alone(sent: &[u8]) -> bool {
    sent.iter().enumerate().any(|(at, byte)| *byte == b'\r' && sent.get(at + 1) != Some(&b'\n'))
}

/// Two runs saw the same, up to where one of them ended. With a body that is not read they may end at different
/// requests: hyper keeps a connection only if the body has arrived already. And what is no request is what had
/// arrived when hyper gave up.
fn assert_are_alike(whole: &[Arc<Exchange>], cut: &[Arc<Exchange>], may_end_early: bool) {
    assert!(may_end_early || whole.len() == cut.len(), "{whole:#?} in one go, but in pieces {cut:#?}");
    for (one, other) in whole.iter().zip(cut) {
        let (one, other) = (&one.request, &other.request);
        if one.method.is_empty() && other.method.is_empty() {
            let (one, other) = (&*one.raw_head, &*other.raw_head);
            assert!(one.starts_with(other) || other.starts_with(one), "{one:?} in one go, but in pieces {other:?}");
        } else {
            assert_eq!(one, other, "in one go, and in pieces");
        }
    }
}

fn may_have_body(sent: &[u8]) -> bool {
    let sent = sent.to_ascii_lowercase();
    [&b"content-length"[..], b"transfer-encoding"].iter().any(|name| sent.windows(name.len()).any(|part| part == *name))
}
