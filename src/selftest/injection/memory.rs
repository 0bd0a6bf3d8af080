//! History: what a faulty server remembers beyond the memory of a correct one.
//!
//! The main type is [`History`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use appmesh_model::world::{Key, Resource};
use serde_json::Value;

/// A page that was shown, kept under the token of the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ShownPage {
    /// The number of the page, from 1.
    pub number: u32,
    /// The number of results on it and those before.
    pub shown: usize,
    /// It held as many results as it can.
    pub is_full: bool,
    /// Its limit.
    pub limit: Option<i64>,
}

#[derive(Clone, Debug)]
struct Creation {
    serial: u64,
    client_token: Option<String>,
}

/// A list: the family and the names of the parent, joined.
type List = (usize, String);

/// The resource that was deleted last from a list.
#[derive(Clone, Debug)]
pub(super) struct Deleted {
    pub key: Key,
    pub resource: Resource,
    /// No resource beside it was younger.
    pub youngest: bool,
}

/// What happened so far.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// Resources that were deleted, as they were last.
    deleted: BTreeMap<Key, Resource>,
    last_deleted: BTreeMap<List, Deleted>,
    creations: BTreeMap<Key, Creation>,
    /// How often each resource was updated since it was created.
    updates: BTreeMap<Key, u32>,
    /// Resources that have held others.
    parents: BTreeSet<Key>,
    pages: BTreeMap<String, ShownPage>,
    serial: u64,
}

fn list(key: &Key) -> List {
    (key.family, key.parent_path().to_owned())
}

impl History {
    /// Remembers that a resource was created inside of these.
    pub fn record_create(
        &mut self,
        key: &Key,
        client_token: Option<String>,
        ancestors: impl Iterator<Item = Key>,
    ) {
        self.serial += 1;
        self.creations.insert(key.clone(), Creation { serial: self.serial, client_token });
        self.updates.remove(key);
        self.parents.extend(ancestors);
    }

    /// Remembers that a resource was updated.
    pub fn record_update(&mut self, key: &Key) {
        *self.updates.entry(key.clone()).or_default() += 1;
    }

    /// Remembers that a resource was deleted.
    pub fn record_delete(&mut self, key: &Key, resource: &Resource, youngest: bool) {
        self.deleted.insert(key.clone(), resource.clone());
        self.updates.remove(key);
        let last = Deleted { key: key.clone(), resource: resource.clone(), youngest };
        self.last_deleted.insert(list(key), last);
    }

    /// Updates a deleted resource.
    pub fn update_deleted(&mut self, key: &Key, spec: Option<Arc<Value>>) {
        if let Some(deleted) = self.deleted.get_mut(key) {
            deleted.version = deleted.version.map(|version| version + 1);
            deleted.spec = spec.or(deleted.spec.take());
        }
    }

    /// Remembers a page by the token for the next one.
    pub fn record_page(&mut self, token: &str, page: ShownPage) {
        self.pages.insert(token.to_owned(), page);
    }

    /// The page before the one that this token asks for.
    pub fn page(&self, token: &str) -> Option<ShownPage> {
        self.pages.get(token).copied()
    }

    /// The resource as it was when it was deleted last.
    pub fn deleted(&self, key: &Key) -> Option<&Resource> {
        self.deleted.get(key)
    }

    /// The resource that was deleted last beside this one, or from this list.
    pub fn last_deleted(&self, key: &Key) -> Option<&Deleted> {
        self.last_deleted.get(&list(key))
    }

    /// How often a resource was updated since it was created.
    pub fn updates(&self, key: &Key) -> u32 {
        self.updates.get(key).copied().unwrap_or(0)
    }

    /// The client token that created the resource the last time.
    pub fn last_token(&self, key: &Key) -> Option<String> {
        self.creations.get(key).and_then(|creation| creation.client_token.clone())
    }

    /// When the resource was created, as a number that grows.
    pub fn created_at(&self, key: &Key) -> u64 {
        self.creations.get(key).map_or(0, |creation| creation.serial)
    }

    /// Whether the resource ever held others.
    pub fn has_held(&self, key: &Key) -> bool {
        self.parents.contains(key)
    }

    /// Whether a resource beside this one was deleted, or one of this list.
    pub fn has_deleted_beside(&self, key: &Key) -> bool {
        self.last_deleted.contains_key(&list(key))
    }

    /// All resources that are remembered.
    pub fn resources_mut(&mut self) -> impl Iterator<Item = &mut Resource> {
        let last = self.last_deleted.values_mut().map(|last| &mut last.resource);
        self.deleted.values_mut().chain(last)
    }
}
