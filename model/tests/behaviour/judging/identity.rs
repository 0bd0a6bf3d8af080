//! What the target chooses and then keeps to: uids, ARNs, times.

use serde_json::json;

use super::target::{deleted, mesh, ok, preview, router, router_name, router_spec, uid, with};

#[test]
fn a_uid_stays() {
    let mut target = preview(&[mesh()]);
    let other = with(target.shown(mesh()), "/metadata/uid", json!(uid("another")));
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), ok(other)),
        ["mesh/uid-stable at metadata.uid"]
    );
}

#[test]
fn a_uid_belongs_to_one_resource() {
    let mut target = preview(&[mesh(), router()]);
    let shared = target.shown(router())["metadata"]["uid"].clone();
    let twin = with(target.shown(("mesh", &["m2"], None)), "/metadata/uid", shared);
    assert_eq!(
        target.breaks("CreateMesh", &json!({"meshName": "m2"}), ok(twin)),
        ["mesh/uid-unique at metadata.uid"]
    );
}

#[test]
fn a_resource_made_again_has_a_uid_of_its_own_and_version_1() {
    let mut target = preview(&[mesh()]);
    target.permits("DeleteMesh", &json!({"meshName": "m"}), ok(deleted(target.shown(mesh()))));
    let create = json!({"meshName": "m"});
    let old = with(target.shown(mesh()), "/metadata/version", json!(2));
    let mut broken = target.clone().breaks("CreateMesh", &create, ok(old));
    broken.sort();
    assert_eq!(
        broken,
        ["mesh/recreate-uid at metadata.uid", "mesh/recreate-version at metadata.version"]
    );
    target.permits("CreateMesh", &create, ok(target.fresh(mesh())));
}

#[test]
fn a_uid_is_a_uuid_in_lower_case() {
    let target = preview(&[]);
    for wrong in ["42", "A1B2C3D4-5678-90AB-CDEF-111111111111"] {
        let answer = ok(with(target.shown(mesh()), "/metadata/uid", json!(wrong)));
        assert_eq!(
            target.clone().breaks("CreateMesh", &json!({"meshName": "m"}), answer),
            ["mesh/uid-format at metadata.uid"]
        );
    }
}

#[test]
fn an_arn_names_the_whole_lineage_and_stays() {
    let mut target = preview(&[mesh()]);
    let create = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    let cut = "arn:aws:appmesh:eu-west-1:123456789012:virtualRouter/r";
    let wrong = with(target.shown(router()), "/metadata/arn", json!(cut));
    assert_eq!(
        target.breaks("CreateVirtualRouter", &create, ok(wrong)),
        ["virtual-router/arn-format at metadata.arn"]
    );
    // From then on it is held to what it said.
    let right = target.shown(router());
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &router_name(), ok(right)),
        ["virtual-router/arn-stable at metadata.arn"]
    );
}

#[test]
fn creation_time_stays() {
    let mut target = preview(&[mesh()]);
    let later = with(target.shown(mesh()), "/metadata/createdAt", json!(1_800_000_000));
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), ok(later)),
        ["mesh/created-stable at metadata.createdAt"]
    );
}
