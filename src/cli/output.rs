//! Where a report goes: to the screen and into files, in every format that is asked for.
//!
//! The main type is [`OutputArgs`]. It must not know where the report comes from.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Wrong, json_text, print, save, write};
use crate::report::{Report, text};

/// What to write, and where.
#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// Write the report as JSON, too; - for standard output instead of the text
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl OutputArgs {
    /// Sees to it that the files can be written: better to learn it now than after a minute of
    /// testing.
    pub(super) fn check(&self) -> Result<(), Wrong> {
        for file in self.json.iter().filter(|file| !is_standard_output(file)) {
            save::can_save(file)
                .map_err(|error| Wrong(format!("cannot write {}: {error}", file.display())))?;
        }
        Ok(())
    }

    /// Writes the report. `replay` gives the command that runs a finding again, by its number from
    /// 1.
    pub(super) fn emit(
        &self,
        report: &Report,
        replay: &dyn Fn(usize) -> Option<String>,
    ) -> Result<(), Wrong> {
        match self.json.as_deref() {
            Some(file) if is_standard_output(file) => return print(&json_text(report)?),
            _ => print(&text::report(report, replay))?,
        }
        if let Some(file) = &self.json {
            write(file, &json_text(report)?)?;
        }
        Ok(())
    }
}

fn is_standard_output(file: &Path) -> bool {
    file == Path::new("-")
}

/// Reads a report that was written as JSON.
pub(super) fn read_report(file: &Path) -> Result<Report, Wrong> {
    let shown = file.display();
    let text =
        fs::read_to_string(file).map_err(|error| Wrong(format!("cannot read {shown}: {error}")))?;
    serde_json::from_str(&text)
        .map_err(|error| Wrong(format!("{shown} is no JSON report of this program: {error}")))
}
