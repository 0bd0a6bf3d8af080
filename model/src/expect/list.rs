//! What is expected of a list: a page, if the token is one that this list gave out.
//!
//! The main function is [`expect_list`]. What stands on the page is looked at in `page`.

use serde_json::Value;

use super::{Asked, Change};
use crate::operation::Role;
use crate::promise::Promise;
use crate::world::Key;

pub(super) fn expect_list(asked: &mut Asked<'_>, key: &Key) {
    asked.expectation.changes.push(Change::Page);
    let Some(token) = asked.member(Role::PageToken).and_then(Value::as_str) else {
        asked.due(Promise::Lists);
        return;
    };
    let limit = asked.member(Role::Limit).and_then(Value::as_i64);
    match asked.world.walk(token) {
        Some(walk)
            if walk.family == key.family && &*walk.parent == key.parent_path() && !walk.loose =>
        {
            let came_or_went = !walk.unsteady.is_empty();
            if walk.used {
                leave_token(asked, Promise::TokenTwice);
            } else if walk.limit != limit {
                leave_token(asked, Promise::ChangedLimit);
            } else if came_or_went {
                leave_token(asked, Promise::ForeignToken);
            } else {
                asked.due(Promise::Continues);
            }
        }
        _ => leave_token(asked, Promise::ForeignToken),
    }
}

/// The documents are silent on the token: any modelled client error will do.
fn leave_token(asked: &mut Asked<'_>, promise: Promise) {
    asked.expectation.open = asked.family.rule(promise);
}
