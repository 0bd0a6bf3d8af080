//! `faults`: the harness's score on the reference server's seeded faults.

use appmesh_model::api::Api;
use globset::Glob;

use super::args::FaultsArgs;
use super::endpoint::run_name;
use super::{Wrong, print};
use crate::campaign::{self, Plan};
use crate::execute::Runner;
use crate::reference::fault::{self, Fault};
use crate::reference::{Reference, local};

/// How many calls a run against a seeded fault makes: all scenarios and some random calls.
const FAULT_MAX_CALLS: u64 = 2_500;

/// Tests the reference server with each fault.
pub(super) async fn faults(args: FaultsArgs) -> Result<u8, Wrong> {
    let api = Api::of(args.api_version);
    let glob = args.fault.as_deref().unwrap_or("*");
    let matcher = Glob::new(glob)
        .map_err(|error| Wrong(format!("--fault {glob:?} is no pattern: {error}")))?
        .compile_matcher();
    let chosen: Vec<Fault> =
        fault::all(api).into_iter().filter(|fault| matcher.is_match(&fault.id)).collect();
    if chosen.is_empty() {
        return Err(Wrong(format!("no fault matches {glob:?}")));
    }
    if args.list {
        for fault in &chosen {
            print(&format!("{}\n    breaks {}: {}\n", fault.id, fault.rule, fault.summary))?;
        }
        return Ok(0);
    }
    let mut missed = 0;
    let width = chosen.iter().map(|fault| fault.id.len()).max().unwrap_or(0);
    print(&format!("{:width$}  found  on its rule  findings  calls  shortest\n", "fault"))?;
    for fault in &chosen {
        let score = score(api, fault, args.seed).await?;
        missed += usize::from(!score.by_rule);
        let yes = |flag: bool| if flag { "yes" } else { "NO" };
        print(&format!(
            "{:width$}  {:5}  {:11}  {:8}  {:5}  {:8}\n",
            fault.id,
            yes(score.found),
            yes(score.by_rule),
            score.findings,
            score.calls,
            score.shortest
        ))?;
    }
    print(&format!(
        "{} of {} faults found by their own rule\n",
        chosen.len() - missed,
        chosen.len()
    ))?;
    Ok(u8::from(missed > 0))
}

struct Score {
    found: bool,
    by_rule: bool,
    findings: usize,
    calls: u64,
    shortest: usize,
}

async fn score(api: &'static Api, fault: &Fault, seed: u64) -> Result<Score, Wrong> {
    let target = local::target(Reference::new(api, None, std::slice::from_ref(fault)));
    let runner = Runner::new(api, target, &run_name());
    let plan = Plan {
        seed,
        max_calls: FAULT_MAX_CALLS,
        rules: api.catalogue.ids().collect(),
        target: fault.id.clone(),
        concurrency: Some(1),
    };
    let outcome = campaign::run(&runner, &plan, &mut |_| {}).await;
    let own: Vec<_> = outcome
        .findings
        .iter()
        .filter(|finding| api.catalogue.get(finding.signature.rule).id == fault.rule)
        .collect();
    Ok(Score {
        found: !outcome.findings.is_empty(),
        by_rule: !own.is_empty(),
        findings: outcome.findings.len(),
        calls: outcome.calls,
        shortest: own.iter().map(|finding| finding.shrunk.trace.steps.len()).min().unwrap_or(0),
    })
}
