//! The configuration file and the presets as their user sees them.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use super::program::{Ran, folder, is_wrong, run, run_in, run_with, same_run};
use super::request;
use serde_json::Value;

const FILE: &str = "appmesh-conformance.toml";

/// A folder with a configuration file.
fn with_file(text: &str) -> tempfile::TempDir {
    let folder = folder();
    fs::write(folder.path().join(FILE), text).unwrap();
    folder
}

/// A short run's report.
fn report(folder: &Path, environment: &[(&str, &str)], args: &[&str]) -> Value {
    let ran = run_with(environment, folder, &[&["run", "--json", "-"][..], args].concat());
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.transcript()))
}

/// A port that nobody listens on, so that a run ends at once and names its target all the same.
const NOBODY: &str = "http://127.0.0.1:1";

#[test]
fn a_file_says_what_the_arguments_do_not() {
    let folder = with_file(
        "api-version = \"2019-01-25\"\nseed = 0x1_0\nmax-calls = 60\nrule = \"wire/*\"\n\
         fault = [\"mesh.ignores-create-duplicate\", \"mesh.one-uid\"]\n",
    );
    let told = report(folder.path(), &[], &[]);
    assert_eq!(
        (told["api_version"].as_str(), told["seed"].as_u64()),
        (Some("2019-01-25"), Some(16))
    );
    let target = told["target"].as_str().unwrap();
    assert!(target.contains("mesh.ignores-create-duplicate with mesh.one-uid"), "{target}");
    let rules = told["rules"].as_array().unwrap();
    assert!(rules.iter().all(|rule| rule["id"].as_str().unwrap().starts_with("wire/")));

    // Arguments come before the file, with the command or without.
    let args = ["--json", "-", "--seed", "3"];
    let told: Value = serde_json::from_str(&run_in(folder.path(), &args).stdout).unwrap();
    assert_eq!(
        (told["api_version"].as_str(), told["seed"].as_u64()),
        (Some("2019-01-25"), Some(3))
    );
    let told = report(folder.path(), &[], &["--no-config", "--max-calls", "60"]);
    assert_eq!(
        (told["api_version"].as_str(), told["seed"].as_u64()),
        (Some("2018-10-01"), Some(0))
    );

    // It is for `run` alone.
    assert_eq!(run_in(folder.path(), &["rules"]).code, Some(0));
}

#[test]
fn the_nearest_file_upwards_counts_and_paths_are_relative_to_it() {
    let outer = with_file("json = \"out/report.json\"\nmax-calls = 60\n");
    let inner = outer.path().join("some/where");
    fs::create_dir_all(&inner).unwrap();
    fs::create_dir(outer.path().join("out")).unwrap();
    let ran = run_in(&inner, &["run"]);
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
    assert!(outer.path().join("out/report.json").exists());

    fs::write(outer.path().join("other.toml"), "seed = 5\njson = \"-\"\nmax-calls = 60").unwrap();
    let ran = run_in(&inner, &["run", "--config", "../../other.toml"]);
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(told["seed"], 5);

    fs::write(outer.path().join("some").join(FILE), "max-cals = 60").unwrap();
    is_wrong("config-upwards", &run_in(&inner, &["run"]));
}

#[test]
fn arguments_come_before_the_environment_and_that_before_the_file() {
    let folder = with_file(&format!("endpoint = \"{NOBODY}/file\"\n"));
    let target = |environment: &[(&str, &str)], args: &[&str]| {
        let told = report(folder.path(), environment, args);
        told["target"].as_str().unwrap().to_owned()
    };
    let of_env = &[("AWS_ENDPOINT_URL", "http://127.0.0.1:1/environment")];
    let given = ["--endpoint", "http://127.0.0.1:1/argument"];
    assert_eq!(target(&[], &[]), "http://127.0.0.1:1/file");
    assert_eq!(target(of_env, &[]), "http://127.0.0.1:1/environment");
    assert_eq!(target(of_env, &given), "http://127.0.0.1:1/argument");

    // What goes against an argument does not count.
    let fault = ["--fault", "mesh.one-uid", "--max-calls", "60"];
    for environment in [&[][..], of_env] {
        assert!(target(environment, &fault).ends_with("with mesh.one-uid"));
        let choices = ["--choices", "7", "--max-calls", "60"];
        assert_eq!(target(environment, &choices), "embedded reference server");
    }
    fs::write(folder.path().join(FILE), "fault = [\"mesh.one-uid\"]\nmax-calls = 60").unwrap();
    assert_eq!(target(&[], &given), "http://127.0.0.1:1/argument");
    assert_eq!(target(of_env, &[]), "http://127.0.0.1:1/environment");
}

/// An argument may need what only the file says, and the other way round.
#[test]
fn arguments_and_file_complete_each_other() {
    let folder = with_file("baseline = \"known.toml\"\nmax-calls = 60\n");
    fs::write(folder.path().join("known.toml"), "api_version = \"2018-10-01\"").unwrap();
    let ran = run_in(folder.path(), &["run", "--strict-baseline"]);
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());

    fs::write(folder.path().join(FILE), "strict-baseline = true\nmax-calls = 60\n").unwrap();
    let ran = run_in(folder.path(), &["run", "--baseline", "known.toml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
    is_wrong("config-needs", &run_in(folder.path(), &["run"]));

    fs::write(folder.path().join(FILE), "strict-baseline = false\nmax-calls = 60\n").unwrap();
    assert_eq!(run_in(folder.path(), &["run"]).code, Some(0));
}

#[test]
fn wrong_files() {
    let cases = [
        ("config-toml", "seed = = 1"),
        ("config-unknown", "seed = 1\n\nmax_call = 5\n"),
        ("config-table", "[run]\nseed = 1\n"),
        ("config-of-itself", "config = \"other.toml\"\n"),
        ("config-no-integer", "seed = \"1\"\n"),
        ("config-no-string", "# the version\napi-version = 2019-01-25\n"),
        ("config-no-flag", "strict-baseline = \"yes\"\n"),
        ("config-no-array", "fault = \"mesh.one-uid\"\n"),
        ("config-no-strings", "fault = [\"mesh.one-uid\", 7]\n"),
        ("config-value", "max-calls = 0\n"),
        ("config-negative", "seed = -1\n"),
        ("config-preset", "preset = \"mot\"\n"),
        ("config-endpoint", "seed = 1\nendpoint = \"nonsense\"\n"),
        ("config-rule", "\nrule = \"nothing/*\"\n"),
        ("config-rule-pattern", "rule = \"[\"\n"),
        ("config-fault", "fault = [\"mesh.ignores-everything\"]\n"),
        ("config-fault-twice", "fault = [\"mesh.one-uid\", \"mesh.one-uid\"]\n"),
        ("config-time", "max-time-s = 0\n"),
        ("config-preset-with-fault", "preset = \"moto\"\nfault = [\"mesh.one-uid\"]\n"),
        ("config-conflict", "endpoint = \"http://127.0.0.1:1\"\nchoices = 7\n"),
    ];
    for (name, text) in cases {
        is_wrong(name, &run_in(with_file(text).path(), &["run"]));
    }
    let of_env = [("AWS_ENDPOINT_URL_APP_MESH", "nonsense")];
    is_wrong("config-environment", &run_with(&of_env, folder().path(), &["run"]));
    is_wrong("config-missing", &run(&["run", "--config", "missing.toml"]));
    is_wrong("config-and-none", &run(&["run", "--config", "some.toml", "--no-config"]));

    // What is wrong with the arguments has nothing to do with the file.
    let folder = with_file("seed = 1\n");
    is_wrong("config-wrong-argument", &run_in(folder.path(), &["run", "--strict-baseline"]));
}

/// Every option of `run` can be set, but for those that are about the file or about help.
#[test]
fn a_file_can_set_what_help_shows() {
    let help = run(&["run", "--help"]).stdout;
    let options: BTreeSet<&str> = help
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--"))
        .map(|line| line.split([' ', '\n']).next().unwrap())
        .collect();
    assert!(options.len() > 15, "{options:?}");
    for option in options {
        // No option takes a time of day.
        let folder = with_file(&format!("{option} = 12:00:00\n"));
        let ran = run_in(folder.path(), &["run"]);
        assert_eq!(ran.code, Some(2), "{}", ran.transcript());
        let own = ["config", "no-config"].contains(&option);
        let says = if own { "unknown key" } else { "is a datetime, and must be" };
        assert!(ran.stderr.contains(says), "{}", ran.transcript());
    }
}

/// A server that answers 404 to everything but a reset, and that with a status of choice. Gives its
/// URL and the request lines so far.
fn serve(reset_path: &'static str, status: u16) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let first = request::read(&stream).unwrap();
            let status = if first.contains(reset_path) { status } else { 404 };
            log.lock().unwrap().push(first);
            let head = format!("HTTP/1.1 {status} Whatever\r\nConnection: close");
            write!(stream, "{head}\r\nContent-Length: 2\r\n\r\n{{}}").unwrap();
        }
    });
    (url, seen)
}

fn without(mut ran: Ran, url: &str) -> Ran {
    for text in [&mut ran.command, &mut ran.stdout, &mut ran.stderr] {
        *text = text.replace(url, "[url]");
    }
    ran
}

#[test]
fn a_preset_knows_version_endpoint_and_reset() {
    for (preset, path, port) in
        [("moto", "/moto-api/reset", 5000), ("localstack", "/_localstack/state/reset", 4566)]
    {
        let (url, seen) = serve(path, 200);
        let folder = folder();
        let args = ["--preset", preset, "--endpoint", &url, "--max-calls", "1"];
        let told = report(folder.path(), &[], &args);
        assert_eq!(told["api_version"], "2019-01-25");
        let seen = seen.lock().unwrap();
        assert_eq!(seen[0], format!("POST {path} HTTP/1.1"));
        assert_eq!(seen.iter().filter(|line| line.contains(path)).count(), 1, "{seen:?}");
        assert!(seen.len() > 1, "{seen:?}");

        let help = run(&["run", "--help"]).stdout;
        assert!(help.contains(&format!("http://127.0.0.1:{port}")), "{help}");
    }
}

#[test]
fn a_preset_comes_after_the_file_and_before_the_defaults() {
    let (url, seen) = serve("/moto-api/reset", 200);
    let folder = with_file(&format!("preset = \"moto\"\nendpoint = \"{url}\"\nmax-calls = 1\n"));
    assert_eq!(report(folder.path(), &[], &[])["api_version"], "2019-01-25");
    assert!(seen.lock().unwrap()[0].starts_with("POST /moto-api/reset "));
    let args = ["--api-version", "2018-10-01"];
    assert_eq!(report(folder.path(), &[], &args)["api_version"], "2018-10-01");

    // Our own server is as good as new, and has nothing to reset.
    let calls = seen.lock().unwrap().len();
    let args = ["--choices", "7", "--max-calls", "60"];
    let told = report(folder.path(), &[], &args);
    assert_eq!(told["target"], "embedded reference server");
    assert_eq!(told["api_version"], "2018-10-01", "the preset goes against the argument");
    assert_eq!(told["inconclusive"], Value::Null);
    assert_eq!(seen.lock().unwrap().len(), calls);
}

#[test]
fn a_server_that_cannot_be_reset_is_not_tested() {
    let (url, seen) = serve("/moto-api/reset", 500);
    let ran = run(&["run", "--preset", "moto", "--endpoint", &url]);
    assert_eq!(ran.code, Some(3), "{}", ran.transcript());
    assert_eq!(seen.lock().unwrap().len(), 1);
    same_run("preset-not-reset", &without(ran, &url));

    let ran = run(&["run", "--preset", "moto", "--endpoint", NOBODY]);
    assert_eq!(ran.code, Some(3), "{}", ran.transcript());
    same_run("preset-unreachable", &ran);
    is_wrong("wrong-preset", &run(&["run", "--preset", "mot"]));
}
