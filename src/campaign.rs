//! Campaigns: many traces on one target, from the first call to the findings.
//!
//! The main function is [`run`]. [`agenda`] says which trace comes next; several may run at the same
//! time, but they are taken in one after the other, in the order in which they were given out, so
//! that it makes no difference how many there are. Each divergence with a new signature is shrunk
//! at once. It must not know how results are shown.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;

use crate::coverage::suite::CoverageSuite;
use crate::event::{Event, Finding, Gap, Outcome, Rerun};
use crate::execute::{Execution, Runner, Signature};
use crate::isolation::{Disturbed, lists_roots};
use crate::scope::Scope;
use crate::shrink::Memory;
use crate::trace::Trace;

mod cause;
mod coverage;
mod final_probe;
mod investigation;
mod partition;
mod reruns;
pub mod schedule;
mod under_way;

use coverage::Coverage;
use investigation::Seen;
use schedule::{Job, MOST_AT_ONCE, Schedule};
use under_way::{UnderWay, worth_while};

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

impl Plan {
    /// A whole campaign on all rules with seed 0, trace by trace.
    pub fn whole(api: &Api, max_calls: u64) -> Self {
        Self {
            seed: 0,
            max_calls,
            rules: api.catalogue.ids().collect(),
            corpus: Vec::new(),
            scope: Scope::Whole,
            target: "embedded".to_owned(),
            concurrency: Some(1),
        }
    }
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
        max_calls: plan.max_calls,
        scope: plan.scope,
        calls: 0,
        cleanup_calls: 0,
        duration_ms: 0,
        tested: vec![0; api.catalogue.rules().len()],
        tested_at: Default::default(),
        rules: plan.rules.clone(),
        visited: Vec::new(),
        beyond: Vec::new(),
        unvisited: Vec::new(),
        gaps: Default::default(),
        findings: Vec::new(),
        flaky: Vec::new(),
        reruns: vec![Rerun::Untold; plan.corpus.len()],
        rerun_calls: 0,
        lost: 0,
        denied: 0,
        inconclusive: None,
        interrupted: false,
        time_up: false,
        left_over: Vec::new(),
    };
    let mut campaign = Campaign {
        runner,
        plan,
        outcome,
        known: BTreeSet::new(),
        seen_before: BTreeMap::new(),
        vain_traces: BTreeMap::new(),
        disturbed: Disturbed::default(),
        memory: Memory::default(),
        coverage: Coverage::default(),
        succeeded: 0,
    };
    if let Err(reason) = runner.reset().await {
        campaign.outcome.inconclusive = Some(format!("the target cannot be reset: {reason}"));
    } else if let Err(reason) = runner.reach().await {
        campaign.outcome.inconclusive = Some(format!("the target cannot be reached: {reason}"));
    } else {
        let tour = CoverageSuite::of(api).await;
        campaign.explore(tour, watch).await;
        campaign.disturbed.set_alone(true);
        campaign.look_into_reruns(watch).await;
        campaign.outcome.time_up = runner.is_time_up();
        if campaign.outcome.inconclusive.is_none() {
            campaign.outcome.inconclusive = runner.given_up();
        }
        campaign.see_it_off().await;
        campaign.conclude(tour);
    }
    let mut outcome = campaign.outcome;
    outcome.interrupted = runner.is_interrupted();
    outcome.left_over = runner.left_over();
    outcome.left_over.sort_unstable();
    outcome.duration_ms = started.elapsed().as_millis() as u64;
    outcome
}

/// After so many calls without a success a campaign gives up.
const HOPELESS_CALLS: u64 = 100;

struct Campaign<'r> {
    runner: &'r Runner,
    plan: &'r Plan,
    outcome: Outcome,
    known: BTreeSet<Signature>,
    /// What the traces showed that had failed before.
    seen_before: BTreeMap<Signature, Seen>,
    /// With how many traces a divergence did not show again, or came of another.
    vain_traces: BTreeMap<Signature, u32>,
    disturbed: Disturbed<Seen>,
    memory: Memory,
    coverage: Coverage,
    succeeded: u64,
}

impl Campaign<'_> {
    async fn explore(&mut self, tour: &'static CoverageSuite, watch: &mut dyn FnMut(Event)) {
        let plan = self.plan;
        let agenda = Schedule::new(self.runner.api(), tour, plan);
        let mut at_once = plan.concurrency.map(|most| most.clamp(1, MOST_AT_ONCE));
        let (mut waiting, mut started) = (Vec::new(), Instant::now());
        let mut under_way = UnderWay::new(agenda);
        loop {
            waiting.append(&mut under_way.agenda.next_jobs());
            let most = at_once.unwrap_or(1);
            while under_way.running.len() < most && !self.is_over() {
                let Some(job) = under_way.choose(&mut waiting, most) else { break };
                started = Instant::now();
                // What failed before comes on top of the budget.
                let most_calls = job.rerun.is_none().then(|| self.calls_left());
                under_way.start(self.runner, job, most_calls);
            }
            if !under_way.finish_one().await {
                if self.runner.is_cut_short() {
                    // What was under way still counts, as far as it came.
                    for (job, execution) in under_way.rest() {
                        self.take_in(&job, execution, watch).await;
                    }
                }
                return;
            }
            while let Some((job, execution)) = under_way.take_next() {
                if self.is_over() && !self.runner.is_cut_short() {
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
                self.take_in(&job, execution, watch).await;
                if !self.disturbed.is_empty() {
                    // Others got between the calls that shrank it: once more without them.
                    while under_way.finish_one().await {}
                    self.look_again_alone().await;
                }
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
    async fn take_in(&mut self, job: &Job, execution: Execution, watch: &mut dyn FnMut(Event)) {
        let mut execution = execution;
        if job.rerun.is_none() {
            // It may have been started when more was left.
            execution.cut(self.calls_left());
        }
        self.count(&execution);
        match job.rerun {
            Some(index) => self.take_in_rerun(index, job, &execution),
            None => self.take_in_new(job, &execution, watch).await,
        }
        if let Some(reason) = &execution.ended {
            // Once may be chance; if the target is gone, the next call tells.
            if let Err(failure) = self.runner.reach().await {
                self.outcome.inconclusive = Some(format!("{reason}: {failure}"));
            }
        }
        self.tell(watch);
    }

    fn tell(&self, watch: &mut dyn FnMut(Event)) {
        watch(Event::Played { calls: self.outcome.calls, findings: self.outcome.findings.len() });
    }

    async fn take_in_new(
        &mut self,
        job: &Job,
        execution: &Execution,
        watch: &mut dyn FnMut(Event),
    ) {
        let calls_before = self.outcome.calls;
        self.outcome.calls += execution.calls;
        for rule in execution.played.iter().flat_map(|played| &played.visited.exercised) {
            self.outcome.tested[rule.index()] += 1;
        }
        self.coverage.take_in(self.runner.api(), job.leg, execution);
        for divergence in &execution.divergences {
            if !self.is_new(&divergence.signature) {
                continue;
            }
            self.known.insert(divergence.signature.clone());
            watch(Event::Found);
            let seen = Seen {
                trace: job.trace.clone(),
                execution: execution.clone(),
                divergence: divergence.clone(),
                at_call: calls_before + execution.calls_up_to(divergence.step),
            };
            self.investigate(seen).await;
        }
    }

    /// Whether a divergence is to be looked into.
    fn is_new(&self, signature: &Signature) -> bool {
        self.is_wanted(signature) && !self.known.contains(signature)
    }

    /// Whether a divergence is to be reported.
    fn is_wanted(&self, signature: &Signature) -> bool {
        self.plan.rules.contains(&signature.rule) && !self.is_named_better(signature)
    }

    fn shows_something_new(&self, execution: &Execution) -> bool {
        execution.divergences.iter().any(|divergence| self.is_new(&divergence.signature))
    }

    fn is_named_better(&self, signature: &Signature) -> bool {
        signature.is_named_better(self.runner.api(), self.known.iter())
    }

    fn count(&mut self, execution: &Execution) {
        self.outcome.lost += execution.lost;
        self.outcome.denied += execution.denied;
        self.succeeded += execution.succeeded;
        self.outcome.cleanup_calls += execution.cleanup_calls;
    }

    /// Puts the findings in order and says what the campaign is worth.
    fn conclude(&mut self, tour: &'static CoverageSuite) {
        let rest = match self.plan.scope {
            _ if self.runner.is_interrupted() => Gap::Interrupted,
            Scope::Shard(_) if !self.outcome.time_up => Gap::OtherShard,
            Scope::Shard(_) | Scope::Whole | Scope::Rule(_) => Gap::Budget,
        };
        (self.outcome.visited, self.outcome.beyond) = self.coverage.visited(tour);
        self.outcome.tested_at = self.coverage.tested_at();
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
        if self.outcome.time_up && self.succeeded == 0 && self.outcome.inconclusive.is_none() {
            self.outcome.findings.clear();
            self.outcome.inconclusive = Some("the time was up before a call succeeded".to_owned());
        }
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
