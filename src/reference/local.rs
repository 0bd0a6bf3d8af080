//! The reference server as a target in this process: no network, and a clock that pauses move on.
//!
//! It answers as the server on a port does, but a thousand campaigns on it take seconds.

use std::sync::Arc;

use appmesh_model::observed::{Answer, error_type};

use super::reply::Reply;
use super::server::Reference;
use crate::bind;
use crate::target::{Local, Target};

/// When the server's time begins, in milliseconds since the epoch: 2018-11-28, the preview's day. It is
/// no whole second: a clock of whole seconds would explain such a first time.
const EPOCH_MS: i64 = 1_543_363_200_500;

/// A target that is this server.
pub fn target(reference: Reference) -> Target {
    Target::local(Arc::new(reference))
}

impl Local for Reference {
    fn answer(&self, request: &bind::Request, now_ms: u64) -> Answer {
        let now_ms = EPOCH_MS.saturating_add_unsigned(now_ms);
        let reply = self.handle_at(request.on_the_wire(), now_ms);
        let Reply { status, content_type, error_type: header, body } = reply;
        Answer {
            status,
            content_type: Some(content_type.to_owned()),
            error_type: error_type(header.as_deref(), Some(&body)),
            body: Some(body),
            date_ms: Some(now_ms),
        }
    }
}
