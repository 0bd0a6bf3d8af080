//! Search: the shortest trace that shows a fault of the reference server, by trying them all.
//!
//! The main function is [`shortest`]. Breadth first, every call of an `alphabet` is made in
//! every state that can be reached: what the server holds and what the judge believes of it. A state
//! that was reached before is not extended again. Shrinking is measured by the results.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::slice;
use std::sync::Arc;

use appmesh_model::api::Api;
use appmesh_model::belief::Belief;
use appmesh_model::observed::Observed;
use appmesh_model::operation::Role;
use appmesh_model::rule::RuleId;
use appmesh_model::world::Key;

use crate::bind::Binder;
use crate::execute::Signature;
use crate::reference::Reference;
use crate::target::Local;
use crate::trace::{Arg, Step, Trace};

mod alphabet;
mod invalid;
mod reduced_arguments;
mod state_key;

use super::fault::Fault;
use super::faulty_server::faulty;
use alphabet::{Letter, alphabet};
use state_key::StateKey;

/// The time that a call takes: more than two times may differ and still count as the same.
const TICK_MS: u64 = 10;

/// How far a search goes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most calls of a trace.
    pub depth: usize,
    /// The most states that are extended.
    pub states: usize,
    /// The number of creates of the family that may be made at once, and count as one call.
    pub crowd: usize,
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The shortest trace for each divergence on the rule.
    pub shortest: BTreeMap<Signature, Trace>,
    /// No trace of so many calls or fewer shows any other.
    pub depth: usize,
    /// The number of states that were extended.
    pub states: usize,
    /// The number of calls that were made.
    pub calls: u64,
}

/// The result of a search for any trace that shows a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Least {
    /// A trace of so many calls shows it, and none of fewer.
    Found(usize),
    /// No trace of so many calls or fewer shows it.
    MoreThan(usize),
}

/// Searches for the shortest trace that shows a fault by its own rule, wherever it does.
pub fn least(api: &'static Api, fault: &Fault, limits: Limits) -> Least {
    // Answers of any family may show a fault of the whole server.
    let families = fault.family.map_or(0..api.families.len(), |own| own..own + 1);
    let mut least = None;
    let mut depth = limits.depth;
    for family in families {
        let goals = BTreeSet::new();
        let found = shortest(api, fault, family, &goals, Limits { depth, ..limits });
        let calls = found.shortest.values().map(|trace| trace.steps.len()).min();
        match calls {
            Some(calls) => {
                least = Some(calls);
                depth = calls.saturating_sub(1);
            }
            None => depth = found.depth,
        }
    }
    match least {
        Some(calls) if depth + 1 >= calls => Least::Found(calls),
        _ => Least::MoreThan(depth),
    }
}

/// Searches for the shortest traces that show divergences on the fault's own rule at operations of
/// one family.
///
/// It ends when every one of `goals` was found; where there are none, with the first.
pub fn shortest(
    api: &'static Api,
    fault: &Fault,
    family: usize,
    goals: &BTreeSet<Signature>,
    limits: Limits,
) -> Found {
    let (letters, keys) = alphabet(api, fault, family, limits.crowd);
    let root = State {
        server: faulty(api, None, slice::from_ref(fault)),
        belief: Belief::new(api),
        binder: Binder::new(api, ""),
        // A time at the full second might be one of a clock that tells no more than seconds.
        now_ms: TICK_MS,
        steps: Vec::new(),
        pages: Vec::new(),
        used: 0,
    };
    let mut search =
        Search { api, rule: fault.rule, family, letters, keys, found: Found::default() };
    let mut seen = HashSet::new();
    let mut level = vec![root];
    for depth in 1..=limits.depth {
        for state in &level {
            search.look(state);
        }
        search.found.depth = depth;
        let done = match goals.is_empty() {
            true => !search.found.shortest.is_empty(),
            false => goals.iter().all(|goal| search.found.shortest.contains_key(goal)),
        };
        if done || depth == limits.depth {
            break;
        }
        let mut next = Vec::new();
        for state in level {
            search.extend(&state, &mut seen, &mut next);
            if search.found.states + next.len() > limits.states {
                return search.found;
            }
        }
        search.found.states += next.len();
        level = next;
    }
    search.found
}

struct Search {
    api: &'static Api,
    rule: RuleId,
    family: usize,
    letters: Vec<Letter>,
    keys: BTreeSet<Key>,
    found: Found,
}

/// A server and the judge's belief about it, with the calls that led there.
struct State {
    server: Reference,
    belief: Belief,
    binder: Binder,
    now_ms: u64,
    steps: Vec<Arc<Step>>,
    /// The lists that were read: the index of the letter, and the id of the step.
    pages: Vec<(usize, u32)>,
    used: u64,
}

impl Search {
    /// Makes every call of the family in a state, to see which divergences it shows.
    fn look(&mut self, state: &State) {
        for (step, letter) in self.steps(state) {
            if self.letters[letter].family == self.family {
                self.take(state, step, letter);
            }
        }
    }

    /// Makes every call in a state and keeps the new states that follow.
    fn extend(&mut self, state: &State, seen: &mut HashSet<u64>, next: &mut Vec<State>) {
        for (step, letter) in self.steps(state) {
            let Some(reached) = self.take(state, step, letter) else { continue };
            if seen.insert(self.key(&reached)) {
                next.push(reached);
            }
        }
    }

    fn steps(&self, state: &State) -> Vec<(Step, usize)> {
        let id = u32::try_from(state.steps.len() + 1).unwrap_or(u32::MAX);
        let mut steps = Vec::new();
        for (index, letter) in self.letters.iter().enumerate() {
            // The names of a pool come in order: another order is the same trace renamed.
            if letter.after & !(state.used | letter.uses) == 0 {
                steps.push((Step { id, ..letter.step.clone() }, index));
            }
        }
        for &(index, page) in &state.pages {
            let letter = &self.letters[index];
            let mut step = Step { id, ..letter.step.clone() };
            let operation = self.api.operation(&step.operation);
            if let Some((input, _)) = operation.and_then(|it| it.input(Role::PageToken)) {
                step.args.insert(input.name.to_owned(), Arg::PageAfter(page));
                if let Some((limit, _)) = operation.and_then(|it| it.input(Role::Limit)) {
                    // A limit may be repeated or not.
                    let mut short = step.clone();
                    short.args.remove(limit.name);
                    steps.push((short, index));
                }
                steps.push((step, index));
            }
        }
        steps
    }

    /// Makes a call, or as many as its letter stands for. Returns the state after it; none if it
    /// cannot be made.
    fn take(&mut self, state: &State, step: Step, index: usize) -> Option<State> {
        let letter = &self.letters[index];
        let mut state = State {
            server: state.server.fork(),
            belief: state.belief.clone(),
            binder: state.binder.clone(),
            now_ms: state.now_ms,
            steps: state.steps.clone(),
            pages: state.pages.clone(),
            used: state.used | letter.uses,
        };
        let times = letter.times;
        if times == 1 {
            self.send(&mut state, step, index)?;
            return (!state.belief.is_exhausted()).then_some(state);
        }
        for serial in 1..=times {
            let id = u32::try_from(state.steps.len() + 1).unwrap_or(u32::MAX);
            let mut step = Step { id, ..step.clone() };
            number(self.api, &mut step, serial);
            self.send(&mut state, step, index)?;
        }
        (!state.belief.is_exhausted()).then_some(state)
    }

    /// Makes one call, and keeps the trace if it shows a new divergence.
    fn send(&mut self, state: &mut State, step: Step, index: usize) -> Option<()> {
        let (call, request) = state.binder.bind(&step).ok()?;
        let sent_ms = state.now_ms + step.pause_ms;
        state.now_ms = sent_ms + TICK_MS;
        let answer = state.server.answer(&request, sent_ms);
        self.found.calls += 1;
        state.binder.learn(&step, answer.body.as_ref());
        let has_token = answer.body.as_ref().and_then(|body| body.get("nextToken")).is_some();
        let observed =
            Observed { answer: Some(answer), sent_ms, answered_ms: state.now_ms, unix_ms: None };
        let verdict = state.belief.judge(&call, &observed);
        if self.letters[index].pages && has_token {
            state.pages.push((index, step.id));
        }
        let operation = step.operation.clone();
        state.steps.push(Arc::new(step));
        for mismatch in verdict.mismatches.iter().filter(|it| it.rule == self.rule) {
            let operation = operation.clone();
            let signature = Signature { operation, rule: self.rule, at: mismatch.at.clone() };
            let steps = || state.steps.iter().map(|step| (**step).clone()).collect();
            let shown = || Trace { version: self.api.version, steps: steps() };
            self.found.shortest.entry(signature).or_insert_with(shown);
        }
        Some(())
    }

    /// All that server and judge remember in a state.
    fn key(&self, state: &State) -> u64 {
        let mut key = StateKey::default();
        key.add_server(&state.server);
        for world in state.belief.worlds() {
            for (name, resource) in world.resources() {
                key.add(name);
                key.add_resource(resource);
            }
            world.implied().for_each(|name| key.add(name));
            for name in &self.keys {
                let past = world.past(name);
                key.add((
                    past.map(|(generation, _)| generation),
                    world.has_doubtful_children(name),
                ));
                key.add_uid(past.and_then(|(_, uid)| uid.as_ref()));
            }
            world.token_uses("t1").for_each(|use_| key.add(use_));
            for (_, page) in &state.pages {
                let token = state.binder.page_token(*page);
                key.add(token.and_then(|token| world.pagination(token)));
            }
            (0..self.api.families.len()).for_each(|family| key.add(world.peak(family)));
        }
        key.add((state.used, state.pages.len()));
        key.finish()
    }
}

/// Gives the resource of a step a name of its own.
fn number(api: &Api, step: &mut Step, serial: usize) {
    let operation = api.operation(&step.operation);
    let names = operation.into_iter().flat_map(|operation| operation.table.names());
    if let Some(Arg::Name { symbol, .. }) =
        names.last().and_then(|input| step.args.get_mut(input.name))
    {
        *symbol = format!("m{serial:03}");
    }
}
