//! Mutations of how the server cuts a list into pages.

use super::memory::ShownPage;
use crate::reference::hooks::Cut;
use crate::selftest::fault::behaviour::Cutting;

/// The most results on a page.
const MOST_RESULTS: usize = 100;

/// Cuts a page wrongly; `last` is the page before.
pub(super) fn cut(cutting: Cutting, last: Option<ShownPage>, cut: &mut Cut) {
    let left = cut.count.saturating_sub(cut.start);
    match cutting {
        Cutting::Skip => cut.start += 1,
        Cutting::Overlap => cut.start = cut.start.saturating_sub(1),
        Cutting::OneMore => cut.size += 1,
        Cutting::Everything => cut.size = cut.count,
        Cutting::FirstHundred => cut.count = cut.count.min(MOST_RESULTS),
        Cutting::EmptyToken => cut.empty_token = true,
        Cutting::FullEmptyToken => cut.empty_token = left == cut.size,
        Cutting::RepeatAfterFull => {
            cut.late_end |= left == cut.size;
            if last.is_some_and(|last| last.is_full && last.shown == cut.count) {
                cut.start = cut.start.saturating_sub(1);
            }
        }
        Cutting::Endless => cut.endless = true,
        Cutting::ByOffset => {
            // Only deletes shift the pages; after a create, results would be repeated.
            cut.start = cut.start.max(last.map_or(0, |last| last.shown));
        }
        Cutting::LastDeleted | Cutting::YoungestDeleted | Cutting::NoRecreated => {}
    }
}
