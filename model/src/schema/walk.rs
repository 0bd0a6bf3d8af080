//! The walk over a schema: every node with the path that leads to it.

use super::Node;
use crate::shape::Kind;

/// One step into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Into the member of this name.
    Member(&'static str),
    /// Into the items of a list.
    Item,
}

impl Node {
    /// Visits this node and all below it, with their paths from here; a node comes before its
    /// children, and those in their order.
    pub fn walk<'n>(&'n self, visit: &mut dyn FnMut(&[Segment], &'n Self)) {
        self.walk_below(&mut Vec::new(), visit);
    }

    fn walk_below<'n>(
        &'n self,
        path: &mut Vec<Segment>,
        visit: &mut dyn FnMut(&[Segment], &'n Self),
    ) {
        visit(path, self);
        for child in &self.children {
            path.push(if self.is_list() { Segment::Item } else { Segment::Member(child.name) });
            child.walk_below(path, visit);
            path.pop();
        }
    }

    /// The node at a path from here.
    pub fn at(&self, path: &[Segment]) -> Option<&Self> {
        path.iter().try_fold(self, |node, segment| match segment {
            Segment::Member(name) => node.child(name),
            Segment::Item => node.children.first().filter(|_| node.is_list()),
        })
    }

    /// Whether values here are lists.
    pub fn is_list(&self) -> bool {
        matches!(self.shape.kind, Kind::List { .. })
    }
}
