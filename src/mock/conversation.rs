//! Conversations: each connection from its first byte to its last, and what a mock's connections share.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use hyper::Response;
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioTimer;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::accept::{Phase, last_call, serve};
use super::bind::Listeners;
use super::connection::{Current, Struck, TrackedBody, Watched, Witness};
use super::elsewhere::{Elsewhere, lead_to, leads_away, write_schemes};
use super::fault::carry_out;
use super::form::read_form;
use super::head::{body, head};
use super::incident::Incident;
use super::limits::Limits;
use super::reach::{Door, Plays, Reach, Unsecured, secure};
use super::refused::tell_refusal;
use super::seat::Seat;
use super::state::Keeper;
use super::stream::Stream;
use crate::pack::{Reply, Worlds};
use crate::protocol::{Answer, Delivery, Exchange, Fault, Request};
use jiff::Timestamp;

/// How long the end of a connection is waited for, to see whether it is a reset.
const LINGERING: Duration = Duration::from_millis(500);

/// Where a connection came in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entrance {
    /// By the mock's own address.
    Front,
    /// By the guard.
    Guard,
    /// By where redirects away lead.
    Elsewhere,
}

/// What all connections of a mock share.
pub(super) struct Shared {
    /// The port of the mock's own address.
    pub(super) port: u16,
    /// Swapped as a whole; a request sees one set from beginning to end.
    pub(super) worlds: RwLock<Arc<Worlds>>,
    /// Keeps what is decided, where it is to be kept.
    pub(super) keeper: Option<Keeper>,
    pub(super) limits: Limits,
    pub(super) reach: Reach,
    pub(super) witness: Arc<dyn Witness>,
    pub(super) elsewhere: Elsewhere,
}

impl Shared {
    pub(super) fn worlds(&self) -> Arc<Worlds> {
        Arc::clone(&self.worlds.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn serve(
        self: &Arc<Self>,
        listeners: Listeners,
        entrance: Entrance,
        phase: watch::Receiver<Phase>,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (shared, at_once, heard) = (Arc::clone(self), self.limits.connections, phase.clone());
        let each = move |socket, seat| converse((socket, seat), entrance, Arc::clone(&shared), heard.clone());
        serve(listeners, at_once, phase, each)
    }

    /// Boxed: it is begun by what it consists of.
    fn serve_elsewhere(
        self: &Arc<Self>,
        listeners: Listeners,
        phase: watch::Receiver<Phase>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(self.serve(listeners, Entrance::Elsewhere, phase))
    }
}

async fn converse(
    (socket, seat): (TcpStream, Arc<Seat>),
    entrance: Entrance,
    shared: Arc<Shared>,
    phase: watch::Receiver<Phase>,
) {
    // Answers are small: waiting for more to send would only delay them. Failure costs time, nothing else.
    let _ = socket.set_nodelay(true);
    let plays = match (entrance, &shared.reach) {
        (Entrance::Guard, reach) => Some(Plays::Mock {
            port: shared.port,
            by_tls: matches!(reach, Reach::Tls(_)),
            elsewhere: shared.elsewhere.port(),
        }),
        (Entrance::Front, Reach::Proxy(host, _)) => Some(Plays::Host(host)),
        (Entrance::Front, Reach::Plain | Reach::Tls(_)) | (Entrance::Elsewhere, _) => None,
    };
    let (socket, early) = match plays {
        None => (socket, Bytes::new()),
        Some(plays) => {
            let door = Door::Proxy { plays, tunnel: Mutex::default() };
            let Some(tunnel) = talk((Stream::Plain(socket), &seat), door, &shared, phase.clone()).await else { return };
            tunnel
        }
    };
    let is_elsewhere = matches!(entrance, Entrance::Elsewhere);
    let door = || if is_elsewhere { Door::Elsewhere } else { Door::Cake };
    let (Reach::Tls(identity) | Reach::Proxy(_, identity)) = &shared.reach else {
        talk((Stream::Plain(socket), &seat), door(), &shared, phase).await;
        return;
    };
    match secure(socket, early, identity, shared.limits.patience).await {
        Ok(stream) => {
            talk((stream, &seat), door(), &shared, phase).await;
        }
        Err(Unsecured::NotTls(Some(socket))) if is_elsewhere => {
            talk((Stream::Plain(socket), &seat), door(), &shared, phase).await;
        }
        // Who looks at a certificate has not sent anything yet.
        Err(_) if is_elsewhere => {}
        Err(Unsecured::Failed(incident)) => shared.witness.happened(incident),
        Err(Unsecured::NotTls(socket)) => {
            shared.witness.happened(Incident::NoTls);
            if let Some(socket) = socket {
                talk((Stream::Plain(socket), &seat), Door::NoTls, &shared, phase).await;
            }
        }
        Err(Unsecured::Silent) => {}
    }
}

/// Answers requests until the connection ends, or becomes a tunnel, which is returned with what came through already.
async fn talk(
    (stream, seat): (Stream, &Arc<Seat>),
    door: Door<'_>,
    shared: &Arc<Shared>,
    phase: watch::Receiver<Phase>,
) -> Option<(TcpStream, Bytes)> {
    let is_secured = matches!(stream, Stream::Tls(_));
    let current = Current::new(Arc::clone(&shared.witness), Arc::clone(seat));
    exchange_all(stream, &door, shared, &current, phase.clone()).await;
    if let Some((exchange, stream)) = current.take_struck() {
        current.finished(carry_out(exchange, stream, last_call(phase), &current).await);
        return None;
    }
    // Who keeps the connection open has not reset it, and need not be waited for.
    let _ = tokio::time::timeout(LINGERING, current.linger()).await;
    if is_secured && !current.capture().is_used() && !matches!(door, Door::Elsewhere) {
        shared.witness.happened(Incident::NothingAsked);
    }
    door.tunnel().await
}

async fn exchange_all(
    stream: Stream,
    door: &Door<'_>,
    shared: &Arc<Shared>,
    current: &Arc<Current>,
    phase: watch::Receiver<Phase>,
) {
    let scheme = if matches!(stream, Stream::Tls(_)) { "https:" } else { "http:" };
    let service = service_fn(|request| answer(request, (door, scheme), (shared, &phase), current));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(shared.limits.patience)
        .max_buf_size(shared.limits.head_bytes.max(Limits::SMALLEST_HEAD))
        .half_close(true)
        // The case of the names that hyper writes; the other headers of answers are put in on their way.
        .title_case_headers(true)
        .serve_connection(Watched::new(stream, Arc::clone(current), shared.limits.patience), service)
        .with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        // In this order: what has arrived is read before the connection is told to end, however late its turn comes.
        biased;
        ended = &mut connection => return tell_refusal(ended, current),
        () = last_call(phase.clone()) => {}
    }
    connection.as_mut().graceful_shutdown();
    tell_refusal(connection.await, current);
}

async fn answer(
    mut request: hyper::Request<Incoming>,
    (door, scheme): (&Door<'_>, &str),
    (shared, phase): (&Arc<Shared>, &watch::Receiver<Phase>),
    current: &Arc<Current>,
) -> Result<Response<TrackedBody>, Struck> {
    if let Some(response) = door.aside(&mut request, current, &*shared.witness) {
        return Ok(response);
    }
    // Where a body of unknown length ends cannot be told from outside hyper, so nothing may follow it.
    let is_last = request.body().size_hint().exact().is_none();
    let (mut parts, request_body) = request.into_parts();
    let mut exchange = exchange(&parts, request_body, door, shared, current).await;
    // This is the only reference, so nothing is copied.
    let own = Arc::make_mut(&mut exchange);
    let mut sent = None;
    if leads_away(own)
        && !matches!(shared.reach, Reach::Proxy(..))
        && let Ok(port) = shared.elsewhere.open(|listeners| shared.serve_elsewhere(listeners, phase.clone())).await
    {
        sent = Some(lead_to(port, &mut own.answer));
    }
    write_schemes(&mut own.answer, scheme);
    if exchange.fault.is_some_and(|fault| !fault.kind.is_an_answer()) {
        return Err(current.strike(exchange));
    }
    // Hyper takes the memory for the headers of one request from the answer to the one before.
    parts.headers.clear();
    let mut response = head(&exchange.answer, parts.headers);
    if is_last {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let sent = sent.unwrap_or_else(|| body(&exchange.answer));
    Ok(response.map(|()| current.deliver(exchange, sent)))
}

async fn exchange(head: &Parts, body: Incoming, door: &Door<'_>, shared: &Shared, current: &Current) -> Arc<Exchange> {
    let raw_head = current.capture().take_head(body.size_hint().exact().unwrap_or(0));
    let content_type =
        head.headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let mut request = Request {
        method: head.method.as_str().to_owned(),
        target: head.uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned(),
        content_type: content_type.unwrap_or_default(),
        body: Bytes::new(),
        raw_head,
    };
    let read = if request.is_form_post() { read_form(body, &shared.limits).await } else { Ok(Bytes::new()) };
    let at = current.now();
    let (reply, scenario) = match read {
        Ok(_) if door.lacks_tls() => {
            let why = Incident::NoTls.to_string();
            (Reply::new(Answer::new(400, "text/plain", why.clone()), None, why), None)
        }
        Ok(body) => {
            request.body = body;
            decide(shared.keeper.as_ref(), &shared.worlds(), &request, at).await
        }
        Err(reply) => (reply, None),
    };
    Arc::new(Exchange {
        at,
        ended: at,
        request,
        answer: reply.answer,
        code: reply.code,
        keys: None,
        why: Fault::reason(reply.fault, reply.why),
        scenario,
        fault: reply.fault,
        delivery: Delivery::Broken,
    })
}

/// Decides on a request: at once, or where it is to be kept, together with others. Also says which scenario it belongs to.
async fn decide(
    keeper: Option<&Keeper>,
    worlds: &Arc<Worlds>,
    request: &Request,
    at: Timestamp,
) -> (Reply, Option<Arc<str>>) {
    let params = request.params();
    let world = worlds.route(&params);
    let scenario = world.scenario().cloned();
    let reply = match keeper {
        None => world.reply(request, &params),
        Some(keeper) => match world.before_the_method(request, &params) {
            Some(reply) => reply,
            None => keeper.decide(worlds, request, at).await,
        },
    };
    (reply, scenario)
}
