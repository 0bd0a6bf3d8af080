//! History: what a faulty server remembers beyond what a correct one needs.
//!
//! The main type is [`History`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use appmesh_model::world::{Key, Resource};
use serde_json::Value;

/// A page that was answered, kept under the token of the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    /// Which page it was, from 1.
    pub page: u32,
    /// How many results were on it and those before.
    pub shown: usize,
    /// It held as many results as it can.
    pub full: bool,
    /// Its limit.
    pub limit: Option<i64>,
}

#[derive(Clone, Debug)]
struct Birth {
    serial: u64,
    client_token: Option<String>,
}

/// What a list holds: the family and the names of the parent, joined.
type List = (usize, String);

/// What was deleted last from a list.
#[derive(Clone, Debug)]
pub(super) struct Gone {
    pub key: Key,
    pub resource: Resource,
    /// Nothing beside it was younger.
    pub youngest: bool,
}

/// What happened so far.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// Resources that were deleted, as they were last.
    gone: BTreeMap<Key, Resource>,
    last_gone: BTreeMap<List, Gone>,
    births: BTreeMap<Key, Birth>,
    /// How often each resource was updated since it was made.
    updates: BTreeMap<Key, u32>,
    /// Resources that have held others.
    parents: BTreeSet<Key>,
    leaves: BTreeMap<String, Leaf>,
    serial: u64,
}

fn list(key: &Key) -> List {
    (key.family, key.parent_path().to_owned())
}

impl History {
    /// A resource was made inside of these.
    pub fn created(
        &mut self,
        key: &Key,
        client_token: Option<String>,
        ancestors: impl Iterator<Item = Key>,
    ) {
        self.serial += 1;
        self.births.insert(key.clone(), Birth { serial: self.serial, client_token });
        self.updates.remove(key);
        self.parents.extend(ancestors);
    }

    /// A resource was updated.
    pub fn updated(&mut self, key: &Key) {
        *self.updates.entry(key.clone()).or_default() += 1;
    }

    /// A resource was deleted.
    pub fn deleted(&mut self, key: &Key, resource: &Resource, youngest: bool) {
        self.gone.insert(key.clone(), resource.clone());
        self.updates.remove(key);
        let gone = Gone { key: key.clone(), resource: resource.clone(), youngest };
        self.last_gone.insert(list(key), gone);
    }

    /// A resource was updated although it is gone.
    pub fn updated_gone(&mut self, key: &Key, spec: Option<Arc<Value>>) {
        if let Some(gone) = self.gone.get_mut(key) {
            gone.version = gone.version.map(|version| version + 1);
            gone.spec = spec.or(gone.spec.take());
        }
    }

    /// A page was answered, and this token for the next one.
    pub fn turned(&mut self, token: &str, leaf: Leaf) {
        self.leaves.insert(token.to_owned(), leaf);
    }

    /// The page that this token goes on from.
    pub fn leaf(&self, token: &str) -> Option<Leaf> {
        self.leaves.get(token).copied()
    }

    /// The resource as it was when it was deleted last.
    pub fn gone(&self, key: &Key) -> Option<&Resource> {
        self.gone.get(key)
    }

    /// What was deleted last beside this one, or from this list.
    pub fn last_gone(&self, key: &Key) -> Option<&Gone> {
        self.last_gone.get(&list(key))
    }

    /// How often a resource was updated since it was made.
    pub fn updates(&self, key: &Key) -> u32 {
        self.updates.get(key).copied().unwrap_or(0)
    }

    /// The client token that made the resource the last time.
    pub fn last_token(&self, key: &Key) -> Option<String> {
        self.births.get(key).and_then(|birth| birth.client_token.clone())
    }

    /// When the resource was made, as a number that grows.
    pub fn birth(&self, key: &Key) -> u64 {
        self.births.get(key).map_or(0, |birth| birth.serial)
    }

    /// Whether the resource ever held others.
    pub fn has_held(&self, key: &Key) -> bool {
        self.parents.contains(key)
    }

    /// Whether something beside this one was deleted, or from this list.
    pub fn has_freed(&self, key: &Key) -> bool {
        self.last_gone.contains_key(&list(key))
    }
}
