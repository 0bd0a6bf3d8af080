//! Events: what a run tells while it goes on.
//!
//! The main types are [`Event`] and [`Watcher`].

use std::fmt;
use std::sync::Arc;

use appmesh_model::rule::RuleId;

/// An event of a run.
#[derive(Clone, Copy, Debug)]
pub enum Event<'e> {
    /// A call was made, for whatever purpose: also to reset, to shrink or to clean up.
    Sent,
    /// The answer to a call of the campaign itself was judged by these rules. Some calls may turn out
    /// to be beyond its budget.
    Judged(&'e [RuleId]),
    /// A divergence was seen for the first time; it will be shrunk now.
    Found,
    /// A trace was run and taken in.
    Played {
        /// Calls so far, of the budget.
        calls: u64,
        /// Findings so far.
        findings: usize,
    },
}

type Watch = dyn Fn(Event<'_>) + Send + Sync;

/// A function that is told of events, on the thread on which they happen; none by default.
#[derive(Clone, Default)]
pub struct Watcher(Option<Arc<Watch>>);

impl Watcher {
    /// A watcher that does this at each event.
    pub fn new(watch: impl Fn(Event<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(watch)))
    }

    /// Tells of an event.
    pub fn tell(&self, event: Event<'_>) {
        if let Some(watch) = &self.0 {
            watch(event);
        }
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Watcher")
    }
}
