//! Options as the environment, a configuration file or a preset gives them.
//!
//! The main types are [`Setting`] and [`Told`].

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use clap::error::ErrorKind;
use clap::{Command, Error};

use super::error::UsageError;

/// The options of one source.
pub(super) struct Layer {
    /// Its name in messages.
    pub(super) name: String,
    /// The settings in the order of the source.
    pub(super) settings: Vec<Setting>,
}

/// One option of a source.
pub(super) struct Setting {
    /// The option's long name.
    pub(super) key: String,
    /// The option as arguments.
    pub(super) words: Vec<OsString>,
    /// The place in the source.
    pub(super) origin: String,
}

/// The places of the options that the arguments do not give, by option.
#[derive(Clone, Debug, Default)]
pub(super) struct Told(pub(super) BTreeMap<String, String>);

impl Told {
    /// The result for an option's value. An error names the place of the value.
    pub(super) fn by<T>(
        &self,
        option: &str,
        result: Result<T, UsageError>,
    ) -> Result<T, UsageError> {
        result.map_err(|UsageError(message)| match self.0.get(option) {
            Some(origin) => UsageError(format!("{origin}: {message}")),
            None => UsageError(message),
        })
    }
}

impl Setting {
    /// An option and its values.
    pub(super) fn option<S: AsRef<OsStr>>(key: &str, values: &[S]) -> Self {
        let word = |value: &S| {
            let mut word = OsString::from(format!("--{key}="));
            word.push(value);
            word
        };
        let words = values.iter().map(word).collect();
        Self { key: key.to_owned(), words, origin: String::new() }
    }

    /// A flag that is set or not.
    pub(super) fn flag(key: &str, set: bool) -> Self {
        let words = set.then(|| format!("--{key}").into()).into_iter().collect();
        Self { key: key.to_owned(), words, origin: String::new() }
    }

    /// The same setting with its place.
    pub(super) fn told_by(self, origin: String) -> Self {
        Self { origin, ..self }
    }

    /// Checks that the option takes the values, whatever else is given. `command` has the option.
    ///
    /// # Errors
    /// If it refuses them.
    pub(super) fn check(&self, command: &Command) -> Result<(), String> {
        let words = [OsStr::new("")].into_iter().chain(self.words.iter().map(OsString::as_os_str));
        match command.clone().try_get_matches_from(words) {
            // An option that it requires may be given in another layer.
            Err(error) if error.kind() != ErrorKind::MissingRequiredArgument => {
                Err(in_short(&error))
            }
            _ => Ok(()),
        }
    }
}

/// The message of an error without the usage behind it.
pub(super) fn in_short(error: &Error) -> String {
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    first.strip_prefix("error: ").unwrap_or(first).trim_end().to_owned()
}
