//! The text report, for people.
//!
//! The main function is [`report`]; a [`Look`] sets the colours and the width. The text is readable
//! without colour and at any width. Control characters in answers are escaped, so that they can
//! neither steer a terminal nor end a line.

use std::collections::BTreeSet;

use appmesh_model::rule::Rule;
use serde_json::Value;

use super::printable::one_line;
use super::styled_text::{Mark, Page};
use super::{
    CorpusReport, FindingReport, FlakyReport, GateReport, Identity, Report, Standing, StepReport,
    counted, gaps,
};
use crate::campaign_outcome::RuleStatus;

pub use super::styled_text::Look;

/// The most characters of a body that a line shows.
const MOST_BODY: usize = 400;
/// The most calls that are shown of what was not shrunk, as it is flaky.
const MOST_FLAKY_CALLS: usize = 12;

/// The report. `replay` gives the command that runs a finding again, by its number from 1.
pub fn report(report: &Report, look: Look, replay: &dyn Fn(usize) -> Option<String>) -> String {
    let mut page = Page::new(look);
    show_head(report, &mut page);
    let (failing, accepted): (Vec<_>, Vec<_>) =
        report.findings.iter().zip(1..).partition(|(finding, _)| finding.standing.fails());
    for (finding, number) in failing {
        page.blank();
        show_finding(finding, number, replay(number), &mut page);
    }
    if !accepted.is_empty() {
        page.blank();
        page.line(Mark::Plain, "findings that do not fail the run");
    }
    for (finding, number) in accepted {
        let Identity { rule, operation, at } = &finding.identity;
        let why = standing(&finding.standing).unwrap_or_default();
        page.field(
            "  ",
            &format!("{number}. "),
            Mark::Plain,
            &format!("{operation} breaks {rule} at {at}: {why}"),
        );
    }
    for it in &report.flaky {
        page.blank();
        show_flaky(it, &mut page);
    }
    show_foot(report, &mut page);
    page.into_text()
}

/// The first lines: the target and the result in numbers.
pub fn head(report: &Report) -> String {
    let mut page = Page::new(Look::default());
    show_head(report, &mut page);
    page.into_text()
}

/// The last lines: what was not tested, and what else is to be known of the run.
pub fn foot(report: &Report) -> String {
    let mut page = Page::new(Look::default());
    show_foot(report, &mut page);
    page.into_text()
}

/// A finding.
pub fn finding(finding: &FindingReport, number: usize, look: Look) -> String {
    let mut page = Page::new(look);
    show_finding(finding, number, None, &mut page);
    page.into_text()
}

/// A divergence that does not show each time, in one line.
pub fn flaky(flaky: &FlakyReport) -> String {
    one_line(&format!(
        "flaky: {} broke {}, and again in {} of {} tries ({}: permitted {}, observed {})",
        flaky.identity.operation,
        flaky.identity.rule,
        flaky.shown,
        flaky.tries,
        flaky.identity.at,
        flaky.permitted,
        flaky.observed
    ))
    .into_owned()
}

/// The last calls of the trace that showed a flaky divergence, each in one line, after one that says
/// how many came before them; nothing for reports that were made when traces were not kept.
pub fn flaky_calls(flaky: &FlakyReport) -> Vec<String> {
    let before = flaky.trace.len().saturating_sub(MOST_FLAKY_CALLS);
    let left_out = (before > 0).then(|| {
        format!("… {}, which the JSON report has", counted(before, "call before", "calls before"))
    });
    let calls = flaky.trace.iter().zip(1..).skip(before);
    left_out.into_iter().chain(calls.map(|(step, number)| call_line(number, step))).collect()
}

fn show_flaky(it: &FlakyReport, page: &mut Page) {
    page.line(Mark::Doubtful, &flaky(it));
    for line in flaky_calls(it) {
        show_call_line(&line, page);
    }
}

fn show_head(report: &Report, page: &mut Page) {
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    page.line(Mark::Title, &format!("{name} {version} on App Mesh API {}", report.api_version));
    let seconds = report.duration_ms as f64 / 1000.0;
    page.field("", "target    ", Mark::Plain, &report.target);
    let shard = report.shard.as_ref().map_or_else(String::new, |shard| format!(", shard {shard}"));
    let calls = format!(
        "{} in {seconds:.1} s, and {} to clean up (seed {}{shard})",
        report.calls, report.cleanup_calls, report.seed
    );
    page.field("", "calls     ", Mark::Plain, &calls);
    let broken = report.count(RuleStatus::Broken);
    let rules = format!(
        "{} held, {broken} broken, {} unreached; {} more are silent: every answer is permitted",
        report.count(RuleStatus::Held),
        report.count(RuleStatus::Unreached),
        report.silent(),
    );
    page.field("", "rules     ", Mark::Plain, &rules);
    page.field("", "covered   ", Mark::Plain, &report.coverage.in_words());
    let on = match broken {
        0 => String::new(),
        _ => format!(", on {}", counted(broken, "rule", "rules")),
    };
    let mark = if report.failing() == 0 { Mark::Plain } else { Mark::Bad };
    let accepted = match report.findings.len() - report.failing() {
        0 => String::new(),
        accepted => format!(", {accepted} of them accepted"),
    };
    page.field("", "findings  ", mark, &format!("{}{on}{accepted}", report.findings.len()));
}

fn show_finding(finding: &FindingReport, number: usize, replay: Option<String>, page: &mut Page) {
    let identity = &finding.identity;
    page.line(
        Mark::Bad,
        &format!("{number}. {} breaks {} ({})", identity.operation, identity.rule, finding.basis),
    );
    page.field("   ", "", Mark::Plain, &finding.statement);
    page.field("   ", "source     ", Mark::Faint, &finding.source);
    if let Some(standing) = standing(&finding.standing) {
        page.field("   ", "baseline   ", Mark::Doubtful, &standing);
    }
    page.field("   ", "at         ", Mark::Plain, &identity.at);
    page.field("   ", "permitted  ", Mark::Good, &finding.permitted);
    page.field("   ", "observed   ", Mark::Bad, &finding.observed);
    let shrink = &finding.shrink;
    let (to, from, seen) = (finding.trace.len(), shrink.from_steps, shrink.seen_again());
    let calls = format!("{to} of {from}, {seen}");
    page.field("   ", "calls      ", Mark::Plain, &calls);
    for (step, number) in finding.trace.iter().zip(1..) {
        show_call(number, step, page);
    }
    if let Some(command) = replay {
        // Whoever copies a command wants it in one piece.
        page.whole(&format!("   replay     {command}"));
    }
}

/// The verdict of the gate on a finding; none if the finding is new.
pub fn standing(standing: &Standing) -> Option<String> {
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

/// The result of the corpus as a sentence.
pub fn corpus_line(corpus: &CorpusReport) -> String {
    let fixed = corpus.fixed.len();
    let run = counted(
        corpus.run,
        "trace that failed before was run first",
        "traces that failed before were run first",
    );
    format!("{run}, {fixed} of them fixed; {} added", corpus.stored)
}

/// The result of the corpus.
fn show_corpus(corpus: &CorpusReport, page: &mut Page) {
    page.line(Mark::Plain, &format!("corpus: {}", corpus_line(corpus)));
    for Identity { rule, operation, at } in &corpus.fixed {
        let line = format!("{operation} does not break {rule} at {at} any more");
        page.field("    ", "", Mark::Plain, &line);
    }
}

/// The result of the comparison with the baseline.
fn show_gate(gate: &GateReport, page: &mut Page) {
    let groups = [
        (&gate.fixed, "known and fixed: take out of the baseline"),
        (&gate.untold, "known and not put to the test"),
    ];
    for (identities, title) in groups.into_iter().filter(|(identities, _)| !identities.is_empty()) {
        page.line(Mark::Doubtful, &format!("{title} ({})", identities.len()));
        for Identity { rule, operation, at } in identities {
            page.field("    ", "", Mark::Plain, &format!("{operation} breaks {rule} at {at}"));
        }
    }
}

/// A call as a person can repeat it, as a line of a report.
pub fn call(number: usize, step: &StepReport) -> String {
    let mut page = Page::new(Look::default());
    show_call(number, step, &mut page);
    page.into_text()
}

fn show_call(number: usize, step: &StepReport, page: &mut Page) {
    show_call_line(&call_line(number, step), page);
}

fn show_call_line(line: &str, page: &mut Page) {
    let (label, rest) = line.split_once(' ').unwrap_or((line, ""));
    page.field("     ", &format!("{label} "), Mark::Plain, rest);
}

/// A call in one line: its number, what was sent, and how it was answered.
pub fn call_line(number: usize, step: &StepReport) -> String {
    if step.method.is_empty() {
        let reason = step.failure.as_deref().unwrap_or_default();
        let line = format!("{number}. {} skipped: {reason}", step.operation);
        return one_line(&line).into_owned();
    }
    let body = step.body.as_ref().map_or_else(String::new, |body| format!(" {}", cut(&sent(body))));
    let answer = match (step.answer(), &step.failure) {
        (Some(answer), None) => answer,
        (Some(answer), Some(failure)) => format!("{answer} with {failure}"),
        (None, Some(failure)) => format!("lost ({failure})"),
        (None, None) => "lost".to_owned(),
    };
    let line = format!("{number}. {} {}{body} -> {answer}", step.method, cut(&step.path));
    one_line(&line).into_owned()
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

fn show_foot(report: &Report, page: &mut Page) {
    page.blank();
    if report.inconclusive.is_none() {
        for line in gaps::text(report).lines() {
            let indent: String = line.chars().take_while(|c| *c == ' ').collect();
            page.field(&indent, "", Mark::Plain, line.trim_start());
        }
    }
    if let Some(traces) = &report.corpus {
        show_corpus(traces, page);
    }
    if let Some(known) = &report.gate {
        show_gate(known, page);
    }
    if report.lost > 0 {
        page.line(Mark::Doubtful, &lost_line(report.lost));
    }
    if report.denied > 0 {
        page.line(Mark::Doubtful, &denied_line(report.denied));
    }
    if !report.left_over.is_empty() {
        let line = format!(
            "could not delete {}{}: {}",
            counted(report.left_over.len(), "resource", "resources"),
            names_begin_with(&report.names_begin_with),
            shorten(&report.left_over)
        );
        page.line(Mark::Doubtful, &line);
    }
    if report.interrupted {
        page.line(Mark::Doubtful, "interrupted: this is what was found until then");
    }
    if report.time_up {
        page.line(Mark::Doubtful, &format!("the time was up: {UNTIL_THEN}"));
    }
    show_verdict(report, page);
}

/// The note on a run that ended because its time was up.
pub const UNTIL_THEN: &str = "this is what was found until then, and the rest is beyond the budget";

/// How many calls were lost, in a sentence.
pub fn lost_line(lost: u64) -> String {
    format!(
        "{} lost (no answer, 429 or a 5xx status): done or not, both were reckoned with",
        calls_were(lost)
    )
}

/// How many calls were refused, in a sentence.
pub fn denied_line(denied: u64) -> String {
    format!("{} refused for want of rights and not judged", calls_were(denied))
}

fn calls_were(calls: u64) -> String {
    counted(usize::try_from(calls).unwrap_or(usize::MAX), "call was", "calls were")
}

/// The last line: why the exit code is what it is, unless findings say so.
fn show_verdict(report: &Report, page: &mut Page) {
    if let Some(reason) = report.doubt() {
        page.line(Mark::Doubtful, &format!("inconclusive: {reason}"));
    } else if report.interrupted || report.failing() > 0 {
        // The lines above name the reason.
    } else if report.fails_as_fixed() {
        page.line(Mark::Bad, "the run fails, as the baseline lists what is fixed");
    } else if report.findings.is_empty() {
        page.line(Mark::Good, "no divergence found");
    } else {
        page.line(Mark::Good, "no divergence found but those that do not fail the run");
    }
}

fn shorten(names: &[String]) -> String {
    let distinct: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let shown: Vec<&str> = distinct.iter().take(5).copied().collect();
    let more = if distinct.len() > 5 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// How to find on the target what is left there.
fn names_begin_with(starts: &[String]) -> String {
    match starts {
        [] => String::new(),
        starts => format!(" (names that a run gave begin with {})", starts.join(" or ")),
    }
}

/// The catalogue, a rule a paragraph.
pub fn rules<'r>(rules: impl Iterator<Item = &'r Rule>) -> String {
    let mut page = Page::new(Look::default());
    for rule in rules {
        page.line(Mark::Plain, &format!("{} ({})", rule.id, rule.basis));
        page.line(Mark::Plain, &format!("    {}", rule.statement));
        page.line(Mark::Plain, &format!("    source: {}", rule.source));
    }
    page.into_text()
}
