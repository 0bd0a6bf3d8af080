//! Adopting: what becomes of a world once an answer has been read in it.
//!
//! The main type is [`Step`]. What was permitted is applied; of a divergence everything that may
//! have happened is kept, the most plausible first. It never judges.

use std::sync::Arc;

use serde_json::Value;

use super::read::Interpretation;
use crate::answer::{Mismatch, Reading};
use crate::api::{Api, Call};
use crate::effect::{self, Told};
use crate::expect::{Change, Expectation, record_token};
use crate::observed::{Answer, Observed};
use crate::page;
use crate::shared_rule::SharedRule;
use crate::world::{Key, World};

/// One answer, as it is taken over into a world.
pub(super) struct Step<'a> {
    pub api: &'static Api,
    pub call: &'a Call,
    pub observed: &'a Observed,
    pub answer: &'a Answer,
    pub mismatches: &'a [Mismatch],
    pub expectation: &'a Expectation,
    /// The specification that the call sent, copied at the first use and shared from then on.
    pub sent: &'a dyn Fn() -> Option<Arc<Value>>,
}

impl Step<'_> {
    /// Takes over one reading of the answer. Where a divergence leaves open what happened, several
    /// worlds follow, the most plausible first.
    pub(super) fn take(&self, mut world: World, way: &Interpretation, next: &mut Vec<World>) {
        let expectation = self.expectation;
        let accepted = matches!(way, Interpretation::Done(..));
        let (Some(key), Interpretation::Done(..) | Interpretation::Refused) =
            (&expectation.key, way)
        else {
            next.push(world);
            return;
        };
        match way {
            Interpretation::Done(change, turn) if expectation.may_succeed() => {
                self.apply(&mut world, key, *change, expectation.wrong_type);
                if *change == Change::Page {
                    page::turn(&mut world, turn);
                }
                record_token(self.api, &mut world, self.call, expectation, accepted);
                if turn.lost.is_empty() {
                    next.push(world);
                    return;
                }
                // What a list leaves out may be gone, or the list may be wrong.
                next.push(world.clone());
                turn.lost.iter().for_each(|key| world.remove(key));
                next.push(world);
            }
            Interpretation::Done(change, _) => self.adopt_forbidden(world, key, *change, next),
            _ => {
                record_token(self.api, &mut world, self.call, expectation, false);
                let was_due = expectation.may_succeed() && !self.mismatches.is_empty();
                let was_due = was_due && expectation.open.is_none() && self.is_head_mismatch();
                if was_due {
                    self.adopt_refused(world, key, expectation, next);
                } else {
                    next.push(world);
                }
            }
        }
    }

    fn is_head_mismatch(&self) -> bool {
        self.mismatches.iter().any(Mismatch::is_head)
    }

    fn apply(&self, world: &mut World, key: &Key, change: Change, wrong_type: bool) {
        let reading = self.answer.body.as_ref().map(Reading::of_resource);
        let sent = self.sent_for(change);
        let told = reading.as_ref().map(|reading| Told { by: self.call.operation, reading });
        effect::apply(world, key, change, sent, told, self.observed.answered_ms);
        let mut of_spec =
            self.mismatches.iter().filter(|mismatch| mismatch.at.is_below("spec")).peekable();
        let differs = of_spec.peek().is_some();
        let replaces = self.api.families[key.family].rule(SharedRule::UpdateReplaces);
        let left_over = differs && of_spec.all(|mismatch| Some(mismatch.rule) == replaces);
        if self.expectation.unclear_input || self.expectation.in_doubt {
            world.change(key, |resource| resource.odd = true);
        }
        if let (Some(told), true) = (told, differs || wrong_type) {
            effect::adopt_spec(world, key, told, left_over);
        }
    }

    /// The specification that a change stores, if it stores one.
    fn sent_for(&self, change: Change) -> Option<Arc<Value>> {
        match change {
            Change::Create | Change::Replace { .. } => (self.sent)(),
            Change::Read | Change::Replay | Change::Remove | Change::Page => None,
        }
    }

    /// The call succeeded although it must not.
    fn adopt_forbidden(&self, mut world: World, key: &Key, change: Change, next: &mut Vec<World>) {
        let family = &self.api.families[key.family];
        // Whether its token is remembered is as open as what became of the call.
        record_token(self.api, &mut world, self.call, self.expectation, false);
        match change {
            // Another resource takes the name; what lived in the first one was never deleted.
            Change::Create => {
                if world.contains(key) {
                    world.shake(key);
                }
                // A name with a slash may have been taken apart on the way.
                let taken_apart = key.name().contains('/').then(|| world.clone());
                self.apply(&mut world, key, Change::Create, false);
                world.change(key, |resource| resource.odd = true);
                next.push(world);
                next.extend(taken_apart);
            }
            Change::Replace { .. } if world.contains(key) => {
                self.apply(&mut world, key, change, false);
                world.change(key, |resource| resource.odd = true);
                next.push(world);
            }
            Change::Remove if world.contains(key) => {
                // With all that it held, or leaving some of it behind.
                world.shake(key);
                self.apply(&mut world, key, change, false);
                let mut emptied = world.clone();
                let inner: Vec<usize> = descendants(self.api, family.index);
                emptied.remove_below(&inner, key);
                next.extend([emptied, world]);
            }
            // It exists after all, or the answer is made up.
            Change::Read | Change::Replace { .. } => {
                next.push(world.clone());
                self.apply(&mut world, key, Change::Create, false);
                world.change(key, |resource| resource.revived = true);
                next.push(world);
            }
            _ => next.push(world),
        }
    }

    /// The call failed although it must not: it may have been done all the same, and what could
    /// not be read may be gone.
    fn adopt_refused(
        &self,
        world: World,
        key: &Key,
        expectation: &Expectation,
        next: &mut Vec<World>,
    ) {
        let change = expectation.changes.first().copied().unwrap_or(Change::Page);
        let (mut done, first_done) = (world.clone(), change == Change::Read);
        match change {
            Change::Read => done.remove(key),
            Change::Page | Change::Replay => {}
            _ => effect::apply(
                &mut done,
                key,
                change,
                self.sent_for(change),
                None,
                self.observed.answered_ms,
            ),
        }
        if change == Change::Create {
            done.change(key, |resource| resource.revived = true);
        }
        next.extend(if first_done { [done, world] } else { [world, done] });
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
