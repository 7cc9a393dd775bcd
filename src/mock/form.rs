//! The form of a POST.

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;

use super::limits::Limits;
use crate::pack::Reply;
use crate::protocol::Answer;

/// Reads a form, or says what to answer where that cannot be done.
pub(super) async fn read_form(body: Incoming, limits: &Limits) -> Result<Bytes, Reply> {
    let read = tokio::time::timeout(limits.patience, Limited::new(body, limits.form_bytes).collect()).await;
    let (http_status, why) = match read {
        Ok(Ok(form)) => return Ok(form.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            (413, format!("the form is too large: the limit is {} bytes", limits.form_bytes))
        }
        Ok(Err(error)) => (400, format!("the form could not be read: {error}")),
        Err(_) => (408, format!("the form did not arrive within {:?}", limits.patience)),
    };
    Err(Reply::new(Answer::new(http_status, Answer::HTML, ""), None, why))
}
