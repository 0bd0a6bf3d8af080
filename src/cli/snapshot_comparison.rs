//! Comparison of a report with snapshot files.
//!
//! The main function is [`compare`]. Files and their review are insta's: `cargo insta review` shows
//! what changed, `INSTA_UPDATE=always` accepts it. That library prints differences on
//! standard output, where the report goes. So another process of this program calls it.

use std::fs;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use serde::{Deserialize, Serialize};

use super::error::UsageError;
use super::print::{json_text, print, write};
use crate::report::Report;
use crate::report::snapshot::{diff, groups};

/// The members of a snapshot that name a place in this source code.
const PLACE: [&str; 2] = ["source: ", "assertion_line: "];

/// The name of the command that compares for another process.
pub(super) const COMMAND: &str = "compare-snapshots";

/// The arguments of the command that compares for another process.
#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// Folder of snapshots
    pub(super) folder: PathBuf,
}

/// A group of rules whose text is not that of its snapshot.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Difference {
    /// The group.
    pub(super) group: String,
    /// The difference as a diff; none if there is no snapshot yet.
    pub(super) diff: Option<String>,
    /// Whether the new text is in a file for review; it is in none where the library writes none,
    /// such as in CI.
    pub(super) waits: bool,
}

/// Compares a report with the snapshots in a folder. Returns the groups that differ from them; what
/// differs is left in files for review.
pub(super) fn compare(folder: &Path, report: &Report) -> Result<Vec<Difference>, UsageError> {
    let cannot = |error: io::Error| UsageError(format!("cannot compare snapshots: {error}"));
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
        // The other process has written the reason on standard error.
        return Err(UsageError("cannot compare snapshots".to_owned()));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Compares the report on standard input for the process that writes it there, and prints the
/// groups that differ as JSON.
pub(super) fn answer(args: &CompareArgs) -> Result<u8, UsageError> {
    let report: Report = serde_json::from_reader(io::stdin().lock())?;
    print(&json_text(&differing(&args.folder, &report)?)?)?;
    Ok(0)
}

fn differing(folder: &Path, report: &Report) -> Result<Vec<Difference>, UsageError> {
    fs::create_dir_all(folder)
        .map_err(|error| UsageError(format!("cannot make {}: {error}", folder.display())))?;
    // The library looks for them from the place of this source file otherwise.
    let folder = folder
        .canonicalize()
        .map_err(|error| UsageError(format!("cannot find {}: {error}", folder.display())))?;
    let mut differing = Vec::new();
    // The library panics at a difference, as it is made for tests. It has written the reason before.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    for (group, text) in groups(report)? {
        let name = format!("{}-{group}", report.api_version);
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(&folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(format!("App Mesh API {}, {group}", report.api_version));
        let accepted = folder.join(format!("{name}.snap"));
        let before = fs::read_to_string(&accepted).ok();
        let compared = panic::catch_unwind(AssertUnwindSafe(|| {
            settings.bind(|| insta::assert_snapshot!(name.as_str(), text));
        }));
        let to_review = accepted.with_extension("snap.new");
        take_out_place(&to_review, None)?;
        take_out_place(&accepted, before.as_deref())?;
        if compared.is_err() {
            let diff = before.map(|before| diff(contents(&before), &text));
            let waits = to_review.exists();
            differing.push(Difference { group: group.to_owned(), diff, waits });
        }
    }
    panic::set_hook(hook);
    Ok(differing)
}

/// The text of a snapshot without the header of the library.
fn contents(snapshot: &str) -> &str {
    let rest = snapshot.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    rest.map_or(snapshot, |(_, contents)| contents)
}

/// Removes the place in this source code from a snapshot: it means nothing to readers and changes
/// with each version. An unchanged file is left alone.
fn take_out_place(file: &Path, before: Option<&str>) -> Result<(), UsageError> {
    let text = fs::read_to_string(file).ok().filter(|text| Some(text.as_str()) != before);
    let Some(text) = text else { return Ok(()) };
    let contents = contents(&text);
    let head = text.strip_suffix(contents).unwrap_or_default();
    let names_place = |line: &str| PLACE.iter().any(|member| line.starts_with(member));
    if !head.lines().any(names_place) {
        return Ok(());
    }
    let head: Vec<&str> = head.split_inclusive('\n').filter(|line| !names_place(line)).collect();
    write(file, &(head.concat() + contents))
}
