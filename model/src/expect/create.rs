//! What is expected of a create: a free name, a repetition of an earlier call, room for one more.
//!
//! The main function is [`expect_create`]. That the parent must exist is demanded elsewhere.

use super::token::{replay_of, token_history};
use super::{CallContext, Change};
use crate::error::ErrorKind;
use crate::shared_rule::SharedRule;
use crate::world::Key;

pub(super) fn expect_create(context: &mut CallContext<'_>, key: &Key, parent_exists: bool) {
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
