//! For every fault of the reference server, what shrinking comes to is the shortest trace there is.
//!
//! The shortest traces are searched for breadth first (`search`) and kept in `tests/minima/`, by
//! fault and divergence. Campaigns must come to just these. A debug build tries a sample of the
//! faults; a release build, or one with `APPMESH_ALL_FAULTS=1`, all of them. The search itself takes
//! minutes to hours, so it is done again only for some that are found near the start, unless
//! `APPMESH_ALL_FAULTS=1` is set. With `APPMESH_WRITE_MINIMA=1` the files are written anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::event::Finding;
use appmesh_conformance::execute::{Runner, Signature};
use appmesh_conformance::reference::fault::{self, Fault};
use appmesh_conformance::reference::{Reference, local};
use appmesh_conformance::scope::Scope;
use appmesh_conformance::search::{self, Limits};
use appmesh_model::DEFAULT_LIMIT;
use appmesh_model::api::{Api, Version};
use serde_json::{Value, json};

/// One more than a page without a limit holds: where a trace needs so many, they are put into the
/// search at once, as no search gets there call by call.
const CROWD: usize = DEFAULT_LIMIT as usize + 1;
/// States that a search goes on from, at the most.
const MOST_STATES: usize = 60_000;
/// One in so many faults is tried in a debug build.
const SAMPLE: usize = 15;
/// One in so many faults is searched for again, if its traces are short enough.
const SEARCHED: usize = 45;
/// Traces so short are found again in no time.
const SHORT: u64 = 3;

async fn findings(api: &'static Api, fault: &Fault, at_once: usize) -> Vec<Finding> {
    let rule = api.catalogue.find(&fault.rule).unwrap();
    let target = local::target(Reference::new(api, None, std::slice::from_ref(fault)));
    let runner = Runner::new(api, target, "t").side_by_side(at_once);
    let plan = Plan {
        seed: 0,
        max_calls: 2_500,
        rules: vec![rule],
        target: "test".to_owned(),
        scope: Scope::Whole,
        corpus: Vec::new(),
        concurrency: Some(1),
    };
    campaign::run(&runner, &plan, &mut |_| {}).await.findings
}

fn place(signature: &Signature) -> String {
    format!("{} {}", signature.operation, signature.at)
}

/// The length of the shortest trace for each of these divergences; null for what was not found.
fn minima(api: &'static Api, fault: &Fault, found: &[Finding]) -> Value {
    let rule = api.catalogue.find(&fault.rule).unwrap();
    let mut goals: BTreeMap<usize, BTreeSet<Signature>> = BTreeMap::new();
    let mut deepest: BTreeMap<usize, usize> = BTreeMap::new();
    for finding in found {
        let family = api.operation(&finding.signature.operation).unwrap().family;
        goals.entry(family).or_default().insert(finding.signature.clone());
        let length = deepest.entry(family).or_default();
        *length = finding.shrunk.trace.steps.len().max(*length);
    }
    let mut minima = BTreeMap::new();
    for (family, goals) in goals {
        // Where a crowd is needed, it counts as one letter of the search.
        let length = deepest[&family];
        let (crowd, depth) = if length > CROWD { (CROWD, length + 1 - CROWD) } else { (1, length) };
        let limits = Limits { depth, states: MOST_STATES, crowd };
        let out = search::shortest(api, fault, rule, family, &goals, limits);
        for goal in goals {
            let least = out.shortest.get(&goal).map(|trace| trace.steps.len());
            minima.insert(place(&goal), json!(least));
        }
    }
    json!(minima)
}

fn is_set(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| value == "1")
}

async fn compare(version: Version) {
    let api = Api::of(version);
    let file = format!("tests/minima/{version}.json");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file);
    let writes = is_set("APPMESH_WRITE_MINIMA");
    let all = writes || !cfg!(debug_assertions) || is_set("APPMESH_ALL_FAULTS");
    let kept: Value = match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap(),
        Err(_) => json!({}),
    };
    let mut written = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut spent = Vec::new();
    let mut proven = 0;
    let every = writes || is_set("APPMESH_ALL_FAULTS");
    for (number, fault) in
        fault::all(api).into_iter().enumerate().step_by(if all { 1 } else { SAMPLE })
    {
        let is_deep = fault.id.ends_with("no-default-limit");
        if is_deep && !all {
            continue;
        }
        let started = std::time::Instant::now();
        let found = findings(api, &fault, 1).await;
        let hunted_ms = started.elapsed().as_millis();
        spent.extend(found.iter().map(|finding| finding.shrunk.calls));
        let lengths: BTreeMap<String, usize> = found
            .iter()
            .map(|finding| (place(&finding.signature), finding.shrunk.trace.steps.len()))
            .collect();
        let known = kept.get(&fault.id).and_then(Value::as_object);
        let is_short = known.is_some_and(|known| {
            known.values().all(|least| least.as_u64().is_some_and(|least| least <= SHORT))
        });
        let searches = every || (number % SEARCHED == 0 && is_short);
        let least = match known {
            Some(known) if !searches => json!(known),
            _ if !searches => continue,
            _ => minima(api, &fault, &found),
        };
        println!(
            "{} {least}, {hunted_ms} of {} ms to find it",
            fault.id,
            started.elapsed().as_millis()
        );
        for (place, length) in &lengths {
            // Where the search has no such calls in its alphabet, it says nothing.
            match least[place].as_u64() {
                Some(least) if *length as u64 > least => wrong.push(format!(
                    "{}: {place}: shrinking comes to {length} calls, {least} are enough",
                    fault.id
                )),
                Some(least) if *length as u64 == least => proven += 1,
                _ => println!("{}: {place}: {length} calls, which no search reached", fault.id),
            }
        }
        if !writes && kept != json!({}) && kept.get(&fault.id) != Some(&least) {
            wrong.push(format!("{}: {} is kept, now it is {least}", fault.id, kept[&fault.id]));
        }
        written.insert(fault.id.clone(), least);
    }
    if writes {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("{:#}\n", json!(written))).unwrap();
    }
    spent.sort_unstable();
    let median = spent.get(spent.len() / 2).copied().unwrap_or(0);
    println!(
        "{version}: {proven} of {} divergences proven the shortest, calls to shrink: median {median}, most {:?}",
        spent.len(),
        spent.last()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(median <= 40, "the median divergence takes {median} calls to shrink");
}

#[tokio::test]
async fn the_preview_s_faults_come_to_the_shortest_traces() {
    compare(Version::V2018_10_01).await;
}

#[tokio::test]
async fn the_general_version_s_faults_come_to_the_shortest_traces() {
    compare(Version::V2019_01_25).await;
}

#[tokio::test]
async fn sixteen_side_by_side_come_to_the_same_as_one() {
    for version in Version::ALL {
        let api = Api::of(version);
        for fault in fault::all(api).into_iter().step_by(2 * SAMPLE) {
            let (one, many) = (findings(api, &fault, 1).await, findings(api, &fault, 16).await);
            let essence = |found: &[Finding]| -> Vec<(Signature, Value, u64)> {
                let of = |it: &Finding| {
                    (it.signature.clone(), it.shrunk.trace.to_json(), it.shrunk.calls)
                };
                found.iter().map(of).collect()
            };
            assert_eq!(essence(&one), essence(&many), "{}", fault.id);
        }
    }
}
