//! Coverage suites: traces that visit every reachable situation in as few calls as possible.
//!
//! The main type is [`CoverageSuite`]. Every scenario and some random traces are rehearsed on the reference
//! server in this process, to see which tests each call makes. Then those are picked that make most tests
//! for their calls, one after the other. The suite does not depend on the target.

use appmesh_model::api::{Api, Version};
use appmesh_model::rule::RuleId;
use tokio::sync::OnceCell;

use super::item::{CoverageItem, ItemId, ItemTable};
use super::picking::{Candidate, Picking};
use super::planned_trace::PlannedTrace;
use crate::execute::{Runner, Stop};
use crate::generate::random_walk::{self, Visits};
use crate::generate::scenario;
use crate::isolation::{LONG, must_run_alone, without_root_lists};
use crate::random::Random;
use crate::reference::{Reference, local};
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

/// The traces to begin with.
#[derive(Debug)]
pub struct CoverageSuite {
    /// Those that visit everything once, in the order in which to run them.
    pub planned_traces: Vec<PlannedTrace>,
    /// Other traces that lead to the same situations, for a target that blocks the first.
    pub alternatives: Vec<PlannedTrace>,
    /// All tests that its traces make: the same for every run.
    pub tests: ItemTable,
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
        let mut tests = ItemTable::default();
        let (mut first, mut pool) = (Vec::new(), Vec::new());
        for trace in scenario::first(api) {
            first.push(rehearse(api, trace, &mut tests).await);
        }
        for trace in scenario::all(api) {
            pool.push(rehearse(api, trace, &mut tests).await);
        }
        let mut visits = Visits::default();
        first.iter().chain(&pool).for_each(|planned| count(planned, &tests, &mut visits));
        for stream in 0..RANDOM_TRACES {
            let mut random = Random::new(POOL_SEED, stream);
            let trace = random_walk::trace(api, &mut random, &visits);
            let planned = rehearse(api, trace, &mut tests).await;
            count(&planned, &tests, &mut visits);
            pool.push(planned);
        }
        // Without its root lists, a trace that must run alone need not hold up the others.
        let alone = pool.iter().filter(|planned| planned.alone);
        let social: Vec<Trace> =
            alone.map(|planned| without_root_lists(api, &planned.trace)).collect();
        for trace in social {
            pool.push(rehearse(api, trace, &mut tests).await);
        }
        let mut picking = Picking::new(&tests);
        picking.take(first);
        let pool = pool.into_iter().map(Candidate::new);
        let (alone, social): (Vec<_>, Vec<_>) = pool.partition(|it| it.planned.alone);
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
        let mut visits = Visits::default();
        planned_traces.iter().for_each(|planned| count(planned, &tests, &mut visits));
        Self { planned_traces, alternatives, tests, visits }
    }

    /// Everything that it knows how to put to the test, in order.
    pub fn reachable(&self) -> Vec<&CoverageItem> {
        let mut reachable: Vec<_> = self.tests.items().filter(|item| item.is_offered()).collect();
        reachable.sort_unstable();
        reachable
    }

    /// Whether it knows how to put this to the test.
    pub fn reaches(&self, test: &CoverageItem) -> bool {
        test.is_offered() && self.tests.id(test).is_some()
    }

    /// The last step of a planned trace that puts a rule to the test; none if no step does.
    pub fn last_test_of(&self, rule: RuleId, planned: &PlannedTrace) -> Option<usize> {
        let test = self.tests.id(&CoverageItem::Rule(rule))?;
        planned.tests.iter().rposition(|tests| tests.contains(&test))
    }
}

fn count(planned: &PlannedTrace, tests: &ItemTable, visits: &mut Visits) {
    for test in planned.tests.iter().flatten() {
        if let CoverageItem::Visit(situation) = tests.get(*test) {
            visits.add(situation.clone());
        }
    }
}

/// Runs a trace on a server that does all right, to see what it puts to the test.
async fn rehearse(api: &'static Api, trace: Trace, table: &mut ItemTable) -> PlannedTrace {
    let target = local::target(Reference::new(api, None));
    let execution = Runner::new(api, target, "rehearsal").execute(&trace, &Stop::default()).await;
    let mut tests: Vec<Vec<ItemId>> = Vec::new();
    for played in &execution.played {
        let items = CoverageItem::all(api, &played.visited);
        tests.push(items.map(|item| table.number(item)).collect());
    }
    tests.resize(trace.steps.len(), Vec::new());
    let mut spare: Vec<bool> =
        execution.played.iter().map(|played| played.method.is_empty()).collect();
    spare.resize(trace.steps.len(), true);
    // A few may be there by the way; many are the point of the trace.
    let many = spare.windows(BEYOND).position(|steps| steps.iter().all(|spare| *spare));
    if let Some((tests, step)) = many.and_then(|at| tests.get_mut(at).zip(trace.steps.get(at))) {
        let operation = api.operation(&step.operation);
        tests.extend(operation.map(|it| table.number(CoverageItem::Beyond(it.index))));
    }
    for tests in &mut tests {
        tests.sort_unstable();
        tests.dedup();
    }
    PlannedTrace { alone: must_run_alone(api, &trace), trace, tests, spare }
}
