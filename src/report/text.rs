//! The text report, for people.
//!
//! The main function is [`report`]. It is readable without colour and at any width.

use std::fmt::Write;

use appmesh_model::rule::Rule;

use crate::event::{Finding, Outcome, RuleStatus};
use crate::execute::Played;
use crate::report::coverage;

/// The most characters of a body that a line shows.
const MOST_BODY: usize = 400;

/// The report. `replay` gives the command that runs a finding again, by its number from 1.
pub fn report(outcome: &Outcome, replay: &dyn Fn(usize) -> Option<String>) -> String {
    let mut out = String::new();
    head(outcome, &mut out);
    for (index, finding) in outcome.findings.iter().enumerate() {
        show_finding(outcome, finding, index + 1, replay(index + 1), &mut out);
    }
    for flaky in &outcome.flaky {
        let rule = outcome.api.catalogue.get(flaky.signature.rule);
        let operation = &flaky.signature.operation;
        line(
            &mut out,
            &format!(
                "flaky: {operation} broke {}, and again in {} of {} tries ({}: permitted {}, observed {})",
                rule.id,
                flaky.again.shown,
                flaky.again.tries,
                flaky.signature.at,
                flaky.permitted,
                flaky.observed
            ),
        );
    }
    foot(outcome, &mut out);
    out
}

fn line(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}

fn head(outcome: &Outcome, out: &mut String) {
    line(
        out,
        &format!(
            "{} {} on App Mesh API {}",
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
            outcome.api.version
        ),
    );
    let seconds = outcome.duration_ms as f64 / 1000.0;
    line(out, &format!("target    {}", outcome.target));
    line(
        out,
        &format!(
            "calls     {} in {seconds:.1} s, and {} to clean up (seed {})",
            outcome.calls, outcome.cleanup_calls, outcome.seed
        ),
    );
    line(
        out,
        &format!(
            "rules     {} held, {} broken, {} unreached; {} more are silent: every answer is permitted",
            outcome.count(RuleStatus::Held),
            outcome.count(RuleStatus::Broken),
            outcome.count(RuleStatus::Unreached),
            outcome.silent(),
        ),
    );
    line(out, &format!("covered   {} of {} situations", outcome.visited, outcome.reachable()));
    let broken = outcome.count(RuleStatus::Broken);
    line(
        out,
        &format!(
            "findings  {}{}",
            outcome.findings.len(),
            if broken > 0 {
                format!(", on {broken} {}", if broken == 1 { "rule" } else { "rules" })
            } else {
                String::new()
            }
        ),
    );
}

fn show_finding(
    outcome: &Outcome,
    finding: &Finding,
    number: usize,
    replay: Option<String>,
    out: &mut String,
) {
    let rule = outcome.api.catalogue.get(finding.signature.rule);
    let shrunk = &finding.shrunk;
    line(out, "");
    line(
        out,
        &format!("{number}. {} breaks {} ({})", finding.signature.operation, rule.id, rule.basis),
    );
    line(out, &format!("   {}", rule.statement));
    line(out, &format!("   source     {}", rule.source));
    line(out, &format!("   at         {}", finding.signature.at));
    line(out, &format!("   permitted  {}", finding.permitted));
    line(out, &format!("   observed   {}", finding.observed));
    let seen = if shrunk.reproduced { "seen again on a fresh run" } else { "not tried again" };
    let shown = &shrunk.execution.played;
    line(out, &format!("   calls      {} of {}, {seen}", shown.len(), shrunk.from_steps));
    for (index, played) in shown.iter().enumerate() {
        call(index + 1, played, out);
    }
    if let Some(command) = replay {
        line(out, &format!("   replay     {command}"));
    }
}

/// One call as a person can repeat it.
pub fn call(number: usize, played: &Played, out: &mut String) {
    if played.method.is_empty() {
        let reason = played.failure.as_deref().unwrap_or_default();
        line(out, &format!("     {number}. {} skipped: {reason}", played.operation));
        return;
    }
    let body = played.body.as_deref().map_or_else(String::new, |body| format!(" {}", cut(body)));
    let answer = match (&played.answer, &played.failure) {
        (Some(answer), _) => answer.head(),
        (None, Some(failure)) => format!("lost ({failure})"),
        (None, None) => "lost".to_owned(),
    };
    line(out, &format!("     {number}. {} {}{body} -> {answer}", played.method, cut(&played.path)));
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

fn foot(outcome: &Outcome, out: &mut String) {
    line(out, "");
    if outcome.inconclusive.is_none() {
        out.push_str(&coverage::text(outcome));
    }
    if outcome.lost > 0 {
        line(
            out,
            &format!(
                "{} calls were lost (no answer, 429 or a 5xx status): done or not, both were reckoned with",
                outcome.lost
            ),
        );
    }
    if outcome.denied > 0 {
        line(
            out,
            &format!("{} calls were refused for want of rights and not judged", outcome.denied),
        );
    }
    if !outcome.left_over.is_empty() {
        line(
            out,
            &format!(
                "could not delete {} resources: {}",
                outcome.left_over.len(),
                shorten(&outcome.left_over)
            ),
        );
    }
    if outcome.interrupted {
        line(out, "interrupted: this is what was found until then");
    }
    match &outcome.inconclusive {
        Some(reason) => line(out, &format!("inconclusive: {reason}")),
        None if outcome.findings.is_empty() && !outcome.interrupted => {
            line(out, "no divergence found")
        }
        None => {}
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
