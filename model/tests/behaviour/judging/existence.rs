//! What exists and what does not.

use appmesh_model::error::ErrorKind;
use serde_json::json;

use super::target::{deleted, error, mesh, ok, preview, router, router_spec, with};

#[test]
fn a_name_that_is_taken_is_refused_with_conflict() {
    let mut target = preview(&[mesh()]);
    let create = json!({"meshName": "m"});
    target.permits("CreateMesh", &create, error(ErrorKind::Conflict));
    let made = target.shown(mesh());
    assert_eq!(
        target.breaks("CreateMesh", &create, ok(made)),
        ["mesh/create-duplicate at answer 200"]
    );
}

#[test]
fn a_valid_create_is_due() {
    let mut target = preview(&[mesh()]);
    let create = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    assert_eq!(
        target.breaks("CreateVirtualRouter", &create, error(ErrorKind::Conflict)),
        ["virtual-router/create at answer 409 ConflictException"]
    );
}

#[test]
fn what_does_not_exist_is_not_found() {
    let target = preview(&[mesh()]);
    let one = json!({"meshName": "m", "virtualRouterName": "r"});
    let update = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    let made_up = ok(target.shown(router()));
    for (operation, input, rule) in [
        ("DescribeVirtualRouter", &one, "virtual-router/describe-missing at answer 200"),
        ("UpdateVirtualRouter", &update, "virtual-router/update-missing at answer 200"),
        ("DeleteVirtualRouter", &one, "virtual-router/delete-missing at answer 200"),
    ] {
        target.clone().permits(operation, input, error(ErrorKind::NotFound));
        assert_eq!(target.clone().breaks(operation, input, made_up.clone()), [rule]);
    }
}

#[test]
fn what_exists_can_be_described() {
    let mut target = preview(&[mesh()]);
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), error(ErrorKind::NotFound)),
        ["mesh/describe at answer 404 NotFoundException"]
    );
}

#[test]
fn nothing_lives_in_a_missing_parent() {
    let mut target = preview(&[]);
    let create = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    let list = json!({"meshName": "m"});
    let made = ok(target.shown(router()));
    target.permits("CreateVirtualRouter", &create, error(ErrorKind::NotFound));
    target.permits("ListVirtualRouters", &list, error(ErrorKind::NotFound));
    assert_eq!(
        target.breaks("ListVirtualRouters", &list, ok(json!({"virtualRouters": []}))),
        ["virtual-router/list-in-missing-parent at answer 200"]
    );
    assert_eq!(
        target.breaks("CreateVirtualRouter", &create, made),
        ["virtual-router/create-in-missing-parent at answer 200"]
    );
}

#[test]
fn what_holds_other_resources_is_in_use() {
    let mut target = preview(&[mesh(), router()]);
    let delete = json!({"meshName": "m"});
    target.permits("DeleteMesh", &delete, error(ErrorKind::ResourceInUse));
    let gone = deleted(target.shown(mesh()));
    assert_eq!(
        target.breaks("DeleteMesh", &delete, ok(gone)),
        ["mesh/delete-in-use at answer 200"]
    );
}

#[test]
fn after_a_forbidden_delete_the_children_may_be_gone_or_left_behind() {
    let mut target = preview(&[mesh(), router()]);
    let gone = deleted(target.shown(mesh()));
    target.breaks("DeleteMesh", &json!({"meshName": "m"}), ok(gone));
    target.permits("CreateMesh", &json!({"meshName": "m"}), ok(target.fresh(mesh())));
    let one = json!({"meshName": "m", "virtualRouterName": "r"});
    target.clone().permits("DescribeVirtualRouter", &one, error(ErrorKind::NotFound));
    let left = target.shown(router());
    target.clone().permits("DescribeVirtualRouter", &one, ok(left));
}

#[test]
fn a_delete_shows_what_was_deleted() {
    let mut target = preview(&[mesh(), router()]);
    let one = json!({"meshName": "m", "virtualRouterName": "r"});
    let still_active = target.shown(router());
    assert_eq!(
        target.clone().breaks("DeleteVirtualRouter", &one, ok(still_active)),
        ["virtual-router/delete-status at status.status"]
    );
    let gone = deleted(target.shown(router()));
    let without_spec = with(gone.clone(), "/spec", json!({}));
    assert_eq!(
        target.clone().breaks("DeleteVirtualRouter", &one, ok(without_spec)),
        ["virtual-router/delete-spec at spec.serviceNames"]
    );
    target.permits("DeleteVirtualRouter", &one, ok(gone));
    target.permits("DescribeVirtualRouter", &one, error(ErrorKind::NotFound));
}
