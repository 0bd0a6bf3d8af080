//! Mutations: how seeded faults change the behaviour of the reference server.
//!
//! The main type is [`Mutations`]: the faults that are switched on, and what they must remember. It
//! implements the hooks of the reference server. A [`Mutation`] is done in the module of the point
//! at which it changes the server: `expectation`, `resource` (resources), `page` and `reply`.

use std::borrow::Cow;
use std::sync::Arc;

use appmesh_model::api::{Api, ApiFamily, Call};
use appmesh_model::expect::{Change, Expectation, Refusal};
use appmesh_model::operation::Action;
use appmesh_model::rendering;
use appmesh_model::wire_rule::Wire;
use appmesh_model::world::{Key, Resource, World};
use serde_json::Value;
use uuid::Uuid;

use super::fault::Fault;
use super::fault::behaviour::{Cutting, Mutation, Related, Via};
use crate::reference::Reply;
use crate::reference::hooks::{Cut, Hooks};

mod condition;
mod expectation;
mod memory;
mod page;
mod reply;
mod resource;

use condition::Facts;
use memory::{History, ShownPage};
use resource::Editing;

/// The faults that are switched on, and what they remember.
#[derive(Clone, Debug)]
pub(super) struct Mutations {
    faults: Arc<[Fault]>,
    history: History,
    /// The situation before the call that is being answered.
    facts: Facts,
    /// The indices of the faults that the call shows.
    active: Vec<usize>,
    one_uid: Arc<str>,
}

impl Mutations {
    /// The mutations of these faults.
    pub fn new(faults: &[Fault]) -> Self {
        Self {
            faults: faults.into(),
            history: History::default(),
            facts: Facts::default(),
            active: Vec::new(),
            one_uid: Uuid::new_v4().to_string().into(),
        }
    }

    /// Takes in the situation before a call, and which faults it shows.
    fn observe(&mut self, api: &Api, call: &Call, expectation: &Expectation, world: &World) {
        self.facts = Facts::of(&self.history, api, call, expectation, world);
        let operation = &api.operations[call.operation];
        let family = &api.families[operation.family];
        let parent = family.lineage.iter().rev().nth(1).copied();
        let shows = |fault: &Fault| {
            let faulty = match fault.behaviour.via {
                Via::Itself => Some(operation.family),
                Via::Children => parent,
            };
            fault.behaviour.on.contains(&operation.table.action)
                && fault.family.is_none_or(|family| Some(family) == faulty)
                && self.facts.hold(fault.behaviour.when)
        };
        self.active = (0..self.faults.len()).filter(|&index| shows(&self.faults[index])).collect();
    }

    /// The faults that the call shows.
    fn active(&self) -> impl Iterator<Item = &Fault> {
        self.active.iter().map(|&index| &self.faults[index])
    }

    /// Their mutations.
    fn mutations(&self) -> impl Iterator<Item = Mutation> {
        self.active().map(|fault| fault.behaviour.mutation)
    }

    fn has(&self, mutation: Mutation) -> bool {
        self.mutations().any(|other| other == mutation)
    }

    /// Remembers what a call has done.
    fn remember(&mut self, api: &Api, action: Action, key: &Key) {
        match (action, self.facts.before.clone()) {
            (Action::Delete, Some(before)) => {
                self.history.record_delete(key, &before, self.facts.is_youngest());
            }
            (Action::Update, Some(_)) => self.history.record_update(key),
            (Action::Create, before) if before.is_none() || !self.facts.are_replayed() => {
                let lineage = &api.families[key.family].lineage;
                let above = lineage[..lineage.len() - 1].iter().enumerate();
                let ancestors = above.map(|(depth, &family)| key.ancestor(family, depth));
                self.history.record_create(key, self.facts.client_token.clone(), ancestors);
            }
            _ => {}
        }
    }

    /// The values that edits of the resource use.
    fn editing(&self, key: &Key, world: &World) -> Editing {
        let here = world.get(key);
        let namesake = self.facts.other(Related::Namesake);
        Editing {
            name: key.name().to_owned(),
            before: self.facts.before.clone(),
            deleted: self.facts.deleted.clone(),
            last_uid: self.history.last_deleted(key).and_then(|last| last.resource.uid.clone()),
            new_uid: Uuid::new_v4().to_string(),
            one_uid: self.one_uid.clone(),
            sent: self.facts.sent.clone().map(Arc::new),
            namesake: namesake.and_then(|namesake| world.get(namesake)?.spec.clone()),
            now: here.and_then(|here| here.last_updated_at),
        }
    }

    /// Makes the edits that the call shows. Returns the resource as the answer shows it, if an edit
    /// changed that.
    fn edit(&self, key: &Key, world: &mut World) -> Option<Resource> {
        let editing = self.editing(key, world);
        let stored = world.get(key).cloned();
        let mut shown = stored.or_else(|| self.facts.before.as_deref().cloned());
        let mut is_edited = false;
        for mutation in self.mutations() {
            match mutation {
                Mutation::Store(edit) | Mutation::Show(edit) => {
                    if let Mutation::Store(_) = mutation {
                        world.change(key, |resource| editing.apply(edit, resource));
                    }
                    if let Some(shown) = &mut shown {
                        editing.apply(edit, shown);
                        is_edited = true;
                    }
                }
                Mutation::Behind(edit) => {
                    world.change(key, |resource| editing.apply(edit, resource));
                }
                Mutation::Touch(related, edit) => {
                    if let Some(other) = self.facts.other(related) {
                        world.change(other, |resource| editing.apply(edit, resource));
                    }
                }
                Mutation::Take(related) => {
                    if let Some(other) = self.facts.other(related) {
                        world.remove(other);
                    }
                }
                _ => {}
            }
        }
        shown.filter(|_| is_edited)
    }
}

impl Hooks for Mutations {
    fn fork(&self) -> Box<dyn Hooks> {
        Box::new(self.clone())
    }

    fn change_memory(&mut self, change: &mut dyn FnMut(&mut Resource)) {
        // The situation before the last call is of no use any more.
        self.facts = Facts::default();
        self.active.clear();
        self.history.resources_mut().for_each(change);
    }

    fn needs_past(&self) -> bool {
        true
    }

    fn on_expectation(
        &mut self,
        api: &Api,
        call: &Call,
        expectation: &mut Expectation,
        world: &World,
    ) {
        self.observe(api, call, expectation, world);
        for fault in self.active() {
            match fault.behaviour.mutation {
                Mutation::Permit => expectation::permit(api, fault.rule, expectation),
                Mutation::RefuseAs(error) => {
                    let broken = |refusal: &&mut Refusal| refusal.rule == fault.rule;
                    let demands = expectation.demands.iter_mut().filter(broken);
                    demands.for_each(|refusal| refusal.error = error);
                }
                Mutation::Revive if !self.facts.are_orphaned() => {
                    let action = api.operations[call.operation].table.action;
                    expectation::revive(action, expectation);
                }
                _ => {}
            }
        }
        // Nobody sees which rule is named here.
        let rule = api.wire(Wire::Status);
        let refusals = self.mutations().filter_map(|mutation| match mutation {
            Mutation::Refuse(error) => Some(Refusal { error, rule, bounds_input: false }),
            _ => None,
        });
        if expectation.demands.is_empty() {
            expectation.demands.extend(refusals);
        }
    }

    fn answer_instead(
        &self,
        api: &Api,
        call: &Call,
        expectation: &Expectation,
        world: &World,
    ) -> Option<Value> {
        expectation::created_without_name(api, call, expectation, world)
    }

    fn on_change(&self, change: Change) -> Change {
        match change {
            Change::Replace { counts: false } if self.has(Mutation::CountReplay) => {
                Change::Replace { counts: true }
            }
            other => other,
        }
    }

    fn also_listed(&self, list: &Key, world: &World) -> Option<(&Key, &Resource)> {
        let last = self.history.last_deleted(list)?;
        let shown = self.has(Mutation::Cut(Cutting::LastDeleted))
            || (last.youngest && self.has(Mutation::Cut(Cutting::YoungestDeleted)));
        (shown && !world.contains(&last.key)).then_some((&last.key, &last.resource))
    }

    fn is_hidden(&self, key: &Key, world: &World) -> bool {
        let hides = self.has(Mutation::Cut(Cutting::NoRecreated));
        hides && self.history.deleted(key).is_some() && world.contains(key)
    }

    fn on_page(&self, cut: &mut Cut) {
        for mutation in self.mutations() {
            if let Mutation::Cut(cutting) = mutation {
                page::cut(cutting, self.facts.page, cut);
            }
        }
    }

    fn on_item<'r>(&self, key: &Key, resource: &'r Resource) -> Cow<'r, Resource> {
        let mut shown = Cow::Borrowed(resource);
        for mutation in self.mutations() {
            if let Mutation::Item(edit) = mutation {
                let editing = Editing { name: key.name().to_owned(), ..Editing::default() };
                editing.apply(edit, shown.to_mut());
            }
        }
        shown
    }

    fn on_token(&mut self, token: &str, shown: usize, is_full: bool) {
        let last = self.facts.page;
        let page = ShownPage {
            number: last.map_or(1, |page| page.number + 1),
            shown: last.map_or(0, |page| page.shown) + shown,
            is_full,
            limit: self.facts.limit,
        };
        self.history.record_page(token, page);
    }

    fn on_missing(&mut self, api: &Api, key: &Key, change: Change) -> Option<Value> {
        if !self.has(Mutation::Revive) {
            return None;
        }
        if let Change::Replace { .. } = change {
            let sent = self.facts.sent.clone().map(Arc::new);
            self.history.update_deleted(key, sent);
        }
        let resource = self.history.deleted(key)?;
        let status = if change == Change::Remove { "DELETED" } else { "ACTIVE" };
        Some(rendering::resource(api, key, resource, status))
    }

    fn on_state(&mut self, api: &Api, call: &Call, key: &Key, world: &mut World, body: &mut Value) {
        let action = api.operations[call.operation].table.action;
        if let Some(shown) = self.edit(key, world) {
            let status = if action == Action::Delete { "DELETED" } else { "ACTIVE" };
            *body = rendering::resource(api, key, &shown, status);
        }
        let name_member = api.families[key.family].table.name_member;
        for mutation in self.mutations() {
            if let Mutation::Write(writing) = mutation {
                reply::write(writing, name_member, body);
            }
        }
        if action == Action::Delete {
            // A delete that should have been refused deletes all that the resource held.
            let lives_in = |family: &&ApiFamily| {
                family.index != key.family && family.lineage.contains(&key.family)
            };
            let inner: Vec<usize> =
                api.families.iter().filter(lives_in).map(|family| family.index).collect();
            world.remove_below(&inner, key);
        }
        self.remember(api, action, key);
    }

    fn on_reply(&self, api: &Api, call: &Call, reply: &mut Reply) {
        let family = &api.families[api.operations[call.operation].family];
        for mutation in self.mutations() {
            let Mutation::Reply(mutation) = mutation else { continue };
            if reply.status < 300 {
                reply::change_success(mutation, family.table.name_member, reply);
            } else {
                reply::change_error(mutation, call.malformed, reply);
            }
        }
    }
}
