//! The lifecycle of one resource among a few others, with a history in each call.
//!
//! The main function is [`everyday`]. Most bugs need a history: a name used before, a second update, a
//! third page, a changed child. The resource of this trace was deleted and created again, has older and
//! younger siblings, and is updated more than once. Every plain call on it then tests that history, too.

use appmesh_model::api::Api;
use appmesh_model::operation::{Action, Role};

use super::calls::{on_with_token, read_list, symbols};
use super::lists::ENDLESS;
use crate::generate::trace_builder::{Detail, TraceBuilder};
use crate::trace::{Arg, Trace};

/// The life of one resource of a family from before it is there until its parent is gone.
pub(super) fn everyday(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let parents = builder.prepare(family);
    let [one, older] = ["b", "a"].map(|symbol| symbols(&parents, symbol));
    // It comes and goes.
    builder.on(family, Action::Create, &one, Detail::Full);
    builder.on(family, Action::Delete, &one, Detail::Least);
    for action in [Action::Describe, Action::Update, Action::Delete] {
        builder.on(family, action, &one, Detail::Least);
    }
    read_list(&mut builder, family, &parents, None, 1);
    // It comes again, behind another, and with lists that the next update makes shorter.
    builder.on(family, Action::Create, &older, Detail::Full);
    for _ in 0..2 {
        on_with_token(&mut builder, family, Action::Create, &one, Detail::Ample, "t1");
    }
    builder.on(family, Action::Create, &one, Detail::Full);
    builder.on(family, Action::Describe, &one, Detail::Least);
    if builder.operation(family, Action::Update).is_some() {
        change(&mut builder, family, &one, &older);
    }
    // It stands in lists.
    on_longest(&mut builder, family, Action::Create, &parents);
    // What items show does not take pages, so that a plain list is the better example.
    read_list(&mut builder, family, &parents, None, 1);
    walk(&mut builder, family, &parents);
    // The others go, which is not to be its end, nor that of its parent.
    builder.on(family, Action::Delete, &older, Detail::Least);
    on_longest(&mut builder, family, Action::Delete, &parents);
    read_list(&mut builder, family, &parents, None, 1);
    // Of its parent one of the families tells that live there.
    let parent = api.families[family].lineage.iter().rev().nth(1).copied();
    let parent = parent.filter(|&parent| api.families[parent].children.last() == Some(&family));
    if let Some(parent) = parent {
        builder.on(parent, Action::Describe, &parents, Detail::Least);
        builder.on(parent, Action::Delete, &parents, Detail::Least);
    }
    // It goes, comes as if by the same call as before, and goes for good.
    builder.on(family, Action::Delete, &one, Detail::Least);
    on_with_token(&mut builder, family, Action::Create, &one, Detail::Least, "t1");
    read_list(&mut builder, family, &parents, None, 1);
    if let Some(parent) = parent {
        builder.on(family, Action::Delete, &one, Detail::Least);
        builder.on(parent, Action::Delete, &parents, Detail::Least);
        builder.on(family, Action::Create, &one, Detail::Least);
        read_list(&mut builder, family, &parents, None, 1);
    }
    builder.finish()
}

/// It changes, time and again, and the one beside it does not.
fn change(builder: &mut TraceBuilder, family: usize, one: &[String], older: &[String]) {
    builder.on(family, Action::Update, one, Detail::Other);
    for names in [one, older] {
        builder.on(family, Action::Describe, names, Detail::Least);
    }
    builder.on(family, Action::Update, one, Detail::Least);
    builder.on(family, Action::Describe, one, Detail::Least);
    for _ in 0..2 {
        on_with_token(builder, family, Action::Update, one, Detail::Full, "t2");
    }
}

/// Calls an operation on a resource with the longest name that there can be.
fn on_longest(builder: &mut TraceBuilder, family: usize, action: Action, parents: &[String]) {
    let Some(operation) = builder.operation(family, action) else { return };
    let own = Role::Name(parents.len());
    let Some((input, _)) = builder.api().operations[operation].input(own) else { return };
    let mut args = builder.valid(operation, &symbols(parents, "l"), Detail::Least);
    let longest = builder.api().families[family].longest_name();
    let longest = Arg::Name { symbol: "l".to_owned(), length: Some(longest) };
    args.insert(input.name.to_owned(), longest);
    builder.call(operation, args);
}

/// Lists one on each page, and whatever comes behind the last.
fn walk(builder: &mut TraceBuilder, family: usize, parents: &[String]) {
    read_list(builder, family, parents, Some(1), 3 + ENDLESS);
}
