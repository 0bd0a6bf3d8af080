//! What is expected of a create: a free name, a repetition of an earlier call, room for one more.
//!
//! The main function is [`expect_create`]. That the parent must exist is demanded elsewhere.

use super::token::{replay_of, token_history};
use super::{CallContext, Change};
use crate::error::ErrorKind;
use crate::shared_rule::SharedRule;
use crate::world::Key;

pub(super) fn expect_create(asked: &mut CallContext<'_>, key: &Key, parent_exists: bool) {
    if key.name().contains('/') {
        if asked.world.contains(key) {
            // It was taken against the rules, and nothing more can be said of it.
            asked.expectation.open = asked.family.rule(SharedRule::UnclearName);
            asked.expectation.changes.push(Change::Create);
        } else {
            asked.demand_promised(SharedRule::NameSlash, ErrorKind::BadRequest);
        }
        return;
    }
    let (_, elsewhere) = token_history(asked, key);
    if asked.world.contains(key) && parent_exists {
        match replay_of(asked, key) {
            Some(true) => {
                asked.expectation.changes.push(Change::Replay);
                asked.due(SharedRule::CreateReplay);
            }
            Some(false) => {
                asked.expectation.changes.push(Change::Replay);
                asked.leave(SharedRule::TokenKept, ErrorKind::Conflict);
            }
            None => asked.demand_promised(SharedRule::Duplicate, ErrorKind::Conflict),
        }
        return;
    }
    asked.expectation.changes.push(Change::Create);
    if replay_of(asked, key).is_some() {
        // The resource is gone, but the call may still be remembered.
        asked.expectation.changes.push(Change::Replay);
    }
    if elsewhere {
        asked.leave(SharedRule::TokenKept, ErrorKind::Conflict);
    }
    let again = asked.world.past(key).is_some();
    asked.due(if again { SharedRule::Recreates } else { SharedRule::Creates });
    let held = asked.world.held(key.family, key.parent_path());
    if asked.family.is_root() || held >= asked.world.peak(key.family) {
        asked.leave(SharedRule::QuotaOpen, ErrorKind::LimitExceeded);
    } else {
        asked.expectation.quota = asked.family.rule(SharedRule::QuotaSteady);
    }
}
