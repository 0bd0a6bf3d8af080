//! Beliefs: the worlds that may be the true one, each with its explanation.
//!
//! The main type is [`Belief`]; [`Belief::judge`] takes a call and what came back. Every world is
//! extended by every outcome that the answer suggests: at no cost where the outcome is permitted, at
//! the cost of the deviation that it assumes where it is not. The cheapest worlds are believed, and
//! only what all of them accuse is reported. Where they disagree, a later answer decides, and the
//! call that was wrong is named then.
//!
//! Values of single members of a resource that answers contradict are kept inside a world
//! ([`crate::world::Others`]) and not as worlds of their own: members contradict each other
//! independently, so that worlds would multiply.

use std::cell::OnceCell;

use serde_json::Value;

use crate::api::{Api, Call};
use crate::expect::{Expectation, expect};
use crate::expectation::sent_spec;
use crate::judgement::{Checks, Judgement, Mismatch};
use crate::observed::{Answer, Observed};
use crate::operation::Role;
use crate::outcome_check::{self, Head};
use crate::place::Place;
use crate::rule::RuleId;
use crate::shared_rule::SharedRule;
use crate::world::World;

mod deviation;
mod interpretation;
mod successor;

use deviation::{Cost, Deviation, Explanation};
use interpretation::{Candidate, Interpretation, read_success};
use successor::Step;

/// With more worlds than this nothing useful can be said any more.
pub const MOST_WORLDS: usize = 64;

/// How many outcomes more than the cheapest explanation one may assume and still be kept. One is
/// enough to wait for the answer that decides between a wrong read and a lost resource.
const SLACK: usize = 1;

/// How many worlds are kept beside the cheapest ones.
const MOST_RIVALS: usize = 8;

/// What a judge says of one call.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// The rules that the answer breaks, with where and how; none if the answer is permitted, or if
    /// it is not known yet whether this answer is wrong or an earlier one.
    pub mismatches: Vec<Mismatch>,
    /// Mismatches of earlier calls that this answer confirms.
    pub belated: Vec<Belated>,
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

/// A mismatch of an earlier call, which a later answer confirms.
#[derive(Clone, Debug, PartialEq)]
pub struct Belated {
    /// Which call it was, counted from the first one judged.
    pub call: usize,
    /// Its operation, as an index.
    pub operation: usize,
    /// How its answer was wrong.
    pub mismatch: Mismatch,
}

/// The set of worlds that the target may be in.
#[derive(Clone, Debug)]
pub struct Belief {
    api: &'static Api,
    /// The cheapest first.
    worlds: Vec<World>,
    /// The explanation of each world.
    explanations: Vec<Explanation>,
    /// How many calls were judged.
    calls: usize,
    /// What was reported: the operation and the mismatch.
    accused: Vec<(usize, Mismatch)>,
}

/// A world that an answer may lead to.
struct Successor {
    world: World,
    explanation: Explanation,
    cost: Cost,
    /// The reading of the answer that leads there, as an index.
    candidate: usize,
    /// By this reading, nothing was done and the answer is one from memory.
    from_memory: bool,
    /// The answer added to the explanation.
    is_dearer: bool,
}

impl Belief {
    /// Nothing exists yet, as far as this caller is concerned.
    pub fn new(api: &'static Api) -> Self {
        Self::starting_in(api, World::default())
    }

    /// A belief that starts in a world that is known.
    pub fn starting_in(api: &'static Api, world: World) -> Self {
        let explanations = vec![Explanation::default()];
        Self { api, worlds: vec![world], explanations, calls: 0, accused: Vec::new() }
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
        let others = self.worlds.iter().skip(1).map(|world| expect(self.api, world, call));
        let expectations: Vec<Expectation> = std::iter::once(first).chain(others).collect();
        let mut candidates = match &observed.answer {
            Some(answer) => self.candidates(call, observed, answer, &expectations),
            None => (0..self.worlds.len()).map(Candidate::unknown).collect(),
        };
        let successors = self.successors(call, observed, &expectations, &candidates);
        let successors = select(successors);
        let mut verdict = self.verdict(call, &expectations, &mut candidates, &successors);
        verdict.belated = self.confirmed(&successors);
        let accused = verdict.mismatches.iter().map(|it| (call.operation, it.clone()));
        self.accused.extend(accused);
        let belated = verdict.belated.iter().map(|it| (it.operation, it.mismatch.clone()));
        self.accused.extend(belated);
        self.calls += 1;
        (self.worlds, self.explanations) =
            successors.into_iter().map(|it| (it.world, it.explanation)).unzip();
        verdict
    }

    /// What is said of the call: only what all of the cheapest worlds accuse.
    fn verdict(
        &self,
        call: &Call,
        expectations: &[Expectation],
        candidates: &mut [Candidate],
        successors: &[Successor],
    ) -> Verdict {
        let mut verdict = Verdict::default();
        let Some(first) = successors.first() else { return verdict };
        let cheapest = || successors.iter().filter(|it| it.cost == first.cost);
        let said = &candidates[first.candidate].judgement.mismatches;
        let is_agreed = |mismatch: &&Mismatch| {
            cheapest().all(|it| it.explanation.accuses(call.operation, mismatch))
        };
        verdict.mismatches = said.iter().filter(is_agreed).cloned().collect();
        let first = &mut candidates[first.candidate];
        verdict.exercised = std::mem::take(&mut first.judgement.exercised);
        verdict.lost = matches!(first.interpretation, Interpretation::Unknown);
        verdict.denied = matches!(first.interpretation, Interpretation::Denied);
        let refused = matches!(first.interpretation, Interpretation::Refused);
        verdict.may_lag = refused && self.may_lag(call, first);
        let had_to_be = !expectations[first.world].may_succeed();
        verdict.other_refusal =
            refused && had_to_be && verdict.mismatches.iter().any(Mismatch::is_outcome);
        verdict
    }

    /// Deviations of earlier calls that all of the cheapest worlds assume by now, and that were not
    /// reported yet because others did not.
    fn confirmed(&self, successors: &[Successor]) -> Vec<Belated> {
        let Some(first) = successors.first() else { return Vec::new() };
        let mut rest = successors.iter().skip(1).take_while(|it| it.cost == first.cost);
        let rest: Vec<&Successor> = rest.by_ref().collect();
        let is_news = |it: &&Deviation| {
            let is_known = |(operation, known): &(usize, Mismatch)| {
                *operation == it.operation && known.at == it.mismatch.at
            };
            it.call < self.calls
                && !self.accused.iter().any(is_known)
                && rest.iter().all(|other| other.explanation.accuses(it.operation, &it.mismatch))
        };
        let belated = |it: &Deviation| Belated {
            call: it.call,
            operation: it.operation,
            mismatch: it.mismatch.clone(),
        };
        first.explanation.deviations().iter().filter(is_news).map(belated).collect()
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
        let is_due = |rule| due.into_iter().any(|shared| family.rule(shared) == Some(rule));
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
            let status =
                outcome_check::judge(self.api, operation, expectation, answer, &mut judgement);
            let interpretation = match status {
                Head::Done => {
                    let checks = Checks {
                        api: self.api,
                        family,
                        operation,
                        world,
                        expectation,
                        sent_ms: observed.sent_ms,
                        latest_ms: observed.latest_ms(),
                    };
                    read_success(&checks, call, answer, index, judgement, &mut candidates);
                    continue;
                }
                Head::Refused => Interpretation::Refused,
                Head::Denied => Interpretation::Denied,
                Head::Unknown => Interpretation::Unknown,
            };
            candidates.push(Candidate { world: index, judgement, interpretation });
        }
        candidates
    }

    /// The deviations that must be assumed if a reading of the answer is right.
    fn explain(&self, call: &Call, candidate: &Candidate) -> Explanation {
        let mut explanation = self.explanations[candidate.world].clone();
        let mismatches = &candidate.judgement.mismatches;
        explanation.extend(self.api, self.calls, call.operation, mismatches);
        explanation
    }

    /// The worlds that the readings of an answer lead to, but for those that are too expensive in
    /// any case.
    fn successors(
        &mut self,
        call: &Call,
        observed: &Observed,
        expectations: &[Expectation],
        candidates: &[Candidate],
    ) -> Vec<Successor> {
        let explanations: Vec<Explanation> =
            candidates.iter().map(|candidate| self.explain(call, candidate)).collect();
        let cheapest = explanations.iter().map(|it| it.cost().outcomes).min().unwrap_or_default();
        let sent = OnceCell::new();
        let mut worlds: Vec<_> = std::mem::take(&mut self.worlds).into_iter().map(Some).collect();
        let mut successors = Vec::with_capacity(candidates.len());
        for (index, (candidate, explanation)) in candidates.iter().zip(explanations).enumerate() {
            // The last reading of a world changes the world itself: nobody else holds it.
            let last = candidates.get(index + 1).is_none_or(|next| next.world != candidate.world);
            let at = candidate.world;
            let world = if last { worlds[at].take() } else { worlds[at].clone() };
            let is_cheap = explanation.cost().outcomes <= cheapest + SLACK;
            let Some(world) = world.filter(|_| is_cheap) else { continue };
            let step = Step {
                api: self.api,
                call,
                observed,
                mismatches: &candidate.judgement.mismatches,
                expectation: &expectations[at],
                sent: &|| {
                    sent.get_or_init(|| sent_spec(&self.api.operations[call.operation], call))
                        .clone()
                },
            };
            let before = self.explanations[at].cost();
            for (world, effect) in step.take(world, &candidate.interpretation) {
                let mut explanation = explanation.clone();
                if let Some(effect) = effect {
                    explanation.leave(call.operation, effect);
                }
                let cost = explanation.cost();
                successors.push(Successor {
                    world,
                    explanation,
                    cost,
                    candidate: index,
                    from_memory: candidate.is_from_memory(),
                    is_dearer: cost != before,
                });
            }
        }
        successors
    }
}

/// The worlds that stay possible, the cheapest first. While one of them needs no deviation at all,
/// none is kept beside it, but for one case. An accepted create
/// whose token a deleted resource had may be answered from memory, or may have made a resource with
/// the wrong uid; the next describe tells.
fn select(mut successors: Vec<Successor>) -> Vec<Successor> {
    if successors.len() < 2 {
        return successors;
    }
    successors.sort_by_key(|it| it.cost);
    let cheapest = successors.first().map_or_else(Cost::default, |it| it.cost);
    let slack = if cheapest == Cost::default() { 0 } else { SLACK };
    let from_memory =
        successors.iter().take_while(|it| it.cost == cheapest).all(|it| it.from_memory);
    let mut selected: Vec<Successor> = Vec::with_capacity(successors.len());
    let mut rivals = 0;
    for successor in successors {
        // Of equal worlds the cheaper explanation stays, or both if neither is cheaper.
        let is_known = |known: &Successor| {
            known.world == successor.world
                && (known.cost < successor.cost || known.explanation == successor.explanation)
        };
        let is_rival = successor.cost != cheapest;
        let is_too_dear = successor.cost.outcomes > cheapest.outcomes + slack
            || (is_rival && rivals == MOST_RIVALS)
            || (is_rival && slack == 0 && successor.is_dearer && !from_memory);
        if !is_too_dear && !selected.iter().any(is_known) {
            rivals += usize::from(is_rival);
            selected.push(successor);
        }
    }
    selected
}

fn input<'c>(api: &Api, call: &'c Call, role: Role) -> Option<&'c Value> {
    let (input, _) = api.operations[call.operation].input(role)?;
    call.input.get(input.name)
}

fn page_token<'c>(api: &Api, call: &'c Call) -> Option<&'c str> {
    input(api, call, Role::PageToken).and_then(Value::as_str)
}
