//! Requests that make no sense, each refused with a modelled 4xx.

use appmesh_conformance::reference::Reply;
use appmesh_conformance::trace::Garbage;
use appmesh_model::api::Version;
use serde_json::{Value, json};

use super::asking::{ask, base, is_modelled, preview, put, server};

fn assert_refused(asked: &str, reply: &Reply) {
    assert!(is_modelled(reply.status, reply.error_type.as_deref()), "{asked}: {reply:?}");
    assert!(reply.body["message"].is_string(), "{asked}: {reply:?}");
}

/// The error type is one that no operation has.
fn assert_unknown(what: &str, reply: &Reply) {
    assert_eq!(reply.status, 404, "{what}");
    assert_eq!(reply.error_type.as_deref(), Some("UnknownOperationException"), "{what}");
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
                assert_unknown(&format!("{method} {path}"), &ask(&server, method, &path, b""));
            }
        }
        for method in ["POST", "PATCH", "DELETE", "TRACE"] {
            let path = format!("{base}/meshes");
            assert_unknown(&format!("{method} {path}"), &ask(&server, method, &path, b"{}"));
        }
    }
}

#[test]
fn the_paths_of_the_other_version_are_unknown() {
    for (version, other) in [(Version::ALL[0], Version::ALL[1]), (Version::ALL[1], Version::ALL[0])]
    {
        let path = format!("{}/meshes", base(other));
        assert_unknown(&path, &ask(&server(version), "GET", &path, b""));
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
