//! The listener of the pages, on this machine alone.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{HOST, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, spawn_blocking};

use super::http::{HTML, response, serve};
use super::live_report::{Asked, LiveReport, NoReport};
use crate::mock::{Masks, StateError, StateFile};

const TEXT: &str = "text/plain; charset=utf-8";

/// Why the pages cannot be served.
#[derive(Debug, Error)]
pub enum ConsoleError {
    /// The port cannot be had.
    #[error(
        "cannot listen on 127.0.0.1:{port}: {source}\n  help: is another program using the port? `--report-port 0` takes a free one"
    )]
    Listen {
        /// The port.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// The state file cannot be read.
    #[error(transparent)]
    State(#[from] StateError),
}

/// The pages, until it is dropped.
#[derive(Debug)]
pub struct Console {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

/// What every connection shares.
struct Desk {
    /// What a browser calls this page; whoever comes by another name was led here by a page elsewhere.
    hosts: [String; 2],
    report: Mutex<LiveReport>,
    masks: Mutex<Masks>,
}

impl Console {
    /// Serves the Lead Status Master Report of a state file, which a mock may write to meanwhile. `source` is what a reader
    /// knows the file by.
    pub async fn start(path: &Path, source: String, port: u16, masks: Masks) -> Result<Self, ConsoleError> {
        let report = Mutex::new(LiveReport::new(StateFile::read_only(path)?, source));
        let unusable = |source| ConsoleError::Listen { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(unusable)?;
        let address = listener.local_addr().map_err(unusable)?;
        let hosts = [address.to_string(), format!("localhost:{}", address.port())];
        let desk = Arc::new(Desk { hosts, report, masks: Mutex::new(masks) });
        Ok(Self {
            address,
            accepting: tokio::spawn(serve(listener, move |request| answer(request, Arc::clone(&desk)))),
        })
    }

    /// The address of the first page.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn answer(request: Request<Incoming>, desk: Arc<Desk>) -> Response<Full<Bytes>> {
    let host = request.headers().get(HOST).map_or(&b""[..], HeaderValue::as_bytes);
    if desk.hosts.iter().all(|ours| ours.as_bytes() != host) {
        let told = format!("call this page http://{}/\n", desk.hosts[0]);
        return response(StatusCode::MISDIRECTED_REQUEST, TEXT, told);
    }
    if request.method() != Method::GET {
        return response(StatusCode::METHOD_NOT_ALLOWED, TEXT, "only GET is answered here\n".to_owned());
    }
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    // Reading the file and writing a page keep a thread busy.
    let answered = spawn_blocking(move || desk.answer(&path, &query)).await;
    answered
        .unwrap_or_else(|_| response(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "the page cannot be made\n".to_owned()))
}

impl Desk {
    fn answer(&self, path: &str, query: &str) -> Response<Full<Bytes>> {
        if !["/", "/report.json", "/report.csv"].contains(&path) {
            let told = "there are /, /report.json and /report.csv\n";
            return response(StatusCode::NOT_FOUND, TEXT, told.to_owned());
        }
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        let mut page = |asked: Result<Asked, NoReport>| asked.and_then(|asked| report.page(&asked));
        let asked = page(Asked::read(query));
        let status = match &asked {
            Ok(_) => StatusCode::OK,
            Err(NoReport::State(_)) => StatusCode::INTERNAL_SERVER_ERROR,
            Err(_) => StatusCode::BAD_REQUEST,
        };
        let (kind, body) = match (path, asked) {
            ("/report.json", Ok(page)) => ("application/json", page.json()),
            ("/report.csv", Ok(page)) => ("text/csv; charset=utf-8", page.csv()),
            (_, Ok(page)) => (HTML, page.live_html(None)),
            // What can be asked instead is on the page.
            ("/", Err(error)) => match page(Ok(Asked::default())) {
                Ok(page) => (HTML, page.live_html(Some(&error.to_string()))),
                Err(_) => (TEXT, format!("error: {error}\n")),
            },
            (_, Err(error)) => (TEXT, format!("error: {error}\n")),
        };
        drop(report);
        let masks = self.masks.lock().unwrap_or_else(PoisonError::into_inner);
        response(status, kind, masks(&body))
    }
}
