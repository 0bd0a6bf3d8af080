//! Explanations: the deviations of the target that must be assumed if a world is the true one.
//!
//! The main types are [`Explanation`] and its [`Cost`]. The cheapest explanations are believed; see
//! [`super::Belief`].

use crate::api::Api;
use crate::judgement::Mismatch;
use crate::place::Place;
use crate::shared_rule::SharedRule;

/// What an explanation assumes; ordered, the most plausible first.
///
/// Outcomes come before details, because a call that was refused although it had to succeed (or the
/// other way round) tells more of the state than a wrong member in an answer does.
///
/// A wrong outcome counts once for each operation and place. One kind counts once for a whole family:
/// that single calls do not find a resource. Example: after an accepted create a describe, an update and
/// a delete are answered with 404. If the resource is there and cannot be addressed, one mistake of the
/// target explains all three.
///
/// The effect of a wrong refusal costs nothing: that the call was not done, that it was done, and
/// that the resource is gone are equally plausible, and later answers tell. Example: a delete and a
/// describe are answered with 404. If the name is taken at the next create, that is right where the
/// resource is there, and one more outcome where it was deleted. A target that leaves other effects
/// behind the refusals of one operation costs one detail for each but the first. Example: four deletes
/// are answered with 404, and then the list is empty. That all of them were done is one of sixteen
/// possibilities, and more plausible than that any three of them were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost {
    /// Distinct wrong outcomes, and distinct resources that nothing created.
    pub outcomes: usize,
    /// Distinct wrong details of answers whose outcome is permitted, and further effects.
    pub details: usize,
}

/// The effect of a call that was answered wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Everything is as it was.
    Unchanged,
    /// The call was refused and done all the same.
    Done,
    /// The resource vanished without a delete.
    Lost,
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
    /// The family, as an index, if a single call does not find a resource that exists.
    unfound: Option<usize>,
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
    /// Each with the operation whose answer left it behind.
    effects: Vec<(usize, Effect)>,
}

impl Explanation {
    /// What it costs to believe this.
    pub fn cost(&self) -> Cost {
        let mut cost = Cost::default();
        for (index, deviation) in self.deviations.iter().enumerate() {
            let is_repeated = deviation.unfound.is_some()
                && self.deviations[..index].iter().any(|it| it.unfound == deviation.unfound);
            match deviation.mismatch.is_outcome() {
                true => cost.outcomes += usize::from(!is_repeated),
                false => cost.details += 1,
            }
        }
        let exists = self.effects.iter().filter(|(_, effect)| *effect == Effect::Exists);
        cost.outcomes += exists.count();
        let mut refusing = Vec::new();
        for (operation, _) in self.effects.iter().filter(|(_, effect)| *effect != Effect::Exists) {
            cost.details += usize::from(refusing.contains(operation));
            refusing.push(*operation);
        }
        cost
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
    pub fn extend(&mut self, api: &Api, call: usize, operation: usize, mismatches: &[Mismatch]) {
        for mismatch in mismatches {
            if !self.accuses(operation, mismatch) {
                let unfound = unfound(api, operation, mismatch);
                let mismatch = mismatch.clone();
                self.deviations.push(Deviation { call, operation, mismatch, unfound });
            }
        }
    }

    /// Adds what a wrong answer left behind.
    pub fn leave(&mut self, operation: usize, effect: Effect) {
        if !self.effects.contains(&(operation, effect)) {
            self.effects.push((operation, effect));
        }
    }
}

/// The family of a resource that exists and that a call on this one resource does not find.
fn unfound(api: &Api, operation: usize, mismatch: &Mismatch) -> Option<usize> {
    let family = &api.families[api.operations[operation].family];
    let due = [SharedRule::Describes, SharedRule::Updates, SharedRule::Deletes];
    let is_due = due.into_iter().any(|due| family.rule(due) == Some(mismatch.rule));
    let is_missed = matches!(mismatch.at, Place::Outcome { status: 404, .. });
    (is_due && is_missed).then_some(family.index)
}
