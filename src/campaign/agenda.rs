//! The agenda of a campaign: which trace comes next.
//!
//! The main type is [`Agenda`]. First the tour, so that everything is put to the test once; then
//! detours, those first that lead to what the tour missed on this target; then random traces, which
//! lean towards the rarest situations, until the budget is used up. What comes next never hangs on
//! how many traces run at the same time.

use std::collections::{BTreeSet, VecDeque};

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;

use crate::execute::Execution;
use crate::generate::wander::{self, Visits};
use crate::random::Random;
use crate::tour::{Leg, Test, Tour};
use crate::trace::Trace;

/// Random traces are steered by what all traces but the last so many have visited, so that these
/// may be under way when the next one is made. Also the most that can run at the same time.
pub const MOST_AT_ONCE: usize = 64;

/// A trace to be run.
#[derive(Clone, Debug)]
pub struct Job {
    /// The trace.
    pub trace: Trace,
    /// The leg of the tour that it is; none for random traces.
    pub leg: Option<&'static Leg>,
}

impl Job {
    /// Whether nothing else may run at the same time.
    pub fn is_alone(&self) -> bool {
        self.leg.is_some_and(|leg| leg.alone)
    }
}

/// What comes next.
#[derive(Debug)]
pub struct Agenda {
    api: &'static Api,
    tour: &'static Tour,
    seed: u64,
    /// Legs that are still to be run, in order.
    legs: VecDeque<&'static Leg>,
    toured: bool,
    /// Calls that may still be planned.
    calls_left: u64,
    /// Random traces so far.
    streams: u64,
    visits: Visits,
    /// What the latest traces visited; not yet taken into account.
    latest: VecDeque<Visits>,
    /// Traces that were given out.
    planned: usize,
    /// How many of them are taken into account.
    applied: usize,
}

impl Agenda {
    /// The agenda of a campaign of so many calls that is about these rules.
    pub fn new(
        api: &'static Api,
        tour: &'static Tour,
        seed: u64,
        max_calls: u64,
        rules: &[RuleId],
    ) -> Self {
        let wanted = |leg: &&Leg| {
            let tests = leg.tests.iter().flatten();
            tests.into_iter().any(|test| matches!(test, Test::Rule(rule) if rules.contains(rule)))
        };
        // What the campaign is about comes first.
        let (first, later): (Vec<&Leg>, Vec<&Leg>) = tour.legs.iter().partition(wanted);
        Self {
            api,
            tour,
            seed,
            legs: first.into_iter().chain(later).collect(),
            toured: false,
            calls_left: max_calls,
            streams: 0,
            visits: Visits::new(),
            latest: VecDeque::new(),
            planned: 0,
            applied: 0,
        }
    }

    /// Whether the next trace can only be told when every one before it has been taken in.
    pub fn must_wait(&self) -> bool {
        self.legs.is_empty() && !self.toured
    }

    /// Whether the next trace must run alone.
    pub fn is_next_alone(&self) -> bool {
        self.legs.front().is_some_and(|leg| leg.alone)
    }

    /// The next trace; none if the budget is used up. `seen` is what has been put to the test.
    pub fn next(&mut self, seen: &BTreeSet<Test>) -> Option<Job> {
        if self.calls_left == 0 {
            return None;
        }
        if self.must_wait() {
            self.toured = true;
            self.legs = self.detours(seen).into();
        }
        let mut job = match self.legs.pop_front() {
            Some(leg) => Job { trace: leg.trace.clone(), leg: Some(leg) },
            None => Job { trace: self.random(), leg: None },
        };
        let most = usize::try_from(self.calls_left).unwrap_or(usize::MAX);
        job.trace.steps.truncate(most);
        self.calls_left -= job.trace.steps.len() as u64;
        self.planned += 1;
        Some(job)
    }

    /// Takes in what a trace has visited; in the order in which the traces were given out.
    pub fn take_in(&mut self, execution: &Execution) {
        let mut visits = Visits::new();
        for situation in execution.played.iter().filter_map(|played| played.situation.clone()) {
            *visits.entry(situation).or_default() += 1;
        }
        self.latest.push_back(visits);
    }

    /// The detours, those first that lead to what was missed.
    fn detours(&self, seen: &BTreeSet<Test>) -> Vec<&'static Leg> {
        let mut missed: BTreeSet<&Test> = self.tour.reachable.difference(seen).collect();
        let (mut first, mut later) = (Vec::new(), Vec::new());
        for leg in &self.tour.detours {
            let tests: Vec<&Test> = leg.tests.iter().flatten().collect();
            if tests.iter().any(|test| missed.contains(test)) {
                tests.iter().for_each(|test| {
                    missed.remove(*test);
                });
                first.push(leg);
            } else {
                later.push(leg);
            }
        }
        first.into_iter().chain(later).collect()
    }

    fn random(&mut self) -> Trace {
        self.apply(self.planned.saturating_sub(MOST_AT_ONCE));
        self.streams += 1;
        let mut random = Random::new(self.seed, self.streams);
        wander::trace(self.api, &mut random, &self.visits)
    }

    /// Takes into account what the first so many traces visited.
    fn apply(&mut self, traces: usize) {
        while self.applied < traces {
            let Some(visits) = self.latest.pop_front() else { return };
            for (situation, count) in visits {
                *self.visits.entry(situation).or_default() += count;
            }
            self.applied += 1;
        }
    }
}
