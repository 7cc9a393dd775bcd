//! What is under test: a client in any language, the built-in one, or an endpoint.

mod batch;
mod cases;
mod conclusion;
mod endpoint;
mod environment;
mod exit_codes;
mod guard;
mod http;
mod launch;
mod outcome_file;
mod outcomes;
mod placeholders;
mod program;
mod reference;
mod running;
mod tail;

pub use batch::{BatchEnd, BatchProgram};
pub use cases::{BatchCase, TableFormat};
pub use conclusion::{Case, Concluded, Conclusion, Subject, SubjectError, Trace};
pub use endpoint::{Endpoint, EndpointError};
pub(crate) use endpoint::{is_loopback, own_part};
pub use exit_codes::{ExitCodes, ExitMeaning};
pub use guard::{ESCAPES, Guard, PhpSettings};
pub use http::GetError;
pub(crate) use http::innermost;
pub use launch::Launch;
pub use outcomes::{Outcomes, OutcomesError, Told};
pub use placeholders::{PlaceholderError, Template};
pub use program::Program;
pub use reference::Reference;
