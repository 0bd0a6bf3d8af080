//! Coverage suites: traces that visit every reachable situation in as few calls as possible.
//!
//! The main type is [`CoverageSuite`]. Every scenario and some random traces are rehearsed on the reference
//! server in this process, to see which tests each call makes. Then those are picked that make most tests
//! for their calls, one after the other. The suite does not depend on the target.

use std::collections::{BTreeMap, BTreeSet};

use appmesh_model::api::{Api, Version};
use appmesh_model::rule::RuleId;
use appmesh_model::situation::{Sequel, Situation};
use tokio::sync::OnceCell;

use crate::execute::{Runner, Stop, Visited};
use crate::generate::random_walk::{self, Visits};
use crate::generate::scenario;
use crate::random::Random;
use crate::reference::{Reference, local};
use crate::root_lists::{LONG, must_run_alone, without_root_lists};
use crate::trace::Trace;

/// How many random traces are rehearsed beside the scenarios.
const RANDOM_TRACES: u64 = 40;
/// The seed of those traces: a coverage suite does not depend on the seed of a run.
const POOL_SEED: u64 = 0x0a77;
/// So many steps on end that cannot be sent where all goes well are the point of a trace.
const BEYOND: usize = 10;
/// A trace that must run alone is put off to the end if its calls are worth less than this.
const TELLING: usize = 60_000;
/// A trace that is worth less than this comes after the long ones.
const WORTH_WHILE: usize = 3_000;

/// A trace with the tests that it should make.
#[derive(Debug)]
pub struct PlannedTrace {
    /// The trace.
    pub trace: Trace,
    /// Nothing else may run beside it.
    pub alone: bool,
    /// The tests that each of its steps should make.
    pub tests: Vec<BTreeSet<Test>>,
    /// Which of its steps cannot be sent where all goes well: they are there for when it does not.
    pub spare: Vec<bool>,
}

/// One item of coverage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Test {
    /// A situation that a call is made in.
    Visit(Situation),
    /// A call that follows a change.
    Sequel(Sequel),
    /// A rule that an answer is judged by.
    Rule(RuleId),
    /// A rule that an answer of this operation is judged by: each may break it by itself.
    RuleAt(usize, RuleId),
    /// A call of this operation that a correct server gives no occasion to make.
    Beyond(usize),
}

impl Test {
    /// Every test that a call made.
    pub fn all(api: &Api, visited: &Visited) -> impl Iterator<Item = Self> {
        let rules = visited.exercised.iter().copied();
        let at = move |rule| visited.operation.map(|operation| Self::RuleAt(operation, rule));
        rules
            .filter(|rule| api.catalogue.get(*rule).can_break())
            .flat_map(move |rule| std::iter::once(Self::Rule(rule)).chain(at(rule)))
            .chain(visited.situation.clone().map(Self::Visit))
            .chain(visited.sequel.map(Self::Sequel))
    }

    /// Whether it is a situation or a sequel, which reports count; what rules were put to the test
    /// they say rule by rule.
    pub fn is_situation(&self) -> bool {
        matches!(self, Self::Visit(_) | Self::Sequel(_))
    }

    /// What it is worth to make this test early: rules are what a report is about.
    fn worth(&self) -> usize {
        match self {
            Self::Rule(_) | Self::Beyond(_) => 5,
            Self::Visit(_) | Self::RuleAt(..) => 2,
            Self::Sequel(_) => 3,
        }
    }

    /// What it is, in words.
    pub fn describe(&self, api: &Api) -> String {
        match self {
            Self::Visit(situation) => situation.describe(api),
            Self::Sequel(sequel) => sequel.describe(api),
            Self::Rule(rule) => api.catalogue.get(*rule).id.clone(),
            Self::RuleAt(operation, rule) => format!(
                "{} at {}",
                api.catalogue.get(*rule).id,
                api.operations[*operation].table.name
            ),
            Self::Beyond(operation) => {
                format!("{} where there is nothing left", api.operations[*operation].table.name)
            }
        }
    }
}

/// The traces to begin with.
#[derive(Debug)]
pub struct CoverageSuite {
    /// Those that visit everything once, in the order in which to run them.
    pub planned_traces: Vec<PlannedTrace>,
    /// Other traces that lead to the same situations, for a target that blocks the first.
    pub alternatives: Vec<PlannedTrace>,
    /// Everything that it knows how to put to the test: the same for every run.
    pub reachable: BTreeSet<Test>,
    /// How often the planned traces visit each situation.
    pub visits: Visits,
}

impl CoverageSuite {
    /// The coverage suite of an API. Worked out at the first use, then shared.
    pub async fn of(api: &'static Api) -> &'static Self {
        static PREVIEW: OnceCell<CoverageSuite> = OnceCell::const_new();
        static GENERAL: OnceCell<CoverageSuite> = OnceCell::const_new();
        let cell = match api.version {
            Version::V2018_10_01 => &PREVIEW,
            Version::V2019_01_25 => &GENERAL,
        };
        cell.get_or_init(|| Self::plan(api)).await
    }

    async fn plan(api: &'static Api) -> Self {
        let (mut first, mut pool) = (Vec::new(), Vec::new());
        for trace in scenario::first(api) {
            first.push(rehearse(api, trace).await);
        }
        for trace in scenario::all(api) {
            pool.push(rehearse(api, trace).await);
        }
        let mut visits = Visits::default();
        for planned in first.iter().chain(&pool) {
            count(planned, &mut visits);
        }
        for stream in 0..RANDOM_TRACES {
            let mut random = Random::new(POOL_SEED, stream);
            let planned = rehearse(api, random_walk::trace(api, &mut random, &visits)).await;
            count(&planned, &mut visits);
            pool.push(planned);
        }
        // Without its root lists, a trace that must run alone need not hold up the others.
        let alone = pool.iter().filter(|planned| planned.alone);
        let social: Vec<Trace> =
            alone.map(|planned| without_root_lists(api, &planned.trace)).collect();
        for trace in social {
            pool.push(rehearse(api, trace).await);
        }
        let all: BTreeSet<Test> = first
            .iter()
            .chain(&pool)
            .flat_map(|planned| planned.tests.iter().flatten().cloned())
            .collect();
        let mut picking = Picking::new(&all);
        picking.take(first);
        let pool: Vec<Candidate> =
            pool.into_iter().map(|planned| picking.candidate(planned)).collect();
        let (alone, social): (Vec<_>, Vec<_>) = pool.into_iter().partition(|it| it.planned.alone);
        let (long, social): (Vec<_>, Vec<_>) =
            social.into_iter().partition(|it| it.planned.trace.steps.len() > LONG);
        // Traces that must run alone hold up all others, so only the most valuable come first.
        let alone = picking.pick(alone, TELLING);
        let social = picking.pick(social, WORTH_WHILE);
        let alone = picking.pick(alone, WORTH_WHILE);
        // Short traces make better examples of what long ones show as well.
        let long = picking.pick(long, 1);
        let social = picking.pick(social, 1);
        let alone = picking.pick(alone, 1);
        let unpicked = [social, alone, long].into_iter().flatten().map(|it| it.planned);
        let (planned_traces, needless) = picking.without_needless();
        let alternatives = needless.into_iter().chain(unpicked).collect();
        let is_offered = |test: &Test| !matches!(test, Test::Beyond(_));
        let reachable = all.into_iter().filter(is_offered).collect();
        let mut visits = Visits::default();
        planned_traces.iter().for_each(|planned| count(planned, &mut visits));
        Self { planned_traces, alternatives, reachable, visits }
    }
}

/// Picks planned traces, each time the one that tells most for its calls.
struct Picking<'t> {
    numbers: BTreeMap<&'t Test, usize>,
    /// Which tests are still to be made, by their number, and what each is worth.
    left: Vec<usize>,
    picked: Vec<PlannedTrace>,
}

/// A planned trace that may be picked, or more of it.
struct Candidate {
    planned: PlannedTrace,
    /// The numbers of the tests that each of its steps makes.
    tests: Vec<Vec<usize>>,
    /// Where among the picked its start is, and how many steps that has; none if none is picked.
    picked: Option<(usize, usize)>,
}

/// The start of a planned trace, and what it is worth.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Start {
    /// Worth for ten thousand calls.
    worth: usize,
    /// How many steps.
    end: usize,
}

impl<'t> Picking<'t> {
    fn new(reachable: &'t BTreeSet<Test>) -> Self {
        let left = reachable.iter().map(Test::worth).collect();
        let numbers = reachable.iter().zip(0..).collect();
        Self { numbers, left, picked: Vec::new() }
    }

    /// Takes whole planned traces as they come.
    fn take(&mut self, planned_traces: Vec<PlannedTrace>) {
        for test in planned_traces.iter().flat_map(|planned| planned.tests.iter().flatten()) {
            if let Some(number) = self.numbers.get(test) {
                self.left[*number] = 0;
            }
        }
        self.picked.extend(planned_traces);
    }

    fn candidate(&self, planned: PlannedTrace) -> Candidate {
        let number = |test: &Test| self.numbers.get(test).copied();
        let tests = planned.tests.iter().map(|tests| tests.iter().filter_map(number).collect());
        Candidate { tests: tests.collect(), planned, picked: None }
    }

    /// Picks starts of planned traces until none is worth `least`. Returns those of which more may be picked.
    fn pick(&mut self, mut pool: Vec<Candidate>, least: usize) -> Vec<Candidate> {
        loop {
            // Of equals the first, for the scenarios stand in a good order to read.
            let starts = pool.iter().map(|candidate| self.best_start(candidate));
            let best = starts.enumerate().rev().max_by_key(|(_, start)| start.worth);
            let Some((index, start)) = best.filter(|(_, start)| start.worth >= least) else {
                return pool;
            };
            let candidate = &mut pool[index];
            let made = candidate.tests.iter().take(start.end).flatten();
            made.for_each(|&number| self.left[number] = 0);
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
            if end >= candidate.planned.trace.steps.len() {
                pool.remove(index);
            }
        }
    }

    /// What was picked, less what makes no test that the rest does not make as well; and that.
    fn without_needless(self) -> (Vec<PlannedTrace>, Vec<PlannedTrace>) {
        let numbers = |planned: &PlannedTrace| -> BTreeSet<usize> {
            let tests = planned.tests.iter().flatten();
            tests.filter_map(|test| self.numbers.get(test).copied()).collect()
        };
        let mut makers = vec![0_usize; self.left.len()];
        for number in self.picked.iter().flat_map(numbers) {
            makers[number] += 1;
        }
        let mut is_needed = |planned: &PlannedTrace| {
            let numbers = numbers(planned);
            let is_needed = numbers.iter().any(|&number| makers[number] == 1);
            if !is_needed {
                numbers.iter().for_each(|&number| makers[number] -= 1);
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

    /// The start of a planned trace that tells most for the calls that it takes, beside those that are picked.
    fn best_start(&self, candidate: &Candidate) -> Start {
        let picked = candidate.picked.map_or(0, |(_, end)| end);
        let (mut counted, mut total) = (BTreeSet::new(), 0);
        let mut best = Start { worth: 0, end: 0 };
        for (step, numbers) in candidate.tests.iter().enumerate().skip(picked) {
            for &number in numbers {
                if self.left[number] > 0 && counted.insert(number) {
                    total += self.left[number];
                }
            }
            let worth = total * 10_000 / (step + 1 - picked);
            if worth > best.worth {
                best = Start { worth, end: step + 1 };
            }
        }
        best
    }
}

impl PlannedTrace {
    /// The last step that puts a rule to the test; none if no step does.
    pub fn last_test_of(&self, rule: RuleId) -> Option<usize> {
        self.tests.iter().rposition(|tests| tests.contains(&Test::Rule(rule)))
    }

    fn up_to(&self, end: usize) -> Self {
        let mut trace = self.trace.clone();
        trace.steps.truncate(end);
        Self {
            trace,
            alone: self.alone,
            tests: self.tests.iter().take(end).cloned().collect(),
            spare: self.spare.iter().take(end).copied().collect(),
        }
    }
}

fn count(planned: &PlannedTrace, visits: &mut Visits) {
    for test in planned.tests.iter().flatten() {
        if let Test::Visit(situation) = test {
            visits.add(situation.clone());
        }
    }
}

/// Runs a trace on a server that does all right, to see what it puts to the test.
async fn rehearse(api: &'static Api, trace: Trace) -> PlannedTrace {
    let target = local::target(Reference::new(api, None));
    let execution = Runner::new(api, target, "rehearsal").execute(&trace, &Stop::default()).await;
    let played = execution.played.iter();
    let mut tests: Vec<BTreeSet<Test>> =
        played.map(|played| Test::all(api, &played.visited).collect()).collect();
    tests.resize(trace.steps.len(), BTreeSet::new());
    let mut spare: Vec<bool> =
        execution.played.iter().map(|played| played.method.is_empty()).collect();
    spare.resize(trace.steps.len(), true);
    // A few may be there by the way; many are the point of the trace.
    let many = spare.windows(BEYOND).position(|steps| steps.iter().all(|spare| *spare));
    if let Some((tests, step)) = many.and_then(|at| tests.get_mut(at).zip(trace.steps.get(at))) {
        tests.extend(api.operation(&step.operation).map(|it| Test::Beyond(it.index)));
    }
    PlannedTrace { alone: must_run_alone(api, &trace), trace, tests, spare }
}
