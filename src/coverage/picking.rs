//! Picking: which traces of a pool a coverage suite takes, and in which order.
//!
//! The main type is [`Picking`]. Each time it takes the start of a trace that makes most tests for its
//! calls; at the end it drops what the rest makes as well.

use std::collections::BTreeSet;

use super::item::{CoverageItem, ItemId, ItemTable};
use super::planned_trace::PlannedTrace;

/// Picks planned traces, each time the one that tells most for its calls.
pub struct Picking {
    /// The worth that each test still has, by its number: nothing once it is made.
    left: Vec<usize>,
    picked: Vec<PlannedTrace>,
}

/// A planned trace that may be picked, or more of it.
pub struct Candidate {
    /// The trace.
    pub planned: PlannedTrace,
    /// The tests that each of its steps is the first to make.
    tests: Vec<Vec<ItemId>>,
    /// The place of its start among the picked, and how many steps that has; none if none is picked.
    picked: Option<(usize, usize)>,
    /// The most that its best start can be worth: it was worth so much when that was last worked out, and
    /// others that are picked can only take from it.
    at_most: usize,
}

/// The start of a planned trace, and what it is worth.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Start {
    /// Worth for ten thousand calls.
    worth: usize,
    /// How many steps.
    end: usize,
}

impl Candidate {
    /// A planned trace of which nothing is picked.
    pub fn new(planned: PlannedTrace) -> Self {
        let mut made = BTreeSet::new();
        let tests = planned
            .tests
            .iter()
            .map(|tests| tests.iter().copied().filter(|test| made.insert(*test)).collect())
            .collect();
        Self { planned, tests, picked: None, at_most: usize::MAX }
    }
}

impl Picking {
    /// Nothing picked yet, of what makes these tests.
    pub fn new(table: &ItemTable) -> Self {
        let left = table.items().map(worth).collect();
        Self { left, picked: Vec::new() }
    }

    /// Takes whole planned traces as they come.
    pub fn take(&mut self, planned_traces: Vec<PlannedTrace>) {
        for test in planned_traces.iter().flat_map(|planned| planned.tests.iter().flatten()) {
            self.left[test.index()] = 0;
        }
        self.picked.extend(planned_traces);
    }

    /// Picks starts of planned traces until none is worth `least`. Returns those of which more may be picked.
    pub fn pick(&mut self, mut pool: Vec<Candidate>, least: usize) -> Vec<Candidate> {
        loop {
            // Of equals the first, for the scenarios stand in a good order to read.
            let most = pool.iter().enumerate().rev().max_by_key(|(_, candidate)| candidate.at_most);
            let Some(index) = most.map(|(index, _)| index) else { return pool };
            let candidate = &mut pool[index];
            let start = self.best_start(candidate);
            if start.worth < candidate.at_most {
                candidate.at_most = start.worth;
                continue;
            }
            if start.worth < least {
                return pool;
            }
            self.pick_start(candidate, start);
            if candidate.picked.is_some_and(|(_, end)| end >= candidate.planned.trace.steps.len()) {
                pool.remove(index);
            }
        }
    }

    fn pick_start(&mut self, candidate: &mut Candidate, start: Start) {
        for test in candidate.tests.iter().take(start.end).flatten() {
            self.left[test.index()] = 0;
        }
        let planned = &candidate.planned;
        let spare = planned.spare.iter().skip(start.end).take_while(|spare| **spare).count();
        let end = start.end + spare;
        let picked = planned.up_to(end);
        // To go on where a start ends is cheaper than to begin again.
        let place = match candidate.picked {
            Some((place, _)) => {
                self.picked[place] = picked;
                place
            }
            None => {
                self.picked.push(picked);
                self.picked.len() - 1
            }
        };
        candidate.picked = Some((place, end));
        candidate.at_most = usize::MAX;
    }

    /// The start of a planned trace that tells most for the calls that it takes, beside those that are picked.
    fn best_start(&self, candidate: &Candidate) -> Start {
        let picked = candidate.picked.map_or(0, |(_, end)| end);
        let mut total = 0;
        let mut best = Start { worth: 0, end: 0 };
        for (step, tests) in candidate.tests.iter().enumerate().skip(picked) {
            total += tests.iter().map(|test| self.left[test.index()]).sum::<usize>();
            let worth = total * 10_000 / (step + 1 - picked);
            if worth > best.worth {
                best = Start { worth, end: step + 1 };
            }
        }
        best
    }

    /// The picked traces without those that make no test which the rest does not make; and those.
    pub fn without_needless(self) -> (Vec<PlannedTrace>, Vec<PlannedTrace>) {
        let tests = |planned: &PlannedTrace| -> BTreeSet<ItemId> {
            planned.tests.iter().flatten().copied().collect()
        };
        let mut makers = vec![0_usize; self.left.len()];
        for test in self.picked.iter().flat_map(tests) {
            makers[test.index()] += 1;
        }
        let mut is_needed = |planned: &PlannedTrace| {
            let tests = tests(planned);
            let is_needed = tests.iter().any(|test| makers[test.index()] == 1);
            if !is_needed {
                tests.iter().for_each(|test| makers[test.index()] -= 1);
            }
            is_needed
        };
        // The last that were picked tell least.
        let needed: Vec<bool> = self.picked.iter().rev().map(&mut is_needed).collect();
        let planned_traces = self.picked.into_iter().zip(needed.into_iter().rev());
        let (needed, needless): (Vec<_>, Vec<_>) =
            planned_traces.partition(|(_, is_needed)| *is_needed);
        let planned_traces = |planned_traces: Vec<(PlannedTrace, bool)>| {
            planned_traces.into_iter().map(|(planned, _)| planned).collect()
        };
        (planned_traces(needed), planned_traces(needless))
    }
}

/// The worth of making a test early: rules are what a report is about.
fn worth(test: &CoverageItem) -> usize {
    match test {
        CoverageItem::Rule(_) | CoverageItem::Beyond(_) => 5,
        CoverageItem::Visit(_) | CoverageItem::RuleAt(..) => 2,
        CoverageItem::Sequel(_) => 3,
    }
}
