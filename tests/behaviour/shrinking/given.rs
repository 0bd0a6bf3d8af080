//! Traces as a campaign may come upon them, and what is left of each.

use appmesh_conformance::execute::{Divergence, Runner, Stop};
use appmesh_conformance::reference::local;
use appmesh_conformance::selftest::{fault, faulty};
use appmesh_conformance::shrink::{Memory, shrink};
use appmesh_conformance::trace::Trace;
use appmesh_model::api::{Api, Version};
use serde_json::{Value, json};

use super::{GENERAL, MESH, MESH2, NODE, PREVIEW, ROUTE, ROUTER, line};

/// Shrinks a trace whose last step shows the fault by breaking this rule. Returns the calls that are
/// left.
async fn shrunk(version: &str, fault: &str, rule: &str, steps: &[(&str, Value)]) -> Vec<String> {
    let api = Api::of(Version::parse(version).unwrap());
    let fault = fault::find(api, fault).unwrap_or_else(|| panic!("no fault {fault}"));
    let runner = Runner::new(api, local::target(faulty(api, None, &[fault])), "test");
    let steps: Vec<Value> = steps
        .iter()
        .zip(1..)
        .map(|((operation, args), id)| json!({"id": id, "operation": operation, "args": args}))
        .collect();
    let trace = Trace::from_json(&json!({"api_version": version, "steps": steps})).unwrap();
    let execution = runner.execute(&trace, &Stop::default()).await;
    let shows = |it: &&Divergence| api.catalogue.get(it.signature.rule).id == rule;
    let divergence = execution.divergences.iter().find(shows).expect("a divergence");
    let (index, signature) = (divergence.step, &divergence.signature);
    let mut memory = Memory::default();
    let shrunk = shrink(&runner, &mut memory, &trace, index, signature).await.unwrap();
    shrunk.execution.played.iter().map(line).collect()
}

#[tokio::test]
async fn what_is_created_and_sent_again_becomes_simpler_in_both() {
    let mesh = json!({"$name": "m"});
    let node = json!({"meshName": mesh, "virtualNodeName": {"$name": "n"}});
    let router = json!({"meshName": mesh, "virtualRouterName": {"$name": "r"}});
    let route = |members: Value| {
        let mut args = router.clone();
        args["routeName"] = json!({"$name": "x"});
        args.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        args
    };
    let target = json!({"virtualNode": {"$name": "n"}, "weight": 64});
    let http = json!({"action": {"weightedTargets": [target]}, "match": {"prefix": "/"}});
    let large = json!({"httpRoute": http, "priority": 7});
    let token = json!({"$token": "t"});
    let with_spec = |args: &Value| {
        let mut args = args.clone();
        args["spec"] = json!({});
        args
    };
    let steps = [
        ("CreateMesh", json!({"meshName": mesh})),
        ("CreateVirtualNode", with_spec(&node)),
        ("CreateVirtualRouter", with_spec(&router)),
        ("CreateRoute", route(json!({"spec": large}))),
        ("UpdateRoute", route(json!({"spec": {}, "clientToken": token}))),
        ("UpdateRoute", route(json!({"spec": large, "clientToken": token}))),
    ];
    let create = ROUTE.replace(r#""spec":{}"#, r#""spec":{"priority":0}"#);
    let update = |spec: &str| {
        let path = "PUT /meshes/mesh/virtualRouter/router/routes/route";
        format!(r#"{path} {{"clientToken":"t","spec":{spec}}}"#)
    };
    assert_eq!(
        shrunk(GENERAL, "route.update-not-stored", "route/update-token-reuse", &steps).await,
        [MESH, ROUTER, &create, &update("{}"), &update(r#"{"priority":0}"#)]
    );
}

#[tokio::test]
async fn a_member_that_nobody_knows_does_not_stay() {
    let mesh = json!({"$name": "m"});
    let node = |name: &str, spec: Value| json!({"meshName": mesh, "virtualNodeName": {"$name": name}, "spec": spec});
    let steps = [
        ("CreateMesh", json!({"meshName": mesh})),
        ("CreateVirtualNode", node("n", json!({}))),
        ("CreateVirtualNode", node("n", json!({"unknownMember": 1}))),
    ];
    assert_eq!(
        shrunk(
            PREVIEW,
            "virtual-node.ignores-create-duplicate",
            "virtual-node/create-duplicate",
            &steps
        )
        .await,
        [MESH, NODE, NODE]
    );
}

#[tokio::test]
async fn an_item_that_needs_no_resource_stands_in_for_a_first_one_that_does() {
    let mesh = json!({"$name": "m"});
    let spec = |targets: Value| json!({"httpRoute": {"action": {"weightedTargets": targets}}});
    let of = |kind: &str, name: &str, spec: Value| {
        let mut args = json!({"meshName": mesh, "spec": spec});
        args[format!("{kind}Name")] = json!({"$name": name});
        args
    };
    let route = |targets: Value| {
        let mut args = of("route", "x", spec(targets));
        args["virtualRouterName"] = json!({"$name": "r"});
        args
    };
    let mut describe = route(json!([]));
    describe.as_object_mut().unwrap().remove("spec");
    let steps = [
        ("CreateMesh", json!({"meshName": mesh})),
        ("CreateVirtualNode", of("virtualNode", "n", json!({}))),
        ("CreateVirtualRouter", of("virtualRouter", "r", json!({}))),
        ("CreateRoute", route(json!([{}, {"weight": 0}]))),
        ("UpdateRoute", route(json!([{"virtualNode": {"$name": "n"}}]))),
        ("DescribeRoute", describe),
    ];
    let held =
        |targets: &str| format!(r#"{{"httpRoute":{{"action":{{"weightedTargets":{targets}}}}}}}"#);
    let create = ROUTE.replace("{}", &held(r#"[{},{"weight":0}]"#));
    let path = "/meshes/mesh/virtualRouter/router/routes/route";
    let update = format!(r#"PUT {path} {{"spec":{}}}"#, held(r#"[{"weight":0}]"#));
    assert_eq!(
        shrunk(PREVIEW, "route.update-not-stored", "route/update-replaces", &steps).await,
        [MESH, ROUTER, &create, &update, &format!("GET {path}")]
    );
}

#[tokio::test]
async fn a_list_is_asked_for_at_once_where_it_takes_no_pages() {
    let mesh = json!({"$name": "m"});
    let in_router = json!({"meshName": mesh, "virtualRouterName": {"$name": "r"}});
    let with = |members: Value| {
        let mut args = in_router.clone();
        args.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        args
    };
    let route = |name: &str| with(json!({"routeName": {"$name": name}, "spec": {}}));
    let steps = [
        ("CreateMesh", json!({"meshName": mesh})),
        ("CreateVirtualRouter", with(json!({"spec": {}}))),
        ("CreateRoute", route("x")),
        ("CreateRoute", route("y")),
        ("ListRoutes", with(json!({"limit": 1}))),
        ("DeleteRoute", with(json!({"routeName": {"$name": "x"}}))),
        ("ListRoutes", with(json!({"nextToken": {"$page": 5}}))),
    ];
    let path = "/meshes/mesh/virtualRouter/router/routes";
    let second = ROUTE.replace(r#""route""#, r#""route2""#);
    assert_eq!(
        shrunk(PREVIEW, "route.delete-takes-sibling", "route/list-complete", &steps).await,
        [MESH, ROUTER, ROUTE, &second, &format!("DELETE {path}/route"), &format!("GET {path}")]
    );
}

#[tokio::test]
async fn an_update_is_folded_into_the_create_of_its_own_resource() {
    let named = |mesh: &str, name: Option<&str>, spec: Option<Value>| {
        let mut args = json!({"meshName": {"$name": mesh}});
        if let Some(name) = name {
            args["virtualNodeName"] = json!({"$name": name});
        }
        if let Some(spec) = spec {
            args["spec"] = spec;
        }
        args
    };
    let spec = |listener: Value| Some(json!({"listeners": [listener]}));
    let check = json!({
        "healthyThreshold": 2, "intervalMillis": 5000, "path": "/", "protocol": "http",
        "timeoutMillis": 2000, "unhealthyThreshold": 2
    });
    let mapping = json!({"port": 1, "protocol": "http"});
    let checked = spec(json!({"healthCheck": check, "portMapping": mapping}));
    let plain = spec(json!({"portMapping": mapping}));
    let steps = [
        ("CreateMesh", named("a", None, None)),
        ("CreateMesh", named("b", None, None)),
        ("CreateVirtualNode", named("a", Some("n"), Some(json!({})))),
        // Of the same name, but another.
        ("CreateVirtualNode", named("b", Some("n"), checked.clone())),
        ("UpdateVirtualNode", named("a", Some("n"), plain.clone())),
        ("DescribeVirtualNode", named("b", Some("n"), None)),
    ];
    let fault = "virtual-node.describe-shows-namesake";
    let create = |mesh: &str, spec: &Option<Value>| {
        let body = json!({"spec": spec, "virtualNodeName": "node"});
        format!("PUT /meshes/{mesh}/virtualNodes {body}")
    };
    assert_eq!(
        shrunk(GENERAL, fault, "virtual-node/describe-spec", &steps).await,
        [
            MESH,
            MESH2,
            &create("mesh", &plain),
            &create("mesh2", &checked),
            "GET /meshes/mesh2/virtualNodes/node"
        ]
    );
}
