//! Sabotage: what a faulty server does otherwise than a correct one.
//!
//! The main type is [`Sabotage`]: the faults that are switched on, and what they must remember. The
//! plain server calls in here at a few places and is otherwise free of faults.

use std::collections::{BTreeMap, BTreeSet};

use appmesh_model::api::{Api, ApiOperation, Call};
use appmesh_model::expect::{Change, Expectation, Refusal, expect};
use appmesh_model::operation::{ErrorKind, Role, Verb};
use appmesh_model::perform::{Minted, perform};
use appmesh_model::render;
use appmesh_model::wire::Wire;
use appmesh_model::world::{Key, Resource, Timestamp, World};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Reply;
use super::fault::{Act, Fault};

/// A change to a resource behind the model's back.
type Edit = Box<dyn FnOnce(&mut Resource)>;

/// How a page is cut wrongly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Twist {
    /// How many results to leave out at the start.
    pub skip: usize,
    /// Begin with the result that the page before ended with.
    pub overlap: bool,
    /// The last page has an empty token.
    pub empty_token: bool,
    /// ARNs of items are made up.
    pub other_arns: bool,
}

/// The faults that are switched on, and what they remember.
#[derive(Clone, Debug)]
pub struct Sabotage {
    faults: Vec<Fault>,
    /// Resources that were deleted, as they were last.
    deleted: BTreeMap<Key, Resource>,
    /// How often each resource was updated.
    updates: BTreeMap<Key, u32>,
    /// Resources that have held others.
    parents: BTreeSet<Key>,
    one_uid: String,
}

impl Sabotage {
    /// With these faults switched on.
    pub fn new(faults: &[Fault]) -> Self {
        Self {
            faults: faults.to_vec(),
            deleted: BTreeMap::new(),
            updates: BTreeMap::new(),
            parents: BTreeSet::new(),
            one_uid: Uuid::new_v4().to_string(),
        }
    }

    /// Whether no fault is switched on, so that nothing need be remembered.
    pub fn is_idle(&self) -> bool {
        self.faults.is_empty()
    }

    fn has(&self, act: Act, family: usize) -> bool {
        self.faults
            .iter()
            .any(|fault| fault.act == act && fault.family.is_none_or(|its| its == family))
    }

    /// Changes what the server believes it must do.
    pub(super) fn distort(
        &mut self,
        api: &Api,
        call: &Call,
        expectation: &mut Expectation,
        world: &World,
    ) {
        if self.is_idle() {
            return;
        }
        let operation = &api.operations[call.operation];
        let (verb, family) = (operation.table.verb, operation.family);
        for fault in self.faults.iter().filter(|fault| fault.act == Act::Ignore) {
            let rule = api.catalogue.find(&fault.rule);
            let ignored = |refusal: &Refusal| Some(refusal.rule) == rule;
            let Some(demand) = expectation.demands.iter().copied().find(ignored) else { continue };
            // Who does not look at a value does not compare it with others either.
            let compares = |refusal: &Refusal| {
                demand.bounds_input && !refusal.bounds_input && refusal.error == demand.error
            };
            expectation.demands.retain(|refusal| !ignored(refusal) && !compares(refusal));
        }
        let Some(key) = expectation.key.clone() else { return };
        if self.has(Act::MissingIsBadRequest, family) && verb == Verb::Describe {
            for refusal in expectation.demands.iter_mut() {
                refusal.error = ErrorKind::BadRequest;
            }
        }
        if verb == Verb::Describe
            && self.has(Act::DeletedLingers, family)
            && self.deleted.contains_key(&key)
        {
            expectation.demands.clear();
            expectation.changes = vec![Change::Read];
        }
        let replayed = expectation.changes == [Change::Replay];
        let twice_updated = self.updates.get(&key).is_some_and(|updates| *updates >= 2);
        let refusals = [
            (Act::LosesAfterUpdates, verb == Verb::Describe && twice_updated, ErrorKind::NotFound),
            (
                Act::RefusesOldNames,
                verb == Verb::Create && self.deleted.contains_key(&key),
                ErrorKind::Conflict,
            ),
            (
                Act::RemembersChildren,
                verb == Verb::Delete && self.parents.contains(&key),
                ErrorKind::ResourceInUse,
            ),
            (
                Act::RefusesTokens,
                verb == Verb::List && carries(operation, call, Role::PageToken),
                ErrorKind::BadRequest,
            ),
            (Act::ForgetsTokens, verb == Verb::Create && replayed, ErrorKind::Conflict),
        ];
        for (act, applies, error) in refusals {
            if applies && expectation.demands.is_empty() && self.has(act, family) {
                // Whichever rule is named here is never shown to anybody.
                let rule = api.wire(Wire::Status);
                expectation.demands.push(Refusal { error, rule, bounds_input: false });
            }
        }
        if verb == Verb::Create && expectation.demands.is_empty() {
            for (depth, &above) in api.families[family].lineage.iter().enumerate() {
                let ancestor = key.ancestor(above, depth);
                if above != family && world.contains(&ancestor) {
                    self.parents.insert(ancestor);
                }
            }
        }
    }

    /// The answer to a create without a name, if the server does not mind. What it makes cannot be
    /// reached or deleted by anybody, so it is not kept.
    pub(super) fn nameless(
        &self,
        api: &Api,
        call: &Call,
        expectation: &Expectation,
        world: &World,
    ) -> Option<Value> {
        let operation = &api.operations[call.operation];
        let creates = operation.table.verb == Verb::Create;
        let named = expectation.key.as_ref().is_some_and(|key| !key.name().is_empty());
        if self.is_idle() || !creates || named || !expectation.demands.is_empty() {
            return None;
        }
        let depth = api.families[operation.family].lineage.len() - 1;
        let (input, _) = operation.input(Role::Name(depth))?;
        let mut named = call.clone();
        named.input.insert(input.name.to_owned(), json!("nameless"));
        let mut scratch = world.clone();
        let expectation = expect(api, &scratch, &named);
        let minted = Minted {
            uid: Uuid::new_v4().to_string(),
            now: Timestamp { ms: 0, whole: true },
            account: super::ACCOUNT.to_owned(),
            region: super::REGION.to_owned(),
        };
        perform(api, &mut scratch, &named, &expectation, Change::Create, &minted)
    }

    /// Changes what a call does.
    pub(super) fn divert(&self, api: &Api, call: &Call, change: Change) -> Change {
        let family = api.operations[call.operation].family;
        match change {
            Change::Replace { counts: true } if self.has(Act::VersionStays, family) => {
                Change::Replace { counts: false }
            }
            other => other,
        }
    }

    /// Looks at the resource before a call changes it.
    pub(super) fn before(
        &self,
        _api: &Api,
        _call: &Call,
        expectation: &Expectation,
        world: &World,
    ) -> Option<Resource> {
        if self.is_idle() {
            return None;
        }
        expectation.key.as_ref().and_then(|key| world.get(key)).cloned()
    }

    /// Changes what a call did and what it answers. `before` is the resource as it was.
    pub(super) fn spoil(
        &mut self,
        api: &Api,
        call: &Call,
        key: &Key,
        before: Option<Resource>,
        world: &mut World,
        body: &mut Value,
    ) {
        if self.is_idle() {
            return;
        }
        let (verb, family) = (api.operations[call.operation].table.verb, key.family);
        let again = self.deleted.get(key).cloned();
        match (verb, &before) {
            (Verb::Delete, Some(gone)) => {
                self.deleted.insert(key.clone(), gone.clone());
                self.updates.remove(key);
            }
            (Verb::Update, Some(_)) => *self.updates.entry(key.clone()).or_default() += 1,
            _ => {}
        }
        let third = self.updates.get(key) == Some(&3);
        let faulty: Vec<Act> = self
            .faults
            .iter()
            .map(|fault| fault.act)
            .filter(|act| self.has(*act, family))
            .collect();
        let created = verb == Verb::Create && before.is_none();
        for act in faulty {
            let mut edit: Option<Edit> = None;
            match (act, verb, &before) {
                (Act::ThirdUpdateCountsTwice, Verb::Update, Some(_)) if third => {
                    edit = Some(Box::new(|resource| {
                        resource.version = resource.version.map(|version| version + 1)
                    }));
                }
                (Act::VersionSurvives, ..) if created => {
                    let version = again.as_ref().and_then(|gone| gone.version);
                    edit = version.map(|version| {
                        Box::new(move |resource: &mut Resource| {
                            resource.version = Some(version + 1)
                        }) as Edit
                    });
                }
                (Act::UidSurvives, ..) if created => {
                    let uid = again.as_ref().and_then(|gone| gone.uid.clone());
                    edit = uid.map(|uid| {
                        Box::new(move |resource: &mut Resource| resource.uid = Some(uid)) as Edit
                    });
                }
                (Act::UpdateChangesUid, Verb::Update, Some(_)) => {
                    edit = Some(Box::new(|resource| {
                        resource.uid = Some(Uuid::new_v4().to_string().into())
                    }));
                }
                (Act::OneUid, ..) if created => {
                    let uid = self.one_uid.clone();
                    edit = Some(Box::new(move |resource| resource.uid = Some(uid.into())));
                }
                (Act::UidInCapitals, ..) if created => {
                    edit = Some(Box::new(|resource| {
                        resource.uid = resource.uid.as_ref().map(|uid| uid.to_uppercase().into())
                    }));
                }
                (Act::UpdateMovesCreated, Verb::Update, Some(_)) => {
                    edit = Some(Box::new(|resource| {
                        resource.created_at = resource
                            .created_at
                            .map(|time| Timestamp { ms: time.ms + 1_000, ..time })
                    }));
                }
                (Act::UpdatedStays, Verb::Update, Some(before)) => {
                    let time = before.last_updated_at;
                    edit = Some(Box::new(move |resource| resource.last_updated_at = time));
                }
                (Act::Merges, Verb::Update, Some(before)) => {
                    let old = before.spec.clone();
                    edit = old.map(|old| {
                        Box::new(move |resource: &mut Resource| {
                            resource.spec =
                                resource.spec.as_ref().map(|spec| merged(&old, spec).into());
                        }) as Edit
                    });
                }
                (Act::ShortArn, ..) if created => {
                    let name = key.name().to_owned();
                    edit = Some(Box::new(move |resource| {
                        resource.arn =
                            Some(format!("arn:aws:appmesh:us-east-1:123456789012:{name}").into());
                    }));
                }
                _ => {}
            }
            if let Some(edit) = edit {
                world.change(key, edit);
                if let Some(resource) = world.get(key) {
                    *body = render::resource(api, key, resource, "ACTIVE");
                }
            }
            match (act, verb, &before) {
                (Act::UpdateNotStored, Verb::Update, Some(before)) => {
                    let old = before.spec.clone();
                    world.change(key, |resource| resource.spec = old);
                }
                (Act::DeletedIsActive, Verb::Delete, _) => {
                    body["status"]["status"] = json!("ACTIVE")
                }
                _ => {}
            }
        }
    }

    /// A resource that was deleted and lingers on.
    pub(super) fn lingering(&self, key: &Key) -> Option<&Resource> {
        self.has(Act::DeletedLingers, key.family).then(|| self.deleted.get(key)).flatten()
    }

    /// Changes how a page is cut: its size and the twist.
    pub(super) fn page(
        &self,
        operation: &ApiOperation,
        call: &Call,
        continues: bool,
        size: usize,
    ) -> (usize, Twist) {
        let family = operation.family;
        let has = |act| self.has(act, family);
        let limited = carries(operation, call, Role::Limit);
        let size = match () {
            () if has(Act::PageTooLong) && limited => size + 1,
            () if has(Act::NoDefaultLimit) && !limited => usize::MAX / 2,
            () => size,
        };
        let twist = Twist {
            skip: usize::from(continues && has(Act::PageSkips)),
            overlap: continues && has(Act::PageOverlaps),
            empty_token: has(Act::EmptyLastToken),
            other_arns: has(Act::ItemArnDiffers),
        };
        (size, twist)
    }

    /// Changes an answer as it goes onto the wire.
    pub(super) fn disguise(&self, api: &Api, call: &Call, mut reply: Reply) -> Reply {
        if self.is_idle() {
            return reply;
        }
        let operation = &api.operations[call.operation];
        let family = &api.families[operation.family];
        let has = |act| self.has(act, operation.family);
        if reply.status == 200 {
            if has(Act::Created) && operation.table.verb == Verb::Create {
                reply.status = 201;
            }
            if has(Act::PlainText) {
                reply.content_type = "text/plain";
            }
            if let Some(metadata) = reply.body.get_mut("metadata") {
                if has(Act::TimeAsText) {
                    metadata["createdAt"] = json!("2018-11-29T00:00:00Z");
                }
                if has(Act::NumberAsText) {
                    metadata["version"] = json!(metadata["version"].to_string());
                }
            }
            if let (true, Some(members)) = (has(Act::NoName), reply.body.as_object_mut()) {
                members.remove(family.table.name_member);
            }
            return reply;
        }
        let bad_input = reply.error_type.as_deref() == Some(ErrorKind::BadRequest.type_name());
        if has(Act::NoErrorType) {
            reply.error_type = None;
        }
        if has(Act::NotFoundIs400) && reply.status == 404 {
            reply.status = 400;
        }
        if has(Act::ValidationException) && bad_input {
            reply.error_type = Some("ValidationException".to_owned());
        }
        if has(Act::FailsOnGarbage) && call.malformed {
            reply.status = 500;
            reply.error_type = Some(ErrorKind::InternalServerError.type_name().to_owned());
        }
        reply
    }
}

fn carries(operation: &ApiOperation, call: &Call, role: Role) -> bool {
    operation.input(role).is_some_and(|(input, _)| call.input.contains_key(input.name))
}

/// The new specification with the members of the old one that it leaves out.
fn merged(old: &Value, new: &Value) -> Value {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let mut members = old.clone();
            for (name, value) in new {
                let value = old.get(name).map_or_else(|| value.clone(), |old| merged(old, value));
                members.insert(name.clone(), value);
            }
            Value::Object(members)
        }
        _ => new.clone(),
    }
}
