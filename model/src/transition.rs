//! Transitions: the world after a call that was done.
//!
//! The main function is [`apply`], for the judge and for a server alike. It never looks at what is
//! permitted.

use std::sync::Arc;

use serde_json::Value;

use crate::action::{create, update};
use crate::api::Api;
use crate::expectation::Change;
use crate::told_resource::{Reading, Told, learn};
use crate::world::{Key, World};

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
        Change::Create => create::apply(world, key, sent, told, answered_ms),
        Change::Replace { counts } => update::apply(world, key, counts, sent, told, answered_ms),
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
    if api.families.iter().all(|family| !family.table.implied_by.contains(&by)) {
        return;
    }
    for (family, referred) in api.references(key, spec) {
        if let Some(referred) = referred.filter(|_| family.table.implied_by.contains(&by)) {
            world.imply(referred);
        }
    }
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
            known.spec_in_doubt |= others.spec.is_exhausted();
        });
    });
}
