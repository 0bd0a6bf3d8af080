//! Order: the same trace with its steps in the order in which a reader expects them.
//!
//! The main function is [`in_order`]: what is made is made first, what others live in before them.
//! Steps that have to do with each other never change places.

use appmesh_model::api::Api;
use appmesh_model::operation::Action;

use super::candidates::Shrinking;
use super::naming::own_symbol;
use crate::trace::{Step, Trace};

impl Shrinking<'_> {
    /// Puts the steps in order, as far as the divergence does not hang on the order that they have.
    pub(super) async fn put_in_order(&mut self) {
        let api = self.runner.api();
        loop {
            let best = self.best.clone();
            let ordered = in_order(api, &best);
            if ordered == best {
                return;
            }
            let swapped = swappable(api, &best).map(|place| {
                let mut swapped = best.clone();
                swapped.steps.swap(place, place + 1);
                swapped
            });
            let candidates: Vec<Trace> = std::iter::once(ordered).chain(swapped).collect();
            if self.first(candidates.into_iter()).await.is_none() || self.is_spent() {
                return;
            }
        }
    }
}

/// The trace with every create as early as it can be, those of outer families first.
fn in_order(api: &Api, trace: &Trace) -> Trace {
    let mut ordered = trace.clone();
    // Each swap takes a create towards the start, so that there is an end to it.
    loop {
        let place = swappable(api, &ordered).next();
        let Some(place) = place else { return ordered };
        ordered.steps.swap(place, place + 1);
    }
}

/// The places of steps that should come after the next one and can; the last step stays where it is.
fn swappable(api: &Api, trace: &Trace) -> impl Iterator<Item = usize> {
    let last = trace.steps.len().saturating_sub(1);
    let pairs = trace.steps[..last].windows(2);
    pairs.enumerate().filter(|(_, pair)| is_late(api, &pair[0], &pair[1])).map(|(place, _)| place)
}

/// Whether a step is a create that should stand before the one that it follows, and may.
fn is_late(api: &Api, before: &Step, step: &Step) -> bool {
    let rank = |step: &Step| {
        let operation = api.operation(&step.operation)?;
        (operation.table.action == Action::Create).then_some(operation.family)
    };
    let Some(rank_of_step) = rank(step) else { return false };
    let touches = |one: &Step, other: &Step| {
        own_symbol(api, one).is_none_or(|symbol| other.symbols().contains(&symbol))
    };
    let has_waited = before.pause_ms > 0 || step.pause_ms > 0;
    rank(before).is_none_or(|rank| rank > rank_of_step)
        && !has_waited
        && !touches(before, step)
        && !touches(step, before)
}
