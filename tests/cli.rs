//! The command line as its user sees it: help, wrong usage, runs, replays, catalogues and reports.
//!
//! Each case runs the program and compares exit code, standard output and standard error with a
//! file under `snapshots/`. Programs run in a fresh folder, so that paths are the same everywhere;
//! what differs from run to run (times, ports) is masked.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::thread;

use appmesh_conformance::reference::{Reference, Request};
use appmesh_model::api::{Api, Version};
use serde_json::Value;

use program::{folder, is_wrong, masked, run, run_in, run_with, same, same_run};

mod program;
mod request;

#[test]
fn help() {
    same_run("help", &run(&["--help"]));
    for command in [
        "run",
        "serve",
        "replay",
        "report",
        "merge",
        "baseline",
        "rules",
        "schema",
        "faults",
        "completions",
        "man",
    ] {
        same_run(&format!("help-{command}"), &run(&[command, "--help"]));
    }
}

#[test]
fn wrong_arguments() {
    let cases: &[(&str, &[&str])] = &[
        ("wrong-version", &["run", "--api-version", "2020-01-01"]),
        ("wrong-fault", &["run", "--fault", "mesh.ignores-everything"]),
        ("wrong-fault-near", &["run", "--fault", "mesh.one-uids"]),
        ("wrong-fault-twice", &["run", "--fault", "mesh.one-uid", "--fault", "mesh.one-uid"]),
        ("wrong-fault-of-serve", &["serve", "--fault", "mesh.ignores-everything"]),
        ("wrong-fault-pattern", &["faults", "--list", "--fault", "nothing.*"]),
        ("wrong-fault-pattern-near", &["faults", "--list", "--fault", "mesh.one-id"]),
        ("wrong-url", &["run", "--endpoint", "nonsense"]),
        ("wrong-scheme", &["run", "--endpoint", "ftp://127.0.0.1/"]),
        ("wrong-rule", &["run", "--rule", "nothing/*"]),
        ("wrong-rule-near", &["run", "--rule", "mesh/create-duplicat"]),
        ("wrong-rule-far", &["run", "--rule", "duplicates"]),
        ("wrong-rule-pattern", &["run", "--rule", "["]),
        ("wrong-json-folder", &["run", "--json", "missing/report.json"]),
        (
            "wrong-endpoint-with-fault",
            &[
                "run",
                "--endpoint",
                "http://127.0.0.1:1",
                "--fault",
                "mesh.ignores-create-duplicate",
            ],
        ),
        ("wrong-faults-json", &["faults", "--json", "missing/scores.json"]),
        ("wrong-no-calls", &["run", "--max-calls", "0"]),
        ("wrong-seed", &["run", "--seed", "-1"]),
        ("wrong-no-time", &["run", "--max-time-s", "0"]),
        ("wrong-preset-with-fault", &["run", "--preset", "moto", "--fault", "mesh.one-uid"]),
        ("wrong-preset-with-choices", &["run", "--preset", "moto", "--choices", "7"]),
        ("wrong-command", &["test"]),
    ];
    for (name, args) in cases {
        is_wrong(name, &run(args));
    }
}

#[test]
fn wrong_traces() {
    let steps = |steps: &str| format!(r#"{{"api_version": "2018-10-01", "steps": {steps}}}"#);
    let cases = [
        ("wrong-trace-not-json", "CreateMesh".to_owned()),
        ("wrong-trace-no-trace", "[1, 2, 3]".to_owned()),
        ("wrong-trace-no-steps", r#"{"api_version": "2018-10-01"}"#.to_owned()),
        ("wrong-trace-version", r#"{"api_version": "1.0", "steps": []}"#.to_owned()),
        ("wrong-trace-no-operation", steps(r#"[{"id": 1}]"#)),
        ("wrong-trace-operation", steps(r#"[{"id": 1, "operation": "CreateMoon", "args": {}}]"#)),
        ("wrong-trace-args", steps(r#"[{"id": 1, "operation": "CreateMesh", "args": 7}]"#)),
        ("wrong-trace-garbage", steps(r#"[{"id": 1, "operation": "CreateMesh", "garbage": "x"}]"#)),
    ];
    let folder = folder();
    is_wrong("wrong-trace-missing", &run_in(folder.path(), &["replay", "missing.json"]));
    for (name, text) in cases {
        fs::write(folder.path().join("trace.json"), text).unwrap();
        is_wrong(name, &run_in(folder.path(), &["replay", "trace.json"]));
    }
}

/// A name as long as the memory of the machine is no name.
#[test]
fn a_trace_with_a_name_without_end() {
    let folder = folder();
    let name = r#"{"$name": "a", "length": 9000000000000000000}"#;
    let step = format!(r#"{{"id": 1, "operation": "CreateMesh", "args": {{"meshName": {name}}}}}"#);
    let trace = format!(r#"{{"api_version": "2018-10-01", "steps": [{step}]}}"#);
    fs::write(folder.path().join("trace.json"), trace).unwrap();
    let ran = run_in(folder.path(), &["replay", "trace.json"]);
    assert_eq!(ran.code, Some(2), "{}", ran.transcript());
}

/// What is not known as garbage is refused, whatever its type.
#[test]
fn a_trace_with_garbage_that_is_no_string() {
    let folder = folder();
    let step = r#"{"id": 1, "operation": "CreateMesh", "args": {}, "garbage": 7}"#;
    let trace = format!(r#"{{"api_version": "2018-10-01", "steps": [{step}]}}"#);
    fs::write(folder.path().join("trace.json"), trace).unwrap();
    let ran = run_in(folder.path(), &["replay", "trace.json"]);
    assert_eq!(ran.code, Some(2), "{}", ran.transcript());
}

/// Paths are put behind the URL, so it cannot have a query or a fragment.
#[test]
fn a_url_that_nothing_can_follow() {
    for url in ["http://127.0.0.1:1?x=1", "http://127.0.0.1:1/#part"] {
        let ran = run(&["run", "--endpoint", url]);
        assert_eq!(ran.code, Some(2), "{}", ran.transcript());
    }
}

/// What a run has found must not be lost because its trace cannot be saved.
#[test]
fn a_finding_is_shown_even_if_it_cannot_be_saved() {
    let folder = folder();
    fs::create_dir_all(folder.path().join("traces/001-CreateMesh.json")).unwrap();
    let fault = ["run", "--fault", "mesh.ignores-create-duplicate", "--max-calls", "300"];
    let ran = run_in(folder.path(), &[&fault[..], &["--save", "traces"]].concat());
    assert!(ran.stdout.contains("CreateMesh breaks mesh/create-duplicate"), "{}", ran.transcript());
    assert_eq!(ran.code, Some(2), "{}", ran.transcript());
}

/// Traces of two runs do not lie side by side, unless that is said.
#[test]
fn a_folder_holds_the_traces_of_its_last_run() {
    let folder = folder();
    let run = |args: &[&str]| {
        let all = [&["run", "--max-calls", "300", "--save", "traces"][..], args].concat();
        run_in(folder.path(), &all)
    };
    let traces = || {
        let entries = fs::read_dir(folder.path().join("traces")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let names = |names: &[&str]| -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    };
    let (one, other) = ("mesh.ignores-create-duplicate", "mesh.starts-at-zero");
    let ran = run(&["--fault", one, "--fault", other]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""), "{}", ran.transcript());
    let both: BTreeSet<String> = traces();
    assert_eq!(both, names(&["001-CreateMesh.json", "002-CreateMesh.json"]));
    fs::write(folder.path().join("traces/notes.txt"), "").unwrap();
    let ran = run(&["--fault", one]);
    assert_eq!(ran.code, Some(1), "{}", ran.transcript());
    same("traces-taken-out", &ran.stderr);
    assert_eq!(traces(), names(&["001-CreateMesh.json", "notes.txt"]));
    // A run that came to nothing takes nothing away.
    let ran = run(&["--endpoint", "http://127.0.0.1:1"]);
    assert_eq!(ran.code, Some(3), "{}", ran.transcript());
    same("traces-left", &ran.stderr);
    assert_eq!(traces(), names(&["001-CreateMesh.json", "notes.txt"]));
    let ran = run(&[]);
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
    assert_eq!(traces(), names(&["notes.txt"]));
    // Again: there is nothing to say, and a folder that is not there is not made.
    fs::remove_dir_all(folder.path().join("traces")).unwrap();
    assert_eq!(run(&[]).stderr, "");
    assert!(!folder.path().join("traces").exists());
}

/// What cannot be written is known before the first call.
#[test]
fn wrong_places() {
    let folder = folder();
    fs::write(folder.path().join("file"), "").unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    let cases: &[(&str, &[&str])] = &[
        ("wrong-save-file", &["--save", "file"]),
        ("wrong-snapshots-file", &["--snapshots", "file/snapshots"]),
        ("wrong-corpus-file", &["--corpus", "file"]),
        ("wrong-html-folder", &["--html", "folder"]),
        ("wrong-same-file", &["--json", "report", "--junit", "folder/../report"]),
        ("wrong-stdout-json-github", &["--json", "-", "--format", "github"]),
        ("wrong-stdout-json-sarif", &["--json", "-", "--sarif", "-"]),
    ];
    for (name, args) in cases {
        is_wrong(name, &run_in(folder.path(), &[&["run"], *args].concat()));
    }
    let github = ["run", "--format", "github"];
    let ran = run_with(&[("GITHUB_STEP_SUMMARY", "folder")], folder.path(), &github);
    is_wrong("wrong-summary", &ran);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
    // Where everything goes and nothing stays there is room for two.
    let nowhere = ["--json", "/dev/null", "--junit", "/dev/null"];
    let ran = run_in(folder.path(), &[&["run", "--max-calls", "60"][..], &nowhere].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
}

/// Reports that do not belong together are not joined.
#[test]
fn wrong_merges() {
    let folder = folder();
    let run = |name: &str, args: &[&str]| {
        let json = format!("{name}.json");
        let run = ["run", "--max-calls", "60", "--json", &json];
        let ran = run_in(folder.path(), &[&run[..], args].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.transcript());
    };
    run("whole", &[]);
    run("seed", &["--seed", "1"]);
    run("mesh", &["--seed", "2", "--rule", "mesh/*"]);
    run("other", &["--api-version", "2019-01-25"]);
    run("1-of-2", &["--shard", "1/2"]);
    run("2-of-2", &["--shard", "2/2"]);
    run("2-of-3", &["--shard", "2/3"]);
    run("2-of-2-seed", &["--shard", "2/2", "--seed", "1"]);
    fs::copy(folder.path().join("whole.json"), folder.path().join("copy.json")).unwrap();
    fs::copy(folder.path().join("1-of-2.json"), folder.path().join("copy-1.json")).unwrap();
    for (name, reports) in [
        ("wrong-merge-file", ["whole.json", "./whole.json"]),
        ("wrong-merge-campaign", ["whole.json", "copy.json"]),
        ("wrong-merge-rules", ["whole.json", "mesh.json"]),
        ("wrong-merge-version", ["whole.json", "other.json"]),
        ("wrong-merge-shard", ["1-of-2.json", "copy-1.json"]),
        ("wrong-merge-whole", ["1-of-2.json", "whole.json"]),
        ("wrong-merge-count", ["1-of-2.json", "2-of-3.json"]),
        ("wrong-merge-seed", ["1-of-2.json", "2-of-2-seed.json"]),
    ] {
        is_wrong(name, &run_in(folder.path(), &[&["merge"], &reports[..]].concat()));
    }
    let merge = |reports: &[&str]| run_in(folder.path(), &[&["merge"], reports].concat());
    assert_eq!(merge(&["whole.json", "seed.json"]).code, Some(0));
    assert_eq!(merge(&["1-of-2.json", "2-of-2.json"]).code, Some(0));
    let half = merge(&["1-of-2.json"]);
    assert_eq!(half.code, Some(3), "{}", half.transcript());
    let last = half.stdout.lines().last().unwrap();
    assert_eq!(last, "inconclusive: missing of the campaign: shard 2/2");
}

/// A run whose time is up says so, whatever else it says.
#[test]
fn a_run_whose_time_is_up() {
    let args = ["run", "--max-calls", "100000000", "--max-time-s", "3", "--json", "report.json"];
    let folder = folder();
    let ran = run_in(folder.path(), &args);
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
    let said =
        "the time was up: this is what was found until then, and the rest is beyond the budget";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    assert_eq!(ran.stdout.lines().last(), Some("no divergence found"));
    let report = fs::read_to_string(folder.path().join("report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!((&report["time_up"], &report["interrupted"]), (&true.into(), &false.into()));
    // What was not visited is named with the reason, also where it is all told once more.
    let again = run_in(folder.path(), &["report", "report.json"]);
    for unvisited in report["coverage"]["unvisited"].as_array().unwrap() {
        assert_eq!(unvisited["reason"], "budget");
        assert!(
            again.stdout.contains("  beyond the budget: allow more time ("),
            "{}",
            again.stdout
        );
    }
}

/// The command under a finding can be pasted into a shell.
#[test]
fn the_replay_command_quotes_what_a_shell_would_split() {
    let fault = ["run", "--fault", "mesh.ignores-create-duplicate", "--max-calls", "300"];
    let ran = run(&[&fault[..], &["--save", "my traces"]].concat());
    let line = ran.stdout.lines().find(|line| line.contains(" replay ")).unwrap();
    assert!(line.contains("'my traces/001-CreateMesh.json'"), "{line}");
}

#[test]
fn serve_on_a_port_in_use() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut ran = run(&["serve", "--port", &port]);
    for text in [&mut ran.command, &mut ran.stdout, &mut ran.stderr] {
        *text = text.replace(&port, "[port]");
    }
    is_wrong("wrong-port-in-use", &ran);
}

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
    let server = Reference::new(Api::of(Version::V2018_10_01), None, &[]);
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

#[test]
fn a_run_on_the_embedded_server() {
    let ran = run(&["run", "--max-calls", "300"]);
    assert_eq!(ran.code, Some(0));
    same_run("run", &ran);
    // `run` is what happens without a command.
    assert_eq!(masked(&run(&["--max-calls", "300"]).stdout), masked(&ran.stdout));
}

#[test]
fn a_finding_is_saved_and_replayed() {
    let fault = "mesh.ignores-create-duplicate";
    let folder = folder();
    let ran =
        run_in(folder.path(), &["run", "--fault", fault, "--max-calls", "300", "--save", "traces"]);
    assert_eq!(ran.code, Some(1));
    same_run("run-with-fault", &ran);

    let trace = "traces/001-CreateMesh.json";
    same("saved-trace", &fs::read_to_string(folder.path().join(trace)).unwrap());

    let broken = run_in(folder.path(), &["replay", trace, "--fault", fault]);
    assert_eq!(broken.code, Some(1));
    same_run("replay-with-fault", &broken);

    let mended = run_in(folder.path(), &["replay", trace]);
    assert_eq!(mended.code, Some(0));
    same_run("replay-without-fault", &mended);

    let nobody = run_in(folder.path(), &["replay", trace, "--endpoint", "http://127.0.0.1:1"]);
    assert_eq!(nobody.code, Some(3));
    same_run("replay-unreachable", &nobody);
}

#[test]
fn a_report_on_standard_output_is_the_report_in_a_file() {
    let folder = folder();
    let fault = ["run", "--fault", "mesh.version-survives-delete", "--max-calls", "300"];
    let to_file = run_in(folder.path(), &[&fault[..], &["--json", "report.json"]].concat());
    let to_stdout = run_in(folder.path(), &[&fault[..], &["--json", "-"]].concat());
    let in_file = fs::read_to_string(folder.path().join("report.json")).unwrap();
    assert_eq!(masked(&in_file), masked(&to_stdout.stdout));
    assert!(to_file.stdout.starts_with("appmesh-conformance "), "the text is there, too");

    // What was written is as good as what was found.
    let again = run_in(folder.path(), &["report", "report.json", "--json", "-"]);
    assert_eq!((again.code, again.stdout), (Some(1), in_file));
    // The same goes for the others.
    for option in ["--junit", "--sarif", "--html"] {
        let to_file = run_in(folder.path(), &["report", "report.json", option, "other"]);
        let to_stdout = run_in(folder.path(), &["report", "report.json", option, "-"]);
        let in_file = fs::read_to_string(folder.path().join("other")).unwrap();
        assert_eq!((to_stdout.code, to_stdout.stdout), (to_file.code, in_file), "{option}");
    }
    fs::write(folder.path().join("other.json"), "{\"tool\": 1}").unwrap();
    is_wrong("wrong-report", &run_in(folder.path(), &["report", "other.json"]));
}

#[test]
fn catalogues() {
    for version in ["2018-10-01", "2019-01-25"] {
        let text = run(&["rules", "--api-version", version]);
        assert_eq!((text.code, text.stderr.as_str()), (Some(0), ""));
        same(&format!("rules-{version}"), &text.stdout);

        let json = run(&["rules", "--api-version", version, "--format", "json"]);
        let rules: Vec<Value> = serde_json::from_str(&json.stdout).unwrap();
        let mut ids = BTreeSet::new();
        for rule in &rules {
            assert_eq!(members(rule), ["basis", "id", "source", "statement"]);
            for member in ["basis", "id", "source", "statement"] {
                assert!(rule[member].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
            }
            let id = rule["id"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
            assert!(text.stdout.contains(&format!("{id} ({})", rule["basis"].as_str().unwrap())));
        }
        assert!(rules.len() > 100, "{} rules", rules.len());
    }
}

fn members(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

fn has_members(object: &Value, promised: &[&str]) {
    for name in promised {
        assert!(object.get(name).is_some(), "no {name:?} in {object:#}");
    }
}

#[test]
fn the_json_report_has_the_members_that_are_promised() {
    let ran = run(&[
        "run",
        "--fault",
        "mesh.ignores-create-duplicate",
        "--max-calls",
        "300",
        "--rule",
        "mesh/create-*",
        "--json",
        "-",
    ]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    has_members(
        &report,
        &["tool", "api_version", "target", "seed", "calls", "duration_ms", "rules", "findings"],
    );
    has_members(&report["tool"], &["name", "version"]);
    has_members(&report["rules"][0], &["id", "basis", "status", "exercised"]);
    let finding = &report["findings"][0];
    has_members(
        finding,
        &[
            "rule",
            "basis",
            "operation",
            "at",
            "permitted",
            "observed",
            "statement",
            "source",
            "trace",
            "shrink",
        ],
    );
    has_members(&finding["trace"][0], &["operation", "method", "path", "body", "status"]);
    has_members(&finding["shrink"], &["from_steps", "to_steps", "calls", "reproduced"]);
    same("report", &masked(&ran.stdout));
}

/// Two runs with the same arguments give the same report, byte for byte but for the duration.
fn same_twice(fault: &str, max_calls: &str) {
    let args = ["run", "--fault", fault, "--max-calls", max_calls, "--seed", "7", "--json", "-"];
    let [first, second] = [(); 2].map(|()| run(&args));
    assert_eq!((first.code, second.code), (Some(1), Some(1)), "{fault} is found");
    assert_eq!(masked(&first.stdout), masked(&second.stdout), "{fault}");
}

#[test]
fn the_same_seed_gives_the_same_report() {
    same_twice("mesh.ignores-create-duplicate", "800");
    same_twice("virtual-node.update-merges", "800");
}

#[test]
fn the_same_seed_gives_the_same_report_where_pages_are_wrong() {
    same_twice("mesh.page-skips", "2500");
}
