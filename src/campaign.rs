//! Campaigns: many traces on one target, from the first call to the findings.
//!
//! The main function is [`run`]. The schedule says which trace comes next. Several traces may run at
//! the same time, but their results are taken in one after the other, in the order of the schedule:
//! the findings are the same for any number of traces at a time. Each divergence with a new signature
//! is shrunk at once. A campaign does not know how its results are shown.

use std::time::Instant;

use crate::campaign_outcome::{Finding, Gap, Outcome};
use crate::coverage::suite::CoverageSuite;
use crate::event::Event;
use crate::execute::{Execution, Runner};
use crate::isolation::lists_roots;
use crate::shard::Scope;

mod corpus_traces;
mod coverage;
mod investigation;
mod liveness_probe;
mod partition;
mod plan;
mod root_cause;
mod running_traces;
mod schedule;
mod sighting;
mod state;

pub use plan::{MOST_AT_ONCE, Plan};
use running_traces::{RunningTraces, worth_while};
use schedule::{Job, Schedule};
use sighting::Sighting;
use state::Campaign;

/// Runs a campaign.
pub async fn run(runner: &Runner, plan: &Plan) -> Outcome {
    let started = Instant::now();
    let api = runner.api();
    let mut campaign = Campaign::new(runner, plan);
    if let Err(reason) = runner.reset().await {
        campaign.outcome.inconclusive = Some(format!("the target cannot be reset: {reason}"));
    } else if let Err(reason) = runner.reach().await {
        campaign.outcome.inconclusive = Some(format!("the target cannot be reached: {reason}"));
    } else {
        let suite = CoverageSuite::of(api).await;
        campaign.explore(suite).await;
        campaign.disturbed.set_alone(true);
        campaign.investigate_corpus().await;
        campaign.outcome.time_up = runner.is_time_up();
        if campaign.outcome.inconclusive.is_none() {
            campaign.outcome.inconclusive = runner.given_up();
        }
        campaign.probe_at_the_end().await;
        campaign.conclude(suite);
    }
    let mut outcome = campaign.outcome;
    outcome.interrupted = runner.is_interrupted();
    outcome.left_over = runner.left_over();
    outcome.left_over.sort_unstable();
    outcome.duration_ms = started.elapsed().as_millis() as u64;
    outcome
}

impl Campaign<'_> {
    async fn explore(&mut self, suite: &'static CoverageSuite) {
        let plan = self.plan;
        let schedule = Schedule::new(self.runner.api(), suite, plan);
        let mut at_once = plan.concurrency.map(|most| most.clamp(1, MOST_AT_ONCE));
        let (mut waiting, mut started) = (Vec::new(), Instant::now());
        let mut running = RunningTraces::new(schedule);
        loop {
            waiting.append(&mut running.schedule.next_jobs());
            let most = at_once.unwrap_or(1);
            while running.count() < most && !self.is_over() {
                let Some(job) = running.choose(&mut waiting, most) else { break };
                started = Instant::now();
                // What failed before comes on top of the budget.
                let most_calls = job.rerun.is_none().then(|| self.calls_left());
                running.start(self.runner, job, most_calls);
            }
            if !running.finish_one().await {
                if self.runner.is_cut_short() {
                    // What was under way still counts, as far as it came.
                    for (job, execution) in running.rest() {
                        self.take_in(&job, execution).await;
                    }
                }
                return;
            }
            while let Some((job, execution)) = running.take_next() {
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
                    while running.finish_one().await {}
                }
                self.take_in(&job, execution).await;
                if !self.disturbed.is_empty() {
                    // Others got between the calls that shrank it: once more without them.
                    while running.finish_one().await {}
                    self.look_again_alone().await;
                }
            }
        }
    }

    /// Looks into what a trace shows for the first time.
    async fn take_in(&mut self, job: &Job, execution: Execution) {
        let mut execution = execution;
        if job.rerun.is_none() {
            // It may have been started when more was left.
            execution.cut(self.calls_left());
        }
        self.count(&execution);
        match job.rerun {
            Some(index) => self.take_in_rerun(index, job, &execution),
            None => self.take_in_new(job, &execution).await,
        }
        if let Some(reason) = &execution.ended {
            // Once may be chance; if the target is gone, the next call tells.
            if let Err(failure) = self.runner.reach().await {
                self.outcome.inconclusive = Some(format!("{reason}: {failure}"));
            }
        }
        self.tell();
    }

    async fn take_in_new(&mut self, job: &Job, execution: &Execution) {
        let calls_before = self.outcome.calls;
        self.outcome.calls += execution.calls;
        for rule in execution.played.iter().flat_map(|played| &played.visited.exercised) {
            self.outcome.tested[rule.index()] += 1;
        }
        self.coverage.take_in(self.runner.api(), job.planned, execution);
        for divergence in &execution.divergences {
            if !self.is_new(&divergence.signature) {
                continue;
            }
            self.known.insert(divergence.signature.clone());
            self.runner.tell(Event::Found);
            let sighting = Sighting {
                trace: job.trace.clone(),
                execution: execution.clone(),
                divergence: divergence.clone(),
                at_call: calls_before + execution.calls_up_to(divergence.step),
            };
            self.investigate(sighting).await;
        }
    }

    /// Puts the findings in order and says what the campaign is worth.
    fn conclude(&mut self, suite: &'static CoverageSuite) {
        let rest = match self.plan.scope {
            _ if self.runner.is_interrupted() => Gap::Interrupted,
            Scope::Shard(_) if !self.outcome.time_up => Gap::OtherShard,
            Scope::Shard(_) | Scope::Whole | Scope::Rule(_) => Gap::Budget,
        };
        (self.outcome.visited, self.outcome.beyond) = self.coverage.visited(suite);
        self.outcome.tested_at = self.coverage.tested_at();
        if !matches!(self.plan.scope, Scope::Rule(_)) {
            self.outcome.unvisited = self.coverage.unvisited(suite, &rest);
        }
        self.outcome.gaps = self.coverage.unreached(suite, &rest);
        let findings = std::mem::take(&mut self.outcome.findings);
        self.outcome.findings = findings
            .into_iter()
            .filter(|finding| !self.is_named_better(&finding.signature))
            .collect();
        self.outcome.findings.sort_by(|left, right| {
            let key = |finding: &Finding| {
                let signature = finding.signature.clone();
                (signature.rule.index(), signature.operation, signature.at.to_string())
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
