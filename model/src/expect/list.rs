//! What is expected of a list: a page, if the token is one that this list gave out.
//!
//! The main function is [`expect_list`]. What stands on the page is looked at in `page`.

use serde_json::Value;

use super::{CallContext, Change};
use crate::operation::Role;
use crate::shared_rule::SharedRule;
use crate::world::Key;

pub(super) fn expect_list(context: &mut CallContext<'_>, key: &Key) {
    context.expectation.changes.push(Change::Page);
    let Some(token) = context.member(Role::PageToken).and_then(Value::as_str) else {
        context.due(SharedRule::Lists);
        return;
    };
    let limit = context.member(Role::Limit).and_then(Value::as_i64);
    match context.world.walk(token) {
        Some(walk)
            if walk.family == key.family && &*walk.parent == key.parent_path() && !walk.loose =>
        {
            let came_or_went = !walk.unsteady.is_empty();
            if walk.used {
                leave_token(context, SharedRule::TokenTwice);
            } else if walk.limit != limit {
                leave_token(context, SharedRule::ChangedLimit);
            } else if came_or_went {
                leave_token(context, SharedRule::ForeignToken);
            } else {
                context.due(SharedRule::Continues);
            }
        }
        _ => leave_token(context, SharedRule::ForeignToken),
    }
}

/// The documents are silent on the token: any modelled client error will do.
fn leave_token(context: &mut CallContext<'_>, promise: SharedRule) {
    context.expectation.open = context.family.rule(promise);
}
