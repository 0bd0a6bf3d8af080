//! The agenda of a campaign: which trace comes next.
//!
//! The main type is [`Agenda`]. First the tour, so that everything is put to the test once; then
//! detours, those first that lead to what the tour missed on this target; then random traces, which
//! lean towards the rarest situations, until the budget is used up. What comes next never hangs on
//! how many traces run at the same time, nor on which lanes other machines run.

use std::collections::BTreeSet;

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;

use super::Plan;
use super::lane::Lane;
use crate::execute::Execution;
use crate::scope::{LANES, Scope};
use crate::tour::{Leg, Test, Tour};
use crate::trace::Trace;

/// The most traces that can run at the same time.
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
    /// Which trace of the corpus it is, if it is one.
    pub rerun: Option<usize>,
    /// The index of its lane.
    lane: usize,
    /// It belongs to the tour itself.
    in_tour: bool,
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
    scope: Scope,
    part: Part,
    /// The tour, as far as it is run here.
    first: Vec<Job>,
    /// The lanes that are run here.
    lanes: Vec<Lane>,
    /// The lane whose turn it is.
    turn: usize,
    /// Traces that were given out.
    planned: usize,
}

impl Agenda {
    /// The agenda of a campaign.
    pub fn new(api: &'static Api, tour: &'static Tour, plan: &Plan) -> Self {
        let wanted = |leg: &&Leg| {
            let mut tests = leg.tests.iter().flatten();
            tests.any(|test| matches!(test, Test::Rule(rule) if plan.rules.contains(rule)))
        };
        // What the campaign is about comes first.
        let (first, later): (Vec<&Leg>, Vec<&Leg>) = tour.legs.iter().partition(wanted);
        let mut agenda = Self {
            api,
            tour,
            seed: plan.seed,
            scope: plan.scope,
            part: Part::Tour,
            first: Vec::new(),
            lanes: Vec::new(),
            turn: 0,
            planned: 0,
        };
        match plan.scope {
            Scope::Rule(rule) => agenda.plan_rule(&first, rule, plan.max_calls),
            Scope::Whole | Scope::Shard(_) => {
                agenda.plan_tour(first.into_iter().chain(later), plan);
            }
        }
        agenda
    }

    /// The corpus and the whole tour, dealt out to the lanes; what is left of the budget is shared.
    fn plan_tour(&mut self, legs: impl Iterator<Item = &'static Leg>, plan: &Plan) {
        let mut lanes: Vec<Lane> = (0..LANES).map(Lane::new).collect();
        let mut calls_left = plan.max_calls;
        let mut claimed = BTreeSet::new();
        let mut jobs = Vec::new();
        for (index, trace) in plan.corpus.iter().enumerate() {
            if let Some(trace) = within(&mut calls_left, trace.clone(), None) {
                jobs.push((index % LANES, trace, None, Some(index)));
            }
        }
        for (index, leg) in legs.enumerate() {
            let lane = &mut lanes[index % LANES];
            lane.claim(leg, &mut claimed);
            if let Some(trace) = within(&mut calls_left, leg.trace.clone(), Some(leg)) {
                jobs.push((lane.number, trace, Some(leg), None));
            }
        }
        for lane in &mut lanes {
            lane.calls_left = share(calls_left, lane.number);
        }
        lanes.retain(|lane| self.scope.has_lane(lane.number));
        self.lanes = lanes;
        for (number, trace, leg, rerun) in jobs {
            if let Some(lane) = self.lanes.iter().position(|lane| lane.number == number) {
                let job = self.job(trace, leg, lane, true);
                self.first.push(Job { rerun, ..job });
            }
        }
    }

    /// Only what puts a rule to the test, and no more of it than that.
    fn plan_rule(&mut self, legs: &[&'static Leg], rule: RuleId, max_calls: u64) {
        let mut lane = Lane::new(0);
        lane.answer_for(self.tour, &Test::Rule(rule));
        self.lanes = vec![lane];
        let mut calls_left = max_calls;
        for leg in legs {
            let mut trace = leg.trace.clone();
            trace.steps.truncate(leg.last_test_of(rule).map_or(0, |last| last + 1));
            if let Some(trace) = within(&mut calls_left, trace, Some(leg)) {
                let job = self.job(trace, Some(leg), 0, true);
                self.first.push(job);
            }
        }
        self.lanes[0].calls_left = calls_left;
    }

    /// The next traces, in the order in which to take them in; none if the budget is used up.
    ///
    /// `under_way` is how many of the traces before have not been taken in yet. Empty if it takes
    /// more of them to tell what comes next.
    pub fn next(&mut self, under_way: usize) -> Option<Vec<Job>> {
        match self.part {
            Part::Tour => {
                self.part = Part::Detours;
                Some(std::mem::take(&mut self.first))
            }
            Part::Detours if under_way > 0 => Some(Vec::new()),
            Part::Detours => {
                // What stood in the way once may do so again, so it may take several rounds.
                let mut jobs = self.detours();
                if jobs.is_empty() {
                    self.part = Part::Random;
                    jobs = self.other_detours();
                }
                Some(jobs)
            }
            Part::Random if matches!(self.scope, Scope::Rule(_)) => None,
            Part::Random if under_way >= MOST_AT_ONCE => Some(Vec::new()),
            Part::Random => self.random(),
        }
    }

    fn job(&mut self, trace: Trace, leg: Option<&'static Leg>, lane: usize, in_tour: bool) -> Job {
        self.planned += 1;
        Job { trace, leg, order: self.planned - 1, rerun: None, lane, in_tour }
    }

    /// How many traces were given out so far, or are about to be.
    pub fn given_out(&self) -> usize {
        self.planned
    }

    /// Takes in what a trace has put to the test; in the order in which the traces were given out.
    pub fn take_in(&mut self, job: &Job, execution: &Execution) {
        let Some(lane) = self.lanes.get_mut(job.lane) else { return };
        if job.leg.is_some() {
            lane.see(self.api, execution);
        }
        if !job.in_tour {
            lane.visit(execution);
        }
    }

    /// The next detours to what was missed: for each lane its own.
    fn detours(&mut self) -> Vec<Job> {
        let mut jobs = Vec::new();
        for index in 0..self.lanes.len() {
            let lane = &mut self.lanes[index];
            let detours = match self.scope {
                Scope::Rule(rule) if lane.has_seen(&Test::Rule(rule)) => Vec::new(),
                Scope::Rule(_) | Scope::Whole | Scope::Shard(_) => lane.detours(self.tour),
            };
            for (leg, end) in detours {
                jobs.extend(self.detour(index, leg, end));
            }
        }
        jobs
    }

    /// All other detours, each in one of the lanes.
    fn other_detours(&mut self) -> Vec<Job> {
        if matches!(self.scope, Scope::Rule(_)) {
            return Vec::new();
        }
        let mut jobs = Vec::new();
        for index in 0..self.lanes.len() {
            for leg in self.lanes[index].other_detours(self.tour) {
                jobs.extend(self.detour(index, leg, leg.trace.steps.len()));
            }
        }
        jobs
    }

    /// The start of a detour as a trace of a lane; none if the lane has no calls left for it.
    fn detour(&mut self, lane: usize, leg: &'static Leg, end: usize) -> Option<Job> {
        let mut trace = leg.trace.clone();
        trace.steps.truncate(end);
        let within = within(&mut self.lanes[lane].calls_left, trace, Some(leg))?;
        self.lanes[lane].given_out += 1;
        Some(self.job(within, Some(leg), lane, false))
    }

    /// The next random trace: each lane has its turn.
    fn random(&mut self) -> Option<Vec<Job>> {
        let count = self.lanes.len();
        let order = (self.turn..self.turn + count).map(|turn| turn % count);
        let mut with_calls = order.filter(|&index| self.lanes[index].calls_left > 0);
        let index = with_calls.next()?;
        let lane = &mut self.lanes[index];
        let Some(trace) = lane.wander(self.api, self.tour, self.seed) else {
            return Some(Vec::new());
        };
        self.turn = index + 1;
        let Some(trace) = within(&mut lane.calls_left, trace, None) else {
            return Some(Vec::new());
        };
        lane.given_out += 1;
        Some(vec![self.job(trace, None, index, false)])
    }
}

/// A part of what is left for this lane.
fn share(calls: u64, lane: usize) -> u64 {
    let lanes = LANES as u64;
    calls / lanes + u64::from((lane as u64) < calls % lanes)
}

/// A trace within a budget of calls, which it uses up; none if nothing is left of it.
fn within(calls_left: &mut u64, mut trace: Trace, leg: Option<&Leg>) -> Option<Trace> {
    // A step that should not be sent is not reckoned with.
    let is_spare = |at: usize| leg.is_some_and(|leg| leg.spare.get(at) == Some(&true));
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
