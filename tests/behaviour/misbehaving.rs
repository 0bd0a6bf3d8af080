//! Servers that misbehave: whatever comes back, a run ends, and its verdict is the right one.
//!
//! Each server is a listener of a few lines that answers every request in the same wrong way. If
//! no call ever succeeds, the run is inconclusive (exit code 3): the target may not be App Mesh at
//! all. If calls succeed with nonsense in them, there are findings (exit code 1). What is bounded
//! here is the number of calls, never the time.

use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use appmesh_conformance::bind::Request;
use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::campaign_outcome::Outcome;
use appmesh_conformance::execute::Runner;
use appmesh_conformance::reference::Reference;
use appmesh_conformance::report::compose;
use appmesh_conformance::shard::Scope;
use appmesh_conformance::target::{Local, Signer, Target};
use appmesh_conformance::trace::Trace;
use appmesh_model::api::{Api, Version};
use appmesh_model::observed::Answer as Observation;
use serde_json::{Value, json};

use super::request;

/// The most calls of a run.
const MAX_CALLS: u64 = 80;
/// How long the run waits for an answer.
const TIMEOUT_MS: u64 = 500;
/// More requests than any run may make, shrinking included.
const MOST_REQUESTS: u64 = 50_000;

/// What a server does with the connection once it has read a request; the number counts requests.
type Answer = fn(&mut TcpStream, u64) -> io::Result<()>;

/// A server and how many requests it has read.
struct Fixture {
    url: String,
    requests: Arc<AtomicU64>,
}

/// Serves on a free port until the tests end; each connection is closed after its answer.
fn serve(answer: Answer) -> Fixture {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicU64::new(0));
    let counter = requests.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let counter = counter.clone();
            thread::spawn(move || {
                let mut stream = stream;
                let end = Some(Duration::from_secs(5));
                stream.set_read_timeout(end)?;
                stream.set_write_timeout(end)?;
                request::read(&stream)?;
                answer(&mut stream, counter.fetch_add(1, Ordering::Relaxed))
            });
        }
    });
    Fixture { url, requests }
}

/// Writes a whole answer.
fn reply(stream: &mut TcpStream, status: u16, headers: &str, body: &[u8]) -> io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    )?;
    stream.write_all(body)
}

/// Writes a success with this body.
fn json(stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    reply(stream, 200, "Content-Type: application/json\r\n", body)
}

/// Writes an error as App Mesh does.
fn error(stream: &mut TcpStream, status: u16, name: &str) -> io::Result<()> {
    let headers = format!("Content-Type: application/json\r\nx-amzn-ErrorType: {name}\r\n");
    reply(stream, status, &headers, br#"{"message":"no"}"#)
}

/// Runs a campaign on a server that answers so.
async fn run(version: Version, answer: Answer) -> (Outcome, u64) {
    let api = Api::of(version);
    let fixture = serve(answer);
    let target = Target::new(&fixture.url, Signer::from_env(), TIMEOUT_MS).unwrap();
    let runner = Runner::new(api, target, "test");
    let plan = Plan {
        seed: 0,
        max_calls: MAX_CALLS,
        rules: api.catalogue.ids().collect(),
        target: "a server that misbehaves".to_owned(),
        scope: Scope::Whole,
        corpus: Vec::new(),
        concurrency: Some(1),
    };
    let campaign = campaign::run(&runner, &plan);
    let outcome = tokio::time::timeout(Duration::from_secs(240), campaign).await.unwrap();
    (outcome, fixture.requests.load(Ordering::Relaxed))
}

/// The run on a server that answers so ends with this exit code, for both versions side by side.
fn ends_with(code: u8, answer: Answer) {
    thread::scope(|scope| {
        for version in Version::ALL {
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let (outcome, requests) = runtime.unwrap().block_on(run(version, answer));
                is_right(version, &outcome, requests, code);
            });
        }
    });
}

fn is_right(version: Version, outcome: &Outcome, requests: u64, code: u8) {
    let said = outcome.inconclusive.as_deref().unwrap_or("nothing");
    let found: Vec<_> = outcome.findings.iter().map(|finding| &finding.signature).collect();
    assert_eq!(
        compose::report(outcome).exit_code(),
        code,
        "{version}: said {said}, found {found:#?}"
    );
    assert_eq!(outcome.inconclusive.is_some(), code == 3, "{version}: said {said}");
    assert!(outcome.calls <= MAX_CALLS, "{version}: {} calls", outcome.calls);
    assert!(requests <= MOST_REQUESTS, "{version}: {requests} requests");
}

/// Declares one test per server: its name, the exit code of the run and the answer.
macro_rules! servers {
    ($($(#[$meta:meta])* $name:ident => $code:literal, $answer:expr;)*) => {
        $(#[test] $(#[$meta])* fn $name() { ends_with($code, $answer); })*
    };
}

// Servers whose answers call themselves successes, with nonsense in them.
servers! {
    empty_body => 1, |stream, _| json(stream, b"");
    html => 1, |stream, _| reply(stream, 200, "Content-Type: text/html\r\n", b"<html></html>");
    json_null => 1, |stream, _| json(stream, b"null");
    json_list => 1, |stream, _| json(stream, b"[]");
    json_number => 1, |stream, _| json(stream, b"17");
    json_nan => 1, |stream, _| json(stream, br#"{"metadata":{"version":NaN}}"#);
    invalid_utf8 => 1, |stream, _| json(stream, b"{\"meshName\":\"\xff\xfe\"}");
    nested_lists => 1, |stream, _| json(stream, &[vec![b'['; 10_000], vec![b']'; 10_000]].concat());
    nested_objects => 1, |stream, _| json(stream, "{\"spec\":".repeat(10_000).as_bytes());
    duplicate_keys => 1, |stream, _| json(stream, br#"{"meshName":"a","meshName":"b"}"#);
    wrong_types => 1, |stream, _| {
        json(stream, br#"{"meshName":7,"metadata":[],"status":"ACTIVE","spec":null,"meshes":{},"nextToken":1}"#)
    };
    huge_numbers => 1, |stream, _| {
        json(stream, br#"{"meshName":"mesh","status":{"status":"ACTIVE"},"spec":{},"metadata":{"version":9223372036854775807,"createdAt":1e300,"lastUpdatedAt":-1e300,"uid":"","arn":""}}"#)
    };
    numbers_too_large_for_json => 1, |stream, _| {
        json(stream, br#"{"metadata":{"version":1e999,"createdAt":99999999999999999999999999}}"#)
    };
    endless_pages => 1, |stream, count| {
        let lists = r#""meshes":[],"virtualNodes":[],"virtualRouters":[],"routes":[]"#;
        json(stream, format!(r#"{{"nextToken":"{count}",{lists}}}"#).as_bytes())
    };
    the_same_page_for_ever => 1, |stream, _| {
        json(stream, br#"{"nextToken":"a","meshes":[],"virtualNodes":[],"virtualRouters":[],"routes":[]}"#)
    };
    content_length_too_small => 1, |stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{\"meshName\":\"mesh\"}")
    };
}

// Servers that never do what they are asked.
servers! {
    always_500 => 3, |stream, _| error(stream, 500, "InternalServerErrorException");
    always_503 => 3, |stream, _| error(stream, 503, "ServiceUnavailableException");
    always_429 => 3, |stream, _| error(stream, 429, "TooManyRequestsException");
    always_403 => 3, |stream, _| error(stream, 403, "AccessDeniedException");
    always_404_html => 3, |stream, _| reply(stream, 404, "Content-Type: text/html\r\n", b"<p>no</p>");
    an_unknown_status => 3, |stream, _| reply(stream, 799, "", b"");
    redirect_to_itself => 3, |stream, _| reply(stream, 307, "Location: /meshes\r\n", b"");
    redirect_without_location => 3, |stream, _| reply(stream, 301, "", b"");
}

// Servers that do not answer, or not to the end.
servers! {
    closes_at_once => 3, |_, _| Ok(());
    no_http => 3, |stream, _| stream.write_all(b"220 mail.example.com ESMTP\r\n");
    closes_in_the_head => 3, |stream, _| stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Ty");
    closes_in_the_body => 3, |stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"meshes\"")
    };
    content_length_is_no_number => 3, |stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}")
    };
    closes_in_a_chunk => 3, |stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{}")
    };
    never_answers => 3, |stream, _| wait_for_the_end(stream);
    stops_answering => 3, |stream, count| match count {
        0..2 => json(stream, b"{}"),
        _ => wait_for_the_end(stream),
    };
    drips => 3, |stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")?;
        for _ in 0..1_000 {
            stream.write_all(b" ")?;
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    };
    a_body_of_100_megabytes => 3, |stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")?;
        (0..1_600).try_for_each(|_| stream.write_all(&[b' '; 65_536]))
    };
}

/// A server that is correct, and answers an empty page to a token that it never gave out.
#[derive(Debug)]
struct EmptyPageForForeignTokens {
    server: Reference,
    given_out: Mutex<HashSet<String>>,
}

impl Local for EmptyPageForForeignTokens {
    fn answer(&self, request: &Request, now_ms: u64) -> Observation {
        let mut given_out = self.given_out.lock().unwrap();
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let is_foreign = |pair: &&str| {
            pair.strip_prefix("nextToken=").is_some_and(|token| !given_out.contains(token))
        };
        let (foreign, others): (Vec<_>, Vec<_>) = query.split('&').partition(is_foreign);
        let path = format!("{path}?{}", others.join("&"));
        let mut answer = self.server.answer(&Request { path, ..request.clone() }, now_ms);
        let page = answer.body.as_mut().and_then(Value::as_object_mut);
        if let (Some(page), 200) = (page, answer.status) {
            if !foreign.is_empty() {
                page.remove("nextToken");
                page.values_mut().filter(|it| it.is_array()).for_each(|it| *it = json!([]));
            }
            given_out.extend(page.get("nextToken").and_then(Value::as_str).map(str::to_owned));
        }
        answer
    }
}

/// The documents leave open what such a token is answered, and the text `null` is one, too.
#[tokio::test]
async fn an_empty_page_for_a_foreign_token_is_no_finding() {
    for version in Version::ALL {
        let api = Api::of(version);
        let mesh = json!({ "$name": "a" });
        let mut steps = vec![
            json!({ "id": 1, "operation": "CreateMesh", "args": { "meshName": mesh } }),
            json!({ "id": 2, "operation": "CreateVirtualNode", "args": {
                "meshName": mesh, "virtualNodeName": { "$name": "b" }, "spec": {},
            } }),
        ];
        let tokens = [json!(null), json!(7), json!(true), json!([]), json!({}), json!("x")];
        for (id, token) in (3..).zip(tokens) {
            let args = json!({ "meshName": mesh, "nextToken": token });
            steps.push(json!({ "id": id, "operation": "ListVirtualNodes", "args": args }));
        }
        let trace = json!({ "api_version": version.as_str(), "steps": steps });
        for seed in 1..=3 {
            let server = Reference::new(api, None);
            let server = EmptyPageForForeignTokens { server, given_out: Mutex::default() };
            let runner = Runner::new(api, Target::local(Arc::new(server)), "test");
            let corpus = vec![Trace::from_json(&trace).unwrap()];
            let plan = Plan { corpus, seed, ..Plan::whole(api, 6_000) };
            let outcome = campaign::run(&runner, &plan).await;
            let found: Vec<_> = outcome.findings.iter().map(|finding| &finding.signature).collect();
            assert!(found.is_empty() && outcome.flaky.is_empty(), "{version}: {found:#?}");
            assert_eq!(outcome.inconclusive, None, "{version}");
        }
    }
}

/// Reads until the other side has had enough.
fn wait_for_the_end(stream: &mut TcpStream) -> io::Result<()> {
    stream.read(&mut [0]).map(|_| ())
}
