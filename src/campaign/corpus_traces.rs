//! The traces of the corpus, which failed in earlier runs, and what they show now.
//!
//! They run first. Their divergences are investigated last, and only those that no other trace shows:
//! a campaign finds, covers and shrinks the same with a corpus and without.

use super::schedule::Job;
use super::sighting::Sighting;
use super::state::Campaign;
use crate::campaign_outcome::{Finding, Rerun};
use crate::event::Event;
use crate::execute::{Execution, Signature};

impl Campaign<'_> {
    /// Takes in the execution of a trace of the corpus.
    pub(super) fn take_in_rerun(&mut self, index: usize, job: &Job, execution: &Execution) {
        let calls_before = self.outcome.rerun_calls;
        self.outcome.rerun_calls += execution.calls;
        if let Some(rerun) = self.outcome.reruns.get_mut(index) {
            *rerun = result(job, execution);
        }
        for divergence in &execution.divergences {
            if !self.is_wanted(&divergence.signature) {
                continue;
            }
            let at_call = calls_before + execution.calls_up_to(divergence.step);
            self.seen_before.entry(divergence.signature.clone()).or_insert_with(|| Sighting {
                trace: job.trace.clone(),
                execution: execution.clone(),
                divergence: divergence.clone(),
                at_call,
            });
        }
    }

    /// Investigates the divergences that only traces of the corpus show.
    pub(super) async fn investigate_corpus(&mut self) {
        for (signature, sighting) in std::mem::take(&mut self.seen_before) {
            let is_found = |found: &Finding| found.signature == signature;
            if !self.is_wanted(&signature) || self.outcome.findings.iter().any(is_found) {
                continue;
            }
            self.known.insert(signature.clone());
            self.runner.tell(Event::Found);
            self.investigate(sighting).await;
            if self.outcome.findings.iter().any(is_found) {
                let tested = &mut self.outcome.tested[signature.rule.index()];
                *tested = (*tested).max(1);
            }
            self.tell();
        }
    }
}

/// The result of a trace of the corpus.
fn result(job: &Job, execution: &Execution) -> Rerun {
    let is_whole = execution.ended.is_none()
        && execution.lost == 0
        && execution.played.len() == job.trace.steps.len();
    let shown = execution.divergences.iter().map(|divergence| divergence.signature.clone());
    let shown: Vec<Signature> = shown.collect();
    // A divergence counts however the trace ended.
    if is_whole || !shown.is_empty() { Rerun::Done(shown) } else { Rerun::Untold }
}
