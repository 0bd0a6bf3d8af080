//! Promises: the rules that all families share, as one table.
//!
//! The main type is [`SharedRule`]; [`SharedRule::text`] gives its row, which says what is promised and
//! where it stands. A promise becomes one rule per family that it applies to. The table knows no
//! family by name: `{noun}`, `{parent}` and `{arn}` in a statement, `{doc}`, `{op}`, `{writes}` and
//! `{version}` in a source are filled in by [`crate::api`].
//!
//! To add one, name it here and write its row at the same place of the table: what is promised of
//! calls, of lists, of what an answer shows, or what is left open.

use crate::operation::Action;
use crate::rule::Basis;

mod calls;
mod lists;
mod open;
mod resources;

/// A rule that every family has in the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(usize)]
pub enum SharedRule {
    /// A valid create.
    Creates,
    /// A create under a name that is taken.
    Duplicate,
    /// A create in a parent that is not there.
    CreateInMissing,
    /// A create under the name of what is gone.
    Recreates,
    /// The first version.
    NewVersion,
    /// The first version of what is made again.
    RecreatedVersion,
    /// The times of what is new.
    NewTimes,
    /// The specification in the answer to a create.
    CreateSpec,
    /// The same create with the same token.
    CreateReplay,
    /// A describe of what exists.
    Describes,
    /// A describe of what does not exist.
    DescribeMissing,
    /// The specification in a describe.
    DescribeSpec,
    /// A valid update.
    Updates,
    /// An update of what does not exist.
    UpdateMissing,
    /// The specification in the answer to an update.
    UpdateSpec,
    /// What an update leaves out.
    UpdateReplaces,
    /// The version after an update.
    UpdateVersion,
    /// The time after an update.
    UpdateTime,
    /// The token of one update on another.
    UpdateTokenReuse,
    /// The same update with the same token.
    UpdateReplay,
    /// A delete of what nothing needs.
    Deletes,
    /// A delete of what does not exist.
    DeleteMissing,
    /// A delete of what holds others.
    DeleteInUse,
    /// The status in the answer to a delete.
    DeletedStatus,
    /// The specification in the answer to a delete.
    DeletedSpec,
    /// A valid list.
    Lists,
    /// A list in a parent that is not there.
    ListInMissing,
    /// Nothing is left out of a list.
    ListComplete,
    /// Nothing is listed twice.
    ListOnce,
    /// Nothing is listed that is not there.
    ListExisting,
    /// The size of a page.
    PageSize,
    /// The end of the last page.
    LastPage,
    /// The token of the next page.
    Continues,
    /// Pages without end.
    WalkEnds,
    /// A limit that is no number.
    LimitNumber,
    /// What an item tells.
    ListItem,
    /// The ARN of an item.
    ListItemArn,
    /// The names in an answer.
    Names,
    /// The status of what exists.
    Status,
    /// The form of a uid.
    UidFormat,
    /// One resource, one uid.
    UidStable,
    /// One uid, one resource.
    UidUnique,
    /// The uid of what is made again.
    UidFresh,
    /// The form of an ARN.
    ArnFormat,
    /// One resource, one ARN.
    ArnStable,
    /// When it was created.
    CreatedStable,
    /// When it was last updated.
    UpdatedStable,
    /// The version between updates.
    VersionStable,
    /// The owners.
    OwnerStable,
    /// A quota that shrinks.
    QuotaSteady,
    /// A name with a slash.
    NameSlash,
    /// Other characters in names.
    UnclearName,
    /// An update that changes nothing.
    IdenticalUpdate,
    /// The version in the answer to a delete.
    DeletedVersion,
    /// A page token of another list.
    ForeignToken,
    /// A page token used twice.
    TokenTwice,
    /// Another limit on the next page.
    ChangedLimit,
    /// The memory for client tokens.
    TokenKept,
    /// A specification of unknown use.
    UnclearSpec,
    /// A member of the wrong type.
    WrongType,
    /// A member that is unknown or null.
    UnknownMember,
    /// The name of another owner.
    ForeignOwner,
    /// What was left behind by a divergence.
    InDoubt,
    /// Two reasons to refuse a call.
    TwoFaults,
    /// The size of a quota.
    QuotaOpen,
}

/// The row of a [`SharedRule`].
#[derive(Clone, Copy, Debug)]
pub struct SharedRuleText {
    /// Which promise this is.
    pub promise: SharedRule,
    /// The part of the rule id behind `family/`.
    pub slug: &'static str,
    /// The operation whose page is cited; a family without it has no such rule.
    pub action: Action,
    /// The basis in `2018-10-01`; none where the preview has nothing of the kind.
    pub preview: Option<Basis>,
    /// The basis in `2019-01-25`.
    pub general: Option<Basis>,
    /// The promise, in our own words.
    pub statement: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

impl SharedRule {
    /// How many promises there are.
    pub const COUNT: usize = LENGTH;

    /// The row of this promise.
    pub fn text(self) -> &'static SharedRuleText {
        &TABLE[self as usize]
    }
}

/// The parts of the table, in the order of the enum.
const PARTS: [&[SharedRuleText]; 4] = [calls::ROWS, lists::ROWS, resources::ROWS, open::ROWS];

const LENGTH: usize = PARTS[0].len() + PARTS[1].len() + PARTS[2].len() + PARTS[3].len();

static TABLE: [SharedRuleText; LENGTH] = {
    let mut table = [PARTS[0][0]; LENGTH];
    let (mut part, mut row, mut index) = (0, 0, 0);
    while index < LENGTH {
        if row == PARTS[part].len() {
            (part, row) = (part + 1, 0);
        }
        table[index] = PARTS[part][row];
        (row, index) = (row + 1, index + 1);
    }
    table
};

/// One row per promise, in the order of the enum.
pub static SHARED_RULES: &[SharedRuleText] = &TABLE;
