//! Pages: how the reference server cuts a list into pages.
//!
//! A token says where its list goes on: behind which name, in the order of this run. It holds all
//! it needs, so that any number of clients can read any number of lists side by side.

use std::collections::{BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use appmesh_model::DEFAULT_LIMIT;
use appmesh_model::api::{Api, Call};
use appmesh_model::error::ErrorKind;
use appmesh_model::expect::Expectation;
use appmesh_model::operation::Role;
use appmesh_model::render;
use appmesh_model::world::Key;
use serde_json::{Map, Value, json};

use super::State;
use super::sabotage::Cut;

/// How many used tokens a server remembers that lets a token work once.
const MOST_USED: usize = 10_000;

/// The tokens that were given out and used.
#[derive(Clone, Debug, Default)]
pub struct Cursors {
    given: u64,
    used: BTreeSet<String>,
    order: VecDeque<String>,
}

/// Where a list goes on, as a token tells it.
#[derive(Clone, Debug, PartialEq)]
struct Cursor {
    family: usize,
    parent: String,
    after: String,
    limit: Option<i64>,
    serial: u64,
}

impl Cursor {
    /// The cursor as an opaque token: hexadecimal, so that it needs no encoding in a URL.
    fn seal(&self) -> String {
        let fields =
            json!([self.family, self.parent, self.after, self.limit, self.serial]).to_string();
        fields.bytes().map(|byte| format!("{byte:02x}")).collect()
    }

    fn open(token: &str) -> Option<Self> {
        let bytes: Option<Vec<u8>> = token
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let (family, parent, after, limit, serial) = serde_json::from_slice(&bytes?).ok()?;
        Some(Self { family, parent, after, limit, serial })
    }
}

/// The answer to a list.
///
/// # Errors
/// The error to answer with, if the token is not one that this list goes on with.
pub(super) fn page(
    api: &'static Api,
    state: &mut State,
    call: &Call,
    expectation: &Expectation,
) -> Result<Value, ErrorKind> {
    let key = expectation.key.as_ref().ok_or(ErrorKind::BadRequest)?;
    let operation = &api.operations[call.operation];
    let member = |role| operation.input(role).and_then(|(input, _)| call.input.get(input.name));
    let limit = member(Role::Limit).and_then(Value::as_i64);
    let parent = key.parent_path();
    let cursor = match member(Role::PageToken).and_then(Value::as_str) {
        Some(token) => redeem(state, key, limit, token)?,
        None => None,
    };

    let order = state.choices.order;
    let rank = |name: &str| {
        let mut hasher = DefaultHasher::new();
        (order, name).hash(&mut hasher);
        (if order == 0 { 0 } else { hasher.finish() }, name.to_owned())
    };
    let lineage = &api.families[key.family].lineage;
    let item_key = |name: &str| {
        let parents = key.names().take(lineage.len() - 1);
        Key::new(key.family, parents.chain([name]))
    };
    let ghost = state.sabotage.ghost(key, &state.world);
    let listed = state.world.siblings(key.family, parent).chain(ghost.iter().map(|(key, _)| key));
    let mut names: Vec<(u64, String)> = listed
        .filter(|sibling| !state.sabotage.hides(sibling, &state.world))
        .map(|sibling| rank(sibling.name()))
        .collect();
    names.sort();
    let mut size = usize::try_from(limit.unwrap_or(DEFAULT_LIMIT)).unwrap_or(0);
    if state.choices.short_pages && size > 1 {
        size = 1 + state.choices.which(size);
    }
    let start = cursor.as_ref().map_or(0, |cursor| {
        let after = rank(&cursor.after);
        names.partition_point(|name| *name <= after)
    });
    let late_end = state.choices.late_end;
    let count = names.len();
    let mut cut = Cut { count, start, size, late_end, endless: false, empty_token: false };
    state.sabotage.cut(&mut cut);
    let start = cut.start.min(cut.count);
    let end = start.saturating_add(cut.size).min(cut.count);
    let shown = &names[start..end];
    let is_full = shown.len() == cut.size && cut.size > 0;
    let more = end < cut.count || (cut.late_end && is_full) || cut.endless;

    let family = &api.families[key.family];
    let mut items = Vec::with_capacity(shown.len());
    for (_, name) in shown {
        let item_key = item_key(name);
        let ghost = ghost.as_ref().filter(|(ghost, _)| *ghost == item_key);
        let resource = state.world.get(&item_key).or(ghost.map(|(_, resource)| resource));
        if let Some(resource) = resource {
            let resource = state.sabotage.listed(&item_key, resource);
            items.push(render::item(api, &item_key, &resource));
        }
    }
    let last = shown.last().map(|(_, name)| name).or(cursor.as_ref().map(|cursor| &cursor.after));
    let mut body = Map::new();
    if let (true, Some(last)) = (more, last) {
        state.cursors.given += 1;
        let cursor = Cursor {
            family: key.family,
            parent: parent.to_owned(),
            after: last.clone(),
            limit,
            serial: state.cursors.given,
        };
        let token = cursor.seal();
        state.sabotage.turned(&token, shown.len(), is_full);
        body.insert("nextToken".to_owned(), Value::from(token));
    } else if cut.empty_token {
        body.insert("nextToken".to_owned(), Value::from(""));
    } else if state.choices.null_token {
        body.insert("nextToken".to_owned(), Value::Null);
    }
    body.insert(family.table.list_member.to_owned(), Value::Array(items));
    Ok(Value::Object(body))
}

/// Reads a token and sees that it belongs to this list. None if a token of another list, or of
/// none, is not minded: the list begins anew.
fn redeem(
    state: &mut State,
    key: &Key,
    limit: Option<i64>,
    token: &str,
) -> Result<Option<Cursor>, ErrorKind> {
    let own = |cursor: &Cursor| cursor.family == key.family && cursor.parent == key.parent_path();
    let Some(cursor) = Cursor::open(token).filter(own) else {
        return if state.choices.any_token { Ok(None) } else { Err(ErrorKind::BadRequest) };
    };
    let other_limit = state.choices.fixed_limit && cursor.limit != limit;
    if other_limit || state.cursors.used.contains(token) {
        return Err(ErrorKind::BadRequest);
    }
    if state.choices.token_once {
        state.cursors.used.insert(token.to_owned());
        state.cursors.order.push_back(token.to_owned());
        if state.cursors.order.len() > MOST_USED
            && let Some(oldest) = state.cursors.order.pop_front()
        {
            state.cursors.used.remove(&oldest);
        }
    }
    Ok(Some(cursor))
}
