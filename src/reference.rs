//! The reference server: the model, answering requests.
//!
//! The main type is [`Reference`]; [`Reference::handle`] takes a request and gives an answer, with
//! no network in between. [`http`] puts it on a port, [`local`] makes it a target in this process.
//! Where the documents are silent, [`choice`] decides; [`fault`] lists what it can do wrong on
//! purpose, and `sabotage` does it. It must not know who asks: harness, boto3 and curl are served
//! alike.

use std::fmt::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use appmesh_model::api::{Api, Call};
use appmesh_model::expect::{Change, Expectation, expect};
use appmesh_model::operation::{Action, ErrorKind};
use appmesh_model::perform::{Minted, perform};
use appmesh_model::world::{Timestamp, World};
use serde_json::{Value, json};
use uuid::Uuid;

pub mod choice;
pub mod fault;
pub mod http;
pub mod local;
mod pages;
mod sabotage;

use choice::Choices;
use fault::Fault;
use sabotage::Sabotage;

use crate::target::unix_ms;
use crate::wire_call;
pub use crate::wire_call::Request;

/// The account that owns everything on a reference server.
pub const ACCOUNT: &str = "123456789012";
/// The region in its ARNs.
pub const REGION: &str = "us-east-1";

/// An answer to put on the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Value of `Content-Type`.
    pub content_type: &'static str,
    /// Value of `x-amzn-ErrorType`, if it is sent.
    pub error_type: Option<String>,
    /// Body, as JSON.
    pub body: Value,
}

/// A server that answers as the model permits.
#[derive(Debug)]
pub struct Reference {
    api: &'static Api,
    state: Mutex<State>,
}

/// What changes while the server runs.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub world: World,
    pub choices: Choices,
    pub sabotage: Sabotage,
    pub cursors: pages::Cursors,
    clock: Clock,
}

impl Reference {
    /// A server of this API with nothing on it. `choices` is the seed for what the documents leave
    /// open, or none for the plainest answers; the faults are what it does wrong on purpose.
    pub fn new(api: &'static Api, choices: Option<u64>, faults: &[Fault]) -> Self {
        let choices = Choices::new(choices);
        let whole = choices.whole_seconds;
        let clock = Clock { now_ms: 0, last_ms: 0, ahead_ms: 0, exact: false, whole };
        let state = State {
            world: World::default(),
            choices,
            sabotage: Sabotage::new(faults),
            cursors: pages::Cursors::default(),
            clock,
        };
        Self { api, state: Mutex::new(state) }
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

    /// The state but for the clock, as text that is the same for the same state.
    pub fn sketch(&self, out: &mut dyn Write) -> fmt::Result {
        let state = self.state();
        state.world.resources().try_for_each(|resource| write!(out, "{resource:?}"))?;
        write!(out, "{:?}{:?}", state.sabotage, state.cursors)
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
        let call = match wire_call::read(self.api, request) {
            Ok(call) => call,
            Err(refusal) => return plain_error(refusal, "no operation has this form"),
        };
        let mut state = self.state();
        state.clock.now_ms = now_ms;
        let throttled = state.choices.throttle();
        if let Some(throttle) = throttled.filter(|throttle| throttle.before) {
            return state.choices.dress(throttle.error, "try again");
        }
        let reply = answer(self.api, &mut state, &call);
        match throttled {
            Some(throttle) => state.choices.dress(throttle.error, "try again"),
            None => reply,
        }
    }
}

/// Decides between the permitted outcomes and performs the one taken.
fn answer(api: &'static Api, state: &mut State, call: &Call) -> Reply {
    let mut expectation = expect(api, &state.world, call);
    state.sabotage.distort(api, call, &mut expectation, &state.world);
    if let Some(body) = state.sabotage.nameless(api, call, &expectation, &state.world) {
        return Reply { status: 200, content_type: "application/json", error_type: None, body };
    }
    let action = api.operations[call.operation].table.action;
    let reply = match decide(state, action, &mut expectation) {
        Decision::Refuse(error) => state.choices.dress(error, &explain(error, &expectation)),
        Decision::Perform(change) => success(api, state, call, &expectation, change),
    };
    state.sabotage.disguise(api, call, reply)
}

enum Decision {
    Refuse(ErrorKind),
    Perform(Change),
}

fn decide(state: &mut State, action: Action, expectation: &mut Expectation) -> Decision {
    if !expectation.demands.is_empty() {
        let index = state.choices.which(expectation.demands.len());
        return Decision::Refuse(expectation.demands[index].error);
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
        // Only a distorted expectation comes here: what the call names is not there.
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
    // What is gone cannot be answered again.
    let gone = !expectation.key.as_ref().is_some_and(|key| state.world.contains(key));
    expectation.changes.retain(|change| !gone || *change != Change::Replay);
    let index = state.choices.which(expectation.changes.len());
    expectation
        .changes
        .get(index)
        .map_or(Decision::Refuse(ErrorKind::NotFound), |change| Decision::Perform(*change))
}

fn success(
    api: &'static Api,
    state: &mut State,
    call: &Call,
    expectation: &Expectation,
    change: Change,
) -> Reply {
    let change = state.sabotage.divert(change);
    let body = if change == Change::Page {
        match pages::page(api, state, call, expectation) {
            Ok(body) => body,
            Err(error) => return state.choices.dress(error, "the token is of no use here"),
        }
    } else {
        let minted = Minted {
            uid: Uuid::new_v4().to_string(),
            now: state.clock.now(),
            account: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
        };
        let body = perform(api, &mut state.world, call, expectation, change, &minted);
        let lingering = || state.sabotage.lingering(api, expectation.key.as_ref()?, change);
        let (Some(mut body), Some(key)) = (body.or_else(lingering), &expectation.key) else {
            return state.choices.dress(ErrorKind::NotFound, "there is no such resource");
        };
        state.choices.decorate(api, key, &mut body);
        state.sabotage.spoil(api, call, key, &mut state.world, &mut body);
        if change == Change::Remove && state.sabotage.is_idle() {
            state.world.forget(key);
        }
        body
    };
    Reply { status: 200, content_type: "application/json", error_type: None, body }
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

pub(crate) fn plain_error(error: ErrorKind, message: &str) -> Reply {
    Reply {
        status: error.status(),
        content_type: "application/json",
        error_type: Some(error.type_name().to_owned()),
        body: json!({ "message": message }),
    }
}

/// The server's clock.
#[derive(Clone, Debug)]
struct Clock {
    now_ms: i64,
    last_ms: i64,
    /// How far it is ahead of the real time: it never stands still between two changes, and never
    /// goes slower than time.
    ahead_ms: i64,
    /// It tells the real time, and may stand still.
    exact: bool,
    whole: bool,
}

impl Clock {
    fn now(&mut self) -> Timestamp {
        if self.whole {
            return Timestamp { ms: self.now_ms / 1000 * 1000, whole: true };
        }
        let least_ms = if self.exact { self.last_ms } else { self.last_ms + 1 };
        self.ahead_ms += (least_ms - self.now_ms - self.ahead_ms).max(0);
        self.last_ms = self.now_ms + self.ahead_ms;
        if self.exact {
            // A clock that was set back is caught up with.
            self.ahead_ms = 0;
        }
        Timestamp { ms: self.last_ms, whole: false }
    }
}
