//! Situations: what the model can tell of a call before it is sent.
//!
//! The main type is [`Situation`]: an operation, the outcomes that are permitted, and the facts that
//! made it so. Two calls in the same situation put a target to the same test, so that a campaign is
//! thorough when it has visited every one. Situations derive from expectations and worlds alone;
//! nothing here knows how a call comes about.

use std::collections::BTreeSet;

use crate::action;
use crate::api::{Api, Call};
use crate::expectation::{Change, Expectation};
use crate::operation::Action;
use crate::rule::RuleId;
pub use crate::situation_fact::Fact;
use crate::situation_fact::Looker;
use crate::world::{Key, World};

/// What the model can tell of a call before it is sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Situation {
    /// Index into [`Api::operations`].
    pub operation: usize,
    /// What may come: what success does, and the names of errors.
    pub outcomes: BTreeSet<&'static str>,
    /// The rules that say so; none where several reasons to refuse the call meet.
    pub rules: Vec<RuleId>,
    /// What is so before the call.
    pub facts: Vec<Fact>,
}

impl Situation {
    /// The situation of a call in a world; none if an earlier divergence leaves it in doubt.
    pub fn of(api: &Api, world: &World, call: &Call, expectation: &Expectation) -> Option<Self> {
        let is_in_doubt = |key: &Key| world.get(key).is_some_and(|resource| resource.spec_in_doubt);
        if expectation.in_doubt || expectation.key.as_ref().is_some_and(is_in_doubt) {
            return None;
        }
        let mut outcomes: BTreeSet<&'static str> =
            expectation.refusals().map(|refusal| refusal.error.type_name()).collect();
        if expectation.may_succeed() {
            outcomes.extend(expectation.changes.iter().map(|change| done(*change)));
        }
        let mut rules: Vec<RuleId> = match expectation.demands.len() {
            0 => expectation.due.iter().copied().chain(expectation.open).collect(),
            1 => vec![expectation.demands[0].rule],
            _ => Vec::new(),
        };
        rules.sort_unstable();
        rules.dedup();
        // What is wrong with the input itself does not hang on what is there.
        let plain = !expectation.unclear_input && !expectation.wrong_type;
        let sound = expectation.demands.iter().all(|refusal| !refusal.bounds_input);
        let mut facts = Vec::new();
        if let (Some(key), true, true) = (&expectation.key, plain && !call.malformed, sound) {
            let mut looker = Looker { api, world, call, key, facts: &mut facts };
            let action = action::of(api.operations[call.operation].table.action);
            action.look(&mut looker, expectation.demands.is_empty());
        }
        Some(Self { operation: call.operation, outcomes, rules, facts })
    }

    /// The situation in words: operation, what is so, what may come.
    pub fn describe(&self, api: &Api) -> String {
        let name = api.operations[self.operation].table.name;
        let outcomes: Vec<&str> = self.outcomes.iter().copied().collect();
        let rules = self.rules.iter().map(|rule| api.catalogue.get(*rule).id.as_str());
        let several = self.rules.is_empty().then_some("several reasons to refuse it");
        let facts = self.facts.iter().map(|fact| fact.as_str());
        let reasons: Vec<&str> = several.into_iter().chain(rules).chain(facts).collect();
        format!("{name} ({}): {}", reasons.join(", "), outcomes.join(" or "))
    }
}

/// Where the resource of a call stands, seen from the one that was changed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// It is the same.
    Same,
    /// Both live in the same parent, and its name sorts before the other's; so does that of a list,
    /// which is about all of them.
    SiblingBefore,
    /// Both live in the same parent, and its name sorts behind the other's.
    SiblingBehind,
    /// It has the same name in another parent.
    Namesake,
    /// The one that was changed lives in it.
    Above,
    /// It lives in the one that was changed.
    Below,
    /// Anywhere else.
    Elsewhere,
}

/// The change that was made last.
#[derive(Clone, Debug)]
pub struct LastChange {
    /// The resource that was changed.
    pub key: Key,
    /// What was done to it.
    pub action: Action,
    /// There had been another resource of that name before.
    pub again: bool,
}

/// A call that follows a change: what a server keeps of one resource may get in the way of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequel {
    /// Index into [`Api::operations`].
    pub operation: usize,
    /// What was done last to anything.
    pub after: Action,
    /// There had been another resource of that name before.
    pub again: bool,
    /// Where the resource of the call stands, seen from that one.
    pub relation: Relation,
}

impl Sequel {
    /// The sequel that a call on `key` is to a change of `changed`.
    pub fn of(operation: usize, key: &Key, last: &LastChange) -> Self {
        let LastChange { key: changed, action: after, again } = last;
        let within = |inner: &Key, outer: &Key| {
            let depth = outer.names().count();
            inner.names().count() > depth && inner.names().take(depth).eq(outer.names())
        };
        let alike = key.family == changed.family;
        let relation = if key == changed {
            Relation::Same
        } else if alike && key.parent_path() == changed.parent_path() {
            if key < changed { Relation::SiblingBefore } else { Relation::SiblingBehind }
        } else if alike && key.name() == changed.name() {
            Relation::Namesake
        } else if within(changed, key) {
            Relation::Above
        } else if within(key, changed) {
            Relation::Below
        } else {
            Relation::Elsewhere
        };
        Self { operation, after: *after, again: *again, relation }
    }

    /// The sequel in words.
    pub fn describe(self, api: &Api) -> String {
        let name = api.operations[self.operation].table.name;
        let after = match self.after {
            Action::Create if self.again => "created again",
            Action::Create => "created",
            Action::Update => "updated",
            Action::Delete => "deleted",
            Action::Describe | Action::List => "read",
        };
        let what = match self.relation {
            Relation::Same => "the same resource",
            Relation::SiblingBefore => "a sibling behind it",
            Relation::SiblingBehind => "a sibling before it",
            Relation::Namesake => "one of the same name in another parent",
            Relation::Above => "one that lives in it",
            Relation::Below => "the one that it lives in",
            Relation::Elsewhere => "one elsewhere",
        };
        let again = if self.again && self.after != Action::Create { ", made again," } else { "" };
        format!("{name} after {what}{again} was {after}")
    }
}

const fn done(change: Change) -> &'static str {
    match change {
        Change::Read => "read",
        Change::Create => "created",
        Change::Replay => "answered again",
        Change::Replace { counts: true } => "updated",
        Change::Replace { counts: false } => "updated without a new version",
        Change::Remove => "deleted",
        Change::Page => "page",
    }
}
