//! Inputs on and one past each bound of each member of an operation, and bodies that are no objects.

use appmesh_model::api::Api;
use appmesh_model::operation::{Action, Location, Role};
use appmesh_model::schema::Node;
use appmesh_model::shape::{Kind, Text};
use serde_json::json;

use crate::generate::trace_builder::{Args, Detail, TraceBuilder};
use crate::generate::value::{self, EditKind};
use crate::trace::{Arg, Garbage, Trace};

/// How long a trace of bounds may get.
const MOST_BOUNDS: usize = 20;

/// Every bound of every member of an operation: on it, one past it, and other invalid values.
///
/// The traces have a moderate length: a target that fails on many of these calls leaves its state open,
/// and a long trace would have to be given up.
pub(super) fn bounds(api: &'static Api, operation: usize) -> Vec<Trace> {
    let compiled = &api.operations[operation];
    let family = compiled.family;
    let begin = || {
        let mut builder = TraceBuilder::new(api);
        let parents = builder.prepare(family);
        let one = builder.create(family, &parents, "a", Detail::Full);
        (builder, parents, one)
    };
    let mut traces = Vec::new();
    let (mut builder, mut parents, mut one) = begin();
    for (input, node) in &compiled.inputs {
        let base = base_argument(&builder, input.role, node, &one);
        let mut edits = value::edits(node);
        if input.location == Location::Body {
            edits.push(value::Edit { path: Vec::new(), kind: EditKind::Drop });
        }
        if input.role == Role::Limit {
            let no_number = EditKind::Set(Arg::Plain(json!("many")));
            edits.push(value::Edit { path: Vec::new(), kind: no_number });
        }
        for edit in edits {
            if builder.len() > MOST_BOUNDS {
                let full = std::mem::replace(&mut builder, TraceBuilder::new(api));
                traces.push(full.finish());
                (builder, parents, one) = begin();
            }
            let mut names = one.clone();
            if compiled.table.action == Action::Create {
                names.pop();
                names.push(builder.fresh());
            }
            let mut args = builder.valid(operation, &names, Detail::Full);
            if edit.path.is_empty() && edit.kind == EditKind::Drop {
                args.remove(input.name);
                builder.call(operation, args);
                continue;
            }
            let mut argument = base.clone();
            if !value::apply(&edit, &mut argument) {
                continue;
            }
            // A name of the wrong type, or one in the path that is empty, cannot be put there.
            let misnamed = matches!(input.role, Role::Name(_)) && matches!(argument, Arg::Plain(_));
            if misnamed && (input.location == Location::Path || argument != Arg::Plain(json!(""))) {
                continue;
            }
            if let (Role::Name(_), Arg::Name { symbol, .. }) = (input.role, &mut argument) {
                *symbol = builder.fresh();
            }
            if let (Role::ClientToken, Arg::Token { symbol, .. }) = (input.role, &mut argument) {
                *symbol = builder.fresh();
            }
            args.insert(input.name.to_owned(), argument);
            isolate(&builder, operation, &mut args, node);
            builder.call(operation, args);
            if compiled.table.action == Action::Delete && !builder.exists(family, &one) {
                builder.create(family, &parents, "a", Detail::Full);
            }
        }
    }
    traces.push(builder.finish());
    traces
}

/// Takes optional members out as long as that leaves fewer reasons to refuse a call: of two reasons
/// one hides the other, so the bound that is to be seen should be the only one.
fn isolate(builder: &TraceBuilder, operation: usize, args: &mut Args, node: &Node) {
    let reasons = |args: &Args| {
        let expectation = builder.expectation(operation, args)?;
        let bounds = expectation.demands.iter().filter(|refusal| refusal.bounds_input).count();
        Some((bounds, expectation.demands.len()))
    };
    while let Some((bounds, all)) =
        reasons(args).filter(|(bounds, all)| *bounds > 0 && all > bounds)
    {
        let fewer = value::optional_paths(node).into_iter().find_map(|path| {
            let mut fewer = args.clone();
            let edit = value::Edit { path, kind: EditKind::Drop };
            let dropped = value::apply(&edit, fewer.get_mut(node.name)?);
            let (kept, left) = reasons(&fewer).filter(|_| dropped)?;
            (kept == bounds && left < all).then_some(fewer)
        });
        match fewer {
            Some(fewer) => *args = fewer,
            None => return,
        }
    }
}

/// What the edits of a member start from: everything in it.
fn base_argument(builder: &TraceBuilder, role: Role, node: &Node, names: &[String]) -> Arg {
    match (role, &node.shape.kind) {
        (Role::Name(depth), _) => {
            names.get(depth).map_or_else(|| Arg::name("a"), |symbol| Arg::name(symbol.as_str()))
        }
        (_, Kind::Text { text: Text::Account, .. }) => Arg::Owner,
        _ => value::full(node, &|family| builder.existing(family, names)),
    }
}

/// Bodies that are no JSON object.
pub(super) fn garbage(api: &'static Api, operation: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let compiled = &api.operations[operation];
    if !compiled.table.inputs.iter().any(|input| input.location == Location::Body) {
        return builder.finish();
    }
    let parents = builder.prepare(compiled.family);
    let one = builder.create(compiled.family, &parents, "a", Detail::Least);
    for garbage in Garbage::ALL {
        let args = builder.valid(operation, &one, Detail::Least);
        builder.garbage(operation, args, garbage);
    }
    builder.on(compiled.family, Action::Describe, &one, Detail::Least);
    builder.finish()
}
