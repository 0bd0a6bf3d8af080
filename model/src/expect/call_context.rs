//! A call that is asked about: the view of it that rules are written against.
//!
//! The main type is [`CallContext`]: families read the request and the world through it and add what
//! only they expect. It decides nothing by itself.

use serde_json::Value;

use super::{Change, Expectation, Refusal};
use crate::api::{Api, ApiFamily, ApiOperation, Call};
use crate::error::ErrorKind;
use crate::operation::{Action, Location, Role};
use crate::schema::Node;
use crate::shape::{Kind, Text};
use crate::shared_rule::SharedRule;
use crate::world::{Key, Resource, World};

/// Whether anything refers to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refers {
    /// Nothing does.
    No,
    /// An answer that told otherwise than was accepted leaves it open.
    Perhaps,
    /// Something does.
    Surely,
}

/// A call in a world, with the expectation as it grows.
pub struct CallContext<'a> {
    pub(super) api: &'a Api,
    pub(super) family: &'a ApiFamily,
    pub(super) operation: &'a ApiOperation,
    pub(super) call: &'a Call,
    pub(super) world: &'a World,
    pub(super) expectation: Expectation,
}

impl<'a> CallContext<'a> {
    /// What the operation does.
    pub fn action(&self) -> Action {
        self.operation.table.action
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

    /// The specifications that the resource of this family with these names may have: more than one
    /// after an answer that told otherwise than was accepted. None where nothing is known.
    pub fn specs_of(
        &self,
        family: &str,
        names: &[&str],
    ) -> impl Iterator<Item = &'a Value> + use<'a> {
        let family = self.api.family(family);
        let key = family.map(|family| Key::new(family.index, names.iter().copied()));
        let world = self.world;
        key.and_then(|key| world.get(&key)).into_iter().flat_map(Resource::specs)
    }

    /// Whether resources of `family` below the given one refer to `name` in their specifications.
    pub fn refers(&self, family: &str, below: &[&str], name: &str) -> Refers {
        let family = self.api.family(family);
        let ancestor = Key::new(0, below.iter().copied());
        let schema = family
            .and_then(|family| self.api.operation_of(family.index, Action::Create))
            .and_then(|operation| operation.input(Role::Spec));
        let mut refers = Refers::No;
        if let (Some(family), Some((_, node))) = (family, schema) {
            for (_, resource) in self.world.below(family.index, &ancestor) {
                let mut possible = resource.specs().map(|spec| names_it(node, spec, name));
                let first = possible.next().unwrap_or(false);
                let of_one = match possible.all(|other| other == first) {
                    false => Refers::Perhaps,
                    true if first => Refers::Surely,
                    true => Refers::No,
                };
                refers = refers.max(of_one);
            }
        }
        refers
    }

    /// Demands that the call be refused, by a rule of the family's own.
    pub fn demand(&mut self, slug: &str, error: ErrorKind) {
        // A call that was made before, token and all, may answer what it answered then.
        if self.expectation.changes == [Change::Replay] {
            self.leave(SharedRule::TokenKept, error);
        } else if let Some(rule) = self.family.own_rule(slug) {
            self.expectation.demands.push(Refusal::by(rule, error));
        }
    }

    /// Permits an error that the documents leave open.
    pub fn leave(&mut self, promise: SharedRule, error: ErrorKind) {
        if let Some(rule) = self.family.rule(promise) {
            self.expectation.leaves.push(Refusal::by(rule, error));
        }
    }

    pub(super) fn demand_promised(&mut self, promise: SharedRule, error: ErrorKind) {
        if let Some(rule) = self.family.rule(promise) {
            self.expectation.demands.push(Refusal::by(rule, error));
        }
    }

    pub(super) fn due(&mut self, promise: SharedRule) {
        self.expectation.due.extend(self.family.rule(promise));
    }
}

/// Whether a value refers to the resource of this name.
fn names_it(node: &Node, value: &Value, name: &str) -> bool {
    match (&node.shape.kind, value) {
        (Kind::Text { text: Text::Reference(_), .. }, Value::String(referred)) => referred == name,
        (Kind::List { .. }, Value::Array(items)) => {
            items.iter().any(|item| names_it(&node.children[0], item, name))
        }
        (Kind::Structure { .. }, Value::Object(members)) => node.children.iter().any(|child| {
            members.get(child.name).is_some_and(|member| names_it(child, member, name))
        }),
        _ => false,
    }
}
