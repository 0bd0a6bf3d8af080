//! Scenarios: what the tables offer, visited systematically.
//!
//! The main function is [`all`]: for every family its life, its absence, its tokens, its children
//! and its lists, and for every operation every bound of every member. Each scenario is a trace of
//! its own, so that what goes wrong in one does not spoil another.

use std::collections::BTreeMap;

use appmesh_model::api::Api;
use appmesh_model::operation::{Location, Role, Verb};
use appmesh_model::schema::Node;
use appmesh_model::shape::{Kind, Text};
use appmesh_model::world::Key;
use serde_json::json;

use super::draft::{Args, Detail, Draft};
use super::value::{self, ABSENT, EditKind};
use crate::trace::{Arg, Garbage, Trace};

/// Longer than a clock that tells whole seconds needs to move on.
const PAUSE_MS: u64 = appmesh_model::answer::CLOCK_STEP_MS + 50;

/// How long a trace of bounds may get.
const MOST_BOUNDS: usize = 20;

/// More than a page without a limit holds.
const MANY: usize = appmesh_model::DEFAULT_LIMIT as usize + 3;

/// Every scenario that an API offers, the short ones first.
pub fn all(api: &'static Api) -> Vec<Trace> {
    let mut traces = Vec::new();
    let families = 0..api.families.len();
    for family in families.clone() {
        traces.push(life(api, family));
        traces.push(second_life(api, family));
        traces.push(absence(api, family));
        traces.push(parents_missing(api, family));
        traces.push(tokens(api, family));
        traces.push(children(api, family));
        traces.push(namesakes(api, family));
        traces.push(parent_again(api, family));
        traces.push(names(api, family));
        traces.push(references(api, family));
    }
    for operation in &api.operations {
        traces.extend(bounds(api, operation.index));
        traces.push(garbage(api, operation.index));
    }
    for family in families.clone() {
        traces.push(pages(api, family));
        traces.push(moving_pages(api, family));
    }
    for family in families {
        traces.push(many(api, family));
    }
    traces.push(pause(api));
    traces.retain(|trace| !trace.steps.is_empty());
    traces
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
    let Some(list) = draft.operation(family, Verb::List) else { return };
    let args = list_args(draft, list, parents, limit);
    let mut step = draft.call(list, args.clone());
    for _ in 1..pages {
        let next = with_page_token(draft, list, args.clone(), Arg::PageAfter(step));
        step = draft.call(list, next);
    }
}

/// From create to delete, looked at after every change, and once again from the start.
fn life(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let parents = draft.prepare(family);
    read_list(&mut draft, family, &parents, None, 1);
    let one = draft.create(family, &parents, "a", Detail::Full);
    draft.on(family, Verb::Describe, &one, Detail::Least);
    for detail in [Detail::Full, Detail::Least] {
        draft.on(family, Verb::Create, &one, detail);
        draft.on(family, Verb::Describe, &one, Detail::Least);
    }
    read_list(&mut draft, family, &parents, None, 1);
    for detail in [Detail::Other, Detail::Full, Detail::Full, Detail::Least] {
        draft.on(family, Verb::Update, &one, detail);
        draft.on(family, Verb::Describe, &one, Detail::Least);
    }
    draft.create(family, &parents, "b", Detail::Least);
    read_list(&mut draft, family, &parents, None, 1);
    draft.on(family, Verb::Delete, &one, Detail::Least);
    for verb in [Verb::Describe, Verb::Update, Verb::Delete] {
        draft.on(family, verb, &one, Detail::Least);
    }
    read_list(&mut draft, family, &parents, None, 1);
    draft.finish()
}

/// A name used again after its resource was deleted.
fn second_life(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let parents = draft.prepare(family);
    let one = draft.create(family, &parents, "a", Detail::Full);
    draft.on(family, Verb::Update, &one, Detail::Other);
    draft.on(family, Verb::Delete, &one, Detail::Least);
    draft.create(family, &parents, "a", Detail::Least);
    draft.on(family, Verb::Describe, &one, Detail::Least);
    draft.on(family, Verb::Update, &one, Detail::Full);
    draft.on(family, Verb::Describe, &one, Detail::Least);
    read_list(&mut draft, family, &parents, None, 1);
    draft.on(family, Verb::Delete, &one, Detail::Least);
    draft.on(family, Verb::Describe, &one, Detail::Least);
    draft.finish()
}

/// Calls on what was never made.
fn absence(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let parents = draft.prepare(family);
    let absent = symbols(&parents, ABSENT);
    for verb in [Verb::Describe, Verb::Update, Verb::Delete] {
        draft.on(family, verb, &absent, Detail::Least);
    }
    draft.finish()
}

/// Every call with one of the ancestors missing.
fn parents_missing(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let parents = draft.prepare(family);
    for depth in 0..parents.len() {
        let mut elsewhere = parents.clone();
        elsewhere[depth] = ABSENT.to_owned();
        let one = symbols(&elsewhere, "a");
        for verb in [Verb::Create, Verb::Describe, Verb::Update, Verb::Delete] {
            draft.on(family, verb, &one, Detail::Least);
        }
        read_list(&mut draft, family, &elsewhere, None, 1);
    }
    draft.finish()
}

/// Client tokens: the same call again, another call with the same token, later calls.
fn tokens(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let parents = draft.prepare(family);
    let one = symbols(&parents, "a");
    let with_token = |draft: &Draft, verb, names: &[String], detail, token: &str| {
        let operation = draft.operation(family, verb)?;
        let (input, _) = api.operations[operation].input(Role::ClientToken)?;
        let mut args = draft.valid(operation, names, detail);
        args.insert(input.name.to_owned(), Arg::Token { symbol: token.to_owned(), length: None });
        Some((operation, args))
    };
    let calls = [
        (Verb::Create, "a", Detail::Full, "t1"),
        (Verb::Create, "a", Detail::Full, "t1"),
        (Verb::Create, "a", Detail::Full, "t1"),
        (Verb::Create, "a", Detail::Full, "t2"),
        (Verb::Create, "b", Detail::Full, "t1"),
        (Verb::Update, "a", Detail::Other, "t3"),
        (Verb::Update, "a", Detail::Other, "t3"),
        (Verb::Update, "a", Detail::Full, "t3"),
        (Verb::Describe, "a", Detail::Least, ""),
        (Verb::Create, "a", Detail::Full, "t1"),
        (Verb::Delete, "a", Detail::Least, ""),
        (Verb::Create, "a", Detail::Full, "t4"),
        (Verb::Describe, "a", Detail::Least, ""),
    ];
    for (verb, name, detail, token) in calls {
        let names = symbols(&parents, name);
        match with_token(&draft, verb, &names, detail, token) {
            Some((operation, args)) => {
                draft.call(operation, args);
            }
            None => draft.on(family, verb, &names, detail),
        }
    }
    draft.on(family, Verb::Describe, &one, Detail::Least);
    draft.finish()
}

/// What holds others: not to be deleted until the last of them is gone.
fn children(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let children = api.families[family].children.clone();
    if children.is_empty() {
        return draft.finish();
    }
    let parents = draft.prepare(family);
    let one = draft.create(family, &parents, "a", Detail::Least);
    for child in children {
        for referred in draft.referred(child) {
            let root: Vec<String> =
                one.iter().take(api.families[referred].lineage.len() - 1).cloned().collect();
            if draft.existing(api.families[referred].table.id, &one).is_none() {
                draft.create(referred, &root, "r", Detail::Least);
            }
        }
        for symbol in ["c", "d"] {
            draft.create(child, &one, symbol, Detail::Least);
        }
        draft.on(family, Verb::Delete, &one, Detail::Least);
        draft.on(family, Verb::Describe, &one, Detail::Least);
        draft.on(child, Verb::Describe, &symbols(&one, "c"), Detail::Least);
        draft.on(child, Verb::Delete, &symbols(&one, "d"), Detail::Least);
        draft.on(family, Verb::Delete, &one, Detail::Least);
        draft.on(child, Verb::Delete, &symbols(&one, "c"), Detail::Least);
    }
    for child in api.families[family].children.clone() {
        for key in ["c", "d", "r"] {
            let names = symbols(&one, key);
            if draft.world().contains(&Key::new(child, names.iter().map(String::as_str))) {
                draft.on(child, Verb::Delete, &names, Detail::Least);
            }
        }
    }
    draft.on(family, Verb::Delete, &one, Detail::Least);
    draft.on(family, Verb::Describe, &one, Detail::Least);
    draft.finish()
}

/// Two parents with children of the same name: one child's fate is not the other's.
fn namesakes(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let lineage = api.families[family].lineage.clone();
    let [.., parent, _] = lineage[..] else { return draft.finish() };
    let first = draft.prepare(family);
    let mut second = first.clone();
    second.pop();
    let second = draft.create(parent, &second, "q", Detail::Least);
    for referred in draft.referred(family) {
        if draft.existing(api.families[referred].table.id, &second).is_none() {
            let root: Vec<String> =
                second.iter().take(api.families[referred].lineage.len() - 1).cloned().collect();
            draft.create(referred, &root, "r", Detail::Least);
        }
    }
    for parents in [&first, &second] {
        draft.create(family, parents, "a", Detail::Full);
    }
    draft.on(family, Verb::Update, &symbols(&first, "a"), Detail::Other);
    for parents in [&first, &second] {
        draft.on(family, Verb::Describe, &symbols(parents, "a"), Detail::Least);
        read_list(&mut draft, family, parents, None, 1);
    }
    draft.on(family, Verb::Delete, &symbols(&first, "a"), Detail::Least);
    for parents in [&first, &second] {
        draft.on(family, Verb::Describe, &symbols(parents, "a"), Detail::Least);
        read_list(&mut draft, family, parents, None, 1);
    }
    draft.finish()
}

/// A parent that is created twice, and one that is deleted and made again: what lives in the
/// first is not lost, and the second is empty.
fn parent_again(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let lineage = api.families[family].lineage.clone();
    let [.., parent, _] = lineage[..] else { return draft.finish() };
    let parents = draft.prepare(family);
    let one = draft.create(family, &parents, "a", Detail::Least);
    draft.on(parent, Verb::Create, &parents, Detail::Least);
    draft.on(family, Verb::Describe, &one, Detail::Least);
    draft.create(family, &parents, "b", Detail::Least);
    read_list(&mut draft, family, &parents, None, 1);
    draft.on(parent, Verb::Update, &parents, Detail::Full);
    draft.on(family, Verb::Describe, &one, Detail::Least);
    let held: Vec<(usize, Vec<String>)> = draft
        .world()
        .resources()
        .map(|(key, _)| (key.family, key.names().map(str::to_owned).collect::<Vec<_>>()))
        .filter(|(_, names)| names.len() > parents.len() && names.starts_with(&parents))
        .collect();
    for (family, names) in held.into_iter().rev() {
        draft.on(family, Verb::Delete, &names, Detail::Least);
    }
    draft.on(parent, Verb::Delete, &parents, Detail::Least);
    draft.on(family, Verb::Describe, &one, Detail::Least);
    draft.on(parent, Verb::Create, &parents, Detail::Least);
    draft.on(family, Verb::Describe, &one, Detail::Least);
    read_list(&mut draft, family, &parents, None, 1);
    draft.finish()
}

/// Names as long and as short as they may be, and of unusual characters.
fn names(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let parents = draft.prepare(family);
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
    let verbs =
        [Verb::Create, Verb::Describe, Verb::Update, Verb::Create, Verb::Delete, Verb::Describe];
    for spelling in spellings {
        for verb in verbs {
            let Some(operation) = draft.operation(family, verb) else { continue };
            let Some((input, _)) = api.operations[operation].input(own) else { continue };
            let mut args = draft.valid(operation, &symbols(&parents, "a"), Detail::Least);
            args.insert(input.name.to_owned(), spelling.clone());
            draft.call(operation, args);
        }
        // The list of the root is everybody's, and only read where that is the point.
        if !parents.is_empty() {
            read_list(&mut draft, family, &parents, None, 1);
        }
    }
    draft.finish()
}

/// References to what exists, does not exist, and must not be deleted while it is referred to.
fn references(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let Some(create) = draft.operation(family, Verb::Create) else { return draft.finish() };
    let Some((_, node)) = api.operations[create].input(Role::Spec) else { return draft.finish() };
    let referred = draft.referred(family);
    if referred.is_empty() {
        return draft.finish();
    }
    let parents = draft.prepare(family);
    let one = draft.create(family, &parents, "a", Detail::Full);
    for verb in [Verb::Create, Verb::Update] {
        let Some(operation) = draft.operation(family, verb) else { continue };
        let name = if verb == Verb::Create { "b" } else { "a" };
        let mut args = draft.valid(operation, &symbols(&parents, name), Detail::Full);
        args.insert(node.name.to_owned(), value::full(node, &|_| None));
        draft.call(operation, args);
    }
    draft.on(family, Verb::Describe, &one, Detail::Least);
    for target in referred {
        let depth = api.families[target].lineage.len();
        let Some(symbol) = draft.existing(api.families[target].table.id, &parents) else {
            continue;
        };
        let names: Vec<String> = parents.iter().take(depth - 1).cloned().chain([symbol]).collect();
        draft.on(target, Verb::Delete, &names, Detail::Least);
        draft.on(target, Verb::Describe, &names, Detail::Least);
        draft.on(family, Verb::Describe, &one, Detail::Least);
        draft.on(family, Verb::Delete, &one, Detail::Least);
        draft.on(target, Verb::Delete, &names, Detail::Least);
    }
    draft.finish()
}

/// Every bound of every member of an operation: on it, one past it, and other wrong things.
///
/// In traces of moderate length: a target that fails on many of them leaves it open what it has
/// done, and a long trace would have to be given up.
fn bounds(api: &'static Api, operation: usize) -> Vec<Trace> {
    let compiled = &api.operations[operation];
    let family = compiled.family;
    let begin = || {
        let mut draft = Draft::new(api);
        let parents = draft.prepare(family);
        let one = draft.create(family, &parents, "a", Detail::Full);
        (draft, parents, one)
    };
    let mut traces = Vec::new();
    let (mut draft, mut parents, mut one) = begin();
    for (input, node) in &compiled.inputs {
        let base = base_argument(&draft, input.role, node, &one);
        let mut edits = value::edits(node);
        if input.location == Location::Body {
            edits.push(value::Edit { path: Vec::new(), kind: EditKind::Drop });
        }
        if input.role == Role::Limit {
            let no_number = EditKind::Set(Arg::Plain(json!("many")));
            edits.push(value::Edit { path: Vec::new(), kind: no_number });
        }
        for edit in edits {
            if draft.len() > MOST_BOUNDS {
                let full = std::mem::replace(&mut draft, Draft::new(api));
                traces.push(full.finish());
                (draft, parents, one) = begin();
            }
            let mut names = one.clone();
            if compiled.table.verb == Verb::Create {
                names.pop();
                names.push(draft.fresh());
            }
            let mut args = draft.valid(operation, &names, Detail::Full);
            if edit.path.is_empty() && edit.kind == EditKind::Drop {
                args.remove(input.name);
                draft.call(operation, args);
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
                *symbol = draft.fresh();
            }
            if let (Role::ClientToken, Arg::Token { symbol, .. }) = (input.role, &mut argument) {
                *symbol = draft.fresh();
            }
            args.insert(input.name.to_owned(), argument);
            isolate(&draft, operation, &mut args, node);
            draft.call(operation, args);
            if compiled.table.verb == Verb::Delete
                && !draft.world().contains(&Key::new(family, one.iter().map(String::as_str)))
            {
                draft.create(family, &parents, "a", Detail::Full);
            }
        }
    }
    traces.push(draft.finish());
    traces
}

/// Takes optional members out as long as that leaves fewer reasons to refuse a call: of two reasons
/// one hides the other, so the bound that is to be seen should be the only one.
fn isolate(draft: &Draft, operation: usize, args: &mut Args, node: &Node) {
    let reasons = |args: &Args| {
        let expectation = draft.expectation(operation, args)?;
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
fn base_argument(draft: &Draft, role: Role, node: &Node, names: &[String]) -> Arg {
    match (role, &node.shape.kind) {
        (Role::Name(depth), _) => {
            names.get(depth).map_or_else(|| Arg::name("a"), |symbol| Arg::name(symbol.as_str()))
        }
        (_, Kind::Text { text: Text::Account, .. }) => Arg::Owner,
        _ => value::full(node, &|family| draft.existing(family, names)),
    }
}

/// Bodies that are no JSON object.
fn garbage(api: &'static Api, operation: usize) -> Trace {
    let mut draft = Draft::new(api);
    let compiled = &api.operations[operation];
    if !compiled.table.inputs.iter().any(|input| input.location == Location::Body) {
        return draft.finish();
    }
    let parents = draft.prepare(compiled.family);
    let one = draft.create(compiled.family, &parents, "a", Detail::Least);
    for garbage in Garbage::ALL {
        let args = draft.valid(operation, &one, Detail::Least);
        draft.garbage(operation, args, garbage);
    }
    draft.on(compiled.family, Verb::Describe, &one, Detail::Least);
    draft.finish()
}

/// Lists of five on pages of every interesting size, and tokens used in every wrong way.
fn pages(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let Some(list) = draft.operation(family, Verb::List) else { return draft.finish() };
    let parents = draft.prepare(family);
    for symbol in ["a", "b", "c", "d", "e"] {
        draft.create(family, &parents, symbol, Detail::Least);
    }
    // On a shared target the root list holds more, so it may take more pages than five.
    for (limit, pages) in [
        (Some(1), 7),
        (Some(2), 4),
        (Some(4), 3),
        (Some(5), 2),
        (Some(6), 2),
        (Some(100), 1),
        (None, 1),
    ] {
        read_list(&mut draft, family, &parents, limit, pages);
    }
    let args = list_args(&draft, list, &parents, Some(2));
    let first = draft.call(list, args.clone());
    for token in [
        Arg::PageAfter(first),
        Arg::PageAfter(first),
        Arg::Plain(json!("no-such-token")),
        Arg::Plain(json!("")),
    ] {
        let next = with_page_token(&draft, list, args.clone(), token);
        draft.call(list, next);
    }
    let again = draft.call(list, args.clone());
    let other_limit = list_args(&draft, list, &parents, Some(3));
    let next = with_page_token(&draft, list, other_limit, Arg::PageAfter(again));
    draft.call(list, next);
    let third = draft.call(list, args.clone());
    foreign(&mut draft, family, &parents, &args, third);
    draft.finish()
}

/// The token of one list, sent with another.
fn foreign(
    draft: &mut Draft,
    family: usize,
    parents: &[String],
    args: &BTreeMap<String, Arg>,
    token: u32,
) {
    let api = draft.api();
    if let [.., parent, _] = api.families[family].lineage[..] {
        let above = &parents[..parents.len() - 1];
        let other = draft.create(parent, above, "q", Detail::Least);
        if let Some(list) = draft.operation(family, Verb::List) {
            let args = list_args(draft, list, &other, Some(2));
            let args = with_page_token(draft, list, args, Arg::PageAfter(token));
            draft.call(list, args);
        }
    }
    // What lives in no other is everybody's, and only listed where that is the point.
    let another = api.operations.iter().find(|operation| {
        operation.table.verb == Verb::List
            && operation.family != family
            && !api.families[operation.family].is_root()
            && operation.table.names().count() <= args.len()
            && operation.table.names().all(|input| args.contains_key(input.name))
    });
    if let Some(another) = another.map(|operation| operation.index) {
        let args = list_args(draft, another, parents, Some(2));
        let args = with_page_token(draft, another, args, Arg::PageAfter(token));
        draft.call(another, args);
    }
}

/// Lists whose contents change between the pages.
fn moving_pages(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let Some(list) = draft.operation(family, Verb::List) else { return draft.finish() };
    let parents = draft.prepare(family);
    for symbol in ["a", "b", "c", "d"] {
        draft.create(family, &parents, symbol, Detail::Least);
    }
    let args = list_args(&draft, list, &parents, Some(2));
    let first = draft.call(list, args.clone());
    draft.create(family, &parents, "e", Detail::Least);
    draft.on(family, Verb::Delete, &symbols(&parents, "b"), Detail::Least);
    let next = with_page_token(&draft, list, args.clone(), Arg::PageAfter(first));
    let second = draft.call(list, next);
    draft.on(family, Verb::Delete, &symbols(&parents, "d"), Detail::Least);
    let next = with_page_token(&draft, list, args, Arg::PageAfter(second));
    draft.call(list, next);
    for symbol in ["a", "c", "e"] {
        draft.on(family, Verb::Delete, &symbols(&parents, symbol), Detail::Least);
    }
    read_list(&mut draft, family, &parents, Some(1), 2);
    draft.finish()
}

/// More than a page without a limit holds.
fn many(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let parents = draft.prepare(family);
    for index in 0..MANY {
        draft.create(family, &parents, &format!("m{index:03}"), Detail::Least);
    }
    read_list(&mut draft, family, &parents, None, 2);
    read_list(&mut draft, family, &parents, Some(100), 2);
    for index in [0, MANY - 1] {
        let names = symbols(&parents, &format!("m{index:03}"));
        for verb in [Verb::Describe, Verb::Update, Verb::Describe, Verb::Delete, Verb::Describe] {
            draft.on(family, verb, &names, Detail::Full);
        }
        read_list(&mut draft, family, &parents, None, 2);
    }
    draft.finish()
}

/// Updates after a while, when even a clock of whole seconds has moved on.
fn pause(api: &'static Api) -> Trace {
    let mut draft = Draft::new(api);
    let mut made = Vec::new();
    for family in 0..api.families.len() {
        if let Some(update) = draft.operation(family, Verb::Update) {
            let parents = draft.prepare(family);
            made.push((update, draft.create(family, &parents, "a", Detail::Full)));
        }
    }
    let mut pause_ms = PAUSE_MS;
    for (update, names) in made {
        let args = draft.valid(update, &names, Detail::Other);
        draft.call_after(pause_ms, update, args);
        pause_ms = 0;
    }
    draft.finish()
}
