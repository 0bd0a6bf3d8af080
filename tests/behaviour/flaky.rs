//! What a target does once and not again is told with how often it did, and with the very trace that
//! showed it; it fails no run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use appmesh_conformance::bind::Request;
use appmesh_conformance::campaign::{self, Plan};
use appmesh_conformance::execute::Runner;
use appmesh_conformance::reference::Reference;
use appmesh_conformance::report::compose;
use appmesh_conformance::report::text::{self, Look};
use appmesh_conformance::target::{Local, Target};
use appmesh_conformance::trace::Trace;
use appmesh_model::api::{Api, Version};
use appmesh_model::observed::Answer;

/// The call that goes wrong, and no other.
const WRONG_CALL: u64 = 40;

/// A correct server but for one answer.
#[derive(Debug)]
struct WrongOnce {
    server: Reference,
    calls: AtomicU64,
}

impl Local for WrongOnce {
    fn answer(&self, request: &Request, now_ms: u64) -> Answer {
        let answer = self.server.answer(request, now_ms);
        match self.calls.fetch_add(1, Ordering::Relaxed) {
            WRONG_CALL => Answer { status: 418, ..answer },
            _ => answer,
        }
    }
}

#[tokio::test]
async fn what_shows_once_is_flaky_and_comes_with_its_trace() {
    let api = Api::of(Version::V2018_10_01);
    let server = Reference::new(api, None);
    let target = Target::local(Arc::new(WrongOnce { server, calls: AtomicU64::new(0) }));
    let plan = Plan::whole(api, 300);
    let outcome = campaign::run(&Runner::new(api, target, "flaky"), &plan).await;
    assert!(outcome.findings.is_empty(), "{:?}", outcome.findings);
    let report = compose::report(&outcome);
    let [flaky] = report.flaky.as_slice() else { unreachable!("{:?}", report.flaky) };
    assert_eq!((flaky.shown, flaky.tries), (0, 5));
    // The trace ends with the call that went wrong, and is one to be replayed.
    let last = flaky.trace.last().unwrap();
    assert_eq!((last.operation.as_str(), last.status), (&*flaky.identity.operation, Some(418)));
    assert_eq!(Trace::from_json(&flaky.replay).unwrap().steps.len(), flaky.trace.len());
    // People see its last calls.
    let text = text::report(&report, Look::default(), &|_| None);
    let shown = text.find("flaky: ").map(|start| &text[start..]).unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("report-flaky", shown));
}
