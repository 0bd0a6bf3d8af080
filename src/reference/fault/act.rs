//! Acts: what a faulty server does wrong, on which calls and when.
//!
//! The main type is [`Act`]: on these calls, in this situation, that misdeed. What the words mean
//! is done by `sabotage`; here they are only words, so that a fault is a row in a table.

use appmesh_model::operation::{Action, ErrorKind};

/// One bug, as what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) struct Act {
    /// The calls that it shows on.
    pub on: &'static [Action],
    /// Whether they are calls on the family itself or on what lives in it.
    pub via: Via,
    /// The history that it takes.
    pub when: When,
    /// The misdeed.
    pub what: What,
}

/// Whose calls bring a bug of a family out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) enum Via {
    /// Those on the family itself.
    Itself,
    /// Those on what lives in it.
    Children,
}

/// The history that a bug takes, as it stands before the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) enum When {
    /// None.
    Always,
    /// The resource is not there.
    Missing,
    /// It is not there, but was.
    Deleted,
    /// It is there again.
    Recreated,
    /// It was never there.
    New,
    /// It was there and is to be made again.
    Again,
    /// The same, with the client token that made it the first time.
    AgainSameToken,
    /// It was never there, but others beside it were deleted.
    FreedSlot,
    /// It exists and the create is answered as before.
    Replayed,
    /// It was updated once.
    UpdatedOnce,
    /// It was updated twice.
    UpdatedTwice,
    /// It was updated exactly twice.
    ThirdUpdate,
    /// It was made again and updated once since.
    RecreatedUpdatedOnce,
    /// The new specification has a list that is shorter than the old one's.
    ListShrinks,
    /// It held others and holds none.
    Emptied,
    /// It holds exactly one other.
    OneChild,
    /// All that it holds was updated.
    UpdatedChildren,
    /// All that it holds was made again.
    RecreatedChildren,
    /// An ancestor was deleted.
    ParentDeleted,
    /// Another parent holds one of the same name.
    Namesake,
    /// One beside it is older.
    OlderSibling,
    /// One beside it is younger.
    YoungerSibling,
    /// There are 100 beside it.
    Hundred,
    /// The list has more than 100 results.
    OverHundred,
    /// Its name is as long as names may be.
    LongName,
    /// The list has nothing to show.
    EmptyList,
    /// The list has nothing to show any more.
    EmptiedList,
    /// The call names a limit.
    Limited,
    /// The call names no limit.
    Unlimited,
    /// The call asks for as much as may be asked for.
    FullLimit,
    /// The call has a page token.
    LaterPage,
    /// It is the third page or a later one.
    ThirdPage,
    /// The limit is another than on the page before.
    LimitChanged,
}

/// What is done wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) enum What {
    /// Does not demand what the rule demands.
    Permit,
    /// Refuses what is due.
    Refuse(ErrorKind),
    /// Refuses what the rule refuses, with another error.
    RefuseAs(ErrorKind),
    /// Answers as if a deleted resource were still there.
    Revive,
    /// Counts an update that was sent again.
    CountReplay,
    /// Changes the resource, for good.
    Store(Edit),
    /// Changes the resource, which the answer does not show yet.
    Behind(Edit),
    /// Changes the resource in this answer only.
    Show(Edit),
    /// Changes another resource, for good.
    Touch(Whose, Edit),
    /// Deletes another resource as well.
    Take(Whose),
    /// Writes something else into the answer.
    Write(Writing),
    /// Cuts a list wrongly.
    Cut(Cutting),
    /// Changes the resource as a list shows it.
    Item(Edit),
    /// Gets the form of an answer wrong.
    Reply(WireMutation),
}

/// Another resource than the one that a call names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) enum Whose {
    /// The one that it lives in.
    Parent,
    /// The one of the same name in another parent.
    Namesake,
    /// The next older one in the same parent.
    Older,
    /// The next younger one in the same parent.
    Younger,
}

/// A wrong change to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) enum Edit {
    /// The version moves by so many.
    AddVersion(i64),
    /// The version is this.
    SetVersion(i64),
    /// The version stays as it was before the call.
    KeepVersion,
    /// The version goes on from the one before the delete.
    OldVersion,
    /// Another uid.
    NewUid,
    /// The uid in capitals.
    UpperUid,
    /// The uid that all have.
    OneUid,
    /// The uid before the delete.
    OldUid,
    /// The uid of the last one that was deleted beside it.
    LastUid,
    /// An ARN without the path.
    ShortArn,
    /// An ARN in no region.
    BareArn,
    /// An ARN in another region.
    OtherRegion,
    /// No ARN.
    NoArn,
    /// createdAt moves by so many milliseconds.
    MoveCreated(i64),
    /// createdAt is that before the delete.
    OldCreated,
    /// lastUpdatedAt moves by so many milliseconds.
    MoveUpdated(i64),
    /// lastUpdatedAt stays as it was before the call.
    KeepUpdated,
    /// lastUpdatedAt is now.
    UpdatedNow,
    /// The specification lacks its last member.
    LessSpec,
    /// The specification stays as it was before the call.
    KeepSpec,
    /// The specification has the members that the new one leaves out.
    MergedSpec,
    /// The lists of the specification have the items that the new one leaves out.
    UnshrunkSpec,
    /// The specification is that before the delete.
    OldSpec,
    /// The specification is the one that was sent for another resource.
    SentSpec,
    /// The specification of the resource of the same name in another parent.
    NamesakeSpec,
    /// Another owner.
    OtherOwner,
}

/// Something wrong in an answer that tells of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) enum Writing {
    /// This status.
    Status(&'static str),
    /// The name in capitals.
    UpperName,
    /// The name without its last character.
    CutName,
}

/// How a list is cut wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) enum Cutting {
    /// The first result of the page is left out.
    Skip,
    /// The page begins with the result that the one before ended with.
    Overlap,
    /// The page holds one more.
    OneMore,
    /// The page holds everything.
    Everything,
    /// Of more than 100 the last are left out.
    FirstHundred,
    /// The last page has an empty string for a token.
    EmptyToken,
    /// The last page has an empty string for a token if it is exactly full.
    FullEmptyToken,
    /// A last page that is exactly full is followed by one that repeats its last result.
    RepeatAfterFull,
    /// Behind the last page there are empty ones without end.
    Endless,
    /// The pages are counted, so that what comes or goes shifts them.
    ByOffset,
    /// What was deleted last is still listed.
    LastDeleted,
    /// What was deleted last is still listed if nothing beside it was younger.
    YoungestDeleted,
    /// What was made again is not listed.
    NoRecreated,
}

/// A form of answers that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) enum WireMutation {
    /// Success is 201.
    Created,
    /// JSON is called text.
    PlainText,
    /// Timestamps are text.
    TimeAsText,
    /// Timestamps are in milliseconds.
    TimeInMilliseconds,
    /// Numbers are text.
    NumberAsText,
    /// The name is left out.
    NoName,
    /// Errors do not name their type.
    NoErrorType,
    /// The message of an error is a number.
    NumberForMessage,
    /// NotFoundException comes with status 400.
    NotFoundIs400,
    /// Bad input is a ValidationException.
    ValidationException,
    /// A body that is not JSON makes the server fail.
    FailsOnGarbage,
    /// A member is longer or shorter than it may be.
    OutOfBounds,
    /// The status is one that is not modelled.
    OddChoice,
    /// The error is one that is not modelled.
    OddError,
    /// The body is no object.
    NoObject,
    /// The HTTP status is one that is not modelled.
    OddStatus,
}

/// A member of answers that a bug makes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reference) enum Member {
    Version,
    Uid,
    Arn,
    Created,
    Updated,
    Spec,
    Owner,
    Name,
    Status,
    Results,
}

impl Edit {
    /// The member that is wrong afterwards.
    pub const fn member(self) -> Member {
        match self {
            Self::AddVersion(_) | Self::SetVersion(_) | Self::KeepVersion | Self::OldVersion => {
                Member::Version
            }
            Self::NewUid | Self::UpperUid | Self::OneUid | Self::OldUid | Self::LastUid => {
                Member::Uid
            }
            Self::ShortArn | Self::BareArn | Self::OtherRegion | Self::NoArn => Member::Arn,
            Self::MoveCreated(_) | Self::OldCreated => Member::Created,
            Self::MoveUpdated(_) | Self::KeepUpdated | Self::UpdatedNow => Member::Updated,
            Self::LessSpec
            | Self::KeepSpec
            | Self::MergedSpec
            | Self::UnshrunkSpec
            | Self::OldSpec
            | Self::SentSpec
            | Self::NamesakeSpec => Member::Spec,
            Self::OtherOwner => Member::Owner,
        }
    }
}

impl What {
    /// The member that is wrong, if it is one.
    pub const fn member(self) -> Option<Member> {
        match self {
            Self::Store(edit)
            | Self::Behind(edit)
            | Self::Show(edit)
            | Self::Touch(_, edit)
            | Self::Item(edit) => Some(edit.member()),
            Self::CountReplay => Some(Member::Version),
            Self::Write(Writing::Status(_)) | Self::Reply(WireMutation::OddChoice) => {
                Some(Member::Status)
            }
            Self::Write(_) | Self::Reply(WireMutation::NoName | WireMutation::OutOfBounds) => {
                Some(Member::Name)
            }
            Self::Reply(WireMutation::TimeAsText | WireMutation::TimeInMilliseconds) => {
                Some(Member::Created)
            }
            Self::Reply(WireMutation::NumberAsText) => Some(Member::Version),
            Self::Cut(_) => Some(Member::Results),
            _ => None,
        }
    }
}
