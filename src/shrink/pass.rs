//! Passes: the ways in which traces are made smaller, and the order in which they are tried.
//!
//! A [`Pass`] is a name and a function from a trace to candidates, the best first. It knows nothing
//! of targets. That a candidate is smaller and shows the finding is for the driver to see.

use super::candidate::{Candidates, Cursor, Facts};
use crate::trace::Trace;

mod change_calls;
mod interchangeable;
mod names;
mod pages;
mod remove_steps;
mod reorder;
mod simplify;
mod time;

pub(super) use time::{FULL_PAUSE_MS, SHORT_PAUSE_MS, is_about_time, spread_out};

/// The candidates that a pass has for a trace, from a cursor on.
type Propose = for<'t> fn(&Facts, &'t Trace, Cursor) -> Candidates<'t>;

/// A way to make traces smaller.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    /// Its name.
    pub name: &'static str,
    pub(super) candidates: Propose,
    /// How often a candidate must show the finding, where once may be luck.
    pub(super) times: u32,
}

impl Pass {
    /// Takes out all steps about one resource.
    pub const REMOVE_RESOURCES: Self = Self::new("remove resources", remove_steps::of_a_resource);
    /// Takes out runs of steps.
    pub const REMOVE_STEPS: Self = Self::new("remove steps", remove_steps::runs);
    /// Takes out some of many interchangeable steps.
    pub const REMOVE_INTERCHANGEABLE: Self =
        Self::new("remove interchangeable steps", remove_steps::interchangeable);
    /// Lists at once instead of page by page.
    pub const LIST_AT_ONCE: Self = Self::new("list at once", pages::list_at_once);
    /// Makes pages shorter by one result and takes out a resource.
    pub const SHORTEN_PAGES: Self = Self::new("shorten pages", pages::shorten);
    /// Deletes a parent instead of its child, so that the child need not exist.
    pub const DELETE_PARENTS: Self = Self::new("delete parents", change_calls::delete_parent);
    /// Takes out an update and creates the resource as the update leaves it.
    pub const FOLD_UPDATES: Self = Self::new("fold updates", change_calls::fold_update);
    /// Completes a request that lacks members.
    pub const COMPLETE_REQUESTS: Self = Self::new("complete requests", simplify::complete);
    /// Gives names that are filled up their own length.
    pub const SHORTEN_NAMES: Self = Self::new("shorten names", names::shorten);
    /// Gives two names one symbol.
    pub const MERGE_NAMES: Self = Self::new("merge names", names::merge);
    /// Gives resources of different families symbols of their own.
    pub const SEPARATE_FAMILIES: Self = Self::new("separate families", names::separate_families);
    /// Takes out members and items, and puts the simplest values in place of others.
    pub const SIMPLIFY_ARGUMENTS: Self = Self::new("simplify arguments", simplify::arguments);
    /// Puts the steps in the order that a reader expects.
    pub const REORDER_STEPS: Self = Self::new("reorder steps", reorder::steps);
    /// Waits instead of making calls.
    pub const WAIT_INSTEAD: Self = Self::new("wait instead", time::wait_instead);
    /// Takes out pauses.
    pub const DROP_PAUSES: Self = Self::new("drop pauses", time::drop_pauses);

    const fn new(name: &'static str, candidates: Propose) -> Self {
        Self { name, candidates, times: 1 }
    }

    /// The passes that remove and simplify. Where the finding is about a point in time, they leave
    /// the pauses alone.
    pub fn first_stage(about_time: bool) -> Vec<Self> {
        let pauses = (!about_time).then_some(Self::DROP_PAUSES);
        let others = [
            Self::REMOVE_RESOURCES,
            Self::REMOVE_STEPS,
            Self::LIST_AT_ONCE,
            Self::DELETE_PARENTS,
            Self::REMOVE_INTERCHANGEABLE,
            Self::SHORTEN_PAGES,
            Self::FOLD_UPDATES,
            Self::SHORTEN_NAMES,
            Self::COMPLETE_REQUESTS,
            Self::SIMPLIFY_ARGUMENTS,
            Self::MERGE_NAMES,
            Self::SEPARATE_FAMILIES,
        ];
        pauses.into_iter().chain(others).collect()
    }

    /// The passes that come last, as they leave nothing for the others to do. Those about time take
    /// real time; a trace without a pause must then show the finding so many `times`.
    pub fn last_stage(about_time: bool, times: u32) -> Vec<Self> {
        let drop_pauses = Self { times, ..Self::DROP_PAUSES };
        let time = about_time.then_some([Self::WAIT_INSTEAD, drop_pauses]);
        [Self::REORDER_STEPS].into_iter().chain(time.into_iter().flatten()).collect()
    }
}
