//! The program as its user sees it: run with arguments, seen with what it prints, its exit code, and
//! compared with files under `snapshots/`.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// What a program that was run left behind.
pub struct Ran {
    pub command: String,
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Everything that the user sees, as one text.
    pub fn transcript(&self) -> String {
        let code = self.code.map_or("none".to_owned(), |code| code.to_string());
        format!(
            "$ {}\nexit code {code}\n--- standard output\n{}--- standard error\n{}",
            self.command,
            masked(&self.stdout),
            masked(&self.stderr)
        )
    }
}

/// Runs the program in a folder.
pub fn run_in(folder: &Path, args: &[&str]) -> Ran {
    run_with(&[], folder, args)
}

/// Runs the program with these variables, for two minutes at most.
pub fn run_with(environment: &[(&str, &str)], folder: &Path, args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_appmesh-conformance"));
    command.args(args).current_dir(folder);
    // Where traces go that nobody asked for.
    let temporary = tempfile::tempdir().unwrap();
    command.env("TMPDIR", temporary.path());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // What the program reads, and what this very test may be run with.
    let is_heard = |name: &str| {
        ["AWS_", "INSTA_"].iter().any(|prefix| name.starts_with(prefix)) || name == "CI"
    };
    for (name, _) in std::env::vars().filter(|(name, _)| is_heard(name)) {
        command.env_remove(name);
    }
    command.envs(environment.iter().copied());
    let mut child = command.spawn().unwrap();
    let stdout = gather(child.stdout.take().unwrap());
    let stderr = gather(child.stderr.take().unwrap());
    let end = Instant::now() + Duration::from_secs(120);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > end {
            child.kill().unwrap();
            panic!("still running after two minutes: {args:?}");
        }
        thread::sleep(Duration::from_millis(5));
    };
    Ran {
        command: format!("appmesh-conformance {}", args.join(" ")),
        code: status.code(),
        stdout: stdout.join().unwrap(),
        stderr: stderr.join().unwrap(),
    }
}

fn gather(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        from.read_to_string(&mut text).unwrap();
        text
    })
}

pub fn run(args: &[&str]) -> Ran {
    run_in(folder().path(), args)
}

pub fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The text with the digits after each of these words masked: times, error numbers of the system.
pub fn masked(text: &str) -> String {
    let mut out = text.to_owned();
    let numbers = [
        (" in ", " s, and"),
        ("(os error ", ")"),
        ("\"duration_ms\": ", ","),
        ("\"createdAt\": ", ","),
        ("\"lastUpdatedAt\": ", ","),
    ];
    for (before, after) in numbers {
        let mut done = String::new();
        let mut rest = out.as_str();
        while let Some((head, tail)) = rest.split_once(before) {
            done.push_str(head);
            done.push_str(before);
            let number = tail.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(tail.len());
            rest = tail;
            if number > 0 && tail[number..].starts_with(after) {
                done.push_str("[…]");
                rest = &tail[number..];
            }
        }
        done.push_str(rest);
        out = done;
    }
    out
}

/// Compares with `snapshots/<name>.snap`.
pub fn same(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

pub fn same_run(name: &str, ran: &Ran) {
    same(name, &ran.transcript());
}

/// Wrong usage ends with exit code 2 and one message on standard error, and nothing else.
pub fn is_wrong(name: &str, ran: &Ran) {
    assert_eq!(ran.code, Some(2), "{name}: {}", ran.transcript());
    assert_eq!(ran.stdout, "", "{name}");
    assert_eq!(ran.stderr.matches("error:").count(), 1, "{name}: {}", ran.stderr);
    same_run(name, ran);
}
