//! Shrinking: from a trace that shows a divergence to the shortest and simplest that still does.
//!
//! The main function is [`shrink`]. A candidate counts only if it shows the same signature again.
//! Passes run until none makes progress: cut the tail, keep only what the last call needs, take
//! out halves, then single steps; then simplify what is left. It must not know what the calls mean
//! beyond what the model's tables say of their members.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use appmesh_model::api::Api;
use appmesh_model::operation::{Location, Role, Verb};

use crate::execute::{Divergence, Execution, Runner, Signature, Stop};
use crate::generate::value::{self, ABSENT, Edit, EditKind};
use crate::trace::{Arg, Step, Trace};

mod plan;

use plan::Situation;

/// What shrinking came to.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The shortest trace that shows the divergence.
    pub trace: Trace,
    /// How it went when it was run last.
    pub execution: Execution,
    /// Steps before.
    pub from_steps: usize,
    /// Calls that shrinking took, cleaning up included.
    pub calls: u64,
    /// The divergence was seen again after the first time, on a fresh run of the result.
    pub reproduced: bool,
}

impl Shrunk {
    /// A trace as it was first seen, up to the step that diverged.
    pub fn untouched(trace: &Trace, execution: &Execution, index: usize) -> Self {
        let mut trace = trace.clone();
        trace.steps.truncate(index + 1);
        let mut execution = execution.clone();
        execution.played.truncate(index + 1);
        Self { trace, execution, from_steps: index + 1, calls: 0, reproduced: false }
    }
}

/// What candidates showed, kept for all shrinkings of a campaign: many divergences sit in one
/// answer, and their candidates are the same traces.
#[derive(Debug, Default)]
pub struct Memory {
    shown: HashMap<String, Shown>,
}

/// What one candidate showed.
#[derive(Clone, Debug)]
struct Shown {
    signatures: BTreeSet<Signature>,
    /// The ids of the steps that were sent.
    sent: BTreeSet<u32>,
    /// How many calls before the last went otherwise than the model expects.
    strays: usize,
    /// It was run to its last step.
    complete: bool,
}

/// One shrinking under way.
struct Shrinking<'r> {
    runner: &'r Runner,
    memory: &'r mut Memory,
    signature: &'r Signature,
    best: Trace,
    /// What the model expects of the call that diverges.
    wanted: Option<Situation>,
    /// How many calls before the one that diverges went otherwise than the model expects, so that
    /// it cannot tell what state the target is in. A simpler trace may not have more.
    strays: usize,
    calls: u64,
    budget: u64,
}

/// Shrinks a trace that showed `signature` at step `index`; none if it does not show it again.
pub async fn shrink(
    runner: &Runner,
    memory: &mut Memory,
    trace: &Trace,
    index: usize,
    signature: &Signature,
) -> Option<Shrunk> {
    let api = runner.api();
    let mut steps = trace.steps.clone();
    steps.truncate(index + 1);
    let cut = Trace { version: trace.version, steps };
    // A trace of n steps takes some n candidates of 2n calls to take apart.
    let length = cut.steps.len() as u64;
    let budget = 1_000 + 3 * length * length;
    let mut shrinking = Shrinking {
        runner,
        memory,
        signature,
        best: cut.clone(),
        wanted: None,
        strays: usize::MAX,
        calls: 0,
        budget,
    };
    shrinking.wanted = plan::last_situation(api, &cut);
    let mut shown = false;
    for needs in [Needs::Nothing, Needs::Ancestors, Needs::Creates, Needs::History] {
        let needed = only_needed(api, &cut, needs);
        if shown || !shrinking.may_show(&needed) {
            continue;
        }
        let planned = plan::simplest(api, &needed, signature.rule);
        shown = shrinking.accepts(&planned).await || shrinking.accepts(&needed).await;
    }
    shown = shown || shrinking.accepts(&cut).await;
    if !shown {
        return None;
    }
    loop {
        let before = shrinking.best.clone();
        shrinking.drop_steps().await;
        shrinking.simplify_arguments().await;
        shrinking.merge_names().await;
        if shrinking.best == before || shrinking.is_spent() {
            break;
        }
    }
    // Once more on a fresh run, and with patience for targets whose reads lag behind.
    let family = api.operation(&signature.operation).map(|operation| operation.family);
    let settle_ms = family.map_or(0, |family| api.families[family].table.settle_ms);
    let stop = Stop { at: Some(signature.clone()), settle_ms };
    let confirmed = runner.execute(&shrinking.best, &stop).await;
    shrinking.calls += confirmed.calls + confirmed.cleanup_calls;
    Some(Shrunk {
        reproduced: shows(&confirmed, signature),
        execution: confirmed,
        trace: shrinking.best,
        from_steps: index + 1,
        calls: shrinking.calls,
    })
}

fn shows(execution: &Execution, signature: &Signature) -> bool {
    execution.divergences.iter().any(|divergence| divergence.signature == *signature)
}

impl Shrinking<'_> {
    fn is_spent(&self) -> bool {
        self.calls >= self.budget || self.runner.is_interrupted()
    }

    /// Whether the model lets a candidate show the divergence at all: its last call must be in the
    /// same situation, as far as the model can tell.
    fn may_show(&self, candidate: &Trace) -> bool {
        let Some(wanted) =
            self.wanted.as_ref().filter(|_| self.strays == 0 || self.strays == usize::MAX)
        else {
            return true;
        };
        let reached = plan::last_situation(self.runner.api(), candidate);
        reached.is_none_or(|reached| reached.stands_for(wanted, self.signature.rule))
    }

    /// Keeps a candidate if it shows the divergence.
    async fn accepts(&mut self, candidate: &Trace) -> bool {
        if self.is_spent() || !self.may_show(candidate) {
            return false;
        }
        let mut candidate = canonical(self.runner.api(), candidate);
        let key = candidate.to_json().to_string();
        let known = self.memory.shown.get(&key);
        let known =
            known.filter(|known| known.complete || known.signatures.contains(self.signature));
        let shown = match known {
            Some(known) => known.clone(),
            None => self.run(&candidate).await,
        };
        let accepted = shown.signatures.contains(self.signature) && shown.strays <= self.strays;
        if accepted {
            // What came behind the divergence, and what could not be sent, was not needed.
            candidate.steps.retain(|step| shown.sent.contains(&step.id));
            self.best = canonical(self.runner.api(), &candidate);
            self.strays = shown.strays;
        }
        self.memory.shown.insert(key, shown);
        accepted
    }

    async fn run(&mut self, candidate: &Trace) -> Shown {
        let stop = Stop { at: Some(self.signature.clone()), settle_ms: 0 };
        let execution = self.runner.execute(candidate, &stop).await;
        self.calls += execution.calls + execution.cleanup_calls;
        let last = execution.played.len().saturating_sub(1);
        let strayed = |divergence: &&Divergence| {
            divergence.step < last && divergence.signature.at.starts_with("answer")
        };
        let strays = execution.divergences.iter().filter(strayed).count();
        let sent = execution.played.iter().filter(|played| !played.method.is_empty());
        Shown {
            sent: sent.map(|played| played.id).collect(),
            strays: strays + usize::try_from(execution.lost).unwrap_or(usize::MAX),
            complete: execution.played.len() == candidate.steps.len() && execution.ended.is_none(),
            signatures: execution
                .divergences
                .into_iter()
                .map(|divergence| divergence.signature)
                .collect(),
        }
    }

    /// Takes out runs of steps, long ones first; the last step stays.
    async fn drop_steps(&mut self) {
        let mut size = (self.best.steps.len() / 2).max(1);
        loop {
            let mut end = self.best.steps.len().saturating_sub(1);
            while end > 0 {
                let start = end.saturating_sub(size);
                let mut candidate = self.best.clone();
                // The time that the steps took may be all that was needed of them.
                let waited = candidate.steps.drain(start..end).map(|step| step.pause_ms).max();
                if let Some(next) = candidate.steps.get_mut(start) {
                    next.pause_ms = next.pause_ms.max(waited.unwrap_or(0));
                }
                self.accepts(&candidate).await;
                end = start.min(self.best.steps.len().saturating_sub(1));
                if self.is_spent() {
                    return;
                }
            }
            if size == 1 {
                return;
            }
            size /= 2;
        }
    }

    /// Takes out members that may be left out and puts the simplest value in place of others.
    async fn simplify_arguments(&mut self) {
        let mut index = self.best.steps.len();
        while index > 0 {
            index -= 1;
            let Some(step) = self.best.steps.get(index).cloned() else { continue };
            for simpler in simpler_steps(self.runner.api(), &step) {
                // The step may have become simpler meanwhile: apply the change to what is there.
                let Some(current) = self.best.steps.get(index).cloned() else { break };
                let Some(simpler) = simpler(&current) else { continue };
                if simpler == current {
                    continue;
                }
                let mut candidate = self.best.clone();
                candidate.steps[index] = simpler.clone();
                if self.accepts(&candidate).await {
                    continue;
                }
                // Calls that must be alike can only become simpler together.
                let mut together = self.best.clone();
                for step in &mut together.steps {
                    if step.operation == current.operation && step.args == current.args {
                        step.args.clone_from(&simpler.args);
                    }
                }
                if together != candidate {
                    self.accepts(&together).await;
                }
            }
            if self.is_spent() {
                return;
            }
        }
    }

    /// Gives two names one symbol, where the divergence does not need them apart.
    async fn merge_names(&mut self) {
        let mut symbols: Vec<String> = Vec::new();
        for step in &self.best.steps {
            for symbol in step.symbols() {
                // What does not exist must not be given the name of something that does.
                if symbol != ABSENT && !symbols.contains(&symbol) {
                    symbols.push(symbol);
                }
            }
        }
        for later in (1..symbols.len()).rev() {
            for earlier in 0..later {
                let mut candidate = self.best.clone();
                let table = BTreeMap::from([(symbols[later].clone(), symbols[earlier].clone())]);
                rename(&mut candidate, &table);
                // Names of different families never meet; putting them together makes nothing
                // simpler to read.
                if kinds_mix(self.runner.api(), &self.best, &symbols[later], &symbols[earlier]) {
                    continue;
                }
                if candidate != self.best && self.accepts(&candidate).await {
                    break;
                }
            }
            if self.is_spent() {
                return;
            }
        }
    }
}

/// How much of a trace its last step may need.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Nothing at all.
    Nothing,
    /// The creates of what it lives in or refers to, but not of what it is about.
    Ancestors,
    /// The creates of all that it names.
    Creates,
    /// Everything that was done to what it names.
    History,
}

/// The last step and, of the steps before it, what it may need.
fn only_needed(api: &Api, trace: &Trace, needs: Needs) -> Trace {
    let Some(last) = trace.steps.last() else { return trace.clone() };
    let mut symbols: BTreeSet<String> = last.symbols().into_iter().collect();
    if needs == Needs::Ancestors
        && let Some(own) = own_symbol(api, last)
    {
        symbols.remove(&own);
    }
    if needs == Needs::Nothing {
        symbols.clear();
    }
    let mut kept: BTreeSet<u32> = BTreeSet::from([last.id]);
    let mut pages: BTreeSet<u32> = last.refers_to().into_iter().collect();
    for step in trace.steps.iter().rev().skip(1) {
        let verb = api.operation(&step.operation).map(|operation| operation.table.verb);
        let about = own_symbol(api, step).is_some_and(|symbol| symbols.contains(&symbol));
        let changes = match needs {
            Needs::History => matches!(verb, Some(Verb::Create | Verb::Update | Verb::Delete)),
            Needs::Nothing | Needs::Ancestors | Needs::Creates => verb == Some(Verb::Create),
        };
        if (about && changes && step.garbage.is_none()) || pages.contains(&step.id) {
            kept.insert(step.id);
            symbols.extend(step.symbols());
            pages.extend(step.refers_to());
        }
    }
    let steps = trace.steps.iter().filter(|step| kept.contains(&step.id)).cloned().collect();
    Trace { version: trace.version, steps }
}

/// The symbol of the resource that a step is about: its innermost name.
fn own_symbol(api: &Api, step: &Step) -> Option<String> {
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

type Simpler = Box<dyn Fn(&Step) -> Option<Step>>;

/// Ways to make a step simpler, each to be tried on the step as it then is.
fn simpler_steps(api: &'static Api, step: &Step) -> Vec<Simpler> {
    let mut ways: Vec<Simpler> = Vec::new();
    ways.push(Box::new(|step| Some(Step { pause_ms: 0, ..step.clone() })));
    let Some(operation) = api.operation(&step.operation) else { return ways };
    for (input, node) in &operation.inputs {
        let name = input.name;
        if !step.args.contains_key(name) {
            continue;
        }
        if !input.required || input.location == Location::Body {
            ways.push(Box::new(move |step| {
                let mut simpler = step.clone();
                simpler.args.remove(name)?;
                Some(simpler)
            }));
        }
        let optional = value::optional_paths(node);
        // The outermost first: one success saves many.
        for path in optional.into_iter().rev() {
            let edit = Edit { path, kind: EditKind::Drop };
            ways.push(Box::new(move |step| {
                let mut simpler = step.clone();
                value::apply(&edit, simpler.args.get_mut(name)?).then_some(simpler)
            }));
        }
        if let Some(Arg::Name { .. } | Arg::Token { .. }) = step.args.get(name) {
            ways.push(Box::new(move |step| {
                let mut simpler = step.clone();
                if let Arg::Name { length, .. } | Arg::Token { length, .. } =
                    simpler.args.get_mut(name)?
                {
                    *length = None;
                }
                Some(simpler)
            }));
        }
        for edit in plain_values(node, &mut Vec::new()) {
            ways.push(Box::new(move |step| {
                let mut simpler = step.clone();
                let whole = simpler.args.get_mut(name)?;
                let is_there = peek(whole, &edit.path).is_some();
                (is_there && value::apply(&edit, whole)).then_some(simpler)
            }));
        }
    }
    ways
}

/// The argument at a path, if it is there.
fn peek<'a>(arg: &'a Arg, path: &[value::Segment]) -> Option<&'a Arg> {
    path.iter().try_fold(arg, |arg, segment| match (segment, arg) {
        (value::Segment::Member(name), Arg::Object(members)) => members.get(*name),
        (value::Segment::Item, Arg::List(items)) => items.first(),
        _ => None,
    })
}

/// Edits that put the simplest valid value at every place of a schema, and make lists short.
fn plain_values(node: &appmesh_model::schema::Node, path: &mut Vec<value::Segment>) -> Vec<Edit> {
    use appmesh_model::shape::{Kind, Text};
    let mut edits = Vec::new();
    let simplest = value::full(node, &|_| None);
    match &node.shape.kind {
        Kind::List { .. } => {
            for length in [0, 1] {
                edits.push(Edit { path: path.clone(), kind: EditKind::Resize(length) });
            }
        }
        Kind::Text {
            text: Text::Reference(_) | Text::Name | Text::Account | Text::Token, ..
        }
        | Kind::Structure { .. } => {}
        _ => edits.push(Edit { path: path.clone(), kind: EditKind::Set(simplest) }),
    }
    let is_list = matches!(node.shape.kind, Kind::List { .. });
    for child in &node.children {
        path.push(if is_list { value::Segment::Item } else { value::Segment::Member(child.name) });
        edits.extend(plain_values(child, path));
        path.pop();
    }
    edits
}

/// Whether two symbols name resources of different families.
fn kinds_mix(api: &Api, trace: &Trace, one: &str, other: &str) -> bool {
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

fn rename(trace: &mut Trace, table: &BTreeMap<String, String>) {
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
            if names.contains_key(symbol) || symbol == ABSENT || !plain {
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
