//! A real endpoint: probed without writing, and only with a permit that is made from a plan somebody has seen.

mod compare;
mod permit;
mod plan;
mod probe;
mod report;
mod run;
mod stop;
mod target;
mod tls;
mod wire;

pub use permit::{Consent, Permit, Refusal};
pub use plan::{Plan, ShownPlan};
pub use probe::{KeyUsed, NO_SUCH_LEAD, NO_SUCH_STATUS, Outgoing, Probe};
pub use report::{Finding, KeyShown, ProbeReport, Probed};
pub use run::{Observer, probe};
pub use stop::Stop;
pub use target::{Target, TargetError};
pub use tls::{Trust, TrustError};
pub use wire::{Proxies, Wire, WireError};
