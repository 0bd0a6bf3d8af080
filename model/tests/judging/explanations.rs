//! The cheapest explanation is believed, and only what every cheapest one accuses is reported.

use appmesh_model::error::ErrorKind;
use appmesh_model::observed::Answer;
use serde_json::{Value, json};

use crate::target::{
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
