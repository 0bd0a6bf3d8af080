//! Virtual services: their providers, and that a backend may bring one into being.

use appmesh_model::error::ErrorKind;
use serde_json::{Value, json};

use super::target::{
    Target, Thing, deleted, error, general, general_node_spec, listener, mesh, ok, with,
};

const NAME: &str = "a.local";

fn provided_by(provider: Value) -> Value {
    json!({ "provider": provider })
}

fn by_node() -> Value {
    provided_by(json!({"virtualNode": {"virtualNodeName": "x"}}))
}

fn by_router() -> Value {
    provided_by(json!({"virtualRouter": {"virtualRouterName": "x"}}))
}

fn service(spec: Value) -> Thing<'static> {
    ("virtual-service", &["m", NAME], Some(spec))
}

fn general_node(name: &'static [&'static str]) -> Thing<'static> {
    ("virtual-node", name, Some(general_node_spec(listener(80))))
}

fn general_router() -> Thing<'static> {
    ("virtual-router", &["m", "x"], Some(json!({"listeners": [listener(80)]})))
}

/// The specification of a node with the service as its backend.
fn backed() -> Value {
    let mut spec = general_node_spec(listener(80));
    spec["backends"] = json!([{"virtualService": {"virtualServiceName": NAME}}]);
    spec
}

/// A mesh in which a node was just created that names the service as its backend.
fn with_backend() -> Target {
    let mut target = general(&[mesh()]);
    let node: Thing<'_> = ("virtual-node", &["m", "n"], Some(backed()));
    let created = ok(target.shown(node));
    let create = json!({"meshName": "m", "virtualNodeName": "n", "spec": backed()});
    target.permits("CreateVirtualNode", &create, created);
    target
}

fn one() -> Value {
    json!({"meshName": "m", "virtualServiceName": NAME})
}

#[test]
fn a_backend_may_exist_or_not() {
    let target = with_backend();
    target.clone().permits("DescribeVirtualService", &one(), error(ErrorKind::NotFound));
    let shown = ok(target.shown(service(json!({}))));
    target.clone().permits("DescribeVirtualService", &one(), shown);
    target.clone().permits("DeleteVirtualService", &one(), error(ErrorKind::NotFound));
    let list = json!({"meshName": "m"});
    target.clone().permits("ListVirtualServices", &list, ok(json!({"virtualServices": []})));
    let listed = ok(json!({"virtualServices": [target.listed(service(json!({})))]}));
    target.clone().permits("ListVirtualServices", &list, listed);
}

#[test]
fn a_service_that_is_no_backend_does_not_exist_before_its_create() {
    let mut target = general(&[mesh(), general_node(&["m", "n"])]);
    let shown = ok(target.shown(service(json!({}))));
    assert_eq!(
        target.breaks("DescribeVirtualService", &one(), shown),
        ["virtual-service/describe-missing at answer 200"]
    );
}

#[test]
fn the_create_of_a_backend_may_count_as_its_second_version() {
    let mut target = with_backend();
    let create = json!({"meshName": "m", "virtualServiceName": NAME, "spec": {}});
    let second = with(target.fresh(service(json!({}))), "/metadata/version", json!(2));
    target.permits("CreateVirtualService", &create, ok(second.clone()));
    target.clone().permits("DescribeVirtualService", &one(), ok(second.clone()));
    let third = with(second, "/metadata/version", json!(3));
    assert_eq!(
        target.breaks("DescribeVirtualService", &one(), ok(third)),
        ["virtual-service/version-stable at metadata.version"]
    );
}

#[test]
fn a_backend_that_was_created_is_there() {
    let mut target = with_backend();
    let create = json!({"meshName": "m", "virtualServiceName": NAME, "spec": {}});
    let created = ok(target.fresh(service(json!({}))));
    target.permits("CreateVirtualService", &create, created);
    assert_eq!(
        target.breaks("DescribeVirtualService", &one(), error(ErrorKind::NotFound)),
        ["virtual-service/describe at answer 404 NotFoundException"]
    );
}

#[test]
fn a_mesh_that_holds_nothing_but_a_backend_may_be_in_use() {
    let mut target = with_backend();
    let node = json!({"meshName": "m", "virtualNodeName": "n"});
    let gone = deleted(target.shown(("virtual-node", &["m", "n"], Some(backed()))));
    target.permits("DeleteVirtualNode", &node, ok(gone));
    let mesh_name = json!({"meshName": "m"});
    target.clone().permits("DeleteMesh", &mesh_name, error(ErrorKind::ResourceInUse));
    let gone = ok(deleted(target.shown(mesh())));
    target.permits("DeleteMesh", &mesh_name, gone);
}

#[test]
fn a_mesh_that_holds_a_service_is_in_use() {
    let mut target = general(&[mesh(), service(json!({}))]);
    let gone = ok(deleted(target.shown(mesh())));
    assert_eq!(
        target.breaks("DeleteMesh", &json!({"meshName": "m"}), gone),
        ["mesh/delete-in-use at answer 200"]
    );
}

#[test]
fn a_provider_cannot_be_deleted() {
    let node = json!({"meshName": "m", "virtualNodeName": "x"});
    let target = general(&[mesh(), general_node(&["m", "x"]), service(by_node())]);
    target.clone().permits("DeleteVirtualNode", &node, error(ErrorKind::ResourceInUse));
    let gone = ok(deleted(target.shown(general_node(&["m", "x"]))));
    assert_eq!(
        target.clone().breaks("DeleteVirtualNode", &node, gone),
        ["virtual-node/delete-provider at answer 200"]
    );

    let router = json!({"meshName": "m", "virtualRouterName": "x"});
    let mut target = general(&[mesh(), general_router(), service(by_router())]);
    let gone = ok(deleted(target.shown(general_router())));
    assert_eq!(
        target.breaks("DeleteVirtualRouter", &router, gone),
        ["virtual-router/delete-provider at answer 200"]
    );
}

#[test]
fn a_router_of_the_same_name_does_not_keep_a_node() {
    let node = json!({"meshName": "m", "virtualNodeName": "x"});
    let things = [mesh(), general_node(&["m", "x"]), general_router(), service(by_router())];
    let mut target = general(&things);
    let gone = ok(deleted(target.shown(general_node(&["m", "x"]))));
    target.permits("DeleteVirtualNode", &node, gone);
}

#[test]
fn a_provider_that_does_not_exist_may_be_refused_or_not() {
    let target = general(&[mesh()]);
    let create = json!({"meshName": "m", "virtualServiceName": NAME, "spec": by_node()});
    target.clone().permits("CreateVirtualService", &create, error(ErrorKind::NotFound));
    let created = ok(target.fresh(service(by_node())));
    target.clone().permits("CreateVirtualService", &create, created);
}

#[test]
fn a_provider_is_one_node_or_one_router() {
    let both = json!({
        "virtualNode": {"virtualNodeName": "x"}, "virtualRouter": {"virtualRouterName": "x"}
    });
    for provider in [both, json!({}), json!({ "virtualNode": null })] {
        let spec = provided_by(provider);
        let mut target = general(&[mesh(), general_node(&["m", "x"]), general_router()]);
        let create = json!({"meshName": "m", "virtualServiceName": NAME, "spec": spec});
        let created = ok(target.fresh(service(spec)));
        assert_eq!(
            target.breaks("CreateVirtualService", &create, created),
            ["virtual-service/spec.provider.union at answer 200"]
        );
    }
}

/// Some clients write null for what they leave out; the documents do not say what it means.
#[test]
fn a_variant_that_is_null_is_none() {
    let target = general(&[mesh(), general_node(&["m", "x"])]);
    let spec = provided_by(json!({
        "virtualNode": {"virtualNodeName": "x"}, "virtualRouter": null
    }));
    let create = json!({"meshName": "m", "virtualServiceName": NAME, "spec": spec});
    let created = ok(target.fresh(service(by_node())));
    target.clone().permits("CreateVirtualService", &create, created);
    target.clone().permits("CreateVirtualService", &create, error(ErrorKind::BadRequest));
}

#[test]
fn an_update_may_take_the_provider_away() {
    let mut target = general(&[mesh(), general_node(&["m", "x"]), service(by_node())]);
    let update = json!({"meshName": "m", "virtualServiceName": NAME, "spec": {}});
    let updated = ok(target.updated(service(json!({}))));
    target.permits("UpdateVirtualService", &update, updated);
    let node = json!({"meshName": "m", "virtualNodeName": "x"});
    let gone = ok(deleted(target.shown(general_node(&["m", "x"]))));
    target.permits("DeleteVirtualNode", &node, gone);
}
