//! The load: some connections kept alive, on each one request after the other, every answer read whole.

use std::rc::Rc;
use std::time::{Duration, Instant};

use caketester::protocol::METHOD_PATH;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::{JoinSet, LocalSet};

use crate::Outcome;
use crate::child::Server;
use crate::servers::SAMPLE;

/// When a load ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    /// After so much time.
    Elapsed(Duration),
    /// After so many requests on each connection.
    Sent(u64),
}

/// What came of a load.
#[derive(Debug, Default)]
pub(crate) struct Round {
    /// Requests a second.
    pub(crate) rate: f64,
    /// Microseconds of the server's processor time for each request.
    pub(crate) processor: f64,
    /// Nanoseconds from the request to the end of its answer.
    pub(crate) latencies: Vec<u32>,
}

/// The sample update as bytes.
pub(crate) fn sample() -> Vec<u8> {
    request(SAMPLE)
}

/// A GET with these parameters.
pub(crate) fn request<'p>(parameters: impl IntoIterator<Item = (&'p str, &'p str)>) -> Vec<u8> {
    let query = caketester::protocol::encode(parameters);
    format!("GET {METHOD_PATH}?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n").into_bytes()
}

/// Puts a server under load. The connections go through the requests in turn, each from another place.
pub(crate) fn put(server: &Server, requests: &Rc<[Vec<u8>]>, connections: usize, until: Until) -> Outcome<Round> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let address = server.address;
    LocalSet::new().block_on(&runtime, async {
        let mut open = Vec::new();
        for _ in 0..connections {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            open.push(stream);
        }
        let (started, before) = (Instant::now(), server.processor_time());
        let mut running = JoinSet::new();
        for (at, stream) in open.into_iter().enumerate() {
            let from = at * requests.len() / connections;
            running.spawn_local(converse(stream, Rc::clone(requests), from, started, until));
        }
        let mut round = Round::default();
        while let Some(latencies) = running.join_next().await {
            round.latencies.extend(latencies?.map_err(|error| format!("{address}: {error}"))?);
        }
        #[expect(clippy::cast_precision_loss, reason = "no count here comes near 2^52")]
        {
            let count = round.latencies.len() as f64;
            round.rate = count / started.elapsed().as_secs_f64();
            round.processor = (server.processor_time() - before) as f64 / 1_000.0 / count;
        }
        Ok(round)
    })
}

async fn converse(
    mut stream: TcpStream,
    requests: Rc<[Vec<u8>]>,
    from: usize,
    started: Instant,
    until: Until,
) -> Result<Vec<u32>, String> {
    let mut latencies = Vec::new();
    let mut buffer = vec![0; 4096];
    for (sent, request) in requests.iter().cycle().skip(from).enumerate() {
        let is_over = match until {
            Until::Elapsed(time) => started.elapsed() >= time,
            Until::Sent(count) => sent as u64 >= count,
        };
        if is_over {
            break;
        }
        let asked = Instant::now();
        stream.write_all(request).await.map_err(|error| error.to_string())?;
        read_answer(&mut stream, &mut buffer).await?;
        latencies.push(u32::try_from(asked.elapsed().as_nanos()).unwrap_or(u32::MAX));
    }
    Ok(latencies)
}

async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<(), String> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await.map_err(|error| error.to_string())?;
        if read == 0 {
            return Err("the connection ended within an answer".into());
        }
        filled += read;
        if let Some(length) = whole_answer(&buffer[..filled])? {
            return if length == filled { Ok(()) } else { Err("more than one answer".into()) };
        }
    }
}

/// How long an answer is, once it is whole. Any other than a success of HTTP and of CAKE is an error.
fn whole_answer(bytes: &[u8]) -> Result<Option<usize>, String> {
    let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4) else { return Ok(None) };
    let text = String::from_utf8_lossy(bytes);
    if !bytes.starts_with(b"HTTP/1.1 200 ") {
        return Err(text.into_owned());
    }
    let body = bytes[..head].split(|byte| *byte == b'\n').find_map(|line| {
        let (name, value) = line.split_at_checked(15)?;
        let value = std::str::from_utf8(value).ok()?;
        if name.eq_ignore_ascii_case(b"content-length:") { value.trim().parse::<usize>().ok() } else { None }
    });
    let length = head + body.ok_or("no content-length")?;
    if bytes.len() < length {
        return Ok(None);
    }
    if text.contains("<code>0</code>") { Ok(Some(length)) } else { Err(text.into_owned()) }
}
