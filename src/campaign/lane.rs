//! Lanes: the parts of a campaign that know nothing of each other.
//!
//! The main type is [`Lane`]. A campaign always has the same [`LANES`], wherever they are run, so
//! that any number of machines that share them out find together what one finds alone.

use std::collections::{BTreeSet, VecDeque};

use appmesh_model::api::Api;

use crate::execute::Execution;
use crate::generate::wander::{self, Visits};
use crate::random::Random;
use crate::scope::LANES;
use crate::tour::{Leg, Test, Tour};
use crate::trace::Trace;

/// Random traces are steered by what all traces of the lane but the last so many have visited, so
/// that these may be under way when the next one is made.
const MOST_UNDER_WAY: usize = 8;

/// A part of a campaign.
#[derive(Debug)]
pub struct Lane {
    /// Which of the lanes it is, from 0.
    pub number: usize,
    /// Calls that may still be planned.
    pub calls_left: u64,
    /// Traces after the tour that were given out.
    pub given_out: usize,
    /// What this lane is the first to put to the test.
    due: BTreeSet<&'static Test>,
    /// What it did put to the test on the tour.
    seen: BTreeSet<Test>,
    /// Random traces so far.
    streams: u64,
    visits: Option<Visits>,
    /// What the latest traces visited; not yet taken into account.
    latest: VecDeque<Visits>,
    /// How many traces are taken into account.
    applied: usize,
}

impl Lane {
    /// A lane with nothing to do yet.
    pub fn new(number: usize) -> Self {
        Self {
            number,
            calls_left: 0,
            given_out: 0,
            due: BTreeSet::new(),
            seen: BTreeSet::new(),
            streams: 0,
            visits: None,
            latest: VecDeque::new(),
            applied: 0,
        }
    }

    /// Makes the lane answer for what a leg of the tour is the first to put to the test.
    pub fn claim(&mut self, leg: &'static Leg, claimed: &mut BTreeSet<&'static Test>) {
        let tests = leg.tests.iter().flatten();
        let offered = tests.filter(|test| !matches!(test, Test::Beyond(_)));
        self.due.extend(offered.filter(|test| claimed.insert(test)));
    }

    /// Takes in what a leg of the tour has put to the test.
    pub fn see(&mut self, api: &Api, execution: &Execution) {
        for played in &execution.played {
            self.seen.extend(Test::all(api, &played.visited));
        }
    }

    /// Whether the tour has put this to the test here.
    pub fn has_seen(&self, test: &Test) -> bool {
        self.seen.contains(test)
    }

    /// Takes in what a trace after the tour has visited.
    pub fn visit(&mut self, execution: &Execution) {
        let mut visits = Visits::new();
        let played = execution.played.iter();
        for situation in played.filter_map(|played| played.visited.situation.clone()) {
            *visits.entry(situation).or_default() += 1;
        }
        self.latest.push_back(visits);
    }

    /// The detours that lead to what the lane missed, each with how many of its steps that takes,
    /// and those of the others that are its own.
    pub fn detours(&self, tour: &'static Tour) -> (Vec<(&'static Leg, usize)>, Vec<&'static Leg>) {
        let mut missed: BTreeSet<&Test> =
            self.due.iter().copied().filter(|test| !self.seen.contains(test)).collect();
        let (mut first, mut others) = (Vec::new(), Vec::new());
        for (index, leg) in tour.detours.iter().enumerate() {
            let leads = |tests: &BTreeSet<Test>| tests.iter().any(|test| missed.contains(test));
            if let Some(last) = leg.tests.iter().rposition(leads) {
                leg.tests.iter().flatten().for_each(|test| {
                    missed.remove(test);
                });
                first.push((leg, last + 1));
            } else if !leg.alone && index % LANES == self.number {
                // What must be alone holds up the rest.
                others.push(leg);
            }
        }
        (first, others)
    }

    /// The next random trace; none if more traces must be taken in before.
    pub fn wander(&mut self, api: &'static Api, tour: &Tour, seed: u64) -> Option<Trace> {
        let taken_in = self.applied + self.latest.len();
        if self.given_out >= taken_in + MOST_UNDER_WAY {
            return None;
        }
        let visits = self.visits.get_or_insert_with(|| tour.visits());
        while self.applied < self.given_out.saturating_sub(MOST_UNDER_WAY) {
            let Some(latest) = self.latest.pop_front() else { break };
            for (situation, count) in latest {
                *visits.entry(situation).or_default() += count;
            }
            self.applied += 1;
        }
        let stream = self.streams * LANES as u64 + self.number as u64 + 1;
        self.streams += 1;
        Some(wander::trace(api, &mut Random::new(seed, stream), visits))
    }
}
