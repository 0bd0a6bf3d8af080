//! What may be answered to a call in a world.
//!
//! The main function is [`expect`], which is total: every call in every world has an expectation.
//! Nothing here looks at an answer; that is [`crate::judgement`]'s part.

use crate::action;
use crate::api::{Api, Call};
use crate::call_context::CallContext;
pub use crate::expectation::{Change, Expectation, Refusal};
use crate::operation::Role;
use crate::shared_rule::SharedRule;
use crate::world::{Key, World};

mod family_rules;
mod input;

/// What may be answered to a call in a world. Total: there is no call that it does not cover.
pub fn expect(api: &Api, world: &World, call: &Call) -> Expectation {
    let operation = &api.operations[call.operation];
    let family = &api.families[operation.family];
    let mut context =
        CallContext { api, family, operation, call, world, expectation: Expectation::default() };
    input::expect_input(&mut context);
    if let Some(key) = key_of(&context) {
        context.expectation.key = Some(key.clone());
        let parent_exists = expect_ancestors(&mut context, &key);
        action::of(context.action()).expect(&mut context, &key, parent_exists);
    } else if context.expectation.demands.is_empty() {
        // Names of the wrong type: what the call is about cannot be said.
        context.expectation.open = family.rule(SharedRule::TwoFaults);
    }
    family_rules::expect_own_rules(&mut context);
    family_rules::expect_silence(&mut context);
    if is_in_doubt(&context) {
        context.expectation.in_doubt = true;
        context.expectation.demands.clear();
        context.expectation.due.clear();
        context.expectation.open = family.rule(SharedRule::InDoubt);
    }
    let mut expectation = context.expectation;
    if let [first, _, ..] = expectation.demands[..] {
        let two_faults = family.rule(SharedRule::TwoFaults);
        expectation.leaves.extend(two_faults.map(|rule| Refusal::by(rule, first.error)));
    }
    expectation
}

/// Whether a call changes what lives in a resource that was overwritten, or is there again after a
/// delete that should have been refused; or has other faults besides. Plain reads are judged: they
/// show what was lost. Without the resource there is no doubt that nothing lives in it.
fn is_in_doubt(context: &CallContext<'_>) -> bool {
    let Some(key) = &context.expectation.key else { return false };
    if !context.world.has_doubtful() {
        return false;
    }
    let above = &context.family.lineage[..context.family.lineage.len() - 1];
    let mut ancestors =
        above.iter().enumerate().map(|(depth, &family)| key.ancestor(family, depth));
    let reads = action::of(context.action()).reads();
    let plain =
        reads && context.expectation.demands.is_empty() && context.expectation.open.is_none();
    let holds_doubt = |ancestor: &Key| {
        context.world.has_doubtful_children(ancestor) && context.world.contains(ancestor)
    };
    !plain && ancestors.any(|ancestor| holds_doubt(&ancestor))
}

/// The key of the resource that a call is about; for a list, that of its parent with an empty name.
fn key_of(context: &CallContext<'_>) -> Option<Key> {
    let depths = context.family.lineage.len();
    let mut names: Vec<&str> = Vec::with_capacity(depths);
    for depth in 0..depths {
        names.push(match context.operation.input(Role::Name(depth)) {
            Some(_) => context.name(depth).filter(|name| Key::can_hold(name))?,
            None => "",
        });
    }
    Some(Key::new(context.family.index, names))
}

/// Demands that everything above the resource exists. Returns whether it does.
fn expect_ancestors(context: &mut CallContext<'_>, key: &Key) -> bool {
    let above = &context.family.lineage[..context.family.lineage.len() - 1];
    let exists = above
        .iter()
        .enumerate()
        .all(|(depth, &family)| context.world.contains_ref(key.ancestor_ref(family, depth)));
    if !exists {
        context.refuse(action::of(context.action()).missing());
    }
    exists
}
