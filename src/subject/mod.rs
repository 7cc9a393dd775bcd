//! What is under test: a client in any language, the built-in one, or an endpoint.

mod conclusion;
mod endpoint;
mod http;
mod outcome_file;
mod placeholders;
mod program;
mod reference;
mod tail;

pub use conclusion::{Case, Conclusion, Subject, SubjectError, Trace, Verdict};
pub use endpoint::{Endpoint, EndpointError, EndpointFailure};
pub use placeholders::{PlaceholderError, Template};
pub use program::{ExitCodes, Program};
pub use reference::Reference;
