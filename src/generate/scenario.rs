//! Scenarios: what the tables offer, visited systematically.
//!
//! The main functions are [`first`] and [`all`]. `lives` follows one resource, `kin` its relatives, `lists`
//! what lists show of them, and `bounds` every bound of every member. Each scenario is a trace of
//! its own, so that what goes wrong in one does not spoil another.

use appmesh_model::api::Api;
use appmesh_model::operation::{Action, Role};
use serde_json::json;

use super::draft::{Args, Detail, Draft};
use crate::trace::{Arg, Trace};

mod bounds;
mod everyday;
mod lifecycle;
mod lists;
mod relationships;

/// The scenarios to begin with: a dense life of one resource of each family, then one beside its
/// namesakes.
pub fn first(api: &'static Api) -> Vec<Trace> {
    let families = 0..api.families.len();
    let lives = families.clone().map(|family| everyday::everyday(api, family));
    let mut traces: Vec<Trace> =
        lives.chain(families.map(|family| relationships::namesakes(api, family))).collect();
    traces.retain(|trace| !trace.steps.is_empty());
    traces
}

/// Every other scenario that an API offers, the short ones first.
pub fn all(api: &'static Api) -> Vec<Trace> {
    let mut traces = Vec::new();
    let families = 0..api.families.len();
    for family in families.clone() {
        traces.push(lifecycle::life(api, family));
        traces.push(lifecycle::second_life(api, family));
        traces.push(lifecycle::afterlife(api, family));
        traces.push(lifecycle::absence(api, family));
        traces.push(relationships::parents_missing(api, family));
        traces.push(lifecycle::tokens(api, family));
        traces.push(relationships::children(api, family));
        traces.push(relationships::siblings(api, family));
        traces.push(relationships::parent_again(api, family));
        traces.push(lifecycle::names(api, family));
        traces.push(lifecycle::references(api, family));
    }
    for operation in &api.operations {
        traces.extend(bounds::bounds(api, operation.index));
        traces.push(bounds::garbage(api, operation.index));
    }
    for family in families.clone() {
        traces.push(lists::pages(api, family));
        traces.push(lists::moving_pages(api, family));
        traces.push(lists::behind_the_end(api, family));
    }
    for family in families {
        traces.push(lists::many(api, family));
    }
    traces.extend([true, false].map(|again| lifecycle::pause(api, again)));
    traces.retain(|trace| !trace.steps.is_empty());
    traces
}

/// Calls an operation with a client token, if it takes one.
fn on_with_token(
    draft: &mut Draft,
    family: usize,
    action: Action,
    names: &[String],
    detail: Detail,
    token: &str,
) {
    let Some(operation) = draft.operation(family, action) else { return };
    let mut args = draft.valid(operation, names, detail);
    if let Some((input, _)) = draft.api().operations[operation].input(Role::ClientToken) {
        let token = Arg::Token { symbol: token.to_owned(), length: None };
        args.insert(input.name.to_owned(), token);
    }
    draft.call(operation, args);
}

fn symbols(parents: &[String], symbol: &str) -> Vec<String> {
    parents.iter().cloned().chain([symbol.to_owned()]).collect()
}

/// A list call on the parent with these names.
fn list_args(draft: &Draft, operation: usize, parents: &[String], limit: Option<i64>) -> Args {
    let mut args = draft.names(operation, parents);
    if let (Some(limit), Some((input, _))) =
        (limit, draft.api().operations[operation].input(Role::Limit))
    {
        args.insert(input.name.to_owned(), Arg::Plain(json!(limit)));
    }
    args
}

fn with_page_token(draft: &Draft, operation: usize, mut args: Args, token: Arg) -> Args {
    if let Some((input, _)) = draft.api().operations[operation].input(Role::PageToken) {
        args.insert(input.name.to_owned(), token);
    }
    args
}

/// Lists what a parent holds, on so many pages at the most.
fn read_list(
    draft: &mut Draft,
    family: usize,
    parents: &[String],
    limit: Option<i64>,
    pages: usize,
) {
    let Some(list) = draft.operation(family, Action::List) else { return };
    let args = list_args(draft, list, parents, limit);
    let mut step = draft.call(list, args.clone());
    for _ in 1..pages {
        let next = with_page_token(draft, list, args.clone(), Arg::PageAfter(step));
        step = draft.call(list, next);
    }
}
