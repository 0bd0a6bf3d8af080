//! Runs that are told to stop: they report, clean up and end with a code of their own.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::program::{Ran, Trial, finish};
use super::wire::{CallContext, Good, hang, serve};

fn tell(child: &Child, signal: &str) {
    let mut kill = Command::new("kill");
    assert!(kill.args([signal, &child.id().to_string()]).status().unwrap().success());
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(120);
    while !is_so() {
        assert!(Instant::now() < end, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Runs on a server with this fault, or none, and sends the signal after so many requests. The
/// server must be empty in the end.
fn stopped(signal: &str, fault: Option<&str>, requests: u64) -> Ran {
    let good = Arc::new(Good::with_fault(fault));
    let count = Arc::new(AtomicU64::new(0));
    let (server, counter) = (good.clone(), count.clone());
    let url = serve(move |stream, asked| {
        counter.fetch_add(1, Ordering::Relaxed);
        // So that the run is not over before it is told to stop.
        thread::sleep(Duration::from_millis(2));
        server.answer(stream, asked)
    });
    let folder = tempfile::tempdir().unwrap();
    let child = Trial::on(url).calls(100_000).start(folder.path());
    wait_until("so many requests", || count.load(Ordering::Relaxed) >= requests);
    tell(&child, signal);
    let ran = finish(child, folder);
    let asked = CallContext {
        method: "GET".to_owned(),
        target: "/meshes".to_owned(),
        head: String::new(),
        body: Vec::new(),
        count: 0,
    };
    assert_eq!(good.reply(&asked).body["meshes"], Value::Array(Vec::new()), "all is deleted");
    assert_eq!(ran.code, Some(130), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("\ninterrupted: this is what was found until then"));
    assert_eq!(ran.report["interrupted"], Value::Bool(true), "the report is whole");
    ran
}

#[test]
fn ctrl_c_before_anything_was_found() {
    let ran = stopped("-INT", None, 40);
    assert!(ran.broken().is_empty(), "{}", ran.stdout);
}

#[test]
fn ctrl_c_after_something_was_found() {
    let ran = stopped("-INT", Some("mesh.ignores-create-duplicate"), 800);
    assert!(ran.broken().contains("mesh/create-duplicate"), "{}", ran.stdout);
    assert!(ran.folder.path().join("traces/001-CreateMesh.json").exists());
}

#[test]
fn terminated() {
    let ran = stopped("-TERM", Some("mesh.ignores-create-duplicate"), 800);
    assert!(ran.broken().contains("mesh/create-duplicate"), "{}", ran.stdout);
}

/// A clean-up that hangs can be left by a second signal.
#[test]
fn ctrl_c_twice() {
    let good = Good::new();
    let count = Arc::new(AtomicU64::new(0));
    let counter = count.clone();
    let url = serve(move |stream, asked| {
        counter.fetch_add(1, Ordering::Relaxed);
        match asked.method.as_str() {
            "DELETE" => hang(stream),
            _ => good.answer(stream, asked),
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let mut child = Trial::on(url).patient().start(folder.path());
    wait_until("a few requests", || count.load(Ordering::Relaxed) >= 3);
    tell(&child, "-INT");
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.starts_with("interrupted: "), "{line}");
    // At once it would count as the same one.
    thread::sleep(Duration::from_millis(500));
    tell(&child, "-INT");
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert!(!rest.contains("panicked"), "{rest}");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!folder.path().join("report.json").exists(), "no half of a report");
}
