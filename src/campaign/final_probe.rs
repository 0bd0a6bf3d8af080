//! The last look at a target: whether it is still there when the last trace has been run.
//!
//! A target that goes away ends a trace after some calls without an answer. If the budget ends before
//! those calls, it must not pass for one that conforms.

use super::Campaign;

/// So often a target may leave the last question without an answer before it counts as gone: one that
/// breaks a connection now and then is still there.
const TRIES: u32 = 3;

impl Campaign<'_> {
    /// Asks a target that left something without an answer once more, unless the run was interrupted.
    pub(super) async fn see_it_off(&mut self) {
        let left_something = self.outcome.lost > 0 || !self.runner.left_over().is_empty();
        if self.outcome.inconclusive.is_some() || self.runner.is_interrupted() || !left_something {
            return;
        }
        let mut failure = String::new();
        for _ in 0..TRIES {
            match self.runner.reach().await {
                Ok(()) => return,
                Err(reason) => failure = reason,
            }
        }
        let gone = format!("the target does not answer any more: {failure}");
        self.outcome.inconclusive = Some(gone);
    }
}
