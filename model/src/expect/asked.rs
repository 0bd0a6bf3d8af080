//! A call that is asked about: the view of it that rules are written against.
//!
//! The main type is [`Asked`]: families read the request and the world through it and add what
//! only they expect. It decides nothing by itself.

use serde_json::Value;

use super::{Change, Expectation, Refusal};
use crate::api::{Api, ApiFamily, ApiOperation, Call};
use crate::operation::{ErrorKind, Location, Role, Verb};
use crate::promise::Promise;
use crate::schema::Node;
use crate::shape::{Kind, Text};
use crate::world::{Key, World};

/// A call in a world, with the expectation as it grows.
pub struct Asked<'a> {
    pub(super) api: &'a Api,
    pub(super) family: &'a ApiFamily,
    pub(super) operation: &'a ApiOperation,
    pub(super) call: &'a Call,
    pub(super) world: &'a World,
    pub(super) expectation: Expectation,
}

impl<'a> Asked<'a> {
    /// What the operation does.
    pub fn verb(&self) -> Verb {
        self.operation.table.verb
    }

    /// The specification in the request.
    pub fn spec(&self) -> Option<&'a Value> {
        self.member(Role::Spec)
    }

    /// The tags in the request.
    pub fn tags(&self) -> &'a [Value] {
        self.member(Role::Tags).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The name at this depth in the request, if it is a string.
    pub fn name(&self, depth: usize) -> Option<&'a str> {
        self.member(Role::Name(depth)).and_then(Value::as_str)
    }

    pub(super) fn member(&self, role: Role) -> Option<&'a Value> {
        let (input, _) = self.operation.input(role)?;
        let readable = !self.call.malformed || input.location != Location::Body;
        self.call.input.get(input.name).filter(|_| readable)
    }

    /// Whether the resource of this family with these names exists.
    pub fn exists(&self, family: &str, names: &[&str]) -> bool {
        self.api.family(family).is_some_and(|family| {
            self.world.contains(&Key::new(family.index, names.iter().copied()))
        })
    }

    /// The specification of the resource of this family with these names.
    pub fn spec_of(&self, family: &str, names: &[&str]) -> Option<&'a Value> {
        let family = self.api.family(family)?;
        self.world.get(&Key::new(family.index, names.iter().copied()))?.spec.as_deref()
    }

    /// The names that resources of `family` below the given one refer to in their specifications.
    pub fn references(&self, family: &str, below: &[&str]) -> impl Iterator<Item = &'a str> {
        let family = self.api.family(family);
        let ancestor = Key::new(0, below.iter().copied());
        let schema = family
            .and_then(|family| self.api.operation_of(family.index, Verb::Create))
            .and_then(|operation| operation.input(Role::Spec));
        let mut found = Vec::new();
        if let (Some(family), Some((_, node))) = (family, schema) {
            for (_, resource) in self.world.below(family.index, &ancestor) {
                if let Some(spec) = resource.spec.as_deref() {
                    collect_references(node, spec, &mut found);
                }
            }
        }
        found.into_iter()
    }

    /// Demands that the call be refused, by a rule of the family's own.
    pub fn demand(&mut self, slug: &str, error: ErrorKind) {
        // A call that was made before, token and all, may answer what it answered then.
        if self.expectation.changes == [Change::Replay] {
            self.leave(Promise::TokenKept, error);
        } else if let Some(rule) = self.family.own_rule(slug) {
            self.expectation.demands.push(Refusal::by(rule, error));
        }
    }

    /// Permits an error that the documents leave open.
    pub fn leave(&mut self, promise: Promise, error: ErrorKind) {
        if let Some(rule) = self.family.rule(promise) {
            self.expectation.leaves.push(Refusal::by(rule, error));
        }
    }

    pub(super) fn demand_promised(&mut self, promise: Promise, error: ErrorKind) {
        if let Some(rule) = self.family.rule(promise) {
            self.expectation.demands.push(Refusal::by(rule, error));
        }
    }

    pub(super) fn due(&mut self, promise: Promise) {
        self.expectation.due.extend(self.family.rule(promise));
    }
}

fn collect_references<'v>(node: &Node, value: &'v Value, found: &mut Vec<&'v str>) {
    match (&node.shape.kind, value) {
        (Kind::Text { text: Text::Reference(_), .. }, Value::String(name)) => found.push(name),
        (Kind::List { .. }, Value::Array(items)) => {
            items.iter().for_each(|item| collect_references(&node.children[0], item, found));
        }
        (Kind::Structure { .. }, Value::Object(members)) => {
            for child in &node.children {
                if let Some(member) = members.get(child.name) {
                    collect_references(child, member, found);
                }
            }
        }
        _ => {}
    }
}
