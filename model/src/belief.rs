//! Beliefs: the worlds that are still possible, thinned out by every answer.
//!
//! The main type is [`Belief`]; [`Belief::judge`] takes a call and what came back. An answer that
//! fits no world is a divergence: the belief then adopts what was seen and goes on, so that one
//! bug does not hide the next.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::answer::{Checks, Judgement, Mismatch};
use crate::api::{Api, Call};
use crate::effect;
use crate::expect::{Change, Expectation, expect, record_token, sent_spec};
use crate::observed::{Answer, Observed};
use crate::operation::Role;
use crate::page::{self, Turn};
use crate::place::Place;
use crate::rule::RuleId;
use crate::shared_rule::SharedRule;
use crate::status::{self, Head};
use crate::world::World;

mod adopt;
mod read;

use adopt::Step;
use read::{Candidate, Interpretation, read_success};

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
    /// The call was refused, as it had to be, but by another error than is permitted. It may be one
    /// that tells of what the target holds, and then it is right if that is not what it should be.
    pub other_refusal: bool,
}

/// The set of worlds that the target may be in.
#[derive(Clone, Debug)]
pub struct Belief {
    api: &'static Api,
    worlds: Vec<World>,
    /// The divergences that were seen: the same operation may diverge so again, and that says
    /// nothing new of the world.
    deviations: BTreeSet<Deviation>,
}

/// A divergence that was seen: operation, rule and place.
type Deviation = (usize, RuleId, Place);

impl Belief {
    /// Nothing exists yet, as far as this caller is concerned.
    pub fn new(api: &'static Api) -> Self {
        Self::starting_in(api, World::default())
    }

    /// A belief that starts in a world that is known.
    pub fn starting_in(api: &'static Api, world: World) -> Self {
        Self { api, worlds: vec![world], deviations: BTreeSet::new() }
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
        let first = self.expect(call);
        self.judge_expecting(call, observed, first)
    }

    /// The same for whoever has asked already what [`Self::expect`] says of the call.
    pub fn judge_expecting(
        &mut self,
        call: &Call,
        observed: &Observed,
        first: Expectation,
    ) -> Verdict {
        let Some(answer) = &observed.answer else {
            self.fork(call, observed);
            return Verdict { lost: true, ..Verdict::default() };
        };
        let others = self.worlds.iter().skip(1).map(|world| expect(self.api, world, call));
        let expectations: Vec<Expectation> = std::iter::once(first).chain(others).collect();
        let mut candidates = self.candidates(call, observed, answer, &expectations);
        let deviation = |mismatch: &Mismatch| -> Deviation {
            (call.operation, mismatch.rule, mismatch.at.clone())
        };
        let deviations = &self.deviations;
        let is_new = |mismatch: &&Mismatch| {
            deviations.is_empty() || !deviations.contains(&deviation(mismatch))
        };
        let key = |candidate: &Candidate| expectations[candidate.world].key.as_ref();
        let is_revived = |candidate: &Candidate| {
            let resource = key(candidate).and_then(|key| self.worlds[candidate.world].get(key));
            resource.is_some_and(|resource| resource.revived)
        };
        // A world in which the call might end so at all is closer than one in which it might not.
        let breaks = |candidate: &Candidate| {
            let mismatches = candidate.judgement.mismatches.iter();
            let new: Vec<&Mismatch> = mismatches.filter(is_new).collect();
            let heads = new.iter().filter(|mismatch| mismatch.is_head()).count();
            // What only seems to be there is no better explanation if it is not right, either.
            let is_vain = !new.is_empty() && is_revived(candidate);
            (if is_vain { heads.max(1) } else { heads }, new.len())
        };
        if candidates.len() > 1 {
            let fewest = candidates.iter().map(breaks).min().unwrap_or_default();
            // An answer that may be one from the past can hardly be wrong, so that nothing speaks
            // for this reading either: a change that went wrong stays possible beside it.
            let of_the_past = |candidate: &&Candidate| {
                matches!(candidate.reading, Interpretation::Done(Change::Replay, _))
            };
            let mut closest = candidates.iter().filter(|candidate| breaks(candidate) == fewest);
            let weak = closest.clone().all(|candidate| of_the_past(&candidate));
            // Where a refusal is wrong in every world, that it was wrong in one of them before does
            // not speak for that one.
            let is_wrong = closest.all(Candidate::is_refused_wrongly);
            // What should be gone and answers once does so again, and is gone all the same.
            let is_gone = |candidate: &Candidate| {
                key(candidate).is_some_and(|key| !self.worlds[candidate.world].contains(key))
            };
            let seems_there = candidates
                .iter()
                .any(|candidate| breaks(candidate) == fewest && is_revived(candidate));
            // Where it is wrong, it is the sooner so of what is there: what is gone is not found.
            let is_unlikely =
                |candidate: &Candidate| is_wrong && !expectations[candidate.world].may_succeed();
            candidates
                .sort_by_key(|candidate| (breaks(candidate) != fewest, is_unlikely(candidate)));
            candidates.retain_mut(|candidate| {
                let is_closest = breaks(candidate) == fewest;
                let is_gone = seems_there && is_gone(candidate);
                if is_gone && !is_closest {
                    candidate.reading = Interpretation::Unknown;
                }
                candidate.stays = is_gone
                    || (weak && breaks(candidate).0 == 0)
                    || (is_wrong && candidate.is_refused_wrongly());
                is_closest || candidate.stays
            });
        }
        let mut verdict = Verdict::default();
        if let Some(first) = candidates.first_mut() {
            verdict.mismatches = first.judgement.mismatches.clone();
            verdict.exercised = std::mem::take(&mut first.judgement.exercised);
            verdict.lost = matches!(first.reading, Interpretation::Unknown);
            verdict.denied = matches!(first.reading, Interpretation::Denied);
            let refused = matches!(first.reading, Interpretation::Refused);
            verdict.may_lag = refused && self.may_lag(call, first);
            let had_to_be = !expectations[first.world].may_succeed();
            verdict.other_refusal =
                refused && had_to_be && verdict.mismatches.iter().any(Mismatch::is_head);
        }
        // Where several worlds diverge alike, all of them stay; where they diverge in different
        // ways, the most plausible one is believed.
        let news = |candidate: &Candidate| -> Vec<Deviation> {
            let mismatches = candidate.judgement.mismatches.iter();
            mismatches.filter(is_new).map(deviation).collect()
        };
        let new = candidates.first().map_or_else(Vec::new, news);
        if !new.is_empty() {
            candidates.retain(|candidate| candidate.stays || news(candidate) == new);
            self.deviations.extend(new);
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
            SharedRule::Describes,
            SharedRule::Updates,
            SharedRule::Deletes,
            SharedRule::Lists,
            SharedRule::Creates,
        ];
        let is_due = |rule| due.into_iter().any(|promise| family.rule(promise) == Some(rule));
        let misses = |mismatch: &Mismatch| {
            is_due(mismatch.rule) && matches!(mismatch.at, Place::Outcome { status: 404, .. })
        };
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
            let head = status::judge(self.api, operation, expectation, answer, &mut judgement);
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
                Head::Refused => Interpretation::Refused,
                Head::Denied => Interpretation::Denied,
                Head::Unknown => Interpretation::Unknown,
            };
            candidates.push(Candidate { world: index, judgement, reading: way, stays: false });
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
