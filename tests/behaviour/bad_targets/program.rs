//! The program as it is run on a bad target, and what must be true of every such run.
//!
//! The main type is [`Trial`]. The time limit is no part of any verdict: it only ends a program that
//! hangs, and then the test fails.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::wire::VERSION;

/// A program that runs for longer hangs.
const MOST_RUNNING: Duration = Duration::from_secs(300);
/// The most memory that a run may ever hold, in KiB: many times what one on a good target takes.
const MOST_MEMORY_KIB: u64 = 512 << 10;

/// A run of the program on a bad target.
#[derive(Debug)]
pub struct Trial {
    url: String,
    max_calls: u64,
    timeout_ms: u64,
    max_time_s: Option<u64>,
    env: Vec<(&'static str, &'static str)>,
}

/// A run that is over.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// The report as JSON; null if there is none.
    pub report: Value,
    /// The folder with the report and the traces.
    pub folder: TempDir,
}

impl Trial {
    /// A run of 150 calls on this URL.
    pub fn on(url: String) -> Self {
        Self { url, max_calls: 150, timeout_ms: 2_000, max_time_s: None, env: Vec::new() }
    }

    /// Of so many calls.
    pub fn calls(self, max_calls: u64) -> Self {
        Self { max_calls, ..self }
    }

    /// Waiting for so long only.
    pub fn hasty(self) -> Self {
        Self { timeout_ms: 300, ..self }
    }

    /// Waiting for as long as it takes.
    pub fn patient(self) -> Self {
        Self { timeout_ms: 600_000, ..self }
    }

    /// For so many seconds only.
    pub fn seconds(self, max_time_s: u64) -> Self {
        Self { max_time_s: Some(max_time_s), ..self }
    }

    /// With this in the environment.
    pub fn env(mut self, name: &'static str, value: &'static str) -> Self {
        self.env.push((name, value));
        self
    }

    /// Starts it; the report is written to `report.json` in the folder.
    pub fn start(&self, folder: &Path) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_appmesh-conformance"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
        command.envs(self.env.iter().copied()).current_dir(folder);
        command.args(["run", "--endpoint", &self.url, "--concurrency", "1"]);
        command.args(["--api-version", VERSION.as_str()]);
        command.args(["--max-calls", &self.max_calls.to_string()]);
        command.args(["--timeout-ms", &self.timeout_ms.to_string()]);
        if let Some(seconds) = self.max_time_s {
            command.args(["--max-time-s", &seconds.to_string()]);
        }
        command.args(["--json", "report.json", "--save", "traces"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Runs it to its end.
    pub fn run(&self) -> Ran {
        let folder = tempfile::tempdir().unwrap();
        let child = self.start(folder.path());
        let ran = finish(child, folder);
        assert!(!ran.stdout.is_empty(), "a run says something: {}", ran.stderr);
        ran
    }

    /// Runs it: it finds nothing wrong.
    pub fn conforms(&self, name: &str) {
        let ran = self.run();
        assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
        ran.is_as_before(name);
    }

    /// Runs it: nothing can be concluded, and `why` is said.
    pub fn is_inconclusive(&self, name: &str, why: &str) {
        self.is_inconclusive_somehow(why).is_as_before(name);
    }

    /// The same where the rest hangs on the hour.
    pub fn is_inconclusive_somehow(&self, why: &str) -> Ran {
        let ran = self.run();
        assert_eq!(ran.code, Some(3), "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("\ninconclusive: "), "{}", ran.stdout);
        assert!(ran.stdout.contains(why), "{why:?} is not said: {}", ran.stdout);
        ran
    }

    /// Runs it: these rules are broken, perhaps others too.
    pub fn breaks(&self, name: &str, rules: &[&str]) {
        self.breaks_at_least(rules).is_as_before(name);
    }

    /// The same where it hangs on the hour, or on what shrinking tries, which others are.
    pub fn breaks_at_least(&self, rules: &[&str]) -> Ran {
        let ran = self.run();
        assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
        let broken = ran.broken();
        for rule in rules {
            assert!(broken.contains(*rule), "{rule} is not blamed, but {broken:?}");
        }
        ran
    }
}

/// Waits for the program to end, and looks after its memory meanwhile.
pub fn finish(mut child: Child, folder: TempDir) -> Ran {
    let stdout = gather(child.stdout.take().unwrap());
    let stderr = gather(child.stderr.take().unwrap());
    let end = Instant::now() + MOST_RUNNING;
    let mut memory_kib = 0;
    let status = loop {
        memory_kib = memory_kib.max(most_memory_kib(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > end {
            child.kill().unwrap();
            panic!("it hangs: {}{}", stdout.join().unwrap(), stderr.join().unwrap());
        }
        thread::sleep(Duration::from_millis(10));
    };
    let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
    assert!(!stderr.contains("panicked"), "{stderr}");
    assert!(memory_kib < MOST_MEMORY_KIB, "it took {memory_kib} KiB");
    let report = fs::read_to_string(folder.path().join("report.json")).unwrap_or_default();
    let report = serde_json::from_str(&report).unwrap_or_default();
    Ran { code: status.code(), stdout, stderr, report, folder }
}

/// The most memory that a process has held so far, where the system tells.
fn most_memory_kib(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

fn gather(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        from.read_to_string(&mut text).unwrap();
        text
    })
}

impl Ran {
    /// The rules that are blamed.
    pub fn broken(&self) -> BTreeSet<String> {
        self.rules_of("findings")
    }

    fn rules_of(&self, list: &str) -> BTreeSet<String> {
        let findings = self.report[list].as_array().into_iter().flatten();
        findings.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
    }

    /// The essence of the run is that of `snapshots/bad-<name>.snap`.
    fn is_as_before(&self, name: &str) {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../../snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("bad-{name}"), self.verdict()));
    }

    /// What must be the same each time, whatever the pace: exit code, rules and reasons.
    fn verdict(&self) -> String {
        let report = &self.report;
        let mut lines = vec![format!("exit code {}", self.code.unwrap_or(-1))];
        for rule in self.broken() {
            lines.push(format!("breaks {rule}"));
        }
        for rule in self.rules_of("flaky") {
            lines.push(format!("flaky {rule}"));
        }
        if report["lost"].as_u64().unwrap_or(0) > 0 {
            lines.push("calls were lost".to_owned());
        }
        if report["denied"].as_u64().unwrap_or(0) > 0 {
            lines.push("calls were denied".to_owned());
        }
        if !report["left_over"].as_array().unwrap().is_empty() {
            lines.push("something could not be deleted".to_owned());
        }
        // The last line is what a person remembers.
        let last = self.stdout.lines().last().unwrap_or_default();
        if self.code != Some(1) || last.starts_with("inconclusive") {
            lines.push(lasting(last));
        }
        lines.join("\n")
    }
}

/// A line without what hangs on the pace: which end of a connection was faster, and which of several
/// operations was waited for most often.
fn lasting(line: &str) -> String {
    let line = line.split(", most often").next().unwrap_or(line);
    match line.split_once("the target cannot be reached: ") {
        Some((before, why)) if why.contains("os error") || why.contains("connection closed") => {
            format!("{before}the target cannot be reached: [the connection broke]")
        }
        _ => line.to_owned(),
    }
}
