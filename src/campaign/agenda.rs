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
    /// The place in the order in which traces are taken in.
    pub order: usize,
}

impl Job {
    /// Whether nothing else may run at the same time.
    pub fn is_alone(&self) -> bool {
        self.leg.is_some_and(|leg| leg.alone)
    }
}

/// What the agenda has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Tour,
    Detours,
    Random,
}

/// What comes next.
#[derive(Debug)]
pub struct Agenda {
    api: &'static Api,
    tour: &'static Tour,
    seed: u64,
    part: Part,
    /// The legs of the tour, in order.
    legs: Vec<&'static Leg>,
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
            let mut tests = leg.tests.iter().flatten();
            tests.any(|test| matches!(test, Test::Rule(rule) if rules.contains(rule)))
        };
        // What the campaign is about comes first.
        let (first, later): (Vec<&Leg>, Vec<&Leg>) = tour.legs.iter().partition(wanted);
        Self {
            api,
            tour,
            seed,
            part: Part::Tour,
            legs: first.into_iter().chain(later).collect(),
            calls_left: max_calls,
            streams: 0,
            visits: Visits::new(),
            latest: VecDeque::new(),
            planned: 0,
            applied: 0,
        }
    }

    /// The next traces, in the order in which to take them in; none if the budget is used up.
    ///
    /// `seen` is what has been put to the test by all traces before, and `under_way` how many of
    /// those have not been taken in yet. Empty if it takes more of them to tell what comes next.
    pub fn next(&mut self, seen: &BTreeSet<Test>, under_way: usize) -> Option<Vec<Job>> {
        if self.calls_left == 0 {
            return None;
        }
        let legs = match self.part {
            Part::Tour => {
                self.part = Part::Detours;
                std::mem::take(&mut self.legs)
            }
            Part::Detours if under_way > 0 => return Some(Vec::new()),
            Part::Detours => {
                self.part = Part::Random;
                self.apply(self.planned);
                self.detours(seen)
            }
            Part::Random if under_way >= MOST_AT_ONCE => return Some(Vec::new()),
            Part::Random => {
                let trace = self.random();
                return Some(self.plan(trace, None).into_iter().collect());
            }
        };
        Some(legs.into_iter().filter_map(|leg| self.plan(leg.trace.clone(), Some(leg))).collect())
    }

    /// A trace as a job within the budget.
    fn plan(&mut self, mut trace: Trace, leg: Option<&'static Leg>) -> Option<Job> {
        // A step that should not be sent is not reckoned with.
        let is_spare = |at: usize| leg.is_some_and(|leg| leg.spare.get(at) == Some(&true));
        let mut calls = 0;
        let steps = trace.steps.len();
        let end = (0..steps).find(|&at| {
            calls += u64::from(!is_spare(at));
            calls > self.calls_left
        });
        trace.steps.truncate(end.unwrap_or(steps));
        if trace.steps.is_empty() {
            return None;
        }
        self.calls_left -= calls.min(self.calls_left);
        self.planned += 1;
        Some(Job { trace, leg, order: self.planned - 1 })
    }

    /// How many traces were given out so far.
    pub fn given_out(&self) -> usize {
        self.planned
    }

    /// Takes in what a trace has visited; in the order in which the traces were given out.
    pub fn take_in(&mut self, execution: &Execution) {
        let mut visits = Visits::new();
        let played = execution.played.iter();
        for situation in played.filter_map(|played| played.visited.situation.clone()) {
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
            } else if !leg.alone {
                // What must be alone holds up the rest.
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
