//! Partitions: the parts of a campaign that know nothing of each other.
//!
//! The main type is [`Partition`]. A campaign always has the same [`PARTITIONS`], wherever they are run, so
//! that any number of machines that share them out find together what one finds alone.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use appmesh_model::api::Api;
use appmesh_model::situation::Situation;

use crate::coverage::suite::{CoverageSuite, PlannedTrace, Test};
use crate::execute::Execution;
use crate::generate::random_walk::{self, Visits};
use crate::isolation::LoneDivergence;
use crate::random::Random;
use crate::scope::PARTITIONS;
use crate::trace::Trace;

/// Random traces are steered by what all traces of the partition but the last so many have visited, so
/// that these may be under way when the next one is made.
const MOST_UNDER_WAY: usize = 8;

/// A part of a campaign.
#[derive(Debug)]
pub struct Partition {
    /// Which of the partitions it is, from 0.
    pub number: usize,
    /// Calls that may still be planned.
    pub calls_left: u64,
    /// What it has come to.
    pub part: Part,
    /// Traces of the coverage suite that have not been run yet.
    pub suite_left: usize,
    /// Traces after the coverage suite that were given out.
    pub given_out: usize,
    /// What this partition is the first to put to the test, and did not yet.
    due: HashSet<&'static Test>,
    /// The alternatives to what was missed that were given out, by their index.
    used: BTreeSet<usize>,
    /// Whether a planned trace that ran alone has diverged.
    lone_divergence: LoneDivergence,
    /// Random traces so far.
    streams: u64,
    visits: Option<Visits>,
    /// How many of the traces after the coverage suite were run.
    run: usize,
    /// What traces after the coverage suite visited, by their number; not yet taken into account.
    latest: BTreeMap<usize, Vec<Situation>>,
    /// How many of them are taken into account.
    applied: usize,
}

/// What comes next in a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Alternatives to what it missed.
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

    /// Makes the partition answer for what a planned trace is the first to put to the test.
    pub fn claim(&mut self, planned: &'static PlannedTrace, claimed: &mut HashSet<&'static Test>) {
        let tests = planned.tests.iter().flatten();
        let offered = tests.filter(|test| !matches!(test, Test::Beyond(_)));
        self.due.extend(offered.filter(|test| claimed.insert(test)));
    }

    /// Makes the partition answer for this.
    pub fn answer_for(&mut self, suite: &'static CoverageSuite, test: &Test) {
        self.due.extend(suite.reachable.get(test));
    }

    /// Whether all its traces that were given out have been run.
    pub fn is_idle(&self) -> bool {
        self.suite_left == 0 && self.run == self.given_out
    }

    /// Takes in what a planned trace, or an alternative, has put to the test.
    pub fn see(&mut self, api: &Api, planned: &PlannedTrace, execution: &Execution) {
        self.lone_divergence.see(planned.alone, !execution.divergences.is_empty());
        for test in execution.played.iter().flat_map(|played| Test::all(api, &played.visited)) {
            self.due.remove::<Test>(&test);
        }
    }

    /// Takes in what a trace after the coverage suite has visited: the one of this number, from 0.
    pub fn visit(&mut self, number: usize, execution: &Execution) {
        let played = execution.played.iter();
        let visited = played.filter_map(|played| played.visited.situation.clone());
        self.latest.insert(number, visited.collect());
        self.run += 1;
    }

    /// Alternatives that lead to what the partition has missed so far, each with how many of its steps that
    /// takes; those first that lead to most of it for their calls. None is given out twice.
    pub fn alternatives(
        &mut self,
        suite: &'static CoverageSuite,
    ) -> Vec<(&'static PlannedTrace, usize)> {
        if self.due.is_empty() {
            return Vec::new();
        }
        let mut left: BTreeMap<usize, Vec<(usize, &Test)>> = BTreeMap::new();
        for (index, planned) in suite.alternatives.iter().enumerate() {
            let steps = planned.tests.iter().enumerate();
            let leads = steps.flat_map(|(step, tests)| tests.iter().map(move |test| (step, test)));
            let leads: Vec<_> = leads.filter(|(_, test)| self.due.contains::<Test>(test)).collect();
            if !leads.is_empty() && !self.used.contains(&index) {
                left.insert(index, leads);
            }
        }
        let mut chosen = Vec::new();
        while let Some((index, end)) = most_telling(&left) {
            let leads = left.remove(&index).unwrap_or_default();
            let told: BTreeSet<&Test> =
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

    /// The partition's own of the alternatives that lead to nothing that it missed.
    pub fn other_alternatives(&self, suite: &'static CoverageSuite) -> Vec<&'static PlannedTrace> {
        // What must be alone holds up the rest, so there must be a reason to run it.
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
        while self.applied < self.given_out.saturating_sub(MOST_UNDER_WAY) {
            let visited = self.latest.remove(&self.applied)?;
            visited.into_iter().for_each(|situation| visits.add(situation));
            self.applied += 1;
        }
        let stream = self.streams * PARTITIONS as u64 + self.number as u64 + 1;
        self.streams += 1;
        Some(random_walk::trace(api, &mut Random::new(seed, stream), visits))
    }
}

/// Of these alternatives the one that leads to most for its calls, and how many of its steps that takes.
fn most_telling(left: &BTreeMap<usize, Vec<(usize, &Test)>>) -> Option<(usize, usize)> {
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
