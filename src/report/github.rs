//! GitHub: annotations for the log of a workflow, and a summary of the job.
//!
//! The main functions are [`annotations`] and [`summary`]. GitHub shows ten annotations of a kind
//! for each step; the summary has all findings, as far as GitHub takes so much.

use super::printable::one_line;
use super::{FindingReport, Report, counted, gaps, markdown_escape, text};
use crate::campaign_outcome::RuleStatus;

/// The most bytes of a summary; GitHub refuses more than 1 MiB for each step.
const MOST_SUMMARY_BYTES: usize = 1_000_000;

/// A workflow command for each finding that fails the run, one to a line.
pub fn annotations(report: &Report) -> String {
    let mut out = String::new();
    for finding in report.findings.iter().filter(|finding| finding.standing.fails()) {
        let identity = &finding.identity;
        let title = format!("{} breaks {}", identity.operation, identity.rule);
        let message = format!(
            "{}\nat {}\npermitted {}\nobserved {}\nsource {}",
            one_line(&finding.statement),
            one_line(&identity.at),
            one_line(&finding.permitted),
            one_line(&finding.observed),
            one_line(&finding.source)
        );
        // However sure the rule is, the run fails.
        out.push_str(&command("error", &title, &message));
    }
    for flaky in &report.flaky {
        let title = format!("{} is flaky", flaky.identity.rule);
        out.push_str(&command("warning", &title, &text::flaky(flaky)));
    }
    if let Some(gate) = &report.gate {
        let level = if gate.strict { "error" } else { "notice" };
        for it in &gate.fixed {
            let message = format!("{} breaks {} at {} no more", it.operation, it.rule, it.at);
            let title = "the baseline lists what is fixed";
            out.push_str(&command(level, title, &one_line(&message)));
        }
    }
    if let Some(reason) = report.doubt() {
        out.push_str(&command("error", "inconclusive", reason));
    }
    if report.time_up {
        out.push_str(&command("warning", "the time was up", text::UNTIL_THEN));
    }
    if report.interrupted {
        out.push_str(&command("error", "interrupted", "this is what was found until then"));
    }
    out
}

fn command(level: &str, title: &str, message: &str) -> String {
    let title = data(&one_line(title)).replace(':', "%3A").replace(',', "%2C");
    format!("::{level} title={title}::{}\n", data(message))
}

/// A text within a workflow command. The older form of commands begins anywhere in a line.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    text.replace("##[", "## [")
}

/// The summary of the job, in Markdown.
pub fn summary(report: &Report, replay: &dyn Fn(usize) -> Option<String>) -> String {
    let mut out = format!(
        "## {} on App Mesh API {}\n\n",
        one_line(&report.tool.name),
        one_line(&report.api_version)
    );
    out.push_str("| target | calls | held | broken | unreached | covered | findings |\n");
    out.push_str("|---|---|---|---|---|---|---|\n");
    out.push_str(&format!(
        "| {} | {} | {} | {} | {} | {} | **{}**{} |\n\n",
        markdown_escape::cell(&report.target),
        report.calls,
        report.count(RuleStatus::Held),
        report.count(RuleStatus::Broken),
        report.count(RuleStatus::Unreached),
        report.coverage.in_words(),
        report.findings.len(),
        if report.failing() < report.findings.len() {
            format!(", {} the run", counted(report.failing(), "of them fails", "of them fail"))
        } else {
            String::new()
        }
    ));
    if let Some(reason) = report.doubt() {
        out.push_str(&format!("**Inconclusive:** {}\n\n", markdown_escape::code(reason)));
    }
    if report.interrupted {
        out.push_str("**Interrupted:** this is what was found until then.\n\n");
    }
    if report.time_up {
        out.push_str(&format!("**The time was up:** {}.\n\n", text::UNTIL_THEN));
    }
    if report.fails_as_fixed() {
        out.push_str("**Baseline:** it lists what is fixed.\n\n");
    }
    if report.findings.is_empty() && report.exit_code() == 0 {
        out.push_str("No divergence found.\n\n");
    }
    for flaky in &report.flaky {
        out.push_str(&format!("- {}\n", markdown_escape::code(&text::flaky(flaky))));
    }
    if !report.flaky.is_empty() {
        out.push('\n');
    }
    let (failing, accepted): (Vec<_>, Vec<_>) =
        (1..).zip(&report.findings).partition(|(_, it)| it.standing.fails());
    show_findings(&failing, replay, &mut out);
    if !accepted.is_empty() {
        let those = counted(accepted.len(), "finding that does", "findings that do");
        out.push_str(&format!("\n### {those} not fail the run\n\n"));
        show_findings(&accepted, replay, &mut out);
    }
    let untested = gaps::text(report);
    if !untested.is_empty() && report.inconclusive.is_none() {
        let lines: Vec<String> = untested.lines().map(|line| one_line(line).into_owned()).collect();
        let shown = format!(
            "\n<details><summary>Not put to the test</summary>\n\n{}\n</details>\n",
            markdown_escape::block(&lines.join("\n"))
        );
        if out.len() + shown.len() <= MOST_SUMMARY_BYTES {
            out.push_str(&shown);
        }
    }
    out
}

/// Findings with their numbers, as far as there is room.
fn show_findings(
    findings: &[(usize, &FindingReport)],
    replay: &dyn Fn(usize) -> Option<String>,
    out: &mut String,
) {
    for (index, (number, it)) in findings.iter().enumerate() {
        let shown = finding(it, *number, replay(*number));
        if out.len() + shown.len() > MOST_SUMMARY_BYTES {
            let left = findings.len() - index;
            out.push_str(&format!("\n… and {left} more, which the other reports have\n"));
            return;
        }
        out.push_str(&shown);
    }
}

fn finding(finding: &FindingReport, number: usize, replay: Option<String>) -> String {
    let identity = &finding.identity;
    let mut lines = String::new();
    for (order, step) in (1..).zip(&finding.trace) {
        lines.push_str(&text::call_line(order, step));
        lines.push('\n');
    }
    let standing = text::standing(&finding.standing)
        .map_or_else(String::new, |standing| format!(": {}", html(&standing)));
    if let Some(command) = replay {
        lines.push_str(&format!("\n{}\n", one_line(&command)));
    }
    format!(
        "<details><summary>{number}. {} breaks {} ({}){standing}</summary>\n\n{}\n\n\
         | | |\n|---|---|\n| source | {} |\n| at | {} |\n| permitted | {} |\n| observed | {} |\n\n\
         {}\n</details>\n",
        html(&identity.operation),
        html(&identity.rule),
        finding.basis,
        html(&finding.statement),
        markdown_escape::cell(&finding.source),
        markdown_escape::cell(&identity.at),
        markdown_escape::cell(&finding.permitted),
        markdown_escape::cell(&finding.observed),
        markdown_escape::block(&lines)
    )
}

/// A text within HTML, where Markdown means nothing.
fn html(text: &str) -> String {
    one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
