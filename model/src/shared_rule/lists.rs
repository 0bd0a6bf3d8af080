//! What lists and their pages promise.
//!
//! The main item is [`ROWS`], in the order of [`SharedRule`].

use super::{SharedRule, SharedRuleText};
use crate::operation::Action;
use crate::rule::Basis;

/// The rows.
pub(super) const ROWS: &[SharedRuleText] = &[
    SharedRuleText {
        promise: SharedRule::Lists,
        slug: "list",
        action: Action::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A valid list succeeds.",
        source: "{doc}, {op}, introduction",
    },
    SharedRuleText {
        promise: SharedRule::ListInMissing,
        slug: "list-in-missing-parent",
        action: Action::List,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "A list inside a {parent} that does not exist is refused with NotFoundException.",
        source: "Service model {version}, errors of {op}: NotFoundException is the only one that fits",
    },
    SharedRuleText {
        promise: SharedRule::ListComplete,
        slug: "list-complete",
        action: Action::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "The pages of a list hold every {noun} that exists from the first page to the last.",
        source: "{doc}, {op}, introduction and nextToken: the remaining results follow on the next pages",
    },
    SharedRuleText {
        promise: SharedRule::ListOnce,
        slug: "list-once",
        action: Action::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "No {noun} appears twice in the pages of one list.",
        source: "{doc}, {op}, nextToken",
    },
    SharedRuleText {
        promise: SharedRule::ListExisting,
        slug: "list-existing",
        action: Action::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A list holds only what exists.",
        source: "{doc}, {op}, introduction: a list of existing resources",
    },
    SharedRuleText {
        promise: SharedRule::PageSize,
        slug: "list-page-size",
        action: Action::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A page holds no more results than the limit asks for, and no more than 100 without a limit.",
        source: "{doc}, {op}, limit",
    },
    SharedRuleText {
        promise: SharedRule::LastPage,
        slug: "list-last-page",
        action: Action::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "On the last page nextToken is null or absent; an empty string is neither.",
        source: "{doc}, {op}, Response Structure, nextToken",
    },
    SharedRuleText {
        promise: SharedRule::Continues,
        slug: "list-continues",
        action: Action::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "The token of a page is accepted for the next page of that list.",
        source: "{doc}, {op}, nextToken",
    },
    SharedRuleText {
        promise: SharedRule::WalkEnds,
        slug: "list-ends",
        action: Action::List,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "Following the tokens of a list comes to an end.",
        source: "{doc}, {op}, nextToken",
    },
    SharedRuleText {
        promise: SharedRule::LimitNumber,
        slug: "list-limit-number",
        action: Action::List,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "A limit that is not a number is refused with BadRequestException.",
        source: "{doc}, {op}, limit: an integer",
    },
    SharedRuleText {
        promise: SharedRule::ListItem,
        slug: "list-item",
        action: Action::List,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "An item of a list names the {noun} and its ARN as a describe does.",
        source: "{doc}, {op}, Response Structure, members of the items",
    },
    SharedRuleText {
        promise: SharedRule::ListItemArn,
        slug: "list-item-arn",
        action: Action::List,
        preview: Some(Basis::Inferred),
        // There the ARN is a required member of the item's shape.
        general: None,
        statement: "An item of a list carries the ARN of the {noun}.",
        source: "{doc}, {op}, Response Structure, arn: the full ARN",
    },
];
