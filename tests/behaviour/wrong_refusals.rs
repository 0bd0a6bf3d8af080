//! Servers that refuse calls which must succeed, each with exactly the findings that it earns.
//!
//! Each server is the reference server with one thing changed. The calls that it answers wrongly are
//! known from its description, and a campaign must accuse these operations and no other: the calls that
//! follow a wrong refusal are right for what the server holds.
//!
//! A release build tries every server with four seeds, as does one with `APPMESH_ALL_SEEDS=1`; a debug
//! build tries each server on one family with one seed. Servers are in this process; some are served
//! over HTTP, too.

use std::collections::BTreeSet;
use std::fmt::{self, Debug, Formatter};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use appmesh_conformance::bind;
use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::campaign_outcome::{Finding, Outcome};
use appmesh_conformance::execute::Runner;
use appmesh_conformance::generate::trace_builder::{Detail, TraceBuilder};
use appmesh_conformance::reference::{Reference, Reply, Request};
use appmesh_conformance::request_parser;
use appmesh_conformance::target::{Local, Signer, Target};
use appmesh_conformance::trace::Trace;
use appmesh_model::api::{Api, Version};
use appmesh_model::correct_server::{Minted, perform};
use appmesh_model::error::ErrorKind;
use appmesh_model::expect::expect;
use appmesh_model::observed::{Answer, error_type};
use appmesh_model::operation::Action;
use appmesh_model::world::{Timestamp, World};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Method, Response, Uri, header};
use serde_json::json;
use tokio::net::TcpListener;

use super::after_delete::without_a_delete;
use super::thorough::is_thorough;

/// The default of the command line: all planned traces and some hundred random calls.
const MAX_CALLS: u64 = appmesh_conformance::cli::DEFAULT_MAX_CALLS;
/// When the servers' time begins, in milliseconds since the epoch.
const START_MS: i64 = 1_543_363_200_500;

/// How a server changes what the reference server does.
type Behaviour = fn(&Server, Request<'_>, i64) -> Reply;

/// A server that is correct but for its behaviour, which shows on one family or on all.
struct Server {
    reference: Reference,
    family: Option<usize>,
    behaviour: Behaviour,
    /// What the reference server holds, as far as it decides what the documents say of a call.
    world: Mutex<World>,
}

impl Debug for Server {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("family", &self.family).finish_non_exhaustive()
    }
}

impl Local for Server {
    fn answer(&self, request: &bind::Request, now_ms: u64) -> Answer {
        let now_ms = START_MS.saturating_add_unsigned(now_ms);
        let reply = (self.behaviour)(self, request.on_the_wire(), now_ms);
        Answer {
            status: reply.status,
            content_type: Some(reply.content_type.to_owned()),
            error_type: error_type(reply.error_type.as_deref(), Some(&reply.body)),
            body: Some(reply.body),
            date_ms: Some(now_ms),
        }
    }
}

impl Server {
    fn new(api: &'static Api, family: Option<usize>, behaviour: Behaviour) -> Self {
        let reference = Reference::new(api, None);
        Self { reference, family, behaviour, world: Mutex::default() }
    }

    /// Whether a request is for one of these actions on the family.
    fn is(&self, request: Request<'_>, actions: &[Action]) -> bool {
        let routed = self.reference.api().route(request.method, request.path);
        routed.is_some_and(|(operation, _)| {
            self.family.is_none_or(|family| family == operation.family)
                && actions.contains(&operation.table.action)
        })
    }

    /// Whether the reference server would accept a request.
    fn accepts(&self, request: Request<'_>, now_ms: i64) -> bool {
        self.reference.fork().handle_at(request, now_ms).status == 200
    }

    /// The correct answer, but that the accepted calls of these actions are refused.
    fn refuse(
        &self,
        actions: &[Action],
        error: ErrorKind,
        request: Request<'_>,
        now_ms: i64,
    ) -> Reply {
        match self.is(request, actions) && self.accepts(request, now_ms) {
            true => refusal(error),
            false => self.reference.handle_at(request, now_ms),
        }
    }

    /// The correct answer, but that calls of this action are called refused that are done. Those are
    /// left out of which a refusal would be permitted, because the documents are silent on their input.
    fn belie(&self, action: Action, error: ErrorKind, request: Request<'_>, now_ms: i64) -> Reply {
        let api = self.reference.api();
        let reply = self.reference.handle_at(request, now_ms);
        let Ok(call) = request_parser::read(api, request) else { return reply };
        let mut world = self.world.lock().unwrap();
        let expectation = expect(api, &world, &call);
        if let (200, Some(&change)) = (reply.status, expectation.changes.first()) {
            let now = Timestamp { ms: now_ms, whole: false };
            let (uid, account, region) = Default::default();
            let minted = Minted { uid, now, account, region };
            perform(api, &mut world, &call, &expectation, change, &minted);
        }
        let is_open = expectation.unclear_input || expectation.permits(error);
        match self.is(request, &[action]) && reply.status == 200 && !is_open {
            true => refusal(error),
            false => reply,
        }
    }
}

/// An answer that refuses a call.
fn refusal(error: ErrorKind) -> Reply {
    Reply {
        status: error.status(),
        content_type: "application/json",
        error_type: Some(error.type_name().to_owned()),
        body: json!({ "message": "no" }),
    }
}

/// Names in a path are looked up as they travel. In a body they are stored as they are meant, so that a
/// resource whose name needs an encoding exists and cannot be addressed.
fn does_not_decode_paths(server: &Server, request: Request<'_>, now_ms: i64) -> Reply {
    let path = request.path.replace('%', "%25");
    server.reference.handle_at(Request { path: &path, ..request }, now_ms)
}

/// No describe finds anything.
fn describes_nothing(server: &Server, request: Request<'_>, now_ms: i64) -> Reply {
    server.refuse(&[Action::Describe], ErrorKind::NotFound, request, now_ms)
}

/// Describes do not find a resource whose name ends with one letter.
fn does_not_describe_one_name(server: &Server, request: Request<'_>, now_ms: i64) -> Reply {
    match request.path.ends_with('b') {
        true => describes_nothing(server, request, now_ms),
        false => server.reference.handle_at(request, now_ms),
    }
}

fn updates_are_not_found(server: &Server, request: Request<'_>, now_ms: i64) -> Reply {
    server.refuse(&[Action::Update], ErrorKind::NotFound, request, now_ms)
}

fn updates_conflict(server: &Server, request: Request<'_>, now_ms: i64) -> Reply {
    server.refuse(&[Action::Update], ErrorKind::Conflict, request, now_ms)
}

fn updates_are_bad_requests(server: &Server, request: Request<'_>, now_ms: i64) -> Reply {
    server.refuse(&[Action::Update], ErrorKind::BadRequest, request, now_ms)
}

/// Neither a describe nor an update finds anything, but lists and deletes do.
fn single_calls_find_nothing(server: &Server, request: Request<'_>, now_ms: i64) -> Reply {
    server.refuse(&[Action::Describe, Action::Update], ErrorKind::NotFound, request, now_ms)
}

/// Nothing finds a resource whose name ends with one letter but the lists and what lives in it.
fn does_not_find_one_name(server: &Server, request: Request<'_>, now_ms: i64) -> Reply {
    let actions = [Action::Describe, Action::Update, Action::Delete];
    match request.path.ends_with('b') {
        true => server.refuse(&actions, ErrorKind::NotFound, request, now_ms),
        false => server.reference.handle_at(request, now_ms),
    }
}

/// A delete is done and answered as if there had been nothing to delete.
fn deletes_and_says_not_found(server: &Server, request: Request<'_>, now_ms: i64) -> Reply {
    server.belie(Action::Delete, ErrorKind::NotFound, request, now_ms)
}

/// An update is done and answered as if there had been nothing to update.
fn updates_and_says_not_found(server: &Server, request: Request<'_>, now_ms: i64) -> Reply {
    server.belie(Action::Update, ErrorKind::NotFound, request, now_ms)
}

/// A create is done and answered as if it had not been understood.
fn creates_and_says_bad_request(server: &Server, request: Request<'_>, now_ms: i64) -> Reply {
    server.belie(Action::Create, ErrorKind::BadRequest, request, now_ms)
}

/// What a campaign found: operation, rule and place.
fn accusations(api: &Api, findings: &[Finding]) -> BTreeSet<String> {
    let told = |finding: &Finding| {
        let signature = &finding.signature;
        let rule = &api.catalogue.get(signature.rule).id;
        format!("{} {rule} at {}", signature.operation, signature.at)
    };
    findings.iter().map(told).collect()
}

/// The accusations of the operations of a family, or of all, whose valid calls are refused so.
fn earned(
    api: &Api,
    family: Option<usize>,
    actions: &[(Action, &str)],
    error: ErrorKind,
) -> BTreeSet<String> {
    let operations = api.operations.iter().filter(|it| family.is_none_or(|its| its == it.family));
    let told = operations.flat_map(|operation| {
        let family = api.families[operation.family].table.id;
        let slugs = actions.iter().filter(|(action, _)| *action == operation.table.action);
        slugs.map(move |(_, slug)| {
            let place = format!("answer {} {}", error.status(), error.type_name());
            format!("{} {family}/{slug} at {place}", operation.table.name)
        })
    });
    told.collect()
}

const DESCRIBE: (Action, &str) = (Action::Describe, "describe");
const UPDATE: (Action, &str) = (Action::Update, "update");
const CREATE: (Action, &str) = (Action::Create, "create");
const DELETE: (Action, &str) = (Action::Delete, "delete");

/// Runs campaigns on a server for each family, which find what it earns there and nothing else.
fn each_family(behaviour: Behaviour, wrong: &[(Action, &str)], error: ErrorKind) {
    let mut complaints = Vec::new();
    for version in Version::ALL {
        let api = Api::of(version);
        let has_all = |family: &usize| {
            wrong.iter().all(|(action, _)| api.operation_of(*family, *action).is_some())
        };
        // What lives in others has the most relationships.
        let families = (0..api.families.len()).rev().filter(has_all);
        for family in families.take(if is_thorough("APPMESH_ALL_SEEDS") { usize::MAX } else { 1 }) {
            let expected = earned(api, Some(family), wrong, error);
            complaints.extend(on_every_seed(api, Some(family), behaviour, &[], &expected));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Runs a campaign for each seed. Returns what is wrong with them.
fn on_every_seed(
    api: &'static Api,
    family: Option<usize>,
    behaviour: Behaviour,
    corpus: &[Trace],
    expected: &BTreeSet<String>,
) -> Vec<String> {
    let seeds = 0..if is_thorough("APPMESH_ALL_SEEDS") { 4 } else { 1 };
    let complaints = seeds.filter_map(|seed| {
        let server = Server::new(api, family, behaviour);
        let plan = Plan { seed, corpus: corpus.to_vec(), ..Plan::whole(api, MAX_CALLS) };
        let runner = Runner::new(api, Target::local(Arc::new(server)), "act-refuse");
        let outcome = block_on(campaign::run(&runner, &plan));
        let complaint = complaint(&outcome, expected)?;
        let name = family.map_or("all families", |family| api.families[family].table.id);
        Some(format!("{}, {name}, seed {seed}: {complaint}", api.version))
    });
    complaints.collect()
}

/// What is wrong with a campaign that should find this and nothing else; nothing if all is well.
fn complaint(outcome: &Outcome, expected: &BTreeSet<String>) -> Option<String> {
    let found = accusations(outcome.api, &outcome.findings);
    let (missed, false_ones): (Vec<_>, Vec<_>) =
        (expected.difference(&found).collect(), found.difference(expected).collect());
    let well = missed.is_empty()
        && false_ones.is_empty()
        && without_a_delete(outcome.api, &outcome.findings).is_empty()
        && outcome.flaky.is_empty()
        && outcome.inconclusive.is_none();
    let is_false = |it: &&Finding| {
        let own = accusations(outcome.api, std::slice::from_ref(it));
        !own.is_subset(expected)
    };
    let traces = outcome.findings.iter().filter(is_false).map(|it| it.shrunk.trace.to_json());
    let traces: Vec<String> = traces.map(|trace| trace.to_string()).collect();
    (!well).then(|| {
        format!(
            "missed {missed:?}, accused falsely {false_ones:?}, {} flaky, inconclusive {:?}, {traces:#?}",
            outcome.flaky.len(),
            outcome.inconclusive
        )
    })
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Calls in parents whose names need an encoding, as other traces give such names to what they are about
/// only; and what all of them earn. That are the operations that take the name of a resource in their
/// path: that of the resource itself, or that of its parent.
fn odd_names(api: &'static Api) -> (Vec<Trace>, BTreeSet<String>) {
    let mut traces = Vec::new();
    let mut earned = earned(api, None, &[DESCRIBE, UPDATE, DELETE], ErrorKind::NotFound);
    for family in api.families.iter().filter(|family| !family.is_root()) {
        let mut builder = TraceBuilder::new(api);
        let parent = family.lineage[family.lineage.len() - 2];
        let mut names = builder.prepare(family.index);
        names.pop();
        names.push("a b".to_owned());
        builder.on(parent, Action::Create, &names, Detail::Least);
        let one: Vec<String> = names.iter().cloned().chain(["c".to_owned()]).collect();
        let mut in_parent = vec![(Action::List, "list")];
        let create = builder.operation(family.index, Action::Create).unwrap();
        let args = builder.valid(create, &one, Detail::Least);
        // Whether it may refer to what does not exist can be left open, and then a 404 is permitted.
        if !builder.expectation(create, &args).unwrap().permits(ErrorKind::NotFound) {
            in_parent.push(CREATE);
        }
        builder.call(create, args);
        builder.on(family.index, Action::Describe, &one, Detail::Least);
        builder.on(family.index, Action::List, &names, Detail::Least);
        builder.on(parent, Action::Create, &names, Detail::Least);
        traces.push(builder.finish());
        earned.extend(self::earned(api, Some(family.index), &in_parent, ErrorKind::NotFound));
    }
    (traces, earned)
}

/// Answers a request over HTTP.
async fn respond(
    State(server): State<Arc<Server>>,
    method: Method,
    uri: Uri,
    body: Bytes,
) -> Response<Body> {
    let (path, query) = (uri.path(), uri.query().unwrap_or_default());
    let request = Request { method: method.as_str(), path, query, body: &body };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let reply = (server.behaviour)(&server, request, i64::try_from(now.as_millis()).unwrap());
    let head = Response::builder().status(reply.status);
    let head = head.header(header::CONTENT_TYPE, reply.content_type);
    let head = match reply.error_type {
        Some(error_type) => head.header("x-amzn-ErrorType", error_type),
        None => head,
    };
    head.body(Body::from(reply.body.to_string())).unwrap()
}

#[tokio::test]
async fn a_server_that_does_not_decode_paths_over_http() {
    let api = Api::of(Version::V2018_10_01);
    let server = Arc::new(Server::new(api, None, does_not_decode_paths));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(respond).with_state(server);
    let serving = tokio::spawn(async move { axum::serve(listener, app).await });
    let target = Target::new(&url, Signer::from_env(), 10_000).unwrap();
    let (corpus, expected) = odd_names(api);
    let plan = Plan { concurrency: None, corpus, ..Plan::whole(api, MAX_CALLS) };
    let runner = Runner::new(api, target, "act-refuse");
    let outcome = campaign::run(&runner, &plan).await;
    serving.abort();
    assert_eq!(complaint(&outcome, &expected), None);
}

#[test]
fn a_server_that_does_not_decode_paths() {
    let mut complaints = Vec::new();
    for version in Version::ALL {
        let api = Api::of(version);
        let (corpus, expected) = odd_names(api);
        complaints.extend(on_every_seed(api, None, does_not_decode_paths, &corpus, &expected));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_server_that_describes_nothing() {
    each_family(describes_nothing, &[DESCRIBE], ErrorKind::NotFound);
}

#[test]
fn a_server_that_does_not_describe_one_name() {
    each_family(does_not_describe_one_name, &[DESCRIBE], ErrorKind::NotFound);
}

#[test]
fn a_server_that_does_not_find_what_is_to_be_updated() {
    each_family(updates_are_not_found, &[UPDATE], ErrorKind::NotFound);
}

#[test]
fn a_server_that_answers_updates_with_a_conflict() {
    each_family(updates_conflict, &[UPDATE], ErrorKind::Conflict);
}

#[test]
fn a_server_that_takes_updates_for_bad_requests() {
    each_family(updates_are_bad_requests, &[UPDATE], ErrorKind::BadRequest);
}

#[test]
fn a_server_whose_lists_are_right_where_single_calls_find_nothing() {
    each_family(single_calls_find_nothing, &[DESCRIBE, UPDATE], ErrorKind::NotFound);
}

#[test]
fn a_server_that_deletes_and_says_that_there_was_nothing() {
    each_family(deletes_and_says_not_found, &[DELETE], ErrorKind::NotFound);
}

#[test]
fn a_server_that_does_not_find_one_name() {
    each_family(does_not_find_one_name, &[DESCRIBE, UPDATE, DELETE], ErrorKind::NotFound);
}

#[test]
fn a_server_that_updates_and_says_that_there_was_nothing() {
    // The same update with the same token is due, too, because the first one was done.
    let again = (Action::Update, "update-token-replay");
    each_family(updates_and_says_not_found, &[UPDATE, again], ErrorKind::NotFound);
}

#[test]
fn a_server_that_creates_and_says_that_the_request_was_bad() {
    let again = ["create-after-delete", "create-token-replay"].map(|slug| (Action::Create, slug));
    let wrong = [CREATE, again[0], again[1]];
    each_family(creates_and_says_bad_request, &wrong, ErrorKind::BadRequest);
}
