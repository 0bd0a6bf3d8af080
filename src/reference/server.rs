//! The server: how the reference server decides what to do for a call, and does it.
//!
//! The main type is [`Reference`]; [`Reference::handle`] takes a request and gives an answer.

use std::fmt::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use appmesh_model::api::{Api, Call};
use appmesh_model::correct_server::perform;
use appmesh_model::error::ErrorKind;
use appmesh_model::expect::{Change, Expectation, expect};
use appmesh_model::operation::Action;
use appmesh_model::world::{Resource, World};

use super::choices::Choices;
use super::clock::Clock;
use super::cursor::Cursors;
use super::hooks::{Hooks, NoHooks};
use super::identity::minted;
use super::implied_resources::{Implied, go_on};
use super::pages::page;
use super::reply::Reply;
use super::state::State;
use crate::request_parser::{self, NoCall, Request};
use crate::target::unix_ms;

/// A server that answers as the model permits.
#[derive(Debug)]
pub struct Reference {
    api: &'static Api,
    state: Mutex<State>,
}

impl Reference {
    /// A server of this API with nothing on it. `choices` is the seed for what the documents leave
    /// open, or none for the plainest answers.
    pub fn new(api: &'static Api, choices: Option<u64>) -> Self {
        Self::with_hooks(api, choices, Box::new(NoHooks))
    }

    /// The same with a behaviour that these hooks change.
    pub fn with_hooks(api: &'static Api, choices: Option<u64>, hooks: Box<dyn Hooks>) -> Self {
        let choices = Choices::new(choices);
        let clock = Clock::new(choices.whole_seconds);
        let (world, cursors) = (World::default(), Cursors::default());
        let implied = Implied::default();
        Self { api, state: Mutex::new(State { world, choices, hooks, cursors, clock, implied }) }
    }

    /// The same with a clock that tells the real time, even if two changes then seem to be made at
    /// once. Otherwise each takes a millisecond of its time at least, so that what a run sees does
    /// not hang on how fast it is.
    #[must_use]
    pub fn on_time(self) -> Self {
        self.state().clock.exact = true;
        self
    }

    /// The API that is served.
    pub fn api(&self) -> &'static Api {
        self.api
    }

    /// A second server in the same state; the two go on apart.
    pub fn fork(&self) -> Self {
        Self { api: self.api, state: Mutex::new(self.state().clone()) }
    }

    /// Writes the state but for the clock: the same text for the same state. `rename` changes each
    /// resource before it is written.
    pub fn write_state(
        &self,
        out: &mut dyn Write,
        rename: &mut dyn FnMut(&mut Resource),
    ) -> fmt::Result {
        let State { world, mut hooks, cursors, .. } = self.state().clone();
        for (key, resource) in world.resources() {
            let mut resource = resource.clone();
            rename(&mut resource);
            write!(out, "{key:?}{resource:?}")?;
        }
        world.implied().try_for_each(|key| write!(out, "{key:?}"))?;
        hooks.change_memory(rename);
        write!(out, "{hooks:?}{cursors:?}")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while the lock was held would have been a bug; the state is still usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request. Never fails: what cannot be understood is refused.
    pub fn handle(&self, request: Request<'_>) -> Reply {
        self.handle_at(request, unix_ms(SystemTime::now()))
    }

    /// Answers a request as if it came at this time, in milliseconds since the epoch.
    pub fn handle_at(&self, request: Request<'_>, now_ms: i64) -> Reply {
        let call = match request_parser::read(self.api, request) {
            Ok(call) => call,
            Err(no_call) => {
                let message = no_call.to_string();
                return match no_call {
                    NoCall::UnknownOperation => Reply::unknown_operation(&message),
                    NoCall::NoText => Reply::error(ErrorKind::BadRequest, &message),
                };
            }
        };
        let mut state = self.state();
        state.clock.now_ms = now_ms;
        let throttled = state.choices.throttle();
        if let Some(throttle) = throttled.filter(|throttle| throttle.before) {
            return state.choices.error_reply(throttle.error, "try again");
        }
        let reply = answer(self.api, &mut state, &call);
        match throttled {
            Some(throttle) => state.choices.error_reply(throttle.error, "try again"),
            None => reply,
        }
    }
}

/// Decides between the permitted outcomes and performs the one taken.
fn answer(api: &'static Api, state: &mut State, call: &Call) -> Reply {
    let mut expectation = expect(api, &state.world, call);
    let action = api.operations[call.operation].table.action;
    let key = expectation.key.clone().filter(|_| action == Action::Create);
    let made = key.and_then(|key| Some((state.implied.take(&mut state.world, &key)?, key)));
    if made.is_some() {
        expectation = expect(api, &state.world, call);
    }
    state.hooks.on_expectation(api, call, &mut expectation, &state.world);
    if let Some(body) = state.hooks.answer_instead(api, call, &expectation, &state.world) {
        return Reply::success(body);
    }
    let mut reply = match decide(state, action, &mut expectation) {
        Decision::Refuse(error) => state.choices.error_reply(error, &explain(error, &expectation)),
        Decision::Perform(change) => success(api, state, call, &expectation, change),
    };
    match made {
        Some((made, key)) if reply.is_success() => {
            reply.body = go_on(api, &mut state.world, &key, &made).unwrap_or(reply.body);
        }
        Some((made, key)) => state.implied.put_back(&mut state.world, &key, made),
        None => {}
    }
    if state.choices.makes_implied && reply.is_success() {
        state.implied.make(api, &mut state.world, &mut state.clock);
    }
    state.hooks.on_reply(api, call, &mut reply);
    reply
}

enum Decision {
    Refuse(ErrorKind),
    Perform(Change),
}

fn decide(state: &mut State, action: Action, expectation: &mut Expectation) -> Decision {
    if let Some(refusal) = state.choices.first(&expectation.demands) {
        return Decision::Refuse(refusal.error);
    }
    if expectation.wrong_type {
        return Decision::Refuse(ErrorKind::BadRequest);
    }
    // What a page token is worth is seen when it is redeemed, and what exists can be read and
    // deleted.
    if let (Action::Create | Action::Update, Some(error)) =
        (action, state.choices.refuse(expectation))
    {
        return Decision::Refuse(error);
    }
    if expectation.changes.is_empty() {
        // Only hooks lead here: the resource that the call names does not exist.
        expectation.changes.push(match action {
            Action::Create => Change::Create,
            Action::List => Change::Page,
            _ => return Decision::Refuse(ErrorKind::NotFound),
        });
    }
    if let (Action::Create, Some(key)) = (action, &expectation.key) {
        let may_be_full = expectation.permits(ErrorKind::LimitExceeded);
        let held = state.world.held(key.family, key.parent_path());
        if may_be_full && state.choices.is_full(held) {
            return Decision::Refuse(ErrorKind::LimitExceeded);
        }
    }
    // A deleted resource cannot be answered again.
    let gone = !expectation.key.as_ref().is_some_and(|key| state.world.contains(key));
    expectation.changes.retain(|change| !gone || *change != Change::Replay);
    let change = state.choices.change(action, &expectation.changes);
    change.map_or(Decision::Refuse(ErrorKind::NotFound), Decision::Perform)
}

fn success(
    api: &'static Api,
    state: &mut State,
    call: &Call,
    expectation: &Expectation,
    change: Change,
) -> Reply {
    let change = state.hooks.on_change(change);
    let body = if change == Change::Page {
        match page(api, state, call, expectation) {
            Ok(body) => body,
            Err(error) => return state.choices.error_reply(error, "the token is of no use here"),
        }
    } else {
        let minted = minted(state.clock.tick());
        let body = perform(api, &mut state.world, call, expectation, change, &minted);
        let missing = || state.hooks.on_missing(api, expectation.key.as_ref()?, change);
        let (Some(mut body), Some(key)) = (body.or_else(missing), &expectation.key) else {
            return state.choices.error_reply(ErrorKind::NotFound, "there is no such resource");
        };
        state.choices.vary_spec(api, key, &mut body);
        state.hooks.on_state(api, call, key, &mut state.world, &mut body);
        if change == Change::Remove && !state.hooks.needs_past() {
            state.world.forget(key);
        }
        body
    };
    Reply::success(body)
}

/// A sentence for the caller.
fn explain(error: ErrorKind, expectation: &Expectation) -> String {
    let name = expectation.key.as_ref().map_or("", |key| key.name());
    match error {
        ErrorKind::NotFound => format!("{name:?} or something that it needs does not exist"),
        ErrorKind::Conflict => format!("{name:?} exists, or the client token was used before"),
        ErrorKind::ResourceInUse => format!("{name:?} is still needed"),
        _ => "the request is not as it must be".to_owned(),
    }
}
