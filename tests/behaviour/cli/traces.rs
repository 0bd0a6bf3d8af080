//! Traces as files: saved, run again, and refused where they are none.

use std::collections::BTreeSet;
use std::fs;

use crate::program::{folder, is_wrong, run, run_in, same, same_run};

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
    let name = r#"{"$name": "a", "length": 9000000000000000000}"#;
    is_refused(&format!(
        r#"{{"id": 1, "operation": "CreateMesh", "args": {{"meshName": {name}}}}}"#
    ));
}

/// What is not known as garbage is refused, whatever its type.
#[test]
fn a_trace_with_garbage_that_is_no_string() {
    is_refused(r#"{"id": 1, "operation": "CreateMesh", "args": {}, "garbage": 7}"#);
}

/// A trace of this step alone is not replayed.
fn is_refused(step: &str) {
    let folder = folder();
    let trace = format!(r#"{{"api_version": "2018-10-01", "steps": [{step}]}}"#);
    fs::write(folder.path().join("trace.json"), trace).unwrap();
    let ran = run_in(folder.path(), &["replay", "trace.json"]);
    assert_eq!(ran.code, Some(2), "{}", ran.transcript());
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

/// The command under a finding can be pasted into a shell.
#[test]
fn the_replay_command_quotes_what_a_shell_would_split() {
    let fault = ["run", "--fault", "mesh.ignores-create-duplicate", "--max-calls", "300"];
    let ran = run(&[&fault[..], &["--save", "my traces"]].concat());
    let line = ran.stdout.lines().find(|line| line.contains(" replay ")).unwrap();
    assert!(line.contains("'my traces/001-CreateMesh.json'"), "{line}");
}
