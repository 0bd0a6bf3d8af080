//! The runner: a target, how calls get there, and when to give up.
//!
//! The main type is [`Runner`]. Clones of a runner share its target, its watcher and its end.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use appmesh_model::api::Api;
use appmesh_model::operation::Action;
use tokio::sync::Semaphore;

use super::time_out_limit::TimeOuts;
use crate::bind::{self, Request};
use crate::event::{Event, Watcher};
use crate::target::{Renew, Sent, Target};

/// How long a server that is to be reset may take to start.
const START_MS: u64 = 10_000;
/// The time between two attempts to reset it.
const AGAIN_MS: u64 = 250;

/// Runs traces on a target. Clones run on the same target, each execution under a name of its own.
#[derive(Clone, Debug)]
pub struct Runner {
    pub(super) api: &'static Api,
    pub(super) target: Target,
    pub(super) run: String,
    pub(super) executions: Arc<AtomicU64>,
    pub(super) interrupted: Arc<AtomicBool>,
    pub(super) ends_at: Option<Instant>,
    pub(super) time_outs: Arc<TimeOuts>,
    pub(super) watcher: Watcher,
    /// Whether the calls of its traces are those of the campaign itself.
    pub(super) counted: bool,
    pub(super) at_once: Arc<AtomicUsize>,
    /// Who has one of its permits may send.
    pub(super) turns: Option<Arc<Semaphore>>,
    pub(super) reset_path: Option<String>,
    pub(super) servers: Servers,
    pub(super) left_over: Arc<Mutex<Vec<String>>>,
}

/// Which server a trace is run on.
#[derive(Clone, Debug)]
pub(super) enum Servers {
    /// The target.
    TheTarget,
    /// The target, but new ones like it can be had.
    Renewable(Arc<dyn Renew>),
    /// A new one, for each trace.
    New(Arc<dyn Renew>),
}

impl Runner {
    /// A runner whose names all begin with `run`.
    pub fn new(api: &'static Api, target: Target, run: &str) -> Self {
        Self {
            api,
            target,
            run: run.to_owned(),
            executions: Arc::default(),
            interrupted: Arc::default(),
            ends_at: None,
            time_outs: Arc::default(),
            watcher: Watcher::default(),
            counted: false,
            at_once: Arc::default(),
            turns: None,
            reset_path: None,
            servers: Servers::TheTarget,
            left_over: Arc::default(),
        }
    }

    /// The same, but a POST to this path deletes everything that the target holds before the first
    /// call.
    #[must_use]
    pub fn reset_first(self, path: &str) -> Self {
        Self { reset_path: Some(path.to_owned()), ..self }
    }

    /// The same, and new servers like the target can be had.
    #[must_use]
    pub fn renewable(self, renewal: Arc<dyn Renew>) -> Self {
        Self { servers: Servers::Renewable(renewal), ..self }
    }

    /// The same, but each trace is run on a new server, which nothing was done to before; none if
    /// there are no new servers to be had.
    pub fn on_new_servers(&self) -> Option<Self> {
        let servers = match &self.servers {
            Servers::TheTarget => return None,
            Servers::Renewable(renewal) | Servers::New(renewal) => Servers::New(renewal.clone()),
        };
        // Resources that are left on such a server exist nowhere else.
        Some(Self { servers, left_over: Arc::default(), ..self.clone() })
    }

    /// The same, but every trace ends at its next call once this time has come.
    #[must_use]
    pub fn until(self, ends_at: Instant) -> Self {
        Self { ends_at: Some(ends_at), ..self }
    }

    /// The same, for the traces of a campaign itself: their calls are told as [`Event::Judged`].
    #[must_use]
    pub fn counted(&self) -> Self {
        Self { counted: true, ..self.clone() }
    }

    /// The same, but however many of its traces run, no more calls are under way than may be: while
    /// one trace waits, another goes on.
    #[must_use]
    pub fn taking_turns(&self) -> Self {
        let turns = Some(Arc::new(Semaphore::new(self.at_once())));
        Self { turns, ..self.clone() }
    }

    /// The same, and this watcher is told of what it and its clones do.
    #[must_use]
    pub fn watched_by(self, watcher: Watcher) -> Self {
        Self { watcher, ..self }
    }

    /// Tells the watcher of an event.
    pub fn tell(&self, event: Event<'_>) {
        self.watcher.tell(event);
    }

    /// The same, and shrinking may run so many traces side by side.
    #[must_use]
    pub fn side_by_side(self, at_once: usize) -> Self {
        self.set_at_once(at_once);
        self
    }

    /// The same, while it is in use.
    pub fn set_at_once(&self, at_once: usize) {
        self.at_once.store(at_once, Ordering::Relaxed);
    }

    /// How many candidates, or deletes of a clean-up, may run at the same time.
    pub fn at_once(&self) -> usize {
        self.at_once.load(Ordering::Relaxed).max(1)
    }

    /// A switch that ends every trace at its next call; what was made is still deleted.
    pub fn interrupter(&self) -> Arc<AtomicBool> {
        self.interrupted.clone()
    }

    /// Whether the switch was turned.
    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Why the target is given up, if it is: it left too many calls without an answer.
    pub fn given_up(&self) -> Option<String> {
        self.time_outs.reason()
    }

    /// Whether the time is up that there was for the run.
    pub fn is_time_up(&self) -> bool {
        self.ends_at.is_some_and(|end| Instant::now() >= end)
    }

    /// Whether the run was cut short: the switch was turned, or the time is up.
    pub fn is_cut_short(&self) -> bool {
        self.is_interrupted() || self.is_time_up()
    }

    /// Whether nothing more is to be tried: the run was cut short, or the target is given up. What
    /// was made is still deleted.
    pub fn is_over(&self) -> bool {
        self.is_cut_short() || self.time_outs.is_lost()
    }

    /// Sends a request that does `what`, and counts it.
    pub(super) async fn send(&self, what: &str, request: &Request) -> Sent {
        let turn = match &self.turns {
            Some(turns) => turns.acquire().await.ok(),
            None => None,
        };
        let sent = self.target.send(request).await;
        drop(turn);
        self.tell(Event::Sent);
        self.time_outs.count(what, sent.in_vain);
        sent
    }

    /// What all names begin with.
    pub fn name(&self) -> &str {
        &self.run
    }

    /// The API that is tested.
    pub fn api(&self) -> &'static Api {
        self.api
    }

    /// The target.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Resets the target, if that is asked for.
    ///
    /// # Errors
    /// Why it is not reset.
    pub async fn reset(&self) -> Result<(), String> {
        let Some(path) = self.reset_path.clone() else { return Ok(()) };
        let request = Request { method: "POST", path, body: None };
        let started_ms = self.target.now_ms();
        let mut sent = self.target.send(&request).await;
        // A server that was started a moment ago may not listen yet.
        while sent.observed.answer.is_none()
            && !sent.in_vain
            && !self.is_over()
            && self.target.now_ms() < started_ms + START_MS
        {
            self.target.pause(AGAIN_MS).await;
            sent = self.target.send(&request).await;
        }
        let reason = match sent.observed.answer {
            Some(answer) if (200..300).contains(&answer.status) => return Ok(()),
            Some(answer) => format!("the answer is {}", answer.status),
            None => sent.failure.unwrap_or_default(),
        };
        Err(format!("POST {}: {reason}", request.path))
    }

    /// Sends a call that changes nothing, to see whether the target answers at all: a list, and if
    /// the target hangs on that, a describe of a resource that was never created.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn reach(&self) -> Result<(), String> {
        let of_roots = |action| self.api.operations.iter().find(|it| it.table.action == action);
        let mut failure = None;
        for operation in [Action::List, Action::Describe].into_iter().filter_map(of_roots) {
            let mut path = operation.table.path.to_owned();
            for input in operation.table.names() {
                bind::put(&mut path, input.name, &format!("{}-absent", self.run));
            }
            let request = Request { method: operation.table.method, path, body: None };
            let sent = self.send(operation.table.name, &request).await;
            if sent.observed.answer.is_some() {
                return Ok(());
            }
            failure = failure.or(sent.failure);
            if !sent.in_vain {
                // A target that refuses or breaks a connection does so for every call.
                break;
            }
        }
        Err(failure.unwrap_or_default())
    }
}
