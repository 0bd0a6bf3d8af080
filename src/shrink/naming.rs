//! Names: which resource goes by which symbol, and the symbols that a finished trace has.
//!
//! The main function is [`canonical`].

use std::collections::{BTreeMap, BTreeSet};

use appmesh_model::api::Api;
use appmesh_model::operation::{Action, Role};
use appmesh_model::schema::Node;
use appmesh_model::shape::{Kind, Text};

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

/// The resource that a step is about: its family, and its names from the outermost on.
pub(super) fn own_resource<'s>(api: &Api, step: &'s Step) -> Option<(usize, Vec<&'s Arg>)> {
    let operation = api.operation(&step.operation)?;
    let names = (0..).map_while(|depth| operation.input(Role::Name(depth)));
    let names: Option<Vec<&Arg>> = names.map(|(input, _)| step.args.get(input.name)).collect();
    Some((operation.family, names?))
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

/// The trace with no symbol that stands for resources of several families.
pub(super) fn apart(api: &Api, trace: &Trace) -> Trace {
    let mut apart = trace.clone();
    let mut families: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for step in &mut apart.steps {
        visit_names(api, step, &mut |family, symbol| {
            families.entry(symbol.clone()).or_default().insert(family);
        });
    }
    let is_shared = |symbol: &str| {
        let plain = symbol.chars().all(|c| c.is_ascii_alphanumeric());
        plain && symbol != ABSENT && families.get(symbol).is_some_and(|all| all.len() > 1)
    };
    for step in &mut apart.steps {
        visit_names(api, step, &mut |family, symbol| {
            if is_shared(symbol) {
                symbol.push_str(&format!("of{family}"));
            }
        });
    }
    apart
}

/// Visits the symbols of a step, each with the family of what it stands for.
fn visit_names(api: &Api, step: &mut Step, visit: &mut dyn FnMut(usize, &mut String)) {
    let Some(operation) = api.operation(&step.operation) else { return };
    let lineage = &api.families[operation.family].lineage;
    for (input, node) in &operation.inputs {
        match (input.role, step.args.get_mut(input.name)) {
            (Role::Name(depth), Some(Arg::Name { symbol, .. })) => {
                if let Some(family) = lineage.get(depth) {
                    visit(*family, symbol);
                }
            }
            (_, Some(arg)) => visit_references(api, node, arg, visit),
            (_, None) => {}
        }
    }
}

/// The same for what members of an argument refer to.
fn visit_references(
    api: &Api,
    node: &Node,
    arg: &mut Arg,
    visit: &mut dyn FnMut(usize, &mut String),
) {
    match (&node.shape.kind, arg) {
        (Kind::Text { text: Text::Reference(family), .. }, Arg::Name { symbol, .. }) => {
            if let Some(family) = api.family(family) {
                visit(family.index, symbol);
            }
        }
        (Kind::List { .. }, Arg::List(items)) => {
            for (item, node) in items.iter_mut().zip(node.children.iter().cycle()) {
                visit_references(api, node, item, visit);
            }
        }
        (Kind::Structure { .. } | Kind::Union { .. }, Arg::Object(members)) => {
            for child in &node.children {
                if let Some(member) = members.get_mut(child.name) {
                    visit_references(api, child, member, visit);
                }
            }
        }
        _ => {}
    }
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

/// The trace with steps numbered from 1, each resource named after its family, what was never made
/// called absent, and tokens told apart by numbers.
pub fn canonical(api: &Api, trace: &Trace) -> Trace {
    let mut renamed = trace.clone();
    let mut names = BTreeMap::new();
    names.extend(absent(api, trace).map(|symbol| (symbol, ABSENT.to_owned())));
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for step in &trace.steps {
        for (family, symbol) in names_of(api, step) {
            // A name of unusual characters may be what it is all about.
            let plain = symbol.chars().all(|c| c.is_ascii_alphanumeric());
            if names.contains_key(symbol) || !plain {
                continue;
            }
            let word = api.families[family].table.id.rsplit('-').next().unwrap_or("name");
            names.insert(symbol.to_owned(), numbered(word, counts.entry(word).or_default()));
        }
    }
    rename(&mut renamed, &names);
    rename_tokens(&mut renamed);
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

/// A word, with a number behind it from the second time on.
fn numbered(word: &str, count: &mut u32) -> String {
    *count += 1;
    if *count == 1 { word.to_owned() } else { format!("{word}{count}") }
}

/// The families and symbols that the names of a step stand for, the outermost first.
fn names_of<'s>(api: &Api, step: &'s Step) -> Vec<(usize, &'s str)> {
    let Some(operation) = api.operation(&step.operation) else { return Vec::new() };
    let mut names: Vec<(usize, &str)> = operation
        .table
        .names()
        .filter_map(|input| match (input.role, step.args.get(input.name)) {
            (Role::Name(depth), Some(Arg::Name { symbol, .. })) => Some((depth, symbol.as_str())),
            _ => None,
        })
        .collect();
    names.sort_unstable();
    let lineage = &api.families[operation.family].lineage;
    names.into_iter().filter_map(|(depth, name)| Some((*lineage.get(depth)?, name))).collect()
}

/// The first symbol of something that is never made though all that it lives in is.
fn absent(api: &Api, trace: &Trace) -> Option<String> {
    let action =
        |step: &Step| api.operation(&step.operation).map(|operation| operation.table.action);
    let is_create = |step: &&Step| action(step) == Some(Action::Create);
    let made: BTreeSet<String> =
        trace.steps.iter().filter(is_create).filter_map(|step| own_symbol(api, step)).collect();
    trace.steps.iter().find_map(|step| {
        let mut names = names_of(api, step).into_iter().map(|(_, symbol)| symbol);
        let missing = names.find(|symbol| !made.contains(*symbol))?;
        missing.chars().all(|c| c.is_ascii_alphanumeric()).then(|| missing.to_owned())
    })
}

/// Gives tokens symbols in the order of their first use.
fn rename_tokens(trace: &mut Trace) {
    let mut symbols: BTreeMap<String, String> = BTreeMap::new();
    let mut count = 0;
    for step in &mut trace.steps {
        for arg in step.args.values_mut() {
            arg.visit_mut(&mut |arg| {
                if let Arg::Token { symbol, .. } = arg {
                    let new = symbols.entry(symbol.clone());
                    *symbol = new.or_insert_with(|| numbered("t", &mut count)).clone();
                }
            });
        }
    }
}
