//! List: reads the resources under a parent, page by page. `page_check` looks at what stands on a page.

use serde_json::Value;

use super::{Behaviour, Shown};
use crate::call_context::CallContext;
use crate::expectation::Change;
use crate::operation::Role;
use crate::shared_rule::SharedRule;
use crate::situation_fact::Looker;
use crate::world::Key;

/// See the module.
pub(super) struct List;

impl Behaviour for List {
    fn missing(&self) -> SharedRule {
        SharedRule::ListInMissing
    }

    fn reads(&self) -> bool {
        true
    }

    fn expect(&self, context: &mut CallContext<'_>, key: &Key, _: bool) {
        expect_list(context, key);
    }

    fn forced(&self) -> Change {
        Change::Page
    }

    fn shows(&self, _: Change, _: bool, _: &dyn Fn(SharedRule) -> bool) -> Shown {
        Shown::PAST
    }

    fn look(&self, looker: &mut Looker<'_>, may_succeed: bool) {
        if may_succeed {
            looker.look_at_list();
        }
    }
}

fn expect_list(context: &mut CallContext<'_>, key: &Key) {
    context.expectation.changes.push(Change::Page);
    let Some(token) = context.member(Role::PageToken).and_then(Value::as_str) else {
        context.due(SharedRule::Lists);
        return;
    };
    let limit = context.member(Role::Limit).and_then(Value::as_i64);
    match context.world.pagination(token) {
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
fn leave_token(context: &mut CallContext<'_>, shared: SharedRule) {
    context.expectation.open = context.family.rule(shared);
}
