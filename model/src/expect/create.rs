//! What is expected of a create: a free name, a repetition of an earlier call, room for one more.
//!
//! The main function is [`expect_create`]. That the parent must exist is demanded elsewhere.

use super::token::{replay_of, token_history};
use super::{Asked, Change};
use crate::operation::ErrorKind;
use crate::promise::Promise;
use crate::world::Key;

pub(super) fn expect_create(asked: &mut Asked<'_>, key: &Key, parent_exists: bool) {
    if key.name().contains('/') {
        if asked.world.contains(key) {
            // It was taken against the rules, and nothing more can be said of it.
            asked.expectation.open = asked.family.rule(Promise::UnclearName);
            asked.expectation.changes.push(Change::Create);
        } else {
            asked.demand_promised(Promise::NameSlash, ErrorKind::BadRequest);
        }
        return;
    }
    let (_, elsewhere) = token_history(asked, key);
    if asked.world.contains(key) && parent_exists {
        match replay_of(asked, key) {
            Some(true) => {
                asked.expectation.changes.push(Change::Replay);
                asked.due(Promise::CreateReplay);
            }
            Some(false) => {
                asked.expectation.changes.push(Change::Replay);
                asked.leave(Promise::TokenKept, ErrorKind::Conflict);
            }
            None => asked.demand_promised(Promise::Duplicate, ErrorKind::Conflict),
        }
        return;
    }
    asked.expectation.changes.push(Change::Create);
    if replay_of(asked, key).is_some() {
        // The resource is gone, but the call may still be remembered.
        asked.expectation.changes.push(Change::Replay);
    }
    if elsewhere {
        asked.leave(Promise::TokenKept, ErrorKind::Conflict);
    }
    let again = asked.world.past(key).is_some();
    asked.due(if again { Promise::Recreates } else { Promise::Creates });
    let held = asked.world.held(key.family, key.parent_path());
    if asked.family.is_root() || held >= asked.world.peak(key.family) {
        asked.leave(Promise::QuotaOpen, ErrorKind::LimitExceeded);
    } else {
        asked.expectation.quota = asked.family.rule(Promise::QuotaSteady);
    }
}
