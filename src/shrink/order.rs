//! The order of traces that shrinking descends: [`TraceOrder`].
//!
//! Traces are compared by the members of [`TraceOrder`], the first first. Each of them is a natural
//! number, so that no sequence of traces gets smaller for ever. The driver accepts only a smaller
//! trace; so it ends, whatever the passes propose and whatever the target answers.
//!
//! The members stand in this order because of the passes that make one number smaller and a later
//! one larger:
//!
//! - a pass that waits instead of calling takes out steps and adds pauses;
//! - a pass that completes a request takes away a reason to refuse it and adds a member;
//! - a pass that separates families gives one symbol fewer to share and adds a symbol;
//! - a pass that puts a plain item in place of a reference may add a member.

use appmesh_model::operation::Action;

use super::argument_rewrite::simplest_values;
use super::candidate::Facts;
use super::goal::reasons;
use super::naming::{families, symbols};
use crate::generate::value;
use crate::trace::{Arg, Step, Trace};

/// How far a trace is from the shortest and simplest one. The smaller is the better example.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TraceOrder {
    /// The number of calls.
    steps: usize,
    /// The milliseconds that are waited for.
    pauses_ms: u64,
    /// The reasons to refuse the last call; more than there can be if the rule of the finding is none.
    reasons: usize,
    /// The symbols that stand for resources of several families.
    shared_symbols: usize,
    /// The different symbols of names.
    symbols: usize,
    /// The names that requests hold.
    references: usize,
    /// The members and items of the requests, however deep.
    size: usize,
    /// The names and tokens that are filled up to a length.
    filled_up: usize,
    /// How far the values are from the simplest ones of their places.
    values: usize,
    /// The pairs of steps that a reader expects the other way round.
    inversions: usize,
}

impl TraceOrder {
    /// The place of a trace in the order.
    pub fn of(facts: &Facts, trace: &Trace) -> Self {
        let (mut references, mut size, mut filled_up) = (0, 0, 0);
        for arg in trace.steps.iter().flat_map(|step| step.args.values()) {
            arg.visit(&mut |arg| {
                size += 1;
                references += usize::from(matches!(arg, Arg::Name { .. }));
                if let Arg::Name { length, .. } | Arg::Token { length, .. } = arg {
                    filled_up += usize::from(length.is_some());
                }
            });
        }
        let families = families(facts.api, trace);
        Self {
            steps: trace.steps.len(),
            pauses_ms: trace.steps.iter().map(|step| step.pause_ms).sum(),
            reasons: reasons(facts.api, facts.rule, trace),
            shared_symbols: families.values().filter(|families| families.len() > 1).count(),
            symbols: symbols(trace).len(),
            references,
            size,
            filled_up,
            values: trace.steps.iter().map(|step| values(facts, step)).sum(),
            inversions: inversions(facts, trace),
        }
    }
}

fn values(facts: &Facts, step: &Step) -> usize {
    let mut distance = 0;
    let operation = facts.api.operation(&step.operation);
    for (input, node) in operation.into_iter().flat_map(|operation| &operation.inputs) {
        let Some(mut arg) = step.args.get(input.name).cloned() else { continue };
        value::visit_mut(node, &mut arg, &mut |node, arg| {
            let values = simplest_values(node);
            distance += values.iter().position(|value| value == arg).unwrap_or(values.len());
        });
    }
    distance
}

/// The rank of a step that creates something: outer families come first. None for other steps, which
/// come after all of these.
pub(super) fn rank(facts: &Facts, step: &Step) -> Option<usize> {
    let operation = facts.api.operation(&step.operation)?;
    (operation.table.action == Action::Create).then_some(operation.family)
}

/// Whether a reader expects two steps the other way round.
pub(super) fn is_inversion(before: Option<usize>, after: Option<usize>) -> bool {
    after.is_some_and(|after| before.is_none_or(|before| before > after))
}

fn inversions(facts: &Facts, trace: &Trace) -> usize {
    let movable = trace.steps.split_last().map_or(&[][..], |(_, movable)| movable);
    let ranks: Vec<Option<usize>> = movable.iter().map(|step| rank(facts, step)).collect();
    let pairs = ranks.iter().enumerate().map(|(at, rank)| {
        ranks[..at].iter().filter(|before| is_inversion(**before, *rank)).count()
    });
    pairs.sum()
}
