//! What was known and then told otherwise: the answer may be wrong, or the resource. Either may be
//! told from then on, until another operation tells one of them; a third is always wrong.

use appmesh_model::error::ErrorKind;
use serde_json::{Value, json};

use super::target::{
    Target, deleted, error, general, general_node_spec, listener, mesh, ok, preview, route, router,
    router_name, router_spec, with,
};

/// A router that a describe has shown with another service.
fn misread() -> (Target, Value) {
    let mut target = preview(&[mesh(), ("virtual-router", &["m", "r"], Some(router_spec()))]);
    let other = with(target.shown(router()), "/spec/serviceNames", json!(["b.local"]));
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &router_name(), ok(other.clone())),
        ["virtual-router/describe-spec at spec.serviceNames[]"]
    );
    (target, other)
}

#[test]
fn a_delete_may_show_what_was_accepted_or_what_was_told_instead() {
    let (target, other) = misread();
    let accepted = target.shown(router());
    for shown in [accepted.clone(), other] {
        let mut target = target.clone();
        target.permits("DeleteVirtualRouter", &router_name(), ok(deleted(shown)));
    }
    let third = deleted(with(accepted, "/spec/serviceNames", json!(["c.local"])));
    assert_eq!(
        target.clone().breaks("DeleteVirtualRouter", &router_name(), ok(third)),
        ["virtual-router/delete-spec at spec.serviceNames[]"]
    );
}

#[test]
fn whatever_several_operations_told_stays_possible() {
    let told = |service: &str| {
        let target = preview(&[mesh()]);
        with(target.shown(router()), "/spec/serviceNames", json!([service]))
    };
    let mut target = preview(&[mesh()]);
    let create = with(router_name(), "/spec", router_spec());
    assert_eq!(
        target.breaks("CreateVirtualRouter", &create, ok(told("b.local"))),
        ["virtual-router/create-spec at spec.serviceNames[]"]
    );
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &router_name(), ok(told("c.local"))),
        ["virtual-router/describe-spec at spec.serviceNames[]"]
    );
    for service in ["a.local", "b.local", "c.local"] {
        let mut target = target.clone();
        target.permits("DeleteVirtualRouter", &router_name(), ok(deleted(told(service))));
    }
}

#[test]
fn an_update_to_either_may_be_to_the_same() {
    for service in ["a.local", "b.local"] {
        let (mut target, _) = misread();
        let (update, updated) = target.router_update(service);
        let uncounted = with(updated, "/metadata/version", json!(1));
        target.permits("UpdateVirtualRouter", &update, ok(uncounted));
    }
}

#[test]
fn a_misread_specification_is_not_left_over_after_the_next_update() {
    let (mut target, other) = misread();
    let (update, updated) = target.router_update("c.local");
    target.permits("UpdateVirtualRouter", &update, ok(updated.clone()));
    let again = ok(with(updated, "/spec", other["spec"].clone()));
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &router_name(), again),
        ["virtual-router/describe-spec at spec.serviceNames[]"]
    );
}

#[test]
fn the_next_update_counts_on_from_either_version_and_settles_which() {
    let mut target = preview(&[mesh(), router()]);
    let fifth = with(target.shown(router()), "/metadata/version", json!(5));
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &router_name(), ok(fifth)),
        ["virtual-router/version-stable at metadata.version"]
    );
    let (update, updated) = target.router_update("b.local");
    let version = |version: i64| ok(with(updated.clone(), "/metadata/version", json!(version)));
    target.clone().permits("UpdateVirtualRouter", &update, version(6));
    assert_eq!(
        target.clone().breaks("UpdateVirtualRouter", &update, version(3)),
        ["virtual-router/update-version at metadata.version"]
    );
    target.permits("UpdateVirtualRouter", &update, version(2));
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &router_name(), version(6)),
        ["virtual-router/version-stable at metadata.version"]
    );
}

#[test]
fn a_uid_that_was_told_otherwise_once_is_still_its_own() {
    let mut target = preview(&[mesh(), router()]);
    let accepted = target.shown(router());
    let another = target.fresh(router());
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &router_name(), ok(another)),
        ["virtual-router/uid-stable at metadata.uid"]
    );
    target.permits("DeleteVirtualRouter", &router_name(), ok(deleted(accepted)));
}

#[test]
fn what_a_misread_specification_refers_to_may_go_or_not() {
    let spec = || Some(general_node_spec(listener(80)));
    let nodes =
        [("virtual-node", &["m", "n"][..], spec()), ("virtual-node", &["m", "o"][..], spec())];
    let speaks = json!({"listeners": [listener(80)]});
    let mut target = general(&[
        mesh(),
        nodes[0].clone(),
        nodes[1].clone(),
        ("virtual-router", &["m", "r"], Some(speaks)),
        route(),
    ]);
    let at = "/spec/httpRoute/action/weightedTargets/0/virtualNode";
    let other = with(target.shown(route()), at, json!("o"));
    let one = json!({"meshName": "m", "virtualRouterName": "r", "routeName": "x"});
    let broken = target.breaks("DescribeRoute", &one, ok(other));
    assert!(!broken.is_empty());
    for (thing, name) in nodes.iter().zip(["n", "o"]) {
        let delete = json!({"meshName": "m", "virtualNodeName": name});
        let gone = ok(deleted(target.shown(thing.clone())));
        target.clone().permits("DeleteVirtualNode", &delete, gone);
        target.clone().permits("DeleteVirtualNode", &delete, error(ErrorKind::ResourceInUse));
    }
}

#[test]
fn what_was_refused_twice_need_not_have_been_done_at_first() {
    let mut target = preview(&[mesh(), router()]);
    target.permits("DeleteVirtualRouter", &router_name(), ok(deleted(target.shown(router()))));
    for name in ["s", "t"] {
        let create = json!({"meshName": "m", "virtualRouterName": name, "spec": router_spec()});
        assert_eq!(
            target.breaks("CreateVirtualRouter", &create, error(ErrorKind::LimitExceeded)),
            ["virtual-router/quota at answer 400 LimitExceededException"]
        );
    }
    let first = json!({"meshName": "m", "virtualRouterName": "s"});
    target.permits("DescribeVirtualRouter", &first, error(ErrorKind::NotFound));
}

#[test]
fn an_update_that_was_refused_again_need_not_have_been_done_at_first() {
    let mut target = preview(&[mesh(), router()]);
    let (update, updated) = target.router_update("b.local");
    let with_token = with(update.clone(), "/clientToken", json!("t"));
    target.permits("UpdateVirtualRouter", &with_token, ok(updated.clone()));
    for update in [update, with_token] {
        let broken = target.breaks("UpdateVirtualRouter", &update, error(ErrorKind::BadRequest));
        assert!(!broken.is_empty());
    }
    target.permits("DescribeVirtualRouter", &router_name(), ok(updated));
}

#[test]
fn what_seems_to_be_there_after_its_delete_may_be_gone_all_the_same() {
    let mut target = preview(&[mesh(), router()]);
    let shown = target.shown(router());
    target.permits("DeleteVirtualRouter", &router_name(), ok(deleted(shown.clone())));
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &router_name(), ok(shown)),
        ["virtual-router/describe-missing at answer 200"]
    );
    let (update, updated) = target.router_update("b.local");
    target.permits("UpdateVirtualRouter", &update, ok(updated.clone()));
    let not_found = error(ErrorKind::NotFound);
    target.clone().permits("DeleteVirtualRouter", &router_name(), not_found.clone());
    target.clone().permits("DeleteVirtualRouter", &router_name(), ok(deleted(updated)));
    target.permits("UpdateVirtualRouter", &update, not_found);
}

#[test]
fn the_token_of_an_update_that_should_have_been_refused_may_be_remembered() {
    let spec = Some(general_node_spec(listener(80)));
    let mut target = general(&[mesh(), ("virtual-node", &["m", "n"], spec)]);
    let health = json!({
        "healthyThreshold": 2, "intervalMillis": 5_000, "port": 81, "protocol": "tcp",
        "timeoutMillis": 2_000, "unhealthyThreshold": 2
    });
    let wrong = general_node_spec(with(listener(80), "/healthCheck", health));
    let update = |spec: Value| json!({"meshName": "m", "virtualNodeName": "n", "clientToken": "t", "spec": spec});
    let updated = ok(target.updated(("virtual-node", &["m", "n"], Some(wrong.clone()))));
    assert_eq!(
        target.breaks("UpdateVirtualNode", &update(wrong), updated),
        ["virtual-node/health-check-port at answer 200"]
    );
    let conflict = error(ErrorKind::Conflict);
    target.permits("UpdateVirtualNode", &update(general_node_spec(listener(82))), conflict);
}

#[test]
fn what_a_resource_held_may_be_there_or_not_after_a_delete_that_should_have_been_refused() {
    let child = route();
    let speaks = Some(json!({"listeners": [listener(80)]}));
    let parent = ("virtual-router", &["m", "r"][..], speaks.clone());
    let spec = || Some(general_node_spec(listener(80)));
    let node = ("virtual-node", &["m", "n"][..], spec());
    let mut target = general(&[mesh(), node, parent.clone(), child.clone()]);
    let shown = target.shown(parent.clone());
    assert_eq!(
        target.breaks("DeleteVirtualRouter", &router_name(), ok(deleted(shown))),
        ["virtual-router/delete-in-use at answer 200"]
    );
    let create = with(router_name(), "/spec", json!({"listeners": [listener(80)]}));
    target.permits("CreateVirtualRouter", &create, ok(target.fresh(parent)));
    let in_use = error(ErrorKind::ResourceInUse);
    target.permits("DeleteVirtualRouter", &router_name(), in_use);
    let name = json!({"meshName": "m", "virtualRouterName": "r", "routeName": "x"});
    let update = with(name, "/spec", target.shown(child)["spec"].clone());
    target.permits("UpdateRoute", &update, error(ErrorKind::NotFound));
}

#[test]
fn an_update_that_is_refused_wrongly_whether_it_is_there_or_not_is_one_of_what_is_there() {
    let mut target = preview(&[mesh(), router()]);
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &router_name(), error(ErrorKind::NotFound)),
        ["virtual-router/describe at answer 404 NotFoundException"]
    );
    let (update, _) = target.router_update("b.local");
    assert_eq!(
        target.breaks("UpdateVirtualRouter", &update, error(ErrorKind::BadRequest)),
        ["virtual-router/update at answer 400 BadRequestException"]
    );
}

#[test]
fn what_is_left_over_from_before_the_last_but_one_update_is_left_over_all_the_same() {
    let mut target = preview(&[mesh(), router()]);
    let old = target.shown(router())["spec"].clone();
    let mut updated = Value::Null;
    for _ in 0..2 {
        let update = with(router_name(), "/spec", json!({}));
        updated = target.updated(("virtual-router", &["m", "r"], Some(json!({}))));
        target.permits("UpdateVirtualRouter", &update, ok(updated.clone()));
    }
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &router_name(), ok(with(updated, "/spec", old))),
        ["virtual-router/update-replaces at spec.serviceNames"]
    );
}
