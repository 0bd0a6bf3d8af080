//! Everyday: a whole life of one resource among a few others, each call of it telling much.
//!
//! The main function is [`everyday`]. Most bugs need a history: a name used before, a second
//! update, a third page, a child that was changed. So the one resource that is followed was there
//! before, has an older and younger ones beside it, and is updated more than once; then every plain
//! call on it is a test of all that came before, too.

use appmesh_model::api::Api;
use appmesh_model::operation::{Action, Role};

use super::lists::ENDLESS;
use super::{on_with_token, read_list, symbols};
use crate::generate::draft::{Detail, Draft};
use crate::trace::{Arg, Trace};

/// As long as a name can be.
const LONGEST_NAME: usize = 255;

/// The life of one resource of a family from before it is there until its parent is gone.
pub(super) fn everyday(api: &'static Api, family: usize) -> Trace {
    let mut draft = Draft::new(api);
    let parents = draft.prepare(family);
    let [one, older] = ["b", "a"].map(|symbol| symbols(&parents, symbol));
    // It comes and goes.
    draft.on(family, Action::Create, &one, Detail::Full);
    draft.on(family, Action::Delete, &one, Detail::Least);
    for action in [Action::Describe, Action::Update, Action::Delete] {
        draft.on(family, action, &one, Detail::Least);
    }
    read_list(&mut draft, family, &parents, None, 1);
    // It comes again, behind another, and with lists that the next update makes shorter.
    draft.on(family, Action::Create, &older, Detail::Full);
    for _ in 0..2 {
        on_with_token(&mut draft, family, Action::Create, &one, Detail::Ample, "t1");
    }
    draft.on(family, Action::Create, &one, Detail::Full);
    draft.on(family, Action::Describe, &one, Detail::Least);
    if draft.operation(family, Action::Update).is_some() {
        change(&mut draft, family, &one, &older);
    }
    // It stands in lists.
    on_longest(&mut draft, family, Action::Create, &parents);
    // What items show does not take pages, so that a plain list is the better example.
    read_list(&mut draft, family, &parents, None, 1);
    walk(&mut draft, family, &parents);
    // The others go, which is not to be its end, nor that of its parent.
    draft.on(family, Action::Delete, &older, Detail::Least);
    on_longest(&mut draft, family, Action::Delete, &parents);
    read_list(&mut draft, family, &parents, None, 1);
    // Of its parent one of the families tells that live there.
    let parent = api.families[family].lineage.iter().rev().nth(1).copied();
    let parent = parent.filter(|&parent| api.families[parent].children.last() == Some(&family));
    if let Some(parent) = parent {
        draft.on(parent, Action::Describe, &parents, Detail::Least);
        draft.on(parent, Action::Delete, &parents, Detail::Least);
    }
    // It goes, comes as if by the same call as before, and goes for good.
    draft.on(family, Action::Delete, &one, Detail::Least);
    on_with_token(&mut draft, family, Action::Create, &one, Detail::Least, "t1");
    read_list(&mut draft, family, &parents, None, 1);
    if let Some(parent) = parent {
        draft.on(family, Action::Delete, &one, Detail::Least);
        draft.on(parent, Action::Delete, &parents, Detail::Least);
        draft.on(family, Action::Create, &one, Detail::Least);
        read_list(&mut draft, family, &parents, None, 1);
    }
    draft.finish()
}

/// It changes, time and again, and the one beside it does not.
fn change(draft: &mut Draft, family: usize, one: &[String], older: &[String]) {
    draft.on(family, Action::Update, one, Detail::Other);
    for names in [one, older] {
        draft.on(family, Action::Describe, names, Detail::Least);
    }
    draft.on(family, Action::Update, one, Detail::Least);
    draft.on(family, Action::Describe, one, Detail::Least);
    for _ in 0..2 {
        on_with_token(draft, family, Action::Update, one, Detail::Full, "t2");
    }
}

/// Calls an operation on a resource with the longest name that there can be.
fn on_longest(draft: &mut Draft, family: usize, action: Action, parents: &[String]) {
    let Some(operation) = draft.operation(family, action) else { return };
    let own = Role::Name(parents.len());
    let Some((input, _)) = draft.api().operations[operation].input(own) else { return };
    let mut args = draft.valid(operation, &symbols(parents, "l"), Detail::Least);
    let longest = Arg::Name { symbol: "l".to_owned(), length: Some(LONGEST_NAME) };
    args.insert(input.name.to_owned(), longest);
    draft.call(operation, args);
}

/// Lists one on each page, and whatever comes behind the last.
fn walk(draft: &mut Draft, family: usize, parents: &[String]) {
    read_list(draft, family, parents, Some(1), 3 + ENDLESS);
}
