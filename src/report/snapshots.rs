//! The report as snapshots: a text for each group of rules, the same in every run on the same
//! behaviour.
//!
//! The main function is [`groups`]. Nothing in the texts differs from run to run: no times, ports,
//! uids, prefixes or account numbers.

use std::collections::BTreeMap;
use std::fmt::Write;

use appmesh_model::rule::{Basis, group};

use super::{FindingReport, Report, text};

/// The text of each group of rules, by the group's name.
pub fn groups(report: &Report) -> BTreeMap<&str, String> {
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    // Of silent ones there is nothing to review.
    for rule in report.rules.iter().filter(|rule| rule.basis != Basis::Silent) {
        let text = texts.entry(group(&rule.id)).or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:9}  {} ({})", rule.status.as_str(), rule.id, rule.basis);
    }
    for finding in &report.findings {
        let text = texts.entry(group(&finding.identity.rule)).or_default();
        text.push_str(&describe(finding));
    }
    texts
}

fn describe(finding: &FindingReport) -> String {
    let identity = &finding.identity;
    let mut out = format!(
        "\n{} breaks {}\n   at         {}\n   permitted  {}\n   observed   {}\n",
        identity.operation, identity.rule, identity.at, finding.permitted, finding.observed
    );
    for (step, number) in finding.trace.iter().zip(1..) {
        out.push_str(&text::call(number, step));
    }
    out
}

/// What differs from run to run, as regular expressions with what to write instead.
pub const MASKS: [(&str, &str); 6] = [
    (r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", "[uid]"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?", "[time]"),
    (r"\d\d?/\d\d?/\d{4},? \d\d:\d\d(:\d\d)?", "[time]"),
    (r"\b1[0-9]{9}(\.\d+)?(e\d+)?\b", "[time]"),
    (r"\b\d{12}\b", "[account]"),
    (r"(127\.0\.0\.1|localhost|\[::1\]):\d+", "$1:[port]"),
];
