//! Rendering: the answer that a server gives for a resource of the model.
//!
//! The main functions are [`resource`] and [`item`]. They show what the shapes of the family have a
//! member for and the resource has a value for, and know no family by name.

use serde_json::{Map, Number, Value};

use crate::api::{Api, ApiFamily};
use crate::shape::Shape;
use crate::world::{Key, Resource, Timestamp};

/// The answer of a create, describe, update or delete, with this status.
pub fn resource(api: &Api, key: &Key, resource: &Resource, status: &str) -> Value {
    let family = &api.families[key.family];
    let mut body = names(api, family, key, family.table.data);
    if let Some(metadata) = family.table.data.member("metadata") {
        let mut shown = common(resource, metadata.shape);
        if let Some(uid) = &resource.uid {
            shown.insert("uid".to_owned(), Value::from(&**uid));
        }
        body.insert("metadata".to_owned(), Value::Object(shown));
    }
    if family.table.data.member("spec").is_some() {
        let spec = resource.spec.as_deref().cloned().unwrap_or_else(|| Value::Object(Map::new()));
        body.insert("spec".to_owned(), spec);
    }
    let status = Map::from_iter([("status".to_owned(), Value::from(status))]);
    body.insert("status".to_owned(), Value::Object(status));
    Value::Object(body)
}

/// The item of a list.
pub fn item(api: &Api, key: &Key, resource: &Resource) -> Value {
    let family = &api.families[key.family];
    let mut item = names(api, family, key, family.table.item);
    item.append(&mut common(resource, family.table.item));
    Value::Object(item)
}

/// A timestamp as the wire shows it: epoch seconds.
pub fn time(time: Timestamp) -> Value {
    if time.whole {
        return Value::from(time.ms / 1000);
    }
    Number::from_f64(time.ms as f64 / 1000.0).map_or(Value::Null, Value::Number)
}

fn names(api: &Api, family: &ApiFamily, key: &Key, shape: &Shape) -> Map<String, Value> {
    let members = family.lineage.iter().map(|&index| api.families[index].table.name_member);
    members
        .zip(key.names())
        .filter(|(member, _)| shape.member(member).is_some())
        .map(|(member, name)| (member.to_owned(), Value::from(name)))
        .collect()
}

/// The members that metadata and items have in common.
fn common(resource: &Resource, shape: &Shape) -> Map<String, Value> {
    let owners = resource.owners.as_ref();
    let values = [
        ("arn", resource.arn.as_deref().map(Value::from)),
        ("createdAt", resource.created_at.map(time)),
        ("lastUpdatedAt", resource.last_updated_at.map(time)),
        ("meshOwner", owners.map(|owners| Value::from(&*owners.0))),
        ("resourceOwner", owners.map(|owners| Value::from(&*owners.1))),
        ("version", resource.version.map(Value::from)),
    ];
    values
        .into_iter()
        .filter(|(member, _)| shape.member(member).is_some())
        .filter_map(|(member, value)| Some((member.to_owned(), value?)))
        .collect()
}
