//! Planning: the simplest trace that should show a divergence, worked out on the model alone.
//!
//! The main function is [`simplest`]. The model tells what it expects of each call; whatever can be
//! taken out of the arguments without changing that is taken out, at no cost to the target. If the
//! target then shows the divergence, most of the shrinking is done; if not, nothing is lost.

use appmesh_model::api::Api;
use appmesh_model::expect::{Change, Expectation, expect};
use appmesh_model::operation::ErrorKind;
use appmesh_model::perform::{Minted, perform};
use appmesh_model::rule::RuleId;
use appmesh_model::world::{Timestamp, World};

use crate::bind::Binder;
use crate::trace::{Step, Trace};

/// What is expected of a call, as far as a simpler call must share it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Situation {
    changes: Vec<Change>,
    demands: Vec<RuleId>,
    leaves: Vec<ErrorKind>,
    open: Option<RuleId>,
    due: Vec<RuleId>,
}

impl Situation {
    fn of(expectation: &Expectation) -> Self {
        Self {
            changes: expectation.changes.clone(),
            demands: expectation.demands.iter().map(|refusal| refusal.rule).collect(),
            leaves: expectation.leaves.iter().map(|refusal| refusal.error).collect(),
            open: expectation.open,
            due: expectation.due.clone(),
        }
    }

    /// Whether a call in this situation may stand for one in `other`, where `rule` was broken.
    pub(super) fn stands_for(&self, other: &Self, rule: RuleId) -> bool {
        if other.demands.contains(&rule) {
            // Fewer reasons to refuse the call make a better example.
            return self.demands.contains(&rule) && self.demands.len() <= other.demands.len();
        }
        // An error or a change that may come as well does not matter where success came.
        let essence = |it: &Self| (it.demands.clone(), it.open, it.due.clone());
        let same_change = other.changes.iter().any(|change| self.changes.contains(change));
        essence(self) == essence(other) && (same_change || other.changes == self.changes)
    }
}

/// The trace with everything taken out of its arguments that the model's expectations do not need.
pub(super) fn simplest(api: &'static Api, trace: &Trace, rule: RuleId) -> Trace {
    let mut best = trace.clone();
    let Some(wanted) = situations(api, &best) else { return best };
    for index in (0..best.steps.len()).rev() {
        for simpler in super::simpler_steps(api, &best.steps[index].clone()) {
            let Some(step) = simpler(&best.steps[index]) else { continue };
            if step == best.steps[index] {
                continue;
            }
            let mut candidate = best.clone();
            candidate.steps[index] = step;
            let Some(reached) = situations(api, &candidate) else { continue };
            let fits = reached.iter().zip(&wanted).enumerate().all(|(at, (reached, wanted))| {
                let last = at + 1 == best.steps.len();
                if last { reached.stands_for(wanted, rule) } else { reached == wanted }
            });
            if fits {
                best = candidate;
            }
        }
    }
    best
}

/// What the model expects of the last call, if all before it go as they should; none if a call
/// cannot be made without an answer.
pub(super) fn last_situation(api: &'static Api, trace: &Trace) -> Option<Situation> {
    situations(api, trace)?.pop()
}

/// What the model expects of each call; none if a call cannot be made without an answer.
fn situations(api: &'static Api, trace: &Trace) -> Option<Vec<Situation>> {
    let binder = Binder::new(api, "");
    let mut world = World::default();
    trace.steps.iter().map(|step| situation(api, &binder, &mut world, step)).collect()
}

fn situation(
    api: &'static Api,
    binder: &Binder,
    world: &mut World,
    step: &Step,
) -> Option<Situation> {
    let (call, _) = binder.bind(step).ok()?;
    let expectation = expect(api, world, &call);
    let change = expectation.changes.first().copied();
    if let (true, None, Some(change)) = (expectation.may_succeed(), expectation.open, change) {
        let minted = Minted {
            uid: step.id.to_string(),
            now: Timestamp { ms: 0, whole: true },
            account: String::new(),
            region: String::new(),
        };
        perform(api, world, &call, &expectation, change, &minted);
    }
    Some(Situation::of(&expectation))
}
