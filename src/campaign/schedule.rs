//! The schedule of a campaign: which trace comes next.
//!
//! The main type is [`Schedule`]. The order is: the corpus; the coverage suite, so that each test is made
//! once; alternatives, those first that lead to tests that the suite missed on this target; random traces,
//! which prefer rare situations, until the budget is used up. Each partition goes on as soon as it can.
//! The order depends neither on the number of traces that run at the same time nor on the partitions that
//! other machines run.

use std::collections::{HashSet, VecDeque};

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;

use super::partition::{Part, Partition};
use super::plan::Plan;
use crate::coverage::item::CoverageItem;
use crate::coverage::planned_trace::PlannedTrace;
use crate::coverage::suite::CoverageSuite;
use crate::execute::Execution;
use crate::shard::{PARTITIONS, Scope};
use crate::trace::Trace;

/// A trace to be run.
#[derive(Clone, Debug)]
pub struct Job {
    /// The trace.
    pub trace: Trace,
    /// The planned trace that it is; none for random traces.
    pub planned: Option<&'static PlannedTrace>,
    /// The place in the order in which traces are taken in.
    pub place: Place,
    /// Which trace of the corpus it is, if it is one.
    pub rerun: Option<usize>,
}

/// The place of a trace in the order in which results are taken in: the corpus, the coverage suite, the
/// first trace of each partition, the second of each, and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    after_suite: bool,
    /// Its number in the coverage suite; after that, in its partition.
    number: usize,
    /// The index of its partition.
    partition: usize,
}

impl Job {
    /// Whether nothing else may run at the same time.
    pub fn is_alone(&self) -> bool {
        self.planned.is_some_and(|planned| planned.alone)
    }
}

/// The order of the traces of a campaign.
#[derive(Debug)]
pub struct Schedule {
    api: &'static Api,
    suite: &'static CoverageSuite,
    seed: u64,
    scope: Scope,
    /// The traces of the coverage suite that are run here and were not given out.
    first: Vec<Job>,
    /// The places of the coverage suite that were not taken in.
    suite_due: VecDeque<Place>,
    /// After the coverage suite, the number and the partition of the trace to take in next.
    due: (usize, usize),
    /// The partitions that are run here.
    partitions: Vec<Partition>,
}

impl Schedule {
    /// The schedule of a campaign.
    pub fn new(api: &'static Api, suite: &'static CoverageSuite, plan: &Plan) -> Self {
        let wanted = |planned: &&PlannedTrace| {
            let mut tests = planned.tests.iter().flatten().map(|test| suite.tests.get(*test));
            tests.any(|test| matches!(test, CoverageItem::Rule(rule) if plan.rules.contains(rule)))
        };
        // Traces that test a wanted rule come first.
        let (first, later): (Vec<&PlannedTrace>, Vec<&PlannedTrace>) =
            suite.planned_traces.iter().partition(wanted);
        let mut schedule = Self {
            api,
            suite,
            seed: plan.seed,
            scope: plan.scope,
            first: Vec::new(),
            suite_due: VecDeque::new(),
            due: (0, 0),
            partitions: Vec::new(),
        };
        match plan.scope {
            Scope::Rule(rule) => schedule.plan_rule(&first, rule, plan.max_calls),
            Scope::Whole | Scope::Shard(_) => {
                schedule.plan_suite(first.into_iter().chain(later), plan);
            }
        }
        schedule
    }

    /// Deals the corpus and the whole coverage suite out to the partitions, which share the rest of the budget.
    /// The corpus comes on top of the budget, so that it changes nothing of what comes after it.
    fn plan_suite(
        &mut self,
        planned_traces: impl Iterator<Item = &'static PlannedTrace>,
        plan: &Plan,
    ) {
        let mut partitions: Vec<Partition> = (0..PARTITIONS).map(Partition::new).collect();
        let mut calls_left = plan.max_calls;
        let mut claimed = HashSet::new();
        let mut jobs = Vec::new();
        for (index, trace) in plan.corpus.iter().enumerate() {
            jobs.push((index % PARTITIONS, trace.clone(), None, Some(index)));
        }
        for (index, planned) in planned_traces.enumerate() {
            let partition = &mut partitions[index % PARTITIONS];
            partition.claim(self.suite, planned, &mut claimed);
            if let Some(trace) = within(&mut calls_left, planned.trace.clone(), Some(planned)) {
                jobs.push((partition.number, trace, Some(planned), None));
            }
        }
        for partition in &mut partitions {
            partition.calls_left = share(calls_left, partition.number);
        }
        partitions.retain(|partition| self.scope.has_partition(partition.number));
        self.partitions = partitions;
        for (number, trace, planned, rerun) in jobs {
            if let Some(partition) =
                self.partitions.iter().position(|partition| partition.number == number)
            {
                self.plan(trace, planned, partition, rerun);
            }
        }
    }

    /// Plans only the traces that test a rule, each up to its last step that does.
    fn plan_rule(
        &mut self,
        planned_traces: &[&'static PlannedTrace],
        rule: RuleId,
        max_calls: u64,
    ) {
        let mut partition = Partition::new(0);
        partition.answer_for(self.suite, &CoverageItem::Rule(rule));
        self.partitions = vec![partition];
        let mut calls_left = max_calls;
        for planned in planned_traces {
            let mut trace = planned.trace.clone();
            trace.steps.truncate(self.suite.last_test_of(rule, planned).map_or(0, |last| last + 1));
            if let Some(trace) = within(&mut calls_left, trace, Some(planned)) {
                self.plan(trace, Some(planned), 0, None);
            }
        }
        self.partitions[0].calls_left = calls_left;
    }

    /// Makes a trace a part of the coverage suite.
    fn plan(
        &mut self,
        trace: Trace,
        planned: Option<&'static PlannedTrace>,
        partition: usize,
        rerun: Option<usize>,
    ) {
        let place = Place { after_suite: false, number: self.first.len(), partition };
        self.partitions[partition].suite_left += 1;
        self.suite_due.push_back(place);
        self.first.push(Job { trace, planned, place, rerun });
    }

    /// All traces that are determined by now, none of them twice.
    pub fn next_jobs(&mut self) -> Vec<Job> {
        let mut jobs = std::mem::take(&mut self.first);
        for index in 0..self.partitions.len() {
            self.go_on(index, &mut jobs);
        }
        jobs
    }

    /// Adds all traces of a partition that are determined by now.
    fn go_on(&mut self, index: usize, jobs: &mut Vec<Job>) {
        loop {
            let partition = &mut self.partitions[index];
            match partition.part {
                Part::Over => return,
                Part::Alternatives | Part::OtherAlternatives if !partition.is_idle() => return,
                _ if partition.calls_left == 0 => partition.part = Part::Over,
                Part::Alternatives => {
                    // An obstacle may block an alternative, too, so there may be several rounds.
                    let alternatives = partition.alternatives(self.suite);
                    if alternatives.is_empty() {
                        partition.part = match self.scope {
                            Scope::Rule(_) => Part::Over,
                            Scope::Whole | Scope::Shard(_) => Part::OtherAlternatives,
                        };
                    }
                    for (planned, end) in alternatives {
                        jobs.extend(self.alternative(index, planned, end));
                    }
                }
                Part::OtherAlternatives => {
                    partition.part = Part::Random;
                    for planned in partition.other_alternatives(self.suite) {
                        jobs.extend(self.alternative(index, planned, planned.trace.steps.len()));
                    }
                }
                Part::Random => {
                    let Some(trace) = partition.random_trace(self.api, self.suite, self.seed)
                    else {
                        return;
                    };
                    jobs.extend(self.give_out(index, trace, None));
                }
            }
        }
    }

    /// The start of an alternative as a trace of a partition; none if the partition has no calls left for it.
    fn alternative(
        &mut self,
        partition: usize,
        planned: &'static PlannedTrace,
        end: usize,
    ) -> Option<Job> {
        let mut trace = planned.trace.clone();
        trace.steps.truncate(end);
        self.give_out(partition, trace, Some(planned))
    }

    /// A trace of a partition, as far as its calls go.
    fn give_out(
        &mut self,
        index: usize,
        trace: Trace,
        planned: Option<&'static PlannedTrace>,
    ) -> Option<Job> {
        let partition = &mut self.partitions[index];
        let trace = within(&mut partition.calls_left, trace, planned)?;
        let place = Place { after_suite: true, number: partition.given_out, partition: index };
        partition.given_out += 1;
        Some(Job { trace, planned, place, rerun: None })
    }

    /// Learns the tests that a trace has made, as soon as it was run.
    pub fn learn(&mut self, job: &Job, execution: &Execution) {
        let Some(partition) = self.partitions.get_mut(job.place.partition) else { return };
        if let Some(planned) = job.planned {
            partition.see(self.api, self.suite, planned, execution);
        }
        match job.place.after_suite {
            true => partition.visit(job.place.number, execution),
            false => partition.suite_left -= 1,
        }
    }

    /// The place of the trace to be taken in next; none if that cannot be told yet, or nothing is
    /// left.
    pub fn due(&mut self) -> Option<Place> {
        if let Some(place) = self.suite_due.front() {
            return Some(*place);
        }
        let (number, index) = &mut self.due;
        loop {
            let partition = self.partitions.get(*index)?;
            if partition.given_out > *number {
                return Some(Place { after_suite: true, number: *number, partition: *index });
            }
            let all_over = || {
                self.partitions.iter().all(|it| it.part == Part::Over && it.given_out <= *number)
            };
            if partition.part != Part::Over || all_over() {
                return None;
            }
            (*number, *index) = following(*number, *index, self.partitions.len());
        }
    }

    /// Says that the trace that was due is taken in.
    pub fn taken_in(&mut self) {
        if self.suite_due.pop_front().is_none() {
            let (number, index) = self.due;
            self.due = following(number, index, self.partitions.len());
        }
    }
}

/// The number and the partition that follow the given ones.
fn following(number: usize, partition: usize, partitions: usize) -> (usize, usize) {
    if partition + 1 < partitions { (number, partition + 1) } else { (number + 1, 0) }
}

/// The partition's share of the calls that are left.
fn share(calls: u64, partition: usize) -> u64 {
    let partitions = PARTITIONS as u64;
    calls / partitions + u64::from((partition as u64) < calls % partitions)
}

/// A trace within a budget of calls, which it uses up; none if nothing is left of it.
fn within(calls_left: &mut u64, mut trace: Trace, planned: Option<&PlannedTrace>) -> Option<Trace> {
    // A step that should not be sent is not reckoned with.
    let is_spare = |at: usize| planned.is_some_and(|planned| planned.spare.get(at) == Some(&true));
    let mut calls = 0;
    let steps = trace.steps.len();
    let end = (0..steps).find(|&at| {
        calls += u64::from(!is_spare(at));
        calls > *calls_left
    });
    trace.steps.truncate(end.unwrap_or(steps));
    *calls_left -= calls.min(*calls_left);
    (!trace.steps.is_empty()).then_some(trace)
}
