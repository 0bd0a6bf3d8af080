//! Isolation: the rules about traces that list root resources.
//!
//! A root resource lives in no other resource, so a list of root resources also shows those of the
//! traces that run at the same time. Such a trace means the same each time only if it runs alone.
//! Everything that follows from this stands here:
//!
//! - the traces that must run alone, and the rest of such a trace, which need not: [`must_run_alone`],
//!   [`without_root_lists`];
//! - the start of a trace while others run: [`Admission`];
//! - the planned traces of this kind that are run again: [`LoneDivergence`];
//! - the divergences that did not shrink beside other traces: [`Disturbed`].

use appmesh_model::api::{Api, ApiOperation};
use appmesh_model::operation::Action;

use crate::trace::{Step, Trace};

/// A trace of more calls is about very many resources.
pub const LONG: usize = 100;

/// Whether a trace lists root resources.
pub fn lists_roots(api: &Api, trace: &Trace) -> bool {
    trace.steps.iter().any(|step| is_root_list_step(api, step))
}

/// Whether nothing else may run beside a trace. To one of very many resources those of others make no
/// difference.
pub fn must_run_alone(api: &Api, trace: &Trace) -> bool {
    lists_roots(api, trace) && trace.steps.len() <= LONG
}

/// The steps of a trace that list no root resources.
pub fn without_root_lists(api: &Api, trace: &Trace) -> Trace {
    let steps = trace.steps.iter().filter(|step| !is_root_list_step(api, step)).cloned().collect();
    Trace { version: trace.version, steps }
}

/// Whether an operation lists root resources.
pub fn is_root_list(api: &Api, operation: &ApiOperation) -> bool {
    operation.table.action == Action::List && api.families[operation.family].is_root()
}

fn is_root_list_step(api: &Api, step: &Step) -> bool {
    api.operation(&step.operation).is_some_and(|operation| is_root_list(api, operation))
}

/// Which traces may start beside those that run.
#[derive(Debug, Default)]
pub struct Admission {
    /// The trace that was started last must run alone, and still runs.
    closed: bool,
}

impl Admission {
    /// Notes that a trace was started.
    pub fn started(&mut self, alone: bool) {
        self.closed = alone;
    }

    /// Notes that a trace has ended.
    pub fn ended(&mut self) {
        self.closed = false;
    }

    /// Whether no trace may start now.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether a trace may start now; `is_free` says that no other trace runs.
    pub fn admits(&self, alone: bool, is_free: bool) -> bool {
        !self.closed && (is_free || !alone)
    }
}

/// Whether a planned trace that ran alone has diverged. It may then have shown less than planned, so
/// that the other planned traces that must run alone are worth their time.
#[derive(Debug, Default)]
pub struct LoneDivergence(bool);

impl LoneDivergence {
    /// Takes in a planned trace.
    pub fn see(&mut self, alone: bool, diverged: bool) {
        self.0 |= alone && diverged;
    }

    /// Whether there was one.
    pub fn was_seen(&self) -> bool {
        self.0
    }
}

/// Divergences that other traces may have disturbed while they were shrunk. They are investigated
/// again while nothing else runs.
#[derive(Debug)]
pub struct Disturbed<T> {
    postponed: Vec<T>,
    alone: bool,
}

impl<T> Default for Disturbed<T> {
    fn default() -> Self {
        Self { postponed: Vec::new(), alone: false }
    }
}

impl<T> Disturbed<T> {
    /// Says whether nothing else runs from now on.
    pub fn set_alone(&mut self, alone: bool) {
        self.alone = alone;
    }

    /// Whether other traces may be the reason why a divergence did not shrink: it showed again
    /// `shown` times in `tries`, while at most `at_once` traces ran.
    pub fn is_likely(&self, shown: u32, tries: u32, at_once: usize) -> bool {
        !self.alone && tries > 0 && (shown == tries || at_once > 1)
    }

    /// Keeps a divergence until nothing else runs.
    pub fn postpone(&mut self, divergence: T) {
        self.postponed.push(divergence);
    }

    /// Whether no divergence waits.
    pub fn is_empty(&self) -> bool {
        self.postponed.is_empty()
    }

    /// Takes out the divergences that wait.
    pub fn take(&mut self) -> Vec<T> {
        std::mem::take(&mut self.postponed)
    }
}
