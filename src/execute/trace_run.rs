//! The run of one trace, call by call.
//!
//! The main type is [`TraceRun`]. It binds each step, sends the request, has the answer judged, and
//! remembers the resources that are to be deleted at the end.

use std::collections::BTreeSet;

use appmesh_model::api::Call;
use appmesh_model::belief::{Belief, Verdict};
use appmesh_model::judgement::Mismatch;
use appmesh_model::observed::Answer;
use appmesh_model::operation::Action;
use appmesh_model::situation::{LastChange, Sequel, Situation};
use appmesh_model::world::Key;

use super::outcome::{Divergence, Execution, Played, Signature, Visited};
use super::runner::Runner;
use crate::bind::{Binder, Request};
use crate::event::Event;
use crate::target::Sent;
use crate::trace::Step;

/// The most bytes of an answer that is kept once it is judged: the trace of a finding may have hundreds
/// of answers.
const MOST_KEPT_BYTES: usize = 64 << 10;
/// The most characters of a permitted or observed value in a report.
const MOST_SAID: usize = 1_000;

/// So many calls in a row without an answer end a trace.
pub(super) const MOST_LOST_IN_A_ROW: u32 = 3;

/// When a trace ends before its last step.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    /// Stop at this divergence.
    pub at: Option<Signature>,
    /// Ask again for so long before believing the divergence to stop at, if a read shows it.
    pub settle_ms: u64,
    /// Stop after so many calls.
    pub most_calls: Option<u64>,
}

/// The run of a trace.
pub(super) struct TraceRun<'r> {
    pub runner: &'r Runner,
    pub belief: Belief,
    binder: Binder,
    pub execution: Execution,
    /// The resources that may have been created, to be deleted at the end.
    pub roots: BTreeSet<Key>,
    lost_in_a_row: u32,
    /// The last resource that was changed, and how.
    last_change: Option<LastChange>,
}

impl<'r> TraceRun<'r> {
    /// A run that has not begun; all names will begin with `prefix`.
    pub fn new(runner: &'r Runner, prefix: String) -> Self {
        Self {
            runner,
            belief: Belief::new(runner.api),
            binder: Binder::new(runner.api, &prefix),
            execution: Execution { prefix, ..Execution::default() },
            roots: BTreeSet::new(),
            lost_in_a_row: 0,
            last_change: None,
        }
    }

    /// Runs a step. Returns whether to go on.
    pub async fn play(&mut self, index: usize, step: &Step, stop: &Stop) -> bool {
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
                    failure: Some(reason.to_string()),
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
                // A describe may miss a new resource for a while: repeat it until that time is over.
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
            self.runner.tell(Event::Judged(&exercised));
        }
        self.execution.denied += u64::from(verdict.denied);
        self.execution.lost += u64::from(verdict.lost);
        let stopped = self.add_divergences(index, call.operation, verdict, stop);
        let visited = Visited { operation: Some(call.operation), situation, sequel, exercised };
        self.record(step, &request, sent, visited);
        if self.lost_in_a_row >= MOST_LOST_IN_A_ROW {
            self.execution.ended = Some("the target does not answer any more".to_owned());
        } else if self.belief.is_exhausted() {
            self.execution.ended = Some("too much was lost to go on judging".to_owned());
        }
        !stopped && self.execution.ended.is_none()
    }

    /// Adds the divergences that an answer shows. Returns whether the one to stop at is among them.
    fn add_divergences(
        &mut self,
        step: usize,
        operation: usize,
        verdict: Verdict,
        stop: &Stop,
    ) -> bool {
        let mut stopped = false;
        // What this answer confirms of an earlier call is shown by the trace up to this step.
        let belated = verdict.belated.into_iter().map(|it| (it.operation, it.mismatch));
        let own = verdict.mismatches.into_iter().map(|mismatch| (operation, mismatch));
        for (operation, mismatch) in belated.chain(own) {
            let operation = self.runner.api.operations[operation].table.name.to_owned();
            let signature = Signature { operation, rule: mismatch.rule, at: mismatch.at.clone() };
            stopped |= stop.at.as_ref() == Some(&signature);
            self.execution.divergences.push(Divergence {
                step,
                signature,
                permitted: cut(&self.public(&mismatch.permitted)),
                observed: cut(&self.public(&mismatch.observed)),
                other_refusal: verdict.other_refusal && mismatch.is_outcome(),
            });
        }
        stopped
    }

    fn is_stop(&self, step: &Step, mismatch: &Mismatch, stop: &Stop) -> bool {
        stop.at.as_ref().is_some_and(|at| signature(step, mismatch) == *at)
    }

    /// Counts the call, and remembers the resource that it may have created.
    fn note(&mut self, call: &Call, key: Option<Key>, sent: &Sent) {
        let status = sent.observed.answer.as_ref().map(|answer| answer.status);
        self.lost_in_a_row = if status.is_none() { self.lost_in_a_row + 1 } else { 0 };
        let succeeded = status.is_some_and(|status| (200..300).contains(&status));
        self.execution.succeeded += u64::from(succeeded);
        let operation = &self.runner.api.operations[call.operation];
        let writes = matches!(operation.table.action, Action::Create | Action::Update);
        let is_root = self.runner.api.families[operation.family].is_root();
        if succeeded && operation.table.action == Action::Create && key.is_none() && is_root {
            self.execution.left_over.push(format!("a nameless one, by {}", operation.table.name));
        }
        let changes = writes || operation.table.action == Action::Delete;
        if let (Some(key), true, true) = (&key, changes, succeeded) {
            let (key, action) = (key.clone(), operation.table.action);
            let again = self.belief.worlds()[0].past(&key).is_some();
            self.last_change = Some(LastChange { key, action, again });
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
        text.replace(&self.execution.prefix, "")
    }
}

fn signature(step: &Step, mismatch: &Mismatch) -> Signature {
    Signature { operation: step.operation.clone(), rule: mismatch.rule, at: mismatch.at.clone() }
}

/// A text that is not so long that it fills a report: of a long one, the start.
fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_SAID) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text.to_owned(),
    }
}
