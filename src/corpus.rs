//! Corpora: folders of traces that failed in an earlier run and are run first in the next one.
//!
//! The main type is [`Corpus`]. A file is a trace as `replay` takes it, with the finding that it
//! shows and whether it still did when it was run last.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use appmesh_model::api::Version;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thiserror::Error;

use crate::campaign_outcome::{Outcome, Rerun};
use crate::report::{CorpusReport, Identity, Report, compose};
use crate::trace::{Trace, TraceError};

/// The result of a trace in its last run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Failing,
    Fixed,
}

/// A trace that failed once.
#[derive(Clone, Debug)]
struct Entry {
    file: PathBuf,
    identity: Identity,
    status: Status,
    trace: Trace,
}

/// A corpus that cannot be read.
#[derive(Debug, Error)]
pub enum CorpusError {
    /// The folder cannot be read.
    #[error("cannot read {}: {error}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The problem.
        error: io::Error,
    },
    /// A file is no trace of a corpus.
    #[error("{}: {error}", file.display())]
    Entry {
        /// The file.
        file: PathBuf,
        /// The problem.
        error: EntryError,
    },
}

/// A problem of a file in a corpus.
#[derive(Debug, Error)]
pub enum EntryError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// The file holds no JSON.
    #[error("is not JSON: {0}")]
    Json(#[source] serde_json::Error),
    /// The file holds no trace.
    #[error("is not a trace: {0}")]
    Trace(#[from] TraceError),
    /// The file names no finding.
    #[error("does not say which finding it shows: {0}")]
    Finding(#[source] serde_json::Error),
    /// The file has no status.
    #[error("does not say whether it is failing or fixed: {0}")]
    Status(#[source] serde_json::Error),
}

/// The traces in a folder that are about one version of the API.
#[derive(Clone, Debug)]
pub struct Corpus {
    folder: PathBuf,
    entries: Vec<Entry>,
}

impl Corpus {
    /// Reads a folder, in the order of the names of its files. One that is not there is empty.
    ///
    /// # Errors
    /// If the folder or a file cannot be read, or a file is no trace of a corpus.
    pub fn open(folder: &Path, version: Version) -> Result<Self, CorpusError> {
        let failed = |error| CorpusError::Folder { folder: folder.to_owned(), error };
        let mut files = Vec::new();
        match fs::read_dir(folder) {
            Ok(found) => {
                for file in found {
                    files.push(file.map_err(failed)?.path());
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        let mut entries = Vec::new();
        for file in files {
            let entry = Entry::read(&file)
                .map_err(|error| CorpusError::Entry { file: file.clone(), error })?;
            if entry.trace.version == version {
                entries.push(entry);
            }
        }
        Ok(Self { folder: folder.to_owned(), entries })
    }

    /// The traces, in order.
    pub fn traces(&self) -> Vec<Trace> {
        self.entries.iter().map(|entry| entry.trace.clone()).collect()
    }

    /// The files that change after a run, with their contents, and the summary for the report.
    pub fn updated(
        &mut self,
        outcome: &Outcome,
        report: &Report,
    ) -> (Vec<(PathBuf, Value)>, CorpusReport) {
        let mut changed = Vec::new();
        let mut said = CorpusReport { calls: outcome.rerun_calls, ..CorpusReport::default() };
        for (entry, rerun) in self.entries.iter_mut().zip(&outcome.reruns) {
            let Rerun::Done(shown) = rerun else { continue };
            said.run += 1;
            let is_it = |signature| compose::identity(outcome.api, signature) == entry.identity;
            // It may show only by other means than this trace.
            let shows = shown.iter().any(is_it) || report.number(&entry.identity).is_some();
            let status = if shows { Status::Failing } else { Status::Fixed };
            if !shows {
                said.fixed.push(entry.identity.clone());
            }
            if entry.status != status {
                entry.status = status;
                changed.push((entry.file.clone(), entry.to_json()));
            }
        }
        for (finding, found) in report.findings.iter().zip(&outcome.findings) {
            if self.entries.iter().any(|entry| entry.identity == finding.identity) {
                continue;
            }
            let entry = Entry {
                file: self.free_file(&finding.identity),
                identity: finding.identity.clone(),
                status: Status::Failing,
                trace: found.shrunk.trace.clone(),
            };
            said.stored += 1;
            changed.push((entry.file.clone(), entry.to_json()));
            self.entries.push(entry);
        }
        (changed, said)
    }

    /// A file for a finding that no other has.
    fn free_file(&self, identity: &Identity) -> PathBuf {
        let Identity { rule, operation, at } = identity;
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '.' };
        let name: String = format!("{rule}.{operation}.{at}").chars().map(plain).collect();
        // Names of files have bounds.
        let name: String = name.trim_matches('.').chars().take(120).collect();
        let files = (1..).map(|number: u32| match number {
            1 => self.folder.join(format!("{name}.json")),
            _ => self.folder.join(format!("{name}.{number}.json")),
        });
        let is_free =
            |file: &PathBuf| !file.exists() && self.entries.iter().all(|entry| entry.file != *file);
        files.into_iter().find(is_free).unwrap_or_default()
    }
}

impl Entry {
    fn read(file: &Path) -> Result<Self, EntryError> {
        let text = fs::read_to_string(file)?;
        let value: Value = serde_json::from_str(&text).map_err(EntryError::Json)?;
        let trace = Trace::from_json(&value)?;
        let finding = value.get("finding").cloned().unwrap_or_default();
        let identity = serde_json::from_value(finding).map_err(EntryError::Finding)?;
        let status = value.get("status").cloned().unwrap_or_default();
        let status = serde_json::from_value(status).map_err(EntryError::Status)?;
        Ok(Self { file: file.to_owned(), identity, status, trace })
    }

    fn to_json(&self) -> Value {
        let mut value = self.trace.to_json();
        if let Value::Object(members) = &mut value {
            members.insert("finding".to_owned(), json!(self.identity));
            members.insert("status".to_owned(), json!(self.status));
        }
        value
    }
}
