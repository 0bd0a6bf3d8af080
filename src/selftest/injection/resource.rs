//! Mutations of a resource.
//!
//! The main function is [`Editing::apply`].

use std::sync::Arc;

use appmesh_model::world::{Resource, Timestamp};
use serde_json::Value;

use crate::reference::{ACCOUNT, REGION};
use crate::selftest::fault::behaviour::Edit;

/// The values that edits use.
#[derive(Debug, Default)]
pub(super) struct Editing {
    /// The name of the resource.
    pub name: String,
    /// The resource as it was before the call.
    pub before: Option<Arc<Resource>>,
    /// The resource as it was when it was deleted last.
    pub deleted: Option<Resource>,
    /// The uid of the resource that was deleted last beside it.
    pub last_uid: Option<Arc<str>>,
    /// The uid of a resource that changes its own.
    pub new_uid: String,
    /// The uid that all resources have.
    pub one_uid: Arc<str>,
    /// The specification that was sent.
    pub sent: Option<Arc<Value>>,
    /// The specification of the resource of the same name in another parent.
    pub namesake: Option<Arc<Value>>,
    /// When the call was answered.
    pub now: Option<Timestamp>,
}

impl Editing {
    /// Makes an edit.
    pub fn apply(&self, edit: Edit, resource: &mut Resource) {
        let before = self.before.as_deref();
        let moved = |time: Option<Timestamp>, by: i64| {
            time.map(|time| Timestamp { ms: time.ms + by, ..time })
        };
        let old = self.deleted.as_ref();
        match edit {
            Edit::AddVersion(by) => resource.version = resource.version.map(|it| it + by),
            Edit::SetVersion(version) => resource.version = Some(version),
            Edit::KeepVersion => resource.version = before.and_then(|before| before.version),
            Edit::OldVersion => {
                let version = old.and_then(|old| old.version).map(|version| version + 1);
                resource.version = version.or(resource.version);
            }
            Edit::NewUid => resource.uid = Some(self.new_uid.as_str().into()),
            Edit::UpperUid => {
                resource.uid = resource.uid.as_ref().map(|uid| uid.to_uppercase().into());
            }
            Edit::OneUid => resource.uid = Some(self.one_uid.clone()),
            Edit::OldUid => {
                let uid = old.and_then(|old| old.uid.clone());
                resource.uid = uid.or(resource.uid.take());
            }
            Edit::LastUid => resource.uid = self.last_uid.clone().or(resource.uid.take()),
            Edit::ShortArn => {
                let arn = format!("arn:aws:appmesh:{REGION}:{ACCOUNT}:{}", self.name);
                resource.arn = Some(arn.into());
            }
            Edit::BareArn => resource.arn = Some(format!("arn:aws:appmesh:::{}", self.name).into()),
            Edit::OtherRegion => {
                let arn = resource.arn.as_ref();
                resource.arn = arn.map(|arn| arn.replace(REGION, "eu-central-1").into());
            }
            Edit::NoArn => resource.arn = None,
            Edit::MoveCreated(by) => resource.created_at = moved(resource.created_at, by),
            Edit::OldCreated => {
                let created = old.and_then(|old| old.created_at);
                resource.created_at = created.or(resource.created_at);
            }
            Edit::MoveUpdated(by) => {
                resource.last_updated_at = moved(resource.last_updated_at, by);
            }
            Edit::KeepUpdated => {
                resource.last_updated_at = before.and_then(|before| before.last_updated_at);
            }
            Edit::UpdatedNow => resource.last_updated_at = self.now.or(resource.last_updated_at),
            Edit::LessSpec => {
                resource.spec = resource.spec.as_deref().map(|spec| lessened(spec).into());
            }
            Edit::KeepSpec => resource.spec = before.and_then(|before| before.spec.clone()),
            Edit::MergedSpec | Edit::UnshrunkSpec => {
                let with: fn(&Value, &Value) -> Value =
                    if edit == Edit::MergedSpec { merged } else { unshrunk };
                let known = before.and_then(|before| before.spec.as_deref());
                if let (Some(known), Some(spec)) = (known, resource.spec.as_deref()) {
                    resource.spec = Some(with(known, spec).into());
                }
            }
            Edit::OldSpec => {
                let spec = old.and_then(|old| old.spec.clone());
                resource.spec = spec.or(resource.spec.take());
            }
            // The documents do not say what a null means in the specification of another resource.
            Edit::SentSpec => {
                let sent = self.sent.clone().filter(|sent| !holds_null(sent));
                resource.spec = sent.or(resource.spec.take());
            }
            Edit::NamesakeSpec => resource.spec = self.namesake.clone().or(resource.spec.take()),
            Edit::OtherOwner => {
                let owners = resource.owners.as_ref();
                resource.owners = owners.map(|(_, own)| ("210987654321".into(), own.clone()));
            }
        }
    }
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.values().any(holds_null),
        Value::Array(items) => items.iter().any(holds_null),
        other => other.is_null(),
    }
}

/// The specification without its last member that is not empty.
fn lessened(spec: &Value) -> Value {
    let Value::Object(members) = spec else { return spec.clone() };
    let empty = |value: &Value| match value {
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.is_empty(),
        other => other.is_null(),
    };
    let mut members = members.clone();
    let last = members.iter().rfind(|(_, value)| !empty(value)).map(|(name, _)| name.clone());
    if let Some(last) = last {
        members.remove(&last);
    }
    Value::Object(members)
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

/// The new specification with the items of the old one's lists that it leaves out.
fn unshrunk(old: &Value, new: &Value) -> Value {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let keep = |(name, value): (&String, &Value)| {
                let value = old.get(name).map_or_else(|| value.clone(), |old| unshrunk(old, value));
                (name.clone(), value)
            };
            Value::Object(new.iter().map(keep).collect())
        }
        (Value::Array(old), Value::Array(new)) => {
            let mut items: Vec<Value> = new.clone();
            if new.len() < old.len() {
                items.extend(old.iter().filter(|item| !new.contains(item)).cloned());
            }
            Value::Array(items)
        }
        _ => new.clone(),
    }
}
