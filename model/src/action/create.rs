//! Create: makes a resource under a free name, or answers again what an earlier call made.

use std::sync::Arc;

use serde_json::Value;

use super::{Behaviour, Shown, ShownSpec, ShownTimes, ShownVersion};
use crate::call_context::CallContext;
use crate::client_token::{replay_of, token_history};
use crate::error::ErrorKind;
use crate::expectation::Change;
use crate::shared_rule::SharedRule;
use crate::situation_fact::Looker;
use crate::told_resource::{Told, learn};
use crate::world::{Key, Resource, World};

/// See the module.
pub(super) struct Create;

impl Behaviour for Create {
    fn missing(&self) -> SharedRule {
        SharedRule::CreateInMissing
    }

    fn expect(&self, context: &mut CallContext<'_>, key: &Key, parent_exists: bool) {
        expect_create(context, key, parent_exists);
    }

    fn forced(&self) -> Change {
        Change::Create
    }

    fn shows(&self, change: Change, again: bool, is_due: &dyn Fn(SharedRule) -> bool) -> Shown {
        let first = if again { SharedRule::RecreatedVersion } else { SharedRule::NewVersion };
        match change {
            Change::Replay if is_due(SharedRule::CreateReplay) => Shown {
                spec: Some((SharedRule::CreateSpec, ShownSpec::Stored)),
                version: ShownVersion::Same(SharedRule::CreateReplay),
                ..Shown::PAST
            },
            Change::Replay => Shown::PAST,
            _ => Shown {
                spec: Some((SharedRule::CreateSpec, ShownSpec::Sent)),
                version: ShownVersion::First(first),
                times: ShownTimes::New,
                ..Shown::PAST
            },
        }
    }

    fn look(&self, looker: &mut Looker<'_>, _: bool) {
        looker.look_at_name();
        looker.look_at_client_token();
    }
}

/// Puts a new resource under a key, as its answer told of it.
pub(crate) fn apply(
    world: &mut World,
    key: &Key,
    sent: Option<Arc<Value>>,
    told: Option<Told<'_>>,
    answered_ms: u64,
) {
    let mut resource = Resource::new(world.next_generation(key), sent, answered_ms);
    if world.implies(key) {
        resource.version = None;
    }
    if let Some(told) = told {
        learn(&mut resource, told);
    }
    world.insert(key.clone(), resource);
}

fn expect_create(context: &mut CallContext<'_>, key: &Key, parent_exists: bool) {
    if context.family.name_shape().is_some_and(|shape| shape.refuses_name(key.name())) {
        if context.world.contains(key) {
            // It was taken against the rules, and nothing more can be said of it.
            context.expectation.open = context.family.rule(SharedRule::UnclearName);
            context.expectation.changes.push(Change::Create);
        } else {
            context.refuse(SharedRule::NameSlash);
        }
        return;
    }
    let (_, elsewhere) = token_history(context, key);
    if context.world.contains(key) && parent_exists {
        match replay_of(context, key) {
            Some(true) => {
                context.expectation.changes.push(Change::Replay);
                context.due(SharedRule::CreateReplay);
            }
            Some(false) => {
                context.expectation.changes.push(Change::Replay);
                context.leave(SharedRule::TokenKept, ErrorKind::Conflict);
            }
            None => context.refuse(SharedRule::Duplicate),
        }
        return;
    }
    context.expectation.changes.push(Change::Create);
    if replay_of(context, key).is_some() {
        // The resource is gone, but the call may still be remembered.
        context.expectation.changes.push(Change::Replay);
    }
    if elsewhere {
        context.leave(SharedRule::TokenKept, ErrorKind::Conflict);
    }
    let again = context.world.past(key).is_some();
    context.due(if again { SharedRule::Recreates } else { SharedRule::Creates });
    let held = context.world.held(key.family, key.parent_path());
    let may_be_full =
        held >= context.world.peak(key.family) || context.world.implied().next().is_some();
    if context.family.is_root() || may_be_full {
        context.leave(SharedRule::QuotaOpen, ErrorKind::LimitExceeded);
    } else {
        context.expectation.quota = context.family.rule(SharedRule::QuotaSteady);
    }
}
