//! `caketester why --page`: a page on this machine to paste tickets into, for those who rarely see a terminal.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::HOST;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::signals::asked_to_end;
use crate::console::{HTML, response};
use crate::judge::Exit;
use crate::render::{FoundText, ticket_page};

/// The largest ticket that is taken.
const LARGEST: usize = 64 << 20;

/// A ticket, and where what was found in it goes.
type Asked = (Vec<u8>, oneshot::Sender<FoundText>);

/// What a request has to show: it comes from a page of ours, and not from one that guesses the port.
#[derive(Clone)]
struct Door {
    host: String,
    path: String,
    tickets: mpsc::Sender<Asked>,
}

/// Serves the page until it is asked to end.
pub(super) fn serve(output: &Output, mut find: impl FnMut(&[u8]) -> FoundText) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.map_err(Failure::cannot("start the runtime"))?.block_on(async {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await;
        let listener = listener.map_err(Failure::cannot("listen on 127.0.0.1"))?;
        let host = listener.local_addr().map_err(Failure::cannot("listen on 127.0.0.1"))?.to_string();
        let (tickets, mut asked) = mpsc::channel(1);
        let door = Door { path: format!("/{}", secret_path()?), host, tickets };
        let url = format!("http://{}{}", door.host, door.path);
        let stopped = asked_to_end().map_err(Failure::cannot("listen for signals"))?;
        output.out(&format!("{url}\n"));
        output.err("paste tickets there; Ctrl-C ends it\n");
        open_browser(&url);
        tokio::pin!(stopped);
        loop {
            tokio::select! {
                () = &mut stopped => return Ok(Exit::Success),
                accepted = listener.accept() => {
                    // A connection that went away again is nobody's loss.
                    let Ok((stream, _)) = accepted else { continue };
                    let door = door.clone();
                    tokio::spawn(async move {
                        let answer = service_fn(move |request| answer(request, door.clone()));
                        let mut http = http1::Builder::new();
                        http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(30));
                        let _ = http.serve_connection(TokioIo::new(stream), answer).await;
                    });
                }
                Some((ticket, found)) = asked.recv() => {
                    // Where the page was closed meanwhile nobody waits for it.
                    let _ = found.send(find(&ticket));
                }
            }
        }
    })
}

async fn answer(request: Request<Incoming>, door: Door) -> Result<Response<Full<Bytes>>, Infallible> {
    let is_ours = request.headers().get(HOST).is_some_and(|host| host.as_bytes() == door.host.as_bytes())
        && request.uri().path() == door.path;
    if !is_ours {
        return Ok(page(StatusCode::NOT_FOUND, None));
    }
    if request.method() != Method::POST {
        return Ok(page(StatusCode::OK, None));
    }
    let Ok(body) = Limited::new(request.into_body(), LARGEST).collect().await else {
        let cause = format!("the ticket is larger than {} MB; give it as a file: caketester why FILE", LARGEST >> 20);
        return Ok(page(StatusCode::PAYLOAD_TOO_LARGE, Some(&FoundText { cause, reply: None })));
    };
    let body = body.to_bytes();
    let ticket =
        form_urlencoded::parse(&body).find(|(name, _)| name == "ticket").map(|(_, ticket)| ticket.into_owned());
    let (found, told) = oneshot::channel();
    if door.tickets.send((ticket.unwrap_or_default().into_bytes(), found)).await.is_err() {
        return Ok(page(StatusCode::SERVICE_UNAVAILABLE, None));
    }
    Ok(page(StatusCode::OK, told.await.ok().as_ref()))
}

fn page(status: StatusCode, found: Option<&FoundText>) -> Response<Full<Bytes>> {
    let body = if status == StatusCode::NOT_FOUND { String::new() } else { ticket_page(found) };
    response(status, HTML, body)
}

/// A path that no other page on this machine can guess.
fn secret_path() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    let random = rustls::crypto::ring::default_provider().secure_random;
    random.fill(&mut bytes).map_err(|_| Failure::new(Exit::Harness, "the system gives no random numbers"))?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

/// Opens the page where there is a desktop; its URL is printed anyhow.
fn open_browser(url: &str) {
    let line: &[&str] = if cfg!(target_os = "macos") {
        &["open"]
    } else if cfg!(windows) {
        &["cmd", "/C", "start"]
    } else {
        &["xdg-open"]
    };
    let quiet = Stdio::null;
    let _ = Command::new(line[0]).args(&line[1..]).arg(url).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
}
