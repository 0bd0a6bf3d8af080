//! Tries: candidates run on the target, as many side by side as it takes, the first in order taken.
//!
//! The main type is [`Shrinking`]. However many run at once, the result and the calls counted are
//! those of one after the other: what later candidates show is forgotten once an earlier one is
//! taken.

use std::collections::{BTreeSet, HashMap};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use serde_json::Value;

use crate::execute::{Divergence, Execution, Runner, Signature, Stop};
use crate::isolation::lists_roots;
use crate::trace::Trace;

use super::naming::canonical;
use super::plan::Aim;

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
            signatures: execution
                .divergences
                .into_iter()
                .map(|divergence| divergence.signature)
                .collect(),
        }
    }
}

/// One shrinking under way.
pub(super) struct Shrinking<'r> {
    pub runner: &'r Runner,
    pub memory: &'r mut Memory,
    pub signature: &'r Signature,
    pub best: Trace,
    /// What the model says a candidate must come to.
    pub aim: Aim,
    /// How many calls before the one that diverges went otherwise than the model expects, so that
    /// it cannot tell what state the target is in. A simpler trace may not have more.
    pub strays: usize,
    pub calls: u64,
    pub budget: u64,
    /// How long the trace that was taken last took to run.
    pub took_ms: u64,
    /// The target's clock tells parts of a second.
    pub fine_clock: bool,
}

/// A candidate as it is run.
struct Try {
    index: usize,
    candidate: Trace,
    key: String,
}

impl Shrinking<'_> {
    pub(super) fn is_spent(&self) -> bool {
        self.calls >= self.budget || self.runner.is_over()
    }

    /// A candidate ends once it shows the divergence.
    pub(super) fn stop(&self) -> Stop {
        Stop { at: Some(self.signature.clone()), ..Stop::default() }
    }

    /// Whether the model lets a candidate show the divergence at all, as far as it can tell.
    pub(super) fn may_show(&self, candidate: &Trace) -> bool {
        let on_track = self.strays == 0 || self.strays == usize::MAX;
        // Before anything was shown, plain examples come first.
        let more_reasons = self.strays == 0 && candidate.steps.len() < self.best.steps.len();
        !on_track || self.aim.allows(self.runner.api(), candidate, more_reasons)
    }

    /// Whether a candidate waits for most of its time, and need not be alone.
    fn waits(&self, candidate: &Trace) -> bool {
        let pauses = candidate.steps.iter().any(|step| step.pause_ms > 0);
        pauses
            && self.runner.target().pauses_take_time()
            && !lists_roots(self.runner.api(), candidate)
    }

    /// Keeps the first of the candidates that shows the divergence. Returns which.
    pub(super) async fn first(&mut self, candidates: impl Iterator<Item = Trace>) -> Option<usize> {
        let mut candidates = candidates.peekable();
        let api = self.runner.api();
        let mut next = 0;
        loop {
            let mut tries: Vec<Try> = Vec::new();
            let mut runs: Vec<usize> = Vec::new();
            let mut all_wait = true;
            while let Some(candidate) = candidates.next_if(|candidate| {
                all_wait &= self.waits(candidate);
                runs.len() < if all_wait { MOST_WAITING } else { self.runner.at_once() }
            }) {
                next += 1;
                if self.is_spent() || !self.may_show(&candidate) {
                    continue;
                }
                let candidate = canonical(api, &candidate);
                let key = candidate.to_json().to_string();
                if self.memory.recall(&key, self.signature).is_none() {
                    runs.push(tries.len());
                }
                tries.push(Try { index: next - 1, candidate, key });
            }
            if tries.is_empty() {
                return None;
            }
            let stop = self.stop();
            let runner = self.runner.taking_turns();
            let executions = runs.iter().map(|&at| timed(&runner, &tries[at].candidate, &stop));
            let executions = executions.collect();
            let mut executions = side_by_side(executions).await.into_iter();
            let mut runs = runs.into_iter().peekable();
            for (at, it) in tries.into_iter().enumerate() {
                let run = runs.next_if_eq(&at).and_then(|_| executions.next());
                if self.is_spent() {
                    return None;
                }
                let shown = match (self.memory.recall(&it.key, self.signature), run) {
                    (Some(known), _) => known.clone(),
                    (None, Some((execution, took_ms))) => {
                        let shown = Shown::of(&it.candidate, execution, took_ms);
                        self.calls += shown.calls;
                        shown
                    }
                    (None, None) => continue,
                };
                let accepted =
                    shown.signatures.contains(self.signature) && shown.strays <= self.strays;
                if accepted {
                    self.strays = shown.strays;
                    self.took_ms = shown.took_ms;
                    self.fine_clock |= shown.fine_clock;
                    let mut candidate = it.candidate;
                    // What came behind the divergence, and what could not be sent, was not needed.
                    candidate.steps.retain(|step| shown.sent.contains(&step.id));
                    self.best = canonical(api, &candidate);
                    self.aim.settle(api, &self.best);
                }
                self.memory.shown.insert(it.key, shown);
                if accepted {
                    return Some(it.index);
                }
            }
        }
    }
}

/// Runs a trace. Returns how it went, and how many milliseconds it took.
async fn timed(runner: &Runner, trace: &Trace, stop: &Stop) -> (Execution, u64) {
    let started_ms = runner.target().now_ms();
    let execution = runner.execute(trace, stop).await;
    (execution, runner.target().now_ms().saturating_sub(started_ms))
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

/// Runs futures at the same time. Returns what came of them, in their order.
async fn side_by_side<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, done) in running.iter_mut().zip(&mut done) {
            if done.is_none()
                && let Poll::Ready(output) = future.as_mut().poll(context)
            {
                *done = Some(output);
            }
        }
        if done.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
