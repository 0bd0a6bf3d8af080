//! Pools: the names and specifications that calls choose from.

use appmesh_model::api::{Api, Version};
use appmesh_model::operation::{Action, Role};
use appmesh_model::schema::Node;
use appmesh_model::shape::{Kind, Text};
use proptest::sample::Index;
use serde_json::{Value, json};

/// The pool of names of a family; the specifications refer to it.
pub fn pooled(family: &str, index: usize) -> String {
    format!("{family}{index}")
}

/// A value with everything in it, each the smallest that fits.
fn full(node: &Node) -> Value {
    match &node.shape.kind {
        Kind::Text { text: Text::Reference(family), .. } => json!(pooled(family, 0)),
        Kind::Text { .. } => json!("/a"),
        Kind::Integer { min, .. } => json!(min.unwrap_or(1)),
        Kind::Choice(values) => json!(values[0]),
        Kind::List { .. } => json!([full(&node.children[0])]),
        Kind::Structure { .. } => object(&node.children),
        Kind::Union { .. } => object(&node.children[..1]),
        Kind::Timestamp => json!(0),
    }
}

fn object(members: &[Node]) -> Value {
    members.iter().map(|member| (member.name.to_owned(), full(member))).collect()
}

/// A few specifications of a family: valid ones, and others.
pub fn specs(version: Version, family: &str) -> (Vec<Value>, Vec<Value>) {
    let route = |node: usize, weight: i64| {
        let node = pooled("virtual-node", node);
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
            let backend =
                json!({"virtualService": {"virtualServiceName": pooled("virtual-service", 0)}});
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
            vec![route(0, 100), route(0, 0), route(1, 1)],
            vec![route(0, 101), json!({"httpRoute": {"match": {"prefix": "no-slash"}}}), json!({})],
        ),
        _ => {
            let api = Api::of(version);
            let index = api.family(family).map(|family| family.index);
            let create = index.and_then(|index| api.operation_of(index, Action::Create));
            let spec = create.and_then(|create| create.input(Role::Spec));
            let of_members = spec.map(|(_, node)| {
                let members = node.children.iter();
                members.map(|member| json!({ member.name: {} })).collect()
            });
            let spec = spec.map_or(json!({}), |(_, node)| full(node));
            (vec![spec, json!({})], of_members.unwrap_or_default())
        }
    };
    others.extend([json!({"unknown": 1}), json!("no object"), json!(null)]);
    (valid, others)
}

pub fn picked<'a, T>(index: &Index, from: &'a [T]) -> &'a T {
    &from[index.index(from.len())]
}
