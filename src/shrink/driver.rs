//! The driver: it runs passes on a trace until none of them makes it smaller.
//!
//! The main type is [`Driver`]. It accepts a candidate only if it is smaller in [`TraceOrder`] and
//! shows the finding, so that it ends. What shows the finding is behind the trait [`Reproduce`]: a
//! target, or in tests a predicate.

use std::collections::BTreeMap;
use std::future::Future;

use super::candidate::{Candidate, Cursor, Facts};
use super::naming::canonical;
use super::order::TraceOrder;
use super::pass::Pass;
use crate::trace::Trace;

/// Says which candidate shows the finding.
pub trait Reproduce {
    /// The first of the candidates that shows the finding as often as it is run, `times` times. Its
    /// trace is left without the steps that were not needed.
    fn first(
        &mut self,
        candidates: impl Iterator<Item = Candidate> + Send,
        times: u32,
    ) -> impl Future<Output = Option<Candidate>> + Send;
}

/// One shrinking.
#[derive(Debug)]
pub struct Driver<R> {
    /// What shows the finding.
    pub reproduce: R,
    /// The smallest trace so far.
    pub best: Trace,
    /// How often each pass made it smaller, by its name.
    pub passes: BTreeMap<&'static str, u64>,
}

impl<R: Reproduce + Send> Driver<R> {
    /// A driver that starts with a trace that shows the finding.
    pub fn new(reproduce: R, facts: &Facts, start: &Trace) -> Self {
        Self { reproduce, best: canonical(facts.api, start), passes: BTreeMap::new() }
    }

    /// Runs each pass until it makes no progress, and all of them again until none does.
    pub async fn run(&mut self, facts: &Facts, passes: &[Pass]) {
        let mut order = TraceOrder::of(facts, &self.best);
        loop {
            let before = order.clone();
            for pass in passes {
                self.exhaust(facts, pass, &mut order).await;
            }
            if order == before {
                return;
            }
        }
    }

    /// Runs a pass until it makes no progress.
    async fn exhaust(&mut self, facts: &Facts, pass: &Pass, order: &mut TraceOrder) {
        let mut cursor = Cursor::default();
        loop {
            let best = self.best.clone();
            let smaller = (pass.candidates)(facts, &best, cursor).filter_map(|candidate| {
                let trace = canonical(facts.api, &candidate.trace);
                // Most candidates have fewer steps, which is cheap to see.
                let is_smaller =
                    trace.steps.len() < best.steps.len() || TraceOrder::of(facts, &trace) < *order;
                is_smaller.then_some(Candidate { trace, ..candidate })
            });
            let accepted = self.reproduce.first(smaller, pass.times).await;
            let Some(accepted) = accepted else { return };
            let trace = canonical(facts.api, &accepted.trace);
            let smaller = TraceOrder::of(facts, &trace);
            if smaller >= *order {
                return;
            }
            *self.passes.entry(pass.name).or_default() += 1;
            (self.best, *order, cursor) = (trace, smaller, accepted.next);
        }
    }
}
