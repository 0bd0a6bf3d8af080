//! The text report, for people.
//!
//! The main function is [`report`]. It is readable without colour and at any width.

use appmesh_model::rule::Rule;
use serde_json::Value;

use super::{
    CorpusReport, FindingReport, GateReport, Identity, Report, Standing, StepReport, coverage,
};
use crate::event::RuleStatus;

/// The most characters of a body that a line shows.
const MOST_BODY: usize = 400;

/// The report. `replay` gives the command that runs a finding again, by its number from 1.
pub fn report(report: &Report, replay: &dyn Fn(usize) -> Option<String>) -> String {
    let mut out = String::new();
    head(report, &mut out);
    let (failing, accepted): (Vec<_>, Vec<_>) =
        report.findings.iter().zip(1..).partition(|(finding, _)| finding.standing.fails());
    for (finding, number) in failing {
        show_finding(finding, number, replay(number), &mut out);
    }
    if !accepted.is_empty() {
        line(&mut out, "");
        line(&mut out, "findings that do not fail the run");
    }
    for (finding, number) in accepted {
        let Identity { rule, operation, at } = &finding.identity;
        let why = standing(&finding.standing).unwrap_or_default();
        line(&mut out, &format!("  {number}. {operation} breaks {rule} at {at}: {why}"));
    }
    for flaky in &report.flaky {
        line(
            &mut out,
            &format!(
                "flaky: {} broke {}, and again in {} of {} tries ({}: permitted {}, observed {})",
                flaky.identity.operation,
                flaky.identity.rule,
                flaky.shown,
                flaky.tries,
                flaky.identity.at,
                flaky.permitted,
                flaky.observed
            ),
        );
    }
    foot(report, &mut out);
    out
}

/// Adds a line. What comes from a target must not steer the terminal, so that characters which do
/// are shown as Rust writes them.
pub fn line(out: &mut String, text: &str) {
    for c in text.chars() {
        match c.is_control() {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
    }
    out.push('\n');
}

fn head(report: &Report, out: &mut String) {
    line(
        out,
        &format!(
            "{} {} on App Mesh API {}",
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
            report.api_version
        ),
    );
    let seconds = report.duration_ms as f64 / 1000.0;
    line(out, &format!("target    {}", report.target));
    line(
        out,
        &format!(
            "calls     {} in {seconds:.1} s, and {} to clean up (seed {}{})",
            report.calls,
            report.cleanup_calls,
            report.seed,
            report.shard.as_ref().map_or_else(String::new, |shard| format!(", shard {shard}")),
        ),
    );
    line(
        out,
        &format!(
            "rules     {} held, {} broken, {} unreached; {} more are silent: every answer is permitted",
            report.count(RuleStatus::Held),
            report.count(RuleStatus::Broken),
            report.count(RuleStatus::Unreached),
            report.silent(),
        ),
    );
    line(
        out,
        &format!(
            "covered   {} of {} situations",
            report.coverage.situations_visited, report.coverage.situations_reachable
        ),
    );
    let broken = report.count(RuleStatus::Broken);
    line(
        out,
        &format!(
            "findings  {}{}{}",
            report.findings.len(),
            if broken > 0 {
                format!(", on {broken} {}", if broken == 1 { "rule" } else { "rules" })
            } else {
                String::new()
            },
            match report.findings.len() - report.failing() {
                0 => String::new(),
                accepted => format!(", {accepted} of them accepted"),
            },
        ),
    );
}

fn show_finding(finding: &FindingReport, number: usize, replay: Option<String>, out: &mut String) {
    let identity = &finding.identity;
    line(out, "");
    line(
        out,
        &format!("{number}. {} breaks {} ({})", identity.operation, identity.rule, finding.basis),
    );
    line(out, &format!("   {}", finding.statement));
    line(out, &format!("   source     {}", finding.source));
    if let Some(standing) = standing(&finding.standing) {
        line(out, &format!("   baseline   {standing}"));
    }
    line(out, &format!("   at         {}", identity.at));
    line(out, &format!("   permitted  {}", finding.permitted));
    line(out, &format!("   observed   {}", finding.observed));
    let shrink = &finding.shrink;
    let seen = if shrink.reproduced { "seen again on a fresh run" } else { "not tried again" };
    line(out, &format!("   calls      {} of {}, {seen}", finding.trace.len(), shrink.from_steps));
    for (step, number) in finding.trace.iter().zip(1..) {
        call(number, step, out);
    }
    if let Some(command) = replay {
        line(out, &format!("   replay     {command}"));
    }
}

/// What the gate makes of a finding; none if it is simply new.
fn standing(standing: &Standing) -> Option<String> {
    let because = |reason: &Option<String>| {
        reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"))
    };
    match standing {
        Standing::New => None,
        Standing::Known { reason } => Some(format!("known{}", because(reason))),
        Standing::Expired { reason, expires } => {
            Some(format!("was accepted until {expires}{}", because(reason)))
        }
        Standing::Tolerated => Some("the rule is not sure enough to fail the run".to_owned()),
    }
}

/// What became of the traces that failed before.
fn corpus(corpus: &CorpusReport, out: &mut String) {
    let fixed = corpus.fixed.len();
    line(
        out,
        &format!(
            "corpus: {} traces that failed before were run first, {fixed} of them fixed; {} added",
            corpus.run, corpus.stored
        ),
    );
    for Identity { rule, operation, at } in &corpus.fixed {
        line(out, &format!("    {operation} does not break {rule} at {at} any more"));
    }
}

/// What became of what was known.
fn gate(gate: &GateReport, out: &mut String) {
    let groups = [
        (&gate.fixed, "known and fixed: take out of the baseline"),
        (&gate.untold, "known and not put to the test"),
    ];
    for (identities, title) in groups.into_iter().filter(|(identities, _)| !identities.is_empty()) {
        line(out, &format!("{title} ({})", identities.len()));
        for Identity { rule, operation, at } in identities {
            line(out, &format!("    {operation} breaks {rule} at {at}"));
        }
    }
}

/// One call as a person can repeat it.
pub fn call(number: usize, step: &StepReport, out: &mut String) {
    if step.method.is_empty() {
        let reason = step.failure.as_deref().unwrap_or_default();
        line(out, &format!("     {number}. {} skipped: {reason}", step.operation));
        return;
    }
    let body = step.body.as_ref().map_or_else(String::new, |body| format!(" {}", cut(&sent(body))));
    let answer = match (step.answer(), &step.failure) {
        (Some(answer), None) => answer,
        (Some(answer), Some(failure)) => format!("{answer} with {failure}"),
        (None, Some(failure)) => format!("lost ({failure})"),
        (None, None) => "lost".to_owned(),
    };
    line(out, &format!("     {number}. {} {}{body} -> {answer}", step.method, cut(&step.path)));
}

/// A body as it was sent.
fn sent(body: &Value) -> String {
    match body {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A text that fits a line: long runs are cut in the middle.
fn cut(text: &str) -> String {
    let count = text.chars().count();
    if count <= MOST_BODY {
        return text.to_owned();
    }
    let head: String = text.chars().take(MOST_BODY / 2).collect();
    let tail: String = text.chars().skip(count - MOST_BODY / 4).collect();
    format!("{head}…({count} characters)…{tail}")
}

fn foot(report: &Report, out: &mut String) {
    line(out, "");
    if report.inconclusive.is_none() {
        out.push_str(&coverage::text(report));
    }
    if let Some(traces) = &report.corpus {
        corpus(traces, out);
    }
    if let Some(known) = &report.gate {
        gate(known, out);
    }
    if report.lost > 0 {
        line(
            out,
            &format!(
                "{} calls were lost (no answer, 429 or a 5xx status): done or not, both were reckoned with",
                report.lost
            ),
        );
    }
    if report.denied > 0 {
        line(
            out,
            &format!("{} calls were refused for want of rights and not judged", report.denied),
        );
    }
    if !report.left_over.is_empty() {
        line(
            out,
            &format!(
                "could not delete {} resources: {}",
                report.left_over.len(),
                shorten(&report.left_over)
            ),
        );
    }
    if report.interrupted {
        line(out, "interrupted: this is what was found until then");
    }
    match &report.inconclusive {
        Some(reason) => line(out, &format!("inconclusive: {reason}")),
        None if !report.findings.is_empty() || report.interrupted => {}
        None if report.flaky.is_empty() => line(out, "no divergence found"),
        None => line(out, "inconclusive: what diverged did not do so each time"),
    }
}

fn shorten(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(5).map(String::as_str).collect();
    let more = if names.len() > 5 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// The catalogue, a rule a paragraph.
pub fn rules<'r>(rules: impl Iterator<Item = &'r Rule>) -> String {
    let mut out = String::new();
    for rule in rules {
        line(&mut out, &format!("{} ({})", rule.id, rule.basis));
        line(&mut out, &format!("    {}", rule.statement));
        line(&mut out, &format!("    source: {}", rule.source));
    }
    out
}
