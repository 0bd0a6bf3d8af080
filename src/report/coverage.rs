//! How much was put to the test, what was not, and why, as data and for people.
//!
//! The main type is [`Coverage`]; [`text`] says it in words.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Identity, Report, counted};

/// How many of a kind the text report names.
const MOST_NAMED: usize = 8;

/// What was put to the test.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// How many situations and sequels were visited, of those that are reachable.
    pub situations_visited: usize,
    /// How many a run knows how to reach, the same for every whole run of an API version; 0 if no
    /// call could be made.
    pub situations_reachable: usize,
    /// Those that were visited, in words.
    pub visited: Vec<String>,
    /// What random calls came to beyond those that are reachable by plan, in words: the same facts
    /// in yet other combinations.
    #[serde(default)]
    pub beyond: Vec<String>,
    /// Those that are reachable and were not visited.
    pub unvisited: Vec<UnvisitedReport>,
    /// The rules that were never put to the test, which is no pass.
    pub unreached: Vec<UnreachedReport>,
}

/// A situation that was not visited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnvisitedReport {
    /// The situation, in words.
    pub situation: String,
    /// Why it was not visited.
    #[serde(flatten)]
    pub gap: GapReport,
}

/// A rule that was never put to the test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnreachedReport {
    /// The rule's id.
    pub rule: String,
    /// Why it was not put to the test.
    #[serde(flatten)]
    pub gap: GapReport,
}

/// Why something was not put to the test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GapReport {
    /// The kind of reason.
    pub reason: Reason,
    /// The divergence that stood in the way, if one did.
    pub masked_by: Option<Identity>,
}

/// A kind of reason why something was not put to the test.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The budget was used up before.
    Budget,
    /// The run was interrupted before.
    Interrupted,
    /// A divergence stood in the way.
    Masked,
    /// The target did what it may, and it did not come to that.
    NotOffered,
    /// It is for another machine to do.
    OtherShard,
    /// The run had come to nothing before, such as when the target was not there any more.
    Inconclusive,
}

impl Reason {
    /// Of two reasons the one that tells more is higher.
    pub(super) fn telling(self) -> u8 {
        match self {
            Self::OtherShard => 0,
            Self::Budget => 1,
            Self::Inconclusive => 2,
            Self::Interrupted => 3,
            Self::NotOffered => 4,
            Self::Masked => 5,
        }
    }
}

impl Coverage {
    /// How many situations were visited of those that are reachable, in words.
    pub fn in_words(&self) -> String {
        match (self.situations_visited, self.situations_reachable) {
            (0, 0) => "none: no call could be made".to_owned(),
            (visited, reachable) => format!("{visited} of {reachable} situations{}", self.more()),
        }
    }

    fn more(&self) -> String {
        match self.beyond.len() {
            0 => String::new(),
            more => format!(", and {more} more by chance"),
        }
    }
}

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
