//! A server that chooses differently where the documents are silent chooses once, and stays so.

use std::collections::BTreeSet;

use appmesh_conformance::reference::{Reference, Reply};
use appmesh_model::api::{Api, Version};
use serde_json::{Value, json};

use super::asking::{base, put};

/// Asks until the server is not busy.
fn put_patiently(server: &Reference, path: &str, body: &Value) -> Reply {
    (0..100).map(|_| put(server, path, body)).find(|it| !matches!(it.status, 429 | 503)).unwrap()
}

/// The statuses that servers of many seeds answer to something done four times.
fn statuses(ask: impl Fn(&Reference, &str, u32) -> u16) -> BTreeSet<[u16; 4]> {
    let mut statuses = BTreeSet::new();
    for version in Version::ALL {
        for seed in 0..40 {
            let server = Reference::new(Api::of(version), Some(seed));
            let meshes = format!("{}/meshes", base(version));
            put_patiently(&server, &meshes, &json!({ "meshName": "mesh" }));
            statuses.insert([0, 1, 2, 3].map(|number| ask(&server, &meshes, number)));
        }
    }
    statuses
}

#[test]
fn an_unknown_member_is_refused_always_or_never() {
    let statuses = statuses(|server, meshes, number| {
        let node =
            json!({ "virtualNodeName": format!("n{number}"), "spec": { "unknownMember": 1 } });
        put_patiently(server, &format!("{meshes}/mesh/virtualNodes"), &node).status
    });
    assert_eq!(statuses, BTreeSet::from([[200; 4], [400; 4]]));
}

/// The first repetition of a create succeeds, as the documents say; of later ones they say nothing.
#[test]
fn a_token_is_kept_or_forgotten() {
    let statuses = statuses(|server, meshes, _| {
        let again = json!({ "meshName": "again", "clientToken": "token" });
        put_patiently(server, meshes, &again).status
    });
    assert_eq!(statuses, BTreeSet::from([[200; 4], [200, 200, 409, 409]]));
}
