//! The places of connections: who has been idle for longest leaves, where another has no place.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;

/// How long a connection has been idle at least that has to leave: one that is between two requests is not idle.
const IDLE: Duration = Duration::from_millis(100);

/// A connection's place. It begins idle.
#[derive(Debug)]
pub(super) struct Seat {
    began: Instant,
    /// At which microsecond it became idle; or one of these two.
    idle: AtomicU64,
}

impl Seat {
    const BUSY: u64 = u64::MAX;
    const TAKEN: u64 = u64::MAX - 1;

    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), idle: AtomicU64::new(0) })
    }

    /// Something has arrived; whether the connection still has its place.
    pub(super) fn is_busy_now(&self) -> bool {
        let occupied = |idle| (idle != Self::TAKEN).then_some(Self::BUSY);
        self.idle.fetch_update(Ordering::Relaxed, Ordering::Relaxed, occupied).is_ok()
    }

    /// Everything that arrived has been answered, the last of it then.
    pub(super) fn is_idle_since(&self, then: Instant) {
        let since = u64::try_from(then.duration_since(self.began).as_micros()).unwrap_or(Self::TAKEN - 1);
        let left = |idle| (idle != Self::TAKEN).then_some(since);
        // Whose place is taken already stays so.
        let _ = self.idle.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
    }

    /// Since when it has been idle.
    fn idle_since(&self) -> Option<(u64, Instant)> {
        let idle = self.idle.load(Ordering::Relaxed);
        (idle < Self::TAKEN).then(|| (idle, self.began + Duration::from_micros(idle)))
    }
}

/// All places.
#[derive(Debug, Default)]
pub(super) struct Seats(Vec<(Arc<Seat>, AbortHandle)>);

impl Seats {
    /// One more is taken.
    pub(super) fn add(&mut self, seat: Arc<Seat>, connection: AbortHandle) {
        // Only now and then: it looks at every place.
        if self.0.len() == self.0.capacity() {
            self.clear();
        }
        self.0.push((seat, connection));
    }

    fn clear(&mut self) {
        self.0.retain(|(_, connection)| !connection.is_finished());
    }

    /// Ends the connection that has been idle for longest, where one has been for a while.
    pub(super) fn free_one(&mut self) {
        self.clear();
        let idle = self.0.iter().filter_map(|(seat, connection)| Some((seat.idle_since()?, seat, connection)));
        let Some(((idle, since), seat, connection)) = idle.min_by_key(|((_, since), ..)| *since) else { return };
        // A request may have arrived just now.
        let is_idle = since.elapsed() >= IDLE
            && seat.idle.compare_exchange(idle, Seat::TAKEN, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if is_idle {
            connection.abort();
        }
    }
}
