//! What is expected of a list: a page, if the token is one that this list gave out.
//!
//! The main function is [`expect_list`]. What stands on the page is looked at in `page`.

use serde_json::Value;

use super::{CallContext, Change};
use crate::operation::Role;
use crate::shared_rule::SharedRule;
use crate::world::Key;

pub(super) fn expect_list(asked: &mut CallContext<'_>, key: &Key) {
    asked.expectation.changes.push(Change::Page);
    let Some(token) = asked.member(Role::PageToken).and_then(Value::as_str) else {
        asked.due(SharedRule::Lists);
        return;
    };
    let limit = asked.member(Role::Limit).and_then(Value::as_i64);
    match asked.world.walk(token) {
        Some(walk)
            if walk.family == key.family && &*walk.parent == key.parent_path() && !walk.loose =>
        {
            let came_or_went = !walk.unsteady.is_empty();
            if walk.used {
                leave_token(asked, SharedRule::TokenTwice);
            } else if walk.limit != limit {
                leave_token(asked, SharedRule::ChangedLimit);
            } else if came_or_went {
                leave_token(asked, SharedRule::ForeignToken);
            } else {
                asked.due(SharedRule::Continues);
            }
        }
        _ => leave_token(asked, SharedRule::ForeignToken),
    }
}

/// The documents are silent on the token: any modelled client error will do.
fn leave_token(asked: &mut CallContext<'_>, promise: SharedRule) {
    asked.expectation.open = asked.family.rule(promise);
}
