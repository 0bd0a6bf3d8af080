//! The context of a call: the request, the world and the expectation as it grows.
//!
//! The main type is [`CallContext`]. It decides nothing by itself.

use serde_json::Value;

use crate::api::{Api, ApiFamily, ApiOperation, Call};
use crate::error::ErrorKind;
use crate::expectation::{Expectation, Refusal};
use crate::operation::{Action, Location, Role};
use crate::rule::RuleKind;
use crate::shared_rule::SharedRule;
use crate::world::World;

/// A call in a world, with the expectation as it grows.
pub(crate) struct CallContext<'a> {
    pub(crate) api: &'a Api,
    pub(crate) family: &'a ApiFamily,
    pub(crate) operation: &'a ApiOperation,
    pub(crate) call: &'a Call,
    pub(crate) world: &'a World,
    pub(crate) expectation: Expectation,
}

impl<'a> CallContext<'a> {
    /// What the operation does.
    pub(crate) fn action(&self) -> Action {
        self.operation.table.action
    }

    /// The specification in the request.
    pub(crate) fn spec(&self) -> Option<&'a Value> {
        self.member(Role::Spec)
    }

    /// The tags in the request.
    pub(crate) fn tags(&self) -> &'a [Value] {
        self.member(Role::Tags).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The name at this depth in the request, if it is a string.
    pub(crate) fn name(&self, depth: usize) -> Option<&'a str> {
        self.member(Role::Name(depth)).and_then(Value::as_str)
    }

    pub(crate) fn member(&self, role: Role) -> Option<&'a Value> {
        let (input, _) = self.operation.input(role)?;
        let readable = !self.call.malformed || input.location != Location::Body;
        self.call.input.get(input.name).filter(|_| readable)
    }

    /// Permits an error that the documents leave open.
    pub(crate) fn leave(&mut self, shared: SharedRule, error: ErrorKind) {
        if let Some(rule) = self.family.rule(shared) {
            self.expectation.leaves.push(Refusal::by(rule, error));
        }
    }

    /// Demands the error that a shared rule is about.
    pub(crate) fn refuse(&mut self, shared: SharedRule) {
        if let (Some(rule), RuleKind::Refusal(error)) =
            (self.family.rule(shared), shared.text().kind)
        {
            self.expectation.demands.push(Refusal::by(rule, error));
        }
    }

    pub(crate) fn due(&mut self, shared: SharedRule) {
        self.expectation.due.extend(self.family.rule(shared));
    }
}
