//! Random requests, one after the other.

use appmesh_conformance::reference::{Reference, Request};
use appmesh_model::api::{Api, Version};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::asking::{base, is_modelled, put};

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

/// JSON values, their members mostly those that are known.
pub fn any_json() -> impl Strategy<Value = Value> {
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
        let server = Reference::new(Api::of(version), choices);
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
