//! Presets: the table of servers whose options are known by name.
//!
//! The main type is [`Preset`]. To add one, add a row to [`PRESETS`].

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// A known server.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Preset {
    /// Its name on the command line.
    name: &'static str,
    /// A description in one line.
    summary: &'static str,
    /// Long options of `run` and their default values.
    pub(super) settings: &'static [(&'static str, &'static str)],
    /// The path where a POST deletes all resources of the server.
    pub(super) reset_path: &'static str,
}

const PRESETS: &[Preset] = &[
    Preset {
        name: "moto",
        summary: "moto's server: 2019-01-25 at http://127.0.0.1:5000, reset by POST /moto-api/reset",
        settings: &[("endpoint", "http://127.0.0.1:5000"), ("api-version", "2019-01-25")],
        reset_path: "/moto-api/reset",
    },
    Preset {
        name: "localstack",
        summary: "LocalStack: 2019-01-25 at http://127.0.0.1:4566, reset by POST /_localstack/state/reset",
        settings: &[("endpoint", "http://127.0.0.1:4566"), ("api-version", "2019-01-25")],
        reset_path: "/_localstack/state/reset",
    },
];

/// The preset of this name, if there is one.
pub(super) fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// Parses the name of a preset. Help and completions list all names.
pub(super) fn parser() -> impl TypedValueParser<Value = &'static Preset> {
    let values = PRESETS.iter().map(|preset| PossibleValue::new(preset.name).help(preset.summary));
    PossibleValuesParser::new(values)
        .try_map(|name| find(&name).ok_or_else(|| format!("there is no preset {name}")))
}
