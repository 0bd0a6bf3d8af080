//! Answers: what a success must show, and what is learnt from it.
//!
//! The main type is [`Judgement`]: it gathers what an answer breaks and which rules it put to the
//! test. Heads (status and error type) are judged in `head`, pages in `page`.

use std::cmp::Ordering;

use serde_json::Value;

use crate::api::{Api, ApiFamily, ApiOperation};
use crate::body::form_of;
use crate::echo;
use crate::expect::{Change, Expectation};
use crate::operation::{Role, Verb};
use crate::promise::Promise;
use crate::rule::RuleId;
use crate::schema::whole;
use crate::world::{Key, Resource, Timestamp, World};

/// A rule that an answer breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The rule.
    pub rule: RuleId,
    /// The place in the answer: `answer …` for status and error type, or a member.
    pub at: String,
    /// What was permitted there.
    pub permitted: String,
    /// What came.
    pub observed: String,
}

impl Mismatch {
    /// Whether status and error type are wrong, not something in the body.
    pub fn is_head(&self) -> bool {
        self.at.starts_with("answer")
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
        at: impl FnOnce() -> String,
        permitted: impl FnOnce() -> String,
        observed: impl FnOnce() -> String,
    ) {
        let Some(rule) = rule else { return };
        self.exercised.push(rule);
        if !holds {
            let (permitted, observed) = (permitted(), observed());
            self.mismatches.push(Mismatch { rule, at: at(), permitted, observed });
        }
    }

    /// Writes down that a rule is broken.
    pub(crate) fn fail(&mut self, rule: RuleId, at: &str, permitted: String, observed: String) {
        self.test(Some(rule), false, || at.to_owned(), || permitted, || observed);
    }
}

/// The members of an answer that describe a resource, as far as they can be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading<'v> {
    /// `uid`.
    pub uid: Option<&'v str>,
    /// `arn`.
    pub arn: Option<&'v str>,
    /// `version`.
    pub version: Option<i64>,
    /// `createdAt`.
    pub created_at: Option<Timestamp>,
    /// `lastUpdatedAt`.
    pub last_updated_at: Option<Timestamp>,
    /// `meshOwner` and `resourceOwner`.
    pub owners: Option<(&'v str, &'v str)>,
    /// `status.status`.
    pub status: Option<&'v str>,
    /// `spec`.
    pub spec: Option<&'v Value>,
}

impl<'v> Reading<'v> {
    /// Reads the answer of a create, describe, update or delete.
    pub fn of_resource(body: &'v Value) -> Self {
        let metadata = body.get("metadata").unwrap_or(&Value::Null);
        let status = body.get("status").and_then(|status| status.get("status"));
        Self {
            uid: metadata.get("uid").and_then(Value::as_str),
            status: status.and_then(Value::as_str),
            spec: body.get("spec"),
            ..Self::of_item(metadata)
        }
    }

    /// Reads an item of a list, or metadata: they have these members in common.
    pub fn of_item(item: &'v Value) -> Self {
        let text = |name| item.get(name).and_then(Value::as_str);
        let time = |name| item.get(name).and_then(Timestamp::read);
        Self {
            uid: None,
            arn: text("arn"),
            version: item.get("version").and_then(Value::as_number).and_then(whole),
            created_at: time("createdAt"),
            last_updated_at: time("lastUpdatedAt"),
            owners: text("meshOwner").zip(text("resourceOwner")),
            status: None,
            spec: None,
        }
    }
}

/// The least time between two updates after which lastUpdatedAt must differ even if told in whole
/// seconds.
pub const CLOCK_STEP_MS: u64 = 1_100;

/// What the checks of one answer look at.
pub(crate) struct Checks<'a> {
    pub api: &'a Api,
    pub family: &'a ApiFamily,
    pub operation: &'a ApiOperation,
    pub world: &'a World,
    pub expectation: &'a Expectation,
    /// When the call was sent, on the caller's clock.
    pub sent_ms: u64,
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
        self.names(key, body, "", judgement);
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
                self.family.rule(Promise::CreateReplay),
                same,
                || "metadata.uid".to_owned(),
                || "the uid it had before".to_owned(),
                || "another uid".to_owned(),
            );
            return;
        }
        let generation =
            known.map_or_else(|| self.world.next_generation(key), |known| known.generation);
        self.identity(key, generation, known, &reading, judgement);
        self.version(generation, known, change, &reading, judgement);
        self.times(known, change, &reading, judgement);
        self.status(change, &reading, judgement);
        self.spec(known, change, sent, &reading, judgement);
    }

    /// The names in an answer or an item are those of the resource.
    pub fn names(&self, key: &Key, body: &Value, prefix: &str, judgement: &mut Judgement) {
        for (&family, name) in self.family.lineage.iter().zip(key.names()) {
            let member = self.api.families[family].table.name_member;
            let Some(came) = body.get(member).and_then(Value::as_str) else { continue };
            judgement.test(
                self.family.rule(Promise::Names),
                came == name,
                || format!("{prefix}{member}"),
                || format!("{name:?}"),
                || format!("{came:?}"),
            );
        }
    }

    fn identity(
        &self,
        key: &Key,
        generation: u32,
        known: Option<&Resource>,
        reading: &Reading<'_>,
        judgement: &mut Judgement,
    ) {
        let rule = |promise| self.family.rule(promise);
        if let Some(uid) = reading.uid {
            // Uids differ from run to run, so reports speak of them without quoting them.
            let another = || "another uid".to_owned();
            let at = || "metadata.uid".to_owned();
            judgement.test(
                rule(Promise::UidFormat),
                is_uuid(uid),
                at,
                || "a UUID in lower case: 8-4-4-4-12".to_owned(),
                || form_of(uid),
            );
            match known.and_then(|known| known.uid.as_deref()) {
                Some(before) => {
                    let replay = self.expectation.changes.first() == Some(&Change::Replay);
                    let promise = if replay { Promise::CreateReplay } else { Promise::UidStable };
                    judgement.test(
                        rule(promise),
                        uid == before,
                        at,
                        || "the uid it had before".to_owned(),
                        another,
                    );
                }
                None => {
                    let owner = self.world.uid_owner(uid);
                    let is_own = |(owner, its): &(Key, u32)| owner == key && *its == generation;
                    let shared = owner.filter(|owner| !is_own(owner));
                    let with_own_past = shared.is_some_and(|(owner, _)| owner == key);
                    judgement.test(
                        rule(Promise::UidUnique),
                        shared.is_none() || with_own_past,
                        at,
                        || "a uid that no other resource has".to_owned(),
                        || "the uid of another resource".to_owned(),
                    );
                    if generation > 0 {
                        judgement.test(
                            rule(Promise::UidFresh),
                            !with_own_past,
                            at,
                            || "another uid than before".to_owned(),
                            || "the uid it had before".to_owned(),
                        );
                    }
                }
            }
        }
        self.arn(key, known, reading, "metadata.arn", Promise::ArnStable, judgement);
        if let (Some(owners), Some(before)) =
            (reading.owners, known.and_then(|known| known.owners.as_ref()))
        {
            let same = owners == (&*before.0, &*before.1);
            judgement.test(
                rule(Promise::OwnerStable),
                same,
                || "metadata.meshOwner".to_owned(),
                || format!("{before:?}"),
                || format!("{owners:?}"),
            );
        }
    }

    /// The form of an ARN and that it stays the same.
    pub fn arn(
        &self,
        key: &Key,
        known: Option<&Resource>,
        reading: &Reading<'_>,
        at: &str,
        stable: Promise,
        judgement: &mut Judgement,
    ) {
        let Some(arn) = reading.arn else { return };
        let at = || at.to_owned();
        match known.and_then(|known| known.arn.as_deref()) {
            Some(before) => {
                judgement.test(
                    self.family.rule(stable),
                    arn == before,
                    at,
                    || format!("{before:?}"),
                    || format!("{arn:?}"),
                );
            }
            None if stable == Promise::ArnStable => {
                let path = || arn_path(self.api, self.family, key);
                let fits = arn_tail(arn).is_some_and(|tail| self.is_arn_path(key, tail));
                judgement.test(
                    self.family.rule(Promise::ArnFormat),
                    fits,
                    at,
                    || format!("arn:…:appmesh:REGION:ACCOUNT:{}", path()),
                    || format!("{arn:?}"),
                );
            }
            None => {}
        }
    }

    /// Whether this is the [`arn_path`] of a resource.
    fn is_arn_path(&self, key: &Key, tail: &str) -> bool {
        let mut segments = tail.split('/');
        let mut own = self.family.lineage.iter().zip(key.names());
        let fits = own.all(|(&index, name)| {
            let segment = self.api.families[index].table.arn_segment;
            // A name that was accepted against the rules may have a slash itself.
            segments.next() == Some(segment)
                && name.split('/').all(|part| segments.next() == Some(part))
        });
        fits && segments.next().is_none()
    }

    fn version(
        &self,
        generation: u32,
        known: Option<&Resource>,
        change: Change,
        reading: &Reading<'_>,
        judgement: &mut Judgement,
    ) {
        let Some(version) = reading.version else { return };
        let before = known.and_then(|known| known.version);
        let (promise, permitted) = match change {
            Change::Create if generation > 0 => (Promise::RecreatedVersion, Some(1)),
            Change::Create => (Promise::NewVersion, Some(1)),
            Change::Read | Change::Page => (Promise::VersionStable, before),
            Change::Replay if self.is_fresh_replay() => (Promise::CreateReplay, before),
            // The version that the earlier call answered is not kept; any is permitted.
            Change::Replay => return,
            Change::Replace { counts: false } => {
                let replay = self.family.rule(Promise::UpdateReplay);
                let due = replay.is_some_and(|rule| self.expectation.due.contains(&rule));
                (if due { Promise::UpdateReplay } else { Promise::IdenticalUpdate }, before)
            }
            Change::Replace { counts: true } => {
                (Promise::UpdateVersion, before.map(|version| version.saturating_add(1)))
            }
            Change::Remove => {
                judgement.exercised.extend(self.family.rule(Promise::DeletedVersion));
                return;
            }
        };
        let Some(permitted) = permitted else { return };
        // Where it is left open whether an update counts, a third version still breaks the rule.
        let rule = self.family.rule(if promise == Promise::IdenticalUpdate {
            Promise::UpdateVersion
        } else {
            promise
        });
        if promise == Promise::IdenticalUpdate {
            judgement.exercised.extend(self.family.rule(promise));
        }
        judgement.test(
            rule,
            version == permitted,
            || "metadata.version".to_owned(),
            || permitted.to_string(),
            || version.to_string(),
        );
    }

    fn times(
        &self,
        known: Option<&Resource>,
        change: Change,
        reading: &Reading<'_>,
        judgement: &mut Judgement,
    ) {
        let rule = |promise| self.family.rule(promise);
        // Times differ from run to run, so reports say how they compare.
        let show = |time: Timestamp, other: Timestamp| match time.ms.cmp(&other.ms) {
            Ordering::Less => "an earlier time".to_owned(),
            Ordering::Equal => "the same time".to_owned(),
            Ordering::Greater => "a later time".to_owned(),
        };
        let before_text = || "the time told before".to_owned();
        if let (Some(created), Some(before)) =
            (reading.created_at, known.and_then(|known| known.created_at))
        {
            judgement.test(
                rule(Promise::CreatedStable),
                created.matches(before),
                || "metadata.createdAt".to_owned(),
                before_text,
                || show(created, before),
            );
        }
        let Some(updated) = reading.last_updated_at else { return };
        let at = || "metadata.lastUpdatedAt".to_owned();
        match change {
            Change::Create => {
                if let Some(created) = reading.created_at {
                    judgement.test(
                        rule(Promise::NewTimes),
                        updated.matches(created),
                        at,
                        || "the same time as createdAt".to_owned(),
                        || show(updated, created),
                    );
                }
            }
            Change::Read | Change::Page => {
                if let Some(before) = known.and_then(|known| known.last_updated_at) {
                    judgement.test(
                        rule(Promise::UpdatedStable),
                        updated.matches(before),
                        at,
                        before_text,
                        || show(updated, before),
                    );
                }
            }
            Change::Replace { counts } => {
                let Some(known) = known else { return };
                let Some(before) = known.last_updated_at else { return };
                let late = self.sent_ms.saturating_sub(known.changed_ms) >= CLOCK_STEP_MS;
                let moved =
                    if counts && late { updated.ms > before.ms } else { updated.ms >= before.ms };
                // Whether time moved can only be seen once the clock has had time to.
                let tested = (late && counts) || !moved;
                judgement.test(
                    rule(Promise::UpdateTime).filter(|_| tested),
                    moved,
                    at,
                    || "a later time than before".to_owned(),
                    || show(updated, before),
                );
            }
            Change::Replay | Change::Remove => {}
        }
    }

    /// Whether the call is a create that was made just before: its answer is that one's.
    fn is_fresh_replay(&self) -> bool {
        let rule = self.family.rule(Promise::CreateReplay);
        rule.is_some_and(|rule| self.expectation.due.contains(&rule))
    }

    fn status(&self, change: Change, reading: &Reading<'_>, judgement: &mut Judgement) {
        let Some(status) = reading.status else { return };
        let (promise, permitted) = match change {
            Change::Remove => (Promise::DeletedStatus, "DELETED"),
            _ => (Promise::Status, "ACTIVE"),
        };
        judgement.test(
            self.family.rule(promise),
            status == permitted,
            || "status.status".to_owned(),
            || permitted.to_owned(),
            || status.to_owned(),
        );
    }

    fn spec(
        &self,
        known: Option<&Resource>,
        change: Change,
        sent: Option<&Value>,
        reading: &Reading<'_>,
        judgement: &mut Judgement,
    ) {
        let node = self
            .api
            .operation_of(self.family.index, Verb::Create)
            .and_then(|create| create.input(Role::Spec));
        let Some((_, node)) = node else { return };
        let stored = || known.and_then(|known| known.spec.as_deref());
        let (promise, sent, previous) = match change {
            Change::Create => (Promise::CreateSpec, sent, None),
            Change::Replace { .. } => (Promise::UpdateSpec, sent, stored()),
            Change::Replay if !self.is_fresh_replay() => return,
            Change::Replay => (Promise::CreateSpec, stored(), None),
            Change::Read | Change::Page => {
                (Promise::DescribeSpec, stored(), known.and_then(|known| known.previous.as_deref()))
            }
            Change::Remove => {
                (Promise::DeletedSpec, stored(), known.and_then(|known| known.previous.as_deref()))
            }
        };
        // A value of the wrong type may be dropped; that it is not stored is seen on the wire.
        let Some(sent) = sent.filter(|_| !self.expectation.wrong_type && !self.is_odd()) else {
            return;
        };
        let replaces = self.family.rule(Promise::UpdateReplaces);
        if previous.is_some() {
            judgement.exercised.extend(replaces);
        }
        let rule = self.family.rule(promise);
        judgement.exercised.extend(rule);
        for difference in echo::compare(node, Some(sent), reading.spec, previous, "spec") {
            let rule = if difference.left_over { replaces } else { rule };
            judgement.test(rule, false, || difference.at, || difference.sent, || difference.came);
        }
    }
}

/// What stands in an ARN behind the account: `mesh/M/virtualRouter/R`, by the lineage.
pub fn arn_path(api: &Api, family: &ApiFamily, key: &Key) -> String {
    let segments = family
        .lineage
        .iter()
        .zip(key.names())
        .map(|(&index, name)| format!("{}/{name}", api.families[index].table.arn_segment));
    segments.collect::<Vec<_>>().join("/")
}

fn arn_tail(arn: &str) -> Option<&str> {
    let mut parts = arn.splitn(6, ':');
    let head = [parts.next()?, parts.next()?, parts.next()?];
    let (region, account) = (parts.next()?, parts.next()?);
    let fits = head[0] == "arn"
        && head[1].starts_with("aws")
        && head[2] == "appmesh"
        && !region.is_empty()
        && !account.is_empty();
    parts.next().filter(|_| fits)
}

fn is_uuid(text: &str) -> bool {
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f' | b'-'))
}
