//! Delete: removes a resource that nothing needs.

use super::{Behaviour, Shown, ShownSpec, expect_existing};
use crate::call_context::CallContext;
use crate::error::ErrorKind;
use crate::expectation::{Change, Refusal};
use crate::shared_rule::SharedRule;
use crate::situation_fact::Looker;
use crate::world::Key;

/// See the module.
pub(super) struct Delete;

impl Behaviour for Delete {
    fn missing(&self) -> SharedRule {
        SharedRule::DeleteMissing
    }

    fn expect(&self, context: &mut CallContext<'_>, key: &Key, _: bool) {
        expect_existing(context, key, SharedRule::Deletes, &[Change::Remove]);
        if context.world.contains(key) {
            expect_children(context, key);
        }
    }

    fn forced(&self) -> Change {
        Change::Remove
    }

    fn shows(&self, _: Change, _: bool, _: &dyn Fn(SharedRule) -> bool) -> Shown {
        Shown {
            status: (SharedRule::DeletedStatus, "DELETED"),
            spec: Some((SharedRule::DeletedSpec, ShownSpec::Stored)),
            version_open: Some(SharedRule::DeletedVersion),
            ..Shown::PAST
        }
    }

    fn look(&self, looker: &mut Looker<'_>, _: bool) {
        looker.look_at_name();
        looker.look_at_children();
        looker.look_at_client_token();
    }
}

/// Demands that the resource holds no other.
fn expect_children(context: &mut CallContext<'_>, key: &Key) {
    let children = &context.family.children;
    if children.iter().any(|&child| context.world.below(child, key).next().is_some()) {
        context.refuse(SharedRule::DeleteInUse);
        return;
    }
    let is_inside = |implied: &&Key| children.contains(&implied.family) && implied.is_inside(key);
    if let Some(implied) = context.world.implied().find(is_inside) {
        let rule = context.api.families[implied.family].rule(SharedRule::Implied);
        let in_use = rule.map(|rule| Refusal::by(rule, ErrorKind::ResourceInUse));
        context.expectation.leaves.extend(in_use);
    }
}
