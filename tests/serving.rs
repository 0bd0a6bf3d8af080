//! The reference server under requests that no client of App Mesh sends, and under many of them.
//!
//! Whatever comes in, the answer is a success or a modelled 4xx that names its error type, never a
//! 5xx and never a panic. Most tests ask `Reference::handle`, with no network in between; some send
//! bytes over HTTP, where the client library must not mend what is wrong with them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use appmesh_conformance::bind;
use appmesh_conformance::reference::http::{self, Running};
use appmesh_conformance::reference::{Reference, Reply, Request};
use appmesh_conformance::target::{Signer, Target};
use appmesh_conformance::trace::Garbage;
use appmesh_model::api::{Api, Version};
use appmesh_model::operation::ErrorKind;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The path that everything of a version is under.
fn base(version: Version) -> &'static str {
    if version.as_str() == "2018-10-01" { "" } else { "/v20190125" }
}

fn server(version: Version) -> Reference {
    Reference::new(Api::of(version), None, &[])
}

fn preview() -> Reference {
    server(Version::parse("2018-10-01").unwrap())
}

/// Sends a request; the path may have a query.
fn ask(server: &Reference, method: &str, path: &str, body: &[u8]) -> Reply {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    server.handle(Request { method, path, query, body })
}

fn put(server: &Reference, path: &str, body: &Value) -> Reply {
    ask(server, "PUT", path, body.to_string().as_bytes())
}

/// The error has a modelled 4xx status and names the type that goes with it.
fn is_modelled(status: u16, error_type: Option<&str>) -> bool {
    let kind = error_type.and_then(ErrorKind::from_type);
    (400..500).contains(&status) && kind.is_some_and(|kind| kind.status() == status)
}

fn assert_refused(asked: &str, reply: &Reply) {
    assert!(is_modelled(reply.status, reply.error_type.as_deref()), "{asked}: {reply:?}");
    assert!(reply.body["message"].is_string(), "{asked}: {reply:?}");
}

#[test]
fn unknown_paths_and_methods_are_refused() {
    for version in Version::ALL {
        let server = server(version);
        let base = base(version);
        for method in ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "get", "", "🦀"]
        {
            for path in
                ["", "/", "//", "/moons", "/meshes/a/b/c/d/e/f", "meshes", "*", "/meshes/a/"]
            {
                let path = format!("{base}{path}");
                assert_refused(&format!("{method} {path}"), &ask(&server, method, &path, b""));
            }
        }
        for method in ["POST", "PATCH", "DELETE", "TRACE"] {
            let path = format!("{base}/meshes");
            assert_refused(&format!("{method} {path}"), &ask(&server, method, &path, b"{}"));
        }
    }
}

#[test]
fn the_paths_of_the_other_version_are_unknown() {
    for (version, other) in [(Version::ALL[0], Version::ALL[1]), (Version::ALL[1], Version::ALL[0])]
    {
        let path = format!("{}/meshes", base(other));
        assert_refused(&path, &ask(&server(version), "GET", &path, b""));
    }
}

#[test]
fn names_that_are_none_are_refused() {
    let server = preview();
    for name in
        ["%", "%4", "%zz", "%ff", "%c3%28", "a%", "%2F", "a%2Fb", "%00", "..", "%2e%2e", "%20", "+"]
    {
        for method in ["GET", "DELETE"] {
            let path = format!("/meshes/{name}");
            assert_refused(&format!("{method} {path}"), &ask(&server, method, &path, b""));
        }
    }
    let long = "a".repeat(100_000);
    assert_refused("a long name", &ask(&server, "GET", &format!("/meshes/{long}"), b""));
    for name in [json!(""), json!("a/b"), json!(long), json!(7), json!(null), json!({}), json!([])]
    {
        assert_refused(&name.to_string(), &put(&server, "/meshes", &json!({ "meshName": name })));
    }
    assert_refused("an empty name", &ask(&server, "GET", "/meshes//virtualNodes", b""));
}

#[test]
fn bodies_that_are_no_object_are_refused() {
    let mut bodies: Vec<Vec<u8>> = Garbage::ALL.into_iter().map(Garbage::bytes).collect();
    for text in
        ["null", "7", "\"text\"", "{", "{} {}", "{\"meshName\":NaN}", "\u{feff}{}", "{'a':1}"]
    {
        bodies.push(text.as_bytes().to_vec());
    }
    bodies.push("[".repeat(1_000_000).into_bytes());
    bodies.push("{\"spec\":".repeat(100_000).into_bytes());
    bodies.push(vec![0; 3 << 20]);
    for version in Version::ALL {
        let server = server(version);
        let base = base(version);
        for path in ["/meshes", "/meshes/m/virtualNodes", "/meshes/m/virtualNodes/n"] {
            for body in &bodies {
                let start = String::from_utf8_lossy(&body[..body.len().min(20)]);
                let reply = ask(&server, "PUT", &format!("{base}{path}"), body);
                assert_refused(&format!("PUT {path} {start}"), &reply);
            }
        }
    }
}

#[test]
fn a_large_or_deep_specification_is_answered() {
    let server = preview();
    put(&server, "/meshes", &json!({ "meshName": "mesh" }));
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let long = "a".repeat(3 << 20);
    let many: Vec<Value> = (0..10_000).map(|_| json!({ "portMapping": { "port": 1 } })).collect();
    for spec in [
        json!({ "listeners": deep }),
        json!({ "backends": [long] }),
        json!({ "listeners": many }),
        json!({ "listeners": 1e300 }),
        json!({ "listeners": [{ "portMapping": { "port": 1e300 } }] }),
        json!({ "listeners": [{ "portMapping": { "port": -0.0 } }] }),
        json!({ "listeners": [{ "portMapping": { "port": u64::MAX } }] }),
    ] {
        let body = json!({ "virtualNodeName": "node", "spec": spec });
        let reply = put(&server, "/meshes/mesh/virtualNodes", &body);
        assert!(reply.status == 200 || is_modelled(reply.status, reply.error_type.as_deref()));
    }
}

#[test]
fn queries_that_make_no_sense_are_refused_or_ignored() {
    let server = preview();
    let long = "a".repeat(1 << 20);
    for query in
        ["limit=0", "limit=101", "limit=-1", "limit=ten", "limit=", "limit=1e1", "limit=%31%"]
    {
        assert_refused(query, &ask(&server, "GET", &format!("/meshes?{query}"), b""));
    }
    for query in
        ["limit=99999999999999999999", &format!("limit={long}"), &format!("nextToken={long}")]
    {
        assert_refused(&query[..15], &ask(&server, "GET", &format!("/meshes?{query}"), b""));
    }
    for query in ["nextToken=0", "nextToken=00", "nextToken=zz", "nextToken=é", "nextToken=300a"] {
        assert_refused(query, &ask(&server, "GET", &format!("/meshes?{query}"), b""));
    }
    for query in ["", "&&&", "=", "x=1", "limit", "Limit=0", &long, "limit=7&x=%"] {
        let reply = ask(&server, "GET", &format!("/meshes?{query}"), b"");
        let known = reply.status == 200 || is_modelled(reply.status, reply.error_type.as_deref());
        assert!(known, "{reply:?}");
    }
}

#[test]
fn a_token_of_another_list_is_refused() {
    let server = preview();
    for name in ["a", "b"] {
        put(&server, "/meshes", &json!({ "meshName": name }));
    }
    let page = ask(&server, "GET", "/meshes?limit=1", b"");
    let token = page.body["nextToken"].as_str().unwrap();
    let path = format!("/meshes/a/virtualNodes?nextToken={token}");
    assert_refused("another list", &ask(&server, "GET", &path, b""));
}

/// Methods, mostly those that are known.
fn any_method() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(vec!["GET", "PUT", "DELETE", "POST"]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

/// Paths, mostly of segments that are known.
fn any_path() -> impl Strategy<Value = String> {
    let known = vec![
        "meshes",
        "virtualNodes",
        "virtualRouters",
        "virtualRouter",
        "routes",
        "v20190125",
        "a",
        "b",
        "",
        "%2F",
        "%",
        "%ff",
        "..",
        "%00",
    ];
    let segment = prop_oneof![
        9 => prop::sample::select(known).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(segment, 0..8).prop_map(|segments| format!("/{}", segments.join("/")))
}

fn any_query() -> impl Strategy<Value = String> {
    let pair = prop_oneof![
        any::<i64>().prop_map(|limit| format!("limit={limit}")),
        "nextToken=[0-9a-f]{0,20}",
        any::<String>(),
    ];
    prop::collection::vec(pair, 0..4).prop_map(|pairs| pairs.join("&"))
}

fn any_json() -> impl Strategy<Value = Value> {
    let names = vec![
        "meshName",
        "virtualNodeName",
        "virtualRouterName",
        "routeName",
        "clientToken",
        "spec",
        "listeners",
        "portMapping",
        "port",
        "protocol",
        "backends",
        "serviceNames",
        "httpRoute",
        "action",
        "weightedTargets",
        "virtualNode",
        "weight",
        "match",
        "prefix",
        "tags",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec!["a", "b", "", "/", "http"]).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 5, move |inner| {
        let name = prop::sample::select(names.clone()).prop_map(str::to_owned);
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => prop::collection::btree_map(name, inner, 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => any_json().prop_map(|body| body.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..100),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Random requests, one after the other on one server, so that some find what others made.
    #[test]
    fn any_request_is_answered_as_modelled(
        version in prop::sample::select(Version::ALL.to_vec()),
        choices in prop::option::of(any::<u64>()),
        requests in prop::collection::vec((any_method(), any_path(), any_query(), any_body()), 1..20),
    ) {
        let server = Reference::new(Api::of(version), choices, &[]);
        let base = base(version);
        for name in ["a", "b"] {
            put(&server, &format!("{base}/meshes"), &json!({ "meshName": name }));
        }
        for (method, path, query, body) in &requests {
            let path = format!("{base}{path}");
            let reply = server.handle(Request { method, path: &path, query, body });
            // With a seed, the server names its errors in the body, too, and is busy at times.
            let named = reply.error_type.as_deref().or_else(|| reply.body["code"].as_str());
            let named = named.or_else(|| reply.body["__type"].as_str());
            let named = named.map(|name| name.rsplit('#').next().unwrap_or(name));
            let named = named.map(|name| name.split(':').next().unwrap_or(name));
            let busy = choices.is_some() && reply.status == 503;
            prop_assert!(
                reply.status == 200 || busy || is_modelled(reply.status, named),
                "{method} {path}?{query} {}: {reply:?}", String::from_utf8_lossy(body)
            );
        }
    }
}

/// Walks through all pages of a list. Returns the names in order of appearance.
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

async fn run_server() -> Running {
    http::serve(preview(), 0).await.unwrap()
}

/// Sends these bytes and reads the answer to its end.
fn exchange(address: std::net::SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    // A server may answer and close before it has read everything.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request as bytes, with its length and to be closed after the answer.
fn raw(line: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// The answer is a modelled 4xx with its type in the header.
fn assert_refused_over_http(asked: &str, answer: &str) {
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let header = |line: &str| line.to_ascii_lowercase().starts_with("x-amzn-errortype:");
    let named = answer.lines().find(|line| header(line)).and_then(|line| line.split(": ").nth(1));
    assert!(is_modelled(status, named), "{asked}: {:?}", answer.get(..200).unwrap_or(answer));
}

/// Sends each of these requests to one server.
async fn refused_over_http(requests: Vec<(String, Vec<u8>)>) {
    let running = run_server().await;
    let address = running.address;
    let asking = tokio::task::spawn_blocking(move || {
        for (line, body) in requests {
            let answer = exchange(address, &raw(&line, &body));
            assert_refused_over_http(line.get(..60).unwrap_or(&line), &answer);
        }
    });
    asking.await.unwrap();
}

#[tokio::test]
async fn malformed_requests_are_refused_over_http() {
    let mut requests: Vec<(String, Vec<u8>)> = Vec::new();
    for line in [
        "GET /",
        "GET /moons",
        "PATCH /meshes",
        "BREW /meshes",
        "GET /meshes/%",
        "GET /meshes/%2F",
        "GET /meshes/a%2Fb",
        "GET /meshes/%ff",
        "GET /meshes//virtualNodes",
        "GET /meshes/../meshes/../x",
        "GET /meshes?limit=%",
        "OPTIONS *",
    ] {
        requests.push((line.to_owned(), Vec::new()));
    }
    for garbage in Garbage::ALL {
        requests.push(("PUT /meshes".to_owned(), garbage.bytes()));
    }
    requests.push(("PUT /meshes".to_owned(), b"[".repeat(100_000)));
    requests.push((format!("GET /meshes?limit={}", "1".repeat(30_000)), Vec::new()));
    refused_over_http(requests).await;
}

#[tokio::test]
async fn a_large_body_is_refused_over_http() {
    let spec = json!({ "meshName": "mesh", "clientToken": "a".repeat(3 << 20) });
    refused_over_http(vec![("PUT /meshes".to_owned(), spec.to_string().into_bytes())]).await;
}

#[tokio::test]
async fn bytes_that_are_no_http_leave_the_server_running() {
    let running = run_server().await;
    let address = running.address;
    let asking = tokio::task::spawn_blocking(move || {
        for bytes in [
            &b"\x16\x03\x01\x02\x00\x01\x00"[..],
            b"GET\r\n\r\n",
            b"PUT /meshes HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            b"PUT /meshes HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"GET /meshes HTTP/9.9\r\n\r\n",
        ] {
            let answer = exchange(address, bytes);
            assert!(!answer.contains(" 500 "), "{answer}");
        }
        let answer = exchange(address, &raw("GET /meshes", b""));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    });
    asking.await.unwrap();
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
