//! Promises: the rules that all families share, as one table.
//!
//! The main type is [`Promise`]; [`Promise::text`] gives its row. A promise becomes one rule per
//! family that it applies to. The table knows no family by name: `{noun}`, `{parent}` and `{arn}`
//! in a statement, `{doc}`, `{op}` and `{version}` in a source are filled in by [`crate::api`].

use crate::operation::Verb;
use crate::rule::Basis;

/// A rule that every family has in the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(usize)]
pub enum Promise {
    /// A valid create under a free name succeeds and answers the new resource.
    Creates,
    /// A create under a name that is taken is refused with ConflictException.
    Duplicate,
    /// A create inside a parent that does not exist is refused with NotFoundException.
    CreateInMissing,
    /// The name of a deleted resource can be used again at once.
    Recreates,
    /// A new resource has version 1.
    NewVersion,
    /// A resource made again under the name of a deleted one starts at version 1.
    RecreatedVersion,
    /// A new resource was last updated when it was created.
    NewTimes,
    /// The answer to a create holds the specification that was sent.
    CreateSpec,
    /// The same create with the same client token, sent again at once, answers the resource that the first one made.
    CreateReplay,
    /// A resource that exists can be described until it is deleted.
    Describes,
    /// A describe of a resource that does not exist is refused with NotFoundException.
    DescribeMissing,
    /// A describe answers the specification that was last accepted.
    DescribeSpec,
    /// A valid update of a resource that exists succeeds.
    Updates,
    /// An update of a resource that does not exist is refused with NotFoundException.
    UpdateMissing,
    /// The answer to an update holds the specification that was sent.
    UpdateSpec,
    /// An update overwrites the whole specification: what the new one leaves out is gone.
    UpdateReplaces,
    /// Each update adds 1 to the version.
    UpdateVersion,
    /// An update moves lastUpdatedAt forward.
    UpdateTime,
    /// A client token that was used for an update is refused with ConflictException when it comes with another specification.
    UpdateTokenReuse,
    /// The same update with the same client token, sent again at once, does not count twice.
    UpdateReplay,
    /// A resource that nothing needs can be deleted.
    Deletes,
    /// A delete of a resource that does not exist is refused with NotFoundException.
    DeleteMissing,
    /// A resource that still holds other resources cannot be deleted: ResourceInUseException.
    DeleteInUse,
    /// The answer to a delete shows the status DELETED.
    DeletedStatus,
    /// The answer to a delete shows the last specification.
    DeletedSpec,
    /// A valid list succeeds.
    Lists,
    /// A list inside a parent that does not exist is refused with NotFoundException.
    ListInMissing,
    /// The pages of a list hold every resource that exists from the first page to the last.
    ListComplete,
    /// No resource appears twice in the pages of one list.
    ListOnce,
    /// A list holds only what exists.
    ListExisting,
    /// A page holds no more results than the limit asks for, and no more than 100 without a limit.
    PageSize,
    /// On the last page nextToken is null or absent; an empty string is neither.
    LastPage,
    /// The token of a page is accepted for the next page of that list.
    Continues,
    /// Following the tokens of a list comes to an end.
    WalkEnds,
    /// A limit that is not a number is refused with BadRequestException.
    LimitNumber,
    /// An item of a list names the resource and its ARN as a describe does.
    ListItem,
    /// An answer names the resource that was asked for.
    Names,
    /// A resource that exists has the status ACTIVE.
    Status,
    /// A uid is a UUID in lower case.
    UidFormat,
    /// The uid of a resource does not change while it exists.
    UidStable,
    /// No two resources share a uid.
    UidUnique,
    /// A resource made again under the name of a deleted one gets a uid of its own.
    UidFresh,
    /// The ARN is as the examples show it.
    ArnFormat,
    /// The ARN of a resource does not change while it exists.
    ArnStable,
    /// createdAt does not change while the resource exists.
    CreatedStable,
    /// lastUpdatedAt changes with updates only.
    UpdatedStable,
    /// The version changes with updates only.
    VersionStable,
    /// meshOwner and resourceOwner do not change while the resource exists.
    OwnerStable,
    /// LimitExceededException is answered where a quota is exhausted, not where fewer are held than were accepted before.
    QuotaSteady,
    /// A name with a slash is refused with BadRequestException.
    NameSlash,
    /// Which characters besides letters, digits, hyphen and underscore a name may hold is left open.
    UnclearName,
    /// Whether an update with the same specification counts as an update is left open.
    IdenticalUpdate,
    /// Which version the answer to a delete shows is left open.
    DeletedVersion,
    /// What a token answers that this list did not give out is left open, as long as the answer is a page or a modelled error.
    ForeignToken,
    /// Whether a token can be used twice is left open.
    TokenTwice,
    /// Whether the limit may change between pages is left open.
    ChangedLimit,
    /// How long a client token is remembered, and in which scope, is left open.
    TokenKept,
    /// Whether a specification is accepted whose use the documents do not describe is left open.
    UnclearSpec,
    /// How a member of the wrong JSON type is answered is left open, as long as it is not stored.
    WrongType,
    /// Whether an unknown member, or one that is null, is ignored or refused is left open.
    UnknownMember,
    /// What a call answers that names another owner is left open.
    ForeignOwner,
    /// A change to what lives in a resource that was overwritten, against the rules, is not judged: nobody knows what is left.
    InDoubt,
    /// Which error wins when two apply is left open.
    TwoFaults,
    /// How many resources an account may hold is left open: a create may be refused with LimitExceededException.
    QuotaOpen,
}

/// The row of a [`Promise`].
#[derive(Clone, Copy, Debug)]
pub struct PromiseText {
    /// Which promise this is.
    pub promise: Promise,
    /// The part of the rule id behind `family/`.
    pub slug: &'static str,
    /// The operation whose page is cited; a family without it has no such rule.
    pub verb: Verb,
    /// The basis in `2018-10-01`; none where the preview has nothing of the kind.
    pub preview: Option<Basis>,
    /// The basis in `2019-01-25`.
    pub general: Option<Basis>,
    /// The promise, in our own words.
    pub statement: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

impl Promise {
    /// How many promises there are.
    pub const COUNT: usize = PROMISES.len();

    /// The row of this promise.
    pub const fn text(self) -> &'static PromiseText {
        &PROMISES[self as usize]
    }
}

/// One row per promise, in the order of the enum.
pub const PROMISES: &[PromiseText] = &[
    PromiseText {
        promise: Promise::Creates,
        slug: "create",
        verb: Verb::Create,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A valid create under a free name succeeds and answers the new {noun}.",
        source: "{doc}, {op}, introduction and Response Structure",
    },
    PromiseText {
        promise: Promise::Duplicate,
        slug: "create-duplicate",
        verb: Verb::Create,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "A create under a name that is taken is refused with ConflictException.",
        source: "{doc}, {op}, the only modelled error that fits (ConflictException)",
    },
    PromiseText {
        promise: Promise::CreateInMissing,
        slug: "create-in-missing-parent",
        verb: Verb::Create,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "A create inside a {parent} that does not exist is refused with NotFoundException.",
        source: "{doc}, {op}, the only modelled error that fits (NotFoundException)",
    },
    PromiseText {
        promise: Promise::Recreates,
        slug: "create-after-delete",
        verb: Verb::Create,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Observed),
        statement: "The name of a deleted {noun} can be used again at once.",
        source: "Public roadmap issue 50: a name reused after delete works at once",
    },
    PromiseText {
        promise: Promise::NewVersion,
        slug: "create-version",
        verb: Verb::Create,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A new {noun} has version 1.",
        source: "{doc}, {op}, metadata.version",
    },
    PromiseText {
        promise: Promise::RecreatedVersion,
        slug: "recreate-version",
        verb: Verb::Create,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "A {noun} made again under the name of a deleted one starts at version 1.",
        source: "{doc}, {op}, metadata.version",
    },
    PromiseText {
        promise: Promise::NewTimes,
        slug: "create-times",
        verb: Verb::Create,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Observed),
        statement: "A new {noun} was last updated when it was created.",
        source: "AWS CLI example outputs of the creates: createdAt equals lastUpdatedAt",
    },
    PromiseText {
        promise: Promise::CreateSpec,
        slug: "create-spec",
        verb: Verb::Create,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "The answer to a create holds the specification that was sent.",
        source: "{doc}, {op}, Response Structure: the full description of the resource following the create call",
    },
    PromiseText {
        promise: Promise::CreateReplay,
        slug: "create-token-replay",
        verb: Verb::Create,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "The same create with the same client token, sent again at once, answers the {noun} that the first one made.",
        source: "{doc}, {op}, clientToken",
    },
    PromiseText {
        promise: Promise::Describes,
        slug: "describe",
        verb: Verb::Describe,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A {noun} that exists can be described until it is deleted.",
        source: "{doc}, {op}, introduction",
    },
    PromiseText {
        promise: Promise::DescribeMissing,
        slug: "describe-missing",
        verb: Verb::Describe,
        preview: Some(Basis::Observed),
        general: Some(Basis::Observed),
        statement: "A describe of a {noun} that does not exist is refused with NotFoundException.",
        source: "Terraform acceptance tests and public issues: NotFoundException for what is not there; {op}, NotFoundException in the service model",
    },
    PromiseText {
        promise: Promise::DescribeSpec,
        slug: "describe-spec",
        verb: Verb::Describe,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A describe answers the specification that was last accepted.",
        source: "{doc}, {op}, Response Structure: the full description of the resource",
    },
    PromiseText {
        promise: Promise::Updates,
        slug: "update",
        verb: Verb::Update,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A valid update of a {noun} that exists succeeds.",
        source: "{doc}, {op}, introduction",
    },
    PromiseText {
        promise: Promise::UpdateMissing,
        slug: "update-missing",
        verb: Verb::Update,
        preview: Some(Basis::Observed),
        general: Some(Basis::Observed),
        statement: "An update of a {noun} that does not exist is refused with NotFoundException.",
        source: "Public issues and Terraform acceptance tests: NotFoundException for what is not there; {op}, NotFoundException in the service model",
    },
    PromiseText {
        promise: Promise::UpdateSpec,
        slug: "update-spec",
        verb: Verb::Update,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "The answer to an update holds the specification that was sent.",
        source: "{doc}, {op}, Response Structure: a full description of the resource that was updated",
    },
    PromiseText {
        promise: Promise::UpdateReplaces,
        slug: "update-replaces",
        verb: Verb::Update,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "An update overwrites the whole specification: what the new one leaves out is gone.",
        source: "{doc}, {op}, spec",
    },
    PromiseText {
        promise: Promise::UpdateVersion,
        slug: "update-version",
        verb: Verb::Update,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "Each update adds 1 to the version.",
        source: "{doc}, {op}, metadata.version",
    },
    PromiseText {
        promise: Promise::UpdateTime,
        slug: "update-time",
        verb: Verb::Update,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "An update moves lastUpdatedAt forward.",
        source: "{doc}, {op}, metadata.lastUpdatedAt: when the resource was last updated",
    },
    PromiseText {
        promise: Promise::UpdateTokenReuse,
        slug: "update-token-reuse",
        verb: Verb::Update,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A client token that was used for an update is refused with ConflictException when it comes with another specification.",
        source: "Service model {version}, ConflictException",
    },
    PromiseText {
        promise: Promise::UpdateReplay,
        slug: "update-token-replay",
        verb: Verb::Update,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "The same update with the same client token, sent again at once, does not count twice.",
        source: "{doc}, {op}, clientToken",
    },
    PromiseText {
        promise: Promise::Deletes,
        slug: "delete",
        verb: Verb::Delete,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A {noun} that nothing needs can be deleted.",
        source: "{doc}, {op}, introduction",
    },
    PromiseText {
        promise: Promise::DeleteMissing,
        slug: "delete-missing",
        verb: Verb::Delete,
        preview: Some(Basis::Observed),
        general: Some(Basis::Observed),
        statement: "A delete of a {noun} that does not exist is refused with NotFoundException.",
        source: "Terraform acceptance tests and public issues: NotFoundException for what is not there; {op}, NotFoundException in the service model",
    },
    PromiseText {
        promise: Promise::DeleteInUse,
        slug: "delete-in-use",
        verb: Verb::Delete,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "A {noun} that still holds other resources cannot be deleted: ResourceInUseException.",
        source: "{doc}, {op}, introduction: delete what it holds first",
    },
    PromiseText {
        promise: Promise::DeletedStatus,
        slug: "delete-status",
        verb: Verb::Delete,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Observed),
        statement: "The answer to a delete shows the status DELETED.",
        source: "AWS CLI example outputs of the deletes: status DELETED",
    },
    PromiseText {
        promise: Promise::DeletedSpec,
        slug: "delete-spec",
        verb: Verb::Delete,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Observed),
        statement: "The answer to a delete shows the last specification.",
        source: "AWS CLI example outputs of the deletes; {op}, Response Structure: the resource that was deleted",
    },
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
        source: "{doc}, {op}, the only modelled error that fits (NotFoundException)",
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
    PromiseText {
        promise: Promise::Names,
        slug: "names",
        verb: Verb::Describe,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "An answer names the resource that was asked for.",
        source: "{doc}, {op}, Response Structure, the name members",
    },
    PromiseText {
        promise: Promise::Status,
        slug: "status",
        verb: Verb::Describe,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Observed),
        statement: "A {noun} that exists has the status ACTIVE.",
        source: "AWS CLI example outputs: status ACTIVE after create, describe and update",
    },
    PromiseText {
        promise: Promise::UidFormat,
        slug: "uid-format",
        verb: Verb::Create,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Observed),
        statement: "A uid is a UUID in lower case.",
        source: "Recordings of 2023 and AWS CLI example outputs: metadata.uid",
    },
    PromiseText {
        promise: Promise::UidStable,
        slug: "uid-stable",
        verb: Verb::Describe,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Observed),
        statement: "The uid of a {noun} does not change while it exists.",
        source: "{doc}, {op}, metadata.uid; recordings: never changed by an update",
    },
    PromiseText {
        promise: Promise::UidUnique,
        slug: "uid-unique",
        verb: Verb::Create,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "No two resources share a uid.",
        source: "{doc}, {op}, metadata.uid",
    },
    PromiseText {
        promise: Promise::UidFresh,
        slug: "recreate-uid",
        verb: Verb::Create,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "A {noun} made again under the name of a deleted one gets a uid of its own.",
        source: "{doc}, {op}, metadata.uid",
    },
    PromiseText {
        promise: Promise::ArnFormat,
        slug: "arn-format",
        verb: Verb::Create,
        preview: Some(Basis::Observed),
        general: Some(Basis::Observed),
        statement: "The ARN is {arn}.",
        source: "Public examples, Terraform acceptance tests and AWS CLI example outputs: metadata.arn",
    },
    PromiseText {
        promise: Promise::ArnStable,
        slug: "arn-stable",
        verb: Verb::Describe,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "The ARN of a {noun} does not change while it exists.",
        source: "{doc}, {op}, metadata.arn",
    },
    PromiseText {
        promise: Promise::CreatedStable,
        slug: "created-stable",
        verb: Verb::Describe,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "createdAt does not change while the {noun} exists.",
        source: "{doc}, {op}, metadata.createdAt: when the resource was created",
    },
    PromiseText {
        promise: Promise::UpdatedStable,
        slug: "updated-stable",
        verb: Verb::Describe,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "lastUpdatedAt changes with updates only.",
        source: "{doc}, {op}, metadata.lastUpdatedAt: when the resource was last updated",
    },
    PromiseText {
        promise: Promise::VersionStable,
        slug: "version-stable",
        verb: Verb::Describe,
        preview: Some(Basis::Stated),
        general: Some(Basis::Stated),
        statement: "The version changes with updates only.",
        source: "{doc}, {op}, metadata.version",
    },
    PromiseText {
        promise: Promise::OwnerStable,
        slug: "owner-stable",
        verb: Verb::Describe,
        preview: None,
        general: Some(Basis::Inferred),
        statement: "meshOwner and resourceOwner do not change while the {noun} exists.",
        source: "Service model {version}, ResourceMetadata, meshOwner and resourceOwner",
    },
    PromiseText {
        promise: Promise::QuotaSteady,
        slug: "quota",
        verb: Verb::Create,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Inferred),
        statement: "LimitExceededException is answered where a quota is exhausted, not where fewer are held than were accepted before.",
        source: "{doc}, {op}, LimitExceededException; user guide, service quotas",
    },
    PromiseText {
        promise: Promise::NameSlash,
        slug: "name-slash",
        verb: Verb::Create,
        preview: Some(Basis::Inferred),
        general: Some(Basis::Observed),
        statement: "A name with a slash is refused with BadRequestException.",
        source: "Public roadmap issue 101; {op}, BadRequestException in the service model",
    },
    PromiseText {
        promise: Promise::UnclearName,
        slug: "name-characters",
        verb: Verb::Create,
        preview: Some(Basis::Silent),
        general: Some(Basis::Silent),
        statement: "Which characters besides letters, digits, hyphen and underscore a name may hold is left open.",
        source: "User guide; service model {version}, shape ResourceName has a length only",
    },
    PromiseText {
        promise: Promise::IdenticalUpdate,
        slug: "identical-update",
        verb: Verb::Update,
        preview: Some(Basis::Silent),
        general: Some(Basis::Silent),
        statement: "Whether an update with the same specification counts as an update is left open.",
        source: "{doc}, {op}, metadata.version",
    },
    PromiseText {
        promise: Promise::DeletedVersion,
        slug: "delete-version",
        verb: Verb::Delete,
        preview: Some(Basis::Silent),
        general: Some(Basis::Silent),
        statement: "Which version the answer to a delete shows is left open.",
        source: "{doc}, {op}, metadata.version",
    },
    PromiseText {
        promise: Promise::ForeignToken,
        slug: "list-foreign-token",
        verb: Verb::List,
        preview: Some(Basis::Silent),
        general: Some(Basis::Silent),
        statement: "What a token answers that this list did not give out is left open, as long as the answer is a page or a modelled error.",
        source: "{doc}, {op}, nextToken",
    },
    PromiseText {
        promise: Promise::TokenTwice,
        slug: "list-token-twice",
        verb: Verb::List,
        preview: Some(Basis::Silent),
        general: Some(Basis::Silent),
        statement: "Whether a token can be used twice is left open.",
        source: "{doc}, {op}, nextToken",
    },
    PromiseText {
        promise: Promise::ChangedLimit,
        slug: "list-changed-limit",
        verb: Verb::List,
        preview: Some(Basis::Silent),
        general: Some(Basis::Silent),
        statement: "Whether the limit may change between pages is left open.",
        source: "{doc}, {op}, limit, nextToken",
    },
    PromiseText {
        promise: Promise::TokenKept,
        slug: "token-retention",
        verb: Verb::Create,
        preview: Some(Basis::Silent),
        general: Some(Basis::Silent),
        statement: "How long a client token is remembered, and in which scope, is left open.",
        source: "{doc}, {op}, clientToken",
    },
    PromiseText {
        promise: Promise::UnclearSpec,
        slug: "unclear-spec",
        verb: Verb::Create,
        preview: Some(Basis::Silent),
        general: Some(Basis::Silent),
        statement: "Whether a specification is accepted whose use the documents do not describe is left open.",
        source: "{doc}, {op}, spec",
    },
    PromiseText {
        promise: Promise::WrongType,
        slug: "wrong-type",
        verb: Verb::List,
        preview: Some(Basis::Silent),
        general: Some(Basis::Silent),
        statement: "How a member of the wrong JSON type is answered is left open, as long as it is not stored.",
        source: "{doc}, {op}, the JSON types of members",
    },
    PromiseText {
        promise: Promise::UnknownMember,
        slug: "unknown-member",
        verb: Verb::List,
        preview: Some(Basis::Silent),
        general: Some(Basis::Silent),
        statement: "Whether an unknown member, or one that is null, is ignored or refused is left open.",
        source: "{doc}, {op}, members of the request",
    },
    PromiseText {
        promise: Promise::ForeignOwner,
        slug: "foreign-owner",
        verb: Verb::List,
        preview: None,
        general: Some(Basis::Silent),
        statement: "What a call answers that names another owner is left open.",
        source: "Service model {version}, meshOwner",
    },
    PromiseText {
        promise: Promise::InDoubt,
        slug: "in-doubt",
        verb: Verb::List,
        preview: Some(Basis::Silent),
        general: Some(Basis::Silent),
        statement: "A change to what lives in a resource that was overwritten, against the rules, is not judged: nobody knows what is left.",
        source: "None: an earlier divergence leaves the state in doubt",
    },
    PromiseText {
        promise: Promise::TwoFaults,
        slug: "two-faults",
        verb: Verb::Describe,
        preview: Some(Basis::Silent),
        general: Some(Basis::Silent),
        statement: "Which error wins when two apply is left open.",
        source: "{doc}, {op}, errors in the service model",
    },
    PromiseText {
        promise: Promise::QuotaOpen,
        slug: "quota-size",
        verb: Verb::Create,
        preview: Some(Basis::Silent),
        general: Some(Basis::Silent),
        statement: "How many resources an account may hold is left open: a create may be refused with LimitExceededException.",
        source: "User guide, service quotas: adjustable per account",
    },
];
