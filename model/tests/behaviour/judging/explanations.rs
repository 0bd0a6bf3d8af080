//! The cheapest explanation is believed, and only what every cheapest one accuses is reported.

use appmesh_model::error::ErrorKind;
use appmesh_model::observed::Answer;
use serde_json::{Value, json};

use super::target::{
    Target, deleted, error, mesh, ok, page, preview, router, router_name, router_spec, with,
};

fn create() -> Value {
    with(router_name(), "/spec", router_spec())
}

fn not_found() -> Answer {
    error(ErrorKind::NotFound)
}

/// Judges calls one after the other. Returns every accusation with the number of the call at which
/// it was made.
fn accusations(target: &mut Target, calls: &[(&str, Value, Answer)]) -> Vec<String> {
    let mut accusations = Vec::new();
    for (number, (operation, input, answer)) in calls.iter().enumerate() {
        let call = target.call(operation, input);
        let verdict = target.judge(&call, Some(answer.clone()));
        for belated in &verdict.belated {
            let operation = target.api.operations[belated.operation].table.name;
            let rule = &target.api.catalogue.get(belated.mismatch.rule).id;
            accusations.push(format!("{number}: {operation} of call {}: {rule}", belated.call));
        }
        let own = verdict.mismatches.iter().map(|mismatch| target.api.catalogue.get(mismatch.rule));
        accusations.extend(own.map(|rule| format!("{number}: {}", rule.id)));
    }
    accusations
}

#[test]
fn a_resource_that_cannot_be_addressed_is_there_all_the_same() {
    let mut target = preview(&[mesh()]);
    let made = ok(target.shown(router()));
    let (update, _) = target.router_update("b.local");
    let calls = [
        ("CreateVirtualRouter", create(), made),
        ("DescribeVirtualRouter", router_name(), not_found()),
        ("UpdateVirtualRouter", update, not_found()),
        ("CreateVirtualRouter", create(), error(ErrorKind::Conflict)),
        ("ListVirtualRouters", json!({"meshName": "m"}), page(&["r"], None)),
    ];
    assert_eq!(
        accusations(&mut target, &calls),
        ["1: virtual-router/describe", "3: UpdateVirtualRouter of call 2: virtual-router/update"]
    );
}

#[test]
fn a_resource_that_was_lost_is_created_again_without_a_further_accusation() {
    let mut target = preview(&[mesh(), router()]);
    let fresh = ok(target.fresh(router()));
    let (update, _) = target.router_update("b.local");
    let calls = [
        ("DescribeVirtualRouter", router_name(), not_found()),
        ("UpdateVirtualRouter", update, not_found()),
        ("CreateVirtualRouter", create(), fresh.clone()),
        ("DescribeVirtualRouter", router_name(), fresh),
    ];
    assert_eq!(accusations(&mut target, &calls), ["0: virtual-router/describe"]);
}

#[test]
fn a_delete_that_is_refused_and_done_is_the_only_one_to_blame() {
    let mut target = preview(&[mesh(), router()]);
    let fresh = ok(target.fresh(router()));
    let calls = [
        ("DeleteVirtualRouter", router_name(), not_found()),
        ("DescribeVirtualRouter", router_name(), not_found()),
        ("CreateVirtualRouter", create(), fresh.clone()),
        ("DescribeVirtualRouter", router_name(), fresh),
    ];
    assert_eq!(accusations(&mut target, &calls), ["0: virtual-router/delete"]);
}

/// That single calls do not find a resource is one mistake, however many operations show it.
#[test]
fn a_list_is_right_where_three_single_calls_are_wrong() {
    let mut target = preview(&[mesh(), router()]);
    let (update, _) = target.router_update("b.local");
    let calls = [
        ("DeleteVirtualRouter", router_name(), not_found()),
        ("DescribeVirtualRouter", router_name(), not_found()),
        ("UpdateVirtualRouter", update, not_found()),
        ("ListVirtualRouters", json!({"meshName": "m"}), page(&["r"], None)),
    ];
    assert_eq!(
        accusations(&mut target, &calls),
        [
            "0: virtual-router/delete",
            "3: DescribeVirtualRouter of call 1: virtual-router/describe",
            "3: UpdateVirtualRouter of call 2: virtual-router/update"
        ]
    );
}

/// Whether it was done costs nothing, so that the next answer is right either way.
#[test]
fn a_create_that_is_refused_may_have_been_done() {
    let refused = ("CreateVirtualRouter", create(), error(ErrorKind::BadRequest));
    let delete = |answer| ("DeleteMesh", json!({"meshName": "m"}), answer);
    let target = preview(&[mesh()]);
    let gone = ok(deleted(target.shown(mesh())));
    for answer in [error(ErrorKind::ResourceInUse), gone] {
        let calls = [refused.clone(), delete(answer)];
        assert_eq!(accusations(&mut target.clone(), &calls), ["0: virtual-router/create"]);
    }
}

/// Where the call was done, its token is known.
#[test]
fn a_create_that_was_refused_and_done_is_answered_again() {
    let mut target = preview(&[mesh()]);
    let create = with(create(), "/clientToken", json!("t"));
    let shown = ok(target.shown(router()));
    let calls = [
        ("CreateVirtualRouter", create.clone(), error(ErrorKind::BadRequest)),
        ("DescribeVirtualRouter", router_name(), shown.clone()),
        ("CreateVirtualRouter", create, shown),
    ];
    assert_eq!(accusations(&mut target, &calls), ["0: virtual-router/create"]);
}

/// A describe shows less than what is needed to believe in a resource that nothing created.
#[test]
fn a_resource_that_nothing_created_is_not_believed_in_at_once() {
    let mut target = preview(&[mesh()]);
    let shown = ok(target.shown(router()));
    let calls = [
        ("DescribeVirtualRouter", router_name(), shown.clone()),
        ("CreateVirtualRouter", create(), shown),
    ];
    assert_eq!(accusations(&mut target, &calls), ["0: virtual-router/describe-missing"]);
}

/// That all four were done is one of sixteen possibilities, of which not all are kept.
#[test]
fn deletes_that_are_refused_and_done_make_an_empty_list_right() {
    let names = [["m", "a"], ["m", "b"], ["m", "c"], ["m", "d"]];
    let routers = names.iter().map(|names| ("virtual-router", &names[..], Some(router_spec())));
    let mut target = preview(&[mesh()].into_iter().chain(routers).collect::<Vec<_>>());
    let delete = |[mesh, router]: [&str; 2]| {
        let names = json!({"meshName": mesh, "virtualRouterName": router});
        ("DeleteVirtualRouter", names, not_found())
    };
    let list = ("ListVirtualRouters", json!({"meshName": "m"}), page(&[], None));
    let calls: Vec<_> = names.map(delete).into_iter().chain([list]).collect();
    let deletes = [0, 1, 2, 3].map(|call| format!("{call}: virtual-router/delete"));
    assert_eq!(accusations(&mut target, &calls), deletes);
}

#[test]
fn a_list_is_right_where_a_single_read_is_wrong() {
    let mut target = preview(&[mesh(), router()]);
    let calls = [
        ("DescribeVirtualRouter", router_name(), not_found()),
        ("ListVirtualRouters", json!({"meshName": "m"}), page(&["r"], None)),
    ];
    assert_eq!(accusations(&mut target, &calls), ["0: virtual-router/describe"]);
}

#[test]
fn an_update_that_is_refused_leaves_the_resource_in_place() {
    let mut target = preview(&[mesh(), router()]);
    let shown = target.shown(router());
    let (update, _) = target.router_update("b.local");
    let calls = [
        ("UpdateVirtualRouter", update, not_found()),
        ("DescribeVirtualRouter", router_name(), ok(shown.clone())),
        ("DeleteVirtualRouter", router_name(), ok(deleted(shown))),
    ];
    assert_eq!(accusations(&mut target, &calls), ["0: virtual-router/update"]);
}
