//! The context of a call: the request, the world and the expectation as it grows.
//!
//! The main type is [`CallContext`]. It decides nothing by itself.

use serde_json::Value;

use super::{Expectation, Refusal};
use crate::api::{Api, ApiFamily, ApiOperation, Call};
use crate::error::ErrorKind;
use crate::operation::{Action, Location, Role};
use crate::rule::RuleKind;
use crate::shared_rule::SharedRule;
use crate::world::World;

/// A call in a world, with the expectation as it grows.
pub(super) struct CallContext<'a> {
    pub(super) api: &'a Api,
    pub(super) family: &'a ApiFamily,
    pub(super) operation: &'a ApiOperation,
    pub(super) call: &'a Call,
    pub(super) world: &'a World,
    pub(super) expectation: Expectation,
}

impl<'a> CallContext<'a> {
    /// What the operation does.
    pub(super) fn action(&self) -> Action {
        self.operation.table.action
    }

    /// The specification in the request.
    pub(super) fn spec(&self) -> Option<&'a Value> {
        self.member(Role::Spec)
    }

    /// The tags in the request.
    pub(super) fn tags(&self) -> &'a [Value] {
        self.member(Role::Tags).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The name at this depth in the request, if it is a string.
    pub(super) fn name(&self, depth: usize) -> Option<&'a str> {
        self.member(Role::Name(depth)).and_then(Value::as_str)
    }

    pub(super) fn member(&self, role: Role) -> Option<&'a Value> {
        let (input, _) = self.operation.input(role)?;
        let readable = !self.call.malformed || input.location != Location::Body;
        self.call.input.get(input.name).filter(|_| readable)
    }

    /// Permits an error that the documents leave open.
    pub(super) fn leave(&mut self, promise: SharedRule, error: ErrorKind) {
        if let Some(rule) = self.family.rule(promise) {
            self.expectation.leaves.push(Refusal::by(rule, error));
        }
    }

    /// Demands the error that a shared rule is about.
    pub(super) fn refuse(&mut self, shared: SharedRule) {
        if let (Some(rule), RuleKind::Refusal(error)) =
            (self.family.rule(shared), shared.text().kind)
        {
            self.expectation.demands.push(Refusal::by(rule, error));
        }
    }

    pub(super) fn due(&mut self, promise: SharedRule) {
        self.expectation.due.extend(self.family.rule(promise));
    }
}
