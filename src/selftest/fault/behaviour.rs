//! Behaviours: what a faulty server does wrong, on which calls and when.
//!
//! The main type is [`Behaviour`]: on these calls, under this condition, that mutation. All of it is
//! data, so that a fault is a row in a table; `mutation` carries it out.

use appmesh_model::error::ErrorKind;
use appmesh_model::operation::Action;

/// The wrong behaviour of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behaviour {
    /// The calls that show it.
    pub on: &'static [Action],
    /// Whether they are calls on the family itself or on its children.
    pub via: Via,
    /// The condition that it needs.
    pub when: When,
    /// The change of the behaviour.
    pub mutation: Mutation,
}

/// Whose calls show a fault of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// Those on the family itself.
    Itself,
    /// Those on its children.
    Children,
}

/// The condition that a fault needs, as it holds before the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// No condition.
    Always,
    /// The resource does not exist.
    Missing,
    /// It was deleted.
    Deleted,
    /// It was deleted and created again.
    Recreated,
    /// It never existed.
    New,
    /// It was deleted, and the call creates it again.
    Again,
    /// The same, with the client token that created it the first time.
    AgainSameToken,
    /// It never existed, but others beside it were deleted.
    FreedSlot,
    /// It exists and the create is answered as before.
    Replayed,
    /// It was updated once.
    UpdatedOnce,
    /// It was updated twice.
    UpdatedTwice,
    /// It was updated exactly twice.
    ThirdUpdate,
    /// It was created again and updated once since.
    RecreatedUpdatedOnce,
    /// The new specification has a list that is shorter than the old one's.
    ListShrinks,
    /// It held others and holds none.
    Emptied,
    /// It holds exactly one other.
    OneChild,
    /// All that it holds was updated.
    UpdatedChildren,
    /// All that it holds was created again.
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
    /// The list is empty.
    EmptyList,
    /// The list is empty, and was not.
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

/// A change of the server's behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// Permits what the rule refuses.
    Permit,
    /// Refuses a call that must succeed.
    Refuse(ErrorKind),
    /// Refuses what the rule refuses, with another error.
    RefuseAs(ErrorKind),
    /// Answers as if a deleted resource were still there.
    Revive,
    /// Counts a repeated update.
    CountReplay,
    /// Changes the resource, for good.
    Store(Edit),
    /// Changes the resource, which the answer does not show yet.
    Behind(Edit),
    /// Changes the resource in this answer only.
    Show(Edit),
    /// Changes another resource, for good.
    Touch(Related, Edit),
    /// Deletes another resource as well.
    Take(Related),
    /// Writes a wrong value into the answer.
    Write(Writing),
    /// Cuts a list wrongly.
    Cut(Cutting),
    /// Changes the resource as a list shows it.
    Item(Edit),
    /// Changes the form of an answer.
    Reply(WireMutation),
}

/// Another resource than the one that a call names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Related {
    /// Its parent.
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
pub enum Edit {
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
    /// The uid that all resources have.
    OneUid,
    /// The uid before the delete.
    OldUid,
    /// The uid of the resource that was deleted last beside it.
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

/// A wrong value in an answer that shows a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// This status.
    Status(&'static str),
    /// The name in capitals.
    UpperName,
    /// The name without its last character.
    CutName,
}

/// How a list is cut wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cutting {
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
    /// The pages are counted, so that creates and deletes shift them.
    ByOffset,
    /// The resource that was deleted last is still listed.
    LastDeleted,
    /// The resource that was deleted last is still listed if none beside it was younger.
    YoungestDeleted,
    /// A resource that was created again is not listed.
    NoRecreated,
}

/// A wrong form of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireMutation {
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

/// A member of answers that a fault makes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// `version`.
    Version,
    /// `uid`.
    Uid,
    /// `arn`.
    Arn,
    /// `createdAt`.
    Created,
    /// `lastUpdatedAt`.
    Updated,
    /// The specification.
    Spec,
    /// The owners.
    Owner,
    /// The name.
    Name,
    /// `status`.
    Status,
    /// The results of a list.
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

impl Mutation {
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
