//! Searching: the shortest trace that shows a bug of the reference server, by trying them all.
//!
//! The main function is [`shortest`]. Breadth first, every call of an `alphabet` is put behind
//! every state that can be reached: what the server holds and what the judge believes of it. States
//! that were reached before are not gone on from. What comes out is what shrinking is measured by.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use appmesh_model::api::Api;
use appmesh_model::belief::Belief;
use appmesh_model::observed::Observed;
use appmesh_model::operation::Role;
use appmesh_model::rule::{RuleId, group};
use appmesh_model::world::Key;

use crate::bind::Binder;
use crate::execute::Signature;
use crate::reference::Reference;
use crate::reference::fault::Fault;
use crate::target::Local;
use crate::trace::{Arg, Step, Trace};

mod alphabet;
mod less;
mod wrong;

use alphabet::{Letter, alphabet};

/// The time that a call takes: more than what two points in time may be apart and still be the same.
const TICK_MS: u64 = 10;

/// How far a search goes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most calls of a trace.
    pub depth: usize,
    /// The most states that are gone on from.
    pub states: usize,
    /// So many creates of the family may be made at once, and count as one call of the depth.
    pub crowd: usize,
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The shortest trace for each divergence on the rule.
    pub shortest: BTreeMap<Signature, Trace>,
    /// No trace of so many calls or fewer shows any other.
    pub depth: usize,
    /// How many states were gone on from.
    pub states: usize,
    /// How many calls were made.
    pub calls: u64,
}

/// How far a search for any trace that shows a fault came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Least {
    /// A trace of so many calls shows it, and none of fewer.
    Found(usize),
    /// No trace of so many calls or fewer shows it.
    MoreThan(usize),
}

/// Searches for the shortest trace that shows a fault by its own rule, wherever it does.
pub fn least(api: &'static Api, fault: &Fault, limits: Limits) -> Least {
    let Some(rule) = api.catalogue.find(&fault.rule) else { return Least::MoreThan(0) };
    let group = group(&fault.rule);
    let own = api.families.iter().find(|family| family.table.id == group);
    // What is wrong with the form of answers may show anywhere.
    let families = own.map_or(0..api.families.len(), |own| own.index..own.index + 1);
    let mut least = None;
    let mut depth = limits.depth;
    for family in families {
        let goals = BTreeSet::new();
        let found = shortest(api, fault, rule, family, &goals, Limits { depth, ..limits });
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

/// Searches for the shortest traces that show divergences on a rule at operations of one family.
///
/// It ends when every one of `goals` was found; where there are none, with the first.
pub fn shortest(
    api: &'static Api,
    fault: &Fault,
    rule: RuleId,
    family: usize,
    goals: &BTreeSet<Signature>,
    limits: Limits,
) -> Found {
    let (letters, keys) = alphabet(api, fault, rule, family, limits.crowd);
    // Each state has a copy of the fault: what is only said of it is left out.
    let mut fault = fault.clone();
    (fault.summary, fault.explains) = (String::new(), Vec::new());
    let root = State {
        server: Reference::new(api, None, &[fault]),
        belief: Belief::new(api),
        binder: Binder::new(api, ""),
        // Not at the full second: what a server tells then might be told in seconds.
        now_ms: TICK_MS,
        steps: Vec::new(),
        pages: Vec::new(),
        used: 0,
    };
    let mut search = Search { api, rule, family, letters, keys, found: Found::default() };
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
            search.go_on(&state, &mut seen, &mut next);
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

/// A server and what is believed of it, with the calls that led there.
struct State {
    server: Reference,
    belief: Belief,
    binder: Binder,
    now_ms: u64,
    steps: Vec<Arc<Step>>,
    /// The lists that were read: which letter, and the id of the step.
    pages: Vec<(usize, u32)>,
    used: u64,
}

impl Search {
    /// Makes every call of the family behind a state, to see what it shows.
    fn look(&mut self, state: &State) {
        for (step, letter) in self.steps(state) {
            if self.letters[letter].family == self.family {
                self.take(state, step, letter);
            }
        }
    }

    /// Makes every call behind a state and keeps the new states that come of it.
    fn go_on(&mut self, state: &State, seen: &mut HashSet<u64>, next: &mut Vec<State>) {
        for (step, letter) in self.steps(state) {
            let Some(reached) = self.take(state, step, letter) else { continue };
            if seen.insert(self.print(&reached)) {
                next.push(reached);
            }
        }
    }

    fn steps(&self, state: &State) -> Vec<(Step, usize)> {
        let id = u32::try_from(state.steps.len() + 1).unwrap_or(u32::MAX);
        let mut steps = Vec::new();
        for (index, letter) in self.letters.iter().enumerate() {
            // The names of a pool come in order: anything else is the same renamed.
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

    /// Makes one call, and keeps the trace if it shows something for the first time.
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

    /// What tells a state from others: all that server and judge remember of it.
    fn print(&self, state: &State) -> u64 {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = state.server.sketch(&mut text);
        for world in state.belief.worlds() {
            world.resources().for_each(|resource| {
                let _ = write!(text, "{resource:?}");
            });
            for key in &self.keys {
                let _ = write!(text, "{:?}{}", world.past(key), world.is_shaken(key));
            }
            world.token_uses("t1").for_each(|use_| {
                let _ = write!(text, "{use_:?}");
            });
            for (_, page) in &state.pages {
                let walk = state.binder.page_token(*page).and_then(|token| world.walk(token));
                let _ = write!(text, "{walk:?}");
            }
            for family in 0..self.api.families.len() {
                let _ = write!(text, "{}", world.peak(family));
            }
        }
        let mut hasher = DefaultHasher::new();
        canonical(&text).hash(&mut hasher);
        (state.used, state.pages.len()).hash(&mut hasher);
        hasher.finish()
    }
}

/// Gives a step a name of its own for what it is about.
fn number(api: &Api, step: &mut Step, serial: usize) {
    let operation = api.operation(&step.operation);
    let names = operation.into_iter().flat_map(|operation| operation.table.names());
    if let Some(Arg::Name { symbol, .. }) =
        names.last().and_then(|input| step.args.get_mut(input.name))
    {
        *symbol = format!("m{serial:03}");
    }
}

/// The text with each uid and each point in time replaced by the number of its first appearance,
/// and without the caller's clock: which they are does not matter, only which are the same.
fn canonical(text: &str) -> String {
    const UID: usize = 36;
    let bytes = text.as_bytes();
    let is_uid = |at: usize| {
        let part = bytes.get(at..at + UID);
        part.is_some_and(|part| {
            part.iter().enumerate().all(|(index, byte)| match index {
                8 | 13 | 18 | 23 => *byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
        })
    };
    let mut known: Vec<&str> = Vec::new();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut kept = 0;
    while at < bytes.len() {
        let length = if is_uid(at) {
            UID
        } else if bytes[at..].starts_with(b"ms: ") {
            at += 4;
            bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count()
        } else {
            at += 1;
            continue;
        };
        out.push_str(&text[kept..at]);
        let own_clock = text[..at].ends_with("_ms: ");
        let what = &text[at..at + length];
        if !own_clock {
            let number = known.iter().position(|known| *known == what).unwrap_or_else(|| {
                known.push(what);
                known.len() - 1
            });
            let _ = write!(out, "<{number}>");
        }
        at += length;
        kept = at;
    }
    out.push_str(&text[kept..]);
    out
}
