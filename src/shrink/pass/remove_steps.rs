//! Passes that remove steps. The last step stays, for it shows the finding.

use std::iter;

use crate::shrink::candidate::{Candidate, Candidates, Cursor, Facts, anew, without};
use crate::shrink::interchangeable_steps::Interchangeable;
use crate::shrink::naming::{own_symbols, symbols};
use crate::trace::Trace;

/// Removes all steps about one resource.
pub fn of_a_resource<'t>(facts: &Facts, trace: &'t Trace, _: Cursor) -> Candidates<'t> {
    let owners = own_symbols(facts.api, trace);
    anew(symbols(trace).into_iter().rev().filter_map(move |symbol| {
        let last = trace.steps.len().saturating_sub(1);
        let is_about = |at: usize| at < last && owners[at].as_ref() == Some(&symbol);
        // A single step is for another pass.
        ((0..last).filter(|at| is_about(*at)).count() > 1).then(|| without(trace, is_about))
    }))
}

/// Removes runs of steps, long ones first, from the end to the start; but no interchangeable ones.
/// The cursor is the length of the runs, and the place where the last one that was removed began.
pub fn runs<'t>(facts: &Facts, trace: &'t Trace, from: Cursor) -> Candidates<'t> {
    let groups = Interchangeable::all(facts.api, trace);
    let is_in_group = |at: &usize| groups.iter().any(|group| group.steps.contains(at));
    let last = trace.steps.len().saturating_sub(1);
    let single: Vec<usize> = (0..last).filter(|at| !is_in_group(at)).collect();
    let (longest, first_end) = match from {
        Cursor(0, _) => ((trace.steps.len() / 2).max(1), single.len()),
        Cursor(length, start) => (length, start.min(single.len())),
    };
    let lengths = iter::successors(Some(longest), |length| Some(length / 2).filter(|it| *it > 0));
    let mut runs = Vec::new();
    for length in lengths {
        let mut end = if length == longest { first_end } else { single.len() };
        while end > 0 {
            // What is left over at the start is a shorter run.
            let start = end.saturating_sub(length);
            runs.push((length, start, end));
            end = start;
        }
    }
    Box::new(runs.into_iter().map(move |(length, start, end)| Candidate {
        trace: without(trace, |at| single[start..end].contains(&at)),
        next: Cursor(length, start),
    }))
}

/// Removes some of many interchangeable steps. Where one fewer is not enough, it need not be tried
/// with each of them. The cursor is the number of the group, and whether one was just removed.
pub fn interchangeable<'t>(facts: &Facts, trace: &'t Trace, from: Cursor) -> Candidates<'t> {
    let groups = Interchangeable::all(facts.api, trace).into_iter().enumerate().skip(from.0);
    Box::new(groups.flat_map(move |(number, group)| {
        let one_went = from == Cursor(number, 1);
        let most = if one_went { group.steps.len() - 1 } else { 1 };
        let halves = iter::successors(Some(most), |less| Some(less / 2).filter(|it| *it > 0));
        let next = Cursor(number, usize::from(!one_went));
        halves.map(move |less| Candidate { trace: group.fewer(trace, less), next })
    }))
}
