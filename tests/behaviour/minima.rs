//! Of every fault of the reference server it is known how short a trace can show it, and what
//! shrinking comes to is just as short.
//!
//! The shortest traces are searched for breadth first (`search`) and kept in `src/selftest/minima/`:
//! for each fault the length of the shortest trace on its rule, or where the search gave up, and the
//! same for each divergence that a campaign finds. Campaigns must come to just these. A debug build
//! tries a sample of the faults; a release build, or one with `APPMESH_ALL_FAULTS=1`, all of them.
//! The search itself takes minutes to hours, so it is done again only for some that are found near
//! the start, unless `APPMESH_ALL_FAULTS=1` is set. With `APPMESH_WRITE_MINIMA=1` the files are
//! written anew, with `APPMESH_WRITE_MINIMA=missing` only what they lack; `APPMESH_MINIMA_OF=text`
//! writes only faults whose id contains the text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::campaign_outcome::Finding;
use appmesh_conformance::execute::{Runner, Signature, Stop};
use appmesh_conformance::reference::local;
use appmesh_conformance::selftest::fault::{self, Fault, Shortest};
use appmesh_conformance::selftest::faulty;
use appmesh_conformance::selftest::search::{self, Least, Limits};
use appmesh_conformance::shard::Scope;
use appmesh_model::DEFAULT_LIMIT;
use appmesh_model::api::{Api, Version};
use serde_json::{Value, json};

use super::thorough::{is_set, is_thorough};

/// One more than a page without a limit holds: where a trace needs so many, they are put into the
/// search at once, as no search gets there call by call.
const CROWD: usize = DEFAULT_LIMIT as usize + 1;
/// States that a search for a fault's shortest trace goes on from, at the most.
const MOST_STATES: usize = 1_500_000;
/// And one for each of the divergences that a fault shows, of which there are many more.
const MOST_STATES_OF_PLACE: usize = 60_000;
/// The most calls of a trace that is searched for, where no campaign found one.
const MOST_CALLS: usize = 8;
/// One in so many faults is tried in a debug build.
const SAMPLE: usize = 30;
/// One in so many faults is searched for again, if its traces are short enough.
const SEARCHED: usize = 60;
/// Traces so short are found again in no time.
const SHORT: usize = 3;

async fn findings(api: &'static Api, fault: &Fault, at_once: usize) -> Vec<Finding> {
    let target = local::target(faulty(api, None, std::slice::from_ref(fault)));
    let runner = Runner::new(api, target, "t").side_by_side(at_once);
    let plan = Plan {
        seed: 0,
        max_calls: 2_500,
        rules: vec![fault.rule],
        target: "test".to_owned(),
        scope: Scope::Whole,
        corpus: Vec::new(),
        concurrency: Some(1),
    };
    campaign::run(&runner, &plan).await.findings
}

fn place(signature: &Signature) -> String {
    format!("{} {}", signature.operation, signature.at)
}

/// The length of the shortest trace for each of these divergences; null for what was not found. None
/// can be shorter than the shortest on the rule.
fn places(api: &'static Api, fault: &Fault, found: &[Finding], shortest: Option<usize>) -> Value {
    let mut minima = BTreeMap::new();
    let mut goals: BTreeMap<usize, BTreeSet<Signature>> = BTreeMap::new();
    let mut deepest: BTreeMap<usize, usize> = BTreeMap::new();
    for finding in found {
        if Some(finding.shrunk.trace.steps.len()) == shortest {
            minima.insert(place(&finding.signature), json!(shortest));
            continue;
        }
        let family = api.operation(&finding.signature.operation).unwrap().family;
        goals.entry(family).or_default().insert(finding.signature.clone());
        let length = deepest.entry(family).or_default();
        *length = finding.shrunk.trace.steps.len().max(*length);
    }
    for (family, goals) in goals {
        // Where a crowd is needed, it counts as one letter of the search.
        let length = deepest[&family];
        let (crowd, depth) =
            if length >= CROWD { (CROWD, length + 1 - CROWD) } else { (1, length) };
        let limits = Limits { depth, states: states(MOST_STATES_OF_PLACE), crowd };
        let out = search::shortest(api, fault, family, &goals, limits);
        for goal in goals {
            let least = out.shortest.get(&goal).map(|trace| trace.steps.len());
            minima.insert(place(&goal), json!(least));
        }
    }
    json!(minima)
}

/// How far the shortest trace on a fault's own rule is known, whichever divergence it shows.
async fn least(api: &'static Api, fault: &Fault, found: &[Finding]) -> Value {
    let witness = witness(api, fault, found).await;
    let depth = witness.unwrap_or(MOST_CALLS);
    match (
        search::least(api, fault, Limits { depth, states: states(MOST_STATES), crowd: 1 }),
        witness,
    ) {
        (Least::Found(calls), _) => json!({ "shortest": calls }),
        // What shrinking came to cannot be made shorter.
        (Least::MoreThan(calls), Some(witness)) if calls + 1 >= witness => {
            println!("{}: {witness} calls, which the search has not found", fault.id);
            json!({ "shortest": witness })
        }
        (Least::MoreThan(calls), _) => json!({ "at_least": calls + 1 }),
    }
}

/// The length of the shortest of the findings that shows the fault on a server that is new, too.
async fn witness(api: &'static Api, fault: &Fault, found: &[Finding]) -> Option<usize> {
    let mut traces: Vec<&Finding> = found.iter().collect();
    traces.sort_by_key(|finding| finding.shrunk.trace.steps.len());
    for finding in traces {
        let target = local::target(faulty(api, None, std::slice::from_ref(fault)));
        // A time at the full second may be told in seconds.
        target.pause(10).await;
        let runner = Runner::new(api, target, "w");
        let execution = runner.execute(&finding.shrunk.trace, &Stop::default()).await;
        let rule = finding.signature.rule;
        if execution.divergences.iter().any(|divergence| divergence.signature.rule == rule) {
            return Some(finding.shrunk.trace.steps.len());
        }
    }
    None
}

/// How far a search goes, unless `APPMESH_MINIMA_STATES` says otherwise.
fn states(most: usize) -> usize {
    let set = std::env::var("APPMESH_MINIMA_STATES").ok();
    set.and_then(|set| set.parse().ok()).unwrap_or(most)
}

fn path(version: Version) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("src/selftest/minima/{version}.json"))
}

fn kept(version: Version) -> BTreeMap<String, Value> {
    serde_json::from_slice(&std::fs::read(path(version)).unwrap()).unwrap()
}

/// Searches and writes down what comes of it, fault by fault.
async fn write(version: Version, only_missing: bool) {
    let api = Api::of(version);
    let mut records = kept(version);
    let of = std::env::var("APPMESH_MINIMA_OF").unwrap_or_default();
    let faults = fault::all(api);
    records.retain(|id, _| faults.iter().any(|fault| fault.id == *id));
    for fault in faults.into_iter().filter(|fault| fault.id.contains(&of)) {
        let started = std::time::Instant::now();
        let mut record = match records.remove(&fault.id) {
            Some(record) if only_missing => record,
            _ => json!({}),
        };
        let has_length = record.get("shortest").or(record.get("at_least")).is_some();
        let (needs_length, needs_places) =
            (!has_length && fault.bound(api).is_none(), record.get("places").is_none());
        if needs_length || needs_places {
            let found = findings(api, &fault, 1).await;
            if needs_length {
                let least = least(api, &fault, &found).await;
                record.as_object_mut().unwrap().extend(least.as_object().unwrap().clone());
            }
            if needs_places && !is_set("APPMESH_MINIMA_LENGTHS") {
                let shortest = record.get("shortest").and_then(Value::as_u64);
                let shortest = shortest.and_then(|shortest| usize::try_from(shortest).ok());
                record["places"] = places(api, &fault, &found, shortest);
            }
            println!("{version} {} {record}, {} ms", fault.id, started.elapsed().as_millis());
        }
        records.insert(fault.id, record);
        std::fs::write(path(version), format!("{:#}\n", json!(records))).unwrap();
    }
}
/// Sees that campaigns come to the traces that are kept.
async fn compare(version: Version) {
    match std::env::var("APPMESH_WRITE_MINIMA").ok().as_deref() {
        Some("missing") => return write(version, true).await,
        Some(_) => return write(version, false).await,
        None => {}
    }
    let api = Api::of(version);
    let kept = kept(version);
    let every = is_set("APPMESH_ALL_FAULTS");
    let sample = if is_thorough("APPMESH_ALL_FAULTS") { 1 } else { SAMPLE };
    let (mut wrong, mut spent) = (Vec::new(), Vec::new());
    let (mut proven, mut divergences) = (0, 0);
    for (number, fault) in fault::all(api).into_iter().enumerate().step_by(sample) {
        if fault.bound(api).is_some() && sample > 1 {
            continue;
        }
        let found = findings(api, &fault, 1).await;
        spent.extend(found.iter().map(|finding| finding.shrunk.calls));
        let witness = witness(api, &fault, &found).await;
        let shortest = fault.shortest.as_ref().unwrap();
        match (witness, shortest) {
            (Some(calls), _) if calls < shortest.calls() => {
                wrong.push(format!("{}: {calls} calls show it, not {shortest}", fault.id));
            }
            (Some(calls), Shortest::Exactly(least)) if calls > *least => {
                wrong.push(format!("{}: shrinking comes to {calls} calls of {least}", fault.id));
            }
            _ => {}
        }
        let searched = every || (number % SEARCHED == 0 && shortest.calls() <= SHORT);
        let record = kept.get(&fault.id).unwrap_or(&Value::Null);
        if searched && fault.bound(api).is_none() {
            for (name, calls) in least(api, &fault, &found).await.as_object().unwrap() {
                if record.get(name) != Some(calls) {
                    wrong.push(format!("{}: {record} is kept, not {name} {calls}", fault.id));
                }
            }
        }
        let known = record.get("places").cloned().unwrap_or_default();
        for finding in &found {
            let (place, length) = (place(&finding.signature), finding.shrunk.trace.steps.len());
            divergences += 1;
            match known.get(&place).and_then(Value::as_u64) {
                Some(least) if length as u64 > least => wrong.push(format!(
                    "{}: {place}: shrinking comes to {length} calls, {least} are enough",
                    fault.id
                )),
                Some(least) if length as u64 == least => proven += 1,
                _ if length == shortest.calls() => proven += 1,
                _ => println!("{}: {place}: {length} calls, which no search reached", fault.id),
            }
        }
        if searched
            && every
            && let Some(known) = known.as_object()
        {
            let least = places(api, &fault, &found, None);
            for (place, calls) in known {
                if least.get(place) != Some(calls) {
                    wrong.push(format!("{}: {place}: {calls} are kept, now {least}", fault.id));
                }
            }
        }
    }
    spent.sort_unstable();
    let median = spent.get(spent.len() / 2).copied().unwrap_or(0);
    println!(
        "{version}: {proven} of {divergences} divergences proven the shortest, calls to shrink: \
         median {median}, most {:?}",
        spent.last()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(median <= 40, "the median divergence takes {median} calls to shrink");
}

#[test]
fn every_fault_has_a_record() {
    for version in Version::ALL {
        let kept = kept(version);
        let faults = fault::all(Api::of(version));
        for fault in &faults {
            let calls = fault.shortest.as_ref().map(Shortest::calls);
            assert!(calls.is_some_and(|calls| calls > 0), "{version} {}", fault.id);
        }
        let stale: Vec<&String> =
            kept.keys().filter(|id| !faults.iter().any(|fault| fault.id == **id)).collect();
        assert!(stale.is_empty(), "{version}: {stale:?}");
    }
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
        let sample = if cfg!(debug_assertions) { 4 * SAMPLE } else { SAMPLE };
        for fault in fault::all(api).into_iter().step_by(sample) {
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
