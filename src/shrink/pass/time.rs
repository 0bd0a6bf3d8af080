//! Passes over pauses, and what must be done first where a finding is about a point in time.
//!
//! Whether two points in time differ may be luck: it depends on how long the calls before them took.
//! So [`spread_out`] first makes the trace larger: every call waits a little. It is no pass. It is
//! done once, before the driver starts, so that the driver still ends. What of the pauses is not
//! needed is taken out last.

use std::iter;

use appmesh_model::api::Api;
use appmesh_model::place::{Place, Segment};
use appmesh_model::shape::Kind;

use crate::execute::Signature;
use crate::shrink::candidate::{Candidate, Candidates, Cursor, Facts, anew, without};
use crate::trace::Trace;

/// Long enough to tell two points in time apart, whatever the clock.
pub const FULL_PAUSE_MS: u64 = appmesh_model::judgement::CLOCK_STEP_MS + 50;
/// Long enough for a clock that tells milliseconds, as most do.
pub const SHORT_PAUSE_MS: u64 = 3;
/// So many steps at once are waited for instead.
const MOST_WAITED_FOR: usize = 2;

/// The trace with some time before each call.
pub fn spread_out(trace: &Trace) -> Trace {
    let mut slow = trace.clone();
    for step in &mut slow.steps {
        step.pause_ms = step.pause_ms.max(SHORT_PAUSE_MS);
    }
    slow
}

/// Removes steps that did no more than let time pass, and waits instead.
pub fn wait_instead<'t>(facts: &Facts, trace: &'t Trace, _: Cursor) -> Candidates<'t> {
    let pause_ms = facts.pause_ms;
    let last = trace.steps.len().saturating_sub(1);
    let runs = (1..=MOST_WAITED_FOR.min(last))
        .rev()
        .flat_map(move |size| (0..=last - size).map(move |start| (start, start + size)));
    anew(runs.filter_map(move |(start, end)| {
        let mut waiting = without(trace, |at| (start..end).contains(&at));
        let next = waiting.steps.get_mut(start)?;
        next.pause_ms = next.pause_ms.max(pause_ms);
        Some(waiting)
    }))
}

/// Takes out a pause. The cursor is the number of steps from the end that were tried.
pub fn drop_pauses<'t>(_: &Facts, trace: &'t Trace, from: Cursor) -> Candidates<'t> {
    let untried = iter::zip(1.., (0..trace.steps.len()).rev()).skip(from.0);
    Box::new(untried.filter(|(_, at)| trace.steps[*at].pause_ms > 0).map(|(tried, at)| {
        let mut hasty = trace.clone();
        hasty.steps[at].pause_ms = 0;
        Candidate { trace: hasty, next: Cursor(tried, 0) }
    }))
}

/// Whether a finding is about a point in time.
pub fn is_about_time(api: &Api, signature: &Signature) -> bool {
    let Some(operation) = api.operation(&signature.operation) else { return false };
    let Place::Member(path) = &signature.at else { return false };
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
