//! Reduction of arguments: members left out, lists emptied.

use appmesh_model::schema::{Node, Segment};

use crate::generate::value::{self, Edit, EditKind};
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
    node.walk(&mut |path, node| {
        let drop = matches!(path.last(), Some(Segment::Member(_))).then_some(EditKind::Drop);
        let empty = node.is_list().then_some(EditKind::Resize(0));
        let kinds = drop.into_iter().chain(empty);
        edits.extend(kinds.map(|kind| Edit { path: path.to_vec(), kind }));
    });
    edits
}
