//! Items: the ways in which the items of a list can be made fewer, and those behind the first simpler.
//!
//! The main function is [`ways`]. The first item is made simpler with the rest of a schema.

use appmesh_model::schema::Node;

use super::{Simpler, lists, peek, peek_mut, place, plain_values};
use crate::generate::value::{self, Edit, EditKind, Segment};
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
        for at in 1..MOST_ITEMS {
            ways.extend(in_item(name, &path, at, item));
        }
    }
    ways
}

/// Ways to make one item of a list simpler.
fn in_item(name: &'static str, path: &[Segment], at: usize, item: &Node) -> Vec<Simpler> {
    let mut ways: Vec<Simpler> = Vec::new();
    let mut optional = value::optional_paths(item);
    optional.reverse();
    for path_inside in optional {
        let edit = Edit { path: path_inside, kind: EditKind::Drop };
        ways.push(on_list(name, path, move |items| edited(items, at, &edit)));
    }
    for (path_inside, values) in plain_values(item, &mut Vec::new()) {
        for (number, value) in values.iter().enumerate() {
            let edit = Edit { path: path_inside.clone(), kind: EditKind::Set(value.clone()) };
            let as_simple = values[..=number].to_vec();
            ways.push(on_list(name, path, move |items| {
                let current = peek(items.get(at)?, &edit.path)?;
                if as_simple.contains(current) { None } else { edited(items, at, &edit) }
            }));
        }
    }
    ways
}

/// The items with an edit of one of them; none if its place is not there.
fn edited(items: &[Arg], at: usize, edit: &Edit) -> Option<Vec<Arg>> {
    let mut items = items.to_vec();
    value::apply(edit, items.get_mut(at)?).then_some(items)
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
