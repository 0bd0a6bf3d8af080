//! Readings: the members of an answer that describe a resource, and what is learnt from them.
//!
//! The main type is [`Reading`].

use serde_json::Value;

use crate::schema::whole;
use crate::world::{Resource, Timestamp};

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

/// What an answer told of a resource.
#[derive(Clone, Copy)]
pub(crate) struct Told<'a> {
    /// The operation that was answered.
    pub by: usize,
    pub reading: &'a Reading<'a>,
}

/// Takes over what an answer tells of a resource.
pub(crate) fn learn(resource: &mut Resource, told: Told<'_>) {
    let Told { by, reading } = told;
    resource.contradict(|known, others| {
        others.uid.learn(&mut known.uid, reading.uid, by);
        others.arn.learn(&mut known.arn, reading.arn, by);
        others.owners.learn(&mut known.owners, reading.owners, by);
        others.version.learn(&mut known.version, reading.version, by);
        others.created_at.learn(&mut known.created_at, reading.created_at, by);
        others.last_updated_at.learn(&mut known.last_updated_at, reading.last_updated_at, by);
    });
}
