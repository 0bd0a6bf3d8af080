//! Garbage: answers that no server should give, from nearly right to none at all.

use appmesh_model::api::Version;
use appmesh_model::error::ErrorKind;
use appmesh_model::observed::Answer;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::honest::uid;
use super::pools::specs;

pub fn garbage(extreme: bool) -> impl Strategy<Value = Answer> {
    let status = prop_oneof![
        6 => Just(200_u16),
        4 => select(vec![201, 204, 301, 400, 403, 404, 409, 429, 500, 503]),
        1 => any::<u16>(),
    ];
    let types: Vec<String> = ErrorKind::ALL.iter().map(|kind| kind.type_name().into()).collect();
    let error_type = prop::option::of(prop_oneof![3 => select(types), 1 => ".{0,12}"]);
    let content_type =
        prop::option::of(prop_oneof![3 => Just("application/json".into()), 1 => ".{0,12}"]);
    let body = prop::option::weighted(
        0.9,
        prop_oneof![1 => json_value(extreme), 4 => resource_like(extreme), 2 => page_like(extreme)],
    );
    (status, content_type, error_type, body).prop_map(|(status, content_type, error_type, body)| {
        Answer { status, content_type, error_type, body, date_ms: None }
    })
}

/// Any JSON.
pub fn json_value(extreme: bool) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(extreme),
        ".{0,8}".prop_map(Value::from),
        select(vec![json!("m0"), json!("n0"), json!("ACTIVE"), json!("DELETED"), json!("page1")]),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let name = select(vec!["spec", "backends", "listeners", "httpRoute", "meshName", "other"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map(name.prop_map(String::from), inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

pub fn number(extreme: bool) -> BoxedStrategy<Value> {
    let moderate =
        prop_oneof![(-3..200_000_i64).prop_map(Value::from), (0.0..4e9_f64).prop_map(Value::from),];
    if !extreme {
        return moderate.boxed();
    }
    let far = [json!(i64::MAX), json!(i64::MIN), json!(u64::MAX), json!(1e300), json!(-1e300)];
    prop_oneof![4 => moderate, 1 => select(far.to_vec())].boxed()
}

/// Something like the answer of a describe: each member right, of another kind, or absent.
pub fn resource_like(extreme: bool) -> impl Strategy<Value = Value> {
    let name = || prop_oneof![2 => select(vec![json!("m0"), json!("n0"), json!("r0")]), 1 => json_value(extreme)];
    let uid = prop_oneof![
        2 => select(vec![json!(uid(0)), json!(uid(1)), json!(uid(2))]),
        1 => json_value(extreme),
    ];
    let arn = prop_oneof![
        1 => Just(json!("arn:aws:appmesh:eu-west-1:123456789012:mesh/m0")),
        1 => json_value(extreme),
    ];
    let metadata =
        (uid, arn, number(extreme), number(extreme), number(extreme), json_value(extreme));
    let specs = Version::ALL.iter().flat_map(|&version| {
        ["mesh", "virtual-node", "virtual-router", "route"].into_iter().flat_map(move |family| {
            let (valid, others) = specs(version, family);
            valid.into_iter().chain(others)
        })
    });
    let spec = prop_oneof![2 => select(specs.collect::<Vec<Value>>()), 1 => json_value(extreme)];
    let status = select(vec![json!("ACTIVE"), json!("DELETED"), json!("INACTIVE"), json!(1)]);
    (name(), name(), metadata, spec, status, any::<u16>()).prop_map(
        |(mesh, name, (uid, arn, version, created, updated, owner), spec, status, kept)| {
            let mut body = json!({
                "meshName": mesh, "virtualNodeName": name, "virtualRouterName": name,
                "routeName": name, "spec": spec, "status": {"status": status},
                "metadata": {
                    "uid": uid, "arn": arn, "version": version, "createdAt": created,
                    "lastUpdatedAt": updated, "meshOwner": owner, "resourceOwner": owner
                }
            });
            for (bit, member) in ["uid", "arn", "version", "createdAt"].into_iter().enumerate() {
                if kept & (1 << bit) == 0 {
                    body["metadata"][member].take();
                }
            }
            body
        },
    )
}

/// Something like a page.
pub fn page_like(extreme: bool) -> impl Strategy<Value = Value> {
    let item = prop_oneof![2 => resource_like(extreme), 1 => json_value(extreme)];
    let next = select(vec![json!(null), json!(""), json!("page1"), json!("page2"), json!(3)]);
    (prop::collection::vec(item, 0..4), next).prop_map(|(items, next)| {
        json!({
            "meshes": items, "virtualNodes": items, "virtualRouters": items, "routes": items,
            "nextToken": next
        })
    })
}
