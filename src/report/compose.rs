//! Conversion of a campaign's outcome into a report.
//!
//! The main function is [`report`]. Names lose the prefix of their execution, and page tokens and
//! uids are replaced by names for them, so that the same bugs give the same report.

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;
use serde_json::Value;
use uuid::Uuid;

use super::{
    Coverage, FindingReport, FlakyReport, GapReport, Identity, Reason, Report, ResponseReport,
    RuleReport, ShrinkReport, Standing, StepReport, Tool, UnreachedReport, UnvisitedReport,
};
use crate::campaign_outcome::{Finding, Flaky, Gap, Outcome, RuleStatus};
use crate::coverage::item::CoverageItem;
use crate::execute::{Execution, Played, Signature};
use crate::shard::Scope;

/// The report on a campaign.
pub fn report(outcome: &Outcome) -> Report {
    Report {
        tool: Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        api_version: outcome.api.version.as_str().to_owned(),
        target: outcome.target.clone(),
        seed: outcome.seed,
        max_calls: Some(outcome.max_calls),
        shard: match outcome.scope {
            Scope::Shard(shard) => Some(shard.to_string()),
            Scope::Whole | Scope::Rule(_) => None,
        },
        calls: outcome.calls,
        cleanup_calls: outcome.cleanup_calls,
        duration_ms: outcome.duration_ms,
        lost: outcome.lost,
        denied: outcome.denied,
        inconclusive: outcome.inconclusive.clone(),
        interrupted: outcome.interrupted,
        time_up: outcome.time_up,
        left_over: outcome.left_over.iter().map(|name| outcome.lasting(name).to_owned()).collect(),
        names_begin_with: names_begin_with(outcome).into_iter().collect(),
        coverage: coverage(outcome),
        rules: outcome.rules().map(|(id, _, status)| rule(outcome, id, status)).collect(),
        findings: outcome.findings.iter().map(|found| finding(outcome, found)).collect(),
        flaky: outcome.flaky.iter().map(|flaky| unsteady(outcome, flaky)).collect(),
        gate: None,
        corpus: None,
    }
}

/// How to tell what is left on the target from what others made there, if anything is.
fn names_begin_with(outcome: &Outcome) -> Option<String> {
    let start = format!("{}-", outcome.run);
    outcome.left_over.iter().any(|name| name.starts_with(&start)).then_some(start)
}

fn coverage(outcome: &Outcome) -> Coverage {
    let in_words = |tests: &[CoverageItem]| {
        let mut words: Vec<String> = tests.iter().map(|test| test.describe(outcome.api)).collect();
        words.sort();
        words
    };
    let unvisited = outcome.unvisited.iter().map(|unvisited| UnvisitedReport {
        situation: unvisited.what.describe(outcome.api),
        gap: gap(outcome, &unvisited.why),
    });
    let unreached = outcome
        .rules()
        .filter(|(_, rule, status)| rule.can_break() && *status == RuleStatus::Unreached)
        .map(|(id, rule, _)| UnreachedReport {
            rule: rule.id.clone(),
            gap: gap(outcome, outcome.gaps.get(&id).unwrap_or(&Gap::Budget)),
        });
    Coverage {
        situations_visited: outcome.visited.len(),
        situations_reachable: outcome.reachable(),
        visited: in_words(&outcome.visited),
        beyond: in_words(&outcome.beyond),
        unvisited: unvisited.collect(),
        unreached: unreached.collect(),
    }
}

fn gap(outcome: &Outcome, gap: &Gap) -> GapReport {
    let (reason, masked_by) = match gap {
        // There was budget left.
        Gap::Budget if outcome.inconclusive.is_some() => (Reason::Inconclusive, None),
        Gap::Budget => (Reason::Budget, None),
        Gap::Interrupted => (Reason::Interrupted, None),
        Gap::NotOffered => (Reason::NotOffered, None),
        Gap::OtherShard => (Reason::OtherShard, None),
        Gap::Masked(signature) => (Reason::Masked, Some(identity(outcome.api, signature))),
    };
    GapReport { reason, masked_by }
}

/// The identity of a finding with this signature.
pub fn identity(api: &Api, signature: &Signature) -> Identity {
    Identity {
        rule: api.catalogue.get(signature.rule).id.clone(),
        operation: signature.operation.clone(),
        at: signature.at.to_string(),
    }
}

fn rule(outcome: &Outcome, id: RuleId, status: RuleStatus) -> RuleReport {
    let rule = outcome.api.catalogue.get(id);
    RuleReport {
        id: rule.id.clone(),
        basis: rule.basis,
        status,
        exercised: outcome.tested[id.index()],
        operations: outcome
            .tested_at
            .get(&id)
            .into_iter()
            .flatten()
            .map(|&operation| outcome.api.operations[operation].table.name.to_owned())
            .collect(),
        statement: rule.statement.clone(),
        source: rule.source.clone(),
    }
}

fn finding(outcome: &Outcome, finding: &Finding) -> FindingReport {
    let rule = outcome.api.catalogue.get(finding.signature.rule);
    let shrunk = &finding.shrunk;
    FindingReport {
        identity: identity(outcome.api, &finding.signature),
        basis: rule.basis,
        standing: Standing::New,
        permitted: finding.permitted.clone(),
        observed: finding.observed.clone(),
        statement: rule.statement.clone(),
        source: rule.source.clone(),
        found_at_call: finding.found_at_call,
        trace: steps(&shrunk.execution),
        shrink: ShrinkReport {
            from_steps: shrunk.from_steps,
            to_steps: shrunk.trace.steps.len(),
            calls: shrunk.calls,
            reproduced: shrunk.reproduced,
            on_new_server: shrunk.on_new_server,
            passes: shrunk
                .passes
                .iter()
                .map(|(name, &count)| ((*name).to_owned(), count))
                .collect(),
        },
        replay: shrunk.trace.to_json(),
    }
}

fn unsteady(outcome: &Outcome, flaky: &Flaky) -> FlakyReport {
    FlakyReport {
        identity: identity(outcome.api, &flaky.signature),
        permitted: flaky.permitted.clone(),
        observed: flaky.observed.clone(),
        shown: flaky.again.shown,
        tries: flaky.again.tries,
        trace: steps(&flaky.unshrunk.execution),
        replay: flaky.unshrunk.trace.to_json(),
    }
}

/// The steps of an execution as they were played.
pub fn steps(execution: &Execution) -> Vec<StepReport> {
    let mut naming = Naming { prefix: &execution.prefix, tokens: Vec::new(), uids: Vec::new() };
    execution.played.iter().map(|played| step(played, &mut naming)).collect()
}

fn step(played: &Played, naming: &mut Naming<'_>) -> StepReport {
    let body = played.body.as_ref().map(|body| {
        serde_json::from_str::<Value>(body).unwrap_or_else(|_| Value::from(body.as_str()))
    });
    let response = played.answer.as_ref().map(|answer| {
        let mut body = answer.body.clone();
        if let Some(body) = &mut body {
            naming.learn(played.id, body);
            naming.rename(body);
        }
        ResponseReport { content_type: answer.content_type.clone(), body }
    });
    StepReport {
        operation: played.operation.clone(),
        method: played.method.clone(),
        path: played.path.clone(),
        body,
        status: played.answer.as_ref().map(|answer| answer.status),
        error_type: played.answer.as_ref().and_then(|answer| answer.error_type.clone()),
        response,
        failure: played.failure.clone(),
    }
}

/// Names for what is another in each run.
struct Naming<'e> {
    prefix: &'e str,
    tokens: Vec<(String, u32)>,
    uids: Vec<Uuid>,
}

impl Naming<'_> {
    /// Keeps in mind the page token of an answer.
    fn learn(&mut self, step: u32, body: &Value) {
        if let Some(token) = body.get("nextToken").and_then(Value::as_str)
            && !token.is_empty()
        {
            self.tokens.push((token.to_owned(), step));
        }
    }

    fn rename(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.renamed(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.rename(item)),
            Value::Object(members) => members.values_mut().for_each(|value| self.rename(value)),
            _ => {}
        }
    }

    fn renamed(&mut self, text: &str) -> String {
        if let Some((_, step)) = self.tokens.iter().rev().find(|(token, _)| token == text) {
            return format!("<page token of call {step}>");
        }
        if let Ok(uid) = Uuid::try_parse(text) {
            let known = self.uids.iter().position(|known| *known == uid);
            let index = known.unwrap_or_else(|| {
                self.uids.push(uid);
                self.uids.len() - 1
            });
            return format!("<uid {}>", index + 1);
        }
        if self.prefix.is_empty() { text.to_owned() } else { text.replace(self.prefix, "") }
    }
}
