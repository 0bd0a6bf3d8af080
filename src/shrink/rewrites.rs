//! Trades: passes that make a trace shorter by changing what is left, where to leave out alone would
//! not do.
//!
//! They are [`Shrinking::delete_above`], [`Shrinking::list_at_once`], [`Shrinking::shorten_pages`] and,
//! where time is what matters, [`Shrinking::spread_out`], [`Shrinking::wait_instead`] and
//! [`Shrinking::drop_pauses`].

use std::collections::BTreeMap;
use std::iter;

use appmesh_model::operation::{Action, Role};
use appmesh_model::place::{Place, Segment};
use appmesh_model::shape::Kind;
use serde_json::json;

use crate::trace::{Arg, Step, Trace};

use super::candidates::Shrinking;
use super::naming::{own_symbol, symbols};
use super::passes::without;
use super::shows;

/// Long enough to tell two points in time apart, whatever the clock.
const PAUSE_MS: u64 = appmesh_model::answer::CLOCK_STEP_MS + 50;

/// Long enough for a clock that tells milliseconds, as most do.
const SHORT_PAUSE_MS: u64 = 3;

/// So often a trace must show the divergence without a pause: once may be luck.
const TRIES_WITHOUT_PAUSE: u32 = 3;

/// So many steps at once are waited for instead.
const MOST_WAITED_FOR: usize = 2;

impl Shrinking<'_> {
    /// Does without a resource that is only made to be deleted, and deletes what it lives in instead.
    pub(super) async fn delete_above(&mut self) {
        loop {
            let best = self.best.clone();
            let last = best.steps.len().saturating_sub(1);
            let candidates = (0..last).rev().filter_map(|index| self.deleted_above(&best, index));
            let candidates: Vec<Trace> = candidates.collect();
            if self.first(candidates.into_iter()).await.is_none() || self.is_spent() {
                return;
            }
        }
    }

    /// The trace without what a delete is about, the delete being of its parent; none if the step
    /// is no delete of something with a parent.
    fn deleted_above(&self, trace: &Trace, index: usize) -> Option<Trace> {
        let api = self.runner.api();
        let step = trace.steps.get(index)?;
        let delete = api.operation(&step.operation)?;
        if delete.table.action != Action::Delete {
            return None;
        }
        let symbol = own_symbol(api, step)?;
        let lineage = &api.families[delete.family].lineage;
        let depth = lineage.len().checked_sub(2)?;
        let above = api.operation_of(lineage[depth], Action::Delete)?;
        let mut args = BTreeMap::new();
        for depth in 0..=depth {
            let (from, to) =
                (delete.input(Role::Name(depth))?.0, above.input(Role::Name(depth))?.0);
            args.insert(to.name.to_owned(), step.args.get(from.name)?.clone());
        }
        let mut lifted = trace.clone();
        lifted.steps[index] = Step { operation: above.table.name.to_owned(), args, ..step.clone() };
        let last = trace.steps.len() - 1;
        let about = |at: usize| {
            at != index && at != last && own_symbol(api, &trace.steps[at]).as_ref() == Some(&symbol)
        };
        Some(without(&lifted, &about)).filter(|lifted| lifted.steps.len() < trace.steps.len())
    }

    /// Asks for a list at once instead of page by page, where it takes no pages to show what is wrong.
    pub(super) async fn list_at_once(&mut self) {
        let Some((aim, whole)) = self.aim.unpaged(self.runner.api(), &self.best) else { return };
        let aim = std::mem::replace(&mut self.aim, aim);
        if self.first(iter::once(whole)).await.is_none() {
            self.aim = aim;
        }
    }

    /// Makes the pages of a walk over a list shorter by one result and takes out one of the resources
    /// with all that is done to it: neither would do alone.
    pub(super) async fn shorten_pages(&mut self) {
        let api = self.runner.api();
        let limit = |step: &Step| {
            let (input, _) = api.operation(&step.operation)?.input(Role::Limit)?;
            match step.args.get(input.name)? {
                Arg::Plain(limit) => Some((input.name, limit.as_i64().filter(|it| *it > 1)?)),
                _ => None,
            }
        };
        loop {
            let best = self.best.clone();
            let last = best.steps.len().saturating_sub(1);
            let walks = best.steps.last().is_some_and(|last| !last.refers_to().is_empty());
            if !walks || !best.steps.iter().any(|step| limit(step).is_some()) {
                return;
            }
            let mut shorter = best.clone();
            for step in &mut shorter.steps {
                if let Some((name, limit)) = limit(step) {
                    step.args.insert(name.to_owned(), Arg::Plain(json!(limit - 1)));
                }
            }
            let about = |index: usize, symbol: &str| {
                index < last && own_symbol(api, &best.steps[index]).as_deref() == Some(symbol)
            };
            let candidates = symbols(&best)
                .into_iter()
                .rev()
                .map(|symbol| without(&shorter, &|index| about(index, &symbol)))
                .filter(|candidate| candidate.steps.len() < best.steps.len());
            if self.first(candidates).await.is_none() || self.is_spent() {
                return;
            }
        }
    }

    /// Takes out steps that did no more than let time pass, and waits instead. It comes late, when
    /// there are few, as each try takes real time.
    pub(super) async fn wait_instead(&mut self) {
        let pause_ms = self.long_enough_ms();
        loop {
            let best = self.best.clone();
            let last = best.steps.len().saturating_sub(1);
            let runs = (1..=MOST_WAITED_FOR)
                .rev()
                .flat_map(|size| (0..=last.saturating_sub(size)).map(move |at| (at, at + size)));
            let candidates = runs.filter(|(_, end)| *end <= last).filter_map(|(start, end)| {
                let mut waiting = without(&best, &|index| (start..end).contains(&index));
                let next = waiting.steps.get_mut(start)?;
                next.pause_ms = next.pause_ms.max(pause_ms);
                Some(waiting)
            });
            if self.first(candidates).await.is_none() || self.is_spent() {
                return;
            }
        }
    }

    /// How long to wait instead of making calls.
    fn long_enough_ms(&self) -> u64 {
        if self.fine_clock && self.runner.target().pauses_take_time() {
            // The calls did not take any longer.
            self.took_ms.clamp(SHORT_PAUSE_MS, PAUSE_MS)
        } else {
            PAUSE_MS
        }
    }

    /// Lets some time pass before each call, so that it is not by luck that a candidate shows what is
    /// about a point in time, or does not.
    pub(super) async fn spread_out(&mut self) {
        if !self.runner.target().pauses_take_time() {
            return;
        }
        let mut slow = self.best.clone();
        for step in &mut slow.steps {
            step.pause_ms = step.pause_ms.max(SHORT_PAUSE_MS);
        }
        self.first(iter::once(slow)).await;
    }

    /// Does without the pauses that are not needed.
    pub(super) async fn drop_pauses(&mut self) {
        for at in (0..self.best.steps.len()).rev() {
            let mut hasty = self.best.clone();
            let Some(step) = hasty.steps.get_mut(at).filter(|step| step.pause_ms > 0) else {
                continue;
            };
            step.pause_ms = 0;
            let before = (self.best.clone(), self.aim.clone(), self.strays);
            if self.first(iter::once(hasty)).await.is_some() && !self.shows_again().await {
                (self.best, self.aim, self.strays) = before;
            }
        }
    }

    /// Whether the best trace shows the divergence each time, where it may be luck.
    async fn shows_again(&mut self) -> bool {
        if !self.is_about_time() || !self.runner.target().pauses_take_time() {
            return true;
        }
        let stop = self.stop();
        for _ in 1..TRIES_WITHOUT_PAUSE {
            let execution = self.runner.execute(&self.best, &stop).await;
            self.calls += execution.calls + execution.cleanup_calls;
            if !shows(&execution, self.signature) {
                return false;
            }
        }
        true
    }

    /// Whether a point in time is not what it should be.
    pub(super) fn is_about_time(&self) -> bool {
        let api = self.runner.api();
        let Some(operation) = api.operation(&self.signature.operation) else { return false };
        let Place::Member(path) = &self.signature.at else { return false };
        let family = &api.families[operation.family].table;
        [family.data, family.page].into_iter().any(|shape| {
            let place = path.segments().iter().try_fold(shape, |shape, segment| {
                Some(match (segment, &shape.kind) {
                    (Segment::Member(name), _) => shape.member(name)?.shape,
                    (Segment::Item, Kind::List { item, .. }) => item,
                    (Segment::Item, _) => return None,
                })
            });
            place.is_some_and(|place| matches!(place.kind, Kind::Timestamp))
        })
    }
}
