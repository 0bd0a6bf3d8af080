//! The JSON report: one object, its members stable.
//!
//! The main function is [`report`].

use appmesh_model::rule::Rule;
use serde_json::{Value, json};

use crate::event::{Finding, Flaky, Outcome};
use crate::execute::Played;
use crate::report::coverage;

/// The report as a JSON object.
pub fn report(outcome: &Outcome) -> Value {
    let rules: Vec<Value> = outcome
        .rules()
        .map(|(id, rule, status)| {
            json!({
                "id": rule.id,
                "basis": rule.basis.as_str(),
                "status": status.as_str(),
                "exercised": outcome.tested[id.index()],
            })
        })
        .collect();
    let findings: Vec<Value> =
        outcome.findings.iter().map(|found| finding(outcome, found)).collect();
    let flaky: Vec<Value> = outcome.flaky.iter().map(|flaky| unsteady(outcome, flaky)).collect();
    json!({
        "tool": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
        "api_version": outcome.api.version.as_str(),
        "target": outcome.target,
        "seed": outcome.seed,
        "calls": outcome.calls,
        "cleanup_calls": outcome.cleanup_calls,
        "duration_ms": outcome.duration_ms,
        "lost": outcome.lost,
        "denied": outcome.denied,
        "inconclusive": outcome.inconclusive,
        "interrupted": outcome.interrupted,
        "left_over": outcome.left_over.iter().map(|name| outcome.lasting(name)).collect::<Vec<_>>(),
        "coverage": coverage::json(outcome),
        "rules": rules,
        "findings": findings,
        "flaky": flaky,
    })
}

fn finding(outcome: &Outcome, finding: &Finding) -> Value {
    let rule = outcome.api.catalogue.get(finding.signature.rule);
    let shrunk = &finding.shrunk;
    let trace: Vec<Value> = shrunk.execution.played.iter().map(step).collect();
    json!({
        "rule": rule.id,
        "basis": rule.basis.as_str(),
        "operation": finding.signature.operation,
        "at": finding.signature.at,
        "permitted": finding.permitted,
        "observed": finding.observed,
        "statement": rule.statement,
        "source": rule.source,
        "found_at_call": finding.found_at_call,
        "trace": trace,
        "shrink": {
            "from_steps": shrunk.from_steps,
            "to_steps": shrunk.trace.steps.len(),
            "calls": shrunk.calls,
            "reproduced": shrunk.reproduced,
        },
        "replay": shrunk.trace.to_json(),
    })
}

fn unsteady(outcome: &Outcome, flaky: &Flaky) -> Value {
    let rule: &Rule = outcome.api.catalogue.get(flaky.signature.rule);
    json!({
        "rule": rule.id,
        "operation": flaky.signature.operation,
        "at": flaky.signature.at,
        "permitted": flaky.permitted,
        "observed": flaky.observed,
        "shown": flaky.again.shown,
        "tries": flaky.again.tries,
    })
}

/// A step as it was played; status null if no answer came.
pub fn step(played: &Played) -> Value {
    let body = played.body.as_ref().map(|body| {
        serde_json::from_str::<Value>(body).unwrap_or_else(|_| Value::from(body.as_str()))
    });
    json!({
        "operation": played.operation,
        "method": played.method,
        "path": played.path,
        "body": body,
        "status": played.answer.as_ref().map(|answer| answer.status),
        "error_type": played.answer.as_ref().and_then(|answer| answer.error_type.clone()),
    })
}
