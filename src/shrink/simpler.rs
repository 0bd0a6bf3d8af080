//! Simpler steps: the ways in which the arguments of a call can be made less.

use appmesh_model::api::Api;
use appmesh_model::operation::Location;
use appmesh_model::schema::Node;
use appmesh_model::shape::{Kind, Text};

use crate::generate::value::{self, Edit, EditKind, Segment};
use crate::trace::{Arg, Step};

/// Which of the items of a list may be the only one that is needed.
const MOST_ITEMS: usize = 4;

/// A way to make a step simpler; none where it does not apply.
pub(super) type Simpler = Box<dyn Fn(&Step) -> Option<Step> + Send + Sync>;

/// Ways to make a step simpler, each to be tried on the step as it then is.
pub(super) fn ways(api: &'static Api, step: &Step) -> Vec<Simpler> {
    let mut ways: Vec<Simpler> = Vec::new();
    ways.push(Box::new(|step| Some(Step { pause_ms: 0, ..step.clone() })));
    let Some(operation) = api.operation(&step.operation) else { return ways };
    for (input, node) in &operation.inputs {
        let name = input.name;
        if !step.args.contains_key(name) {
            continue;
        }
        if !input.required || input.location == Location::Body {
            ways.push(Box::new(move |step| {
                let mut simpler = step.clone();
                simpler.args.remove(name)?;
                Some(simpler)
            }));
        }
        // The outermost first: one success saves many. Of those, first what needs other resources.
        let mut optional = value::optional_paths(node);
        optional.reverse();
        optional.sort_by_key(|path| (path.len(), !refers(node, path)));
        for path in optional {
            let edit = Edit { path, kind: EditKind::Drop };
            ways.push(Box::new(move |step| {
                let mut simpler = step.clone();
                value::apply(&edit, simpler.args.get_mut(name)?).then_some(simpler)
            }));
        }
        if let Some(Arg::Name { .. } | Arg::Token { .. }) = step.args.get(name) {
            ways.push(Box::new(move |step| {
                let mut simpler = step.clone();
                if let Arg::Name { length, .. } | Arg::Token { length, .. } =
                    simpler.args.get_mut(name)?
                {
                    *length = None;
                }
                Some(simpler)
            }));
        }
        for path in lists(node, &mut Vec::new()) {
            for kept in 0..MOST_ITEMS {
                let path = path.clone();
                ways.push(Box::new(move |step| {
                    let mut simpler = step.clone();
                    let place = peek_mut(simpler.args.get_mut(name)?, &path)?;
                    let Arg::List(items) = place else { return None };
                    let item = items.get(kept).filter(|_| items.len() > 1)?.clone();
                    *items = vec![item];
                    Some(simpler)
                }));
            }
        }
        for edit in plain_values(node, &mut Vec::new()) {
            ways.push(Box::new(move |step| {
                let mut simpler = step.clone();
                let whole = simpler.args.get_mut(name)?;
                let is_there = peek(whole, &edit.path).is_some();
                (is_there && value::apply(&edit, whole)).then_some(simpler)
            }));
        }
    }
    ways
}

/// Whether what a schema has at a path may refer to other resources.
fn refers(node: &Node, path: &[Segment]) -> bool {
    fn any(node: &Node) -> bool {
        matches!(node.shape.kind, Kind::Text { text: Text::Reference(_), .. })
            || node.children.iter().any(any)
    }
    let place = path.iter().try_fold(node, |node, segment| match segment {
        Segment::Member(name) => node.child(name),
        Segment::Item => node.children.first(),
    });
    place.is_some_and(any)
}

/// The argument at a path, if it is there.
fn peek<'a>(arg: &'a Arg, path: &[Segment]) -> Option<&'a Arg> {
    path.iter().try_fold(arg, |arg, segment| match (segment, arg) {
        (Segment::Member(name), Arg::Object(members)) => members.get(*name),
        (Segment::Item, Arg::List(items)) => items.first(),
        _ => None,
    })
}

/// The same for changing it.
fn peek_mut<'a>(arg: &'a mut Arg, path: &[Segment]) -> Option<&'a mut Arg> {
    path.iter().try_fold(arg, |arg, segment| match (segment, arg) {
        (Segment::Member(name), Arg::Object(members)) => members.get_mut(*name),
        (Segment::Item, Arg::List(items)) => items.first_mut(),
        _ => None,
    })
}

/// The paths of all lists of a schema, the outermost first.
fn lists(node: &Node, path: &mut Vec<Segment>) -> Vec<Vec<Segment>> {
    let is_list = matches!(node.shape.kind, Kind::List { .. });
    let mut found = Vec::new();
    if is_list {
        found.push(path.clone());
    }
    for child in &node.children {
        path.push(if is_list { Segment::Item } else { Segment::Member(child.name) });
        found.extend(lists(child, path));
        path.pop();
    }
    found
}

/// Edits that put the simplest valid value at every place of a schema, and make lists short.
fn plain_values(node: &Node, path: &mut Vec<Segment>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let simplest = value::full(node, &|_| None);
    match &node.shape.kind {
        Kind::List { .. } => {
            for length in [0, 1] {
                edits.push(Edit { path: path.clone(), kind: EditKind::Resize(length) });
            }
        }
        Kind::Text {
            text: Text::Reference(_) | Text::Name | Text::Account | Text::Token, ..
        }
        | Kind::Structure { .. } => {}
        _ => edits.push(Edit { path: path.clone(), kind: EditKind::Set(simplest) }),
    }
    let is_list = matches!(node.shape.kind, Kind::List { .. });
    for child in &node.children {
        path.push(if is_list { Segment::Item } else { Segment::Member(child.name) });
        edits.extend(plain_values(child, path));
        path.pop();
    }
    edits
}
