//! Targets that are not what they should be: not there, not there any more, or something else.

use std::io::Write;
use std::net::TcpListener;
use std::thread;

use appmesh_conformance::reference::{Reference, Request};
use appmesh_model::api::{Api, Version};
use serde_json::Value;

use crate::program::{run, same_run};
use crate::request;

#[test]
fn a_target_that_nobody_serves() {
    // Port 1 is reserved for a service that nobody runs.
    let ran = run(&["run", "--endpoint", "http://127.0.0.1:1"]);
    assert_eq!(ran.code, Some(3));
    same_run("target-unreachable", &ran);
    // Nothing was left out for want of calls.
    let ran = run(&["run", "--endpoint", "http://127.0.0.1:1", "--json", "-", "--max-calls", "1"]);
    assert_eq!(ran.code, Some(3));
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let unreached = report["coverage"]["unreached"].as_array().unwrap();
    assert!(unreached.len() > 100, "{}", unreached.len());
    assert!(unreached.iter().all(|rule| rule["reason"] == "inconclusive"), "{unreached:?}");
}

/// A web server without the API, as for a wrong port: 404 and a page for whatever is asked.
fn serve_not_found() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            request::read(&stream).unwrap();
            let body = "<html><body>Not Found</body></html>";
            let head = "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nConnection: close";
            write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    url
}

#[test]
fn a_target_without_the_api() {
    let url = serve_not_found();
    let mut ran = run(&["run", "--endpoint", &url, "--max-calls", "200"]);
    assert_eq!(ran.code, Some(3));
    for text in [&mut ran.command, &mut ran.stdout] {
        *text = text.replace(&url, "[url]");
    }
    same_run("target-without-the-api", &ran);
}

/// A correct server that is gone after so many answers.
fn serve_for_a_while(answers: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = Reference::new(Api::of(Version::V2018_10_01), None);
    thread::spawn(move || {
        for stream in listener.incoming().take(answers) {
            let mut stream = stream.unwrap();
            let (first, body) = request::read_whole(&stream).unwrap();
            let mut words = first.split(' ');
            let (method, target) = (words.next().unwrap(), words.next().unwrap());
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            let reply = server.handle(Request { method, path, query, body: &body });
            let mut head = format!("HTTP/1.1 {} -\r\nConnection: close", reply.status);
            head += &format!("\r\nContent-Type: {}", reply.content_type);
            if let Some(error_type) = reply.error_type {
                head += &format!("\r\nx-amzn-ErrorType: {error_type}");
            }
            let body = reply.body.to_string();
            write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    url
}

/// Whether a target that goes away counts as gone does not hang on how much was still to be done.
#[test]
fn a_target_that_goes_away() {
    for max_calls in ["2", "3", "4", "5", "300"] {
        let url = serve_for_a_while(3);
        let ran = run(&["run", "--endpoint", &url, "--max-calls", max_calls]);
        assert_eq!(ran.code, Some(3), "{}", ran.transcript());
        let last = ran.stdout.lines().last().unwrap();
        assert!(last.starts_with("inconclusive: the target does not answer any more: "), "{last}");
    }
    // With one call, all that it was asked was answered: the question whether it is there, the call
    // and what cleaned up.
    let url = serve_for_a_while(3);
    let ran = run(&["run", "--endpoint", &url, "--max-calls", "1"]);
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
}
