//! What lists and their pages promise.
//!
//! The main item is [`ROWS`], in the order of [`Promise`].

use super::{Promise, PromiseText};
use crate::operation::Verb;
use crate::rule::Basis;

/// The rows.
pub(super) const ROWS: &[PromiseText] = &[
    PromiseText {
        promise: Promise::Lists,
        slug: "list",
        verb: Verb::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A valid list succeeds.",
        source: "{doc}, {op}, introduction",
    },
    PromiseText {
        promise: Promise::ListInMissing,
        slug: "list-in-missing-parent",
        verb: Verb::List,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "A list inside a {parent} that does not exist is refused with NotFoundException.",
        source: "Service model {version}, errors of {op}: NotFoundException is the only one that fits",
    },
    PromiseText {
        promise: Promise::ListComplete,
        slug: "list-complete",
        verb: Verb::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "The pages of a list hold every {noun} that exists from the first page to the last.",
        source: "{doc}, {op}, introduction and nextToken: the remaining results follow on the next pages",
    },
    PromiseText {
        promise: Promise::ListOnce,
        slug: "list-once",
        verb: Verb::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "No {noun} appears twice in the pages of one list.",
        source: "{doc}, {op}, nextToken",
    },
    PromiseText {
        promise: Promise::ListExisting,
        slug: "list-existing",
        verb: Verb::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A list holds only what exists.",
        source: "{doc}, {op}, introduction: a list of existing resources",
    },
    PromiseText {
        promise: Promise::PageSize,
        slug: "list-page-size",
        verb: Verb::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A page holds no more results than the limit asks for, and no more than 100 without a limit.",
        source: "{doc}, {op}, limit",
    },
    PromiseText {
        promise: Promise::LastPage,
        slug: "list-last-page",
        verb: Verb::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "On the last page nextToken is null or absent; an empty string is neither.",
        source: "{doc}, {op}, Response Structure, nextToken",
    },
    PromiseText {
        promise: Promise::Continues,
        slug: "list-continues",
        verb: Verb::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "The token of a page is accepted for the next page of that list.",
        source: "{doc}, {op}, nextToken",
    },
    PromiseText {
        promise: Promise::WalkEnds,
        slug: "list-ends",
        verb: Verb::List,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "Following the tokens of a list comes to an end.",
        source: "{doc}, {op}, nextToken",
    },
    PromiseText {
        promise: Promise::LimitNumber,
        slug: "list-limit-number",
        verb: Verb::List,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "A limit that is not a number is refused with BadRequestException.",
        source: "{doc}, {op}, limit: an integer",
    },
    PromiseText {
        promise: Promise::ListItem,
        slug: "list-item",
        verb: Verb::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "An item of a list names the {noun} and its ARN as a describe does.",
        source: "{doc}, {op}, Response Structure, members of the items",
    },
];
