//! Crowds: calls of a trace of which one is as good as another, so that what holds of one of them
//! need not be tried on each.
//!
//! The main type is [`Crowd`]. The creates of a hundred siblings that nothing else names are one,
//! and so are the pages of one walk over a list.

use appmesh_model::api::Api;
use appmesh_model::operation::Action;

use super::naming::own_symbol;
use crate::trace::{Arg, Step, Trace};

/// From so many calls on it is worth while.
const MANY: usize = 10;

/// Calls that differ only in the name of what they make, or in the page that they go on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Crowd {
    /// Their indices in the trace, in order.
    pub steps: Vec<usize>,
}

impl Crowd {
    /// The crowds of a trace. Its last step is in none, for it is what the trace is about.
    pub(super) fn all(api: &Api, trace: &Trace) -> Vec<Self> {
        let mut kinds: Vec<(Step, Vec<usize>)> = Vec::new();
        for (index, step) in trace.steps.iter().enumerate().rev().skip(1).rev() {
            let Some(kind) = kind(api, trace, index, step) else { continue };
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, steps)) => steps.push(index),
                None => kinds.push((kind, vec![index])),
            }
        }
        let crowds = kinds.into_iter().map(|(_, steps)| Self { steps });
        crowds.filter(|crowd| crowd.steps.len() >= MANY).collect()
    }

    /// The names of what all but the first of them make; none if they make nothing.
    pub(super) fn other_names(&self, api: &Api, trace: &Trace) -> Vec<String> {
        let others = self.steps.iter().skip(1).map(|&index| &trace.steps[index]);
        let makes = |step: &&Step| {
            api.operation(&step.operation).is_some_and(|it| it.table.action == Action::Create)
        };
        others.filter(makes).filter_map(|step| own_symbol(api, step)).collect()
    }

    /// The trace with so many fewer of them. What went on from a page that is left out goes on from
    /// the page before it.
    pub(super) fn fewer(&self, trace: &Trace, less: usize) -> Trace {
        let kept = self.steps.len().saturating_sub(less);
        let mut fewer = trace.clone();
        for &index in &self.steps[kept..] {
            let gone = &trace.steps[index];
            let before = fewer.steps[index].refers_to().first().copied();
            for arg in fewer.steps.iter_mut().flat_map(|step| step.args.values_mut()) {
                arg.visit_mut(&mut |arg| {
                    if let (Arg::PageAfter(page), Some(before)) = (arg, before)
                        && *page == gone.id
                    {
                        *page = before;
                    }
                });
            }
        }
        let gone: Vec<u32> =
            self.steps[kept..].iter().map(|&index| trace.steps[index].id).collect();
        fewer.steps.retain(|step| !gone.contains(&step.id));
        fewer
    }
}

/// What a step has in common with others of its crowd; none if it is like no other.
fn kind(api: &Api, trace: &Trace, index: usize, step: &Step) -> Option<Step> {
    let mut kind = Step { id: 0, ..step.clone() };
    match api.operation(&step.operation)?.table.action {
        Action::Create => {
            let symbol = own_symbol(api, step)?;
            let elsewhere =
                |(at, step): (usize, &Step)| at != index && step.symbols().contains(&symbol);
            if trace.steps.iter().enumerate().any(elsewhere) {
                return None;
            }
            kind.args
                .retain(|_, arg| !matches!(arg, Arg::Name { symbol: own, .. } if *own == symbol));
        }
        Action::List => {
            if step.refers_to().is_empty() {
                return None;
            }
            kind.args.retain(|_, arg| !matches!(arg, Arg::PageAfter(_)));
        }
        _ => return None,
    }
    Some(kind)
}
