//! Faults: bugs of the reference server that can be switched on.
//!
//! The main type is [`Fault`].

use appmesh_model::api::Api;
use appmesh_model::operation::Action;
use appmesh_model::rule::RuleId;
use appmesh_model::shared_rule::SharedRule;

use super::behaviour::{Behaviour, Edit, Mutation, Via, When};
use super::shortest::{self, Shortest};

/// A bug of the reference server that can be switched on.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its name on the command line.
    pub id: String,
    /// The rule that it breaks.
    pub rule: RuleId,
    /// What it does, for a person.
    pub summary: String,
    /// It needs a particular history, not just one or two calls.
    pub deep: bool,
    /// Other rules that findings may name because of it.
    pub explains: Vec<RuleId>,
    /// The number of calls that show it; none if nobody has searched yet.
    pub shortest: Option<Shortest>,
    /// What it does wrong.
    pub behaviour: Behaviour,
    /// The index of the family that has the fault; none for all.
    pub family: Option<usize>,
    /// The rule that it breaks, if families share it.
    pub shared: Option<SharedRule>,
}

impl Fault {
    /// Whether the fault explains a finding on this rule.
    pub fn accounts_for(&self, rule: RuleId) -> bool {
        self.rule == rule || self.explains.contains(&rule)
    }

    /// The lower bound of the number of calls that show it, where a search cannot try so many.
    pub fn bound(&self, api: &Api) -> Option<Shortest> {
        shortest::bound(api, self.behaviour, self.family)
    }

    /// Whether only lists show the fault, so that for it one resource of a family is as good as
    /// another.
    pub(in crate::selftest) fn is_in_lists(&self) -> bool {
        let shows = matches!(self.behaviour.mutation, Mutation::Cut(_) | Mutation::Refuse(_));
        self.behaviour.on == [Action::List] && self.behaviour.via == Via::Itself && shows
    }

    /// Whether the fault depends on one resource and its history only: others beside it, in it or
    /// referring to it make no difference.
    pub(in crate::selftest) fn is_in_one(&self) -> bool {
        let of_others = matches!(
            self.behaviour.when,
            When::FreedSlot
                | When::Emptied
                | When::OneChild
                | When::UpdatedChildren
                | When::RecreatedChildren
                | When::ParentDeleted
                | When::Namesake
                | When::OlderSibling
                | When::YoungerSibling
                | When::Hundred
                | When::OverHundred
        );
        let one = matches!(
            self.behaviour.mutation,
            Mutation::Refuse(_)
                | Mutation::RefuseAs(_)
                | Mutation::Revive
                | Mutation::CountReplay
                | Mutation::Store(_)
                | Mutation::Behind(_)
                | Mutation::Show(_)
                | Mutation::Item(_)
                | Mutation::Write(_)
        );
        let edit = match self.behaviour.mutation {
            Mutation::Store(edit) | Mutation::Show(edit) => Some(edit),
            _ => None,
        };
        let compares = matches!(edit, Some(Edit::OneUid | Edit::LastUid | Edit::NamesakeSpec));
        let itself = self.behaviour.via == Via::Itself && self.family.is_some();
        one && itself && !of_others && !compares
    }

    /// Whether the fault is about names as long as they may be.
    pub(in crate::selftest) fn is_in_long_names(&self) -> bool {
        self.behaviour.when == When::LongName
    }
}
