//! Explanations: the deviations of the target that must be assumed if a world is the true one.
//!
//! The main types are [`Explanation`] and its [`Cost`]. The cheapest explanations are believed; see
//! [`super::Belief`].

use crate::answer::Mismatch;

/// What an explanation assumes; ordered, the most plausible first.
///
/// Outcomes come before details, because a call that was refused although it had to succeed (or the
/// other way round) tells more of the state than a wrong member in an answer does. A change of the
/// state that no call explains counts as one more outcome. Example: after an accepted create, a
/// describe and an update that find nothing cost two outcomes, if both are wrong; and two as well,
/// if the resource vanished, because the describe is wrong then, too, and the loss comes on top.
/// If the name is taken at the next create, that is right in the first world and a third outcome in
/// the second.
///
/// That a call was done although its answer refused it counts as a detail: the wrong refusal is paid
/// for already. Example: an update is answered with 418, and the next describe shows the version and
/// the specification that it asked for. One wrong answer explains both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost {
    /// Distinct wrong outcomes, and distinct changes that no call explains.
    pub outcomes: usize,
    /// Distinct wrong details of answers whose outcome is permitted.
    pub details: usize,
}

/// A change of the state that no permitted outcome explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assumption {
    /// The resource vanished without a delete.
    Lost,
    /// The call was refused and done all the same.
    DoneThoughRefused,
    /// The resource exists although nothing created it, or although it was deleted.
    Exists,
}

/// A wrong answer to one call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Deviation {
    /// Which call it was, counted from the first.
    pub call: usize,
    /// The operation, as an index.
    pub operation: usize,
    /// The rule, the place, and what differs.
    pub mismatch: Mismatch,
}

impl Deviation {
    /// Whether both accuse the same place in an answer of the same operation: a target that shows
    /// both repeats itself. The rule is not compared, because it tells why the answer is wrong in one
    /// world. Example: an update that is always refused with 400 breaks one rule with a new client
    /// token and another with a known one.
    fn accuses(&self, operation: usize, mismatch: &Mismatch) -> bool {
        self.operation == operation && self.mismatch.at == mismatch.at
    }
}

/// The distinct deviations that must be assumed if a world is the true one. A target that repeats a
/// deviation pays for it once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Explanation {
    deviations: Vec<Deviation>,
    /// Each with the operation whose answer showed it.
    assumptions: Vec<(usize, Assumption)>,
}

impl Explanation {
    /// What it costs to believe this.
    pub fn cost(&self) -> Cost {
        let outcomes = self.deviations.iter().filter(|it| it.mismatch.is_outcome()).count();
        let is_done =
            |(_, assumption): &&(usize, Assumption)| *assumption == Assumption::DoneThoughRefused;
        let done = self.assumptions.iter().filter(is_done).count();
        Cost {
            outcomes: outcomes + self.assumptions.len() - done,
            details: self.deviations.len() - outcomes + done,
        }
    }

    /// The deviations, the first one seen first.
    pub fn deviations(&self) -> &[Deviation] {
        &self.deviations
    }

    /// Whether it says that this place in an answer of the operation is wrong.
    pub fn accuses(&self, operation: usize, mismatch: &Mismatch) -> bool {
        self.deviations.iter().any(|known| known.accuses(operation, mismatch))
    }

    /// Adds what is wrong with the answer to a call.
    pub fn extend(&mut self, call: usize, operation: usize, mismatches: &[Mismatch]) {
        for mismatch in mismatches {
            if !self.deviations.iter().any(|known| known.accuses(operation, mismatch)) {
                let mismatch = mismatch.clone();
                self.deviations.push(Deviation { call, operation, mismatch });
            }
        }
    }

    /// Adds a change that no permitted outcome explains.
    pub fn assume(&mut self, operation: usize, assumption: Assumption) {
        if !self.assumptions.contains(&(operation, assumption)) {
            self.assumptions.push((operation, assumption));
        }
    }
}
