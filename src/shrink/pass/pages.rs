//! Passes that shorten the way through the pages of a list.

use appmesh_model::operation::Role;
use serde_json::json;

use crate::shrink::candidate::{Candidates, Cursor, Facts, anew, without};
use crate::shrink::naming::{own_symbols, symbols};
use crate::trace::{Arg, Step, Trace};

/// Lists at once instead of page by page: the last call asks for the whole list, and the pages
/// before it are removed.
pub fn list_at_once<'t>(facts: &Facts, trace: &'t Trace, _: Cursor) -> Candidates<'t> {
    anew(at_once(facts, trace).into_iter())
}

fn at_once(facts: &Facts, trace: &Trace) -> Option<Trace> {
    let mut whole = trace.clone();
    let mut last = whole.steps.pop()?;
    let (limit, _) = facts.api.operation(&last.operation)?.input(Role::Limit)?;
    let mut pages = last.refers_to();
    for step in whole.steps.iter().rev() {
        if pages.contains(&step.id) {
            pages.extend(step.refers_to());
        }
    }
    whole.steps.retain(|step| !pages.contains(&step.id));
    last.args.retain(|name, arg| name != limit.name && !matches!(arg, Arg::PageAfter(_)));
    whole.steps.push(last);
    (whole.steps.len() < trace.steps.len()).then_some(whole)
}

/// Makes the pages of a list shorter by one result and removes one resource with all steps about it:
/// neither would do alone.
pub fn shorten<'t>(facts: &Facts, trace: &'t Trace, _: Cursor) -> Candidates<'t> {
    let mut shorter = trace.clone();
    for step in &mut shorter.steps {
        if let Some((name, limit)) = limit(facts, step) {
            step.args.insert(name.to_owned(), Arg::Plain(json!(limit - 1)));
        }
    }
    let is_paged = trace.steps.last().is_some_and(|last| !last.refers_to().is_empty());
    let resources = if is_paged && shorter != *trace { symbols(trace) } else { Vec::new() };
    let owners = own_symbols(facts.api, trace);
    let last = trace.steps.len().saturating_sub(1);
    anew(resources.into_iter().rev().map(move |symbol| {
        without(&shorter, |at| at < last && owners[at].as_ref() == Some(&symbol))
    }))
}

/// The member that limits the results of a step, and the limit if it can be lower.
fn limit(facts: &Facts, step: &Step) -> Option<(&'static str, i64)> {
    let (input, _) = facts.api.operation(&step.operation)?.input(Role::Limit)?;
    match step.args.get(input.name)? {
        Arg::Plain(limit) => Some((input.name, limit.as_i64().filter(|it| *it > 1)?)),
        _ => None,
    }
}
