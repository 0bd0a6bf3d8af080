//! Every fault of the reference server is found by the rule that it breaks.
//!
//! Each fault gets a server and a campaign of its own, which ends as soon as its rule is found
//! broken. The faults that merely ignore a demand are many and alike, so only every sixth of them
//! is tried unless `APPMESH_ALL_FAULTS=1` is set.

use std::collections::BTreeSet;
use std::io;
use std::rc::Rc;
use std::sync::atomic::Ordering;

use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::event::{Event, Outcome};
use appmesh_conformance::execute::Runner;
use appmesh_conformance::reference::fault::{self, Fault};
use appmesh_conformance::reference::{Reference, http};
use appmesh_conformance::target::{Signer, Target};
use appmesh_model::api::{Api, Version};
use appmesh_model::rule::RuleId;
use tokio::sync::Semaphore;
use tokio::task::LocalSet;

/// All scenarios and some random calls.
const MAX_CALLS: u64 = 3_000;
/// One in so many of the faults that ignore a demand is tried.
const SAMPLE: usize = 6;
/// Campaigns that run at the same time, as some of them pause.
const AT_ONCE: usize = 6;

#[test]
fn the_preview_s_faults_are_found_by_their_rules() {
    assert_eq!(missed(Version::V2018_10_01).expect("runs"), Vec::<String>::new());
}

#[test]
fn the_general_version_s_faults_are_found_by_their_rules() {
    assert_eq!(missed(Version::V2019_01_25).expect("runs"), Vec::<String>::new());
}

#[test]
fn faults_are_spread_over_all_groups_of_rules() {
    for version in Version::ALL {
        let api = Api::of(version);
        let faults = fault::all(api);
        assert!(faults.len() >= 25, "{version}: {}", faults.len());
        let group = |rule: &str| rule.split('/').next().unwrap_or_default().to_owned();
        let broken: BTreeSet<String> = faults.iter().map(|fault| group(&fault.rule)).collect();
        let groups: BTreeSet<String> =
            api.catalogue.rules().iter().map(|rule| group(&rule.id)).collect();
        assert_eq!(broken, groups, "{version}");
    }
}

/// The faults that are tried.
fn chosen(api: &Api) -> Vec<Fault> {
    let ignores = |fault: &Fault| fault.id.contains(".ignores-");
    let (plain, other): (Vec<Fault>, Vec<Fault>) = fault::all(api).into_iter().partition(ignores);
    let all = std::env::var("APPMESH_ALL_FAULTS").is_ok_and(|value| value == "1");
    other.into_iter().chain(plain.into_iter().step_by(if all { 1 } else { SAMPLE })).collect()
}

/// The faults of a version that are not found by their rule, each with what was found instead.
fn missed(version: Version) -> io::Result<Vec<String>> {
    let api = Api::of(version);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = LocalSet::new();
    local.block_on(&runtime, async {
        let permits = Rc::new(Semaphore::new(AT_ONCE));
        let tries: Vec<_> = chosen(api)
            .into_iter()
            .map(|fault| {
                let permits = permits.clone();
                tokio::task::spawn_local(async move {
                    let _permit = permits.acquire().await.map_err(io::Error::other)?;
                    complaint(api, &fault).await
                })
            })
            .collect();
        let mut missed = Vec::new();
        for attempt in tries {
            missed.extend(attempt.await??);
        }
        Ok(missed)
    })
}

/// What is wrong with how a fault was found; nothing if all is well.
async fn complaint(api: &'static Api, fault: &Fault) -> io::Result<Option<String>> {
    let Some(rule) = api.catalogue.find(&fault.rule) else {
        return Ok(Some(format!("{}: there is no rule {}", fault.id, fault.rule)));
    };
    let outcome = hunt(api, fault, vec![rule]).await?;
    let found = outcome.findings.iter().any(|finding| finding.signature.rule == rule);
    if found && outcome.exit_code() == 1 {
        return Ok(None);
    }
    let instead = hunt(api, fault, api.catalogue.ids().collect()).await?;
    let instead: BTreeSet<&str> = instead
        .findings
        .iter()
        .map(|finding| api.catalogue.get(finding.signature.rule).id.as_str())
        .collect();
    Ok(Some(format!(
        "{}: {} was not found broken (exit code {}, flaky {}); instead {instead:?}",
        fault.id,
        fault.rule,
        outcome.exit_code(),
        outcome.flaky.len(),
    )))
}

/// A campaign on a server with a fault, up to the first trace with a finding on one of the rules.
async fn hunt(api: &'static Api, fault: &Fault, rules: Vec<RuleId>) -> io::Result<Outcome> {
    let faults = std::slice::from_ref(fault);
    let running = http::serve(Reference::new(api, None, faults), 0).await?;
    let target =
        Target::new(&running.url(), Signer::from_env(), 10_000).map_err(io::Error::other)?;
    let runner = Runner::new(api, target, "act-fault");
    let stop = runner.interrupter();
    let plan = Plan { seed: 0, max_calls: MAX_CALLS, rules, target: fault.id.clone() };
    let mut watch = |event| {
        if matches!(event, Event::Played { findings: 1.., .. }) {
            stop.store(true, Ordering::Relaxed);
        }
    };
    Ok(campaign::run(&runner, &plan, &mut watch).await)
}
