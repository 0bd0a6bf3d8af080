//! Passes over the names of resources.

use std::collections::BTreeMap;

use crate::shrink::candidate::{Candidates, Cursor, Facts, anew};
use crate::shrink::interchangeable_steps::Interchangeable;
use crate::shrink::naming::{apart, rename, symbols, visit_args};
use crate::trace::{Arg, Trace};

/// Gives a name that is filled up its own length, wherever it stands.
pub fn shorten<'t>(_: &Facts, trace: &'t Trace, _: Cursor) -> Candidates<'t> {
    anew(symbols(trace).into_iter().map(|long| {
        let mut shorter = trace.clone();
        visit_args(&mut shorter, &mut |arg| {
            if let Arg::Name { symbol, length } = arg
                && *symbol == long
            {
                *length = None;
            }
        });
        shorter
    }))
}

/// Gives two names one symbol. Names of different families would then share one, which is no simpler.
pub fn merge<'t>(facts: &Facts, trace: &'t Trace, _: Cursor) -> Candidates<'t> {
    // One name for two interchangeable creates makes one create of them, as another pass does.
    let groups = Interchangeable::all(facts.api, trace);
    let others: Vec<String> =
        groups.iter().flat_map(|group| group.other_names(facts.api, trace)).collect();
    let mut symbols = symbols(trace);
    symbols.retain(|symbol| !others.contains(symbol));
    let pairs = (1..symbols.len()).rev().flat_map(|later| (0..later).map(move |it| (later, it)));
    anew(pairs.map(move |(later, earlier)| {
        let table = BTreeMap::from([(symbols[later].clone(), symbols[earlier].clone())]);
        let mut merged = trace.clone();
        rename(&mut merged, &table);
        merged
    }))
}

/// Gives resources of different families symbols of their own, where they share one by chance.
pub fn separate_families<'t>(facts: &Facts, trace: &'t Trace, _: Cursor) -> Candidates<'t> {
    anew(Some(apart(facts.api, trace)).into_iter())
}
