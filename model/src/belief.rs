//! Beliefs: the worlds that are still possible, thinned out by every answer.
//!
//! The main type is [`Belief`]; [`Belief::judge`] takes a call and what came back. An answer that
//! fits no world is a divergence: the belief then adopts what was seen and goes on, so that one
//! bug does not hide the next.

use std::cell::OnceCell;
use std::sync::Arc;

use serde_json::Value;

use crate::answer::{Checks, Judgement, Mismatch, Reading};
use crate::api::{Api, Call};
use crate::body;
use crate::effect;
use crate::expect::{Change, Expectation, expect, record_token, sent_spec};
use crate::head::{self, Head};
use crate::observed::{Answer, Observed};
use crate::operation::{Role, Verb};
use crate::page::{self, Turn};
use crate::promise::Promise;
use crate::rule::RuleId;
use crate::wire::Wire;
use crate::world::{Key, World};

/// With more worlds than this nothing useful can be said any more.
pub const MOST_WORLDS: usize = 64;

/// What a judge says of one call.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// The rules that the answer breaks, with where and how; none if the answer is permitted.
    pub mismatches: Vec<Mismatch>,
    /// The rules that the answer was tested on. May repeat.
    pub exercised: Vec<RuleId>,
    /// It is not known whether the call was done.
    pub lost: bool,
    /// The call was refused for want of rights.
    pub denied: bool,
    /// The divergence may be that of a read that lags behind a write: ask again for as long as the
    /// family's `settle_ms` before believing it.
    pub may_lag: bool,
}

/// The set of worlds that the target may be in.
#[derive(Clone, Debug)]
pub struct Belief {
    api: &'static Api,
    worlds: Vec<World>,
}

/// One way to read an answer in one world.
struct Candidate {
    /// The world, as an index.
    world: usize,
    judgement: Judgement,
    reading: Way,
}

/// What the call did, as one reading of its answer has it.
#[derive(Clone, Debug)]
enum Way {
    Done(Change, Turn),
    Refused,
    Denied,
    Unknown,
}

impl Belief {
    /// Nothing exists yet, as far as this caller is concerned.
    pub fn new(api: &'static Api) -> Self {
        Self { api, worlds: vec![World::default()] }
    }

    /// A belief that starts in a world that is known.
    pub fn starting_in(api: &'static Api, world: World) -> Self {
        Self { api, worlds: vec![world] }
    }

    /// The worlds that are possible, the most plausible first. Never empty.
    pub fn worlds(&self) -> &[World] {
        &self.worlds
    }

    /// What may be answered to a call in the most plausible world.
    pub fn expect(&self, call: &Call) -> Expectation {
        expect(self.api, &self.worlds[0], call)
    }

    /// Whether so much is uncertain that judging makes no sense any more.
    pub fn is_exhausted(&self) -> bool {
        self.worlds.len() > MOST_WORLDS
    }

    /// Judges what came back for a call and moves on to the worlds that it leaves possible.
    pub fn judge(&mut self, call: &Call, observed: &Observed) -> Verdict {
        let Some(answer) = &observed.answer else {
            self.fork(call, observed);
            return Verdict { lost: true, ..Verdict::default() };
        };
        let expectations: Vec<Expectation> =
            self.worlds.iter().map(|world| expect(self.api, world, call)).collect();
        let mut candidates = self.candidates(call, observed, answer, &expectations);
        // A world in which the call might end so at all is closer than one in which it might not.
        let breaks = |candidate: &Candidate| {
            let mismatches = &candidate.judgement.mismatches;
            (mismatches.iter().filter(|mismatch| mismatch.is_head()).count(), mismatches.len())
        };
        if candidates.len() > 1 {
            let fewest = candidates.iter().map(breaks).min().unwrap_or_default();
            candidates.retain(|candidate| breaks(candidate) == fewest);
        }
        let mut verdict = Verdict::default();
        if let Some(first) = candidates.first_mut() {
            verdict.mismatches = first.judgement.mismatches.clone();
            verdict.exercised = std::mem::take(&mut first.judgement.exercised);
            verdict.lost = matches!(first.reading, Way::Unknown);
            verdict.denied = matches!(first.reading, Way::Denied);
            verdict.may_lag = matches!(first.reading, Way::Refused) && self.may_lag(call, first);
        }
        // Where several worlds diverge alike, all of them stay; where they diverge in different
        // ways, the most plausible one is believed.
        let believed = |candidate: &Candidate| {
            let (ours, theirs) = (&verdict.mismatches, &candidate.judgement.mismatches);
            let alike =
                |(one, other): (&Mismatch, &Mismatch)| one.rule == other.rule && one.at == other.at;
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(alike)
        };
        if !verdict.mismatches.is_empty() {
            candidates.retain(believed);
        }
        if verdict.lost {
            let kept = candidates.iter().map(|candidate| candidate.world);
            self.keep(kept.collect());
            self.fork(call, observed);
        } else {
            self.advance(call, observed, answer, &expectations, candidates);
        }
        verdict
    }

    /// Whether a divergence is that of a call that does not find what exists.
    fn may_lag(&self, call: &Call, candidate: &Candidate) -> bool {
        let operation = &self.api.operations[call.operation];
        let family = &self.api.families[operation.family];
        let due = [
            Promise::Describes,
            Promise::Updates,
            Promise::Deletes,
            Promise::Lists,
            Promise::Creates,
        ];
        let is_due = |rule| due.into_iter().any(|promise| family.rule(promise) == Some(rule));
        let misses = |mismatch: &Mismatch| is_due(mismatch.rule) && mismatch.at.contains("404");
        family.table.settle_ms > 0 && candidate.judgement.mismatches.iter().any(misses)
    }

    /// Every way to read the answer, world by world.
    fn candidates(
        &self,
        call: &Call,
        observed: &Observed,
        answer: &Answer,
        expectations: &[Expectation],
    ) -> Vec<Candidate> {
        let operation = &self.api.operations[call.operation];
        let family = &self.api.families[operation.family];
        let mut candidates = Vec::with_capacity(self.worlds.len());
        for (index, (world, expectation)) in self.worlds.iter().zip(expectations).enumerate() {
            let mut judgement = Judgement::with_room();
            let head = head::judge(self.api, operation, expectation, answer, &mut judgement);
            let way = match head {
                Head::Done => {
                    let checks = Checks {
                        api: self.api,
                        family,
                        operation,
                        world,
                        expectation,
                        sent_ms: observed.sent_ms,
                    };
                    read_success(&checks, call, answer, index, judgement, &mut candidates);
                    continue;
                }
                Head::Refused => Way::Refused,
                Head::Denied => Way::Denied,
                Head::Unknown => Way::Unknown,
            };
            candidates.push(Candidate { world: index, judgement, reading: way });
        }
        candidates
    }

    /// Moves on to the worlds that the surviving readings lead to.
    fn advance(
        &mut self,
        call: &Call,
        observed: &Observed,
        answer: &Answer,
        expectations: &[Expectation],
        candidates: Vec<Candidate>,
    ) {
        let operation = &self.api.operations[call.operation];
        let sent = OnceCell::new();
        let mut next = Vec::with_capacity(candidates.len());
        let mut worlds: Vec<Option<World>> =
            std::mem::take(&mut self.worlds).into_iter().map(Some).collect();
        for (place, candidate) in candidates.iter().enumerate() {
            // The last reading of a world gets the world itself: what nobody else holds is changed
            // in place.
            let last = candidates.get(place + 1).is_none_or(|next| next.world != candidate.world);
            let world = &mut worlds[candidate.world];
            let world = if last { world.take() } else { world.clone() };
            let Some(world) = world else { continue };
            let step = Step {
                api: self.api,
                call,
                observed,
                answer,
                mismatches: &candidate.judgement.mismatches,
                expectation: &expectations[candidate.world],
                sent: &|| sent.get_or_init(|| sent_spec(operation, call)).clone(),
            };
            step.take(world, &candidate.reading, &mut next);
        }
        self.worlds = merge(next);
    }

    /// Keeps the worlds with these indices.
    fn keep(&mut self, mut indices: Vec<usize>) {
        indices.dedup();
        let mut index = 0;
        self.worlds.retain(|_| {
            index += 1;
            indices.contains(&(index - 1))
        });
    }

    /// The answer is lost: every world in which the call may succeed splits.
    fn fork(&mut self, call: &Call, observed: &Observed) {
        let operation = &self.api.operations[call.operation];
        let mut next = Vec::with_capacity(2 * self.worlds.len());
        let sent = OnceCell::new();
        for world in std::mem::take(&mut self.worlds) {
            let expectation = expect(self.api, &world, call);
            let mut done = Vec::new();
            if let (Some(key), true) = (&expectation.key, expectation.may_succeed()) {
                for &change in &expectation.changes {
                    let mut other = world.clone();
                    let sent = sent.get_or_init(|| sent_spec(operation, call)).clone();
                    effect::apply(&mut other, key, change, sent, None, observed.answered_ms);
                    if change == Change::Page {
                        page::turn(
                            &mut other,
                            &Turn {
                                sent: page_token(self.api, call).map(Arc::from),
                                ..Turn::default()
                            },
                        );
                    }
                    record_token(self.api, &mut other, call, &expectation, true);
                    done.push(other);
                }
            }
            let mut undone = world;
            record_token(self.api, &mut undone, call, &expectation, false);
            next.push(undone);
            next.extend(done);
        }
        self.worlds = merge(next);
    }
}

/// Reads a success: one candidate for each change that it may have made.
fn read_success(
    checks: &Checks<'_>,
    call: &Call,
    answer: &Answer,
    world: usize,
    mut judgement: Judgement,
    candidates: &mut Vec<Candidate>,
) {
    let (operation, family) = (checks.operation, checks.family);
    let is_json = answer.content_type.as_deref().is_some_and(|kind| kind.contains("json"));
    judgement.test(
        Some(checks.api.wire(Wire::ContentType)),
        is_json,
        || "Content-Type".to_owned(),
        || "application/json".to_owned(),
        || answer.content_type.clone().unwrap_or_else(|| "nothing".to_owned()),
    );
    let body = answer.body.as_ref().filter(|body| body.is_object());
    judgement.test(
        Some(checks.api.wire(Wire::JsonBody)),
        body.is_some(),
        || "body".to_owned(),
        || "a JSON object".to_owned(),
        || answer.body.as_ref().map_or_else(|| "no JSON".to_owned(), body::brief),
    );
    let forbidden = !checks.expectation.may_succeed();
    let shape =
        if operation.table.verb == Verb::List { family.table.page } else { family.table.data };
    if let (Some(body), false) = (body, forbidden) {
        // What a foreign token is answered need not be a page of this list.
        if operation.table.verb != Verb::List || checks.expectation.open.is_none() {
            checks.answer(shape, body, &mut judgement);
        }
    }
    let forced = [forced(operation.table.verb)];
    let changes = match &checks.expectation.changes[..] {
        _ if forbidden => &forced,
        // Where it cannot be said what the call is about, nothing is known to have changed.
        [] => &[Change::Read],
        changes => changes,
    };
    let Some((&last, others)) = changes.split_last() else { return };
    let read = |change: Change, mut judgement: Judgement| {
        let mut turn = Turn::default();
        let judged = !forbidden && !checks.expectation.in_doubt;
        if let (Some(body), Some(key), true) = (body, &checks.expectation.key, judged) {
            if change == Change::Page {
                let limit = input(checks.api, call, Role::Limit).and_then(Value::as_i64);
                let token = page_token(checks.api, call);
                turn = page::check(checks, key, token, limit, body, &mut judgement);
            } else {
                let sent = input(checks.api, call, Role::Spec);
                checks.resource(key, change, sent, body, &mut judgement);
            }
        }
        Candidate { world, judgement, reading: Way::Done(change, turn) }
    };
    candidates.extend(others.iter().map(|&change| read(change, judgement.clone())));
    candidates.push(read(last, judgement));
}

/// What a call did that succeeded although it must not.
fn forced(verb: Verb) -> Change {
    match verb {
        Verb::Create => Change::Create,
        Verb::Describe => Change::Read,
        Verb::Update => Change::Replace { counts: true },
        Verb::Delete => Change::Remove,
        Verb::List => Change::Page,
    }
}

/// One answer, as it is taken over into a world.
struct Step<'a> {
    api: &'static Api,
    call: &'a Call,
    observed: &'a Observed,
    answer: &'a Answer,
    mismatches: &'a [Mismatch],
    expectation: &'a Expectation,
    /// The specification that the call sent, copied at the first use and shared from then on.
    sent: &'a dyn Fn() -> Option<Arc<Value>>,
}

impl Step<'_> {
    /// Takes over one reading of the answer. Where a divergence leaves open what happened, several
    /// worlds follow, the most plausible first.
    fn take(&self, mut world: World, way: &Way, next: &mut Vec<World>) {
        let expectation = self.expectation;
        let accepted = matches!(way, Way::Done(..));
        let (Some(key), Way::Done(..) | Way::Refused) = (&expectation.key, way) else {
            next.push(world);
            return;
        };
        match way {
            Way::Done(change, turn) if expectation.may_succeed() => {
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
            Way::Done(change, _) => self.adopt_forbidden(world, key, *change, next),
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
        effect::apply(world, key, change, sent, reading.as_ref(), self.observed.answered_ms);
        let differs = self.mismatches.iter().any(|mismatch| mismatch.at.starts_with("spec"));
        if self.expectation.unclear_input || self.expectation.in_doubt {
            world.change(key, |resource| resource.odd = true);
        }
        if let (Some(reading), true) = (&reading, differs || wrong_type) {
            effect::adopt_spec(world, key, reading);
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
                // With all that it held, or leaving it behind.
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

fn input<'c>(api: &Api, call: &'c Call, role: Role) -> Option<&'c Value> {
    let (input, _) = api.operations[call.operation].input(role)?;
    call.input.get(input.name)
}

fn page_token<'c>(api: &Api, call: &'c Call) -> Option<&'c str> {
    input(api, call, Role::PageToken).and_then(Value::as_str)
}

/// Equal worlds become one; the order stays.
fn merge(worlds: Vec<World>) -> Vec<World> {
    if worlds.len() < 2 {
        return worlds;
    }
    let mut merged: Vec<World> = Vec::with_capacity(worlds.len());
    for world in worlds {
        if !merged.contains(&world) {
            merged.push(world);
        }
    }
    merged
}
