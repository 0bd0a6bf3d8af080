//! The plan of a campaign: its budget, its seed, and which part of it is run.

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;

use crate::shard::Scope;
use crate::trace::Trace;

/// The most traces that can run at the same time.
pub const MOST_AT_ONCE: usize = 64;

/// What a campaign is to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Everything random derives from it.
    pub seed: u64,
    /// The most calls of traces; shrinking and cleaning up come on top.
    pub max_calls: u64,
    /// The rules to report on.
    pub rules: Vec<RuleId>,
    /// Traces to be run before all others.
    pub corpus: Vec<Trace>,
    /// How much of it is run here.
    pub scope: Scope,
    /// What to call the target in the report.
    pub target: String,
    /// How many traces may run at the same time, up to [`MOST_AT_ONCE`]; none for as many as the
    /// target's pace makes worth while.
    pub concurrency: Option<usize>,
}

impl Plan {
    /// A whole campaign on all rules with seed 0, trace by trace.
    pub fn whole(api: &Api, max_calls: u64) -> Self {
        Self {
            seed: 0,
            max_calls,
            rules: api.catalogue.ids().collect(),
            corpus: Vec::new(),
            scope: Scope::Whole,
            target: "embedded".to_owned(),
            concurrency: Some(1),
        }
    }
}
