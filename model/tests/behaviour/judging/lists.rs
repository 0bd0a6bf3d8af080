//! Lists: what pages show, and when they end.

use appmesh_model::error::ErrorKind;
use serde_json::json;

use super::target::{
    deleted, error, failure, general, item, mesh, ok, page, page_after, preview, router,
    router_spec, walked, with,
};

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
    let items = json!({"meshes": [target.listed(mesh()), {"meshName": "of-a-stranger"}]});
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

#[test]
fn an_item_of_the_preview_carries_its_arn() {
    let target = preview(&[mesh()]);
    for missing in [json!({"meshName": "m"}), json!({"meshName": "m", "arn": null})] {
        assert_eq!(
            target.clone().breaks("ListMeshes", &json!({}), ok(json!({"meshes": [missing]}))),
            ["mesh/list-item-arn at meshes[].arn"]
        );
    }
}
