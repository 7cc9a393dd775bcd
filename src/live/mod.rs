//! A real endpoint: probed, learnt and watched, and only with a permit that is made from a plan somebody has seen.

mod compare;
mod learn;
mod permit;
mod plan;
mod probe;
mod recorded;
mod report;
mod request;
mod run;
mod stop;
mod target;
mod tls;
mod wire;

pub use learn::{Learnt, Setting, learn};
pub use permit::{Consent, Permit, Refusal};
pub use plan::{Plan, ShownPlan, state};
pub use probe::{KeyUsed, Probe};
pub use recorded::{Drift, Recorded, check_recorded, compare_with_recorded};
pub use report::{Finding, KeyShown, Left, ProbeReport, Probed};
pub use request::{Known, Outgoing, Planned, masking};
pub use run::{Observer, Ran, probe};
pub use stop::Stop;
pub use target::{Target, TargetError};
pub use tls::{Trust, TrustError};
pub use wire::{Proxies, Wire, WireError};
