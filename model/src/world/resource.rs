//! Resources: what is known of one.
//!
//! The main type is [`Resource`]. It is plain data; what is made of it is said elsewhere.

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

/// What is known of a resource. A member that is none has not been seen yet: the target chooses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// How many resources had this name before, deleted or overwritten.
    pub generation: u32,
    /// The version that the next describe must show.
    pub version: Option<i64>,
    /// The unique identifier.
    pub uid: Option<Arc<str>>,
    /// The Amazon Resource Name.
    pub arn: Option<Arc<str>>,
    /// The owner of the root resource and of this one.
    pub owners: Option<(Arc<str>, Arc<str>)>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it was last updated.
    pub last_updated_at: Option<Timestamp>,
    /// The last accepted specification, as it was sent; none where the state is not known.
    pub spec: Option<Arc<Value>>,
    /// The specification before the last update.
    pub previous: Option<Arc<Value>>,
    /// The specification should have been refused, so what comes back of it is not judged.
    pub odd: bool,
    /// When the last change was answered, on the caller's clock.
    pub changed_ms: u64,
}

impl Resource {
    /// A resource fresh from a create.
    pub fn new(generation: u32, spec: Option<Arc<Value>>, changed_ms: u64) -> Self {
        Self {
            generation,
            version: Some(1),
            uid: None,
            arn: None,
            owners: None,
            created_at: None,
            last_updated_at: None,
            spec,
            previous: None,
            odd: false,
            changed_ms,
        }
    }
}
