//! Items: the ways in which the items of a list can be made fewer, and those behind the first simpler.
//!
//! The main function is [`ways`]. The first item is made simpler with the rest of a schema.

use appmesh_model::schema::Node;

use super::{
    Plainer, Simpler, is_reference, lists, peek_mut, place, plain_values, with_plain_values,
    without_members,
};
use crate::generate::value::Segment;
use crate::trace::{Arg, Step};

/// How many items of a list are looked at.
const MOST_ITEMS: usize = 4;

/// Ways to make the lists of a member with this name shorter, and their items simpler.
pub(super) fn ways(name: &'static str, node: &Node) -> Vec<Simpler> {
    let mut ways: Vec<Simpler> = Vec::new();
    for path in lists(node, &mut Vec::new()) {
        for kept in 0..MOST_ITEMS {
            ways.push(on_list(name, &path, move |items| {
                let item = items.get(kept).filter(|_| items.len() > 1)?.clone();
                Some(vec![item])
            }));
        }
        for gone in (0..MOST_ITEMS).rev() {
            ways.push(on_list(name, &path, move |items| {
                let mut items = items.to_vec();
                // Of two, the one that is left was tried before.
                if gone >= items.len() || items.len() < 3 {
                    return None;
                }
                items.remove(gone);
                Some(items)
            }));
        }
        let Some(item) = place(node, &path).and_then(|list| list.children.first()) else {
            continue;
        };
        for at in 0..MOST_ITEMS {
            let plain = told_apart_plainly(item);
            ways.extend(plain.into_iter().map(|way| on_item(name, &path, at, way)));
            if at > 0 {
                let in_item = [without_members(item), with_plain_values(item)];
                ways.extend(in_item.into_iter().flatten().map(|way| on_item(name, &path, at, way)));
            }
        }
    }
    ways
}

/// Ways to put an item that needs no other resource in place of one that does: where items are
/// there to be told apart, any plain member does that.
fn told_apart_plainly(item: &Node) -> Vec<Plainer> {
    let references: Vec<&str> =
        item.children.iter().filter(|child| is_reference(child)).map(|child| child.name).collect();
    let mut ways: Vec<Plainer> = Vec::new();
    for (path, values) in plain_values(item, &mut Vec::new()) {
        let [Segment::Member(member)] = path[..] else { continue };
        for value in values.into_iter().rev() {
            let plain = Arg::Object([(member.to_owned(), value)].into());
            let references = references.clone();
            ways.push(Box::new(move |item| {
                let Arg::Object(members) = item else { return None };
                let refers = references.iter().any(|name| members.contains_key(*name));
                refers.then(|| plain.clone())
            }));
        }
    }
    ways
}

/// The way that makes one item of the list at a path simpler.
fn on_item(name: &'static str, path: &[Segment], at: usize, way: Plainer) -> Simpler {
    on_list(name, path, move |items| {
        let simpler = way(items.get(at)?)?;
        let mut items = items.to_vec();
        items[at] = simpler;
        Some(items)
    })
}

/// The way that puts other items in place of those of the list at a path.
fn on_list(
    name: &'static str,
    path: &[Segment],
    change: impl Fn(&[Arg]) -> Option<Vec<Arg>> + Send + Sync + 'static,
) -> Simpler {
    let path = path.to_vec();
    Box::new(move |step: &Step| {
        let mut simpler = step.clone();
        let Arg::List(items) = peek_mut(simpler.args.get_mut(name)?, &path)? else { return None };
        *items = change(items)?;
        Some(simpler)
    })
}
