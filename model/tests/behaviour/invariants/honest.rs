//! The honest target: what it answers is settled only when it is asked.

use appmesh_model::api::{Call, Version};
use appmesh_model::error::ErrorKind;
use appmesh_model::expect::{Change, expect};
use appmesh_model::judgement::arn_path;
use appmesh_model::observed::Answer;
use appmesh_model::operation::{Action, Role};
use appmesh_model::world::{Key, Resource, Timestamp, World};
use appmesh_model::{DEFAULT_LIMIT, rendering};
use serde_json::{Value, json};

use super::pools::picked;
use super::session::{Session, ok, refused};
use super::steps::Picks;

impl Session {
    /// An outcome that is permitted in one of the worlds.
    pub fn honest(&mut self, call: &Call, picks: &Picks) -> Answer {
        let world = picked(&picks.world, self.belief.worlds()).clone();
        let expected = expect(self.api, &world, call);
        let operation = &self.api.operations[call.operation];
        let mut errors: Vec<ErrorKind> = expected.refusals().map(|refusal| refusal.error).collect();
        if expected.open.is_some() {
            let blames_caller = |kind: &ErrorKind| {
                matches!(kind, ErrorKind::BadRequest | ErrorKind::NotFound | ErrorKind::Conflict)
            };
            errors.extend(operation.table.errors.iter().copied().filter(blames_caller));
        }
        // How a specification of the wrong type is stored is not known, so it is refused here.
        let is_list = operation.table.action == Action::List;
        let storable = expected.open.is_none() || is_list;
        let changes: &[Change] =
            if expected.may_succeed() && storable { &expected.changes } else { &[] };
        let key = expected.key.as_ref().filter(|_| !changes.is_empty());
        match key {
            Some(key) if picks.succeed || errors.is_empty() => {
                let change = *picked(&picks.outcome, changes);
                ok(if change == Change::Page {
                    self.page(&world, call, key, picks)
                } else {
                    self.done(&world, call, key, change, picks)
                })
            }
            _ => {
                assert!(!errors.is_empty(), "no outcome for {call:?}: {expected:?}");
                refused(*picked(&picks.outcome, &errors))
            }
        }
    }

    /// The answer to a call that did this.
    pub fn done(
        &mut self,
        world: &World,
        call: &Call,
        key: &Key,
        change: Change,
        picks: &Picks,
    ) -> Value {
        let sent = call.input.get("spec").cloned().unwrap_or_else(|| json!({}));
        let now = moment(self.now_ms);
        let before = match world.get(key) {
            Some(known) if change != Change::Create => known.clone(),
            _ => {
                let again = Resource::new(world.next_generation(key), Some(sent.clone().into()), 0);
                Resource { created_at: Some(now), ..again }
            }
        };
        let mut after = self.settled(key, &before);
        if let Change::Replace { counts } = change {
            after.spec = Some(sent.into());
            if counts {
                after.version = after.version.map(|version| version + 1);
            }
            if counts || picks.flag {
                after.last_updated_at = Some(now);
            }
        }
        let status = if change == Change::Remove { "DELETED" } else { "ACTIVE" };
        let mut body = rendering::resource(self.api, key, &after, status);
        if self.shy && self.api.version == Version::V2018_10_01 {
            body["metadata"]["version"].take();
        }
        body
    }

    /// The resource with all that was not known of it decided.
    pub fn settled(&mut self, key: &Key, known: &Resource) -> Resource {
        let changed = moment(known.changed_ms);
        let owner = || "123456789012".into();
        let path = arn_path(self.api, &self.api.families[key.family], key);
        let created = known.created_at.unwrap_or(changed);
        let uid = known.uid.clone().unwrap_or_else(|| {
            self.minted += 1;
            uid(self.minted).into()
        });
        Resource {
            uid: Some(uid),
            arn: known.arn.clone().or(Some(format!("arn:aws:appmesh:r:a:{path}").into())),
            owners: known.owners.clone().or_else(|| Some((owner(), owner()))),
            created_at: Some(created),
            last_updated_at: known.last_updated_at.or(Some(later(created, changed))),
            ..known.clone()
        }
    }

    /// A page that a correct target may answer.
    pub fn page(&mut self, world: &World, call: &Call, key: &Key, picks: &Picks) -> Value {
        let operation = &self.api.operations[call.operation];
        let family = &self.api.families[operation.family];
        let asked = |role| operation.input(role).and_then(|(input, _)| call.input.get(input.name));
        let limit = asked(Role::Limit).and_then(Value::as_i64).unwrap_or(DEFAULT_LIMIT) as usize;
        let walk = asked(Role::PageToken)
            .and_then(Value::as_str)
            .and_then(|token| world.pagination(token));
        let walk = walk.filter(|walk| {
            walk.family == key.family && &*walk.parent == key.parent_path() && !walk.loose
        });
        // A list goes on where it was, even for a token that is used twice.
        let left: Vec<Key> = world
            .siblings(key.family, key.parent_path())
            .filter(|sibling| walk.is_none_or(|walk| !walk.seen.contains(sibling.name())))
            .cloned()
            .collect();
        let size =
            if left.is_empty() { 0 } else { 1 + picks.size.index(left.len().min(limit.max(1))) };
        let items: Vec<Value> = left[..size]
            .iter()
            .filter_map(|sibling| {
                let settled = self.settled(sibling, world.get(sibling)?);
                Some(rendering::item(self.api, sibling, &settled))
            })
            .collect();
        let mut body = json!({family.table.list_member: items});
        // A last page may be empty.
        if size < left.len() || (size > 0 && picks.flag) {
            self.minted += 1;
            body["nextToken"] = json!(format!("page{}", self.minted));
        } else if picks.flag {
            body["nextToken"] = Value::Null;
        }
        body
    }
}

pub fn uid(number: u64) -> String {
    format!("a1b2c3d4-5678-90ab-cdef-{number:012x}")
}

/// The target's time at this moment of the caller's clock.
pub fn moment(ms: u64) -> Timestamp {
    Timestamp { ms: 1_700_000_000_001 + 10 * (ms as i64 / 10), whole: false }
}

pub fn later(one: Timestamp, other: Timestamp) -> Timestamp {
    if one.ms >= other.ms { one } else { other }
}
