//! Planned traces: traces with the coverage items that they should put to the test.

use super::item::ItemId;
use crate::trace::Trace;

/// A trace with the tests that it should make.
#[derive(Debug)]
pub struct PlannedTrace {
    /// The trace.
    pub trace: Trace,
    /// Nothing else may run beside it.
    pub alone: bool,
    /// The items that each of its steps should put to the test.
    pub tests: Vec<Vec<ItemId>>,
    /// Which of its steps cannot be sent where all goes well: they are there for when it does not.
    pub spare: Vec<bool>,
}

impl PlannedTrace {
    /// Its first steps, so many.
    pub(super) fn up_to(&self, end: usize) -> Self {
        let mut trace = self.trace.clone();
        trace.steps.truncate(end);
        Self {
            trace,
            alone: self.alone,
            tests: self.tests.iter().take(end).cloned().collect(),
            spare: self.spare.iter().take(end).copied().collect(),
        }
    }
}
