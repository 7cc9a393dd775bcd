//! What exchanges are stamped by.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// A mock's clock.
#[derive(Debug)]
pub enum Clock {
    /// The system's time, which may be set, and which goes on while the machine sleeps.
    System,
    /// Begins with the system's time, and goes on by a clock that nobody sets: how long a client waited is judged by it.
    Steady {
        /// The system's time when it began.
        began: Timestamp,
        /// The moment of that.
        since: Instant,
    },
}

impl Default for Clock {
    /// One that nobody sets, from now on.
    fn default() -> Self {
        Self::steady_from(Timestamp::now())
    }
}

impl Clock {
    pub(super) fn steady_from(began: Timestamp) -> Self {
        Self::Steady { began, since: Instant::now() }
    }

    pub(super) fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Steady { began, since } => {
                let passed = SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::MAX);
                began.saturating_add(passed).unwrap_or(Timestamp::MAX)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::mock::{Clock, Options};

    #[test]
    fn a_mock_that_is_not_told_otherwise_has_a_clock_that_nobody_sets() {
        assert!(matches!(Options::default().clock, Clock::Steady { .. }));
    }
}
