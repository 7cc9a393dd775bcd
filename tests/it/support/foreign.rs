//! Somebody else's endpoint, built on wiremock.

use tokio::runtime::Runtime;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond};

/// Somebody else's endpoint. It keeps what it is sent.
pub(crate) struct Foreign {
    pub(crate) server: MockServer,
    runtime: Runtime,
}

/// An endpoint that answers every request like this.
pub(crate) fn foreign(answer: impl Respond + 'static) -> Foreign {
    let runtime = Runtime::new().expect("a runtime starts");
    // Not one of the pool, which another test may still be sending to.
    let server = runtime.block_on(MockServer::builder().start());
    let foreign = Foreign { server, runtime };
    foreign.also(Mock::given(any()).respond_with(answer));
    foreign
}

impl Foreign {
    /// Adds an answer of its own for some requests.
    pub(crate) fn also(&self, mock: Mock) {
        self.runtime.block_on(mock.mount(&self.server));
    }

    /// Each request so far.
    pub(crate) fn received(&self) -> Vec<Request> {
        self.runtime.block_on(self.server.received_requests()).expect("requests are recorded")
    }
}
