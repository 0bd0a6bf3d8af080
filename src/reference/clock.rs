//! The clock of the reference server.

use appmesh_model::world::Timestamp;

/// The clock that gives resources their times.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    /// The time of the call that is being answered.
    pub now_ms: i64,
    /// The clock tells the real time, and may stand still between two changes.
    pub exact: bool,
    last_ms: i64,
    /// How far the clock is ahead of the real time: it never stands still between two changes, and
    /// never goes slower than time.
    ahead_ms: i64,
    whole: bool,
}

impl Clock {
    /// A clock that tells milliseconds, or only whole seconds.
    pub fn new(whole: bool) -> Self {
        Self { now_ms: 0, exact: false, last_ms: 0, ahead_ms: 0, whole }
    }

    /// The time of a change.
    pub fn tick(&mut self) -> Timestamp {
        if self.whole {
            return Timestamp { ms: self.now_ms / 1000 * 1000, whole: true };
        }
        let least_ms = if self.exact { self.last_ms } else { self.last_ms + 1 };
        self.ahead_ms += (least_ms - self.now_ms - self.ahead_ms).max(0);
        self.last_ms = self.now_ms + self.ahead_ms;
        if self.exact {
            // The real time catches up with a clock that was set back.
            self.ahead_ms = 0;
        }
        Timestamp { ms: self.last_ms, whole: false }
    }
}
