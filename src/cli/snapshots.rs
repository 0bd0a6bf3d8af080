//! Snapshots on the command line: the report compared with files that people review.
//!
//! The main function is [`compare`]. Files and their review are insta's: `cargo insta review` shows
//! what changed, `INSTA_UPDATE=always` accepts it. As that library is made for tests and tells on
//! standard output what differs, where reports go, another process of this program calls it.

use std::fs;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::{Command, Stdio};

use super::args::CompareArgs;
use super::{Wrong, json_text, print};
use crate::report::Report;
use crate::report::snapshots::{MASKS, groups};

/// The name of the command that compares for another process.
pub(super) const COMMAND: &str = "compare-snapshots";

/// Compares a report with the snapshots in a folder. Returns the groups that differ from them; what
/// differs is left in files for review.
pub(super) fn compare(folder: &Path, report: &Report) -> Result<Vec<String>, Wrong> {
    let cannot = |error: io::Error| Wrong(format!("cannot compare snapshots: {error}"));
    let mut process = Command::new(std::env::current_exe().map_err(cannot)?)
        .arg(COMMAND)
        .arg(folder)
        .env("INSTA_OUTPUT", "none")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(cannot)?;
    let text = json_text(report)?;
    if let Some(mut input) = process.stdin.take() {
        input.write_all(text.as_bytes()).map_err(cannot)?;
    }
    let output = process.wait_with_output().map_err(cannot)?;
    if !output.status.success() {
        // It has said on standard error what was wrong.
        return Err(Wrong("cannot compare snapshots".to_owned()));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Compares the report on standard input for the process that writes it there, and prints the
/// groups that differ as JSON.
pub(super) fn answer(args: &CompareArgs) -> Result<u8, Wrong> {
    let report: Report = serde_json::from_reader(io::stdin().lock())?;
    print(&json_text(&differing(&args.folder, &report)?)?)?;
    Ok(0)
}

fn differing(folder: &Path, report: &Report) -> Result<Vec<String>, Wrong> {
    fs::create_dir_all(folder)
        .map_err(|error| Wrong(format!("cannot make {}: {error}", folder.display())))?;
    // The library looks for them from the place of this source file otherwise.
    let folder = folder
        .canonicalize()
        .map_err(|error| Wrong(format!("cannot find {}: {error}", folder.display())))?;
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (pattern, instead) in MASKS {
        settings.add_filter(pattern, instead);
    }
    let mut differing = Vec::new();
    // A snapshot that differs panics, for its usual place is in a test; it has said why before.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    for (group, text) in groups(report) {
        let name = format!("{}-{group}", report.api_version);
        let compared = panic::catch_unwind(AssertUnwindSafe(|| {
            settings.bind(|| insta::assert_snapshot!(name.as_str(), text));
        }));
        if compared.is_err() {
            differing.push(group.to_owned());
        }
    }
    panic::set_hook(hook);
    Ok(differing)
}
