//! What is no HTTP request that hyper reads: evidence all the same.

use std::sync::Arc;

use bytes::Bytes;

use super::connection::Current;
use crate::protocol::{Answer, Delivery, Exchange, Request};

/// Hyper has answered a head it could not read, and closes; what arrived is evidence all the same.
pub(super) fn tell_refusal(ended: hyper::Result<()>, current: &Current) {
    let Err(error) = ended else { return };
    let raw_head = current.capture().take_rest();
    if raw_head.is_empty() || !(error.is_parse() || error.is_incomplete_message() || error.is_timeout()) {
        return;
    }
    let http_status = if error.is_parse_too_large() { 431 } else { 400 };
    // To the preface of HTTP/2 hyper has nothing to say.
    let answered = error.is_parse() && !error.is_parse_version_h2();
    let request = Request { raw_head, ..Request::default() };
    let why = if request.is_tls() {
        "TLS came where plain HTTP is spoken: the URL begins with http://".to_owned()
    } else {
        format!("this is no HTTP request: {error}")
    };
    let now = current.now();
    current.finished(Arc::new(Exchange {
        at: now,
        ended: now,
        request,
        answer: Answer::new(http_status, "", Bytes::new()),
        why: why.into(),
        delivery: if answered { Delivery::Delivered } else { Delivery::Broken },
        ..Exchange::default()
    }));
}
