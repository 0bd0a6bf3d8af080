//! What a run came to: as text, as JSON, the same each time, and joined with others.

use std::fs;

use serde_json::Value;

use crate::program::{folder, is_wrong, masked, run, run_in, same, same_run};

#[test]
fn a_run_on_the_embedded_server() {
    let ran = run(&["run", "--max-calls", "300"]);
    assert_eq!(ran.code, Some(0));
    same_run("run", &ran);
    // `run` is what happens without a command.
    assert_eq!(masked(&run(&["--max-calls", "300"]).stdout), masked(&ran.stdout));
}

/// A run whose time is up says so, whatever else it says.
#[test]
fn a_run_whose_time_is_up() {
    let folder = folder();
    // On a machine that is busy it may take a while until the first call is made.
    let mut rans = ["3", "12", "48", "192"].into_iter().map(|time_s| {
        let most = ["--max-calls", "100000000", "--max-time-s", time_s];
        run_in(folder.path(), &[&["run", "--json", "report.json"][..], &most].concat())
    });
    let ran = rans.find(|ran| ran.code != Some(3)).expect("a call in three minutes");
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
