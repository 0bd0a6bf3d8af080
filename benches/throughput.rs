//! How fast the model judges, and what the harness costs beside a bare HTTP client.
//!
//! Printed as a small table: how many answers one belief judges in a second on one core, with
//! nothing around it; how many calls a second come of running all scenarios on an embedded server,
//! one at a time and sixteen, beside a loop that sends the very same requests, trace by trace and
//! with the signatures they had, to the same server over as many connections and does nothing with
//! the answers but read them; and how much memory a campaign of a million calls takes, beside one of
//! a hundred thousand. Run it by `cargo bench`.

use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use appmesh_conformance::bind::Binder;
use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::execute::{Runner, Stop};
use appmesh_conformance::generate::scenario;
use appmesh_conformance::reference::{self, Reference, http, local};
use appmesh_conformance::target::{Signer, Target};
use appmesh_conformance::trace::Trace;
use appmesh_model::api::{Api, Call, Version};
use appmesh_model::belief::Belief;
use appmesh_model::observed::{Answer, Observed, error_type};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri, header};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

type Failed = Box<dyn Error>;

/// The allocator of the program, for both sides of each comparison.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The API that is measured.
const VERSION: Version = Version::V2018_10_01;
/// How long the model is measured each time.
const MODEL_TIME: Duration = Duration::from_millis(400);
/// How often a resource's life is lived before the belief starts anew.
const LIVES: usize = 100;
/// How often each thing is measured.
const ROUNDS: usize = 7;

fn main() -> Result<(), Failed> {
    if !std::env::args().any(|arg| arg == "--bench") {
        println!("nothing is measured but by cargo bench");
        return Ok(());
    }
    let api = Api::of(VERSION);
    let steps = lives(api)?;
    let rates = (0..ROUNDS).map(|_| model(api, &steps)).collect::<Result<Vec<f64>, Failed>>()?;
    println!("model alone        {:>10.0} steps/s  (median of {})", median(&rates), rounds(&rates));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    for at_once in [1, 16] {
        let (harness, bare) = runtime.block_on(end_to_end(api, at_once))?;
        let (harness_median, bare_median) = (median(&harness), median(&bare));
        println!("{at_once} at a time");
        println!(
            "  harness          {harness_median:>10.0} calls/s  (median of {})",
            rounds(&harness)
        );
        println!("  bare HTTP client {bare_median:>10.0} calls/s  (median of {})", rounds(&bare));
        println!("  ratio of medians {:>10.2}", harness_median / bare_median);
    }
    for max_calls in [100_000, 1_000_000] {
        let calls = runtime.block_on(long(api, max_calls));
        let peak =
            peak_memory_kib().map_or("unknown".to_owned(), |peak| format!("{} MiB", peak / 1024));
        println!("peak memory after a campaign of {calls} calls: {peak}");
    }
    Ok(())
}

fn median(rates: &[f64]) -> f64 {
    let mut sorted = rates.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn rounds(rates: &[f64]) -> String {
    rates.iter().map(|rate| format!("{rate:.0}")).collect::<Vec<_>>().join(", ")
}

/// A life of a mesh with a node in it.
fn life() -> Value {
    let (mesh, node) = (json!({ "$name": "mesh" }), json!({ "$name": "node" }));
    let spec = |port: u16| {
        json!({
            "backends": ["one.example.com", "two.example.com"],
            "listeners": [{ "portMapping": { "port": port, "protocol": "http" } }],
            "serviceDiscovery": { "dns": { "serviceName": "node.example.com" } },
        })
    };
    let in_mesh = json!({ "meshName": mesh });
    let on_node = json!({ "meshName": mesh, "virtualNodeName": node });
    let with_spec = |port| json!({ "meshName": mesh, "virtualNodeName": node, "spec": spec(port) });
    let steps = [
        ("CreateMesh", in_mesh.clone()),
        ("DescribeMesh", in_mesh.clone()),
        ("CreateVirtualNode", with_spec(80)),
        ("CreateVirtualNode", with_spec(81)),
        ("DescribeVirtualNode", on_node.clone()),
        ("UpdateVirtualNode", with_spec(8080)),
        ("DescribeVirtualNode", on_node.clone()),
        ("ListVirtualNodes", json!({ "meshName": mesh, "limit": 10 })),
        ("ListMeshes", json!({ "limit": 10 })),
        ("DeleteMesh", in_mesh.clone()),
        ("DeleteVirtualNode", on_node.clone()),
        ("DescribeVirtualNode", on_node),
        ("DeleteMesh", in_mesh.clone()),
        ("DescribeMesh", in_mesh),
    ];
    let steps: Vec<Value> = steps
        .into_iter()
        .zip(1..)
        .map(|((operation, args), id)| json!({ "id": id, "operation": operation, "args": args }))
        .collect();
    json!({ "api_version": VERSION.as_str(), "steps": steps })
}

/// Many lives, one after the other, as the reference server answers them.
fn lives(api: &'static Api) -> Result<Vec<(Call, Observed)>, Failed> {
    let trace = Trace::from_json(&life())?;
    let reference = Reference::new(api, None);
    let binder = Binder::new(api, "bench-");
    let started = Instant::now();
    let mut steps = Vec::new();
    for step in std::iter::repeat_n(&trace.steps, LIVES).flatten() {
        let (call, request) = binder.bind(step)?;
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let body = request.body.as_deref().unwrap_or_default();
        let sent_ms = started.elapsed().as_millis() as u64;
        let request = reference::Request { method: request.method, path, query, body };
        let reply = reference.handle(request);
        let body = Some(reply.body);
        let answer = Answer {
            status: reply.status,
            content_type: Some(reply.content_type.to_owned()),
            error_type: error_type(reply.error_type.as_deref(), body.as_ref()),
            body,
            date_ms: None,
        };
        let answered_ms = started.elapsed().as_millis() as u64;
        steps.push((call, Observed { answer: Some(answer), sent_ms, answered_ms, unix_ms: None }));
    }
    Ok(steps)
}

/// Steps per second, judged by one belief from the first life to the last, over and over.
fn model(api: &'static Api, steps: &[(Call, Observed)]) -> Result<f64, Failed> {
    let started = Instant::now();
    let mut judged = 0_u64;
    while started.elapsed() < MODEL_TIME {
        let mut belief = Belief::new(api);
        for (call, observed) in steps {
            let verdict = belief.judge(call, observed);
            if let Some(mismatch) = verdict.mismatches.first() {
                let rule = &api.catalogue.get(mismatch.rule).id;
                let operation = api.operations[call.operation].table.name;
                return Err(format!("{operation} breaks {rule}: {mismatch:?}").into());
            }
        }
        judged += steps.len() as u64;
    }
    Ok(judged as f64 / started.elapsed().as_secs_f64())
}

/// A campaign of so many calls on a server in this process. Returns how many were made.
async fn long(api: &'static Api, max_calls: u64) -> u64 {
    let runner = Runner::new(api, local::target(Reference::new(api, None)), "bench-long");
    let plan = Plan::whole(api, max_calls);
    campaign::run(&runner, &plan).await.calls
}

/// The most memory that this process had so far, where the system tells.
fn peak_memory_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

/// Calls per second of the harness and of a bare client, round by round.
async fn end_to_end(api: &'static Api, at_once: usize) -> Result<(Vec<f64>, Vec<f64>), Failed> {
    let mut traces = scenario::all(api);
    traces.retain(|trace| trace.steps.iter().all(|step| step.pause_ms == 0));
    let requests = Arc::new(record(api, &traces).await?);
    let traces = Arc::new(traces);
    let url = serve_apart(api)?;
    let runner = Runner::new(api, target(&url)?, "bench-harness");
    let client = reqwest::Client::builder().tcp_nodelay(true).no_proxy().build()?;
    let (mut harness, mut bare) = (Vec::new(), Vec::new());
    // The first round warms up.
    for round in 0..=ROUNDS {
        let started = Instant::now();
        let mut workers = JoinSet::new();
        for worker in 0..at_once {
            let (runner, traces) = (runner.clone(), traces.clone());
            workers.spawn(async move {
                let mut calls = 0;
                for trace in traces.iter().skip(worker).step_by(at_once) {
                    let execution = runner.execute(trace, &Stop::default()).await;
                    if let Some(divergence) = execution.divergences.first() {
                        return Err(format!("the reference server diverges: {divergence:?}"));
                    }
                    calls += execution.calls + execution.cleanup_calls;
                }
                Ok(calls)
            });
        }
        let mut calls = 0;
        while let Some(done) = workers.join_next().await {
            calls += done??;
        }
        let harness_rate = calls as f64 / started.elapsed().as_secs_f64();
        let started = Instant::now();
        let mut workers = JoinSet::new();
        for worker in 0..at_once {
            let (client, requests, url) = (client.clone(), requests.clone(), url.clone());
            workers.spawn(async move {
                for request in requests.iter().skip(worker).step_by(at_once).flatten() {
                    let url = format!("{url}{}", request.path);
                    let mut builder = client.request(request.method.clone(), url);
                    builder = builder.headers(request.headers.clone());
                    if let Some(body) = &request.body {
                        builder = builder.body(body.clone());
                    }
                    builder.send().await?.bytes().await?;
                }
                Ok::<(), reqwest::Error>(())
            });
        }
        while let Some(done) = workers.join_next().await {
            done??;
        }
        let bare_rate =
            requests.iter().map(Vec::len).sum::<usize>() as f64 / started.elapsed().as_secs_f64();
        if round > 0 {
            harness.push(harness_rate);
            bare.push(bare_rate);
        }
    }
    Ok((harness, bare))
}

/// A server on a thread of its own, until the process ends, as targets are processes of their own.
fn serve_apart(api: &'static Api) -> Result<String, Failed> {
    let (ready, url) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let running = http::serve(Reference::new(api, None), 0).await?;
            // Who does not listen any more needs no server.
            let _ = ready.send(running.url());
            std::future::pending::<io::Result<()>>().await
        })
    });
    Ok(url.recv()?)
}

fn target(url: &str) -> Result<Target, Failed> {
    Ok(Target::new(url, Signer::from_env(), 10_000)?)
}

/// A request as it came.
#[derive(Clone, Debug)]
struct Recorded {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Option<Bytes>,
}

#[derive(Debug)]
struct Recorder {
    reference: Reference,
    requests: Mutex<Vec<Recorded>>,
}

/// The requests that the harness makes for each of these traces, cleaning up included.
async fn record(api: &'static Api, traces: &[Trace]) -> Result<Vec<Vec<Recorded>>, Failed> {
    let recorder = Arc::new(Recorder {
        reference: Reference::new(api, None),
        requests: Mutex::new(Vec::new()),
    });
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let app = Router::new().fallback(answer).with_state(recorder.clone());
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let runner = Runner::new(api, target(&url)?, "bench-bare");
    let mut requests = Vec::with_capacity(traces.len());
    for trace in traces {
        runner.execute(trace, &Stop::default()).await;
        let mut made = recorder.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(std::mem::take(&mut *made));
    }
    server.abort();
    Ok(requests)
}

async fn answer(
    State(recorder): State<Arc<Recorder>>,
    method: Method,
    uri: Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let reply = recorder.reference.handle(reference::Request {
        method: method.as_str(),
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        body: &body,
    });
    // These are the client's own.
    headers.remove(header::HOST);
    headers.remove(header::CONTENT_LENGTH);
    let has_body = method == Method::PUT || method == Method::POST;
    recorder.requests.lock().unwrap_or_else(PoisonError::into_inner).push(Recorded {
        method,
        path: uri.to_string(),
        headers,
        body: has_body.then_some(body),
    });
    let mut response =
        Response::builder().status(reply.status).header(header::CONTENT_TYPE, reply.content_type);
    if let Some(error_type) = reply.error_type {
        response = response.header("x-amzn-ErrorType", error_type);
    }
    let body = serde_json::to_vec(&reply.body).unwrap_or_default();
    response.body(Body::from(body)).unwrap_or_default()
}
