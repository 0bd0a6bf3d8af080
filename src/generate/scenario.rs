//! Scenarios: systematic traces through the tables of an API.
//!
//! The main functions are [`first`] and [`all`]. `everyday` and `lifecycle` follow one resource,
//! `relationships` its parents, children and siblings, `lists` the pages of lists, and `bounds` every
//! bound of every member. Each scenario is a trace of its own, so that a divergence in one does not
//! disturb another.

use appmesh_model::api::Api;

use crate::trace::Trace;

mod bounds;
mod calls;
mod history;
mod lifecycle;
mod lists;
mod relationships;

/// The scenarios to begin with: for each family a dense lifecycle of one resource, then one of a
/// resource beside others of the same name.
pub fn first(api: &'static Api) -> Vec<Trace> {
    let families = 0..api.families.len();
    let lives = families.clone().map(|family| history::everyday(api, family));
    let mut traces: Vec<Trace> =
        lives.chain(families.map(|family| relationships::namesakes(api, family))).collect();
    traces.retain(|trace| !trace.steps.is_empty());
    traces
}

/// Every other scenario that an API offers, the short ones first.
pub fn all(api: &'static Api) -> Vec<Trace> {
    let mut traces = Vec::new();
    let families = 0..api.families.len();
    for family in families.clone() {
        traces.push(lifecycle::life(api, family));
        traces.push(lifecycle::second_life(api, family));
        traces.push(lifecycle::afterlife(api, family));
        traces.push(lifecycle::absence(api, family));
        traces.push(relationships::parents_missing(api, family));
        traces.push(lifecycle::tokens(api, family));
        traces.push(relationships::children(api, family));
        traces.push(relationships::siblings(api, family));
        traces.push(relationships::parent_again(api, family));
        traces.push(lifecycle::names(api, family));
        traces.push(lifecycle::references(api, family));
    }
    for operation in &api.operations {
        traces.extend(bounds::bounds(api, operation.index));
        traces.push(bounds::garbage(api, operation.index));
    }
    for family in families.clone() {
        traces.push(lists::pages(api, family));
        traces.push(lists::moving_pages(api, family));
        traces.push(lists::behind_the_end(api, family));
    }
    for family in families {
        traces.push(lists::many(api, family));
    }
    traces.extend([true, false].map(|again| lifecycle::pause(api, again)));
    traces.retain(|trace| !trace.steps.is_empty());
    traces
}
