//! What is expected of a request by its members alone: form, bounds, required members, characters.
//!
//! The main function is [`expect_input`]. It looks at no resource but for its owner.

use crate::call_context::CallContext;
use crate::error::ErrorKind;
use crate::expectation::Refusal;
use crate::operation::{Action, Input, Location, Role};
use crate::schema::{Misfit, Node};
use crate::shared_rule::SharedRule;
use crate::wire_rule::Wire;
use crate::world::Key;

/// Bounds, required members and the form of the body.
pub(super) fn expect_input(context: &mut CallContext<'_>) {
    let has_body = |(input, _): &(&Input, Node)| input.location == Location::Body;
    if context.call.malformed && context.operation.inputs.iter().any(has_body) {
        let rule = context.api.wire(Wire::MalformedBody);
        context.expectation.demands.push(Refusal::by(rule, ErrorKind::BadRequest));
        return;
    }
    let mut misfits = Vec::new();
    for (input, node) in &context.operation.inputs {
        let value = context.call.input.get(input.name);
        if input.role == Role::Limit && value.is_some_and(|value| !value.is_number()) {
            context.refuse(SharedRule::LimitNumber);
            continue;
        }
        node.check_member(value, &mut misfits);
    }
    expect_owner(context);
    expect_characters(context);
    for misfit in misfits {
        match misfit {
            Misfit::Breaks(rule) => {
                let refusal = Refusal { error: ErrorKind::BadRequest, rule, bounds_input: true };
                context.expectation.demands.push(refusal);
            }
            Misfit::WrongType => {
                context.expectation.open = context.family.rule(SharedRule::WrongType);
                context.expectation.wrong_type = true;
            }
            Misfit::Unknown => {
                context.expectation.unclear_input = true;
                let known = context.expectation.open;
                context.expectation.open = known.or(context.family.rule(SharedRule::UnknownMember));
            }
        }
    }
}

/// A call may name the owner of the root resource; what comes of naming another is left open.
fn expect_owner(context: &mut CallContext<'_>) {
    let Some(owner) = context.member(Role::Owner) else { return };
    let root = context.name(0).map(|name| Key::new(context.family.lineage[0], [name]));
    let known = root.and_then(|root| context.world.get(&root)?.owners.clone());
    if known.is_none_or(|(known, _)| owner.as_str() != Some(&*known)) {
        context.expectation.open = context.family.rule(SharedRule::ForeignOwner);
    }
}

/// Which other characters a name may hold than those known to be accepted is left open, and so is whether a name that cannot exist is refused for that or not found.
fn expect_characters(context: &mut CallContext<'_>) {
    let is_unclear = |depth| {
        let input = context.operation.input(Role::Name(depth));
        input
            .zip(context.name(depth))
            .is_some_and(|((_, node), name)| !node.shape.admits_name(name))
    };
    if (0..context.family.lineage.len()).any(is_unclear) {
        context.leave(SharedRule::UnclearName, ErrorKind::BadRequest);
    }
    // No resource should have such a name, so nothing is said of one that has.
    let slash = (0..context.family.lineage.len())
        .filter(|&depth| {
            context.action() != Action::Create || depth + 1 < context.family.lineage.len()
        })
        .filter_map(|depth| context.name(depth))
        .any(|name| name.contains('/'));
    if slash {
        context.expectation.open = context.family.rule(SharedRule::UnclearName);
    }
}
