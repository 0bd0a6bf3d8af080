//! Patience: when a target has kept its caller waiting in vain so often that a run must end.
//!
//! The main type is [`Patience`]. A call that is never answered costs a whole time-out, and a run has
//! thousands of calls: without a limit, a target that hangs on a single operation would hold a run up
//! for hours. It must not know what the calls are about.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many calls may be waited for in vain, and one more for each so many calls that were sent: a
/// network that loses few calls is no reason to end a long run.
const MOST_IN_VAIN: u64 = 50;
const CALLS_FOR_ONE_MORE: u64 = 100;

/// How often a target was waited for, and how often in vain.
#[derive(Debug, Default)]
pub(super) struct Patience {
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    sent: u64,
    in_vain: u64,
    /// What was waited for in vain, and how often each.
    what: BTreeMap<String, u64>,
    lost: bool,
}

impl Patience {
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

    /// Whether it is lost. It does not come back.
    pub(super) fn is_lost(&self) -> bool {
        self.counts().lost
    }

    /// Why it is lost, if it is.
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
        let patience = Patience::default();
        (0..MOST_IN_VAIN).for_each(|_| patience.count("Delete", true));
        assert!(!patience.is_lost() && patience.reason().is_none());
        patience.count("Describe", true);
        assert!(patience.is_lost());
        let reason = patience.reason().unwrap_or_default();
        assert!(reason.ends_with("most often Delete"), "{reason}");
        (0..100_000).for_each(|_| patience.count("Describe", false));
        assert!(patience.is_lost(), "it does not come back");
    }

    #[test]
    fn one_in_a_hundred_is_put_up_with() {
        let patience = Patience::default();
        (0..100_000).for_each(|call| patience.count("Describe", call % 100 == 99));
        assert!(!patience.is_lost());
    }
}
