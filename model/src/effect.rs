//! Effects: what a call that the target is believed to have done leaves behind.
//!
//! The main function is [`apply`]. It never looks at what is permitted.

use std::sync::Arc;

use serde_json::Value;

use crate::answer::Reading;
use crate::expect::Change;
use crate::world::{Key, Resource, World};

/// Applies a change that the target is believed to have made, and learns what its answer told.
pub(crate) fn apply(
    world: &mut World,
    key: &Key,
    change: Change,
    sent: Option<Arc<Value>>,
    reading: Option<&Reading<'_>>,
    answered_ms: u64,
) {
    match change {
        Change::Create => {
            let generation = world.next_generation(key);
            let mut resource = Resource::new(generation, sent, answered_ms);
            if let Some(reading) = reading {
                learn(&mut resource, reading);
            }
            world.insert(key.clone(), resource);
        }
        Change::Replace { counts } => {
            world.outdate_tokens(key);
            world.note_change(key);
            world.change(key, |resource| {
                resource.previous = resource.spec.take();
                resource.spec = sent;
                resource.changed_ms = answered_ms;
                if counts {
                    resource.version = resource.version.map(|version| version.saturating_add(1));
                }
                // Lost, an update may have moved the time even where it did not count.
                if counts || reading.is_none() {
                    resource.last_updated_at = None;
                }
                if let Some(reading) = reading {
                    learn(resource, reading);
                }
            });
        }
        Change::Remove => world.remove(key),
        Change::Read => {
            if let Some(reading) = reading {
                world.change(key, |resource| learn(resource, reading));
            }
        }
        // A replay answers the past: only what never changes is learnt.
        Change::Replay => {
            if let Some(reading) = reading {
                let lasting = Reading { version: None, last_updated_at: None, ..*reading };
                world.change(key, |resource| learn(resource, &lasting));
            }
        }
        Change::Page => {}
    }
}

/// Takes over what an answer tells of a resource.
fn learn(resource: &mut Resource, reading: &Reading<'_>) {
    let set = |slot: &mut Option<Arc<str>>, value: Option<&str>| {
        if let Some(value) = value.filter(|value| slot.as_deref() != Some(value)) {
            *slot = Some(value.into());
        }
    };
    set(&mut resource.uid, reading.uid);
    set(&mut resource.arn, reading.arn);
    if let Some((mesh, own)) = reading.owners.filter(|_| resource.owners.is_none()) {
        resource.owners = Some((mesh.into(), own.into()));
    }
    resource.version = reading.version.or(resource.version);
    resource.created_at = resource.created_at.or(reading.created_at);
    resource.last_updated_at = reading.last_updated_at.or(resource.last_updated_at);
}

/// Takes over a specification that came back otherwise than it was sent, so that it is not
/// reported again and again.
pub(crate) fn adopt_spec(world: &mut World, key: &Key, reading: &Reading<'_>) {
    if let Some(spec) = reading.spec {
        world.change(key, |resource| {
            resource.spec = Some(Arc::new(spec.clone()));
            resource.previous = None;
        });
    }
}
