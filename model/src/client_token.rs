//! Client tokens: whether a call was made before, and that it was made now.
//!
//! The main functions are [`replay_of`] and [`record_token`]. Which outcome a repeated token permits
//! is up to the operation.

use std::sync::Arc;

use serde_json::Value;

use crate::api::{Api, Call};
use crate::call_context::CallContext;
use crate::expectation::Expectation;
use crate::operation::Role;
use crate::world::{Key, TokenUse, World};

/// Whether the call's client token was used before: for the very same call, and for any other.
pub(crate) fn token_history(context: &CallContext<'_>, key: &Key) -> (bool, bool) {
    let Some(token) = client_token(context) else { return (false, false) };
    let same = |use_: &&TokenUse| {
        use_.operation == context.operation.index
            && use_.key == *key
            && *use_.input == context.call.input
    };
    let here = context.world.token_uses(token).any(|use_| same(&use_));
    let elsewhere = context.world.token_uses(token).next().is_some();
    (here, elsewhere)
}

/// Whether the call repeats an accepted one, token and all: `Some(true)` if nothing came between
/// and it is the first repetition, `Some(false)` if the documents no longer say what comes.
pub(crate) fn replay_of(context: &CallContext<'_>, key: &Key) -> Option<bool> {
    let token = client_token(context)?;
    let use_ = context.world.token_uses(token).find(|use_| {
        use_.accepted
            && use_.operation == context.operation.index
            && use_.key == *key
            && *use_.input == context.call.input
    })?;
    Some(use_.fresh && use_.replays == 0)
}

fn client_token<'a>(context: &CallContext<'a>) -> Option<&'a str> {
    context.member(Role::ClientToken).and_then(Value::as_str)
}

/// Whether the last accepted update of the resource had the same token.
pub(crate) fn reuses_update_token(context: &CallContext<'_>, key: &Key) -> bool {
    client_token(context).is_some_and(|token| {
        context.world.token_uses(token).any(|use_| {
            use_.accepted
                && use_.fresh
                && use_.operation == context.operation.index
                && use_.key == *key
        })
    })
}

/// Remembers that the call carried a client token, if it did.
pub(crate) fn record_token(
    api: &Api,
    world: &mut World,
    call: &Call,
    expectation: &Expectation,
    accepted: bool,
) {
    let input = api.operations[call.operation].input(Role::ClientToken);
    let token = input.and_then(|(input, _)| call.input.get(input.name)).and_then(Value::as_str);
    if let (Some(token), Some(key)) = (token, &expectation.key) {
        world.record_token(TokenUse {
            token: token.into(),
            operation: call.operation,
            key: key.clone(),
            input: Arc::new(call.input.clone()),
            accepted,
            fresh: true,
            replays: 0,
        });
    }
}
