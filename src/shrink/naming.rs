//! Names: which resource goes by which symbol, and the symbols that a finished trace has.
//!
//! The main function is [`canonical`].

use std::collections::{BTreeMap, BTreeSet};

use appmesh_model::api::Api;
use appmesh_model::operation::{Action, Role};
use appmesh_model::shape::{Kind, Text};

use crate::generate::value::{self, ABSENT};
use crate::trace::{Arg, Step, Trace};

/// What a step does.
pub(super) fn action(api: &Api, step: &Step) -> Option<Action> {
    api.operation(&step.operation).map(|operation| operation.table.action)
}

/// The symbol of the resource that a step is about: its innermost name.
pub(super) fn own_symbol(api: &Api, step: &Step) -> Option<String> {
    match own_resource(api, step)?.1.pop()? {
        Arg::Name { symbol, .. } => Some(symbol.clone()),
        _ => None,
    }
}

/// The same for each step of a trace.
pub(super) fn own_symbols(api: &Api, trace: &Trace) -> Vec<Option<String>> {
    trace.steps.iter().map(|step| own_symbol(api, step)).collect()
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

/// The families of the resources that each symbol stands for, but for what never exists.
pub(super) fn families(api: &Api, trace: &Trace) -> BTreeMap<String, BTreeSet<usize>> {
    let mut families: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    visit_names(api, &mut trace.clone(), &mut |family, symbol| {
        if symbol != ABSENT {
            families.entry(symbol.clone()).or_default().insert(family);
        }
    });
    families
}

/// The trace with no symbol that stands for resources of several families.
pub(super) fn apart(api: &Api, trace: &Trace) -> Trace {
    let mut apart = trace.clone();
    let families = families(api, trace);
    visit_names(api, &mut apart, &mut |family, symbol| {
        if is_plain(symbol) && families.get(symbol).is_some_and(|all| all.len() > 1) {
            symbol.push_str(&format!("of{family}"));
        }
    });
    apart
}

/// A name of unusual characters may be what a finding is about; it keeps its symbol.
fn is_plain(symbol: &str) -> bool {
    symbol.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Visits the symbols of a trace, each with the family of the resource that it stands for.
fn visit_names(api: &Api, trace: &mut Trace, visit: &mut dyn FnMut(usize, &mut String)) {
    for step in &mut trace.steps {
        let Some(operation) = api.operation(&step.operation) else { continue };
        let lineage = &api.families[operation.family].lineage;
        for (input, node) in &operation.inputs {
            let Some(arg) = step.args.get_mut(input.name) else { continue };
            value::visit_mut(node, arg, &mut |node, arg| {
                let Arg::Name { symbol, .. } = arg else { return };
                let family = match (input.role, &node.shape.kind) {
                    (Role::Name(depth), _) => lineage.get(depth).copied(),
                    (_, Kind::Text { text: Text::Reference(family), .. }) => {
                        api.family(family).map(|family| family.index)
                    }
                    _ => None,
                };
                if let Some(family) = family {
                    visit(family, symbol);
                }
            });
        }
    }
}

/// Visits all arguments of a trace.
pub(super) fn visit_args(trace: &mut Trace, visit: &mut dyn FnMut(&mut Arg)) {
    for arg in trace.steps.iter_mut().flat_map(|step| step.args.values_mut()) {
        arg.visit_mut(visit);
    }
}

/// Gives names other symbols.
pub(super) fn rename(trace: &mut Trace, table: &BTreeMap<String, String>) {
    visit_args(trace, &mut |arg| {
        if let Arg::Name { symbol, .. } = arg
            && let Some(other) = table.get(symbol)
        {
            symbol.clone_from(other);
        }
    });
}

/// The trace with steps numbered from 1, each resource named after its family, what was never made
/// called absent, and tokens told apart by numbers.
pub fn canonical(api: &Api, trace: &Trace) -> Trace {
    let mut renamed = trace.clone();
    let mut names = BTreeMap::new();
    names.extend(absent(api, trace).map(|symbol| (symbol, ABSENT.to_owned())));
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for (family, symbol) in trace.steps.iter().flat_map(|step| names_of(api, step)) {
        if is_plain(symbol) && !names.contains_key(symbol) {
            let word = api.families[family].table.id.rsplit('-').next().unwrap_or("name");
            names.insert(symbol.to_owned(), numbered(word, counts.entry(word).or_default()));
        }
    }
    rename(&mut renamed, &names);
    let ids: BTreeMap<u32, u32> = trace.steps.iter().map(|step| step.id).zip(1..).collect();
    for step in &mut renamed.steps {
        step.id = ids.get(&step.id).copied().unwrap_or(step.id);
    }
    let mut tokens: BTreeMap<String, String> = BTreeMap::new();
    let mut count = 0;
    visit_args(&mut renamed, &mut |arg| match arg {
        Arg::PageAfter(page) => *page = ids.get(page).copied().unwrap_or(*page),
        Arg::Token { symbol, .. } => {
            let new = tokens.entry(symbol.clone());
            *symbol = new.or_insert_with(|| numbered("t", &mut count)).clone();
        }
        _ => {}
    });
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
    let lineage = &api.families[operation.family].lineage;
    let names = lineage.iter().enumerate().filter_map(|(depth, family)| {
        match step.args.get(operation.input(Role::Name(depth))?.0.name)? {
            Arg::Name { symbol, .. } => Some((*family, symbol.as_str())),
            _ => None,
        }
    });
    names.collect()
}

/// The first symbol of something that is never made though all that it lives in is.
fn absent(api: &Api, trace: &Trace) -> Option<String> {
    let creates = trace.steps.iter().filter(|step| action(api, step) == Some(Action::Create));
    let made: BTreeSet<String> = creates.filter_map(|step| own_symbol(api, step)).collect();
    trace.steps.iter().find_map(|step| {
        let mut names = names_of(api, step).into_iter().map(|(_, symbol)| symbol);
        let missing = names.find(|symbol| !made.contains(*symbol))?;
        is_plain(missing).then(|| missing.to_owned())
    })
}
