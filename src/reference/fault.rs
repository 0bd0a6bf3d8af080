//! Faults: what the reference server does wrong on purpose, to prove that the harness sees it.
//!
//! The main type is [`Fault`]: one bug, with the rule that it breaks. What the bugs do is said in
//! `sabotage`. The list derives from the model's tables:
//! every rule that demands a refusal can be ignored, and every family gets the bugs of `ACTS`.

use std::collections::BTreeSet;

use appmesh_model::api::Api;
use appmesh_model::operation::Verb;
use appmesh_model::promise::Promise;
use appmesh_model::wire::Wire;

/// A bug that can be switched on.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its name on the command line.
    pub id: String,
    /// The id of the rule that it breaks.
    pub rule: String,
    /// What it does, for a person.
    pub summary: String,
    pub(super) act: Act,
    /// The family that has the bug; none for all.
    pub(super) family: Option<usize>,
}

/// What a faulty server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Does not demand what the rule demands.
    Ignore,
    /// Refuses what is missing with a BadRequestException.
    MissingIsBadRequest,
    /// Cannot describe what was updated twice.
    LosesAfterUpdates,
    /// Refuses a name that was deleted.
    RefusesOldNames,
    /// Cannot delete a resource that once held others.
    RemembersChildren,
    /// Refuses every page token.
    RefusesTokens,
    /// The version stays.
    VersionStays,
    /// The third update adds two.
    ThirdUpdateCountsTwice,
    /// A resource made again goes on with the old version.
    VersionSurvives,
    /// A resource made again has the old uid.
    UidSurvives,
    /// An update changes the uid.
    UpdateChangesUid,
    /// All resources have one uid.
    OneUid,
    /// The uid is in capitals.
    UidInCapitals,
    /// An update moves createdAt.
    UpdateMovesCreated,
    /// An update leaves lastUpdatedAt.
    UpdatedStays,
    /// An update keeps what the new specification leaves out.
    Merges,
    /// An update is answered but not stored.
    UpdateNotStored,
    /// The answer to a delete says ACTIVE.
    DeletedIsActive,
    /// A deleted resource can still be described.
    DeletedLingers,
    /// The ARN lacks the path.
    ShortArn,
    /// An item of a list has another ARN than the resource.
    ItemArnDiffers,
    /// The last item of a page comes again on the next.
    PageOverlaps,
    /// The first item of every later page is left out.
    PageSkips,
    /// A page holds one more than asked for.
    PageTooLong,
    /// A list without a limit knows no limit.
    NoDefaultLimit,
    /// The last page has an empty string for a token.
    EmptyLastToken,
    /// A repeated create with the same token is a conflict.
    ForgetsTokens,
    /// Success is 201.
    Created,
    /// JSON is called text.
    PlainText,
    /// Timestamps are text.
    TimeAsText,
    /// Numbers are text.
    NumberAsText,
    /// The name is left out of the answer.
    NoName,
    /// Errors do not name their type.
    NoErrorType,
    /// NotFoundException comes with status 400.
    NotFoundIs400,
    /// Bad input is a ValidationException.
    ValidationException,
    /// A body that is not JSON makes the server fail.
    FailsOnGarbage,
}

/// The bugs that each family can have: what it does, the rule it breaks, its name and summary.
const ACTS: &[(Act, Promise, &str, &str)] = &[
    (
        Act::MissingIsBadRequest,
        Promise::DescribeMissing,
        "missing-is-bad-request",
        "a describe of what is missing answers BadRequestException",
    ),
    (
        Act::LosesAfterUpdates,
        Promise::Describes,
        "lost-after-two-updates",
        "what was updated twice cannot be described",
    ),
    (
        Act::RefusesOldNames,
        Promise::Recreates,
        "old-name-refused",
        "a name that was deleted is refused for ever",
    ),
    (
        Act::RemembersChildren,
        Promise::Deletes,
        "emptied-stays-in-use",
        "what once held others can never be deleted",
    ),
    (Act::RefusesTokens, Promise::Continues, "tokens-refused", "every nextToken is refused"),
    (
        Act::VersionStays,
        Promise::UpdateVersion,
        "version-stays",
        "an update does not move the version",
    ),
    (
        Act::ThirdUpdateCountsTwice,
        Promise::UpdateVersion,
        "third-update-counts-twice",
        "the third update adds two to the version",
    ),
    (
        Act::VersionSurvives,
        Promise::RecreatedVersion,
        "version-survives-delete",
        "a resource made again goes on with the version before",
    ),
    (
        Act::UidSurvives,
        Promise::UidFresh,
        "uid-survives-delete",
        "a resource made again has the uid before",
    ),
    (Act::UpdateChangesUid, Promise::UidStable, "update-changes-uid", "an update changes the uid"),
    (Act::OneUid, Promise::UidUnique, "one-uid", "all resources have the same uid"),
    (Act::UidInCapitals, Promise::UidFormat, "uid-in-capitals", "uids are in upper case"),
    (
        Act::UpdateMovesCreated,
        Promise::CreatedStable,
        "update-moves-created",
        "an update moves createdAt",
    ),
    (
        Act::UpdatedStays,
        Promise::UpdateTime,
        "updated-stays",
        "an update leaves lastUpdatedAt where it was",
    ),
    (
        Act::Merges,
        Promise::UpdateReplaces,
        "update-merges",
        "an update keeps what the new specification leaves out",
    ),
    (
        Act::UpdateNotStored,
        Promise::DescribeSpec,
        "update-not-stored",
        "an update is answered, but a describe shows the old specification",
    ),
    (
        Act::DeletedIsActive,
        Promise::DeletedStatus,
        "deleted-is-active",
        "the answer to a delete shows ACTIVE",
    ),
    (
        Act::DeletedLingers,
        Promise::DescribeMissing,
        "deleted-lingers",
        "what was deleted can still be described",
    ),
    (Act::ShortArn, Promise::ArnFormat, "short-arn", "the ARN ends with the bare name"),
    (
        Act::ItemArnDiffers,
        Promise::ListItem,
        "item-arn-differs",
        "the items of a list have other ARNs",
    ),
    (
        Act::PageOverlaps,
        Promise::ListOnce,
        "page-overlaps",
        "the last item of a page comes again on the next",
    ),
    (
        Act::PageSkips,
        Promise::ListComplete,
        "page-skips",
        "the first item of every later page is left out",
    ),
    (Act::PageTooLong, Promise::PageSize, "page-too-long", "a page holds one more than asked for"),
    (
        Act::NoDefaultLimit,
        Promise::PageSize,
        "no-default-limit",
        "a list without a limit answers everything at once",
    ),
    (
        Act::EmptyLastToken,
        Promise::LastPage,
        "empty-last-token",
        "the last page has an empty string for a token",
    ),
    (
        Act::ForgetsTokens,
        Promise::CreateReplay,
        "forgets-tokens",
        "a create that is sent again with its token is a conflict",
    ),
];

/// The bugs of the whole server.
const WIRE_ACTS: &[(Act, Wire, &str, &str)] = &[
    (Act::Created, Wire::SuccessStatus, "created", "creates are answered with 201"),
    (Act::PlainText, Wire::ContentType, "plain-text", "answers are declared as text/plain"),
    (Act::TimeAsText, Wire::Timestamp, "time-as-text", "timestamps are strings"),
    (Act::NumberAsText, Wire::MemberType, "number-as-text", "versions are strings"),
    (Act::NoName, Wire::RequiredMember, "no-name", "answers leave out the name of the resource"),
    (Act::NoErrorType, Wire::ErrorType, "no-error-type", "errors do not name their type"),
    (
        Act::NotFoundIs400,
        Wire::ErrorStatus,
        "not-found-is-400",
        "NotFoundException comes with status 400",
    ),
    (
        Act::ValidationException,
        Wire::InvalidInput,
        "validation-exception",
        "bad input is answered with ValidationException",
    ),
    (
        Act::FailsOnGarbage,
        Wire::NoServerFailure,
        "fails-on-garbage",
        "a body that is not JSON is answered with 500",
    ),
];

/// Every fault that a server of this API can have, in a stable order.
pub fn all(api: &Api) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut push = |id: String, rule: String, summary: &str, act, family| {
        faults.push(Fault { id, rule, summary: summary.to_owned(), act, family });
    };
    for family in &api.families {
        let id = family.table.id;
        for &(act, promise, slug, summary) in ACTS {
            let Some(rule) = family.rule(promise) else { continue };
            // Only a family that holds others can remember them.
            if act == Act::RemembersChildren && family.children.is_empty() {
                continue;
            }
            let by_updates = [
                Act::LosesAfterUpdates,
                Act::UpdateChangesUid,
                Act::UpdateMovesCreated,
                Act::UpdateNotStored,
            ];
            if by_updates.contains(&act) && family.table.operation(Verb::Update).is_none() {
                continue;
            }
            push(
                format!("{id}.{slug}"),
                api.catalogue.get(rule).id.clone(),
                summary,
                act,
                Some(family.index),
            );
        }
        for promise in [
            Promise::Duplicate,
            Promise::CreateInMissing,
            Promise::ListInMissing,
            Promise::DeleteInUse,
            Promise::UpdateTokenReuse,
            Promise::NameSlash,
        ] {
            let Some(rule) = family.rule(promise) else { continue };
            let rule = api.catalogue.get(rule);
            let slug = promise.text().slug;
            push(
                format!("{id}.ignores-{slug}"),
                rule.id.clone(),
                &format!("ignores: {}", rule.statement),
                Act::Ignore,
                Some(family.index),
            );
        }
        for own in family.table.own_rules {
            push(
                format!("{id}.ignores-{}", own.slug),
                format!("{id}/{}", own.slug),
                &format!("ignores: {}", own.statement),
                Act::Ignore,
                Some(family.index),
            );
        }
        for operation in api.operations.iter().filter(|operation| operation.family == family.index)
        {
            for (_, node) in &operation.inputs {
                for rule in node.rules() {
                    let rule = api.catalogue.get(rule);
                    let slug = rule.id.split_once('/').map_or("", |(_, slug)| slug);
                    push(
                        format!("{id}.ignores-{slug}"),
                        rule.id.clone(),
                        &format!("ignores: {}", rule.statement),
                        Act::Ignore,
                        Some(family.index),
                    );
                }
            }
        }
    }
    for &(act, wire, slug, summary) in WIRE_ACTS {
        let rule = api.catalogue.get(api.wire(wire));
        push(format!("wire.{slug}"), rule.id.clone(), summary, act, None);
    }
    faults.dedup_by(|later, first| later.id == first.id);
    let mut seen = BTreeSet::new();
    faults.retain(|fault| seen.insert(fault.id.clone()));
    faults
}

/// The fault of this name.
pub fn find(api: &Api, id: &str) -> Option<Fault> {
    all(api).into_iter().find(|fault| fault.id == id)
}
