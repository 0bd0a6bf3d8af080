//! The limit on calls that end with a time-out.
//!
//! The main type is [`TimeOuts`]. A call without an answer costs a whole time-out, and a run has
//! thousands of calls: without a limit, a target that hangs on a single operation would hold a run up
//! for hours.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many calls may end with a time-out.
const MOST_IN_VAIN: u64 = 50;
/// One more time-out is allowed for each so many calls: a network that loses few calls is no reason to
/// end a long run.
const CALLS_FOR_ONE_MORE: u64 = 100;

/// How many calls were sent, and how many of them ended with a time-out.
#[derive(Debug, Default)]
pub(super) struct TimeOuts {
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    sent: u64,
    in_vain: u64,
    /// The operations of these calls, and how many of each.
    what: BTreeMap<String, u64>,
    lost: bool,
}

impl TimeOuts {
    /// Counts a call.
    pub(super) fn count(&self, what: &str, in_vain: bool) {
        let mut counts = self.counts();
        counts.sent += 1;
        if in_vain {
            counts.in_vain += 1;
            *counts.what.entry(what.to_owned()).or_default() += 1;
            counts.lost |= counts.in_vain > MOST_IN_VAIN + counts.sent / CALLS_FOR_ONE_MORE;
        }
    }

    /// Whether the target is given up, for good.
    pub(super) fn is_lost(&self) -> bool {
        self.counts().lost
    }

    /// Why the target is given up, if it is.
    pub(super) fn reason(&self) -> Option<String> {
        let counts = self.counts();
        let worst = counts.what.iter().rev().max_by_key(|(_, count)| **count);
        let (what, _) = worst.filter(|_| counts.lost)?;
        Some(format!("more than {MOST_IN_VAIN} calls had no answer in time, most often {what}"))
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_hangs_is_given_up() {
        let time_outs = TimeOuts::default();
        (0..MOST_IN_VAIN).for_each(|_| time_outs.count("Delete", true));
        assert!(!time_outs.is_lost() && time_outs.reason().is_none());
        time_outs.count("Describe", true);
        assert!(time_outs.is_lost());
        let reason = time_outs.reason().unwrap_or_default();
        assert!(reason.ends_with("most often Delete"), "{reason}");
        (0..100_000).for_each(|_| time_outs.count("Describe", false));
        assert!(time_outs.is_lost(), "it does not come back");
    }

    #[test]
    fn one_in_a_hundred_is_put_up_with() {
        let time_outs = TimeOuts::default();
        (0..100_000).for_each(|call| time_outs.count("Describe", call % 100 == 99));
        assert!(!time_outs.is_lost());
    }
}
