//! Random traces that prefer rarely visited situations.
//!
//! The main function is [`trace`]. Each step is the best of a few random candidates: the one whose
//! situation was visited least often so far.

use std::collections::HashMap;

use appmesh_model::api::Api;
use appmesh_model::operation::{Action, Role};
use appmesh_model::situation::Situation;
use appmesh_model::world::Key;
use proptest::strategy::{Strategy, ValueTree};
use serde_json::{Value, json};

use super::trace_builder::{Args, Detail, TraceBuilder};
use super::value::{self, ABSENT, EditKind};
use crate::isolation::is_root_list;
use crate::random::Random;
use crate::trace::{Arg, Garbage, Trace};

/// How many random steps are compared for each one taken.
const CANDIDATES: usize = 4;
/// How many steps a trace has.
const STEPS: usize = 40;

/// How often situations were visited: by what all share, and beside it.
#[derive(Clone, Debug, Default)]
pub struct Visits {
    shared: Option<&'static Self>,
    own: HashMap<Situation, u64>,
}

impl Visits {
    /// Those visits, and others to come.
    pub fn beside(shared: &'static Self) -> Self {
        Self { shared: Some(shared), own: HashMap::new() }
    }

    /// Takes in one more visit.
    pub fn add(&mut self, situation: Situation) {
        *self.own.entry(situation).or_default() += 1;
    }

    /// How often this one was visited.
    pub fn of(&self, situation: &Situation) -> u64 {
        let own = self.own.get(situation).copied().unwrap_or(0);
        own + self.shared.map_or(0, |shared| shared.of(situation))
    }
}

/// A random trace; `visits` tells how often each situation was visited so far. It never lists root
/// resources, so that it need not run alone.
pub fn trace(api: &'static Api, random: &mut Random, visits: &Visits) -> Trace {
    let mut builder = TraceBuilder::new(api);
    let deepest = api
        .families
        .iter()
        .map(|family| family.index)
        .max_by_key(|&family| api.families[family].lineage.len());
    if let Some(family) = deepest {
        builder.prepare(family);
    }
    let mut pages = Vec::new();
    while builder.len() < STEPS {
        let candidates: Vec<Candidate> =
            (0..CANDIDATES).map(|_| candidate(&mut builder, random, &pages)).collect();
        let rarest =
            candidates.into_iter().min_by_key(|candidate| rarity(&builder, candidate, visits));
        let Some(chosen) = rarest else { break };
        let id = match chosen.garbage {
            Some(garbage) => builder.garbage(chosen.operation, chosen.args.clone(), garbage),
            None => builder.call(chosen.operation, chosen.args.clone()),
        };
        if api.operations[chosen.operation].table.action == Action::List {
            pages.push((id, chosen.operation, chosen.args));
        }
    }
    builder.finish()
}

struct Candidate {
    operation: usize,
    args: Args,
    garbage: Option<Garbage>,
}

/// How often the situation of a candidate was visited.
fn rarity(builder: &TraceBuilder, candidate: &Candidate, visits: &Visits) -> u64 {
    match builder.situation(candidate.operation, &candidate.args) {
        Some(situation) => visits.of(&situation),
        None => u64::MAX,
    }
}

/// A random call.
fn candidate(
    builder: &mut TraceBuilder,
    random: &mut Random,
    pages: &[(u32, usize, Args)],
) -> Candidate {
    let api = builder.api();
    if !pages.is_empty()
        && random.percent(12)
        && let Some((id, operation, args)) = random.pick(pages)
    {
        let mut args = args.clone();
        if let Some((input, _)) = api.operations[*operation].input(Role::PageToken) {
            args.insert(input.name.to_owned(), Arg::PageAfter(*id));
        }
        return Candidate { operation: *operation, args, garbage: None };
    }
    let apart: Vec<usize> =
        api.operations.iter().filter(|it| !is_root_list(api, it)).map(|it| it.index).collect();
    let operation = random.pick(&apart).copied().unwrap_or(0);
    let compiled = &api.operations[operation];
    let names = random_names(builder, random, operation);
    let detail = if random.percent(50) { Detail::Full } else { Detail::Least };
    let mut args = builder.valid(operation, &names, detail);
    for (input, node) in &compiled.inputs {
        match input.role {
            Role::Spec if random.percent(60) => {
                let drawn = value::strategy(node, &|family| builder.existing(family, &names))
                    .new_tree(&mut random.runner());
                if let Ok(tree) = drawn {
                    args.insert(input.name.to_owned(), tree.current());
                }
            }
            Role::ClientToken if random.percent(20) => {
                let symbol = format!("t{}", random.below(3));
                args.insert(input.name.to_owned(), Arg::Token { symbol, length: None });
            }
            Role::Limit if random.percent(70) => {
                let limits = [1, 2, 3, 5, 100];
                let limit = random.pick(&limits).copied().unwrap_or(1);
                args.insert(input.name.to_owned(), Arg::Plain(json!(limit)));
            }
            Role::Owner if random.percent(10) => {
                args.insert(input.name.to_owned(), Arg::Owner);
            }
            Role::Tags if random.percent(10) => {
                let tags = value::full(node, &|_| None);
                args.insert(input.name.to_owned(), tags);
            }
            _ => {}
        }
    }
    if random.percent(10) {
        break_something(random, builder, operation, &mut args, &names);
    }
    let garbage = if random.percent(1) { random.pick(&Garbage::ALL).copied() } else { None };
    Candidate { operation, args, garbage }
}

/// Puts one member past its bounds, or makes it invalid in another way.
fn break_something(
    random: &mut Random,
    builder: &TraceBuilder,
    operation: usize,
    args: &mut Args,
    names: &[String],
) {
    let compiled = &builder.api().operations[operation];
    let Some((input, node)) = random.pick(&compiled.inputs) else { return };
    if matches!(input.role, Role::Name(_)) {
        return;
    }
    let edits = value::edits(node);
    let mut argument = args
        .get(input.name)
        .cloned()
        .unwrap_or_else(|| value::full(node, &|family| builder.existing(family, names)));
    let Some(mut edit) = random.pick(&edits).cloned() else { return };
    if random.percent(15) {
        edit.kind = EditKind::Set(Arg::Plain(Value::Null));
    }
    if value::apply(&edit, &mut argument) {
        args.insert(input.name.to_owned(), argument);
    }
}

/// The names for a call: mostly of an existing resource, sometimes of a new, deleted or absent one.
fn random_names(builder: &mut TraceBuilder, random: &mut Random, operation: usize) -> Vec<String> {
    let api = builder.api();
    let compiled = &api.operations[operation];
    let family = compiled.family;
    let depth = api.families[family].lineage.len();
    let alike: Vec<Vec<String>> = builder
        .world()
        .resources()
        .filter(|(key, _)| key.family == family)
        .map(|(key, _)| key.names().map(str::to_owned).collect())
        .collect();
    let mut names = match random.pick(&alike) {
        Some(names)
            if random.percent(if compiled.table.action == Action::Create { 20 } else { 80 }) =>
        {
            names.clone()
        }
        _ => {
            let parents = random_parents(builder, random, family);
            let pool = ["a", "b", "c", "d"];
            let name = random.pick(&pool).copied().unwrap_or("a");
            parents.into_iter().chain([name.to_owned()]).collect()
        }
    };
    if random.percent(4) {
        let index = random.below(depth);
        if let Some(name) = names.get_mut(index) {
            *name = ABSENT.to_owned();
        }
    }
    if compiled.table.action == Action::List {
        names.pop();
    }
    names
}

fn random_parents(builder: &TraceBuilder, random: &mut Random, family: usize) -> Vec<String> {
    let lineage = &builder.api().families[family].lineage;
    let Some(&parent) = lineage.iter().rev().nth(1) else { return Vec::new() };
    let parents: Vec<&Key> = builder
        .world()
        .resources()
        .filter(|(key, _)| key.family == parent)
        .map(|(key, _)| key)
        .collect();
    match random.pick(&parents) {
        Some(key) => key.names().map(str::to_owned).collect(),
        None => vec!["a".to_owned(); lineage.len() - 1],
    }
}
