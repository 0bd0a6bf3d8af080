//! Scores: how well the harness finds a seeded fault.
//!
//! The main type is [`Score`]; [`attempt`] makes one attempt of it: a whole campaign on a server in
//! this process with the fault switched on. This module must not know how scores are shown.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use appmesh_model::api::Api;
use appmesh_model::rule::RuleId;

use crate::campaign::{self, Plan};
use crate::event::{Event, Watcher};
use crate::execute::Runner;
use crate::target::Renew;

use super::fault::{Fault, Shortest};
use super::faulty_server::Recipe;

/// The result of one campaign on a server with a fault.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The seed of the campaign.
    pub seed: u64,
    /// The number of calls after which the campaign found the fault's own rule broken; none if it did
    /// not.
    pub found_at_call: Option<u64>,
    /// The time of that finding, after its trace was shrunk.
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

/// All attempts on one fault.
#[derive(Clone, Debug)]
pub struct Score {
    /// The fault.
    pub fault: Fault,
    /// One attempt for each seed.
    pub attempts: Vec<Attempt>,
}

/// The length of a trace compared with the shortest possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// No trace is shorter.
    Shortest,
    /// A shorter one shows the fault as well.
    Longer,
    /// It is longer than the lower bound, and no shorter trace is known.
    OverBound,
    /// It is shorter than on a new server, as it needs the effects of earlier traces on this one.
    OnUsed,
}

impl Score {
    /// Whether every attempt found the fault by its own rule.
    pub fn is_found(&self) -> bool {
        self.attempts.iter().all(|attempt| attempt.found_at_call.is_some())
    }

    /// Whether the fault explains every finding of every attempt.
    pub fn is_explained(&self) -> bool {
        self.attempts.iter().all(|attempt| attempt.unexplained.is_empty())
    }

    /// The number of calls of the shortest trace, of the attempt where it is longest.
    pub fn steps(&self) -> usize {
        self.attempts.iter().map(|attempt| attempt.steps).max().unwrap_or(0)
    }

    /// The length of that trace compared with the shortest possible; none if no attempt found a
    /// trace, or if nothing is known of the shortest.
    pub fn length(&self) -> Option<Length> {
        let shortest = self.fault.shortest.as_ref().filter(|_| self.steps() > 0)?;
        Some(match (self.steps().cmp(&shortest.calls()), shortest) {
            (Ordering::Equal, _) => Length::Shortest,
            (Ordering::Less, _) => Length::OnUsed,
            (Ordering::Greater, Shortest::Exactly(_)) => Length::Longer,
            (Ordering::Greater, Shortest::AtLeast { .. }) => Length::OverBound,
        })
    }

    /// The time at which the first attempt found the fault.
    pub fn found_at(&self) -> Option<Instant> {
        self.attempts.iter().filter_map(|attempt| attempt.found_at).min()
    }
}

/// Runs a campaign on a server with a fault, with this seed and at most so many calls.
pub async fn attempt(api: &'static Api, fault: &Fault, seed: u64, max_calls: u64) -> Attempt {
    let recipe = Recipe { api, choices: None, faults: vec![fault.clone()] };
    let played = Arc::<Mutex<Vec<(u64, Instant)>>>::default();
    let heard = played.clone();
    let watcher = Watcher::new(move |event| {
        if let Event::Played { calls, .. } = event {
            heard.lock().unwrap_or_else(PoisonError::into_inner).push((calls, Instant::now()));
        }
    });
    let runner = Runner::new(api, recipe.renewed(), "act-hunt").watched_by(watcher);
    let runner = runner.renewable(Arc::new(recipe));
    let plan = Plan { seed, target: fault.id.clone(), ..Plan::whole(api, max_calls) };
    let outcome = campaign::run(&runner, &plan).await;
    let played = played.lock().unwrap_or_else(PoisonError::into_inner);
    let rules = || outcome.findings.iter().map(|finding| finding.signature.rule);
    let own: Vec<_> =
        outcome.findings.iter().filter(|finding| finding.signature.rule == fault.rule).collect();
    let shortest = own.iter().min_by_key(|finding| finding.shrunk.trace.steps.len());
    let mut unexplained: Vec<RuleId> = rules().filter(|rule| !fault.accounts_for(*rule)).collect();
    unexplained.dedup();
    let found_at_call = own.iter().map(|finding| finding.found_at_call).min();
    let after = |call: u64| played.iter().find(|(calls, _)| *calls >= call).map(|(_, at)| *at);
    Attempt {
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
