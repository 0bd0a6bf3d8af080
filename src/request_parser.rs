//! The call that the bytes of a request say.
//!
//! The reference server reads its requests here, and [`crate::bind`] reads the call to be judged from
//! the request that it sends. A target is thus never judged by a value that did not travel: a JSON null
//! in a query, for example, is the text `null` on the wire.

use appmesh_model::api::{Api, Call};
use appmesh_model::operation::Location;
use appmesh_model::shape::Kind;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::url_encoding;

/// A request as it comes off the wire.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// HTTP method.
    pub method: &'r str,
    /// Path without the query, still percent-encoded.
    pub path: &'r str,
    /// Query string without the question mark; empty if there is none.
    pub query: &'r str,
    /// Body.
    pub body: &'r [u8],
}

/// Why a request says no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoCall {
    /// No operation has this method and path.
    #[error("no operation has this method and path")]
    UnknownOperation,
    /// A name or a value is no text once it is decoded.
    #[error("a name or a value is not UTF-8")]
    NoText,
}

/// Reads a request.
///
/// # Errors
/// Why it says no call.
pub fn read(api: &Api, request: Request<'_>) -> Result<Call, NoCall> {
    let (operation, names) =
        api.route(request.method, request.path).ok_or(NoCall::UnknownOperation)?;
    let mut input = Map::new();
    for (member, encoded) in names {
        let name = url_encoding::decode(encoded).ok_or(NoCall::NoText)?;
        input.insert(member.to_owned(), Value::from(name));
    }
    for pair in request.query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = url_encoding::decode(value).ok_or(NoCall::NoText)?;
        let known = operation.table.inputs.iter().find(|input| input.name == name);
        let Some(known) = known.filter(|known| known.location == Location::Query) else { continue };
        let number = match known.shape.kind {
            Kind::Integer { .. } => value.parse::<i64>().ok(),
            _ => None,
        };
        input.insert(name.to_owned(), number.map_or_else(|| Value::from(value), Value::from));
    }
    let has_body = operation.table.inputs.iter().any(|input| input.location == Location::Body);
    let mut malformed = false;
    if has_body {
        match serde_json::from_slice::<Value>(request.body) {
            Ok(Value::Object(members)) => {
                for (name, value) in members {
                    let in_body = operation
                        .table
                        .inputs
                        .iter()
                        .any(|input| input.name == name && input.location == Location::Body);
                    if in_body {
                        input.insert(name, value);
                    }
                }
            }
            _ => malformed = true,
        }
    }
    Ok(Call { operation: operation.index, input, malformed })
}
