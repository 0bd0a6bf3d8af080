//! The round trip of a specification: whether it came back as it was sent.
//!
//! The main function is [`compare`]. Lists are compared as sets without duplicates, because the
//! live service dropped duplicates and nothing is said of order; what was not sent may come back
//! empty or filled in, but neither from the specification before nor out of thin air.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::place::Path;
use crate::sameness::{alike, is_empty};
use crate::schema::{Node, whole};
use crate::shape::{Echo, Kind};
use crate::spec_queries::without_duplicates;

/// A place where a specification came back otherwise than it was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The place.
    pub at: Path,
    /// What was sent there, as JSON, or `nothing`.
    pub sent: String,
    /// What came back, as JSON, or `nothing`.
    pub came: String,
    /// What came back is left over from the specification before.
    pub left_over: bool,
}

/// Compares a member that was sent with what came back. `previous` is the specification before
/// the last update.
pub fn compare(
    node: &Node,
    sent: Option<&Value>,
    came: Option<&Value>,
    previous: Option<&Value>,
    at: &Path,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    walk(node, sent, came, previous, at, &mut differences);
    differences
}

fn walk(
    node: &Node,
    sent: Option<&Value>,
    came: Option<&Value>,
    previous: Option<&Value>,
    at: &Path,
    out: &mut Vec<Difference>,
) {
    let sent = sent.filter(|value| !is_empty(value));
    let came = came.filter(|value| !is_empty(value));
    if sent == came {
        return;
    }
    let mut differ = |left_over: bool| {
        out.push(Difference { at: at.clone(), sent: show(sent), came: show(came), left_over });
    };
    let Some(sent) = sent else {
        // Not sent, but something came.
        match (&node.shape.kind, came) {
            _ if node.echo == Echo::FilledIn => {}
            (Kind::Structure { .. } | Kind::Union { .. }, Some(Value::Object(members))) => {
                for child in &node.children {
                    let before = previous.and_then(|value| value.get(child.name));
                    let place = at.member(child.name);
                    walk(child, None, members.get(child.name), before, &place, out);
                }
            }
            (Kind::List { .. }, Some(value)) => {
                differ(previous.is_some_and(|previous| alike(value, previous)));
            }
            // A number or a choice may be a default that happens to be the same.
            (Kind::Text { .. }, Some(_)) if came == previous => differ(true),
            _ => {}
        }
        return;
    };
    // An object that is left out or empty may have held only what may be dropped.
    let empty = Value::Object(Map::new());
    let is_object =
        sent.is_object() && matches!(node.shape.kind, Kind::Structure { .. } | Kind::Union { .. });
    let Some(came) = came.or(is_object.then_some(&empty)) else {
        differ(false);
        return;
    };
    match (&node.shape.kind, sent) {
        (Kind::Structure { .. } | Kind::Union { .. }, Value::Object(members)) => {
            for child in &node.children {
                let came = came.get(child.name).filter(|value| !is_empty(value));
                if came.is_none() && child.echo.may_vanish(members) {
                    continue;
                }
                let before = previous.and_then(|value| value.get(child.name));
                let place = at.member(child.name);
                walk(child, members.get(child.name), came, before, &place, out);
            }
        }
        (Kind::List { .. }, Value::Array(sent)) => {
            let Value::Array(came) = came else {
                differ(false);
                return;
            };
            let before = previous.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            walk_items(&node.children[0], sent, came, before, at, out);
        }
        (Kind::Integer { .. }, Value::Number(number)) => {
            let same = came.as_number().is_some_and(|other| whole(number) == whole(other));
            if !same {
                differ(false);
            }
        }
        (Kind::Text { .. } | Kind::Choice(_), Value::String(_)) => differ(false),
        // What becomes of a value of the wrong type is not said.
        _ => {}
    }
}

fn walk_items(
    item: &Node,
    sent: &[Value],
    came: &[Value],
    previous: &[Value],
    at: &Path,
    out: &mut Vec<Difference>,
) {
    let place = at.item();
    let (sent, came) = (without_duplicates(sent), without_duplicates(came));
    if let ([sent], [came]) = (&sent[..], &came[..]) {
        let before = if let [before] = previous { Some(before) } else { None };
        walk(item, Some(sent), Some(came), before, &place, out);
        return;
    }
    let fits =
        |sent: &Value, came: &Value| compare(item, Some(sent), Some(came), None, &place).is_empty();
    for lost in missing_from(&came, &sent).filter(|sent| !came.iter().any(|came| fits(sent, came)))
    {
        let (sent, came) = (show(Some(lost)), "nothing".to_owned());
        out.push(Difference { at: place.clone(), sent, came, left_over: false });
    }
    let previous: HashSet<&Value> = previous.iter().collect();
    for extra in missing_from(&sent, &came).filter(|came| !sent.iter().any(|sent| fits(sent, came)))
    {
        let left_over = previous.contains(extra);
        let (sent, came) = ("nothing".to_owned(), show(Some(extra)));
        out.push(Difference { at: place.clone(), sent, came, left_over });
    }
}

/// The items that are not among the others, in order.
fn missing_from<'v>(others: &[&'v Value], items: &[&'v Value]) -> impl Iterator<Item = &'v Value> {
    let others: HashSet<&Value> = others.iter().copied().collect();
    items.iter().copied().filter(move |item| !others.contains(item))
}

fn show(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), Value::to_string)
}
