//! Shrinking: from a trace that shows a finding to the shortest and simplest that still does.
//!
//! The main function is [`shrink`]. The model first predicts which traces should be enough (`goal`);
//! shrinking starts with the first of them that shows the finding on the target (`on_target`). From
//! there a [`Driver`] runs [passes](Pass), each of which proposes candidates. It accepts a candidate
//! only if it is smaller in [`TraceOrder`] and shows the finding, until no pass makes progress.
//! Nothing here knows what the calls mean beyond what the model's tables say of their members.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use appmesh_model::api::Api;
use appmesh_model::operation::Action;

use crate::execute::{Execution, Runner, Signature, Stop};
use crate::trace::{Garbage, Step, Trace};

mod argument_rewrite;
mod candidate;
mod driver;
mod goal;
mod interchangeable_steps;
mod naming;
mod on_target;
mod order;
mod pass;

pub use candidate::{Candidate, Cursor, Facts};
pub use driver::{Driver, Reproduce};
pub use naming::canonical;
pub use on_target::Memory;
pub use order::TraceOrder;
pub use pass::Pass;

use candidate::anew;
use goal::Goal;
use naming::{action, own_symbol};
use on_target::OnTarget;

/// How often a divergence that did not show again is tried before it is called flaky.
const FLAKY_TRIES: u32 = 5;

/// So many calls may be spent on shrinking any trace.
const LEAST_BUDGET: u64 = 1_000;
/// And so many more for each of its steps: a run of it takes two, one to clean up.
const CALLS_PER_STEP: u64 = 30;
/// So often a trace must show a finding about a point in time without a pause: once may be luck.
const TIMES_WITHOUT_PAUSE: u32 = 3;

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
    /// How often each pass made the trace smaller, by its name; passes that did not are left out.
    pub passes: BTreeMap<&'static str, u64>,
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
            passes: BTreeMap::new(),
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
    let mut cut = trace.clone();
    cut.steps.truncate(index + 1);
    let shrunk = match shrink_on(runner, memory, &cut, signature).await {
        Some(shrunk) if shrunk.reproduced || runner.is_interrupted() => shrunk,
        _ => return Err(unsteady(runner, &cut, signature).await),
    };
    Ok(match runner.on_new_servers() {
        Some(runner) if shrunk.reproduced => on_new_server(&runner, &cut, shrunk, signature).await,
        _ => shrunk,
    })
}

/// Makes sure that a result does not build on what was done to the server before: if it shows
/// nothing on new ones, the trace is shrunk once more there.
async fn on_new_server(
    runner: &Runner,
    cut: &Trace,
    mut shrunk: Shrunk,
    signature: &Signature,
) -> Shrunk {
    let again = runner.execute(&shrunk.trace, &patience(runner.api(), signature)).await;
    shrunk.calls += again.calls + again.cleanup_calls;
    shrunk.on_new_server = Some(again.shows(signature)).filter(|_| !runner.is_over());
    // What candidates showed elsewhere need not be so here.
    let mut memory = Memory::default();
    if shrunk.on_new_server == Some(false)
        && let Some(mut there) = shrink_on(runner, &mut memory, cut, signature).await
    {
        shrunk.calls += there.calls;
        if there.reproduced {
            (there.calls, there.on_new_server) = (shrunk.calls, Some(true));
            return there;
        }
    }
    shrunk
}

/// Shrinks a trace that showed `signature` at its last step; none if it does not show again.
async fn shrink_on(
    runner: &Runner,
    memory: &mut Memory,
    cut: &Trace,
    signature: &Signature,
) -> Option<Shrunk> {
    let Driver { reproduce, best: trace, passes } =
        smallest(runner, memory, cut, signature).await?;
    // Once more on a fresh run, and with patience for targets whose reads lag behind.
    let execution = runner.execute(&trace, &patience(runner.api(), signature)).await;
    Some(Shrunk {
        calls: reproduce.calls + execution.calls + execution.cleanup_calls,
        reproduced: execution.shows(signature),
        trace,
        execution,
        from_steps: cut.steps.len(),
        on_new_server: None,
        passes,
    })
}

/// The smallest trace that shows what the trace has shown at its last step.
async fn smallest<'r>(
    runner: &'r Runner,
    memory: &'r mut Memory,
    cut: &Trace,
    signature: &'r Signature,
) -> Option<Driver<OnTarget<'r>>> {
    let api = runner.api();
    let goal = Goal::of(api, cut, signature);
    let budget = LEAST_BUDGET + CALLS_PER_STEP * cut.steps.len() as u64;
    let starts = starts(api, &goal, cut).map(|start| canonical(api, &start));
    let mut on_target = OnTarget::new(runner, memory, signature, goal, budget);
    let mut start = on_target.first(anew(starts), 1).await?.trace;
    let about_time = pass::is_about_time(api, signature);
    let takes_time = runner.target().pauses_take_time();
    if about_time && takes_time {
        let slow = anew(iter::once(canonical(api, &pass::spread_out(&start))));
        start = on_target.first(slow, 1).await.map_or(start, |slow| slow.trace);
    }
    let mut facts = Facts { api, rule: signature.rule, pause_ms: pass::FULL_PAUSE_MS };
    let times = if takes_time { TIMES_WITHOUT_PAUSE } else { 1 };
    let [first, last] = Pass::stages(about_time, times);
    let mut driver = Driver::new(on_target, &facts, &start);
    driver.run(&facts, &first).await;
    if let Some(took_ms) = driver.reproduce.took_ms().filter(|_| takes_time) {
        // The calls that are waited for did not take any longer.
        facts.pause_ms = took_ms.clamp(pass::SHORT_PAUSE_MS, pass::FULL_PAUSE_MS);
    }
    driver.run(&facts, &last).await;
    Some(driver)
}

/// Runs a trace again and again to see how often it shows a divergence.
async fn unsteady(runner: &Runner, trace: &Trace, signature: &Signature) -> Unsteady {
    let stop = patience(runner.api(), signature);
    let mut unsteady = Unsteady { shown: 0, tries: 0 };
    while unsteady.tries < FLAKY_TRIES && !runner.is_over() {
        let execution = runner.execute(trace, &stop).await;
        unsteady.tries += 1;
        unsteady.shown += u32::from(execution.shows(signature));
    }
    unsteady
}

fn patience(api: &Api, signature: &Signature) -> Stop {
    let family = api.operation(&signature.operation).map(|operation| operation.family);
    let settle_ms = family.map_or(0, |family| api.families[family].table.settle_ms);
    Stop { at: Some(signature.clone()), settle_ms, ..Stop::default() }
}

/// The traces that shrinking may start with, from what the model says is enough to the whole trace.
fn starts<'t>(
    api: &'static Api,
    goal: &Goal,
    cut: &'t Trace,
) -> impl Iterator<Item = Trace> + use<'t> {
    // What a later page shows may show on the only page as well.
    let one_page = goal.on_one_page(api, cut);
    let shortest = goal.shortest(api, cut);
    let garbage = cut.steps.last().filter(|_| goal.is_any_refusal()).map(|last| {
        // Whatever is refused will do, and a body that is none is refused anywhere.
        let alone = Step { garbage: Some(Garbage::Empty), ..last.clone() };
        goal.simplest(api, &Trace { version: cut.version, steps: vec![alone] })
    });
    let simple = goal.simplest(api, &shortest);
    let goal = goal.clone();
    // The creates of all that the last step names, or everything that was done to it.
    let creates: &[Action] = &[Action::Create];
    let history: &[Action] = &[Action::Create, Action::Update, Action::Delete];
    let needed = [creates, history].into_iter().flat_map(move |actions| {
        let needed = only_needed(api, cut, actions);
        [goal.simplest(api, &needed), needed]
    });
    let first = [one_page, Some(simple), garbage, Some(shortest)].into_iter().flatten();
    first.chain(needed).chain([cut.clone()])
}

/// The last step and, of the steps before it, those of these actions on what it names.
fn only_needed(api: &Api, trace: &Trace, actions: &[Action]) -> Trace {
    let Some(last) = trace.steps.last() else { return trace.clone() };
    let mut symbols: BTreeSet<String> = last.symbols().into_iter().collect();
    let mut kept: BTreeSet<u32> = BTreeSet::from([last.id]);
    let mut pages: BTreeSet<u32> = last.refers_to().into_iter().collect();
    for step in trace.steps.iter().rev().skip(1) {
        let about = own_symbol(api, step).is_some_and(|symbol| symbols.contains(&symbol));
        let changes = action(api, step).is_some_and(|action| actions.contains(&action));
        if (about && changes && step.garbage.is_none()) || pages.contains(&step.id) {
            kept.insert(step.id);
            symbols.extend(step.symbols());
            pages.extend(step.refers_to());
        }
    }
    let steps = trace.steps.iter().filter(|step| kept.contains(&step.id)).cloned().collect();
    Trace { version: trace.version, steps }
}
