//! Nothing is ever found on a server that does only what it may: neither with other random calls,
//! nor where it chooses otherwise wherever the documents leave it a choice.
//!
//! A release build tries 100 seeds and 50 sets of choices, as does one with `APPMESH_ALL_SEEDS=1`;
//! a debug build tries some of them. Servers are in this process.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::campaign_outcome::{Outcome, RuleStatus};
use appmesh_conformance::cli::DEFAULT_MAX_CALLS;
use appmesh_conformance::execute::Runner;
use appmesh_conformance::reference::{Reference, local};
use appmesh_model::api::{Api, Version};

use super::thorough::is_thorough;

/// Campaigns that run at the same time.
const WORKERS: usize = 2;

/// How many of something to try.
fn some_of(all: u64) -> u64 {
    if is_thorough("APPMESH_ALL_SEEDS") { all } else { all / 12 }
}

async fn run(api: &'static Api, seed: u64, choices: Option<u64>) -> Outcome {
    let runner = Runner::new(api, local::target(Reference::new(api, choices)), "act-seed");
    let plan = Plan { seed, ..Plan::whole(api, DEFAULT_MAX_CALLS) };
    campaign::run(&runner, &plan).await
}

/// What is wrong with a run; nothing if all is well.
fn complaint(outcome: &Outcome, every_rule: bool) -> Option<String> {
    let unreached = outcome.count(RuleStatus::Unreached);
    let well = outcome.findings.is_empty()
        && outcome.flaky.is_empty()
        && outcome.inconclusive.is_none()
        && (unreached == 0 || !every_rule);
    let rules = outcome.findings.iter().map(|finding| &finding.signature);
    (!well).then(|| {
        format!(
            "{unreached} unreached, {} flaky, inconclusive {:?}, found {:?}",
            outcome.flaky.len(),
            outcome.inconclusive,
            rules.collect::<Vec<_>>()
        )
    })
}

/// Tries all of them, some at the same time. Returns the complaints.
fn try_all(count: u64, work: impl Fn(Version, u64) -> Option<String> + Sync) -> Vec<String> {
    let (next, complaints) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let toil = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(version) = Version::ALL.get((number / count) as usize) else { return };
            let seed = number % count;
            if let Some(complaint) = work(*version, seed) {
                complaints.lock().unwrap().push(format!("{version}, {seed}: {complaint}"));
            }
        }
    };
    std::thread::scope(|scope| (0..WORKERS).for_each(|_| drop(scope.spawn(toil))));
    complaints.into_inner().unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn no_seed_finds_anything_and_every_seed_reaches_every_rule() {
    let complaints = try_all(some_of(100), |version, seed| {
        complaint(&block_on(run(Api::of(version), seed, None)), true)
    });
    assert_eq!(complaints, Vec::<String>::new());
}

#[test]
fn no_choice_is_held_against_a_server() {
    let complaints = try_all(some_of(50), |version, choices| {
        complaint(&block_on(run(Api::of(version), choices, Some(choices))), false)
    });
    assert_eq!(complaints, Vec::<String>::new());
}
