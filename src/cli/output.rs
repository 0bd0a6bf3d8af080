//! Output of a report to the screen and into files, in each requested format.
//!
//! The main type is [`OutputArgs`]. It must not depend on the origin of the report.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};
use terminal_size::{Width, terminal_size_of};

use super::atomic_write;
use super::error::UsageError;
use super::print::{can_write, cannot_write, json_text, print, write};
use crate::report::text::{self, Look};
use crate::report::{Report, github, html, junit, sarif};

/// What to write, and where.
#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// What standard output shows; github: annotations, and a summary in $GITHUB_STEP_SUMMARY [default: text]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Colours of the text
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    color: Colour,
    /// Write the report as JSON, too; here and below, - is standard output instead of the text
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

/// A report for other programs than a terminal.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Json,
    Junit,
    Sarif,
    Html,
}

impl Kind {
    fn of(self, report: &Report) -> Result<String, UsageError> {
        match self {
            Self::Json => json_text(report),
            Self::Junit => Ok(junit::report(report)?),
            Self::Sarif => json_text(&sarif::report(report)),
            Self::Html => Ok(html::report(report)?),
        }
    }
}

impl OutputArgs {
    /// Checks that all files can be written and are distinct. The check comes first, so that an error
    /// does not follow a minute of testing.
    pub(super) fn check(&self) -> Result<(), UsageError> {
        let mut asking: Vec<String> = Vec::new();
        let mut places: Vec<(&str, PathBuf)> = Vec::new();
        for (option, _, file) in self.files() {
            if is_standard_output(file) {
                asking.push(format!("{option} -"));
                continue;
            }
            can_write(file)?;
            let Some(place) = atomic_write::place_of(file) else { continue };
            if let Some((other, _)) = places.iter().find(|(_, it)| *it == place) {
                return Err(UsageError(format!(
                    "{other} and {option} both write {}: give each a file of its own",
                    file.display()
                )));
            }
            places.push((option, place));
        }
        if let Some(format) = self.format.and_then(|format| format.to_possible_value()) {
            asking.push(format!("--format {}", format.get_name()));
        }
        if asking.len() > 1 {
            return Err(UsageError(format!(
                "standard output takes one report only, and {} ask for it",
                asking.join(" and ")
            )));
        }
        match summary_file().filter(|_| self.format == Some(Format::Github)) {
            Some(file) => can_write(&file),
            None => Ok(()),
        }
    }

    /// The options that name files, what they write, and where.
    fn files(&self) -> impl Iterator<Item = (&'static str, Kind, &Path)> {
        let files = [
            ("--json", Kind::Json, &self.json),
            ("--junit", Kind::Junit, &self.junit),
            ("--sarif", Kind::Sarif, &self.sarif),
            ("--html", Kind::Html, &self.html),
        ];
        files.into_iter().filter_map(|(option, kind, file)| Some((option, kind, file.as_deref()?)))
    }

    /// Writes the report. `replay` gives the command that runs a finding again, by its number from
    /// 1.
    pub(super) fn emit(
        &self,
        report: &Report,
        replay: &dyn Fn(usize) -> Option<String>,
    ) -> Result<(), UsageError> {
        // The files come first, as the reader of standard output may close it.
        let (on_screen, in_files): (Vec<_>, Vec<_>) =
            self.files().partition(|(_, _, file)| is_standard_output(file));
        for (_, kind, file) in in_files {
            write(file, &kind.of(report)?)?;
        }
        if let Some((_, kind, _)) = on_screen.first() {
            return print(&kind.of(report)?);
        }
        match self.format.unwrap_or(Format::Text) {
            Format::Json => print(&json_text(report)?),
            Format::Text => print(&text::report(report, self.look(), replay)),
            Format::Github => {
                if let Some(file) = summary_file() {
                    append(&file, &github::summary(report, replay))?;
                }
                print(&github::annotations(report))?;
                print(&format!("{}{}", text::head(report), text::foot(report)))
            }
        }
    }

    /// How text is to look on standard output.
    pub(super) fn look(&self) -> Look {
        let coloured = match self.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        };
        let width = terminal_size_of(io::stdout()).map(|(Width(width), _)| usize::from(width));
        Look { coloured, width }
    }
}

/// The file for the summary of the job, if GitHub names one.
fn summary_file() -> Option<PathBuf> {
    let file = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty());
    file.map(PathBuf::from)
}

/// Appends to a file, which is made if it is not there.
fn append(file: &Path, text: &str) -> Result<(), UsageError> {
    let opened = OpenOptions::new().append(true).create(true).open(file);
    opened
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| cannot_write(file, &error))
}

fn is_standard_output(file: &Path) -> bool {
    file == Path::new("-")
}

/// Reads a report that was written as JSON.
pub(super) fn read_report(file: &Path) -> Result<Report, UsageError> {
    let shown = file.display();
    let text = fs::read_to_string(file)
        .map_err(|error| UsageError(format!("cannot read {shown}: {error}")))?;
    Report::read(&text).map_err(|error| UsageError(format!("{shown}: {error}")))
}
