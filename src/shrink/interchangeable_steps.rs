//! Interchangeable steps: what holds of one of them need not be tried on each.
//!
//! The main type is [`Interchangeable`]. The creates of a hundred siblings that nothing else names are
//! a group of them, and so are the pages of one list.

use appmesh_model::api::Api;
use appmesh_model::operation::Action;

use crate::shrink::candidate::without;
use crate::shrink::naming::{action, own_symbol, visit_args};
use crate::trace::{Arg, Step, Trace};

/// So many steps at least are a group.
const MANY: usize = 10;

/// A group of steps that differ only in the name of what they create, or in the page that they
/// continue.
#[derive(Clone, Debug)]
pub struct Interchangeable {
    /// Their indices in the trace, in order.
    pub steps: Vec<usize>,
}

impl Interchangeable {
    /// The groups of a trace. Its last step is in none, for it shows the finding.
    pub fn all(api: &Api, trace: &Trace) -> Vec<Self> {
        let mut kinds: Vec<(Step, Vec<usize>)> = Vec::new();
        for (index, step) in trace.steps.iter().enumerate().rev().skip(1).rev() {
            let Some(kind) = kind(api, trace, step) else { continue };
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, steps)) => steps.push(index),
                None => kinds.push((kind, vec![index])),
            }
        }
        let groups = kinds.into_iter().map(|(_, steps)| Self { steps });
        groups.filter(|group| group.steps.len() >= MANY).collect()
    }

    /// The names of what all but the first of them create; none if they create nothing.
    pub fn other_names(&self, api: &Api, trace: &Trace) -> Vec<String> {
        let others = self.steps.iter().skip(1).map(|&index| &trace.steps[index]);
        let creates = others.filter(|step| action(api, step) == Some(Action::Create));
        creates.filter_map(|step| own_symbol(api, step)).collect()
    }

    /// The trace with so many fewer of them. A step that continues a removed page continues the page
    /// before it instead.
    pub fn fewer(&self, trace: &Trace, less: usize) -> Trace {
        let removed = &self.steps[self.steps.len().saturating_sub(less)..];
        let mut fewer = trace.clone();
        for &index in removed {
            let gone = trace.steps[index].id;
            let Some(before) = fewer.steps[index].refers_to().first().copied() else { continue };
            visit_args(&mut fewer, &mut |arg| match arg {
                Arg::PageAfter(page) if *page == gone => *page = before,
                _ => {}
            });
        }
        without(&fewer, |index| removed.contains(&index))
    }
}

/// What a step has in common with others of its group; none if it is like no other.
fn kind(api: &Api, trace: &Trace, step: &Step) -> Option<Step> {
    let mut kind = Step { id: 0, ..step.clone() };
    match action(api, step)? {
        Action::Create => {
            let own = own_symbol(api, step)?;
            let naming = trace.steps.iter().filter(|other| other.symbols().contains(&own));
            if naming.count() > 1 {
                return None;
            }
            kind.args.retain(|_, arg| !matches!(arg, Arg::Name { symbol, .. } if *symbol == own));
        }
        Action::List if !step.refers_to().is_empty() => {
            kind.args.retain(|_, arg| !matches!(arg, Arg::PageAfter(_)));
        }
        _ => return None,
    }
    Some(kind)
}
