//! Faults of lists that need more than two pages or a particular history.

use appmesh_model::error::ErrorKind;
use appmesh_model::shared_rule::SharedRule;

use super::behaviour::{Cutting, Edit, When};
use super::row::{LIST, Row, row, rows};

/// The faults of a family's lists that need a history.
pub(super) const ROWS: &[Row] = rows! { SharedRule:
    "no-default-limit" PageSize LIST (Cut(Cutting::Everything))
        "a list without a limit answers everything at once" .when(When::Unlimited).deep();
    "full-limit-too-long" PageSize LIST (Cut(Cutting::OneMore))
        "a page of 100 holds one more" .when(When::FullLimit).deep();
    "hundred-and-first-not-listed" ListComplete LIST (Cut(Cutting::FirstHundred))
        "a list never shows more than 100 results, whatever its pages"
        .when(When::OverHundred).deep();
    "third-page-refused" Continues LIST (Refuse(ErrorKind::BadRequest))
        "the nextToken of the second page is refused" .when(When::ThirdPage).deep();
    "third-page-skips" ListComplete LIST (Cut(Cutting::Skip))
        "the first item of the third page is left out" .when(When::ThirdPage).deep();
    "third-page-overlaps" ListOnce LIST (Cut(Cutting::Overlap))
        "the third page begins with the last item of the second" .when(When::ThirdPage).deep();
    "changed-limit-skips" ListComplete LIST (Cut(Cutting::Skip))
        "a page with another limit than the one before loses its first item"
        .when(When::LimitChanged).deep();
    "pages-by-offset" ListComplete LIST (Cut(Cutting::ByOffset))
        "what is deleted between two pages shifts the second, so that an item is lost"
        .when(When::LaterPage).deep();
    "full-last-page-repeats" ListOnce LIST (Cut(Cutting::RepeatAfterFull))
        "a last page that is exactly full is followed by its last item again" .deep();
    "full-last-page-empty-token" LastPage LIST (Cut(Cutting::FullEmptyToken))
        "a last page that is exactly full has an empty string for a token" .deep();
    "never-ends" WalkEnds LIST (Cut(Cutting::Endless))
        "behind the last page there are empty ones without end" .deep();
    "emptied-list-refused" Lists LIST (Refuse(ErrorKind::BadRequest))
        "a list is refused once its last result was deleted" .when(When::EmptiedList).deep();
    "youngest-still-listed" ListExisting LIST (Cut(Cutting::YoungestDeleted))
        "what was deleted is still listed if it was the last that was created" .deep();
    "recreated-not-listed" ListComplete LIST (Cut(Cutting::NoRecreated))
        "what was made again is not listed" .deep();
    "items-stay-at-one" VersionStable LIST (Item(Edit::SetVersion(1)))
        "the items of a list show version 1 whatever the updates" .deep();
};
