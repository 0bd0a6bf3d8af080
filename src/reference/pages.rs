//! Pages: how the reference server cuts a list into pages.
//!
//! The main function is [`page`].

use std::hash::{DefaultHasher, Hash, Hasher};

use appmesh_model::DEFAULT_LIMIT;
use appmesh_model::api::{Api, Call};
use appmesh_model::error::ErrorKind;
use appmesh_model::expect::Expectation;
use appmesh_model::operation::Role;
use appmesh_model::rendering;
use appmesh_model::world::{Key, Resource, World};
use serde_json::{Map, Value};

use super::choices::Choices;
use super::hooks::{Cut, Hooks};
use super::state::State;

/// The answer to a list.
///
/// # Errors
/// The error to answer with, if the token is not one that this list goes on with.
pub(super) fn page(
    api: &Api,
    state: &mut State,
    call: &Call,
    expectation: &Expectation,
) -> Result<Value, ErrorKind> {
    let State { world, choices, hooks, cursors, .. } = state;
    let list = expectation.key.as_ref().ok_or(ErrorKind::BadRequest)?;
    let operation = &api.operations[call.operation];
    let member = |role| operation.input(role).and_then(|(input, _)| call.input.get(input.name));
    let limit = member(Role::Limit).and_then(Value::as_i64);
    let after = match member(Role::PageToken).and_then(Value::as_str) {
        Some(token) => cursors.redeem(choices, list, limit, token)?,
        None => None,
    };
    let (shown, cut) = results(world, choices, hooks.as_ref(), list, limit, after.as_deref());
    let is_full = shown.len() == cut.size && cut.size > 0;
    let more = cut.start + shown.len() < cut.count || (cut.late_end && is_full) || cut.endless;
    let items: Vec<Value> = shown
        .iter()
        .map(|(key, resource)| rendering::item(api, key, &hooks.on_item(key, resource)))
        .collect();
    let last = shown.last().map(|(key, _)| key.name().to_owned()).or(after);
    let mut body = Map::new();
    if let (true, Some(last)) = (more, last) {
        let token = cursors.issue(list, &last, limit);
        hooks.on_token(&token, items.len(), is_full);
        body.insert("nextToken".to_owned(), Value::from(token));
    } else if cut.empty_token {
        body.insert("nextToken".to_owned(), Value::from(""));
    } else if choices.null_token {
        body.insert("nextToken".to_owned(), Value::Null);
    }
    let list_member = api.families[list.family].table.list_member;
    body.insert(list_member.to_owned(), Value::Array(items));
    Ok(Value::Object(body))
}

/// The resources on a page, and how the page is cut; `after` is the last name on the page before.
fn results<'s>(
    world: &'s World,
    choices: &mut Choices,
    hooks: &'s dyn Hooks,
    list: &'s Key,
    limit: Option<i64>,
    after: Option<&str>,
) -> (Vec<(&'s Key, &'s Resource)>, Cut) {
    let order = choices.order;
    let mut size = usize::try_from(limit.unwrap_or(DEFAULT_LIMIT)).unwrap_or(0);
    if choices.short_pages && size > 1 {
        size = 1 + choices.draw(size);
    }
    let extra = hooks.also_listed(list, world);
    let mut keys: Vec<&Key> = world
        .siblings(list.family, list.parent_path())
        .chain(extra.map(|(key, _)| key))
        .filter(|key| !hooks.is_hidden(key, world))
        .collect();
    keys.sort_by_cached_key(|key| rank(order, key.name()));
    let start = after.map_or(0, |after| {
        let after = rank(order, after);
        keys.partition_point(|key| rank(order, key.name()) <= after)
    });
    let mut cut = Cut {
        count: keys.len(),
        start,
        size,
        late_end: choices.late_end,
        endless: false,
        empty_token: false,
    };
    hooks.on_page(&mut cut);
    cut.start = cut.start.min(cut.count);
    let end = cut.start.saturating_add(cut.size).min(cut.count);
    let resource = |key: &Key| {
        let extra = extra.filter(|(other, _)| *other == key);
        world.get(key).or(extra.map(|(_, resource)| resource))
    };
    let shown = keys[cut.start..end].iter().filter_map(|&key| Some((key, resource(key)?)));
    (shown.collect(), cut)
}

/// The place of a name in the order of a run; the order 0 is by name.
fn rank(order: u64, name: &str) -> (u64, &str) {
    if order == 0 {
        return (0, name);
    }
    let mut hasher = DefaultHasher::new();
    (order, name).hash(&mut hasher);
    (hasher.finish(), name)
}
