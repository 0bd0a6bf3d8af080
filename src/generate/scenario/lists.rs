//! Lists with pages of every size, tokens of every kind, and more resources than a page holds.

use std::collections::BTreeMap;

use appmesh_model::api::Api;
use appmesh_model::operation::Action;
use serde_json::json;

use super::calls::{list_args, read_list, symbols, with_page_token};
use crate::generate::trace_builder::{Detail, TraceBuilder};
use crate::trace::{Arg, Trace};

/// More than a page without a limit holds.
const MANY: usize = appmesh_model::DEFAULT_LIMIT as usize + 3;
/// More pages without an item than any list may end with.
pub(super) const ENDLESS: usize = appmesh_model::MOST_EMPTY_PAGES as usize + 3;

/// Lists of five on pages of every interesting size, and tokens used in every wrong way.
pub(super) fn pages(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let Some(list) = builder.operation(family, Action::List) else { return builder.finish() };
    let parents = builder.prepare(family);
    for symbol in ["a", "b", "c", "d", "e"] {
        builder.create(family, &parents, symbol, Detail::Least);
    }
    // What is told by few calls comes first: a page that is just full, then pages of two.
    read_list(&mut builder, family, &parents, Some(5), 2);
    let args = list_args(&builder, list, &parents, Some(2));
    let first = builder.call(list, args.clone());
    let mut page = first;
    for _ in 1..4 {
        let next = with_page_token(&builder, list, args.clone(), Arg::PageAfter(page));
        page = builder.call(list, next);
    }
    for token in [Arg::PageAfter(first), Arg::Plain(json!("no-such-token")), Arg::Plain(json!(""))]
    {
        let next = with_page_token(&builder, list, args.clone(), token);
        builder.call(list, next);
    }
    let again = builder.call(list, args.clone());
    let other_limit = list_args(&builder, list, &parents, Some(3));
    let next = with_page_token(&builder, list, other_limit, Arg::PageAfter(again));
    builder.call(list, next);
    // On a shared target the root list holds more, so it may take more pages than five.
    for (limit, pages) in [(Some(1), 7), (Some(4), 3), (Some(6), 2), (Some(100), 1), (None, 1)] {
        read_list(&mut builder, family, &parents, limit, pages);
    }
    let third = builder.call(list, args.clone());
    foreign(&mut builder, family, &parents, &args, third);
    builder.finish()
}

/// The token of one list, sent with another.
fn foreign(
    builder: &mut TraceBuilder,
    family: usize,
    parents: &[String],
    args: &BTreeMap<String, Arg>,
    token: u32,
) {
    let api = builder.api();
    if let [.., parent, _] = api.families[family].lineage[..] {
        let above = &parents[..parents.len() - 1];
        let other = builder.create(parent, above, "q", Detail::Least);
        if let Some(list) = builder.operation(family, Action::List) {
            let args = list_args(builder, list, &other, Some(2));
            let args = with_page_token(builder, list, args, Arg::PageAfter(token));
            builder.call(list, args);
        }
    }
    // What lives in no other is everybody's, and only listed where that is the point.
    let another = api.operations.iter().find(|operation| {
        operation.table.action == Action::List
            && operation.family != family
            && !api.families[operation.family].is_root()
            && operation.table.names().count() <= args.len()
            && operation.table.names().all(|input| args.contains_key(input.name))
    });
    if let Some(another) = another.map(|operation| operation.index) {
        let args = list_args(builder, another, parents, Some(2));
        let args = with_page_token(builder, another, args, Arg::PageAfter(token));
        builder.call(another, args);
    }
}

/// Lists whose contents change between the pages.
pub(super) fn moving_pages(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let Some(list) = builder.operation(family, Action::List) else { return builder.finish() };
    let parents = builder.prepare(family);
    read_list(&mut builder, family, &parents, Some(1), 1);
    for symbol in ["a", "b", "c", "d"] {
        builder.create(family, &parents, symbol, Detail::Least);
    }
    let args = list_args(&builder, list, &parents, Some(2));
    let first = builder.call(list, args.clone());
    builder.create(family, &parents, "e", Detail::Least);
    builder.on(family, Action::Delete, &symbols(&parents, "b"), Detail::Least);
    let next = with_page_token(&builder, list, args.clone(), Arg::PageAfter(first));
    let second = builder.call(list, next);
    builder.on(family, Action::Delete, &symbols(&parents, "d"), Detail::Least);
    let next = with_page_token(&builder, list, args, Arg::PageAfter(second));
    builder.call(list, next);
    for symbol in ["a", "c", "e"] {
        builder.on(family, Action::Delete, &symbols(&parents, symbol), Detail::Least);
    }
    read_list(&mut builder, family, &parents, Some(1), 1);
    builder.finish()
}

/// One result, and whatever pages come behind it: at some time a list must end.
pub(super) fn behind_the_end(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let parents = builder.prepare(family);
    builder.create(family, &parents, "a", Detail::Least);
    read_list(&mut builder, family, &parents, Some(1), ENDLESS);
    builder.finish()
}

/// More than a page without a limit holds.
pub(super) fn many(api: &'static Api, family: usize) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let parents = builder.prepare(family);
    for index in 0..MANY {
        builder.create(family, &parents, &format!("m{index:03}"), Detail::Least);
    }
    read_list(&mut builder, family, &parents, None, 2);
    read_list(&mut builder, family, &parents, Some(100), 2);
    for index in [0, MANY - 1] {
        let names = symbols(&parents, &format!("m{index:03}"));
        for action in
            [Action::Describe, Action::Update, Action::Describe, Action::Delete, Action::Describe]
        {
            builder.on(family, action, &names, Detail::Full);
        }
        read_list(&mut builder, family, &parents, None, 2);
    }
    builder.finish()
}
