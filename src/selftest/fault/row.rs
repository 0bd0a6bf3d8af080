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

/// A table of rows: slug, rule, calls, mutation, summary, and what else is to be said of the fault.
macro_rules! rows {
    ($rules:ident: $($slug:literal $breaks:ident $on:ident ($mutation:expr)
        $summary:literal $(.$option:ident($($value:expr)?))*;)*) => {{
        #[allow(clippy::enum_glob_use, reason = "the mutations of a table need no prefix")]
        use $crate::selftest::fault::behaviour::Mutation::*;
        &[$(row($slug, $rules::$breaks, $on, $mutation, $summary)$(.$option($($value)?))*),*]
    }};
}
pub(super) use rows;

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

/// The other rules on a server that stores a wrong specification: a delete shows it as a describe
/// does, and it may be one that an update replaced.
pub(super) const SPEC_STORED: &[SharedRule] =
    &[SharedRule::DeletedSpec, SharedRule::UpdateReplaces];
/// The other rules on a server that does not store an update. The delete shows the old specification,
/// too, which was not replaced. The server compares the next update with the old one: it counts a
/// repeated update, and permits another update with the same token.
pub(super) const SPEC_LOST: &[SharedRule] = &[
    SharedRule::DeletedSpec,
    SharedRule::UpdateReplaces,
    SharedRule::UpdateReplay,
    SharedRule::UpdateTokenReuse,
];

/// Calls of each action, and of all of them.
pub(super) const CREATE: &[Action] = &[Action::Create];
pub(super) const DESCRIBE: &[Action] = &[Action::Describe];
pub(super) const UPDATE: &[Action] = &[Action::Update];
pub(super) const DELETE: &[Action] = &[Action::Delete];
pub(super) const LIST: &[Action] = &[Action::List];
pub(super) const ANY: &[Action] =
    &[Action::Create, Action::Describe, Action::Update, Action::Delete, Action::List];
