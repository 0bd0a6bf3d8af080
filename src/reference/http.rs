//! The reference server on a port of this machine.
//!
//! The main function is [`serve`]; the server ends with the handle that it returns.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use appmesh_model::error::ErrorKind;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Method, Response, Uri, header};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::reply::Reply;
use super::server::Reference;
use crate::request_parser::Request;

/// The largest body that is read; a larger one is refused.
const MOST_BODY_BYTES: usize = 1 << 20;

/// A running server. It stops when this is dropped.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    /// The address as a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves on this port of the loopback interface; 0 takes any free one.
///
/// # Errors
/// If it cannot listen on the port.
pub async fn serve(reference: Reference, port: u16) -> io::Result<Running> {
    serve_slowly(reference, port, Duration::ZERO).await
}

/// The same, but each answer comes only after a delay. Requests do not wait for each other.
///
/// # Errors
/// If it cannot listen on the port.
pub async fn serve_slowly(reference: Reference, port: u16, delay: Duration) -> io::Result<Running> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    let app = Router::new()
        .fallback(answer)
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        .with_state(Arc::new(Delayed { reference, delay }));
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        // Answers are small and must not wait for more to come.
        let _ = stream.set_nodelay(true);
    });
    let task = tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(Running { address, task })
}

/// A server whose answers come after a delay.
#[derive(Debug)]
struct Delayed {
    reference: Reference,
    delay: Duration,
}

async fn answer(
    State(delayed): State<Arc<Delayed>>,
    method: Method,
    uri: Uri,
    body: Result<Bytes, BytesRejection>,
) -> Response<Body> {
    if !delayed.delay.is_zero() {
        tokio::time::sleep(delayed.delay).await;
    }
    let reply = match &body {
        Ok(body) => delayed.reference.handle(Request {
            method: method.as_str(),
            path: uri.path(),
            query: uri.query().unwrap_or_default(),
            body,
        }),
        Err(_) => Reply::error(ErrorKind::BadRequest, "the body is too large or cut off"),
    };
    let mut response = Response::builder()
        .status(reply.status)
        .header(header::CONTENT_TYPE, reply.content_type)
        .header("x-amzn-RequestId", uuid::Uuid::new_v4().to_string());
    if let Some(error_type) = reply.error_type {
        response = response.header("x-amzn-ErrorType", error_type);
    }
    let body = serde_json::to_vec(&reply.body).unwrap_or_default();
    response.body(Body::from(body)).unwrap_or_default()
}
