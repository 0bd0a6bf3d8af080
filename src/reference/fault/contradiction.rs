//! Contradictions: which faults hide or undo each other by what they do.
//!
//! The main function is [`between`]. Two faults contradict each other if they make the same member
//! of the same answers wrong, if one undoes what the other does, if one refuses the calls on which
//! the other would show or which lead there, or if one hides what the other's answers tell. Two that
//! break the same rule of the same family do as well: of a finding it could not be said whose it is.

use appmesh_model::operation::Action;
use appmesh_model::shared_rule::SharedRule;

use super::Fault;
use super::act::{Act, Cutting, Edit, Member, What, When, WireMutation, Writing};

/// Whether the first fault hides or undoes the second.
pub(super) fn between(first: &Fault, second: &Fault) -> bool {
    let same_family = first.family == second.family;
    let both_see = same_family || first.family.is_none() || second.family.is_none();
    if first.rule == second.rule {
        return true;
    }
    if litters(first) && reads_root(second) {
        return true;
    }
    if !both_see {
        return false;
    }
    let (one, other) = (first.act, second.act);
    same_member(one, other)
        || undoes(one, other)
        || refuses(one, other)
        || hides_errors(one, other)
        || hides_body(one, other)
        || hides_history(one, other)
}

/// Both make the same member wrong.
fn same_member(one: Act, other: Act) -> bool {
    one.what.member().is_some() && one.what.member() == other.what.member()
}

/// One lets a page begin later and the other earlier.
fn undoes(one: Act, other: Act) -> bool {
    one.what == What::Cut(Cutting::Skip)
        && other.what == What::Cut(Cutting::Overlap)
        && (implies(one.when, other.when) || implies(other.when, one.when))
}

/// One refuses the call on which the other shows, or one that leads there.
fn refuses(one: Act, other: Act) -> bool {
    if !matches!(one.what, What::Refuse(_)) {
        return false;
    }
    let at_the_call = one.on.iter().any(|action| other.on.contains(action))
        && other.via == one.via
        && !matches!(other.what, What::Permit)
        && implies(other.when, one.when);
    let on_the_way = steps(other.when)
        .iter()
        .any(|(action, when)| one.on.contains(action) && implies(*when, one.when));
    let where_it_shows = seen_by(other)
        .is_some_and(|(action, when)| one.on.contains(&action) && implies(when, one.when));
    at_the_call || on_the_way || where_it_shows
}

/// The call that shows what went wrong with another, and what holds then.
const fn seen_by(act: Act) -> Option<(Action, When)> {
    match act.what {
        What::Cut(Cutting::RepeatAfterFull | Cutting::ByOffset) => {
            Some((Action::List, When::LaterPage))
        }
        What::Cut(Cutting::Endless) => Some((Action::List, When::ThirdPage)),
        What::Cut(Cutting::NoRecreated) => Some((Action::Create, When::Again)),
        What::Behind(_) if matches!(act.when, When::UpdatedOnce) => {
            Some((Action::Describe, When::UpdatedTwice))
        }
        _ => None,
    }
}

/// The calls that lead to a history: a action, and what holds then.
const fn steps(when: When) -> &'static [(Action, When)] {
    const RECREATE: (Action, When) = (Action::Create, When::Again);
    match when {
        When::Recreated | When::RecreatedUpdatedOnce | When::RecreatedChildren => &[RECREATE],
        When::LongName => &[(Action::Create, When::LongName)],
        When::OverHundred | When::FullLimit | When::Unlimited => &[(Action::Create, When::Hundred)],
        When::ThirdPage => &[(Action::List, When::LaterPage)],
        _ => &[],
    }
}

/// Whether the first history is never without the second.
fn implies(one: When, other: When) -> bool {
    one == other
        || other == When::Always
        || match one {
            When::AgainSameToken => other == When::Again,
            When::ThirdUpdate => other == When::UpdatedTwice,
            When::ThirdPage => other == When::LaterPage,
            // With another limit there is a page before.
            When::LimitChanged => other == When::LaterPage,
            When::EmptiedList => other == When::EmptyList,
            When::FullLimit => other == When::Limited,
            _ => false,
        }
}

/// One gets the form of an error wrong that the other is seen by.
fn hides_errors(one: Act, other: Act) -> bool {
    let slip = |act: Act| {
        matches!(
            act.what,
            What::Reply(
                WireMutation::NoErrorType
                    | WireMutation::NotFoundIs400
                    | WireMutation::ValidationException
                    | WireMutation::FailsOnGarbage
                    | WireMutation::OddError
                    | WireMutation::OddStatus
                    | WireMutation::NumberForMessage
            )
        )
    };
    let by_error = |act: Act| matches!(act.what, What::RefuseAs(_) | What::Refuse(_));
    let garbage = |act: Act| {
        matches!(act.what, What::Reply(WireMutation::FailsOnGarbage))
            || (act.what == What::Permit && act.when == When::Always)
    };
    let both_garbage =
        matches!(one.what, What::Reply(WireMutation::FailsOnGarbage)) && garbage(other);
    slip(one) && (slip(other) || by_error(other)) || both_garbage
}

/// One takes from an answer what the other is seen by.
fn hides_body(one: Act, other: Act) -> bool {
    match one.what {
        What::Reply(WireMutation::NoObject) => {
            let shows = matches!(other.what, What::Show(_) | What::Write(_) | What::Revive);
            shows && other.on.contains(&Action::Delete)
        }
        What::Reply(WireMutation::NoName) => {
            matches!(other.what, What::Write(Writing::UpperName | Writing::CutName))
        }
        What::Reply(WireMutation::TimeAsText) => {
            let times = [Some(Member::Created), Some(Member::Updated)];
            let by_created = matches!(
                other.what,
                What::Store(Edit::MoveUpdated(_)) if other.on.contains(&Action::Create)
            );
            times[..1].contains(&other.what.member()) || by_created
        }
        _ => false,
    }
}

/// One leaves no history for the other: where nothing is seen to end, nothing is seen to be lost.
fn hides_history(one: Act, other: Act) -> bool {
    let revived = one.what == What::Revive && other.what == What::Revive && one.on == other.on;
    let taken = matches!(one.what, What::Take(_)) && matches!(other.what, What::Take(_));
    // What was not stored as sent is not the same when it is sent again.
    let stores = matches!(other.what, What::Store(edit) | What::Behind(edit) if edit.member() == Member::Spec);
    let replayed = one.what == What::CountReplay && stores && other.on.contains(&Action::Update);
    revived || taken || replayed
}

/// Leaves resources behind that nobody can delete, and so their roots.
fn litters(fault: &Fault) -> bool {
    let orphans = SharedRule::CreateInMissing.text().slug;
    let kept = matches!(fault.act.what, What::Refuse(_)) && fault.act.on.contains(&Action::Delete);
    kept || fault.rule.split_once('/').is_some_and(|(_, slug)| slug == orphans)
}

/// Is seen by the lists of the root, which strangers fill up.
fn reads_root(fault: &Fault) -> bool {
    let lists = matches!(fault.act.what, What::Cut(_) | What::Refuse(_));
    fault.family == Some(0) && lists && fault.act.on.contains(&Action::List)
}
