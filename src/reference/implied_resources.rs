//! Implied resources: those that the server makes because a specification names them.
//!
//! The main type is [`Implied`]. The documents leave open whether such a resource exists before it is
//! created; a server may choose so.

use std::collections::BTreeSet;

use appmesh_model::api::Api;
use appmesh_model::rendering;
use appmesh_model::world::{Key, Resource, World};
use serde_json::Value;

use super::clock::Clock;
use super::identity::minted;

/// The resources that the server made by itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Implied {
    /// Everything that specifications have named.
    named: BTreeSet<Key>,
    /// What exists because it was named, and was not created yet.
    made: BTreeSet<Key>,
}

impl Implied {
    /// Makes the resources that the last change was the first to name.
    pub fn make(&mut self, api: &Api, world: &mut World, clock: &mut Clock) {
        let new: Vec<Key> =
            world.implied().filter(|key| !self.named.contains(*key)).cloned().collect();
        for key in new {
            self.named.insert(key.clone());
            if !world.contains(&key) {
                let generation = world.next_generation(&key);
                world.insert(key.clone(), minted(clock.tick()).resource(api, &key, generation));
                self.made.insert(key);
            }
        }
    }

    /// Takes a resource out of the world that was made and is to be created now.
    pub fn take(&mut self, world: &mut World, key: &Key) -> Option<Resource> {
        if !self.made.remove(key) {
            return None;
        }
        let made = world.get(key).cloned()?;
        world.remove(key);
        world.forget(key);
        Some(made)
    }

    /// Puts a resource back that could not be created.
    pub fn put_back(&mut self, world: &mut World, key: &Key, made: Resource) {
        self.made.insert(key.clone());
        world.insert(key.clone(), made);
    }
}

/// Gives a resource that was created now the identity, time and version that follow from its having
/// been made before. Returns the answer to its create.
pub(crate) fn go_on(api: &Api, world: &mut World, key: &Key, made: &Resource) -> Option<Value> {
    world.change(key, |resource| {
        resource.uid.clone_from(&made.uid);
        resource.created_at = made.created_at;
        resource.version = made.version.map(|version| version + 1);
    });
    Some(rendering::resource(api, key, world.get(key)?, "ACTIVE"))
}
