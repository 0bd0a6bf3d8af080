//! The pass that puts steps in the order that a reader expects: creates come first, those of outer
//! families before the others. Steps that have to do with each other never change places.

use appmesh_model::api::Api;

use crate::shrink::candidate::{Candidates, Cursor, Facts, anew};
use crate::shrink::naming::own_symbol;
use crate::shrink::order::{is_inversion, rank};
use crate::trace::{Step, Trace};

/// All steps in order, or else two steps that change places.
pub fn steps<'t>(facts: &Facts, trace: &'t Trace, _: Cursor) -> Candidates<'t> {
    let facts = *facts;
    let mut ordered = trace.clone();
    // Each swap takes a create towards the start, so that there is an end to it.
    loop {
        let Some(at) = swappable(&facts, &ordered).next() else { break };
        ordered.steps.swap(at, at + 1);
    }
    let swapped = swappable(&facts, trace).map(|at| {
        let mut swapped = trace.clone();
        swapped.steps.swap(at, at + 1);
        swapped
    });
    let candidates: Vec<Trace> = [ordered].into_iter().chain(swapped).collect();
    anew(candidates.into_iter())
}

/// The places of steps that should come after the next one and can. The last step stays where it is.
fn swappable(facts: &Facts, trace: &Trace) -> impl Iterator<Item = usize> {
    let last = trace.steps.len().saturating_sub(1);
    let pairs = trace.steps[..last].windows(2).enumerate();
    pairs.filter(|(_, pair)| is_late(facts, &pair[0], &pair[1])).map(|(at, _)| at)
}

fn is_late(facts: &Facts, before: &Step, step: &Step) -> bool {
    let waits = before.pause_ms > 0 || step.pause_ms > 0;
    is_inversion(rank(facts, before), rank(facts, step))
        && !waits
        && !touches(facts.api, before, step)
        && !touches(facts.api, step, before)
}

/// Whether the other step names the resource that a step is about.
fn touches(api: &Api, step: &Step, other: &Step) -> bool {
    own_symbol(api, step).is_none_or(|symbol| other.symbols().contains(&symbol))
}
