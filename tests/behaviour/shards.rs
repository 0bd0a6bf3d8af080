//! Machines that share a campaign find together what one machine finds alone.

use std::collections::BTreeSet;

use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::campaign_outcome::RuleStatus;
use appmesh_conformance::cli::DEFAULT_MAX_CALLS;
use appmesh_conformance::execute::Runner;
use appmesh_conformance::reference::local;
use appmesh_conformance::report::merge::merge;
use appmesh_conformance::report::{Identity, Report, compose};
use appmesh_conformance::selftest::{fault, faulty};
use appmesh_conformance::shard::{Scope, Shard};
use appmesh_model::api::{Api, Version};

/// Faults of all kinds; some hide others' situations.
const FAULTS: [&str; 5] = [
    "mesh.one-uid",
    "virtual-node.page-skips",
    "virtual-node.update-merges",
    "virtual-router.third-update-refused",
    "route.ignores-create-duplicate",
];

fn run(version: Version, faults: &[&str], scope: Scope) -> Report {
    let api = Api::of(version);
    let faults: Vec<_> = faults.iter().map(|id| fault::find(api, id).unwrap()).collect();
    let runner = Runner::new(api, local::target(faulty(api, None, &faults)), "act-shard");
    let plan = Plan {
        seed: 5,
        max_calls: DEFAULT_MAX_CALLS,
        rules: api.catalogue.ids().collect(),
        scope,
        target: "embedded".to_owned(),
        corpus: Vec::new(),
        concurrency: Some(1),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    compose::report(&runtime.block_on(campaign::run(&runner, &plan)))
}

fn shards(version: Version, faults: &[&str], of: usize) -> Vec<Report> {
    let shard = |number| Scope::Shard(Shard::parse(&format!("{number}/{of}")).unwrap());
    (1..=of).map(|number| run(version, faults, shard(number))).collect()
}

fn identities(report: &Report) -> BTreeSet<&Identity> {
    report.findings.iter().map(|finding| &finding.identity).collect()
}

#[test]
fn shards_find_together_what_one_machine_finds() {
    for (version, of) in [(Version::V2018_10_01, 3), (Version::V2019_01_25, 16)] {
        let whole = run(version, &FAULTS, Scope::Whole);
        assert!(identities(&whole).len() >= FAULTS.len(), "{version}: {:?}", identities(&whole));
        let merged = merge(&shards(version, &FAULTS, of)).unwrap();
        assert_eq!(identities(&merged), identities(&whole), "{version} in {of} shards");
        assert_eq!(merged.calls, whole.calls, "{version} in {of} shards");
        assert_eq!(merged.inconclusive, None);
    }
}

#[test]
fn shards_cover_together_what_one_machine_covers() {
    let version = Version::V2018_10_01;
    let whole = run(version, &[], Scope::Whole);
    let parts = shards(version, &[], 4);
    let merged = merge(&parts).unwrap();
    assert_eq!(merged.coverage, whole.coverage);
    assert_eq!(merged.rules, whole.rules);
    assert_eq!(merged.count(RuleStatus::Unreached), 0);
    // Each does its share, and none of them all.
    for part in &parts {
        assert!(part.calls < whole.calls / 2, "{} of {}", part.calls, whole.calls);
        assert!(!part.coverage.unvisited.is_empty());
    }
}

#[test]
fn what_does_not_belong_together_is_not_merged() {
    let version = Version::V2018_10_01;
    let two = shards(version, &[], 2);
    let whole = run(version, &[], Scope::Whole);
    let message = |reports: &[&Report]| {
        let reports: Vec<Report> = reports.iter().map(|report| (*report).clone()).collect();
        merge(&reports).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert_eq!(message(&[]), "there is no report");
    assert_eq!(message(&[&two[0], &two[0]]), "shard 1/2 is there twice");
    assert_eq!(message(&[&two[0], &whole]), "some are shards of a campaign and some are not");
    let mut other = two[1].clone();
    other.seed = 6;
    assert_eq!(message(&[&two[0], &other]), "the shards have different seeds: 5 and 6");
    let mut shorter = two[1].clone();
    shorter.max_calls = Some(9);
    let most = two[0].max_calls.unwrap();
    assert_eq!(
        message(&[&two[0], &shorter]),
        format!("the shards have different --max-calls: {most} and 9")
    );
    other.api_version = "2019-01-25".to_owned();
    assert_eq!(
        message(&[&two[0], &other]),
        "they are on different versions of the API: 2018-10-01, 2019-01-25"
    );
    // One of two is no campaign, so it proves nothing.
    let half = merge(&two[..1]).unwrap();
    assert_eq!(half.inconclusive.as_deref(), Some("missing of the campaign: shard 2/2"));
    assert_eq!(half.exit_code(), 3);
}
