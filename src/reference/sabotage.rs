//! Sabotage: what a faulty server does otherwise than a correct one.
//!
//! The main type is [`Sabotage`]: the faults that are switched on, and what they must remember. The
//! plain server calls in here at a few places and is otherwise free of faults. The places have a
//! module each: what the server believes it must do (`expectation`), what it does to its resources
//! (`world`), how it cuts lists (`page`), how it writes its answers (`answer`).

use appmesh_model::api::{Api, Call};
use appmesh_model::expect::Expectation;
use appmesh_model::operation::Action;
use appmesh_model::world::{Key, World};
use uuid::Uuid;

use super::fault::Fault;
use super::fault::act::{Via, What};

mod answer;
mod edit;
mod expectation;
mod facts;
mod history;
mod page;
mod world;

use facts::Facts;
use history::History;
pub(super) use page::Cut;

/// The faults that are switched on, and what they remember.
#[derive(Clone, Debug)]
pub struct Sabotage {
    faults: Vec<Fault>,
    history: History,
    /// How things stood before the call that is being answered.
    facts: Facts,
    /// What that call brings out, by the index of the fault.
    struck: Vec<usize>,
    one_uid: String,
}

impl Sabotage {
    /// With these faults switched on.
    pub fn new(faults: &[Fault]) -> Self {
        Self {
            faults: faults.to_vec(),
            history: History::default(),
            facts: Facts::default(),
            struck: Vec::new(),
            one_uid: Uuid::new_v4().to_string(),
        }
    }

    /// Whether no fault is switched on, so that nothing need be remembered.
    pub fn is_idle(&self) -> bool {
        self.faults.is_empty()
    }

    /// Takes in how things stand before a call, and which faults it brings out.
    fn look(&mut self, api: &Api, call: &Call, expectation: &Expectation, world: &World) {
        self.facts = Facts::of(&self.history, api, call, expectation, world);
        let operation = &api.operations[call.operation];
        let family = &api.families[operation.family];
        let parent = family.lineage.iter().rev().nth(1).copied();
        let strikes = |fault: &Fault| {
            let hit = match fault.act.via {
                Via::Itself => Some(operation.family),
                Via::Children => parent,
            };
            fault.act.on.contains(&operation.table.action)
                && fault.family.is_none_or(|its| Some(its) == hit)
                && self.facts.are(fault.act.when)
        };
        self.struck = (0..self.faults.len()).filter(|&at| strikes(&self.faults[at])).collect();
    }

    /// The misdeeds that the call brings out.
    fn misdeeds(&self) -> impl Iterator<Item = What> {
        self.struck.iter().map(|&index| self.faults[index].act.what)
    }

    fn does(&self, what: What) -> bool {
        self.misdeeds().any(|misdeed| misdeed == what)
    }

    /// Remembers what a call has done.
    fn remember(&mut self, api: &Api, action: Action, key: &Key) {
        match (action, self.facts.before.clone()) {
            (Action::Delete, Some(before)) => {
                self.history.deleted(key, &before, self.facts.is_youngest());
            }
            (Action::Update, Some(_)) => self.history.updated(key),
            (Action::Create, before) if before.is_none() || !self.facts.are_replayed() => {
                let lineage = &api.families[key.family].lineage;
                let above = lineage[..lineage.len() - 1].iter().enumerate();
                let ancestors = above.map(|(depth, &family)| key.ancestor(family, depth));
                self.history.created(key, self.facts.client_token.clone(), ancestors);
            }
            _ => {}
        }
    }
}
