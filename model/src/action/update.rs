//! Update: replaces the specification of a resource. Where it cannot be said whether a call is a new
//! update, the same one again or a repetition, each becomes a change that is permitted.

use std::sync::Arc;

use serde_json::Value;

use super::{Behaviour, Shown, ShownSpec, ShownTimes, ShownVersion, expect_existing};
use crate::call_context::CallContext;
use crate::client_token::{replay_of, reuses_update_token, token_history};
use crate::error::ErrorKind;
use crate::expectation::{Change, sent_spec};
use crate::operation::Role;
use crate::sameness::may_be_alike;
use crate::shared_rule::SharedRule;
use crate::situation_fact::Looker;
use crate::told_resource::{Told, learn};
use crate::world::{Key, World};

/// See the module.
pub(super) struct Update;

impl Behaviour for Update {
    fn missing(&self) -> SharedRule {
        SharedRule::UpdateMissing
    }

    fn expect(&self, context: &mut CallContext<'_>, key: &Key, _: bool) {
        expect_update(context, key);
    }

    fn forced(&self) -> Change {
        Change::Replace { counts: true }
    }

    fn shows(&self, change: Change, _: bool, is_due: &dyn Fn(SharedRule) -> bool) -> Shown {
        let Change::Replace { counts } = change else { return Shown::PAST };
        let replayed = is_due(SharedRule::UpdateReplay);
        let version = match counts {
            true => ShownVersion::Next(SharedRule::UpdateVersion),
            false if replayed => ShownVersion::Same(SharedRule::UpdateReplay),
            // A third version breaks the rule even if it is left open whether the update counts.
            false => ShownVersion::Same(SharedRule::UpdateVersion),
        };
        Shown {
            spec: Some((SharedRule::UpdateSpec, ShownSpec::Sent)),
            version,
            version_open: (!counts && !replayed).then_some(SharedRule::IdenticalUpdate),
            times: ShownTimes::Moved { counts },
            ..Shown::PAST
        }
    }

    fn look(&self, looker: &mut Looker<'_>, _: bool) {
        looker.look_at_name();
        looker.look_at_version();
        looker.look_at_client_token();
    }
}

/// Replaces the specification of a resource, as the answer told of it.
pub(crate) fn apply(
    world: &mut World,
    key: &Key,
    counts: bool,
    sent: Option<Arc<Value>>,
    told: Option<Told<'_>>,
    answered_ms: u64,
) {
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

fn expect_update(context: &mut CallContext<'_>, key: &Key) {
    let node = context.operation.input(Role::Spec).map(|(_, node)| node);
    let sent = sent_spec(context.operation, context.call);
    let is_sent = |known: &Value| {
        node.zip(sent.as_deref()).is_some_and(|(node, sent)| may_be_alike(node, known, sent))
    };
    // The specification that the target holds may not be known, and then it may be the same.
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
    expect_existing(context, key, due, changes);
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
