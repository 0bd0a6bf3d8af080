//! Hooks: the points at which a mutation can change what the reference server does.
//!
//! The main type is the trait [`Hooks`]. Each method does nothing unless an implementation replaces
//! it; `NoHooks` replaces none, so that the server answers as the model permits.

use std::borrow::Cow;
use std::fmt::Debug;

use appmesh_model::api::{Api, Call};
use appmesh_model::expect::{Change, Expectation};
use appmesh_model::world::{Key, Resource, World};
use serde_json::Value;

use super::reply::Reply;

/// How a page is cut from a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The number of results in all.
    pub count: usize,
    /// The index of the first result on the page.
    pub start: usize,
    /// The most results on the page.
    pub size: usize,
    /// A page that is exactly full is followed by another.
    pub late_end: bool,
    /// Every page is followed by another.
    pub endless: bool,
    /// The last page has an empty token.
    pub empty_token: bool,
}

/// Changes to the behaviour of a reference server.
///
/// The server calls the methods in the order in which they stand here: those of a list only for a
/// list, those of a resource only for calls on one.
pub trait Hooks: Debug + Send {
    /// A copy with the same memory.
    fn fork(&self) -> Box<dyn Hooks>;

    /// Changes every resource in the memory.
    fn change_memory(&mut self, _change: &mut dyn FnMut(&mut Resource)) {}

    /// Whether the server must remember which resources were deleted.
    fn needs_past(&self) -> bool {
        false
    }

    /// Changes what the server expects of itself before it decides what to do.
    fn on_expectation(&mut self, _: &Api, _: &Call, _: &mut Expectation, _: &World) {}

    /// The body to answer with in place of the server's own answer.
    fn answer_instead(&self, _: &Api, _: &Call, _: &Expectation, _: &World) -> Option<Value> {
        None
    }

    /// Changes what a call does.
    fn on_change(&self, change: Change) -> Change {
        change
    }

    /// A deleted resource that a list shows nevertheless.
    fn also_listed(&self, _list: &Key, _: &World) -> Option<(&Key, &Resource)> {
        None
    }

    /// Whether a list leaves a resource out.
    fn is_hidden(&self, _: &Key, _: &World) -> bool {
        false
    }

    /// Changes how a page is cut.
    fn on_page(&self, _: &mut Cut) {}

    /// Changes a resource as a list shows it.
    fn on_item<'r>(&self, _: &Key, resource: &'r Resource) -> Cow<'r, Resource> {
        Cow::Borrowed(resource)
    }

    /// Takes note of the token for the page after one with so many results.
    fn on_token(&mut self, _token: &str, _shown: usize, _is_full: bool) {}

    /// The body to answer with where the resource of a call does not exist.
    fn on_missing(&mut self, _: &Api, _: &Key, _: Change) -> Option<Value> {
        None
    }

    /// Changes the resources after a call, and the body of its answer.
    fn on_state(&mut self, _: &Api, _: &Call, _: &Key, _: &mut World, _: &mut Value) {}

    /// Changes the answer as it goes onto the wire.
    fn on_reply(&self, _: &Api, _: &Call, _: &mut Reply) {}
}

impl Clone for Box<dyn Hooks> {
    fn clone(&self) -> Self {
        (**self).fork()
    }
}

/// No changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoHooks;

impl Hooks for NoHooks {
    fn fork(&self) -> Box<dyn Hooks> {
        Box::new(*self)
    }
}
