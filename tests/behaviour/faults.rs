//! Every fault of the reference server is found by the rule that it breaks, and nothing else is.
//!
//! Each fault gets a server in this process and a campaign of its own; a few are tried over HTTP as
//! well.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::campaign_outcome::{Finding, Outcome};
use appmesh_conformance::event::{Event, Watcher};
use appmesh_conformance::execute::Runner;
use appmesh_conformance::random::Random;
use appmesh_conformance::reference::{http, local};
use appmesh_conformance::selftest::fault::{self, Fault};
use appmesh_conformance::selftest::{Recipe, faulty};
use appmesh_conformance::target::{Renew, Signer, Target};
use appmesh_model::api::{Api, Version};
use appmesh_model::rule::RuleId;

mod contradiction;

use super::after_delete::without_a_delete;
use super::thorough::is_thorough;
use contradiction::contradict;

/// All scenarios and some random calls.
const MAX_CALLS: u64 = 4_000;
/// A debug build tries one in so many faults. A release build, or one with `APPMESH_ALL_FAULTS=1`,
/// tries all, and so does the command `faults`, which CI runs.
const SAMPLE: usize = 10;
/// The calls of a run against ten faults: the default of the command line.
const TEN_MAX_CALLS: u64 = 6_000;
/// The calls of a run that is compared for other numbers of traces at a time: the coverage suite.
const AT_ONCE_MAX_CALLS: u64 = 2_500;
/// Campaigns that run at the same time.
const WORKERS: usize = 2;
/// How often ten faults are drawn.
const DRAWS: usize = 50;

/// Rules that no fault breaks, each with the reason why it cannot be broken on its own.
const NO_FAULT: &[(&str, &str)] = &[];

#[test]
fn every_rule_has_a_fault() {
    for version in Version::ALL {
        let api = Api::of(version);
        let faults = fault::all(api);
        let broken: BTreeSet<RuleId> = faults.iter().map(|fault| fault.rule).collect();
        let unbroken = api.catalogue.ids().filter(|rule| !broken.contains(rule));
        let without: Vec<&str> = unbroken
            .map(|rule| api.catalogue.get(rule))
            .filter(|rule| rule.can_break() && !NO_FAULT.iter().any(|(no, _)| *no == rule.id))
            .map(|rule| rule.id.as_str())
            .collect();
        assert_eq!(without, Vec::<&str>::new(), "{version}");
    }
}

#[test]
fn the_records_are_sound() {
    for version in Version::ALL {
        let api = Api::of(version);
        let faults = fault::all(api);
        let ids: BTreeSet<&str> = faults.iter().map(|fault| fault.id.as_str()).collect();
        assert_eq!(ids.len(), faults.len(), "{version}: ids are distinct");
        let deep: BTreeSet<&str> =
            faults.iter().filter(|fault| fault.deep).map(|fault| slug(&fault.id)).collect();
        assert!(deep.len() >= 30, "{version}: {} deep faults", deep.len());
        for fault in &faults {
            assert!(!fault.explains.contains(&fault.rule), "{}", fault.id);
        }
    }
}

#[test]
fn the_preview_s_faults_are_found_by_their_rules() {
    assert_eq!(missed(Version::V2018_10_01), Vec::<String>::new());
}

#[test]
fn the_general_version_s_faults_are_found_by_their_rules() {
    assert_eq!(missed(Version::V2019_01_25), Vec::<String>::new());
}

#[test]
#[ignore = "whole campaigns on every fault take minutes"]
fn nothing_else_is_blamed() {
    for version in Version::ALL {
        assert_eq!(complaints(version), Vec::<String>::new(), "{version}");
    }
}

#[test]
fn some_faults_are_found_over_http() {
    let api = Api::of(Version::V2018_10_01);
    let ids =
        ["route.page-skips", "virtual-node.update-not-stored", "mesh.one-uid", "wire.created"];
    for id in ids {
        let fault = fault::find(api, id).expect("a fault");
        let outcome = block_on(async {
            let running = http::serve(faulty(api, None, std::slice::from_ref(&fault)), 0).await?;
            let target = Target::new(&running.url(), Signer::from_env(), 10_000);
            hunt(api, target.map_err(io::Error::other)?, &[&fault], MAX_CALLS, true).await
        });
        assert!(names(&outcome.expect("runs"), fault.rule), "{id}");
    }
}

/// These are bugs in what all traces share, so that one trace may disturb what shrinks another.
#[test]
fn sixteen_traces_at_a_time_find_and_shrink_what_one_does() {
    let api = Api::of(Version::V2018_10_01);
    for id in ["mesh.youngest-still-listed", "mesh.never-ends", "mesh.hundred-and-first-refused"] {
        let fault = fault::find(api, id).expect("a fault");
        let found = [1, 16].map(|at_once| {
            let plan = Plan { concurrency: Some(at_once), ..Plan::whole(api, AT_ONCE_MAX_CALLS) };
            // In this process nothing would ever wait, so that nothing would get in between.
            let outcome = block_on(async {
                let server = faulty(api, None, std::slice::from_ref(&fault));
                let running = http::serve(server, 0).await?;
                let target = Target::new(&running.url(), Signer::from_env(), 10_000);
                let runner = Runner::new(api, target.map_err(io::Error::other)?, "act-beside");
                Ok(campaign::run(&runner, &plan).await)
            });
            let outcome = outcome.expect("runs");
            assert!(outcome.flaky.is_empty(), "{id}, {at_once}: {:?}", outcome.flaky);
            let of = |it: &Finding| (it.signature.clone(), it.shrunk.trace.steps.len());
            outcome.findings.iter().map(of).collect::<Vec<_>>()
        });
        assert!(!found[0].is_empty(), "{id}");
        assert_eq!(found[0], found[1], "{id}");
    }
}

/// These hang on what earlier traces did to the server, so that shorter traces show them there.
#[test]
fn traces_show_their_fault_on_a_server_that_nobody_used() {
    let api = Api::of(Version::V2018_10_01);
    for id in ["mesh.uid-of-deleted", "mesh.emptied-list-refused"] {
        let fault = fault::find(api, id).expect("a fault");
        let shortest = fault.shortest.as_ref().expect("a record").calls();
        let recipe = Recipe { api, choices: None, faults: vec![fault] };
        let runner = Runner::new(api, recipe.renewed(), "used");
        let plan = Plan::whole(api, MAX_CALLS);
        let shrunk = |runner: Runner| {
            let run = async { Ok(campaign::run(&runner, &plan).await) };
            let mut outcome = block_on(run).expect("runs");
            assert_eq!(outcome.findings.len(), 1, "{id}");
            outcome.findings.remove(0).shrunk
        };
        // Where there are no new servers, nobody can tell.
        let there = shrunk(runner.clone());
        assert_eq!((there.on_new_server, there.reproduced), (None, true), "{id}");
        assert!(there.trace.steps.len() < shortest, "{id}: what was done before helps");
        let anew = shrunk(runner.renewable(Arc::new(recipe)));
        assert_eq!(anew.on_new_server, Some(true), "{id}");
        assert_eq!(anew.trace.steps.len(), shortest, "{id}");
    }
}

/// What the very first call of a new server is told counts as well: a time that moves by less than
/// a second must show there.
#[test]
fn a_time_that_the_first_call_was_told_shows_on_a_new_server() {
    let api = Api::of(Version::V2018_10_01);
    for id in ["mesh.child-moves-updated", "mesh.created-survives-delete"] {
        let fault = fault::find(api, id).expect("a fault");
        let recipe = Recipe { api, choices: None, faults: vec![fault] };
        let runner = Runner::new(api, recipe.renewed(), "used").renewable(Arc::new(recipe));
        let plan = Plan::whole(api, MAX_CALLS);
        let run = async { Ok(campaign::run(&runner, &plan).await) };
        let outcome = block_on(run).expect("runs");
        let on_new: Vec<_> = outcome.findings.iter().map(|it| it.shrunk.on_new_server).collect();
        assert_eq!(on_new, [Some(true)], "{id}");
    }
}

#[test]
#[ignore = "whole campaigns on hundreds of faults take minutes"]
fn ten_at_once() {
    let mut failures = Vec::new();
    for version in Version::ALL {
        let api = Api::of(version);
        let faults = fault::all(api);
        let draws: Vec<Vec<&Fault>> = (0..DRAWS).map(|draw| drawn(&faults, draw as u64)).collect();
        let missed = in_parallel(draws.len(), |index| {
            let ten: Vec<Fault> = draws[index].iter().map(|fault| (*fault).clone()).collect();
            let target = local::target(faulty(api, None, &ten));
            let outcome = block_on(hunt(api, target, &draws[index], TEN_MAX_CALLS, false));
            let outcome = outcome.expect("runs");
            let hidden = ten.iter().filter(|fault| !names(&outcome, fault.rule));
            hidden.map(|fault| fault.id.clone()).collect::<Vec<String>>()
        });
        for (index, hidden) in missed.iter().enumerate() {
            if !hidden.is_empty() {
                let all: Vec<&str> = draws[index].iter().map(|fault| fault.id.as_str()).collect();
                failures.push(format!("{version}, draw {index}: {hidden:?} of {all:?}"));
            }
        }
    }
    assert_eq!(failures, Vec::<String>::new());
}

/// Ten faults that do not contradict each other.
fn drawn(faults: &[Fault], draw: u64) -> Vec<&Fault> {
    let mut random = Random::new(2019, draw);
    let mut ten: Vec<&Fault> = Vec::new();
    while ten.len() < 10 {
        let fault = &faults[random.below(faults.len())];
        if !ten.iter().any(|other| other.id == fault.id || contradict(other, fault)) {
            ten.push(fault);
        }
    }
    ten
}

/// The name of a fault without its family.
fn slug(id: &str) -> &str {
    id.split_once('.').map_or(id, |(_, slug)| slug)
}

/// The faults of a version that are not found by their own rule.
fn missed(version: Version) -> Vec<String> {
    let api = Api::of(version);
    let sample = if is_thorough("APPMESH_ALL_FAULTS") { 1 } else { SAMPLE };
    let faults: Vec<Fault> = fault::all(api).into_iter().step_by(sample).collect();
    let found = in_parallel(faults.len(), |index| {
        let fault = &faults[index];
        let target = local::target(faulty(api, None, std::slice::from_ref(fault)));
        let outcome = block_on(hunt(api, target, &[fault], MAX_CALLS, true)).expect("runs");
        assert!(without_a_delete(api, &outcome.findings).is_empty(), "{}", fault.id);
        names(&outcome, fault.rule)
    });
    let missed = faults.iter().zip(found).filter(|(_, found)| !found);
    missed.map(|(fault, _)| fault.id.clone()).collect()
}

/// What is wrong with whole campaigns on the faults of a version.
fn complaints(version: Version) -> Vec<String> {
    let api = Api::of(version);
    let faults = fault::all(api);
    let complaints = in_parallel(faults.len(), |index| {
        let fault = &faults[index];
        let target = local::target(faulty(api, None, std::slice::from_ref(fault)));
        let outcome = block_on(hunt(api, target, &[fault], MAX_CALLS, false)).expect("runs");
        complaint(fault, &outcome)
    });
    complaints.into_iter().flatten().collect()
}

/// What is wrong with the findings on a fault; nothing if all is well.
fn complaint(fault: &Fault, outcome: &Outcome) -> Option<String> {
    let api = outcome.api;
    let rules = outcome.findings.iter().map(|finding| finding.signature.rule);
    let unexplained: BTreeSet<&str> = rules
        .filter(|rule| !fault.accounts_for(*rule))
        .map(|rule| api.catalogue.get(rule).id.as_str())
        .collect();
    let found = names(outcome, fault.rule);
    let flaky = outcome.flaky.len();
    let sound = without_a_delete(api, &outcome.findings).is_empty();
    let well = found && unexplained.is_empty() && flaky == 0 && sound;
    let found = if found { "found" } else { "not found" };
    (!well).then(|| format!("{}: {found}, unexplained {unexplained:?}, {flaky} flaky", fault.id))
}

fn names(outcome: &Outcome, rule: RuleId) -> bool {
    outcome.findings.iter().any(|finding| finding.signature.rule == rule)
}

/// A campaign on a target with these faults; with `stop`, up to the first finding
/// on one of their rules, which is not shrunk.
async fn hunt(
    api: &'static Api,
    target: Target,
    faults: &[&Fault],
    max_calls: u64,
    stop: bool,
) -> io::Result<Outcome> {
    let runner = Runner::new(api, target, "act-fault");
    let interrupter = runner.interrupter();
    let own = faults.iter().map(|fault| fault.rule);
    let rules = if stop { own.collect() } else { api.catalogue.ids().collect() };
    let plan = Plan { rules, ..Plan::whole(api, max_calls) };
    let under_way = AtomicBool::new(false);
    let runner = runner.watched_by(Watcher::new(move |event| {
        // That it is shrunk well is tested elsewhere. Of a server on which nothing has succeeded
        // yet, nothing would be believed.
        let enough = match event {
            Event::Sent | Event::Judged(_) => false,
            Event::Found => under_way.load(Ordering::Relaxed),
            Event::Played { findings, calls, .. } => {
                under_way.store(true, Ordering::Relaxed);
                findings > 0 && calls > 100
            }
        };
        if stop && enough {
            interrupter.store(true, Ordering::Relaxed);
        }
    }));
    Ok(campaign::run(&runner, &plan).await)
}

fn block_on<T>(future: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(future)
}

/// Does something for every index, some at the same time.
fn in_parallel<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    let toil = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return;
            }
            let result = work(index);
            done.lock().expect("no panic").insert(index, result);
        }
    };
    std::thread::scope(|scope| (0..WORKERS).for_each(|_| drop(scope.spawn(toil))));
    done.into_inner().expect("no panic").into_values().collect()
}
