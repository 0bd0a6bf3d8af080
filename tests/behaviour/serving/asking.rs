//! How the tests ask a reference server, mostly with no network in between.

use appmesh_conformance::reference::http::{self, Running};
use appmesh_conformance::reference::{Reference, Reply, Request};
use appmesh_model::api::{Api, Version};
use appmesh_model::error::ErrorKind;
use serde_json::Value;

/// The path that everything of a version is under.
pub fn base(version: Version) -> &'static str {
    if version.as_str() == "2018-10-01" { "" } else { "/v20190125" }
}

pub fn server(version: Version) -> Reference {
    Reference::new(Api::of(version), None)
}

pub fn preview() -> Reference {
    server(Version::parse("2018-10-01").unwrap())
}

/// Sends a request; the path may have a query.
pub fn ask(server: &Reference, method: &str, path: &str, body: &[u8]) -> Reply {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    server.handle(Request { method, path, query, body })
}

pub fn put(server: &Reference, path: &str, body: &Value) -> Reply {
    ask(server, "PUT", path, body.to_string().as_bytes())
}

/// The error has a modelled 4xx status and names the type that goes with it, or says that there is no
/// such operation.
pub fn is_modelled(status: u16, error_type: Option<&str>) -> bool {
    let kind = error_type.and_then(ErrorKind::from_type);
    let is_unknown = status == 404 && error_type == Some("UnknownOperationException");
    is_unknown || ((400..500).contains(&status) && kind.is_some_and(|it| it.status() == status))
}

/// A server of the preview, over HTTP.
pub async fn run_server() -> Running {
    http::serve(preview(), 0).await.unwrap()
}
