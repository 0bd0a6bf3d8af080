//! The lifecycle of one resource, from before its creation until after its deletion.

use appmesh_model::api::Api;
use appmesh_model::operation::{Action, Role};
use serde_json::json;

use super::calls::{on_with_token, read_list, symbols};
use crate::generate::trace_builder::{Detail, TraceBuilder};
use crate::generate::value::{self, ABSENT};
use crate::trace::{Arg, Trace};

/// Longer than a clock that tells whole seconds needs to move on.
const PAUSE_MS: u64 = appmesh_model::judgement::CLOCK_STEP_MS + 50;

/// From create to delete, looked at after every change, and once again from the start.
pub(super) fn life(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let parents = builder.prepare(family);
    read_list(&mut builder, family, &parents, None, 1);
    let one = builder.create(family, &parents, "a", Detail::Full);
    builder.on(family, Action::Describe, &one, Detail::Least);
    for detail in [Detail::Full, Detail::Least] {
        builder.on(family, Action::Create, &one, detail);
        builder.on(family, Action::Describe, &one, Detail::Least);
    }
    read_list(&mut builder, family, &parents, None, 1);
    for detail in [Detail::Other, Detail::Full, Detail::Full, Detail::Least] {
        builder.on(family, Action::Update, &one, detail);
        builder.on(family, Action::Describe, &one, Detail::Least);
    }
    // The youngest comes and goes, and then the oldest goes.
    let two = builder.create(family, &parents, "b", Detail::Least);
    read_list(&mut builder, family, &parents, None, 1);
    for action in [Action::Delete, Action::Create] {
        builder.on(family, action, &two, Detail::Least);
        read_list(&mut builder, family, &parents, None, 1);
    }
    builder.on(family, Action::Delete, &one, Detail::Least);
    for action in [Action::Describe, Action::Update, Action::Delete] {
        builder.on(family, action, &one, Detail::Least);
    }
    read_list(&mut builder, family, &parents, None, 1);
    builder.finish()
}

/// A name used again after its resource was deleted.
pub(super) fn second_life(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let parents = builder.prepare(family);
    let one = builder.create(family, &parents, "a", Detail::Full);
    builder.on(family, Action::Update, &one, Detail::Other);
    builder.on(family, Action::Delete, &one, Detail::Least);
    builder.create(family, &parents, "a", Detail::Least);
    builder.on(family, Action::Describe, &one, Detail::Least);
    for detail in [Detail::Full, Detail::Other] {
        builder.on(family, Action::Update, &one, detail);
        builder.on(family, Action::Describe, &one, Detail::Least);
    }
    builder.on(family, Action::Create, &one, Detail::Full);
    builder.on(family, Action::Describe, &one, Detail::Least);
    read_list(&mut builder, family, &parents, None, 1);
    builder.on(family, Action::Delete, &one, Detail::Least);
    builder.on(family, Action::Describe, &one, Detail::Least);
    builder.finish()
}

/// What was deleted is asked for at once, each time by another call, so that what one of them brings
/// back does not look right to the next.
pub(super) fn afterlife(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let parents = builder.prepare(family);
    for (name, action) in [("a", Action::Delete), ("b", Action::Update), ("c", Action::Describe)] {
        let one = builder.create(family, &parents, name, Detail::Least);
        builder.on(family, Action::Delete, &one, Detail::Least);
        builder.on(family, action, &one, Detail::Least);
    }
    builder.finish()
}

/// Calls on what was never made.
pub(super) fn absence(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let parents = builder.prepare(family);
    let absent = symbols(&parents, ABSENT);
    for action in [Action::Describe, Action::Update, Action::Delete] {
        builder.on(family, action, &absent, Detail::Least);
    }
    builder.finish()
}

/// Client tokens: the same call again, another call with the same token, later calls.
pub(super) fn tokens(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let parents = builder.prepare(family);
    let one = symbols(&parents, "a");
    let calls = [
        // Made again with the token before anything else is gone.
        (Action::Create, "c", Detail::Full, "t5"),
        (Action::Delete, "c", Detail::Least, ""),
        (Action::Create, "c", Detail::Other, "t5"),
        (Action::Describe, "c", Detail::Least, ""),
        (Action::Delete, "c", Detail::Least, ""),
        (Action::Create, "c", Detail::Other, "t5"),
        (Action::Describe, "c", Detail::Least, ""),
        (Action::Create, "a", Detail::Full, "t1"),
        (Action::Create, "a", Detail::Full, "t1"),
        (Action::Create, "a", Detail::Full, "t1"),
        (Action::Create, "a", Detail::Full, "t2"),
        (Action::Create, "b", Detail::Full, "t1"),
        (Action::Update, "a", Detail::Other, "t3"),
        (Action::Update, "a", Detail::Other, "t3"),
        (Action::Update, "a", Detail::Full, "t3"),
        (Action::Describe, "a", Detail::Least, ""),
        (Action::Create, "a", Detail::Full, "t1"),
        (Action::Delete, "a", Detail::Least, ""),
        (Action::Create, "a", Detail::Full, "t4"),
        (Action::Describe, "a", Detail::Least, ""),
    ];
    for (action, name, detail, token) in calls {
        let names = symbols(&parents, name);
        on_with_token(&mut builder, family, action, &names, detail, token);
    }
    builder.on(family, Action::Describe, &one, Detail::Least);
    builder.finish()
}

/// Names as long and as short as they may be, and of unusual characters.
pub(super) fn names(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let parents = builder.prepare(family);
    let own = Role::Name(parents.len());
    let mut spellings = vec![
        Arg::Name { symbol: "l".to_owned(), length: Some(255) },
        Arg::name("a.b"),
        Arg::name("a b"),
        Arg::name("a/b"),
        Arg::name("ä%2F"),
    ];
    // At the root a name without the prefix of the execution might be a stranger's.
    if !parents.is_empty() {
        spellings.push(Arg::Plain(json!("n")));
        spellings.push(Arg::Plain(json!("-_-")));
    }
    let verbs = [
        Action::Create,
        Action::Describe,
        Action::Update,
        Action::Create,
        Action::Delete,
        Action::Describe,
    ];
    for spelling in spellings {
        for action in verbs {
            let Some(operation) = builder.operation(family, action) else { continue };
            let Some((input, _)) = api.operations[operation].input(own) else { continue };
            let mut args = builder.valid(operation, &symbols(&parents, "a"), Detail::Least);
            args.insert(input.name.to_owned(), spelling.clone());
            builder.call(operation, args);
        }
        // The list of the root is everybody's, and only read where that is the point.
        if !parents.is_empty() {
            read_list(&mut builder, family, &parents, None, 1);
        }
    }
    builder.finish()
}

/// References to what exists, does not exist, and must not be deleted while it is referred to.
pub(super) fn references(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let Some(create) = builder.operation(family, Action::Create) else { return builder.finish() };
    let Some((_, node)) = api.operations[create].input(Role::Spec) else { return builder.finish() };
    let referred = builder.referred(family);
    if referred.is_empty() {
        return builder.finish();
    }
    let parents = builder.prepare(family);
    let one = builder.create(family, &parents, "a", Detail::Full);
    for action in [Action::Create, Action::Update] {
        let Some(operation) = builder.operation(family, action) else { continue };
        let name = if action == Action::Create { "b" } else { "a" };
        let mut args = builder.valid(operation, &symbols(&parents, name), Detail::Full);
        args.insert(node.name.to_owned(), value::full(node, &|_| None));
        builder.call(operation, args);
    }
    builder.on(family, Action::Describe, &one, Detail::Least);
    for target in referred {
        let depth = api.families[target].lineage.len();
        let Some(symbol) = builder.existing(api.families[target].table.id, &parents) else {
            continue;
        };
        refer_to(&mut builder, family, &one, (api.families[target].table.id, &symbol));
        let names: Vec<String> = parents.iter().take(depth - 1).cloned().chain([symbol]).collect();
        builder.on(target, Action::Delete, &names, Detail::Least);
        builder.on(target, Action::Describe, &names, Detail::Least);
        builder.on(family, Action::Describe, &one, Detail::Least);
        builder.on(family, Action::Delete, &one, Detail::Least);
        builder.on(target, Action::Delete, &names, Detail::Least);
    }
    builder.finish()
}

/// Has a resource refer to the one of this family and symbol, whatever it referred to before.
fn refer_to(builder: &mut TraceBuilder, family: usize, one: &[String], target: (&str, &str)) {
    let action = if builder.exists(family, one) { Action::Update } else { Action::Create };
    let Some(operation) = builder.operation(family, action) else { return };
    let Some((_, node)) = builder.api().operations[operation].input(Role::Spec) else { return };
    let spec = value::full(node, &|id| (id == target.0).then(|| target.1.to_owned()));
    let mut args = builder.valid(operation, one, Detail::Full);
    args.insert(node.name.to_owned(), spec);
    builder.call(operation, args);
}

/// Updates after a while, when even a clock of whole seconds has moved on: of what is new, or of what
/// was made again, so that what goes wrong with the one does not hide the other.
pub(super) fn pause(api: &'static Api, again: bool) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let mut made = Vec::new();
    for family in 0..api.families.len() {
        if let Some(update) = builder.operation(family, Action::Update) {
            let parents = builder.prepare(family);
            let one = builder.create(family, &parents, "a", Detail::Full);
            if again {
                builder.on(family, Action::Delete, &one, Detail::Least);
                builder.create(family, &parents, "a", Detail::Full);
            }
            made.push((update, one));
        }
    }
    let mut pause_ms = PAUSE_MS;
    for (update, names) in made {
        let args = builder.valid(update, &names, Detail::Other);
        builder.call_after(pause_ms, update, args);
        pause_ms = 0;
    }
    builder.finish()
}
