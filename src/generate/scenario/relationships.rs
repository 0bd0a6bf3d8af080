//! Parents, children, siblings and resources of the same name: a call on one must not change another.

use appmesh_model::api::Api;
use appmesh_model::operation::Action;

use super::calls::{read_list, symbols};
use crate::generate::trace_builder::{Detail, TraceBuilder};
use crate::generate::value::ABSENT;
use crate::trace::Trace;

/// Every call with one of the ancestors missing.
pub(super) fn parents_missing(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let parents = builder.prepare(family);
    for depth in 0..parents.len() {
        let mut elsewhere = parents.clone();
        elsewhere[depth] = ABSENT.to_owned();
        let one = symbols(&elsewhere, "a");
        for action in [Action::Create, Action::Describe, Action::Update, Action::Delete] {
            builder.on(family, action, &one, Detail::Least);
        }
        read_list(&mut builder, family, &elsewhere, None, 1);
    }
    builder.finish()
}

/// What holds others: not to be deleted until the last of them is gone.
pub(super) fn children(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let children = api.families[family].children.clone();
    if children.is_empty() {
        return builder.finish();
    }
    let parents = builder.prepare(family);
    let one = builder.create(family, &parents, "a", Detail::Least);
    for child in children {
        if needs_others(&builder, child, &one) {
            builder.refer(child, &one);
        }
        for symbol in ["c", "d"] {
            builder.create(child, &one, symbol, Detail::Least);
        }
        builder.on(family, Action::Describe, &one, Detail::Least);
        builder.on(child, Action::Update, &symbols(&one, "c"), Detail::Full);
        builder.on(family, Action::Describe, &one, Detail::Least);
        builder.on(family, Action::Delete, &one, Detail::Least);
        builder.on(family, Action::Describe, &one, Detail::Least);
        builder.on(child, Action::Describe, &symbols(&one, "c"), Detail::Least);
        builder.on(child, Action::Delete, &symbols(&one, "d"), Detail::Least);
        builder.on(family, Action::Describe, &one, Detail::Least);
        builder.on(family, Action::Delete, &one, Detail::Least);
        builder.on(child, Action::Delete, &symbols(&one, "c"), Detail::Least);
        // One that was made again counts as well.
        builder.create(child, &one, "c", Detail::Least);
        builder.on(family, Action::Delete, &one, Detail::Least);
        builder.on(child, Action::Describe, &symbols(&one, "c"), Detail::Least);
        builder.on(child, Action::Delete, &symbols(&one, "c"), Detail::Least);
    }
    for child in api.families[family].children.clone() {
        for key in ["c", "d", "r"] {
            let names = symbols(&one, key);
            if builder.exists(child, &names) {
                builder.on(child, Action::Delete, &names, Detail::Least);
            }
        }
    }
    builder.on(family, Action::Delete, &one, Detail::Least);
    builder.on(family, Action::Describe, &one, Detail::Least);
    builder.finish()
}

/// Whether not even the least specification of a resource does without others.
fn needs_others(builder: &TraceBuilder, family: usize, parents: &[String]) -> bool {
    let Some(create) = builder.operation(family, Action::Create) else { return false };
    let args = builder.valid(create, &symbols(parents, "c"), Detail::Least);
    !builder.expectation(create, &args).is_some_and(|expectation| expectation.may_succeed())
}

/// Three in the same parent: an update and a delete of one leaves the others as they are.
pub(super) fn siblings(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let parents = builder.prepare(family);
    let all = ["a", "b", "c"];
    for symbol in all {
        builder.create(family, &parents, symbol, Detail::Full);
    }
    builder.on(family, Action::Update, &symbols(&parents, "b"), Detail::Other);
    for symbol in all {
        builder.on(family, Action::Describe, &symbols(&parents, symbol), Detail::Least);
    }
    for gone in ["b", "c"] {
        builder.on(family, Action::Delete, &symbols(&parents, gone), Detail::Least);
        for symbol in all {
            builder.on(family, Action::Describe, &symbols(&parents, symbol), Detail::Least);
        }
        if !parents.is_empty() {
            read_list(&mut builder, family, &parents, None, 1);
        }
    }
    builder.on(family, Action::Delete, &symbols(&parents, "c"), Detail::Least);
    builder.create(family, &parents, "d", Detail::Full);
    for symbol in ["a", "d"] {
        builder.on(family, Action::Describe, &symbols(&parents, symbol), Detail::Least);
    }
    builder.finish()
}

/// Two parents with children of the same name: one child's fate is not the other's.
pub(super) fn namesakes(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let lineage = api.families[family].lineage.clone();
    let [.., parent, _] = lineage[..] else { return builder.finish() };
    let first = builder.prepare(family);
    let mut second = first.clone();
    second.pop();
    let second = builder.create(parent, &second, "q", Detail::Least);
    builder.refer(family, &second);
    for parents in [&first, &second] {
        builder.create(family, parents, "a", Detail::Full);
    }
    builder.on(family, Action::Update, &symbols(&first, "a"), Detail::Other);
    for parents in [&first, &second] {
        builder.on(family, Action::Describe, &symbols(parents, "a"), Detail::Least);
        read_list(&mut builder, family, parents, None, 1);
    }
    // What one loses the other keeps.
    builder.on(family, Action::Update, &symbols(&first, "a"), Detail::Least);
    builder.on(family, Action::Describe, &symbols(&second, "a"), Detail::Least);
    builder.on(family, Action::Delete, &symbols(&first, "a"), Detail::Least);
    for parents in [&first, &second] {
        builder.on(family, Action::Describe, &symbols(parents, "a"), Detail::Least);
        read_list(&mut builder, family, parents, None, 1);
    }
    builder.finish()
}

/// A parent that is created twice, and one that is deleted and made again: what lives in the
/// first is not lost, and the second is empty.
pub(super) fn parent_again(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let lineage = api.families[family].lineage.clone();
    let [.., parent, _] = lineage[..] else { return builder.finish() };
    let parents = builder.prepare(family);
    let one = builder.create(family, &parents, "a", Detail::Least);
    builder.on(parent, Action::Create, &parents, Detail::Least);
    builder.on(family, Action::Describe, &one, Detail::Least);
    builder.create(family, &parents, "b", Detail::Least);
    read_list(&mut builder, family, &parents, None, 1);
    builder.on(parent, Action::Update, &parents, Detail::Full);
    builder.on(family, Action::Describe, &one, Detail::Least);
    let held: Vec<(usize, Vec<String>)> = builder
        .world()
        .resources()
        .map(|(key, _)| (key.family, key.names().map(str::to_owned).collect::<Vec<_>>()))
        .filter(|(_, names)| names.len() > parents.len() && names.starts_with(&parents))
        .collect();
    for (family, names) in held.into_iter().rev() {
        builder.on(family, Action::Delete, &names, Detail::Least);
    }
    builder.on(parent, Action::Delete, &parents, Detail::Least);
    for action in [Action::Describe, Action::Create] {
        builder.on(family, action, &one, Detail::Least);
    }
    read_list(&mut builder, family, &parents, None, 1);
    builder.on(parent, Action::Create, &parents, Detail::Least);
    builder.on(family, Action::Describe, &one, Detail::Least);
    read_list(&mut builder, family, &parents, None, 1);
    builder.finish()
}
