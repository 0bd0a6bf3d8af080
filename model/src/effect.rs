//! Effects: what a call that the target is believed to have done leaves behind.
//!
//! The main function is [`apply`]. It never looks at what is permitted.

use std::convert::identity;
use std::sync::Arc;

use serde_json::Value;

use crate::answer::Reading;
use crate::expect::Change;
use crate::world::{Contradicted, Key, Resource, Timestamp, World};

/// What an answer told of a resource.
#[derive(Clone, Copy)]
pub(crate) struct Told<'a> {
    /// The operation that was answered.
    pub by: usize,
    pub reading: &'a Reading<'a>,
}

/// Applies a change that the target is believed to have made, and learns what its answer told.
pub(crate) fn apply(
    world: &mut World,
    key: &Key,
    change: Change,
    sent: Option<Arc<Value>>,
    told: Option<Told<'_>>,
    answered_ms: u64,
) {
    match change {
        Change::Create => {
            let generation = world.next_generation(key);
            let mut resource = Resource::new(generation, sent, answered_ms);
            if let Some(told) = told {
                learn(&mut resource, told);
            }
            world.insert(key.clone(), resource);
        }
        Change::Replace { counts } => {
            world.outdate_tokens(key);
            world.note_change(key);
            world.change(key, |resource| {
                resource.previous = resource.replaced().cloned();
                resource.spec = sent;
                resource.changed_ms = answered_ms;
                let next = |version: i64| version.saturating_add(i64::from(counts));
                resource.version = resource.version.map(next);
                if let Some(former) = resource.contradicted.as_mut().map(Arc::make_mut) {
                    former.version = former.version.map(next);
                    (former.last_updated_at, former.spec) = (None, None);
                }
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

/// Takes over what an answer tells of a resource. What was known otherwise stays possible until
/// another operation than the one that told otherwise tells one or the other.
fn learn(resource: &mut Resource, told: Told<'_>) {
    let Told { by, reading } = told;
    let mut former = resource.contradicted.take().map(Arc::unwrap_or_clone).unwrap_or_default();
    let mut learning = Learning { decides: former.by != by, contradicts: false };
    let same_text = |known: &Arc<str>, told: &&str| **known == **told;
    let same_time = |known: &Timestamp, told: &Timestamp| told.matches(*known);
    learning.take(&mut resource.uid, &mut former.uid, reading.uid, same_text, Arc::from);
    learning.take(&mut resource.arn, &mut former.arn, reading.arn, same_text, Arc::from);
    let same_owners = |known: &Owners, told: &(&str, &str)| (&*known.0, &*known.1) == *told;
    let owners = |told: (&str, &str)| (told.0.into(), told.1.into());
    learning.take(&mut resource.owners, &mut former.owners, reading.owners, same_owners, owners);
    let (known, before) = (&mut resource.version, &mut former.version);
    learning.take(known, before, reading.version, PartialEq::eq, identity);
    let (known, before) = (&mut resource.created_at, &mut former.created_at);
    learning.take(known, before, reading.created_at, same_time, identity);
    let (known, before) = (&mut resource.last_updated_at, &mut former.last_updated_at);
    learning.take(known, before, reading.last_updated_at, same_time, identity);
    if learning.contradicts {
        former.by = by;
    }
    if former != (Contradicted { by: former.by, ..Contradicted::default() }) {
        resource.contradicted = Some(Arc::new(former));
    }
}

type Owners = (Arc<str>, Arc<str>);

/// How the answer to one call is taken over, member by member.
struct Learning {
    /// Another operation told otherwise than was known: this one decides between the two.
    decides: bool,
    /// Something is told otherwise than was known.
    contradicts: bool,
}

impl Learning {
    /// Takes over a member; `former` is what was known before it was told otherwise.
    fn take<T, V>(
        &mut self,
        known: &mut Option<T>,
        former: &mut Option<T>,
        told: Option<V>,
        same: impl Fn(&T, &V) -> bool,
        into: impl Fn(V) -> T,
    ) {
        let Some(told) = told else { return };
        if known.as_ref().is_none_or(|known| same(known, &told)) {
            if known.is_none() {
                *known = Some(into(told));
            } else if self.decides {
                *former = None;
            }
            return;
        }
        let was_right = former.as_ref().is_some_and(|former| same(former, &told));
        let before = known.replace(into(told));
        if was_right {
            *former = before.filter(|_| !self.decides);
        } else {
            // Of several that were contradicted the first is the one that was not told against
            // anything.
            *former = former.take().or(before);
            self.contradicts = true;
        }
    }
}

/// Takes over a specification that came back otherwise than it was sent, so that it is not
/// reported again and again. That the answer is wrong and not the resource stays possible.
pub(crate) fn adopt_spec(world: &mut World, key: &Key, told: Told<'_>, left_over: bool) {
    let Some(spec) = told.reading.spec else { return };
    world.change(key, |resource| {
        let accepted = resource.spec.replace(Arc::new(spec.clone()));
        resource.previous = None;
        let mut former = resource.contradicted.take().map(Arc::unwrap_or_clone).unwrap_or_default();
        former.by = told.by;
        former.spec = former.spec.or(accepted);
        former.left_over = left_over;
        resource.contradicted = Some(Arc::new(former));
    });
}
