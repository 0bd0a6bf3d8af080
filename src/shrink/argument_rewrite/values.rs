//! Rewrites of one value by its schema.

use appmesh_model::schema::Node;
use appmesh_model::shape::{Kind, Text};
use serde_json::json;

use crate::generate::value::{self, Edit, EditKind};
use crate::trace::Arg;

/// A way to make a value simpler; none where it does not apply.
pub type ValueRewrite = Box<dyn Fn(&Arg) -> Option<Arg> + Send + Sync>;

/// Removes all members that the schema does not have.
pub fn only_known(node: &'static Node) -> ValueRewrite {
    Box::new(move |value| {
        let mut known = value.clone();
        value::visit_mut(node, &mut known, &mut |node, arg| match arg {
            Arg::Object(members) if !node.children.is_empty() => {
                members.retain(|name, _| node.child(name).is_some());
            }
            _ => {}
        });
        Some(known)
    })
}

/// Remove an optional member. The outermost come first: one success saves many. Of those, first the
/// members that need other resources.
pub fn without_members(node: &Node) -> Vec<ValueRewrite> {
    let mut optional = value::optional_paths(node);
    optional.reverse();
    optional.sort_by_key(|path| {
        (path.len(), node.at(path).is_none_or(|node| node.referred().is_empty()))
    });
    optional.into_iter().map(|path| edited(Edit { path, kind: EditKind::Drop })).collect()
}

/// Gives names and tokens that are filled up their own length.
pub fn own_length() -> ValueRewrite {
    Box::new(|value| {
        let mut own = value.clone();
        own.visit_mut(&mut |arg| {
            if let Arg::Name { length, .. } | Arg::Token { length, .. } = arg {
                *length = None;
            }
        });
        Some(own)
    })
}

/// Make a list empty, or leave one item in it.
pub fn resized(node: &Node) -> Vec<ValueRewrite> {
    let lists = value::lists(node).into_iter();
    let edits = lists.flat_map(|path| {
        [0, 1].map(|length| Edit { path: path.clone(), kind: EditKind::Resize(length) })
    });
    edits.map(edited).collect()
}

/// Put one of the simplest values of its place in place of a value that is not as simple.
pub fn with_simplest(node: &Node) -> Vec<ValueRewrite> {
    let mut rewrites: Vec<ValueRewrite> = Vec::new();
    node.walk(&mut |path, node| {
        let values = simplest_values(node);
        for (number, value) in values.iter().enumerate() {
            let (path, value) = (path.to_vec(), value.clone());
            let as_simple = values[..=number].to_vec();
            rewrites.push(Box::new(move |arg| {
                let mut simpler = arg.clone();
                let place = value::at_mut(&mut simpler, &path)?;
                if as_simple.contains(place) {
                    return None;
                }
                place.clone_from(&value);
                Some(simpler)
            }));
        }
    });
    rewrites
}

/// The simplest valid values of a place, the simplest first: where two values must differ, or the
/// simplest is the one that does no harm, it takes another.
pub fn simplest_values(node: &Node) -> Vec<Arg> {
    match &node.shape.kind {
        Kind::List { .. }
        | Kind::Structure { .. }
        | Kind::Union { .. }
        | Kind::Text {
            text: Text::Reference(_) | Text::Name(_) | Text::Account | Text::Token,
            ..
        } => Vec::new(),
        Kind::Integer { min, .. } => {
            let least = min.unwrap_or(1);
            (least..least + 3).map(|value| Arg::Plain(json!(value))).collect()
        }
        Kind::Choice(choices) => choices.iter().map(|choice| Arg::Plain(json!(choice))).collect(),
        Kind::Text { .. } => {
            let simplest = value::full(node, &|_| None);
            let mut next = simplest.clone();
            value::vary(&mut next, 1);
            vec![simplest, next]
        }
        Kind::Timestamp => vec![value::full(node, &|_| None)],
    }
}

/// Whether values of a place refer to another resource.
pub fn is_reference(node: &Node) -> bool {
    matches!(node.shape.kind, Kind::Text { text: Text::Reference(_), .. })
}

fn edited(edit: Edit) -> ValueRewrite {
    Box::new(move |value| {
        let mut edited = value.clone();
        value::apply(&edit, &mut edited).then_some(edited)
    })
}
