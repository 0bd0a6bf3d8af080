//! Input that is not as it must be.

use appmesh_model::api::Call;
use appmesh_model::error::ErrorKind;
use serde_json::{Value, json};

use super::target::{
    checked_listener, deleted, error, general, general_node_spec, listener, mesh, node, ok, page,
    preview, refused, route, route_spec, router, with,
};

/// A call that is one past a bound, and the rule of the bound.
type PastBound = (&'static str, Value, &'static str);

fn past_bounds() -> Vec<PastBound> {
    let long = |length: usize| "x".repeat(length);
    let node = |check: &str, value: i64| {
        let spec = with(json!({"listeners": [checked_listener()]}), check, json!(value));
        json!({"meshName": "m", "virtualNodeName": "new", "spec": spec})
    };
    let route = |weight: i64| {
        let spec = with(route_spec(), "/httpRoute/action/weightedTargets/0/weight", json!(weight));
        json!({"meshName": "m", "virtualRouterName": "r", "routeName": "x", "spec": spec})
    };
    let router = |services: usize| {
        let names: Vec<String> = (0..services).map(|index| format!("s{index}.local")).collect();
        json!({"meshName": "m", "virtualRouterName": "r2", "spec": {"serviceNames": names}})
    };
    const NODE: &str = "CreateVirtualNode";
    const PORT: &str = "/listeners/0/portMapping/port";
    vec![
        ("CreateMesh", json!({"meshName": ""}), "mesh/meshName.length.min"),
        ("CreateMesh", json!({"meshName": long(256)}), "mesh/meshName.length.max"),
        ("CreateMesh", json!({}), "mesh/meshName.required"),
        (
            "CreateMesh",
            json!({"meshName": "new", "clientToken": long(37)}),
            "mesh/clientToken.length.max",
        ),
        (
            "CreateMesh",
            json!({"meshName": "new", "clientToken": "a b"}),
            "mesh/clientToken.characters",
        ),
        ("ListMeshes", json!({"limit": 0}), "mesh/limit.min"),
        ("ListMeshes", json!({"limit": 101}), "mesh/limit.max"),
        (NODE, node(PORT, 0), "virtual-node/spec.listeners.portMapping.port.min"),
        (NODE, node(PORT, 65_536), "virtual-node/spec.listeners.portMapping.port.max"),
        ("CreateVirtualRouter", router(11), "virtual-router/spec.serviceNames.items.max"),
        ("CreateRoute", route(-1), "route/spec.httpRoute.action.weightedTargets.weight.min"),
        ("CreateRoute", route(101), "route/spec.httpRoute.action.weightedTargets.weight.max"),
    ]
}

#[test]
fn one_past_a_bound_is_a_bad_request() {
    let target = preview(&[mesh(), router(), node()]);
    for (operation, input, rule) in past_bounds() {
        target.clone().permits(operation, &input, error(ErrorKind::BadRequest));
        let broken = target.clone().breaks(operation, &input, ok(json!({})));
        assert_eq!(broken, [format!("{rule} at answer 200")], "{operation} {input}");
    }
}

#[test]
fn at_a_bound_success_is_due() {
    let target = preview(&[mesh()]);
    let long = json!({"meshName": "x".repeat(255), "clientToken": "x".repeat(36)});
    for (operation, input, rule) in [
        ("CreateMesh", long, "mesh/create"),
        ("ListMeshes", json!({"limit": 1}), "mesh/list"),
        ("ListMeshes", json!({"limit": 100}), "mesh/list"),
    ] {
        let refused = error(ErrorKind::BadRequest);
        let broken = target.clone().breaks(operation, &input, refused);
        assert_eq!(broken, [format!("{rule} at answer 400 BadRequestException")]);
    }
}

#[test]
fn invalid_input_has_an_error_of_its_own() {
    let mut target = preview(&[]);
    let limit = json!({"limit": 0});
    assert_eq!(
        target.breaks("ListMeshes", &limit, error(ErrorKind::NotFound)),
        ["wire/invalid-input at answer 404 NotFoundException"]
    );
    assert_eq!(
        target.breaks("ListMeshes", &limit, refused(400, "ValidationException")),
        ["wire/invalid-input at answer 400 ValidationException"]
    );
}

#[test]
fn two_faults_permit_either_error() {
    let target = preview(&[]);
    let both = json!({"meshName": "missing", "limit": 0});
    for kind in [ErrorKind::BadRequest, ErrorKind::NotFound] {
        target.clone().permits("ListVirtualRouters", &both, error(kind));
    }
    let mut broken = target.clone().breaks("ListVirtualRouters", &both, page(&[], None));
    broken.sort();
    assert_eq!(
        broken,
        [
            "virtual-router/limit.min at answer 200",
            "virtual-router/list-in-missing-parent at answer 200"
        ]
    );
}

#[test]
fn a_body_that_is_not_json_is_refused() {
    let mut target = preview(&[]);
    let call = Call { malformed: true, ..target.call("CreateMesh", &json!({"meshName": "m"})) };
    let verdict = target.judge(&call, Some(error(ErrorKind::BadRequest)));
    assert!(verdict.mismatches.is_empty());
    let made = ok(target.shown(mesh()));
    let verdict = target.judge(&call, Some(made));
    assert_eq!(target.named(&verdict), ["wire/malformed-body at answer 200"]);
}

#[test]
fn a_name_with_a_slash_is_refused() {
    let mut target = preview(&[]);
    let create = json!({"meshName": "a/b"});
    target.permits("CreateMesh", &create, error(ErrorKind::BadRequest));
    assert_eq!(
        target.breaks("CreateMesh", &create, ok(json!({}))),
        ["mesh/name-slash at answer 200"]
    );
}

#[test]
fn a_route_goes_to_nodes_that_exist() {
    let mut target = preview(&[mesh(), router()]);
    let create = json!({
        "meshName": "m", "virtualRouterName": "r", "routeName": "x", "spec": route_spec()
    });
    target.permits("CreateRoute", &create, error(ErrorKind::NotFound));
    let made = target.shown(route());
    assert_eq!(
        target.breaks("CreateRoute", &create, ok(made)),
        ["route/create-target-exists at answer 200"]
    );
}

#[test]
fn a_health_check_in_the_preview_may_be_refused_stored_or_dropped() {
    let target = preview(&[mesh()]);
    let spec = json!({"listeners": [checked_listener()]});
    let create = json!({"meshName": "m", "virtualNodeName": "n", "spec": spec});
    target.clone().permits("CreateVirtualNode", &create, error(ErrorKind::BadRequest));
    for kept in [checked_listener(), listener(80)] {
        let spec = Some(json!({"listeners": [kept]}));
        let made = ok(target.shown(("virtual-node", &["m", "n"], spec)));
        target.clone().permits("CreateVirtualNode", &create, made);
    }
}

#[test]
fn a_node_that_a_route_targets_is_in_use_in_general_availability_only() {
    let delete = json!({"meshName": "m", "virtualNodeName": "n"});
    let all = [mesh(), node(), router(), route()];
    let mut target = general(&all);
    target.permits("DeleteVirtualNode", &delete, error(ErrorKind::ResourceInUse));
    let gone = deleted(target.shown(node()));
    assert_eq!(
        target.breaks("DeleteVirtualNode", &delete, ok(gone)),
        ["virtual-node/delete-targeted at answer 200"]
    );

    let target = preview(&all);
    target.clone().permits("DeleteVirtualNode", &delete, error(ErrorKind::ResourceInUse));
    let gone = deleted(target.shown(node()));
    target.clone().permits("DeleteVirtualNode", &delete, ok(gone));
}

#[test]
fn a_health_check_port_is_filled_in_from_the_listener() {
    let mut target = general(&[mesh()]);
    let spec = general_node_spec(checked_listener());
    let create = json!({"meshName": "m", "virtualNodeName": "n", "spec": spec});
    let filled = with(spec, "/listeners/0/healthCheck/port", json!(80));
    let made = ok(target.shown(("virtual-node", &["m", "n"], Some(filled))));
    target.permits("CreateVirtualNode", &create, made);
}
