//! Values: arguments made from schemas — plain, on each bound, and one past it.
//!
//! The main type is [`Edit`]: one change to a valid argument, at one place. [`edits`] lists them all
//! for a schema; [`strategy`] draws arguments with proptest.

use std::collections::BTreeMap;

use appmesh_model::schema::Node;
pub use appmesh_model::schema::Segment;
use appmesh_model::shape::{CLIENT_TOKEN_MAX, Kind, Text};
use proptest::prelude::{Just, Strategy, any};
use proptest::strategy::BoxedStrategy;
use proptest::{collection, option, sample};
use serde_json::{Value, json};

use crate::trace::Arg;

/// The symbol of a resource that never exists.
pub const ABSENT: &str = "absent";

/// Gives the symbol of an existing resource of a family, for members that refer to one.
pub type Existing<'e> = &'e dyn Fn(&str) -> Option<String>;

/// What an edit does at its place.
#[derive(Clone, Debug, PartialEq)]
pub enum EditKind {
    /// Puts another argument there.
    Set(Arg),
    /// Takes the member out.
    Drop,
    /// Makes the list so long.
    Resize(usize),
}

/// One change to a valid argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// Where.
    pub path: Vec<Segment>,
    /// What.
    pub kind: EditKind,
}

/// The argument with everything in it, each value the smallest that fits.
pub fn full(node: &Node, existing: Existing<'_>) -> Arg {
    match &node.shape.kind {
        Kind::Text { text, .. } => text_value(*text, existing),
        Kind::Integer { min, .. } => Arg::Plain(json!(min.unwrap_or(1))),
        Kind::Choice(values) => Arg::Plain(json!(values.first())),
        Kind::List { .. } => {
            Arg::List(node.children.first().map(|item| full(item, existing)).into_iter().collect())
        }
        Kind::Structure { .. } => {
            Arg::Object(node.children.iter().map(|child| only(child, existing)).collect())
        }
        Kind::Union { .. } => {
            let variant = variant(node, existing);
            Arg::Object(variant.into_iter().map(|child| only(child, existing)).collect())
        }
        Kind::Timestamp => Arg::Plain(json!(0)),
    }
}

/// The variant of a union to give: the first that refers to nothing which does not exist.
fn variant<'n>(node: &'n Node, existing: Existing<'_>) -> Option<&'n Node> {
    let finds = |child: &&Node| child.referred().iter().all(|family| existing(family).is_some());
    node.children.iter().find(finds).or(node.children.first())
}

/// A member with everything in it.
fn only(child: &Node, existing: Existing<'_>) -> (String, Arg) {
    (child.name.to_owned(), full(child, existing))
}

fn text_value(text: Text, existing: Existing<'_>) -> Arg {
    match text {
        Text::Reference(family) => Arg::name(existing(family).unwrap_or_else(|| ABSENT.to_owned())),
        Text::Name(_) => Arg::name("a"),
        Text::Token => Arg::Token { symbol: "t".to_owned(), length: None },
        Text::Host => Arg::Plain(json!("a.local")),
        Text::Path | Text::LoosePath => Arg::Plain(json!("/")),
        Text::Account => Arg::Owner,
        Text::Free => Arg::Plain(json!("a")),
    }
}

/// The paths of all members that may be left out, the deepest first.
pub fn optional_paths(node: &Node) -> Vec<Vec<Segment>> {
    let mut paths = Vec::new();
    node.walk(&mut |path, member| {
        if is_member(node, path) && member.required.is_none() {
            paths.push(path.to_vec());
        }
    });
    paths.sort_by_key(|path| std::cmp::Reverse(path.len()));
    paths
}

/// The paths of all lists.
pub fn lists(node: &Node) -> Vec<Vec<Segment>> {
    let mut paths = Vec::new();
    node.walk(&mut |path, node| {
        if node.is_list() {
            paths.push(path.to_vec());
        }
    });
    paths
}

/// Every edit of a schema: on each bound, one past it, each other choice, each required member
/// left out, another JSON type, a member that is not known.
pub fn edits(node: &Node) -> Vec<Edit> {
    let mut out = Vec::new();
    node.walk(&mut |path, place| {
        if is_member(node, path) {
            out.push(Edit { path: path.to_vec(), kind: EditKind::Drop });
        }
        edit(place, path, &mut out);
    });
    out
}

/// Whether a path leads to the member of a structure, which can be left out on its own.
fn is_member(node: &Node, path: &[Segment]) -> bool {
    let parent = path.split_last().and_then(|(_, above)| node.at(above));
    parent.is_some_and(|parent| matches!(parent.shape.kind, Kind::Structure { .. }))
}

/// The edits at one place.
fn edit(node: &Node, path: &[Segment], out: &mut Vec<Edit>) {
    let mut set = |arg: Arg| out.push(Edit { path: path.to_vec(), kind: EditKind::Set(arg) });
    match &node.shape.kind {
        Kind::Text { min, max, text } => edit_text(*text, *min, *max, &mut set),
        Kind::Integer { min, max } => {
            let past = [min.map(|min| min - 1), max.map(|max| max + 1)];
            for number in [*min, *max].into_iter().chain(past).flatten() {
                set(Arg::Plain(json!(number)));
            }
            set(Arg::Plain(json!("80")));
            set(Arg::Plain(json!(1.5)));
        }
        Kind::Choice(values) => {
            values.iter().skip(1).for_each(|value| set(Arg::Plain(json!(value))));
            set(Arg::Plain(json!("no-such-value")));
            set(Arg::Plain(json!(7)));
        }
        Kind::List { min, max, .. } => {
            set(Arg::Plain(json!("no list")));
            let past = [min.and_then(|min| min.checked_sub(1)), max.map(|max| max + 1)];
            for length in [Some(min.unwrap_or(0)), *max].into_iter().chain(past).flatten() {
                out.push(Edit { path: path.to_vec(), kind: EditKind::Resize(length) });
            }
        }
        Kind::Structure { .. } | Kind::Union { .. } => {
            if let Kind::Union { .. } = node.shape.kind {
                variants(node).into_iter().for_each(&mut set);
            }
            set(Arg::Plain(json!("no object")));
            let path = [path, &[Segment::Member("unknownMember")]].concat();
            out.push(Edit { path, kind: EditKind::Set(Arg::Plain(json!(1))) });
        }
        Kind::Timestamp => {}
    }
}

/// What a union may hold in place of its first variant: every other one with each of its edits, no
/// variant, and two.
fn variants(node: &Node) -> Vec<Arg> {
    let of = |children: &[Node]| -> BTreeMap<String, Arg> {
        children.iter().map(|child| only(child, &|_| None)).collect()
    };
    let mut variants = Vec::new();
    for other in node.children.get(1..).unwrap_or_default() {
        let plain = Arg::Object(of(std::slice::from_ref(other)));
        variants.push(plain.clone());
        for mut edit in edits(other) {
            edit.path.insert(0, Segment::Member(other.name));
            let mut edited = plain.clone();
            if apply(&edit, &mut edited) {
                variants.push(edited);
            }
        }
    }
    let two = node.children.get(..2);
    variants.extend([&[][..]].into_iter().chain(two).map(|children| Arg::Object(of(children))));
    variants
}

fn edit_text(text: Text, min: Option<usize>, max: Option<usize>, set: &mut dyn FnMut(Arg)) {
    let named = |length| Arg::Name { symbol: "a".to_owned(), length: Some(length) };
    let token = |length| Arg::Token { symbol: "t".to_owned(), length: Some(length) };
    let letters = |length: usize| Arg::Plain(json!("a".repeat(length)));
    let digits = |length: usize| Arg::Plain(json!("1".repeat(length)));
    match text {
        Text::Token => {
            set(token(CLIENT_TOKEN_MAX));
            set(token(CLIENT_TOKEN_MAX + 1));
            set(Arg::Plain(json!("no token!")));
        }
        Text::Path => set(Arg::Plain(json!("no-slash"))),
        Text::Reference(_) => set(Arg::name(ABSENT)),
        _ => {}
    }
    let sized: &dyn Fn(usize) -> Arg = match text {
        Text::Name(_) | Text::Reference(_) => &named,
        Text::Account => &digits,
        _ => &letters,
    };
    if let Some(min) = min.filter(|min| *min > 0) {
        set(if min == 1 { Arg::Plain(json!("")) } else { sized(min - 1) });
    }
    if let Some(max) = max {
        if text != Text::Account {
            set(sized(max));
        }
        set(sized(max + 1));
    }
    set(Arg::Plain(json!(7)));
}

/// Applies an edit. Returns whether its place was there.
pub fn apply(edit: &Edit, arg: &mut Arg) -> bool {
    match (&edit.kind, edit.path.split_last()) {
        (EditKind::Resize(length), _) => {
            at_mut(arg, &edit.path).is_some_and(|list| resize(list, *length))
        }
        (EditKind::Drop, Some((Segment::Member(name), above))) => match at_mut(arg, above) {
            Some(Arg::Object(members)) => members.remove(*name).is_some(),
            _ => false,
        },
        (EditKind::Drop, _) => false,
        (EditKind::Set(new), Some((Segment::Member(name), above))) => match at_mut(arg, above) {
            Some(Arg::Object(members)) => {
                members.insert((*name).to_owned(), new.clone());
                true
            }
            _ => false,
        },
        (EditKind::Set(new), _) => {
            at_mut(arg, &edit.path).map(|place| new.clone_into(place)).is_some()
        }
    }
}

/// The argument at a path, if it is there; of a list, the first item.
pub fn at_mut<'a>(arg: &'a mut Arg, path: &[Segment]) -> Option<&'a mut Arg> {
    path.iter().try_fold(arg, |arg, segment| match (segment, arg) {
        (Segment::Member(name), Arg::Object(members)) => members.get_mut(*name),
        (Segment::Item, Arg::List(items)) => items.first_mut(),
        _ => None,
    })
}

/// Visits an argument and all within it that its schema describes, each with its node.
pub fn visit_mut(node: &Node, arg: &mut Arg, visit: &mut dyn FnMut(&Node, &mut Arg)) {
    visit(node, arg);
    match arg {
        Arg::Object(members) => members.iter_mut().for_each(|(name, member)| {
            if let Some(child) = node.child(name) {
                visit_mut(child, member, visit);
            }
        }),
        Arg::List(items) => items.iter_mut().for_each(|item| {
            if let Some(child) = node.at(&[Segment::Item]) {
                visit_mut(child, item, visit);
            }
        }),
        _ => {}
    }
}

/// Makes a list so long, with items that differ where they may.
fn resize(arg: &mut Arg, length: usize) -> bool {
    let Arg::List(items) = arg else { return false };
    let Some(first) = items.first().cloned() else { return length == 0 };
    *items = (0..length)
        .map(|index| {
            let mut item = first.clone();
            if index > 0 {
                vary(&mut item, index);
            }
            item
        })
        .collect();
    true
}

/// Makes an item another than the first: absent names and free text get a number.
pub fn vary(arg: &mut Arg, index: usize) {
    arg.visit_mut(&mut |arg| {
        if let Arg::Name { symbol, .. } = arg
            && symbol == ABSENT
        {
            *symbol = format!("{symbol}{index}");
        }
        if let Arg::Plain(Value::String(text)) = arg {
            let free = text.chars().next().is_some_and(char::is_alphabetic);
            if free && text.chars().any(|c| c.is_lowercase()) && *text != "http" {
                *text = format!("a{index}{}", text.trim_start_matches('a'));
            }
        }
    });
}

/// Draws arguments that keep within every bound; `existing` are symbols that members may refer to.
pub fn strategy(node: &Node, existing: Existing<'_>) -> BoxedStrategy<Arg> {
    match &node.shape.kind {
        Kind::Text { text, .. } => text_strategy(*text, existing),
        Kind::Integer { min, max } => {
            let (min, max) = (min.unwrap_or(0), max.unwrap_or(1_000_000));
            proptest::prop_oneof![1 => Just(min), 1 => Just(max), 2 => min..=max]
                .prop_map(|number| Arg::Plain(json!(number)))
                .boxed()
        }
        Kind::Choice(values) => {
            sample::select(values.to_vec()).prop_map(|value| Arg::Plain(json!(value))).boxed()
        }
        Kind::List { min, max, .. } => {
            let (min, max) = (min.unwrap_or(0), max.unwrap_or(3).min(3));
            collection::vec(strategy(&node.children[0], existing), min..=max)
                .prop_map(Arg::List)
                .boxed()
        }
        Kind::Structure { .. } => {
            let mut members = Just(BTreeMap::new()).boxed();
            for child in &node.children {
                let name = child.name.to_owned();
                let value = strategy(child, existing);
                let value = match child.required {
                    Some(_) => value.prop_map(Some).boxed(),
                    None => option::weighted(0.7, value).boxed(),
                };
                members = (members, value)
                    .prop_map(move |(mut members, value): (BTreeMap<String, Arg>, _)| {
                        if let Some(value) = value {
                            members.insert(name.clone(), value);
                        }
                        members
                    })
                    .boxed();
            }
            members.prop_map(Arg::Object).boxed()
        }
        Kind::Union { .. } => {
            let variants = node.children.iter().map(|child| {
                let name = child.name.to_owned();
                let value = strategy(child, existing);
                value.prop_map(move |value| Arg::Object([(name.clone(), value)].into())).boxed()
            });
            proptest::strategy::Union::new(variants).boxed()
        }
        Kind::Timestamp => any::<u32>().prop_map(|time| Arg::Plain(json!(time))).boxed(),
    }
}

fn text_strategy(text: Text, existing: Existing<'_>) -> BoxedStrategy<Arg> {
    let plain = |choices: &[&str]| {
        let choices: Vec<String> = choices.iter().map(|&choice| choice.to_owned()).collect();
        sample::select(choices).prop_map(|text| Arg::Plain(json!(text))).boxed()
    };
    match text {
        Text::Host => plain(&["a.local", "b.local", "service-1.example.com", "c"]),
        Text::Path | Text::LoosePath => plain(&["/", "/a", "/a/b?c=d", "/ä"]),
        Text::Free => plain(&["a", "b", "ü", "a b"]),
        other => Just(text_value(other, existing)).boxed(),
    }
}
