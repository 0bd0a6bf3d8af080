//! Sameness: whether two specifications say the same, as far as the documents tell.
//!
//! The main functions are [`alike`] and [`may_be_alike`]. Nothing is copied: both are walked side
//! by side.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::schema::Node;
use crate::shape::Echo;

/// Whether two specifications say the same, as far as the documents tell: an empty list or
/// structure is like none, and an item that stands twice is like one.
pub(crate) fn alike(left: &Value, right: &Value) -> bool {
    left == right || same(None, left, right)
}

/// Whether the target may hold both specifications to be the same: what may come back otherwise
/// than it was sent is not looked at.
pub(crate) fn may_be_alike(node: &Node, known: &Value, sent: &Value) -> bool {
    alike(known, sent) || same(Some(node), known, sent)
}

/// Where a node is given, only what comes back as it was sent is compared.
fn same(node: Option<&Node>, left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            says_all_of(node, left, right) && says_all_of(node, right, left)
        }
        (Value::Array(left), Value::Array(right)) => {
            let item = node.and_then(|node| node.children.first());
            has_all_of(item, left, right) && has_all_of(item, right, left)
        }
        _ => left == right,
    }
}

/// Whether each item of a list has the same meaning as one of `others`.
fn has_all_of(node: Option<&Node>, items: &[Value], others: &[Value]) -> bool {
    let equal: HashSet<&Value> = others.iter().collect();
    items
        .iter()
        .all(|item| equal.contains(item) || others.iter().any(|other| same(node, item, other)))
}

/// Whether `other` has every member that says something in `members`, with the same meaning.
fn says_all_of(
    node: Option<&Node>,
    members: &Map<String, Value>,
    other: &Map<String, Value>,
) -> bool {
    members.iter().all(|(name, value)| {
        let Some(child) = certain(node, members, name) else { return true };
        if says_nothing(child, value) {
            return true;
        }
        let came = other.get(name).filter(|_| certain(node, other, name).is_some());
        came.is_some_and(|came| same(child, value, came))
    })
}

/// What is known of a member, if it is to be looked at: without a node every member is.
fn certain<'n>(
    node: Option<&'n Node>,
    members: &Map<String, Value>,
    name: &str,
) -> Option<Option<&'n Node>> {
    let Some(node) = node else { return Some(None) };
    let child = node.child(name)?;
    (child.echo != Echo::FilledIn && !child.echo.may_vanish(members)).then_some(Some(child))
}

/// Whether nothing is left of a value once what says nothing is taken away.
fn says_nothing(node: Option<&Node>, value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().all(|(name, member)| {
            certain(node, members, name).is_none_or(|child| says_nothing(child, member))
        }),
        other => is_empty(other),
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
