//! Where a report goes: to the screen and into files, in every format that is asked for.
//!
//! The main type is [`OutputArgs`]. It must not know where the report comes from.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};
use terminal_size::{Width, terminal_size_of};

use super::{Wrong, json_text, print, save, write};
use crate::report::text::{self, Look};
use crate::report::{Report, github, html, junit, sarif};

/// What to write, and where.
#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// What standard output shows; github: annotations, and a summary in $GITHUB_STEP_SUMMARY
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Colours of the text
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    color: Colour,
    /// Write the report as JSON, too; - for standard output instead of the text
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the report as JUnit XML, too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the report as SARIF 2.1.0, too
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
    /// Write the report as a page that a browser shows, too; it loads nothing
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// What standard output shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Github,
}

/// When text is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Colour {
    // On a terminal, and as NO_COLOR, CLICOLOR and CLICOLOR_FORCE say.
    Auto,
    Always,
    Never,
}

impl OutputArgs {
    /// Sees to it that the files can be written: better to learn it now than after a minute of
    /// testing.
    pub(super) fn check(&self) -> Result<(), Wrong> {
        let json = self.json.iter().filter(|file| !is_standard_output(file));
        for file in json.chain(&self.junit).chain(&self.sarif).chain(&self.html) {
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
        // The files first: whoever reads standard output may stop doing so.
        match self.json.as_deref() {
            Some(file) if !is_standard_output(file) => write(file, &json_text(report)?)?,
            _ => {}
        }
        if let Some(file) = &self.junit {
            write(file, &junit::report(report).map_err(Wrong)?)?;
        }
        if let Some(file) = &self.sarif {
            write(file, &json_text(&sarif::report(report))?)?;
        }
        if let Some(file) = &self.html {
            write(file, &html::report(report)?)?;
        }
        let json = self.json.as_deref().is_some_and(is_standard_output);
        match self.format {
            _ if json => print(&json_text(report)?),
            Format::Json => print(&json_text(report)?),
            Format::Text => print(&text::report(report, self.look(), replay)),
            Format::Github => {
                append_summary(&github::summary(report, replay))?;
                print(&github::annotations(report))?;
                print(&format!("{}{}", text::head(report), text::foot(report)))
            }
        }
    }

    /// How text is to look on standard output.
    fn look(&self) -> Look {
        let coloured = match self.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        };
        let width = terminal_size_of(io::stdout()).map(|(Width(width), _)| usize::from(width));
        Look { coloured, width }
    }
}

/// Appends the summary of the job to the file that GitHub names, if it names one.
fn append_summary(text: &str) -> Result<(), Wrong> {
    let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) else {
        return Ok(());
    };
    let file = Path::new(&file);
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(file)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| Wrong(format!("cannot write {}: {error}", file.display())))
}

fn is_standard_output(file: &Path) -> bool {
    file == Path::new("-")
}

/// Reads a report that was written as JSON.
pub(super) fn read_report(file: &Path) -> Result<Report, Wrong> {
    let shown = file.display();
    let text =
        fs::read_to_string(file).map_err(|error| Wrong(format!("cannot read {shown}: {error}")))?;
    Report::read(&text).map_err(|error| Wrong(format!("{shown}: {error}")))
}
