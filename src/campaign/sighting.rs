//! A divergence as a trace showed it, before it is investigated.

use crate::execute::{Divergence, Execution};
use crate::trace::Trace;

/// A divergence as a trace showed it.
pub(super) struct Sighting {
    pub(super) trace: Trace,
    pub(super) execution: Execution,
    pub(super) divergence: Divergence,
    /// The call of the campaign, counted from its start, that showed it.
    pub(super) at_call: u64,
}
