//! The form of a POST.

use std::error::Error;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Body;

use super::limits::Limits;
use crate::pack::Reply;
use crate::protocol::Answer;

/// Reads a form, or says what to answer where that cannot be done.
pub(super) async fn read_form<B>(body: B, limits: &Limits) -> Result<Bytes, Reply>
where
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let read = tokio::time::timeout(limits.patience, Limited::new(body, limits.form_bytes).collect()).await;
    let (http_status, why) = match read {
        // A piece of hyper's buffer would hold all of that as long as the journal holds the form.
        Ok(Ok(form)) => return Ok(Bytes::copy_from_slice(&form.to_bytes())),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            (413, format!("the form is too large: the limit is {} bytes", limits.form_bytes))
        }
        Ok(Err(error)) => (400, format!("the form could not be read: {error}")),
        Err(_) => (408, format!("the form did not arrive within {:?}", limits.patience)),
    };
    Err(Reply::new(Answer::new(http_status, Answer::HTML, ""), None, why))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http_body_util::Full;

    use super::read_form;
    use crate::mock::limits::Limits;

    #[tokio::test]
    async fn a_form_holds_no_more_than_itself_whatever_buffer_it_arrived_in() {
        let buffer = Bytes::from(vec![b'x'; 64 * 1024]);
        let form = read_form(Full::new(buffer.slice(..9)), &Limits::default()).await.expect("it is short enough");
        assert_eq!(form, "xxxxxxxxx");
        assert_ne!(form.as_ptr(), buffer.as_ptr());
    }
}
