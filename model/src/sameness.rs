//! Sameness: whether two specifications say the same, as far as the documents tell.
//!
//! The main functions are [`alike`] and [`may_be_alike`].

use serde_json::Value;

use crate::schema::Node;
use crate::shape::Echo;

/// Whether two specifications say the same, as far as the documents tell: an empty list or
/// structure is like none, and an item that stands twice is like one.
pub(crate) fn alike(left: &Value, right: &Value) -> bool {
    left == right || reduce(left) == reduce(right)
}

/// Whether the target may hold both specifications to be the same: what may come back otherwise
/// than it was sent is not looked at.
pub(crate) fn may_be_alike(node: &Node, known: &Value, sent: &Value) -> bool {
    if alike(known, sent) {
        return true;
    }
    let certain = |value: &Value| {
        let mut certain = value.clone();
        drop_uncertain(node, &mut certain);
        certain
    };
    alike(&certain(known), &certain(sent))
}

fn drop_uncertain(node: &Node, value: &mut Value) {
    match value {
        Value::Object(members) => {
            let sent = members.clone();
            members.retain(|name, _| {
                let certain =
                    |child: &Node| child.echo != Echo::FilledIn && !child.echo.may_vanish(&sent);
                node.child(name).is_some_and(certain)
            });
            for child in &node.children {
                if let Some(member) = members.get_mut(child.name) {
                    drop_uncertain(child, member);
                }
            }
        }
        Value::Array(items) => {
            if let Some(item) = node.children.first() {
                items.iter_mut().for_each(|value| drop_uncertain(item, value));
            }
        }
        _ => {}
    }
}

fn reduce(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, member)| (name.clone(), reduce(member)))
                .filter(|(_, member)| !is_empty(member))
                .collect(),
        ),
        Value::Array(items) => {
            let mut kept: Vec<Value> = Vec::new();
            for item in items.iter().map(reduce) {
                if !kept.contains(&item) {
                    kept.push(item);
                }
            }
            kept.sort_by_key(Value::to_string);
            Value::Array(kept)
        }
        other => other.clone(),
    }
}

/// Whether a value says nothing: null, an empty list, an empty object.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
