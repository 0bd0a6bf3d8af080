//! Faults of lists that take more than two pages or a particular history.

use appmesh_model::error::ErrorKind;
use appmesh_model::shared_rule::SharedRule;

use super::act::{Cutting, Edit, What, When};
use super::row::{LIST, Row, row};

/// The faults of a family's lists that take a history.
pub(super) const ROWS: &[Row] = &[
    row(
        "no-default-limit",
        SharedRule::PageSize,
        LIST,
        What::Cut(Cutting::Everything),
        "a list without a limit answers everything at once",
    )
    .when(When::Unlimited)
    .deep(),
    row(
        "full-limit-too-long",
        SharedRule::PageSize,
        LIST,
        What::Cut(Cutting::OneMore),
        "a page of 100 holds one more",
    )
    .when(When::FullLimit)
    .deep(),
    row(
        "hundred-and-first-not-listed",
        SharedRule::ListComplete,
        LIST,
        What::Cut(Cutting::FirstHundred),
        "a list never shows more than 100 results, whatever its pages",
    )
    .when(When::OverHundred)
    .deep(),
    row(
        "third-page-refused",
        SharedRule::Continues,
        LIST,
        What::Refuse(ErrorKind::BadRequest),
        "the nextToken of the second page is refused",
    )
    .when(When::ThirdPage)
    .deep(),
    row(
        "third-page-skips",
        SharedRule::ListComplete,
        LIST,
        What::Cut(Cutting::Skip),
        "the first item of the third page is left out",
    )
    .when(When::ThirdPage)
    .deep(),
    row(
        "third-page-overlaps",
        SharedRule::ListOnce,
        LIST,
        What::Cut(Cutting::Overlap),
        "the third page begins with the last item of the second",
    )
    .when(When::ThirdPage)
    .deep(),
    row(
        "changed-limit-skips",
        SharedRule::ListComplete,
        LIST,
        What::Cut(Cutting::Skip),
        "a page with another limit than the one before loses its first item",
    )
    .when(When::LimitChanged)
    .deep(),
    row(
        "pages-by-offset",
        SharedRule::ListComplete,
        LIST,
        What::Cut(Cutting::ByOffset),
        "what is deleted between two pages shifts the second, so that an item is lost",
    )
    .when(When::LaterPage)
    .deep(),
    row(
        "full-last-page-repeats",
        SharedRule::ListOnce,
        LIST,
        What::Cut(Cutting::RepeatAfterFull),
        "a last page that is exactly full is followed by its last item again",
    )
    .deep(),
    row(
        "full-last-page-empty-token",
        SharedRule::LastPage,
        LIST,
        What::Cut(Cutting::FullEmptyToken),
        "a last page that is exactly full has an empty string for a token",
    )
    .deep(),
    row(
        "never-ends",
        SharedRule::WalkEnds,
        LIST,
        What::Cut(Cutting::Endless),
        "behind the last page there are empty ones without end",
    )
    .deep(),
    row(
        "emptied-list-refused",
        SharedRule::Lists,
        LIST,
        What::Refuse(ErrorKind::BadRequest),
        "a list is refused once its last result was deleted",
    )
    .when(When::EmptiedList)
    .deep(),
    row(
        "youngest-still-listed",
        SharedRule::ListExisting,
        LIST,
        What::Cut(Cutting::YoungestDeleted),
        "what was deleted is still listed if it was the last that was created",
    )
    .deep(),
    row(
        "recreated-not-listed",
        SharedRule::ListComplete,
        LIST,
        What::Cut(Cutting::NoRecreated),
        "what was made again is not listed",
    )
    .deep(),
    row(
        "items-stay-at-one",
        SharedRule::VersionStable,
        LIST,
        What::Item(Edit::SetVersion(1)),
        "the items of a list show version 1 whatever the updates",
    )
    .deep(),
];
