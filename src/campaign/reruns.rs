//! Reruns: traces that failed before, and what they show now.
//!
//! They are run first and looked into last, and only for what nothing else shows: what a campaign
//! finds, covers and shrinks to is the same with a corpus and without. It must not know where the
//! traces are kept.

use super::schedule::Job;
use super::{Campaign, Seen};
use crate::event::{Event, Finding, Rerun};
use crate::execute::{Execution, Signature};

impl Campaign<'_> {
    /// Notes what a trace does that had failed before.
    pub(super) fn take_in_rerun(&mut self, index: usize, job: &Job, execution: &Execution) {
        let calls_before = self.outcome.rerun_calls;
        self.outcome.rerun_calls += execution.calls;
        if let Some(rerun) = self.outcome.reruns.get_mut(index) {
            *rerun = what_it_did(job, execution);
        }
        for divergence in &execution.divergences {
            if !self.is_wanted(&divergence.signature) {
                continue;
            }
            let at_call = calls_before + execution.calls_up_to(divergence.step);
            self.seen_before.entry(divergence.signature.clone()).or_insert_with(|| Seen {
                trace: job.trace.clone(),
                execution: execution.clone(),
                divergence: divergence.clone(),
                at_call,
            });
        }
    }

    /// Looks into what only traces show that had failed before.
    pub(super) async fn look_into_reruns(&mut self, watch: &mut dyn FnMut(Event)) {
        for (signature, seen) in std::mem::take(&mut self.seen_before) {
            let is_found = |found: &Finding| found.signature == signature;
            if !self.is_wanted(&signature) || self.outcome.findings.iter().any(is_found) {
                continue;
            }
            self.known.insert(signature.clone());
            watch(Event::Found);
            self.investigate(seen).await;
            if self.outcome.findings.iter().any(is_found) {
                let tested = &mut self.outcome.tested[signature.rule.index()];
                *tested = (*tested).max(1);
            }
            self.tell(watch);
        }
    }
}

/// What a trace did that had failed before.
fn what_it_did(job: &Job, execution: &Execution) -> Rerun {
    let is_whole = execution.ended.is_none()
        && execution.lost == 0
        && execution.played.len() == job.trace.steps.len();
    let shown = execution.divergences.iter().map(|divergence| divergence.signature.clone());
    let shown: Vec<Signature> = shown.collect();
    // What diverged did so however it ended.
    if is_whole || !shown.is_empty() { Rerun::Done(shown) } else { Rerun::Untold }
}
