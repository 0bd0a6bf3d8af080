//! What is expected of an update: a new specification, the same one again, a repeated call.
//!
//! The main function is [`expect_update`]. Where it cannot be said which of these a call is, each
//! becomes a change that is permitted.

use serde_json::Value;

use super::token::{replay_of, reuses_update_token, token_history};
use super::{CallContext, Change, expect_existing};
use crate::error::ErrorKind;
use crate::operation::Role;
use crate::sameness::may_be_alike;
use crate::shared_rule::SharedRule;
use crate::world::Key;

pub(super) fn expect_update(context: &mut CallContext<'_>, key: &Key) {
    let node = context.operation.input(Role::Spec).map(|(_, node)| node);
    let is_sent = |known: &Value| match (context.spec(), node) {
        (Some(sent), Some(node)) => may_be_alike(node, known, sent),
        (sent, _) => sent.is_some(),
    };
    // What the target holds may not be known, and then it may be the same.
    let known = context.world.get(key);
    let identical = known.is_some_and(|known| known.spec.is_none() || known.specs().any(is_sent));
    // Of two that it may hold, the other one is replaced by what is sent.
    let certain = known.is_some_and(|known| known.specs().all(is_sent));
    let counted = Change::Replace { counts: true };
    let uncounted = Change::Replace { counts: false };
    let replay = replay_of(context, key);
    let changes: &[Change] = match (identical, replay) {
        (true, Some(true)) if certain => &[uncounted],
        (_, Some(_)) => &[counted, uncounted, Change::Replay],
        (true, None) => &[counted, uncounted],
        (false, None) => &[counted],
    };
    let due = if replay == Some(true) && identical && certain {
        SharedRule::UpdateReplay
    } else {
        SharedRule::Updates
    };
    expect_existing(context, key, due, SharedRule::UpdateMissing, changes);
    let (here, elsewhere) = token_history(context, key);
    if !elsewhere {
        return;
    }
    if !here && !identical && reuses_update_token(context, key) {
        context.refuse(SharedRule::UpdateTokenReuse);
    } else if replay != Some(true) {
        context.leave(SharedRule::TokenKept, ErrorKind::Conflict);
    }
}
