//! Shrinking: from a trace that shows a divergence to the shortest and simplest that still does.
//!
//! The main function is [`shrink`]. First the model works out what should be enough; only where that
//! does not show the same signature again is the trace taken apart step by step. Passes run until
//! none makes progress. It must not know what the calls mean beyond what the model's tables say of
//! their members.

use std::collections::BTreeSet;
use std::iter;

use appmesh_model::api::Api;
use appmesh_model::operation::Action;

use crate::execute::{Execution, Runner, Signature, Stop};
use crate::trace::{Garbage, Step, Trace};

mod candidates;
mod interchangeable;
mod naming;
mod order;
mod passes;
mod plan;
mod rewrites;
mod simpler;

pub use candidates::Memory;
pub use naming::canonical;

use candidates::Shrinking;
use naming::own_symbol;
use plan::Aim;

/// How often a divergence that did not show again is tried before it is called flaky.
const FLAKY_TRIES: u32 = 5;

/// So many calls may be spent on shrinking any trace.
const LEAST_BUDGET: u64 = 1_000;
/// And so many more for each of its steps: a run of it takes two, one to clean up.
const CALLS_PER_STEP: u64 = 30;

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
    /// Whether the result shows it on a new server, too, where nothing was done before; none if that
    /// was not tried.
    pub on_new_server: Option<bool>,
}

impl Shrunk {
    /// A trace as it was first seen, up to the step that diverged.
    pub fn untouched(trace: &Trace, execution: &Execution, index: usize) -> Self {
        let mut trace = trace.clone();
        trace.steps.truncate(index + 1);
        let mut execution = execution.clone();
        execution.played.truncate(index + 1);
        Self {
            trace,
            execution,
            from_steps: index + 1,
            calls: 0,
            reproduced: false,
            on_new_server: None,
        }
    }
}

/// A divergence that does not show each time: how often it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsteady {
    /// Times that it showed again.
    pub shown: u32,
    /// Times that the very same trace was run.
    pub tries: u32,
}

/// Shrinks a trace that showed `signature` at step `index`.
///
/// # Errors
/// How often it showed, if it does not each time.
pub async fn shrink(
    runner: &Runner,
    memory: &mut Memory,
    trace: &Trace,
    index: usize,
    signature: &Signature,
) -> Result<Shrunk, Unsteady> {
    let mut steps = trace.steps.clone();
    steps.truncate(index + 1);
    let cut = Trace { version: trace.version, steps };
    let stop = patience(runner.api(), signature);
    let Some((shortest, mut calls)) = shortest(runner, memory, &cut, signature).await else {
        return Err(unsteady(runner, &cut, signature).await);
    };
    // Once more on a fresh run, and with patience for targets whose reads lag behind.
    let confirmed = runner.execute(&shortest, &stop).await;
    calls += confirmed.calls + confirmed.cleanup_calls;
    let reproduced = shows(&confirmed, signature);
    if !reproduced && !runner.is_interrupted() {
        return Err(unsteady(runner, &cut, signature).await);
    }
    let shrunk = Shrunk {
        trace: shortest,
        execution: confirmed,
        from_steps: index + 1,
        calls,
        reproduced,
        on_new_server: None,
    };
    Ok(match runner.on_new_servers() {
        Some(runner) if reproduced => anew(&runner, &cut, shrunk, signature).await,
        _ => shrunk,
    })
}

/// Makes sure that a result does not build on what was done to the server before: if it shows
/// nothing on new ones, the trace is shrunk once more there.
async fn anew(runner: &Runner, cut: &Trace, shrunk: Shrunk, signature: &Signature) -> Shrunk {
    let stop = patience(runner.api(), signature);
    let again = runner.execute(&shrunk.trace, &stop).await;
    let mut shrunk = shrunk;
    shrunk.calls += again.calls + again.cleanup_calls;
    shrunk.on_new_server = Some(shows(&again, signature)).filter(|_| !runner.is_over());
    // What candidates showed elsewhere need not be so here.
    let mut memory = Memory::default();
    if shrunk.on_new_server == Some(false)
        && let Some((trace, calls)) = shortest(runner, &mut memory, cut, signature).await
    {
        let execution = runner.execute(&trace, &stop).await;
        shrunk.calls += calls + execution.calls + execution.cleanup_calls;
        if shows(&execution, signature) {
            return Shrunk { trace, execution, on_new_server: Some(true), ..shrunk };
        }
    }
    shrunk
}

/// The shortest trace that shows what `cut` has shown at its last step, and how many calls that took;
/// none if it does not show again.
async fn shortest(
    runner: &Runner,
    memory: &mut Memory,
    cut: &Trace,
    signature: &Signature,
) -> Option<(Trace, u64)> {
    let api = runner.api();
    let mut shrinking = Shrinking {
        runner,
        memory,
        signature,
        best: cut.clone(),
        aim: Aim::of(api, cut, signature),
        strays: usize::MAX,
        calls: 0,
        budget: LEAST_BUDGET + CALLS_PER_STEP * cut.steps.len() as u64,
        took_ms: 0,
        fine_clock: false,
    };
    let aim = shrinking.aim.clone();
    // What a later page shows may show on the only page as well.
    let mut shown = None;
    if let Some((on_one_page, one_page)) = aim.on_one_page(api, cut) {
        shrinking.aim = on_one_page;
        shown = shrinking.first(iter::once(one_page)).await;
    }
    if shown.is_none() {
        shrinking.aim = aim.clone();
        shown = shrinking.first(plans(api, aim, cut)).await;
    }
    shown?;
    shrinking.run_passes().await;
    Some((shrinking.best, shrinking.calls))
}

/// Runs a trace again and again to see how often it shows a divergence.
async fn unsteady(runner: &Runner, trace: &Trace, signature: &Signature) -> Unsteady {
    let stop = patience(runner.api(), signature);
    let mut unsteady = Unsteady { shown: 0, tries: 0 };
    while unsteady.tries < FLAKY_TRIES && !runner.is_over() {
        let execution = runner.execute(trace, &stop).await;
        unsteady.tries += 1;
        unsteady.shown += u32::from(shows(&execution, signature));
    }
    unsteady
}

fn patience(api: &Api, signature: &Signature) -> Stop {
    let family = api.operation(&signature.operation).map(|operation| operation.family);
    let settle_ms = family.map_or(0, |family| api.families[family].table.settle_ms);
    Stop { at: Some(signature.clone()), settle_ms, ..Stop::default() }
}

fn shows(execution: &Execution, signature: &Signature) -> bool {
    execution.divergences.iter().any(|divergence| divergence.signature == *signature)
}

/// What to try first, from what the model says is enough to the whole trace; each worked out only
/// when its turn comes.
fn plans<'t>(api: &'static Api, aim: Aim, cut: &'t Trace) -> impl Iterator<Item = Trace> + 't {
    let shortest = aim.shortest(api, cut);
    let garbage = cut.steps.last().filter(|_| aim.is_any_refusal()).map(|last| {
        // Whatever is refused will do, and a body that is none is refused anywhere.
        let alone = Step { garbage: Some(Garbage::Empty), ..last.clone() };
        aim.simplest(api, &Trace { version: cut.version, steps: vec![alone] })
    });
    let simple = aim.simplest(api, &shortest);
    let needed = [Needs::Creates, Needs::History].into_iter().flat_map(move |needs| {
        let needed = only_needed(api, cut, needs);
        [aim.simplest(api, &needed), needed]
    });
    let first = [Some(simple), garbage, Some(shortest)].into_iter().flatten();
    first.chain(needed).chain([cut.clone()])
}

/// How much of a trace its last step may need.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// The creates of all that it names.
    Creates,
    /// Everything that was done to what it names.
    History,
}

/// The last step and, of the steps before it, what it may need.
fn only_needed(api: &Api, trace: &Trace, needs: Needs) -> Trace {
    let Some(last) = trace.steps.last() else { return trace.clone() };
    let mut symbols: BTreeSet<String> = last.symbols().into_iter().collect();
    let mut kept: BTreeSet<u32> = BTreeSet::from([last.id]);
    let mut pages: BTreeSet<u32> = last.refers_to().into_iter().collect();
    for step in trace.steps.iter().rev().skip(1) {
        let action = api.operation(&step.operation).map(|operation| operation.table.action);
        let about = own_symbol(api, step).is_some_and(|symbol| symbols.contains(&symbol));
        let changes = match needs {
            Needs::History => {
                matches!(action, Some(Action::Create | Action::Update | Action::Delete))
            }
            Needs::Creates => action == Some(Action::Create),
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
