//! Facts: the situation before a call, as far as the conditions of faults ask.
//!
//! The main type is [`Facts`]; [`Facts::hold`] decides whether a condition holds.

use std::sync::Arc;

use appmesh_model::DEFAULT_LIMIT;
use appmesh_model::api::{Api, Call};
use appmesh_model::expect::{Change, Expectation};
use appmesh_model::operation::{Action, Role};
use appmesh_model::world::{Key, Resource, World};
use serde_json::Value;

use super::memory::{History, ShownPage};
use crate::selftest::fault::behaviour::{Related, When};

/// The most results on a page.
const MOST_RESULTS: usize = DEFAULT_LIMIT as usize;

/// The situation before a call.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// The resource that the call names; for a list, that of its parent with an empty name.
    pub key: Option<Key>,
    /// The resource as it is.
    pub before: Option<Arc<Resource>>,
    /// The resource as it was when it was deleted last.
    pub deleted: Option<Resource>,
    /// The page before the one that the call asks for.
    pub page: Option<ShownPage>,
    /// The limit that the call names.
    pub limit: Option<i64>,
    pub client_token: Option<String>,
    /// The specification that the call sends.
    pub sent: Option<Value>,
    /// The related resources, in the order of [`Related`].
    others: [Option<Key>; 4],
    later_page: bool,
    updates: u32,
    replayed: bool,
    same_token: bool,
    freed: bool,
    held: bool,
    parent_deleted: bool,
    orphaned: bool,
    siblings: usize,
    children: usize,
    updated_children: usize,
    recreated_children: usize,
    /// The length of the longest name that the resource could have.
    longest_name: usize,
}

impl Facts {
    /// The situation before this call.
    pub fn of(
        history: &History,
        api: &Api,
        call: &Call,
        expectation: &Expectation,
        world: &World,
    ) -> Self {
        let operation = &api.operations[call.operation];
        let member = |role| operation.input(role).and_then(|(input, _)| call.input.get(input.name));
        let text = |role| member(role).and_then(Value::as_str);
        let mut facts = Self {
            key: expectation.key.clone(),
            page: text(Role::PageToken).and_then(|token| history.page(token)),
            limit: member(Role::Limit).and_then(Value::as_i64),
            client_token: text(Role::ClientToken).map(str::to_owned),
            sent: member(Role::Spec).cloned(),
            later_page: member(Role::PageToken).is_some(),
            longest_name: api.families[operation.family].longest_name(),
            replayed: expectation.changes == [Change::Replay],
            ..Self::default()
        };
        let Some(key) = &expectation.key else { return facts };
        let siblings: Vec<&Key> = world.siblings(key.family, key.parent_path()).collect();
        facts.siblings = siblings.len();
        facts.freed = history.has_deleted_beside(key);
        let lineage = &api.families[operation.family].lineage;
        let above = lineage[..lineage.len() - 1].iter().enumerate();
        let above = above.map(|(depth, &family)| key.ancestor(family, depth));
        let missing: Vec<Key> = above.filter(|ancestor| !world.contains(ancestor)).collect();
        facts.orphaned = !missing.is_empty();
        facts.parent_deleted = missing.iter().any(|ancestor| history.deleted(ancestor).is_some());
        if operation.table.action == Action::List {
            return facts;
        }
        facts.before = world.get(key).cloned().map(Arc::new);
        facts.deleted = history.deleted(key).cloned();
        facts.updates = history.updates(key);
        facts.same_token =
            facts.client_token.is_some() && history.last_token(key) == facts.client_token;
        facts.held = history.has_held(key);
        let children = &api.families[operation.family].children;
        for (child, _) in children.iter().flat_map(|&child| world.below(child, key)) {
            facts.children += 1;
            facts.updated_children += usize::from(history.updates(child) > 0);
            facts.recreated_children += usize::from(history.deleted(child).is_some());
        }
        let parent = lineage.len().checked_sub(2).map(|depth| key.ancestor(lineage[depth], depth));
        let namesake = world.resources().map(|(other, _)| other).find(|other| {
            other.family == key.family
                && other.name() == key.name()
                && other.parent_path() != key.parent_path()
        });
        let created = |other: &&&Key| history.created_at(other);
        let here = history.created_at(key);
        let older = siblings.iter().filter(|other| created(other) < here).max_by_key(created);
        let younger = siblings.iter().filter(|other| created(other) > here).min_by_key(created);
        facts.others = [
            parent,
            namesake.cloned(),
            older.map(|key| (*key).clone()),
            younger.map(|key| (*key).clone()),
        ];
        facts
    }

    /// Another resource, if there is one.
    pub fn other(&self, related: Related) -> Option<&Key> {
        self.others[related as usize].as_ref()
    }

    /// Whether the resource is the youngest of several.
    pub fn is_youngest(&self) -> bool {
        self.other(Related::Younger).is_none() && self.other(Related::Older).is_some()
    }

    /// Whether an ancestor of the resource does not exist.
    pub fn are_orphaned(&self) -> bool {
        self.orphaned
    }

    /// Whether the call repeats one before it and gets the same answer.
    pub fn are_replayed(&self) -> bool {
        self.replayed
    }

    /// Whether a condition holds.
    pub fn hold(&self, when: When) -> bool {
        let exists = self.before.is_some();
        let was = self.deleted.is_some();
        let page = self.page.map_or(1, |page| page.number + 1);
        match when {
            When::Always => true,
            When::Missing => !exists,
            When::Deleted | When::Again => !exists && was,
            When::Recreated => exists && was,
            When::New => !exists && !was,
            When::AgainSameToken => !exists && was && self.same_token,
            When::FreedSlot => !exists && !was && self.freed,
            When::Replayed => exists && self.replayed,
            When::UpdatedOnce => self.updates == 1,
            When::UpdatedTwice => self.updates >= 2,
            When::ThirdUpdate => self.updates == 2,
            When::RecreatedUpdatedOnce => exists && was && self.updates == 1,
            When::ListShrinks => {
                let old = self.before.as_ref().and_then(|before| before.spec.as_deref());
                old.zip(self.sent.as_ref()).is_some_and(|(old, new)| shrinks(old, new))
            }
            When::Emptied => self.held && self.children == 0,
            When::OneChild => self.children == 1,
            When::UpdatedChildren => self.children > 0 && self.updated_children == self.children,
            When::RecreatedChildren => {
                self.children > 0 && self.recreated_children == self.children
            }
            When::ParentDeleted => self.parent_deleted,
            When::Namesake => exists && self.other(Related::Namesake).is_some(),
            When::OlderSibling => exists && self.other(Related::Older).is_some(),
            When::YoungerSibling => exists && self.other(Related::Younger).is_some(),
            When::Hundred => !exists && self.siblings >= MOST_RESULTS,
            When::OverHundred => self.siblings > MOST_RESULTS,
            When::LongName => {
                let length = self.key.as_ref().map_or(0, |key| key.name().chars().count());
                length == self.longest_name
            }
            When::EmptyList => self.siblings == 0,
            When::EmptiedList => self.siblings == 0 && self.freed,
            When::Limited => self.limit.is_some(),
            When::Unlimited => self.limit.is_none(),
            When::FullLimit => usize::try_from(self.limit.unwrap_or(0)) == Ok(MOST_RESULTS),
            When::LaterPage => self.later_page,
            When::ThirdPage => page >= 3,
            When::LimitChanged => self.page.is_some_and(|page| page.limit != self.limit),
        }
    }
}

/// Whether a list of the old value is shorter in the new one.
fn shrinks(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Array(old), Value::Array(new)) => {
            new.len() < old.len() || old.iter().zip(new).any(|(old, new)| shrinks(old, new))
        }
        (Value::Object(old), Value::Object(new)) => {
            old.iter().any(|(name, old)| new.get(name).is_some_and(|new| shrinks(old, new)))
        }
        _ => false,
    }
}
