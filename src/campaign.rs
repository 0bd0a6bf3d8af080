//! Campaigns: many traces on one target, from the first call to the findings.
//!
//! The main function is [`run`]: first every scenario, then random traces until the budget is used
//! up. Each divergence with a new signature is shrunk at once. It must not know how results are
//! shown.

use std::collections::BTreeSet;
use std::time::Instant;

use appmesh_model::rule::RuleId;
use appmesh_model::wire::Wire;

use crate::event::{Event, Finding, Flaky, Outcome};
use crate::execute::{Divergence, Execution, Runner, Signature, Stop};
use crate::generate::{scenario, wander};
use crate::random::Random;
use crate::shrink::{Memory, Shrunk, shrink};
use crate::trace::Trace;

/// What a campaign is to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Everything random derives from it.
    pub seed: u64,
    /// The most calls of traces; shrinking and cleaning up come on top.
    pub max_calls: u64,
    /// The rules to report on.
    pub rules: Vec<RuleId>,
    /// What to call the target in the report.
    pub target: String,
}

/// Runs a campaign.
pub async fn run(runner: &Runner, plan: &Plan, watch: &mut dyn FnMut(Event)) -> Outcome {
    let started = Instant::now();
    let api = runner.api();
    let outcome = Outcome {
        api,
        target: plan.target.clone(),
        seed: plan.seed,
        calls: 0,
        cleanup_calls: 0,
        duration_ms: 0,
        tested: vec![0; api.catalogue.rules().len()],
        rules: plan.rules.clone(),
        findings: Vec::new(),
        flaky: Vec::new(),
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
        memory: Memory::default(),
        succeeded: 0,
    };
    if let Err(reason) = runner.reach().await {
        campaign.outcome.inconclusive = Some(format!("the target cannot be reached: {reason}"));
    } else {
        campaign.explore(watch).await;
        campaign.conclude();
    }
    let mut outcome = campaign.outcome;
    outcome.interrupted = runner.is_interrupted();
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
    memory: Memory,
    succeeded: u64,
}

impl Campaign<'_> {
    async fn explore(&mut self, watch: &mut dyn FnMut(Event)) {
        for trace in scenario::all(self.runner.api()) {
            if self.is_over() {
                return;
            }
            self.play(&trace, watch).await;
        }
        let mut stream = 1;
        while !self.is_over() {
            let mut random = Random::new(self.plan.seed, stream);
            stream += 1;
            let trace = wander::trace(self.runner.api(), &mut random, &self.outcome.tested);
            self.play(&trace, watch).await;
        }
    }

    fn is_over(&self) -> bool {
        // A target on which nothing succeeds is no target of this kind.
        let hopeless = self.succeeded == 0 && self.outcome.calls >= HOPELESS_CALLS;
        hopeless
            || self.outcome.calls >= self.plan.max_calls
            || self.outcome.inconclusive.is_some()
            || self.runner.is_interrupted()
    }

    /// Runs a trace and looks into what it shows for the first time.
    async fn play(&mut self, trace: &Trace, watch: &mut dyn FnMut(Event)) {
        let mut trace = trace.clone();
        trace.steps.truncate(
            usize::try_from(self.plan.max_calls - self.outcome.calls).unwrap_or(usize::MAX),
        );
        let execution = self.runner.execute(&trace, &Stop::default()).await;
        self.count(&execution);
        for divergence in &execution.divergences {
            let signature = &divergence.signature;
            let wanted =
                self.plan.rules.contains(&signature.rule) && !self.is_named_better(signature);
            if !wanted || !self.known.insert(signature.clone()) {
                continue;
            }
            watch(Event::Found);
            self.investigate(&trace, &execution, divergence).await;
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

    /// Whether the same answer of the same operation is known to break a rule that says more than
    /// that the error is not modelled.
    fn is_named_better(&self, signature: &Signature) -> bool {
        let api = self.runner.api();
        let same = |known: &Signature| {
            known.operation == signature.operation
                && known.at == signature.at
                && known.rule != signature.rule
        };
        signature.rule == api.wire(Wire::ErrorModelled) && self.known.iter().any(same)
    }

    fn count(&mut self, execution: &Execution) {
        self.outcome.calls += execution.calls;
        self.outcome.cleanup_calls += execution.cleanup_calls;
        self.outcome.lost += execution.lost;
        self.outcome.denied += execution.denied;
        self.succeeded += execution.succeeded;
        for name in &execution.left_over {
            if !self.outcome.left_over.contains(name) {
                self.outcome.left_over.push(name.clone());
            }
        }
        for rule in &execution.exercised {
            self.outcome.tested[rule.index()] += 1;
        }
    }

    async fn investigate(&mut self, trace: &Trace, execution: &Execution, divergence: &Divergence) {
        let signature = divergence.signature.clone();
        let (permitted, observed) = (divergence.permitted.clone(), divergence.observed.clone());
        match shrink(self.runner, &mut self.memory, trace, divergence.step, &signature).await {
            Ok(shrunk) if shrunk.reproduced => {
                // The result's own words fit the result's own calls.
                let shown =
                    shrunk.execution.divergences.iter().find(|shown| shown.signature == signature);
                let permitted = shown.map_or(permitted, |shown| shown.permitted.clone());
                let observed = shown.map_or(observed, |shown| shown.observed.clone());
                self.outcome.findings.push(Finding { signature, permitted, observed, shrunk });
            }
            // Cut short, it is reported as it was first seen.
            _ if self.runner.is_interrupted() => {
                let shrunk = Shrunk::untouched(trace, execution, divergence.step);
                self.outcome.findings.push(Finding { signature, permitted, observed, shrunk });
            }
            Err(again) => {
                self.outcome.flaky.push(Flaky { signature, permitted, observed, again });
            }
            Ok(_) => {}
        }
    }

    /// Puts the findings in order and says what the campaign is worth.
    fn conclude(&mut self) {
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
