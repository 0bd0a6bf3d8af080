//! Rows: the form of the tables that list the faults.
//!
//! The main type is [`Row`]: a fault that every family can have that has the operations and members
//! for it.

use appmesh_model::operation::Action;
use appmesh_model::shared_rule::SharedRule;

use super::behaviour::{Behaviour, Mutation, Via, When};

/// A fault that each family can have, or the whole server; `R` names the rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<R = SharedRule> {
    /// The part of the fault's id behind the family's, or behind `wire.`.
    pub slug: &'static str,
    /// The rule that it breaks.
    pub breaks: R,
    /// What it does, for a person.
    pub summary: &'static str,
    /// It needs a particular history.
    pub deep: bool,
    /// Other rules that it may break.
    pub also: &'static [SharedRule],
    /// What it does wrong.
    pub behaviour: Behaviour,
}

/// A row: this mutation on these calls, always.
pub(super) const fn row<R: Copy>(
    slug: &'static str,
    breaks: R,
    on: &'static [Action],
    mutation: Mutation,
    summary: &'static str,
) -> Row<R> {
    let behaviour = Behaviour { on, via: Via::Itself, when: When::Always, mutation };
    Row { slug, breaks, summary, deep: false, also: &[], behaviour }
}

impl<R: Copy> Row<R> {
    /// The same fault under a condition.
    pub const fn when(mut self, when: When) -> Self {
        self.behaviour.when = when;
        self
    }

    /// The same fault, shown by calls on the family's children.
    pub const fn via_children(mut self) -> Self {
        self.behaviour.via = Via::Children;
        self
    }

    /// The same fault, which needs a particular history.
    pub const fn deep(mut self) -> Self {
        self.deep = true;
        self
    }

    /// The same fault, which may break these rules, too.
    pub const fn also(mut self, also: &'static [SharedRule]) -> Self {
        self.also = also;
        self
    }
}

/// Another specification than the one that was set is stored: a delete shows it as a describe does,
/// and it may be one that an update replaced.
pub(super) const SPEC_STORED: &[SharedRule] =
    &[SharedRule::DeletedSpec, SharedRule::UpdateReplaces];
/// An update that is not stored: the delete shows the old specification, too, which is also one
/// that was not replaced. And a server that compares the next update with what it has stored takes
/// the same one sent again with its token for another, so that it counts, and another one for the
/// same, so that its token is not refused.
pub(super) const SPEC_LOST: &[SharedRule] = &[
    SharedRule::DeletedSpec,
    SharedRule::UpdateReplaces,
    SharedRule::UpdateReplay,
    SharedRule::UpdateTokenReuse,
];

pub(super) const CREATE: &[Action] = &[Action::Create];
pub(super) const DESCRIBE: &[Action] = &[Action::Describe];
pub(super) const UPDATE: &[Action] = &[Action::Update];
pub(super) const DELETE: &[Action] = &[Action::Delete];
pub(super) const LIST: &[Action] = &[Action::List];
pub(super) const ANY: &[Action] =
    &[Action::Create, Action::Describe, Action::Update, Action::Delete, Action::List];
