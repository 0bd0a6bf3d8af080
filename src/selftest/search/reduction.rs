//! Reduction of arguments: members left out, lists emptied.

use appmesh_model::schema::Node;
use appmesh_model::shape::Kind;

use crate::generate::value::{self, Edit, EditKind, Segment};
use crate::trace::Arg;

/// The number of resources that an argument refers to.
pub(super) fn references(arg: &Arg) -> usize {
    let mut count = 0;
    arg.visit(&mut |arg| count += usize::from(matches!(arg, Arg::Name { .. })));
    count
}

/// The argument without every part that can be left out so that it still fits.
pub(super) fn reduced(node: &Node, full: &Arg, fits: &dyn Fn(&Arg) -> bool) -> Arg {
    let mut best = full.clone();
    for edit in smaller(node) {
        let mut candidate = best.clone();
        if value::apply(&edit, &mut candidate) && fits(&candidate) {
            best = candidate;
        }
    }
    best
}

/// Edits that make an argument smaller: every member out, every list empty; the outermost first.
pub(super) fn smaller(node: &Node) -> Vec<Edit> {
    let mut edits = Vec::new();
    collect_smaller(node, &mut Vec::new(), &mut edits);
    edits
}

fn collect_smaller(node: &Node, path: &mut Vec<Segment>, out: &mut Vec<Edit>) {
    if matches!(path.last(), Some(Segment::Member(_))) {
        out.push(Edit { path: path.clone(), kind: EditKind::Drop });
    }
    let is_list = matches!(node.shape.kind, Kind::List { .. });
    if is_list {
        out.push(Edit { path: path.clone(), kind: EditKind::Resize(0) });
    }
    for child in &node.children {
        path.push(if is_list { Segment::Item } else { Segment::Member(child.name) });
        collect_smaller(child, path, out);
        path.pop();
    }
}
