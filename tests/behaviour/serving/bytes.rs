//! Requests as bytes over HTTP, where no client library mends what is wrong with them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use appmesh_conformance::trace::Garbage;
use serde_json::json;

use super::asking::{is_modelled, run_server};

/// Sends these bytes and reads the answer to its end.
fn exchange(address: std::net::SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    // A server may answer and close before it has read everything.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request as bytes, with its length and to be closed after the answer.
fn raw(line: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// The answer is a modelled 4xx with its type in the header.
fn assert_refused_over_http(asked: &str, answer: &str) {
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let header = |line: &str| line.to_ascii_lowercase().starts_with("x-amzn-errortype:");
    let named = answer.lines().find(|line| header(line)).and_then(|line| line.split(": ").nth(1));
    assert!(is_modelled(status, named), "{asked}: {:?}", answer.get(..200).unwrap_or(answer));
}

/// Sends each of these requests to one server.
async fn refused_over_http(requests: Vec<(String, Vec<u8>)>) {
    let running = run_server().await;
    let address = running.address;
    let asking = tokio::task::spawn_blocking(move || {
        for (line, body) in requests {
            let answer = exchange(address, &raw(&line, &body));
            assert_refused_over_http(line.get(..60).unwrap_or(&line), &answer);
        }
    });
    asking.await.unwrap();
}

#[tokio::test]
async fn malformed_requests_are_refused_over_http() {
    let mut requests: Vec<(String, Vec<u8>)> = Vec::new();
    for line in [
        "GET /",
        "GET /moons",
        "PATCH /meshes",
        "BREW /meshes",
        "GET /meshes/%",
        "GET /meshes/%2F",
        "GET /meshes/a%2Fb",
        "GET /meshes/%ff",
        "GET /meshes//virtualNodes",
        "GET /meshes/../meshes/../x",
        "GET /meshes?limit=%",
        "OPTIONS *",
    ] {
        requests.push((line.to_owned(), Vec::new()));
    }
    for garbage in Garbage::ALL {
        requests.push(("PUT /meshes".to_owned(), garbage.bytes()));
    }
    requests.push(("PUT /meshes".to_owned(), b"[".repeat(100_000)));
    requests.push((format!("GET /meshes?limit={}", "1".repeat(30_000)), Vec::new()));
    refused_over_http(requests).await;
}

#[tokio::test]
async fn a_large_body_is_refused_over_http() {
    let spec = json!({ "meshName": "mesh", "clientToken": "a".repeat(3 << 20) });
    refused_over_http(vec![("PUT /meshes".to_owned(), spec.to_string().into_bytes())]).await;
}

#[tokio::test]
async fn bytes_that_are_no_http_leave_the_server_running() {
    let running = run_server().await;
    let address = running.address;
    let asking = tokio::task::spawn_blocking(move || {
        for bytes in [
            &b"\x16\x03\x01\x02\x00\x01\x00"[..],
            b"GET\r\n\r\n",
            b"PUT /meshes HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            b"PUT /meshes HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"GET /meshes HTTP/9.9\r\n\r\n",
        ] {
            let answer = exchange(address, bytes);
            assert!(!answer.contains(" 500 "), "{answer}");
        }
        let answer = exchange(address, &raw("GET /meshes", b""));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    });
    asking.await.unwrap();
}
