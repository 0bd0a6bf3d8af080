//! The gate: a run fails on what is new, not on what is known, and says what was fixed.

use std::fs;
use std::path::Path;

use super::program::{Ran, folder, is_wrong, run_in, run_with, same, same_run};

const DUPLICATE: &str = "mesh.ignores-create-duplicate";
const VERSION: &str = "mesh.starts-at-zero";

/// A short run with these faults and arguments.
fn run(folder: &Path, faults: &[&str], args: &[&str]) -> Ran {
    run_with_calls("300", folder, faults, args)
}

/// A run that is long enough to put everything to the test.
fn run_whole(folder: &Path, faults: &[&str], args: &[&str]) -> Ran {
    run_with_calls("4000", folder, faults, args)
}

fn run_with_calls(max_calls: &str, folder: &Path, faults: &[&str], args: &[&str]) -> Ran {
    let mut all = vec!["run", "--max-calls", max_calls, "--save", "traces"];
    all.extend(faults.iter().flat_map(|fault| ["--fault", fault]));
    all.extend(args);
    run_in(folder, &all)
}

/// A folder with a baseline that knows the two faults.
fn with_baseline() -> tempfile::TempDir {
    let folder = folder();
    let found = run(folder.path(), &[DUPLICATE, VERSION], &["--json", "report.json"]);
    assert_eq!(found.code, Some(1));
    let args = ["baseline", "report.json", "--write", "known.toml", "--reason", "issue 7"];
    let written = run_in(folder.path(), &args);
    assert_eq!(written.code, Some(0), "{}", written.transcript());
    folder
}

fn known(folder: &Path) -> String {
    fs::read_to_string(folder.join("known.toml")).unwrap()
}

#[test]
fn what_is_known_is_shown_and_does_not_fail() {
    let folder = with_baseline();
    same("baseline-list", &known(folder.path()));
    let ran = run(folder.path(), &[DUPLICATE, VERSION], &["--baseline", "known.toml"]);
    assert_eq!(ran.code, Some(0));
    same_run("gate-known", &ran);
    // The report itself will do for a baseline.
    let ran = run(folder.path(), &[DUPLICATE, VERSION], &["--baseline", "report.json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
}

#[test]
fn what_is_new_fails_and_is_named_alone() {
    let folder = with_baseline();
    let text = known(folder.path());
    let entries: Vec<&str> = text.split("[[known]]").collect();
    let without: Vec<&str> =
        entries.into_iter().filter(|entry| !entry.contains("create-duplicate")).collect();
    fs::write(folder.path().join("known.toml"), without.join("[[known]]")).unwrap();
    let ran = run(folder.path(), &[DUPLICATE, VERSION], &["--baseline", "known.toml"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.stdout.matches(" breaks mesh/create-duplicate").count(), 1);
    same_run("gate-new", &ran);
}

#[test]
fn what_was_fixed_is_named_and_fails_only_where_that_is_asked_for() {
    let folder = with_baseline();
    let ran = run_whole(folder.path(), &[VERSION], &["--baseline", "known.toml"]);
    assert_eq!(ran.code, Some(0));
    same_run("gate-fixed", &ran);
    let strict = ["--baseline", "known.toml", "--strict-baseline"];
    assert_eq!(run_whole(folder.path(), &[VERSION], &strict).code, Some(1));

    // A run that is too short for all that an operation can do does not tell what was fixed.
    let ran = run(folder.path(), &[VERSION], &strict);
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
    assert!(ran.stdout.contains("known and not put to the test"), "{}", ran.transcript());

    // What is not put to the test is not fixed.
    let ran = run(folder.path(), &[VERSION], &[&strict[..], &["--rule", "route/*"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
    assert!(!ran.stdout.contains("fixed"), "{}", ran.transcript());

    // Writing the baseline anew leaves out what was fixed with its comment, and keeps the
    // reasons and the other comments.
    run_whole(folder.path(), &[VERSION], &["--json", "report.json"]);
    let text = known(folder.path()).replacen("[[known]]", "# Creates.\n\n# Alone.\n[[known]]", 1);
    fs::write(folder.path().join("known.toml"), format!("# Ours.\n{text}")).unwrap();
    let args = ["baseline", "report.json", "--write", "known.toml", "--reason", "another"];
    same_run("baseline-updated", &run_in(folder.path(), &args));
    same("baseline-commented", &known(folder.path()));
}

#[test]
fn what_has_expired_fails_again() {
    let folder = with_baseline();
    for (day, code) in [("2001-02-03", 1), ("2999-12-31", 0)] {
        let text = known(folder.path()).replace("reason =", &format!("expires = {day}\nreason ="));
        fs::write(folder.path().join("some.toml"), text).unwrap();
        let ran = run(folder.path(), &[DUPLICATE, VERSION], &["--baseline", "some.toml"]);
        assert_eq!(ran.code, Some(code), "{}", ran.transcript());
        if code == 1 {
            same_run("gate-expired", &ran);
        }
    }
}

#[test]
fn a_rule_that_is_not_sure_enough_does_not_fail() {
    let folder = folder();
    // The rule on duplicates is inferred.
    for (basis, code) in [("stated", 0), ("observed", 0), ("inferred", 1)] {
        let ran = run(folder.path(), &[DUPLICATE], &["--basis", basis]);
        assert_eq!(ran.code, Some(code), "{}", ran.transcript());
        if basis == "stated" {
            same_run("gate-tolerated", &ran);
        }
    }
}

/// Files of a folder whose names end so.
fn files(folder: &Path, ending: &str) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(ending));
    names.sort();
    names
}

#[test]
fn snapshots_are_reviewed_and_then_compared() {
    let folder = folder();
    let snapshots = folder.path().join("snapshots");
    let args = ["--snapshots", "snapshots", "--baseline", "known.toml"];
    fs::write(folder.path().join("known.toml"), "api_version = \"2018-10-01\"").unwrap();
    let correct = || run(folder.path(), &[], &args);

    // Nothing is there to compare with: everything is to be reviewed.
    let ran = correct();
    assert_eq!(ran.code, Some(1));
    same("gate-snapshots-new", &ran.stderr);
    // Where a file for review would be lost, there is none.
    let ran = run_with(
        &[("CI", "true")],
        folder.path(),
        &["run", "--max-calls", "60", "--snapshots", "ci"],
    );
    assert_eq!(
        (ran.code, files(&folder.path().join("ci"), "").len()),
        (Some(1), 0),
        "{}",
        ran.transcript()
    );
    same("gate-snapshots-missing", &ran.stderr);
    let to_review = files(&snapshots, ".snap.new");
    assert_eq!(
        to_review,
        ["mesh", "route", "virtual-node", "virtual-router", "wire"]
            .map(|group| format!("2018-10-01-{group}.snap.new"))
    );
    for name in &to_review {
        let accepted = snapshots.join(name.trim_end_matches(".new"));
        fs::rename(snapshots.join(name), accepted).unwrap();
    }
    let ran = correct();
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());

    // What a fault changes is to be reviewed, and nothing else.
    let ran = run(folder.path(), &[VERSION], &args);
    assert_eq!(ran.code, Some(1));
    same("gate-snapshots-differ", &ran.stderr);
    assert_eq!(files(&snapshots, ".snap.new"), ["2018-10-01-mesh.snap.new"]);

    // Standard output holds the report and nothing else.
    let ran = run(folder.path(), &[VERSION], &[&args[..], &["--json", "-"]].concat());
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1));

    // What is accepted at once is as good as what is reviewed.
    let accept =
        [&["run", "--max-calls", "300", "--snapshots", "accepted"][..], &args[2..]].concat();
    let ran = run_with(&[("INSTA_UPDATE", "always")], folder.path(), &accept);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", ran.transcript());
    let accepted = folder.path().join("accepted");
    for name in files(&snapshots, ".snap") {
        let [one, other] =
            [&snapshots, &accepted].map(|it| fs::read_to_string(it.join(&name)).unwrap());
        assert_eq!(one, other);
    }
    same("gate-snapshot", &fs::read_to_string(snapshots.join("2018-10-01-mesh.snap.new")).unwrap());
}

#[test]
fn a_corpus_keeps_what_failed_and_says_when_it_holds() {
    let folder = folder();
    let corpus = folder.path().join("corpus");
    let args = ["--corpus", "corpus"];
    let ran = run(folder.path(), &[DUPLICATE], &args);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("corpus: 0 traces"), "{}", ran.transcript());
    let file = "mesh.create-duplicate.CreateMesh.answer.200.json";
    assert_eq!(files(&corpus, ""), [file]);
    let read = || fs::read_to_string(corpus.join(file)).unwrap();
    same("corpus-trace", &read());
    // It can be replayed as it is.
    let trace = format!("corpus/{file}");
    assert_eq!(run_in(folder.path(), &["replay", &trace, "--fault", DUPLICATE]).code, Some(1));

    // It is run first: two calls are enough to find it again, and nothing is stored twice.
    let again = ["run", "--fault", DUPLICATE, "--corpus", "corpus", "--max-calls", "2"];
    let ran = run_in(folder.path(), &again);
    assert_eq!(ran.code, Some(1), "{}", ran.transcript());
    assert_eq!(files(&corpus, ""), [file]);
    assert!(ran.stdout.contains("calls     2 in "), "those of the corpus do not count");

    let ran = run(folder.path(), &[], &args);
    assert_eq!(ran.code, Some(0));
    same_run("corpus-fixed", &ran);
    assert!(read().contains("\"status\": \"fixed\""), "{}", read());
    run(folder.path(), &[DUPLICATE], &args);
    assert!(read().contains("\"status\": \"failing\""), "{}", read());

    fs::write(corpus.join("other.json"), r#"{"api_version": "2018-10-01", "steps": []}"#).unwrap();
    is_wrong("wrong-corpus", &run_in(folder.path(), &["run", "--corpus", "corpus"]));
}

/// Whatever trace showed a finding before, the campaign shows it with the trace that it always does.
#[test]
fn snapshots_do_not_hang_on_the_corpus() {
    let folder = folder();
    let snapshots = folder.path().join("snapshots");
    let faults = [DUPLICATE, VERSION, "virtual-node.update-merges", "virtual-router.page-skips"];
    let run = |args: &[&str]| {
        let mut all = vec!["run", "--max-calls", "1500", "--save", "traces"];
        all.extend(faults.iter().flat_map(|fault| ["--fault", fault]));
        run_in(folder.path(), &[&all[..], args].concat())
    };
    assert_eq!(run(&["--snapshots", "snapshots"]).code, Some(1));
    for name in files(&snapshots, ".new") {
        let accepted = snapshots.join(name.trim_end_matches(".new"));
        fs::rename(snapshots.join(name), accepted).unwrap();
    }
    // What other calls found is in the corpus, and what these did.
    assert_eq!(run(&["--corpus", "corpus", "--seed", "5", "--rule", "mesh/*"]).code, Some(1));
    for added in [true, false] {
        let ran = run(&["--snapshots", "snapshots", "--corpus", "corpus"]);
        assert_eq!(ran.code, Some(1), "{}", ran.transcript());
        assert!(ran.stdout.contains("corpus: "), "{}", ran.stdout);
        assert_eq!(!ran.stdout.contains("; 0 added"), added, "{}", ran.stdout);
        assert_eq!(ran.stderr, "");
        assert_eq!(files(&snapshots, ".new"), [""; 0], "{}", ran.transcript());
    }
}

#[test]
fn wrong_baselines() {
    let folder = folder();
    let cases = [
        ("wrong-baseline-missing", None),
        ("wrong-baseline-toml", Some("known = 7")),
        ("wrong-baseline-member", Some("api_version = \"2018-10-01\"\n[[known]]\nrul = \"x\"")),
        ("wrong-baseline-json", Some("{\"tool\": 1}")),
        ("wrong-baseline-version", Some("api_version = \"2019-01-25\"")),
        (
            "wrong-baseline-rule",
            Some(
                "api_version = \"2018-10-01\"\n[[known]]\nrule = \"mesh/creates\"\noperation = \"CreateMesh\"\nat = \"x\"",
            ),
        ),
        (
            "wrong-baseline-day",
            Some(
                "api_version = \"2018-10-01\"\n[[known]]\nrule = \"a/b\"\noperation = \"C\"\nat = \"x\"\nexpires = 12:00:00",
            ),
        ),
    ];
    for (name, text) in cases {
        if let Some(text) = text {
            fs::write(folder.path().join("known.toml"), text).unwrap();
        }
        is_wrong(name, &run_in(folder.path(), &["run", "--baseline", "known.toml"]));
    }
    let entry = "[[known]]\nrule = \"mesh/uid\"\noperation = \"CreateMesh\"\nat = \"x\"\n";
    let version = "api_version = \"2018-10-01\"\n";
    for (name, text) in [
        ("wrong-baseline-twice", format!("{version}{entry}reason = \"one\"\n{entry}")),
        ("wrong-baseline-reason", format!("{version}{entry}reason = \" \"\n")),
    ] {
        fs::write(folder.path().join("known.toml"), text).unwrap();
        is_wrong(name, &run_in(folder.path(), &["run", "--baseline", "known.toml"]));
    }
    is_wrong("wrong-reason", &run_in(folder.path(), &["baseline", "report.json", "--reason", ""]));
    run(folder.path(), &[], &["--json", "report.json"]);
    let itself = ["baseline", "report.json", "--write", "./report.json"];
    is_wrong("wrong-baseline-itself", &run_in(folder.path(), &itself));
    is_wrong("wrong-basis", &run_in(folder.path(), &["run", "--basis", "silent"]));
    is_wrong("wrong-strict", &run_in(folder.path(), &["run", "--strict-baseline"]));
    is_wrong("wrong-shard", &run_in(folder.path(), &["run", "--shard", "5/4"]));
}
