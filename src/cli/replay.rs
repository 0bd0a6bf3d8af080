//! `replay`: a saved trace, once more.

use std::fs;

use appmesh_model::api::Api;
use serde_json::Value;

use super::args::{ReplayArgs, TargetArgs};
use super::error::UsageError;
use super::print::print;
use super::target::{endpoint, reach, stop_on_signals};
use crate::campaign_outcome::INTERRUPTED;
use crate::execute::Stop;
use crate::report::printable::one_line;
use crate::report::{self, compose, export};
use crate::trace::Trace;

/// Runs a saved trace and says whether it still diverges.
pub(super) async fn replay(args: ReplayArgs) -> Result<u8, UsageError> {
    let shown = args.trace.display();
    let text = fs::read_to_string(&args.trace)
        .map_err(|error| UsageError(format!("cannot read {shown}: {error}")))?;
    let value: Value = serde_json::from_str(&text)
        .map_err(|error| UsageError(format!("{shown} is not JSON: {error}")))?;
    let trace = Trace::from_json(&value)
        .map_err(|error| UsageError(format!("{shown} is not a trace: {error}")))?;
    let api = Api::of(trace.version);
    for step in &trace.steps {
        if api.operation(&step.operation).is_none() {
            return Err(UsageError(format!(
                "{shown} is not a trace: version {} has no operation {:?}",
                trace.version, step.operation
            )));
        }
    }
    if trace.steps.is_empty() {
        return Err(UsageError(format!("{shown} is not a trace: it has no steps")));
    }
    if let Some(kind) = args.export {
        let endpoint = endpoint(args.endpoint, false);
        let script = export::of_trace(kind, &trace, endpoint.as_deref())?;
        print(&script)?;
        return Ok(0);
    }
    let target = TargetArgs {
        endpoint: args.endpoint,
        api_version: trace.version,
        fault: args.fault,
        choices: args.choices,
        timeout_ms: args.timeout_ms,
    };
    let reached = reach(&target).await?;
    let runner = reached.runner(api);
    stop_on_signals(&runner);
    if let Err(reason) = runner.reach().await {
        print(&format!("inconclusive: the target cannot be reached: {reason}\n"))?;
        return Ok(3);
    }
    let execution = runner.execute(&trace, &Stop::default()).await;
    let mut out = String::new();
    for (step, number) in compose::steps(&execution).iter().zip(1..) {
        out.push_str(&report::text::call(number, step));
        for divergence in
            execution.divergences.iter().filter(|divergence| divergence.step == number - 1)
        {
            let rule = api.catalogue.get(divergence.signature.rule);
            let breaks = format!(
                "        breaks {} at {}: permitted {}, observed {}",
                rule.id, divergence.signature.at, divergence.permitted, divergence.observed
            );
            out.push_str(&one_line(&breaks));
            out.push('\n');
        }
    }
    let skipped = execution.played.iter().filter(|played| played.method.is_empty()).count();
    let unfinished = match &execution.ended {
        Some(reason) => Some(reason.clone()),
        None if execution.lost > 0 => Some("it is not known what became of some calls".to_owned()),
        None if skipped == trace.steps.len() => Some("no step could be sent".to_owned()),
        None => None,
    };
    let (verdict, code) = match (execution.divergences.is_empty(), unfinished) {
        _ if runner.is_interrupted() => ("interrupted".to_owned(), INTERRUPTED),
        (false, _) => ("it still diverges".to_owned(), 1),
        (true, Some(reason)) => (format!("inconclusive: {reason}"), 3),
        (true, None) => ("no divergence".to_owned(), 0),
    };
    out.push_str(&verdict);
    out.push('\n');
    print(&out)?;
    Ok(code)
}
