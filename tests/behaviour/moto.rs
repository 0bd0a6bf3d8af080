//! What the harness finds on moto 5.2.5, kept as a snapshot.
//!
//! Needs a fresh `moto_server` at the URL in `APPMESH_MOTO_ENDPOINT`, so it is ignored by default.
//! To write the snapshot anew, run the test with `INSTA_UPDATE=always`.

use std::collections::{BTreeMap, BTreeSet};

use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::campaign_outcome::{Finding, Outcome};
use appmesh_conformance::cli::DEFAULT_MAX_CALLS;
use appmesh_conformance::execute::Runner;
use appmesh_conformance::shard::Scope;
use appmesh_conformance::target::{Signer, Target};
use appmesh_model::api::{Api, Version};

#[test]
#[ignore = "needs moto: set APPMESH_MOTO_ENDPOINT"]
fn findings_on_moto() {
    let url = std::env::var("APPMESH_MOTO_ENDPOINT").expect("APPMESH_MOTO_ENDPOINT");
    let target = Target::new(&url, Signer::from_env(), 10_000).expect("a URL");
    let api = Api::of(Version::V2019_01_25);
    let runner = Runner::new(api, target, "act-moto");
    let plan = Plan {
        seed: 0,
        max_calls: DEFAULT_MAX_CALLS,
        rules: api.catalogue.ids().collect(),
        target: url,
        scope: Scope::Whole,
        corpus: Vec::new(),
        concurrency: Some(1),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let outcome = runtime.block_on(campaign::run(&runner, &plan));
    assert_eq!(outcome.inconclusive, None);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("moto-5.2.5", summary(&outcome)));
}

/// How many findings of which length there are, and a line for each.
fn summary(outcome: &Outcome) -> String {
    let rules: BTreeSet<_> =
        outcome.findings.iter().map(|finding| finding.signature.rule).collect();
    let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
    for finding in &outcome.findings {
        *lengths.entry(finding.shrunk.trace.steps.len()).or_default() += 1;
    }
    let lengths: Vec<String> =
        lengths.iter().map(|(calls, findings)| format!("{calls} calls: {findings}")).collect();
    let mut lines: Vec<String> =
        outcome.findings.iter().map(|finding| describe(outcome, finding)).collect();
    lines.sort();
    lines.extend(outcome.flaky.iter().map(|flaky| {
        let rule = &outcome.api.catalogue.get(flaky.signature.rule).id;
        format!("flaky: {rule} | {} | {}", flaky.signature.operation, flaky.signature.at)
    }));
    format!(
        "{} findings on {} rules; {}\n{}\n",
        outcome.findings.len(),
        rules.len(),
        lengths.join(", "),
        lines.join("\n")
    )
}

fn describe(outcome: &Outcome, finding: &Finding) -> String {
    let signature = &finding.signature;
    let steps = &finding.shrunk.trace.steps;
    let operations: Vec<&str> = steps.iter().map(|step| step.operation.as_str()).collect();
    format!(
        "{} | {} | {} | {} | {} | calls={}: {}",
        outcome.api.catalogue.get(signature.rule).id,
        signature.operation,
        signature.at,
        finding.permitted,
        finding.observed,
        steps.len(),
        operations.join(", ")
    )
}
