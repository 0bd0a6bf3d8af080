//! Planning: the shortest and simplest trace that should show a divergence, worked out on the model
//! alone.
//!
//! The main type is [`Aim`]. The model tells what it expects of each call; whatever can be taken out
//! of a trace without changing that is taken out, at no cost to the target. If the target then
//! shows the divergence, most of the shrinking is done; if not, nothing is lost. In the same way
//! candidates are told apart from those that cannot show it at all.

use std::collections::BTreeMap;

use appmesh_model::DEFAULT_LIMIT;
use appmesh_model::api::Api;
use appmesh_model::error::ErrorKind;
use appmesh_model::expect::{Change, Expectation};
use appmesh_model::operation::{Action, Role};
use appmesh_model::rule::{RuleId, group};
use serde_json::json;

use crate::execute::Signature;
use crate::prediction::Prediction;
use crate::trace::{Arg, Step, Trace};

/// What is expected of a call, as far as a simpler call must share it.
#[derive(Clone, Debug, PartialEq)]
struct Situation {
    changes: Vec<Change>,
    demands: Vec<RuleId>,
    leaves: Vec<ErrorKind>,
    open: Option<RuleId>,
    due: Vec<RuleId>,
    crowd: Option<Crowd>,
}

/// What a list should show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Crowd {
    /// Anything at all.
    some: bool,
    /// It is not the first page.
    later: bool,
    /// It is not the last page.
    more: bool,
    /// There is just as much left as fits on it.
    full: bool,
}

impl Situation {
    fn of(expectation: &Expectation, crowd: Option<Crowd>) -> Self {
        Self {
            changes: expectation.changes.clone(),
            demands: expectation.demands.iter().map(|refusal| refusal.rule).collect(),
            leaves: expectation.leaves.iter().map(|refusal| refusal.error).collect(),
            open: expectation.open,
            due: expectation.due.clone(),
            crowd,
        }
    }

    fn expects(&self, rule: RuleId) -> bool {
        self.demands.contains(&rule) || self.due.contains(&rule)
    }
}

/// What a trace must come to, as far as the model can tell, to show a divergence.
#[derive(Clone, Debug)]
pub(super) struct Aim {
    rule: RuleId,
    /// The rule is about the form of answers, not about what a family promises.
    of_wire: bool,
    /// The situation of the call that diverged; none if the model cannot tell.
    wanted: Option<Situation>,
    /// The target was in another state than the model has it: only the rule counts.
    lost_track: bool,
    /// How much of a list a page shows matters.
    counts: bool,
    /// The most reasons that there may be to refuse the call.
    most_reasons: usize,
}

impl Aim {
    /// The aim of shrinking a trace whose last call showed a divergence.
    pub(super) fn of(api: &'static Api, trace: &Trace, signature: &Signature) -> Self {
        let rule = signature.rule;
        let group = group(&api.catalogue.get(rule).id);
        let of_wire = !api.families.iter().any(|family| family.table.id == group);
        let wanted = last_situation(api, trace);
        let is_head = signature.at.is_outcome();
        let lost_track = is_head
            && !of_wire
            && wanted.as_ref().is_some_and(|it| !it.expects(rule) && it.open.is_none());
        let most_reasons = wanted.as_ref().map_or(0, |wanted| wanted.demands.len());
        Self { rule, of_wire, wanted, lost_track, counts: false, most_reasons }
    }

    /// Whether a trace may show the divergence at all. One with more reasons to be refused may be
    /// welcome if it is shorter.
    pub(super) fn allows(&self, api: &'static Api, trace: &Trace, more_reasons: bool) -> bool {
        // Where the model lost track, only the target can tell.
        self.wanted.is_none() || self.lost_track || self.reaches(api, trace, more_reasons)
    }

    fn reaches(&self, api: &'static Api, trace: &Trace, more_reasons: bool) -> bool {
        last_situation(api, trace).is_some_and(|reached| self.fits(&reached, more_reasons))
    }

    fn fits(&self, reached: &Situation, more_reasons: bool) -> bool {
        let Some(wanted) = &self.wanted else { return true };
        if self.lost_track {
            return reached.expects(self.rule) || reached == wanted;
        }
        if wanted.demands.contains(&self.rule) {
            // Fewer reasons to refuse the call make a better example.
            let fewer = reached.demands.len() <= self.most_reasons;
            return reached.demands.contains(&self.rule) && (more_reasons || fewer);
        }
        if self.of_wire && !wanted.demands.is_empty() {
            return !reached.demands.is_empty();
        }
        // An error or a change that may come as well does not matter where success came.
        let essence = |it: &Situation| (it.demands.clone(), it.open);
        let same_change = wanted.changes.iter().any(|change| reached.changes.contains(change));
        // Where success came that need not have come, it may as well be one that had to.
        let same_due = reached.due == wanted.due || wanted.due.is_empty();
        essence(reached) == essence(wanted)
            && same_due
            && (same_change || wanted.changes == reached.changes)
            && match (reached.crowd, wanted.crowd) {
                (Some(reached), Some(wanted)) if self.counts => reached == wanted,
                // How a list went on says more than how much of it is still to come.
                (Some(reached), Some(wanted)) if wanted.later => reached.later,
                // Nor does it matter where anything may come, or for the form of the answer.
                _ if wanted.open.is_some() || self.of_wire => true,
                // An empty list shows as well what a list of some shows that ends there.
                (Some(reached), Some(wanted)) => reached.more == wanted.more && !reached.later,
                (reached, wanted) => reached == wanted,
            }
    }

    /// How many reasons there are to refuse the last call of a trace, if the rule is one of them.
    pub(super) fn reasons(&self, api: &'static Api, trace: &Trace) -> Option<usize> {
        let demands = last_situation(api, trace)?.demands;
        demands.contains(&self.rule).then_some(demands.len())
    }

    /// Takes in that a trace shows the divergence: one that is to be simpler may not have more
    /// reasons to be refused.
    pub(super) fn settle(&mut self, api: &'static Api, trace: &Trace) {
        if let Some(reasons) = self.reasons(api, trace) {
            self.most_reasons = reasons;
        }
    }

    /// Whether it is a refusal, whichever, that is not as it should be.
    pub(super) fn is_any_refusal(&self) -> bool {
        self.of_wire && self.wanted.as_ref().is_some_and(|wanted| !wanted.demands.is_empty())
    }

    /// The same on a page that is the first and the last one, and a trace for it: what was done last
    /// is left out until the rest fits on the page. None if the page is no later one.
    pub(super) fn on_one_page(&self, api: &'static Api, trace: &Trace) -> Option<(Self, Trace)> {
        let later = self.wanted.as_ref()?.crowd.filter(|crowd| crowd.later)?;
        let mut trace = trace.clone();
        let last = trace.steps.last_mut()?;
        last.args.retain(|_, arg| !matches!(arg, Arg::PageAfter(_)));
        // Of a first page not quite the same is expected.
        let mut wanted = last_situation(api, &trace)?;
        wanted.crowd = Some(Crowd { later: false, more: false, ..later });
        let aim = Self { wanted: Some(wanted), counts: true, ..self.clone() };
        while !aim.reaches(api, &trace, false) {
            let before_last = trace.steps.len().checked_sub(2)?;
            trace.steps.remove(before_last);
        }
        let one_page = aim.simplest(api, &aim.shortest(api, &trace));
        // Once it shows there, the divergence itself tells what matters.
        Some((Self { counts: false, ..aim }, one_page))
    }

    /// The same on a list that is asked for at once, and the trace without the pages before. None if
    /// the last call asks for no later page.
    pub(super) fn unpaged(&self, api: &'static Api, trace: &Trace) -> Option<(Self, Trace)> {
        self.wanted.as_ref()?.crowd.filter(|crowd| crowd.later)?;
        let mut whole = trace.clone();
        let mut last = whole.steps.pop()?;
        let (limit, _) = api.operation(&last.operation)?.input(Role::Limit)?;
        let mut pages = last.refers_to();
        for step in whole.steps.iter().rev() {
            if pages.contains(&step.id) {
                pages.extend(step.refers_to());
            }
        }
        whole.steps.retain(|step| !pages.contains(&step.id));
        last.args.retain(|name, arg| name != limit.name && !matches!(arg, Arg::PageAfter(_)));
        whole.steps.push(last);
        let wanted = Some(last_situation(api, &whole)?);
        Some((Self { wanted, ..self.clone() }, whole))
    }

    /// The trace without the steps that the situation of its last call does not need.
    pub(super) fn shortest(&self, api: &'static Api, trace: &Trace) -> Trace {
        let mut best = trace.clone();
        if self.wanted.is_none() {
            return best;
        }
        let mut size = best.steps.len().next_power_of_two() / 2;
        while size > 0 {
            let mut end = best.steps.len().saturating_sub(1);
            while end > 0 {
                let start = end.saturating_sub(size);
                let mut candidate = best.clone();
                candidate.steps.drain(start..end);
                if self.reaches(api, &candidate, false) {
                    best = candidate;
                }
                end = start;
            }
            size /= 2;
        }
        best
    }

    /// The trace with everything taken out of its arguments that the model does not need.
    pub(super) fn simplest(&self, api: &'static Api, trace: &Trace) -> Trace {
        let mut best = trace.clone();
        let wanted = situations(api, &best);
        if wanted.iter().any(Option::is_none) {
            return best;
        }
        for index in (0..best.steps.len()).rev() {
            for simpler in super::simpler::ways(api, &best.steps[index].clone()) {
                let Some(step) = simpler(&best.steps[index]) else { continue };
                if step == best.steps[index] {
                    continue;
                }
                let mut candidate = best.clone();
                candidate.steps[index] = step;
                let reached = situations(api, &candidate);
                let fits =
                    reached.iter().zip(&wanted).enumerate().all(|(at, (reached, wanted))| {
                        let last = at + 1 == best.steps.len();
                        let reached = reached.as_ref();
                        if last && self.wanted.is_some() {
                            reached.is_some_and(|reached| self.fits(reached, false))
                        } else {
                            // An error that may come as well does not matter before the last call.
                            let essence = |it: &Situation| Situation {
                                leaves: Vec::new(),
                                crowd: it.crowd.map(|crowd| Crowd { full: false, ..crowd }),
                                ..it.clone()
                            };
                            reached.map(essence) == wanted.as_ref().map(essence)
                        }
                    });
                if fits {
                    best = candidate;
                }
            }
        }
        best
    }
}

/// What the model expects of the last call, if all before it go as they should; none if it cannot
/// be made then.
fn last_situation(api: &'static Api, trace: &Trace) -> Option<Situation> {
    situations(api, trace).pop().flatten()
}

/// What the model expects of each call; none of one that cannot be made.
fn situations(api: &'static Api, trace: &Trace) -> Vec<Option<Situation>> {
    let mut sketch = Prediction::new(api);
    // How many results the pages before a token have shown.
    let mut shown = BTreeMap::new();
    trace.steps.iter().map(|step| situation(api, &mut sketch, &mut shown, step)).collect()
}

fn situation(
    api: &'static Api,
    sketch: &mut Prediction,
    shown: &mut BTreeMap<u32, usize>,
    step: &Step,
) -> Option<Situation> {
    let (call, expectation) = sketch.take(step)?;
    let operation = &api.operations[call.operation];
    let key = expectation.key.as_ref().filter(|_| expectation.may_succeed());
    let mut crowd = None;
    if let (Action::List, Some(key)) = (operation.table.action, key) {
        let limit = operation.input(Role::Limit).and_then(|(input, _)| call.input.get(input.name));
        let limit = limit.and_then(|limit| limit.as_i64()).unwrap_or(DEFAULT_LIMIT);
        let before = step.refers_to().first().and_then(|page| shown.get(page).copied());
        let start = before.unwrap_or(0);
        let held = sketch.world().siblings(key.family, key.parent_path()).count();
        let end = start.saturating_add(usize::try_from(limit).unwrap_or(0));
        crowd = Some(Crowd {
            some: held > start,
            later: before.is_some(),
            more: held > end,
            full: held == end,
        });
        if held > end {
            shown.insert(step.id, end);
            sketch.answered(step, &json!({ "nextToken": format!("page after {}", step.id) }));
        }
    }
    Some(Situation::of(&expectation, crowd))
}
