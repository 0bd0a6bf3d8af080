//! Client tokens: the same call twice.

use appmesh_model::error::ErrorKind;
use serde_json::json;

use super::target::{deleted, error, mesh, ok, preview, router, router_spec, uid, with};

#[test]
fn the_same_create_with_the_same_token_answers_the_first_again() {
    let mut target = preview(&[]);
    let create = json!({"meshName": "m", "clientToken": "t"});
    target.permits("CreateMesh", &create, ok(target.shown(mesh())));
    target.clone().permits("CreateMesh", &create, ok(target.shown(mesh())));
    let another = with(target.shown(mesh()), "/metadata/uid", json!(uid("another")));
    assert_eq!(
        target.clone().breaks("CreateMesh", &create, ok(another)),
        ["mesh/create-token-replay at metadata.uid"]
    );
    assert_eq!(
        target.breaks("CreateMesh", &create, error(ErrorKind::Conflict)),
        ["mesh/create-token-replay at answer 409 ConflictException"]
    );
}

/// What an earlier call was answered has the uid that the resource had.
#[test]
fn an_answer_with_another_uid_than_a_deleted_resource_is_not_one_from_memory() {
    let mut target = preview(&[]);
    let create = json!({"meshName": "m", "clientToken": "t"});
    target.permits("CreateMesh", &create, ok(target.shown(mesh())));
    target.permits("DeleteMesh", &json!({"meshName": "m"}), ok(deleted(target.shown(mesh()))));
    target.clone().permits("CreateMesh", &create, ok(target.shown(mesh())));
    target.clone().permits("CreateMesh", &create, ok(target.fresh(mesh())));
    let second = with(target.fresh(mesh()), "/metadata/version", json!(2));
    assert_eq!(
        target.breaks("CreateMesh", &create, ok(second)),
        ["mesh/recreate-version at metadata.version"]
    );
}

#[test]
fn a_token_does_not_excuse_a_create_with_other_parameters() {
    let mut target = preview(&[mesh()]);
    let create = |name: &str, token: &str| {
        json!({
            "meshName": "m", "virtualRouterName": "r", "clientToken": token,
            "spec": {"serviceNames": [name]}
        })
    };
    let made = ok(target.shown(("virtual-router", &["m", "r"], Some(router_spec()))));
    target.permits("CreateVirtualRouter", &create("a.local", "t"), made.clone());
    let other = create("b.local", "t");
    target.clone().permits("CreateVirtualRouter", &other, error(ErrorKind::Conflict));
    assert_eq!(
        target.breaks("CreateVirtualRouter", &other, made),
        ["virtual-router/create-duplicate at answer 200"]
    );
}

#[test]
fn an_update_token_goes_with_one_specification() {
    let mut target = preview(&[mesh(), router()]);
    let (first, updated) = target.router_update("b.local");
    let first = with(first, "/clientToken", json!("t"));
    target.permits("UpdateVirtualRouter", &first, ok(updated.clone()));

    target.clone().permits("UpdateVirtualRouter", &first, ok(updated.clone()));
    let counted = with(updated, "/metadata/version", json!(3));
    assert_eq!(
        target.clone().breaks("UpdateVirtualRouter", &first, ok(counted.clone())),
        ["virtual-router/update-token-replay at metadata.version"]
    );

    let other = with(first, "/spec/serviceNames", json!(["c.local"]));
    let counted = with(counted, "/spec/serviceNames", json!(["c.local"]));
    target.clone().permits("UpdateVirtualRouter", &other, error(ErrorKind::Conflict));
    assert_eq!(
        target.breaks("UpdateVirtualRouter", &other, ok(counted)),
        ["virtual-router/update-token-reuse at answer 200"]
    );
}
