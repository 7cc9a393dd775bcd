//! A second port of a mock. Answers that lead a client away lead there: redirects to another host or to plain HTTP, and
//! external entities. Who comes is seen and refused.

use std::future::Future;
use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::{LazyLock, Mutex, PoisonError};

use bytes::Bytes;
use memchr::memmem::Finder;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;

use super::bind::{Listeners, listen};
use super::head::body;
use super::reach::is_loopback;
use crate::protocol::{Answer, Exchange, FaultKind};

/// The port, opened for the first answer that leads there.
#[derive(Default)]
pub(super) struct Elsewhere {
    port: OnceCell<u16>,
    serving: Mutex<Option<JoinHandle<()>>>,
}

impl Elsewhere {
    /// The port, where it is open.
    pub(super) fn port(&self) -> Option<u16> {
        self.port.get().copied()
    }

    /// The port, opened if it is not yet.
    pub(super) async fn open(
        &self,
        serve: impl FnOnce(Listeners) -> Pin<Box<dyn Future<Output = ()> + Send>>,
    ) -> io::Result<u16> {
        let open = || async {
            let listeners = listen((Ipv4Addr::LOCALHOST, 0).into()).await?;
            let port = listeners.0.local_addr()?.port();
            let serving = tokio::spawn(serve(listeners));
            *self.serving.lock().unwrap_or_else(PoisonError::into_inner) = Some(serving);
            Ok(port)
        };
        self.port.get_or_try_init(open).await.copied()
    }

    /// Waits until nobody is served there any more.
    pub(super) async fn ended(&self) {
        let serving = self.serving.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(serving) = serving {
            // One that panicked has told of it.
            let _ = serving.await;
        }
    }
}

/// Whether an answer leads away.
pub(super) fn leads_away(exchange: &Exchange) -> bool {
    has_entity(&exchange.answer) || exchange.fault.is_some_and(|fault| fault.kind.leads_away().is_some())
}

fn has_entity(answer: &Answer) -> bool {
    static ENTITY: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(FaultKind::ENTITY));
    ENTITY.find(&answer.body).is_some()
}

/// Has an answer that leads away lead to this port, and returns the body to send. What is kept of the answer names no port, as
/// its snapshot does.
pub(super) fn lead_to(port: u16, answer: &mut Answer) -> Bytes {
    for link in answer.links_mut() {
        let Some((scheme, rest)) = link.split_once("//") else { continue };
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        if is_loopback(name.rsplit_once('@').map_or(name, |(_, name)| name)) {
            *link = format!("{scheme}//{name}:{port}/{path}");
        }
    }
    if !has_entity(answer) {
        return body(answer);
    }
    let here = format!("{}:{port}", Ipv4Addr::LOCALHOST);
    let text = String::from_utf8_lossy(&answer.body).replace(FaultKind::NOBODYS_HOST, &here);
    body(&Answer { body: text.into(), ..answer.clone() })
}

/// Puts a scheme before each link that has none.
pub(super) fn write_schemes(answer: &mut Answer, scheme: &str) {
    for link in answer.links_mut() {
        let start = if link.starts_with(Answer::AT_ONCE) { Answer::AT_ONCE.len() } else { 0 };
        if link[start..].starts_with("//") {
            // As IIS writes it: not every client knows what a link without a scheme is.
            link.insert_str(start, scheme);
        }
    }
}
