//! Tours: traces that visit every reachable situation in as few calls as can be.
//!
//! The main type is [`Tour`]. Every scenario and some random traces are rehearsed on the reference
//! server in this process, which tells what each of their calls puts to the test; then the most
//! telling ones are picked, one after the other. It must not know the target: the tour is the same
//! for every one.

use std::collections::{BTreeSet, HashMap};

use appmesh_model::api::{Api, Version};
use appmesh_model::operation::Verb;
use appmesh_model::rule::{Basis, RuleId};
use appmesh_model::situation::Situation;
use tokio::sync::OnceCell;

use crate::execute::{Runner, Stop};
use crate::generate::{scenario, wander};
use crate::random::Random;
use crate::reference::{Reference, local};
use crate::trace::Trace;

/// How many random traces are rehearsed beside the scenarios.
const RANDOM_TRACES: u64 = 60;
/// The seed of those traces: a tour does not hang on the seed of a run.
const POOL_SEED: u64 = 0x0a77;
/// A trace of more calls is about very many resources.
const LONG: usize = 100;
/// What must be alone is put off to the end unless each call of it tells something new.
const TELLING: usize = 10_000;

/// A trace with what it should put to the test.
#[derive(Debug)]
pub struct Leg {
    /// The trace.
    pub trace: Trace,
    /// It lists what other traces make, too, so that it must run alone to mean the same each time.
    pub alone: bool,
    /// What each of its steps should put to the test.
    pub tests: Vec<BTreeSet<Test>>,
}

/// Something to be put to the test.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Test {
    /// A situation that a call is made in.
    Visit(Situation),
    /// A rule that an answer is judged by.
    Rule(RuleId),
}

/// The traces to begin with.
#[derive(Debug)]
pub struct Tour {
    /// Those that visit everything once, in the order in which to run them.
    pub legs: Vec<Leg>,
    /// Other ways to the same situations, for when the first is blocked.
    pub detours: Vec<Leg>,
    /// Everything that can be put to the test.
    pub reachable: BTreeSet<Test>,
}

impl Tour {
    /// The tour of an API. Worked out at the first use, then shared.
    pub async fn of(api: &'static Api) -> &'static Self {
        static PREVIEW: OnceCell<Tour> = OnceCell::const_new();
        static GENERAL: OnceCell<Tour> = OnceCell::const_new();
        let cell = match api.version {
            Version::V2018_10_01 => &PREVIEW,
            Version::V2019_01_25 => &GENERAL,
        };
        cell.get_or_init(|| Self::plan(api)).await
    }

    async fn plan(api: &'static Api) -> Self {
        let mut pool = Vec::new();
        for trace in scenario::all(api) {
            pool.push(rehearse(api, trace).await);
        }
        let mut visits = HashMap::new();
        for leg in &pool {
            count(leg, &mut visits);
        }
        for stream in 0..RANDOM_TRACES {
            let mut random = Random::new(POOL_SEED, stream);
            let leg = rehearse(api, wander::trace(api, &mut random, &visits)).await;
            count(&leg, &mut visits);
            pool.push(leg);
        }
        let reachable: BTreeSet<Test> =
            pool.iter().flat_map(|leg| leg.tests.iter().flatten().cloned()).collect();
        let mut left = reachable.clone();
        let (alone, social): (Vec<Leg>, Vec<Leg>) = pool.into_iter().partition(|leg| leg.alone);
        let (long, social): (Vec<Leg>, Vec<Leg>) =
            social.into_iter().partition(|leg| leg.trace.steps.len() > LONG);
        let mut legs = Vec::new();
        // What must be alone holds up everything else, so only the most telling of it comes first.
        let alone = pick(alone, TELLING, &mut left, &mut legs);
        let mut detours = pick(social, 1, &mut left, &mut legs);
        detours.extend(pick(alone, 1, &mut left, &mut legs));
        // Short traces make better examples of what long ones show as well.
        detours.extend(pick(long, 1, &mut left, &mut legs));
        Self { legs, detours, reachable }
    }
}

/// Moves legs over, each time the one that tells most for its calls, until none tells so much:
/// `least` is in new things per ten thousand calls. Returns the legs that are left.
fn pick(
    mut pool: Vec<Leg>,
    least: usize,
    left: &mut BTreeSet<Test>,
    picked: &mut Vec<Leg>,
) -> Vec<Leg> {
    loop {
        // Of equals the first, for the scenarios stand in a good order to read.
        let worth = |&index: &usize| worth(&pool[index], left);
        let best = (0..pool.len()).rev().max_by_key(worth);
        let Some(best) = best.filter(|best| worth(best) >= least) else { return pool };
        let mut leg = pool.remove(best);
        let new = |tests: &BTreeSet<Test>| tests.iter().any(|test| left.contains(test));
        let end = leg.tests.iter().rposition(new).map_or(0, |last| last + 1);
        leg.trace.steps.truncate(end);
        leg.tests.truncate(end);
        for test in leg.tests.iter().flatten() {
            left.remove(test);
        }
        picked.push(leg);
    }
}

/// How much that is new a leg tells for its calls.
fn worth(leg: &Leg, left: &BTreeSet<Test>) -> usize {
    let tests = |step: &BTreeSet<Test>| step.iter().any(|test| left.contains(test));
    let Some(last) = leg.tests.iter().rposition(tests) else { return 0 };
    let new: BTreeSet<&Test> =
        leg.tests.iter().flatten().filter(|test| left.contains(test)).collect();
    new.len() * 10_000 / (last + 1)
}

fn count(leg: &Leg, visits: &mut HashMap<Situation, u64>) {
    for test in leg.tests.iter().flatten() {
        if let Test::Visit(situation) = test {
            *visits.entry(situation.clone()).or_default() += 1;
        }
    }
}

/// Runs a trace on a server that does all right, to see what it puts to the test.
async fn rehearse(api: &'static Api, trace: Trace) -> Leg {
    let target = local::target(Reference::new(api, None, &[]));
    let execution = Runner::new(api, target, "rehearsal").execute(&trace, &Stop::default()).await;
    let mut tests: Vec<BTreeSet<Test>> = execution
        .played
        .iter()
        .map(|played| {
            let rules = played.exercised.iter().copied();
            let rules = rules.filter(|rule| api.catalogue.get(*rule).basis != Basis::Silent);
            rules.map(Test::Rule).chain(played.situation.clone().map(Test::Visit)).collect()
        })
        .collect();
    tests.resize(trace.steps.len(), BTreeSet::new());
    // Where it is about very many, it makes no difference that some are others'.
    let alone = lists_roots(api, &trace) && trace.steps.len() <= LONG;
    Leg { alone, trace, tests }
}

/// Whether a trace lists resources that live in no other: those of everybody.
pub fn lists_roots(api: &Api, trace: &Trace) -> bool {
    trace.steps.iter().filter_map(|step| api.operation(&step.operation)).any(|operation| {
        operation.table.verb == Verb::List && api.families[operation.family].is_root()
    })
}
