//! Candidates run on the target, as many side by side as it takes; the first in order is taken.
//!
//! The main type is [`OnTarget`]. However many run at once, the result and the calls counted are
//! those of one after the other: what later candidates show is forgotten once an earlier one is
//! taken.

use std::collections::{BTreeSet, HashMap};
use std::iter::Peekable;

use futures_util::future::join_all;
use serde_json::Value;

use super::candidate::Candidate;
use super::driver::Reproduce;
use super::goal::Goal;
use crate::execute::{Divergence, Execution, Runner, Signature, Stop};
use crate::isolation::lists_roots;
use crate::trace::Trace;

/// So many candidates run side by side while they wait, however few calls may be under way.
const MOST_WAITING: usize = 32;

/// What candidates showed, kept for all shrinkings of a campaign: many divergences sit in one
/// answer, and their candidates are the same traces.
#[derive(Debug, Default)]
pub struct Memory {
    shown: HashMap<String, Shown>,
}

impl Memory {
    /// What a candidate showed, if that says whether it shows this divergence.
    fn recall(&self, key: &str, signature: &Signature) -> Option<&Shown> {
        let known = self.shown.get(key);
        known.filter(|known| known.complete || known.signatures.contains(signature))
    }
}

/// What one candidate showed.
#[derive(Clone, Debug)]
struct Shown {
    signatures: BTreeSet<Signature>,
    /// The ids of the steps that were sent.
    sent: BTreeSet<u32>,
    /// How many calls before the last went otherwise than the model expects.
    strays: usize,
    /// It was run to its last step.
    complete: bool,
    /// How many calls it took, cleaning up included.
    calls: u64,
    /// How long it took.
    took_ms: u64,
    /// The target's clock tells parts of a second, as far as its answers show.
    fine_clock: bool,
}

impl Shown {
    fn of(candidate: &Trace, execution: Execution, took_ms: u64) -> Self {
        let last = execution.played.len().saturating_sub(1);
        let strayed = |divergence: &&Divergence| {
            divergence.step < last && divergence.signature.at.is_outcome()
        };
        let strays = execution.divergences.iter().filter(strayed).count();
        let sent = execution.played.iter().filter(|played| !played.method.is_empty());
        let answers = execution.played.iter().filter_map(|played| played.answer.as_ref());
        Self {
            took_ms,
            fine_clock: answers.filter_map(|answer| answer.body.as_ref()).any(holds_a_fraction),
            sent: sent.map(|played| played.id).collect(),
            strays: strays + usize::try_from(execution.lost).unwrap_or(usize::MAX),
            complete: execution.played.len() == candidate.steps.len() && execution.ended.is_none(),
            calls: execution.calls + execution.cleanup_calls,
            signatures: execution.divergences.into_iter().map(|it| it.signature).collect(),
        }
    }
}

/// Candidates of one shrinking, run on the target.
pub(super) struct OnTarget<'r> {
    runner: &'r Runner,
    memory: &'r mut Memory,
    signature: &'r Signature,
    goal: Goal,
    budget: u64,
    /// All calls so far, cleaning up included.
    pub calls: u64,
    /// The length of the trace that was accepted last, and what it showed.
    accepted: Option<(usize, Shown)>,
}

/// A candidate, the key by which it is remembered, and what it is known to show.
struct Entry {
    candidate: Candidate,
    key: String,
    known: Option<Shown>,
}

impl<'r> OnTarget<'r> {
    /// No candidate was run yet; so many calls may be made.
    pub fn new(
        runner: &'r Runner,
        memory: &'r mut Memory,
        signature: &'r Signature,
        goal: Goal,
        budget: u64,
    ) -> Self {
        Self { runner, memory, signature, goal, budget, calls: 0, accepted: None }
    }

    /// How long the trace that was accepted last took, on a clock that tells parts of a second.
    pub fn took_ms(&self) -> Option<u64> {
        let accepted = self.accepted.as_ref().filter(|(_, shown)| shown.fine_clock);
        accepted.map(|(_, shown)| shown.took_ms)
    }

    fn is_spent(&self) -> bool {
        self.calls >= self.budget || self.runner.is_over()
    }

    /// A candidate ends once it shows the divergence.
    fn stop(&self) -> Stop {
        Stop { at: Some(self.signature.clone()), ..Stop::default() }
    }

    /// Whether the model lets a candidate show the divergence at all, as far as it can tell.
    fn may_show(&self, candidate: &Trace) -> bool {
        let off_track = self.accepted.as_ref().is_some_and(|(_, shown)| shown.strays > 0);
        let best = self.accepted.as_ref().map(|(steps, _)| *steps);
        off_track || self.goal.allows(self.runner.api(), candidate, best)
    }

    /// Whether a candidate waits for most of its time, and need not be alone.
    fn waits(&self, candidate: &Trace) -> bool {
        let pauses = candidate.steps.iter().any(|step| step.pause_ms > 0);
        pauses
            && self.runner.target().pauses_take_time()
            && !lists_roots(self.runner.api(), candidate)
    }

    /// The next candidates: as many as may run at once, and between them those that are known.
    fn next_batch(&self, candidates: &mut Peekable<impl Iterator<Item = Candidate>>) -> Vec<Entry> {
        let mut batch: Vec<Entry> = Vec::new();
        let mut new = 0;
        let mut all_wait = true;
        while let Some(candidate) = candidates.next_if(|candidate| {
            all_wait &= self.waits(&candidate.trace);
            new < if all_wait { MOST_WAITING } else { self.runner.at_once() }
        }) {
            let key = candidate.trace.to_json().to_string();
            let is_repeated = batch.iter().any(|entry| entry.key == key);
            if is_repeated || !self.may_show(&candidate.trace) {
                continue;
            }
            let known = self.memory.recall(&key, self.signature).cloned();
            new += usize::from(known.is_none());
            batch.push(Entry { candidate, key, known });
        }
        batch
    }

    /// Runs the candidates of a batch that are new. Returns what they showed, in their order.
    async fn run(&self, batch: &[Entry]) -> Vec<Shown> {
        let stop = self.stop();
        let runner = self.runner.taking_turns();
        let new = batch.iter().filter(|it| it.known.is_none()).map(|it| &it.candidate.trace);
        let run = async |trace| {
            let started_ms = runner.target().now_ms();
            let execution = runner.execute(trace, &stop).await;
            let took_ms = runner.target().now_ms().saturating_sub(started_ms);
            Shown::of(trace, execution, took_ms)
        };
        join_all(new.map(run).collect::<Vec<_>>()).await
    }

    /// Whether a candidate shows the divergence, and no more strays than the trace before it: these
    /// leave the model in doubt of the target's state.
    fn is_acceptable(&self, shown: &Shown) -> bool {
        shown.signatures.contains(self.signature)
            && self.accepted.as_ref().is_none_or(|(_, before)| shown.strays <= before.strays)
    }

    /// Whether a candidate shows the divergence so many times more. If not, it was luck, and is not
    /// tried again.
    async fn shows_again(&mut self, entry: &Entry, times: u32) -> bool {
        let stop = self.stop();
        for _ in 0..times {
            let execution = self.runner.execute(&entry.candidate.trace, &stop).await;
            self.calls += execution.calls + execution.cleanup_calls;
            if !execution.shows(self.signature) {
                if let Some(shown) = self.memory.shown.get_mut(&entry.key) {
                    shown.signatures.remove(self.signature);
                }
                return false;
            }
        }
        true
    }

    fn accept(&mut self, mut candidate: Candidate, shown: Shown) -> Candidate {
        // What came behind the divergence, and what could not be sent, was not needed.
        candidate.trace.steps.retain(|step| shown.sent.contains(&step.id));
        let api = self.runner.api();
        if !self.goal.reaches(api, &candidate.trace, false) {
            // It shows the finding all the same, so that the goal was another.
            self.goal = Goal::of(api, &candidate.trace, self.signature);
        }
        self.accepted = Some((candidate.trace.steps.len(), shown));
        candidate
    }
}

impl Reproduce for OnTarget<'_> {
    async fn first(
        &mut self,
        candidates: impl Iterator<Item = Candidate> + Send,
        times: u32,
    ) -> Option<Candidate> {
        let mut candidates = candidates.peekable();
        while !self.is_spent() {
            let batch = self.next_batch(&mut candidates);
            if batch.is_empty() {
                return None;
            }
            let mut runs = self.run(&batch).await.into_iter();
            for mut entry in batch {
                if self.is_spent() {
                    return None;
                }
                let shown = match entry.known.take() {
                    Some(known) => known,
                    None => {
                        let run = runs.next()?;
                        self.calls += run.calls;
                        run
                    }
                };
                self.memory.shown.insert(entry.key.clone(), shown.clone());
                if self.is_acceptable(&shown) && self.shows_again(&entry, times - 1).await {
                    return Some(self.accept(entry.candidate, shown));
                }
            }
        }
        None
    }
}

/// Whether a number in there is no integer; of all that is answered, points in time may be none.
fn holds_a_fraction(body: &Value) -> bool {
    match body {
        Value::Number(number) => number.as_f64().is_some_and(|number| number.fract() != 0.0),
        Value::Array(items) => items.iter().any(holds_a_fraction),
        Value::Object(members) => members.values().any(holds_a_fraction),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}
