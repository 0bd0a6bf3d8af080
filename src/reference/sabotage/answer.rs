//! Where the server writes its answers otherwise than it should.

use appmesh_model::api::{Api, Call};
use appmesh_model::operation::ErrorKind;
use appmesh_model::world::Timestamp;
use serde_json::{Value, json};

use super::super::Reply;
use super::super::fault::act::{What, WireMutation, Writing};
use super::Sabotage;

/// Longer than a name can be.
const TOO_LONG: usize = 256;

/// Writes something wrong into an answer that tells of a resource.
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

impl Sabotage {
    /// Changes an answer as it goes onto the wire.
    pub(in crate::reference) fn disguise(&self, api: &Api, call: &Call, mut reply: Reply) -> Reply {
        if self.is_idle() {
            return reply;
        }
        let family = &api.families[api.operations[call.operation].family];
        for what in self.misdeeds() {
            let What::Reply(slip) = what else { continue };
            if reply.status < 300 {
                misstate(slip, family.table.name_member, &mut reply);
            } else {
                misname(slip, call.malformed, &mut reply);
            }
        }
        reply
    }
}

/// Gets the form of a success wrong.
fn misstate(slip: WireMutation, name_member: &str, reply: &mut Reply) {
    let body = &mut reply.body;
    match slip {
        WireMutation::Created => reply.status = 201,
        WireMutation::PlainText => reply.content_type = "text/plain",
        WireMutation::TimeAsText => {
            if let Some(metadata) = body.get_mut("metadata") {
                metadata["createdAt"] = json!("2018-11-29T00:00:00Z");
            }
        }
        WireMutation::TimeInMilliseconds => in_milliseconds(body),
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
fn in_milliseconds(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match Timestamp::read(value) {
                    Some(time) if name == "createdAt" || name == "lastUpdatedAt" => {
                        *value = json!(time.ms);
                    }
                    _ => in_milliseconds(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(in_milliseconds),
        _ => {}
    }
}

/// Gets the form of an error wrong.
fn misname(slip: WireMutation, malformed: bool, reply: &mut Reply) {
    let is = |error: ErrorKind| reply.error_type.as_deref() == Some(error.type_name());
    match slip {
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
