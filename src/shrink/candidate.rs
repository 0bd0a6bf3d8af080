//! Candidates: what passes propose, and what they know.

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;

use crate::trace::Trace;

/// What passes and the order of traces know of a finding.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The API.
    pub api: &'static Api,
    /// The rule that the last call of a trace breaks.
    pub rule: RuleId,
    /// How long to wait instead of making calls.
    pub pause_ms: u64,
}

/// A trace that may be accepted.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The trace.
    pub trace: Trace,
    /// Where its pass goes on if it is accepted.
    pub next: Cursor,
}

/// How far a pass has come; each pass counts in its own way. After a candidate was accepted, the
/// pass need not repeat what failed before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor(pub usize, pub usize);

/// The candidates of a pass.
pub type Candidates<'t> = Box<dyn Iterator<Item = Candidate> + Send + 't>;

/// The candidates of a pass that begins anew after each that is accepted.
pub(super) fn anew<'t>(traces: impl Iterator<Item = Trace> + Send + 't) -> Candidates<'t> {
    Box::new(traces.map(|trace| Candidate { trace, next: Cursor::default() }))
}

/// The trace without some of its steps. The pauses before them may be all that was needed of them.
pub(super) fn without(trace: &Trace, is_removed: impl Fn(usize) -> bool) -> Trace {
    let mut steps = Vec::with_capacity(trace.steps.len());
    let mut waited = 0;
    for (index, step) in trace.steps.iter().enumerate() {
        if is_removed(index) {
            waited = step.pause_ms.max(waited);
            continue;
        }
        let mut step = step.clone();
        step.pause_ms = step.pause_ms.max(std::mem::take(&mut waited));
        steps.push(step);
    }
    Trace { version: trace.version, steps }
}
