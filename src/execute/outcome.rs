//! The result of running a trace.
//!
//! The main types are [`Execution`] and [`Divergence`]; a [`Signature`] tells one bug from another.

use appmesh_model::api::Api;
use appmesh_model::observed::Answer;
use appmesh_model::place::Place;
use appmesh_model::rule::RuleId;
use appmesh_model::situation::{Sequel, Situation};
use appmesh_model::wire_rule::Wire;

/// What tells one bug from another: operation, rule and place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature {
    /// The operation that diverged.
    pub operation: String,
    /// The rule that is broken.
    pub rule: RuleId,
    /// The place in the answer.
    pub at: Place,
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
    /// The permitted value.
    pub permitted: String,
    /// The observed value.
    pub observed: String,
    /// The call was refused by another error than is permitted, which would be right if the target
    /// held something else than it should.
    pub other_refusal: bool,
}

impl Divergence {
    /// Whether the answer of its step says wrongly that something is there, or that it is not.
    pub fn is_about_existence(&self, execution: &Execution) -> bool {
        let played = execution.played.get(self.step);
        let Some(answer) = played.and_then(|played| played.answer.as_ref()) else { return false };
        matches!(answer.status, 200..=299 | 404) && self.signature.at == Place::outcome(answer)
    }
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

/// The result of running a trace.
#[derive(Clone, Debug, Default)]
pub struct Execution {
    /// The prefix of all names of this execution.
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
    /// The full names of resources that could not be deleted.
    pub left_over: Vec<String>,
}

impl Execution {
    /// Whether a divergence of this signature was seen.
    pub fn shows(&self, signature: &Signature) -> bool {
        self.divergences.iter().any(|divergence| divergence.signature == *signature)
    }

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
