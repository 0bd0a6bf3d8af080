//! Pools: the names and specifications that calls choose from.

use appmesh_model::api::Version;
use proptest::sample::Index;
use serde_json::{Value, json};

/// The pool of names of a family; the specifications refer to it.
pub fn pooled(family: &str, index: usize) -> String {
    let letter = match family {
        "virtual-node" => "n",
        "virtual-router" => "r",
        "route" => "x",
        _ => "m",
    };
    format!("{letter}{index}")
}

/// A few specifications of a family: valid ones, and others.
pub fn specs(version: Version, family: &str) -> (Vec<Value>, Vec<Value>) {
    let route = |node: &str, weight: i64| {
        json!({"httpRoute": {
            "action": {"weightedTargets": [{"virtualNode": node, "weight": weight}]},
            "match": {"prefix": "/"}
        }})
    };
    let listener = |port: i64| json!({"portMapping": {"port": port, "protocol": "http"}});
    let checked = json!({
        "healthCheck": {
            "healthyThreshold": 2, "intervalMillis": 5_000, "path": "/", "protocol": "http",
            "timeoutMillis": 2_000, "unhealthyThreshold": 2
        },
        "portMapping": {"port": 80, "protocol": "http"}
    });
    let (valid, mut others) = match (family, version) {
        ("virtual-node", Version::V2018_10_01) => {
            let discovery = json!({"dns": {"serviceName": "n.local"}});
            (
                vec![
                    json!({"listeners": [listener(80)], "backends": ["a.local"]}),
                    json!({"listeners": [listener(80)], "serviceDiscovery": discovery}),
                    json!({}),
                ],
                vec![
                    json!({"backends": ["a.local", "a.local", "b.local"]}),
                    json!({"listeners": [checked]}),
                    json!({"listeners": [listener(0)]}),
                ],
            )
        }
        ("virtual-node", Version::V2019_01_25) => {
            let discovery = json!({"dns": {"hostname": "n.local"}});
            let backend = json!({"virtualService": {"virtualServiceName": "a.local"}});
            let plain = json!({"listeners": [listener(80)], "serviceDiscovery": discovery});
            let mut backed = plain.clone();
            backed["backends"] = json!([backend]);
            (
                vec![plain, backed],
                vec![
                    json!({"listeners": [checked], "serviceDiscovery": discovery}),
                    json!({"listeners": [{"portMapping": {"port": 80}}]}),
                    json!({}),
                ],
            )
        }
        ("virtual-router", Version::V2018_10_01) => (
            vec![
                json!({"serviceNames": ["a.local"]}),
                json!({"serviceNames": ["b.local", "a.local"]}),
            ],
            vec![json!({"serviceNames": vec!["x.local"; 11]}), json!({})],
        ),
        ("virtual-router", Version::V2019_01_25) => (
            vec![json!({"listeners": [listener(80)]}), json!({"listeners": [listener(8_080)]})],
            vec![json!({"listeners": [listener(65_536)]}), json!({})],
        ),
        ("route", _) => (
            vec![route("n0", 100), route("n0", 0), route("n1", 1)],
            vec![
                route("n0", 101),
                json!({"httpRoute": {"match": {"prefix": "no-slash"}}}),
                json!({}),
            ],
        ),
        _ => (
            vec![json!({"egressFilter": {"type": "DROP_ALL"}}), json!({})],
            vec![json!({"egressFilter": {}})],
        ),
    };
    others.extend([json!({"unknown": 1}), json!("no object"), json!(null)]);
    (valid, others)
}

pub fn picked<'a, T>(index: &Index, from: &'a [T]) -> &'a T {
    &from[index.index(from.len())]
}
