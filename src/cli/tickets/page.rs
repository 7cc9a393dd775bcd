//! `caketester why --page`: a page on this machine to paste tickets into, for those who rarely see a terminal.

use std::net::Ipv4Addr;
use std::process::{Command, Stdio};

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::HOST;
use hyper::{Method, Request, Response, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::signals::asked_to_end;
use crate::console::{self, HTML, response};
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
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.map_err(Failure::cannot("listen on 127.0.0.1"))?;
        let host = listener.local_addr().map_err(Failure::cannot("listen on 127.0.0.1"))?.to_string();
        let (tickets, mut asked) = mpsc::channel(1);
        let door = Door { path: format!("/{}", secret_path()?), host, tickets };
        let url = format!("http://{}{}", door.host, door.path);
        let mut stopped = Box::pin(asked_to_end().map_err(Failure::cannot("listen for signals"))?);
        output.out(&format!("{url}\n"));
        output.err("paste tickets there; Ctrl-C ends it\n");
        open_browser(&url);
        tokio::spawn(console::serve(listener, move |request| answer(request, door.clone())));
        loop {
            tokio::select! {
                () = &mut stopped => return Ok(Exit::Success),
                Some((ticket, found)) = asked.recv() => {
                    // Where the page was closed meanwhile nobody waits for it.
                    let _ = found.send(find(&ticket));
                }
            }
        }
    })
}

async fn answer(request: Request<Incoming>, door: Door) -> Response<Full<Bytes>> {
    let page = |status, found: Option<FoundText>| response(status, HTML, ticket_page(found.as_ref()));
    let is_ours = request.headers().get(HOST).is_some_and(|host| host.as_bytes() == door.host.as_bytes())
        && request.uri().path() == door.path;
    if !is_ours {
        return response(StatusCode::NOT_FOUND, HTML, String::new());
    }
    if request.method() != Method::POST {
        return page(StatusCode::OK, None);
    }
    let Ok(body) = Limited::new(request.into_body(), LARGEST).collect().await else {
        let cause = format!("the ticket is larger than {} MB; give it as a file: caketester why FILE", LARGEST >> 20);
        return page(StatusCode::PAYLOAD_TOO_LARGE, Some(FoundText { cause, reply: None }));
    };
    let body = body.to_bytes();
    let ticket = form_urlencoded::parse(&body).find(|(name, _)| name == "ticket");
    let ticket = ticket.map(|(_, ticket)| ticket.into_owned()).unwrap_or_default();
    let (found, told) = oneshot::channel();
    // Where nobody takes it any more, nothing is found.
    let _ = door.tickets.send((ticket.into_bytes(), found)).await;
    page(StatusCode::OK, told.await.ok())
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
