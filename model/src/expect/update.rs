//! What is expected of an update: a new specification, the same one again, a repeated call.
//!
//! The main function is [`expect_update`]. Where it cannot be said which of these a call is, each
//! becomes a change that is permitted.

use super::token::{replay_of, reuses_update_token, token_history};
use super::{Asked, Change, expect_existing};
use crate::operation::{ErrorKind, Role};
use crate::promise::Promise;
use crate::sameness::may_be_alike;
use crate::world::Key;

pub(super) fn expect_update(asked: &mut Asked<'_>, key: &Key) {
    let identical = match (asked.world.get(key).map(|known| known.spec.as_deref()), asked.spec()) {
        (Some(Some(known)), Some(sent)) => match asked.operation.input(Role::Spec) {
            Some((_, node)) => may_be_alike(node, known, sent),
            None => true,
        },
        // What the target holds is not known, so it may be the same.
        (Some(None), _) => true,
        _ => false,
    };
    let counted = Change::Replace { counts: true };
    let uncounted = Change::Replace { counts: false };
    let replay = replay_of(asked, key);
    let changes: &[Change] = match (identical, replay) {
        (true, Some(true)) => &[uncounted],
        (_, Some(_)) => &[counted, uncounted, Change::Replay],
        (true, None) => &[counted, uncounted],
        (false, None) => &[counted],
    };
    let due =
        if replay == Some(true) && identical { Promise::UpdateReplay } else { Promise::Updates };
    expect_existing(asked, key, due, Promise::UpdateMissing, changes);
    let (here, elsewhere) = token_history(asked, key);
    if !elsewhere {
        return;
    }
    if !here && !identical && reuses_update_token(asked, key) {
        asked.demand_promised(Promise::UpdateTokenReuse, ErrorKind::Conflict);
    } else if replay != Some(true) {
        asked.leave(Promise::TokenKept, ErrorKind::Conflict);
    }
}
