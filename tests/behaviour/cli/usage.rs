//! What the program says of itself, and of arguments that are wrong.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;

use serde_json::Value;

use crate::program::{folder, is_wrong, run, run_in, run_with, same, same_run};

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

/// Paths are put behind the URL, so it cannot have a query or a fragment.
#[test]
fn a_url_that_nothing_can_follow() {
    for url in ["http://127.0.0.1:1?x=1", "http://127.0.0.1:1/#part"] {
        let ran = run(&["run", "--endpoint", url]);
        assert_eq!(ran.code, Some(2), "{}", ran.transcript());
    }
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
