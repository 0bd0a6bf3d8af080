//! Mutations of how the server writes its answers.

use appmesh_model::error::ErrorKind;
use appmesh_model::world::Timestamp;
use serde_json::{Value, json};

use crate::reference::Reply;
use crate::selftest::fault::behaviour::{WireMutation, Writing};

/// Longer than a name can be.
const TOO_LONG: usize = 256;

/// Writes a wrong value into an answer that shows a resource.
pub(super) fn write(writing: Writing, name_member: &str, body: &mut Value) {
    match writing {
        Writing::Status(status) => body["status"]["status"] = json!(status),
        Writing::UpperName | Writing::CutName => {
            let Some(name) = body[name_member].as_str() else { return };
            let mut written = name.to_uppercase();
            if writing == Writing::CutName {
                written = name.to_owned();
                written.pop();
            }
            body[name_member] = Value::from(written);
        }
    }
}

/// Changes the form of a success.
pub(super) fn change_success(mutation: WireMutation, name_member: &str, reply: &mut Reply) {
    let body = &mut reply.body;
    match mutation {
        WireMutation::Created => reply.status = 201,
        WireMutation::PlainText => reply.content_type = "text/plain",
        WireMutation::TimeAsText => {
            if let Some(metadata) = body.get_mut("metadata") {
                metadata["createdAt"] = json!("2018-11-29T00:00:00Z");
            }
        }
        WireMutation::TimeInMilliseconds => tell_milliseconds(body),
        WireMutation::NumberAsText => {
            if let Some(metadata) = body.get_mut("metadata") {
                metadata["version"] = json!(metadata["version"].to_string());
            }
        }
        WireMutation::NoName => {
            if let Some(members) = body.as_object_mut() {
                members.remove(name_member);
            }
        }
        WireMutation::OutOfBounds => {
            let name = body[name_member].as_str().unwrap_or_default();
            body[name_member] = Value::from(format!("{name:x<TOO_LONG$}"));
        }
        WireMutation::OddChoice => body["status"]["status"] = json!("READY"),
        WireMutation::NoObject => *body = Value::Null,
        _ => {}
    }
}

/// Tells every timestamp in milliseconds.
fn tell_milliseconds(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match Timestamp::read(value) {
                    Some(time) if name == "createdAt" || name == "lastUpdatedAt" => {
                        *value = json!(time.ms);
                    }
                    _ => tell_milliseconds(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(tell_milliseconds),
        _ => {}
    }
}

/// Changes the form of an error.
pub(super) fn change_error(mutation: WireMutation, malformed: bool, reply: &mut Reply) {
    let is = |error: ErrorKind| reply.error_type.as_deref() == Some(error.type_name());
    match mutation {
        WireMutation::NoErrorType => reply.error_type = None,
        WireMutation::NumberForMessage => reply.body["message"] = json!(reply.status),
        WireMutation::NotFoundIs400 if reply.status == 404 => reply.status = 400,
        WireMutation::ValidationException if is(ErrorKind::BadRequest) => {
            reply.error_type = Some("ValidationException".to_owned());
        }
        WireMutation::OddError if is(ErrorKind::BadRequest) => {
            reply.error_type = Some("InvalidTokenException".to_owned());
        }
        WireMutation::OddStatus if reply.status == 404 => reply.status = 501,
        WireMutation::FailsOnGarbage if malformed => {
            reply.status = 500;
            reply.error_type = Some(ErrorKind::InternalServerError.type_name().to_owned());
        }
        _ => {}
    }
}
