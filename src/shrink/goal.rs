//! Goals: what the model predicts of the traces that can show a finding.
//!
//! The main type is [`Goal`]. The model tells what it expects of each call. Steps that can be removed
//! without a change of that are removed at no cost to the target. If the target then shows the
//! finding, most of the shrinking is done; if not, nothing is lost. In the same way candidates that
//! cannot show the finding are told apart from those that may.

use std::collections::BTreeMap;

use appmesh_model::DEFAULT_LIMIT;
use appmesh_model::api::Api;
use appmesh_model::error::ErrorKind;
use appmesh_model::expect::Change;
use appmesh_model::operation::{Action, Role};
use appmesh_model::rule::{RuleId, group};
use serde_json::json;

use super::argument_rewrite::rewrites;
use crate::execute::Signature;
use crate::predicted_state::Prediction;
use crate::trace::{Arg, Step, Trace};

/// What is expected of a call, as far as a simpler call must share it.
#[derive(Clone, Debug, PartialEq)]
struct Expected {
    changes: Vec<Change>,
    demands: Vec<RuleId>,
    leaves: Vec<ErrorKind>,
    open: Option<RuleId>,
    due: Vec<RuleId>,
    page: Option<Page>,
}

/// What a page of a list should show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Page {
    /// Anything at all.
    some: bool,
    /// It is not the first page.
    later: bool,
    /// It is not the last page.
    more: bool,
    /// There is just as much left as fits on it.
    full: bool,
}

impl Expected {
    fn expects(&self, rule: RuleId) -> bool {
        self.demands.contains(&rule) || self.due.contains(&rule)
    }

    /// The part that a simpler call before the last one must share: an error that may come as well
    /// does not matter there.
    fn before_last(self) -> Self {
        let page = self.page.map(|page| Page { full: false, ..page });
        Self { leaves: Vec::new(), page, ..self }
    }
}

/// What a trace must come to, as far as the model can tell, to show a finding.
#[derive(Clone, Debug)]
pub(super) struct Goal {
    rule: RuleId,
    /// The rule is about the form of answers, not about what a family promises.
    of_wire: bool,
    /// What is expected of the call that diverged; none if the model cannot tell.
    wanted: Option<Expected>,
    /// The target was in another state than the model has it: only the rule counts.
    lost_track: bool,
    /// How much of a list a page shows matters.
    counts: bool,
}

impl Goal {
    /// The goal of shrinking a trace whose last call showed a finding.
    pub(super) fn of(api: &'static Api, trace: &Trace, signature: &Signature) -> Self {
        let rule = signature.rule;
        let group = group(&api.catalogue.get(rule).id);
        let of_wire = !api.families.iter().any(|family| family.table.id == group);
        let wanted = expected_last(api, trace);
        let lost_track = signature.at.is_outcome()
            && !of_wire
            && wanted.as_ref().is_some_and(|it| !it.expects(rule) && it.open.is_none());
        Self { rule, of_wire, wanted, lost_track, counts: false }
    }

    /// Whether a trace may show the finding at all. If it has fewer calls than the best one, it may
    /// list at once instead of page by page; before there is a best one, plain examples come first.
    pub(super) fn allows(&self, api: &'static Api, trace: &Trace, best: Option<usize>) -> bool {
        let Some(wanted) = &self.wanted else { return true };
        let is_shorter = best.is_none_or(|steps| trace.steps.len() < steps);
        let is_paged = trace.steps.last().is_some_and(|last| !last.refers_to().is_empty());
        let lists_at_once = is_shorter && !is_paged && wanted.page.is_some_and(|page| page.later);
        // Where the model lost track, only the target can tell.
        self.lost_track || lists_at_once || self.reaches(api, trace, best.is_none())
    }

    /// Whether what is expected of the last call of a trace may show the finding; `plainly`, for no
    /// more reasons than in the trace that is shrunk.
    pub(super) fn reaches(&self, api: &'static Api, trace: &Trace, plainly: bool) -> bool {
        expected_last(api, trace).is_some_and(|reached| self.fits(&reached, plainly))
    }

    fn fits(&self, reached: &Expected, plainly: bool) -> bool {
        let Some(wanted) = &self.wanted else { return true };
        if self.lost_track {
            return reached.expects(self.rule) || reached == wanted;
        }
        if wanted.demands.contains(&self.rule) {
            let is_plain = reached.demands.len() <= wanted.demands.len();
            return reached.demands.contains(&self.rule) && (is_plain || !plainly);
        }
        if self.of_wire && !wanted.demands.is_empty() {
            return !reached.demands.is_empty();
        }
        // An error or a change that may come as well does not matter where success came.
        let same_change = wanted.changes == reached.changes
            || wanted.changes.iter().any(|change| reached.changes.contains(change));
        // Where success came that need not have come, it may as well be one that had to.
        let same_due = wanted.due == reached.due || wanted.due.is_empty();
        (&reached.demands, reached.open) == (&wanted.demands, wanted.open)
            && same_due
            && same_change
            && self.fits_page(reached.page, wanted)
    }

    fn fits_page(&self, reached: Option<Page>, wanted: &Expected) -> bool {
        match (reached, wanted.page) {
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

    /// Whether it is a refusal, whichever, that is not as it should be.
    pub(super) fn is_any_refusal(&self) -> bool {
        self.of_wire && self.wanted.as_ref().is_some_and(|wanted| !wanted.demands.is_empty())
    }

    /// A trace for the same finding on a page that is the first and the last one: what was done last
    /// is left out until the rest fits on the page. None if the page is no later one.
    pub(super) fn on_one_page(&self, api: &'static Api, trace: &Trace) -> Option<Trace> {
        let later = self.wanted.as_ref()?.page.filter(|page| page.later)?;
        let mut trace = trace.clone();
        let last = trace.steps.last_mut()?;
        last.args.retain(|_, arg| !matches!(arg, Arg::PageAfter(_)));
        // Of a first page not quite the same is expected.
        let mut wanted = expected_last(api, &trace)?;
        wanted.page = Some(Page { later: false, more: false, ..later });
        let goal = Self { wanted: Some(wanted), counts: true, ..self.clone() };
        while !goal.reaches(api, &trace, true) {
            let before_last = trace.steps.len().checked_sub(2)?;
            trace.steps.remove(before_last);
        }
        Some(goal.simplest(api, &goal.shortest(api, &trace)))
    }

    /// The trace without the steps that its last call does not need.
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
                if self.reaches(api, &candidate, true) {
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
        let Some(wanted) = expected(api, &best).into_iter().collect::<Option<Vec<_>>>() else {
            return best;
        };
        for index in (0..best.steps.len()).rev() {
            for rewrite in rewrites(api, &best.steps[index]) {
                let Some(step) = rewrite(&best.steps[index]) else { continue };
                let before = std::mem::replace(&mut best.steps[index], step);
                if !self.is_as_wanted(expected(api, &best), &wanted) {
                    best.steps[index] = before;
                }
            }
        }
        best
    }

    /// Whether what is expected of the calls is what is wanted of them.
    fn is_as_wanted(&self, reached: Vec<Option<Expected>>, wanted: &[Expected]) -> bool {
        let last = wanted.len().saturating_sub(1);
        reached.into_iter().zip(wanted).enumerate().all(|(at, (reached, wanted))| {
            reached.is_some_and(|reached| {
                if at == last && self.wanted.is_some() {
                    self.fits(&reached, true)
                } else {
                    reached.before_last() == wanted.clone().before_last()
                }
            })
        })
    }
}

/// How many reasons the model sees to refuse the last call of a trace; more than there can be if the
/// rule is none of them.
pub(super) fn reasons(api: &'static Api, rule: RuleId, trace: &Trace) -> usize {
    let demands = expected_last(api, trace).map(|expected| expected.demands).unwrap_or_default();
    if demands.contains(&rule) { demands.len() } else { usize::MAX }
}

/// What the model expects of the last call, if all before it go as they should; none if it cannot
/// be made then.
fn expected_last(api: &'static Api, trace: &Trace) -> Option<Expected> {
    expected(api, trace).pop().flatten()
}

/// What the model expects of each call; none of one that cannot be made.
fn expected(api: &'static Api, trace: &Trace) -> Vec<Option<Expected>> {
    let mut prediction = Prediction::new(api);
    // How many results the pages before a token have shown.
    let mut shown = BTreeMap::new();
    let expected = |step| expected_of(api, &mut prediction, &mut shown, step);
    trace.steps.iter().map(expected).collect()
}

fn expected_of(
    api: &'static Api,
    prediction: &mut Prediction,
    shown: &mut BTreeMap<u32, usize>,
    step: &Step,
) -> Option<Expected> {
    let (call, expectation) = prediction.take(step)?;
    let operation = &api.operations[call.operation];
    let key = expectation.key.as_ref().filter(|_| expectation.may_succeed());
    let mut page = None;
    if let (Action::List, Some(key)) = (operation.table.action, key) {
        let limit = operation.input(Role::Limit).and_then(|(input, _)| call.input.get(input.name));
        let limit = limit.and_then(|limit| limit.as_i64()).unwrap_or(DEFAULT_LIMIT);
        let before = step.refers_to().first().and_then(|page| shown.get(page).copied());
        let start = before.unwrap_or(0);
        let held = prediction.world().siblings(key.family, key.parent_path()).count();
        let end = start.saturating_add(usize::try_from(limit).unwrap_or(0));
        let (some, later) = (held > start, before.is_some());
        page = Some(Page { some, later, more: held > end, full: held == end });
        if held > end {
            shown.insert(step.id, end);
            prediction.answered(step, &json!({ "nextToken": format!("page after {}", step.id) }));
        }
    }
    Some(Expected {
        demands: expectation.demands.iter().map(|refusal| refusal.rule).collect(),
        leaves: expectation.leaves.iter().map(|refusal| refusal.error).collect(),
        changes: expectation.changes,
        open: expectation.open,
        due: expectation.due,
        page,
    })
}
