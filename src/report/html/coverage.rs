//! The coverage as a picture: a square for each situation, operation by operation.
//!
//! The main type is [`Operation`].

use super::link::{Gap, find_or_add};
use crate::report::{Reason, Report};

/// Squares in a row; a row fits a phone.
const ROW_SQUARES: usize = 32;
/// From one square to the next, in pixels.
const PITCH_PX: usize = 9;

/// The situations of an operation.
pub(super) struct Operation<'r> {
    pub(super) name: &'r str,
    pub(super) visited: Vec<&'r str>,
    /// Those that a divergence stood in the way of.
    pub(super) masked: Vec<Unvisited<'r>>,
    /// Those that were not visited for other reasons.
    pub(super) unvisited: Vec<Unvisited<'r>>,
}

/// A situation that was not visited.
pub(super) struct Unvisited<'r> {
    pub(super) situation: &'r str,
    pub(super) gap: Gap,
}

/// All squares of a kind, as the outline that SVG draws.
pub(super) struct Squares {
    /// A class of the style.
    pub(super) class: &'static str,
    pub(super) outline: String,
}

/// The operations in the order in which their situations are listed.
pub(super) fn operations(report: &Report) -> Vec<Operation<'_>> {
    let mut operations = Vec::new();
    for situation in &report.coverage.visited {
        Operation::with(&mut operations, situation).visited.push(situation);
    }
    for unvisited in &report.coverage.unvisited {
        let operation = Operation::with(&mut operations, &unvisited.situation);
        let list = match unvisited.gap.reason {
            Reason::Masked => &mut operation.masked,
            Reason::Budget
            | Reason::Interrupted
            | Reason::Inconclusive
            | Reason::OtherShard
            | Reason::NotOffered => &mut operation.unvisited,
        };
        let gap = Gap::of(report, &unvisited.gap);
        list.push(Unvisited { situation: &unvisited.situation, gap });
    }
    operations
}

impl<'r> Operation<'r> {
    /// The operation that a situation begins with, made if it is not there yet.
    fn with<'a>(operations: &'a mut Vec<Self>, situation: &'r str) -> &'a mut Self {
        let name = situation.split(' ').next().unwrap_or(situation);
        let make = || Self { name, visited: Vec::new(), masked: Vec::new(), unvisited: Vec::new() };
        find_or_add(operations, |operation| operation.name == name, make)
    }

    /// The situations that were not visited, by kind, each with its title.
    pub(super) fn missed(&self) -> impl Iterator<Item = (&'static str, &[Unvisited<'r>])> {
        let kinds = [("Masked", &self.masked[..]), ("Not visited", &self.unvisited[..])];
        kinds.into_iter().filter(|(_, missed)| !missed.is_empty())
    }

    pub(super) fn total(&self) -> usize {
        self.visited.len() + self.masked.len() + self.unvisited.len()
    }

    /// The picture in words.
    pub(super) fn words(&self) -> String {
        let mut words = format!("{} of {} visited", self.visited.len(), self.total());
        if !self.masked.is_empty() {
            words.push_str(&format!(", {} masked", self.masked.len()));
        }
        if !self.unvisited.is_empty() {
            words.push_str(&format!(", {} not visited", self.unvisited.len()));
        }
        words
    }

    /// A square for each situation: those that were visited come first. Kinds differ in form, too,
    /// so that the picture needs no colours.
    pub(super) fn squares(&self) -> Vec<Squares> {
        let kinds = [
            ("visited", self.visited.len(), "h7v7h-7z"),
            ("masked", self.masked.len(), "h7v7z"),
            ("unvisited", self.unvisited.len(), "h7v7h-7zm1 1v5h5v-5z"),
        ];
        let mut index = 0;
        let mut squares = Vec::new();
        for (class, count, form) in kinds {
            let places = (index..index + count).map(|index| {
                let (x, y) = (index % ROW_SQUARES * PITCH_PX, index / ROW_SQUARES * PITCH_PX);
                format!("M{x} {y}{form}")
            });
            squares.push(Squares { class, outline: places.collect() });
            index += count;
        }
        squares.retain(|squares| !squares.outline.is_empty());
        squares
    }

    /// How wide the picture is, in pixels.
    pub(super) fn width_px(&self) -> usize {
        ROW_SQUARES * PITCH_PX
    }

    /// How high the picture is, in pixels.
    pub(super) fn height_px(&self) -> usize {
        self.total().div_ceil(ROW_SQUARES) * PITCH_PX
    }

    /// The text of a situation behind the operation's name.
    pub(super) fn rest<'s>(&self, situation: &'s str) -> &'s str {
        situation.strip_prefix(self.name).unwrap_or(situation).trim_start()
    }
}
