//! Passes over the arguments of calls.

use appmesh_model::operation::Location;

use crate::generate::value;
use crate::shrink::argument_rewrite::{Rewrite, rewrites};
use crate::shrink::candidate::{Candidate, Candidates, Cursor, Facts, anew};
use crate::shrink::interchangeable_steps::Interchangeable;
use crate::shrink::naming::own_resource;
use crate::trace::{Step, Trace};

/// From so many calls of one operation on they are made simpler all at once.
const MANY: usize = 5;

/// Takes out members and items, and puts the simplest values in place of others, from the last step to
/// the first. The cursor is the number of steps and, of the next one, of rewrites that were tried.
pub fn arguments<'t>(facts: &Facts, trace: &'t Trace, from: Cursor) -> Candidates<'t> {
    let facts = *facts;
    let groups = Interchangeable::all(facts.api, trace);
    let untried = (0..trace.steps.len()).rev().enumerate().skip(from.0);
    Box::new(untried.flat_map(move |(done, at)| {
        // Interchangeable steps become simpler all at once.
        let is_in_group = groups.iter().any(|group| group.steps.contains(&at));
        let tried = if done == from.0 { from.1 } else { 0 };
        let rewrites = rewrites(facts.api, &trace.steps[at]).into_iter().enumerate().skip(tried);
        rewrites.flat_map(move |(number, rewrite)| {
            let next = Cursor(done, number + 1);
            let simpler = rewritten(&facts, trace, at, &rewrite, is_in_group);
            simpler.into_iter().map(move |trace| Candidate { trace, next })
        })
    }))
}

/// The traces in which a rewrite makes a step simpler: with all others of its operation where there
/// are many, else on its own, else with those that must be the same.
fn rewritten(
    facts: &Facts,
    trace: &Trace,
    at: usize,
    rewrite: &Rewrite,
    is_in_group: bool,
) -> Vec<Trace> {
    let step = &trace.steps[at];
    let Some(simpler) = rewrite(step) else { return Vec::new() };
    let mut traces = Vec::new();
    // One by one would keep the target busy.
    let (mut all, mut changed) = (trace.clone(), 0);
    for other in all.steps.iter_mut().filter(|other| other.operation == step.operation) {
        if let Some(simpler) = rewrite(other) {
            *other = simpler;
            changed += 1;
        }
    }
    if changed > MANY {
        traces.push(all);
    }
    if !is_in_group {
        let mut alone = trace.clone();
        alone.steps[at] = simpler.clone();
        let together = together(facts, trace, step, &simpler);
        let differs = together != alone;
        traces.push(alone);
        traces.extend(Some(together).filter(|_| differs));
    }
    traces
}

/// The trace with every argument made simpler that is, for the same resource, the same as in a step
/// that became simpler.
fn together(facts: &Facts, trace: &Trace, step: &Step, simpler: &Step) -> Trace {
    let own = own_resource(facts.api, step);
    let mut together = trace.clone();
    let alike = |other: &&mut Step| own_resource(facts.api, other) == own;
    for other in together.steps.iter_mut().filter(alike) {
        for (name, value) in &step.args {
            if other.args.get(name) != Some(value) {
                continue;
            }
            match simpler.args.get(name) {
                Some(simpler) => other.args.insert(name.clone(), simpler.clone()),
                None => other.args.remove(name),
            };
        }
    }
    together
}

/// Puts in a member that the last request lacks: of two reasons to refuse a call, one is too many.
pub fn complete<'t>(facts: &Facts, trace: &'t Trace, _: Cursor) -> Candidates<'t> {
    let last = trace.steps.last().filter(|last| last.garbage.is_none());
    let operation = last.and_then(|last| facts.api.operation(&last.operation));
    let inputs = operation.into_iter().flat_map(|operation| &operation.inputs);
    let required = inputs.filter(|(it, _)| it.required && it.location == Location::Body);
    anew(required.filter_map(|(input, node)| {
        let mut complete = trace.clone();
        let args = &mut complete.steps.last_mut()?.args;
        let full = value::full(node, &|_| None);
        args.insert(input.name.to_owned(), full).is_none().then_some(complete)
    }))
}
