//! Execution: one trace, run on a target and judged call by call.
//!
//! The main function is [`Runner::execute`]. Every execution has a name prefix of its own, judges
//! nothing that it did not make, and deletes what it made. It must not know why the trace is run.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use appmesh_model::answer::Mismatch;
use appmesh_model::api::{Api, Call};
use appmesh_model::belief::Belief;
use appmesh_model::observed::Answer;
use appmesh_model::operation::Verb;
use appmesh_model::rule::RuleId;
use appmesh_model::situation::{LastChange, Sequel, Situation};
use appmesh_model::wire::Wire;
use appmesh_model::world::Key;

use crate::bind::{self, Binder, Request};
use crate::target::{Sent, Target};
use crate::trace::{Step, Trace};

mod clean_up;
mod patience;
mod pulse;

use patience::Patience;
pub use pulse::Pulse;

/// So many calls in a row without an answer end a trace.
const MOST_LOST_IN_A_ROW: u32 = 3;
/// The most bytes of an answer that is kept once it is judged; a finding's trace may have hundreds.
const MOST_KEPT_BYTES: usize = 64 << 10;
/// The most characters that a report says of what came.
const MOST_SAID: usize = 1_000;

/// What tells one bug from another: operation, rule and place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature {
    /// The operation that diverged.
    pub operation: String,
    /// The rule that is broken.
    pub rule: RuleId,
    /// The place in the answer.
    pub at: String,
}

impl Signature {
    /// Whether the same answer of the same operation is known to break a rule that says more than
    /// that the error is not modelled.
    pub fn is_named_better<'s>(
        &self,
        api: &Api,
        mut known: impl Iterator<Item = &'s Self>,
    ) -> bool {
        let same_answer = |known: &Self| known.operation == self.operation && known.at == self.at;
        self.rule == api.wire(Wire::ErrorModelled)
            && known.any(|known| same_answer(known) && known.rule != self.rule)
    }
}

/// A divergence and the step that showed it.
#[derive(Clone, Debug)]
pub struct Divergence {
    /// Index of the step in the trace.
    pub step: usize,
    /// Which bug it is.
    pub signature: Signature,
    /// What was permitted.
    pub permitted: String,
    /// What came.
    pub observed: String,
}

/// A step as it was played.
#[derive(Clone, Debug)]
pub struct Played {
    /// The step's id.
    pub id: u32,
    /// The operation.
    pub operation: String,
    /// HTTP method; empty if the step was skipped.
    pub method: String,
    /// Path and query, without the prefix of the execution.
    pub path: String,
    /// Body, without the prefix of the execution.
    pub body: Option<String>,
    /// The answer, if one came; without its body if that is very long.
    pub answer: Option<Answer>,
    /// Why there is no answer, or nothing of its body.
    pub failure: Option<String>,
    /// What the call put to the test.
    pub visited: Visited,
}

/// What a call put to the test.
#[derive(Clone, Debug, Default)]
pub struct Visited {
    /// Index of the operation that was called; none if the call was not sent.
    pub operation: Option<usize>,
    /// The situation that it was made in, as far as it can be told.
    pub situation: Option<Situation>,
    /// What it was a sequel to, if anything was changed before.
    pub sequel: Option<Sequel>,
    /// The rules that the answer was tested on. May repeat.
    pub exercised: Vec<RuleId>,
}

/// What came of running a trace.
#[derive(Clone, Debug, Default)]
pub struct Execution {
    /// What all names of this execution begin with.
    pub prefix: String,
    /// The steps in order.
    pub played: Vec<Played>,
    /// Every divergence, in order.
    pub divergences: Vec<Divergence>,
    /// Calls of the trace that were sent.
    pub calls: u64,
    /// Calls that cleaned up.
    pub cleanup_calls: u64,
    /// Calls whose outcome is not known.
    pub lost: u64,
    /// Calls that were refused for want of rights.
    pub denied: u64,
    /// Calls that succeeded.
    pub succeeded: u64,
    /// Why the trace ended before its last step.
    pub ended: Option<String>,
    /// What could not be deleted: the full names.
    pub left_over: Vec<String>,
}

impl Execution {
    /// Leaves out what came after so many calls.
    pub fn cut(&mut self, most_calls: u64) {
        if self.calls <= most_calls {
            return;
        }
        let steps = (0..self.played.len()).take_while(|&step| self.calls_up_to(step) <= most_calls);
        let steps = steps.count();
        self.played.truncate(steps);
        self.divergences.retain(|divergence| divergence.step < steps);
        self.calls = most_calls;
    }

    /// How many calls were sent up to this step and with it.
    pub fn calls_up_to(&self, step: usize) -> u64 {
        self.played.iter().take(step + 1).filter(|played| !played.method.is_empty()).count() as u64
    }
}

/// When to stop, beside at the end.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    /// Stop at this divergence.
    pub at: Option<Signature>,
    /// Ask again for so long before believing the divergence to stop at, if a read shows it.
    pub settle_ms: u64,
    /// Stop after so many calls.
    pub most_calls: Option<u64>,
}

/// Runs traces on a target. Clones run on the same target, each execution under a name of its own.
#[derive(Clone, Debug)]
pub struct Runner {
    api: &'static Api,
    target: Target,
    run: String,
    executions: Arc<AtomicU64>,
    interrupted: Arc<AtomicBool>,
    ends_at: Option<Instant>,
    patience: Arc<Patience>,
    pulse: Arc<Pulse>,
    /// Whether the calls of its traces are those of the campaign itself.
    counted: bool,
    at_once: Arc<AtomicUsize>,
    reset_path: Option<String>,
    left_over: Arc<Mutex<Vec<String>>>,
}

impl Runner {
    /// A runner whose names all begin with `run`.
    pub fn new(api: &'static Api, target: Target, run: &str) -> Self {
        Self {
            api,
            target,
            run: run.to_owned(),
            executions: Arc::default(),
            interrupted: Arc::default(),
            ends_at: None,
            patience: Arc::default(),
            pulse: Arc::new(Pulse::new(api.catalogue.rules().len())),
            counted: false,
            at_once: Arc::default(),
            reset_path: None,
            left_over: Arc::default(),
        }
    }

    /// The same, but a POST to this path deletes everything that the target holds before the first
    /// call.
    #[must_use]
    pub fn reset_first(self, path: &str) -> Self {
        Self { reset_path: Some(path.to_owned()), ..self }
    }

    /// The same, but every trace ends at its next call once this time has come.
    #[must_use]
    pub fn until(self, ends_at: Instant) -> Self {
        Self { ends_at: Some(ends_at), ..self }
    }

    /// The same, for the traces of a campaign itself: their calls show in the [`Pulse`].
    #[must_use]
    pub fn counted(&self) -> Self {
        Self { counted: true, ..self.clone() }
    }

    /// What was done so far, by clones, too.
    pub fn pulse(&self) -> Arc<Pulse> {
        self.pulse.clone()
    }

    /// The same, and shrinking may run so many traces side by side.
    #[must_use]
    pub fn side_by_side(self, at_once: usize) -> Self {
        self.set_at_once(at_once);
        self
    }

    /// The same, while it is in use.
    pub fn set_at_once(&self, at_once: usize) {
        self.at_once.store(at_once, Ordering::Relaxed);
    }

    /// How many candidates, or deletes of a clean-up, may run at the same time.
    pub fn at_once(&self) -> usize {
        self.at_once.load(Ordering::Relaxed).max(1)
    }

    /// A switch that ends every trace at its next call; what was made is still deleted.
    pub fn interrupter(&self) -> Arc<AtomicBool> {
        self.interrupted.clone()
    }

    /// Whether the switch was turned.
    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Why the target is given up, if it is: it left too many calls without an answer.
    pub fn given_up(&self) -> Option<String> {
        self.patience.reason()
    }

    /// Whether the time is up that there was for the run.
    pub fn is_time_up(&self) -> bool {
        self.ends_at.is_some_and(|end| Instant::now() >= end)
    }

    /// Whether the run was cut short: the switch was turned, or the time is up.
    pub fn is_cut_short(&self) -> bool {
        self.is_interrupted() || self.is_time_up()
    }

    /// Whether nothing more is to be tried: the run was cut short, or the target is given up. What
    /// was made is still deleted.
    pub fn is_over(&self) -> bool {
        self.is_cut_short() || self.patience.is_lost()
    }

    /// Sends a request that does `what`, and counts it.
    async fn send(&self, what: &str, request: &Request) -> Sent {
        let sent = self.target.send(request).await;
        self.pulse.sent_one();
        self.patience.count(what, sent.in_vain);
        sent
    }

    /// What all names begin with.
    pub fn name(&self) -> &str {
        &self.run
    }

    /// The API that is tested.
    pub fn api(&self) -> &'static Api {
        self.api
    }

    /// The target.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Resets the target, if that is asked for.
    ///
    /// # Errors
    /// Why it is not reset.
    pub async fn reset(&self) -> Result<(), String> {
        let Some(path) = self.reset_path.clone() else { return Ok(()) };
        let request = Request { method: "POST", path, body: None };
        let sent = self.target.send(&request).await;
        let reason = match sent.observed.answer {
            Some(answer) if (200..300).contains(&answer.status) => return Ok(()),
            Some(answer) => format!("the answer is {}", answer.status),
            None => sent.failure.unwrap_or_default(),
        };
        Err(format!("POST {}: {reason}", request.path))
    }

    /// Sends a call that changes nothing, to see whether the target answers at all: a list, and if
    /// it hangs on that, a look at something that nobody made.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn reach(&self) -> Result<(), String> {
        let of_roots = |verb| self.api.operations.iter().find(|it| it.table.verb == verb);
        let mut failure = None;
        for operation in [Verb::List, Verb::Describe].into_iter().filter_map(of_roots) {
            let mut path = operation.table.path.to_owned();
            for input in operation.table.names() {
                bind::put(&mut path, input.name, &format!("{}-absent", self.run));
            }
            let request = Request { method: operation.table.method, path, body: None };
            let sent = self.send(operation.table.name, &request).await;
            if sent.observed.answer.is_some() {
                return Ok(());
            }
            failure = failure.or(sent.failure);
            if !sent.in_vain {
                // What refuses or breaks a connection does so whatever is asked.
                break;
            }
        }
        Err(failure.unwrap_or_default())
    }

    /// Runs a trace, judges every answer and deletes what it made.
    pub async fn execute(&self, trace: &Trace, stop: &Stop) -> Execution {
        let serial = self.executions.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("{}-{serial:04}-", self.run);
        let mut playing = Playing {
            runner: self,
            belief: Belief::new(self.api),
            binder: Binder::new(self.api, &prefix),
            execution: Execution { prefix: prefix.clone(), ..Execution::default() },
            prefix,
            roots: BTreeSet::new(),
            lost_in_a_row: 0,
            last_change: None,
        };
        for (index, step) in trace.steps.iter().enumerate() {
            let is_enough = stop.most_calls.is_some_and(|most| playing.execution.calls >= most);
            if is_enough || self.is_over() || !playing.play(index, step, stop).await {
                break;
            }
        }
        playing.clean_up().await;
        let mut left_over = self.left_over.lock().unwrap_or_else(PoisonError::into_inner);
        for name in &playing.execution.left_over {
            if !left_over.contains(name) {
                left_over.push(name.clone());
            }
        }
        drop(left_over);
        playing.execution
    }

    /// What no execution could delete, those that shrank included.
    pub fn left_over(&self) -> Vec<String> {
        self.left_over.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An execution under way.
struct Playing<'r> {
    runner: &'r Runner,
    prefix: String,
    belief: Belief,
    binder: Binder,
    execution: Execution,
    /// Everything that may have been made, to be deleted at the end.
    roots: BTreeSet<Key>,
    lost_in_a_row: u32,
    /// The last resource that was changed, and how.
    last_change: Option<LastChange>,
}

impl Playing<'_> {
    /// Plays a step. Returns whether to go on.
    async fn play(&mut self, index: usize, step: &Step, stop: &Stop) -> bool {
        let (call, request) = match self.binder.bind(step) {
            Ok(bound) => bound,
            Err(reason) => {
                self.execution.played.push(Played {
                    id: step.id,
                    operation: step.operation.clone(),
                    method: String::new(),
                    path: String::new(),
                    body: None,
                    answer: None,
                    failure: Some(reason),
                    visited: Visited::default(),
                });
                return true;
            }
        };
        if step.pause_ms > 0 {
            self.runner.target.pause(step.pause_ms).await;
        }
        let expectation = self.belief.expect(&call);
        let world = &self.belief.worlds()[0];
        let situation = Situation::of(self.runner.api, world, &call, &expectation);
        let sequel = self
            .last_change
            .as_ref()
            .zip(expectation.key.as_ref())
            .map(|(last, key)| Sequel::of(call.operation, key, last));
        let what = self.runner.api.operations[call.operation].table.name;
        let mut sent = self.runner.send(what, &request).await;
        self.execution.calls += 1;
        let before = (stop.settle_ms > 0).then(|| self.belief.clone());
        let key = expectation.key.clone();
        let mut verdict = self.belief.judge_expecting(&call, &sent.observed, expectation);
        if let Some(before) = before {
            let shows =
                verdict.mismatches.iter().any(|mismatch| self.is_stop(step, mismatch, stop));
            if shows && verdict.may_lag {
                // A fresh resource may be missed for a while: ask again until it had its time.
                let end_ms = self.runner.target.now_ms() + stop.settle_ms;
                let mut wait_ms = 10;
                while !verdict.mismatches.is_empty() && self.runner.target.now_ms() < end_ms {
                    self.runner.target.pause(wait_ms).await;
                    wait_ms *= 2;
                    sent = self.runner.send(what, &request).await;
                    self.execution.calls += 1;
                    self.belief = before.clone();
                    verdict = self.belief.judge(&call, &sent.observed);
                }
            }
        }
        self.note(&call, key, &sent);
        self.binder
            .learn(step, sent.observed.answer.as_ref().and_then(|answer| answer.body.as_ref()));
        let exercised = std::mem::take(&mut verdict.exercised);
        if self.runner.counted {
            self.runner.pulse.judged_one(&exercised);
        }
        self.execution.denied += u64::from(verdict.denied);
        self.execution.lost += u64::from(verdict.lost);
        let mut stopped = false;
        for mismatch in verdict.mismatches {
            stopped |= self.is_stop(step, &mismatch, stop);
            self.execution.divergences.push(Divergence {
                step: index,
                signature: signature(step, &mismatch),
                permitted: cut(&self.public(&mismatch.permitted)),
                observed: cut(&self.public(&mismatch.observed)),
            });
        }
        let visited = Visited { operation: Some(call.operation), situation, sequel, exercised };
        self.record(step, &request, sent, visited);
        if self.lost_in_a_row >= MOST_LOST_IN_A_ROW {
            self.execution.ended = Some("the target does not answer any more".to_owned());
        } else if self.belief.is_exhausted() {
            self.execution.ended = Some("too much was lost to go on judging".to_owned());
        }
        !stopped && self.execution.ended.is_none()
    }

    fn is_stop(&self, step: &Step, mismatch: &Mismatch, stop: &Stop) -> bool {
        stop.at.as_ref().is_some_and(|at| signature(step, mismatch) == *at)
    }

    /// Keeps count, and in mind what a create may have made.
    fn note(&mut self, call: &Call, key: Option<Key>, sent: &Sent) {
        let status = sent.observed.answer.as_ref().map(|answer| answer.status);
        self.lost_in_a_row = if status.is_none() { self.lost_in_a_row + 1 } else { 0 };
        let succeeded = status.is_some_and(|status| (200..300).contains(&status));
        self.execution.succeeded += u64::from(succeeded);
        let operation = &self.runner.api.operations[call.operation];
        let writes = matches!(operation.table.verb, Verb::Create | Verb::Update);
        let is_root = self.runner.api.families[operation.family].is_root();
        if succeeded && operation.table.verb == Verb::Create && key.is_none() && is_root {
            self.execution.left_over.push(format!("a nameless one, by {}", operation.table.name));
        }
        let changes = writes || operation.table.verb == Verb::Delete;
        if let (Some(key), true, true) = (&key, changes, succeeded) {
            let (key, verb) = (key.clone(), operation.table.verb);
            let again = self.belief.worlds()[0].past(&key).is_some();
            self.last_change = Some(LastChange { key, verb, again });
        }
        let may_have_made = writes && status.is_none_or(|status| !(300..429).contains(&status));
        if may_have_made {
            self.roots.extend(key);
        }
    }

    fn record(&mut self, step: &Step, request: &Request, sent: Sent, visited: Visited) {
        let body = request.body.as_ref().map(|body| self.public(&String::from_utf8_lossy(body)));
        let path = self.public(&self.binder.with_tokens_named(&request.path));
        let kept = |answer| match sent.body_bytes {
            ..=MOST_KEPT_BYTES => answer,
            _ => Answer { body: None, ..answer },
        };
        let answer = sent.observed.answer.map(kept);
        self.execution.played.push(Played {
            id: step.id,
            operation: step.operation.clone(),
            method: request.method.to_owned(),
            path,
            body,
            answer,
            failure: sent.failure,
            visited,
        });
    }

    /// A text without the prefix of this execution, so that it is the same each time.
    fn public(&self, text: &str) -> String {
        text.replace(&self.prefix, "")
    }
}

fn signature(step: &Step, mismatch: &Mismatch) -> Signature {
    Signature { operation: step.operation.clone(), rule: mismatch.rule, at: cut(&mismatch.at) }
}

/// A text that is not so long that it fills a report: of a long one, the start.
fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_SAID) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text.to_owned(),
    }
}
