//! Many resources, and many clients.

use std::collections::BTreeSet;

use appmesh_conformance::bind;
use appmesh_conformance::reference::Reference;
use appmesh_conformance::target::{Signer, Target};
use appmesh_model::api::Version;
use serde_json::{Value, json};

use super::asking::{ask, base, put, run_server, server};

/// Paginations through all pages of a list. Returns the names in order of appearance.
fn walk(
    server: &Reference,
    path: &str,
    items: &str,
    name: &str,
    limit: Option<u32>,
) -> Vec<String> {
    let mut names = Vec::new();
    let mut query = limit.map_or(String::new(), |limit| format!("limit={limit}"));
    for _ in 0..5_000 {
        let reply = ask(server, "GET", &format!("{path}?{query}"), b"");
        assert_eq!(reply.status, 200, "{reply:?}");
        let page = reply.body[items].as_array().unwrap();
        assert!(page.len() <= limit.unwrap_or(100) as usize, "{} on a page", page.len());
        names.extend(page.iter().map(|item| item[name].as_str().unwrap().to_owned()));
        let Some(token) = reply.body["nextToken"].as_str() else { return names };
        query = limit.map_or(String::new(), |limit| format!("limit={limit}&"));
        query += &format!("nextToken={token}");
    }
    panic!("the list does not end");
}

#[test]
fn two_thousand_nodes_are_listed_exactly_once() {
    for version in Version::ALL {
        let server = server(version);
        let path = format!("{}/meshes", base(version));
        put(&server, &path, &json!({ "meshName": "mesh" }));
        let path = format!("{path}/mesh/virtualNodes");
        let mut made = BTreeSet::new();
        for number in 0..2_000 {
            let name = format!("node-{number}");
            let reply = put(&server, &path, &json!({ "virtualNodeName": name, "spec": {} }));
            assert_eq!(reply.status, 200, "{reply:?}");
            made.insert(name);
        }
        for limit in [None, Some(1), Some(7), Some(100)] {
            let listed = walk(&server, &path, "virtualNodes", "virtualNodeName", limit);
            assert_eq!(listed.len(), 2_000, "limit {limit:?}");
            assert_eq!(BTreeSet::from_iter(listed), made, "limit {limit:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_clients_work_side_by_side() {
    let running = run_server().await;
    let target = Target::new(&running.url(), Signer::from_env(), 20_000).unwrap();
    let clients: Vec<_> = (0..16)
        .map(|client| {
            let target = target.clone();
            tokio::spawn(async move { work(&target, &format!("mesh-{client}")).await })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
}

/// Sends a request that must succeed.
async fn call(target: &Target, method: &'static str, path: String, body: Option<Value>) -> Value {
    let body = body.map(|body| body.to_string().into_bytes());
    let sent = target.send(&bind::Request { method, path: path.clone(), body }).await;
    let answer = sent.observed.answer.unwrap();
    assert_eq!(answer.status, 200, "{method} {path}: {answer:?}");
    answer.body.unwrap()
}

/// What one client does: makes a mesh of its own with nodes, lists them page by page, and sees its
/// mesh among the others.
async fn work(target: &Target, mesh: &str) {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    call(target, "PUT", "/meshes".to_owned(), Some(json!({ "meshName": mesh }))).await;
    let path = format!("/meshes/{mesh}/virtualNodes");
    let mut made = Vec::new();
    for number in 10..35 {
        let name = format!("node-{number}");
        let body = json!({ "virtualNodeName": name, "spec": {} });
        let node = call(target, "PUT", path.clone(), Some(body)).await;
        assert_eq!(node["meshName"], json!(mesh));
        made.push(name);
    }
    let mut listed = Vec::new();
    let mut page = call(target, "GET", format!("{path}?limit=4"), None).await;
    loop {
        let items = page["virtualNodes"].as_array().unwrap();
        listed.extend(items.iter().filter_map(|item| text(&item["virtualNodeName"])));
        let Some(token) = page["nextToken"].as_str() else { break };
        page = call(target, "GET", format!("{path}?limit=4&nextToken={token}"), None).await;
    }
    listed.sort();
    assert_eq!(listed, made);
    let meshes = call(target, "GET", "/meshes".to_owned(), None).await;
    let meshes = meshes["meshes"].as_array().unwrap();
    assert!(meshes.iter().any(|item| item["meshName"] == json!(mesh)));
}
