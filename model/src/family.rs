//! Families as data: a kind of resource, its operations, its own rules and what is left open.
//!
//! The main type is [`Family`]. [`crate::expect`] says what follows from it for a call.

use serde_json::Value;

use crate::error::ErrorKind;
use crate::operation::{Action, Operation};
use crate::rule::{Basis, RuleKind};
use crate::shape::Shape;
use crate::shared_rule::SharedRule;

/// A kind of resource.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Name in rule ids.
    pub id: &'static str,
    /// What to call one in a sentence.
    pub noun: &'static str,
    /// The family that its resources live in, if any.
    pub parent: Option<&'static str>,
    /// The member that carries its name, in requests and answers.
    pub name_member: &'static str,
    /// The output member that is the HTTP payload.
    pub payload: &'static str,
    /// The member of a list answer that holds the items.
    pub list_member: &'static str,
    /// What stands before the name in an ARN.
    pub arn_segment: &'static str,
    /// Its operations.
    pub operations: &'static [Operation],
    /// The answer of create, describe, update and delete.
    pub data: &'static Shape,
    /// An item of a list.
    pub item: &'static Shape,
    /// The answer of a list.
    pub page: &'static Shape,
    /// Rules beside those of [`crate::shared_rule`].
    pub own_rules: &'static [OwnRule],
    /// Where the evidence differs from what [`crate::shared_rule`] says of all families.
    pub evidence: &'static [Evidence],
    /// What the documents leave open about its specifications.
    pub silence: Silence,
    /// The families whose specifications bring a resource of this one into being by naming it. The
    /// documents do not say whether such a resource can be seen before it is created.
    pub implied_by: &'static [&'static str],
    /// For how long a describe may miss a fresh create, by the evidence; 0 for not at all.
    pub settle_ms: u64,
}

impl Family {
    /// The operation that does this, if the family has one.
    pub fn operation(&self, action: Action) -> Option<&'static Operation> {
        self.operations.iter().find(|operation| operation.action == action)
    }
}

/// A rule of one family, by which calls are refused. Where its basis is silent, they may be refused.
#[derive(Clone, Copy, Debug)]
pub struct OwnRule {
    /// The part of the id behind `family/`.
    pub slug: &'static str,
    /// The family whose calls the rule is about, where that is another than the one that lists it.
    pub about: Option<&'static str>,
    /// Which calls are refused.
    pub refuses: Refused,
    /// How sure we are.
    pub basis: Basis,
    /// The statement, in our own words.
    pub statement: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

impl OwnRule {
    /// What the rule is about.
    pub fn kind(&self) -> RuleKind {
        match self.basis {
            Basis::Silent => RuleKind::Open,
            _ => RuleKind::Refusal(self.refuses.error()),
        }
    }
}

/// The calls that a family's own rule refuses.
#[derive(Clone, Copy, Debug)]
pub enum Refused {
    /// Creates and updates with a specification of this kind.
    Spec(fn(&Value) -> bool),
    /// Calls with a specification that refers to a resource which does not exist.
    MissingReference {
        /// What the calls do.
        actions: &'static [Action],
        /// The families that the resource may belong to.
        families: &'static [&'static str],
    },
    /// Deletes of a resource to which a specification refers.
    ReferredTo {
        /// The family that the specification belongs to.
        by: &'static str,
    },
}

impl Refused {
    /// The error with which the calls are refused.
    pub const fn error(self) -> ErrorKind {
        match self {
            Self::Spec(_) => ErrorKind::BadRequest,
            Self::MissingReference { .. } => ErrorKind::NotFound,
            Self::ReferredTo { .. } => ErrorKind::ResourceInUse,
        }
    }
}

/// A place where a family has other evidence for a shared rule.
#[derive(Clone, Copy, Debug)]
pub struct Evidence {
    /// The shared rule.
    pub rule: SharedRule,
    /// Its basis for this family.
    pub basis: Basis,
    /// Its source for this family.
    pub source: &'static str,
}

/// What the documents leave open about the specifications of a family.
#[derive(Clone, Copy, Debug)]
pub struct Silence {
    /// Whether they leave open that a specification is accepted.
    pub spec: fn(&Value) -> bool,
    /// Whether they leave open that one is accepted inside a parent with this specification; none
    /// where the parent makes no difference.
    pub in_parent: Option<fn(&Value) -> bool>,
    /// Whether a specification may exceed a quota.
    pub quota: fn(&Value) -> bool,
}

impl Silence {
    /// Nothing is left open.
    pub const NONE: Self = Self { spec: |_| false, in_parent: None, quota: |_| false };
}
