//! Transitions: the world after a call that was done.
//!
//! The main function is [`apply`], for the judge and for a server alike. It never looks at what is
//! permitted.

use std::sync::Arc;

use serde_json::Value;

use crate::answer::Reading;
use crate::api::Api;
use crate::expect::Change;
use crate::world::{Key, Resource, World};

/// What an answer told of a resource.
#[derive(Clone, Copy)]
pub(crate) struct Told<'a> {
    /// The operation that was answered.
    pub by: usize,
    pub reading: &'a Reading<'a>,
}

/// Applies a change that a call made, and learns what its answer told.
pub(crate) fn apply(
    api: &Api,
    world: &mut World,
    key: &Key,
    change: Change,
    sent: Option<Arc<Value>>,
    told: Option<Told<'_>>,
    answered_ms: u64,
) {
    if let Some(spec) = &sent {
        imply(api, world, key, spec);
    }
    match change {
        Change::Create => {
            let generation = world.next_generation(key);
            let mut resource = Resource::new(generation, sent, answered_ms);
            if world.implies(key) {
                resource.version = None;
            }
            if let Some(told) = told {
                learn(&mut resource, told);
            }
            world.insert(key.clone(), resource);
        }
        Change::Replace { counts } => {
            world.outdate_tokens(key);
            world.note_change(key);
            world.change(key, |resource| {
                resource.replace(sent);
                resource.changed_ms = answered_ms;
                let next = |version: i64| version.saturating_add(i64::from(counts));
                resource.version = resource.version.map(next);
                resource.contradict(|_, others| {
                    others.version.change(|version| *version = next(*version));
                    (others.last_updated_at, others.spec) = Default::default();
                    others.left_over = None;
                });
                // An update may have moved the time even where it did not count.
                resource.last_updated_at = None;
                if let Some(told) = told {
                    learn(resource, told);
                }
            });
        }
        Change::Remove => world.remove(key),
        Change::Read => {
            if let Some(told) = told {
                world.change(key, |resource| learn(resource, told));
            }
        }
        // A replay answers the past: only what never changes is learnt.
        Change::Replay => {
            if let Some(Told { by, reading }) = told {
                let lasting = Reading { version: None, last_updated_at: None, ..*reading };
                world.change(key, |resource| learn(resource, Told { by, reading: &lasting }));
            }
        }
        Change::Page => {}
    }
}

/// Notes the resources that a specification may bring into being by naming them.
fn imply(api: &Api, world: &mut World, key: &Key, spec: &Value) {
    let by = api.families[key.family].table.id;
    for (family, referred) in api.references(key, spec) {
        if let Some(referred) = referred.filter(|_| family.table.implied_by.contains(&by)) {
            world.imply(referred);
        }
    }
}

/// Takes over what an answer tells of a resource.
fn learn(resource: &mut Resource, told: Told<'_>) {
    let Told { by, reading } = told;
    resource.contradict(|known, others| {
        others.uid.learn(&mut known.uid, reading.uid, by);
        others.arn.learn(&mut known.arn, reading.arn, by);
        others.owners.learn(&mut known.owners, reading.owners, by);
        others.version.learn(&mut known.version, reading.version, by);
        others.created_at.learn(&mut known.created_at, reading.created_at, by);
        others.last_updated_at.learn(&mut known.last_updated_at, reading.last_updated_at, by);
    });
}

/// Takes over a specification that came back otherwise than it was sent, so that it is not
/// reported again and again. That the answer is wrong and not the resource stays possible.
pub(crate) fn adopt_spec(world: &mut World, key: &Key, told: Told<'_>, left_over: bool) {
    let Told { by, reading } = told;
    world.change(key, |resource| {
        resource.contradict(|known, others| {
            others.spec.learn(&mut known.spec, reading.spec, by);
            if left_over {
                others.left_over = known.spec.clone();
            }
            known.odd |= others.spec.is_exhausted();
        });
    });
}
