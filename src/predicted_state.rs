//! Predictions: the state that a target should have after some steps, worked out on the model alone.
//!
//! The main type is [`Prediction`]. Traces are built beside one, and shorter traces planned on one: each
//! step is predicted to be answered as the model expects. A real target may answer otherwise.

use appmesh_model::api::{Api, Call};
use appmesh_model::correct_server::{Minted, perform};
use appmesh_model::expect::{Expectation, expect};
use appmesh_model::world::{Timestamp, World};
use serde_json::Value;

use crate::bind::Binder;
use crate::trace::Step;

/// A state that steps should lead to.
#[derive(Debug)]
pub struct Prediction {
    api: &'static Api,
    world: World,
    binder: Binder,
    minted: u64,
}

impl Prediction {
    /// Nothing exists.
    pub fn new(api: &'static Api) -> Self {
        Self { api, world: World::default(), binder: Binder::new(api, ""), minted: 0 }
    }

    /// The state as it should be.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// A number that was not given out before.
    pub fn mint(&mut self) -> u64 {
        self.minted += 1;
        self.minted
    }

    /// The call of a step and what the model expects of it; none if it cannot be made.
    pub fn expect(&self, step: &Step) -> Option<(Call, Expectation)> {
        let (call, _) = self.binder.bind(step).ok()?;
        let expectation = expect(self.api, &self.world, &call);
        Some((call, expectation))
    }

    /// Does what the target should do. Returns what was expected of the step.
    pub fn take(&mut self, step: &Step) -> Option<(Call, Expectation)> {
        let (call, expectation) = self.expect(step)?;
        let change = expectation.changes.first().copied();
        let clear = expectation.may_succeed() && expectation.open.is_none();
        if let (true, Some(change)) = (clear, change) {
            let minted = Minted {
                uid: format!("uid-{}", self.mint()),
                now: Timestamp { ms: 0, whole: true },
                account: String::new(),
                region: String::new(),
            };
            perform(self.api, &mut self.world, &call, &expectation, change, &minted);
        }
        Some((call, expectation))
    }

    /// Takes a body for the answer to a step, so that later steps can refer to it.
    pub fn answered(&mut self, step: &Step, body: &Value) {
        self.binder.learn(step, Some(body));
    }
}
