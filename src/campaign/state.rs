//! The state of a campaign: what it has found, counted and covered so far.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage::Coverage;
use super::plan::Plan;
use super::sighting::Sighting;
use crate::campaign_outcome::{Outcome, Rerun};
use crate::event::Event;
use crate::execute::{Execution, Runner, Signature};
use crate::isolation::Disturbed;
use crate::shrink::Memory;

/// After so many calls without a success a campaign gives up.
const HOPELESS_CALLS: u64 = 100;

/// A campaign under way.
pub(super) struct Campaign<'r> {
    pub(super) runner: &'r Runner,
    pub(super) plan: &'r Plan,
    pub(super) outcome: Outcome,
    /// The divergences that were investigated.
    pub(super) known: BTreeSet<Signature>,
    /// The divergences that traces of the corpus showed.
    pub(super) seen_before: BTreeMap<Signature, Sighting>,
    /// How many traces of a divergence led to no finding: it did not show again, or another divergence
    /// explains it.
    pub(super) vain_traces: BTreeMap<Signature, u32>,
    pub(super) disturbed: Disturbed<Sighting>,
    pub(super) memory: Memory,
    pub(super) coverage: Coverage,
    /// How many calls succeeded.
    pub(super) succeeded: u64,
}

impl<'r> Campaign<'r> {
    /// A campaign with nothing done yet.
    pub(super) fn new(runner: &'r Runner, plan: &'r Plan) -> Self {
        let api = runner.api();
        let outcome = Outcome {
            api,
            target: plan.target.clone(),
            run: runner.name().to_owned(),
            seed: plan.seed,
            max_calls: plan.max_calls,
            scope: plan.scope,
            calls: 0,
            cleanup_calls: 0,
            duration_ms: 0,
            tested: vec![0; api.catalogue.rules().len()],
            tested_at: Default::default(),
            rules: plan.rules.clone(),
            visited: Vec::new(),
            beyond: Vec::new(),
            unvisited: Vec::new(),
            gaps: Default::default(),
            findings: Vec::new(),
            flaky: Vec::new(),
            reruns: vec![Rerun::Untold; plan.corpus.len()],
            rerun_calls: 0,
            lost: 0,
            denied: 0,
            inconclusive: None,
            interrupted: false,
            time_up: false,
            left_over: Vec::new(),
        };
        Self {
            runner,
            plan,
            outcome,
            known: BTreeSet::new(),
            seen_before: BTreeMap::new(),
            vain_traces: BTreeMap::new(),
            disturbed: Disturbed::default(),
            memory: Memory::default(),
            coverage: Coverage::default(),
            succeeded: 0,
        }
    }

    /// How many calls may still be made.
    pub(super) fn calls_left(&self) -> u64 {
        self.plan.max_calls.saturating_sub(self.outcome.calls)
    }

    /// Whether no more traces are to be started.
    pub(super) fn is_over(&self) -> bool {
        // A target on which nothing succeeds is no target of this kind.
        let hopeless = self.succeeded == 0 && self.outcome.calls >= HOPELESS_CALLS;
        hopeless
            || self.outcome.calls >= self.plan.max_calls
            || self.outcome.inconclusive.is_some()
            || self.runner.is_over()
    }

    /// Reports how far the campaign is.
    pub(super) fn tell(&self) {
        let (calls, findings) = (self.outcome.calls, self.outcome.findings.len());
        self.runner.tell(Event::Played { calls, findings });
    }

    /// Whether a divergence is to be investigated.
    pub(super) fn is_new(&self, signature: &Signature) -> bool {
        self.is_wanted(signature) && !self.known.contains(signature)
    }

    /// Whether a divergence is to be reported.
    pub(super) fn is_wanted(&self, signature: &Signature) -> bool {
        self.plan.rules.contains(&signature.rule) && !self.is_named_better(signature)
    }

    /// Whether a known divergence names the same bug by a rule that says more.
    pub(super) fn is_named_better(&self, signature: &Signature) -> bool {
        signature.is_named_better(self.runner.api(), self.known.iter())
    }

    /// Whether an execution shows a divergence that is to be investigated.
    pub(super) fn shows_something_new(&self, execution: &Execution) -> bool {
        execution.divergences.iter().any(|divergence| self.is_new(&divergence.signature))
    }

    /// Adds up the calls of an execution.
    pub(super) fn count(&mut self, execution: &Execution) {
        self.outcome.lost += execution.lost;
        self.outcome.denied += execution.denied;
        self.succeeded += execution.succeeded;
        self.outcome.cleanup_calls += execution.cleanup_calls;
    }
}
