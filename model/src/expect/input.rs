//! What is expected of a request by its members alone: form, bounds, required members, characters.
//!
//! The main function is [`expect_input`]. It looks at no resource but for its owner.

use super::{CallContext, Refusal};
use crate::error::ErrorKind;
use crate::operation::{Action, Input, Location, Role};
use crate::schema::{Misfit, Node};
use crate::shared_rule::SharedRule;
use crate::wire::Wire;
use crate::world::Key;

/// The longest name that a resource can have (service model, shape ResourceName).
pub(crate) const LONGEST_NAME: usize = 255;

/// Bounds, required members and the form of the body.
pub(super) fn expect_input(asked: &mut CallContext<'_>) {
    let has_body = |(input, _): &(&Input, Node)| input.location == Location::Body;
    if asked.call.malformed && asked.operation.inputs.iter().any(has_body) {
        let rule = asked.api.wire(Wire::MalformedBody);
        asked.expectation.demands.push(Refusal::by(rule, ErrorKind::BadRequest));
        return;
    }
    let mut misfits = Vec::new();
    for (input, node) in &asked.operation.inputs {
        let value = asked.call.input.get(input.name);
        if input.role == Role::Limit && value.is_some_and(|value| !value.is_number()) {
            asked.demand_promised(SharedRule::LimitNumber, ErrorKind::BadRequest);
            continue;
        }
        node.check_member(value, &mut misfits);
    }
    expect_owner(asked);
    expect_characters(asked);
    for misfit in misfits {
        match misfit {
            Misfit::Breaks(rule) => {
                let refusal = Refusal { error: ErrorKind::BadRequest, rule, bounds_input: true };
                asked.expectation.demands.push(refusal);
            }
            Misfit::WrongType => {
                asked.expectation.open = asked.family.rule(SharedRule::WrongType);
                asked.expectation.wrong_type = true;
            }
            Misfit::Unknown => {
                asked.expectation.unclear_input = true;
                let known = asked.expectation.open;
                asked.expectation.open = known.or(asked.family.rule(SharedRule::UnknownMember));
            }
        }
    }
}

/// A call may name the owner of the root resource; what comes of naming another is left open.
fn expect_owner(asked: &mut CallContext<'_>) {
    let Some(owner) = asked.member(Role::Owner) else { return };
    let root = asked.name(0).map(|name| Key::new(asked.family.lineage[0], [name]));
    let known = root.and_then(|root| asked.world.get(&root)?.owners.clone());
    if known.is_none_or(|(known, _)| owner.as_str() != Some(&*known)) {
        asked.expectation.open = asked.family.rule(SharedRule::ForeignOwner);
    }
}

/// Which characters a name may hold is left open beyond letters, digits, hyphen and underscore, and
/// so is whether a name that cannot exist is refused for that or not found.
fn expect_characters(asked: &mut CallContext<'_>) {
    let depths = 0..asked.family.lineage.len();
    let mut names = depths.filter_map(|depth| asked.name(depth));
    if names.any(|name| !is_plain(name)) {
        asked.leave(SharedRule::UnclearName, ErrorKind::BadRequest);
    }
    // No resource should have such a name, so nothing is said of one that has.
    let slash = (0..asked.family.lineage.len())
        .filter(|&depth| asked.action() != Action::Create || depth + 1 < asked.family.lineage.len())
        .filter_map(|depth| asked.name(depth))
        .any(|name| name.contains('/'));
    if slash {
        asked.expectation.open = asked.family.rule(SharedRule::UnclearName);
    }
}

fn is_plain(name: &str) -> bool {
    // Plain characters are one byte each.
    let fits = (1..=LONGEST_NAME).contains(&name.len());
    fits && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
}
