//! Passes: the ways in which traces are made smaller, and the order in which they are tried.
//!
//! A [`Pass`] is a name and a function from a trace to candidates, the best first. It knows nothing
//! of targets. That a candidate is smaller and shows the finding is for the driver to see.

use super::candidate::{Candidates, Cursor, Facts};
use crate::trace::Trace;

mod fold;
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
    const fn new(name: &'static str, candidates: Propose) -> Self {
        Self { name, candidates, times: 1 }
    }

    /// Every pass, in the order in which they are run.
    pub const ALL: [Self; 15] = [
        Self::new("drop pauses", time::drop_pauses),
        Self::new("remove resources", remove_steps::of_a_resource),
        Self::new("remove steps", remove_steps::runs),
        Self::new("list at once", pages::list_at_once),
        Self::new("delete parents", fold::delete_parent),
        Self::new("remove interchangeable steps", remove_steps::interchangeable),
        Self::new("shorten pages", pages::shorten),
        Self::new("fold updates", fold::fold_update),
        Self::new("shorten names", names::shorten),
        Self::new("complete requests", simplify::complete),
        Self::new("simplify arguments", simplify::arguments),
        Self::new("merge names", names::merge),
        Self::new("separate families", names::separate_families),
        Self::new("reorder steps", reorder::steps),
        Self::new("wait instead", time::wait_instead),
    ];

    /// The passes in two stages: the second leaves nothing for the first to do. Where a finding is
    /// about a point in time, the passes about time come last, as they take real time, and a trace
    /// without a pause must show the finding so many `times`.
    pub fn stages(about_time: bool, times: u32) -> [Vec<Self>; 2] {
        let [pauses, others @ .., reorder, wait] = Self::ALL;
        if about_time {
            [others.to_vec(), vec![reorder, wait, Self { times, ..pauses }]]
        } else {
            [[vec![pauses], others.to_vec()].concat(), vec![reorder]]
        }
    }
}
