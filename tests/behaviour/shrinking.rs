//! The traces that shrinking comes to are the shortest there are.
//!
//! Each test switches on one fault of the reference server, runs a campaign against it and compares
//! every finding with a trace that was worked out by hand: what must be created first, and nothing
//! else. Names are canonical (mesh, node, router, route), arguments the simplest that still show
//! the bug.

use std::time::Duration;

use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::execute::{Played, Runner};
use appmesh_conformance::reference::local;
use appmesh_conformance::selftest::{fault, faulty};
use appmesh_conformance::shard::Scope;
use appmesh_model::api::{Api, Version};

/// The driver on random traces and predicates.
mod driver;
/// Traces that are given, each with what is left of it.
mod given;
/// Passes on predicates, without a server.
mod passes;

const PREVIEW: &str = "2018-10-01";
const GENERAL: &str = "2019-01-25";

/// One call on one line: `PUT /meshes {"meshName":"mesh"}`, without the version that paths of the
/// general API begin with, and tokens of pages masked.
fn line(played: &Played) -> String {
    let path = played.path.trim_start_matches("/v20190125");
    let path = match path.split_once("nextToken=") {
        Some((before, _)) => format!("{before}nextToken=…"),
        None => path.to_owned(),
    };
    let body = played.body.as_ref().map_or_else(String::new, |body| format!(" {body}"));
    format!("{} {path}{body}", played.method)
}

/// Finds the fault in a campaign. Returns the calls of every finding on the rule it breaks.
async fn find(version: &str, fault: &str) -> Vec<Vec<String>> {
    let api = Api::of(Version::parse(version).unwrap());
    let fault = fault::find(api, fault).unwrap_or_else(|| panic!("no fault {fault}"));
    let rule = fault.rule;
    let runner = Runner::new(api, local::target(faulty(api, None, &[fault])), "test");
    let plan = Plan {
        seed: 0,
        max_calls: 4_000,
        rules: vec![rule],
        target: "test".to_owned(),
        scope: Scope::Whole,
        corpus: Vec::new(),
        concurrency: Some(1),
    };
    let campaign = campaign::run(&runner, &plan);
    let outcome = tokio::time::timeout(Duration::from_secs(300), campaign).await.unwrap();
    assert!(outcome.flaky.is_empty(), "{:?}", outcome.flaky);
    let calls = |played: &Vec<Played>| played.iter().map(line).collect();
    outcome
        .findings
        .iter()
        .inspect(|finding| assert!(finding.shrunk.reproduced))
        .map(|finding| calls(&finding.shrunk.execution.played))
        .collect()
}

/// The findings of a fault are exactly these traces. A line that ends with `…` stands for all that
/// begin like it.
async fn comes_to(version: &str, fault: &str, expected: &[&[&str]]) {
    let found = find(version, fault).await;
    let same_line = |(line, pattern): (&String, &&str)| match pattern.strip_suffix(" …") {
        Some(head) => line.starts_with(head),
        None => line == pattern,
    };
    let same_trace = |(found, expected): (&Vec<String>, &&[&str])| {
        found.len() == expected.len() && found.iter().zip(*expected).all(same_line)
    };
    let same = found.len() == expected.len() && found.iter().zip(expected).all(same_trace);
    assert!(same, "{fault} came to {found:#?}\nnot to {expected:#?}");
}

const MESH: &str = r#"PUT /meshes {"meshName":"mesh"}"#;
const MESH2: &str = r#"PUT /meshes {"meshName":"mesh2"}"#;
const NODE: &str = r#"PUT /meshes/mesh/virtualNodes {"spec":{},"virtualNodeName":"node"}"#;
const UPDATE_NODE: &str = r#"PUT /meshes/mesh/virtualNodes/node {"spec":{}}"#;
const ROUTER: &str = r#"PUT /meshes/mesh/virtualRouters {"spec":{},"virtualRouterName":"router"}"#;
const ROUTE: &str =
    r#"PUT /meshes/mesh/virtualRouter/router/routes {"routeName":"route","spec":{}}"#;

#[tokio::test]
async fn one_call_is_enough_for_a_missing_resource() {
    comes_to(PREVIEW, "mesh.missing-is-bad-request", &[&["GET /meshes/absent"]]).await;
}

#[tokio::test]
async fn one_call_is_enough_for_a_missing_parent() {
    let create = r#"PUT /meshes/absent/virtualNodes {"spec":{},"virtualNodeName":"node"}"#;
    comes_to(PREVIEW, "virtual-node.ignores-create-in-missing-parent", &[&[create]]).await;
}

#[tokio::test]
async fn a_duplicate_is_two_creates() {
    comes_to(PREVIEW, "mesh.ignores-create-duplicate", &[&[MESH, MESH]]).await;
    comes_to(GENERAL, "virtual-node.ignores-create-duplicate", &[&[MESH, NODE, NODE]]).await;
}

#[tokio::test]
async fn a_forgotten_token_is_the_same_create_twice() {
    let create = r#"PUT /meshes {"clientToken":"t","meshName":"mesh"}"#;
    comes_to(PREVIEW, "mesh.forgets-tokens", &[&[create, create]]).await;
}

#[tokio::test]
async fn a_parent_in_use_has_one_child() {
    let delete = "DELETE /meshes/mesh";
    comes_to(PREVIEW, "mesh.ignores-delete-in-use", &[&[MESH, ROUTER, delete]]).await;
    comes_to(GENERAL, "mesh.ignores-delete-in-use", &[&[MESH, NODE, delete]]).await;
}

#[tokio::test]
async fn an_emptied_parent_had_one_child() {
    let expected: &[&[&str]] =
        &[&[MESH, ROUTER, "DELETE /meshes/mesh/virtualRouters/router", "DELETE /meshes/mesh"]];
    comes_to(PREVIEW, "mesh.emptied-stays-in-use", expected).await;
    let expected: &[&[&str]] = &[&[
        MESH,
        ROUTER,
        ROUTE,
        "DELETE /meshes/mesh/virtualRouter/router/routes/route",
        "DELETE /meshes/mesh/virtualRouters/router",
    ]];
    comes_to(PREVIEW, "virtual-router.emptied-stays-in-use", expected).await;
}

#[tokio::test]
async fn a_uid_that_survives_needs_create_delete_create() {
    let delete = "DELETE /meshes/mesh";
    comes_to(PREVIEW, "mesh.uid-survives-delete", &[&[MESH, delete, MESH]]).await;
    let delete = "DELETE /meshes/mesh/virtualNodes/node";
    let expected: &[&[&str]] = &[&[MESH, NODE, delete, NODE]];
    comes_to(PREVIEW, "virtual-node.uid-survives-delete", expected).await;
    comes_to(GENERAL, "virtual-node.uid-survives-delete", expected).await;
}

#[tokio::test]
async fn an_old_name_needs_create_delete_create() {
    comes_to(PREVIEW, "mesh.old-name-refused", &[&[MESH, "DELETE /meshes/mesh", MESH]]).await;
}

#[tokio::test]
async fn a_lingering_mesh_needs_create_delete_describe() {
    let expected: &[&[&str]] = &[&[MESH, "DELETE /meshes/mesh", "GET /meshes/mesh"]];
    comes_to(PREVIEW, "mesh.deleted-lingers", expected).await;
}

#[tokio::test]
async fn one_uid_shows_with_two_meshes() {
    comes_to(PREVIEW, "mesh.one-uid", &[&[MESH, MESH2]]).await;
}

#[tokio::test]
async fn a_version_that_stays_needs_one_update() {
    // The update must change something: it may not count if the specification is the same.
    let create = "PUT /meshes/mesh/virtualNodes …";
    let update = "PUT /meshes/mesh/virtualNodes/node …";
    let expected: &[&[&str]] = &[&[MESH, create, update]];
    comes_to(PREVIEW, "virtual-node.version-stays", expected).await;
}

#[tokio::test]
async fn a_version_that_jumps_needs_three_updates() {
    let update = "PUT /meshes/mesh/virtualNodes/node …";
    let expected: &[&[&str]] =
        &[&[MESH, "PUT /meshes/mesh/virtualNodes …", update, update, update]];
    comes_to(PREVIEW, "virtual-node.third-update-counts-twice", expected).await;
}

#[tokio::test]
async fn a_node_is_lost_after_two_updates() {
    let describe = "GET /meshes/mesh/virtualNodes/node";
    let expected: &[&[&str]] = &[&[MESH, NODE, UPDATE_NODE, UPDATE_NODE, describe]];
    comes_to(PREVIEW, "virtual-node.lost-after-two-updates", expected).await;
    comes_to(GENERAL, "virtual-node.lost-after-two-updates", expected).await;
}

#[tokio::test]
async fn a_merge_shows_with_an_update_to_nothing() {
    // Something must be there that the update leaves out; what it is does not matter.
    let found = find(PREVIEW, "virtual-node.update-merges").await;
    assert!(!found.is_empty());
    for trace in &found {
        assert_eq!(trace.len(), 3, "{found:#?}");
        assert_eq!((trace[0].as_str(), trace[2].as_str()), (MESH, UPDATE_NODE), "{found:#?}");
        assert!(trace[1].starts_with("PUT /meshes/mesh/virtualNodes {"), "{found:#?}");
    }
}

#[tokio::test]
async fn a_port_out_of_bounds_stands_alone() {
    let create = r#"PUT /meshes/mesh/virtualNodes {"spec":{"listeners":[{"portMapping":{"port":65536}}]},"virtualNodeName":"node"}"#;
    let update = r#"PUT /meshes/mesh/virtualNodes/node {"spec":{"listeners":[{"portMapping":{"port":65536}}]}}"#;
    let expected: &[&[&str]] = &[&[MESH, create], &[MESH, NODE, update]];
    comes_to(PREVIEW, "virtual-node.ignores-spec.listeners.portMapping.port.max", expected).await;
}

#[tokio::test]
async fn a_port_out_of_bounds_keeps_what_is_required() {
    let create = r#"PUT /meshes/mesh/virtualNodes {"spec":{"listeners":[{"portMapping":{"port":65536,"protocol":"http"}}]},"virtualNodeName":"node"}"#;
    let update = r#"PUT /meshes/mesh/virtualNodes/node {"spec":{"listeners":[{"portMapping":{"port":65536,"protocol":"http"}}]}}"#;
    let expected: &[&[&str]] = &[&[MESH, create], &[MESH, NODE, update]];
    comes_to(GENERAL, "virtual-node.ignores-spec.listeners.portMapping.port.max", expected).await;
}

#[tokio::test]
async fn a_route_to_nowhere_needs_no_node() {
    let route = r#"PUT /meshes/mesh/virtualRouter/router/routes {"routeName":"route","spec":{"httpRoute":{"action":{"weightedTargets":[{"virtualNode":"absent"}]}}}}"#;
    comes_to(PREVIEW, "route.ignores-create-target-exists", &[&[MESH, ROUTER, route]]).await;
}

#[tokio::test]
async fn a_skipped_item_needs_two_meshes_and_two_pages() {
    let pages = ["GET /meshes?limit=1", "GET /meshes?nextToken=…"];
    let expected: &[&[&str]] = &[&[MESH, MESH2, pages[0], pages[1]]];
    comes_to(PREVIEW, "mesh.page-skips", expected).await;
    comes_to(PREVIEW, "mesh.page-overlaps", expected).await;
}

#[tokio::test]
async fn a_page_too_long_needs_two_meshes_and_one_page() {
    let expected: &[&[&str]] = &[&[MESH, MESH2, "GET /meshes?limit=1"]];
    comes_to(PREVIEW, "mesh.page-too-long", expected).await;
}

#[tokio::test]
async fn a_list_without_a_limit_needs_101_meshes() {
    let found = find(PREVIEW, "mesh.no-default-limit").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].len(), 102);
    assert!(found[0][..101].iter().all(|line| line.starts_with("PUT /meshes {")));
    assert_eq!(found[0][101], "GET /meshes");
}

/// The operations' lines, without bodies, of the one finding of a fault.
async fn heads(version: &str, fault: &str) -> Vec<String> {
    let found = find(version, fault).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    found[0].iter().map(|line| line.split(" {").next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_time_that_stays_needs_one_update() {
    let fault = "virtual-router.updated-stays";
    // Its pauses take real time, so both are tried at once.
    let (preview, general) = tokio::join!(heads(PREVIEW, fault), heads(GENERAL, fault));
    for found in [preview, general] {
        let routers = "PUT /meshes/mesh/virtualRouters";
        let update = "PUT /meshes/mesh/virtualRouters/router";
        assert_eq!(found, ["PUT /meshes", routers, update]);
    }
}

#[tokio::test]
async fn a_uid_that_changes_needs_no_target_of_the_route() {
    let routers = "PUT /meshes/mesh/virtualRouters";
    let routes = "PUT /meshes/mesh/virtualRouter/router/routes";
    let update = "PUT /meshes/mesh/virtualRouter/router/routes/route";
    for version in [PREVIEW, GENERAL] {
        let found = heads(version, "route.update-changes-uid").await;
        assert_eq!(found, ["PUT /meshes", routers, routes, update], "{version}");
    }
}

#[tokio::test]
async fn a_list_without_a_limit_needs_no_target_of_the_routes() {
    let found = find(GENERAL, "route.no-default-limit").await;
    assert_eq!(found.len(), 1);
    // A mesh, a router, 101 routes, the list.
    assert_eq!(found[0].len(), 104, "{:#?}", &found[0][..5]);
}
