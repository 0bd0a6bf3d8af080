//! Investigations: from a divergence that a trace showed to a finding with its shortest trace.
//!
//! The main function is [`Campaign::investigate`]. It does not know which trace comes next.

use crate::campaign_outcome::{Finding, Flaky};
use crate::execute::{Divergence, Signature, Stop};
use crate::shrink::{Memory, Shrunk, shrink};

use super::root_cause;
use super::sighting::Sighting;
use super::state::Campaign;

/// The most traces with which a divergence is investigated that does not show again, or that another
/// divergence explains.
const MOST_VAIN_TRACES: u32 = 3;
/// The same where several traces run at the same time, as they may disturb each other.
const MOST_VAIN_TRACES_BESIDE_OTHERS: u32 = 8;

impl Campaign<'_> {
    /// Investigates again, while nothing else runs, the divergences that did not shrink beside other
    /// traces. Each starts with the whole trace, as another call may show it now.
    pub(super) async fn look_again_alone(&mut self) {
        let most = self.runner.at_once();
        self.runner.set_at_once(1);
        self.disturbed.set_alone(true);
        // The results of candidates that ran beside other traces may not hold without these.
        self.memory = Memory::default();
        for mut sighting in self.disturbed.take() {
            let execution = self.runner.execute(&sighting.trace, &Stop::default()).await;
            let is_it = |it: &&Divergence| it.signature == sighting.divergence.signature;
            if let Some(again) = execution.divergences.iter().find(is_it).cloned() {
                (sighting.execution, sighting.divergence) = (execution, again);
            }
            self.investigate(sighting).await;
        }
        self.disturbed.set_alone(false);
        self.runner.set_at_once(most);
    }

    /// Shrinks a divergence, and reports it as a finding or as flaky. It may also postpone it until
    /// nothing else runs, or investigate the earlier divergence that explains it.
    pub(super) async fn investigate(&mut self, sighting: Sighting) {
        let Sighting { trace, execution, divergence, at_call } = &sighting;
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
                // Other traces may have disturbed the shrinking, or have been a part of the bug.
                Err(again)
                    if self.disturbed.is_likely(
                        again.shown,
                        again.tries,
                        self.runner.at_once(),
                    ) =>
                {
                    self.disturbed.postpone(sighting);
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
            && let Some(earlier) = root_cause::find(self.runner, &shrunk.trace, *at_call).await
        {
            self.count_vain(&signature);
            if self.is_new(&earlier.divergence.signature) {
                self.known.insert(earlier.divergence.signature.clone());
                Box::pin(self.investigate(earlier)).await;
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

    /// Counts a trace of a divergence that led to no finding. Another trace may lead to one, so the
    /// divergence stays unknown until that was tried often enough. Returns the count.
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
