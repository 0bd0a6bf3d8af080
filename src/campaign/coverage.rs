//! Coverage: the tests that a campaign made, and the reasons why it missed the others.
//!
//! The main type is [`Coverage`].

use std::collections::{BTreeMap, BTreeSet, HashSet};

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;

use crate::campaign_outcome::{Gap, Unvisited};
use crate::coverage::item::CoverageItem;
use crate::coverage::planned_trace::PlannedTrace;
use crate::coverage::suite::CoverageSuite;
use crate::execute::{Execution, Signature};
use crate::trace::Step;

/// What was put to the test so far.
#[derive(Debug, Default)]
pub struct Coverage {
    /// Everything that was put to the test.
    seen: HashSet<CoverageItem>,
    played: Vec<PlayedTrace>,
}

/// A planned trace that was run.
#[derive(Debug)]
struct PlayedTrace {
    planned: &'static PlannedTrace,
    /// The steps that diverged, and how.
    divergences: Vec<(usize, Signature)>,
    /// How many of its steps were run.
    steps: usize,
}

impl Coverage {
    /// Takes in how a trace went.
    pub fn take_in(
        &mut self,
        api: &Api,
        planned: Option<&'static PlannedTrace>,
        execution: &Execution,
    ) {
        for played in &execution.played {
            self.seen.extend(CoverageItem::all(api, &played.visited));
        }
        if let Some(planned) = planned {
            let divergences = execution.divergences.iter();
            let divergences =
                divergences.map(|divergence| (divergence.step, divergence.signature.clone()));
            let (divergences, steps) = (divergences.collect(), execution.played.len());
            self.played.push(PlayedTrace { planned, divergences, steps });
        }
    }

    /// The situations and sequels that were visited: first those that the coverage suite leads to, then
    /// those that only random calls reached.
    pub fn visited(&self, suite: &'static CoverageSuite) -> (Vec<CoverageItem>, Vec<CoverageItem>) {
        let mut visited: Vec<CoverageItem> =
            self.seen.iter().filter(|test| test.is_situation()).cloned().collect();
        visited.sort_unstable();
        visited.into_iter().partition(|test| suite.reaches(test))
    }

    /// The operations, by index, whose answers put each rule to the test.
    pub fn tested_at(&self) -> BTreeMap<RuleId, BTreeSet<usize>> {
        let mut tested_at: BTreeMap<RuleId, BTreeSet<usize>> = BTreeMap::new();
        for test in &self.seen {
            if let CoverageItem::RuleAt(operation, rule) = test {
                tested_at.entry(*rule).or_default().insert(*operation);
            }
        }
        tested_at
    }

    /// The situations and sequels that the coverage suite leads to and that were not visited, each with the
    /// reason; `rest` is the reason for those that no trace was to visit.
    pub fn unvisited(&self, suite: &'static CoverageSuite, rest: &Gap) -> Vec<Unvisited> {
        let mut missed = suite.reachable();
        missed.retain(|test| !self.seen.contains(*test));
        missed
            .into_iter()
            .filter(|test| test.is_situation())
            .map(|test| Unvisited { what: test.clone(), why: self.why(suite, test, rest) })
            .collect()
    }

    /// Why rules were not put to the test.
    pub fn unreached(&self, suite: &'static CoverageSuite, rest: &Gap) -> BTreeMap<RuleId, Gap> {
        let mut missed = suite.reachable();
        missed.retain(|test| !self.seen.contains(*test));
        missed
            .into_iter()
            .filter_map(|test| match test {
                CoverageItem::Rule(rule) => Some((*rule, self.why(suite, test, rest))),
                _ => None,
            })
            .collect()
    }

    fn why(&self, suite: &CoverageSuite, test: &CoverageItem, rest: &Gap) -> Gap {
        let Some(id) = suite.tests.id(test) else { return rest.clone() };
        let mut was_due = false;
        let mut by_the_way = None;
        for PlayedTrace { planned, divergences, steps } in &self.played {
            let places = planned.tests.iter().enumerate().filter(|(_, tests)| tests.contains(&id));
            for (step, _) in places {
                was_due |= step < *steps;
                let mut before = divergences.iter().rev().filter(|(at, _)| *at <= step).peekable();
                by_the_way = by_the_way.or(before.peek().map(|(_, signature)| signature));
                let calls = &planned.trace.steps;
                if let Some((_, signature)) = before.find(|(at, _)| bears_on(calls, *at, step)) {
                    return Gap::Masked(signature.clone());
                }
            }
        }
        match by_the_way {
            // Nothing that went wrong had to do with it, but only what went wrong is known.
            Some(signature) => Gap::Masked(signature.clone()),
            None if was_due => Gap::NotOffered,
            None => rest.clone(),
        }
    }
}

/// Whether what went wrong with one call of a trace can change what is expected of a later one: they
/// name the same resource, or one names what the other's lives in.
fn bears_on(calls: &[Step], wrong: usize, later: usize) -> bool {
    let symbols = |at: usize| calls.get(at).map(Step::symbols).unwrap_or_default();
    let (wrong, later) = (symbols(wrong), symbols(later));
    let within = |some: &[String], all: &[String]| some.iter().all(|symbol| all.contains(symbol));
    within(&wrong, &later) || within(&later, &wrong)
}
