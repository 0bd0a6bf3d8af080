//! Successors: the worlds that one reading of an answer leads to.
//!
//! The main type is [`Step`]. A permitted outcome leads to one world. After a divergence the call
//! may have been done or not, and each possibility becomes a world with the [`Effect`] that leads there.

use std::sync::Arc;

use serde_json::Value;

use super::deviation::Effect;
use super::interpretation::Interpretation;
use super::page_token;
use crate::api::{Api, Call};
use crate::client_token::record_token;
use crate::expectation::{Change, Expectation};
use crate::judgement::Mismatch;
use crate::observed::Observed;
use crate::page_check::{self, Turn};
use crate::place::Place;
use crate::shared_rule::SharedRule;
use crate::told_resource::{Reading, Told};
use crate::transition;
use crate::world::{Key, World};

/// The worlds that follow, each with what a wrong answer left behind.
pub(super) type Successors = Vec<(World, Option<Effect>)>;

/// One answer, as it is taken over into a world.
pub(super) struct Step<'a> {
    pub api: &'static Api,
    pub call: &'a Call,
    pub observed: &'a Observed,
    pub mismatches: &'a [Mismatch],
    pub expectation: &'a Expectation,
    /// The specification that the call sent, copied at the first use and shared from then on.
    pub sent: &'a dyn Fn() -> Option<Arc<Value>>,
}

impl Step<'_> {
    /// The worlds that follow from `world` by one reading of the answer, the most plausible first.
    pub(super) fn take(&self, mut world: World, reading: &Interpretation) -> Successors {
        let expectation = self.expectation;
        match (reading, &expectation.key) {
            (Interpretation::Unknown, _) => self.done_or_not(world),
            (Interpretation::Denied, _) | (_, None) => vec![(world, None)],
            (Interpretation::Done(change, turn), Some(key)) if expectation.may_succeed() => {
                self.apply(&mut world, key, *change, expectation.wrong_type);
                if *change == Change::Page {
                    page_check::turn(&mut world, turn);
                }
                record_token(self.api, &mut world, self.call, expectation, true);
                if turn.lost.is_empty() {
                    return vec![(world, None)];
                }
                let mut lost = world.clone();
                turn.lost.iter().for_each(|key| lost.lose(key));
                vec![(world, Some(Effect::Unchanged)), (lost, Some(Effect::Lost))]
            }
            (Interpretation::Done(change, _), Some(key)) => self.forbidden(world, key, *change),
            (Interpretation::Refused, Some(key)) => {
                let is_wrong = self.mismatches.iter().any(Mismatch::is_outcome);
                if is_wrong && expectation.may_succeed() && expectation.open.is_none() {
                    return self.refused(world, key);
                }
                record_token(self.api, &mut world, self.call, expectation, false);
                vec![(world, None)]
            }
        }
    }

    fn apply(&self, world: &mut World, key: &Key, change: Change, wrong_type: bool) {
        let body = self.observed.answer.as_ref().and_then(|answer| answer.body.as_ref());
        let reading = body.map(Reading::of_resource);
        let sent = self.sent_for(change);
        let told = reading.as_ref().map(|reading| Told { by: self.call.operation, reading });
        transition::apply(self.api, world, key, change, sent, told, self.observed.answered_ms);
        let of_spec = || self.mismatches.iter().filter(|mismatch| mismatch.at.is_below("spec"));
        let differs = of_spec().next().is_some();
        let replaces = self.api.families[key.family].rule(SharedRule::UpdateReplaces);
        let left_over = differs && of_spec().all(|mismatch| Some(mismatch.rule) == replaces);
        if self.expectation.unclear_input || self.expectation.in_doubt {
            world.change(key, |resource| resource.spec_in_doubt = true);
        }
        if let (Some(told), true) = (told, differs || wrong_type) {
            transition::adopt_spec(world, key, told, left_over);
        }
    }

    /// The specification that a change stores, if it stores one.
    fn sent_for(&self, change: Change) -> Option<Arc<Value>> {
        change.stores().then(self.sent).flatten()
    }

    /// It is not known whether the call was done: a world for either.
    fn done_or_not(&self, world: World) -> Successors {
        let expectation = self.expectation;
        let mut successors = Vec::new();
        if let (Some(key), true) = (&expectation.key, expectation.may_succeed()) {
            for &change in &expectation.changes {
                let mut done = world.clone();
                let (sent, now_ms) = (self.sent_for(change), self.observed.answered_ms);
                transition::apply(self.api, &mut done, key, change, sent, None, now_ms);
                if change == Change::Page {
                    let sent = page_token(self.api, self.call).map(Arc::from);
                    page_check::turn(&mut done, &Turn { sent, ..Turn::default() });
                }
                record_token(self.api, &mut done, self.call, expectation, true);
                successors.push((done, None));
            }
        }
        let mut undone = world;
        record_token(self.api, &mut undone, self.call, expectation, false);
        successors.insert(0, (undone, None));
        successors
    }

    /// The call succeeded although it must not.
    fn forbidden(&self, mut world: World, key: &Key, change: Change) -> Successors {
        let family = &self.api.families[key.family];
        // Whether its token is remembered is as open as what became of the call.
        record_token(self.api, &mut world, self.call, self.expectation, false);
        match change {
            // Another resource takes the name; what lived in the first one was never deleted.
            Change::Create => {
                if world.contains(key) {
                    world.doubt_children(key);
                }
                // A name with a slash may have been taken apart on the way.
                let taken_apart = key.name().contains('/').then(|| (world.clone(), None));
                self.apply(&mut world, key, Change::Create, false);
                world.change(key, |resource| resource.spec_in_doubt = true);
                [(world, None)].into_iter().chain(taken_apart).collect()
            }
            Change::Replace { .. } if world.contains(key) => {
                self.apply(&mut world, key, change, false);
                world.change(key, |resource| resource.spec_in_doubt = true);
                vec![(world, None)]
            }
            Change::Remove if world.contains(key) => {
                // With all that it held, or leaving some of it behind.
                world.doubt_children(key);
                self.apply(&mut world, key, change, false);
                let mut emptied = world.clone();
                let inner: Vec<usize> = descendants(self.api, family.index);
                emptied.remove_below(&inner, key);
                vec![(emptied, None), (world, None)]
            }
            Change::Read | Change::Replace { .. } => {
                let mut existing = world.clone();
                self.apply(&mut existing, key, Change::Create, false);
                existing.change(key, |resource| resource.spec_in_doubt = true);
                vec![(world, None), (existing, Some(Effect::Exists))]
            }
            _ => vec![(world, None)],
        }
    }

    /// The call failed although it must not. It may have been done all the same, and a resource that
    /// was not found may be gone.
    fn refused(&self, mut world: World, key: &Key) -> Successors {
        let expectation = self.expectation;
        let change = expectation.changes.first().copied().unwrap_or(Change::Page);
        let mut changed = Vec::new();
        if !matches!(change, Change::Read | Change::Page | Change::Replay) {
            let (mut done, sent) = (world.clone(), self.sent_for(change));
            transition::apply(
                self.api,
                &mut done,
                key,
                change,
                sent,
                None,
                self.observed.answered_ms,
            );
            record_token(self.api, &mut done, self.call, expectation, true);
            changed.push((done, Some(Effect::Done)));
        }
        record_token(self.api, &mut world, self.call, expectation, false);
        let status = self.mismatches.iter().find_map(|mismatch| match mismatch.at {
            Place::Outcome { status, .. } => Some(status),
            _ => None,
        });
        if status == Some(404) && matches!(change, Change::Read | Change::Replace { .. }) {
            let mut lost = world.clone();
            lost.lose(key);
            changed.push((lost, Some(Effect::Lost)));
        }
        [(world, Some(Effect::Unchanged))].into_iter().chain(changed).collect()
    }
}

/// The families below this one, at any depth.
fn descendants(api: &Api, family: usize) -> Vec<usize> {
    api.families
        .iter()
        .filter(|other| other.index != family && other.lineage.contains(&family))
        .map(|other| other.index)
        .collect()
}
