//! Identity: what makes a resource the one that it is: uid, ARN and owners.
//!
//! The main functions are `Checks::identity` and [`arn_path`].

use super::{Checks, Judgement};
use crate::api::{Api, ApiFamily};
use crate::expect::Change;
use crate::place::{Path, Place};
use crate::shape_check::form_of;
use crate::shared_rule::SharedRule;
use crate::told_resource::Reading;
use crate::world::{Key, Resource};

impl Checks<'_> {
    pub(super) fn identity(
        &self,
        key: &Key,
        generation: u32,
        known: Option<&Resource>,
        reading: &Reading<'_>,
        judgement: &mut Judgement,
    ) {
        let rule = |shared| self.family.rule(shared);
        if let Some(uid) = reading.uid {
            // Uids differ from run to run, so reports speak of them without quoting them.
            let another = || "another uid".to_owned();
            let at = || Place::member(["metadata", "uid"]);
            judgement.test(
                rule(SharedRule::UidFormat),
                is_uuid(uid),
                at,
                || "a UUID in lower case: 8-4-4-4-12".to_owned(),
                || form_of(uid),
            );
            match known.filter(|known| known.uid.is_some()) {
                Some(known) => {
                    let replay = self.expectation.changes.first() == Some(&Change::Replay);
                    let shared =
                        if replay { SharedRule::CreateReplay } else { SharedRule::UidStable };
                    judgement.test(
                        rule(shared),
                        known.may_have_uid(uid),
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
                    // Where nothing else has a uid there is nothing to be told apart from.
                    let mut others = self.world.resources().filter(|(other, _)| *other != key);
                    let tested = shared.is_some() || others.any(|(_, it)| it.uid.is_some());
                    judgement.test(
                        rule(SharedRule::UidUnique).filter(|_| tested),
                        shared.is_none() || with_own_past,
                        at,
                        || "a uid that no other resource has".to_owned(),
                        || "the uid of another resource".to_owned(),
                    );
                    if generation > 0 {
                        judgement.test(
                            rule(SharedRule::UidFresh),
                            !with_own_past,
                            at,
                            || "another uid than before".to_owned(),
                            || "the uid it had before".to_owned(),
                        );
                    }
                }
            }
        }
        self.arn(
            key,
            known,
            reading,
            &Path::of(["metadata", "arn"]),
            SharedRule::ArnStable,
            judgement,
        );
        if let Some(known) = known {
            self.owners(known, reading, || Place::member(["metadata", "meshOwner"]), judgement);
        }
    }

    /// The owners stay the same.
    pub fn owners(
        &self,
        known: &Resource,
        reading: &Reading<'_>,
        at: impl FnOnce() -> Place,
        judgement: &mut Judgement,
    ) {
        let (Some(owners), Some(before)) = (reading.owners, &known.owners) else { return };
        judgement.test(
            self.family.rule(SharedRule::OwnerStable),
            known.may_have_owners(owners),
            at,
            || format!("{before:?}"),
            || format!("{owners:?}"),
        );
    }

    /// The form of an ARN and that it stays the same.
    pub fn arn(
        &self,
        key: &Key,
        known: Option<&Resource>,
        reading: &Reading<'_>,
        at: &Path,
        stable: SharedRule,
        judgement: &mut Judgement,
    ) {
        let Some(arn) = reading.arn else { return };
        let at = || at.clone().into();
        match known.filter(|known| known.arn.is_some()) {
            Some(known) => {
                judgement.test(
                    self.family.rule(stable),
                    known.may_have_arn(arn),
                    at,
                    || format!("{:?}", known.arn.as_deref().unwrap_or_default()),
                    || format!("{arn:?}"),
                );
            }
            None if stable == SharedRule::ArnStable => {
                let path = || arn_path(self.api, self.family, key);
                let fits = arn_tail(arn).is_some_and(|tail| self.is_arn_path(key, tail));
                judgement.test(
                    self.family.rule(SharedRule::ArnFormat),
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
