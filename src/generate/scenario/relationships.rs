//! Kin: parents, children, siblings and namesakes. What happens to one must not happen to another.

use appmesh_model::api::Api;
use appmesh_model::operation::Action;
use appmesh_model::world::Key;

use super::{read_list, symbols};
use crate::generate::draft::{Detail, Draft};
use crate::generate::value::ABSENT;
use crate::trace::Trace;

/// Every call with one of the ancestors missing.
pub(super) fn parents_missing(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let parents = draft.prepare(family);
    for depth in 0..parents.len() {
        let mut elsewhere = parents.clone();
        elsewhere[depth] = ABSENT.to_owned();
        let one = symbols(&elsewhere, "a");
        for action in [Action::Create, Action::Describe, Action::Update, Action::Delete] {
            draft.on(family, action, &one, Detail::Least);
        }
        read_list(&mut draft, family, &elsewhere, None, 1);
    }
    draft.finish()
}

/// What holds others: not to be deleted until the last of them is gone.
pub(super) fn children(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let children = api.families[family].children.clone();
    if children.is_empty() {
        return draft.finish();
    }
    let parents = draft.prepare(family);
    let one = draft.create(family, &parents, "a", Detail::Least);
    for child in children {
        draft.refer(child, &one);
        for symbol in ["c", "d"] {
            draft.create(child, &one, symbol, Detail::Least);
        }
        draft.on(family, Action::Describe, &one, Detail::Least);
        draft.on(child, Action::Update, &symbols(&one, "c"), Detail::Full);
        draft.on(family, Action::Describe, &one, Detail::Least);
        draft.on(family, Action::Delete, &one, Detail::Least);
        draft.on(family, Action::Describe, &one, Detail::Least);
        draft.on(child, Action::Describe, &symbols(&one, "c"), Detail::Least);
        draft.on(child, Action::Delete, &symbols(&one, "d"), Detail::Least);
        draft.on(family, Action::Describe, &one, Detail::Least);
        draft.on(family, Action::Delete, &one, Detail::Least);
        draft.on(child, Action::Delete, &symbols(&one, "c"), Detail::Least);
        // One that was made again counts as well.
        draft.create(child, &one, "c", Detail::Least);
        draft.on(family, Action::Delete, &one, Detail::Least);
        draft.on(child, Action::Describe, &symbols(&one, "c"), Detail::Least);
        draft.on(child, Action::Delete, &symbols(&one, "c"), Detail::Least);
    }
    for child in api.families[family].children.clone() {
        for key in ["c", "d", "r"] {
            let names = symbols(&one, key);
            if draft.world().contains(&Key::new(child, names.iter().map(String::as_str))) {
                draft.on(child, Action::Delete, &names, Detail::Least);
            }
        }
    }
    draft.on(family, Action::Delete, &one, Detail::Least);
    draft.on(family, Action::Describe, &one, Detail::Least);
    draft.finish()
}

/// Three in the same parent: an update and a delete of one leaves the others as they are.
pub(super) fn siblings(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let parents = draft.prepare(family);
    let all = ["a", "b", "c"];
    for symbol in all {
        draft.create(family, &parents, symbol, Detail::Full);
    }
    draft.on(family, Action::Update, &symbols(&parents, "b"), Detail::Other);
    for symbol in all {
        draft.on(family, Action::Describe, &symbols(&parents, symbol), Detail::Least);
    }
    for gone in ["b", "c"] {
        draft.on(family, Action::Delete, &symbols(&parents, gone), Detail::Least);
        for symbol in all {
            draft.on(family, Action::Describe, &symbols(&parents, symbol), Detail::Least);
        }
        if !parents.is_empty() {
            read_list(&mut draft, family, &parents, None, 1);
        }
    }
    draft.on(family, Action::Delete, &symbols(&parents, "c"), Detail::Least);
    draft.create(family, &parents, "d", Detail::Full);
    for symbol in ["a", "d"] {
        draft.on(family, Action::Describe, &symbols(&parents, symbol), Detail::Least);
    }
    draft.finish()
}

/// Two parents with children of the same name: one child's fate is not the other's.
pub(super) fn namesakes(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let lineage = api.families[family].lineage.clone();
    let [.., parent, _] = lineage[..] else { return draft.finish() };
    let first = draft.prepare(family);
    let mut second = first.clone();
    second.pop();
    let second = draft.create(parent, &second, "q", Detail::Least);
    draft.refer(family, &second);
    for parents in [&first, &second] {
        draft.create(family, parents, "a", Detail::Full);
    }
    draft.on(family, Action::Update, &symbols(&first, "a"), Detail::Other);
    for parents in [&first, &second] {
        draft.on(family, Action::Describe, &symbols(parents, "a"), Detail::Least);
        read_list(&mut draft, family, parents, None, 1);
    }
    // What one loses the other keeps.
    draft.on(family, Action::Update, &symbols(&first, "a"), Detail::Least);
    draft.on(family, Action::Describe, &symbols(&second, "a"), Detail::Least);
    draft.on(family, Action::Delete, &symbols(&first, "a"), Detail::Least);
    for parents in [&first, &second] {
        draft.on(family, Action::Describe, &symbols(parents, "a"), Detail::Least);
        read_list(&mut draft, family, parents, None, 1);
    }
    draft.finish()
}

/// A parent that is created twice, and one that is deleted and made again: what lives in the
/// first is not lost, and the second is empty.
pub(super) fn parent_again(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let lineage = api.families[family].lineage.clone();
    let [.., parent, _] = lineage[..] else { return draft.finish() };
    let parents = draft.prepare(family);
    let one = draft.create(family, &parents, "a", Detail::Least);
    draft.on(parent, Action::Create, &parents, Detail::Least);
    draft.on(family, Action::Describe, &one, Detail::Least);
    draft.create(family, &parents, "b", Detail::Least);
    read_list(&mut draft, family, &parents, None, 1);
    draft.on(parent, Action::Update, &parents, Detail::Full);
    draft.on(family, Action::Describe, &one, Detail::Least);
    let held: Vec<(usize, Vec<String>)> = draft
        .world()
        .resources()
        .map(|(key, _)| (key.family, key.names().map(str::to_owned).collect::<Vec<_>>()))
        .filter(|(_, names)| names.len() > parents.len() && names.starts_with(&parents))
        .collect();
    for (family, names) in held.into_iter().rev() {
        draft.on(family, Action::Delete, &names, Detail::Least);
    }
    draft.on(parent, Action::Delete, &parents, Detail::Least);
    for action in [Action::Describe, Action::Create] {
        draft.on(family, action, &one, Detail::Least);
    }
    read_list(&mut draft, family, &parents, None, 1);
    draft.on(parent, Action::Create, &parents, Detail::Least);
    draft.on(family, Action::Describe, &one, Detail::Least);
    read_list(&mut draft, family, &parents, None, 1);
    draft.finish()
}
