//! The results of the gate and of the corpus as data in a report.
//!
//! The main type is [`Standing`]. The gate decides it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::identity::Identity;

/// What a finding means to the gate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Standing {
    /// Nobody knew of it: the run fails.
    #[default]
    New,
    /// The baseline lists it.
    Known {
        /// Why it is accepted.
        reason: Option<String>,
    },
    /// The baseline listed it until a day that has passed: the run fails.
    Expired {
        /// Why it was accepted.
        reason: Option<String>,
        /// The last day.
        expires: String,
    },
    /// Its rule is not sure enough to fail a run.
    Tolerated,
}

impl Standing {
    /// Whether the run fails on account of it.
    pub fn fails(&self) -> bool {
        matches!(self, Self::New | Self::Expired { .. })
    }
}

/// What a baseline says of a run as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateReport {
    /// Known findings that are there no more, though the run put the operation to all tests and its
    /// answers to the rule.
    pub fixed: Vec<Identity>,
    /// Known findings of which this run cannot tell: the operation's answers were not put to the test
    /// of the rule, not all situations of the operation were visited, or the run is not a whole one.
    pub untold: Vec<Identity>,
    /// A known finding that is fixed fails the run, too.
    pub strict: bool,
}

/// What became of the traces that failed before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CorpusReport {
    /// How many were run again.
    pub run: usize,
    /// Calls of theirs, which are not among those of the report.
    #[serde(default)]
    pub calls: u64,
    /// What they showed and do not show any more.
    pub fixed: Vec<Identity>,
    /// How many were added.
    pub stored: usize,
}
