//! History: the version of a resource and its times, and how they may move.
//!
//! The main functions are `Checks::version` and `Checks::times`.

use std::cmp::Ordering;

use super::{Checks, Judgement};
use crate::action::{Shown, ShownTimes, ShownVersion};
use crate::place::Place;
use crate::shared_rule::SharedRule;
use crate::told_resource::Reading;
use crate::world::{Resource, Timestamp};

/// The least time between two updates after which lastUpdatedAt must differ even if told in whole
/// seconds.
pub const CLOCK_STEP_MS: u64 = 1_100;

impl Checks<'_> {
    pub(super) fn version(
        &self,
        known: Option<&Resource>,
        shown: &Shown,
        reading: &Reading<'_>,
        judgement: &mut Judgement,
    ) {
        let Some(version) = reading.version else { return };
        judgement.exercised.extend(shown.version_open.and_then(|open| self.family.rule(open)));
        let before = known.and_then(|known| known.version);
        let is = |version| known.is_none_or(|known| known.may_have_version(version));
        let moved = |version: i64| version.checked_sub(1).is_some_and(is);
        let (rule, permitted, holds) = match (shown.version, before) {
            (ShownVersion::First(rule), _) => (rule, 1, version == 1),
            (ShownVersion::Same(rule), Some(before)) => (rule, before, is(version)),
            (ShownVersion::Next(rule), Some(before)) => {
                let next = before.saturating_add(1);
                (rule, next, version == next || moved(version))
            }
            (ShownVersion::Open, _) | (_, None) => return,
        };
        judgement.test(
            self.family.rule(rule),
            holds,
            || Place::member(["metadata", "version"]),
            || permitted.to_string(),
            || version.to_string(),
        );
    }

    pub(super) fn times(
        &self,
        known: Option<&Resource>,
        shown: &Shown,
        reading: &Reading<'_>,
        judgement: &mut Judgement,
    ) {
        let rule = |shared| self.family.rule(shared);
        // Times differ from run to run, so reports say how they compare.
        let show = |time: Timestamp, other: Timestamp| match time.ms.cmp(&other.ms) {
            Ordering::Less => "an earlier time".to_owned(),
            Ordering::Equal => "the same time".to_owned(),
            Ordering::Greater => "a later time".to_owned(),
        };
        let before_text = || "the time told before".to_owned();
        let created_before = known.and_then(|known| Some((known, known.created_at?)));
        if let (Some(created), Some((known, before))) = (reading.created_at, created_before) {
            judgement.test(
                rule(SharedRule::CreatedStable),
                known.may_be_created_at(created),
                || Place::member(["metadata", "createdAt"]),
                before_text,
                || show(created, before),
            );
        }
        let Some(updated) = reading.last_updated_at else { return };
        let at = || Place::member(["metadata", "lastUpdatedAt"]);
        match shown.times {
            ShownTimes::New => {
                if let Some(created) = reading.created_at {
                    judgement.test(
                        rule(SharedRule::NewTimes),
                        updated.matches(created),
                        at,
                        || "the same time as createdAt".to_owned(),
                        || show(updated, created),
                    );
                }
            }
            ShownTimes::Same => {
                let updated_before = known.and_then(|known| Some((known, known.last_updated_at?)));
                if let Some((known, before)) = updated_before {
                    judgement.test(
                        rule(SharedRule::UpdatedStable),
                        known.may_be_updated_at(updated),
                        at,
                        before_text,
                        || show(updated, before),
                    );
                }
            }
            ShownTimes::Moved { counts } => {
                let Some(known) = known else { return };
                let Some(before) = known.earliest_update() else { return };
                let late = self.sent_ms.saturating_sub(known.changed_ms) >= CLOCK_STEP_MS;
                let moved =
                    if counts && late { updated.ms > before.ms } else { updated.ms >= before.ms };
                // Whether time moved can only be seen once the clock has had time to.
                let tested = (late && counts) || !moved;
                judgement.test(
                    rule(SharedRule::UpdateTime).filter(|_| tested),
                    moved,
                    at,
                    || "a later time than before".to_owned(),
                    || show(updated, before),
                );
            }
            ShownTimes::Open => {}
        }
    }
}
