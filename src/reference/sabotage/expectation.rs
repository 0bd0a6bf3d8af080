//! Where the server believes that it must do otherwise: it demands too little or too much.

use appmesh_model::api::{Api, Call};
use appmesh_model::error::ErrorKind;
use appmesh_model::expect::{Change, Expectation, Refusal, expect};
use appmesh_model::operation::{Action, Role};
use appmesh_model::perform::{Minted, perform};
use appmesh_model::wire::Wire;
use appmesh_model::world::{Timestamp, World};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::fault::act::What;
use super::super::{ACCOUNT, REGION};
use super::Sabotage;

impl Sabotage {
    /// Changes what the server believes it must do.
    pub(in crate::reference) fn distort(
        &mut self,
        api: &Api,
        call: &Call,
        expectation: &mut Expectation,
        world: &World,
    ) {
        if self.is_idle() {
            return;
        }
        self.look(api, call, expectation, world);
        for &index in &self.struck {
            let fault = &self.faults[index];
            let rule = api.catalogue.find(&fault.rule);
            let broken = |refusal: &Refusal| Some(refusal.rule) == rule;
            match fault.act.what {
                What::Permit => {
                    let demand = expectation.demands.iter().copied().find(|it| broken(it));
                    let Some(demand) = demand else { continue };
                    // Who does not look at a value of the specification does not compare it with
                    // others there either.
                    let in_spec = fault.rule.contains("/spec.");
                    let compares = |refusal: &Refusal| {
                        demand.bounds_input
                            && in_spec
                            && !refusal.bounds_input
                            && refusal.error == demand.error
                    };
                    expectation.demands.retain(|refusal| !broken(refusal) && !compares(refusal));
                }
                What::RefuseAs(error) => {
                    let demands = expectation.demands.iter_mut();
                    demands.filter(|refusal| broken(refusal)).for_each(|it| it.error = error);
                }
                What::Revive => self.revive(api, call, expectation),
                _ => {}
            }
        }
        let refusals = self.misdeeds().filter_map(|what| match what {
            What::Refuse(error) => Some(error),
            _ => None,
        });
        // Whichever rule is named here is never shown to anybody.
        let rule = api.wire(Wire::Status);
        let refusals = refusals.map(|error| Refusal { error, rule, bounds_input: false });
        if expectation.demands.is_empty() {
            expectation.demands.extend(refusals);
        }
    }

    /// Has a resource that was deleted answer as if it were still there; what surrounds it must be.
    fn revive(&self, api: &Api, call: &Call, expectation: &mut Expectation) {
        let bad_input = |refusal: &Refusal| refusal.error != ErrorKind::NotFound;
        if self.facts.are_orphaned() || expectation.demands.iter().any(bad_input) {
            return;
        }
        expectation.demands.clear();
        expectation.changes = vec![match api.operations[call.operation].table.action {
            Action::Update => Change::Replace { counts: false },
            Action::Delete => Change::Remove,
            _ => Change::Read,
        }];
    }

    /// Changes what a call does.
    pub(in crate::reference) fn divert(&self, change: Change) -> Change {
        match change {
            Change::Replace { counts: false } if self.does(What::CountReplay) => {
                Change::Replace { counts: true }
            }
            other => other,
        }
    }

    /// The answer to a create without a name, if the server does not mind. What it makes cannot be
    /// reached or deleted by anybody, so it is not kept.
    pub(in crate::reference) fn nameless(
        &self,
        api: &Api,
        call: &Call,
        expectation: &Expectation,
        world: &World,
    ) -> Option<Value> {
        let operation = &api.operations[call.operation];
        let creates = operation.table.action == Action::Create;
        let named = expectation.key.as_ref().is_some_and(|key| !key.name().is_empty());
        if self.is_idle() || !creates || named || !expectation.demands.is_empty() {
            return None;
        }
        let depth = api.families[operation.family].lineage.len() - 1;
        let (input, _) = operation.input(Role::Name(depth))?;
        let mut named = call.clone();
        named.input.insert(input.name.to_owned(), json!("nameless"));
        let mut scratch = world.clone();
        let expectation = expect(api, &scratch, &named);
        let minted = Minted {
            uid: Uuid::new_v4().to_string(),
            now: Timestamp { ms: 0, whole: true },
            account: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
        };
        perform(api, &mut scratch, &named, &expectation, Change::Create, &minted)
    }
}
