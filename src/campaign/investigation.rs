//! Investigations: from a divergence that a trace showed to a finding with its shortest trace.
//!
//! The main type is [`Seen`]: what there is to look into. It must not know which trace comes next.

use crate::event::{Finding, Flaky};
use crate::execute::{Divergence, Execution, Signature, Stop};
use crate::shrink::{Memory, Shrunk, shrink};
use crate::trace::Trace;

use super::{Campaign, cause};

/// A divergence that does not show again, or comes of another, is looked into with so many traces
/// before it is left at that.
const MOST_VAIN_TRACES: u32 = 3;
/// The same where several traces run at the same time: what one shows may come of the others.
const MOST_VAIN_TRACES_BESIDE_OTHERS: u32 = 8;

/// A divergence as a trace showed it.
pub(super) struct Seen {
    pub(super) trace: Trace,
    pub(super) execution: Execution,
    pub(super) divergence: Divergence,
    pub(super) at_call: u64,
}

impl Campaign<'_> {
    /// Looks once more into what could not be shrunk beside others: by the whole trace that showed
    /// it, as it may come at another call now.
    pub(super) async fn look_again_alone(&mut self) {
        let most = self.runner.at_once();
        self.runner.set_at_once(1);
        self.disturbed.set_alone(true);
        // What candidates showed beside others may not be true of them alone.
        self.memory = Memory::default();
        for mut seen in self.disturbed.take() {
            let execution = self.runner.execute(&seen.trace, &Stop::default()).await;
            let is_it = |it: &&Divergence| it.signature == seen.divergence.signature;
            if let Some(again) = execution.divergences.iter().find(is_it).cloned() {
                (seen.execution, seen.divergence) = (execution, again);
            }
            self.investigate(seen).await;
        }
        self.disturbed.set_alone(false);
        self.runner.set_at_once(most);
    }

    /// Shrinks a divergence, and reports it as a finding or as flaky; or lays it aside until nothing
    /// runs beside it, or looks into what it comes of instead.
    pub(super) async fn investigate(&mut self, seen: Seen) {
        let Seen { trace, execution, divergence, at_call } = &seen;
        let signature = divergence.signature.clone();
        let (permitted, observed) = (divergence.permitted.clone(), divergence.observed.clone());
        let as_first_seen = || Shrunk::untouched(trace, execution, divergence.step);
        let shrunk = if self.outcome.inconclusive.is_some() {
            // The target is gone.
            as_first_seen()
        } else {
            match shrink(self.runner, &mut self.memory, trace, divergence.step, &signature).await {
                Ok(shrunk) if shrunk.reproduced => shrunk,
                _ if self.runner.is_cut_short() => as_first_seen(),
                // What runs beside it may have disturbed what shrank it, or have been a part of it.
                Err(again)
                    if self.disturbed.is_likely(
                        again.shown,
                        again.tries,
                        self.runner.at_once(),
                    ) =>
                {
                    self.disturbed.postpone(seen);
                    return;
                }
                Err(again) if again.shown == again.tries && again.tries > 0 => {
                    Shrunk { reproduced: true, ..as_first_seen() }
                }
                Err(again) => {
                    let unshrunk = as_first_seen();
                    let unsteady = Flaky { signature, permitted, observed, again, unshrunk };
                    self.take_in_flaky(unsteady);
                    return;
                }
                Ok(_) => return,
            }
        };
        // The result's own words fit the result's own calls.
        let shown = shrunk.execution.divergences.iter().find(|it| it.signature == signature);
        if shown.is_some_and(|shown| shown.other_refusal)
            && let Some(cause) = cause::find(self.runner, &shrunk.trace, *at_call).await
        {
            self.count_vain(&signature);
            if self.is_new(&cause.divergence.signature) {
                self.known.insert(cause.divergence.signature.clone());
                Box::pin(self.investigate(cause)).await;
            }
            return;
        }
        self.outcome.flaky.retain(|flaky| flaky.signature != signature);
        let permitted = shown.map_or(permitted, |shown| shown.permitted.clone());
        let observed = shown.map_or(observed, |shown| shown.observed.clone());
        self.outcome.findings.push(Finding {
            signature,
            permitted,
            observed,
            found_at_call: *at_call,
            shrunk,
        });
    }

    fn take_in_flaky(&mut self, flaky: Flaky) {
        if self.count_vain(&flaky.signature) == 1 {
            self.outcome.flaky.push(flaky);
        }
    }

    /// Another trace may show steadily, or by itself, what this one did not: so it is not known yet,
    /// unless that was tried often enough. Returns how often.
    fn count_vain(&mut self, signature: &Signature) -> u32 {
        let tried = self.vain_traces.entry(signature.clone()).or_default();
        *tried += 1;
        let beside_others = self.plan.concurrency.is_none_or(|most| most > 1);
        let most = if beside_others { MOST_VAIN_TRACES_BESIDE_OTHERS } else { MOST_VAIN_TRACES };
        if *tried < most {
            self.known.remove(signature);
        }
        *tried
    }
}
