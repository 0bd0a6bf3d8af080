//! The outcome of a campaign, as plain data: the reports decide how to show it.
//!
//! The main type is [`Outcome`].

use std::collections::{BTreeMap, BTreeSet};

use appmesh_model::api::Api;
use appmesh_model::rule::{Basis, Rule, RuleId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::coverage::item::CoverageItem;
use crate::execute::Signature;
use crate::shard::Scope;
use crate::shrink::{Shrunk, Unsteady};

/// The exit code of a run that was told to stop, as shells have it for Ctrl-C.
pub const INTERRUPTED: u8 = 130;

/// A distinct bug.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Operation, rule and place.
    pub signature: Signature,
    /// The answers that were permitted there, in words.
    pub permitted: String,
    /// The answer that came, in words.
    pub observed: String,
    /// With how many calls of traces it was first seen, shrinking and cleaning up not counted.
    pub found_at_call: u64,
    /// The shortest trace that shows it.
    pub shrunk: Shrunk,
}

/// A divergence that does not show each time.
#[derive(Clone, Debug)]
pub struct Flaky {
    /// Operation, rule and place.
    pub signature: Signature,
    /// The answers that were permitted there, in words.
    pub permitted: String,
    /// The answer that came, in words.
    pub observed: String,
    /// How often it showed again.
    pub again: Unsteady,
    /// The trace that showed it first, as it is.
    pub unshrunk: Shrunk,
}

/// What is known of a rule after a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleStatus {
    /// It was put to the test and held.
    Held,
    /// A finding breaks it.
    Broken,
    /// It was never put to the test, which is no pass.
    Unreached,
}

impl RuleStatus {
    /// The status as reports write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Broken => "broken",
            Self::Unreached => "unreached",
        }
    }
}

/// Why something was not put to the test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The budget was used up before.
    Budget,
    /// The run was interrupted before.
    Interrupted,
    /// This divergence stood in the way.
    Masked(Signature),
    /// The target did what it may, and it did not come to that.
    NotOffered,
    /// It is for another machine to do.
    OtherShard,
}

/// A situation or sequel that was not visited.
#[derive(Clone, Debug)]
pub struct Unvisited {
    /// The situation or sequel.
    pub what: CoverageItem,
    /// Why it was not.
    pub why: Gap,
}

/// The result of a trace that had failed before.
#[derive(Clone, Debug, Default)]
pub enum Rerun {
    /// It was not run to its end, or not all of its calls were answered.
    #[default]
    Untold,
    /// It was run, and diverged in these ways.
    Done(Vec<Signature>),
}

/// The outcome of a campaign.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The API that was tested.
    pub api: &'static Api,
    /// The URL that was tested, or `embedded`.
    pub target: String,
    /// The start of all names of the run.
    pub run: String,
    /// The seed.
    pub seed: u64,
    /// The most calls of traces that the whole campaign may make.
    pub max_calls: u64,
    /// How much of the campaign was run.
    pub scope: Scope,
    /// Calls of traces, without those that shrank or cleaned up.
    pub calls: u64,
    /// Calls that cleaned up after traces.
    pub cleanup_calls: u64,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// How often each rule was put to the test, in catalogue order.
    pub tested: Vec<u64>,
    /// The operations whose answers put each rule to the test, as indices into `Api::operations`.
    pub tested_at: BTreeMap<RuleId, BTreeSet<usize>>,
    /// The rules that the report is about, in catalogue order.
    pub rules: Vec<RuleId>,
    /// The situations and sequels that were visited, of those that the coverage suite leads to.
    pub visited: Vec<CoverageItem>,
    /// Situations and sequels beyond those, to which random calls came.
    pub beyond: Vec<CoverageItem>,
    /// Those that the coverage suite leads to and that were not visited.
    pub unvisited: Vec<Unvisited>,
    /// Why rules were not put to the test.
    pub gaps: BTreeMap<RuleId, Gap>,
    /// The bugs, in the order of operation, rule and place.
    pub findings: Vec<Finding>,
    /// Divergences that did not show again.
    pub flaky: Vec<Flaky>,
    /// The results of the traces that were to be run first, in their order.
    pub reruns: Vec<Rerun>,
    /// Calls of those traces, which are not among the others.
    pub rerun_calls: u64,
    /// Calls whose outcome is not known.
    pub lost: u64,
    /// Calls that were refused for want of rights.
    pub denied: u64,
    /// Why nothing can be concluded, if so.
    pub inconclusive: Option<String>,
    /// It was interrupted before its budget was used up.
    pub interrupted: bool,
    /// The time that there was for it was up before.
    pub time_up: bool,
    /// Resources that could not be deleted.
    pub left_over: Vec<String>,
}

impl Outcome {
    /// The rules of the report with their status.
    pub fn rules(&self) -> impl Iterator<Item = (RuleId, &Rule, RuleStatus)> {
        self.rules.iter().map(|&id| (id, self.api.catalogue.get(id), self.status(id)))
    }

    /// A name that the run gave, without what is another in each run.
    pub fn lasting<'n>(&self, name: &'n str) -> &'n str {
        let given = name.strip_prefix(&self.run).and_then(|rest| rest.strip_prefix('-'));
        let own = given.and_then(|rest| rest.split_once('-'));
        own.map_or(name, |(_, own)| own)
    }

    /// How many situations and sequels the coverage suite leads to.
    pub fn reachable(&self) -> usize {
        self.visited.len() + self.unvisited.len()
    }

    /// The status of a rule.
    pub fn status(&self, id: RuleId) -> RuleStatus {
        if self.findings.iter().any(|finding| finding.signature.rule == id) {
            RuleStatus::Broken
        } else if self.tested[id.index()] > 0 {
            RuleStatus::Held
        } else {
            RuleStatus::Unreached
        }
    }

    /// How many rules that can be broken have this status.
    pub fn count(&self, status: RuleStatus) -> usize {
        self.rules().filter(|(_, rule, its)| rule.basis != Basis::Silent && *its == status).count()
    }

    /// How many rules are silent.
    pub fn silent(&self) -> usize {
        self.rules().filter(|(_, rule, _)| rule.basis == Basis::Silent).count()
    }
}
