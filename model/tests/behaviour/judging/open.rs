//! What the documents leave open, each reported once as a false alarm or a panic.

use appmesh_model::api::{Api, Call, Version};
use appmesh_model::error::ErrorKind;
use appmesh_model::observed::Answer;
use appmesh_model::world::Key;
use serde_json::json;

use super::target::{
    Target, checked_listener, deleted, error, failure, general, listener, mesh, node, ok, preview,
    route, route_spec, router, router_name, router_spec, uid, with,
};

#[test]
fn a_divergence_that_all_worlds_share_drops_none_of_them() {
    let describe = json!({"meshName": "m"});
    let html = |target: &Target| Answer {
        content_type: Some("text/html".to_owned()),
        ..ok(target.shown(("mesh", &["other"], None)))
    };
    for shared in [html, |_: &Target| failure()] {
        let mut target = preview(&[]);
        let create = target.call("CreateMesh", &json!({"meshName": "m"}));
        assert!(target.judge(&create, None).lost);
        let other = json!({"meshName": "other"});
        let answer = shared(&target);
        assert_eq!(target.breaks("CreateMesh", &other, answer).len(), 1);
        let made = ok(target.shown(mesh()));
        target.clone().permits("DescribeMesh", &describe, error(ErrorKind::NotFound));
        target.permits("DescribeMesh", &describe, made);
    }
}

#[test]
fn a_call_whose_name_cannot_be_read_may_succeed() {
    let mut target = preview(&[]);
    target.permits("DescribeMesh", &json!({"meshName": 7}), ok(target.shown(mesh())));
    assert_eq!(target.belief.worlds().len(), 1);
    target.permits("ListMeshes", &json!({}), ok(json!({"meshes": []})));
}

#[test]
fn a_version_may_be_any_number() {
    let mut target = preview(&[mesh(), router()]);
    let (update, updated) = target.router_update("b.local");
    let most = ok(with(updated, "/metadata/version", json!(i64::MAX)));
    target.breaks("UpdateVirtualRouter", &update, most.clone());
    target.breaks("UpdateVirtualRouter", &update, most);
}

#[test]
fn a_time_may_be_any_number() {
    let mut target = preview(&[]);
    let far = with(target.shown(mesh()), "/metadata/createdAt", json!(-1e300));
    target.breaks("CreateMesh", &json!({"meshName": "m"}), ok(far.clone()));
    let further = with(far, "/metadata/createdAt", json!(1e300));
    target.breaks("DescribeMesh", &json!({"meshName": "m"}), ok(further));
}

#[test]
fn a_lost_identical_update_that_does_not_count_may_move_the_time() {
    let mut target = preview(&[mesh(), router()]);
    let update = target.call("UpdateVirtualRouter", &with(router_name(), "/spec", router_spec()));
    assert!(target.judge(&update, None).lost);
    let moved = with(target.updated(router()), "/metadata/version", json!(1));
    target.permits("DescribeVirtualRouter", &router_name(), ok(moved));
}

#[test]
fn what_a_replay_tells_is_held_to() {
    let mut target = preview(&[]);
    let create = json!({"meshName": "m", "clientToken": "t"});
    let call = target.call("CreateMesh", &create);
    assert!(target.judge(&call, None).lost);
    target.permits("CreateMesh", &create, ok(target.shown(mesh())));
    let another = with(target.shown(mesh()), "/metadata/uid", json!(uid("another")));
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), ok(another)),
        ["mesh/uid-stable at metadata.uid"]
    );
}

#[test]
fn a_create_replayed_after_an_update_may_answer_the_original_result() {
    let mut target = preview(&[mesh()]);
    let create = json!({
        "meshName": "m", "virtualRouterName": "r", "spec": router_spec(), "clientToken": "t"
    });
    let original = ok(target.shown(router()));
    target.permits("CreateVirtualRouter", &create, original.clone());
    let (update, updated) = target.router_update("b.local");
    target.permits("UpdateVirtualRouter", &update, ok(updated));
    target.permits("CreateVirtualRouter", &create, original);
}

#[test]
fn a_route_create_replayed_after_its_target_went_may_answer_the_original_result() {
    let mut target = preview(&[mesh(), node(), router()]);
    let create = json!({
        "meshName": "m", "virtualRouterName": "r", "routeName": "x", "spec": route_spec(),
        "clientToken": "t"
    });
    let made = ok(target.shown(route()));
    target.permits("CreateRoute", &create, made.clone());
    let gone = ok(deleted(target.shown(node())));
    let delete = json!({"meshName": "m", "virtualNodeName": "n"});
    target.permits("DeleteVirtualNode", &delete, gone);
    target.clone().permits("CreateRoute", &create, error(ErrorKind::NotFound));
    target.permits("CreateRoute", &create, made);
}

#[test]
fn a_name_of_unclear_characters_may_be_refused_wherever_it_stands() {
    let target = preview(&[mesh()]);
    for name in ["a.b", "a/b", "a b"] {
        let input = json!({"meshName": name});
        for kind in [ErrorKind::NotFound, ErrorKind::BadRequest] {
            target.clone().permits("DescribeMesh", &input, error(kind));
            target.clone().permits("ListVirtualNodes", &input, error(kind));
        }
    }
}

#[test]
fn a_member_of_the_wrong_type_may_be_refused_or_dropped() {
    let target = preview(&[mesh()]);
    let create = json!({"meshName": "m", "virtualNodeName": "n", "spec": {"backends": "a.local"}});
    target.clone().permits("CreateVirtualNode", &create, error(ErrorKind::BadRequest));
    let dropped = ok(target.shown(("virtual-node", &["m", "n"], Some(json!({})))));
    target.clone().permits("CreateVirtualNode", &create, dropped);
}

#[test]
fn an_update_that_is_identical_to_what_was_kept_may_count_or_not() {
    let mut target = preview(&[mesh()]);
    let spec = json!({"listeners": [checked_listener()]});
    let create = json!({"meshName": "m", "virtualNodeName": "n", "spec": spec});
    let dropped = ok(target.shown(node()));
    target.permits("CreateVirtualNode", &create, dropped.clone());
    let update = with(create, "/spec", json!({"listeners": [listener(80)]}));
    let counted = ok(target.updated(node()));
    target.clone().permits("UpdateVirtualNode", &update, counted);
    target.permits("UpdateVirtualNode", &update, dropped);
}

#[test]
fn a_quota_refuses_no_fewer_than_were_accepted_before() {
    let mut target = preview(&[mesh(), router()]);
    let gone = ok(deleted(target.shown(router())));
    target.permits("DeleteVirtualRouter", &router_name(), gone);
    let create = json!({"meshName": "m", "virtualRouterName": "new", "spec": router_spec()});
    assert_eq!(
        target.breaks("CreateVirtualRouter", &create, error(ErrorKind::LimitExceeded)),
        ["virtual-router/quota at answer 400 LimitExceededException"]
    );
}

#[test]
fn what_another_owner_has_is_not_promised() {
    let mut target = general(&[mesh()]);
    let describe = json!({"meshName": "m", "meshOwner": "210987654321"});
    target.permits("DescribeMesh", &describe, error(ErrorKind::NotFound));
}

#[test]
fn a_tag_key_twice_may_be_refused() {
    let mut target = general(&[]);
    let tag = json!({"key": "k", "value": "v"});
    let create = json!({"meshName": "m", "tags": [tag, tag]});
    target.permits("CreateMesh", &create, error(ErrorKind::BadRequest));
}

#[test]
fn names_never_run_into_each_other() {
    let api = Api::of(Version::V2018_10_01);
    let node = api.family("virtual-node").expect("a family").index;
    assert_ne!(Key::new(node, ["", "a"]), Key::new(node, ["a", ""]));
    // A name that holds what joins names in a key is kept out of keys altogether.
    assert!(!Key::can_hold("a\u{1}b") && Key::can_hold("a b"));
    let target = preview(&[mesh()]);
    let create = json!({"meshName": "", "virtualNodeName": "m", "spec": {}});
    assert!(!target.belief.expect(&target.call("CreateVirtualNode", &create)).may_succeed());
}

#[test]
fn a_malformed_body_breaks_one_rule_only() {
    let mut target = preview(&[mesh()]);
    let call = Call { malformed: true, ..target.call("CreateMesh", &json!({"meshName": "m"})) };
    let verdict = target.judge(&call, Some(ok(json!({}))));
    assert_eq!(target.named(&verdict), ["wire/malformed-body at answer 200"]);
}
