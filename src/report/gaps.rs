//! The rules and situations that a run did not reach, with their reasons, as text.
//!
//! The main functions are [`text`] and [`reason`].

use std::collections::BTreeMap;

use super::{GapReport, Reason, Report, counted};

/// How many of a kind the text report names.
const MOST_NAMED: usize = 8;

/// Why something was not put to the test, in words.
pub fn reason(report: &Report, gap: &GapReport) -> String {
    match (gap.reason, &gap.masked_by) {
        (Reason::Masked, Some(identity)) => match report.number(identity) {
            Some(number) => format!("masked by finding {number}"),
            None => format!("masked by {} breaking {}", identity.operation, identity.rule),
        },
        (Reason::Masked, None) => "masked by a divergence".to_owned(),
        (Reason::Budget, _) if report.time_up => "beyond the budget: allow more time".to_owned(),
        (Reason::Budget, _) => "beyond the budget: allow more calls".to_owned(),
        (Reason::Inconclusive, _) => "the run came to nothing before".to_owned(),
        (Reason::Interrupted, _) => "interrupted before".to_owned(),
        (Reason::OtherShard, _) => "for another shard".to_owned(),
        (Reason::NotOffered, _) => "not offered by the target".to_owned(),
    }
}

/// Lines for the end of the text report; empty if everything was put to the test.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    let unreached = report.coverage.unreached.iter();
    let rules = unreached.map(|it| (because(report, &it.gap), it.rule.as_str()));
    let title =
        ["rule was not reached, which is no pass", "rules were not reached, which is no pass"];
    group(title, rules, &mut out);
    let unvisited = report.coverage.unvisited.iter();
    let situations = unvisited.map(|it| (because(report, &it.gap), it.situation.as_str()));
    group(["situation was not visited", "situations were not visited"], situations, &mut out);
    out
}

/// A reason with the number of the finding that it names, so that reasons sort by it.
fn because(report: &Report, gap: &GapReport) -> (Option<usize>, String) {
    let number = gap.masked_by.as_ref().and_then(|identity| report.number(identity));
    (number, reason(report, gap))
}

/// A title for one and one for many, and below it what belongs there, by reason.
fn group<'r>(
    [one, many]: [&str; 2],
    items: impl Iterator<Item = ((Option<usize>, String), &'r str)>,
    out: &mut String,
) {
    let mut reasons: BTreeMap<(Option<usize>, String), Vec<&str>> = BTreeMap::new();
    for (reason, name) in items {
        reasons.entry(reason).or_default().push(name);
    }
    let count: usize = reasons.values().map(Vec::len).sum();
    if count == 0 {
        return;
    }
    out.push_str(&format!("{}\n", counted(count, one, many)));
    for ((_, reason), names) in reasons {
        out.push_str(&format!("  {reason} ({})\n", names.len()));
        for name in names.iter().take(MOST_NAMED) {
            out.push_str(&format!("    {name}\n"));
        }
        if names.len() > MOST_NAMED {
            let more = names.len() - MOST_NAMED;
            out.push_str(&format!("    … and {more} more, which the JSON report names\n"));
        }
    }
}
