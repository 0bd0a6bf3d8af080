//! Rewrites of the lists in a value: fewer items, and simpler items behind the first. The first item
//! is made simpler with the rest of the value.

use appmesh_model::schema::{Node, Segment};

use super::values::{ValueRewrite, is_reference, simplest_values, with_simplest, without_members};
use crate::generate::value;
use crate::trace::Arg;

/// How many items of a list are looked at.
const MOST_ITEMS: usize = 4;

/// Rewrites of all lists in a value.
pub fn rewrites(node: &Node) -> Vec<ValueRewrite> {
    let mut rewrites: Vec<ValueRewrite> = Vec::new();
    for path in value::lists(node) {
        for kept in 0..MOST_ITEMS {
            rewrites.push(on_list(&path, move |items| {
                items.get(kept).filter(|_| items.len() > 1).map(|item| vec![item.clone()])
            }));
        }
        for removed in (0..MOST_ITEMS).rev() {
            rewrites.push(on_list(&path, move |items| {
                // Of two, the one that is left was tried before.
                let others = items.get(removed + 1..).filter(|_| items.len() > 2)?;
                Some([&items[..removed], others].concat())
            }));
        }
        let Some(item) = node.at(&path).and_then(|list| list.children.first()) else { continue };
        for at in 0..MOST_ITEMS {
            let mut of_item = without_reference(item);
            if at > 0 {
                of_item.extend(without_members(item));
                of_item.extend(with_simplest(item));
            }
            rewrites.extend(of_item.into_iter().map(|rewrite| on_item(&path, at, rewrite)));
        }
    }
    rewrites
}

/// Put an item with one plain member in place of an item that refers to a resource: where items must
/// only differ, any plain member makes them differ.
fn without_reference(item: &Node) -> Vec<ValueRewrite> {
    let references: Vec<&str> =
        item.children.iter().filter(|child| is_reference(child)).map(|child| child.name).collect();
    let plain = item.children.iter().flat_map(|member| {
        let values = simplest_values(member).into_iter().rev();
        values.map(|value| Arg::Object([(member.name.to_owned(), value)].into()))
    });
    let rewrite = |plain: Arg| -> ValueRewrite {
        let references = references.clone();
        Box::new(move |item| {
            let Arg::Object(members) = item else { return None };
            let refers = references.iter().any(|name| members.contains_key(*name));
            refers.then(|| plain.clone())
        })
    };
    plain.map(rewrite).collect()
}

/// Changes one item of the list at a path.
fn on_item(path: &[Segment], at: usize, rewrite: ValueRewrite) -> ValueRewrite {
    on_list(path, move |items| {
        let simpler = rewrite(items.get(at)?)?;
        let mut items = items.to_vec();
        items[at] = simpler;
        Some(items)
    })
}

/// Changes the items of the list at a path.
fn on_list(
    path: &[Segment],
    change: impl Fn(&[Arg]) -> Option<Vec<Arg>> + Send + Sync + 'static,
) -> ValueRewrite {
    let path = path.to_vec();
    Box::new(move |value| {
        let mut simpler = value.clone();
        let Arg::List(items) = value::at_mut(&mut simpler, &path)? else { return None };
        *items = change(items)?;
        Some(simpler)
    })
}
