//! Files with the traces of findings, for `replay`.
//!
//! The main type is [`Traces`]. A folder that the user names holds the traces of its last run, and
//! nothing of earlier ones; where none is named, each run has a folder of its own among the system's
//! temporary ones, of which only so many are kept.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;

use super::atomic_write;
use super::error::UsageError;
use crate::campaign_outcome::Outcome;
use crate::report::counted;
use crate::trace::Trace;

/// The prefix of folders that the user did not name.
const PREFIX: &str = "appmesh-conformance-";
/// The number of such folders that are kept.
const MOST_UNNAMED: usize = 10;

/// The saved traces of a run.
#[derive(Debug, Default)]
pub(super) struct Traces {
    /// A file for each finding, in their order.
    pub(super) files: Vec<PathBuf>,
    /// The message on traces of an earlier run in the folder.
    pub(super) older: Option<String>,
}

impl Traces {
    /// Saves the trace of each finding, in the folder that is named if one is. Traces of an earlier
    /// run are taken out of it, unless this one came to no end that could replace them.
    ///
    /// # Errors
    /// If a trace cannot be saved.
    pub(super) fn save(outcome: &Outcome, named: Option<&Path>) -> Result<Self, UsageError> {
        let shown = named.unwrap_or(Path::new("a temporary folder")).display();
        Self::try_save(outcome, named)
            .map_err(|error| UsageError(format!("cannot save traces in {shown}: {error}")))
    }

    fn try_save(outcome: &Outcome, named: Option<&Path>) -> io::Result<Self> {
        if outcome.findings.is_empty() && named.is_none_or(|folder| !folder.is_dir()) {
            return Ok(Self::default());
        }
        let folder = match named {
            Some(folder) => folder.to_owned(),
            None => unnamed(&std::env::temp_dir())?,
        };
        fs::create_dir_all(&folder)?;
        let mut files = Vec::new();
        for (finding, number) in outcome.findings.iter().zip(1..) {
            let file = folder.join(format!("{number:03}-{}.json", finding.signature.operation));
            let trace = finding.shrunk.trace.to_json();
            atomic_write::save(&file, &format!("{trace:#}\n"))?;
            files.push(file);
        }
        let is_whole = outcome.inconclusive.is_none() && !outcome.interrupted;
        let older = replace(&folder, &files, is_whole)?;
        Ok(Self { files, older })
    }
}

/// Takes out of a folder the traces that are not among those of this run, or leaves them there.
/// Returns what to say of them.
fn replace(folder: &Path, files: &[PathBuf], take_out: bool) -> io::Result<Option<String>> {
    let mut older = saved(folder)?;
    older.retain(|file| !files.contains(file));
    if older.is_empty() {
        return Ok(None);
    }
    let traces = counted(older.len(), "trace", "traces");
    let folder = folder.display();
    if !take_out {
        return Ok(Some(format!("{folder}: {traces} of an earlier run left there")));
    }
    older.iter().try_for_each(fs::remove_file)?;
    Ok(Some(format!("{folder}: {traces} of an earlier run taken out")))
}

/// The files in a folder that have the name of a saved trace and hold one.
fn saved(folder: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let file = entry.path();
        let has_name = entry.file_name().to_str().is_some_and(is_name);
        if has_name && entry.file_type()?.is_file() && holds_trace(&file) {
            files.insert(file);
        }
    }
    Ok(files)
}

/// Whether a file is named as saved traces are: a number and an operation.
fn is_name(name: &str) -> bool {
    let parts = name.strip_suffix(".json").and_then(|name| name.split_once('-'));
    parts.is_some_and(|(number, operation)| {
        number.len() >= 3
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && !operation.is_empty()
            && operation.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

fn holds_trace(file: &Path) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    serde_json::from_str::<Value>(&text).is_ok_and(|value| Trace::from_json(&value).is_ok())
}

/// A new folder among the temporary ones, which others can neither read nor have made before. Of
/// those of earlier runs only the newest are kept.
fn unnamed(temporary: &Path) -> io::Result<PathBuf> {
    let mut earlier: Vec<(SystemTime, PathBuf)> = fs::read_dir(temporary)?
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX)))
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    earlier.sort_unstable_by(|one, other| other.cmp(one));
    for (_, folder) in earlier.into_iter().skip(MOST_UNNAMED - 1) {
        // A folder of somebody else, or with something else in it, stays: that is no error.
        let _ = remove_if_ours(&folder);
    }
    Ok(tempfile::Builder::new().prefix(PREFIX).tempdir_in(temporary)?.keep())
}

/// Removes a folder with traces and nothing else in it.
fn remove_if_ours(folder: &Path) -> io::Result<()> {
    let files = saved(folder)?;
    if files.is_empty() || fs::read_dir(folder)?.count() > files.len() {
        return Ok(());
    }
    files.iter().try_for_each(fs::remove_file)?;
    fs::remove_dir(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> io::Result<BTreeSet<String>> {
        let entries = fs::read_dir(folder)?;
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    const TRACE: &str = r#"{"api_version": "2018-10-01", "steps": []}"#;

    #[test]
    fn only_traces_of_earlier_runs_are_taken_out() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let folder = folder.path();
        for name in
            ["001-Create.json", "002-Create.json", "1000-List.json", "mine.json", "01-A.json"]
        {
            fs::write(folder.join(name), TRACE)?;
        }
        fs::write(folder.join("003-Create.json"), "{}")?;
        fs::create_dir(folder.join("004-Create.json"))?;
        let new = [folder.join("001-Create.json")];
        let said = replace(folder, &new, false)?;
        assert!(said.is_some_and(|said| said.ends_with(": 2 traces of an earlier run left there")));
        assert_eq!(names(folder)?.len(), 7);
        let said = replace(folder, &new, true)?;
        assert!(said.is_some_and(|said| said.ends_with(": 2 traces of an earlier run taken out")));
        let left =
            ["001-Create.json", "003-Create.json", "004-Create.json", "01-A.json", "mine.json"];
        assert_eq!(names(folder)?, left.map(str::to_owned).into());
        assert_eq!(replace(folder, &new, true)?, None);
        Ok(())
    }

    #[test]
    fn only_the_newest_unnamed_folders_are_kept() -> io::Result<()> {
        let temporary = tempfile::tempdir()?;
        let temporary = temporary.path();
        fs::create_dir(temporary.join("other"))?;
        let strange = temporary.join(format!("{PREFIX}strange"));
        fs::create_dir(&strange)?;
        fs::write(strange.join("mine.txt"), "")?;
        fs::write(strange.join("001-Create.json"), TRACE)?;
        fs::File::open(&strange)?.set_modified(SystemTime::UNIX_EPOCH)?;
        let mut made = Vec::new();
        for second in 1..=MOST_UNNAMED as u64 + 5 {
            let folder = unnamed(temporary)?;
            fs::write(folder.join("001-Create.json"), TRACE)?;
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(second);
            fs::File::open(&folder)?.set_modified(time)?;
            made.push(folder);
        }
        let kept: Vec<bool> = made.iter().map(|folder| folder.exists()).collect();
        let expected: Vec<bool> = (0..made.len()).map(|index| index >= 5).collect();
        assert_eq!(kept, expected);
        assert_eq!(names(&strange)?.len(), 2);
        assert!(temporary.join("other").exists());
        Ok(())
    }
}
