//! The SARIF 2.1.0 report, for code scanning.
//!
//! The main function is [`report`]. Every rule that can be broken is a rule of the tool; a finding is
//! a result at the operation that diverged, with its calls as a code flow. There is no source code to
//! point to, and consumers ask for a file: it is the finding's trace, as `--save traces` writes it.

use appmesh_model::rule::{Basis, group};
use serde_json::{Value, json};

use super::printable::one_line;
use super::{FindingReport, Report, RuleReport, markdown_escape, text};
use crate::url_encoding;

/// The address of the format's schema.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The report.
pub fn report(report: &Report) -> Value {
    let rules: Vec<&RuleReport> =
        report.rules.iter().filter(|rule| rule.basis != Basis::Silent).collect();
    let results: Vec<Value> = (1..)
        .zip(&report.findings)
        .map(|(number, finding)| result(&rules, finding, number))
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": report.tool.name,
                "version": report.tool.version,
                "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            } },
            "automationDetails": { "id": format!("{}/{}/", report.tool.name, report.api_version) },
            "invocations": [invocation(report)],
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": {
                "apiVersion": report.api_version,
                "target": report.target,
                "seed": report.seed,
                "calls": report.calls,
            },
        }],
    })
}

/// How bad it is to break a rule: an error where a document says so, else a warning.
fn level(basis: Basis) -> &'static str {
    match basis {
        Basis::Stated => "error",
        Basis::Observed | Basis::Inferred => "warning",
        Basis::Silent => "none",
    }
}

fn descriptor(rule: &RuleReport) -> Value {
    let help = format!("{}\n\nSource: {}", rule.statement, rule.source);
    json!({
        "id": rule.id,
        "shortDescription": { "text": plain(&rule.statement) },
        "fullDescription": { "text": plain(&rule.statement) },
        "help": { "text": plain(&help), "markdown": plain(&help) },
        "defaultConfiguration": { "level": level(rule.basis) },
        "properties": {
            "tags": [group(&rule.id), rule.basis.as_str()],
            "basis": rule.basis.as_str(),
            "source": rule.source,
            "status": rule.status,
            "exercised": rule.exercised,
        },
    })
}

fn invocation(report: &Report) -> Value {
    let mut why: Vec<String> = Vec::new();
    why.extend(report.inconclusive.as_ref().map(|reason| format!("inconclusive: {reason}")));
    if report.interrupted {
        why.push("interrupted".to_owned());
    }
    let notifications: Vec<Value> = why
        .iter()
        .map(|why| json!({ "level": "error", "message": { "text": plain(why) } }))
        .collect();
    json!({
        "executionSuccessful": why.is_empty(),
        "exitCode": report.exit_code(),
        "toolExecutionNotifications": notifications,
    })
}

fn result(rules: &[&RuleReport], finding: &FindingReport, number: usize) -> Value {
    let identity = &finding.identity;
    let summary = format!(
        "{} breaks {} at {}: permitted {}, observed {}.",
        identity.operation, identity.rule, identity.at, finding.permitted, finding.observed
    );
    let place = location(&identity.operation, &identity.at, number);
    let flow: Vec<Value> = (1..)
        .zip(&finding.trace)
        .map(|(order, step)| {
            let mut location = location(&step.operation, "", number);
            location["message"] = json!({ "text": plain(&text::call_line(order, step)) });
            json!({ "location": location, "executionOrder": order })
        })
        .collect();
    let mut result = json!({
        "ruleId": identity.rule,
        "kind": "fail",
        "level": level(finding.basis),
        "message": {
            "text": plain(&one_line(&summary)),
            "markdown": doubled(&details(finding)),
        },
        "locations": [place],
        "partialFingerprints": {
            "operationRulePlace/v1":
                format!("{} {} {}", identity.operation, identity.rule, identity.at),
        },
        "properties": {
            "basis": finding.basis.as_str(),
            "permitted": finding.permitted,
            "observed": finding.observed,
        },
    });
    if let Some(index) = rules.iter().position(|rule| rule.id == identity.rule) {
        result["ruleIndex"] = json!(index);
    }
    if !finding.standing.fails() {
        let why = text::standing(&finding.standing).unwrap_or_default();
        result["suppressions"] =
            json!([{ "kind": "external", "status": "accepted", "justification": one_line(&why) }]);
    }
    if !flow.is_empty() {
        result["codeFlows"] = json!([{ "threadFlows": [{ "locations": flow }] }]);
    }
    result
}

/// The operation, and the file that holds the trace.
fn location(operation: &str, at: &str, number: usize) -> Value {
    let file = format!("traces/{number:03}-{}.json", url_encoding::encode(operation));
    let full = if at.is_empty() { operation.to_owned() } else { format!("{operation}/{at}") };
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": file },
            "region": { "startLine": 1 },
        },
        "logicalLocations": [
            { "name": operation, "fullyQualifiedName": full, "kind": "function" }
        ],
    })
}

fn details(finding: &FindingReport) -> String {
    let mut calls = String::new();
    for (order, step) in (1..).zip(&finding.trace) {
        calls.push_str(&text::call_line(order, step));
        calls.push('\n');
    }
    format!(
        "**{}** breaks {} ({}).\n\n{}\n\n- source: {}\n- at: {}\n- permitted: {}\n- observed: {}\n\n{}",
        one_line(&finding.identity.operation),
        markdown_escape::code(&finding.identity.rule),
        finding.basis,
        one_line(&finding.statement),
        one_line(&finding.source),
        markdown_escape::code(&finding.identity.at),
        markdown_escape::code(&finding.permitted),
        markdown_escape::code(&finding.observed),
        markdown_escape::block(&calls)
    )
}

/// A text as a plain message of SARIF, where braces hold the places of arguments and brackets with
/// parentheses behind them are links.
fn plain(text: &str) -> String {
    doubled(text).replace("](", "] (")
}

/// A text in which braces stand for themselves.
fn doubled(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}
