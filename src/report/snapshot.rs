//! The report as snapshots: one text for each group of rules, equal in all runs on a target with the
//! same behaviour.
//!
//! The main functions are [`groups`], and [`diff`] for two texts of one group. Nothing in the texts
//! differs from run to run: no times, ports, uids, prefixes or account numbers.

use std::collections::BTreeMap;
use std::fmt::Write;

use appmesh_model::rule::{Basis, group};
use regex::Regex;
use similar::TextDiff;

use super::printable::one_line;
use super::{FindingReport, Report, counted, text};

/// The most lines of a difference that are shown.
const MOST_LINES: usize = 40;

/// The text of each group of rules, by the group's name.
///
/// # Errors
/// If a mask is no regular expression.
pub fn groups(report: &Report) -> Result<BTreeMap<&str, String>, regex::Error> {
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    // A silent rule has nothing to review.
    for rule in report.rules.iter().filter(|rule| rule.basis != Basis::Silent) {
        let text = texts.entry(group(&rule.id)).or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:9}  {} ({})", rule.status.as_str(), rule.id, rule.basis);
    }
    for finding in &report.findings {
        let text = texts.entry(group(&finding.identity.rule)).or_default();
        text.push_str(&describe(finding));
    }
    for (pattern, instead) in MASKS {
        let pattern = Regex::new(pattern)?;
        for text in texts.values_mut() {
            *text = pattern.replace_all(text, instead).into_owned();
        }
    }
    Ok(texts)
}

/// The difference between the text of a snapshot and a newer one, as a unified diff for people: the
/// first lines of it, and how many more there are.
pub fn diff(older: &str, newer: &str) -> String {
    let [older, newer] = [older, newer].map(|text| format!("{}\n", text.trim_end()));
    let diff = TextDiff::from_lines(&older, &newer).unified_diff().context_radius(2).to_string();
    let mut out = String::new();
    for line in diff.lines().take(MOST_LINES) {
        out.push_str(&one_line(line));
        out.push('\n');
    }
    match diff.lines().count().saturating_sub(MOST_LINES) {
        0 => {}
        more => out.push_str(&format!(
            "… and {} of the difference\n",
            counted(more, "more line", "more lines")
        )),
    }
    out
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

/// Texts that differ from run to run, as regular expressions, with their replacements.
const MASKS: [(&str, &str); 6] = [
    (r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", "[uid]"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?", "[time]"),
    (r"\d\d?/\d\d?/\d{4},? \d\d:\d\d(:\d\d)?", "[time]"),
    (r"\b1[0-9]{9}(\.\d+)?(e\d+)?\b", "[time]"),
    (r"\b\d{12}\b", "[account]"),
    (r"(127\.0\.0\.1|localhost|\[::1\]):\d+", "$1:[port]"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_shown_up_to_a_bound() {
        assert_eq!(diff("a\nb\n", "a\nb\n\n"), "");
        let few = diff("a\nb\nc\nd\n", "a\nb\nc\ne\u{1b}\n");
        assert_eq!(few, "@@ -2,3 +2,3 @@\n b\n c\n-d\n+e\\u{1b}\n");
        let many: String = (0..100).map(|line| format!("{line}\n")).collect();
        let shown = diff("", &many);
        assert_eq!(shown.lines().count(), MOST_LINES + 1, "{shown}");
        assert!(shown.ends_with("+37\n… and 62 more lines of the difference\n"), "{shown}");
    }
}
