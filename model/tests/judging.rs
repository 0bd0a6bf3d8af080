//! Judging by example: for each group of promises, an answer that keeps them and one that does not.

use appmesh_model::answer::{Mismatch, arn_path};
use appmesh_model::api::{Api, Call, Version};
use appmesh_model::belief::{Belief, Verdict};
use appmesh_model::observed::{Answer, Observed};
use appmesh_model::operation::ErrorKind;
use appmesh_model::render;
use appmesh_model::world::{Key, Resource, Timestamp, World};
use serde_json::{Value, json};

// What exists and what does not.

#[test]
fn a_name_that_is_taken_is_refused_with_conflict() {
    let mut target = preview(&[mesh()]);
    let create = json!({"meshName": "m"});
    target.permits("CreateMesh", &create, error(ErrorKind::Conflict));
    let made = target.shown(mesh());
    assert_eq!(
        target.breaks("CreateMesh", &create, ok(made)),
        ["mesh/create-duplicate at answer 200"]
    );
}

#[test]
fn a_valid_create_is_due() {
    let mut target = preview(&[mesh()]);
    let create = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    assert_eq!(
        target.breaks("CreateVirtualRouter", &create, error(ErrorKind::Conflict)),
        ["virtual-router/create at answer 409 ConflictException"]
    );
}

#[test]
fn what_does_not_exist_is_not_found() {
    let target = preview(&[mesh()]);
    let one = json!({"meshName": "m", "virtualRouterName": "r"});
    let update = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    let made_up = ok(target.shown(router()));
    for (operation, input, rule) in [
        ("DescribeVirtualRouter", &one, "virtual-router/describe-missing at answer 200"),
        ("UpdateVirtualRouter", &update, "virtual-router/update-missing at answer 200"),
        ("DeleteVirtualRouter", &one, "virtual-router/delete-missing at answer 200"),
    ] {
        target.clone().permits(operation, input, error(ErrorKind::NotFound));
        assert_eq!(target.clone().breaks(operation, input, made_up.clone()), [rule]);
    }
}

#[test]
fn what_exists_can_be_described() {
    let mut target = preview(&[mesh()]);
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), error(ErrorKind::NotFound)),
        ["mesh/describe at answer 404 NotFoundException"]
    );
}

#[test]
fn nothing_lives_in_a_missing_parent() {
    let mut target = preview(&[]);
    let create = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    let list = json!({"meshName": "m"});
    let made = ok(target.shown(router()));
    target.permits("CreateVirtualRouter", &create, error(ErrorKind::NotFound));
    target.permits("ListVirtualRouters", &list, error(ErrorKind::NotFound));
    assert_eq!(
        target.breaks("ListVirtualRouters", &list, ok(json!({"virtualRouters": []}))),
        ["virtual-router/list-in-missing-parent at answer 200"]
    );
    assert_eq!(
        target.breaks("CreateVirtualRouter", &create, made),
        ["virtual-router/create-in-missing-parent at answer 200"]
    );
}

#[test]
fn what_holds_other_resources_is_in_use() {
    let mut target = preview(&[mesh(), router()]);
    let delete = json!({"meshName": "m"});
    target.permits("DeleteMesh", &delete, error(ErrorKind::ResourceInUse));
    let gone = deleted(target.shown(mesh()));
    assert_eq!(
        target.breaks("DeleteMesh", &delete, ok(gone)),
        ["mesh/delete-in-use at answer 200"]
    );
}

#[test]
fn after_a_forbidden_delete_the_children_may_be_gone_or_left_behind() {
    let mut target = preview(&[mesh(), router()]);
    let gone = deleted(target.shown(mesh()));
    target.breaks("DeleteMesh", &json!({"meshName": "m"}), ok(gone));
    target.permits("CreateMesh", &json!({"meshName": "m"}), ok(target.fresh(mesh())));
    let one = json!({"meshName": "m", "virtualRouterName": "r"});
    target.clone().permits("DescribeVirtualRouter", &one, error(ErrorKind::NotFound));
    let left = target.shown(router());
    target.clone().permits("DescribeVirtualRouter", &one, ok(left));
}

#[test]
fn a_delete_shows_what_was_deleted() {
    let mut target = preview(&[mesh(), router()]);
    let one = json!({"meshName": "m", "virtualRouterName": "r"});
    let still_active = target.shown(router());
    assert_eq!(
        target.clone().breaks("DeleteVirtualRouter", &one, ok(still_active)),
        ["virtual-router/delete-status at status.status"]
    );
    let gone = deleted(target.shown(router()));
    let without_spec = with(gone.clone(), "/spec", json!({}));
    assert_eq!(
        target.clone().breaks("DeleteVirtualRouter", &one, ok(without_spec)),
        ["virtual-router/delete-spec at spec.serviceNames"]
    );
    target.permits("DeleteVirtualRouter", &one, ok(gone));
    target.permits("DescribeVirtualRouter", &one, error(ErrorKind::NotFound));
}

// Updates.

#[test]
fn an_update_replaces_what_it_leaves_out() {
    let before = json!({"backends": ["a.local"], "listeners": [listener(80)]});
    let mut target = preview(&[mesh(), ("virtual-node", &["m", "n"], Some(before))]);
    let spec = json!({"listeners": [listener(80)]});
    let update = json!({"meshName": "m", "virtualNodeName": "n", "spec": spec});
    let replaced = ok(target.updated(("virtual-node", &["m", "n"], Some(spec))));
    target.clone().permits("UpdateVirtualNode", &update, replaced);

    let merged = json!({"backends": ["a.local"], "listeners": [listener(80)]});
    let merged = ok(target.updated(("virtual-node", &["m", "n"], Some(merged))));
    assert_eq!(
        target.breaks("UpdateVirtualNode", &update, merged),
        ["virtual-node/update-replaces at spec.backends"]
    );
}

#[test]
fn a_specification_comes_back_as_it_was_sent() {
    let mut target = preview(&[mesh()]);
    let create = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    let other = with(target.shown(router()), "/spec/serviceNames", json!(["b.local"]));
    assert_eq!(
        target.breaks("CreateVirtualRouter", &create, ok(other)),
        ["virtual-router/create-spec at spec.serviceNames[]"]
    );
}

#[test]
fn lists_in_a_specification_are_sets() {
    let names = json!({"serviceNames": ["a.local", "b.local", "a.local"]});
    let mut target = preview(&[mesh(), ("virtual-router", &["m", "r"], Some(names))]);
    let turned = with(target.shown(router()), "/spec/serviceNames", json!(["b.local", "a.local"]));
    let one = json!({"meshName": "m", "virtualRouterName": "r"});
    target.permits("DescribeVirtualRouter", &one, ok(turned));
}

#[test]
fn an_absent_list_may_come_back_empty() {
    let mut target = preview(&[mesh(), ("virtual-node", &["m", "n"], Some(json!({})))]);
    let spec = Some(json!({"backends": [], "listeners": []}));
    let shown = ok(target.shown(("virtual-node", &["m", "n"], spec)));
    let one = json!({"meshName": "m", "virtualNodeName": "n"});
    target.permits("DescribeVirtualNode", &one, shown);
}

#[test]
fn versions_start_at_1_and_count_updates() {
    let mut target = preview(&[mesh()]);
    let create = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    let second = with(target.shown(router()), "/metadata/version", json!(2));
    assert_eq!(
        target.clone().breaks("CreateVirtualRouter", &create, ok(second)),
        ["virtual-router/create-version at metadata.version"]
    );

    target.permits("CreateVirtualRouter", &create, ok(target.shown(router())));
    let (update, updated) = target.router_update("b.local");
    let skipped = with(updated.clone(), "/metadata/version", json!(3));
    assert_eq!(
        target.clone().breaks("UpdateVirtualRouter", &update, ok(skipped)),
        ["virtual-router/update-version at metadata.version"]
    );
    target.permits("UpdateVirtualRouter", &update, ok(updated.clone()));
    let one = json!({"meshName": "m", "virtualRouterName": "r"});
    target.clone().permits("DescribeVirtualRouter", &one, ok(updated.clone()));
    let counted = with(updated, "/metadata/version", json!(3));
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &one, ok(counted)),
        ["virtual-router/version-stable at metadata.version"]
    );
}

#[test]
fn an_identical_update_may_count_or_not_but_no_third_way() {
    let target = preview(&[mesh(), router()]);
    let update = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    for version in [1, 2] {
        let answer = ok(with(target.shown(router()), "/metadata/version", json!(version)));
        target.clone().permits("UpdateVirtualRouter", &update, answer);
    }
    let third = ok(with(target.shown(router()), "/metadata/version", json!(3)));
    assert_eq!(
        target.clone().breaks("UpdateVirtualRouter", &update, third),
        ["virtual-router/update-version at metadata.version"]
    );
}

#[test]
fn an_identical_update_that_does_not_count_may_move_the_time() {
    let mut target = preview(&[mesh(), router()]);
    let update = with(router_name(), "/spec", router_spec());
    let moved = with(target.updated(router()), "/metadata/version", json!(1));
    target.permits("UpdateVirtualRouter", &update, ok(moved.clone()));
    target.permits("DescribeVirtualRouter", &router_name(), ok(moved));
}

#[test]
fn an_identical_update_whose_answer_shows_no_version_leaves_both_open() {
    let mut target = preview(&[mesh(), router()]);
    let update = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    let shown = with(target.shown(router()), "/metadata/version", Value::Null);
    target.permits("UpdateVirtualRouter", &update, ok(shown));
    assert_eq!(target.belief.worlds().len(), 2);
    target.permits("DescribeVirtualRouter", &router_name(), ok(target.shown(router())));
    assert_eq!(target.belief.worlds().len(), 1);
}

#[test]
fn an_update_moves_the_time_once_the_clock_has() {
    let mut target = preview(&[mesh(), router()]);
    let (update, updated) = target.router_update("b.local");
    let stuck = with(updated, "/metadata/lastUpdatedAt", json!(CREATED_MS as f64 / 1000.0));
    target.clone().permits("UpdateVirtualRouter", &update, ok(stuck.clone()));
    target.now_ms += 2_000;
    assert_eq!(
        target.breaks("UpdateVirtualRouter", &update, ok(stuck)),
        ["virtual-router/update-time at metadata.lastUpdatedAt"]
    );
}

// What the target chooses and then keeps to.

#[test]
fn a_uid_stays() {
    let mut target = preview(&[mesh()]);
    let other = with(target.shown(mesh()), "/metadata/uid", json!(uid("another")));
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), ok(other)),
        ["mesh/uid-stable at metadata.uid"]
    );
}

#[test]
fn a_uid_belongs_to_one_resource() {
    let mut target = preview(&[mesh(), router()]);
    let shared = target.shown(router())["metadata"]["uid"].clone();
    let twin = with(target.shown(("mesh", &["m2"], None)), "/metadata/uid", shared);
    assert_eq!(
        target.breaks("CreateMesh", &json!({"meshName": "m2"}), ok(twin)),
        ["mesh/uid-unique at metadata.uid"]
    );
}

#[test]
fn a_resource_made_again_has_a_uid_of_its_own_and_version_1() {
    let mut target = preview(&[mesh()]);
    target.permits("DeleteMesh", &json!({"meshName": "m"}), ok(deleted(target.shown(mesh()))));
    let create = json!({"meshName": "m"});
    let old = with(target.shown(mesh()), "/metadata/version", json!(2));
    let mut broken = target.clone().breaks("CreateMesh", &create, ok(old));
    broken.sort();
    assert_eq!(
        broken,
        ["mesh/recreate-uid at metadata.uid", "mesh/recreate-version at metadata.version"]
    );
    target.permits("CreateMesh", &create, ok(target.fresh(mesh())));
}

#[test]
fn a_uid_is_a_uuid_in_lower_case() {
    let target = preview(&[]);
    for wrong in ["42", "A1B2C3D4-5678-90AB-CDEF-111111111111"] {
        let answer = ok(with(target.shown(mesh()), "/metadata/uid", json!(wrong)));
        assert_eq!(
            target.clone().breaks("CreateMesh", &json!({"meshName": "m"}), answer),
            ["mesh/uid-format at metadata.uid"]
        );
    }
}

#[test]
fn an_arn_names_the_whole_lineage_and_stays() {
    let mut target = preview(&[mesh()]);
    let create = json!({"meshName": "m", "virtualRouterName": "r", "spec": router_spec()});
    let cut = "arn:aws:appmesh:eu-west-1:123456789012:virtualRouter/r";
    let wrong = with(target.shown(router()), "/metadata/arn", json!(cut));
    assert_eq!(
        target.breaks("CreateVirtualRouter", &create, ok(wrong)),
        ["virtual-router/arn-format at metadata.arn"]
    );
    // From then on it is held to what it said.
    let right = target.shown(router());
    assert_eq!(
        target.breaks("DescribeVirtualRouter", &router_name(), ok(right)),
        ["virtual-router/arn-stable at metadata.arn"]
    );
}

#[test]
fn creation_time_stays() {
    let mut target = preview(&[mesh()]);
    let later = with(target.shown(mesh()), "/metadata/createdAt", json!(1_800_000_000));
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), ok(later)),
        ["mesh/created-stable at metadata.createdAt"]
    );
}

// Lists.

#[test]
fn three_pages_show_everything_once() {
    let mut target = walked();
    target.permits("ListVirtualRouters", &page_after(None), page(&["a", "b"], Some("t1")));
    target.permits("ListVirtualRouters", &page_after(Some("t1")), page(&["c", "d"], Some("t2")));
    target.permits("ListVirtualRouters", &page_after(Some("t2")), page(&["e"], None));
}

#[test]
fn an_item_on_two_pages_is_once_too_often() {
    let mut target = walked();
    target.permits("ListVirtualRouters", &page_after(None), page(&["a", "b"], Some("t1")));
    assert_eq!(
        target.breaks("ListVirtualRouters", &page_after(Some("t1")), page(&["b"], Some("t2"))),
        ["virtual-router/list-once at virtualRouters"]
    );
}

#[test]
fn an_item_on_no_page_is_missed_on_the_last() {
    let mut target = walked();
    target.permits("ListVirtualRouters", &page_after(None), page(&["a", "b"], Some("t1")));
    assert_eq!(
        target.breaks("ListVirtualRouters", &page_after(Some("t1")), page(&["d", "e"], None)),
        ["virtual-router/list-complete at virtualRouters"]
    );
}

#[test]
fn what_comes_or_goes_between_pages_may_show_or_not() {
    let mut target = walked();
    target.permits("ListVirtualRouters", &page_after(None), page(&["a", "b"], Some("t1")));
    let gone = deleted(target.shown(("virtual-router", &["m", "c"], Some(router_spec()))));
    let delete = json!({"meshName": "m", "virtualRouterName": "c"});
    target.permits("DeleteVirtualRouter", &delete, ok(gone));
    let create = json!({"meshName": "m", "virtualRouterName": "f", "spec": router_spec()});
    let new = target.shown(("virtual-router", &["m", "f"], Some(router_spec())));
    target.permits("CreateVirtualRouter", &create, ok(new));
    // With a limit of 2 the pages after need not be the last.
    for names in [["d", "e"], ["c", "d"], ["f", "d"]] {
        let next = page(&names, Some("t2"));
        target.clone().permits("ListVirtualRouters", &page_after(Some("t1")), next);
    }
    let last = page(&["d", "e"], None);
    target.permits("ListVirtualRouters", &page_after(Some("t1")), last);
}

#[test]
fn a_list_holds_only_what_exists() {
    let mut target = preview(&[mesh(), router()]);
    assert_eq!(
        target.breaks("ListVirtualRouters", &json!({"meshName": "m"}), page(&["r", "x"], None)),
        ["virtual-router/list-existing at virtualRouters"]
    );
}

#[test]
fn meshes_of_strangers_are_not_judged() {
    let mut target = preview(&[mesh()]);
    let items = json!({"meshes": [{"meshName": "m"}, {"meshName": "of-a-stranger"}]});
    target.permits("ListMeshes", &json!({}), ok(items));
}

#[test]
fn a_page_holds_no_more_than_the_limit() {
    let mut target = walked();
    assert_eq!(
        target.breaks("ListVirtualRouters", &page_after(None), page(&["a", "b", "c"], Some("t"))),
        ["virtual-router/list-page-size at virtualRouters"]
    );
}

#[test]
fn an_empty_string_is_not_the_null_of_a_last_page() {
    let mut target = preview(&[mesh(), router()]);
    let null = json!({"virtualRouters": [item("r")], "nextToken": null});
    target.permits("ListVirtualRouters", &json!({"meshName": "m"}), ok(null));
    assert_eq!(
        target.breaks("ListVirtualRouters", &json!({"meshName": "m"}), page(&["r"], Some(""))),
        ["virtual-router/list-last-page at nextToken"]
    );
}

#[test]
fn a_token_of_the_list_is_accepted_but_a_foreign_one_may_get_any_client_error() {
    let mut target = walked();
    target.permits("ListVirtualRouters", &page_after(None), page(&["a", "b"], Some("t1")));
    let refused = error(ErrorKind::BadRequest);
    assert_eq!(
        target.clone().breaks("ListVirtualRouters", &page_after(Some("t1")), refused),
        ["virtual-router/list-continues at answer 400 BadRequestException"]
    );
    let foreign = page_after(Some("made-up"));
    for answer in [
        error(ErrorKind::BadRequest),
        error(ErrorKind::NotFound),
        page(&[], None),
        page(&["a"], Some("t3")),
    ] {
        target.clone().permits("ListVirtualRouters", &foreign, answer);
    }
    assert_eq!(
        target.breaks("ListVirtualRouters", &foreign, failure()),
        ["wire/no-server-failure at answer 500 InternalServerErrorException"]
    );
}

#[test]
fn an_item_tells_the_same_as_a_describe() {
    let mut target = general(&[mesh()]);
    let shown = json!({"meshes": [target.listed(mesh())]});
    target.clone().permits("ListMeshes", &json!({}), ok(shown.clone()));
    let other = with(shown.clone(), "/meshes/0/arn", json!("arn:aws:appmesh:x:1:mesh/other"));
    assert_eq!(
        target.clone().breaks("ListMeshes", &json!({}), ok(other)),
        ["mesh/list-item at meshes[].arn"]
    );
    let newer = with(shown, "/meshes/0/version", json!(2));
    assert_eq!(
        target.breaks("ListMeshes", &json!({}), ok(newer)),
        ["mesh/version-stable at meshes[].version"]
    );
}

// Client tokens.

#[test]
fn the_same_create_with_the_same_token_answers_the_first_again() {
    let mut target = preview(&[]);
    let create = json!({"meshName": "m", "clientToken": "t"});
    target.permits("CreateMesh", &create, ok(target.shown(mesh())));
    target.clone().permits("CreateMesh", &create, ok(target.shown(mesh())));
    let another = with(target.shown(mesh()), "/metadata/uid", json!(uid("another")));
    assert_eq!(
        target.clone().breaks("CreateMesh", &create, ok(another)),
        ["mesh/create-token-replay at metadata.uid"]
    );
    assert_eq!(
        target.breaks("CreateMesh", &create, error(ErrorKind::Conflict)),
        ["mesh/create-token-replay at answer 409 ConflictException"]
    );
}

#[test]
fn a_token_does_not_excuse_a_create_with_other_parameters() {
    let mut target = preview(&[mesh()]);
    let create = |name: &str, token: &str| {
        json!({
            "meshName": "m", "virtualRouterName": "r", "clientToken": token,
            "spec": {"serviceNames": [name]}
        })
    };
    let made = ok(target.shown(("virtual-router", &["m", "r"], Some(router_spec()))));
    target.permits("CreateVirtualRouter", &create("a.local", "t"), made.clone());
    let other = create("b.local", "t");
    target.clone().permits("CreateVirtualRouter", &other, error(ErrorKind::Conflict));
    assert_eq!(
        target.breaks("CreateVirtualRouter", &other, made),
        ["virtual-router/create-duplicate at answer 200"]
    );
}

#[test]
fn an_update_token_goes_with_one_specification() {
    let mut target = preview(&[mesh(), router()]);
    let (first, updated) = target.router_update("b.local");
    let first = with(first, "/clientToken", json!("t"));
    target.permits("UpdateVirtualRouter", &first, ok(updated.clone()));

    target.clone().permits("UpdateVirtualRouter", &first, ok(updated.clone()));
    let counted = with(updated, "/metadata/version", json!(3));
    assert_eq!(
        target.clone().breaks("UpdateVirtualRouter", &first, ok(counted.clone())),
        ["virtual-router/update-token-replay at metadata.version"]
    );

    let other = with(first, "/spec/serviceNames", json!(["c.local"]));
    let counted = with(counted, "/spec/serviceNames", json!(["c.local"]));
    target.clone().permits("UpdateVirtualRouter", &other, error(ErrorKind::Conflict));
    assert_eq!(
        target.breaks("UpdateVirtualRouter", &other, ok(counted)),
        ["virtual-router/update-token-reuse at answer 200"]
    );
}

// Input that is not as it must be.

/// A call that is one past a bound, and the rule of the bound.
type PastBound = (&'static str, Value, &'static str);

fn past_bounds() -> Vec<PastBound> {
    let long = |length: usize| "x".repeat(length);
    let node = |check: &str, value: i64| {
        let spec = with(json!({"listeners": [checked_listener()]}), check, json!(value));
        json!({"meshName": "m", "virtualNodeName": "new", "spec": spec})
    };
    let route = |weight: i64| {
        let spec = with(route_spec(), "/httpRoute/action/weightedTargets/0/weight", json!(weight));
        json!({"meshName": "m", "virtualRouterName": "r", "routeName": "x", "spec": spec})
    };
    let router = |services: usize| {
        let names: Vec<String> = (0..services).map(|index| format!("s{index}.local")).collect();
        json!({"meshName": "m", "virtualRouterName": "r2", "spec": {"serviceNames": names}})
    };
    const NODE: &str = "CreateVirtualNode";
    const PORT: &str = "/listeners/0/portMapping/port";
    vec![
        ("CreateMesh", json!({"meshName": ""}), "mesh/meshName.length.min"),
        ("CreateMesh", json!({"meshName": long(256)}), "mesh/meshName.length.max"),
        ("CreateMesh", json!({}), "mesh/meshName.required"),
        (
            "CreateMesh",
            json!({"meshName": "new", "clientToken": long(37)}),
            "mesh/clientToken.length.max",
        ),
        (
            "CreateMesh",
            json!({"meshName": "new", "clientToken": "a b"}),
            "mesh/clientToken.characters",
        ),
        ("ListMeshes", json!({"limit": 0}), "mesh/limit.min"),
        ("ListMeshes", json!({"limit": 101}), "mesh/limit.max"),
        (NODE, node(PORT, 0), "virtual-node/spec.listeners.portMapping.port.min"),
        (NODE, node(PORT, 65_536), "virtual-node/spec.listeners.portMapping.port.max"),
        ("CreateVirtualRouter", router(11), "virtual-router/spec.serviceNames.items.max"),
        ("CreateRoute", route(-1), "route/spec.httpRoute.action.weightedTargets.weight.min"),
        ("CreateRoute", route(101), "route/spec.httpRoute.action.weightedTargets.weight.max"),
    ]
}

#[test]
fn one_past_a_bound_is_a_bad_request() {
    let target = preview(&[mesh(), router(), node()]);
    for (operation, input, rule) in past_bounds() {
        target.clone().permits(operation, &input, error(ErrorKind::BadRequest));
        let broken = target.clone().breaks(operation, &input, ok(json!({})));
        assert_eq!(broken, [format!("{rule} at answer 200")], "{operation} {input}");
    }
}

#[test]
fn at_a_bound_success_is_due() {
    let target = preview(&[mesh()]);
    let long = json!({"meshName": "x".repeat(255), "clientToken": "x".repeat(36)});
    for (operation, input, rule) in [
        ("CreateMesh", long, "mesh/create"),
        ("ListMeshes", json!({"limit": 1}), "mesh/list"),
        ("ListMeshes", json!({"limit": 100}), "mesh/list"),
    ] {
        let refused = error(ErrorKind::BadRequest);
        let broken = target.clone().breaks(operation, &input, refused);
        assert_eq!(broken, [format!("{rule} at answer 400 BadRequestException")]);
    }
}

#[test]
fn invalid_input_has_an_error_of_its_own() {
    let mut target = preview(&[]);
    let limit = json!({"limit": 0});
    assert_eq!(
        target.breaks("ListMeshes", &limit, error(ErrorKind::NotFound)),
        ["wire/invalid-input at answer 404 NotFoundException"]
    );
    assert_eq!(
        target.breaks("ListMeshes", &limit, refused(400, "ValidationException")),
        ["wire/invalid-input at answer 400 ValidationException"]
    );
}

#[test]
fn two_faults_permit_either_error() {
    let target = preview(&[]);
    let both = json!({"meshName": "missing", "limit": 0});
    for kind in [ErrorKind::BadRequest, ErrorKind::NotFound] {
        target.clone().permits("ListVirtualRouters", &both, error(kind));
    }
    let mut broken = target.clone().breaks("ListVirtualRouters", &both, page(&[], None));
    broken.sort();
    assert_eq!(
        broken,
        [
            "virtual-router/limit.min at answer 200",
            "virtual-router/list-in-missing-parent at answer 200"
        ]
    );
}

#[test]
fn a_body_that_is_not_json_is_refused() {
    let mut target = preview(&[]);
    let call = Call { malformed: true, ..target.call("CreateMesh", &json!({"meshName": "m"})) };
    let verdict = target.judge(&call, Some(error(ErrorKind::BadRequest)));
    assert!(verdict.mismatches.is_empty());
    let made = ok(target.shown(mesh()));
    let verdict = target.judge(&call, Some(made));
    assert_eq!(target.named(&verdict), ["wire/malformed-body at answer 200"]);
}

#[test]
fn a_name_with_a_slash_is_refused() {
    let mut target = preview(&[]);
    let create = json!({"meshName": "a/b"});
    target.permits("CreateMesh", &create, error(ErrorKind::BadRequest));
    assert_eq!(
        target.breaks("CreateMesh", &create, ok(json!({}))),
        ["mesh/name-slash at answer 200"]
    );
}

#[test]
fn a_route_goes_to_nodes_that_exist() {
    let mut target = preview(&[mesh(), router()]);
    let create = json!({
        "meshName": "m", "virtualRouterName": "r", "routeName": "x", "spec": route_spec()
    });
    target.permits("CreateRoute", &create, error(ErrorKind::NotFound));
    let made = target.shown(route());
    assert_eq!(
        target.breaks("CreateRoute", &create, ok(made)),
        ["route/create-target-exists at answer 200"]
    );
}

#[test]
fn a_health_check_in_the_preview_may_be_refused_stored_or_dropped() {
    let target = preview(&[mesh()]);
    let spec = json!({"listeners": [checked_listener()]});
    let create = json!({"meshName": "m", "virtualNodeName": "n", "spec": spec});
    target.clone().permits("CreateVirtualNode", &create, error(ErrorKind::BadRequest));
    for kept in [checked_listener(), listener(80)] {
        let spec = Some(json!({"listeners": [kept]}));
        let made = ok(target.shown(("virtual-node", &["m", "n"], spec)));
        target.clone().permits("CreateVirtualNode", &create, made);
    }
}

#[test]
fn a_node_that_a_route_targets_is_in_use_in_general_availability_only() {
    let delete = json!({"meshName": "m", "virtualNodeName": "n"});
    let all = [mesh(), node(), router(), route()];
    let mut target = general(&all);
    target.permits("DeleteVirtualNode", &delete, error(ErrorKind::ResourceInUse));
    let gone = deleted(target.shown(node()));
    assert_eq!(
        target.breaks("DeleteVirtualNode", &delete, ok(gone)),
        ["virtual-node/delete-targeted at answer 200"]
    );

    let target = preview(&all);
    target.clone().permits("DeleteVirtualNode", &delete, error(ErrorKind::ResourceInUse));
    let gone = deleted(target.shown(node()));
    target.clone().permits("DeleteVirtualNode", &delete, ok(gone));
}

#[test]
fn a_health_check_port_is_filled_in_from_the_listener() {
    let mut target = general(&[mesh()]);
    let spec = general_node_spec(checked_listener());
    let create = json!({"meshName": "m", "virtualNodeName": "n", "spec": spec});
    let filled = with(spec, "/listeners/0/healthCheck/port", json!(80));
    let made = ok(target.shown(("virtual-node", &["m", "n"], Some(filled))));
    target.permits("CreateVirtualNode", &create, made);
}

// Errors and heads.

#[test]
fn an_error_has_the_status_that_is_modelled_for_its_type() {
    let mut target = preview(&[]);
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), refused(400, "NotFoundException")),
        ["wire/error-status at status of NotFoundException"]
    );
}

#[test]
fn an_error_names_its_type() {
    let mut target = preview(&[]);
    let nameless = Answer { error_type: None, ..error(ErrorKind::NotFound) };
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), nameless),
        ["wire/error-type at x-amzn-ErrorType"]
    );
}

#[test]
fn the_message_of_an_error_is_a_string_and_the_rest_of_its_body_is_open() {
    let describe = |body: Option<Value>| {
        let answer = Answer { body, content_type: None, ..error(ErrorKind::NotFound) };
        preview(&[]).breaks("DescribeMesh", &json!({"meshName": "m"}), answer)
    };
    for open in [
        None,
        Some(json!({})),
        Some(json!("no")),
        Some(json!({"message": null})),
        Some(json!({"Message": 1})),
    ] {
        assert_eq!(describe(open), [""; 0]);
    }
    for wrong in [json!(404), json!(["no"]), json!({"text": "no"})] {
        assert_eq!(describe(Some(json!({"message": wrong}))), ["wire/error-message at message"]);
    }
}

#[test]
fn a_uid_alone_is_no_test_of_its_being_the_only_one() {
    let tested = |before: &[Thing<'_>]| {
        let mut target = preview(before);
        let call = target.call("CreateMesh", &json!({"meshName": "m2"}));
        let answer = ok(target.shown(("mesh", &["m2"], None)));
        let verdict = target.judge(&call, Some(answer));
        let rule = target.api.catalogue.find("mesh/uid-unique").expect("a rule");
        verdict.exercised.contains(&rule)
    };
    assert!(!tested(&[]));
    assert!(tested(&[mesh()]));
}

#[test]
fn what_is_left_open_is_put_to_the_test_by_an_answer_that_makes_use_of_it() {
    let tested = |answer: fn(&Target) -> Answer| {
        let mut target = preview(&[]);
        let call = target.call("CreateMesh", &json!({"meshName": "m"}));
        let answer = answer(&target);
        let verdict = target.judge(&call, Some(answer));
        assert_eq!(target.named(&verdict), [""; 0]);
        let rule = |id| target.api.catalogue.find(id).expect("a rule");
        ["mesh/create", "mesh/quota-size"].map(|id| verdict.exercised.contains(&rule(id)))
    };
    assert_eq!(tested(|target| ok(target.shown(mesh()))), [true, false]);
    assert_eq!(tested(|_| error(ErrorKind::LimitExceeded)), [false, true]);
}

#[test]
fn an_error_that_is_not_modelled_breaks_the_rule_that_was_due() {
    let teapot = refused(418, "TeapotException");
    let mut target = preview(&[]);
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), teapot.clone()),
        ["mesh/describe-missing at answer 418 TeapotException"]
    );
    assert_eq!(
        target.breaks("ListMeshes", &json!({}), teapot.clone()),
        ["mesh/list at answer 418 TeapotException"]
    );
    // Where nothing in particular is due, what remains is that errors are modelled.
    assert_eq!(
        target.breaks("ListMeshes", &json!({"nextToken": "foreign"}), teapot),
        ["wire/error-modelled at answer 418 TeapotException"]
    );
}

#[test]
fn success_is_200() {
    let mut target = preview(&[]);
    let created = Answer { status: 201, ..ok(target.shown(mesh())) };
    assert_eq!(
        target.breaks("CreateMesh", &json!({"meshName": "m"}), created),
        ["wire/success-status at status"]
    );
}

#[test]
fn success_is_a_json_object() {
    let target = preview(&[mesh()]);
    let describe = json!({"meshName": "m"});
    let list = ok(json!([]));
    assert_eq!(target.clone().breaks("DescribeMesh", &describe, list), ["wire/json-body at body"]);
    let html = Answer { content_type: Some("text/html".to_owned()), ..ok(target.shown(mesh())) };
    assert_eq!(
        target.clone().breaks("DescribeMesh", &describe, html),
        ["wire/content-type at Content-Type"]
    );
}

#[test]
fn answers_keep_to_the_shapes_of_the_service_model() {
    let target = preview(&[mesh()]);
    let shown = target.shown(mesh());
    for (wrong, broken) in [
        (with(shown.clone(), "/metadata", json!(null)), "wire/required-member at metadata"),
        (
            with(shown.clone(), "/metadata/version", json!("1")),
            "wire/member-type at metadata.version",
        ),
        (with(shown.clone(), "/status/status", json!("READY")), "wire/choice at status.status"),
        (
            with(shown.clone(), "/metadata/createdAt", json!("2018-11-29T00:00:00Z")),
            "wire/timestamp at metadata.createdAt",
        ),
    ] {
        let all = target.clone().breaks("DescribeMesh", &json!({"meshName": "m"}), ok(wrong));
        assert!(all.contains(&broken.to_owned()), "{broken} is not in {all:?}");
    }
}

#[test]
fn an_answer_names_what_was_asked_for() {
    let mut target = preview(&[mesh()]);
    let other = with(target.shown(mesh()), "/meshName", json!("other"));
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), ok(other)),
        ["mesh/names at meshName"]
    );
}

#[test]
fn a_server_failure_breaks_a_rule_and_leaves_open_what_was_done() {
    let mut target = preview(&[]);
    let call = target.call("CreateMesh", &json!({"meshName": "m"}));
    let verdict = target.judge(&call, Some(failure()));
    assert!(verdict.lost);
    assert_eq!(
        target.named(&verdict),
        ["wire/no-server-failure at answer 500 InternalServerErrorException"]
    );
    assert_eq!(target.belief.worlds().len(), 2);
}

#[test]
fn throttling_breaks_no_rule_and_the_next_describe_tells_what_was_done() {
    for kind in [ErrorKind::TooManyRequests, ErrorKind::ServiceUnavailable] {
        let mut target = preview(&[]);
        let call = target.call("CreateMesh", &json!({"meshName": "m"}));
        let verdict = target.judge(&call, Some(error(kind)));
        assert!(verdict.lost && verdict.mismatches.is_empty());
        assert_eq!(target.belief.worlds().len(), 2);

        let describe = json!({"meshName": "m"});
        for answer in [error(ErrorKind::NotFound), ok(target.shown(mesh()))] {
            let mut target = target.clone();
            target.permits("DescribeMesh", &describe, answer);
            assert_eq!(target.belief.worlds().len(), 1);
        }
    }
}

#[test]
fn a_lost_delete_leaves_two_worlds_and_a_lost_describe_one() {
    let mut target = preview(&[mesh()]);
    let name = json!({"meshName": "m"});
    let describe = target.call("DescribeMesh", &name);
    assert!(target.judge(&describe, None).lost);
    assert_eq!(target.belief.worlds().len(), 1);
    let delete = target.call("DeleteMesh", &name);
    assert!(target.judge(&delete, None).lost);
    assert_eq!(target.belief.worlds().len(), 2);
}

#[test]
fn where_access_is_denied_nothing_is_judged() {
    let mut target = preview(&[]);
    let create = target.call("CreateMesh", &json!({"meshName": "m"}));
    let verdict = target.judge(&create, Some(refused(403, "AccessDeniedException")));
    assert!(verdict.denied && verdict.mismatches.is_empty());
    target.permits("DescribeMesh", &json!({"meshName": "m"}), error(ErrorKind::NotFound));
}

#[test]
fn one_divergence_does_not_hide_the_next() {
    let mut target = preview(&[mesh()]);
    let describe = json!({"meshName": "m"});
    let other = with(target.shown(mesh()), "/metadata/uid", json!(uid("another")));
    assert_eq!(target.breaks("DescribeMesh", &describe, ok(other.clone())).len(), 1);
    target.permits("DescribeMesh", &describe, ok(other));
    assert_eq!(target.breaks("DescribeMesh", &describe, ok(target.shown(mesh()))).len(), 1);
}

// Reported and not yet settled.

#[test]
fn a_divergence_that_all_worlds_share_drops_none_of_them() {
    let describe = json!({"meshName": "m"});
    let html = |target: &Target| Answer {
        content_type: Some("text/html".to_owned()),
        ..ok(target.shown(("mesh", &["other"], None)))
    };
    for shared in [html, |_: &Target| failure()] {
        let mut target = preview(&[]);
        let create = target.call("CreateMesh", &json!({"meshName": "m"}));
        assert!(target.judge(&create, None).lost);
        let other = json!({"meshName": "other"});
        let answer = shared(&target);
        assert_eq!(target.breaks("CreateMesh", &other, answer).len(), 1);
        let made = ok(target.shown(mesh()));
        target.clone().permits("DescribeMesh", &describe, error(ErrorKind::NotFound));
        target.permits("DescribeMesh", &describe, made);
    }
}

#[test]
fn a_call_whose_name_cannot_be_read_may_succeed() {
    let mut target = preview(&[]);
    target.permits("DescribeMesh", &json!({"meshName": 7}), ok(target.shown(mesh())));
    assert_eq!(target.belief.worlds().len(), 1);
    target.permits("ListMeshes", &json!({}), ok(json!({"meshes": []})));
}

#[test]
fn a_version_may_be_any_number() {
    let mut target = preview(&[mesh(), router()]);
    let (update, updated) = target.router_update("b.local");
    let most = ok(with(updated, "/metadata/version", json!(i64::MAX)));
    target.breaks("UpdateVirtualRouter", &update, most.clone());
    target.breaks("UpdateVirtualRouter", &update, most);
}

#[test]
fn a_time_may_be_any_number() {
    let mut target = preview(&[]);
    let far = with(target.shown(mesh()), "/metadata/createdAt", json!(-1e300));
    target.breaks("CreateMesh", &json!({"meshName": "m"}), ok(far.clone()));
    let further = with(far, "/metadata/createdAt", json!(1e300));
    target.breaks("DescribeMesh", &json!({"meshName": "m"}), ok(further));
}

#[test]
fn a_lost_identical_update_that_does_not_count_may_move_the_time() {
    let mut target = preview(&[mesh(), router()]);
    let update = target.call("UpdateVirtualRouter", &with(router_name(), "/spec", router_spec()));
    assert!(target.judge(&update, None).lost);
    let moved = with(target.updated(router()), "/metadata/version", json!(1));
    target.permits("DescribeVirtualRouter", &router_name(), ok(moved));
}

#[test]
fn what_a_replay_tells_is_held_to() {
    let mut target = preview(&[]);
    let create = json!({"meshName": "m", "clientToken": "t"});
    let call = target.call("CreateMesh", &create);
    assert!(target.judge(&call, None).lost);
    target.permits("CreateMesh", &create, ok(target.shown(mesh())));
    let another = with(target.shown(mesh()), "/metadata/uid", json!(uid("another")));
    assert_eq!(
        target.breaks("DescribeMesh", &json!({"meshName": "m"}), ok(another)),
        ["mesh/uid-stable at metadata.uid"]
    );
}

#[test]
fn a_create_replayed_after_an_update_may_answer_the_original_result() {
    let mut target = preview(&[mesh()]);
    let create = json!({
        "meshName": "m", "virtualRouterName": "r", "spec": router_spec(), "clientToken": "t"
    });
    let original = ok(target.shown(router()));
    target.permits("CreateVirtualRouter", &create, original.clone());
    let (update, updated) = target.router_update("b.local");
    target.permits("UpdateVirtualRouter", &update, ok(updated));
    target.permits("CreateVirtualRouter", &create, original);
}

#[test]
fn a_route_create_replayed_after_its_target_went_may_answer_the_original_result() {
    let mut target = preview(&[mesh(), node(), router()]);
    let create = json!({
        "meshName": "m", "virtualRouterName": "r", "routeName": "x", "spec": route_spec(),
        "clientToken": "t"
    });
    let made = ok(target.shown(route()));
    target.permits("CreateRoute", &create, made.clone());
    let gone = ok(deleted(target.shown(node())));
    let delete = json!({"meshName": "m", "virtualNodeName": "n"});
    target.permits("DeleteVirtualNode", &delete, gone);
    target.clone().permits("CreateRoute", &create, error(ErrorKind::NotFound));
    target.permits("CreateRoute", &create, made);
}

#[test]
fn a_name_of_unclear_characters_may_be_refused_wherever_it_stands() {
    let target = preview(&[mesh()]);
    for name in ["a.b", "a/b", "a b"] {
        let input = json!({"meshName": name});
        for kind in [ErrorKind::NotFound, ErrorKind::BadRequest] {
            target.clone().permits("DescribeMesh", &input, error(kind));
            target.clone().permits("ListVirtualNodes", &input, error(kind));
        }
    }
}

#[test]
fn a_member_of_the_wrong_type_may_be_refused_or_dropped() {
    let target = preview(&[mesh()]);
    let create = json!({"meshName": "m", "virtualNodeName": "n", "spec": {"backends": "a.local"}});
    target.clone().permits("CreateVirtualNode", &create, error(ErrorKind::BadRequest));
    let dropped = ok(target.shown(("virtual-node", &["m", "n"], Some(json!({})))));
    target.clone().permits("CreateVirtualNode", &create, dropped);
}

#[test]
fn an_update_that_is_identical_to_what_was_kept_may_count_or_not() {
    let mut target = preview(&[mesh()]);
    let spec = json!({"listeners": [checked_listener()]});
    let create = json!({"meshName": "m", "virtualNodeName": "n", "spec": spec});
    let dropped = ok(target.shown(node()));
    target.permits("CreateVirtualNode", &create, dropped.clone());
    let update = with(create, "/spec", json!({"listeners": [listener(80)]}));
    let counted = ok(target.updated(node()));
    target.clone().permits("UpdateVirtualNode", &update, counted);
    target.permits("UpdateVirtualNode", &update, dropped);
}

#[test]
fn a_quota_refuses_no_fewer_than_were_accepted_before() {
    let mut target = preview(&[mesh(), router()]);
    let gone = ok(deleted(target.shown(router())));
    target.permits("DeleteVirtualRouter", &router_name(), gone);
    let create = json!({"meshName": "m", "virtualRouterName": "new", "spec": router_spec()});
    assert_eq!(
        target.breaks("CreateVirtualRouter", &create, error(ErrorKind::LimitExceeded)),
        ["virtual-router/quota at answer 400 LimitExceededException"]
    );
}

#[test]
fn what_another_owner_has_is_not_promised() {
    let mut target = general(&[mesh()]);
    let describe = json!({"meshName": "m", "meshOwner": "210987654321"});
    target.permits("DescribeMesh", &describe, error(ErrorKind::NotFound));
}

#[test]
fn a_tag_key_twice_may_be_refused() {
    let mut target = general(&[]);
    let tag = json!({"key": "k", "value": "v"});
    let create = json!({"meshName": "m", "tags": [tag, tag]});
    target.permits("CreateMesh", &create, error(ErrorKind::BadRequest));
}

#[test]
fn names_never_run_into_each_other() {
    let api = Api::of(Version::V2018_10_01);
    let node = api.family("virtual-node").expect("a family").index;
    assert_ne!(Key::new(node, ["", "a"]), Key::new(node, ["a", ""]));
    // A name that holds what joins names in a key is kept out of keys altogether.
    assert!(!Key::can_hold("a\u{1}b") && Key::can_hold("a b"));
    let target = preview(&[mesh()]);
    let create = json!({"meshName": "", "virtualNodeName": "m", "spec": {}});
    assert!(!target.belief.expect(&target.call("CreateVirtualNode", &create)).may_succeed());
}

#[test]
fn a_malformed_body_breaks_one_rule_only() {
    let mut target = preview(&[mesh()]);
    let call = Call { malformed: true, ..target.call("CreateMesh", &json!({"meshName": "m"})) };
    let verdict = target.judge(&call, Some(ok(json!({}))));
    assert_eq!(target.named(&verdict), ["wire/malformed-body at answer 200"]);
}

// What the tests are made of.

/// When everything was created that exists before a test.
const CREATED_MS: i64 = 1_700_000_000_500;

/// A resource: its family, its names and its specification.
type Thing<'a> = (&'a str, &'a [&'a str], Option<Value>);

fn mesh() -> Thing<'static> {
    ("mesh", &["m"], None)
}

fn node() -> Thing<'static> {
    ("virtual-node", &["m", "n"], Some(json!({"listeners": [listener(80)]})))
}

fn router() -> Thing<'static> {
    ("virtual-router", &["m", "r"], Some(router_spec()))
}

fn route() -> Thing<'static> {
    ("route", &["m", "r", "x"], Some(route_spec()))
}

fn router_name() -> Value {
    json!({"meshName": "m", "virtualRouterName": "r"})
}

fn router_spec() -> Value {
    json!({"serviceNames": ["a.local"]})
}

fn route_spec() -> Value {
    json!({"httpRoute": {
        "action": {"weightedTargets": [{"virtualNode": "n", "weight": 100}]},
        "match": {"prefix": "/"}
    }})
}

fn listener(port: u16) -> Value {
    json!({"portMapping": {"port": port, "protocol": "http"}})
}

fn checked_listener() -> Value {
    let check = json!({
        "healthyThreshold": 2, "intervalMillis": 5_000, "path": "/", "protocol": "http",
        "timeoutMillis": 2_000, "unhealthyThreshold": 2
    });
    json!({"healthCheck": check, "portMapping": {"port": 80, "protocol": "http"}})
}

fn general_node_spec(listener: Value) -> Value {
    json!({"listeners": [listener], "serviceDiscovery": {"dns": {"hostname": "n.local"}}})
}

/// A target under judgement, with a clock.
#[derive(Clone)]
struct Target {
    api: &'static Api,
    belief: Belief,
    now_ms: u64,
}

fn preview(existing: &[Thing<'_>]) -> Target {
    Target::holding(Version::V2018_10_01, existing)
}

fn general(existing: &[Thing<'_>]) -> Target {
    Target::holding(Version::V2019_01_25, existing)
}

/// A mesh with five routers, to be listed two at a time.
fn walked() -> Target {
    let names = [["m", "a"], ["m", "b"], ["m", "c"], ["m", "d"], ["m", "e"]];
    let routers = names.iter().map(|names| ("virtual-router", &names[..], Some(router_spec())));
    preview(&[mesh()].into_iter().chain(routers).collect::<Vec<_>>())
}

impl Target {
    fn holding(version: Version, existing: &[Thing<'_>]) -> Self {
        let api = Api::of(version);
        let mut world = World::default();
        for thing in existing {
            let (key, resource) = known(api, thing);
            world.insert(key, resource);
        }
        Self { api, belief: Belief::starting_in(api, world), now_ms: 0 }
    }

    fn call(&self, operation: &str, input: &Value) -> Call {
        let operation = self.api.operation(operation).expect("an operation").index;
        let input = input.as_object().cloned().expect("an object");
        Call { operation, input, malformed: false }
    }

    fn judge(&mut self, call: &Call, answer: Option<Answer>) -> Verdict {
        let sent_ms = self.now_ms;
        self.now_ms += 1;
        self.belief.judge(call, &Observed { answer, sent_ms, answered_ms: self.now_ms })
    }

    /// Asserts that the answer breaks no rule.
    #[track_caller]
    fn permits(&mut self, operation: &str, input: &Value, answer: Answer) {
        let broken = self.breaks(operation, input, answer);
        assert!(broken.is_empty(), "{operation} {input}: {broken:?}");
    }

    /// The rules that the answer breaks, each with its place.
    fn breaks(&mut self, operation: &str, input: &Value, answer: Answer) -> Vec<String> {
        let call = self.call(operation, input);
        let verdict = self.judge(&call, Some(answer));
        self.named(&verdict)
    }

    fn named(&self, verdict: &Verdict) -> Vec<String> {
        let named = |mismatch: &Mismatch| {
            format!("{} at {}", self.api.catalogue.get(mismatch.rule).id, mismatch.at)
        };
        verdict.mismatches.iter().map(named).collect()
    }

    /// What a describe of the thing shows while it is as it was created.
    fn shown(&self, thing: Thing<'_>) -> Value {
        let (key, resource) = known(self.api, &thing);
        render::resource(self.api, &key, &resource, "ACTIVE")
    }

    /// What a describe shows of a thing that was made again.
    fn fresh(&self, thing: Thing<'_>) -> Value {
        with(self.shown(thing), "/metadata/uid", json!(uid("fresh")))
    }

    /// What the first update to this specification answers.
    fn updated(&self, thing: Thing<'_>) -> Value {
        let later = with(self.shown(thing), "/metadata/version", json!(2));
        with(later, "/metadata/lastUpdatedAt", json!(CREATED_MS as f64 / 1000.0 + 10.0))
    }

    /// The first update of the router to another service, and its answer.
    fn router_update(&self, service: &str) -> (Value, Value) {
        let spec = json!({"serviceNames": [service]});
        let update = with(router_name(), "/spec", spec.clone());
        (update, self.updated(("virtual-router", &["m", "r"], Some(spec))))
    }

    /// What a list shows of the thing.
    fn listed(&self, thing: Thing<'_>) -> Value {
        let (key, resource) = known(self.api, &thing);
        render::item(self.api, &key, &resource)
    }
}

/// A thing as it is right after its create.
fn known(api: &Api, (family, names, spec): &Thing<'_>) -> (Key, Resource) {
    let family = api.family(family).expect("a family");
    let key = Key::new(family.index, names.iter().copied());
    let arn_path = arn_path(api, family, &key);
    let created = Timestamp { ms: CREATED_MS, whole: false };
    let resource = Resource {
        uid: Some(uid(&arn_path).into()),
        arn: Some(format!("arn:aws:appmesh:eu-west-1:123456789012:{arn_path}").into()),
        owners: Some(("123456789012".into(), "123456789012".into())),
        created_at: Some(created),
        last_updated_at: Some(created),
        ..Resource::new(0, spec.clone().map(Into::into), 0)
    };
    (key, resource)
}

/// A uid that depends on the seed only.
fn uid(seed: &str) -> String {
    let sum = seed.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    format!("a1b2c3d4-5678-90ab-cdef-{:012x}", sum % (1 << 48))
}

/// A value with another value at a place, which may be new.
fn with(mut whole: Value, pointer: &str, value: Value) -> Value {
    if let Some(place) = whole.pointer_mut(pointer) {
        *place = value;
    } else if let Some((parent, member)) = pointer.rsplit_once('/') {
        whole.pointer_mut(parent).expect("a place")[member] = value;
    }
    whole
}

fn deleted(shown: Value) -> Value {
    with(shown, "/status/status", json!("DELETED"))
}

fn item(name: &str) -> Value {
    json!({"meshName": "m", "virtualRouterName": name})
}

/// A page of routers.
fn page(names: &[&str], next: Option<&str>) -> Answer {
    let items: Vec<Value> = names.iter().map(|name| item(name)).collect();
    let mut body = json!({"virtualRouters": items});
    if let Some(token) = next {
        body["nextToken"] = json!(token);
    }
    ok(body)
}

/// The list of routers, two at a time, from this token on.
fn page_after(token: Option<&str>) -> Value {
    let mut input = json!({"meshName": "m", "limit": 2});
    if let Some(token) = token {
        input["nextToken"] = json!(token);
    }
    input
}

fn ok(body: Value) -> Answer {
    let content_type = Some("application/json".to_owned());
    Answer { status: 200, content_type, error_type: None, body: Some(body) }
}

fn error(kind: ErrorKind) -> Answer {
    refused(kind.status(), kind.type_name())
}

fn refused(status: u16, error_type: &str) -> Answer {
    let body = json!({"message": "no"});
    Answer { status, error_type: Some(error_type.to_owned()), ..ok(body) }
}

fn failure() -> Answer {
    error(ErrorKind::InternalServerError)
}
