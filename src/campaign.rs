//! Campaigns: many traces on one target, from the first call to the findings.
//!
//! The main function is [`run`]. [`agenda`] says which trace comes next; several may run at the same
//! time, but they are taken in one after the other, in the order in which they were given out, so
//! that it makes no difference how many there are. Each divergence with a new signature is shrunk
//! at once. It must not know how results are shown.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use appmesh_model::rule::RuleId;
use tokio::task::JoinSet;

use crate::event::{Event, Finding, Flaky, Gap, Outcome, Rerun};
use crate::execute::{Divergence, Execution, Runner, Signature, Stop};
use crate::scope::Scope;
use crate::shrink::{Memory, Shrunk, shrink};
use crate::tour::{Tour, lists_roots};
use crate::trace::Trace;

pub mod agenda;
mod coverage;
mod lane;

use agenda::{Agenda, Job, MOST_AT_ONCE, Place};
use coverage::Coverage;

/// What a campaign is to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Everything random derives from it.
    pub seed: u64,
    /// The most calls of traces; shrinking and cleaning up come on top.
    pub max_calls: u64,
    /// The rules to report on.
    pub rules: Vec<RuleId>,
    /// Traces to be run before all others.
    pub corpus: Vec<Trace>,
    /// How much of it is run here.
    pub scope: Scope,
    /// What to call the target in the report.
    pub target: String,
    /// How many traces may run at the same time, up to [`MOST_AT_ONCE`]; none for as many as the
    /// target's pace makes worth while.
    pub concurrency: Option<usize>,
}

/// Runs a campaign.
pub async fn run(runner: &Runner, plan: &Plan, watch: &mut dyn FnMut(Event)) -> Outcome {
    let started = Instant::now();
    let api = runner.api();
    let outcome = Outcome {
        api,
        target: plan.target.clone(),
        run: runner.name().to_owned(),
        seed: plan.seed,
        scope: plan.scope,
        calls: 0,
        cleanup_calls: 0,
        duration_ms: 0,
        tested: vec![0; api.catalogue.rules().len()],
        rules: plan.rules.clone(),
        visited: Vec::new(),
        unvisited: Vec::new(),
        gaps: Default::default(),
        findings: Vec::new(),
        flaky: Vec::new(),
        reruns: vec![Rerun::Untold; plan.corpus.len()],
        lost: 0,
        denied: 0,
        inconclusive: None,
        interrupted: false,
        left_over: Vec::new(),
    };
    let mut campaign = Campaign {
        runner,
        plan,
        outcome,
        known: BTreeSet::new(),
        flaky_traces: BTreeMap::new(),
        memory: Memory::default(),
        coverage: Coverage::default(),
        succeeded: 0,
    };
    if let Err(reason) = runner.reset().await {
        campaign.outcome.inconclusive = Some(format!("the target cannot be reset: {reason}"));
    } else if let Err(reason) = runner.reach().await {
        campaign.outcome.inconclusive = Some(format!("the target cannot be reached: {reason}"));
    } else {
        let tour = Tour::of(api).await;
        campaign.explore(tour, watch).await;
        if campaign.outcome.inconclusive.is_none() {
            campaign.outcome.inconclusive = runner.given_up();
        }
        campaign.conclude(tour);
    }
    let mut outcome = campaign.outcome;
    outcome.interrupted = runner.is_interrupted();
    outcome.left_over = runner.left_over();
    outcome.duration_ms = started.elapsed().as_millis() as u64;
    outcome
}

/// A divergence that does not show again is looked into with so many traces before it is left at
/// that.
const MOST_FLAKY_TRACES: u32 = 3;
/// After so many calls without a success a campaign gives up.
const HOPELESS_CALLS: u64 = 100;

struct Campaign<'r> {
    runner: &'r Runner,
    plan: &'r Plan,
    outcome: Outcome,
    known: BTreeSet<Signature>,
    /// With how many traces a divergence did not show again.
    flaky_traces: BTreeMap<Signature, u32>,
    memory: Memory,
    coverage: Coverage,
    succeeded: u64,
}

impl Campaign<'_> {
    async fn explore(&mut self, tour: &'static Tour, watch: &mut dyn FnMut(Event)) {
        let plan = self.plan;
        let agenda = Agenda::new(self.runner.api(), tour, plan);
        let mut at_once = plan.concurrency.map(|most| most.clamp(1, MOST_AT_ONCE));
        let (mut waiting, mut started) = (Vec::new(), Instant::now());
        let mut under_way = UnderWay::new(agenda);
        loop {
            waiting.append(&mut under_way.agenda.next());
            let most = at_once.unwrap_or(1);
            while under_way.running.len() < most && !self.is_over() {
                let Some(job) = under_way.choose(&mut waiting, most) else { break };
                started = Instant::now();
                under_way.start(self.runner, job, self.calls_left());
            }
            if !under_way.finish_one().await {
                return;
            }
            while let Some((job, mut execution)) = under_way.take_next() {
                // It may have been started when more was left.
                execution.cut(self.calls_left());
                if self.is_over() {
                    // It would not have been started if there were fewer at a time, so it does not
                    // count.
                    continue;
                }
                let most = *at_once.get_or_insert_with(|| worth_while(&started, &execution));
                self.runner.set_at_once(most);
                let lists_roots = lists_roots(self.runner.api(), &job.trace);
                if lists_roots && self.shows_something_new(&execution) {
                    // What others make would get between the calls that shrink it.
                    while under_way.finish_one().await {}
                }
                self.take_in(&job, &execution, watch).await;
            }
        }
    }

    /// How many calls may still be made.
    fn calls_left(&self) -> u64 {
        self.plan.max_calls.saturating_sub(self.outcome.calls)
    }

    fn is_over(&self) -> bool {
        // A target on which nothing succeeds is no target of this kind.
        let hopeless = self.succeeded == 0 && self.outcome.calls >= HOPELESS_CALLS;
        hopeless
            || self.outcome.calls >= self.plan.max_calls
            || self.outcome.inconclusive.is_some()
            || self.runner.is_over()
    }

    /// Looks into what a trace shows for the first time.
    async fn take_in(&mut self, job: &Job, execution: &Execution, watch: &mut dyn FnMut(Event)) {
        let calls_before = self.outcome.calls;
        self.count(execution);
        self.coverage.take_in(self.runner.api(), job.leg, execution);
        if let Some(rerun) = job.rerun.and_then(|index| self.outcome.reruns.get_mut(index)) {
            *rerun = what_it_did(job, execution);
        }
        for divergence in &execution.divergences {
            if !self.is_new(&divergence.signature) {
                continue;
            }
            self.known.insert(divergence.signature.clone());
            watch(Event::Found);
            let found_at_call = calls_before + execution.calls_up_to(divergence.step);
            self.investigate(&job.trace, execution, divergence, found_at_call).await;
        }
        if let Some(reason) = &execution.ended {
            // Once may be chance; if the target is gone, the next call tells.
            if let Err(failure) = self.runner.reach().await {
                self.outcome.inconclusive = Some(format!("{reason}: {failure}"));
            }
        }
        watch(Event::Played {
            calls: self.outcome.calls,
            max_calls: self.plan.max_calls,
            rules: self.outcome.tested.iter().filter(|tested| **tested > 0).count(),
            findings: self.outcome.findings.len(),
        });
    }

    /// Whether a divergence is to be looked into.
    fn is_new(&self, signature: &Signature) -> bool {
        self.plan.rules.contains(&signature.rule)
            && !self.known.contains(signature)
            && !self.is_named_better(signature)
    }

    fn shows_something_new(&self, execution: &Execution) -> bool {
        execution.divergences.iter().any(|divergence| self.is_new(&divergence.signature))
    }

    fn is_named_better(&self, signature: &Signature) -> bool {
        signature.is_named_better(self.runner.api(), self.known.iter())
    }

    fn count(&mut self, execution: &Execution) {
        self.outcome.calls += execution.calls;
        self.outcome.lost += execution.lost;
        self.outcome.denied += execution.denied;
        self.succeeded += execution.succeeded;
        self.outcome.cleanup_calls += execution.cleanup_calls;
        for rule in execution.played.iter().flat_map(|played| &played.visited.exercised) {
            self.outcome.tested[rule.index()] += 1;
        }
    }

    async fn investigate(
        &mut self,
        trace: &Trace,
        execution: &Execution,
        divergence: &Divergence,
        found_at_call: u64,
    ) {
        let signature = divergence.signature.clone();
        let (permitted, observed) = (divergence.permitted.clone(), divergence.observed.clone());
        let shrunk =
            match shrink(self.runner, &mut self.memory, trace, divergence.step, &signature).await {
                Ok(shrunk) if shrunk.reproduced => shrunk,
                // Cut short, it is reported as it was first seen.
                _ if self.runner.is_interrupted() => {
                    Shrunk::untouched(trace, execution, divergence.step)
                }
                Err(again) => {
                    let unsteady = Flaky { signature, permitted, observed, again };
                    self.take_in_flaky(unsteady);
                    return;
                }
                Ok(_) => return,
            };
        self.outcome.flaky.retain(|flaky| flaky.signature != signature);
        // The result's own words fit the result's own calls.
        let shown = shrunk.execution.divergences.iter().find(|it| it.signature == signature);
        let permitted = shown.map_or(permitted, |shown| shown.permitted.clone());
        let observed = shown.map_or(observed, |shown| shown.observed.clone());
        self.outcome.findings.push(Finding {
            signature,
            permitted,
            observed,
            found_at_call,
            shrunk,
        });
    }

    /// Another trace may show steadily what this one did not: so it is not known yet, unless that
    /// was tried often enough.
    fn take_in_flaky(&mut self, flaky: Flaky) {
        let tried = self.flaky_traces.entry(flaky.signature.clone()).or_default();
        *tried += 1;
        if *tried < MOST_FLAKY_TRACES {
            self.known.remove(&flaky.signature);
        }
        if *tried == 1 {
            self.outcome.flaky.push(flaky);
        }
    }

    /// Puts the findings in order and says what the campaign is worth.
    fn conclude(&mut self, tour: &'static Tour) {
        let rest = match (self.runner.is_interrupted(), self.plan.scope) {
            (true, _) => Gap::Interrupted,
            (false, Scope::Shard(_)) => Gap::OtherShard,
            (false, _) => Gap::Budget,
        };
        self.outcome.visited = self.coverage.visited();
        if !matches!(self.plan.scope, Scope::Rule(_)) {
            self.outcome.unvisited = self.coverage.unvisited(tour, &rest);
        }
        self.outcome.gaps = self.coverage.unreached(tour, &rest);
        let findings = std::mem::take(&mut self.outcome.findings);
        self.outcome.findings = findings
            .into_iter()
            .filter(|finding| !self.is_named_better(&finding.signature))
            .collect();
        self.outcome.findings.sort_by(|left, right| {
            let key = |finding: &Finding| {
                let signature = finding.signature.clone();
                (signature.rule.index(), signature.operation, signature.at)
            };
            key(left).cmp(&key(right))
        });
        if self.succeeded == 0 && self.outcome.inconclusive.is_none() && self.outcome.calls > 0 {
            // Findings about a server that does nothing at all would be about the wrong thing.
            self.outcome.findings.clear();
            self.outcome.inconclusive = Some(if self.outcome.denied > 0 {
                "every call was refused for want of rights: check the AWS_* credentials".to_owned()
            } else {
                format!(
                    "no call succeeded: does the target serve App Mesh, and its version {}?",
                    self.runner.api().version
                )
            });
        }
    }
}

/// What a trace did that had failed before.
fn what_it_did(job: &Job, execution: &Execution) -> Rerun {
    let is_whole = execution.ended.is_none()
        && execution.lost == 0
        && execution.played.len() == job.trace.steps.len();
    let shown = execution.divergences.iter().map(|divergence| divergence.signature.clone());
    let shown: Vec<Signature> = shown.collect();
    // What diverged did so however it ended.
    if is_whole || !shown.is_empty() { Rerun::Done(shown) } else { Rerun::Untold }
}

/// Traces that were started and not yet taken in.
struct UnderWay {
    agenda: Agenda,
    running: JoinSet<(Job, Execution)>,
    /// One of them must be alone.
    alone: bool,
    finished: BTreeMap<Place, (Job, Execution)>,
}

impl UnderWay {
    fn new(agenda: Agenda) -> Self {
        Self { agenda, running: JoinSet::new(), alone: false, finished: BTreeMap::new() }
    }

    /// Takes out the trace to start now. One at a time they run in their order. Where several run
    /// at the same time, those that must be alone come when nothing else runs, and the longest
    /// before the others, so that none is waited for in the end.
    fn choose(&self, waiting: &mut Vec<Job>, at_once: usize) -> Option<Job> {
        let indices = 0..waiting.len();
        let index = if at_once == 1 {
            indices.min_by_key(|&index| waiting[index].place)
        } else if self.alone {
            None
        } else {
            let is_free = self.running.is_empty();
            let admitted = indices.filter(|&index| is_free || !waiting[index].is_alone());
            admitted.max_by_key(|&index| {
                let job = &waiting[index];
                (job.is_alone(), job.trace.steps.len(), Reverse(job.place))
            })
        };
        index.map(|index| waiting.swap_remove(index))
    }

    fn start(&mut self, runner: &Runner, job: Job, most_calls: u64) {
        self.alone = job.is_alone();
        let runner = runner.clone();
        self.running.spawn(async move {
            let stop = Stop { most_calls: Some(most_calls), ..Stop::default() };
            let execution = runner.execute(&job.trace, &stop).await;
            (job, execution)
        });
    }

    /// Waits for one of the running traces to finish. Returns whether there was one.
    async fn finish_one(&mut self) -> bool {
        let next = self.running.join_next().await;
        self.alone = false;
        match next {
            Some(Ok((job, execution))) => {
                self.agenda.learn(&job, &execution);
                self.finished.insert(job.place, (job, execution));
                true
            }
            // A trace that panics is a bug of the harness, and there is nothing to take in.
            Some(Err(_)) => true,
            None => false,
        }
    }

    /// The trace that is to be taken in next; none if it is not finished.
    fn take_next(&mut self) -> Option<(Job, Execution)> {
        let place = self.agenda.due()?;
        let next = self.finished.remove(&place)?;
        self.agenda.taken_in();
        Some(next)
    }
}

/// How many traces to run at the same time, after the first one was run alone: a server that takes
/// its time for each call can do with more of them, one that is busy computing cannot.
fn worth_while(started: &Instant, execution: &Execution) -> usize {
    let calls = u128::from(execution.calls + execution.cleanup_calls).max(1);
    let each_us = started.elapsed().as_micros() / calls;
    usize::try_from(each_us / PACE_US).unwrap_or(usize::MAX).clamp(1, MOST_BY_ITSELF)
}

/// A call that takes so many microseconds is what a busy server needs.
const PACE_US: u128 = 1_500;
/// More traces at the same time than this only if somebody asks for it.
const MOST_BY_ITSELF: usize = 32;
