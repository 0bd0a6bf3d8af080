//! The coverage of a run as data: visited situations, and reasons for the others.
//!
//! The main type is [`Coverage`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::identity::Identity;

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
