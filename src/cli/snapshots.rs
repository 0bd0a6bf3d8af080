//! Snapshots on the command line: the report compared with files that people review.
//!
//! The main function is [`compare`]. Files and their review are insta's: `cargo insta review` shows
//! what changed, `INSTA_UPDATE=always` accepts it.

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use super::Wrong;
use crate::report::Report;
use crate::report::snapshots::{MASKS, groups};

/// Compares a report with the snapshots in a folder. Returns the groups that differ from them; what
/// differs is left in files for review.
pub(super) fn compare(folder: &Path, report: &Report) -> Result<Vec<String>, Wrong> {
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
