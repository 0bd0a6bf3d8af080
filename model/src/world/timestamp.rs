//! Points in time and owners, as a target tells them.

use std::sync::Arc;

use serde_json::Value;

/// A point in time as the target tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp {
    /// Milliseconds since the epoch.
    pub ms: i64,
    /// Whether it was told in whole seconds.
    pub whole: bool,
}

impl Timestamp {
    /// Reads epoch seconds.
    pub fn read(value: &Value) -> Option<Self> {
        let seconds = value.as_f64()?;
        Some(Self { ms: (seconds * 1000.0).round() as i64, whole: seconds.fract() == 0.0 })
    }

    /// Whether both may tell the same moment: to the millisecond, or to the second where one of
    /// them is told no finer.
    pub fn matches(self, other: Self) -> bool {
        // One server may round the fraction where another part of it cuts it off.
        let tolerance_ms: u64 = if self.whole || other.whole { 999 } else { 1 };
        self.ms.abs_diff(other.ms) <= tolerance_ms
    }
}

/// The owner of the root resource and of a resource.
pub type Owners = (Arc<str>, Arc<str>);
