//! Where the server does otherwise to its resources than it should.

use std::sync::Arc;

use appmesh_model::api::{Api, ApiFamily, Call};
use appmesh_model::expect::Change;
use appmesh_model::operation::Action;
use appmesh_model::render;
use appmesh_model::world::{Key, World};
use serde_json::Value;
use uuid::Uuid;

use super::super::fault::act::{What, Whose};
use super::Sabotage;
use super::answer::write;
use super::edit::Editing;

impl Sabotage {
    /// Changes what a call did and what it answers.
    pub(in crate::reference) fn spoil(
        &mut self,
        api: &Api,
        call: &Call,
        key: &Key,
        world: &mut World,
        body: &mut Value,
    ) {
        if self.is_idle() {
            return;
        }
        let action = api.operations[call.operation].table.action;
        let editing = self.editing(key, world);
        let status = if action == Action::Delete { "DELETED" } else { "ACTIVE" };
        let stored = world.get(key).cloned();
        let mut shown = stored.or_else(|| self.facts.before.as_deref().cloned());
        let mut edited = false;
        for what in self.misdeeds() {
            match what {
                What::Store(edit) | What::Show(edit) => {
                    if let What::Store(_) = what {
                        world.change(key, |resource| editing.apply(edit, resource));
                    }
                    if let Some(shown) = &mut shown {
                        editing.apply(edit, shown);
                        edited = true;
                    }
                }
                What::Behind(edit) => world.change(key, |resource| editing.apply(edit, resource)),
                What::Touch(whose, edit) => {
                    if let Some(other) = self.facts.other(whose) {
                        world.change(other, |resource| editing.apply(edit, resource));
                    }
                }
                What::Take(whose) => self.take(whose, world),
                _ => {}
            }
        }
        if let (true, Some(shown)) = (edited, &shown) {
            *body = render::resource(api, key, shown, status);
        }
        let name_member = api.families[key.family].table.name_member;
        for what in self.misdeeds() {
            if let What::Write(writing) = what {
                write(writing, name_member, body);
            }
        }
        if action == Action::Delete {
            // Where it should have been refused, all that the resource held goes with it.
            let lives_in = |family: &&ApiFamily| {
                family.index != key.family && family.lineage.contains(&key.family)
            };
            let inner: Vec<usize> =
                api.families.iter().filter(lives_in).map(|family| family.index).collect();
            world.remove_below(&inner, key);
        }
        self.remember(api, action, key);
    }

    /// Deletes another resource along with the one that the call names.
    fn take(&self, whose: Whose, world: &mut World) {
        if let Some(other) = self.facts.other(whose) {
            world.remove(other);
        }
    }

    /// What wrong changes to the resource are made of.
    fn editing(&self, key: &Key, world: &World) -> Editing {
        let here = world.get(key);
        let namesake = self.facts.other(Whose::Namesake);
        Editing {
            name: key.name().to_owned(),
            before: self.facts.before.clone(),
            gone: self.facts.gone.clone(),
            last_uid: self.history.last_gone(key).and_then(|gone| gone.resource.uid.clone()),
            new_uid: Uuid::new_v4().to_string(),
            one_uid: self.one_uid.clone(),
            sent: self.facts.sent.clone().map(Arc::new),
            namesake: namesake.and_then(|namesake| world.get(namesake)?.spec.clone()),
            now: here.and_then(|here| here.last_updated_at),
        }
    }

    /// The answer for a resource that was deleted and lingers on.
    pub(in crate::reference) fn lingering(
        &mut self,
        api: &Api,
        key: &Key,
        change: Change,
    ) -> Option<Value> {
        if !self.does(What::Revive) {
            return None;
        }
        if let Change::Replace { .. } = change {
            let sent = self.facts.sent.clone().map(Arc::new);
            self.history.updated_gone(key, sent);
        }
        let resource = self.history.gone(key)?;
        let status = if change == Change::Remove { "DELETED" } else { "ACTIVE" };
        Some(render::resource(api, key, resource, status))
    }
}
