//! Calls that several scenarios share.

use appmesh_model::operation::{Action, Role};
use serde_json::json;

use crate::generate::trace_builder::{Args, Detail, TraceBuilder};
use crate::trace::Arg;

/// Calls an operation with a client token, if it takes one.
pub(super) fn on_with_token(
    builder: &mut TraceBuilder,
    family: usize,
    action: Action,
    names: &[String],
    detail: Detail,
    token: &str,
) {
    let Some(operation) = builder.operation(family, action) else { return };
    let mut args = builder.valid(operation, names, detail);
    if let Some((input, _)) = builder.api().operations[operation].input(Role::ClientToken) {
        let token = Arg::Token { symbol: token.to_owned(), length: None };
        args.insert(input.name.to_owned(), token);
    }
    builder.call(operation, args);
}

/// The symbols of a resource: those of its parents and its own.
pub(super) fn symbols(parents: &[String], symbol: &str) -> Vec<String> {
    parents.iter().cloned().chain([symbol.to_owned()]).collect()
}

/// A list call on the parent with these names.
pub(super) fn list_args(
    builder: &TraceBuilder,
    operation: usize,
    parents: &[String],
    limit: Option<i64>,
) -> Args {
    let mut args = builder.names(operation, parents);
    if let (Some(limit), Some((input, _))) =
        (limit, builder.api().operations[operation].input(Role::Limit))
    {
        args.insert(input.name.to_owned(), Arg::Plain(json!(limit)));
    }
    args
}

/// The arguments of a list call with a page token, if the operation takes one.
pub(super) fn with_page_token(
    builder: &TraceBuilder,
    operation: usize,
    mut args: Args,
    token: Arg,
) -> Args {
    if let Some((input, _)) = builder.api().operations[operation].input(Role::PageToken) {
        args.insert(input.name.to_owned(), token);
    }
    args
}

/// Lists the resources in a parent, on at most so many pages.
pub(super) fn read_list(
    builder: &mut TraceBuilder,
    family: usize,
    parents: &[String],
    limit: Option<i64>,
    pages: usize,
) {
    let Some(list) = builder.operation(family, Action::List) else { return };
    let args = list_args(builder, list, parents, limit);
    let mut step = builder.call(list, args.clone());
    for _ in 1..pages {
        let next = with_page_token(builder, list, args.clone(), Arg::PageAfter(step));
        step = builder.call(list, next);
    }
}
