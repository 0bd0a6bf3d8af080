//! Faults of lists that need more than two pages or a particular history.

use appmesh_model::error::ErrorKind;
use appmesh_model::shared_rule::SharedRule;

use super::behaviour::{Cutting, Edit, Mutation, When};
use super::row::{LIST, Row, row};

/// The faults of a family's lists that need a history.
pub(super) const ROWS: &[Row] = &[
    row(
        "no-default-limit",
        SharedRule::PageSize,
        LIST,
        Mutation::Cut(Cutting::Everything),
        "a list without a limit answers everything at once",
    )
    .when(When::Unlimited)
    .deep(),
    row(
        "full-limit-too-long",
        SharedRule::PageSize,
        LIST,
        Mutation::Cut(Cutting::OneMore),
        "a page of 100 holds one more",
    )
    .when(When::FullLimit)
    .deep(),
    row(
        "hundred-and-first-not-listed",
        SharedRule::ListComplete,
        LIST,
        Mutation::Cut(Cutting::FirstHundred),
        "a list never shows more than 100 results, whatever its pages",
    )
    .when(When::OverHundred)
    .deep(),
    row(
        "third-page-refused",
        SharedRule::Continues,
        LIST,
        Mutation::Refuse(ErrorKind::BadRequest),
        "the nextToken of the second page is refused",
    )
    .when(When::ThirdPage)
    .deep(),
    row(
        "third-page-skips",
        SharedRule::ListComplete,
        LIST,
        Mutation::Cut(Cutting::Skip),
        "the first item of the third page is left out",
    )
    .when(When::ThirdPage)
    .deep(),
    row(
        "third-page-overlaps",
        SharedRule::ListOnce,
        LIST,
        Mutation::Cut(Cutting::Overlap),
        "the third page begins with the last item of the second",
    )
    .when(When::ThirdPage)
    .deep(),
    row(
        "changed-limit-skips",
        SharedRule::ListComplete,
        LIST,
        Mutation::Cut(Cutting::Skip),
        "a page with another limit than the one before loses its first item",
    )
    .when(When::LimitChanged)
    .deep(),
    row(
        "pages-by-offset",
        SharedRule::ListComplete,
        LIST,
        Mutation::Cut(Cutting::ByOffset),
        "what is deleted between two pages shifts the second, so that an item is lost",
    )
    .when(When::LaterPage)
    .deep(),
    row(
        "full-last-page-repeats",
        SharedRule::ListOnce,
        LIST,
        Mutation::Cut(Cutting::RepeatAfterFull),
        "a last page that is exactly full is followed by its last item again",
    )
    .deep(),
    row(
        "full-last-page-empty-token",
        SharedRule::LastPage,
        LIST,
        Mutation::Cut(Cutting::FullEmptyToken),
        "a last page that is exactly full has an empty string for a token",
    )
    .deep(),
    row(
        "never-ends",
        SharedRule::WalkEnds,
        LIST,
        Mutation::Cut(Cutting::Endless),
        "behind the last page there are empty ones without end",
    )
    .deep(),
    row(
        "emptied-list-refused",
        SharedRule::Lists,
        LIST,
        Mutation::Refuse(ErrorKind::BadRequest),
        "a list is refused once its last result was deleted",
    )
    .when(When::EmptiedList)
    .deep(),
    row(
        "youngest-still-listed",
        SharedRule::ListExisting,
        LIST,
        Mutation::Cut(Cutting::YoungestDeleted),
        "what was deleted is still listed if it was the last that was created",
    )
    .deep(),
    row(
        "recreated-not-listed",
        SharedRule::ListComplete,
        LIST,
        Mutation::Cut(Cutting::NoRecreated),
        "what was made again is not listed",
    )
    .deep(),
    row(
        "items-stay-at-one",
        SharedRule::VersionStable,
        LIST,
        Mutation::Item(Edit::SetVersion(1)),
        "the items of a list show version 1 whatever the updates",
    )
    .deep(),
];
