//! Mutations of what the server expects of itself: it demands too little, or answers for a deleted
//! resource.

use appmesh_model::api::{Api, Call};
use appmesh_model::correct_server::perform;
use appmesh_model::error::ErrorKind;
use appmesh_model::expect::{Change, Expectation, Refusal, expect};
use appmesh_model::operation::{Action, Role};
use appmesh_model::rule::{RuleId, RuleKind};
use appmesh_model::world::{Timestamp, World};
use serde_json::{Value, json};

use crate::reference::minted;

/// Permits what a rule refuses. A server that does not look at a value of the specification does not
/// compare it with others there either.
pub(super) fn permit(api: &Api, rule: RuleId, expectation: &mut Expectation) {
    let demand = expectation.demands.iter().copied().find(|refusal| refusal.rule == rule);
    let Some(demand) = demand else { return };
    let in_spec = api.catalogue.get(rule).kind == RuleKind::Bound { in_spec: true };
    let compares = |refusal: &Refusal| {
        demand.bounds_input && in_spec && !refusal.bounds_input && refusal.error == demand.error
    };
    expectation.demands.retain(|refusal| refusal.rule != rule && !compares(refusal));
}

/// Has a deleted resource answer as if it existed.
pub(super) fn revive(action: Action, expectation: &mut Expectation) {
    if expectation.demands.iter().any(|refusal| refusal.error != ErrorKind::NotFound) {
        return;
    }
    expectation.demands.clear();
    expectation.changes = vec![match action {
        Action::Update => Change::Replace { counts: false },
        Action::Delete => Change::Remove,
        _ => Change::Read,
    }];
}

/// The answer to a create without a name, if a fault permits it. Nobody can address or delete the
/// resource, so it is not stored.
pub(super) fn created_without_name(
    api: &Api,
    call: &Call,
    expectation: &Expectation,
    world: &World,
) -> Option<Value> {
    let operation = &api.operations[call.operation];
    let creates = operation.table.action == Action::Create;
    let is_named = expectation.key.as_ref().is_some_and(|key| !key.name().is_empty());
    if !creates || is_named || !expectation.demands.is_empty() {
        return None;
    }
    let depth = api.families[operation.family].lineage.len() - 1;
    let (input, _) = operation.input(Role::Name(depth))?;
    let mut named = call.clone();
    named.input.insert(input.name.to_owned(), json!("nameless"));
    let mut scratch = world.clone();
    let expectation = expect(api, &scratch, &named);
    let minted = minted(Timestamp { ms: 0, whole: true });
    perform(api, &mut scratch, &named, &expectation, Change::Create, &minted)
}
