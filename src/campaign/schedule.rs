//! The agenda of a campaign: which trace comes next.
//!
//! The main type is [`Schedule`]. First what failed before; then the tour, so that everything is put
//! to the test once; then detours, those first that lead to what the tour missed on this target;
//! then random traces, which lean towards the rarest situations, until the budget is used up. Each
//! lane goes on as soon as it can. What comes next never hangs on how many traces run at the same
//! time, nor on which lanes other machines run.

use std::collections::{HashSet, VecDeque};

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;

use super::partition::{Part, Partition};
use super::plan::Plan;
use crate::coverage::suite::{CoverageSuite, PlannedTrace, Test};
use crate::execute::Execution;
use crate::scope::{PARTITIONS, Scope};
use crate::trace::Trace;

/// A trace to be run.
#[derive(Clone, Debug)]
pub struct Job {
    /// The trace.
    pub trace: Trace,
    /// The leg of the tour that it is; none for random traces.
    pub leg: Option<&'static PlannedTrace>,
    /// The place in the order in which traces are taken in.
    pub place: Place,
    /// Which trace of the corpus it is, if it is one.
    pub rerun: Option<usize>,
}

/// Where a trace stands in the order in which traces are taken in: first the tour, with what failed
/// before at its beginning, then of each
/// lane its first, of each its second, and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    after_tour: bool,
    /// Its number in the tour; after that, in its lane.
    number: usize,
    /// The index of its lane.
    lane: usize,
}

impl Job {
    /// Whether nothing else may run at the same time.
    pub fn is_alone(&self) -> bool {
        self.leg.is_some_and(|leg| leg.alone)
    }
}

/// What comes next.
#[derive(Debug)]
pub struct Schedule {
    api: &'static Api,
    tour: &'static CoverageSuite,
    seed: u64,
    scope: Scope,
    /// The tour, as far as it is run here and was not given out.
    first: Vec<Job>,
    /// The places of the tour that were not taken in.
    tour_due: VecDeque<Place>,
    /// After the tour, the number and the lane of what is taken in next.
    due: (usize, usize),
    /// The lanes that are run here.
    lanes: Vec<Partition>,
}

impl Schedule {
    /// The agenda of a campaign.
    pub fn new(api: &'static Api, tour: &'static CoverageSuite, plan: &Plan) -> Self {
        let wanted = |leg: &&PlannedTrace| {
            let mut tests = leg.tests.iter().flatten();
            tests.any(|test| matches!(test, Test::Rule(rule) if plan.rules.contains(rule)))
        };
        // What the campaign is about comes first.
        let (first, later): (Vec<&PlannedTrace>, Vec<&PlannedTrace>) =
            tour.legs.iter().partition(wanted);
        let mut agenda = Self {
            api,
            tour,
            seed: plan.seed,
            scope: plan.scope,
            first: Vec::new(),
            tour_due: VecDeque::new(),
            due: (0, 0),
            lanes: Vec::new(),
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
    /// The corpus comes on top of the budget, so that it changes nothing of what comes after it.
    fn plan_tour(&mut self, legs: impl Iterator<Item = &'static PlannedTrace>, plan: &Plan) {
        let mut lanes: Vec<Partition> = (0..PARTITIONS).map(Partition::new).collect();
        let mut calls_left = plan.max_calls;
        let mut claimed = HashSet::new();
        let mut jobs = Vec::new();
        for (index, trace) in plan.corpus.iter().enumerate() {
            jobs.push((index % PARTITIONS, trace.clone(), None, Some(index)));
        }
        for (index, leg) in legs.enumerate() {
            let lane = &mut lanes[index % PARTITIONS];
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
                self.plan(trace, leg, lane, rerun);
            }
        }
    }

    /// Only what puts a rule to the test, and no more of it than that.
    fn plan_rule(&mut self, legs: &[&'static PlannedTrace], rule: RuleId, max_calls: u64) {
        let mut lane = Partition::new(0);
        lane.answer_for(self.tour, &Test::Rule(rule));
        self.lanes = vec![lane];
        let mut calls_left = max_calls;
        for leg in legs {
            let mut trace = leg.trace.clone();
            trace.steps.truncate(leg.last_test_of(rule).map_or(0, |last| last + 1));
            if let Some(trace) = within(&mut calls_left, trace, Some(leg)) {
                self.plan(trace, Some(leg), 0, None);
            }
        }
        self.lanes[0].calls_left = calls_left;
    }

    /// Makes a trace a part of the tour.
    fn plan(
        &mut self,
        trace: Trace,
        leg: Option<&'static PlannedTrace>,
        lane: usize,
        rerun: Option<usize>,
    ) {
        let place = Place { after_tour: false, number: self.first.len(), lane };
        self.lanes[lane].tour_left += 1;
        self.tour_due.push_back(place);
        self.first.push(Job { trace, leg, place, rerun });
    }

    /// All traces that can be told by now, none of them twice.
    pub fn next_jobs(&mut self) -> Vec<Job> {
        let mut jobs = std::mem::take(&mut self.first);
        for index in 0..self.lanes.len() {
            self.go_on(index, &mut jobs);
        }
        jobs
    }

    /// All traces of a lane that can be told by now.
    fn go_on(&mut self, index: usize, jobs: &mut Vec<Job>) {
        loop {
            let lane = &mut self.lanes[index];
            match lane.part {
                Part::Over => return,
                Part::Detours | Part::OtherDetours if !lane.is_idle() => return,
                Part::Detours => {
                    // What stood in the way once may do so again, so it may take several rounds.
                    let detours = lane.detours(self.tour);
                    if detours.is_empty() {
                        lane.part = match self.scope {
                            Scope::Rule(_) => Part::Over,
                            Scope::Whole | Scope::Shard(_) => Part::OtherDetours,
                        };
                    }
                    for (leg, end) in detours {
                        jobs.extend(self.detour(index, leg, end));
                    }
                }
                Part::OtherDetours => {
                    lane.part = Part::Random;
                    for leg in lane.other_detours(self.tour) {
                        jobs.extend(self.detour(index, leg, leg.trace.steps.len()));
                    }
                }
                Part::Random if lane.calls_left == 0 => lane.part = Part::Over,
                Part::Random => {
                    let Some(trace) = lane.wander(self.api, self.tour, self.seed) else { return };
                    jobs.extend(self.give_out(index, trace, None));
                }
            }
        }
    }

    /// The start of a detour as a trace of a lane; none if the lane has no calls left for it.
    fn detour(&mut self, lane: usize, leg: &'static PlannedTrace, end: usize) -> Option<Job> {
        let mut trace = leg.trace.clone();
        trace.steps.truncate(end);
        self.give_out(lane, trace, Some(leg))
    }

    /// A trace of a lane, as far as its calls go.
    fn give_out(
        &mut self,
        index: usize,
        trace: Trace,
        leg: Option<&'static PlannedTrace>,
    ) -> Option<Job> {
        let lane = &mut self.lanes[index];
        let trace = within(&mut lane.calls_left, trace, leg)?;
        let place = Place { after_tour: true, number: lane.given_out, lane: index };
        lane.given_out += 1;
        Some(Job { trace, leg, place, rerun: None })
    }

    /// Learns what a trace has put to the test, as soon as it was run.
    pub fn learn(&mut self, job: &Job, execution: &Execution) {
        let Some(lane) = self.lanes.get_mut(job.place.lane) else { return };
        if let Some(leg) = job.leg {
            lane.see(self.api, leg, execution);
        }
        match job.place.after_tour {
            true => lane.visit(job.place.number, execution),
            false => lane.tour_left -= 1,
        }
    }

    /// The place of the trace to be taken in next; none if that cannot be told yet, or nothing is
    /// left.
    pub fn due(&mut self) -> Option<Place> {
        if let Some(place) = self.tour_due.front() {
            return Some(*place);
        }
        let (number, index) = &mut self.due;
        loop {
            let lane = self.lanes.get(*index)?;
            if lane.given_out > *number {
                return Some(Place { after_tour: true, number: *number, lane: *index });
            }
            let all_over =
                || self.lanes.iter().all(|it| it.part == Part::Over && it.given_out <= *number);
            if lane.part != Part::Over || all_over() {
                return None;
            }
            (*number, *index) = following(*number, *index, self.lanes.len());
        }
    }

    /// Says that the trace that was due is taken in.
    pub fn taken_in(&mut self) {
        if self.tour_due.pop_front().is_none() {
            let (number, index) = self.due;
            self.due = following(number, index, self.lanes.len());
        }
    }
}

/// What comes after the trace of this number in this one of so many lanes.
fn following(number: usize, lane: usize, lanes: usize) -> (usize, usize) {
    if lane + 1 < lanes { (number, lane + 1) } else { (number + 1, 0) }
}

/// A part of what is left for this lane.
fn share(calls: u64, lane: usize) -> u64 {
    let lanes = PARTITIONS as u64;
    calls / lanes + u64::from((lane as u64) < calls % lanes)
}

/// A trace within a budget of calls, which it uses up; none if nothing is left of it.
fn within(calls_left: &mut u64, mut trace: Trace, leg: Option<&PlannedTrace>) -> Option<Trace> {
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
