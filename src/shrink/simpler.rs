//! Simpler steps: the ways in which the arguments of a call can be made less.

use appmesh_model::api::Api;
use appmesh_model::operation::Location;
use appmesh_model::schema::Node;
use appmesh_model::shape::{Kind, Text};
use serde_json::json;

use crate::generate::value::{self, Edit, EditKind, Segment};
use crate::trace::{Arg, Step};

mod items;

/// A way to make a step simpler; none where it does not apply.
pub(super) type Simpler = Box<dyn Fn(&Step) -> Option<Step> + Send + Sync>;

/// A way to make a value simpler; none where it does not apply.
type Plainer = Box<dyn Fn(&Arg) -> Option<Arg> + Send + Sync>;

/// Ways to make a step simpler, each to be tried on the step as it then is.
pub(super) fn ways(api: &'static Api, step: &Step) -> Vec<Simpler> {
    let mut ways: Vec<Simpler> = Vec::new();
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
        ways.push(on_argument(name, only_known(node)));
        ways.extend(without_members(node).into_iter().map(|way| on_argument(name, way)));
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
        ways.extend(items::ways(name, node));
        for path in lists(node, &mut Vec::new()) {
            for length in [0, 1] {
                let edit = Edit { path: path.clone(), kind: EditKind::Resize(length) };
                ways.push(on_argument(name, Box::new(move |value| edited(value, &edit))));
            }
        }
        ways.extend(with_plain_values(node).into_iter().map(|way| on_argument(name, way)));
    }
    ways
}

/// The way that makes one argument of a step simpler.
fn on_argument(name: &'static str, way: Plainer) -> Simpler {
    Box::new(move |step| {
        let value = way(step.args.get(name)?)?;
        let mut simpler = step.clone();
        simpler.args.insert(name.to_owned(), value);
        Some(simpler)
    })
}

/// The way to leave out all members that a schema does not have.
fn only_known(node: &'static Node) -> Plainer {
    fn only_known(node: &Node, value: &mut Arg) {
        match value {
            Arg::Object(members) if !node.children.is_empty() => {
                members.retain(|name, _| node.child(name).is_some());
                for (name, value) in members {
                    if let Some(child) = node.child(name) {
                        only_known(child, value);
                    }
                }
            }
            Arg::List(items) => {
                let Some(item) = node.children.first() else { return };
                items.iter_mut().for_each(|value| only_known(item, value));
            }
            _ => {}
        }
    }
    Box::new(move |value| {
        let mut known = value.clone();
        only_known(node, &mut known);
        (known != *value).then_some(known)
    })
}

/// Ways to leave out the optional members of a value. The outermost come first: one success saves
/// many. Of those, first what needs other resources.
fn without_members(node: &Node) -> Vec<Plainer> {
    let mut optional = value::optional_paths(node);
    optional.reverse();
    optional.sort_by_key(|path| (path.len(), !refers(node, path)));
    let drop = |path| -> Plainer {
        let edit = Edit { path, kind: EditKind::Drop };
        Box::new(move |value| edited(value, &edit))
    };
    optional.into_iter().map(drop).collect()
}

/// Ways to put the simplest values in place of others.
fn with_plain_values(node: &Node) -> Vec<Plainer> {
    let mut ways: Vec<Plainer> = Vec::new();
    for (path, values) in plain_values(node, &mut Vec::new()) {
        for (number, value) in values.iter().enumerate() {
            let edit = Edit { path: path.clone(), kind: EditKind::Set(value.clone()) };
            let as_simple = values[..=number].to_vec();
            ways.push(Box::new(move |value| {
                let current = peek(value, &edit.path)?;
                if as_simple.contains(current) { None } else { edited(value, &edit) }
            }));
        }
    }
    ways
}

/// A value with an edit; none if the place of the edit is not there.
fn edited(value: &Arg, edit: &Edit) -> Option<Arg> {
    let mut edited = value.clone();
    value::apply(edit, &mut edited).then_some(edited)
}

/// The step with one of the members that its body must have; one for each that it lacks.
pub(super) fn completed(api: &'static Api, step: &Step) -> Vec<Step> {
    let Some(operation) = api.operation(&step.operation) else { return Vec::new() };
    let lacks = |name: &str| step.garbage.is_none() && !step.args.contains_key(name);
    let missing = operation.inputs.iter().filter(|(input, _)| {
        input.required && input.location == Location::Body && lacks(input.name)
    });
    missing
        .map(|(input, node)| {
            let mut completed = step.clone();
            completed.args.insert(input.name.to_owned(), value::full(node, &|_| None));
            completed
        })
        .collect()
}

/// Whether what a schema has at a path may refer to other resources.
fn refers(node: &Node, path: &[Segment]) -> bool {
    fn any(node: &Node) -> bool {
        is_reference(node) || node.children.iter().any(any)
    }
    place(node, path).is_some_and(any)
}

fn is_reference(node: &Node) -> bool {
    matches!(node.shape.kind, Kind::Text { text: Text::Reference(_), .. })
}

/// What a schema has at a path.
fn place<'n>(node: &'n Node, path: &[Segment]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, segment| match segment {
        Segment::Member(name) => node.child(name),
        Segment::Item => node.children.first(),
    })
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

/// The simplest valid values for every place of a schema, the simplest first.
fn plain_values(node: &Node, path: &mut Vec<Segment>) -> Vec<(Vec<Segment>, Vec<Arg>)> {
    let mut values = Vec::new();
    let plain = |value: serde_json::Value| Arg::Plain(value);
    // Where two values must differ, or the simplest is the one that does no harm, it takes another.
    let simplest = match &node.shape.kind {
        Kind::List { .. }
        | Kind::Structure { .. }
        | Kind::Union { .. }
        | Kind::Text {
            text: Text::Reference(_) | Text::Name(_) | Text::Account | Text::Token,
            ..
        } => Vec::new(),
        Kind::Integer { min, .. } => {
            let least = min.unwrap_or(1);
            (least..least + 3).map(|value| plain(json!(value))).collect()
        }
        Kind::Choice(choices) => choices.iter().map(|choice| plain(json!(choice))).collect(),
        Kind::Text { .. } => {
            let simplest = value::full(node, &|_| None);
            let mut next = simplest.clone();
            value::vary(&mut next, 1);
            vec![simplest, next]
        }
        Kind::Timestamp => vec![value::full(node, &|_| None)],
    };
    if !simplest.is_empty() {
        values.push((path.clone(), simplest));
    }
    let is_list = matches!(node.shape.kind, Kind::List { .. });
    for child in &node.children {
        path.push(if is_list { Segment::Item } else { Segment::Member(child.name) });
        values.extend(plain_values(child, path));
        path.pop();
    }
    values
}
