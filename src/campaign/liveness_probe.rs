//! The last call of a campaign, which tells whether the target still answers.
//!
//! A target that stops answering ends a trace after some calls without an answer. If the budget ends
//! before those calls, the target must not pass as conforming.

use super::state::Campaign;

/// How often the last call is tried. A target that breaks a connection now and then still answers.
const TRIES: u32 = 3;

impl Campaign<'_> {
    /// Calls a target that left calls without an answer once more, unless the run was interrupted.
    pub(super) async fn probe_at_the_end(&mut self) {
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
