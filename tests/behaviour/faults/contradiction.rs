//! Contradictions: which faults hide or undo each other.
//!
//! The main function is [`contradict`]. Two faults contradict each other if they make the
//! same member of the same answers wrong, if one undoes the effect of the other, if one refuses the
//! calls that show the other or lead there, or if one hides members of the other's answers. Two that
//! break the same rule of the same family do as well: a finding could be due to either.

use appmesh_conformance::selftest::fault::Fault;
use appmesh_conformance::selftest::fault::behaviour::{
    Behaviour, Cutting, Edit, Member, Mutation, When, WireMutation, Writing,
};
use appmesh_model::operation::Action;
use appmesh_model::shared_rule::SharedRule;

/// Whether two faults hide or undo each other, so that they cannot both be found on one server.
pub fn contradict(one: &Fault, other: &Fault) -> bool {
    between(one, other) || between(other, one)
}

/// Whether the first fault hides or undoes the second.
fn between(first: &Fault, second: &Fault) -> bool {
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
    let (one, other) = (first.behaviour, second.behaviour);
    same_member(one, other)
        || undoes(one, other)
        || refuses(one, other)
        || hides_errors(one, other)
        || hides_body(one, other)
        || hides_history(one, other)
}

/// Both make the same member wrong.
fn same_member(one: Behaviour, other: Behaviour) -> bool {
    one.mutation.member().is_some() && one.mutation.member() == other.mutation.member()
}

/// One makes a page begin later and the other earlier.
fn undoes(one: Behaviour, other: Behaviour) -> bool {
    one.mutation == Mutation::Cut(Cutting::Skip)
        && other.mutation == Mutation::Cut(Cutting::Overlap)
        && (implies(one.when, other.when) || implies(other.when, one.when))
}

/// One refuses a call that shows the other, or one that leads there.
fn refuses(one: Behaviour, other: Behaviour) -> bool {
    if !matches!(one.mutation, Mutation::Refuse(_)) {
        return false;
    }
    let at_the_call = one.on.iter().any(|action| other.on.contains(action))
        && other.via == one.via
        && !matches!(other.mutation, Mutation::Permit)
        && implies(other.when, one.when);
    let on_the_way = steps(other.when)
        .iter()
        .any(|(action, when)| one.on.contains(action) && implies(*when, one.when));
    let where_it_shows = seen_by(other)
        .is_some_and(|(action, when)| one.on.contains(&action) && implies(when, one.when));
    at_the_call || on_the_way || where_it_shows
}

/// The call that shows the effect of another, and the condition that holds then.
const fn seen_by(behaviour: Behaviour) -> Option<(Action, When)> {
    match behaviour.mutation {
        Mutation::Cut(Cutting::RepeatAfterFull | Cutting::ByOffset) => {
            Some((Action::List, When::LaterPage))
        }
        Mutation::Cut(Cutting::Endless) => Some((Action::List, When::ThirdPage)),
        Mutation::Cut(Cutting::NoRecreated) => Some((Action::Create, When::Again)),
        Mutation::Behind(_) if matches!(behaviour.when, When::UpdatedOnce) => {
            Some((Action::Describe, When::UpdatedTwice))
        }
        _ => None,
    }
}

/// The calls that lead to a condition: an action, and the condition that holds then.
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

/// Whether the first condition never holds without the second.
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

/// One changes the form of an error that shows the other.
fn hides_errors(one: Behaviour, other: Behaviour) -> bool {
    let changes_errors = |behaviour: Behaviour| {
        matches!(
            behaviour.mutation,
            Mutation::Reply(
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
    let by_error = |behaviour: Behaviour| {
        matches!(behaviour.mutation, Mutation::RefuseAs(_) | Mutation::Refuse(_))
    };
    let garbage = |behaviour: Behaviour| {
        matches!(behaviour.mutation, Mutation::Reply(WireMutation::FailsOnGarbage))
            || (behaviour.mutation == Mutation::Permit && behaviour.when == When::Always)
    };
    let both_garbage =
        matches!(one.mutation, Mutation::Reply(WireMutation::FailsOnGarbage)) && garbage(other);
    changes_errors(one) && (changes_errors(other) || by_error(other)) || both_garbage
}

/// One hides a member of an answer that shows the other.
fn hides_body(one: Behaviour, other: Behaviour) -> bool {
    match one.mutation {
        Mutation::Reply(WireMutation::NoObject) => {
            let shows =
                matches!(other.mutation, Mutation::Show(_) | Mutation::Write(_) | Mutation::Revive);
            shows && other.on.contains(&Action::Delete)
        }
        Mutation::Reply(WireMutation::NoName) => {
            matches!(other.mutation, Mutation::Write(Writing::UpperName | Writing::CutName))
        }
        Mutation::Reply(WireMutation::TimeAsText) => {
            let times = [Some(Member::Created), Some(Member::Updated)];
            let by_created = matches!(
                other.mutation,
                Mutation::Store(Edit::MoveUpdated(_)) if other.on.contains(&Action::Create)
            );
            times[..1].contains(&other.mutation.member()) || by_created
        }
        _ => false,
    }
}

/// One prevents the history that the other needs.
fn hides_history(one: Behaviour, other: Behaviour) -> bool {
    let revived = one.mutation == Mutation::Revive
        && other.mutation == Mutation::Revive
        && one.on == other.on;
    let taken =
        matches!(one.mutation, Mutation::Take(_)) && matches!(other.mutation, Mutation::Take(_));
    // An update that was not stored as sent is another one when it is repeated.
    let stores = matches!(other.mutation, Mutation::Store(edit) | Mutation::Behind(edit) if edit.member() == Member::Spec);
    let replayed =
        one.mutation == Mutation::CountReplay && stores && other.on.contains(&Action::Update);
    revived || taken || replayed
}

/// Whether a fault leaves resources behind that nobody can delete, and so their roots.
fn litters(fault: &Fault) -> bool {
    let Behaviour { on, mutation, .. } = fault.behaviour;
    let kept = matches!(mutation, Mutation::Refuse(_)) && on.contains(&Action::Delete);
    kept || fault.shared == Some(SharedRule::CreateInMissing)
}

/// Whether lists of the root show a fault, which the resources of other runs fill up.
fn reads_root(fault: &Fault) -> bool {
    let lists = matches!(fault.behaviour.mutation, Mutation::Cut(_) | Mutation::Refuse(_));
    fault.family == Some(0) && lists && fault.behaviour.on.contains(&Action::List)
}
