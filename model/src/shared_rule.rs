//! Shared rules: the rules that all families have in the same words, as one table.
//!
//! The main type is [`SharedRule`]; [`SharedRule::text`] gives its row. A shared rule becomes one rule
//! for each family that it applies to. The table knows no family by name: `{noun}`, `{parent}`, `{arn}`
//! and `{characters}` in a statement, `{doc}`, `{op}`, `{writes}`, `{name shape}` and `{version}` in a
//! source are filled in by [`crate::api`].
//!
//! To add a rule, write its row: name, slug, action, kind, the basis in the preview and in general
//! availability, statement, source.

use crate::error::ErrorKind;
use crate::operation::Action;
use crate::rule::{Basis, RuleKind};

/// The row of a [`SharedRule`].
#[derive(Clone, Copy, Debug)]
pub struct SharedRuleText {
    /// Which rule this is.
    pub rule: SharedRule,
    /// The part of the id behind `family/`.
    pub slug: &'static str,
    /// What it is about.
    pub kind: RuleKind,
    /// The operation whose page is cited; a family without it has no such rule.
    pub action: Action,
    /// The basis in `2018-10-01`; none where the preview has nothing of the kind.
    pub preview: Option<Basis>,
    /// The basis in `2019-01-25`.
    pub general: Option<Basis>,
    /// The statement, in our own words.
    pub statement: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

impl SharedRule {
    /// How many shared rules there are.
    pub const COUNT: usize = SHARED_RULES.len();

    /// The row of this rule.
    pub const fn text(self) -> &'static SharedRuleText {
        &SHARED_RULES[self as usize]
    }
}

/// The basis of a row.
macro_rules! basis {
    (None) => {
        None
    };
    ($basis:ident) => {
        Some(Basis::$basis)
    };
}

/// Makes the enum of shared rules and the table of their rows, in the same order.
macro_rules! shared_rules {
    ($($rule:ident $slug:literal $action:ident $kind:ident $(($error:ident))?
        [$preview:ident, $general:ident] $statement:literal $source:literal;)*) => {
        /// A rule that every family has in the same words.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(usize)]
        pub enum SharedRule {
            $(#[doc = $statement] $rule,)*
        }

        /// One row for each shared rule, in the order of the enum.
        pub const SHARED_RULES: &[SharedRuleText] = &[$(SharedRuleText {
            rule: SharedRule::$rule,
            slug: $slug,
            kind: RuleKind::$kind $((ErrorKind::$error))?,
            action: Action::$action,
            preview: basis!($preview),
            general: basis!($general),
            statement: $statement,
            source: $source,
        }),*];
    };
}

shared_rules! {
    // Creates, describes, updates and deletes.
    Creates "create" Create Success [Stated, Stated]
        "A valid create under a free name succeeds and answers the new {noun}."
        "{doc}, {op}, introduction and Response Structure";
    Duplicate "create-duplicate" Create Refusal(Conflict) [Inferred, Inferred]
        "A create under a name that is taken is refused with ConflictException."
        "Service model {version}, errors of {op}: ConflictException is the only one that fits";
    CreateInMissing "create-in-missing-parent" Create Refusal(NotFound) [Inferred, Inferred]
        "A create inside a {parent} that does not exist is refused with NotFoundException."
        "Service model {version}, errors of {op}: NotFoundException is the only one that fits";
    Recreates "create-after-delete" Create Success [Inferred, Observed]
        "The name of a deleted {noun} can be used again at once."
        "Public roadmap issue 50: a name reused after delete works at once";
    NewVersion "create-version" Create Answer [Stated, Stated]
        "A new {noun} has version 1."
        "{doc}, {op}, metadata.version";
    RecreatedVersion "recreate-version" Create Answer [Inferred, Inferred]
        "A {noun} made again under the name of a deleted one starts at version 1."
        "{doc}, {op}, metadata.version";
    NewTimes "create-times" Create Answer [Inferred, Observed]
        "A new {noun} was last updated when it was created."
        "AWS CLI example outputs of the creates: createdAt equals lastUpdatedAt";
    CreateSpec "create-spec" Create Answer [Stated, Stated]
        "The answer to a create holds the specification that was sent."
        "{doc}, {op}, Response Structure: the full description of the resource following the create call";
    CreateReplay "create-token-replay" Create Answer [Inferred, Inferred]
        "The same create with the same client token, sent again at once, answers the {noun} that the first one made."
        "{doc}, {op}, clientToken";
    Describes "describe" Describe Success [Stated, Stated]
        "A {noun} that exists can be described until it is deleted."
        "{doc}, {op}, introduction";
    DescribeMissing "describe-missing" Describe Refusal(NotFound) [Observed, Observed]
        "A describe of a {noun} that does not exist is refused with NotFoundException."
        "Terraform acceptance tests and public issues: NotFoundException for what is not there; {op}, NotFoundException in the service model";
    DescribeSpec "describe-spec" Describe Answer [Stated, Stated]
        "A describe answers the specification that was last accepted."
        "{doc}, {op}, Response Structure: the full description of the resource";
    Updates "update" Update Success [Stated, Stated]
        "A valid update of a {noun} that exists succeeds."
        "{doc}, {op}, introduction";
    UpdateMissing "update-missing" Update Refusal(NotFound) [Observed, Observed]
        "An update of a {noun} that does not exist is refused with NotFoundException."
        "Public issues and Terraform acceptance tests: NotFoundException for what is not there; {op}, NotFoundException in the service model";
    UpdateSpec "update-spec" Update Answer [Stated, Stated]
        "The answer to an update holds the specification that was sent."
        "{doc}, {op}, Response Structure: a full description of the resource that was updated";
    UpdateReplaces "update-replaces" Update Answer [Stated, Stated]
        "An update overwrites the whole specification: what the new one leaves out is gone."
        "{doc}, {op}, spec";
    UpdateVersion "update-version" Update Answer [Stated, Stated]
        "Each update adds 1 to the version."
        "{doc}, {op}, metadata.version";
    UpdateTime "update-time" Update Answer [Stated, Stated]
        "An update moves lastUpdatedAt forward."
        "{doc}, {op}, metadata.lastUpdatedAt: when the resource was last updated";
    UpdateTokenReuse "update-token-reuse" Update Refusal(Conflict) [Stated, Stated]
        "A client token that was used for an update is refused with ConflictException when it comes with another specification."
        "Service model {version}, {op}, ConflictException";
    UpdateReplay "update-token-replay" Update Answer [Inferred, Inferred]
        "The same update with the same client token, sent again at once, does not count twice."
        "{doc}, {op}, clientToken";
    Deletes "delete" Delete Success [Stated, Stated]
        "A {noun} that nothing needs can be deleted."
        "{doc}, {op}, introduction";
    DeleteMissing "delete-missing" Delete Refusal(NotFound) [Observed, Observed]
        "A delete of a {noun} that does not exist is refused with NotFoundException."
        "Terraform acceptance tests and public issues: NotFoundException for what is not there; {op}, NotFoundException in the service model";
    DeleteInUse "delete-in-use" Delete Refusal(ResourceInUse) [Stated, Stated]
        "A {noun} that still holds other resources cannot be deleted: ResourceInUseException."
        "{doc}, {op}, introduction: delete what it holds first";
    DeletedStatus "delete-status" Delete Answer [Inferred, Observed]
        "The answer to a delete shows the status DELETED."
        "AWS CLI example outputs of the deletes: status DELETED";
    DeletedSpec "delete-spec" Delete Answer [Inferred, Observed]
        "The answer to a delete shows the last specification."
        "AWS CLI example outputs of the deletes; {op}, Response Structure: the resource that was deleted";

    // Lists and their pages.
    Lists "list" List Success [Stated, Stated]
        "A valid list succeeds."
        "{doc}, {op}, introduction";
    ListInMissing "list-in-missing-parent" List Refusal(NotFound) [Inferred, Inferred]
        "A list inside a {parent} that does not exist is refused with NotFoundException."
        "Service model {version}, errors of {op}: NotFoundException is the only one that fits";
    ListComplete "list-complete" List Answer [Stated, Stated]
        "The pages of a list hold every {noun} that exists from the first page to the last."
        "{doc}, {op}, introduction and nextToken: the remaining results follow on the next pages";
    ListOnce "list-once" List Answer [Stated, Stated]
        "No {noun} appears twice in the pages of one list."
        "{doc}, {op}, nextToken";
    ListExisting "list-existing" List Answer [Stated, Stated]
        "A list holds only what exists."
        "{doc}, {op}, introduction: a list of existing resources";
    PageSize "list-page-size" List Answer [Stated, Stated]
        "A page holds no more results than the limit asks for, and no more than 100 without a limit."
        "{doc}, {op}, limit";
    LastPage "list-last-page" List Answer [Stated, Stated]
        "On the last page nextToken is null or absent; an empty string is neither."
        "{doc}, {op}, Response Structure, nextToken";
    Continues "list-continues" List Success [Stated, Stated]
        "The token of a page is accepted for the next page of that list."
        "{doc}, {op}, nextToken";
    WalkEnds "list-ends" List Answer [Inferred, Inferred]
        "Following the tokens of a list comes to an end."
        "{doc}, {op}, nextToken";
    LimitNumber "list-limit-number" List Refusal(BadRequest) [Inferred, Inferred]
        "A limit that is not a number is refused with BadRequestException."
        "{doc}, {op}, limit: an integer";
    ListItem "list-item" List Answer [Stated, Stated]
        "An item of a list names the {noun} and its ARN as a describe does."
        "{doc}, {op}, Response Structure, members of the items";
    ListItemArn "list-item-arn" List Answer [Inferred, None]
        "An item of a list carries the ARN of the {noun}."
        "{doc}, {op}, Response Structure, arn: the full ARN";

    // What an answer shows of a resource.
    Names "names" Describe Answer [Stated, Stated]
        "An answer names the resource that was asked for."
        "{doc}, {op}, Response Structure, the name members";
    Status "status" Describe Answer [Inferred, Observed]
        "A {noun} that exists has the status ACTIVE."
        "AWS CLI example outputs: status ACTIVE after create, describe and update";
    UidFormat "uid-format" Create Answer [Inferred, Observed]
        "A uid is a UUID in lower case."
        "Recordings of 2023 and AWS CLI example outputs: metadata.uid";
    UidStable "uid-stable" Describe Answer [Inferred, Observed]
        "The uid of a {noun} does not change while it exists."
        "{doc}, {op}, metadata.uid; recordings: never changed by an update";
    UidUnique "uid-unique" Create Answer [Stated, Stated]
        "No two resources share a uid."
        "{doc}, {op}, metadata.uid";
    UidFresh "recreate-uid" Create Answer [Inferred, Inferred]
        "A {noun} made again under the name of a deleted one gets a uid of its own."
        "{doc}, {op}, metadata.uid";
    ArnFormat "arn-format" Create Answer [Observed, Observed]
        "The ARN is {arn}."
        "Public examples, Terraform acceptance tests and AWS CLI example outputs: metadata.arn";
    ArnStable "arn-stable" Describe Answer [Inferred, Inferred]
        "The ARN of a {noun} does not change while it exists."
        "{doc}, {op}, metadata.arn";
    CreatedStable "created-stable" Describe Answer [Stated, Stated]
        "createdAt does not change while the {noun} exists."
        "{doc}, {op}, metadata.createdAt: when the resource was created";
    UpdatedStable "updated-stable" Describe Answer [Stated, Stated]
        "lastUpdatedAt changes with updates only."
        "{doc}, {op}, metadata.lastUpdatedAt: when the resource was last updated";
    VersionStable "version-stable" Describe Answer [Stated, Stated]
        "The version changes with updates only."
        "{doc}, {op}, metadata.version";
    OwnerStable "owner-stable" Describe Answer [None, Inferred]
        "meshOwner and resourceOwner do not change while the {noun} exists."
        "Service model {version}, {op}, shape ResourceMetadata, meshOwner and resourceOwner";
    QuotaSteady "quota" Create Success [Inferred, Inferred]
        "LimitExceededException is answered where a quota is exhausted, not where fewer are held than were accepted before."
        "Service model {version}, {op}, LimitExceededException; user guide, service quotas";
    NameSlash "name-slash" Create Refusal(BadRequest) [Inferred, Observed]
        "A name with a slash is refused with BadRequestException."
        "Public roadmap issue 101; {op}, BadRequestException in the service model";

    // What the documents leave open. Nobody can break these; they say why an answer is permitted.
    UnclearName "name-characters" Create Open [Silent, Silent]
        "Which characters besides {characters} a name may hold is left open."
        "User guide; service model {version}, shape {name shape}, which names no characters";
    IdenticalUpdate "identical-update" Update Open [Silent, Silent]
        "Whether an update with the same specification counts as an update is left open."
        "{doc}, {op}, metadata.version";
    DeletedVersion "delete-version" Delete Open [Silent, Silent]
        "Which version the answer to a delete shows is left open."
        "{doc}, {op}, metadata.version";
    ForeignToken "list-foreign-token" List Open [Silent, Silent]
        "What a token answers that this list did not give out is left open, as long as the answer is a page or a modelled error."
        "{doc}, {op}, nextToken";
    TokenTwice "list-token-twice" List Open [Silent, Silent]
        "Whether a token can be used twice is left open."
        "{doc}, {op}, nextToken";
    ChangedLimit "list-changed-limit" List Open [Silent, Silent]
        "Whether the limit may change between pages is left open."
        "{doc}, {op}, limit, nextToken";
    TokenKept "token-retention" Create Open [Silent, Silent]
        "How long a client token is remembered, and in which scope, is left open."
        "{doc}, {writes}, clientToken";
    UnclearSpec "unclear-spec" Create Open [Silent, Silent]
        "Whether a specification is accepted whose use the documents do not describe is left open."
        "{doc}, {writes}, spec";
    WrongType "wrong-type" List Open [Silent, Silent]
        "How a member of the wrong JSON type is answered is left open, as long as it is not stored."
        "{doc}, {op} and every other operation, the JSON types of members";
    UnknownMember "unknown-member" List Open [Silent, Silent]
        "Whether an unknown member, or one that is null, is ignored or refused is left open."
        "{doc}, {op} and every other operation, members of the request";
    Implied "implied" Create Open [Silent, Silent]
        "Whether a {noun} that another resource names exists before it is created, or after it is deleted, is left open; so are its first version and times."
        "Public examples, pull request 97, and AWS CLI example outputs: a resource that names one makes it behind the scenes; {doc}, {op}: nothing is said of that";
    ForeignOwner "foreign-owner" Describe Open [None, Silent]
        "What a call answers that names another owner is left open."
        "Service model {version}, {op} and every other operation with it, meshOwner";
    InDoubt "in-doubt" List Open [Silent, Silent]
        "A change to what lives in a resource that was overwritten, against the rules, is not judged: nobody knows what is left."
        "None: an earlier divergence leaves the state in doubt";
    TwoFaults "two-faults" Describe Open [Silent, Silent]
        "Which error wins when two apply is left open."
        "Service model {version}, errors of {op} and every other operation";
    QuotaOpen "quota-size" Create Open [Silent, Silent]
        "How many resources an account may hold is left open: a create may be refused with LimitExceededException."
        "User guide, service quotas: adjustable per account";
}
