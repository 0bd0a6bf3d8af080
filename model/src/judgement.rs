//! Judgements: what is wrong with an answer, and what a success must show.
//!
//! The main type is [`Judgement`]: it gathers what an answer breaks and which rules it put to the
//! test. `outcome_check` judges status and error type, `page_check` pages.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use crate::action::{self, Shown, ShownSpec};
use crate::api::{Api, ApiFamily, ApiOperation};
use crate::expect::{Change, Expectation};
use crate::operation::{Action, Role};
use crate::place::{Path, Place};
use crate::rule::RuleId;
use crate::shared_rule::SharedRule;
use crate::spec_round_trip;
use crate::told_resource::Reading;
use crate::world::{Key, Resource, World};

mod identity;
mod version_and_times;

pub use identity::arn_path;
pub use version_and_times::CLOCK_STEP_MS;

/// More mismatches of one answer say nothing new: a page of 100 results can have some hundred.
const MOST_MISMATCHES: usize = 2_000;

/// A rule that an answer breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The rule.
    pub rule: RuleId,
    /// The place in the answer.
    pub at: Place,
    /// What was permitted there.
    pub permitted: String,
    /// What came.
    pub observed: String,
}

impl Mismatch {
    /// Whether the outcome is wrong, not a detail of a permitted one.
    pub fn is_outcome(&self) -> bool {
        self.at.is_outcome()
    }
}

/// What an answer breaks, and which rules it put to the test.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// The rules it breaks.
    pub mismatches: Vec<Mismatch>,
    /// The rules that it could have broken, the broken ones among them. May repeat.
    pub exercised: Vec<RuleId>,
}

impl Judgement {
    /// A judgement with room for what an answer commonly puts to the test.
    pub(crate) fn with_room() -> Self {
        Self { mismatches: Vec::new(), exercised: Vec::with_capacity(32) }
    }

    /// Puts a rule to the test: it holds if `holds`, and else what was permitted and what came is
    /// written down.
    pub(crate) fn test(
        &mut self,
        rule: Option<RuleId>,
        holds: bool,
        at: impl FnOnce() -> Place,
        permitted: impl FnOnce() -> String,
        observed: impl FnOnce() -> String,
    ) {
        let Some(rule) = rule else { return };
        self.exercised.push(rule);
        if !holds && self.mismatches.len() < MOST_MISMATCHES {
            let (permitted, observed) = (permitted(), observed());
            self.mismatches.push(Mismatch { rule, at: at(), permitted, observed });
        }
    }

    /// Writes down that a rule is broken.
    pub(crate) fn fail(&mut self, rule: RuleId, at: Place, permitted: String, observed: String) {
        self.test(Some(rule), false, || at, || permitted, || observed);
    }
}

/// What the checks of one answer look at.
pub(crate) struct Checks<'a> {
    pub api: &'a Api,
    pub family: &'a ApiFamily,
    pub operation: &'a ApiOperation,
    pub world: &'a World,
    pub expectation: &'a Expectation,
    /// When the call was sent, on the caller's clock.
    pub sent_ms: u64,
    /// The latest time that a timestamp may tell; none if no clock is known.
    pub latest_ms: Option<i64>,
}

impl Checks<'_> {
    /// Checks the body of a create, describe, update or delete that succeeded.
    pub fn resource(
        &self,
        key: &Key,
        change: Change,
        sent: Option<&Value>,
        body: &Value,
        judgement: &mut Judgement,
    ) {
        self.names(key, body, &Path::default(), judgement);
        let reading = Reading::of_resource(body);
        let known = match change {
            Change::Create => None,
            _ => self.world.get(key),
        };
        if change == Change::Replay && known.is_none() {
            // What an earlier call answered about a resource that is gone: it has the uid it had.
            let before = self.world.past(key).and_then(|(_, uid)| uid.as_deref());
            let same = reading.uid.is_none() || before.is_none() || reading.uid == before;
            judgement.test(
                self.family.rule(SharedRule::CreateReplay),
                same,
                || Place::member(["metadata", "uid"]),
                || "the uid it had before".to_owned(),
                || "another uid".to_owned(),
            );
            return;
        }
        if change != Change::Create && known.is_none() {
            // A resource that another one names: nothing is known of it.
            return;
        }
        // A resource that another one names may have existed before its create.
        let is_first = change != Change::Create || !self.world.implies(key);
        let generation = match known {
            Some(known) => known.generation,
            None if is_first => self.world.next_generation(key),
            None => 0,
        };
        self.identity(key, generation, known, &reading, judgement);
        let is_due = |shared| {
            self.family.rule(shared).is_some_and(|rule| self.expectation.due.contains(&rule))
        };
        let action = action::of(self.operation.table.action);
        let shown = action.shows(change, generation > 0, &is_due);
        if is_first {
            self.version(known, &shown, &reading, judgement);
            self.times(known, &shown, &reading, judgement);
        }
        self.status(&shown, &reading, judgement);
        self.spec(known, change, &shown, sent, &reading, judgement);
    }

    /// The names in an answer or an item are those of the resource.
    pub fn names(&self, key: &Key, body: &Value, prefix: &Path, judgement: &mut Judgement) {
        for (&family, name) in self.family.lineage.iter().zip(key.names()) {
            let member = self.api.families[family].table.name_member;
            let Some(came) = body.get(member).and_then(Value::as_str) else { continue };
            judgement.test(
                self.family.rule(SharedRule::Names),
                came == name,
                || prefix.member(member).into(),
                || format!("{name:?}"),
                || format!("{came:?}"),
            );
        }
    }

    fn status(&self, shown: &Shown, reading: &Reading<'_>, judgement: &mut Judgement) {
        let Some(status) = reading.status else { return };
        let (rule, permitted) = shown.status;
        judgement.test(
            self.family.rule(rule),
            status == permitted,
            || Place::member(["status", "status"]),
            || permitted.to_owned(),
            || status.to_owned(),
        );
    }

    fn spec(
        &self,
        known: Option<&Resource>,
        change: Change,
        shown: &Shown,
        sent: Option<&Value>,
        reading: &Reading<'_>,
        judgement: &mut Judgement,
    ) {
        let node = self
            .api
            .operation_of(self.family.index, Action::Create)
            .and_then(|create| create.input(Role::Spec));
        let Some((_, node)) = node else { return };
        let Some((rule, source)) = shown.spec else { return };
        let sent = match source {
            ShownSpec::Sent => sent,
            ShownSpec::Stored => known.and_then(|known| known.spec.as_deref()),
        };
        // A value of the wrong type may be dropped; that it is not stored is seen on the wire.
        let Some(sent) = sent.filter(|_| !self.expectation.wrong_type && !self.is_spec_in_doubt())
        else {
            return;
        };
        let mut formers = known.into_iter().flat_map(|known| formers(known, change));
        let previous = formers.next();
        let replaces = self.family.rule(SharedRule::UpdateReplaces);
        if previous.is_some() {
            judgement.exercised.extend(replaces);
        }
        let rule = self.family.rule(rule);
        judgement.exercised.extend(rule);
        let compare = |sent, former| {
            spec_round_trip::compare(node, Some(sent), reading.spec, former, &Path::of(["spec"]))
        };
        let differences = compare(sent, previous);
        if differences.is_empty() {
            return;
        }
        let is_new = source == ShownSpec::Sent;
        let mut others = known.into_iter().flat_map(Resource::specs).skip(1).filter(|_| !is_new);
        if others.any(|other| compare(other, previous).is_empty()) {
            return;
        }
        // What nobody sent again may be left over from long before.
        let old = formers.flat_map(|former| compare(sent, Some(former)));
        let old: HashSet<_> =
            old.filter(|old| old.left_over).map(|old| (old.at, old.came)).collect();
        for difference in differences {
            let is_left_over = difference.left_over
                || old.contains(&(difference.at.clone(), difference.came.clone()));
            let rule = if is_left_over { replaces } else { rule };
            judgement.test(
                rule,
                false,
                || difference.at.into(),
                || difference.sent,
                || difference.came,
            );
        }
    }
}

/// The specifications that a resource had before the one it is said to have, the last one first.
fn formers(known: &Resource, change: Change) -> impl Iterator<Item = &Value> {
    let is_update = matches!(change, Change::Replace { .. });
    let is_later = !matches!(change, Change::Create | Change::Replay);
    let replaced = known.replaced().filter(|_| is_update);
    let formers = is_later.then_some(&known.formers).into_iter().flatten();
    replaced.into_iter().chain(formers).map(Arc::as_ref)
}
