//! The driver ends, whatever the passes find, and where it ends no pass goes on.

use appmesh_conformance::generate::random_walk::{self, Visits};
use appmesh_conformance::random::Random;
use appmesh_conformance::shrink::{Pass, TraceOrder, canonical};
use appmesh_conformance::trace::Trace;

use super::passes::{NO_REASON, facts, smallest};
use super::{GENERAL, PREVIEW};

/// A predicate that says yes or no at random, always the same for the same trace.
fn at_random(trace: &Trace, salt: u64, percent: usize) -> bool {
    let text = trace.to_json().to_string();
    let hash = text
        .bytes()
        .fold(salt, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Random::new(hash, salt).percent(percent)
}

#[tokio::test]
async fn the_driver_ends_at_a_trace_that_no_pass_makes_smaller() {
    for version in [PREVIEW, GENERAL] {
        let facts = facts(version, "mesh/create-duplicate");
        for salt in 0..30 {
            let mut random = Random::new(salt, 0);
            let mut start = random_walk::trace(facts.api, &mut random, &Visits::default());
            start.steps.truncate(12);
            for step in start.steps.iter_mut().step_by(3) {
                step.pause_ms = 7;
            }
            let start = canonical(facts.api, &start);
            let percent = [1, 10, 30, 60, 100][usize::try_from(salt).unwrap() % 5];
            let shows = |trace: &Trace| *trace == start || at_random(trace, salt, percent);
            let end = smallest(&facts, &Pass::ALL, &start, shows).await.best;
            assert!(shows(&end));
            assert!(TraceOrder::of(&facts, &end) <= TraceOrder::of(&facts, &start));
            for pass in Pass::ALL {
                let again = smallest(&facts, &[pass], &end, shows).await;
                assert_eq!(again.best, end, "{} goes on", pass.name);
            }
        }
    }
}

#[tokio::test]
async fn a_trace_of_any_kind_comes_to_its_last_call_if_everything_shows_it() {
    let facts = facts(GENERAL, NO_REASON);
    for seed in 0..20 {
        let start = random_walk::trace(facts.api, &mut Random::new(seed, 1), &Visits::default());
        let end = smallest(&facts, &Pass::ALL, &start, |_| true).await.best;
        assert_eq!(end.steps.len(), 1);
        assert_eq!(end.steps[0].operation, start.steps.last().unwrap().operation);
    }
}
