//! Names: which resource goes by which symbol, and the symbols that a finished trace has.
//!
//! The main function is [`canonical`].

use std::collections::BTreeMap;

use appmesh_model::api::Api;
use appmesh_model::operation::{Role, Verb};

use crate::generate::value::ABSENT;
use crate::trace::{Arg, Step, Trace};

/// The symbol of the resource that a step is about: its innermost name.
pub(super) fn own_symbol(api: &Api, step: &Step) -> Option<String> {
    let operation = api.operation(&step.operation)?;
    let innermost = operation.table.names().max_by_key(|input| match input.role {
        Role::Name(depth) => depth,
        _ => 0,
    })?;
    match step.args.get(innermost.name)? {
        Arg::Name { symbol, .. } => Some(symbol.clone()),
        _ => None,
    }
}

/// The symbols of a trace in the order of their first use, but for what never exists.
pub(super) fn symbols(trace: &Trace) -> Vec<String> {
    let mut symbols: Vec<String> = Vec::new();
    for symbol in trace.steps.iter().flat_map(Step::symbols) {
        // What does not exist must not be given the name of something that does.
        if symbol != ABSENT && !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    symbols
}

/// Whether two symbols name resources of different families.
pub(super) fn kinds_mix(api: &Api, trace: &Trace, one: &str, other: &str) -> bool {
    let kind = |symbol: &str| {
        trace.steps.iter().find_map(|step| {
            let operation = api.operation(&step.operation)?;
            operation.table.names().find_map(|input| {
                match (input.role, step.args.get(input.name)) {
                    (Role::Name(depth), Some(Arg::Name { symbol: used, .. })) if used == symbol => {
                        Some(api.families[operation.family].lineage[depth])
                    }
                    _ => None,
                }
            })
        })
    };
    matches!((kind(one), kind(other)), (Some(one), Some(other)) if one != other)
}

pub(super) fn rename(trace: &mut Trace, table: &BTreeMap<String, String>) {
    for step in &mut trace.steps {
        for arg in step.args.values_mut() {
            arg.visit_mut(&mut |arg| {
                if let Arg::Name { symbol, .. } = arg
                    && let Some(other) = table.get(symbol)
                {
                    symbol.clone_from(other);
                }
            });
        }
    }
}

/// The trace with steps numbered from 1 and each resource named after its family.
pub fn canonical(api: &Api, trace: &Trace) -> Trace {
    let mut renamed = trace.clone();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    let creates = |step: &Step| {
        api.operation(&step.operation).is_some_and(|it| it.table.verb == Verb::Create)
            && own_symbol(api, step).as_deref() == Some(ABSENT)
    };
    // What is made is not absent.
    let never_made = !trace.steps.iter().any(creates);
    for step in &trace.steps {
        let Some(operation) = api.operation(&step.operation) else { continue };
        for input in operation.table.names() {
            let (Role::Name(depth), Some(Arg::Name { symbol, .. })) =
                (input.role, step.args.get(input.name))
            else {
                continue;
            };
            // A name of unusual characters may be what it is all about.
            let plain = symbol.chars().all(|c| c.is_ascii_alphanumeric());
            if names.contains_key(symbol) || (symbol == ABSENT && never_made) || !plain {
                continue;
            }
            let family = api.families[operation.family].lineage[depth];
            let word = api.families[family].table.id.rsplit('-').next().unwrap_or("name");
            let count = counts.entry(word).or_default();
            *count += 1;
            let name = if *count == 1 { word.to_owned() } else { format!("{word}{count}") };
            names.insert(symbol.clone(), name);
        }
    }
    rename(&mut renamed, &names);
    let ids: BTreeMap<u32, u32> =
        trace.steps.iter().zip(1_u32..).map(|(step, id)| (step.id, id)).collect();
    for step in &mut renamed.steps {
        step.id = ids.get(&step.id).copied().unwrap_or(step.id);
        for arg in step.args.values_mut() {
            arg.visit_mut(&mut |arg| {
                if let Arg::PageAfter(step) = arg {
                    *step = ids.get(step).copied().unwrap_or(*step);
                }
            });
        }
    }
    renamed
}
