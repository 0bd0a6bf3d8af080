//! The call that is judged is the call that a server reads from the bytes of the request.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use appmesh_conformance::bind::Binder;
use appmesh_conformance::request_parser::{self, Request};
use appmesh_conformance::target::{Signer, Target};
use appmesh_conformance::trace::{Arg, Garbage, Step};
use appmesh_model::api::{Api, ApiOperation, Call, Version};
use appmesh_model::operation::Location;
use appmesh_model::shape::Kind;
use axum::body::Bytes;
use axum::http::{Method, Uri};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::random::any_json;

/// The prefix of all names.
const PREFIX: &str = "run-";
/// The owner that an earlier answer named.
const OWNER: &str = "123456789012";
/// Names that a path, a query or a URL library may take for something else.
const UNUSUAL: &[&str] = &[
    "a b",
    "%2F",
    "%2e%2e",
    ".",
    "..",
    "",
    "ä",
    "a/b",
    "a?b#c",
    "a&b=c",
    "+5",
    "007",
    "{meshName}",
];

type Received = (Method, Uri, Bytes);

/// A server that keeps each request as the reference server gets it, and a client of it.
struct Recorder {
    runtime: Runtime,
    target: Target,
    received: Mutex<UnboundedReceiver<Received>>,
}

fn recorder() -> &'static Recorder {
    static RECORDER: OnceLock<Recorder> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let runtime = Runtime::new().unwrap();
        let (sender, received) = mpsc::unbounded_channel();
        let record = move |method: Method, uri: Uri, body: Bytes| async move {
            sender.send((method, uri, body)).unwrap();
        };
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = axum::Router::new().fallback(record);
        runtime.spawn(async move { axum::serve(listener, app).await });
        let target = runtime.block_on(async { Target::new(&url, Signer::from_env(), 20_000) });
        Recorder { runtime, target: target.unwrap(), received: Mutex::new(received) }
    })
}

fn unusual() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(UNUSUAL).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn any_arg() -> impl Strategy<Value = Arg> {
    prop_oneof![
        3 => Just(Arg::Plain(Value::Null)),
        2 => any::<i64>().prop_map(|number| Arg::Plain(json!(number))),
        1 => any::<bool>().prop_map(|flag| Arg::Plain(json!(flag))),
        4 => unusual().prop_map(|name| Arg::Plain(json!(name))),
        2 => unusual().prop_map(Arg::name),
        4 => any_json().prop_map(|value| Arg::from_json(&value).unwrap()),
        1 => Just(Arg::Owner),
        1 => Just(Arg::PageAfter(1)),
    ]
}

/// The value of an argument, where an earlier answer gave this page token.
fn value(arg: &Arg, token: &str) -> Value {
    match arg {
        Arg::Name { symbol, .. } => json!(format!("{PREFIX}{symbol}")),
        Arg::Owner => json!(OWNER),
        Arg::PageAfter(_) => json!(token),
        plain => plain.to_json(),
    }
}

/// The call that a request with these arguments says, worked out without the request; none where no
/// request can say it.
fn said(
    operation: &ApiOperation,
    args: &BTreeMap<String, Arg>,
    token: &str,
    garbage: Option<Garbage>,
) -> Option<Call> {
    let mut input = Map::new();
    let mut has_body = false;
    for member in operation.table.inputs {
        let value = args.get(member.name).map(|arg| value(arg, token));
        let text = value.as_ref().map(|it| it.as_str().map_or(it.to_string(), str::to_owned));
        has_body |= member.location == Location::Body;
        let read = match member.location {
            Location::Path => Some(json!(text.filter(|it| !["", ".", ".."].contains(&&**it))?)),
            Location::Query => text.map(|text| match (&member.shape.kind, text.parse::<i64>()) {
                (Kind::Integer { .. }, Ok(number)) => json!(number),
                _ => json!(text),
            }),
            Location::Body if garbage.is_some() => None,
            // Some numbers lose their last digit on the way.
            Location::Body => value.map(|it| serde_json::from_str(&it.to_string()).unwrap()),
        };
        input.extend(read.map(|read| (member.name.to_owned(), read)));
    }
    Some(Call { operation: operation.index, input, malformed: has_body && garbage.is_some() })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_judged_call_is_what_a_server_reads_from_the_bytes(
        version in prop::sample::select(Version::ALL.to_vec()),
        operation in any::<prop::sample::Index>(),
        args in prop::collection::vec(prop::option::weighted(0.9, any_arg()), 9),
        token in unusual(),
        garbage in prop::option::weighted(0.1, prop::sample::select(Garbage::ALL.to_vec())),
    ) {
        let api = Api::of(version);
        let operation = operation.get(&api.operations);
        let inputs = operation.table.inputs.iter().map(|input| input.name);
        prop_assert!(operation.table.inputs.len() < args.len());
        let args: BTreeMap<String, Arg> = inputs
            .chain(["unknown"])
            .zip(args)
            .filter_map(|(name, arg)| Some((name.to_owned(), arg?)))
            .collect();
        let mut binder = Binder::new(api, PREFIX);
        let owner = api.operations.iter().find_map(|it| it.input(appmesh_model::operation::Role::Owner));
        let metadata = owner.map(|(input, _)| json!({ (input.name): OWNER }));
        let name = operation.table.name.to_owned();
        let step = Step { id: 1, operation: name, args, pause_ms: 0, garbage };
        let mut args = step.args.clone();
        if metadata.is_none() {
            args.retain(|_, arg| *arg != Arg::Owner);
        }
        binder.learn(&step, Some(&json!({ "nextToken": token, "metadata": metadata })));
        let expected = said(operation, &args, &token, garbage);
        let Ok((judged, request)) = binder.bind(&step) else {
            prop_assert_eq!(expected, None);
            return Ok(());
        };
        prop_assert_eq!(Some(&judged), expected.as_ref());
        let recorder = recorder();
        let (method, uri, body) = recorder.runtime.block_on(async {
            let mut received = recorder.received.lock().await;
            recorder.target.send(&request).await;
            received.recv().await.unwrap()
        });
        let query = uri.query().unwrap_or_default();
        let received = Request { method: method.as_str(), path: uri.path(), query, body: &body };
        prop_assert_eq!(Ok(judged), request_parser::read(api, received));
    }
}
