//! A scenario: changes to a pack's instance, and the updates to be sent to it with what must come of them.

mod apply;
mod changes;
mod checked;
mod fault;
mod id;
mod model;
mod written;
mod zone;

pub(crate) use apply::apply_policy;
pub use apply::{Env, apply_leads, apply_settings, is_name_of_a_variable};
pub use changes::{InstanceChanges, Named, PolicyChanges};
pub use checked::read_scenario;
pub use id::ScenarioId;
pub use model::{AnswerOverride, Attempt, Basis, NEEDED, Need, Needed, Scenario, Step, StepPlaces};
pub use written::{instance_schema, scenario_schema};
pub use zone::{UnknownZone, time_zone};
