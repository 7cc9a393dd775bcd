//! The servers that are compared. Each prints its address once it answers, and ends when its input does.

use std::convert::Infallible;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use bytes::Bytes;
use caketester::mock::{Mock, Options};
use caketester::pack::{Origin, Worlds, load};
use caketester::protocol::METHOD_PATH;
use http_body_util::Full;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::Outcome;

/// The parameters of the sample update, as the stubs of the others match them.
pub(crate) const SAMPLE: [(&str, &str); 5] = [
    ("api_key", "BuyerAPIKeyHere"),
    ("lead_id", "C8097F17"),
    ("status", "Funded"),
    ("sub_status", "Full Payment"),
    ("loan_amount", "25000"),
];
const ANSWER: &str = "<result>\n  <code>0</code>\n  <msg>success</msg>\n</result>";
const CONTENT: &str = "text/xml; charset=utf-8";
const HEADERS: [(&str, &str); 3] =
    [("cache-control", "private, max-age=0"), ("x-aspnet-version", "4.0.30319"), ("x-powered-by", "ASP.NET")];
/// Names the pack the mock serves; the standard one where it is not set.
pub(crate) const PACK: &str = "CAKETESTER_BENCH_PACK";

/// A server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// The mock of this library: deciding, recording, with its journal.
    Mock,
    /// Hyper with a fixed answer.
    Hyper,
    /// wiremock with the sample as its stub.
    Wiremock,
    /// httpmock with the sample as its stub.
    Httpmock,
}

pub(crate) fn serve(kind: Kind) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match kind {
        Kind::Mock => {
            let mock = runtime.block_on(mock())?;
            until_the_end(mock.address())
        }
        Kind::Hyper => {
            let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
            let address = listener.local_addr()?;
            runtime.spawn(hyper(listener));
            until_the_end(address)
        }
        Kind::Wiremock => {
            let server = runtime.block_on(wiremock());
            until_the_end(*server.address())
        }
        Kind::Httpmock => {
            let server = httpmock();
            until_the_end(*server.address())
        }
    }
}

fn until_the_end(address: SocketAddr) -> Outcome {
    println!("{address}");
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

async fn mock() -> Outcome<Mock> {
    let origin = std::env::var_os(PACK).map_or(Origin::Standard, |path| Origin::Directory(PathBuf::from(path)));
    let (pack, mistakes) = load(origin, &|_| None)?;
    if let Some(mistake) = mistakes.first() {
        return Err(mistake.to_string().into());
    }
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Ok(Mock::start(address, Worlds::of(&pack), Options::default()).await?)
}

async fn hyper(listener: TcpListener) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            let service = service_fn(|_: Request<hyper::body::Incoming>| async { Ok::<_, Infallible>(fixed_answer()) });
            // A client that goes away has been served.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

fn fixed_answer() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(ANSWER.as_bytes())));
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(HEADERS[0].1));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT));
    headers.insert(HeaderName::from_static(HEADERS[1].0), HeaderValue::from_static(HEADERS[1].1));
    headers.insert(HeaderName::from_static(HEADERS[2].0), HeaderValue::from_static(HEADERS[2].1));
    response
}

async fn wiremock() -> wiremock::MockServer {
    use wiremock::matchers::{method, path, query_param};
    let server = wiremock::MockServer::start().await;
    let stub = wiremock::Mock::given(method("GET")).and(path(METHOD_PATH));
    let stub = SAMPLE.iter().fold(stub, |stub, (name, value)| stub.and(query_param(*name, *value)));
    let answer = wiremock::ResponseTemplate::new(200).set_body_raw(ANSWER, CONTENT);
    let answer = HEADERS.iter().fold(answer, |answer, (name, value)| answer.insert_header(*name, *value));
    stub.respond_with(answer).mount(&server).await;
    server
}

fn httpmock() -> httpmock::MockServer {
    let server = httpmock::MockServer::start();
    server.mock(|when, then| {
        let when = when.method(httpmock::Method::GET).path(METHOD_PATH);
        SAMPLE.iter().fold(when, |when, (name, value)| when.query_param(*name, *value));
        let then = then.status(200).header("content-type", CONTENT).body(ANSWER);
        HEADERS.iter().fold(then, |then, (name, value)| then.header(*name, *value));
    });
    server
}
