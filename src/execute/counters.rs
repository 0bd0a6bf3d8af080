//! Counters of the calls and rules of a run, which can be read while it goes on.
//!
//! The main type is [`Counters`].

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use appmesh_model::rule::RuleId;

/// Counters of a run.
#[derive(Debug)]
pub struct Counters {
    sent: AtomicU64,
    calls: AtomicU64,
    /// Whether a rule was put to the test, in catalogue order.
    tested: Box<[AtomicBool]>,
}

impl Counters {
    /// Nothing done yet; there are so many rules.
    pub(super) fn new(rules: usize) -> Self {
        let tested = (0..rules).map(|_| AtomicBool::new(false)).collect();
        Self { sent: AtomicU64::new(0), calls: AtomicU64::new(0), tested }
    }

    /// Counts a call of any purpose.
    pub(super) fn sent_one(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a judged call of the campaign itself, and the rules that it tested.
    pub(super) fn judged_one(&self, exercised: &[RuleId]) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        for tested in exercised.iter().filter_map(|rule| self.tested.get(rule.index())) {
            tested.store(true, Ordering::Relaxed);
        }
    }

    /// All calls, those that reset, shrank and cleaned up included.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Calls that are of the campaign itself. Some may turn out to be beyond its budget.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// How many rules were put to the test.
    pub fn rules(&self) -> usize {
        self.tested.iter().filter(|tested| tested.load(Ordering::Relaxed)).count()
    }
}
