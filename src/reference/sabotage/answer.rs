//! Where the server writes its answers otherwise than it should.

use appmesh_model::api::{Api, Call};
use appmesh_model::operation::ErrorKind;
use serde_json::{Value, json};

use super::super::Reply;
use super::super::fault::act::{Slip, What, Writing};
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
fn misstate(slip: Slip, name_member: &str, reply: &mut Reply) {
    let body = &mut reply.body;
    match slip {
        Slip::Created => reply.status = 201,
        Slip::PlainText => reply.content_type = "text/plain",
        Slip::TimeAsText => {
            if let Some(metadata) = body.get_mut("metadata") {
                metadata["createdAt"] = json!("2018-11-29T00:00:00Z");
            }
        }
        Slip::NumberAsText => {
            if let Some(metadata) = body.get_mut("metadata") {
                metadata["version"] = json!(metadata["version"].to_string());
            }
        }
        Slip::NoName => {
            if let Some(members) = body.as_object_mut() {
                members.remove(name_member);
            }
        }
        Slip::OutOfBounds => {
            let name = body[name_member].as_str().unwrap_or_default();
            body[name_member] = Value::from(format!("{name:x<TOO_LONG$}"));
        }
        Slip::OddChoice => body["status"]["status"] = json!("READY"),
        Slip::NoObject => *body = Value::Null,
        _ => {}
    }
}

/// Gets the form of an error wrong.
fn misname(slip: Slip, malformed: bool, reply: &mut Reply) {
    let is = |error: ErrorKind| reply.error_type.as_deref() == Some(error.type_name());
    match slip {
        Slip::NoErrorType => reply.error_type = None,
        Slip::NumberForMessage => reply.body["message"] = json!(reply.status),
        Slip::NotFoundIs400 if reply.status == 404 => reply.status = 400,
        Slip::ValidationException if is(ErrorKind::BadRequest) => {
            reply.error_type = Some("ValidationException".to_owned());
        }
        Slip::OddError if is(ErrorKind::BadRequest) => {
            reply.error_type = Some("InvalidTokenException".to_owned());
        }
        Slip::OddStatus if reply.status == 404 => reply.status = 501,
        Slip::FailsOnGarbage if malformed => {
            reply.status = 500;
            reply.error_type = Some(ErrorKind::InternalServerError.type_name().to_owned());
        }
        _ => {}
    }
}
