//! Passes that change one call so that others are not needed.

use appmesh_model::operation::{Action, Role};

use crate::shrink::candidate::{Candidates, Cursor, Facts, anew, without};
use crate::shrink::naming::{action, own_resource, own_symbol};
use crate::trace::{Step, Trace};

/// Deletes a parent instead of its child, and removes the steps about the child.
pub fn delete_parent<'t>(facts: &Facts, trace: &'t Trace, _: Cursor) -> Candidates<'t> {
    before_last(facts, trace, parent_deleted)
}

/// The trace with each of the steps before the last one changed, from the end to the start.
fn before_last<'t>(
    facts: &Facts,
    trace: &'t Trace,
    change: fn(&Facts, &Trace, usize) -> Option<Trace>,
) -> Candidates<'t> {
    let facts = *facts;
    let steps = (0..trace.steps.len()).rev().skip(1);
    anew(steps.filter_map(move |index| change(&facts, trace, index)))
}

/// The trace with a delete of the parent; none if the step is no delete of a child.
fn parent_deleted(facts: &Facts, trace: &Trace, index: usize) -> Option<Trace> {
    let api = facts.api;
    let step = trace.steps.get(index).filter(|it| action(api, it) == Some(Action::Delete))?;
    let delete = api.operation(&step.operation)?;
    let child = own_symbol(api, step)?;
    let lineage = &api.families[delete.family].lineage;
    let depth = lineage.len().checked_sub(2)?;
    let of_parent = api.operation_of(lineage[depth], Action::Delete)?;
    let names = own_resource(api, step)?.1.into_iter().take(depth + 1).enumerate();
    let args = names.map(|(depth, name)| {
        let (input, _) = of_parent.input(Role::Name(depth))?;
        Some((input.name.to_owned(), name.clone()))
    });
    let args = args.collect::<Option<_>>()?;
    let mut changed = trace.clone();
    changed.steps[index] =
        Step { operation: of_parent.table.name.to_owned(), args, ..step.clone() };
    let last = trace.steps.len() - 1;
    let is_about_child = |at: usize| {
        at != index && at != last && own_symbol(api, &trace.steps[at]).as_ref() == Some(&child)
    };
    Some(without(&changed, is_about_child)).filter(|it| it.steps.len() < trace.steps.len())
}

/// Removes an update and creates the resource as the update leaves it.
pub fn fold_update<'t>(facts: &Facts, trace: &'t Trace, _: Cursor) -> Candidates<'t> {
    before_last(facts, trace, folded)
}

/// The trace without an update, and with its specification in the create before it.
fn folded(facts: &Facts, trace: &Trace, index: usize) -> Option<Trace> {
    let api = facts.api;
    let spec = |step: &Step| Some(api.operation(&step.operation)?.input(Role::Spec)?.0.name);
    let update = trace.steps.get(index).filter(|it| action(api, it) == Some(Action::Update))?;
    let resource = own_resource(api, update)?;
    let create = trace.steps[..index].iter().rposition(|step| {
        action(api, step) == Some(Action::Create)
            && own_resource(api, step).as_ref() == Some(&resource)
    })?;
    let mut folded = trace.clone();
    let name = spec(&trace.steps[create])?.to_owned();
    folded.steps[create].args.insert(name, update.args.get(spec(update)?)?.clone());
    folded.steps.remove(index);
    Some(folded)
}
