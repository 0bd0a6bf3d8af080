//! Scores: how well the harness does on a fault that it is meant to find.
//!
//! The main type is [`Score`]; [`hunt`] makes one try of it. A try is a whole campaign, with the
//! default budget, on a server in this process with the fault switched on. It must not know how
//! scores are shown.

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Instant;

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;

use crate::campaign::{self, Plan};
use crate::event::Event;
use crate::execute::Runner;
use crate::target::Renew;

use super::fault::{Fault, Shortest};
use super::recipe::Recipe;

/// What came of one campaign on a server with a fault.
#[derive(Clone, Debug)]
pub struct Try {
    /// The seed of the campaign.
    pub seed: u64,
    /// After how many calls the fault's own rule was found broken; none if it was not.
    pub found_at_call: Option<u64>,
    /// When that was, and the trace that showed it was shrunk.
    pub found_at: Option<Instant>,
    /// Whether anything was found.
    pub found: bool,
    /// The rules of findings that the fault does not explain.
    pub unexplained: Vec<RuleId>,
    /// The calls of the shortest trace on the fault's own rule.
    pub steps: usize,
    /// The calls that shrinking to that trace took.
    pub shrink_calls: u64,
}

/// All tries on one fault.
#[derive(Clone, Debug)]
pub struct Score {
    /// The fault.
    pub fault: Fault,
    /// One try for each seed.
    pub tries: Vec<Try>,
}

/// How long a trace is against the shortest possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// It is as short as a trace can be.
    Shortest,
    /// A shorter one shows the fault as well.
    Longer,
    /// It is longer than what is sure to be needed, and nothing shorter is known.
    OverBound,
    /// It is shorter than on a new server, as it builds on what earlier traces did to this one.
    OnUsed,
}

impl Score {
    /// Whether every try found the fault by its own rule.
    pub fn is_found(&self) -> bool {
        self.tries.iter().all(|attempt| attempt.found_at_call.is_some())
    }

    /// Whether every finding of every try is explained by the fault.
    pub fn is_explained(&self) -> bool {
        self.tries.iter().all(|attempt| attempt.unexplained.is_empty())
    }

    /// The most calls of the shortest trace of any try.
    pub fn steps(&self) -> usize {
        self.tries.iter().map(|attempt| attempt.steps).max().unwrap_or(0)
    }

    /// How long the longest of the tries' traces is against the shortest possible; none if no try
    /// found one, or if nothing is known of the shortest.
    pub fn length(&self) -> Option<Length> {
        let shortest = self.fault.shortest.as_ref().filter(|_| self.steps() > 0)?;
        Some(match (self.steps().cmp(&shortest.calls()), shortest) {
            (Ordering::Equal, _) => Length::Shortest,
            (Ordering::Less, _) => Length::OnUsed,
            (Ordering::Greater, Shortest::Exactly(_)) => Length::Longer,
            (Ordering::Greater, Shortest::AtLeast { .. }) => Length::OverBound,
        })
    }

    /// When the first of the tries found the fault.
    pub fn found_at(&self) -> Option<Instant> {
        self.tries.iter().filter_map(|attempt| attempt.found_at).min()
    }
}

/// Hunts a fault with this seed and at most so many calls.
pub async fn hunt(api: &'static Api, fault: &Fault, seed: u64, max_calls: u64) -> Try {
    let recipe = Recipe { api, choices: None, faults: vec![fault.clone()] };
    let runner = Runner::new(api, recipe.renewed(), "act-hunt").renewable(Arc::new(recipe));
    let plan = Plan { seed, target: fault.id.clone(), ..Plan::whole(api, max_calls) };
    let mut played: Vec<(u64, Instant)> = Vec::new();
    let mut watch = |event| {
        if let Event::Played { calls, .. } = event {
            played.push((calls, Instant::now()));
        }
    };
    let outcome = campaign::run(&runner, &plan, &mut watch).await;
    let rules = || outcome.findings.iter().map(|finding| finding.signature.rule);
    let own: Vec<_> =
        outcome.findings.iter().filter(|finding| finding.signature.rule == fault.rule).collect();
    let shortest = own.iter().min_by_key(|finding| finding.shrunk.trace.steps.len());
    let mut unexplained: Vec<RuleId> = rules().filter(|rule| !fault.accounts_for(*rule)).collect();
    unexplained.dedup();
    let found_at_call = own.iter().map(|finding| finding.found_at_call).min();
    let after = |call: u64| played.iter().find(|(calls, _)| *calls >= call).map(|(_, at)| *at);
    Try {
        seed,
        found_at_call,
        found_at: found_at_call.and_then(after),
        found: !outcome.findings.is_empty(),
        unexplained,
        steps: shortest.map_or(0, |finding| finding.shrunk.trace.steps.len()),
        shrink_calls: shortest.map_or(0, |finding| finding.shrunk.calls),
    }
}

/// The middle one of some numbers; 0 if there are none.
pub fn median(mut numbers: Vec<u64>) -> u64 {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or(0)
}
