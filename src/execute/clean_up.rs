//! Clean-up: an execution deletes every resource that it created or may have created, and nothing else.
//!
//! It lists nothing, so that it has at most one delete for each create of the trace and for each
//! resource that a specification may have brought into being, whatever the target answers.

use std::collections::BTreeSet;

use appmesh_model::api::Api;
use appmesh_model::observed::Answer;
use appmesh_model::operation::{Action, Role};
use appmesh_model::world::Key;
use futures_util::future::join_all;

use super::runner::Runner;
use super::trace_run::{MOST_LOST_IN_A_ROW, TraceRun};
use crate::bind::{self, Request};

impl TraceRun<'_> {
    /// Deletes every resource that this execution created or may have created, children before parents.
    pub(super) async fn clean_up(&mut self) {
        let mut keys: BTreeSet<Key> = std::mem::take(&mut self.roots);
        for world in self.belief.worlds() {
            keys.extend(world.resources().map(|(key, _)| key.clone()));
            keys.extend(world.implied().cloned());
        }
        let (own, other): (BTreeSet<Key>, BTreeSet<Key>) = keys.into_iter().partition(|key| {
            key.names().next().is_some_and(|it| it.starts_with(&self.execution.prefix))
        });
        // Only a name that should have been refused lacks the prefix; such a resource cannot be
        // told from a stranger's.
        let nameless = other.iter().filter(|key| key.names().count() == 1);
        self.execution.left_over.extend(nameless.map(|key| format!("{:?}", key.name())));
        let mut lost_in_a_row = 0;
        // Parents stand before children in the list of families.
        let mut left: Vec<Key> = own.into_iter().collect();
        while let Some(family) = left.last().map(|key| key.family) {
            let most = self.runner.at_once();
            let alike = left.iter().rev().take_while(|key| key.family == family).take(most).count();
            // A target that does not answer any more is not called again and again.
            let tries = match self.runner.is_over() {
                _ if lost_in_a_row >= MOST_LOST_IN_A_ROW => 0,
                true => 1,
                false => DELETE_TRIES,
            };
            let deletes = left.drain(left.len() - alike..).rev().filter_map(|key| {
                let (what, request) = delete(self.runner.api, &key)?;
                Some(delete_all_the_same(self.runner, what, request, key, tries))
            });
            // In this very task: most often there is but one, and to spawn it costs more than it.
            for (key, deleting) in join_all(deletes).await {
                self.execution.cleanup_calls += deleting.calls;
                lost_in_a_row = if deleting.lost { lost_in_a_row + 1 } else { 0 };
                if !deleting.deleted {
                    let names: Vec<&str> = key.names().collect();
                    self.execution.left_over.push(names.join("/"));
                }
            }
        }
    }
}

/// How often a delete is tried on a target that is busy.
const DELETE_TRIES: u32 = 3;

/// The result of deleting a resource.
struct Deleting {
    deleted: bool,
    /// The last try was not answered.
    lost: bool,
    calls: u64,
}

async fn delete_all_the_same(
    runner: &Runner,
    what: &'static str,
    request: Request,
    key: Key,
    tries: u32,
) -> (Key, Deleting) {
    let mut deleting = Deleting { deleted: false, lost: tries == 0, calls: 0 };
    for _ in 0..tries {
        let sent = runner.send(what, &request).await;
        let answer = sent.observed.answer;
        deleting.calls += 1;
        deleting.lost = answer.is_none();
        let slash = key.name().contains('/');
        deleting.deleted = answer.as_ref().is_some_and(|answer| is_gone(answer, slash));
        let busy = answer.is_none_or(|answer| answer.status >= 429);
        // A delete that hangs is not repeated more than once.
        let hangs = sent.in_vain && deleting.calls > 1;
        if deleting.deleted || !busy || hangs {
            break;
        }
    }
    (key, deleting)
}

/// Whether the answer to a delete leaves nothing behind.
///
/// A name with a slash may have been taken apart on the way, so that a bare 404 says nothing of it.
fn is_gone(answer: &Answer, slash: bool) -> bool {
    let missing = answer.error_type.as_deref().is_some_and(|name| name.contains("NotFound"));
    (200..300).contains(&answer.status) || (answer.status == 404 && !slash) || missing
}

/// The operation that deletes a resource, and the request for it.
fn delete(api: &'static Api, key: &Key) -> Option<(&'static str, Request)> {
    let operation = api.operation_of(key.family, Action::Delete)?;
    let mut path = operation.table.path.to_owned();
    for (depth, name) in key.names().enumerate() {
        let (input, _) = operation.input(Role::Name(depth))?;
        bind::put(&mut path, input.name, name);
    }
    let request = Request { method: operation.table.method, path, body: None };
    Some((operation.table.name, request))
}
