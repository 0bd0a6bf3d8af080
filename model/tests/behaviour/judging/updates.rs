//! Updates: what they change and what counts as one.

use serde_json::{Value, json};

use super::target::{
    CREATED_MS, listener, mesh, ok, preview, router, router_name, router_spec, with,
};

#[test]
fn an_update_replaces_what_it_leaves_out() {
    let before = json!({"backends": ["a.local"], "listeners": [listener(80)]});
    let mut target = preview(&[mesh(), ("virtual-node", &["m", "n"], Some(before))]);
    let spec = json!({"listeners": [listener(80)]});
    let update = json!({"meshName": "m", "virtualNodeName": "n", "spec": spec});
    let replaced = ok(target.updated(("virtual-node", &["m", "n"], Some(spec))));
    target.clone().permits("UpdateVirtualNode", &update, replaced);

    let merged = json!({"backends": ["a.local"], "listeners": [listener(80)]});
    let merged = ok(target.updated(("virtual-node", &["m", "n"], Some(merged))));
    assert_eq!(
        target.breaks("UpdateVirtualNode", &update, merged),
        ["virtual-node/update-replaces at spec.backends"]
    );
}

#[test]
fn a_specification_comes_back_as_it_was_sent() {
    let mut target = preview(&[mesh()]);
    let create = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    let other = with(target.shown(router()), "/spec/serviceNames", json!(["b.local"]));
    assert_eq!(
        target.breaks("CreateVirtualRouter", &create, ok(other)),
        ["virtual-router/create-spec at spec.serviceNames[]"]
    );
}

#[test]
fn lists_in_a_specification_are_sets() {
    let names = json!({"serviceNames": ["a.local", "b.local", "a.local"]});
    let mut target = preview(&[mesh(), ("virtual-router", &["m", "r"], Some(names))]);
    let turned = with(target.shown(router()), "/spec/serviceNames", json!(["b.local", "a.local"]));
    let one = json!({"meshName": "m", "virtualRouterName": "r"});
    target.permits("DescribeVirtualRouter", &one, ok(turned));
}

#[test]
fn an_absent_list_may_come_back_empty() {
    let mut target = preview(&[mesh(), ("virtual-node", &["m", "n"], Some(json!({})))]);
    let spec = Some(json!({"backends": [], "listeners": []}));
    let shown = ok(target.shown(("virtual-node", &["m", "n"], spec)));
    let one = json!({"meshName": "m", "virtualNodeName": "n"});
    target.permits("DescribeVirtualNode", &one, shown);
}

#[test]
fn versions_start_at_1_and_count_updates() {
    let mut target = preview(&[mesh()]);
    let create = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    let second = with(target.shown(router()), "/metadata/version", json!(2));
    assert_eq!(
        target.clone().breaks("CreateVirtualRouter", &create, ok(second)),
        ["virtual-router/create-version at metadata.version"]
    );

    target.permits("CreateVirtualRouter", &create, ok(target.shown(router())));
    let (update, updated) = target.router_update("b.local");
    let skipped = with(updated.clone(), "/metadata/version", json!(3));
    assert_eq!(
        target.clone().breaks("UpdateVirtualRouter", &update, ok(skipped)),
        ["virtual-router/update-version at metadata.version"]
    );
    target.permits("UpdateVirtualRouter", &update, ok(updated.clone()));
    let one = json!({"meshName": "m", "virtualRouterName": "r"});
    target.clone().permits("DescribeVirtualRouter", &one, ok(updated.clone()));
    let counted = with(updated, "/metadata/version", json!(3));
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &one, ok(counted)),
        ["virtual-router/version-stable at metadata.version"]
    );
}

#[test]
fn an_identical_update_may_count_or_not_but_no_third_way() {
    let target = preview(&[mesh(), router()]);
    let update = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    for version in [1, 2] {
        let answer = ok(with(target.shown(router()), "/metadata/version", json!(version)));
        target.clone().permits("UpdateVirtualRouter", &update, answer);
    }
    let third = ok(with(target.shown(router()), "/metadata/version", json!(3)));
    assert_eq!(
        target.clone().breaks("UpdateVirtualRouter", &update, third),
        ["virtual-router/update-version at metadata.version"]
    );
}

#[test]
fn an_identical_update_that_does_not_count_may_move_the_time() {
    let mut target = preview(&[mesh(), router()]);
    let update = with(router_name(), "/spec", router_spec());
    let moved = with(target.updated(router()), "/metadata/version", json!(1));
    target.permits("UpdateVirtualRouter", &update, ok(moved.clone()));
    target.permits("DescribeVirtualRouter", &router_name(), ok(moved));
}

#[test]
fn an_identical_update_whose_answer_shows_no_version_leaves_both_open() {
    let mut target = preview(&[mesh(), router()]);
    let update = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    let shown = with(target.shown(router()), "/metadata/version", Value::Null);
    target.permits("UpdateVirtualRouter", &update, ok(shown));
    assert_eq!(target.belief.worlds().len(), 2);
    target.permits("DescribeVirtualRouter", &router_name(), ok(target.shown(router())));
    let counted = with(target.shown(router()), "/metadata/version", json!(2));
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &router_name(), ok(counted)),
        ["virtual-router/version-stable at metadata.version"]
    );
}

#[test]
fn an_update_moves_the_time_once_the_clock_has() {
    let mut target = preview(&[mesh(), router()]);
    let (update, updated) = target.router_update("b.local");
    let stuck = with(updated, "/metadata/lastUpdatedAt", json!(CREATED_MS as f64 / 1000.0));
    target.clone().permits("UpdateVirtualRouter", &update, ok(stuck.clone()));
    target.now_ms += 2_000;
    assert_eq!(
        target.breaks("UpdateVirtualRouter", &update, ok(stuck)),
        ["virtual-router/update-time at metadata.lastUpdatedAt"]
    );
}
