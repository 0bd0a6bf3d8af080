//! Partitions: the parts of a campaign that are independent of each other.
//!
//! The main type is [`Partition`]. A campaign always has the same [`PARTITIONS`], so that several machines
//! that share them find together the same as one machine alone.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use appmesh_model::api::Api;
use appmesh_model::situation::Situation;

use crate::coverage::item::{CoverageItem, ItemId};
use crate::coverage::planned_trace::PlannedTrace;
use crate::coverage::suite::CoverageSuite;
use crate::execute::Execution;
use crate::generate::random_walk::{self, Visits};
use crate::isolation::LoneDivergence;
use crate::random::Random;
use crate::shard::PARTITIONS;
use crate::trace::Trace;

/// A random trace depends on the situations that earlier traces of its partition visited, except the last
/// so many: these may still run when it is made.
const MOST_RUNNING: usize = 8;

/// A part of a campaign.
#[derive(Debug)]
pub struct Partition {
    /// The number of the partition, from 0.
    pub number: usize,
    /// Calls that may still be planned.
    pub calls_left: u64,
    /// The phase that it has reached.
    pub part: Part,
    /// Traces of the coverage suite that have not been run yet.
    pub suite_left: usize,
    /// Traces after the coverage suite that were given out.
    pub given_out: usize,
    /// The tests that this partition has to make, and did not make yet.
    due: HashSet<ItemId>,
    /// The alternatives that were given out to make missed tests, by their index.
    used: BTreeSet<usize>,
    /// Whether a planned trace that ran alone has diverged.
    lone_divergence: LoneDivergence,
    /// Random traces so far.
    streams: u64,
    visits: Option<Visits>,
    /// How many of the traces after the coverage suite were run.
    run: usize,
    /// The situations that traces after the coverage suite visited, by the number of the trace; not yet
    /// taken into account.
    latest: BTreeMap<usize, Vec<Situation>>,
    /// How many of them are taken into account.
    applied: usize,
}

/// The phases of a partition after the coverage suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Alternatives that lead to missed tests.
    Alternatives,
    /// The other alternatives.
    OtherAlternatives,
    /// Random traces.
    Random,
    /// Nothing more.
    Over,
}

impl Partition {
    /// A partition with nothing to do yet.
    pub fn new(number: usize) -> Self {
        Self {
            number,
            calls_left: 0,
            part: Part::Alternatives,
            suite_left: 0,
            given_out: 0,
            due: HashSet::new(),
            used: BTreeSet::new(),
            lone_divergence: LoneDivergence::default(),
            streams: 0,
            visits: None,
            run: 0,
            latest: BTreeMap::new(),
            applied: 0,
        }
    }

    /// Gives the partition the tests that a planned trace is the first to make.
    pub fn claim(
        &mut self,
        suite: &CoverageSuite,
        planned: &PlannedTrace,
        claimed: &mut HashSet<ItemId>,
    ) {
        let tests = planned.tests.iter().flatten().copied();
        let offered = tests.filter(|test| suite.tests.get(*test).is_offered());
        self.due.extend(offered.filter(|test| claimed.insert(*test)));
    }

    /// Gives the partition a test.
    pub fn answer_for(&mut self, suite: &CoverageSuite, test: &CoverageItem) {
        self.due.extend(suite.tests.id(test));
    }

    /// Whether all its traces that were given out have been run.
    pub fn is_idle(&self) -> bool {
        self.suite_left == 0 && self.run == self.given_out
    }

    /// Takes in the tests that a planned trace or an alternative has made.
    pub fn see(
        &mut self,
        api: &Api,
        suite: &CoverageSuite,
        planned: &PlannedTrace,
        execution: &Execution,
    ) {
        self.lone_divergence.see(planned.alone, !execution.divergences.is_empty());
        for test in
            execution.played.iter().flat_map(|played| CoverageItem::all(api, &played.visited))
        {
            if let Some(id) = suite.tests.id(&test) {
                self.due.remove(&id);
            }
        }
    }

    /// Takes in the situations that a trace after the coverage suite has visited; `number` counts these
    /// traces from 0.
    pub fn visit(&mut self, number: usize, execution: &Execution) {
        let played = execution.played.iter();
        let visited = played.filter_map(|played| played.visited.situation.clone());
        self.latest.insert(number, visited.collect());
        self.run += 1;
    }

    /// Alternatives that lead to tests that the partition has missed so far, each with the number of steps
    /// to run. Those come first that make most tests for their calls. None is given out twice.
    pub fn alternatives(
        &mut self,
        suite: &'static CoverageSuite,
    ) -> Vec<(&'static PlannedTrace, usize)> {
        if self.due.is_empty() {
            return Vec::new();
        }
        let mut is_due = vec![false; suite.tests.items().len()];
        self.due.iter().for_each(|test| is_due[test.index()] = true);
        let mut left: BTreeMap<usize, Vec<(usize, ItemId)>> = BTreeMap::new();
        for (index, planned) in suite.alternatives.iter().enumerate() {
            let steps = planned.tests.iter().enumerate();
            let leads = steps.flat_map(|(step, tests)| tests.iter().map(move |test| (step, *test)));
            let leads: Vec<_> = leads.filter(|(_, test)| is_due[test.index()]).collect();
            if !leads.is_empty() && !self.used.contains(&index) {
                left.insert(index, leads);
            }
        }
        let mut chosen = Vec::new();
        while let Some((index, end)) = most_telling(&left) {
            let leads = left.remove(&index).unwrap_or_default();
            let told: BTreeSet<ItemId> =
                leads.iter().filter(|(step, _)| *step < end).map(|(_, test)| *test).collect();
            for others in left.values_mut() {
                others.retain(|(_, test)| !told.contains(test));
            }
            left.retain(|_, leads| !leads.is_empty());
            self.used.insert(index);
            chosen.push((&suite.alternatives[index], end));
        }
        chosen
    }

    /// The partition's share of the alternatives that lead to no missed test.
    pub fn other_alternatives(&self, suite: &'static CoverageSuite) -> Vec<&'static PlannedTrace> {
        // A trace that must run alone holds up the others, so there must be a reason to run it.
        let is_own = |(index, planned): &(usize, &PlannedTrace)| {
            let its_turn = match planned.alone {
                true => self.lone_divergence.was_seen(),
                false => index % PARTITIONS == self.number,
            };
            its_turn && !self.used.contains(index)
        };
        let own = suite.alternatives.iter().enumerate().filter(is_own).map(|(_, planned)| planned);
        let (alone, social): (Vec<_>, Vec<_>) = own.partition(|planned| planned.alone);
        [alone, social].concat()
    }

    /// The next random trace; none if more traces must be run before.
    pub fn random_trace(
        &mut self,
        api: &'static Api,
        suite: &'static CoverageSuite,
        seed: u64,
    ) -> Option<Trace> {
        let visits = self.visits.get_or_insert_with(|| Visits::beside(&suite.visits));
        while self.applied < self.given_out.saturating_sub(MOST_RUNNING) {
            let visited = self.latest.remove(&self.applied)?;
            visited.into_iter().for_each(|situation| visits.add(situation));
            self.applied += 1;
        }
        let stream = self.streams * PARTITIONS as u64 + self.number as u64 + 1;
        self.streams += 1;
        Some(random_walk::trace(api, &mut Random::new(seed, stream), visits))
    }
}

/// The alternative that makes most tests for its calls, and the number of its steps to run.
fn most_telling(left: &BTreeMap<usize, Vec<(usize, ItemId)>>) -> Option<(usize, usize)> {
    let starts = left.iter().flat_map(|(index, leads)| {
        let told = leads.iter().zip(1..);
        told.map(move |((step, _), tests): (_, usize)| {
            (tests * 10_000 / (step + 1), *index, step + 1)
        })
    });
    // Of equals the first, as in the coverage suite.
    let best = starts.max_by_key(|&(worth, index, end)| (worth, Reverse(index), Reverse(end)));
    best.map(|(_, index, end)| (index, end))
}
